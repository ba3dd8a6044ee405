//! `SQLite`: a file beside the program. One writer at a time, any number of readers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use relight_ledger::event::{Entry, Event, Head};
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::Kind;
use relight_ledger::seal::{Sealed, Secret};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row as SqlRow, params};

use crate::backend::{
    Backend, Changes, Filed, Filter, KnownEvent, RecordCounts, Referring, Row, SCHEMA, read_hash,
    read_id, read_record, state_from_word, state_word,
};
use crate::error::StoreError;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(30);

/// A ledger in a `SQLite` file.
pub struct Database {
    path: PathBuf,
    connection: Connection,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Unreadable(error.to_string())
            }
            _ => StoreError::Database(error.to_string()),
        }
    }
}

impl Database {
    /// Opens the file; makes it where `create` says so.
    pub fn open(path: &Path, create: bool) -> Result<Database, StoreError> {
        let place = path.display().to_string();
        if !create && !path.exists() {
            return Err(StoreError::Absent { place });
        }
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
        let connection = Connection::open_with_flags(path, flags)
            .map_err(|e| StoreError::Unreachable { place, message: e.to_string() })?;
        connection.busy_timeout(PATIENCE)?;
        // A commit is on the disk when it is acknowledged: WAL with full synchronisation. Views and functions of a file
        // from elsewhere are not trusted.
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
             pragma trusted_schema = off; pragma cache_size = -65536; pragma temp_store = memory;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Database { path: path.to_owned(), connection })
    }

    /// Rows of a query with one parameter per id, fetched one by one: a look-up by key takes some microseconds.
    fn each<T, K: rusqlite::ToSql>(
        &self,
        query: &str,
        keys: impl Iterator<Item = K>,
        read: impl Fn(&SqlRow<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(query)?;
        let mut found = Vec::new();
        for key in keys {
            let mut rows = statement.query(params![key])?;
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }

    fn rows<T>(
        &self,
        query: &str,
        parameters: impl rusqlite::Params,
        read: impl Fn(&SqlRow<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(query)?;
        let mut rows = statement.query(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}

fn blob<'a>(row: &'a SqlRow<'_>, at: usize) -> Result<&'a [u8], StoreError> {
    let value = row.get_ref(at)?;
    value.as_blob().map_err(|e| StoreError::Unreadable(e.to_string()))
}

fn text<'a>(row: &'a SqlRow<'_>, at: usize) -> Result<&'a str, StoreError> {
    let value = row.get_ref(at)?;
    value.as_str().map_err(|e| StoreError::Unreadable(e.to_string()))
}

/// Columns seq, previous, hash, bytes from a place on.
fn entry(row: &SqlRow<'_>, at: usize) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: row.get::<_, i64>(at)? as u64,
        previous: read_hash(blob(row, at + 1)?)?,
        hash: read_hash(blob(row, at + 2)?)?,
        bytes: blob(row, at + 3)?.to_vec(),
    })
}

fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Backend for Database {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn schema(&mut self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row("pragma user_version", [], |row| row.get(0))?)
    }

    fn migrate(&mut self, from: i64) -> Result<(), StoreError> {
        self.begin()?;
        // Another process may have been quicker.
        let found = self.schema()?;
        let done = if found == 0 && from == 0 {
            self.connection.execute_batch(include_str!("schema.sql")).map_err(StoreError::from)
        } else if found == SCHEMA {
            Ok(())
        } else {
            Err(StoreError::Database(format!("there is no way from layout {found} to {SCHEMA}")))
        };
        match done {
            Ok(()) => self.commit(),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("begin immediate")?)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("commit")?)
    }

    fn roll_back(&mut self) {
        // Where SQLite has rolled back by itself, as on a full disk, there is nothing to undo.
        let _ = self.connection.execute_batch("rollback");
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        let query = "select seq, hash from event order by seq desc limit 1";
        let last = self.rows(query, [], |row| {
            Ok(Head { seq: row.get::<_, i64>(0)? as u64, hash: read_hash(blob(row, 1)?)? })
        })?;
        Ok(last.into_iter().next().unwrap_or_default())
    }

    fn events(&mut self, ids: &[Id<Event>]) -> Result<Vec<KnownEvent>, StoreError> {
        let query = "select id, seq, bytes from event where id = ?1";
        self.each(query, ids.iter().map(|id| id.bytes()), |row| {
            Ok((read_id(blob(row, 0)?)?, row.get::<_, i64>(1)? as u64, blob(row, 2)?.to_vec()))
        })
    }

    fn entries(&mut self, after: u64, most: usize) -> Result<Vec<Filed>, StoreError> {
        let query = "select id, record, seq, previous, hash, bytes from event where seq > ?1 \
                     order by seq limit ?2";
        self.rows(query, params![after.cast_signed(), limit(most)], |row| {
            let record: Option<Vec<u8>> = row.get(1)?;
            Ok(Filed {
                id: read_id(blob(row, 0)?)?,
                record: record.map(|bytes| read_id(&bytes)).transpose()?,
                entry: entry(row, 2)?,
            })
        })
    }

    fn history(&mut self, record: Id, after: u64, most: usize) -> Result<Vec<Entry>, StoreError> {
        let query = "select seq, previous, hash, bytes from event where record = ?1 and seq > ?2 \
                     order by seq limit ?3";
        self.rows(query, params![record.bytes(), after.cast_signed(), limit(most)], |row| {
            entry(row, 0)
        })
    }

    fn records(&mut self, ids: &[Id]) -> Result<Vec<Record>, StoreError> {
        let query = "select body from record where id = ?1";
        self.each(query, ids.iter().map(|id| id.bytes()), |row| read_record(text(row, 0)?))
    }

    fn list(&mut self, filter: &Filter, after: Id, most: usize) -> Result<Vec<Record>, StoreError> {
        // Each filter is a query of its own, so that each uses its index.
        let by = match (filter.operation, filter.kind) {
            (Some(_), _) => "operation = ?1 and (?2 is null or kind = ?2)",
            (None, Some(_)) => "?1 is null and kind = ?2",
            (None, None) => "?1 is null and ?2 is null",
        };
        let query = format!(
            "select body from record where {by} and id > ?3 and (?4 is null or state = ?4) \
             order by id limit ?5"
        );
        let parameters = params![
            filter.operation.map(Id::bytes),
            filter.kind.map(Kind::word),
            after.bytes(),
            filter.state.map(state_word),
            limit(most)
        ];
        self.rows(&query, parameters, |row| read_record(text(row, 0)?))
    }

    fn changed(&mut self, after: u64, most: usize) -> Result<Vec<Record>, StoreError> {
        let query = "select body from record where last_seq > ?1 order by last_seq limit ?2";
        self.rows(query, params![after.cast_signed(), limit(most)], |row| {
            read_record(text(row, 0)?)
        })
    }

    fn referring(
        &mut self,
        to: Id,
        after: Option<(&str, Id)>,
        most: usize,
    ) -> Result<Vec<Referring>, StoreError> {
        let (role, id) = after.map_or(("", Id::NIL), |place| place);
        let query = "select reference.role, record.body from reference \
                     join record on record.id = reference.source \
                     where reference.target = ?1 and (reference.role, reference.source) > (?2, ?3) \
                     order by reference.role, reference.source limit ?4";
        self.rows(query, params![to.bytes(), role, id.bytes(), limit(most)], |row| {
            Ok(Referring { role: text(row, 0)?.to_owned(), record: read_record(text(row, 1)?)? })
        })
    }

    fn disputed(&mut self, record: Id) -> Result<bool, StoreError> {
        let query = "select 1 from link where state = 'standing' and relation = 'contradicts' and source = ?1 \
                     union all \
                     select 1 from link where state = 'standing' and relation = 'contradicts' and target = ?1";
        let mut statement = self.connection.prepare_cached(query)?;
        let found: Option<i64> =
            statement.query_row(params![record.bytes()], |r| r.get(0)).optional()?;
        Ok(found.is_some())
    }

    fn secrets(&mut self, seals: &[Sealed]) -> Result<Vec<(Sealed, Secret)>, StoreError> {
        let query = "select seal, salt, text from secret where seal = ?1";
        self.each(query, seals.iter().map(|seal| *seal.0.bytes()), |row| {
            let secret = Secret { salt: text(row, 1)?.to_owned(), text: text(row, 2)?.to_owned() };
            Ok((Sealed(read_hash(blob(row, 0)?)?), secret))
        })
    }

    fn count(&mut self) -> Result<(u64, RecordCounts), StoreError> {
        let events: i64 =
            self.connection.query_row("select count(*) from event", [], |r| r.get(0))?;
        let query =
            "select kind, state, count(*) from record group by kind, state order by kind, state";
        let records = self.rows(query, [], |row| {
            let (kind, state) = (text(row, 0)?, text(row, 1)?);
            let known = Kind::from_word(kind).zip(state_from_word(state));
            let (kind, state) =
                known.ok_or_else(|| StoreError::Unreadable(format!("a {state} {kind}")))?;
            Ok((kind, state, row.get::<_, i64>(2)? as u64))
        })?;
        Ok((events as u64, records))
    }

    fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let c = &self.connection;
        let mut add = c.prepare_cached(
            "insert into event (seq, id, record, previous, hash, bytes) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for Filed { id, record, entry } in &changes.entries {
            add.execute(params![
                entry.seq.cast_signed(),
                id.bytes(),
                record.map(Id::bytes),
                entry.previous.bytes(),
                entry.hash.bytes(),
                entry.bytes
            ])?;
        }
        let mut put = c.prepare_cached(
            "insert into record (id, operation, kind, state, last_seq, body) values (?1, ?2, ?3, ?4, ?5, ?6) \
             on conflict (id) do update set operation = excluded.operation, kind = excluded.kind, \
             state = excluded.state, last_seq = excluded.last_seq, body = excluded.body",
        )?;
        let mut forget = c.prepare_cached("delete from reference where source = ?1")?;
        let mut refer =
            c.prepare_cached("insert into reference (target, role, source) values (?1, ?2, ?3)")?;
        let mut link = c.prepare_cached(
            "insert or replace into link (id, source, relation, target, state) values (?1, ?2, ?3, ?4, ?5)",
        )?;
        for record in &changes.records {
            let row = Row::of(record)?;
            put.execute(params![
                row.id,
                row.operation,
                row.kind,
                row.state,
                row.last_seq,
                row.body
            ])?;
            if record.version > 1 {
                forget.execute(params![row.id])?;
            }
            for (role, target) in &row.references {
                refer.execute(params![target, role, row.id])?;
            }
            if let Some((from, relation, to)) = row.link {
                link.execute(params![row.id, from, relation, to, row.state])?;
            }
        }
        let mut keep = c.prepare_cached(
            "insert or ignore into secret (seal, salt, text) values (?1, ?2, ?3)",
        )?;
        for (seal, secret) in &changes.secrets {
            keep.execute(params![seal.0.bytes(), secret.salt, secret.text])?;
        }
        let mut erase = c.prepare_cached("delete from secret where seal = ?1")?;
        for seal in &changes.erased {
            erase.execute(params![seal.0.bytes()])?;
        }
        Ok(())
    }

    fn clear_records(&mut self) -> Result<(), StoreError> {
        let all = "delete from record; delete from reference; delete from link;";
        Ok(self.connection.execute_batch(all)?)
    }
}
