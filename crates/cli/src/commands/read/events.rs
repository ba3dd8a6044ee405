//! Decisions as events of the ledger: the source and its drafts, then what a person made of each.

use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::time::{SystemTime, UNIX_EPOCH};

use relight_intake::OccasionKind;
use relight_ledger::date::Moment;
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::fold::{Record, State};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Claim, Content, Decision, Draft, Named, Need, Operation, Person, Report, Source, Statement,
    Warning, WarningInfo,
};
use relight_store::Store;
use serde::Serialize;
use serde_json::json;

use super::args::Read;
use super::decision::{Changes, What, apply};
use super::view::one_line;
use super::{Input, Taken};
use crate::commands::ledger::failed;
use crate::failure::Failure;
use crate::numbers::count;

/// What was entered.
#[derive(Debug, Default, Serialize)]
pub struct Told {
    schema: &'static str,
    accepted: usize,
    edited: usize,
    rejected: usize,
    marked: usize,
    situation: usize,
    /// Decisions that the ledger has already.
    known: usize,
    events: usize,
}

impl AddAssign for Told {
    fn add_assign(&mut self, other: Told) {
        self.schema = "relight.read.decisions/1";
        self.accepted += other.accepted;
        self.edited += other.edited;
        self.rejected += other.rejected;
        self.marked += other.marked;
        self.situation += other.situation;
        self.known += other.known;
        self.events += other.events;
    }
}

impl Told {
    pub fn text(&self) -> String {
        let known =
            if self.known == 0 { String::new() } else { format!(", {} known already", self.known) };
        format!(
            "{} accepted, {} accepted with changes, {} rejected, {} marked by hand, {} on the situation{known}; {}\n",
            self.accepted,
            self.edited,
            self.rejected,
            self.marked,
            self.situation,
            count(self.events, "event", "events")
        )
    }
}

/// The events of one page. Ids follow from the page and the reader, so that reading it again enters nothing twice: what
/// the ledger has already is left out.
pub struct Book {
    source: Id<Source>,
    actor: Id<Person>,
    operation: Option<Id<Operation>>,
    at: Moment,
    drafts: Vec<Entry>,
    /// Records of this page that the ledger has already.
    known: BTreeSet<Id>,
    events: Vec<Event>,
    told: Told,
}

/// A draft with its identity, the version that was seen of it, and what was decided.
struct Entry {
    id: Id<Draft>,
    draft: Draft,
    seen: u32,
    decided: Option<Decision>,
    /// Whether the ledger had the decision before this review.
    before: bool,
}

impl Book {
    /// Begins with the source and every draft. What the ledger has already is known again by its id.
    pub fn new(
        args: &Read,
        input: &Input,
        at: usize,
        taken: &Taken,
        mut store: Option<&mut Store>,
    ) -> Result<Book, Failure> {
        let digest = input.digest.to_string();
        let place = at.to_string();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
        let mut book = Book {
            source: Id::derive(&["source", &digest, &place]),
            actor: Id::derive(&["reviewer", &args.reviewer]),
            operation: args.operation,
            at: Moment::from_milliseconds(i64::try_from(now).unwrap_or(i64::MAX)),
            drafts: Vec::new(),
            known: BTreeSet::new(),
            events: Vec::new(),
            told: Told::default(),
        };
        let mut find = |ids: &[Id]| -> Result<Vec<Record>, Failure> {
            store.as_mut().map_or(Ok(Vec::new()), |s| s.records(ids).map_err(failed))
        };
        let page = &taken.page;
        let source = Source {
            url: args.url.clone(),
            outlet: args.outlet.clone(),
            title: page.title.map_or(String::new(), |t| one_line(t.of(&page.text))),
            language: page.language.map_or(String::new(), |l| l.code().to_owned()),
            published: page.published.clone(),
            published_basis: page.published_basis,
            digest: Some(input.digest),
            ..Source::default()
        };
        book.known.extend(find(&book.possible(taken))?.iter().map(|r| r.id));
        book.record(book.source.any(), Content::Source(Box::new(source)));
        for (number, draft) in
            taken.reading.ledger_drafts(page, book.source).into_iter().enumerate()
        {
            let id: Id<Draft> = Id::derive(&[
                "draft",
                &digest,
                &place,
                relight_intake::READER,
                &number.to_string(),
            ]);
            let found = find(&[id.any()])?.pop();
            let decided = match found.as_ref().map(|r| &r.state) {
                Some(State::Decided(decision)) => Some(*decision),
                _ => None,
            };
            book.known.extend(found.as_ref().map(|r| r.id));
            book.record(id.any(), Content::Draft(Box::new(draft.clone())));
            // The version of a draft that nobody has changed yet is the first.
            let seen = found.map_or(1, |r| r.version);
            let before = decided.is_some();
            book.drafts.push(Entry { id, draft, seen, decided, before });
        }
        Ok(book)
    }

