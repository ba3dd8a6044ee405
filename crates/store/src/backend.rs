//! The plain reads and writes that a database must offer. Everything else is written once, above them.

use relight_ledger::event::{Entry, Event, Head};
use relight_ledger::fold::{Record, State};
use relight_ledger::id::Id;
use relight_ledger::model::{Kind, Link, Operation};
use relight_ledger::seal::{Sealed, Secret};

use crate::error::StoreError;

/// The layout of tables that this program works with.
pub const SCHEMA: i64 = 1;

/// A database with the tables of a ledger.
pub trait Backend: Send {
    /// Path or address for messages, without a password.
    fn place(&self) -> String;

    /// The layout that the tables have; 0 where there are none.
    fn schema(&mut self) -> Result<i64, StoreError>;

    /// Brings the tables from that layout to [`SCHEMA`], in one transaction.
    fn migrate(&mut self, from: i64) -> Result<(), StoreError>;

    /// Begins a transaction that holds the one write lock.
    fn begin(&mut self) -> Result<(), StoreError>;

    /// Makes all since [`Backend::begin`] last, whatever happens to the machine.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Forgets all since [`Backend::begin`].
    fn roll_back(&mut self);

    /// The number and hash of the last event.
    fn head(&mut self) -> Result<Head, StoreError>;

    /// Those of the events that are there: number and bytes.
    fn events(&mut self, ids: &[Id<Event>]) -> Result<Vec<KnownEvent>, StoreError>;

    /// Events after a number, in their order, with the id that each is filed under.
    fn entries(&mut self, after: u64, limit: usize) -> Result<Vec<Filed>, StoreError>;

    /// Events about a record after a number, in their order.
    fn history(&mut self, record: Id, after: u64, limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// Those of the records that are there.
    fn records(&mut self, ids: &[Id]) -> Result<Vec<Record>, StoreError>;

    /// Records of a filter after an id, by id.
    fn list(&mut self, filter: &Filter, after: Id, limit: usize)
    -> Result<Vec<Record>, StoreError>;

    /// Records changed after an event, in the order of their last change.
    fn changed(&mut self, after: u64, limit: usize) -> Result<Vec<Record>, StoreError>;

    /// Records that name a record, by role and id, those after a place in that order.
    fn referring(
        &mut self,
        to: Id,
        after: Option<(&str, Id)>,
        limit: usize,
    ) -> Result<Vec<Referring>, StoreError>;

    /// Whether a standing link says that the record contradicts another, or another it.
    fn disputed(&mut self, record: Id) -> Result<bool, StoreError>;

    /// Those of the secrets that are there.
    fn secrets(&mut self, seals: &[Sealed]) -> Result<Vec<(Sealed, Secret)>, StoreError>;

    /// How many events, and records of each kind and state, there are.
    fn count(&mut self) -> Result<(u64, RecordCounts), StoreError>;

    /// Writes what an append has changed.
    fn write(&mut self, changes: &Changes) -> Result<(), StoreError>;

    /// Throws every record away; the events stay.
    fn clear_records(&mut self) -> Result<(), StoreError>;
}

/// An event that is there: its id, number and bytes.
pub type KnownEvent = (Id<Event>, u64, Vec<u8>);

/// Of each kind and state, how many records there are.
pub type RecordCounts = Vec<(Kind, State, u64)>;

/// An event in its place, and the id that it is filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The id in the table.
    pub id: Id<Event>,
    /// The record in the table.
    pub record: Option<Id>,
    /// The event.
    pub entry: Entry,
}

/// Which records are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this operation.
    pub operation: Option<Id<Operation>>,
    /// In this state.
    pub state: Option<State>,
}

/// A record that names another.
#[derive(Debug, Clone, PartialEq)]
pub struct Referring {
    /// In which role.
    pub role: String,
    /// The record.
    pub record: Record,
}

/// What an append changes.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// New events.
    pub entries: Vec<Filed>,
    /// Records as they are now.
    pub records: Vec<Record>,
    /// New secrets.
    pub secrets: Vec<(Sealed, Secret)>,
    /// Secrets to be erased.
    pub erased: Vec<Sealed>,
}

/// The words of states in tables.
pub(crate) fn state_word(state: State) -> &'static str {
    use relight_ledger::model::Decision;
    match state {
        State::Standing => "standing",
        State::Pending => "pending",
        State::Withdrawn => "withdrawn",
        State::Decided(Decision::Accepted) => "accepted",
        State::Decided(Decision::Edited) => "edited",
        State::Decided(Decision::Rejected) => "rejected",
    }
}

pub(crate) fn state_from_word(word: &str) -> Option<State> {
    use relight_ledger::model::Decision;
    [
        State::Standing,
        State::Pending,
        State::Withdrawn,
        State::Decided(Decision::Accepted),
        State::Decided(Decision::Edited),
        State::Decided(Decision::Rejected),
    ]
    .into_iter()
    .find(|state| state_word(*state) == word)
}

/// A record as its row: what is asked for in columns of their own, the whole as JSON.
pub(crate) struct Row {
    pub id: [u8; 16],
    pub operation: Option<[u8; 16]>,
    pub kind: &'static str,
    pub state: &'static str,
    pub last_seq: i64,
    pub body: String,
    /// Roles and ids that it names, without doubles.
    pub references: Vec<(&'static str, [u8; 16])>,
    /// For a link: first, relation, second.
    pub link: Option<([u8; 16], &'static str, [u8; 16])>,
}

impl Row {
    pub(crate) fn of(record: &Record) -> Result<Row, StoreError> {
        let body =
            serde_json::to_string(record).map_err(|e| StoreError::Unreadable(e.to_string()))?;
        let mut references: Vec<_> =
            record.content.references().iter().map(|r| (r.role, r.to.bytes())).collect();
        references.sort_unstable();
        references.dedup();
        let link = record.get::<Link>();
        Ok(Row {
            id: record.id.bytes(),
            operation: record.operation.map(Id::bytes),
            kind: record.kind().word(),
            state: state_word(record.state),
            last_seq: record.last_seq.cast_signed(),
            body,
            references,
            link: link.map(|l| (l.from.bytes(), l.relation.word(), l.to.bytes())),
        })
    }
}

pub(crate) fn read_record(body: &str) -> Result<Record, StoreError> {
    serde_json::from_str(body).map_err(|e| StoreError::Unreadable(e.to_string()))
}

pub(crate) fn read_id<T>(bytes: &[u8]) -> Result<Id<T>, StoreError> {
    let bytes: [u8; 16] = bytes
        .try_into()
        .map_err(|_| StoreError::Unreadable(format!("an id of {} bytes", bytes.len())))?;
    Ok(Id::from_bits(u128::from_be_bytes(bytes)))
}

pub(crate) fn read_hash(bytes: &[u8]) -> Result<relight_ledger::hash::Hash, StoreError> {
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| StoreError::Unreadable(format!("a hash of {} bytes", bytes.len())))?;
    Ok(relight_ledger::hash::Hash::from_bytes(bytes))
}
