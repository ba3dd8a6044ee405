//! What is added up, and what may belong together.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use relight_ledger::count::{Book, Measure, Rule, total};
use relight_ledger::date::Day;
use relight_ledger::id::Id;
use relight_ledger::model::{
    Category, Claim, Kind, Link, Operation, Relation, Stage, Statement, Unit,
};
use relight_ledger::reconcile::{Speech, suggest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Asked, Piece, json, word};
use crate::app::{App, blocking, now};
use crate::policy::Role;
use crate::policy::public::Records as _;
use crate::problem::Problem;
use crate::routes::{Route, Who, schema_of};
use crate::shelf::Shelf;

pub(super) const KEEPERS: Who =
    Who::Only(&[Role::RecipientDesk, Role::Reviewer, Role::SecondReviewer, Role::Auditor]);

/// A total, with its rule and what was left out.
#[derive(Debug, Serialize, JsonSchema)]
struct Total {
    /// The rule, in words.
    rule: String,
    /// The sum of what is sure.
    at_least: String,
    /// The sum of the upper ends; `null` where one is not known.
    up_to: Option<String>,
    /// Pledges with a number.
    counted: Vec<Counted>,
    /// Pledges of which it was said that there is something, but not how much.
    without_number: Vec<String>,
    /// What does not count, and why.
    left_out: Vec<LeftOut>,
}

/// A pledge that counts.
#[derive(Debug, Serialize, JsonSchema)]
struct Counted {
    /// The pledge.
    pledge: String,
    /// At least.
    min: Option<String>,
    /// At most.
    max: Option<String>,
    /// Whether somebody contradicts it, and nobody has decided.
    disputed: bool,
    /// The claims and steps that it comes from.
    from: Vec<String>,
}

/// A record that does not count.
#[derive(Debug, Serialize, JsonSchema)]
struct LeftOut {
    /// The record.
    record: String,
    /// Why.
    why: String,
}

/// Links that may hold; a person decides.
#[derive(Debug, Serialize, JsonSchema)]
struct Suggestions {
    /// The links.
    items: Vec<Suggested>,
}

/// A link that may hold.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Suggested {
    /// The first claim.
    pub from: String,
    /// What it may be to the second.
    relation: String,
    /// The second claim.
    pub to: String,
    /// What speaks for it.
    reasons: Vec<String>,
    /// What speaks against it.
    against: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct TotalQuery {
    measure: Option<String>,
    stage: Option<String>,
    as_of: Option<String>,
    donor: Option<String>,
    category: Option<String>,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/operations/{id}/totals", "total", get(totals))
            .about("Adds up by a rule, and says what was left out and why.")
            .who(KEEPERS)
            .query("measure", "A unit such as piece (where not given), or a currency such as EUR.")
            .query(
                "stage",
                "pledged (where not given), committed, sent, received, installed, energised.",
            )
            .query("as_of", "A day; today where not given.")
            .query("donor", "Of this donor alone, by name.")
            .query("category", "Of this sort of things alone.")
            .gives(200, schema_of::<Total>),
        Route::get("/api/v1/operations/{id}/suggestions", "suggest", get(suggestions))
            .about("Claims that may belong together, with reasons for and against.")
            .who(KEEPERS)
            .gives(200, schema_of::<Suggestions>),
    ]
}

