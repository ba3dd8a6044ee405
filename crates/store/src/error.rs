//! What can go wrong between a ledger and its disk.

use relight_ledger::event::Broken;

/// What went wrong. Nothing of the request has been kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or server cannot be reached.
    #[error("cannot open the ledger {place}: {message}")]
    Unreachable {
        /// Path or address, without a password.
        place: String,
        /// What the system says.
        message: String,
    },
    /// There is no ledger there.
    #[error("there is no ledger at {place}; make one with `relight ledger init`")]
    Absent {
        /// Path or address, without a password.
        place: String,
    },
    /// No room is left.
    #[error(
        "the disk of the ledger is full: nothing was written, and nothing is lost; make room and try again"
    )]
    Full,
    /// Another process held the write lock for too long.
    #[error("somebody else is writing to the ledger and did not finish in time; try again")]
    Busy,
    /// The connection went away.
    #[error(
        "the connection to the ledger was lost: {0}; whether the last request was kept is not known, and sending it again is safe"
    )]
    Lost(String),
    /// An older program made it.
    #[error(
        "the ledger has layout {found}, and this program works with layout {expected}; run `relight ledger migrate`, which makes a backup first"
    )]
    Older {
        /// The layout that it has.
        found: i64,
        /// The layout that is expected.
        expected: i64,
    },
    /// A later program made it.
    #[error(
        "the ledger has layout {found}, and this program knows layouts up to {expected}; use a newer Relight"
    )]
    Newer {
        /// The layout that it has.
        found: i64,
        /// The layout that is expected.
        expected: i64,
    },
    /// What is stored is not what was written.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A stored record or row cannot be read.
    #[error(
        "the store holds what cannot be read ({0}); `relight ledger verify` tells whether the events are sound, and `rebuild` makes the records again"
    )]
    Unreadable(String),
    /// A dump is not whole, or not of this ledger.
    #[error("line {line} of the dump: {message}")]
    Dump {
        /// The line, from 1.
        line: u64,
        /// What is wrong, and what was expected.
        message: String,
    },
    /// The database says something else.
    #[error("the database refused: {0}")]
    Database(String),
    /// Reading or writing a file failed.
    #[error("cannot read or write: {0}")]
    File(#[from] std::io::Error),
}
