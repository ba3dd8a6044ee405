//! Exchange with others: tables and documents in and out, as bytes.
//!
//! In: [`sheet`] and [`workbook`] turn CSV and XLSX into plain rows; [`tables`] turns rows into records, with everything
//! that is wrong by sheet, row and column at once; [`json`], [`fts`] and [`cap`] read documents. What came in is a list of
//! [`Incoming`] records; [`intake`] says what they change in a ledger: reading a file a second time changes nothing, and what a
//! person has corrected since is not overwritten.
//!
//! Out: [`tables`] again (with HXL tags), [`figures`], [`json`], [`iati`] and [`atom`]. What an output is for is its
//! [`Audience`]; what is not in it is listed with the reason ([`NotExported`]).

pub mod atom;
mod audience;
pub mod cap;
mod fault;
pub mod figures;
pub mod fts;
mod guard;
pub mod iati;
pub mod intake;
pub mod json;
pub mod sheet;
pub mod tables;
pub mod workbook;
mod xml;

pub use audience::{Audience, shown};
pub use fault::{Fault, Faults, MOST_FAULTS, Place};
pub use guard::{guarded, unguarded};
pub use sheet::csv_text;

use crate::id::Id;
use crate::model::{Content, Operation};

/// The most bytes of a file that is read.
pub const MOST_BYTES: usize = 64 << 20;

/// A record as a file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// Its identity, made of the file's own id where that is none of a ledger.
    pub id: Id,
    /// What it holds.
    pub content: Content,
    /// For which operation, where the file says; else that of the import.
    pub operation: Option<Id<Operation>>,
    /// Where it stands in the file.
    pub place: Place,
}

/// A record that is not in an output, or not all of it, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotExported {
    /// The record.
    pub record: Id,
    /// Why.
    pub why: String,
}
