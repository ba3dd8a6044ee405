//! Records of every kind: lists, one, its history, and what may be done to it. One set of handlers; a kind is a row of
//! [`COLLECTIONS`].

mod read;
mod write;

use std::pin::Pin;

use axum::http::Method;
use axum::routing::{get, post, put};
use relight_ledger::model::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use crate::policy::fields;
use crate::routes::{Route, Schema, schema_of};
use read::{history, list, show};
use write::{correct, decide, record, settle};

/// The kinds that have a collection, and its word in addresses.
pub const COLLECTIONS: [(Kind, &str); 19] = [
    (Kind::Operation, "operations"),
    (Kind::Party, "parties"),
    (Kind::Source, "sources"),
    (Kind::Statement, "statements"),
    (Kind::Claim, "claims"),
    (Kind::Draft, "drafts"),
    (Kind::Pledge, "pledges"),
    (Kind::Step, "steps"),
    (Kind::Stock, "stocks"),
    (Kind::Assignment, "assignments"),
    (Kind::Package, "packages"),
    (Kind::Contribution, "contributions"),
    (Kind::Need, "needs"),
    (Kind::Meeting, "meetings"),
    (Kind::Warning, "warnings"),
    (Kind::Report, "reports"),
    (Kind::Link, "links"),
    (Kind::Ruling, "rulings"),
    (Kind::Publication, "publications"),
];

/// A page of records.
#[derive(Debug, Serialize, JsonSchema)]
struct Page {
    /// The records, by id.
    items: Vec<Value>,
    /// What to send as `after` for the next page; `null` at the end.
    next: Option<String>,
}

/// What has been done to a record.
#[derive(Debug, Serialize, JsonSchema)]
struct History {
    /// What was done, in its order.
    items: Vec<Done>,
}

/// Something that was done.
#[derive(Debug, Serialize, JsonSchema)]
struct Done {
    /// The number of the event.
    seq: u64,
    /// When.
    at: String,
    /// By whom, as an id.
    actor: String,
    /// What: `record`, `correct`, `withdraw`, `confirm`, `decide`.
    act: String,
    /// Why.
    reason: String,
    /// What it holds from then on, where that was changed.
    content: Option<Value>,
}

/// A content, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Told {
    /// The id of the operation; none for what all operations share.
    #[serde(default)]
    operation: Option<String>,
    /// What it holds, in the fields of its kind.
    content: Value,
    /// Why, for whoever reads the history.
    #[serde(default)]
    reason: String,
}

/// Why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    /// Why, for whoever reads the history.
    #[serde(default)]
    reason: String,
}

/// What a person makes of a draft.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Judged {
    /// `accepted`, `edited` or `rejected`.
    decision: String,
    /// The claim as it was changed; for `edited` alone.
    #[serde(default)]
    claim: Option<Value>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    const VERSION: &str = "The version that you saw, as ETag told it.";
    const ONCE: &str =
        "A text of your own: the request is carried out once, however often it is sent.";
    let mut routes = Vec::new();
    for (kind, plural) in COLLECTIONS {
        let one = kind.word();
        let name = capital(one);
        let base = format!("/api/v1/{plural}");
        let item = format!("{base}/{{id}}");
        routes.push(
            Route::get(&base, format!("list{}", capital(plural)), get(list(kind)))
                .about(format!("The {plural} that you may see, by id."))
                .query("operation", "Of this operation alone.")
                .query("state", "standing, pending, withdrawn, accepted, edited or rejected.")
                .query("after", "What `next` of the page before told.")
                .query("limit", "How many at most: 50 where not given, 200 at most.")
                .gives(200, schema_of::<Page>),
        );
        routes.push(
            Route::get(&item, format!("get{name}"), get(show(kind)))
                .about(format!("One {one}, in the fields that you may see."))
                .header("If-None-Match", "Answers 304 where it is still at this version.", false)
                .gives(200, record_schema(kind)),
        );
        routes.push(
            Route::get(format!("{item}/history"), format!("historyOf{name}"), get(history(kind)))
                .about(format!("What was done to a {one}, by whom, when and why."))
                .gives(200, schema_of::<History>),
        );
        routes.push(
            Route::change(Method::POST, &base, format!("record{name}"), post(record(kind)))
                .about(format!("Records a new {one}."))
                .header("Idempotency-Key", ONCE, false)
                .takes(schema_of::<Told>)
                .gives(201, record_schema(kind)),
        );
        routes.push(
            Route::change(Method::PUT, &item, format!("correct{name}"), put(correct(kind)))
                .about(format!(
                    "Gives a {one} another content. What was before stays in its history."
                ))
                .header("If-Match", VERSION, true)
                .takes(schema_of::<Told>)
                .gives(200, record_schema(kind)),
        );
        for (word, about) in
            [("withdrawal", "Takes back"), ("confirmation", "Agrees, as a second person, to")]
        {
            let confirms = word == "confirmation";
            routes.push(
                Route::change(
                    Method::POST,
                    format!("{item}/{word}"),
                    format!("{}{name}", if confirms { "confirm" } else { "withdraw" }),
                    post(settle(kind, confirms)),
                )
                .about(format!("{about} a {one}."))
                .header("If-Match", VERSION, true)
                .takes(schema_of::<Because>)
                .gives(200, record_schema(kind)),
            );
        }
    }
    routes.push(
        Route::change(Method::POST, "/api/v1/drafts/{id}/decision", "decideDraft", post(decide))
            .about("Accepts a draft as it is, accepts it with changes, or rejects it.")
            .header("If-Match", VERSION, true)
            .takes(schema_of::<Judged>)
            .gives(200, record_schema(Kind::Draft)),
    );
    routes
}

/// The schema of a record, by the kind that it is of: a function without captures, as the table wants.
fn record_schema(kind: Kind) -> Schema {
    macro_rules! by_kind {
        ($($name:ident),*) => { match kind { $(Kind::$name => |_| fields::schema(Kind::$name)),* } };
    }
    by_kind!(
        Operation,
        Party,
        Person,
        Source,
        Statement,
        Claim,
        Pledge,
        Step,
        Stock,
        Assignment,
        Package,
        Contribution,
        Need,
        Meeting,
        Warning,
        Report,
        Link,
        Ruling,
        Draft,
        Publication
    )
}

/// `claim` as `Claim`.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// What a handler made for a kind gives back.
type Handled = Pin<Box<dyn Future<Output = Answer> + Send>>;
