//! The records in memory: for tests, for small ledgers, and as the plain statement of what a store must do.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::{Effect, Failure, Record, Refusal, View, apply};
use crate::event::{Entry, Head, Proposal};
use crate::hash::Hash;
use crate::id::Id;
use crate::model::{Link, Relation};
use crate::seal::{Sealed, Secret};

/// A ledger that is gone when it is dropped.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    entries: Vec<Entry>,
    by_id: BTreeMap<Id, u64>,
    records: BTreeMap<Id, Record>,
    secrets: BTreeMap<Sealed, Secret>,
    head: Head,
}

impl Memory {
    /// An empty ledger.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Adds an event, and gives its number. An event that is there already is not added again, and gives the number that
    /// it has.
    ///
    /// # Errors
    ///
    /// The reason why it may not be added; then nothing has changed.
    pub fn append(&mut self, proposal: &Proposal) -> Result<u64, Refusal> {
        let event = &proposal.event;
        let unsound = |e: crate::event::UnreadableEvent| Refusal::Unsound {
            problems: vec![crate::model::Problem { field: "event".into(), message: e.to_string() }],
        };
        let bytes = event.to_bytes().map_err(unsound)?;
        if let Some(seq) = self.by_id.get(&event.id.any()) {
            let same = self.entries.get(*seq as usize - 1).is_some_and(|e| e.bytes == bytes);
            return if same { Ok(*seq) } else { Err(Refusal::IdReused { id: event.id.any() }) };
        }
        proposal.check_secrets()?;
        let seq = self.head.seq + 1;
        let effect = apply(self, seq, event).map_err(|failure| match failure {
            Failure::Refused(refusal) => *refusal,
            Failure::View(never) => match never {},
        })?;
        match effect {
            Effect::Put(record) => {
                self.records.insert(record.id, *record);
            }
            Effect::Erase(seals) => {
                for seal in &seals {
                    self.secrets.remove(seal);
                }
            }
        }
        for (seal, secret) in event.seals().into_iter().zip(&proposal.secrets) {
            self.secrets.insert(seal, secret.clone());
        }
        self.by_id.insert(event.id.any(), seq);
        self.entries.push(self.head.push(bytes));
        Ok(seq)
    }

    /// Every event, in its order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Every record, by its id.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// The record of that id.
    pub fn get(&self, id: Id) -> Option<&Record> {
        self.records.get(&id)
    }

    /// The text behind a seal, where it was not erased.
    pub fn secret(&self, seal: Sealed) -> Option<&Secret> {
        self.secrets.get(&seal)
    }

    /// The number and hash of the last event.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The hash of the last event.
    pub fn hash(&self) -> Hash {
        self.head.hash
    }
}

impl View for Memory {
    type Error = Infallible;

    fn record(&self, id: Id) -> Result<Option<Record>, Infallible> {
        Ok(self.records.get(&id).cloned())
    }

    fn disputed(&self, id: Id) -> Result<bool, Infallible> {
        Ok(self.records.values().filter(|r| r.stands()).filter_map(Record::get::<Link>).any(
            |link| link.relation == Relation::Contradicts && (link.from == id || link.to == id),
        ))
    }
}

impl Proposal {
    /// Each seal must come with what opens it, in the same order, and nothing else.
    ///
    /// # Errors
    ///
    /// [`Refusal::Secrets`] where they do not belong together.
    pub fn check_secrets(&self) -> Result<(), Refusal> {
        let seals = self.event.seals();
        let open = seals.len() == self.secrets.len()
            && seals.iter().zip(&self.secrets).all(|(seal, secret)| secret.opens(*seal));
        if open { Ok(()) } else { Err(Refusal::Secrets) }
    }
}
