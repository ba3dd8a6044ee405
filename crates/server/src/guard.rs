//! What every request passes: who asks, whether they may, how often, from where; and what every answer carries.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::accounts::limit::{ANYBODY, WRITE};
use crate::accounts::session::{self, Session, find_session};
use crate::accounts::token::{Scope, find_token};
use crate::app::App;
use crate::pages;
use crate::policy::Viewer;
use crate::problem::Problem;
use crate::routes::{Answer, Route, Who};
use crate::words::Tongue;

/// What the gate of a route knows.
#[derive(Clone)]
pub struct Gate {
    app: Arc<App>,
    path: Arc<str>,
    who: Who,
    is_api: bool,
    streams: bool,
}

impl Gate {
    /// The gate of a route.
    pub fn of(app: &Arc<App>, route: &Route) -> Gate {
        Gate {
            app: Arc::clone(app),
            path: route.path.as_str().into(),
            who: route.who,
            is_api: route.is_api(),
            streams: route.answer == Answer::Stream,
        }
    }
}

/// Who asks, and how they were known.
#[derive(Debug, Clone)]
pub struct Caller {
    /// As whom they look.
    pub viewer: Viewer,
    /// The session of their browser, and the value of its cookie.
    pub session: Option<(Session, String)>,
    /// From where.
    pub address: String,
}

/// The pattern of the route that answered, for what is counted.
#[derive(Clone)]
struct Matched(Arc<str>);

/// Lets in whom the route is for.
pub async fn gate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(gate.app.settings.server.timeout_seconds);
    let path = Matched(Arc::clone(&gate.path));
    let is_api = gate.is_api;
    let work = async move {
        let (method, headers) = (request.method().clone(), request.headers().clone());
        let address = address_of(&gate.app, &request);
        let caller = admit(&gate, &method, &headers, address).await?;
        request.extensions_mut().insert(caller);
        let answer = next.run(request);
        if gate.streams {
            return Ok(answer.await);
        }
        tokio::time::timeout(limit, answer)
            .await
            .map_err(|_| Problem::timeout("the request took too long and was given up"))
    };
    let mut response = match work.await {
        Ok(response) => response,
        Err(problem) if is_api => problem.into_response(),
        Err(problem) => (problem.status(), problem.title.clone()).into_response(),
    };
    response.extensions_mut().insert(path);
    response
}

async fn admit(
    gate: &Gate,
    method: &Method,
    headers: &HeaderMap,
    address: String,
) -> Result<Caller, Problem> {
    let app = &gate.app;
    let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let caller = identify(app, headers, address).await?;
    if changes && !is_from_here(app, headers) {
        app.metrics.refused();
        return Err(Problem::forbidden("the request came from a page of another site"));
    }
    // What is packed may be a thousand times as large once it is unpacked: bodies are taken as they are.
    let packed = headers.get(header::CONTENT_ENCODING).is_some_and(|kind| kind != "identity");
    if packed {
        return Err(Problem::wrong_type("send it as it is, without Content-Encoding"));
    }
    if let (true, Some((session, _))) = (changes, &caller.session) {
        let sent = headers.get("x-csrf-token").and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !session::same(sent, &session.csrf) {
            app.metrics.refused();
            return Err(Problem::forbidden(
                "the header X-CSRF-Token is missing or wrong; GET /api/v1/session tells it",
            ));
        }
    }
    let bucket = match (caller.viewer.is_known(), changes) {
        (true, true) => Some((format!("write {}", caller.viewer.account), WRITE)),
        (false, _) if gate.is_api => Some((format!("anybody {}", caller.address), ANYBODY)),
        // Pages come out of the cache: it costs more to count than to send.
        _ => None,
    };
    if let Some((who, rate)) = bucket
        && !app.limits.take(&who, rate)
    {
        app.metrics.refused();
        return Err(Problem::too_many("that was too often; wait a minute"));
    }
    if gate.who.allows(caller.viewer.role) {
        return Ok(caller);
    }
    app.metrics.refused();
    if caller.viewer.is_known() {
        tracing::warn!(
            account = caller.viewer.account,
            route = &*gate.path,
            "not allowed for this role"
        );
        Err(Problem::forbidden("this is not for your role"))
    } else {
        Err(Problem::unauthorised("sign in with POST /api/v1/session, or send a token"))
    }
}

