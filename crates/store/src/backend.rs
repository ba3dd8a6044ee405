//! What the two databases do differently: how they are reached, asked, and made to keep what is written. What is asked is
//! the same of both, and stands in [`crate::tables`].

use relight_ledger::event::Event;
use relight_ledger::id::Id;

use crate::error::StoreError;
use crate::tables::{Changes, Start};

/// A database with the tables of a ledger.
pub(crate) trait Backend: Send {
    /// Path or address for messages, without a password.
    fn place(&self) -> String;

    /// The layout that the tables have; 0 where there are none.
    fn schema(&mut self) -> Result<i64, StoreError>;

    /// The statements that make the tables of [`crate::SCHEMA`].
    fn layout(&self) -> &'static str;

    /// Runs statements without parameters.
    fn run(&mut self, script: &str) -> Result<(), StoreError>;

    /// Hands each row of a query to `each`. Parameters are `$1`, `$2`, and so on, and first stand in that order.
    fn rows(&mut self, query: &'static str, with: &[Value<'_>], each: Each<'_>) -> Answer;

    /// Hands each row to `each` that has one of the keys. The query ends with the column and `=`.
    fn look_up(&mut self, query: &'static str, keys: &[&[u8]], each: Each<'_>) -> Answer;

    /// Throws every record away; the events stay.
    fn clear_records(&mut self) -> Result<(), StoreError>;

    /// Begins a transaction that holds the one write lock.
    fn begin(&mut self) -> Result<(), StoreError>;

    /// Begins one, and reads what an append has to know.
    fn start(&mut self, events: &[Id<Event>], records: &[Id]) -> Result<Start, StoreError>;

    /// Writes what has changed.
    fn write(&mut self, changes: &Changes) -> Result<(), StoreError>;

    /// Makes all since [`Backend::begin`] last, whatever happens to the machine.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Writes what has changed, and makes it last.
    fn keep(&mut self, changes: &Changes) -> Result<(), StoreError>;

    /// Forgets all since [`Backend::begin`].
    fn roll_back(&mut self);
}

/// What is done with a row.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&dyn Columns) -> Answer;

/// Whether it went well.
pub(crate) type Answer = Result<(), StoreError>;

/// What a query is asked with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Number(i64),
    Bytes(Option<&'a [u8]>),
    Text(Option<&'a str>),
}

/// A row that was found, by the place of each column.
pub(crate) trait Columns {
    fn number(&self, at: usize) -> Result<i64, StoreError>;
    fn bytes(&self, at: usize) -> Result<&[u8], StoreError>;
    fn text(&self, at: usize) -> Result<&str, StoreError>;
    fn is_null(&self, at: usize) -> Result<bool, StoreError>;
}
