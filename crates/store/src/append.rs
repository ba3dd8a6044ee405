//! Appending: many requests, each all or nothing, in one transaction.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use relight_ledger::event::{Act, Event, Head, Proposal};
use relight_ledger::fold::{Effect, Failure, Record, Refusal, View, apply_checked, check};
use relight_ledger::id::Id;
use relight_ledger::model::{Link, Problem, Relation};
use relight_ledger::seal::{Sealed, Secret};

use crate::backend::Backend;
use crate::error::StoreError;
use crate::tables::{self, Changes, Filed, Start};

/// The numbers of the events of a request, in its order; a number that was there already is that of the first time.
pub type Appended = Vec<u64>;

/// A request that was refused: none of its events was added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {at} of the request: {refusal}")]
pub struct Rejected {
    /// Which of its events, from 0.
    pub at: usize,
    /// Why.
    pub refusal: Refusal,
}

/// An event with its bytes, ready to be appended: all has been checked that can be without the tables.
pub(crate) struct Prepared {
    pub event: Event,
    pub bytes: Vec<u8>,
    pub secrets: Vec<(Sealed, Secret)>,
}

impl Prepared {
    fn of(proposal: &Proposal) -> Result<Prepared, Refusal> {
        let event = proposal.event.clone();
        let unsound = |message: String| Refusal::Unsound {
            problems: vec![Problem { field: "event".to_owned(), message }],
        };
        let bytes = event.to_bytes().map_err(|e| unsound(e.to_string()))?;
        check(&event)?;
        proposal.check_secrets()?;
        let secrets = event.seals().into_iter().zip(proposal.secrets.iter().cloned()).collect();
        Ok(Prepared { event, bytes, secrets })
    }

    /// Every record that folding it may look at.
    fn names(&self, to: &mut BTreeSet<Id>) {
        let Event { operation, act, .. } = &self.event;
        to.extend(act.record());
        to.extend(operation.map(Id::any));
        if let Some(content) = act.content() {
            to.extend(content.references().iter().map(|r| r.to));
        }
        if let Act::Decide { made, .. } = act {
            to.extend(made.iter().map(|id| id.any()));
        }
    }
}

/// Checks what can be checked of a request without a database.
pub(crate) fn prepare(request: &[Proposal]) -> Result<Vec<Prepared>, Rejected> {
    let each = request.iter().enumerate();
    each.map(|(at, p)| Prepared::of(p).map_err(|refusal| Rejected { at, refusal })).collect()
}

/// Every record that folding these events may look at.
fn names(events: &[&Prepared]) -> Vec<Id> {
    let mut names = BTreeSet::new();
    for event in events {
        event.names(&mut names);
    }
    names.into_iter().filter(|id| !id.is_nil()).collect()
}

/// What is known of the records while events are folded: those fetched, and those changed but not yet written.
pub(crate) struct Overlay<'a> {
    backend: RefCell<&'a mut dyn Backend>,
    /// `None`: asked for, and not there.
    cache: RefCell<BTreeMap<Id, Option<Record>>>,
    changed: BTreeMap<Id, Record>,
    entries: Vec<Filed>,
    secrets: Vec<(Sealed, Secret)>,
    erased: Vec<Sealed>,
    head: Head,
}

/// How an overlay was before a request, to go back to.
struct Mark {
    changed: Vec<(Id, Option<Record>)>,
    entries: usize,
    secrets: usize,
    erased: usize,
    head: Head,
}

impl View for Overlay<'_> {
    type Error = StoreError;

    fn record(&self, id: Id) -> Result<Option<Record>, StoreError> {
        if let Some(record) = self.changed.get(&id) {
            return Ok(Some(record.clone()));
        }
        if let Some(known) = self.cache.borrow().get(&id) {
            return Ok(known.clone());
        }
        let found = tables::records(*self.backend.borrow_mut(), &[id])?.pop();
        self.cache.borrow_mut().insert(id, found.clone());
        Ok(found)
    }

    fn disputed(&self, id: Id) -> Result<bool, StoreError> {
        let here = |record: &Record| {
            record.get::<Link>().is_some_and(|l| {
                record.stands()
                    && l.relation == Relation::Contradicts
                    && (l.from == id || l.to == id)
            })
        };
        // A link that was withdrawn in this very transaction still counts as standing on the disk: it is only asked
        // where nothing here says otherwise, and a merge too much for a second person is the safe side.
        Ok(self.changed.values().any(here) || tables::disputed(*self.backend.borrow_mut(), id)?)
    }
}

