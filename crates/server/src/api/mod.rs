//! The HTTP API, version 1. Everything that a page can do, a program can do here.

mod accounts;
mod exports;
mod figures;
mod intake;
mod logistics;
mod public;
mod queue;
mod records;
mod redactions;
mod session;
mod stream;

use std::str::FromStr;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::guard::Caller;
use crate::openapi;
use crate::plans;
use crate::problem::Problem;
use crate::routes::Route;
pub(crate) use accounts::record_person;
pub(crate) use session::{begin_session, cookie as cookie_of};
pub(crate) use stream::Channel;

/// The routes.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(public::routes());
    routes.extend(session::routes());
    routes.extend(accounts::routes());
    routes.extend(records::routes());
    routes.extend(figures::routes());
    routes.extend(queue::routes());
    routes.extend(logistics::routes());
    routes.extend(exports::routes());
    routes.extend(redactions::routes());
    routes.extend(intake::routes());
    routes.extend(plans::api::routes());
    routes.extend(plans::matches::routes());
    routes.extend(stream::routes());
    routes.extend(openapi::routes());
    routes
}

/// What every route of the API gives back.
pub type Answer = Result<Response, Problem>;

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Problem> {
        // The gate has put it there; a route without a gate answers nothing.
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.ok_or_else(|| Problem::internal("the request came past the gate"))
    }
}

/// A body of JSON, or a problem that says what is wrong with it.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Body(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::wrong_type("send JSON, with Content-Type: application/json"))
            }
            Err(JsonRejection::JsonDataError(error)) => Err(Problem::unsound(error.body_text())),
            Err(JsonRejection::JsonSyntaxError(error)) => {
                Err(Problem::bad_request(error.body_text()))
            }
            Err(other) if other.status().as_u16() == 413 => {
                Err(Problem::too_large("send less at once"))
            }
            Err(_) => Err(Problem::bad_request("the body cannot be read")),
        }
    }
}

/// A query, or a problem that says what is wrong with it.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(asked)| Asked(asked))
            .map_err(|error| Problem::bad_request(error.body_text()))
    }
}

/// One piece of the path. A piece that cannot be what is asked for leads nowhere.
pub struct Piece<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Piece<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Piece<T>, Problem> {
        let nowhere = || Problem::not_found("");
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| nowhere())?;
        text.parse().map(Piece).map_err(|_| nowhere())
    }
}

/// JSON that nobody else may keep.
#[expect(clippy::unnecessary_wraps, reason = "what every handler gives back")]
pub(crate) fn json(value: &impl Serialize) -> Answer {
    Ok(Json(value).into_response())
}

/// A word of the query in the words of the program.
fn word<T>(
    name: &str,
    told: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(text) = told.filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || {
        let text: String = text.chars().take(60).collect();
        Problem::bad_request(format!("`{text}` is no value of `{name}`"))
    };
    read(text).map(Some).ok_or_else(wrong)
}

/// The key under which a request is carried out once.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    match headers.get("idempotency-key").map(|key| key.to_str()) {
        None => Ok(None),
        Some(Ok(key)) if (1..=200).contains(&key.len()) => Ok(Some(key)),
        Some(_) => Err(Problem::bad_request("Idempotency-Key has 1 to 200 plain characters")),
    }
}

/// A header as text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
