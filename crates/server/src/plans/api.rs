//! Plans by the API: ask for one, follow it, stop it, read it. They name sites: for those who carry them out.

use std::sync::Arc;

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event as Told, KeepAlive, Sse};
use axum::routing::{delete, get, post};
use relight_ledger::event::{Event, Proposal};
use relight_ledger::fold::{Record, Refusal};
use relight_ledger::id::{Anything, Id};
use relight_ledger::model::Operation;
use relight_ledger::offers::{self, Wanted as WantedPiece};
use relight_report::json::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::accept::wanted;
use super::map::Map;
use super::scenario::{about_offers, is_name, names};
use super::work::{Asks, Work};
use super::{Job, Progress, Standing, change, file, find, list, place};
use crate::accounts::session::hex;
use crate::api::{Answer, Asked, Body, Channel, Piece, header as told, idempotency_key, json};
use crate::app::{App, blocking, now, random, today};
use crate::guard::Caller;
use crate::policy::{self, READERS, Role};
use crate::problem::Problem;
use crate::routes::{Answer as Gives, Route, Who, schema_of};
use crate::weather::Service;

/// Who has them made.
const MAKERS: Who = Who::Only(&[Role::RecipientDesk, Role::GridEngineer]);

/// Scenarios that can be planned.
#[derive(Debug, Serialize, JsonSchema)]
struct Scenarios {
    /// Their names.
    items: Vec<String>,
}

/// A plan that is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The scenario folder.
    scenario: String,
    /// Seconds that the search may take; as the server is set where not given, and never more.
    #[serde(default)]
    seconds: Option<u32>,
    /// Seed of the search.
    #[serde(default = "one")]
    seed: u64,
    /// Rounds of the search, in place of its time: then the plan is the same on every machine, as long as the time suffices.
    #[serde(default)]
    iterations: Option<u64>,
    /// The operation whose pledges and stock stand in for the offers of the scenario.
    #[serde(default)]
    operation: Option<String>,
    /// The step at which offers arrive whose day is not known; without it they are not counted on.
    #[serde(default)]
    undated: Option<u32>,
    /// Whether it is asked what to ask for next: this takes minutes.
    #[serde(default)]
    asks: bool,
    /// The service whose forecast is laid over the temperatures of the scenario: `open_meteo` or `met_norway`.
    #[serde(default)]
    weather: Option<Service>,
}

fn one() -> u64 {
    1
}

/// Plans.
#[derive(Debug, Serialize, JsonSchema)]
struct Plans {
    /// The latest first.
    items: Vec<Shown>,
    /// What to send as `after` for the next page; `null` at the end.
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct PlansQuery {
    after: Option<String>,
    limit: Option<usize>,
}

/// For which operation a plan is accepted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Accepted {
    /// The operation.
    operation: String,
    /// Why this plan, for whoever reads the history.
    #[serde(default)]
    reason: String,
}

/// What came of accepting a plan.
#[derive(Debug, Serialize, JsonSchema)]
struct Acceptance {
    /// Assignments that were made now, a piece each.
    assigned: Vec<String>,
    /// Pieces that the same jobs had already.
    known: u32,
    /// Offers of the plan that are of no ledger, and stay unassigned.
    of_no_ledger: Vec<String>,
}

/// A plan and how far it has come.
#[derive(Debug, Serialize, JsonSchema)]
struct Shown {
    /// The plan.
    job: Job,
    /// How far it has come, while it runs.
    progress: Option<Progress>,
}

/// The files of a plan that are given out, and their types.
const FILES: [(&str, &str); 7] = [
    ("plan.json", "application/json"),
    ("schedule.csv", "text/csv; charset=utf-8"),
    ("states.csv", "text/csv; charset=utf-8"),
    ("matches.csv", "text/csv; charset=utf-8"),
    ("placements.csv", "text/csv; charset=utf-8"),
    ("asks.csv", "text/csv; charset=utf-8"),
    ("report.html", "text/html; charset=utf-8"),
];

