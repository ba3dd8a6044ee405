//! Why an event may not be added.

use crate::id::Id;
use crate::model::{Kind, Problem};

/// Why an event may not be added. Nothing has been changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Event, record or actor without an id.
    #[error("event, record and actor need an id each; expected one that the client has chosen")]
    Nameless,
    /// There is such a record.
    #[error("record {id} is there already (version {version}); correct it, or choose another id")]
    Exists {
        /// The record.
        id: Id,
        /// Its version.
        version: u32,
    },
    /// There is no such record.
    #[error("there is no record {id} ({role})")]
    Missing {
        /// The record.
        id: Id,
        /// In which role it was named.
        role: &'static str,
    },
    /// A record of another kind was meant.
    #[error("record {id} ({role}) is a {}; expected a {expected}", found.word())]
    WrongKind {
        /// The record.
        id: Id,
        /// In which role it was named.
        role: &'static str,
        /// What it is.
        found: Kind,
        /// What was expected.
        expected: &'static str,
    },
    /// The record has changed since the actor saw it: a lost race.
    #[error("record {id} is at version {now} and was seen at version {seen}; look at it again")]
    Conflict {
        /// The record.
        id: Id,
        /// The version that the actor saw.
        seen: u32,
        /// The version that it has.
        now: u32,
    },
    /// The record was withdrawn.
    #[error("record {id} ({role}) was withdrawn; correct it first so that it stands again")]
    Withdrawn {
        /// The record.
        id: Id,
        /// In which role it was named.
        role: &'static str,
    },
    /// A record of one operation names one of another.
    #[error("record {id} ({role}) belongs to another operation")]
    OtherOperation {
        /// The record.
        id: Id,
        /// In which role it was named.
        role: &'static str,
    },
    /// Nothing waits for a second person.
    #[error("record {id} does not wait for a second person")]
    NotPending {
        /// The record.
        id: Id,
    },
    /// The second person is the first.
    #[error("record {id} waits for a second person, and this is the first")]
    SamePerson {
        /// The record.
        id: Id,
    },
    /// A draft that was decided on.
    #[error("draft {id} has been decided on")]
    Decided {
        /// The draft.
        id: Id,
    },
    /// The id is not the one that such a record must have, which is what keeps it unique.
    #[error("the id of this {} must be {expected}, which is made of what it is about", kind.word())]
    WrongId {
        /// The kind of record.
        kind: Kind,
        /// The id that it must have.
        expected: Id,
    },
    /// There is no such piece to be assigned.
    #[error("there is no piece {piece} of lot {lot} of record {of}: {available} can be counted on")]
    NoSuchPiece {
        /// The pledge or stock.
        of: Id,
        /// The lot, from 0.
        lot: u32,
        /// The piece, from 0.
        piece: u32,
        /// How many pieces can be counted on.
        available: u64,
    },
    /// The content is not sound by itself.
    #[error("{}", list(problems))]
    Unsound {
        /// All that is wrong.
        problems: Vec<Problem>,
    },
    /// An event of that id is there, and is another.
    #[error("event {id} is there already, and is another; choose a new id")]
    IdReused {
        /// The event.
        id: Id,
    },
    /// A seal without the text behind it, or a text without a seal.
    #[error("the sealed fields and the secrets that came with them do not belong together")]
    Secrets,
    /// A reason is needed.
    #[error("say why: to {act} a record needs a reason")]
    NoReason {
        /// What was to be done.
        act: &'static str,
    },
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("; ")
}
