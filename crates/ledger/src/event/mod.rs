//! Events: what was done, by whom, when and why. They are only ever added.
//!
//! An [`Event`] is written once, as [canonical bytes](Event::to_bytes), and those bytes are what is stored, hashed and
//! handed on; nobody writes them a second time. An [`Entry`] is an event in its place in the chain.

mod canonical;
mod chain;
mod checkpoint;

pub use canonical::{MOST_EVENT_BYTES, UnreadableEvent, VERSION};
pub use chain::{Broken, Entry, Fault, Head, Verifier};
pub use checkpoint::{BadCheckpoint, Checkpoint, public_key};

use serde::{Deserialize, Serialize};

use crate::date::Moment;
use crate::hash::Hash;
use crate::id::Id;
use crate::model::{Claim, Content, Decision, Draft, Operation, Person};
use crate::seal::{Sealed, Secret};

/// Something that was done. Everything in it is given by the caller, the id and the time included, so that the same
/// request sent twice is known to be the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its identity, chosen by the client: it happens once, however often it is sent.
    pub id: Id<Event>,
    /// When it was done.
    pub at: Moment,
    /// By whom. Only an id: names are sealed in the record of the person.
    pub actor: Id<Person>,
    /// For which operation; `None` for what all operations share.
    #[serde(default)]
    pub operation: Option<Id<Operation>>,
    /// Why, for whoever reads the history.
    #[serde(default)]
    pub reason: String,
    /// What was done.
    pub act: Act,
}

/// What can be done. Each act changes one record at most.
///
/// `seen` is the version of the record that the actor had before them. Where it has changed since, the act is refused as
/// a conflict: nobody's work is overwritten unseen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// A new record.
    Record {
        /// Its identity, chosen by the client.
        record: Id,
        /// What it holds.
        content: Content,
    },
    /// Another content for a record, of the same kind. A record that was withdrawn stands again.
    Correct {
        /// The record.
        record: Id,
        /// The version that was before the actor.
        seen: u32,
        /// What it holds from now on.
        content: Content,
    },
    /// The record no longer counts. It stays to be seen, with the reason.
    Withdraw {
        /// The record.
        record: Id,
        /// The version that was before the actor.
        seen: u32,
    },
    /// A second person agrees to what waits for one.
    Confirm {
        /// The record.
        record: Id,
        /// The version that was before the actor.
        seen: u32,
    },
    /// A person has looked at a draft.
    Decide {
        /// The draft.
        draft: Id<Draft>,
        /// The version that was before the actor.
        seen: u32,
        /// What came of it.
        decision: Decision,
        /// The claims that were recorded from it, in events before this one.
        #[serde(default)]
        made: Vec<Id<Claim>>,
    },
    /// Personal texts are erased; the events that hold their seals stay.
    Redact {
        /// The seals.
        seals: Vec<Sealed>,
    },
}

/// An event and the secrets behind its seals, as a client hands them in.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What was done.
    pub event: Event,
    /// The texts behind the seals in it.
    pub secrets: Vec<Secret>,
}

impl Act {
    /// The record that it is about; `None` for a redaction.
    pub fn record(&self) -> Option<Id> {
        match self {
            Act::Record { record, .. }
            | Act::Correct { record, .. }
            | Act::Withdraw { record, .. }
            | Act::Confirm { record, .. } => Some(*record),
            Act::Decide { draft, .. } => Some(draft.any()),
            Act::Redact { .. } => None,
        }
    }

    /// The content that it brings.
    pub fn content(&self) -> Option<&Content> {
        match self {
            Act::Record { content, .. } | Act::Correct { content, .. } => Some(content),
            _ => None,
        }
    }

    /// The word for it in histories.
    pub fn word(&self) -> &'static str {
        match self {
            Act::Record { .. } => "record",
            Act::Correct { .. } => "correct",
            Act::Withdraw { .. } => "withdraw",
            Act::Confirm { .. } => "confirm",
            Act::Decide { .. } => "decide",
            Act::Redact { .. } => "redact",
        }
    }
}

impl Event {
    /// The seals in it whose secrets must come with it.
    pub fn seals(&self) -> Vec<Sealed> {
        match self.act.content() {
            Some(Content::Person(person)) => {
                [person.name, person.contact].into_iter().flatten().collect()
            }
            _ => Vec::new(),
        }
    }
}

impl From<Event> for Proposal {
    fn from(event: Event) -> Proposal {
        Proposal { event, secrets: Vec::new() }
    }
}

/// The digest of a document, for [`crate::model::Source::digest`].
pub fn digest(document: &[u8]) -> Hash {
    Hash::of("relight.document/1", &[document])
}
