//! Consignments as those who carry them look at them: what is on the way, what is late, which jobs wait for it.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use relight_ledger::date::Day;
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::{Assignment, Kind, Operation, Pledge, PledgedLot, Stage, Step};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Piece, json};
use crate::app::{App, blocking, today};
use crate::guard::Caller;
use crate::policy::public::Records as _;
use crate::policy::{self, READERS};
use crate::problem::Problem;
use crate::routes::{Route, schema_of};
use crate::shelf::Shelf;

/// Consignments of an operation.
#[derive(Debug, Serialize, JsonSchema)]
struct Consignments {
    /// The day that they are looked at.
    as_of: String,
    /// What is late first, then what is on the way, then what has come.
    items: Vec<Consignment>,
}

/// A consignment.
#[derive(Debug, Serialize, JsonSchema)]
struct Consignment {
    /// Its step, of stage `sent`.
    id: String,
    /// The promise that it keeps.
    pledge: Option<String>,
    /// What the promise is called.
    title: String,
    /// Who gives.
    donor: String,
    /// What, in words.
    what: Vec<String>,
    /// Pieces that were surely sent.
    pieces: u64,
    /// Pieces that have surely come.
    received: u64,
    /// Where from.
    from: String,
    /// Where to.
    to: String,
    /// Waybills and the like.
    papers: Vec<String>,
    /// When it was sent, the first day.
    sent: Option<String>,
    /// By when it was to come, the last day.
    expected: Option<String>,
    /// Whether it is there, on the way, or late.
    state: HowFar,
    /// Days beyond the day by which it was to come; of what is on the way without such a day, since it was sent.
    days: Option<i64>,
    /// Jobs that count on it, those that should have begun first.
    jobs: Vec<Waiting>,
}

/// How far a consignment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum HowFar {
    /// It should have come.
    Late,
    /// It is on the way.
    OnTheWay,
    /// It is on the way, and nobody said by when.
    NoDate,
    /// It has come.
    Received,
}

/// A job that counts on a piece of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
struct Waiting {
    /// From when it is wanted, the last day.
    wanted: Option<String>,
    /// The scenario.
    scenario: String,
    /// The job; empty for a generator set that supplies a facility.
    job: String,
    /// The need, or the facilities.
    need: String,
    /// Whether that day has passed, or passes before it comes.
    blocked: bool,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/operations/{id}/consignments", "listConsignments", get(list))
            .about("What was sent: whether it has come, what is late, and which jobs wait for it.")
            .who(READERS)
            .gives(200, schema_of::<Consignments>),
    ]
}

async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(operation): Piece<Id<Operation>>,
) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    if !app.has_operation(operation) {
        return Err(Problem::not_found(""));
    }
    let today = today()?;
    let items = blocking(move || consignments(&app.shelf(), operation, today)).await?;
    json(&Consignments { as_of: today.to_string(), items })
}

fn consignments(shelf: &Shelf, operation: Id<Operation>, today: Day) -> Vec<Consignment> {
    let mine = |record: &&Record| record.stands() && record.operation == Some(operation);
    let steps: Vec<(Id<Step>, &Step)> = shelf
        .of_kind(Kind::Step)
        .filter(mine)
        .filter_map(|record| Some((record.id.of(), record.get::<Step>()?)))
        .collect();
    let assigned: Vec<&Assignment> = shelf
        .of_kind(Kind::Assignment)
        .filter(mine)
        .filter_map(Record::get::<Assignment>)
        .collect();
    let sent = steps.iter().filter(|(_, step)| step.stage == Stage::Sent);
    let mut all: Vec<Consignment> =
        sent.map(|(id, step)| consignment(shelf, *id, step, &steps, &assigned, today)).collect();
    all.sort_by(|a, b| (a.state, b.days, &a.id).cmp(&(b.state, a.days, &b.id)));
    all
}

fn pieces(lots: &[PledgedLot]) -> u64 {
    lots.iter().map(PledgedLot::sure).sum()
}

fn consignment(
    shelf: &Shelf,
    id: Id<Step>,
    step: &Step,
    steps: &[(Id<Step>, &Step)],
    assigned: &[&Assignment],
    today: Day,
) -> Consignment {
    let pledge = step.pledge.and_then(|id| shelf.get(id.any())?.get::<Pledge>());
    // A receipt names its consignment; one that names only the promise is of it where that has one consignment alone.
    let of_pledge = |s: &Step| s.pledge.is_some() && s.pledge == step.pledge;
    let is_only = steps.iter().filter(|(_, s)| s.stage == Stage::Sent && of_pledge(s)).count() == 1;
    let receipts = steps.iter().map(|(_, s)| *s).filter(|s| {
        s.stage == Stage::Received
            && (s.after == Some(id) || s.after.is_none() && is_only && of_pledge(s))
    });
    let (count, received) = receipts.fold((0, 0), |(n, sum), s| (n + 1, sum + pieces(&s.lots)));
    let all = pieces(&step.lots);
    let expected = pledge.and_then(|pledge| pledge.expected.last);
    let sent = step.date.first;
    let (state, days) = if count > 0 && received >= all {
        (HowFar::Received, None)
    } else {
        match expected {
            Some(day) if day < today => (HowFar::Late, Some(today.days_since(day))),
            Some(_) => (HowFar::OnTheWay, None),
            None => (HowFar::NoDate, sent.map(|day| today.days_since(day))),
        }
    };
    let of = step.pledge.map(Id::any);
    let mut jobs: Vec<Waiting> = assigned
        .iter()
        .filter(|a| Some(a.of) == of && state != HowFar::Received)
        .map(|a| Waiting {
            wanted: a.wanted.last.map(|day| day.to_string()),
            scenario: a.scenario.clone(),
            job: a.job.clone(),
            need: a.need.clone(),
            blocked: a
                .wanted
                .last
                .is_some_and(|day| day < expected.map_or(today, |e| e.max(today))),
        })
        .collect();
    jobs.sort();
    let named = |lot: &PledgedLot| {
        let item = &lot.item;
        let words = if item.words.is_empty() { item.category.word() } else { &item.words };
        words.to_owned()
    };
    Consignment {
        id: id.to_string(),
        pledge: step.pledge.map(|id| id.to_string()),
        title: pledge.map_or(String::new(), |pledge| pledge.title.clone()),
        donor: pledge.map_or(String::new(), |pledge| pledge.donor.words.clone()),
        what: step.lots.iter().map(named).collect(),
        pieces: all,
        received,
        from: step.from.clone(),
        to: step.to.clone(),
        papers: step.external.iter().map(|paper| paper.id.clone()).collect(),
        sent: sent.map(|day| day.to_string()),
        expected: expected.map(|day| day.to_string()),
        state,
        days,
        jobs,
    }
}