    /// What was decided on a draft before, where it was.
    pub fn decided(&self, draft: usize) -> Option<Decision> {
        self.drafts.get(draft).and_then(|entry| entry.decided)
    }

    /// Every record of the situation, and the source, that a review of this page can make.
    fn possible(&self, taken: &Taken) -> Vec<Id> {
        let mut ids = vec![self.source.any()];
        for (number, occasion) in taken.reading.occasions.iter().enumerate() {
            ids.push(self.id("report", number, 0));
            ids.push(self.id("warning", number, 0));
            ids.extend((0..occasion.asks.len()).map(|n| self.id("need", number, n)));
        }
        ids
    }

    /// The id of a record of the situation.
    fn id(&self, what: &str, number: usize, n: usize) -> Id {
        Id::derive(&[what, &self.source.to_string(), &number.to_string(), &n.to_string()])
    }

    fn push(&mut self, name: &str, of: Id, reason: &str, act: Act) {
        let id = Id::derive(&["event", name, &of.to_string(), &self.actor.to_string()]);
        let Book { at, actor, operation, .. } = *self;
        self.events.push(Event { id, at, actor, operation, reason: reason.to_owned(), act });
    }

    fn record(&mut self, record: Id, content: Content) {
        if !self.known.contains(&record) {
            self.push("record", record, "", Act::Record { record, content });
        }
    }

    /// Enters a decision.
    pub fn enter(
        &mut self,
        taken: &Taken,
        number: Option<usize>,
        what: What,
    ) -> Result<(), Failure> {
        match what {
            What::Mark(statement, changes) => return self.mark(*statement, &changes),
            What::Situation(n) => {
                self.situation(taken, n);
                return Ok(());
            }
            What::Accept | What::Edit(..) | What::Reject(_) => {}
        }
        let Some(entry) = number.and_then(|n| self.drafts.get_mut(n)) else {
            return Err(Failure::new("the decision names no draft"));
        };
        let decision = match &what {
            What::Reject(_) => Decision::Rejected,
            What::Edit(..) => Decision::Edited,
            _ => Decision::Accepted,
        };
        if let Some(before) = entry.decided {
            // The same file of decisions may be given twice; a change of mind is a matter for the ledger.
            if entry.before && before == decision {
                self.told.known += 1;
                return Ok(());
            }
            return Err(Failure::new(format!(
                "draft {} was {} before; change its claim in the ledger instead",
                number.unwrap_or_default(),
                word(before)
            )));
        }
        entry.decided = Some(decision);
        let (id, seen) = (entry.id, entry.seen);
        let Draft { statement, mut claim, .. } = entry.draft.clone();
        let (decision, reason) = match what {
            What::Reject(reason) => (Decision::Rejected, reason),
            What::Edit(changes, reason) => {
                apply(&mut claim, &changes).map_err(Failure::new)?;
                (Decision::Edited, reason)
            }
            _ => (Decision::Accepted, String::new()),
        };
        let made = match decision {
            Decision::Rejected => Vec::new(),
            _ => vec![self.claim(id.any(), statement, claim)],
        };
        match decision {
            Decision::Accepted => self.told.accepted += 1,
            Decision::Edited => self.told.edited += 1,
            Decision::Rejected => self.told.rejected += 1,
        }
        self.push("decide", id.any(), &reason, Act::Decide { draft: id, seen, decision, made });
        Ok(())
    }

    /// Files a statement and its claim.
    fn claim(&mut self, of: Id, statement: Statement, mut claim: Claim) -> Id<Claim> {
        let said: Id<Statement> = Id::derive(&["statement", &of.to_string()]);
        let made: Id<Claim> = Id::derive(&["claim", &of.to_string()]);
        claim.statement = said;
        self.record(said.any(), Content::Statement(Box::new(statement)));
        self.record(made.any(), Content::Claim(Box::new(claim)));
        made
    }

