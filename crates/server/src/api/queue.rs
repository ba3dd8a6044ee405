//! What waits for people: texts to be reviewed, claims that may belong together, contradictions, second signatures.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use relight_ledger::fold::{Record, State as Standing};
use relight_ledger::id::Id;
use relight_ledger::model::{Claim, Kind, Link, Operation, Relation, Ruling, Statement};
use relight_store::Filter;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::figures::{KEEPERS, Suggested, suggested};
use super::{Answer, Piece, json};
use crate::app::{App, blocking};
use crate::guard::Caller;
use crate::policy::public::Records as _;
use crate::policy::{self, Viewer};
use crate::problem::Problem;
use crate::routes::{Route, schema_of};
use crate::shelf::Shelf;

/// The most drafts that are counted, and the most entries of a list.
const MOST: usize = 200;

/// What waits. A suggestion is decided on with `POST /links` (`distinct_from` where the two are two), a contradiction with
/// `POST /rulings`, what waits for a second person with its `confirmation` or `withdrawal`.
#[derive(Debug, Serialize, JsonSchema)]
struct Queue {
    /// Drafts that nobody has looked at, up to 200.
    drafts: usize,
    /// Claims that may belong together.
    suggestions: Vec<Pair>,
    /// Contradictions that nobody has ruled on.
    contradictions: Vec<Contradiction>,
    /// Records that wait for a second person.
    pending: Vec<Pending>,
}

/// Two claims that may belong together.
#[derive(Debug, Serialize, JsonSchema)]
struct Pair {
    /// The link that may hold, with reasons for and against.
    suggestion: Suggested,
    /// The first claim.
    from: Side,
    /// The second.
    to: Side,
}

/// A claim with what was said and where, in the fields that you may see.
#[derive(Debug, Serialize, JsonSchema)]
struct Side {
    /// The claim.
    claim: Value,
    /// What was said.
    statement: Value,
    /// Where.
    source: Value,
}

/// A contradiction.
#[derive(Debug, Serialize, JsonSchema)]
struct Contradiction {
    /// The link that says so.
    link: Value,
    /// The first claim.
    from: Side,
    /// The second.
    to: Side,
}

/// A record that waits for a second person.
#[derive(Debug, Serialize, JsonSchema)]
struct Pending {
    /// The record.
    record: Value,
    /// What it is called.
    title: String,
    /// Whether you may be that person: you did not write it, and your role may agree to its kind.
    yours: bool,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/operations/{id}/queue", "queue", get(queue))
            .about("What waits for people: drafts, claims that may belong together, contradictions, second signatures.")
            .who(KEEPERS)
            .gives(200, schema_of::<Queue>),
    ]
}

async fn queue(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(operation): Piece<Id<Operation>>,
) -> Answer {
    if !app.has_operation(operation) {
        return Err(Problem::not_found(""));
    }
    let filter = Filter {
        kind: Some(Kind::Draft),
        operation: Some(operation),
        state: Some(Standing::Standing),
    };
    let drafts = app.read(move |store| Ok(store.list(&filter, Id::NIL, MOST)?.len())).await?;
    let found = blocking(move || {
        let shelf = app.shelf();
        let viewer = &caller.viewer;
        let suggestions = suggested(&shelf, operation, MOST).into_iter().map(|suggestion| {
            let (from, to) =
                (side(&shelf, viewer, &suggestion.from), side(&shelf, viewer, &suggestion.to));
            Pair { suggestion, from, to }
        });
        Queue {
            drafts,
            suggestions: suggestions.collect(),
            contradictions: contradictions(&shelf, viewer, operation),
            pending: pending(&shelf, viewer, operation),
        }
    });
    json(&found.await?)
}

/// A record as this viewer may see it; `null` where it may not.
fn seen(shelf: &Shelf, viewer: &Viewer, id: Option<Id>) -> Value {
    let record = id.and_then(|id| shelf.get(id));
    record.and_then(|record| policy::show(record, viewer, shelf)).unwrap_or_default()
}

fn side(shelf: &Shelf, viewer: &Viewer, claim: &str) -> Side {
    let claim: Option<Id> = claim.parse().ok();
    let statement = claim.and_then(|id| Some(shelf.get(id)?.get::<Claim>()?.statement.any()));
    let source = statement.and_then(|id| Some(shelf.get(id)?.get::<Statement>()?.source.any()));
    Side {
        claim: seen(shelf, viewer, claim),
        statement: seen(shelf, viewer, statement),
        source: seen(shelf, viewer, source),
    }
}

fn contradictions(shelf: &Shelf, viewer: &Viewer, operation: Id<Operation>) -> Vec<Contradiction> {
    let rulings = shelf.of_kind(Kind::Ruling).filter(|r| r.state != Standing::Withdrawn);
    let ruled: BTreeSet<Id> =
        rulings.filter_map(|record| Some(record.get::<Ruling>()?.contradiction.any())).collect();
    let links = shelf.of_kind(Kind::Link);
    let open =
        links.filter(|r| r.stands() && r.operation == Some(operation) && !ruled.contains(&r.id));
    let open = open.filter_map(|record| {
        let link = record.get::<Link>().filter(|l| l.relation == Relation::Contradicts)?;
        Some(Contradiction {
            link: seen(shelf, viewer, Some(record.id)),
            from: side(shelf, viewer, &link.from.to_string()),
            to: side(shelf, viewer, &link.to.to_string()),
        })
    });
    open.take(MOST).collect()
}

fn pending(shelf: &Shelf, viewer: &Viewer, operation: Id<Operation>) -> Vec<Pending> {
    let kinds = [Kind::Publication, Kind::Link, Kind::Ruling, Kind::Step];
    let waiting =
        kinds.into_iter().flat_map(|kind| shelf.of_kind(kind)).filter(|record: &&Record| {
            record.state == Standing::Pending && record.operation == Some(operation)
        });
    let shown = waiting.filter_map(|record| {
        let confirm =
            relight_ledger::event::Act::Confirm { record: record.id, seen: record.version };
        Some(Pending {
            title: record.content.title(),
            yours: record.author != viewer.person
                && policy::may_act(viewer, &confirm, Some(&record.content)).is_ok(),
            record: policy::show(record, viewer, shelf)?,
        })
    });
    shown.take(MOST).collect()
}
