//! What every page has around its sections: head, skip link, masthead, main part, footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page that needs no network: styles and script are in it.
pub(crate) struct Shell {
    /// What the browser's tab says.
    pub title: Markup,
    /// CSS.
    pub styles: String,
    /// The link with which a keyboard gets past the masthead.
    pub skip: &'static str,
    /// What it is, and a list of its sections.
    pub masthead: Markup,
    /// The sections.
    pub main: Markup,
    /// What it gives away, and so whom it is for: a sentence of the footer.
    pub shows: &'static str,
    /// What it does beyond being read.
    pub script: Option<&'static str>,
}

impl Shell {
    /// The whole page as HTML.
    pub(crate) fn into_page(self) -> String {
        let Shell { title, styles, skip, masthead, main, shows, script } = self;
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    style { (PreEscaped(styles)) }
                }
                body {
                    a.skip href="#main" { (skip) }
                    header.wrap { (masthead) }
                    main.wrap #main { (main) }
                    footer.wrap { p { "Made by Relight " (env!("CARGO_PKG_VERSION")) ". " (shows) } }
                    @if let Some(script) = script { script { (PreEscaped(script)) } }
                }
            }
        };
        page.into_string()
    }
}
