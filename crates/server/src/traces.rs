//! Traces as `OpenTelemetry` has them, for whoever names a collector: a span for each request, one within it for each wait for
//! the ledger or the desk, and one for each plan.
//!
//! They travel as OTLP over HTTP in its JSON form, which every collector reads; it is small enough to be written down here, and
//! the crates of `OpenTelemetry` would double the server's. Spans hold patterns of routes, and never an address, a name or what
//! was asked for. A collector that does not answer costs spans and no request: what waits is bounded.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::accounts::session::hex;

/// Spans that wait at most.
const MOST_WAITING: usize = 4096;

/// Spans in one message.
const MOST_AT_ONCE: usize = 512;

/// How long a span waits for others.
const PATIENCE: Duration = Duration::from_secs(2);

tokio::task_local! {
    /// The request that this task works for.
    static NOW: Context;
}

/// Where a span belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    trace: [u8; 16],
    span: [u8; 8],
    parent: Option<[u8; 8]>,
}

/// A span that has begun.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    context: Context,
    at: SystemTime,
    since: Instant,
}

/// A span that has ended.
struct Span {
    begun: Begun,
    took: Duration,
    name: String,
    /// 1: within the server; 2: asked for by others.
    kind: u8,
    attributes: Vec<Value>,
    failed: bool,
}

enum Message {
    Span(Box<Span>),
    Flush(SyncSender<()>),
}

/// The way to the collector, where there is one.
#[derive(Default)]
pub struct Traces {
    way: Option<SyncSender<Message>>,
    lost: AtomicU64,
}

impl Traces {
    /// Traces to a collector; none where the address is empty.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn to(endpoint: &str) -> std::io::Result<Traces> {
        if endpoint.is_empty() {
            return Ok(Traces::default());
        }
        let (way, spans) = sync_channel(MOST_WAITING);
        let endpoint = endpoint.to_owned();
        // It ends when the last sender does.
        std::thread::Builder::new()
            .name("traces".to_owned())
            .spawn(move || carry(&endpoint, &spans))?;
        Ok(Traces { way: Some(way), lost: AtomicU64::new(0) })
    }

    /// A request begins; `told` is what a trusted proxy said in `traceparent` (W3C Trace Context).
    pub fn request(&self, told: Option<&str>) -> Option<Begun> {
        self.way.as_ref()?;
        let parent = told.and_then(parent);
        if parent.is_some_and(|(.., sampled)| !sampled) {
            return None;
        }
        let (trace, parent) = match parent {
            Some((trace, span, _)) => (trace, Some(span)),
            None => (chance()?, None),
        };
        Some(begin(Context { trace, span: chance()?, parent }))
    }

    /// Something begins for the request of this task.
    pub fn within(&self) -> Option<Begun> {
        self.way.as_ref()?;
        let of = NOW.try_with(|context| *context).ok()?;
        Some(begin(Context { span: chance()?, parent: Some(of.span), ..of }))
    }

    /// What was asked for has ended.
    pub fn answered(&self, begun: Option<Begun>, method: &str, route: &str, status: u16) {
        let Some(begun) = begun else { return };
        let attributes = vec![
            text("http.request.method", method),
            text("http.route", route),
            json!({ "key": "http.response.status_code", "value": { "intValue": status.to_string() } }),
        ];
        self.end(begun, format!("{method} {route}"), 2, attributes, status >= 500);
    }

    /// What began within has ended.
    pub fn ended(&self, begun: Option<Begun>, name: &str, failed: bool) {
        let Some(begun) = begun else { return };
        self.end(begun, name.to_owned(), 1, Vec::new(), failed);
    }

    fn end(&self, begun: Begun, name: String, kind: u8, attributes: Vec<Value>, failed: bool) {
        let span = Span { begun, took: begun.since.elapsed(), name, kind, attributes, failed };
        let sent = self.way.as_ref().map(|way| way.try_send(Message::Span(Box::new(span))));
        if let Some(Err(_)) = sent {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many spans found no room.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Sends what waits, and waits for it for a moment.
    pub fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if let Some(way) = &self.way
            && way.try_send(Message::Flush(done)).is_ok()
        {
            // A collector that does not answer must not keep the server from its end.
            let _ = wait.recv_timeout(PATIENCE);
        }
    }
}

