//! Errors of the API, as RFC 9457 has them.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// What went wrong, for people and programs. It never holds more than the one who asked may see.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Problem {
    /// The kind of problem: an address that stays the same.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here, and what to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Each thing that is wrong with what was sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Field>,
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Field {
    /// Which field, as a path.
    pub field: String,
    /// What is wrong, and what was expected.
    pub detail: String,
}

/// The kinds of problems: word, status, title. The only ones that there are.
macro_rules! kinds {
    ($($make:ident $word:literal $status:ident $title:literal $doc:literal);* $(;)?) => {
        impl Problem {
            $(
                #[doc = $doc]
                pub fn $make(detail: impl Into<String>) -> Problem {
                    Problem {
                        kind: concat!("urn:relight:problem:", $word).to_owned(),
                        title: $title.to_owned(),
                        status: StatusCode::$status.as_u16(),
                        detail: detail.into(),
                        errors: Vec::new(),
                    }
                }
            )*
        }
    };
}
kinds! {
    bad_request "bad-request" BAD_REQUEST "What was sent cannot be read" "It cannot be read.";
    unsound "unsound" UNPROCESSABLE_ENTITY "What was sent does not make sense" "It can be read, and makes no sense.";
    unauthorised "sign-in" UNAUTHORIZED "Sign in first" "Nobody is signed in.";
    forbidden "forbidden" FORBIDDEN "Your role may not do this" "The role may not.";
    not_found "not-found" NOT_FOUND "There is nothing here for you" "Not there, or not for this role: the two look alike.";
    not_allowed "method" METHOD_NOT_ALLOWED "Not in this way" "Another method.";
    conflict "conflict" CONFLICT "It has changed, or is there already" "A lost race.";
    precondition "version" PRECONDITION_FAILED "It has changed since you saw it" "Another version.";
    no_precondition "no-version" PRECONDITION_REQUIRED "Say which version you saw" "No `If-Match`.";
    too_large "too-large" PAYLOAD_TOO_LARGE "Too large" "More than is taken.";
    wrong_type "media-type" UNSUPPORTED_MEDIA_TYPE "Not in this form" "Another type of content.";
    too_many "too-many" TOO_MANY_REQUESTS "Too many requests: wait a little" "A limit on how often.";
    timeout "timeout" SERVICE_UNAVAILABLE "It took too long" "The time is up.";
    unavailable "unavailable" SERVICE_UNAVAILABLE "Not at the moment" "The ledger cannot be reached.";
    internal "internal" INTERNAL_SERVER_ERROR "A fault of the program" "Ours.";
}

impl Problem {
    /// The status as a type.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        (self.status(), headers, body).into_response()
    }
}
