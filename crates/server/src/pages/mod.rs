//! The public pages: plain HTML, made on the server, in three languages, without a script.
//!
//! A page is a pure function of a [`Site`]: the same functions answer requests and write static files
//! ([`crate::publish`]). Where there is nothing to show the element is not there.

pub mod cache;
mod data;
mod feeds;
mod layout;
mod situation;
mod start;
mod weather;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::app::{App, now};
use crate::config::Face;
use crate::policy::public::Snapshot;
use crate::routes::{Answer, Route, Who};
use crate::words::{Tongue, Words};
pub use weather::Observation;

use self::cache::Kept;

/// What a page is made of.
pub struct Site<'a> {
    /// The words of its language.
    pub words: &'a Words,
    /// The server.
    pub app: &'a App,
    /// The operation, for pages of one.
    pub face: Option<(&'a Face, &'a Snapshot)>,
    /// The way from the page to the root: `../../`.
    pub up: &'static str,
    /// The page within its language: empty, `winter-aid-2022/`.
    pub here: String,
    /// Now.
    pub now: Zoned,
    /// The weather, where a file tells it.
    pub weather: Option<Observation>,
}

/// A page or file that everybody may see, and how to make it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sheet {
    /// The list of operations.
    Start(Tongue),
    /// The page of an operation.
    Situation(Tongue, String),
    /// Its claims, a page from 1.
    Claims(Tongue, String, usize),
    /// Its feed as Atom.
    Atom(Tongue, String),
    /// Its feed as JSON Feed.
    JsonFeed(Tongue, String),
    /// Its figures as a table.
    FiguresCsv(String),
    /// Its claims as a table.
    ClaimsCsv(String),
    /// All of it for programs.
    Json(String),
    /// The style of the pages.
    Style,
    /// Their mark in a browser's tab.
    Icon,
}

/// A made sheet.
pub struct Made {
    /// Its type.
    pub kind: &'static str,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// Claims on one page.
pub const CLAIMS_A_PAGE: usize = 50;

impl Sheet {
    /// Where it lies: `en/winter-aid-2022/`, `data/winter-aid-2022/figures.csv`.
    pub fn path(&self) -> String {
        match self {
            Sheet::Start(tongue) => format!("{}/", tongue.code()),
            Sheet::Situation(tongue, slug) => format!("{}/{slug}/", tongue.code()),
            Sheet::Claims(tongue, slug, page) => format!("{}/{slug}/claims/{page}/", tongue.code()),
            Sheet::Atom(tongue, slug) => format!("{}/{slug}/feed.atom", tongue.code()),
            Sheet::JsonFeed(tongue, slug) => format!("{}/{slug}/feed.json", tongue.code()),
            Sheet::FiguresCsv(slug) => format!("data/{slug}/figures.csv"),
            Sheet::ClaimsCsv(slug) => format!("data/{slug}/claims.csv"),
            Sheet::Json(slug) => format!("data/{slug}/all.json"),
            Sheet::Style => "assets/site.css".to_owned(),
            Sheet::Icon => "assets/icon.svg".to_owned(),
        }
    }

    fn slug(&self) -> Option<&str> {
        match self {
            Sheet::Start(_) | Sheet::Style | Sheet::Icon => None,
            Sheet::Situation(_, slug)
            | Sheet::Claims(_, slug, _)
            | Sheet::Atom(_, slug)
            | Sheet::JsonFeed(_, slug)
            | Sheet::FiguresCsv(slug)
            | Sheet::ClaimsCsv(slug)
            | Sheet::Json(slug) => Some(slug),
        }
    }

    fn tongue(&self) -> Tongue {
        match self {
            Sheet::Start(tongue)
            | Sheet::Situation(tongue, _)
            | Sheet::Claims(tongue, ..)
            | Sheet::Atom(tongue, _)
            | Sheet::JsonFeed(tongue, _) => *tongue,
            _ => Tongue::English,
        }
    }

