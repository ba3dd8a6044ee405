//! What is counted, in the text form of Prometheus. Routes are named by their pattern, so that no address of a visitor
//! and no id gets into a label.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::app::lock;

/// Upper ends of the classes of time, seconds.
const CLASSES: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What is counted.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), u64>>,
    times: Mutex<BTreeMap<String, Times>>,
    seq: AtomicU64,
    lost: AtomicBool,
    refused: AtomicU64,
}

#[derive(Default)]
struct Times {
    classes: [u64; CLASSES.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// A request was answered.
    pub fn request(&self, route: &str, status: u16, took: Duration) {
        *lock(&self.requests).entry((route.to_owned(), status)).or_default() += 1;
        let mut times = lock(&self.times);
        if !times.contains_key(route) {
            times.insert(route.to_owned(), Times::default());
        }
        let Some(of_route) = times.get_mut(route) else { return };
        let seconds = took.as_secs_f64();
        for (class, end) in of_route.classes.iter_mut().zip(CLASSES) {
            *class += u64::from(seconds <= end);
        }
        of_route.count += 1;
        of_route.seconds += seconds;
    }

    /// Somebody was refused: wrong password, too many tries, not allowed.
    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// The ledger was looked at.
    pub fn ledger(&self, seq: u64, reached: bool) {
        self.seq.store(seq, Ordering::Relaxed);
        self.lost.store(!reached, Ordering::Relaxed);
    }

    /// Whether the ledger could be reached the last time.
    pub fn is_reached(&self) -> bool {
        !self.lost.load(Ordering::Relaxed)
    }

    /// All of it.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# HELP relight_http_requests_total Requests answered, by route and status.\n\
             # TYPE relight_http_requests_total counter\n",
        );
        for ((route, status), count) in &*lock(&self.requests) {
            let _ = writeln!(
                text,
                "relight_http_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"
            );
        }
        text.push_str(
            "# HELP relight_http_request_seconds Time until an answer.\n\
             # TYPE relight_http_request_seconds histogram\n",
        );
        for (route, times) in &*lock(&self.times) {
            for (class, end) in times.classes.iter().zip(CLASSES) {
                let _ = writeln!(
                    text,
                    "relight_http_request_seconds_bucket{{route=\"{route}\",le=\"{end}\"}} {class}"
                );
            }
            let Times { count, seconds, .. } = times;
            let _ = writeln!(
                text,
                "relight_http_request_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {count}\n\
                 relight_http_request_seconds_sum{{route=\"{route}\"}} {seconds}\n\
                 relight_http_request_seconds_count{{route=\"{route}\"}} {count}"
            );
        }
        let reached = u8::from(self.is_reached());
        let seq = self.seq.load(Ordering::Relaxed);
        let refused = self.refused.load(Ordering::Relaxed);
        let _ = write!(
            text,
            "# HELP relight_ledger_events Number of the last event of the ledger.\n\
             # TYPE relight_ledger_events gauge\nrelight_ledger_events {seq}\n\
             # HELP relight_ledger_reached Whether the ledger could be reached the last time.\n\
             # TYPE relight_ledger_reached gauge\nrelight_ledger_reached {reached}\n\
             # HELP relight_refused_total Requests refused for who asked, or how often.\n\
             # TYPE relight_refused_total counter\nrelight_refused_total {refused}\n"
        );
        text
    }
}