/// Plans on one page of a list, where nothing else is asked for, and at most.
const A_PAGE: usize = 50;
const MOST: usize = 200;

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/scenarios", "listScenarios", get(list_scenarios))
            .about("The scenarios that can be planned.")
            .who(READERS)
            .gives(200, schema_of::<Scenarios>),
        Route::get("/api/v1/plans", "listPlans", get(list_plans))
            .about("The plans, the latest first.")
            .who(READERS)
            .query("after", "What `next` of the page before told.")
            .query("limit", "How many at most: 50 where not given, 200 at most.")
            .gives(200, schema_of::<Plans>),
        Route::change(Method::POST, "/api/v1/plans", "startPlan", post(start))
            .about("Asks for a plan. It is made in the background, also after a restart.")
            .who(MAKERS)
            .header("Idempotency-Key", "A text of your own: the plan is asked for once, however often it is sent.", false)
            .takes(schema_of::<Wanted>)
            .gives(202, schema_of::<Shown>),
        Route::get("/api/v1/plans/{id}", "getPlan", get(show))
            .about("A plan, and how far it has come.")
            .who(READERS)
            .gives(200, schema_of::<Shown>),
        Route::change(Method::DELETE, "/api/v1/plans/{id}", "cancelPlan", delete(cancel))
            .about("Gives up a plan that waits or runs.")
            .who(MAKERS)
            .answer(204, Gives::Nothing),
        Route::get("/api/v1/plans/{id}/events", "followPlan", get(follow))
            .about("How far a plan has come, as it comes (events `plan`), until it ends.")
            .who(READERS)
            .answer(200, Gives::Stream),
        Route::get("/api/v1/plans/{id}/map", "getPlanMap", get(|app, caller, id, headers| document(app, caller, id, headers, "map.json")))
            .about("A plan for a map with a time slider: places and lines once, and of each state what changes.")
            .who(READERS)
            .gives(200, schema_of::<Map>),
        Route::get("/api/v1/plans/{id}/work", "getPlanWork", get(|app, caller, id, headers| document(app, caller, id, headers, "work.json")))
            .about("A plan as work: jobs over time, what is left out and why, AC verdicts.")
            .who(READERS)
            .gives(200, schema_of::<Work>),
        Route::get("/api/v1/plans/{id}/asks", "getPlanAsks", get(|app, caller, id, headers| document(app, caller, id, headers, "asks.json")))
            .about("What to ask for next, where the plan was asked for it.")
            .who(READERS)
            .gives(200, schema_of::<Asks>),
        Route::get("/api/v1/asks", "listAsks", get(latest_asks))
            .about("What to ask for next, by the latest plan that was asked for it. Places are for those who must know where things stand.")
            // Donors too: they are asked, and see no places.
            .who(Who::WORKERS)
            .gives(200, schema_of::<Asks>),
        Route::change(Method::POST, "/api/v1/plans/{id}/acceptance", "acceptPlan", post(accept))
            .about("Accepts a plan: pieces of the ledger that it counts on are assigned to its jobs, all or none.")
            .who(MAKERS)
            .takes(schema_of::<Accepted>)
            .gives(200, schema_of::<Acceptance>),
        Route::get("/api/v1/plans/{id}/{file}", "getPlanFile", get(download))
            .about("A file of a plan: plan.json, schedule.csv, states.csv, matches.csv, placements.csv, asks.csv, report.html.")
            .who(READERS)
            .answer(200, Gives::File("application/octet-stream")),
    ]
}

async fn list_scenarios(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    let items = blocking(move || names(&app.settings.plans.scenarios)).await?;
    json(&Scenarios { items })
}

fn shown(app: &App, job: Job) -> Shown {
    let progress = app.jobs.progress(&job.id).filter(|_| job.state == Standing::Running);
    Shown { job, progress }
}

