//! Signing in and out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Body, json};
use crate::accounts::limit::SIGN_IN;
use crate::accounts::session::{begin, end};
use crate::accounts::{self, Account};
use crate::app::{App, blocking, random};
use crate::guard::{Caller, cookie_name};
use crate::policy::Role;
use crate::problem::Problem;
use crate::routes::{Answer as Gives, Route, Who, schema_of};

/// Name and password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The name of the account.
    name: String,
    /// Its password.
    password: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Signed {
    /// The name of the account.
    name: String,
    /// As what it works.
    role: Role,
    /// Its organisation.
    party: Option<String>,
    /// Whether it may change something.
    writes: bool,
    /// What a page sends in `X-CSRF-Token` to change something; empty for a token.
    csrf: String,
}

/// How one can sign in.
#[derive(Debug, Serialize, JsonSchema)]
struct WaysIn {
    /// What the button of the provider says, where there is one; it leads to `/sign-in`.
    provider: Option<String>,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    let path = "/api/v1/session";
    vec![
        Route::get("/api/v1/session/ways", "waysIn", get(ways_in))
            .about("How one can sign in: always with a password, and by way of a provider where there is one.")
            .who(Who::Anyone)
            .gives(200, schema_of::<WaysIn>),
        Route::get(path, "whoAmI", get(who_am_i))
            .about("Who is signed in, and what a page must send along to change something.")
            .gives(200, schema_of::<Signed>),
        Route::change(Method::POST, path, "signIn", post(sign_in))
            .about("Signs in: sets a cookie that scripts cannot read.")
            .who(Who::Anyone)
            .takes(schema_of::<Credentials>)
            .gives(200, schema_of::<Signed>),
        Route::change(Method::DELETE, path, "signOut", delete(sign_out))
            .about("Signs out.")
            .answer(204, Gives::Nothing),
    ]
}

async fn who_am_i(caller: Caller) -> Answer {
    let csrf = caller.session.as_ref().map(|(session, _)| session.csrf.clone());
    json(&Signed {
        name: caller.viewer.account.clone(),
        role: caller.viewer.role,
        party: caller.viewer.party.map(|id| id.to_string()),
        writes: caller.viewer.writes,
        csrf: csrf.unwrap_or_default(),
    })
}

async fn sign_in(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(credentials): Body<Credentials>,
) -> Answer {
    let Credentials { name, password } = credentials;
    let short: String = name.chars().take(64).collect();
    let from = format!("sign-in from {}", caller.address);
    let to = format!("sign-in to {short}");
    if !app.limits.take(&from, SIGN_IN) || !app.limits.take(&to, SIGN_IN) {
        app.metrics.refused();
        tracing::warn!(address = caller.address, "too many tries to sign in");
        return Err(Problem::too_many("too many tries; wait five minutes"));
    }
    let asked = short.clone();
    let account: Option<Account> = app.desk(move |desk| accounts::find(desk, &asked)).await?;
    let (account, right) = blocking(move || {
        let right = accounts::sign_in(account.as_ref(), &password);
        (account, right)
    })
    .await?;
    let Some(account) = account.filter(|_| right) else {
        app.metrics.refused();
        // The name is not written: people type passwords into that field.
        tracing::warn!(address = caller.address, "a wrong name or password");
        return Err(Problem::unauthorised("name or password is wrong"));
    };
    let (signed, cookie) = begin_session(&app, &account).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(signed)).into_response())
}

async fn ways_in(State(app): State<Arc<App>>) -> Answer {
    let provider = app.provider.as_ref().map(|provider| provider.name().to_owned());
    json(&WaysIn { provider })
}

/// Begins a session of an account that has shown who it is; gives what to tell, and the cookie to set.
pub(crate) async fn begin_session(
    app: &Arc<App>,
    account: &Account,
) -> Result<(Signed, String), Problem> {
    let (secret, csrf) = (random::<32>()?, random::<16>()?);
    let hours = app.settings.server.session_hours;
    let of = account.name.clone();
    let value = app.desk(move |desk| begin(desk, &of, secret, csrf, hours)).await?;
    tracing::info!(account = account.name, role = account.role.word(), "signed in");
    let csrf = accounts::session::hex(&csrf);
    let viewer = account.viewer(true);
    let signed = Signed {
        name: account.name.clone(),
        role: account.role,
        party: account.party.map(|id| id.to_string()),
        writes: viewer.writes,
        csrf,
    };
    Ok((signed, cookie(app, cookie_name(app), &value, i64::from(hours) * 3600)))
}

async fn sign_out(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    if let Some((_, value)) = caller.session {
        app.desk(move |desk| end(desk, &value)).await?;
    }
    let cookie = [(header::SET_COOKIE, cookie(&app, cookie_name(&app), "", 0))];
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}

/// A cookie that scripts cannot read, and that comes along from other sites with links alone.
pub(crate) fn cookie(app: &App, name: &str, value: &str, seconds: i64) -> String {
    let secure = if app.settings.is_encrypted() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}
