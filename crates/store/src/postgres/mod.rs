//! `PostgreSQL` 15 or later, by address. Any number of writers and readers; whoever appends holds an advisory lock.
//!
//! What belongs to one append goes out in one piece, without waiting for the answer to each statement: one round trip to
//! take the lock and read, one to write and commit, however many events there are.

mod pipeline;
mod write;

use std::collections::BTreeMap;

use relight_ledger::event::Event;
use relight_ledger::id::Id;
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut};
use tokio_postgres::{Client, Config, NoTls, Row as SqlRow, Statement};

use crate::backend::{Answer, Backend, Columns, Each, Value};
use crate::error::StoreError;
use crate::tables::{self, Changes, Start};
use pipeline::Step;

/// Begins a transaction and takes the lock of all who append; its key is `relight` in ASCII. The lock is a statement before
/// any that reads: each later one sees what the last holder has committed.
const BEGIN: &str = "begin; select pg_advisory_xact_lock(32199663644272756)";

/// A ledger in a `PostgreSQL` database, in the schema that the connection finds first.
pub struct Database {
    place: String,
    client: Client,
    /// What drives the connection, whenever somebody waits for an answer.
    runtime: tokio::runtime::Runtime,
    statements: BTreeMap<String, Statement>,
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> StoreError {
        let Some(said) = error.as_db_error() else {
            return StoreError::Lost(with_cause(&error));
        };
        // Behind these the server ends the connection, and maybe itself: what it was doing may be done or not.
        if matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic)) {
            return StoreError::Lost(said.message().to_owned());
        }
        match said.code() {
            code if *code == SqlState::DISK_FULL => StoreError::Full,
            code if *code == SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
            code => StoreError::Database(format!("{} ({})", said.message(), code.code())),
        }
    }
}

/// The driver's own words say only what it was doing.
fn with_cause(error: &tokio_postgres::Error) -> String {
    std::error::Error::source(error)
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

impl Database {
    /// Connects to an address such as `postgres://user@host/database`.
    pub fn connect(address: &str) -> Result<Database, StoreError> {
        let unreachable = |place: &str, message: String| StoreError::Unreachable {
            place: place.to_owned(),
            message,
        };
        let config: Config = address
            .parse()
            .map_err(|e: tokio_postgres::Error| unreachable("(address)", with_cause(&e)))?;
        let place = place_of(&config);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (client, connection) = runtime
            .block_on(config.connect(NoTls))
            .map_err(|e| unreachable(&place, with_cause(&e)))?;
        // An error of the connection is told to whoever waits for an answer.
        runtime.spawn(async move { drop(connection.await) });
        let mut database = Database { place, client, runtime, statements: BTreeMap::new() };
        // A writer waits for another one, but not for ever.
        database.run("set lock_timeout = '30s'; set client_min_messages = warning")?;
        Ok(database)
    }

    /// Each query is prepared once a connection.
    fn prepared(&mut self, query: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(query) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(query))?;
        self.statements.insert(query.to_owned(), statement.clone());
        Ok(statement)
    }

    fn query(
        &mut self,
        query: &str,
        with: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<SqlRow>, StoreError> {
        let statement = self.prepared(query)?;
        Ok(self.runtime.block_on(self.client.query(&statement, with))?)
    }
}

/// The address without a password.
fn place_of(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            tokio_postgres::config::Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let port = config.get_ports().first().map_or(String::new(), |port| format!(":{port}"));
    let database = config.get_dbname().unwrap_or_default();
    format!("postgres://{}{port}/{database}", hosts.join(","))
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Number(number) => number.to_sql(of, out),
            Value::Bytes(bytes) => bytes.to_sql(of, out),
            Value::Text(text) => text.to_sql(of, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        [Type::INT8, Type::BYTEA, Type::TEXT].contains(of)
    }

    tokio_postgres::types::to_sql_checked!();
}

fn column<'a, T: FromSql<'a>>(row: &'a SqlRow, at: usize) -> Result<T, StoreError> {
    row.try_get(at).map_err(|e| StoreError::Unreadable(e.to_string()))
}

impl Columns for SqlRow {
    fn number(&self, at: usize) -> Result<i64, StoreError> {
        column(self, at)
    }

    fn bytes(&self, at: usize) -> Result<&[u8], StoreError> {
        column(self, at)
    }

    fn text(&self, at: usize) -> Result<&str, StoreError> {
        column(self, at)
    }

    fn is_null(&self, at: usize) -> Result<bool, StoreError> {
        Ok(column::<Option<&[u8]>>(self, at)?.is_none())
    }
}

/// A query of [`Backend::look_up`] for many keys at once.
fn any_of(query: &str) -> String {
    format!("{query} any($1)")
}

impl Backend for Database {
    fn place(&self) -> String {
        self.place.clone()
    }

    fn schema(&mut self) -> Result<i64, StoreError> {
        let there = self.query("select to_regclass('layout') is not null", &[])?;
        if !there.first().map_or(Ok(false), |row| column(row, 0))? {
            return Ok(0);
        }
        let row = self.query("select version from layout", &[])?;
        row.first().map_or(Ok(0), |row| column(row, 0))
    }

    fn layout(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn run(&mut self, script: &str) -> Result<(), StoreError> {
        Ok(self.runtime.block_on(self.client.batch_execute(script))?)
    }

    fn rows(&mut self, query: &'static str, with: &[Value<'_>], each: Each<'_>) -> Answer {
        let with: Vec<&(dyn ToSql + Sync)> = with.iter().map(|v| v as _).collect();
        self.query(query, &with)?.iter().try_for_each(|row| each(row))
    }

    fn look_up(&mut self, query: &'static str, keys: &[&[u8]], each: Each<'_>) -> Answer {
        self.query(&any_of(query), &[&keys])?.iter().try_for_each(|row| each(row))
    }

    fn clear_records(&mut self) -> Result<(), StoreError> {
        self.run("truncate record, reference, link")
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.run(BEGIN)
    }

    fn start(&mut self, events: &[Id<Event>], records: &[Id]) -> Result<Start, StoreError> {
        let [events, records] =
            [events.iter().map(|id| id.any()).collect::<Vec<_>>(), records.to_vec()]
                .map(|ids| ids.iter().map(|id| id.bytes().to_vec()).collect::<Vec<_>>());
        let steps = [
            Step::plain(BEGIN),
            Step::ask(self.prepared(tables::HEAD)?, vec![]),
            Step::ask(self.prepared(&any_of(tables::EVENTS))?, vec![Box::new(events)]),
            Step::ask(self.prepared(&any_of(tables::RECORDS))?, vec![Box::new(records)]),
        ];
        let answers = self.pipeline(&steps)?;
        let rows = |at: usize| answers.get(at).into_iter().flatten();
        let head = rows(1).next().map(|row| tables::read_head(row)).transpose()?;
        Ok(Start {
            head: head.unwrap_or_default(),
            known: rows(2).map(|row| tables::read_known(row)).collect::<Result<_, _>>()?,
            records: rows(3).map(|row| tables::read_record(row)).collect::<Result<_, _>>()?,
        })
    }

    fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let steps = self.steps_of(changes)?;
        self.pipeline(&steps).map(drop)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.run("commit")
    }

    fn keep(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let mut steps = self.steps_of(changes)?;
        // Where a step before it failed, this one rolls back.
        steps.push(Step::plain("commit"));
        self.pipeline(&steps).map(drop)
    }

    fn roll_back(&mut self) {
        // Where the connection is gone, the server has rolled back by itself.
        let _ = self.run("rollback");
    }
}
