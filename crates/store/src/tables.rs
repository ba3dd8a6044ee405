//! What is asked of the tables, and what stands in them: one wording for both databases.

use relight_ledger::event::{Entry, Event, Head};
use relight_ledger::fold::{Record, State};
use relight_ledger::hash::Hash;
use relight_ledger::id::Id;
use relight_ledger::model::{Decision, Kind, Link, Operation};
use relight_ledger::seal::{Sealed, Secret};

use crate::backend::{Backend, Columns, Value};
use crate::error::StoreError;

/// The layout of tables that this program works with.
pub const SCHEMA: i64 = 1;

/// An event that is there: its id, number and bytes.
pub(crate) type KnownEvent = (Id<Event>, u64, Vec<u8>);

/// Of each kind and state, how many records there are.
pub type RecordCounts = Vec<(Kind, State, u64)>;

/// An event in its place, and what it is filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filed {
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

/// What an append has to know before it folds.
#[derive(Debug, Default)]
pub(crate) struct Start {
    pub head: Head,
    /// Those of its events that are there already.
    pub known: Vec<KnownEvent>,
    /// Those of the records it names that are there.
    pub records: Vec<Record>,
}

/// What an append changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    /// New events.
    pub entries: Vec<Filed>,
    /// Records as they are now.
    pub records: Vec<Record>,
    /// New secrets.
    pub secrets: Vec<(Sealed, Secret)>,
    /// Secrets to be erased.
    pub erased: Vec<Sealed>,
}

/// Makes the indices that only readers need.
pub(crate) const INDICES: &str = include_str!("indices.sql");

/// Drops them.
pub(crate) const DROP_INDICES: &str = "drop index if exists record_by_kind; drop index if exists record_by_operation; \
    drop index if exists record_by_change";

pub(crate) const HEAD: &str = "select seq, hash from event order by seq desc limit 1";
pub(crate) const EVENTS: &str = "select id, seq, bytes from event where id =";
pub(crate) const RECORDS: &str = "select body from record where id =";
const SECRETS: &str = "select seal, salt, text from secret where seal =";

/// The number and hash of the last event.
pub(crate) fn head(backend: &mut dyn Backend) -> Result<Head, StoreError> {
    let mut head = Head::default();
    backend.rows(HEAD, &[], &mut |row| {
        head = read_head(row)?;
        Ok(())
    })?;
    Ok(head)
}

/// What an append has to know: its database has begun a transaction.
pub(crate) fn start(
    backend: &mut dyn Backend,
    events: &[Id<Event>],
    records: &[Id],
) -> Result<Start, StoreError> {
    let head = head(backend)?;
    let mut known = Vec::new();
    let ids: Vec<[u8; 16]> = events.iter().map(|id| id.bytes()).collect();
    backend.look_up(EVENTS, &keys(&ids), &mut |row| {
        known.push(read_known(row)?);
        Ok(())
    })?;
    Ok(Start { head, known, records: self::records(backend, records)? })
}

/// Events after a number, in their order.
pub(crate) fn entries(
    backend: &mut dyn Backend,
    after: u64,
    most: usize,
) -> Result<Vec<Filed>, StoreError> {
    let query = "select seq, previous, hash, bytes, id, record from event where seq > $1 \
                 order by seq limit $2";
    let mut found = Vec::with_capacity(most);
    backend.rows(query, &[number(after), limit(most)], &mut |row| {
        let record = if row.is_null(5)? { None } else { Some(read_id(row.bytes(5)?)?) };
        found.push(Filed { id: read_id(row.bytes(4)?)?, record, entry: read_entry(row)? });
        Ok(())
    })?;
    Ok(found)
}

