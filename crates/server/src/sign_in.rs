//! Signing in by way of a provider: to it, and back. Browsers go there by a link, and nothing here is asked for by scripts.
//!
//! Whatever goes wrong leads to the form with a word (`refused`, `waiting`, `unreachable`), and the reason to the log: who
//! tries things learns nothing.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::accounts::limit::SIGN_IN;
use crate::accounts::provider::{Claims, Failed, come_back, keep};
use crate::accounts::{self, Identity};
use crate::api::{begin_session, cookie_of, record_person};
use crate::app::{App, blocking, random};
use crate::config::Oidc;
use crate::guard::{Caller, cookie};
use crate::policy::Role;
use crate::problem::Problem;
use crate::routes::{Answer as Gives, Route, Who};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", "signInByProvider", get(go))
            .about("Leads a browser to the provider that signs people in.")
            .who(Who::Anyone)
            .answer(303, Gives::Nothing),
        Route::get("/sign-in/return", "returnFromProvider", get(come))
            .about("Where the provider leads back to, with a code that is good once.")
            .who(Who::Anyone)
            .query("code", "What the provider gave.")
            .query("state", "What this server gave.")
            .answer(303, Gives::Nothing),
    ]
}

/// What the provider sends along.
#[derive(Deserialize)]
struct Return {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    /// Why not (RFC 6749, 4.1.2.1).
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
}

/// What remembers, in the browser, that it was this one that went.
fn way_cookie(app: &App) -> &'static str {
    if app.settings.is_encrypted() { "__Host-relight-way" } else { "relight-way" }
}

const MINUTES_AWAY: i64 = 10;

async fn go(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    if app.provider.is_none() {
        return Err(Problem::not_found(""));
    }
    if !app.limits.take(&format!("sign-in from {}", caller.address), SIGN_IN) {
        return Ok(form(&app, "often"));
    }
    let chance = [random()?, random()?, random()?, random()?];
    let shared = Arc::clone(&app);
    let begun = blocking(move || shared.provider.as_ref().map(|p| p.begin(&chance))).await?;
    let (begun, state, visit) = match begun {
        Some(Ok(begun)) => begun,
        Some(Err(error)) => {
            tracing::error!(%error, "nobody can sign in by way of the provider");
            return Ok(form(&app, "unreachable"));
        }
        None => return Err(Problem::not_found("")),
    };
    app.desk(move |desk| keep(desk, &state, &visit)).await?;
    let cookie = cookie_of(&app, way_cookie(&app), &begun.cookie, MINUTES_AWAY * 60);
    let headers = [(header::LOCATION, begun.address), (header::SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

async fn come(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Query(back): Query<Return>,
) -> Result<Response, Problem> {
    let Some(provider) = app.provider.as_ref() else { return Err(Problem::not_found("")) };
    let refuse = |why: &str| {
        app.metrics.refused();
        tracing::warn!(address = caller.address, why, "not signed in by way of the provider");
        Ok(form(&app, "refused"))
    };
    if back.iss.as_deref().is_some_and(|iss| iss != provider.issuer()) {
        return refuse("another provider answers");
    }
    let held = cookie(&headers, way_cookie(&app)).unwrap_or_default();
    let state = back.state.clone();
    let visit = app.desk(move |desk| come_back(desk, &state, &held)).await?;
    let Some(visit) = visit else {
        return refuse("nobody went there from this browser, or came back before");
    };
    if let Some(error) = back.error {
        let error: String = error.chars().filter(|c| !c.is_control()).take(60).collect();
        return refuse(&error);
    }
    let shared = Arc::clone(&app);
    let claims =
        blocking(move || shared.provider.as_ref().map(|p| p.redeem(&back.code, &visit))).await?;
    let claims = match claims {
        Some(Ok(claims)) => claims,
        Some(Err(error @ Failed::Provider(_))) => {
            tracing::error!(%error, "nobody can sign in by way of the provider");
            return Ok(form(&app, "unreachable"));
        }
        Some(Err(error)) => return refuse(&error.to_string()),
        None => return Err(Problem::not_found("")),
    };
    let identity = identity(provider.issuer(), &claims);
    let role = role_of(&app.settings.oidc, &claims);
    let (account, begins) = app.desk(move |desk| accounts::link(desk, &identity, role)).await?;
    if !account.active {
        return refuse("the account is closed");
    }
    if account.role == Role::Public {
        tracing::info!(account = account.name, "waits for a role");
        return Ok(form(&app, "waiting"));
    }
    if begins {
        record_person(&app, &account).await?;
    }
    let (_, session) = begin_session(&app, &account).await?;
    let gone = cookie_of(&app, way_cookie(&app), "", 0);
    let cookies = AppendHeaders([(header::SET_COOKIE, session), (header::SET_COOKIE, gone)]);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/console/")], cookies).into_response())
}

fn identity(issuer: &str, claims: &Claims) -> Identity {
    let told = [&claims.preferred_username, &claims.email, &claims.name];
    let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
    let known_as: String = told.join(", ").chars().filter(|c| !c.is_control()).take(120).collect();
    Identity { issuer: issuer.to_owned(), subject: claims.sub.clone(), known_as }
}

/// The role that follows from the claims, where the settings say which does: then "none" follows too.
fn role_of(settings: &Oidc, claims: &Claims) -> Option<Role> {
    if settings.claim.is_empty() {
        return None;
    }
    let fits = settings.roles.iter().find(|follows| claims.has(&settings.claim, &follows.value));
    Some(fits.map_or(Role::Public, |follows| follows.role))
}

/// Back to the form, with a word.
fn form(app: &App, word: &str) -> Response {
    let gone = cookie_of(app, way_cookie(app), "", 0);
    let headers =
        [(header::LOCATION, format!("/console/?sign-in={word}")), (header::SET_COOKIE, gone)];
    (StatusCode::SEE_OTHER, headers).into_response()
}