    /// Every sheet that there is now.
    pub fn all(app: &App) -> Vec<Sheet> {
        let mut all = vec![Sheet::Style, Sheet::Icon];
        all.extend(Tongue::ALL.map(Sheet::Start));
        for face in &app.settings.operation {
            let Some(snapshot) = app.snapshot(face) else { continue };
            let slug = || face.slug.clone();
            let claims = !snapshot.bulletins.is_empty();
            all.push(Sheet::Json(slug()));
            if !snapshot.things.is_empty() || !snapshot.money.is_empty() {
                all.push(Sheet::FiguresCsv(slug()));
            }
            if claims {
                all.push(Sheet::ClaimsCsv(slug()));
            }
            for tongue in Tongue::ALL {
                all.push(Sheet::Situation(tongue, slug()));
                if claims {
                    all.push(Sheet::Atom(tongue, slug()));
                    all.push(Sheet::JsonFeed(tongue, slug()));
                }
                let pages = snapshot.bulletins.len().div_ceil(CLAIMS_A_PAGE);
                all.extend((1..=pages).map(|page| Sheet::Claims(tongue, slug(), page)));
            }
        }
        all
    }

    /// Makes it; `None` where there is no such thing.
    pub fn make(&self, app: &App) -> Option<Made> {
        if *self == Sheet::Style {
            let style = format!("{}{}", relight_report::TOKENS, include_str!("site.css"));
            return Some(Made { kind: "text/css; charset=utf-8", body: style.into() });
        }
        if *self == Sheet::Icon {
            return Some(Made { kind: "image/svg+xml", body: include_bytes!("icon.svg").to_vec() });
        }
        let face = match self.slug() {
            Some(slug) => Some(app.face(slug)?),
            None => None,
        };
        let snapshot = match face {
            Some(face) => Some(app.snapshot(face)?),
            None => None,
        };
        let both = face.zip(snapshot.as_deref());
        let zone = face.and_then(|face| TimeZone::get(&face.time_zone).ok());
        let site = Site {
            words: app.words(self.tongue()),
            app,
            face: both,
            up: match self {
                Sheet::Start(_) => "../",
                Sheet::Claims(..) => "../../../../",
                _ => "../../",
            },
            here: self.path().split_once('/').map_or(String::new(), |(_, rest)| rest.to_owned()),
            now: moment().with_time_zone(zone.unwrap_or(TimeZone::UTC)),
            weather: face.and_then(|face| weather::read(face.weather.as_deref()?)),
        };
        let html = |body: String| Made { kind: "text/html; charset=utf-8", body: body.into() };
        Some(match self {
            Sheet::Start(_) => html(start::page(&site)),
            Sheet::Situation(..) => html(situation::page(&site)?),
            Sheet::Claims(_, _, page) => html(situation::claims(&site, *page)?),
            Sheet::Atom(..) => Made {
                kind: "application/atom+xml; charset=utf-8",
                body: feeds::atom(&site)?.into(),
            },
            Sheet::JsonFeed(..) => {
                Made { kind: "application/feed+json; charset=utf-8", body: feeds::json(&site)? }
            }
            Sheet::FiguresCsv(_) => {
                Made { kind: "text/csv; charset=utf-8", body: data::figures_csv(both?.1).into() }
            }
            Sheet::ClaimsCsv(_) => {
                Made { kind: "text/csv; charset=utf-8", body: data::claims_csv(both?.1).into() }
            }
            Sheet::Json(_) => {
                Made { kind: "application/json; charset=utf-8", body: data::json(both?)? }
            }
            Sheet::Style | Sheet::Icon => return None,
        })
    }
}

fn moment() -> Zoned {
    let now = jiff::Timestamp::from_millisecond(now().milliseconds()).unwrap_or_default();
    now.to_zoned(TimeZone::UTC)
}

/// The page for an address that leads nowhere.
pub fn not_found(app: &App, tongue: Tongue) -> String {
    start::not_found(app.words(tongue), &app.settings)
}

/// The routes.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/", "root", get(root))
            .about("Sends a browser to the pages in its language.")
            .who(Who::Anyone)
            .answer(303, Answer::Nothing),
        page("/assets/site.css", "style", "text/css", "The style of the public pages.", |_, _| {
            Some(Sheet::Style)
        }),
        page(
            "/assets/icon.svg",
            "icon",
            "image/svg+xml",
            "The mark in a browser's tab.",
            |_, _| Some(Sheet::Icon),
        ),
        page(
            "/data/{slug}/figures.csv",
            "figuresCsv",
            "text/csv",
            "Figures of an operation as a table.",
            |_, p| Some(Sheet::FiguresCsv(p.slug)),
        ),
        page(
            "/data/{slug}/claims.csv",
            "claimsCsv",
            "text/csv",
            "Published claims of an operation as a table.",
            |_, p| Some(Sheet::ClaimsCsv(p.slug)),
        ),
        page(
            "/data/{slug}/all.json",
            "publicJson",
            "application/json",
            "Figures and published claims of an operation.",
            |_, p| Some(Sheet::Json(p.slug)),
        ),
    ];
    for tongue in Tongue::ALL {
        let code = tongue.code();
        let name = |what: &str| format!("{what}-{code}");
        let html = "text/html";
        routes.extend([
            page(format!("/{code}/"), name("start"), html, "The operations.", move |_, _| {
                Some(Sheet::Start(tongue))
            }),
            page(
                format!("/{code}/{{slug}}/"),
                name("situation"),
                html,
                "The page of an operation.",
                move |_, p| Some(Sheet::Situation(tongue, p.slug)),
            ),
            page(
                format!("/{code}/{{slug}}/claims/{{page}}/"),
                name("claims"),
                html,
                "What was said, the latest first.",
                move |_, p| Some(Sheet::Claims(tongue, p.slug, p.page?.parse().ok()?)),
            ),
            page(
                format!("/{code}/{{slug}}/feed.atom"),
                name("atom"),
                "application/atom+xml",
                "The feed as Atom.",
                move |_, p| Some(Sheet::Atom(tongue, p.slug)),
            ),
            page(
                format!("/{code}/{{slug}}/feed.json"),
                name("jsonFeed"),
                "application/feed+json",
                "The feed as JSON Feed.",
                move |_, p| Some(Sheet::JsonFeed(tongue, p.slug)),
            ),
        ]);
    }
    routes
}

