//! HTML as a reader sees it: blocks of text, with the parts that pages are furnished with marked as such.
//!
//! The tokenizer is that of a browser engine (`html5ever`); no tree is built, so that neither depth nor size of a
//! hostile page costs more than reading it.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states,
};

use super::{Block, Furniture, MOST_BLOCKS};
use crate::text::Span;
use crate::text::language::Language;

/// What came of a page.
pub(super) struct Rendered {
    pub text: String,
    pub blocks: Vec<Block>,
    /// The date that the page declares: `article:published_time`, `<time datetime>` within the article.
    pub declared: Option<String>,
    /// The language that the page declares.
    pub language: Option<Language>,
    /// Whether something was left out.
    pub more: bool,
}

/// Open furniture within furniture is followed so deep.
const DEEPEST: usize = 256;

#[expect(clippy::struct_excessive_bools, reason = "each follows an element of its own")]
#[derive(Default)]
struct State {
    text: String,
    blocks: Vec<Block>,
    /// Where the open block begins.
    start: usize,
    /// Open elements that matter, innermost last.
    open: Vec<(String, Option<Furniture>)>,
    hidden: usize,
    title_tag: bool,
    in_h1: bool,
    seen_h1: bool,
    linked: usize,
    link_chars: usize,
    declared: Option<String>,
    declared_time: Option<String>,
    language: Option<Language>,
    page_title: String,
    more: bool,
}

struct Sink(RefCell<State>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return state.tag(&tag),
            Token::CharacterTokens(text) => state.characters(&text),
            Token::EOFToken => state.close_block(),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Reads HTML of any quality; there are no errors, as in a browser.
pub(super) fn render(html: &str) -> Rendered {
    let sink = Sink(RefCell::new(State::default()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(html.into());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.close_block();
    let title = state.page_title.trim().to_owned();
    if !state.blocks.iter().any(|b| b.title) && !title.is_empty() && state.blocks.is_empty() {
        let start = state.text.len();
        state.text.push_str(&title);
        state.blocks.push(Block {
            span: Span::new(start, start + title.len()),
            furniture: None,
            title: true,
        });
    }
    Rendered {
        declared: state.declared.or(state.declared_time),
        text: state.text,
        blocks: state.blocks,
        language: state.language,
        more: state.more,
    }
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
}

/// Elements after which a new block begins.
fn breaks(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "br"
            | "hr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "ul"
            | "ol"
            | "tr"
            | "td"
            | "th"
            | "table"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "main"
            | "figure"
            | "figcaption"
            | "blockquote"
            | "form"
            | "dt"
            | "dd"
            | "dl"
            | "pre"
            | "address"
            | "time"
            | "button"
            | "option"
            | "label"
            | "title"
            | "body"
            | "html"
            | "head"
    )
}

/// Elements that never hold anything.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "hr"
            | "img"
            | "input"
            | "meta"
            | "link"
            | "source"
            | "area"
            | "base"
            | "col"
            | "embed"
            | "track"
            | "wbr"
    )
}

/// The furniture that an element is by its name, or by what its author called it.
fn furniture(tag: &Tag, name: &str) -> Option<Furniture> {
    let by_name = match name {
        "footer" => Some(Furniture::Copyright),
        "figcaption" => Some(Furniture::Caption),
        "aside" => Some(Furniture::Related),
        "nav" | "button" | "form" | "select" | "label" => Some(Furniture::Menu),
        _ => None,
    };
    if by_name.is_some() || matches!(name, "body" | "html" | "article" | "main" | "p") {
        return by_name;
    }
    let mut named = String::new();
    for key in ["class", "id", "role", "aria-label"] {
        if let Some(value) = attribute(tag, key) {
            named.push(' ');
            named.extend(value.chars().take(200).flat_map(char::to_lowercase));
        }
    }
    let has = |words: &[&str]| {
        words.iter().any(|w| named.split(|c: char| !c.is_alphanumeric()).any(|part| part == *w))
    };
    if has(&["cookie", "cookies", "gdpr", "consent"]) {
        Some(Furniture::Cookie)
    } else if has(&["share", "sharing", "social", "socials"]) {
        Some(Furniture::Share)
    } else if has(&[
        "related",
        "recommended",
        "readmore",
        "popular",
        "trending",
        "sidebar",
        "teaser",
        "widget",
    ]) {
        Some(Furniture::Related)
    } else if has(&["caption", "credit"]) {
        Some(Furniture::Caption)
    } else if has(&["nav", "navigation", "menu", "breadcrumb", "breadcrumbs", "topbar", "masthead"])
    {
        Some(Furniture::Menu)
    } else if has(&["ad", "ads", "advert", "advertisement", "sponsored", "banner", "promo"]) {
        Some(Furniture::Advert)
    } else if has(&["weather", "temperature"]) {
        Some(Furniture::Weather)
    } else if has(&["byline", "author"]) {
        Some(Furniture::Author)
    } else if has(&["footer", "copyright"]) {
        Some(Furniture::Copyright)
    } else {
        None
    }
}

