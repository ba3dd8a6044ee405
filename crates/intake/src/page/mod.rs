//! A page as it comes: bytes in some encoding, text or HTML or a feed, with its furniture around the story.

mod date;
mod decode;
mod feed;
mod furniture;
mod html;

use relight_ledger::model::DateBasis;
use serde::Serialize;

pub(crate) use date::{Calendar, Dated, find_with as find_dates};
pub use decode::{MOST_BYTES, NotText};
pub use furniture::Furniture;

use crate::text::Span;
use crate::text::language::{self, Language};
use crate::text::token::tokens;
use relight_ledger::date::When;

/// What the bytes are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Found out from the beginning of the text.
    #[default]
    Detect,
    /// Plain text, such as a page that was copied.
    Text,
    /// HTML.
    Html,
    /// An item or entry of RSS or Atom, or a feed of them.
    Feed,
}

/// A stretch of a page that belongs together: a line, a paragraph, a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Where in the text of the page.
    pub span: Span,
    /// What it is, where it is no part of the story.
    pub furniture: Option<Furniture>,
    /// Whether it is the title of the page.
    pub title: bool,
}

/// A page: its text, what is furniture in it, and what it says of itself.
#[derive(Debug, Clone)]
pub struct Page {
    /// The text that all offsets quote. For plain text in UTF-8 these are the bytes that were given, after a mark of
    /// the byte order; for HTML it is what a reader sees.
    pub text: String,
    /// The blocks in order.
    pub blocks: Vec<Block>,
    /// The language of the story.
    pub language: Option<Language>,
    /// When it was published: its dateline, its own declaration, or the text below the title.
    pub published: When,
    /// Where that date stands, and how it was found.
    pub published_at: Option<Span>,
    /// How that date was found.
    pub published_basis: DateBasis,
    /// Dates of the page itself (today's date in the head, weather): none of them says when it was published.
    pub page_dates: Vec<Span>,
    /// The title, where one can be told.
    pub title: Option<Span>,
    /// What a reader should know: bytes that were no text, parts that were left out.
    pub notes: Vec<String>,
}

/// Blocks beyond this are left unread, and a note says so.
const MOST_BLOCKS: usize = 50_000;

/// Reads bytes as a page. A feed gives a page per item; anything else gives one.
///
/// # Errors
/// Bytes that are too many, or no text: see [`NotText`].
pub fn open(bytes: &[u8], format: Format) -> Result<Vec<Page>, NotText> {
    let decode::Decoded { text, mut notes } = decode::decode(bytes)?;
    let format = if format == Format::Detect { detect(&text) } else { format };
    if format == Format::Feed {
        let items = feed::items(&text);
        if !items.is_empty() {
            return Ok(items.into_iter().map(|item| from_item(&item, &notes)).collect());
        }
        notes.push("no item was found in the feed: read as HTML".to_owned());
    }
    let page = match format {
        Format::Html | Format::Feed => {
            let rendered = html::render(&text);
            from_html(rendered, notes)
        }
        _ => from_text(text, notes),
    };
    Ok(vec![page])
}

/// A text, HTML or feed by its beginning.
fn detect(text: &str) -> Format {
    let head: String = text.trim_start().chars().take(2000).collect::<String>().to_lowercase();
    let feed = ["<rss", "<feed", "<item", "<entry", "<rdf:rdf"];
    if head.starts_with('<')
        && feed.iter().any(|tag| head.contains(tag))
        && !head.starts_with("<!doctype html")
    {
        return Format::Feed;
    }
    let tags = [
        "<!doctype html",
        "<html",
        "<body",
        "<p>",
        "<p ",
        "<div",
        "<article",
        "<head",
        "<br>",
        "<h1",
        "<span",
        "<meta",
        "<section",
        "<ul",
        "<table",
    ];
    if head.starts_with('<') && tags.iter().any(|tag| head.contains(tag)) {
        Format::Html
    } else {
        Format::Text
    }
}

