//! Statements that are sent one behind the other, without waiting for the answers in between.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::Database;
use crate::error::StoreError;

/// A parameter that goes with its statement.
pub(super) type Parameter = Box<dyn ToSql + Sync + Send>;

/// One statement of a pipeline.
pub(super) enum Step<'a> {
    /// Without parameters and without an answer of interest.
    Plain(&'a str),
    /// A prepared one.
    Ask(Statement, Vec<Parameter>),
}

impl<'a> Step<'a> {
    pub(super) fn plain(script: &'a str) -> Step<'a> {
        Step::Plain(script)
    }

    pub(super) fn ask(statement: Statement, with: Vec<Parameter>) -> Step<'a> {
        Step::Ask(statement, with)
    }
}

type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Vec<Row>, Error>> + 'a>>;

impl Database {
    /// Sends all steps, then waits for all answers. The first that failed is the error: those behind it fail as well, since
    /// the server does nothing more in a transaction that has failed.
    pub(super) fn pipeline(&mut self, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, StoreError> {
        let client = &self.client;
        let waiting = steps.iter().map(|step| -> Waiting<'_> {
            match step {
                Step::Plain(script) => {
                    Box::pin(async move { client.batch_execute(script).await.map(|()| Vec::new()) })
                }
                Step::Ask(statement, with) => Box::pin(async move {
                    let with: Vec<&(dyn ToSql + Sync)> =
                        with.iter().map(|parameter| &**parameter as _).collect();
                    client.query(statement, &with).await
                }),
            }
        });
        let answers = self.runtime.block_on(in_order(waiting.collect()));
        Ok(answers.into_iter().collect::<Result<_, _>>()?)
    }
}

/// Drives all of them at once. A statement is sent when it is polled for the first time, so that they go out in their order.
async fn in_order<T>(mut waiting: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, done) in waiting.iter_mut().zip(&mut done) {
            if done.is_none()
                && let Poll::Ready(answer) = future.as_mut().poll(context)
            {
                *done = Some(answer);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