impl State {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        match tag.kind {
            TagKind::StartTag => self.start(tag, name),
            TagKind::EndTag => {
                self.end(name);
                TokenSinkResult::Continue
            }
        }
    }

    fn start(&mut self, tag: &Tag, name: &str) -> TokenSinkResult<()> {
        match name {
            "script" => {
                self.hidden += 1;
                return TokenSinkResult::RawData(states::RawKind::ScriptData);
            }
            "style" | "noframes" | "iframe" | "noembed" | "xmp" => {
                self.hidden += 1;
                return TokenSinkResult::RawData(states::RawKind::Rawtext);
            }
            "textarea" => {
                self.hidden += 1;
                return TokenSinkResult::RawData(states::RawKind::Rcdata);
            }
            "title" if self.open.iter().any(|(n, _)| n == "svg") => {}
            "title" => {
                self.close_block();
                self.title_tag = true;
                return TokenSinkResult::RawData(states::RawKind::Rcdata);
            }
            "meta" => self.meta(tag),
            "html" => {
                self.language = attribute(tag, "lang").and_then(Language::from_code);
            }
            "time" if self.declared_time.is_none() => {
                self.declared_time = attribute(tag, "datetime").map(str::to_owned);
            }
            "h1" if !self.seen_h1 => {
                self.close_block();
                self.in_h1 = true;
            }
            "a" => self.linked += 1,
            _ => {}
        }
        if breaks(name) {
            self.close_block();
        }
        if !is_void(name) && !tag.self_closing {
            let furniture = furniture(tag, name);
            let hidden = attribute(tag, "hidden").is_some()
                || matches!(name, "template" | "svg" | "noscript" | "head");
            if furniture.is_some() || hidden || matches!(name, "div" | "section" | "ul" | "span") {
                if furniture.is_some() {
                    self.close_block();
                }
                if self.open.len() < DEEPEST {
                    self.open.push((name.to_owned(), furniture));
                } else {
                    self.more = true;
                }
            }
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, name: &str) {
        match name {
            "script" | "style" | "textarea" | "noframes" | "iframe" | "noembed" | "xmp" => {
                self.hidden = self.hidden.saturating_sub(1);
            }
            "title" => self.title_tag = false,
            "a" => self.linked = self.linked.saturating_sub(1),
            _ => {}
        }
        if breaks(name) {
            self.close_block();
        }
        // Elements left open within are closed too, as far as a page is likely to forget them.
        let near = self.open.len().saturating_sub(16);
        if let Some(at) =
            self.open.iter().skip(near).rposition(|(n, _)| n == name).map(|i| i + near)
        {
            if self.open.iter().skip(at).any(|(_, f)| f.is_some()) {
                self.close_block();
            }
            self.open.truncate(at);
        }
        if name == "h1" {
            self.in_h1 = false;
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let key = attribute(tag, "property")
            .or_else(|| attribute(tag, "name"))
            .or_else(|| attribute(tag, "itemprop"));
        let published = matches!(
            key.map(str::to_ascii_lowercase).as_deref(),
            Some(
                "article:published_time"
                    | "datepublished"
                    | "date"
                    | "dc.date"
                    | "pubdate"
                    | "og:published_time"
                    | "dcterms.created"
                    | "publish-date"
            )
        );
        if published && self.declared.is_none() {
            self.declared = attribute(tag, "content").map(str::to_owned);
        }
    }

    fn characters(&mut self, text: &str) {
        if self.title_tag {
            if self.page_title.len() < 1000 {
                self.page_title.push_str(text);
            }
            return;
        }
        let hidden = self.hidden > 0
            || self
                .open
                .iter()
                .any(|(n, _)| matches!(n.as_str(), "head" | "template" | "svg" | "noscript"));
        if hidden || self.blocks.len() >= MOST_BLOCKS {
            self.more |= self.blocks.len() >= MOST_BLOCKS;
            return;
        }
        for c in text.chars() {
            let blank = c.is_whitespace() && c != '\u{a0}';
            if blank {
                if self.text.len() > self.start && !self.text.ends_with(' ') {
                    self.text.push(' ');
                }
            } else {
                self.text.push(c);
                self.link_chars += usize::from(self.linked > 0);
            }
        }
    }

    fn close_block(&mut self) {
        let body = self.text.get(self.start..).unwrap_or_default().trim_end();
        let end = self.start + body.len();
        if body.is_empty() {
            self.text.truncate(self.start);
        } else {
            let letters = body.chars().filter(|c| !c.is_whitespace()).count();
            // The outermost furniture says what the part of the page is.
            let mut kind = self.open.iter().find_map(|(_, f)| *f);
            if kind.is_none() && !self.in_h1 && self.link_chars * 10 > letters * 8 && letters < 200
            {
                kind = Some(Furniture::Related);
            }
            let title = self.in_h1 && !self.seen_h1;
            if title {
                self.seen_h1 = true;
                kind = None;
            }
            self.blocks.push(Block { span: Span::new(self.start, end), furniture: kind, title });
            self.text.truncate(end);
            self.text.push('\n');
        }
        self.start = self.text.len();
        self.link_chars = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn furniture_keeps_its_place_and_name() {
        let page = render(
            "<html lang=uk><head><title>T</title><meta property='article:published_time' content='2022-11-29T10:00:00Z'></head>\
             <body><nav><a href=/>Home</a></nav><h1>France &amp; Italy</h1><p>They send <b>100</b> sets.<script>x<y</script></p>\
             <figcaption>Photo</figcaption><div class='share-buttons'>Tweet</div></body></html>",
        );
        let parts: Vec<(&str, Option<Furniture>, bool)> =
            page.blocks.iter().map(|b| (b.span.of(&page.text), b.furniture, b.title)).collect();
        assert_eq!(
            parts,
            [
                ("Home", Some(Furniture::Menu), false),
                ("France & Italy", None, true),
                ("They send 100 sets.", None, false),
                ("Photo", Some(Furniture::Caption), false),
                ("Tweet", Some(Furniture::Share), false),
            ]
        );
        assert_eq!(page.declared.as_deref(), Some("2022-11-29T10:00:00Z"));
        assert_eq!(page.language, Some(Language::Ukrainian));
    }

    #[test]
    fn endless_nesting_is_bounded() {
        let deep = "<div>".repeat(200_000) + "100 generators";
        let page = render(&deep);
        assert!(page.more && page.text.contains("100 generators"));
    }
}
