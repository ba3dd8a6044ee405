//! What an append has changed as a handful of statements, each with a column of values for every parameter.

use super::Database;
use super::pipeline::{Parameter, Step};
use crate::error::StoreError;
use crate::tables::{Changes, Filed, Row};

type Bytes = Vec<u8>;

fn column<T, V>(rows: &[T], value: impl Fn(&T) -> V) -> Parameter
where
    Vec<V>: tokio_postgres::types::ToSql + Sync + Send + 'static,
{
    Box::new(rows.iter().map(value).collect::<Vec<V>>())
}

impl Database {
    /// The statements that write these changes.
    pub(super) fn steps_of(&mut self, changes: &Changes) -> Result<Vec<Step<'static>>, StoreError> {
        let mut steps = Vec::new();
        let mut step = |query: &str, with: Vec<Parameter>| {
            steps.push(Step::ask(self.prepared(query)?, with));
            Ok::<(), StoreError>(())
        };
        let Changes { entries, records, secrets, erased } = changes;
        if !entries.is_empty() {
            step(
                "insert into event (seq, id, record, previous, hash, bytes) select * from unnest\
                 ($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])",
                events(entries),
            )?;
        }
        let rows = records.iter().map(Row::of).collect::<Result<Vec<Row>, StoreError>>()?;
        if !rows.is_empty() {
            step(
                "insert into record (id, operation, kind, state, last_seq, body) \
                 select * from unnest\
                 ($1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::bigint[], $6::text[]) \
                 on conflict (id) do update set operation = excluded.operation, \
                 kind = excluded.kind, state = excluded.state, last_seq = excluded.last_seq, \
                 body = excluded.body",
                vec![
                    column(&rows, |row| Bytes::from(row.id)),
                    column(&rows, |row| row.operation.map(Bytes::from)),
                    column(&rows, |row| row.kind),
                    column(&rows, |row| row.state),
                    column(&rows, |row| row.last_seq),
                    column(&rows, |row| row.body.clone()),
                ],
            )?;
        }
        let older: Vec<&Row> = rows.iter().filter(|row| !row.is_new).collect();
        if !older.is_empty() {
            step(
                "delete from reference where source = any($1)",
                vec![column(&older, |row| Bytes::from(row.id))],
            )?;
        }
        let named: Vec<(&Row, &(&'static str, [u8; 16]))> =
            rows.iter().flat_map(|row| row.references.iter().map(move |r| (row, r))).collect();
        if !named.is_empty() {
            step(
                "insert into reference (target, role, source) \
                 select * from unnest($1::bytea[], $2::text[], $3::bytea[])",
                vec![
                    column(&named, |(_, (_, target))| Bytes::from(*target)),
                    column(&named, |(_, (role, _))| *role),
                    column(&named, |(row, _)| Bytes::from(row.id)),
                ],
            )?;
        }
        let links: Vec<_> = rows.iter().filter_map(|row| Some((row, row.link?))).collect();
        if !links.is_empty() {
            step(
                "insert into link (id, source, relation, target, state) select * from unnest\
                 ($1::bytea[], $2::bytea[], $3::text[], $4::bytea[], $5::text[]) \
                 on conflict (id) do update set source = excluded.source, \
                 relation = excluded.relation, target = excluded.target, state = excluded.state",
                vec![
                    column(&links, |(row, _)| Bytes::from(row.id)),
                    column(&links, |(_, (from, _, _))| Bytes::from(*from)),
                    column(&links, |(_, (_, relation, _))| *relation),
                    column(&links, |(_, (_, _, to))| Bytes::from(*to)),
                    column(&links, |(row, _)| row.state),
                ],
            )?;
        }
        if !secrets.is_empty() {
            step(
                "insert into secret (seal, salt, text) \
                 select * from unnest($1::bytea[], $2::text[], $3::text[]) on conflict do nothing",
                vec![
                    column(secrets, |(seal, _)| seal.0.bytes().to_vec()),
                    column(secrets, |(_, secret)| secret.salt.clone()),
                    column(secrets, |(_, secret)| secret.text.clone()),
                ],
            )?;
        }
        if !erased.is_empty() {
            step(
                "delete from secret where seal = any($1)",
                vec![column(erased, |seal| seal.0.bytes().to_vec())],
            )?;
        }
        Ok(steps)
    }
}

fn events(entries: &[Filed]) -> Vec<Parameter> {
    vec![
        column(entries, |filed| filed.entry.seq.cast_signed()),
        column(entries, |filed| Bytes::from(filed.id.bytes())),
        column(entries, |filed| filed.record.map(|record| Bytes::from(record.bytes()))),
        column(entries, |filed| filed.entry.previous.bytes().to_vec()),
        column(entries, |filed| filed.entry.hash.bytes().to_vec()),
        column(entries, |filed| filed.entry.bytes.clone()),
    ]
}
