//! One thread that writes for many: requests that come while the disk is busy share the next flush.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use relight_ledger::event::Proposal;

use crate::append::{Appended, Rejected};
use crate::error::StoreError;
use crate::store::Store;

/// What comes of a request.
pub type Submitted = Result<Result<Appended, Rejected>, Arc<StoreError>>;

/// Requests that wait at most; whoever comes then waits as well.
const QUEUE: usize = 4_096;

/// Events of one transaction at most, so that nobody waits long behind a heap.
const MOST_AT_ONCE: usize = 4_096;

struct Request {
    events: Vec<Proposal>,
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
    pub fn submit(&self, events: Vec<Proposal>) -> Submitted {
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
    while let Ok(first) = requests.recv() {
        let mut size = first.events.len();
        let mut group = vec![first];
        while size < MOST_AT_ONCE
            && let Ok(next) = requests.try_recv()
        {
            size += next.events.len();
            group.push(next);
        }
        let outcome = write(&mut store, place, &group);
        match outcome {
            Ok(answers) => {
                for (request, answer) in group.iter().zip(answers) {
                    // Whoever asked may have gone.
                    let _ = request.answer.send(Ok(answer));
                }
            }
            Err(error) => {
                if matches!(error, StoreError::Lost(_)) {
                    store = None;
                }
                let error = Arc::new(error);
                for request in &group {
                    let _ = request.answer.send(Err(Arc::clone(&error)));
                }
            }
        }
    }
}

fn write(
    store: &mut Option<Store>,
    place: &str,
    group: &[Request],
) -> Result<Vec<Result<Appended, Rejected>>, StoreError> {
    let requests: Vec<&[Proposal]> =
        group.iter().map(|request| request.events.as_slice()).collect();
    let store = match store {
        Some(store) => store,
        None => store.insert(Store::open(place)?),
    };
    store.append_all(&requests)
}
