//! `PostgreSQL` 15 or later, by address. Any number of writers and readers; whoever appends holds an advisory lock.

use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Row as SqlRow};
use relight_ledger::event::{Entry, Event, Head};
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::Kind;
use relight_ledger::seal::{Sealed, Secret};

use crate::backend::{
    Backend, Changes, Filed, Filter, KnownEvent, RecordCounts, Referring, Row, SCHEMA, read_hash,
    read_id, read_record, state_from_word, state_word,
};
use crate::error::StoreError;

/// The key of the advisory lock: `relight` in ASCII.
const LOCK: i64 = 0x72_65_6c_69_67_68_74;

/// A ledger in a `PostgreSQL` database, in the schema that the connection finds first.
pub struct Database {
    place: String,
    client: Client,
    statements: std::collections::BTreeMap<&'static str, postgres::Statement>,
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> StoreError {
        let Some(said) = error.as_db_error() else {
            return StoreError::Lost(error.to_string());
        };
        let code = said.code();
        let is_ending =
            [&SqlState::ADMIN_SHUTDOWN, &SqlState::CRASH_SHUTDOWN, &SqlState::CANNOT_CONNECT_NOW];
        if *code == SqlState::DISK_FULL {
            StoreError::Full
        } else if *code == SqlState::LOCK_NOT_AVAILABLE {
            StoreError::Busy
        } else if is_ending.contains(&code) {
            StoreError::Lost(said.message().to_owned())
        } else {
            StoreError::Database(format!("{} ({})", said.message(), code.code()))
        }
    }
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
            .map_err(|e: postgres::Error| unreachable("(address)", e.to_string()))?;
        let place = place_of(&config);
        let mut client = config.connect(NoTls).map_err(|e| {
            let cause = std::error::Error::source(&e).map_or(String::new(), |s| format!(": {s}"));
            unreachable(&place, format!("{e}{cause}"))
        })?;
        // A writer waits for another one, but not for ever.
        client.batch_execute("set lock_timeout = '30s'; set client_min_messages = warning")?;
        Ok(Database { place, client, statements: std::collections::BTreeMap::new() })
    }

    /// Rows of a query. Each query is prepared once a connection.
    fn rows<T>(
        &mut self,
        query: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
        read: impl Fn(&SqlRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let statement = self.prepared(query)?;
        self.client.query(&statement, parameters)?.iter().map(read).collect()
    }

    fn execute(
        &mut self,
        query: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<(), StoreError> {
        let statement = self.prepared(query)?;
        self.client.execute(&statement, parameters)?;
        Ok(())
    }

    fn prepared(&mut self, query: &'static str) -> Result<postgres::Statement, StoreError> {
        if let Some(statement) = self.statements.get(query) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(query)?;
        self.statements.insert(query, statement.clone());
        Ok(statement)
    }
}

/// The address without a password.
fn place_of(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            postgres::config::Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            postgres::config::Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let port = config.get_ports().first().map_or(String::new(), |port| format!(":{port}"));
    let database = config.get_dbname().unwrap_or_default();
    format!("postgres://{}{port}/{database}", hosts.join(","))
}

fn column<'a, T: postgres::types::FromSql<'a>>(
    row: &'a SqlRow,
    at: usize,
) -> Result<T, StoreError> {
    row.try_get(at).map_err(|e| StoreError::Unreadable(e.to_string()))
}

/// Columns seq, previous, hash, bytes from a place on.
fn entry(row: &SqlRow, at: usize) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: column::<i64>(row, at)? as u64,
        previous: read_hash(column(row, at + 1)?)?,
        hash: read_hash(column(row, at + 2)?)?,
        bytes: column::<&[u8]>(row, at + 3)?.to_vec(),
    })
}

fn body(row: &SqlRow) -> Result<Record, StoreError> {
    read_record(column(row, 0)?)
}

fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn keys<T>(ids: &[Id<T>]) -> Vec<Vec<u8>> {
    ids.iter().map(|id| id.bytes().to_vec()).collect()
}

impl Backend for Database {
    fn place(&self) -> String {
        self.place.clone()
    }

    fn schema(&mut self) -> Result<i64, StoreError> {
        let there: bool =
            self.client.query_one("select to_regclass('layout') is not null", &[])?.get(0);
        if !there {
            return Ok(0);
        }
        let row = self.client.query_opt("select version from layout", &[])?;
        row.map_or(Ok(0), |row| column(&row, 0))
    }

    fn migrate(&mut self, from: i64) -> Result<(), StoreError> {
        self.begin()?;
        // Another process may have been quicker.
        let found = self.schema()?;
        let done = if found == 0 && from == 0 {
            self.client.batch_execute(include_str!("schema.sql")).map_err(StoreError::from)
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
        // The lock is a statement before any that reads: each later one sees what the last holder has committed.
        Ok(self.client.batch_execute(&format!("begin; select pg_advisory_xact_lock({LOCK})"))?)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.client.batch_execute("commit")?)
    }

    fn roll_back(&mut self) {
        // Where the connection is gone, the server has rolled back by itself.
        let _ = self.client.batch_execute("rollback");
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        let query = "select seq, hash from event order by seq desc limit 1";
        let last = self.rows(query, &[], |row| {
            Ok(Head { seq: column::<i64>(row, 0)? as u64, hash: read_hash(column(row, 1)?)? })
        })?;
        Ok(last.into_iter().next().unwrap_or_default())
    }

    fn events(&mut self, ids: &[Id<Event>]) -> Result<Vec<KnownEvent>, StoreError> {
        let query = "select id, seq, bytes from event where id = any($1)";
        self.rows(query, &[&keys(ids)], |row| {
            let seq = column::<i64>(row, 1)? as u64;
            Ok((read_id(column(row, 0)?)?, seq, column::<&[u8]>(row, 2)?.to_vec()))
        })
    }

    fn entries(&mut self, after: u64, most: usize) -> Result<Vec<Filed>, StoreError> {
        let query = "select id, record, seq, previous, hash, bytes from event where seq > $1 \
                     order by seq limit $2";
        self.rows(query, &[&(after.cast_signed()), &limit(most)], |row| {
            let record: Option<&[u8]> = column(row, 1)?;
            Ok(Filed {
                id: read_id(column(row, 0)?)?,
                record: record.map(read_id).transpose()?,
                entry: entry(row, 2)?,
            })
        })
    }

    fn history(&mut self, record: Id, after: u64, most: usize) -> Result<Vec<Entry>, StoreError> {
        let query = "select seq, previous, hash, bytes from event where record = $1 and seq > $2 \
                     order by seq limit $3";
        let record = record.bytes().to_vec();
        self.rows(query, &[&record, &(after.cast_signed()), &limit(most)], |row| entry(row, 0))
    }

    fn records(&mut self, ids: &[Id]) -> Result<Vec<Record>, StoreError> {
        self.rows("select body from record where id = any($1)", &[&keys(ids)], body)
    }

    fn list(&mut self, filter: &Filter, after: Id, most: usize) -> Result<Vec<Record>, StoreError> {
        let after = after.bytes().to_vec();
        let operation = filter.operation.map(|o| o.bytes().to_vec());
        let kind = filter.kind.map(Kind::word);
        let state = filter.state.map(state_word);
        // Each filter is a query of its own, so that each uses its index.
        match (operation, kind) {
            (Some(operation), Some(kind)) => self.rows(
                "select body from record where operation = $1 and kind = $2 and id > $3 \
                 and ($4::text is null or state = $4) order by id limit $5",
                &[&operation, &kind, &after, &state, &limit(most)],
                body,
            ),
            (Some(operation), None) => self.rows(
                "select body from record where operation = $1 and id > $2 \
                 and ($3::text is null or state = $3) order by id limit $4",
                &[&operation, &after, &state, &limit(most)],
                body,
            ),
            (None, Some(kind)) => self.rows(
                "select body from record where kind = $1 and id > $2 \
                 and ($3::text is null or state = $3) order by id limit $4",
                &[&kind, &after, &state, &limit(most)],
                body,
            ),
            (None, None) => self.rows(
                "select body from record where id > $1 and ($2::text is null or state = $2) \
                 order by id limit $3",
                &[&after, &state, &limit(most)],
                body,
            ),
        }
    }