/// Events about a record after a number, in their order.
pub(crate) fn history(
    backend: &mut dyn Backend,
    record: Id,
    after: u64,
    most: usize,
) -> Result<Vec<Entry>, StoreError> {
    let query = "select seq, previous, hash, bytes from event where record = $1 and seq > $2 \
                 order by seq limit $3";
    let mut found = Vec::new();
    let with = [Value::Bytes(Some(&record.bytes())), number(after), limit(most)];
    backend.rows(query, &with, &mut |row| {
        found.push(read_entry(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Those of the records that are there.
pub(crate) fn records(backend: &mut dyn Backend, ids: &[Id]) -> Result<Vec<Record>, StoreError> {
    let mut found = Vec::new();
    let ids: Vec<[u8; 16]> = ids.iter().map(|id| id.bytes()).collect();
    backend.look_up(RECORDS, &keys(&ids), &mut |row| {
        found.push(read_record(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Records of a filter after an id, by id. Each filter is a query of its own, so that each uses its index.
pub(crate) fn list(
    backend: &mut dyn Backend,
    filter: &Filter,
    after: Id,
    most: usize,
) -> Result<Vec<Record>, StoreError> {
    let operation = filter.operation.map(Id::bytes);
    let operation = operation.as_ref().map(|id| Value::Bytes(Some(id)));
    let kind = filter.kind.map(|kind| Value::Text(Some(kind.word())));
    let query = match (operation, kind) {
        (Some(_), Some(_)) => {
            "select body from record where operation = $1 and kind = $2 and id > $3 \
             and (cast($4 as text) is null or state = $4) order by id limit $5"
        }
        (Some(_), None) => {
            "select body from record where operation = $1 and id > $2 \
             and (cast($3 as text) is null or state = $3) order by id limit $4"
        }
        (None, Some(_)) => {
            "select body from record where kind = $1 and id > $2 \
             and (cast($3 as text) is null or state = $3) order by id limit $4"
        }
        (None, None) => {
            "select body from record where id > $1 \
             and (cast($2 as text) is null or state = $2) order by id limit $3"
        }
    };
    let after = after.bytes();
    let rest = [Value::Bytes(Some(&after)), Value::Text(filter.state.map(state_word)), limit(most)];
    let with: Vec<Value<'_>> = operation.into_iter().chain(kind).chain(rest).collect();
    bodies(backend, query, &with)
}

/// Records changed after an event, in the order of their last change.
pub(crate) fn changed(
    backend: &mut dyn Backend,
    after: u64,
    most: usize,
) -> Result<Vec<Record>, StoreError> {
    let query = "select body from record where last_seq > $1 order by last_seq limit $2";
    bodies(backend, query, &[number(after), limit(most)])
}

/// Records that name a record, by role and id, those after a place in that order.
pub(crate) fn referring(
    backend: &mut dyn Backend,
    to: Id,
    after: Option<(&str, Id)>,
    most: usize,
) -> Result<Vec<Referring>, StoreError> {
    let (role, id) = after.map_or(("", Id::NIL), |place| place);
    let query = "select record.body, reference.role from reference \
                 join record on record.id = reference.source \
                 where reference.target = $1 and (reference.role, reference.source) > ($2, $3) \
                 order by reference.role, reference.source limit $4";
    let (to, id) = (to.bytes(), id.bytes());
    let with =
        [Value::Bytes(Some(&to)), Value::Text(Some(role)), Value::Bytes(Some(&id)), limit(most)];
    let mut found = Vec::new();
    backend.rows(query, &with, &mut |row| {
        found.push(Referring { role: row.text(1)?.to_owned(), record: read_record(row)? });
        Ok(())
    })?;
    Ok(found)
}

/// Whether a standing link says that the record contradicts another, or another it.
pub(crate) fn disputed(backend: &mut dyn Backend, record: Id) -> Result<bool, StoreError> {
    let query = "select id from link where state = 'standing' and relation = 'contradicts' \
                 and (source = $1 or target = $1) limit 1";
    let mut found = false;
    backend.rows(query, &[Value::Bytes(Some(&record.bytes()))], &mut |_| {
        found = true;
        Ok(())
    })?;
    Ok(found)
}

/// Those of the secrets that are there.
pub(crate) fn secrets(
    backend: &mut dyn Backend,
    seals: &[Sealed],
) -> Result<Vec<(Sealed, Secret)>, StoreError> {
    let wanted: Vec<&[u8]> = seals.iter().map(|seal| &seal.0.bytes()[..]).collect();
    let mut found = Vec::new();
    backend.look_up(SECRETS, &wanted, &mut |row| {
        let secret = Secret { salt: row.text(1)?.to_owned(), text: row.text(2)?.to_owned() };
        found.push((Sealed(read_hash(row.bytes(0)?)?), secret));
        Ok(())
    })?;
    Ok(found)
}

/// How many events, and records of each kind and state, there are.
pub(crate) fn count(backend: &mut dyn Backend) -> Result<(u64, RecordCounts), StoreError> {
    let mut events = 0;
    backend.rows("select count(*) from event", &[], &mut |row| {
        events = row.number(0)? as u64;
        Ok(())
    })?;
    let query = "select kind, state, count(*) from record group by kind, state";
    let mut records = RecordCounts::new();
    backend.rows(query, &[], &mut |row| {
        let (kind, state) = (row.text(0)?, row.text(1)?);
        let known = Kind::from_word(kind).zip(state_from_word(state));
        let (kind, state) =
            known.ok_or_else(|| StoreError::Unreadable(format!("a {state} {kind}")))?;
        records.push((kind, state, row.number(2)? as u64));
        Ok(())
    })?;
    records.sort_by_key(|(kind, state, _)| (kind.word(), state_word(*state)));
    Ok((events, records))
}

fn bodies(
    backend: &mut dyn Backend,
    query: &'static str,
    with: &[Value<'_>],
) -> Result<Vec<Record>, StoreError> {
    let mut found = Vec::new();
    backend.rows(query, with, &mut |row| {
        found.push(read_record(row)?);
        Ok(())
    })?;
    Ok(found)
}

fn keys(ids: &[[u8; 16]]) -> Vec<&[u8]> {
    ids.iter().map(|id| &id[..]).collect()
}

fn number(number: u64) -> Value<'static> {
    Value::Number(number.cast_signed())
}

fn limit(limit: usize) -> Value<'static> {
    Value::Number(i64::try_from(limit).unwrap_or(i64::MAX))
}

/// Columns seq, hash.
pub(crate) fn read_head(row: &dyn Columns) -> Result<Head, StoreError> {
    Ok(Head { seq: row.number(0)? as u64, hash: read_hash(row.bytes(1)?)? })
}

/// Columns id, seq, bytes.
pub(crate) fn read_known(row: &dyn Columns) -> Result<KnownEvent, StoreError> {
    Ok((read_id(row.bytes(0)?)?, row.number(1)? as u64, row.bytes(2)?.to_vec()))
}

/// Columns seq, previous, hash, bytes.
fn read_entry(row: &dyn Columns) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: row.number(0)? as u64,
        previous: read_hash(row.bytes(1)?)?,
        hash: read_hash(row.bytes(2)?)?,
        bytes: row.bytes(3)?.to_vec(),
    })
}

/// Column body.
pub(crate) fn read_record(row: &dyn Columns) -> Result<Record, StoreError> {
    serde_json::from_str(row.text(0)?).map_err(|e| StoreError::Unreadable(e.to_string()))
}

fn read_id<T>(bytes: &[u8]) -> Result<Id<T>, StoreError> {
    let bytes: [u8; 16] = bytes
        .try_into()
        .map_err(|_| StoreError::Unreadable(format!("an id of {} bytes", bytes.len())))?;
    Ok(Id::from_bits(u128::from_be_bytes(bytes)))
}

fn read_hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| StoreError::Unreadable(format!("a hash of {} bytes", bytes.len())))?;
    Ok(Hash::from_bytes(bytes))
}

/// The words of states in tables.
fn state_word(state: State) -> &'static str {
    match state {
        State::Standing => "standing",
        State::Pending => "pending",
        State::Withdrawn => "withdrawn",
        State::Decided(Decision::Accepted) => "accepted",
        State::Decided(Decision::Edited) => "edited",
        State::Decided(Decision::Rejected) => "rejected",
    }
}

fn state_from_word(word: &str) -> Option<State> {
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
    /// Whether there is an earlier row of it, maybe with other references.
    pub is_new: bool,
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
            is_new: record.version == 1,
            references,
            link: link.map(|l| (l.from.bytes(), l.relation.word(), l.to.bytes())),
        })
    }
}
