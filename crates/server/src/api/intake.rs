//! Text in, drafts out. Reading alone keeps nothing; filing records the source and its drafts, for a person to decide.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use relight_intake::{Characters, Format, Page, READER, Reading, open, read};
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::hash::Hash;
use relight_ledger::id::Id;
use relight_ledger::model::{Draft, Operation, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};
use sha2::{Digest as _, Sha256};

use super::{Answer, Body, Piece, json};
use crate::app::{App, blocking, now};
use crate::guard::Caller;
use crate::policy::{self, Role};
use crate::problem::Problem;
use crate::routes::{Route, Who, schema_of};

const READERS: Who =
    Who::Only(&[Role::Reviewer, Role::SecondReviewer, Role::RecipientDesk, Role::Auditor]);
const KEEPERS: Who = Who::Only(&[Role::Reviewer, Role::SecondReviewer]);

/// The most bytes of a text.
const MOST_TEXT: usize = 1 << 20;

/// A text.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the name in the API")]
struct Text {
    /// The text, a page of HTML, or a feed.
    text: String,
    /// Where it was found.
    #[serde(default)]
    url: String,
    /// Who published it.
    #[serde(default)]
    outlet: String,
}

/// What was read.
#[derive(Debug, Serialize, JsonSchema)]
struct Readings {
    /// The pages of the text: one, or one per item of a feed.
    pages: Vec<Value>,
}

/// What was filed.
#[derive(Debug, Serialize, JsonSchema)]
struct Filed {
    /// The sources.
    sources: Vec<String>,
    /// The drafts, which wait for a person.
    drafts: Vec<String>,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::change(Method::POST, "/api/v1/readings", "read", post(reading))
            .about("Reads a text: drafts of claims, with the places in the text that say so. Nothing is kept.")
            .who(READERS)
            .takes(schema_of::<Text>)
            .gives(200, schema_of::<Readings>),
        Route::change(Method::POST, "/api/v1/operations/{id}/readings", "file", post(file))
            .about("Reads a text and records the source and its drafts. The same text is filed once.")
            .who(KEEPERS)
            .takes(schema_of::<Text>)
            .gives(201, schema_of::<Filed>),
    ]
}

/// The pages of a text, each with what was read in it.
async fn pages(text: String) -> Result<Vec<(Page, Reading)>, Problem> {
    if text.len() > MOST_TEXT {
        return Err(Problem::too_large(format!("a text has {MOST_TEXT} bytes at most")));
    }
    let opened = blocking(move || {
        let pages = open(text.as_bytes(), Format::Detect)?;
        Ok::<_, relight_intake::NotText>(
            pages
                .into_iter()
                .take(100)
                .map(|page| {
                    let reading = read(&page);
                    (page, reading)
                })
                .collect(),
        )
    })
    .await?;
    opened.map_err(|error| Problem::unsound(error.to_string()))
}

async fn reading(caller: Caller, Body(text): Body<Text>) -> Answer {
    if !caller.viewer.writes && caller.viewer.role != Role::Auditor {
        return Err(Problem::forbidden("this token is for reading alone"));
    }
    let pages = pages(text.text).await?;
    json(&Readings {
        pages: pages.iter().map(|(page, reading)| described(page, reading)).collect(),
    })
}

/// A page in JSON. Places in the text are in characters, as browsers count code points.
fn described(page: &Page, reading: &Reading) -> Value {
    let table = Characters::new(&page.text);
    let blocks: Vec<Value> = page
        .blocks
        .iter()
        .map(|block| {
            let span = table.span(&page.text, block.span);
            value!({ "span": span, "furniture": block.furniture, "title": block.title })
        })
        .collect();
    value!({
        "text": page.text,
        "language": page.language.map(relight_intake::Language::code),
        "published": page.published,
        "blocks": blocks,
        "drafts": reading.ledger_drafts(page, Id::NIL),
        "notes": page.notes,
    })
}

async fn file(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(operation): Piece<Id<Operation>>,
    Body(text): Body<Text>,
) -> Answer {
    let digest = Hash::from_bytes(Sha256::digest(text.text.as_bytes()).into());
    let name = digest.to_string();
    let pages = pages(text.text.clone()).await?;
    let mut filed = Filed { sources: Vec::new(), drafts: Vec::new() };
    let mut events: Vec<Proposal> = Vec::new();
    let mut wanted: Vec<(Id, Act)> = Vec::new();
    for (at, (page, reading)) in pages.iter().enumerate() {
        let place = at.to_string();
        let of = operation.to_string();
        let source: Id<Source> = Id::derive(&["source", &of, &name, &place]);
        let content = Source {
            url: text.url.clone(),
            outlet: text.outlet.clone(),
            title: page.title.map_or(String::new(), |span| one_line(span.of(&page.text))),
            language: page.language.map_or(String::new(), |l| l.code().to_owned()),
            published: page.published.clone(),
            published_basis: page.published_basis,
            digest: Some(digest),
            ..Source::default()
        };
        wanted.push((source.any(), Act::Record { record: source.any(), content: content.into() }));
        filed.sources.push(source.to_string());
        for (number, draft) in reading.ledger_drafts(page, source).into_iter().enumerate() {
            let id: Id<Draft> =
                Id::derive(&["draft", &of, &name, &place, READER, &number.to_string()]);
            wanted.push((id.any(), Act::Record { record: id.any(), content: draft.into() }));
            filed.drafts.push(id.to_string());
        }
    }
    let ids: Vec<Id> = wanted.iter().map(|(id, _)| *id).collect();
    let there = app.read(move |store| store.records(&ids)).await?;
    for (id, act) in wanted {
        if there.iter().any(|record| record.id == id) {
            continue;
        }
        policy::may_act(&caller.viewer, &act, None)?;
        let event: Id<Event> = Id::derive(&["event", "filed", &id.to_string()]);
        let reason = "read out of a text".to_owned();
        let actor = caller.viewer.person;
        events.push(
            Event { id: event, at: now(), actor, operation: Some(operation), reason, act }.into(),
        );
    }
    if !events.is_empty()
        && let Err(rejected) = app.append(events).await?
    {
        return Err(policy::refusal(&rejected.refusal, &caller.viewer));
    }
    Ok((StatusCode::CREATED, Json(filed)).into_response())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
