//! What all pages have: head, languages, foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::Site;
use crate::words::Tongue;

/// What stands in the head of a page.
#[derive(Default)]
pub struct Head {
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub about: String,
    /// What it is, for programs (JSON-LD).
    pub data: Option<Value>,
    /// Whether it has feeds beside it, and where from here.
    pub feeds: Option<&'static str>,
}

/// A whole page.
pub fn document(site: &Site<'_>, head: &Head, body: &Markup) -> String {
    let (w, up) = (site.words, site.up);
    let link = |tongue: Tongue| format!("{up}{}/{}", tongue.code(), site.here);
    let base = &site.app.settings.server.public_url;
    let full = |tongue: Tongue| format!("{base}/{}/{}", tongue.code(), site.here);
    let page = html! {
        (DOCTYPE)
        html lang=(w.tongue.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (head.title) }
                @if !head.about.is_empty() { meta name="description" content=(head.about); }
                link rel="stylesheet" href=(format!("{up}assets/site.css"));
                link rel="icon" type="image/svg+xml" href=(format!("{up}assets/icon.svg"));
                link rel="canonical" href=(full(w.tongue));
                @for tongue in Tongue::ALL {
                    link rel="alternate" hreflang=(tongue.code()) href=(full(tongue));
                }
                @if let Some(way) = head.feeds {
                    link rel="alternate" type="application/atom+xml" title=(w.say("feed-atom")) href=(format!("{way}feed.atom"));
                    link rel="alternate" type="application/feed+json" title=(w.say("feed-json")) href=(format!("{way}feed.json"));
                }
                @if let Some(data) = &head.data { (json_ld(data)) }
            }
            body {
                a.skip href="#main" { (w.say("skip")) }
                nav.bar aria-label=(w.say("languages")) { div.wrap {
                    @if site.face.is_some() && site.app.settings.operation.len() > 1 {
                        a href=(format!("{up}{}/", w.tongue.code())) { (w.say("home")) }
                    } @else {
                        span.name { "Relight" }
                    }
                    ul.languages {
                        @for tongue in Tongue::ALL {
                            li {
                                @let name = site.app.words(tongue).say("language");
                                @if tongue == w.tongue {
                                    span aria-current="page" lang=(tongue.code()) { (name) }
                                } @else {
                                    a href=(link(tongue)) hreflang=(tongue.code()) lang=(tongue.code()) rel="alternate" { (name) }
                                }
                            }
                        }
                    }
                } }
                (body)
                footer.wrap {
                    p { (w.say("licence")) }
                    p.small { (w.tell("made-by", &[("version", env!("CARGO_PKG_VERSION").into())])) }
                }
            }
        }
    };
    page.into_string()
}

/// JSON in a page: the one place where text is put in without escaping, since a script element has none. `<` cannot occur
/// in JSON but in texts, where it can be written otherwise; so nothing in them ends the element.
fn json_ld(data: &Value) -> Markup {
    let text = data.to_string().replace('<', "\\u003c").replace('>', "\\u003e");
    html! { script type="application/ld+json" { (PreEscaped(text)) } }
}