impl<'a> Overlay<'a> {
    pub(crate) fn new(backend: &'a mut dyn Backend, head: Head) -> Overlay<'a> {
        Overlay {
            backend: RefCell::new(backend),
            cache: RefCell::default(),
            changed: BTreeMap::new(),
            entries: Vec::new(),
            secrets: Vec::new(),
            erased: Vec::new(),
            head,
        }
    }

    /// Fetches at once what these events will look at.
    pub(crate) fn fetch(&self, events: &[&Prepared]) -> Result<(), StoreError> {
        let ids = names(events);
        let found = tables::records(*self.backend.borrow_mut(), &ids)?;
        self.learn(ids, found);
        Ok(())
    }

    /// Takes note of records that were asked for, and of those that were found.
    fn learn(&self, asked: Vec<Id>, found: Vec<Record>) {
        let mut cache = self.cache.borrow_mut();
        cache.extend(asked.into_iter().map(|id| (id, None)));
        cache.extend(found.into_iter().map(|record| (record.id, Some(record))));
    }

    /// Folds one event in. What it replaced is added to `undo`.
    pub(crate) fn fold(
        &mut self,
        prepared: &Prepared,
        undo: &mut Vec<(Id, Option<Record>)>,
    ) -> Result<Result<u64, Refusal>, StoreError> {
        let effect = match apply_checked(self, self.head.seq + 1, &prepared.event) {
            Ok(effect) => effect,
            Err(Failure::Refused(refusal)) => return Ok(Err(*refusal)),
            Err(Failure::View(error)) => return Err(error),
        };
        match effect {
            Effect::Put(record) => {
                let id = record.id;
                undo.push((id, self.changed.insert(id, *record)));
            }
            // Secrets are erased after new ones were written, those of this transaction too.
            Effect::Erase(seals) => self.erased.extend(seals),
        }
        self.secrets.extend(prepared.secrets.iter().cloned());
        let entry = self.head.push(prepared.bytes.clone());
        let seq = entry.seq;
        let (id, record) = (prepared.event.id, prepared.event.act.record());
        self.entries.push(Filed { id, record, entry });
        Ok(Ok(seq))
    }

    fn mark(&self) -> Mark {
        Mark {
            changed: Vec::new(),
            entries: self.entries.len(),
            secrets: self.secrets.len(),
            erased: self.erased.len(),
            head: self.head,
        }
    }

    fn go_back(&mut self, mark: Mark) {
        for (id, before) in mark.changed.into_iter().rev() {
            match before {
                Some(record) => self.changed.insert(id, record),
                None => self.changed.remove(&id),
            };
        }
        self.entries.truncate(mark.entries);
        self.secrets.truncate(mark.secrets);
        self.erased.truncate(mark.erased);
        self.head = mark.head;
    }

    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// Hands over what has changed, and forgets it.
    pub(crate) fn flush(self) -> Changes {
        Changes {
            entries: self.entries,
            records: self.changed.into_values().collect(),
            secrets: self.secrets,
            erased: self.erased,
        }
    }
}

/// Folds requests one after the other, in a transaction; one that is refused leaves no trace. Where it fails the caller rolls
/// back.
pub(crate) fn append(
    backend: &mut dyn Backend,
    requests: &[Result<Vec<Prepared>, Rejected>],
) -> Result<Vec<Result<Appended, Rejected>>, StoreError> {
    let good: Vec<&Prepared> = requests.iter().flatten().flatten().collect();
    let ids: Vec<Id<Event>> = good.iter().map(|p| p.event.id).collect();
    let names = names(&good);
    let Start { head, known, records } = backend.start(&ids, &names)?;
    let mut known: BTreeMap<Id<Event>, (u64, Vec<u8>)> =
        known.into_iter().map(|(id, seq, bytes)| (id, (seq, bytes))).collect();
    let mut overlay = Overlay::new(backend, head);
    overlay.learn(names, records);
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        let events = match request {
            Ok(events) => events,
            Err(rejected) => {
                answers.push(Err(rejected.clone()));
                continue;
            }
        };
        let mut mark = overlay.mark();
        let mut numbers = Vec::with_capacity(events.len());
        let mut refused = None;
        for (at, prepared) in events.iter().enumerate() {
            let id = prepared.event.id;
            let outcome = match known.get(&id) {
                Some((seq, bytes)) if *bytes == prepared.bytes => Ok(*seq),
                Some(_) => Err(Refusal::IdReused { id: id.any() }),
                None => overlay.fold(prepared, &mut mark.changed)?,
            };
            match outcome {
                Ok(seq) => {
                    known.entry(id).or_insert_with(|| (seq, prepared.bytes.clone()));
                    numbers.push(seq);
                }
                Err(refusal) => {
                    refused = Some(Rejected { at, refusal });
                    break;
                }
            }
        }
        match refused {
            None => answers.push(Ok(numbers)),
            Some(rejected) => {
                let kept = mark.head.seq;
                overlay.go_back(mark);
                known.retain(|_, (seq, _)| *seq <= kept);
                answers.push(Err(rejected));
            }
        }
    }
    let changes = overlay.flush();
    if changes.entries.is_empty() {
        backend.roll_back();
    } else {
        backend.keep(&changes)?;
    }
    Ok(answers)
}
