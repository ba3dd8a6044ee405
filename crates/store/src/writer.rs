//! One thread that writes for many: requests that come while the disk is busy share the next flush.
//!
//! Whoever hands in a request checks it in a thread of their own; only what needs the tables waits in line.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use relight_ledger::event::Proposal;

use crate::append::{Appended, Prepared, Rejected, prepare};
use crate::error::StoreError;
use crate::store::Store;

/// What comes of a request.
pub type Submitted = Result<Result<Appended, Rejected>, Arc<StoreError>>;

/// Requests that wait at most; whoever comes then waits as well.
const QUEUE: usize = 4_096;

/// Events of one transaction at most, so that nobody waits long behind a heap.
const MOST_AT_ONCE: usize = 4_096;

/// How long the next of those who came together last time is waited for. They were answered at the same moment, and most
/// come again at once: without this, one half of them would write while the other half waits.
const LINGER: Duration = Duration::from_micros(300);

struct Request {
    events: Vec<Prepared>,
    answer: Sender<Submitted>,
}

/// A ledger that many threads write to. It ends, with all that was handed in written, when it is dropped.
pub struct Writer {
    queue: Option<SyncSender<Request>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Opens the ledger, and a thread that writes to it. Where the connection is lost it is opened again for the next
    /// request.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open(place: &str) -> Result<Writer, StoreError> {
        let store = Store::open(place)?;
        let (queue, requests) = sync_channel(QUEUE);
        let place = place.to_owned();
        let thread = std::thread::Builder::new()
            .name("ledger writer".to_owned())
            .spawn(move || serve(store, &place, &requests))?;
        Ok(Writer { queue: Some(queue), thread: Mutex::new(Some(thread)) })
    }

    /// Hands in a request and waits until it is on the disk, or is refused.
    pub fn submit(&self, events: &[Proposal]) -> Submitted {
        let events = match prepare(events) {
            Ok(events) => events,
            Err(rejected) => return Ok(Err(rejected)),
        };
        let gone = || Arc::new(StoreError::Lost("the writer has ended".to_owned()));
        let (answer, answered) = channel();
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        queue.send(Request { events, answer }).map_err(|_| gone())?;
        answered.recv().map_err(|_| gone())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A panic of the thread has been told where it happened.
            let _ = thread.join();
        }
    }
}

fn serve(store: Store, place: &str, requests: &Receiver<Request>) {
    let mut store = Some(store);
    let mut came_together = 1;
    while let Ok(first) = requests.recv() {
        let group = gather(first, requests, came_together);
        came_together = group.len();
        let (events, callers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|request| (Ok(request.events), request.answer)).unzip();
        match write(&mut store, place, &events) {
            Ok(answers) => {
                for (caller, answer) in callers.iter().zip(answers) {
                    // Whoever asked may have gone.
                    let _ = caller.send(Ok(answer));
                }
            }
            Err(error) => {
                if matches!(error, StoreError::Lost(_)) {
                    store = None;
                }
                let error = Arc::new(error);
                for caller in &callers {
                    let _ = caller.send(Err(Arc::clone(&error)));
                }
            }
        }
    }
}

/// What waits already, and so many as came together last time if they come at once.
fn gather(first: Request, requests: &Receiver<Request>, expected: usize) -> Vec<Request> {
    let mut size = first.events.len();
    let mut group = vec![first];
    while size < MOST_AT_ONCE {
        let next = if group.len() < expected {
            requests.recv_timeout(LINGER).ok()
        } else {
            requests.try_recv().ok()
        };
        let Some(next) = next else { break };
        size += next.events.len();
        group.push(next);
    }
    group
}

fn write(
    store: &mut Option<Store>,
    place: &str,
    requests: &[Result<Vec<Prepared>, Rejected>],
) -> Result<Vec<Result<Appended, Rejected>>, StoreError> {
    let store = match store {
        Some(store) => store,
        None => store.insert(Store::open(place)?),
    };
    store.append_prepared(requests)
}
