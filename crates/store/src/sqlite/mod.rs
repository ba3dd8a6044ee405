//! `SQLite`: a file beside the program. One writer at a time, any number of readers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use relight_ledger::event::Event;
use relight_ledger::id::Id;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row as SqlRow, Statement, params};

use crate::backend::{Answer, Backend, Columns, Each, Value};
use crate::error::StoreError;
use crate::tables::{self, Changes, Filed, Row, Start};

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
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Number(number) => ValueRef::Integer(number),
            Value::Bytes(bytes) => bytes.map_or(ValueRef::Null, ValueRef::Blob),
            Value::Text(text) => text.map_or(ValueRef::Null, |t| ValueRef::Text(t.as_bytes())),
        }))
    }
}

impl Columns for SqlRow<'_> {
    fn number(&self, at: usize) -> Result<i64, StoreError> {
        Ok(self.get(at)?)
    }

    fn bytes(&self, at: usize) -> Result<&[u8], StoreError> {
        self.get_ref(at)?.as_blob().map_err(|e| StoreError::Unreadable(e.to_string()))
    }

    fn text(&self, at: usize) -> Result<&str, StoreError> {
        self.get_ref(at)?.as_str().map_err(|e| StoreError::Unreadable(e.to_string()))
    }

    fn is_null(&self, at: usize) -> Result<bool, StoreError> {
        Ok(self.get_ref(at)? == ValueRef::Null)
    }
}

fn hand_over(statement: &mut Statement<'_>, with: &[Value<'_>], each: Each<'_>) -> Answer {
    let mut rows = statement.query(rusqlite::params_from_iter(with))?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}

impl Backend for Database {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn schema(&mut self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row("pragma user_version", [], |row| row.get(0))?)
    }

    fn layout(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn run(&mut self, script: &str) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(script)?)
    }

    fn rows(&mut self, query: &'static str, with: &[Value<'_>], each: Each<'_>) -> Answer {
        hand_over(&mut *self.connection.prepare_cached(query)?, with, each)
    }

    /// One by one: a look-up by key takes some microseconds.
    fn look_up(&mut self, query: &'static str, keys: &[&[u8]], each: Each<'_>) -> Answer {
        let mut statement = self.connection.prepare_cached(&format!("{query} $1"))?;
        keys.iter()
            .try_for_each(|key| hand_over(&mut statement, &[Value::Bytes(Some(key))], &mut *each))
    }

    fn clear_records(&mut self) -> Result<(), StoreError> {
        self.run("delete from record; delete from reference; delete from link")
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.run("begin immediate")
    }

    fn start(&mut self, events: &[Id<Event>], records: &[Id]) -> Result<Start, StoreError> {
        self.begin()?;
        tables::start(self, events, records)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.run("commit")
    }

    fn keep(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.write(changes)?;
        self.commit()
    }

    fn roll_back(&mut self) {
        // Where SQLite has rolled back by itself, as on a full disk, there is nothing to undo.
        let _ = self.connection.execute_batch("rollback");
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
            if !row.is_new {
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
}