async fn list_plans(
    State(app): State<Arc<App>>,
    caller: Caller,
    Asked(query): Asked<PlansQuery>,
) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    let limit = query.limit.unwrap_or(A_PAGE).clamp(1, MOST);
    let after = query.after.filter(|after| !after.is_empty());
    if after.as_ref().is_some_and(|after| after.parse::<Id>().is_err()) {
        return Err(Problem::bad_request("`after` is what `next` of the page before told"));
    }
    let mut jobs = app.desk(|desk| list(desk, usize::MAX)).await?;
    if let Some(after) = after {
        let at = jobs.iter().position(|job| job.id == after).map_or(jobs.len(), |at| at + 1);
        jobs.drain(..at);
    }
    let more = jobs.len() > limit;
    jobs.truncate(limit);
    let next = jobs.last().filter(|_| more).map(|job| job.id.clone());
    json(&Plans { items: jobs.into_iter().map(|job| shown(&app, job)).collect(), next })
}

async fn start(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(wanted): Body<Wanted>,
) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    if !caller.viewer.writes {
        return Err(Problem::forbidden("this token is for reading alone"));
    }
    let shared = Arc::clone(&app);
    let known = blocking(move || names(&shared.settings.plans.scenarios)).await?;
    if !is_name(&wanted.scenario) || !known.contains(&wanted.scenario) {
        return Err(Problem::unsound(
            "there is no such scenario; GET /api/v1/scenarios lists them",
        ));
    }
    match wanted.weather {
        Some(Service::Metar) => {
            return Err(Problem::unsound("airports report, and forecast nothing"));
        }
        Some(_) if app.settings.weather.contact.trim().is_empty() => {
            return Err(Problem::unsound("weather.contact is not set: no service may be asked"));
        }
        _ => {}
    }
    let operation = wanted.operation.as_deref().map(|text| operation_of(&app, text)).transpose()?;
    let most = app.settings.plans.seconds;
    let account = caller.viewer.account;
    let id: Id<Anything> = match idempotency_key(&headers)? {
        Some(key) => Id::derive(&["plan", &account, key]),
        None => Id::at(now().milliseconds().unsigned_abs(), random()?),
    };
    let job = Job {
        id: id.to_string(),
        scenario: wanted.scenario,
        account,
        asked: now().milliseconds(),
        seconds: wanted.seconds.unwrap_or(most).clamp(1, most.max(1)),
        seed: wanted.seed,
        iterations: wanted.iterations,
        operation: operation.map(|id| id.to_string()),
        undated: wanted.undated,
        asks: wanted.asks,
        weather: wanted.weather,
        state: Standing::Waiting,
        reason: String::new(),
        result: None,
    };
    let filed = job.clone();
    let there = app.desk(move |desk| file(desk, &filed)).await?;
    let job = match there {
        None => job,
        Some(there) if there.is_asked_like(&job) => there,
        Some(_) => {
            return Err(Problem::conflict("another plan was asked for with this Idempotency-Key"));
        }
    };
    app.jobs.wake();
    let place = [(header::LOCATION, format!("/api/v1/plans/{}", job.id))];
    Ok((StatusCode::ACCEPTED, place, Json(shown(&app, job))).into_response())
}

/// The operation of that id, where there is one.
fn operation_of(app: &App, text: &str) -> Result<Id<Operation>, Problem> {
    let there = text.parse().ok().filter(|id: &Id<Operation>| app.has_operation(*id));
    there.ok_or_else(|| Problem::unsound("there is no such operation"))
}

async fn job_of(app: &Arc<App>, caller: &Caller, id: Id) -> Result<Job, Problem> {
    policy::sees_plans(&caller.viewer)?;
    let id = id.to_string();
    let job = app.desk(move |desk| find(desk, &id)).await?;
    job.ok_or_else(|| Problem::not_found(""))
}

async fn show(State(app): State<Arc<App>>, caller: Caller, Piece(id): Piece<Id>) -> Answer {
    let job = job_of(&app, &caller, id).await?;
    json(&shown(&app, job))
}

