//! Records are made, corrected, confirmed, withdrawn and decided: each an event of the ledger.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::{
    Assignment, Claim, Content, Decision, Draft, Kind, Link, Operation, Statement,
};
use serde_json::{Value, json as value};

use super::read::{seen, shown};
use super::{Because, COLLECTIONS, Handled, Judged, Told};
use crate::api::{Answer, Body, Piece, header, idempotency_key, word};
use crate::app::{App, now, random};
use crate::guard::Caller;
use crate::policy::{self, Viewer};
use crate::problem::Problem;

pub(super) fn record(
    kind: Kind,
) -> impl Fn(State<Arc<App>>, Caller, HeaderMap, Body<Told>) -> Handled + Clone + Send + Sync + 'static
{
    move |State(app), caller, headers, Body(told)| {
        Box::pin(async move {
            let content = content_of(kind, &told.content)?;
            let operation = operation_of(told.operation.as_deref())?;
            let key = idempotency_key(&headers)?.map(str::to_owned);
            let id = identity(&content, key.as_deref(), &caller.viewer)?;
            let act = Act::Record { record: id, content };
            policy::may_act(&caller.viewer, &act, None)?;
            let (event, again) = match &key {
                // The same key gives the same event: the ledger itself knows a request that comes again.
                Some(key) => {
                    let event: Id<Event> =
                        Id::derive(&["request", &caller.viewer.account, kind.word(), key]);
                    (event, repeated(&app, id, event, &act).await?)
                }
                None => (Id::at(now().milliseconds().unsigned_abs(), random()?), false),
            };
            if !again {
                add(
                    &app,
                    &caller.viewer,
                    vec![event_of(event, &caller.viewer, operation, told.reason, act)],
                )
                .await?;
            }
            let record = app.read(move |store| store.record(id)).await?;
            let record = record.ok_or_else(|| Problem::internal("the record is not there"))?;
            let mut response = shown(&app, &caller.viewer, &record, StatusCode::CREATED)?;
            let place = COLLECTIONS.iter().find(|(k, _)| *k == kind).map_or("", |(_, word)| *word);
            if let Ok(place) = format!("/api/v1/{place}/{id}").parse() {
                response.headers_mut().insert(header::LOCATION, place);
            }
            Ok(response)
        })
    }
}

/// Whether this very request has been carried out.
async fn repeated(app: &Arc<App>, id: Id, event: Id<Event>, act: &Act) -> Result<bool, Problem> {
    let events = app.read(move |store| store.history(id, 0, 1)).await?;
    match events.first() {
        Some((_, first)) if first.id == event && first.act == *act => Ok(true),
        Some((_, first)) if first.id == event => {
            Err(Problem::conflict("another request was sent with this Idempotency-Key"))
        }
        _ => Ok(false),
    }
}

pub(super) fn correct(
    kind: Kind,
) -> impl Fn(State<Arc<App>>, Caller, Piece<Id>, HeaderMap, Body<Told>) -> Handled
+ Clone
+ Send
+ Sync
+ 'static {
    move |State(app), caller, Piece(id), headers, Body(told)| {
        Box::pin(async move {
            let now = seen(&app, &caller.viewer, kind, id).await?.0;
            let content = content_of(kind, &told.content)?;
            let seen = version(&headers, &now)?;
            let act = Act::Correct { record: id, seen, content };
            change(&app, &caller.viewer, now, told.reason, act).await
        })
    }
}

pub(super) fn settle(
    kind: Kind,
    confirms: bool,
) -> impl Fn(State<Arc<App>>, Caller, Piece<Id>, HeaderMap, Body<Because>) -> Handled
+ Clone
+ Send
+ Sync
+ 'static {
    move |State(app), caller, Piece(id), headers, Body(because)| {
        Box::pin(async move {
            let now = seen(&app, &caller.viewer, kind, id).await?.0;
            let seen = version(&headers, &now)?;
            let act = if confirms {
                Act::Confirm { record: id, seen }
            } else {
                Act::Withdraw { record: id, seen }
            };
            change(&app, &caller.viewer, now, because.reason, act).await
        })
    }
}

async fn change(app: &Arc<App>, viewer: &Viewer, now: Record, reason: String, act: Act) -> Answer {
    policy::may_act(viewer, &act, Some(&now.content))?;
    let event = Id::at(crate::app::now().milliseconds().unsigned_abs(), random()?);
    add(app, viewer, vec![event_of(event, viewer, now.operation, reason, act)]).await?;
    let id = now.id;
    let record = app.read(move |store| store.record(id)).await?.unwrap_or(now);
    shown(app, viewer, &record, StatusCode::OK)
}

