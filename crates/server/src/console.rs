//! The console: an application in the browser that uses the API and nothing else. Its files are made by `web/` and embedded.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::guard::WITH_SCRIPTS;
use crate::routes::{Answer, Route, Who};

include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// The routes. The files hold no data: whoever opens them sees a form to sign in.
pub fn routes() -> Vec<Route> {
    if FILES.is_empty() {
        return Vec::new();
    }
    vec![
        Route::get("/console", "consoleDoor", get(|| async { Redirect::permanent("/console/") }))
            .about("Leads to the console.")
            .who(Who::Anyone)
            .answer(308, Answer::Nothing),
        Route::get(
            "/console/",
            "console",
            get(|headers: HeaderMap| async move { file("index.html", &headers) }),
        )
        .about("The console.")
        .who(Who::Anyone)
        .answer(200, Answer::Page),
        Route::get(
            "/console/{*path}",
            "consoleFile",
            get(
                |Path(path): Path<String>, headers: HeaderMap| async move { file(&path, &headers) },
            ),
        )
        .about("A file of the console.")
        .who(Who::Anyone)
        .answer(200, Answer::File("application/octet-stream")),
    ]
}

/// Whether this program has a console in it.
pub fn is_there() -> bool {
    !FILES.is_empty()
}

/// The files once more, smaller: those that gain from it. Made when the first is asked for, and kept.
static PACKED: LazyLock<BTreeMap<&str, Vec<u8>>> = LazyLock::new(|| {
    let packed = FILES.iter().filter_map(|(name, bytes)| {
        let mut writer = GzEncoder::new(Vec::new(), Compression::default());
        let small = writer.write_all(bytes).and_then(|()| writer.finish()).ok()?;
        (small.len() < bytes.len()).then_some((*name, small))
    });
    packed.collect()
});

fn file(path: &str, headers: &HeaderMap) -> Response {
    let Some((name, bytes)) = FILES.iter().find(|(name, _)| *name == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    // Vite writes a digest into the name of each asset; the page itself is asked for again.
    let kept = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers_out = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, kept),
        (header::CONTENT_SECURITY_POLICY, WITH_SCRIPTS),
        (header::VARY, "accept-encoding"),
    ];
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    match PACKED.get(name).filter(|_| accepted.is_some_and(|list| list.contains("gzip"))) {
        Some(small) => {
            (headers_out, [(header::CONTENT_ENCODING, "gzip")], small.as_slice()).into_response()
        }
        None => (headers_out, *bytes).into_response(),
    }
}
