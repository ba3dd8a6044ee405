//! Progress on standard error, and the clock that ends a search.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use relight_restore::planner::Monitor;

use crate::console::Console;

/// Between two redraws of the line nobody sees more.
const REDRAW: Duration = Duration::from_millis(50);

/// Set by Ctrl-C: whoever searches keeps the best so far and comes to an end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C asks for an end, and says in `words` what becomes of the work; pressed again it ends the program.
/// Gives the flag that it raises.
pub fn heed_interrupt(words: &'static str) -> &'static AtomicBool {
    // Without a handler Ctrl-C ends the program at once, as it always did.
    let _ = ctrlc::set_handler(move || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        crate::console::complain(&format!("\ninterrupted: {words}"));
    });
    &INTERRUPTED
}

/// What becomes of a search.
pub const BEST_IS_KEPT: &str = "the best plan so far is kept; once more ends the program";

/// A line on a terminal that is written over; elsewhere a line for each new piece of work.
pub struct Watch {
    console: Console,
    begun: Instant,
    limit: Option<Duration>,
    told: Option<(String, Instant)>,
    /// Whether the time limit kept the planner from something.
    pub stopped: bool,
}

impl Watch {
    pub fn new(console: Console, limit: Option<Duration>) -> Self {
        Watch { console, begun: Instant::now(), limit, told: None, stopped: false }
    }

    /// Tells of a piece of work in words that may change while it goes on.
    pub fn tell(&mut self, work: &str, words: &str, done: f64) {
        if !self.console.progress {
            return;
        }
        let now = Instant::now();
        let same = self.told.as_ref().filter(|(told, _)| told == work);
        let percent = 100.0 * done.clamp(0.0, 1.0);
        // Progress that cannot be told is no reason to stop.
        if self.console.one_line {
            if same.is_some_and(|(_, at)| now - *at < REDRAW) {
                return;
            }
            let _ = write!(io::stderr(), "\r\x1b[K{percent:3.0} %  {words}");
            let _ = io::stderr().flush();
        } else if same.is_none() {
            let seconds = self.begun.elapsed().as_secs_f64();
            let _ = writeln!(io::stderr(), "{percent:3.0} %  {words} ({seconds:.1} s)");
        }
        self.told = Some((work.to_owned(), now));
    }

    /// Clears the line.
    pub fn finish(&mut self) {
        if self.told.take().is_some() && self.console.one_line {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Monitor for Watch {
    fn progress(&mut self, doing: &str, done: f64) {
        self.tell(doing, doing, done);
    }

    fn searching(&mut self, best: f64, bound: f64, done: f64) {
        let gap = if best > 0.0 { 100.0 * (best - bound) / best } else { 0.0 };
        let text =
            format!("looking for better plans: {best:.6e}, bound {bound:.6e}, gap {gap:.1} %");
        self.tell("looking for better plans", &text, done);
    }

    fn spent(&mut self) -> Option<f64> {
        let limit = self.limit?.as_secs_f64().max(f64::MIN_POSITIVE);
        Some(self.begun.elapsed().as_secs_f64() / limit)
    }

    fn go_on(&mut self) -> bool {
        let in_time = self.limit.is_none_or(|limit| self.begun.elapsed() < limit);
        let go_on = in_time && !INTERRUPTED.load(Ordering::Relaxed);
        self.stopped |= !go_on;
        go_on
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.finish();
    }
}
