//! The chain: each entry carries the hash of the one before it, so that a change of the past shows.

use crate::hash::Hash;

/// The place of the next event: how many there are, and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// Events so far; the number of the last one.
    pub seq: u64,
    /// Its hash; [`Hash::NONE`] where there is none.
    pub hash: Hash,
}

/// An event in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// The hash of the entry before it.
    pub previous: Hash,
    /// Its own: over predecessor, number and bytes.
    pub hash: Hash,
    /// The canonical bytes of the event.
    pub bytes: Vec<u8>,
}

impl Head {
    /// The hash that an event with these bytes would have here.
    pub fn next_hash(&self, bytes: &[u8]) -> Hash {
        Hash::of("relight.event/1", &[self.hash.bytes(), &(self.seq + 1).to_be_bytes(), bytes])
    }

    /// Puts an event in its place, and moves on.
    pub fn push(&mut self, bytes: Vec<u8>) -> Entry {
        let entry =
            Entry { seq: self.seq + 1, previous: self.hash, hash: self.next_hash(&bytes), bytes };
        *self = Head { seq: entry.seq, hash: entry.hash };
        entry
    }
}

/// The first entry that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} {fault}; events before it are as they were written")]
pub struct Broken {
    /// Its number.
    pub seq: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What can be wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The number is not the next one: an entry is missing or out of place.
    #[error("is missing (found event {found} in its place)")]
    Missing {
        /// The number that was found.
        found: u64,
    },
    /// It follows another entry than it says.
    #[error("does not follow the one before it")]
    Unchained,
    /// The bytes were changed.
    #[error("has been changed: its bytes do not give its hash")]
    Changed,
    /// The bytes are no event.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The event under another id than the entry.
    #[error("is filed under the id of another event or record")]
    Misfiled,
    /// A text behind a seal was changed.
    #[error("has a sealed text that does not open its seal")]
    SecretChanged,
    /// A text behind a seal is gone, and no event says so.
    #[error("lacks a sealed text that nobody has redacted")]
    SecretMissing,
    /// It is sound in itself, and not the one that was published.
    #[error("is not the one that was published: the log has been rewritten")]
    Rewritten,
    /// The log ends before the head that was published.
    #[error("is missing: the log ends before it")]
    Truncated,
}

/// Follows a chain entry by entry.
#[derive(Debug, Clone, Copy, Default)]
pub struct Verifier {
    head: Head,
}

impl Verifier {
    /// Begins at the first event.
    pub fn new() -> Verifier {
        Verifier::default()
    }

    /// Begins after an entry that is known to be good.
    pub fn after(head: Head) -> Verifier {
        Verifier { head }
    }

    /// The last good place.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Looks at the next entry.
    pub fn next(
        &mut self,
        seq: u64,
        previous: Hash,
        hash: Hash,
        bytes: &[u8],
    ) -> Result<(), Broken> {
        let expected = self.head.seq + 1;
        let broken = |fault| Err(Broken { seq: expected, fault });
        if seq != expected {
            return broken(Fault::Missing { found: seq });
        }
        if previous != self.head.hash {
            return broken(Fault::Unchained);
        }
        if self.head.next_hash(bytes) != hash {
            return broken(Fault::Changed);
        }
        self.head = Head { seq, hash };
        Ok(())
    }
}