async fn cancel(State(app): State<Arc<App>>, caller: Caller, Piece(id): Piece<Id>) -> Answer {
    job_of(&app, &caller, id).await?;
    if !caller.viewer.writes {
        return Err(Problem::forbidden("this token is for reading alone"));
    }
    let key = id.to_string();
    let job = app
        .desk(move |desk| {
            change(desk, &key, |job| {
                if job.state == Standing::Waiting {
                    job.state = Standing::Cancelled;
                }
            })
        })
        .await?
        .ok_or_else(|| Problem::not_found(""))?;
    let stopped = app.jobs.cancel(&job.id) || job.state == Standing::Cancelled;
    if stopped {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::conflict("it has come to its end"))
    }
}

/// How often a plan that runs is looked at for somebody who follows it.
const LOOK: Duration = Duration::from_millis(400);

async fn follow(State(app): State<Arc<App>>, caller: Caller, Piece(id): Piece<Id>) -> Answer {
    job_of(&app, &caller, id).await?;
    let (events, stream) = mpsc::channel(16);
    tokio::spawn(async move {
        let mut last = String::new();
        loop {
            let key = id.to_string();
            let Ok(Some(job)) = app.desk(move |desk| find(desk, &key)).await else { return };
            let ended = job.has_ended();
            let now = serde_json::to_string(&shown(&app, job)).unwrap_or_default();
            if now != last {
                let event = Told::default().event("plan").data(&now);
                if events.send(event).await.is_err() {
                    return;
                }
                last = now;
            }
            if ended || app.is_ending() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = events.closed() => return,
            }
        }
    });
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(Channel(stream)).keep_alive(alive).into_response())
}

async fn document(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(id): Piece<Id>,
    headers: HeaderMap,
    name: &'static str,
) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    let zipped = told(&headers, "accept-encoding").is_some_and(|text| text.contains("gzip"));
    let place = place(&app, &id.to_string());
    let path = place.join(if zipped { format!("{name}.gz") } else { name.to_owned() });
    let read = blocking(move || std::fs::read(path)).await?;
    let bytes = read.map_err(|_| Problem::not_found(""))?;
    let mut response = tagged(&headers, bytes, "application/json");
    if zipped && response.status() == StatusCode::OK {
        let gzip = header::HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, gzip);
    }
    let by = header::HeaderValue::from_static("Accept-Encoding");
    response.headers_mut().insert(header::VARY, by);
    Ok(response)
}

/// Bytes with an `ETag`, or the word that they are known already.
fn tagged(headers: &HeaderMap, bytes: Vec<u8>, kind: &'static str) -> axum::response::Response {
    let digest = Sha256::digest(&bytes);
    let tag = format!("\"{}\"", hex(digest.get(..12).unwrap_or_default()));
    let known = told(headers, "if-none-match") == Some(tag.as_str());
    let common = [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, kind)], bytes).into_response()
}

async fn latest_asks(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let shared = Arc::clone(&app);
    let jobs = app.desk(|desk| list(desk, usize::MAX)).await?;
    let asked = jobs.into_iter().find(|job| job.asks && job.state == Standing::Done);
    let asked = asked.ok_or_else(|| Problem::not_found(""))?;
    let read = blocking(move || std::fs::read(place(&shared, &asked.id).join("asks.json"))).await?;
    let bytes = read.map_err(|_| Problem::not_found(""))?;
    let asks: Asks = serde_json::from_slice(&bytes)
        .map_err(|_| Problem::internal("what to ask for next cannot be read"))?;
    let knows = READERS.allows(caller.viewer.role) && policy::sees_plans(&caller.viewer).is_ok();
    json(&if knows { asks } else { asks.without_places() })
}

/// How often a lost race is run again.
const MOST_TRIES: usize = 8;

