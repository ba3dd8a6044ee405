//! From events to records: what an event makes of the records that are there, or why it may not.

mod memory;
mod refusal;
mod rules;

pub use memory::Memory;
pub use refusal::Refusal;

use serde::{Deserialize, Serialize};

use crate::date::Moment;
use crate::event::{Act, Event};
use crate::id::Id;
use crate::model::{Content, Decision, Kind, OfKind, Operation, Person};
use crate::seal::Sealed;

/// What stands, after all events about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its identity.
    pub id: Id,
    /// For which operation; `None` where all operations share it.
    pub operation: Option<Id<Operation>>,
    /// How many events have made it what it is.
    pub version: u32,
    /// Whether it counts.
    pub state: State,
    /// What it holds.
    pub content: Content,
    /// Who gave it its content.
    pub author: Id<Person>,
    /// Who agreed, where a second person had to.
    pub second: Option<Id<Person>>,
    /// The number of the first event about it.
    pub first_seq: u64,
    /// The number of the last event about it.
    pub last_seq: u64,
    /// When the last one was done.
    pub changed: Moment,
}

/// Whether a record counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It counts.
    Standing,
    /// It waits for a second person, and does not count yet.
    Pending,
    /// It was taken back, and does not count any more.
    Withdrawn,
    /// A draft that was decided on.
    Decided(Decision),
}

impl Record {
    /// Of what kind it is.
    pub fn kind(&self) -> Kind {
        self.content.kind()
    }

    /// The content as a `T`, where it is one.
    pub fn get<T: OfKind>(&self) -> Option<&T> {
        self.content.get()
    }

    /// Whether it counts.
    pub fn stands(&self) -> bool {
        self.state == State::Standing
    }
}

/// The records that are there, as far as a fold must see them. Stores answer out of their tables, [`Memory`] out of its own.
pub trait View {
    /// What can go wrong in looking.
    type Error;

    /// The record of that id.
    fn record(&self, id: Id) -> Result<Option<Record>, Self::Error>;

    /// Whether a standing link says that this record contradicts another, or another it.
    fn disputed(&self, id: Id) -> Result<bool, Self::Error>;
}

/// What an event changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// This record is there, or as it is now.
    Put(Box<Record>),
    /// The texts behind these seals are to be erased.
    Erase(Vec<Sealed>),
}

/// Why [`apply`] gave no effect.
#[derive(Debug, thiserror::Error)]
pub enum Failure<E> {
    /// The event may not be added.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// The records could not be looked at.
    #[error("the records cannot be read: {0}")]
    View(E),
}

/// Holds an event against the records, and says what it changes. `seq` is the number that it will have.
///
/// # Errors
///
/// A [`Refusal`] where the event may not be added, or what went wrong in looking at the records.
pub fn apply<V: View>(view: &V, seq: u64, event: &Event) -> Result<Effect, Failure<V::Error>> {
    check(event).map_err(|refusal| Failure::Refused(Box::new(refusal)))?;
    apply_checked(view, seq, event)
}

/// The part of [`apply`] that needs no records: it can be done beforehand, in another thread.
///
/// # Errors
///
/// A [`Refusal`] where the event may not be added, whatever is there.
pub fn check(event: &Event) -> Result<(), Refusal> {
    let problems = event.act.content().map(Content::problems).unwrap_or_default();
    if problems.is_empty() { Ok(()) } else { Err(Refusal::Unsound { problems }) }
}

/// The rest of [`apply`], for an event that [`check`] has let pass.
///
/// # Errors
///
/// As [`apply`].
pub fn apply_checked<V: View>(
    view: &V,
    seq: u64,
    event: &Event,
) -> Result<Effect, Failure<V::Error>> {
    let refuse = |refusal: Refusal| Failure::Refused(Box::new(refusal));
    let Some(id) = event.act.record() else {
        let Act::Redact { seals } = &event.act else { return Ok(Effect::Erase(Vec::new())) };
        return Ok(Effect::Erase(seals.clone()));
    };
    if id.is_nil() || event.id.is_nil() || event.actor.is_nil() {
        return Err(refuse(Refusal::Nameless));
    }
    let now = view.record(id).map_err(Failure::View)?;
    let record = match (&event.act, now) {
        (Act::Record { content, .. }, None) => {
            let state = rules::admit(view, id, event, content)?;
            fresh(id, seq, event, content.clone(), state)
        }
        (Act::Record { .. }, Some(now)) => {
            return Err(refuse(Refusal::Exists { id, version: now.version }));
        }
        (_, None) => return Err(refuse(Refusal::Missing { id, role: "record" })),
        (act, Some(now)) => {
            let next = rules::change(view, seq, event, act, now)?;
            Record { last_seq: seq, changed: event.at, ..next }
        }
    };
    Ok(Effect::Put(Box::new(record)))
}

fn fresh(id: Id, seq: u64, event: &Event, content: Content, state: State) -> Record {
    Record {
        id,
        operation: event.operation,
        version: 1,
        state,
        content,
        author: event.actor,
        second: None,
        first_seq: seq,
        last_seq: seq,
        changed: event.at,
    }
}
