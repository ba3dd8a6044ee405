//! Accounts, for administrators; tokens, for everybody who has signed in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use relight_ledger::id::{Id, NotAnId};
use relight_ledger::model::Party;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Body, Piece, json};
use crate::accounts::token::{LONGEST_DAYS, Scope, Token};
use crate::accounts::{self, Account, CannotMake, Listed, token};
use crate::app::{App, blocking, random};
use crate::guard::Caller;
use crate::policy::Role;
use crate::problem::Problem;
use crate::routes::{Answer as Gives, Route, Who, schema_of};

const ADMINISTRATORS: Who = Who::Only(&[Role::Administrator]);

/// An account to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// Its name.
    name: String,
    /// As what it works.
    role: Role,
    /// The id of its organisation.
    #[serde(default)]
    party: Option<String>,
    /// Its first password, 12 characters or more.
    password: String,
}

/// Accounts.
#[derive(Debug, Serialize, JsonSchema)]
struct Accounts {
    /// All of them, by name.
    items: Vec<Listed>,
}

/// Whether an account may sign in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Active {
    /// Whether it may.
    active: bool,
}

/// A role for an account that a provider has signed in and that has none yet.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    /// As what it is to work.
    role: Role,
    /// The id of its organisation.
    #[serde(default)]
    party: Option<String>,
}

/// A token to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// What it is for.
    name: String,
    /// What it may be used for.
    scope: Scope,
    /// Days until it ends.
    days: u32,
}

/// A token with its secret, which is told once.
#[derive(Debug, Serialize, JsonSchema)]
struct Made {
    /// The text to send as `Authorization: Bearer ...`. It is not kept, and cannot be told again.
    secret: String,
    /// The token.
    token: Token,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/accounts", "listAccounts", get(list))
            .about("Every account.")
            .who(ADMINISTRATORS)
            .gives(200, schema_of::<Accounts>),
        Route::change(Method::POST, "/api/v1/accounts", "makeAccount", post(make))
            .about("Makes an account.")
            .who(ADMINISTRATORS)
            .takes(schema_of::<New>)
            .gives(201, schema_of::<Listed>),
        Route::change(Method::POST, "/api/v1/accounts/{id}/active", "setActive", post(set_active))
            .about("Lets an account sign in, or not any more.")
            .who(ADMINISTRATORS)
            .takes(schema_of::<Active>)
            .answer(204, Gives::Nothing),
        Route::change(Method::POST, "/api/v1/accounts/{id}/role", "giveRole", post(give_role))
            .about(
                "Gives a role to an account that a provider has signed in and that has none yet.",
            )
            .who(ADMINISTRATORS)
            .takes(schema_of::<NewRole>)
            .gives(200, schema_of::<Listed>),
        Route::change(Method::POST, "/api/v1/tokens", "makeToken", post(make_token))
            .about("Makes a token for a program, with the rights of this account or fewer.")
            .takes(schema_of::<NewToken>)
            .gives(201, schema_of::<Made>),
    ]
}

async fn list(State(app): State<Arc<App>>) -> Answer {
    let all = app.desk(accounts::list).await?;
    json(&Accounts { items: all.iter().map(Account::listed).collect() })
}

async fn make(State(app): State<Arc<App>>, caller: Caller, Body(new): Body<New>) -> Answer {
    if caller.session.is_none() {
        return Err(Problem::forbidden("accounts are made by people and not by tokens"));
    }
    let party = party_of(new.party.as_deref())?;
    let shared = Arc::clone(&app);
    let made = blocking(move || {
        shared.with_desk(|desk| accounts::make(desk, &new.name, new.role, party, &new.password))
    })
    .await?;
    let account = made.map_err(|error| match error {
        CannotMake::Taken(_) => Problem::conflict(error.to_string()),
        CannotMake::Store(_) | CannotMake::Random => Problem::unavailable("try again later"),
        _ => Problem::unsound(error.to_string()),
    })?;
    record_person(&app, &account).await?;
    tracing::info!(by = caller.viewer.account, account = account.name, "an account was made");
    Ok((StatusCode::CREATED, Json(account.listed())).into_response())
}

fn party_of(told: Option<&str>) -> Result<Option<Id<Party>>, Problem> {
    told.map(|text| text.parse().map_err(|e: NotAnId| Problem::unsound(e.to_string()))).transpose()
}

/// Records the person of an account that has got its first role, with the name sealed.
pub(crate) async fn record_person(app: &Arc<App>, account: &Account) -> Result<(), Problem> {
    if let Some(person) = accounts::person(account)
        && let Err(rejected) = app.append(vec![person]).await?
    {
        tracing::warn!(%rejected, "the person of an account was not recorded");
    }
    Ok(())
}

async fn give_role(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(name): Piece<String>,
    Body(new): Body<NewRole>,
) -> Answer {
    if caller.session.is_none() {
        return Err(Problem::forbidden("roles are given by people and not by tokens"));
    }
    if new.role == Role::Public {
        return Err(Problem::unsound("nobody signs in as the public; choose another role"));
    }
    let party = party_of(new.party.as_deref())?;
    let of = name.clone();
    let known = app.desk(move |desk| accounts::find(desk, &of)).await?;
    if known.is_none() {
        return Err(Problem::not_found(""));
    }
    let of = name.clone();
    let given = app.desk(move |desk| accounts::give_role(desk, &of, new.role, party)).await?;
    let account = given.ok_or_else(|| Problem::conflict("this account has a role already"))?;
    record_person(&app, &account).await?;
    tracing::info!(
        by = caller.viewer.account,
        account = name,
        role = account.role.word(),
        "a role was given"
    );
    json(&account.listed())
}

async fn set_active(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(name): Piece<String>,
    Body(Active { active }): Body<Active>,
) -> Answer {
    if name == caller.viewer.account {
        return Err(Problem::conflict("this is your own account"));
    }
    let of = name.clone();
    let found = app.desk(move |desk| accounts::set_active(desk, &of, active)).await?;
    if !found {
        return Err(Problem::not_found(""));
    }
    tracing::info!(by = caller.viewer.account, account = name, active, "an account was changed");
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn make_token(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<NewToken>,
) -> Answer {
    if caller.session.is_none() {
        return Err(Problem::forbidden("tokens are made by people and not by tokens"));
    }
    if !(1..=LONGEST_DAYS).contains(&new.days) || !(1..=100).contains(&new.name.chars().count()) {
        return Err(Problem::unsound(format!(
            "a token has a name of 1 to 100 characters and lives 1 to {LONGEST_DAYS} days"
        )));
    }
    let secret = random::<32>()?;
    let account = caller.viewer.account;
    let (secret, token) = app
        .desk(move |desk| token::make(desk, &account, &new.name, new.scope, new.days, secret))
        .await?;
    Ok((StatusCode::CREATED, Json(Made { secret, token })).into_response())
}