fn from_item(item: &feed::Item, notes: &[String]) -> Page {
    let rendered = html::render(&item.html);
    let mut page = from_html(rendered, notes.to_vec());
    if let Some(date) = item.published.as_deref().and_then(date::machine) {
        page.published = date;
        page.published_at = None;
        page.published_basis = DateBasis::Page;
    }
    page
}

fn from_html(rendered: html::Rendered, mut notes: Vec<String>) -> Page {
    let html::Rendered { text, mut blocks, declared, language, more } = rendered;
    if more {
        notes.push("the page nests or repeats more than is read; the rest was left out".to_owned());
    }
    furniture::mark(&text, &mut blocks, true);
    let mut page = finish(text, blocks, notes, language);
    // What the page declares about itself beats what its text says, but not the dateline.
    if page.published_basis != DateBasis::Page
        && let Some(date) = declared.as_deref().and_then(date::machine)
    {
        page.published = date;
        page.published_at = None;
        page.published_basis = DateBasis::Page;
    }
    page
}

fn from_text(text: String, mut notes: Vec<String>) -> Page {
    let (mut blocks, more) = lines(&text);
    if more {
        notes.push(format!("the text has more than {MOST_BLOCKS} lines; the rest was left out"));
    }
    furniture::mark(&text, &mut blocks, false);
    finish(text, blocks, notes, None)
}

/// Wrapped text has no longer lines, in characters.
const WIDEST: usize = 120;

/// Lines of a text, wrapped lines joined again into paragraphs.
fn lines(text: &str) -> (Vec<Block>, bool) {
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    let mut blank = true;
    // Only a text whose lines all end before the margin has been wrapped.
    let wrapped = text.lines().all(|line| line.len() <= 400 && line.chars().count() <= WIDEST);
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if body.is_empty() {
            blank = true;
            continue;
        }
        if blocks.len() >= MOST_BLOCKS {
            return (blocks, true);
        }
        let span = Span::new(start, start + body.len());
        match blocks.last_mut() {
            Some(last) if !blank && goes_on(last.span.of(text), body, wrapped) => {
                last.span.end = span.end;
            }
            _ => blocks.push(Block { span, furniture: None, title: false }),
        }
        blank = false;
    }
    (blocks, false)
}

/// Whether a line goes on in the next one: it is long, ends within a sentence, and the next begins small or is long too.
fn goes_on(block: &str, next: &str, wrapped: bool) -> bool {
    let line = block.rsplit('\n').next().unwrap_or(block).trim();
    let open = !line.ends_with(['.', '!', '?', ':', ';', '”', '"', '»', '…', ')']);
    let small = next.chars().next().is_some_and(char::is_lowercase);
    let length = line.chars().count();
    let wide = wrapped
        && (60..=WIDEST).contains(&length)
        && line.ends_with(|c: char| c.is_alphanumeric() || c == ',' || c == '-');
    open && (small && length >= 40
        || wide && next.chars().count() >= 30 && line.split_whitespace().count() >= 8)
}

/// Finds title, language and dates.
fn finish(
    text: String,
    mut blocks: Vec<Block>,
    notes: Vec<String>,
    declared: Option<Language>,
) -> Page {
    let story = |b: &&Block| b.furniture.is_none();
    let mut sample = Vec::new();
    for block in blocks.iter().filter(story) {
        sample.extend(tokens(&text, block.span));
        if sample.len() > 600 {
            break;
        }
    }
    let language = language::identify(&text, &sample).or(declared);
    let title = furniture::title(&text, &mut blocks);
    let calendar = Calendar::new(language);
    let found = date::published(&text, &blocks, calendar);
    Page {
        published: found.when,
        published_at: found.at,
        published_basis: found.basis,
        page_dates: found.others,
        language,
        title,
        blocks,
        notes,
        text,
    }
}
