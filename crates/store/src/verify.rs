//! Is what is stored what was written? The chain is followed from the first event to the last.
//!
//! An entry holds the hash of the one before it, so that pages of the log can be looked at side by side, each on from
//! where the one before it says that it ends. What is wrong is told of the first event that is.

use std::collections::{BTreeMap, VecDeque};
use std::thread::{self, ScopedJoinHandle};

use relight_ledger::event::{Act, Broken, Event, Fault, Head, Verifier};
use relight_ledger::seal::Sealed;

use crate::error::StoreError;
use crate::store::{CHUNK, Store};
use crate::tables::{self, Filed};

/// What holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The last event.
    pub head: Head,
    /// Sealed texts that were redacted.
    pub redacted: u64,
}

/// Texts that must be there, each with the event that brought it; and how many were redacted.
#[derive(Default)]
struct Seals {
    open: BTreeMap<Sealed, u64>,
    redacted: u64,
}

/// What a page did to texts: an event brings or redacts some.
enum Deed {
    Sealed(u64, Vec<Sealed>),
    Redacted(Vec<Sealed>),
}

impl Store {
    /// Follows the chain of all events. Where a head is given, as from a published checkpoint, the log must hold that very
    /// event.
    ///
    /// # Errors
    ///
    /// [`StoreError::Broken`] with the first event that is not what it was.
    pub fn verify(&mut self, published: Option<Head>) -> Result<Verified, StoreError> {
        let (head, seals) = self.follow(published)?;
        if published.is_some_and(|published| published.seq > head.seq) {
            return Err(Broken { seq: head.seq + 1, fault: Fault::Truncated }.into());
        }
        self.open_all(&seals.open)?;
        Ok(Verified { head, redacted: seals.redacted })
    }

    /// Reads page after page, while threads look at those that were read.
    fn follow(&mut self, published: Option<Head>) -> Result<(Head, Seals), StoreError> {
        let at_once = thread::available_parallelism().map_or(1, usize::from);
        let mut seals = Seals::default();
        let head = thread::scope(|scope| {
            let mut looked_at = VecDeque::new();
            let mut head = Head::default();
            loop {
                let page = tables::entries(self.backend.as_mut(), head.seq, CHUNK)?;
                let Some(last) = page.last().map(|filed| &filed.entry) else { break };
                let (start, next) = (head, Head { seq: last.seq, hash: last.hash });
                looked_at.push_back(scope.spawn(move || look_at(start, page, published)));
                if looked_at.len() > at_once {
                    looked_at.pop_front().map_or(Ok(()), |page| seals.note(page))?;
                }
                head = next;
            }
            looked_at.into_iter().try_for_each(|page| seals.note(page))?;
            Ok::<Head, StoreError>(head)
        })?;
        Ok((head, seals))
    }

    /// Every seal that was not redacted must be opened by its secret.
    fn open_all(&mut self, sealed: &BTreeMap<Sealed, u64>) -> Result<(), StoreError> {
        let seals: Vec<Sealed> = sealed.keys().copied().collect();
        let mut first: Option<Broken> = None;
        let mut note = |seq: u64, fault: Fault| {
            if first.as_ref().is_none_or(|known| seq < known.seq) {
                first = Some(Broken { seq, fault });
            }
        };
        for some in seals.chunks(CHUNK) {
            let found: BTreeMap<Sealed, _> =
                tables::secrets(self.backend.as_mut(), some)?.into_iter().collect();
            for seal in some {
                let seq = sealed.get(seal).copied().unwrap_or_default();
                match found.get(seal) {
                    None => note(seq, Fault::SecretMissing),
                    Some(secret) if !secret.opens(*seal) => note(seq, Fault::SecretChanged),
                    Some(_) => {}
                }
            }
        }
        first.map_or(Ok(()), |broken| Err(broken.into()))
    }
}

impl Seals {
    fn note(
        &mut self,
        page: ScopedJoinHandle<'_, Result<Vec<Deed>, Broken>>,
    ) -> Result<(), StoreError> {
        let deeds = page.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        for deed in deeds {
            match deed {
                Deed::Sealed(seq, seals) => {
                    self.open.extend(seals.into_iter().map(|seal| (seal, seq)));
                }
                Deed::Redacted(seals) => {
                    let gone = seals.iter().filter(|seal| self.open.remove(seal).is_some());
                    self.redacted += gone.count() as u64;
                }
            }
        }
        Ok(())
    }
}

/// Follows the chain through a page, and holds each event against the row that it stands in.
fn look_at(start: Head, page: Vec<Filed>, published: Option<Head>) -> Result<Vec<Deed>, Broken> {
    let mut verifier = Verifier::after(start);
    let mut deeds = Vec::new();
    for Filed { id, record, entry } in page {
        let seq = entry.seq;
        verifier.next(seq, entry.previous, entry.hash, &entry.bytes)?;
        let broken = |fault| Err(Broken { seq, fault });
        if published.is_some_and(|head| head.seq == seq && head.hash != entry.hash) {
            return broken(Fault::Rewritten);
        }
        let event = match Event::from_bytes(&entry.bytes) {
            Ok(event) => event,
            Err(error) => return broken(Fault::Unreadable(error.to_string())),
        };
        if (event.id, event.act.record()) != (id, record) {
            return broken(Fault::Misfiled);
        }
        let seals = event.seals();
        if !seals.is_empty() {
            deeds.push(Deed::Sealed(seq, seals));
        }
        if let Act::Redact { seals } = event.act {
            deeds.push(Deed::Redacted(seals));
        }
    }
    Ok(deeds)
}