    fn changed(&mut self, after: u64, most: usize) -> Result<Vec<Record>, StoreError> {
        let query = "select body from record where last_seq > $1 order by last_seq limit $2";
        self.rows(query, &[&(after.cast_signed()), &limit(most)], body)
    }

    fn referring(
        &mut self,
        to: Id,
        after: Option<(&str, Id)>,
        most: usize,
    ) -> Result<Vec<Referring>, StoreError> {
        let (role, id) = after.map_or(("", Id::NIL), |place| place);
        let query = "select record.body, reference.role from reference \
                     join record on record.id = reference.source \
                     where reference.target = $1 and (reference.role, reference.source) > ($2, $3) \
                     order by reference.role, reference.source limit $4";
        let (to, id) = (to.bytes().to_vec(), id.bytes().to_vec());
        self.rows(query, &[&to, &role, &id, &limit(most)], |row| {
            Ok(Referring { role: column(row, 1)?, record: body(row)? })
        })
    }

    fn disputed(&mut self, record: Id) -> Result<bool, StoreError> {
        let query = "select exists (select 1 from link where state = 'standing' \
                     and relation = 'contradicts' and (source = $1 or target = $1))";
        let answer = self.rows(query, &[&record.bytes().to_vec()], |row| column(row, 0))?;
        Ok(answer.contains(&true))
    }

    fn secrets(&mut self, seals: &[Sealed]) -> Result<Vec<(Sealed, Secret)>, StoreError> {
        let wanted: Vec<Vec<u8>> = seals.iter().map(|seal| seal.0.bytes().to_vec()).collect();
        self.rows("select seal, salt, text from secret where seal = any($1)", &[&wanted], |row| {
            let secret = Secret { salt: column(row, 1)?, text: column(row, 2)? };
            Ok((Sealed(read_hash(column(row, 0)?)?), secret))
        })
    }

    fn count(&mut self) -> Result<(u64, RecordCounts), StoreError> {
        let events = self.rows("select count(*) from event", &[], |row| column::<i64>(row, 0))?;
        let query = "select kind, state, count(*) from record group by kind, state \
                     order by kind collate \"C\", state collate \"C\"";
        let records = self.rows(query, &[], |row| {
            let (kind, state): (&str, &str) = (column(row, 0)?, column(row, 1)?);
            let known = Kind::from_word(kind).zip(state_from_word(state));
            let (kind, state) =
                known.ok_or_else(|| StoreError::Unreadable(format!("a {state} {kind}")))?;
            Ok((kind, state, column::<i64>(row, 2)? as u64))
        })?;
        Ok((events.first().copied().unwrap_or(0) as u64, records))
    }

    fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.write_entries(&changes.entries)?;
        self.write_records(&changes.records)?;
        let seals: Vec<&[u8]> =
            changes.secrets.iter().map(|(seal, _)| &seal.0.bytes()[..]).collect();
        if !seals.is_empty() {
            let salts: Vec<&str> = changes.secrets.iter().map(|(_, s)| s.salt.as_str()).collect();
            let texts: Vec<&str> = changes.secrets.iter().map(|(_, s)| s.text.as_str()).collect();
            self.execute(
                "insert into secret (seal, salt, text) \
                 select * from unnest($1::bytea[], $2::text[], $3::text[]) on conflict do nothing",
                &[&seals, &salts, &texts],
            )?;
        }
        if !changes.erased.is_empty() {
            let erased: Vec<&[u8]> =
                changes.erased.iter().map(|seal| &seal.0.bytes()[..]).collect();
            self.execute("delete from secret where seal = any($1)", &[&erased])?;
        }
        Ok(())
    }

    fn clear_records(&mut self) -> Result<(), StoreError> {
        Ok(self.client.batch_execute("truncate record, reference, link")?)
    }
}