pub(super) async fn decide(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(id): Piece<Id>,
    headers: HeaderMap,
    Body(judged): Body<Judged>,
) -> Answer {
    let viewer = &caller.viewer;
    let now = seen(&app, viewer, Kind::Draft, id).await?.0;
    let seen = version(&headers, &now)?;
    let Some(draft) = now.get::<Draft>().cloned() else { return Err(Problem::not_found("")) };
    let decision = match (judged.decision.as_str(), &judged.claim) {
        ("accepted", None) => Decision::Accepted,
        ("edited", Some(_)) => Decision::Edited,
        ("rejected", None) => Decision::Rejected,
        _ => {
            return Err(Problem::unsound(
                "`decision` is accepted, edited (with `claim`) or rejected",
            ));
        }
    };
    let mut events = Vec::new();
    let mut made = Vec::new();
    let mut push = |act: Act, reason: &str| -> Result<(), Problem> {
        policy::may_act(viewer, &act, Some(&now.content))?;
        let event = Id::at(crate::app::now().milliseconds().unsigned_abs(), random()?);
        events.push(event_of(event, viewer, now.operation, reason.to_owned(), act));
        Ok(())
    };
    if decision != Decision::Rejected {
        let mut claim = match &judged.claim {
            Some(told) => serde_json::from_value::<Claim>(told.clone())
                .map_err(|e| Problem::unsound(format!("claim: {e}")))?,
            None => draft.claim.clone(),
        };
        let statement: Id<Statement> = Id::derive(&["statement", &id.to_string()]);
        let claimed: Id<Claim> = Id::derive(&["claim", &id.to_string()]);
        claim.statement = statement;
        let said = Act::Record { record: statement.any(), content: draft.statement.clone().into() };
        push(said, "read out of a text, and reviewed")?;
        let act = Act::Record { record: claimed.any(), content: claim.into() };
        push(act, "read out of a text, and reviewed")?;
        made.push(claimed);
    }
    push(Act::Decide { draft: id.of(), seen, decision, made }, &judged.reason)?;
    add(&app, viewer, events).await?;
    let record = app.read(move |store| store.record(id)).await?.unwrap_or(now);
    shown(&app, viewer, &record, StatusCode::OK)
}

/// The version of `If-Match`.
fn version(headers: &HeaderMap, now: &Record) -> Result<u32, Problem> {
    let Some(told) = header(headers, "if-match") else {
        return Err(Problem::no_precondition("send If-Match with the version that you saw"));
    };
    let told = told.trim().trim_start_matches("W/").trim_matches('"');
    match told.parse::<u32>() {
        Ok(seen) if seen == now.version => Ok(seen),
        Ok(_) => Err(Problem::precondition(format!("it is at version {} now", now.version))),
        Err(_) => Err(Problem::bad_request("If-Match holds no version; expected what ETag told")),
    }
}

fn content_of(kind: Kind, told: &Value) -> Result<Content, Problem> {
    let tagged = value!({ kind.word(): told });
    serde_json::from_value(tagged).map_err(|e| Problem::unsound(format!("content: {e}")))
}

fn operation_of(told: Option<&str>) -> Result<Option<Id<Operation>>, Problem> {
    word("operation", told, |text| text.parse().ok())
}

/// The id of a new record: what it is about where that keeps it unique, else the key, else chance.
fn identity(content: &Content, key: Option<&str>, viewer: &Viewer) -> Result<Id, Problem> {
    Ok(match (content, key) {
        (Content::Link(link), _) => Link::id(link.from, link.relation, link.to).any(),
        (Content::Assignment(a), _) => Assignment::id(a.of, a.lot, a.piece).any(),
        (_, Some(key)) => Id::derive(&["record", &viewer.account, content.kind().word(), key]),
        (_, None) => Id::at(now().milliseconds().unsigned_abs(), random()?),
    })
}

fn event_of(
    id: Id<Event>,
    viewer: &Viewer,
    operation: Option<Id<Operation>>,
    reason: String,
    act: Act,
) -> Proposal {
    Event { id, at: now(), actor: viewer.person, operation, reason, act }.into()
}

async fn add(app: &Arc<App>, viewer: &Viewer, events: Vec<Proposal>) -> Result<(), Problem> {
    match app.append(events).await? {
        Ok(_) => Ok(()),
        Err(rejected) => Err(policy::refusal(&rejected.refusal, viewer)),
    }
}
