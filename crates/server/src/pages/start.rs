//! The list of operations, and the page for an address that leads nowhere.

use maud::html;

use super::Site;
use super::layout::{Head, document};
use crate::config::Settings;
use crate::words::Words;

/// The list of operations.
pub fn page(site: &Site<'_>) -> String {
    let w = site.words;
    let open: Vec<_> = site
        .app
        .settings
        .operation
        .iter()
        .filter_map(|face| Some((face, site.app.snapshot(face)?)))
        .collect();
    let head = Head { title: w.say("home-title").into_owned(), ..Head::default() };
    document(
        site,
        &head,
        &html! {
            header.wrap {
                h1 { (w.say("home-title")) }
                p.lead { (w.say("home-lead")) }
            }
            main.wrap #main {
                @if open.is_empty() {
                    p { (w.say("home-empty")) }
                } @else {
                    ul.operations {
                        @for (face, snapshot) in &open {
                            li {
                                h2 { a href=(format!("{}/", face.slug)) { (face.title(w.tongue, &snapshot.name)) } }
                                @if !snapshot.countries.is_empty() {
                                    p.small { (super::situation::countries(w, snapshot)) }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}

/// Nothing here.
pub fn not_found(words: &Words, settings: &Settings) -> String {
    let _ = settings;
    let html = html! {
        (maud::DOCTYPE)
        html lang=(words.tongue.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (words.say("not-found-title")) }
                link rel="stylesheet" href="/assets/site.css";
                link rel="icon" type="image/svg+xml" href="/assets/icon.svg";
            }
            body {
                main.wrap #main {
                    h1 { (words.say("not-found-title")) }
                    p { (words.say("not-found")) }
                    p { a href=(format!("/{}/", words.tongue.code())) { (words.say("home")) } }
                }
            }
        }
    };
    html.into_string()
}
