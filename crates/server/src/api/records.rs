//! Records of every kind: lists, one, its history, and what may be done to it. One set of handlers; a kind is a row of
//! [`COLLECTIONS`].

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::fold::{Record, State as Standing};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Assignment, Claim, Content, Decision, Draft, Kind, Link, Operation, Statement,
};
use relight_store::{Filter, Store, StoreError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

use super::{Answer, Asked, Body, Piece, header, idempotency_key, json, word};
use crate::app::{App, blocking, now, random};
use crate::guard::Caller;
use crate::policy::{self, Viewer, fields};
use crate::problem::Problem;
use crate::routes::{Route, Schema, schema_of};
use crate::shelf::Shelf;

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

/// Records on one page of a list, where nothing else is asked for, and at most.
const A_PAGE: usize = 50;
const MOST: usize = 200;

/// The most events of a history.
const MOST_EVENTS: usize = 500;

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

#[derive(Debug, Deserialize)]
struct ListQuery {
    operation: Option<String>,
    state: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

type Handled = std::pin::Pin<Box<dyn Future<Output = Answer> + Send>>;

fn list(
    kind: Kind,
) -> impl Fn(State<Arc<App>>, Caller, Asked<ListQuery>) -> Handled + Clone + Send + Sync + 'static {
    move |State(app), caller, Asked(query)| {
        Box::pin(async move {
            let id = |text: &str| text.parse::<Id>().ok();
            let after = word("after", query.after.as_deref(), id)?.unwrap_or(Id::NIL);
            let operation = word("operation", query.operation.as_deref(), id)?;
            let state = word("state", query.state.as_deref(), standing)?;
            let limit = query.limit.unwrap_or(A_PAGE).clamp(1, MOST);
            let filter =
                Filter { kind: Some(kind), operation: operation.map(Id::of::<Operation>), state };
            if !policy::sees_kind(&caller.viewer, kind) {
                return json(&Page { items: Vec::new(), next: None });
            }
            let page = if Shelf::keeps(kind) {
                blocking(move || {
                    from_shelf(&app.shelf(), &filter, kind, after, limit, &caller.viewer)
                })
                .await?
            } else {
                let shared = Arc::clone(&app);
                app.read(move |store| {
                    from_store(store, &shared, &filter, after, limit, &caller.viewer)
                })
                .await?
            };
            json(&page)
        })
    }
}

/// A page of what is in memory: every record of the kind is, up to the last event that this server has seen.
fn from_shelf(
    shelf: &Shelf,
    filter: &Filter,
    kind: Kind,
    after: Id,
    limit: usize,
    viewer: &Viewer,
) -> Page {
    let wanted = |record: &&Record| {
        filter.operation.is_none_or(|of| record.operation == Some(of))
            && filter.state.is_none_or(|state| record.state == state)
    };
    let mut shown = shelf
        .after(kind, after)
        .filter(wanted)
        .filter_map(|record| Some((record.id, policy::show(record, viewer, shelf)?)));
    let items: Vec<(Id, Value)> = shown.by_ref().take(limit).collect();
    let more = shown.next().is_some();
    let next = items.last().filter(|_| more).map(|(id, _)| id.to_string());
    Page { items: items.into_iter().map(|(_, shown)| shown).collect(), next }
}

/// A page of what is in the store alone.
fn from_store(
    store: &mut Store,
    app: &App,
    filter: &Filter,
    after: Id,
    limit: usize,
    viewer: &Viewer,
) -> Result<Page, StoreError> {
    let mut items = Vec::new();
    let (mut last, mut at) = (Id::NIL, after);
    loop {
        // One more than wanted tells whether there is a next page.
        let found = store.list(filter, at, limit + 1)?;
        let ended = found.len() <= limit;
        for record in found {
            at = record.id;
            let Some(shown) = policy::show(&record, viewer, &*app.shelf()) else { continue };
            if items.len() == limit {
                return Ok(Page { items, next: Some(last.to_string()) });
            }
            items.push(shown);
            last = record.id;
        }
        if ended {
            return Ok(Page { items, next: None });
        }
    }
}

fn show(
    kind: Kind,
) -> impl Fn(State<Arc<App>>, Caller, Piece<Id>, HeaderMap) -> Handled + Clone + Send + Sync + 'static
{
    move |State(app), caller, Piece(id), headers| {
        Box::pin(async move {
            let record = seen(&app, &caller.viewer, kind, id).await?.0;
            let tag = etag(&record);
            if header(&headers, "if-none-match") == Some(tag.as_str()) {
                return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
            }
            shown(&app, &caller.viewer, &record, StatusCode::OK)
        })
    }
}

fn history(
    kind: Kind,
) -> impl Fn(State<Arc<App>>, Caller, Piece<Id>) -> Handled + Clone + Send + Sync + 'static {
    move |State(app), caller, Piece(id)| {
        Box::pin(async move {
            let (record, keeps) = seen(&app, &caller.viewer, kind, id).await?;
            if !keeps {
                return Err(Problem::forbidden("histories are for those who keep the ledger"));
            }
            let events = app.read(move |store| store.history(id, 0, MOST_EVENTS)).await?;
            let items = events
                .into_iter()
                .map(|(seq, event)| {
                    let content = event.act.content().and_then(|content| {
                        let then = Record { content: content.clone(), ..record.clone() };
                        policy::show(&then, &caller.viewer, &*app.shelf())?.get("content").cloned()
                    });
                    Done {
                        seq,
                        at: event.at.to_string(),
                        actor: event.actor.to_string(),
                        act: event.act.word().to_owned(),
                        reason: event.reason,
                        content,
                    }
                })
                .collect();
            json(&History { items })
        })
    }
}

fn record(
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

fn correct(
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

fn settle(
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

async fn decide(
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

/// The record, where this viewer may know of it, and whether it may see its history.
async fn seen(
    app: &Arc<App>,
    viewer: &Viewer,
    kind: Kind,
    id: Id,
) -> Result<(Record, bool), Problem> {
    let record = app.read(move |store| store.record(id)).await?;
    let record = record.filter(|record| record.kind() == kind);
    let visible = record.and_then(|record| {
        let shown = policy::show(&record, viewer, &*app.shelf())?;
        Some((record, shown.get("author").is_some()))
    });
    visible.ok_or_else(|| Problem::not_found(""))
}

#[expect(clippy::unnecessary_wraps, reason = "what every handler gives back")]
fn shown(app: &App, viewer: &Viewer, record: &Record, status: StatusCode) -> Answer {
    let shelf = app.shelf();
    // What one has just written one may see, even where it waits for somebody else.
    let shown = policy::show(record, viewer, &*shelf).unwrap_or_else(
        || value!({ "id": record.id, "version": record.version, "state": record.state }),
    );
    let tag =
        [(header::ETAG, etag(record)), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    Ok((status, tag, Json(shown)).into_response())
}

fn etag(record: &Record) -> String {
    format!("\"{}\"", record.version)
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

fn standing(word: &str) -> Option<Standing> {
    Some(match word {
        "standing" => Standing::Standing,
        "pending" => Standing::Pending,
        "withdrawn" => Standing::Withdrawn,
        "accepted" => Standing::Decided(Decision::Accepted),
        "edited" => Standing::Decided(Decision::Edited),
        "rejected" => Standing::Decided(Decision::Rejected),
        _ => return None,
    })
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
