//! The records made again from the events.
//!
//! The next pages are read and checked by threads while one is folded and written, so that memory holds a few pages,
//! however many there are.

use std::collections::VecDeque;
use std::thread::{self, ScopedJoinHandle};

use relight_ledger::event::Head;
use relight_ledger::fold::check;

use crate::append::{Overlay, Prepared};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::store::{CHUNK, Store, read_event};
use crate::tables::{self, Filed};

impl Store {
    /// Throws the records away and folds them from the events again, in one transaction. Gives how many events there are;
    /// `told` hears how many have been folded, now and then.
    ///
    /// # Errors
    ///
    /// Where an event is not what was written, or could not have been added: then the records stay as they were.
    pub fn rebuild(&mut self, told: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
        self.within(|backend| {
            // Indices that nothing here looks into are made at the end, at once: quicker by far than row by row.
            backend.run(tables::DROP_INDICES)?;
            backend.clear_records()?;
            let count = fold_all(backend, told)?;
            backend.run(tables::INDICES)?;
            Ok(count)
        })
    }
}

/// Folds every event in its order, page by page.
fn fold_all(backend: &mut dyn Backend, told: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
    let at_once = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let mut waiting = VecDeque::new();
        let (mut read, mut done) = (Head::default(), Head::default());
        loop {
            let page = tables::entries(backend, read.seq, CHUNK)?;
            if let Some(last) = page.last() {
                read = Head { seq: last.entry.seq, hash: last.entry.hash };
                waiting.push_back((read, scope.spawn(move || prepare(page))));
                if waiting.len() <= at_once {
                    continue;
                }
            }
            let Some((next, page)) = waiting.pop_front() else { return Ok(done.seq) };
            fold_page(backend, done, next, page)?;
            done = next;
            told(done.seq);
        }
    })
}

/// What can be done without the tables.
fn prepare(page: Vec<Filed>) -> Result<Vec<Prepared>, StoreError> {
    page.into_iter()
        .map(|Filed { entry, .. }| {
            let event = read_event(&entry)?;
            check(&event).map_err(|refusal| may_not_stand(entry.seq, &refusal))?;
            Ok(Prepared { event, bytes: entry.bytes, secrets: Vec::new() })
        })
        .collect()
}

fn fold_page(
    backend: &mut dyn Backend,
    before: Head,
    after: Head,
    page: ScopedJoinHandle<'_, Result<Vec<Prepared>, StoreError>>,
) -> Result<(), StoreError> {
    let page = page.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let mut overlay = Overlay::new(backend, before);
    overlay.fetch(&page.iter().collect::<Vec<_>>())?;
    for event in &page {
        let seq = overlay.head().seq + 1;
        if let Err(refusal) = overlay.fold(event, &mut Vec::new())? {
            return Err(may_not_stand(seq, &refusal));
        }
    }
    if overlay.head() != after {
        let message = format!("the chain is broken up to event {}", after.seq);
        return Err(StoreError::Unreadable(message));
    }
    let mut changes = overlay.flush();
    // The events are there, and so are secrets and their erasure.
    changes.entries.clear();
    changes.erased.clear();
    backend.write(&changes)
}

fn may_not_stand(seq: u64, refusal: &impl std::fmt::Display) -> StoreError {
    StoreError::Unreadable(format!("event {seq} may not stand: {refusal}"))
}
