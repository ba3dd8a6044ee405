//! A desk in a `SQLite` file.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Cabinet, Paper};
use crate::error::StoreError;

/// A desk in a file.
pub struct File {
    connection: Connection,
}

impl File {
    /// Opens the file; makes it where there is none.
    pub fn open(path: &Path) -> Result<File, StoreError> {
        let connection = Connection::open(path).map_err(|e| StoreError::Unreachable {
            place: path.display().to_string(),
            message: e.to_string(),
        })?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;
             create table if not exists desk (
                 space    text    not null,
                 key      text    not null,
                 body     text    not null,
                 ends     integer,
                 revision integer not null,
                 primary key (space, key)
             ) strict, without rowid;
             create index if not exists desk_by_end on desk (ends) where ends is not null;",
        )?;
        Ok(File { connection })
    }
}

fn paper(row: &Row<'_>) -> rusqlite::Result<Paper> {
    Ok(Paper { key: row.get(0)?, body: row.get(1)?, ends: row.get(2)?, revision: row.get(3)? })
}

impl Cabinet for File {
    fn get(&mut self, space: &str, key: &str) -> Result<Option<Paper>, StoreError> {
        let query = "select key, body, ends, revision from desk where space = ?1 and key = ?2";
        let mut statement = self.connection.prepare_cached(query)?;
        Ok(statement.query_row(params![space, key], paper).optional()?)
    }

    fn list(&mut self, space: &str, after: &str, limit: usize) -> Result<Vec<Paper>, StoreError> {
        let query = "select key, body, ends, revision from desk where space = ?1 and key > ?2 \
                     order by key limit ?3";
        let mut statement = self.connection.prepare_cached(query)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![space, after, limit], paper)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn put(
        &mut self,
        space: &str,
        key: &str,
        body: &str,
        ends: Option<i64>,
    ) -> Result<(), StoreError> {
        let query = "insert into desk (space, key, body, ends, revision) values (?1, ?2, ?3, ?4, 1) \
                     on conflict (space, key) do update \
                     set body = excluded.body, ends = excluded.ends, revision = revision + 1";
        self.connection.prepare_cached(query)?.execute(params![space, key, body, ends])?;
        Ok(())
    }

    fn replace(
        &mut self,
        space: &str,
        key: &str,
        revision: i64,
        body: &str,
        ends: Option<i64>,
    ) -> Result<bool, StoreError> {
        let changed = if revision == 0 {
            let query = "insert into desk (space, key, body, ends, revision) \
                         values (?1, ?2, ?3, ?4, 1) on conflict (space, key) do nothing";
            self.connection.prepare_cached(query)?.execute(params![space, key, body, ends])?
        } else {
            let query = "update desk set body = ?4, ends = ?5, revision = revision + 1 \
                         where space = ?1 and key = ?2 and revision = ?3";
            let mut statement = self.connection.prepare_cached(query)?;
            statement.execute(params![space, key, revision, body, ends])?
        };
        Ok(changed == 1)
    }

    fn remove(&mut self, space: &str, key: &str) -> Result<bool, StoreError> {
        let query = "delete from desk where space = ?1 and key = ?2";
        Ok(self.connection.prepare_cached(query)?.execute(params![space, key])? == 1)
    }

    fn sweep(&mut self, now: i64) -> Result<u64, StoreError> {
        let query = "delete from desk where ends <= ?1";
        Ok(self.connection.prepare_cached(query)?.execute(params![now])? as u64)
    }
}