impl Begun {
    /// Does the work of a request, so that what begins within knows for whom.
    pub async fn during<T>(self, work: impl Future<Output = T>) -> T {
        NOW.scope(self.context, work).await
    }
}

fn begin(context: Context) -> Begun {
    Begun { context, at: SystemTime::now(), since: Instant::now() }
}

fn chance<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// `00-<trace>-<span>-<flags>`; ids of zeros alone are none.
fn parent(told: &str) -> Option<([u8; 16], [u8; 8], bool)> {
    let mut parts = told.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if version.len() != 2 || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let (trace, span, [flags]) = (bytes::<16>(trace)?, bytes::<8>(span)?, bytes::<1>(flags)?);
    (trace != [0; 16] && span != [0; 8]).then_some((trace, span, flags & 1 == 1))
}

fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let plain = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    if digits.len() != 2 * N || !digits.bytes().all(plain) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

impl Span {
    fn json(&self) -> Value {
        let Context { trace, span, parent } = self.begun.context;
        let begin = self.begun.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut span = json!({
            "traceId": hex(&trace), "spanId": hex(&span), "name": self.name, "kind": self.kind,
            "startTimeUnixNano": begin.as_nanos().to_string(),
            "endTimeUnixNano": (begin + self.took).as_nanos().to_string(),
            "attributes": self.attributes,
            "status": if self.failed { json!({ "code": 2 }) } else { json!({}) },
        });
        if let Some(parent) = parent {
            span["parentSpanId"] = hex(&parent).into();
        }
        span
    }
}

fn carry(endpoint: &str, spans: &Receiver<Message>) {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(5)))
        .max_redirects(0)
        .build()
        .new_agent();
    let mut reached = true;
    let mut send = |waiting: &mut Vec<Value>| {
        if waiting.is_empty() {
            return;
        }
        let message = json!({ "resourceSpans": [{
            "resource": { "attributes": [
                text("service.name", "relight"),
                text("service.version", env!("CARGO_PKG_VERSION")),
            ] },
            "scopeSpans": [{ "scope": { "name": "relight-server" }, "spans": std::mem::take(waiting) }],
        }] });
        let sent = agent
            .post(endpoint)
            .header("content-type", "application/json")
            .send(message.to_string());
        match sent {
            Ok(_) => reached = true,
            Err(error) => {
                // Once, and not with every message.
                if std::mem::replace(&mut reached, false) {
                    tracing::warn!(%error, "the collector of traces cannot be reached");
                }
            }
        }
    };
    let mut waiting = Vec::new();
    let mut until = Instant::now() + PATIENCE;
    loop {
        match spans.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Message::Span(span)) => {
                waiting.push(span.json());
                if waiting.len() < MOST_AT_ONCE {
                    continue;
                }
                send(&mut waiting);
            }
            Ok(Message::Flush(done)) => {
                send(&mut waiting);
                let _ = done.try_send(());
            }
            Err(RecvTimeoutError::Timeout) => send(&mut waiting),
            Err(RecvTimeoutError::Disconnected) => return send(&mut waiting),
        }
        until = Instant::now() + PATIENCE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_proxy_is_read_as_the_standard_has_it() {
        // The examples of W3C Trace Context, 3.2.2 and 3.2.3.
        let told = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let (trace, span, sampled) = parent(told).expect("sound");
        assert_eq!(hex(&trace), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(hex(&span), "00f067aa0ba902b7");
        assert!(sampled);
        for wrong in [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00-4bf9",
            "",
        ] {
            assert_eq!(parent(wrong), None, "{wrong}");
        }
        let traces = Traces::default();
        assert!(traces.request(None).is_none(), "without a collector there is nothing");
    }
}
