//! A ledger that is open.

use std::path::Path;

use relight_ledger::event::{Entry, Event, Head, Proposal};
use relight_ledger::fold::Record;
use relight_ledger::hash::Hash;
use relight_ledger::id::Id;
use relight_ledger::seal::{Sealed, Secret};

use crate::append::{Appended, Prepared, Rejected, append, prepare};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::tables::{self, Filter, RecordCounts, Referring, SCHEMA};
use crate::{postgres, sqlite};

/// A ledger that is open.
pub struct Store {
    pub(crate) backend: Box<dyn Backend>,
}

/// What a ledger holds, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Events.
    pub events: u64,
    /// Records, by kind and state.
    pub records: RecordCounts,
}

/// Events and records are handled so many at a time, so that memory does not grow with the ledger.
pub(crate) const CHUNK: usize = 2_000;

impl Store {
    /// Opens a ledger: an address that begins with `postgres://` or `postgresql://`, else the path of a file.
    ///
    /// # Errors
    ///
    /// Where there is none, it cannot be reached, or its layout is another.
    pub fn open(place: &str) -> Result<Store, StoreError> {
        let mut store = Store::connect(place, false)?;
        match store.backend.schema()? {
            SCHEMA => Ok(store),
            0 => Err(StoreError::Absent { place: store.backend.place() }),
            found if found < SCHEMA => Err(StoreError::Older { found, expected: SCHEMA }),
            found => Err(StoreError::Newer { found, expected: SCHEMA }),
        }
    }

