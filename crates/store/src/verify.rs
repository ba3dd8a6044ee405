//! Is what is stored what was written? The chain is followed from the first event to the last.

use std::collections::BTreeMap;

use relight_ledger::event::{Act, Broken, Fault, Head, Verifier};
use relight_ledger::seal::Sealed;

use crate::dump::{contains, may_have_seals};
use crate::error::StoreError;
use crate::store::{CHUNK, Store, read_event};

/// What holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The last event.
    pub head: Head,
    /// Sealed texts that were redacted.
    pub redacted: u64,
}

impl Store {
    /// Follows the chain of all events. Where a head is given, as from a published checkpoint, the log must hold that very
    /// event.
    ///
    /// # Errors
    ///
    /// [`StoreError::Broken`] with the first event that is not what it was.
    pub fn verify(&mut self, published: Option<Head>) -> Result<Verified, StoreError> {
        let mut verifier = Verifier::new();
        let mut sealed: BTreeMap<Sealed, u64> = BTreeMap::new();
        let mut redacted = 0;
        loop {
            let page = self.backend.entries(verifier.head().seq, CHUNK)?;
            let last = page.len() < CHUNK;
            for filed in page {
                let entry = &filed.entry;
                let seq = entry.seq;
                verifier.next(seq, entry.previous, entry.hash, &entry.bytes)?;
                let broken = |fault| StoreError::Broken(Broken { seq, fault });
                if published.is_some_and(|head| head.seq == seq && head.hash != entry.hash) {
                    return Err(broken(Fault::Rewritten));
                }
                // Bytes are canonical: fields stand in their order and without white space.
                let own = format!(",\"id\":\"{}\",", filed.id);
                if !contains(&entry.bytes, own.as_bytes()) {
                    return Err(broken(Fault::Misfiled));
                }
                if may_have_seals(&entry.bytes) {
                    for seal in read_event(entry)?.seals() {
                        sealed.insert(seal, seq);
                    }
                }
                if contains(&entry.bytes, b"\"redact\":{")
                    && let Act::Redact { seals } = read_event(entry)?.act
                {
                    for seal in seals {
                        redacted += u64::from(sealed.remove(&seal).is_some());
                    }
                }
            }
            if last {
                break;
            }
        }
        let head = verifier.head();
        if let Some(published) = published.filter(|published| published.seq > head.seq) {
            let missing = Broken { seq: head.seq + 1, fault: Fault::Truncated };
            debug_assert!(published.seq >= missing.seq);
            return Err(missing.into());
        }
        self.open_all(&sealed)?;
        Ok(Verified { head, redacted })
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
            let found: BTreeMap<Sealed, _> = self.backend.secrets(some)?.into_iter().collect();
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