async fn accept(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(id): Piece<Id>,
    Body(accepted): Body<Accepted>,
) -> Answer {
    job_of(&app, &caller, id).await?;
    if !caller.viewer.writes {
        return Err(Problem::forbidden("this token is for reading alone"));
    }
    let operation = operation_of(&app, &accepted.operation)?;
    let path = place(&app, &id.to_string()).join("plan.json");
    let read = blocking(move || {
        let bytes = std::fs::read(path).ok()?;
        serde_json::from_slice::<Document>(&bytes).ok()
    });
    let plan = read.await?.ok_or_else(|| Problem::conflict("there is no plan yet to accept"))?;
    let (wanted, foreign) = wanted(&plan).map_err(Problem::unsound)?;
    let wanted = Arc::new(wanted);
    for _ in 0..MOST_TRIES {
        let (shared, wanted) = (Arc::clone(&app), Arc::clone(&wanted));
        let today = today()?;
        let (name, digest) = (plan.scenario.name.clone(), plan.scenario.digest.clone());
        let done = blocking(move || {
            let shelf = shared.shelf();
            let records: Vec<&Record> = about_offers(&shelf, operation);
            let taken = offers::taken(records.iter().copied());
            offers::assign(&wanted, &name, &digest, records.iter().copied(), &taken, today)
        });
        let done = done.await?;
        if !done.short.is_empty() {
            return Err(short(&done.short));
        }
        let mut events: Vec<Proposal> = Vec::new();
        for (_, act) in &done.acts {
            policy::may_act(&caller.viewer, act, None)?;
            let event = Event {
                id: Id::at(now().milliseconds().unsigned_abs(), random()?),
                at: now(),
                actor: caller.viewer.person,
                operation: Some(operation),
                reason: reason(&accepted.reason),
                act: act.clone(),
            };
            events.push(event.into());
        }
        let told = Acceptance {
            assigned: done.acts.iter().map(|(id, _)| id.to_string()).collect(),
            known: done.known,
            of_no_ledger: foreign.iter().cloned().collect(),
        };
        if events.is_empty() {
            return json(&told);
        }
        match app.append(events).await? {
            Ok(_) => return json(&told),
            // Somebody else was given a piece meanwhile: what is free is looked at again.
            Err(lost)
                if matches!(lost.refusal, Refusal::Exists { .. } | Refusal::Conflict { .. }) =>
            {
                app.refresh().await;
            }
            Err(rejected) => return Err(policy::refusal(&rejected.refusal, &caller.viewer)),
        }
    }
    Err(Problem::conflict("others assign the same pieces at the same time; try again"))
}

fn reason(told: &str) -> String {
    let told = told.trim();
    if told.is_empty() { "the plan was accepted".to_owned() } else { told.to_owned() }
}

/// A problem that names each piece that nobody can give.
fn short(all: &[offers::Short]) -> Problem {
    let mut problem =
        Problem::conflict("pieces that the plan counts on are not free: nothing was assigned");
    problem.errors = all
        .iter()
        .map(|short| {
            let WantedPiece { of, lot, need, job, .. } = &short.wanted;
            crate::problem::Field {
                field: format!("{job} {need}").trim().to_owned(),
                detail: format!("{} of {of}, lot {lot}: {}", short.missing, short.why),
            }
        })
        .collect();
    problem
}

async fn download(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    let nowhere = || Problem::not_found("");
    let id: Id = id.parse().map_err(|_| nowhere())?;
    let (name, kind) = FILES.into_iter().find(|(file, _)| *file == name).ok_or_else(nowhere)?;
    let path = place(&app, &id.to_string()).join(name);
    let bytes = blocking(move || std::fs::read(path)).await?.map_err(|_| nowhere())?;
    // The report is a page with a script and styles of its own: it is saved and opened as a file, and never runs here.
    let saved = if name == "report.html" { "attachment" } else { "inline" };
    let named = [(header::CONTENT_DISPOSITION, format!("{saved}; filename=\"{name}\""))];
    Ok((named, tagged(&headers, bytes, kind)).into_response())
}