    /// Opens a ledger, and makes an empty one where there is none.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn create(place: &str) -> Result<Store, StoreError> {
        let mut store = Store::connect(place, true)?;
        if store.backend.schema()? == 0 {
            store.lay_out(0)?;
        }
        drop(store);
        Store::open(place)
    }

    /// Brings an older ledger to the layout of this program. First all of it is written to `backup`, which must not be
    /// there yet. Gives the layout that it had.
    ///
    /// # Errors
    ///
    /// Where the backup cannot be written (then nothing was changed) or the migration fails (then it was undone).
    pub fn migrate(place: &str, backup: &Path) -> Result<i64, StoreError> {
        let mut store = Store::connect(place, false)?;
        let found = store.backend.schema()?;
        if found == 0 {
            return Err(StoreError::Absent { place: store.backend.place() });
        }
        if found > SCHEMA {
            return Err(StoreError::Newer { found, expected: SCHEMA });
        }
        store.back_up(backup)?;
        if found < SCHEMA {
            store.lay_out(found)?;
            // Records are folded from events, so that a new layout of theirs is made and not converted.
            store.rebuild(&mut |_| {})?;
        }
        Ok(found)
    }

    /// Brings the tables from that layout to [`SCHEMA`], in one transaction.
    fn lay_out(&mut self, from: i64) -> Result<(), StoreError> {
        self.within(|backend| match backend.schema()? {
            // Another process was quicker.
            SCHEMA => Ok(()),
            0 if from == 0 => {
                backend.run(backend.layout())?;
                backend.run(tables::INDICES)
            }
            found => Err(StoreError::Database(format!(
                "there is no way from layout {found} to {SCHEMA}"
            ))),
        })
    }

    fn connect(place: &str, create: bool) -> Result<Store, StoreError> {
        let is_address = place.starts_with("postgres://") || place.starts_with("postgresql://");
        let backend: Box<dyn Backend> = if is_address {
            Box::new(postgres::Database::connect(place)?)
        } else {
            Box::new(sqlite::Database::open(Path::new(place), create)?)
        };
        Ok(Store { backend })
    }

    /// Path or address for messages, without a password.
    pub fn place(&self) -> String {
        self.backend.place()
    }

    /// Adds one request: all of its events, or none. Events that are there already are not added again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the store fails, in which case nothing was kept. The inner error is a refusal of the request.
    pub fn append(
        &mut self,
        request: &[Proposal],
    ) -> Result<Result<Appended, Rejected>, StoreError> {
        let mut answers = self.append_all(std::slice::from_ref(&request))?;
        Ok(answers.pop().unwrap_or(Ok(Vec::new())))
    }

    /// Adds many requests in one transaction: each all or nothing, and no refusal touches the others.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the store fails, in which case nothing of any request was kept.
    pub fn append_all<R: AsRef<[Proposal]>>(
        &mut self,
        requests: &[R],
    ) -> Result<Vec<Result<Appended, Rejected>>, StoreError> {
        let prepared: Vec<_> = requests.iter().map(|r| prepare(r.as_ref())).collect();
        self.append_prepared(&prepared)
    }

    pub(crate) fn append_prepared(
        &mut self,
        requests: &[Result<Vec<Prepared>, Rejected>],
    ) -> Result<Vec<Result<Appended, Rejected>>, StoreError> {
        append(self.backend.as_mut(), requests).inspect_err(|_| self.backend.roll_back())
    }

    /// Does something in one transaction: all of it lasts, or nothing.
    pub(crate) fn within<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Backend) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let backend = self.backend.as_mut();
        let done = backend.begin().and_then(|()| work(backend));
        done.and_then(|done| self.backend.commit().map(|()| done))
            .inspect_err(|_| self.backend.roll_back())
    }

    /// The number and hash of the last event.
    pub fn head(&mut self) -> Result<Head, StoreError> {
        tables::head(self.backend.as_mut())
    }

    /// Events after a number, in their order, at most so many.
    pub fn entries(&mut self, after: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        Ok(tables::entries(self.backend.as_mut(), after, limit)?
            .into_iter()
            .map(|filed| filed.entry)
            .collect())
    }

    /// Events about a record after a number, in their order, at most so many.
    pub fn history(
        &mut self,
        record: Id,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Event)>, StoreError> {
        let entries = tables::history(self.backend.as_mut(), record, after, limit)?;
        entries.iter().map(|entry| Ok((entry.seq, read_event(entry)?))).collect()
    }

    /// The record of that id.
    pub fn record(&mut self, id: Id) -> Result<Option<Record>, StoreError> {
        Ok(tables::records(self.backend.as_mut(), &[id])?.pop())
    }

    /// Those of the records that are there, in no particular order.
    pub fn records(&mut self, ids: &[Id]) -> Result<Vec<Record>, StoreError> {
        tables::records(self.backend.as_mut(), ids)
    }

    /// Records of a filter after an id, by id, at most so many. [`Id::NIL`] begins.
    pub fn list(
        &mut self,
        filter: &Filter,
        after: Id,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        tables::list(self.backend.as_mut(), filter, after, limit)
    }

    /// Every record of a filter, by id.
    pub fn all(&mut self, filter: &Filter) -> Result<Vec<Record>, StoreError> {
        let mut all: Vec<Record> = Vec::new();
        loop {
            let after = all.last().map_or(Id::NIL, |record| record.id);
            let page = tables::list(self.backend.as_mut(), filter, after, CHUNK)?;
            let last = page.len() < CHUNK;
            all.extend(page);
            if last {
                return Ok(all);
            }
        }
    }

    /// Records changed after an event, in the order of their last change, at most so many.
    pub fn changed(&mut self, after: u64, limit: usize) -> Result<Vec<Record>, StoreError> {
        tables::changed(self.backend.as_mut(), after, limit)
    }

    /// Records that name a record, by role and id, at most so many, those after a place in that order.
    pub fn referring(
        &mut self,
        to: Id,
        after: Option<(&str, Id)>,
        limit: usize,
    ) -> Result<Vec<Referring>, StoreError> {
        tables::referring(self.backend.as_mut(), to, after, limit)
    }

    /// The text behind a seal, where it was not erased.
    pub fn secret(&mut self, seal: Sealed) -> Result<Option<Secret>, StoreError> {
        Ok(tables::secrets(self.backend.as_mut(), &[seal])?.pop().map(|(_, secret)| secret))
    }

    /// How many events and records there are.
    pub fn count(&mut self) -> Result<Counts, StoreError> {
        let (events, records) = tables::count(self.backend.as_mut())?;
        Ok(Counts { events, records })
    }

    /// A digest over every record, by id: two stores with the same events have the same.
    pub fn digest(&mut self) -> Result<Hash, StoreError> {
        let mut digest = Hash::NONE;
        let mut after = Id::NIL;
        loop {
            let page = tables::list(self.backend.as_mut(), &Filter::default(), after, CHUNK)?;
            for record in &page {
                let body = serde_json::to_vec(record)
                    .map_err(|e| StoreError::Unreadable(e.to_string()))?;
                digest = Hash::of("relight.records/1", &[digest.bytes(), &body]);
                after = record.id;
            }
            if page.len() < CHUNK {
                return Ok(digest);
            }
        }
    }
}

pub(crate) fn read_event(entry: &Entry) -> Result<Event, StoreError> {
    Event::from_bytes(&entry.bytes)
        .map_err(|e| StoreError::Unreadable(format!("event {}: {e}", entry.seq)))
}