async fn identify(app: &Arc<App>, headers: &HeaderMap, address: String) -> Result<Caller, Problem> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "));
    if let Some(text) = bearer {
        let text = text.to_owned();
        let found = app.desk(move |desk| find_token(desk, &text)).await?;
        let Some((token, account)) = found else {
            app.metrics.refused();
            return Err(Problem::unauthorised("the token is wrong, or has ended"));
        };
        let viewer = account.viewer(token.scope == Scope::Write);
        return Ok(Caller { viewer, session: None, address });
    }
    let Some(value) = cookie(headers, cookie_name(app)) else {
        return Ok(Caller { viewer: Viewer::public(), session: None, address });
    };
    let asked = value.clone();
    let found = app.desk(move |desk| find_session(desk, &asked)).await?;
    Ok(match found {
        Some((session, account)) => {
            let session = Some((session, value));
            Caller { viewer: account.viewer(true), session, address }
        }
        // A session that has ended is no error: whoever had it is a visitor again.
        None => Caller { viewer: Viewer::public(), session: None, address },
    })
}

/// The name of the cookie: with TLS one that browsers send to this host alone.
pub fn cookie_name(app: &App) -> &'static str {
    if app.settings.is_encrypted() { "__Host-relight" } else { "relight" }
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Browsers say from which page a request comes. Programs need not.
fn is_from_here(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let site = text(&HeaderName::from_static("sec-fetch-site"));
    let origin = text(&header::ORIGIN);
    let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let same_origin = origin.is_none_or(|origin| {
        let host = text(&header::HOST).unwrap_or_default();
        origin == app.settings.server.public_url
            || origin.split_once("://").is_some_and(|(_, of)| !host.is_empty() && of == host)
    });
    same_site && same_origin
}

fn address_of(app: &App, request: &Request) -> String {
    let direct = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let told = request
        .headers()
        .get("x-forwarded-for")
        .filter(|_| app.settings.server.behind_proxy)
        .and_then(|v| v.to_str().ok())
        // The last one is what our own proxy saw; those before it are hearsay.
        .and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    told.or(direct).map_or_else(|| "unknown".to_owned(), |ip| ip.to_string())
}

/// Counts, and writes the log.
pub async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    // Visitors without a proxy in between could tell anything.
    let told = request.headers().get("traceparent").filter(|_| app.settings.server.behind_proxy);
    let span = app.traces.request(told.and_then(|value| value.to_str().ok()));
    let response = match span {
        Some(span) => span.during(next.run(request)).await,
        None => next.run(request).await,
    };
    let took = begun.elapsed();
    let status = response.status().as_u16();
    let matched = response.extensions().get::<Matched>().cloned();
    let route = matched.as_ref().map_or("none", |m| &*m.0);
    app.traces.answered(span, method.as_str(), route, status);
    app.metrics.request(route, status, took);
    // The pattern and not the address: what was asked for is nobody's business.
    tracing::info!(
        method = method.as_str(),
        route,
        status,
        milliseconds = took.as_secs_f64() * 1e3,
        "answered"
    );
    response
}

/// What every answer carries.
pub fn headers_of(
    encrypted: bool,
) -> impl Fn(Request, Next) -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>> + Clone {
    move |request, next| {
        Box::pin(async move {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            let set = |headers: &mut HeaderMap, name: &'static str, value: &'static str| {
                let name = HeaderName::from_static(name);
                if !headers.contains_key(&name) {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            };
            set(headers, "content-security-policy", STRICT);
            set(headers, "x-content-type-options", "nosniff");
            set(headers, "x-frame-options", "DENY");
            set(headers, "referrer-policy", "same-origin");
            set(headers, "cross-origin-opener-policy", "same-origin");
            set(headers, "cross-origin-resource-policy", "same-origin");
            set(
                headers,
                "permissions-policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            );
            set(headers, "cache-control", "no-store");
            if encrypted {
                set(headers, "strict-transport-security", "max-age=63072000; includeSubDomains");
            }
            response
        })
    }
}

/// Pages without scripts, styles of our own alone.
const STRICT: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Pages with scripts of our own.
pub const WITH_SCRIPTS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// An address that leads nowhere.
pub async fn nothing_here(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/api/") {
        return Problem::not_found("").into_response();
    }
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let in_path = uri.path().split('/').nth(1).and_then(Tongue::from_code);
    let tongue = in_path.unwrap_or_else(|| Tongue::asked_for(asked.unwrap_or_default()));
    let html = pages::not_found(&app, tongue);
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (axum::http::StatusCode::NOT_FOUND, kind, Body::from(html)).into_response()
}

/// A method that the address does not know.
pub async fn not_in_this_way() -> Response {
    Problem::not_allowed("").into_response()
}
