//! Decisions as events of the ledger: the source and its drafts, then what a person made of each.

use std::ops::AddAssign;
use std::time::{SystemTime, UNIX_EPOCH};

use relight_intake::OccasionKind;
use relight_ledger::date::Moment;
use relight_ledger::event::{Act, Event};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Claim, Content, Decision, Draft, Named, Need, Operation, Person, Report, Source, Statement,
    Warning, WarningInfo,
};
use serde::Serialize;
use serde_json::json;

use super::args::Read;
use super::decision::{Changes, What, apply};
use super::view::one_line;
use super::{Input, Taken};
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
        self.events += other.events;
    }
}

impl Told {
    pub fn text(&self) -> String {
        format!(
            "{} accepted, {} accepted with changes, {} rejected, {} marked by hand, {} on the situation; {}\n",
            self.accepted,
            self.edited,
            self.rejected,
            self.marked,
            self.situation,
            count(self.events, "event", "events")
        )
    }
}

/// The events of one page. Ids follow from the page and the reader, so that reading it again enters nothing twice.
pub struct Book {
    source: Id<Source>,
    actor: Id<Person>,
    operation: Option<Id<Operation>>,
    at: Moment,
    drafts: Vec<Entry>,
    events: Vec<Event>,
    told: Told,
}

/// A draft with its identity, and whether it waits for a decision.
struct Entry {
    id: Id<Draft>,
    draft: Draft,
    open: bool,
}

/// The version of a draft that nobody has changed yet.
const FIRST: u32 = 1;

impl Book {
    /// Begins with the source and every draft. What the ledger has already is known again by its id.
    pub fn new(args: &Read, input: &Input, at: usize, taken: &Taken) -> Book {
        let digest = input.digest.to_string();
        let place = at.to_string();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
        let mut book = Book {
            source: Id::derive(&["source", &digest, &place]),
            actor: Id::derive(&["reviewer", &args.reviewer]),
            operation: args.operation,
            at: Moment::from_milliseconds(i64::try_from(now).unwrap_or(i64::MAX)),
            drafts: Vec::new(),
            events: Vec::new(),
            told: Told::default(),
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
            book.record(id.any(), Content::Draft(Box::new(draft.clone())));
            book.drafts.push(Entry { id, draft, open: true });
        }
        book
    }

    fn push(&mut self, name: &str, of: Id, reason: &str, act: Act) {
        let id = Id::derive(&["event", name, &of.to_string(), &self.actor.to_string()]);
        let Book { at, actor, operation, .. } = *self;
        self.events.push(Event { id, at, actor, operation, reason: reason.to_owned(), act });
    }

    fn record(&mut self, record: Id, content: Content) {
        self.push("record", record, "", Act::Record { record, content });
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
        if !entry.open {
            return Err(Failure::new(format!(
                "draft {} was decided before",
                number.unwrap_or_default()
            )));
        }
        entry.open = false;
        let id = entry.id;
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
        self.push(
            "decide",
            id.any(),
            &reason,
            Act::Decide { draft: id, seen: FIRST, decision, made },
        );
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
        let id = |what: &str, n: usize| -> Id {
            Id::derive(&[what, &self.source.to_string(), &number.to_string(), &n.to_string()])
        };
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
        for (record, content) in contents {
            self.record(record, content);
        }
        self.told.situation += 1;
    }

    /// Writes the events in their order, one JSON document a line, and says what they are.
    pub fn finish(mut self, lines: &mut Vec<u8>) -> Result<Told, Failure> {
        for event in &self.events {
            let line = serde_json::to_vec(&json!({ "event": event }));
            lines.extend(
                line.map_err(|e| Failure::new(format!("an event cannot be written: {e}")))?,
            );
            lines.push(b'\n');
        }
        self.told.events = self.events.len();
        Ok(self.told)
    }
}
