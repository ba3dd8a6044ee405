//! Records are listed and shown, with their histories.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use relight_ledger::fold::{Record, State as Standing};
use relight_ledger::id::Id;
use relight_ledger::model::{Decision, Kind, Operation};
use relight_store::{Filter, Store, StoreError};
use serde::Deserialize;
use serde_json::{Value, json as value};

use super::{Done, Handled, History, Page};
use crate::api::{Answer, Asked, Piece, header, json, word};
use crate::app::{App, blocking};
use crate::guard::Caller;
use crate::policy::{self, Viewer};
use crate::problem::Problem;
use crate::shelf::Shelf;

/// Records on one page of a list, where nothing else is asked for, and at most.
const A_PAGE: usize = 50;
const MOST: usize = 200;

/// The most events of a history.
const MOST_EVENTS: usize = 500;

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    operation: Option<String>,
    state: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

pub(super) fn list(
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

pub(super) fn show(
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

pub(super) fn history(
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

/// The record, where this viewer may know of it, and whether it may see its history.
pub(super) async fn seen(
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
pub(super) fn shown(app: &App, viewer: &Viewer, record: &Record, status: StatusCode) -> Answer {
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
