//! Plans by the API: ask for one, follow it, stop it, read it. They name sites: for those who carry them out.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use relight_ledger::id::{Anything, Id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Job, Progress, Standing, asked, change, file, find, is_name, list, place, scenarios};
use crate::api::{Answer, Body, Piece, json};
use crate::app::{App, blocking, now, random};
use crate::guard::Caller;
use crate::policy::Role;
use crate::problem::Problem;
use crate::routes::{Answer as Gives, Route, Who, schema_of};

/// Who reads plans: they name sites and what is broken there.
const READERS: Who =
    Who::Only(&[Role::RecipientDesk, Role::GridEngineer, Role::Logistics, Role::Auditor]);

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
}

fn one() -> u64 {
    1
}

/// Plans.
#[derive(Debug, Serialize, JsonSchema)]
struct Plans {
    /// The latest first.
    items: Vec<Shown>,
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

/// Plans that a list shows.
const MOST: usize = 100;

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
            .gives(200, schema_of::<Plans>),
        Route::change(Method::POST, "/api/v1/plans", "startPlan", post(start))
            .about("Asks for a plan. It is made in the background, also after a restart.")
            .who(MAKERS)
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
        Route::get("/api/v1/plans/{id}/{file}", "getPlanFile", get(download))
            .about("A file of a plan: plan.json, schedule.csv, states.csv, matches.csv, placements.csv, asks.csv, report.html.")
            .who(READERS)
            .answer(200, Gives::File("application/octet-stream")),
    ]
}

async fn list_scenarios(State(app): State<Arc<App>>) -> Answer {
    let items = blocking(move || scenarios(&app.settings.plans.scenarios)).await?;
    json(&Scenarios { items })
}

fn shown(app: &App, job: Job) -> Shown {
    let progress = app.jobs.progress(&job.id).filter(|_| job.state == Standing::Running);
    Shown { job, progress }
}

async fn list_plans(State(app): State<Arc<App>>) -> Answer {
    let jobs = app.desk(|desk| list(desk, MOST)).await?;
    json(&Plans { items: jobs.into_iter().map(|job| shown(&app, job)).collect() })
}

async fn start(State(app): State<Arc<App>>, caller: Caller, Body(wanted): Body<Wanted>) -> Answer {
    if !caller.viewer.writes {
        return Err(Problem::forbidden("this token is for reading alone"));
    }
    let shared = Arc::clone(&app);
    let known = blocking(move || scenarios(&shared.settings.plans.scenarios)).await?;
    if !is_name(&wanted.scenario) || !known.contains(&wanted.scenario) {
        return Err(Problem::unsound(
            "there is no such scenario; GET /api/v1/scenarios lists them",
        ));
    }
    let most = app.settings.plans.seconds;
    let seconds = wanted.seconds.unwrap_or(most).clamp(1, most.max(1));
    let id: Id<Anything> = Id::at(now().milliseconds().unsigned_abs(), random()?);
    let job = asked(id.to_string(), wanted.scenario, caller.viewer.account, seconds, wanted.seed);
    let filed = job.clone();
    app.desk(move |desk| file(desk, &filed)).await?;
    app.jobs.wake();
    let place = [(header::LOCATION, format!("/api/v1/plans/{}", job.id))];
    Ok((StatusCode::ACCEPTED, place, Json(shown(&app, job))).into_response())
}

async fn show(State(app): State<Arc<App>>, Piece(id): Piece<Id>) -> Answer {
    let id = id.to_string();
    let job = app.desk(move |desk| find(desk, &id)).await?;
    json(&shown(&app, job.ok_or_else(|| Problem::not_found(""))?))
}

async fn cancel(State(app): State<Arc<App>>, caller: Caller, Piece(id): Piece<Id>) -> Answer {
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

async fn download(State(app): State<Arc<App>>, Path((id, name)): Path<(String, String)>) -> Answer {
    let nowhere = || Problem::not_found("");
    let id: Id = id.parse().map_err(|_| nowhere())?;
    let (name, kind) = FILES.into_iter().find(|(file, _)| *file == name).ok_or_else(nowhere)?;
    let path = place(&app, &id.to_string()).join(name);
    let bytes = blocking(move || std::fs::read(path)).await?.map_err(|_| nowhere())?;
    // The report is a page with a script and styles of its own: it is saved and opened as a file, and never runs here.
    let saved = if name == "report.html" { "attachment" } else { "inline" };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{saved}; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