async fn totals(
    State(app): State<Arc<App>>,
    Piece(operation): Piece<Id<Operation>>,
    Asked(query): Asked<TotalQuery>,
) -> Answer {
    let measure = query.measure.as_deref().filter(|m| !m.is_empty()).unwrap_or("piece");
    if measure.len() > 40 {
        return Err(Problem::bad_request("`measure` is a unit or a currency"));
    }
    let measure = match measure.parse() {
        Ok(currency) => Measure::Money(currency),
        Err(_) => Measure::Count(Unit::from_word(measure)),
    };
    let stage = word("stage", query.stage.as_deref(), Stage::from_word)?.unwrap_or(Stage::Pledged);
    let day = word("as_of", query.as_of.as_deref(), |text| text.parse::<Day>().ok())?;
    let today = now().day().ok_or_else(|| Problem::internal("the clock is beyond the calendar"))?;
    let category = word("category", query.category.as_deref(), Category::from_word)?;
    let donor = query.donor.filter(|d| !d.is_empty()).map(|d| d.chars().take(200).collect());
    let rule = Rule { category, donor, ..Rule::all(measure, stage, day.unwrap_or(today)) };
    let found = blocking(move || {
        let shelf = app.shelf();
        shelf.get(operation.any())?;
        let kinds = [Kind::Claim, Kind::Pledge, Kind::Step, Kind::Link, Kind::Ruling];
        let of = kinds.into_iter().flat_map(|kind| shelf.of_kind(kind));
        let book = Book::new(of.filter(|record| record.operation == Some(operation)));
        Some(total(&book, &rule))
    })
    .await?
    .ok_or_else(|| Problem::not_found(""))?;
    json(&Total {
        rule: found.rule.to_string(),
        at_least: found.at_least.to_string(),
        up_to: found.up_to.map(|d| d.to_string()),
        counted: found
            .counted
            .iter()
            .map(|c| Counted {
                pledge: c.pledge.to_string(),
                min: c.figure.range.min.map(|d| d.to_string()),
                max: c.figure.range.max.map(|d| d.to_string()),
                disputed: c.figure.disputed,
                from: c.figure.from.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        without_number: found.without_number.iter().map(ToString::to_string).collect(),
        left_out: found
            .left_out
            .iter()
            .map(|l| LeftOut { record: l.record.to_string(), why: l.why.to_string() })
            .collect(),
    })
}

async fn suggestions(
    State(app): State<Arc<App>>,
    Piece(operation): Piece<Id<Operation>>,
) -> Answer {
    if !app.has_operation(operation) {
        return Err(Problem::not_found(""));
    }
    let items = blocking(move || suggested(&app.shelf(), operation, 500)).await?;
    json(&Suggestions { items })
}

/// Links that may hold between claims of an operation, at most so many.
pub(super) fn suggested(shelf: &Shelf, operation: Id<Operation>, most: usize) -> Vec<Suggested> {
    let mut links = std::collections::BTreeSet::new();
    for record in shelf.of_kind(Kind::Link).filter(|r| r.stands()) {
        links.extend(record.get::<Link>().map(|link| (link.from, link.to)));
    }
    let mine = |r: &&relight_ledger::fold::Record| r.stands() && r.operation == Some(operation);
    let speeches: Vec<Speech<'_>> = shelf
        .of_kind(Kind::Claim)
        .filter(mine)
        .filter_map(|record| {
            let claim = record.get::<Claim>()?;
            let statement = shelf.get(claim.statement.any()).and_then(|r| r.get::<Statement>());
            Some(Speech { id: record.id.of(), claim, statement })
        })
        .collect();
    let same_pledge = |a: Id<Claim>, b: Id<Claim>| {
        let pledge = |id: Id<Claim>| shelf.get(id.any())?.get::<Claim>()?.pledge;
        pledge(a).is_some() && pledge(a) == pledge(b)
    };
    let decided = |a: Id<Claim>, b: Id<Claim>| {
        links.contains(&(a.any(), b.any()))
            || links.contains(&(b.any(), a.any()))
            || same_pledge(a, b)
    };
    let found = suggest(&speeches, &decided);
    let text = |reason: &relight_ledger::reconcile::Reason| reason.to_string();
    found
        .iter()
        .take(most)
        .map(|s| Suggested {
            from: s.from.to_string(),
            relation: Relation::word(s.relation).to_owned(),
            to: s.to.to_string(),
            reasons: s.reasons.iter().map(text).collect(),
            against: s.against.iter().map(text).collect(),
        })
        .collect()
}