    fn mark(&mut self, statement: Statement, changes: &Changes) -> Result<(), Failure> {
        let mut claim = Claim::default();
        apply(&mut claim, changes).map_err(Failure::new)?;
        let span = format!("{:?}", statement.span);
        let of: Id = Id::derive(&["mark", &self.source.to_string(), &span]);
        // Two claims may stand in the same words: what is set tells them apart.
        let set: Vec<String> = changes.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let of: Id = Id::derive(&["mark", &of.to_string(), &set.join(";")]);
        self.claim(of, Statement { source: self.source, ..statement }, claim);
        self.told.marked += 1;
        Ok(())
    }

    /// A word on the situation: a report, a need for each thing that is asked for, or a warning.
    fn situation(&mut self, taken: &Taken, number: usize) {
        let Some(found) = taken.reading.occasions.get(number) else { return };
        let page = &taken.page;
        let quote = one_line(found.span.of(&page.text));
        let speaker =
            taken.reading.statements.get(found.statement).and_then(|s| s.speaker.as_ref());
        let by = speaker.map(|s| Named::new(one_line(&s.value.words))).unwrap_or_default();
        let id = |what: &str, n: usize| self.id(what, number, n);
        let contents: Vec<(Id, Content)> = match found.kind.value {
            OccasionKind::Report => {
                let report = Report { by, ..found.report(page).unwrap_or_default() };
                vec![(id("report", 0), Content::Report(Box::new(report)))]
            }
            OccasionKind::Appeal => {
                let need =
                    |(n, lot): (usize, &relight_intake::Field<relight_ledger::model::Lot>)| {
                        let who = by.clone();
                        (
                            id("need", n),
                            Content::Need(Box::new(Need {
                                who,
                                item: lot.value.clone(),
                                ..Need::default()
                            })),
                        )
                    };
                found.asks.iter().enumerate().map(need).collect()
            }
            OccasionKind::Warning => {
                let info = WarningInfo {
                    language: page.language.map_or(String::new(), |l| l.code().to_owned()),
                    categories: vec!["Infra".to_owned()],
                    event: one_line(found.kind.evidence.first().map_or("", |s| s.of(&page.text))),
                    urgency: "Unknown".to_owned(),
                    severity: "Unknown".to_owned(),
                    certainty: "Possible".to_owned(),
                    description: quote,
                    ..WarningInfo::default()
                };
                let warning = Warning {
                    identifier: id("warning", 0).to_string(),
                    sender: by.words,
                    sent: self.at,
                    status: "Actual".to_owned(),
                    message: "Alert".to_owned(),
                    scope: "Restricted".to_owned(),
                    infos: vec![info],
                    source: Some(self.source),
                    ..Warning::default()
                };
                vec![(id("warning", 0), Content::Warning(Box::new(warning)))]
            }
        };
        if contents.iter().all(|(record, _)| self.known.contains(record)) {
            self.told.known += 1;
            return;
        }
        for (record, content) in contents {
            self.record(record, content);
        }
        self.told.situation += 1;
    }

    /// Hands over the events in their order, and says what they are.
    pub fn finish(mut self, events: &mut Vec<Event>) -> Told {
        self.told.events = self.events.len();
        events.append(&mut self.events);
        self.told
    }
}

/// Events as a file has them: one JSON document a line.
pub fn lines(events: &[Event]) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    for event in events {
        let line = serde_json::to_vec(&json!({ "event": event }));
        lines.extend(line.map_err(|e| Failure::new(format!("an event cannot be written: {e}")))?);
        lines.push(b'\n');
    }
    Ok(lines)
}

/// What was decided, as a sentence has it.
pub fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Accepted => "accepted",
        Decision::Edited => "accepted with changes",
        Decision::Rejected => "rejected",
    }
}

/// Adds events to a ledger: all of them, or none. A mark that is there already is not added again.
pub fn append(store: &mut Store, events: Vec<Event>) -> Result<(), Failure> {
    let records: Vec<Id> = events.iter().filter_map(recorded).collect();
    let there: BTreeSet<Id> =
        store.records(&records).map_err(failed)?.into_iter().map(|r| r.id).collect();
    let new = events.into_iter().filter(|e| recorded(e).is_none_or(|id| !there.contains(&id)));
    let proposals: Vec<Proposal> = new.map(Proposal::from).collect();
    match store.append(&proposals).map_err(failed)? {
        Ok(_) => Ok(()),
        Err(rejected) => Err(Failure::new(format!(
            "the ledger refused the decisions, and nothing was added: {}",
            rejected.refusal
        ))),
    }
}

/// The record that an event files.
fn recorded(event: &Event) -> Option<Id> {
    match event.act {
        Act::Record { record, .. } => Some(record),
        _ => None,
    }
}
