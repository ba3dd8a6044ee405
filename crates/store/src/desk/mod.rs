//! What a server keeps beside the ledger: accounts, sessions, tokens, jobs. Small documents by space and key.
//!
//! None of it is history: a session ends, a password is replaced, and nothing of that belongs into a chain that keeps
//! everything. It lies in a file (or in a table of `PostgreSQL`) of its own, so that no dump of the ledger holds a password,
//! and no visitor who signs in waits for the ledger's write lock.

mod postgres;
mod sqlite;

use std::path::Path;

use crate::error::StoreError;

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its key within its space.
    pub key: String,
    /// The document, as whoever put it there wrote it.
    pub body: String,
    /// When it ends, milliseconds since 1970; `None`: never.
    pub ends: Option<i64>,
    /// How often it was written; 1 after the first time.
    pub revision: i64,
}

/// The most bytes of a document: large things belong into files.
pub const MOST_BODY: usize = 256 * 1024;

/// The plain reads and writes that a database must offer.
trait Cabinet: Send {
    fn get(&mut self, space: &str, key: &str) -> Result<Option<Paper>, StoreError>;
    fn list(&mut self, space: &str, after: &str, limit: usize) -> Result<Vec<Paper>, StoreError>;
    fn put(
        &mut self,
        space: &str,
        key: &str,
        body: &str,
        ends: Option<i64>,
    ) -> Result<(), StoreError>;
    fn replace(
        &mut self,
        space: &str,
        key: &str,
        revision: i64,
        body: &str,
        ends: Option<i64>,
    ) -> Result<bool, StoreError>;
    fn remove(&mut self, space: &str, key: &str) -> Result<bool, StoreError>;
    fn sweep(&mut self, now: i64) -> Result<u64, StoreError>;
}

/// An open desk.
pub struct Desk {
    cabinet: Box<dyn Cabinet>,
}

impl Desk {
    /// Opens a desk, and makes an empty one where there is none: an address that begins with `postgres://` or
    /// `postgresql://`, else the path of a file.
    ///
    /// # Errors
    ///
    /// Where it cannot be reached or made.
    pub fn open(place: &str) -> Result<Desk, StoreError> {
        let is_address = place.starts_with("postgres://") || place.starts_with("postgresql://");
        let cabinet: Box<dyn Cabinet> = if is_address {
            Box::new(postgres::Table::connect(place)?)
        } else {
            Box::new(sqlite::File::open(Path::new(place))?)
        };
        Ok(Desk { cabinet })
    }

    /// A document that has not ended by `now` (milliseconds since 1970).
    pub fn get(&mut self, space: &str, key: &str, now: i64) -> Result<Option<Paper>, StoreError> {
        Ok(self.cabinet.get(space, key)?.filter(|paper| paper.ends.is_none_or(|end| end > now)))
    }

    /// Documents of a space after a key, by key, at most so many. Those that have ended are among them until they are swept.
    pub fn list(
        &mut self,
        space: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Paper>, StoreError> {
        self.cabinet.list(space, after, limit)
    }

    /// Writes a document, whatever was there.
    ///
    /// # Errors
    ///
    /// Where the store fails, or the document is longer than [`MOST_BODY`].
    pub fn put(
        &mut self,
        space: &str,
        key: &str,
        body: &str,
        ends: Option<i64>,
    ) -> Result<(), StoreError> {
        fits(body)?;
        self.cabinet.put(space, key, body, ends)
    }

    /// Writes a document where it stands at a revision (0: where there is none). Gives whether it did: `false` is a lost
    /// race.
    ///
    /// # Errors
    ///
    /// As [`Desk::put`].
    pub fn replace(
        &mut self,
        space: &str,
        key: &str,
        revision: i64,
        body: &str,
        ends: Option<i64>,
    ) -> Result<bool, StoreError> {
        fits(body)?;
        self.cabinet.replace(space, key, revision, body, ends)
    }

    /// Takes a document away; gives whether there was one.
    pub fn remove(&mut self, space: &str, key: &str) -> Result<bool, StoreError> {
        self.cabinet.remove(space, key)
    }

    /// Takes away what has ended by `now`; gives how many there were.
    pub fn sweep(&mut self, now: i64) -> Result<u64, StoreError> {
        self.cabinet.sweep(now)
    }
}

fn fits(body: &str) -> Result<(), StoreError> {
    if body.len() <= MOST_BODY {
        return Ok(());
    }
    Err(StoreError::Database(format!(
        "a document of {} bytes; expected {MOST_BODY} at most",
        body.len()
    )))
}
