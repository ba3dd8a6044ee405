//! Erasing what the ledger holds of a person. One administrator asks, another agrees; then the texts behind the seals are
//! gone, and the events that hold the seals stay.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use relight_ledger::event::{Act, Event};
use relight_ledger::id::{Anything, Id};
use relight_ledger::model::Person;
use relight_ledger::seal::Sealed;
use relight_store::StoreError;
use relight_store::desk::Desk;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Body, Piece, json};
use crate::accounts;
use crate::app::{App, now, random};
use crate::guard::Caller;
use crate::policy::{self, Role};
use crate::problem::Problem;
use crate::routes::{Route, Who, schema_of};

const ADMINISTRATORS: Who = Who::Only(&[Role::Administrator]);
const SPACE: &str = "redaction";

/// An erasure that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Redaction {
    /// Its id.
    id: String,
    /// The account whose person is to be erased.
    account: String,
    /// Why.
    reason: String,
    /// Who asked.
    asked_by: String,
    /// Who agreed; `null`: nobody yet.
    agreed_by: Option<String>,
}

/// Erasures.
#[derive(Debug, Serialize, JsonSchema)]
struct Redactions {
    /// By id.
    items: Vec<Redaction>,
}

/// An erasure to be asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Erasure {
    /// The account.
    account: String,
    /// Why, for whoever reads the history.
    reason: String,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/redactions", "listRedactions", get(list))
            .about("Erasures that were asked for.")
            .who(ADMINISTRATORS)
            .gives(200, schema_of::<Redactions>),
        Route::change(Method::POST, "/api/v1/redactions", "askRedaction", post(ask))
            .about("Asks that what the ledger holds of a person be erased. Another administrator must agree.")
            .who(ADMINISTRATORS)
            .takes(schema_of::<Erasure>)
            .gives(201, schema_of::<Redaction>),
        Route::change(
            Method::POST,
            "/api/v1/redactions/{id}/confirmation",
            "confirmRedaction",
            post(confirm),
        )
        .about("Agrees, as a second person: the texts are erased, and the account is closed.")
        .who(ADMINISTRATORS)
        .gives(200, schema_of::<Redaction>),
    ]
}

fn unreadable(error: &serde_json::Error) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

async fn list(State(app): State<Arc<App>>) -> Answer {
    let items = app.desk(|desk| {
        let mut items: Vec<Redaction> = Vec::new();
        let mut after = String::new();
        loop {
            let page = desk.list(SPACE, &after, 200)?;
            let Some(last) = page.last() else { return Ok(items) };
            after.clone_from(&last.key);
            for paper in page {
                items.push(serde_json::from_str(&paper.body).map_err(|e| unreadable(&e))?);
            }
        }
    });
    json(&Redactions { items: items.await? })
}

/// People do this and not programs, and not by a token that may be lost.
fn in_person(caller: &Caller) -> Result<(), Problem> {
    if caller.session.is_some() {
        return Ok(());
    }
    Err(Problem::forbidden("erasures are asked for by people and not by tokens"))
}

async fn ask(State(app): State<Arc<App>>, caller: Caller, Body(wanted): Body<Erasure>) -> Answer {
    in_person(&caller)?;
    if wanted.reason.trim().is_empty() || wanted.reason.len() > 2_000 {
        return Err(Problem::unsound("say why, in 2000 bytes at most"));
    }
    let name = wanted.account.clone();
    if app.desk(move |desk| accounts::find(desk, &name)).await?.is_none() {
        return Err(Problem::unsound("there is no such account"));
    }
    let id: Id<Anything> = Id::at(now().milliseconds().unsigned_abs(), random()?);
    let asked = Redaction {
        id: id.to_string(),
        account: wanted.account,
        reason: wanted.reason,
        asked_by: caller.viewer.account,
        agreed_by: None,
    };
    let filed = asked.clone();
    app.desk(move |desk| {
        let body = serde_json::to_string(&filed).map_err(|e| unreadable(&e))?;
        desk.put(SPACE, &filed.id, &body, None)
    })
    .await?;
    tracing::info!(by = asked.asked_by, id = asked.id, "an erasure was asked for");
    Ok((StatusCode::CREATED, Json(asked)).into_response())
}

async fn confirm(State(app): State<Arc<App>>, caller: Caller, Piece(id): Piece<Id>) -> Answer {
    in_person(&caller)?;
    let key = id.to_string();
    let found = app.desk(move |desk| find(desk, &key)).await?;
    let (mut asked, revision) = found.ok_or_else(|| Problem::not_found(""))?;
    if asked.agreed_by.is_some() {
        return Err(Problem::conflict("it was agreed to already"));
    }
    if asked.asked_by == caller.viewer.account {
        return Err(Problem::forbidden("another administrator must agree"));
    }
    let name = asked.account.clone();
    let account = app.desk(move |desk| accounts::find(desk, &name)).await?;
    let account = account.ok_or_else(|| Problem::conflict("there is no such account any more"))?;
    let seals = seals(&app, account.person).await?;
    if !seals.is_empty() {
        let event = Event {
            id: Id::derive(&["event", "redaction", &asked.id]),
            at: now(),
            actor: caller.viewer.person,
            operation: None,
            reason: asked.reason.clone(),
            act: Act::Redact { seals },
        };
        if let Err(rejected) = app.append(vec![event.into()]).await? {
            return Err(policy::refusal(&rejected.refusal, &caller.viewer));
        }
    }
    asked.agreed_by = Some(caller.viewer.account);
    let done = asked.clone();
    let kept = app.desk(move |desk| {
        accounts::set_active(desk, &done.account, false)?;
        let body = serde_json::to_string(&done).map_err(|e| unreadable(&e))?;
        desk.replace(SPACE, &done.id, revision, &body, None)
    });
    if !kept.await? {
        return Err(Problem::conflict("somebody else agrees at this moment"));
    }
    tracing::info!(by = asked.agreed_by, id = asked.id, "an erasure was carried out");
    json(&asked)
}

fn find(desk: &mut Desk, id: &str) -> Result<Option<(Redaction, i64)>, StoreError> {
    let paper = desk.get(SPACE, id, i64::MIN)?;
    let read = |body: &str| serde_json::from_str(body).map_err(|e| unreadable(&e));
    paper.map(|paper| Ok((read(&paper.body)?, paper.revision))).transpose()
}

/// The seals of a person's record, through all of its history.
async fn seals(app: &Arc<App>, person: Id<Person>) -> Result<Vec<Sealed>, Problem> {
    let history = app.read(move |store| store.history(person.any(), 0, 10_000)).await?;
    let mut seals: Vec<Sealed> = Vec::new();
    for seal in history.iter().flat_map(|(_, event)| event.seals()) {
        if !seals.contains(&seal) {
            seals.push(seal);
        }
    }
    Ok(seals)
}
