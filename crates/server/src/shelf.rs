//! The records that figures are made of, kept in memory and brought up to date by what has changed.
//!
//! Records are a fold of events, so that this is a copy of a copy: it may be thrown away at any time.

use std::collections::{BTreeMap, BTreeSet};

use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::{Kind, Party};
use relight_store::{Store, StoreError};

use crate::policy::public::{Records, published, released};

/// Kinds that are kept: those that figures, offers and public pages are made of, and those that say whose a record is.
const KINDS: [Kind; 14] = [
    Kind::Operation,
    Kind::Party,
    Kind::Source,
    Kind::Statement,
    Kind::Claim,
    Kind::Pledge,
    Kind::Step,
    Kind::Stock,
    Kind::Link,
    Kind::Ruling,
    Kind::Publication,
    Kind::Need,
    Kind::Package,
    Kind::Assignment,
];

/// Changes are read so many at a time.
const CHUNK: usize = 1_000;

/// Records by id, up to an event.
#[derive(Default)]
pub struct Shelf {
    seq: u64,
    records: BTreeMap<Id, Record>,
    by_kind: BTreeMap<Kind, BTreeSet<Id>>,
    published: BTreeSet<Id>,
    released: BTreeSet<(Id, Id<Party>)>,
    published_until: i64,
}

impl Shelf {
    /// The number of the last event that is in it.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Reads what has changed since; gives whether something has. `until` (milliseconds since 1970) is the moment up to
    /// which publications count.
    ///
    /// # Errors
    ///
    /// Where the store fails; then it is as new as what could be read.
    pub fn refresh(&mut self, store: &mut Store, until: i64) -> Result<bool, StoreError> {
        let before = self.seq;
        loop {
            let changed = store.changed(self.seq, CHUNK)?;
            let Some(last) = changed.last() else { break };
            self.seq = last.last_seq;
            let whole = changed.len() < CHUNK;
            for record in changed {
                self.take(record);
            }
            if whole {
                break;
            }
        }
        let changed = self.seq != before;
        if changed || until != self.published_until {
            self.published = published(self, until);
            self.released = released(self);
            self.published_until = until;
        }
        Ok(changed)
    }

    /// Whether all records of that kind are in it.
    pub fn keeps(kind: Kind) -> bool {
        KINDS.contains(&kind)
    }

    /// Records of a kind after an id, by id.
    pub fn after(&self, kind: Kind, id: Id) -> impl Iterator<Item = &Record> + '_ {
        use std::ops::Bound::{Excluded, Unbounded};
        let ids = self.by_kind.get(&kind).into_iter();
        let ids = ids.flat_map(move |ids| ids.range((Excluded(id), Unbounded)));
        ids.filter_map(|id| self.records.get(id))
    }

    fn take(&mut self, record: Record) {
        if KINDS.contains(&record.kind()) {
            self.by_kind.entry(record.kind()).or_default().insert(record.id);
            self.records.insert(record.id, record);
        }
    }

    /// What may be seen by all.
    pub fn published(&self) -> &BTreeSet<Id> {
        &self.published
    }
}

impl Records for Shelf {
    fn of_kind(&self, kind: Kind) -> Box<dyn Iterator<Item = &Record> + '_> {
        let ids = self.by_kind.get(&kind).into_iter().flatten();
        Box::new(ids.filter_map(|id| self.records.get(id)))
    }

    fn get(&self, id: Id) -> Option<&Record> {
        self.records.get(&id)
    }
}

impl crate::policy::Around for Shelf {
    fn record(&self, id: Id) -> Option<Record> {
        self.records.get(&id).cloned()
    }

    fn is_published(&self, id: Id) -> bool {
        self.published.contains(&id)
    }

    fn is_released(&self, id: Id, to: Id<Party>) -> bool {
        self.released.contains(&(id, to))
    }
}
