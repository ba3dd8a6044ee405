//! What those who run the server ask: is it alive, is it ready, what has it counted.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::routes::{Answer, Route, Who};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/healthz", "health", get(healthz))
            .about("Whether the process answers.")
            .who(Who::Anyone)
            .answer(200, Answer::File("text/plain")),
        Route::get("/readyz", "ready", get(readyz))
            .about("Whether it can work: the ledger is reached, and it is not ending.")
            .who(Who::Anyone)
            .answer(200, Answer::File("text/plain")),
        Route::get("/metrics", "metrics", get(metrics))
            .about("What is counted, for Prometheus. It holds no names and no addresses.")
            .who(Who::Anyone)
            .answer(200, Answer::File("text/plain; version=0.0.4")),
    ]
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn readyz(State(app): State<Arc<App>>) -> Response {
    if app.is_ending() {
        return (StatusCode::SERVICE_UNAVAILABLE, "ending\n").into_response();
    }
    app.refresh().await;
    if app.metrics.is_reached() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the ledger cannot be reached\n").into_response()
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, app.metrics.text()).into_response()
}
