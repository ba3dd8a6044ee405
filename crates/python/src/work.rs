//! Long work beside the interpreter: on a thread of its own, without the interpreter lock, while the thread that asked
//! waits, tells of progress, and looks out for `KeyboardInterrupt`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use relight_restore::planner::Monitor;

use crate::errors;

/// How long an interrupt may go unseen, and how often progress is told.
const GLANCE: Duration = Duration::from_millis(50);

/// As much stack as the first thread of a program has.
const STACK: usize = 8 << 20;

enum Told<T> {
    Progress(String, f64),
    Done(thread::Result<T>),
}

/// Where progress is told.
type Tell = Box<dyn Fn(&str, f64) + Send>;

/// What the work sees of those who wait for it.
pub struct Watch {
    tell: Tell,
    told: Option<(String, Instant)>,
    begun: Instant,
    limit: Option<Duration>,
    stop: Arc<AtomicBool>,
    /// Whether the time limit kept the planner from something.
    pub stopped: bool,
}

impl Watch {
    /// The work has so many seconds from now on.
    pub fn limit(&mut self, limit: Option<Duration>) {
        (self.begun, self.limit) = (Instant::now(), limit);
    }
}

impl Monitor for Watch {
    fn progress(&mut self, doing: &str, done: f64) {
        let now = Instant::now();
        if self.told.as_ref().is_none_or(|(told, at)| told != doing || now - *at >= GLANCE) {
            (self.tell)(doing, done.clamp(0.0, 1.0));
            self.told = Some((doing.to_owned(), now));
        }
    }

    fn go_on(&mut self) -> bool {
        let in_time = self.limit.is_none_or(|limit| self.begun.elapsed() < limit);
        let go_on = in_time && !self.stop.load(Ordering::Relaxed);
        self.stopped |= !go_on;
        go_on
    }

    fn spent(&mut self) -> Option<f64> {
        let limit = self.limit?.as_secs_f64().max(f64::MIN_POSITIVE);
        Some(self.begun.elapsed().as_secs_f64() / limit)
    }
}

/// Does `work` and returns what it gives. `progress`, a callable, is told what is being done and how much of the whole
/// is done, 0 to 1.
///
/// # Errors
/// `KeyboardInterrupt` and whatever `progress` raises, at once: the work is told to stop, and what it still finds is
/// dropped. `InternalError` if the work panics.
pub fn run<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&mut Watch) -> T + Send + 'static,
) -> PyResult<T> {
    let (sender, mut receiver) = channel();
    let stop = Arc::new(AtomicBool::new(false));
    let watch = watch(sender.clone(), Arc::clone(&stop));
    let begin = move || {
        let mut watch = watch;
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut watch)));
        // Nobody listens where the caller was interrupted.
        let _ = sender.send(Told::Done(done));
    };
    Builder::new()
        .name("relight".into())
        .stack_size(STACK)
        .spawn(begin)
        .map_err(|e| PyRuntimeError::new_err(format!("no thread can be started: {e}")))?;
    let outcome = loop {
        let told;
        (receiver, told) = py.detach(move || wait(receiver));
        let seen = match told {
            Ok(Told::Done(done)) => break done.map_err(|panic| errors::internal(py, &*panic)),
            Ok(Told::Progress(doing, done)) => {
                progress.map_or(Ok(()), |p| p.call1((doing, done)).map(|_| ()))
            }
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Err(RecvTimeoutError::Disconnected) => {
                break Err(errors::internal(py, &"the work ended without a word"));
            }
        };
        if let Err(error) = seen.and_then(|()| py.check_signals()) {
            break Err(error);
        }
    };
    stop.store(true, Ordering::Relaxed);
    outcome
}

fn watch<T: Send + 'static>(sender: Sender<Told<T>>, stop: Arc<AtomicBool>) -> Watch {
    let tell = move |doing: &str, done: f64| {
        let _ = sender.send(Told::Progress(doing.to_owned(), done));
    };
    let (told, limit, begun) = (None, None, Instant::now());
    Watch { tell: Box::new(tell), told, begun, limit, stop, stopped: false }
}

type Heard<T> = (Receiver<Told<T>>, Result<Told<T>, RecvTimeoutError>);

fn wait<T>(receiver: Receiver<Told<T>>) -> Heard<T> {
    let told = receiver.recv_timeout(GLANCE);
    (receiver, told)
}

/// Does short work without the interpreter lock.
///
/// # Errors
/// `InternalError` if it panics.
pub fn brief<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    done.map_err(|panic| errors::internal(py, &*panic))
}
