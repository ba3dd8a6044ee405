//! What happens, as it happens (server-sent events), and the whole log for auditors.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_core::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};
use tokio::sync::mpsc;

use super::{Answer, Asked, header, json};
use crate::app::App;
use crate::guard::Caller;
use crate::policy::{self, Role, Viewer};
use crate::routes::{Answer as Gives, Route, Who, schema_of};

/// Changes are sent so many at a time.
const CHUNK: usize = 200;

/// A page of the log.
#[derive(Debug, Serialize, JsonSchema)]
struct Log {
    /// Events in their order.
    items: Vec<Value>,
    /// What to send as `after` for the next page; `null` at the end.
    next: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct LogQuery {
    after: Option<u64>,
    limit: Option<usize>,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/events", "follow", get(follow))
            .about("Changes as they happen: number, kind and id of each record that you may see.")
            .header("Last-Event-ID", "Goes on after this number.", false)
            .answer(200, Gives::Stream),
        Route::get("/api/v1/audit", "audit", get(audit))
            .about("The log of events, with the hash of each: for auditors.")
            .who(Who::Only(&[Role::Auditor]))
            .whole("after", "The number of an event.")
            .query("limit", "How many at most: 50 where not given, 200 at most.")
            .gives(200, schema_of::<Log>),
    ]
}

async fn audit(State(app): State<Arc<App>>, Asked(query): Asked<LogQuery>) -> Answer {
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let after = query.after.unwrap_or(0).min(i64::MAX as u64);
    let entries = app.read(move |store| store.entries(after, limit)).await?;
    let next = if entries.len() == limit { entries.last().map(|entry| entry.seq) } else { None };
    let items = entries
        .iter()
        .map(|entry| {
            let event: Value = serde_json::from_slice(&entry.bytes).unwrap_or_default();
            value!({ "seq": entry.seq, "hash": entry.hash, "previous": entry.previous, "event": event })
        })
        .collect();
    json(&Log { items, next })
}

/// A stream out of a channel.
pub(crate) struct Channel(pub(crate) mpsc::Receiver<Event>);

impl Stream for Channel {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

async fn follow(State(app): State<Arc<App>>, caller: Caller, headers: HeaderMap) -> Answer {
    let from = header(&headers, "last-event-id").and_then(|text| text.parse::<u64>().ok());
    let from = from.unwrap_or_else(|| app.head());
    let (events, stream) = mpsc::channel(64);
    tokio::spawn(tell(app, caller.viewer, from, events));
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(Channel(stream)).keep_alive(alive).into_response())
}

/// Tells of every change until the listener goes or the server ends.
async fn tell(app: Arc<App>, viewer: Viewer, mut after: u64, events: mpsc::Sender<Event>) {
    let mut head = app.follow();
    loop {
        let from = after;
        let Ok(changed) = app.read(move |store| store.changed(from, CHUNK)).await else { return };
        let whole = changed.len() < CHUNK;
        for record in changed {
            after = record.last_seq;
            let seen = policy::show(&record, &viewer, &*app.shelf()).is_some();
            if !seen {
                continue;
            }
            let told =
                value!({ "kind": record.kind(), "id": record.id, "version": record.version });
            let event =
                Event::default().id(after.to_string()).event("record").data(told.to_string());
            if events.send(event).await.is_err() {
                return;
            }
        }
        if !whole {
            continue;
        }
        tokio::select! {
            changed = head.changed() => if changed.is_err() || app.is_ending() { return },
            () = events.closed() => return,
        }
    }
}
