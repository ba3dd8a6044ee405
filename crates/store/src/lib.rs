//! The ledger on disk: events as they were written, and the records that are folded from them.
//!
//! A [`Store`] is opened by a path (`SQLite`, a file) or an address (`postgres://...`). What differs between the two is
//! behind one trait: how they are reached, asked, and made to keep what is written; what is asked of the tables is worded
//! once. All that a ledger promises stands above it:
//! [`Store::append`] seals events into the chain and folds them in one transaction, [`Store::verify`] follows the chain,
//! [`Store::rebuild`] makes the records again, [`Store::dump`] and [`Store::load`] carry a whole ledger from one store to
//! another.
//!
//! Many may write. Whoever appends holds the one write lock for as long as that takes; a [`Writer`] gathers the requests
//! of many threads into one transaction, so that they share its flush to the disk.

mod append;
mod backend;
pub mod desk;
mod dump;
mod error;
mod postgres;
mod rebuild;
mod sqlite;
mod store;
mod tables;
pub mod temporary;
mod verify;
mod writer;

pub use append::{Appended, Rejected};
pub use dump::{Dumped, FORMAT, Loaded};
pub use error::StoreError;
pub use store::{Counts, Store};
pub use tables::{Filter, RecordCounts, Referring, SCHEMA};
pub use verify::Verified;
pub use writer::{Submitted, Writer};