impl Database {
    fn write_entries(&mut self, entries: &[Filed]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let seq: Vec<i64> = entries.iter().map(|f| f.entry.seq.cast_signed()).collect();
        let id: Vec<Vec<u8>> = entries.iter().map(|f| f.id.bytes().to_vec()).collect();
        let record: Vec<Option<Vec<u8>>> =
            entries.iter().map(|f| f.record.map(|r| r.bytes().to_vec())).collect();
        let previous: Vec<&[u8]> = entries.iter().map(|f| &f.entry.previous.bytes()[..]).collect();
        let hash: Vec<&[u8]> = entries.iter().map(|f| &f.entry.hash.bytes()[..]).collect();
        let bytes: Vec<&[u8]> = entries.iter().map(|f| f.entry.bytes.as_slice()).collect();
        self.execute(
            "insert into event (seq, id, record, previous, hash, bytes) select * from unnest\
             ($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])",
            &[&seq, &id, &record, &previous, &hash, &bytes],
        )
    }

    fn write_records(&mut self, records: &[Record]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let rows = records.iter().map(Row::of).collect::<Result<Vec<Row>, StoreError>>()?;
        let id: Vec<&[u8]> = rows.iter().map(|r| &r.id[..]).collect();
        let operation: Vec<Option<&[u8]>> =
            rows.iter().map(|r| r.operation.as_ref().map(|o| &o[..])).collect();
        let kind: Vec<&str> = rows.iter().map(|r| r.kind).collect();
        let state: Vec<&str> = rows.iter().map(|r| r.state).collect();
        let last: Vec<i64> = rows.iter().map(|r| r.last_seq).collect();
        let body: Vec<&str> = rows.iter().map(|r| r.body.as_str()).collect();
        self.execute(
            "insert into record (id, operation, kind, state, last_seq, body) select * from unnest\
             ($1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::bigint[], $6::text[]) \
             on conflict (id) do update set operation = excluded.operation, kind = excluded.kind, \
             state = excluded.state, last_seq = excluded.last_seq, body = excluded.body",
            &[&id, &operation, &kind, &state, &last, &body],
        )?;
        let older = rows.iter().zip(records).filter(|(_, record)| record.version > 1);
        let older: Vec<&[u8]> = older.map(|(row, _)| &row.id[..]).collect();
        if !older.is_empty() {
            self.execute("delete from reference where source = any($1)", &[&older])?;
        }
        let named = || rows.iter().flat_map(|row| row.references.iter().map(move |r| (row, r)));
        let target: Vec<&[u8]> = named().map(|(_, (_, target))| &target[..]).collect();
        let role: Vec<&str> = named().map(|(_, (role, _))| *role).collect();
        let source: Vec<&[u8]> = named().map(|(row, _)| &row.id[..]).collect();
        if !target.is_empty() {
            self.execute(
                "insert into reference (target, role, source) \
                 select * from unnest($1::bytea[], $2::text[], $3::bytea[])",
                &[&target, &role, &source],
            )?;
        }
        for row in &rows {
            if let Some((from, relation, to)) = row.link {
                self.execute(
                    "insert into link (id, source, relation, target, state) values ($1, $2, $3, $4, $5) \
                     on conflict (id) do update set source = excluded.source, \
                     relation = excluded.relation, target = excluded.target, state = excluded.state",
                    &[&&row.id[..], &&from[..], &relation, &&to[..], &row.state],
                )?;
            }
        }
        Ok(())
    }
}
