//! A desk in a table of a `PostgreSQL` database.

use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row};

use super::{Cabinet, Paper};
use crate::error::StoreError;

/// A desk in a table.
pub struct Table {
    config: Config,
    client: Client,
    /// What drives the connection, whenever somebody waits for an answer.
    runtime: Runtime,
}

impl Table {
    /// Connects, and makes the table where there is none.
    pub fn connect(address: &str) -> Result<Table, StoreError> {
        let config: Config = address.parse().map_err(|e: tokio_postgres::Error| {
            StoreError::Unreachable { place: "(address)".to_owned(), message: e.to_string() }
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = Table::client(&config, &runtime)?;
        Ok(Table { config, client, runtime })
    }

    fn client(config: &Config, runtime: &Runtime) -> Result<Client, StoreError> {
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        // An error of the connection is told to whoever waits for an answer.
        runtime.spawn(async move { drop(connection.await) });
        runtime.block_on(client.batch_execute(
            "set client_min_messages = warning;
             create table if not exists desk (
                 space    text   not null,
                 key      text   collate \"C\" not null,
                 body     text   not null,
                 ends     bigint,
                 revision bigint not null,
                 primary key (space, key)
             );
             create index if not exists desk_by_end on desk (ends) where ends is not null;",
        ))?;
        Ok(client)
    }

    /// A connection that was lost is made again, once a call.
    fn alive(&mut self) -> Result<(), StoreError> {
        if self.client.is_closed() {
            self.client = Table::client(&self.config, &self.runtime)?;
        }
        Ok(())
    }

    fn query(
        &mut self,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        self.alive()?;
        Ok(self.runtime.block_on(self.client.query(query, parameters))?)
    }

    fn execute(
        &mut self,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StoreError> {
        self.alive()?;
        Ok(self.runtime.block_on(self.client.execute(query, parameters))?)
    }
}

fn paper(row: &Row) -> Result<Paper, StoreError> {
    Ok(Paper {
        key: row.try_get(0)?,
        body: row.try_get(1)?,
        ends: row.try_get(2)?,
        revision: row.try_get(3)?,
    })
}

impl Cabinet for Table {
    fn get(&mut self, space: &str, key: &str) -> Result<Option<Paper>, StoreError> {
        let query = "select key, body, ends, revision from desk where space = $1 and key = $2";
        self.query(query, &[&space, &key])?.first().map(paper).transpose()
    }

    fn list(&mut self, space: &str, after: &str, limit: usize) -> Result<Vec<Paper>, StoreError> {
        let query = "select key, body, ends, revision from desk where space = $1 and key > $2 \
                     order by key limit $3";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.query(query, &[&space, &after, &limit])?.iter().map(paper).collect()
    }

    fn put(
        &mut self,
        space: &str,
        key: &str,
        body: &str,
        ends: Option<i64>,
    ) -> Result<(), StoreError> {
        let query = "insert into desk (space, key, body, ends, revision) values ($1, $2, $3, $4, 1) \
                     on conflict (space, key) do update \
                     set body = excluded.body, ends = excluded.ends, revision = desk.revision + 1";
        self.execute(query, &[&space, &key, &body, &ends]).map(|_| ())
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
                         values ($1, $2, $3, $4, 1) on conflict (space, key) do nothing";
            self.execute(query, &[&space, &key, &body, &ends])?
        } else {
            let query = "update desk set body = $4, ends = $5, revision = revision + 1 \
                         where space = $1 and key = $2 and revision = $3";
            self.execute(query, &[&space, &key, &revision, &body, &ends])?
        };
        Ok(changed == 1)
    }

    fn remove(&mut self, space: &str, key: &str) -> Result<bool, StoreError> {
        Ok(self.execute("delete from desk where space = $1 and key = $2", &[&space, &key])? == 1)
    }

    fn sweep(&mut self, now: i64) -> Result<u64, StoreError> {
        self.execute("delete from desk where ends <= $1", &[&now])
    }
}
