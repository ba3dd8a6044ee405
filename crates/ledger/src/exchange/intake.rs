//! What a file that came in changes in a ledger.
//!
//! Each change has an id that is made of what it brings, so that the same file a second time changes nothing. A row that was
//! changed in the file corrects its record, as long as nobody has worked on that since; where somebody has, the row is named
//! and the record stays.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fault, Faults, Incoming, Place};
use crate::date::Moment;
use crate::event::{Act, Event, Proposal};
use crate::fold::{Record, State};
use crate::hash::Hash;
use crate::id::Id;
use crate::model::{Content, Operation, Person};

/// Who brings the file, when, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Who.
    pub actor: Id<Person>,
    /// When.
    pub at: Moment,
    /// For which operation.
    pub operation: Option<Id<Operation>>,
    /// What the history says: "imported from pledges.csv".
    pub reason: String,
}

/// What the ledger holds of a record.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// The record as it stands.
    pub record: Option<Record>,
    /// Every event about it; needed only where its content is not that of the file.
    pub history: Vec<Event>,
}

/// What is to be done.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Events in an order in which each names only what is there; and where each comes from.
    pub events: Vec<(Proposal, Place)>,
    /// New records.
    pub new: usize,
    /// Records that are as the file has them, or that had come from it before.
    pub known: usize,
    /// Records that the file has changed.
    pub corrected: usize,
    /// Rows that differ from what somebody has made of their record since. They change nothing.
    pub kept: Vec<Fault>,
}

/// The ids whose records, and whose presence, must be looked up before [`changes`] is asked.
pub fn asked_for(incoming: &[Incoming]) -> BTreeSet<Id> {
    let named = incoming.iter().flat_map(|one| one.content.references());
    let operations = incoming.iter().filter_map(|one| one.operation.map(Id::any));
    incoming.iter().map(|one| one.id).chain(named.map(|r| r.to)).chain(operations).collect()
}

/// What the records of a file change. `held` has what the ledger holds of each id that [`asked_for`] gives.
///
/// # Errors
///
/// Rows that name what neither the file nor the ledger has.
pub fn changes(
    incoming: &[Incoming],
    held: &BTreeMap<Id, Held>,
    stamp: &Stamp,
) -> Result<Changes, Faults> {
    let mut faults = Faults::default();
    let own: BTreeMap<Id, usize> =
        incoming.iter().enumerate().map(|(at, one)| (one.id, at)).collect();
    let in_ledger = |id: &Id| held.get(id).is_some_and(|h| h.record.is_some());
    for one in incoming {
        for reference in one.content.references() {
            if !own.contains_key(&reference.to) && !in_ledger(&reference.to) {
                let kind = reference.kind.map_or("record", crate::model::Kind::word);
                let message = format!(
                    "names a {kind} that is neither in the file nor in the ledger ({})",
                    reference.to
                );
                faults.error(one.place.clone(), reference.role, message);
            }
        }
    }
    if !faults.is_sound() {
        return Err(faults);
    }
    let mut found = Changes::default();
    let nothing = Held::default();
    for at in in_order(incoming, &own) {
        let Some(one) = incoming.get(at) else { continue };
        let Held { record, history } = held.get(&one.id).unwrap_or(&nothing);
        let act = match record {
            None => {
                found.new += 1;
                Act::Record { record: one.id, content: one.content.clone() }
            }
            Some(record) if same(&record.content, &one.content) => {
                found.known += 1;
                continue;
            }
            Some(record) => {
                let came_from_a_file = record.state == State::Standing
                    && history.last().is_some_and(|last| brought_by_a_file(last, one.id));
                let came_before = || {
                    history.iter().any(|e| {
                        brought_by_a_file(e, one.id)
                            && e.act.content().is_some_and(|c| same(c, &one.content))
                    })
                };
                if came_from_a_file {
                    found.corrected += 1;
                    let content = one.content.clone();
                    Act::Correct { record: one.id, seen: record.version, content }
                } else if came_before() {
                    found.known += 1;
                    continue;
                } else {
                    found.kept.push(Fault {
                        place: one.place.clone(),
                        column: String::new(),
                        message: format!(
                            "differs from {} {}, on which somebody has worked since; the record stays as it is",
                            record.kind().word(),
                            one.id
                        ),
                    });
                    continue;
                }
            }
        };
        let event = Event {
            id: event_id(&act),
            at: stamp.at,
            actor: stamp.actor,
            operation: one.operation.or(stamp.operation),
            reason: stamp.reason.clone(),
            act,
        };
        found.events.push((event.into(), one.place.clone()));
    }
    Ok(found)
}

/// Whether two contents are the same once written: an empty field is none.
fn same(a: &Content, b: &Content) -> bool {
    a == b || digest(a) == digest(b)
}

fn digest(content: &Content) -> Hash {
    // Contents are plain values; one that cannot be written differs from all others and is refused later.
    let bytes = serde_json::to_vec(content).unwrap_or_default();
    Hash::of("relight.import/1", &[&bytes])
}

/// The id of the event by which a file brings a content: made of that, and of the version that it replaces.
fn event_id(act: &Act) -> Id<Event> {
    let (record, seen) = match act {
        Act::Correct { record, seen, .. } => (*record, *seen),
        _ => (act.record().unwrap_or_default(), 0),
    };
    let digest = act.content().map(digest).unwrap_or_default();
    Id::derive(&["import", &record.to_string(), &seen.to_string(), &digest.to_string()])
}

fn brought_by_a_file(event: &Event, record: Id) -> bool {
    event.act.record() == Some(record)
        && event.act.content().is_some()
        && event.id == event_id(&event.act)
}

/// Records after those that they name; where they name each other in a circle, as they come.
fn in_order(incoming: &[Incoming], own: &BTreeMap<Id, usize>) -> Vec<usize> {
    let mut waits: Vec<usize> = vec![0; incoming.len()];
    let mut waited_for: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, one) in incoming.iter().enumerate() {
        let references = one.content.references();
        let operation = one.operation.map(Id::any);
        let names = references.iter().map(|r| r.to).chain(operation);
        let names: BTreeSet<usize> = names.filter_map(|id| own.get(&id).copied()).collect();
        for other in names.into_iter().filter(|other| *other != at) {
            waited_for.entry(other).or_default().push(at);
            if let Some(count) = waits.get_mut(at) {
                *count += 1;
            }
        }
    }
    let mut ready: BTreeSet<usize> =
        (0..incoming.len()).filter(|at| waits.get(*at) == Some(&0)).collect();
    let mut order = Vec::with_capacity(incoming.len());
    let mut open: BTreeSet<usize> = (0..incoming.len()).collect();
    while let Some(next) = ready.pop_first().or_else(|| open.first().copied()) {
        if !open.remove(&next) {
            continue;
        }
        order.push(next);
        for other in waited_for.remove(&next).unwrap_or_default() {
            if let Some(count) = waits.get_mut(other) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.insert(other);
                }
            }
        }
    }
    order
}
