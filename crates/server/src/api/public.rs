//! What everybody may ask for without signing in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Piece};
use crate::app::App;
use crate::pages;
use crate::problem::Problem;
use crate::routes::{Route, Who, schema_of};

/// The operations that have pages.
#[derive(Debug, Serialize, JsonSchema)]
struct Operations {
    /// All of them.
    items: Vec<Listed>,
}

/// An operation that has pages.
#[derive(Debug, Serialize, JsonSchema)]
struct Listed {
    /// Its name in addresses.
    slug: String,
    /// Its record.
    id: String,
    /// Its name.
    name: String,
    /// ISO 3166-1 codes of the countries that receive.
    countries: Vec<String>,
    /// As of which day its figures are.
    as_of: String,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/public/operations", "publicOperations", get(list))
            .about("The operations that have public pages.")
            .who(Who::Anyone)
            .gives(200, schema_of::<Operations>),
        Route::get("/api/v1/public/operations/{id}", "publicOperation", get(one))
            .about("Figures and published claims of an operation: what its public page shows.")
            .who(Who::Anyone)
            .gives(200, |_| serde_json::json!({ "type": "object" })),
    ]
}

const CACHED: [(header::HeaderName, &str); 1] =
    [(header::CACHE_CONTROL, "public, max-age=60, stale-while-revalidate=600")];

async fn list(State(app): State<Arc<App>>) -> Answer {
    let items = app
        .settings
        .operation
        .iter()
        .filter_map(|face| {
            let snapshot = app.snapshot(face)?;
            Some(Listed {
                slug: face.slug.clone(),
                id: face.operation().to_string(),
                name: snapshot.name.clone(),
                countries: snapshot.countries.clone(),
                as_of: snapshot.as_of.to_string(),
            })
        })
        .collect();
    Ok((CACHED, Json(Operations { items })).into_response())
}

async fn one(State(app): State<Arc<App>>, Piece(slug): Piece<String>) -> Answer {
    let nowhere = || Problem::not_found("");
    let kept = pages::cache::get(&app, pages::Sheet::Json(slug)).await.ok_or_else(nowhere)?;
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((CACHED, kind, kept.plain.clone()).into_response())
}