/// What may be in the path of a page.
#[derive(Debug, Clone, Default, serde::Deserialize)]
struct Parts {
    #[serde(default)]
    slug: String,
    #[serde(default)]
    page: Option<String>,
}

fn page(
    path: impl Into<String>,
    name: impl Into<String>,
    kind: &'static str,
    about: &str,
    which: impl Fn(&App, Parts) -> Option<Sheet> + Clone + Send + Sync + 'static,
) -> Route {
    let handler =
        get(move |State(app): State<Arc<App>>, parts: Option<Path<Parts>>, headers: HeaderMap| {
            let which = which.clone();
            async move {
                let parts = parts.map(|Path(parts)| parts).unwrap_or_default();
                let sheet = which(&app, parts);
                let kept = match sheet {
                    Some(sheet) => cache::get(&app, sheet).await,
                    None => None,
                };
                answer(&app, kept, &headers)
            }
        });
    Route::get(path, name, handler).about(about).who(Who::Anyone).answer(200, Answer::File(kind))
}

fn answer(app: &App, kept: Option<Arc<Kept>>, headers: &HeaderMap) -> Response {
    let Some(kept) = kept else {
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
        let html = not_found(app, Tongue::asked_for(asked.unwrap_or_default()));
        let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        return (StatusCode::NOT_FOUND, kind, html).into_response();
    };
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let common = [
        (header::ETAG, kept.tag.clone()),
        (header::VARY, "Accept-Encoding".to_owned()),
        (
            header::CACHE_CONTROL,
            "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400".to_owned(),
        ),
    ];
    // A weak comparison, as RFC 9110 has it for this header: the same page in another encoding is the same.
    let known = text(header::IF_NONE_MATCH);
    if known == "*" || known.split(',').any(|tag| tag.trim() == kept.tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(header::CONTENT_TYPE, kept.kind)];
    let takes_gzip = text(header::ACCEPT_ENCODING)
        .split(',')
        .any(|part| part.trim().starts_with("gzip") && !part.trim().ends_with("q=0"));
    if takes_gzip {
        let encoding = [(header::CONTENT_ENCODING, "gzip")];
        (common, kind, encoding, kept.gzip.clone()).into_response()
    } else {
        (common, kind, kept.plain.clone()).into_response()
    }
}

async fn root(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let code = Tongue::asked_for(asked.unwrap_or_default()).code();
    let to = match app.settings.operation.as_slice() {
        [only] => format!("/{code}/{}/", only.slug),
        _ => format!("/{code}/"),
    };
    ([(header::VARY, "Accept-Language")], Redirect::to(&to)).into_response()
}
