//! What stands on a page besides its story, and what it is.

use std::sync::LazyLock;

use serde::Serialize;

use super::Block;
use crate::lexicon::table;
use crate::text::Span;
use crate::text::token::{Shape, fold_into, tokens};

/// A part of a page that says nothing about the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Furniture {
    /// Sections, search, log in.
    Menu,
    /// Temperature and weather.
    Weather,
    /// The day on which the page is looked at, or a line of dates and reading times.
    Time,
    /// Who wrote it.
    Author,
    /// What is on a picture, and whose picture it is.
    Caption,
    /// "Read also", lists of other stories.
    Related,
    /// Buttons to share.
    Share,
    /// Cookies and consent.
    Cookie,
    /// Advertisements.
    Advert,
    /// Rights, imprint.
    Copyright,
}

enum Where {
    Whole,
    Start,
    Within,
}

/// Patterns of the data file, longest first within a kind of place.
static PATTERNS: LazyLock<Vec<(Furniture, Where, Vec<&'static str>)>> = LazyLock::new(|| {
    let mut out = Vec::new();
    for row in table::rows(include_str!("../../data/furniture.tsv")) {
        let [kind, place, patterns] = row[..] else { continue };
        let kind = match kind {
            "menu" => Furniture::Menu,
            "share" => Furniture::Share,
            "cookie" => Furniture::Cookie,
            "related" => Furniture::Related,
            "caption" => Furniture::Caption,
            "copyright" => Furniture::Copyright,
            "advert" => Furniture::Advert,
            "author" => Furniture::Author,
            _ => Furniture::Time,
        };
        let place = match place {
            "whole" => Where::Whole,
            "start" => Where::Start,
            _ => Where::Within,
        };
        out.push((kind, place, patterns.split(';').collect()));
    }
    out
});

/// A line longer than this in characters is prose, whatever it begins with.
const SHORT: usize = 160;

/// Marks the blocks that are furniture. `html`: the tags have spoken already, so that short lines are no menu.
pub(super) fn mark(text: &str, blocks: &mut [Block], html: bool) {
    for block in blocks.iter_mut().filter(|b| b.furniture.is_none() && !b.title) {
        block.furniture = by_words(block.span.of(text));
    }
    if !html && blocks.len() > 3 {
        menus(text, blocks);
    }
    related_lists(text, blocks);
}

fn by_words(line: &str) -> Option<Furniture> {
    // Long lines are looked at in their beginning alone.
    let length = line.chars().take(SHORT + 1).count();
    if length > SHORT {
        return None;
    }
    let mut folded = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric() && c != '©');
    let words = bare.split(' ').count();
    let mut found = None;
    for (kind, place, patterns) in PATTERNS.iter() {
        let hit = match place {
            Where::Whole => patterns.contains(&bare),
            Where::Start => patterns.iter().any(|p| starts(&folded, p)),
            // A sentence may speak of cookies or pictures; a caption is short or ends in a credit.
            Where::Within => {
                (words <= 14 || !line.trim_end().ends_with('.'))
                    && patterns.iter().any(|p| holds(bare, p))
            }
        };
        // Who wrote it is a name, not a sentence: "By Friday the ministry had received ...".
        if hit && (*kind != Furniture::Author || words <= 8 && is_byline(line)) {
            found = Some(*kind);
            break;
        }
    }
    found.or_else(|| weather(line)).or_else(|| dates_alone(line))
}

/// "By Anna Smith", but not "By Christmas another 10,000 kits should arrive".
fn is_byline(line: &str) -> bool {
    let small = |word: &&str| word.chars().next().is_some_and(char::is_lowercase);
    let words = line.split_whitespace().skip(1);
    let (small, all) = (words.clone().filter(small).count(), words.count());
    !line.trim_end().ends_with('.') && (small * 2 <= all || all <= 3)
}

fn starts(folded: &str, pattern: &str) -> bool {
    folded.strip_prefix(pattern).is_some_and(|rest| {
        !pattern.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric)
    })
}

fn holds(folded: &str, pattern: &str) -> bool {
    folded.match_indices(pattern).any(|(at, _)| {
        let before = folded[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let after =
            folded[at + pattern.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        before && (after || !pattern.ends_with(char::is_alphanumeric))
    })
}

/// "+3°C Kyiv": short, with a degree.
fn weather(line: &str) -> Option<Furniture> {
    let short = line.chars().take(61).count() <= 60;
    let degree = line.contains('°') || line.contains('℃') || line.contains('℉');
    let digits = line.bytes().any(|b| b.is_ascii_digit());
    (short && degree && digits).then_some(Furniture::Weather)
}

/// A line of nothing but a date, a time, a place: no more than two words are neither.
fn dates_alone(line: &str) -> Option<Furniture> {
    if line.chars().take(81).count() > 80 {
        return None;
    }
    let tokens = tokens(line, Span::new(0, line.len()));
    let dates = super::date::find(line, &tokens, super::Calendar::default());
    let clock = tokens.windows(3).any(|w| {
        w[1].span.of(line) == ":" && w[0].shape == Shape::Number && w[2].shape == Shape::Number
    });
    let covered: usize = dates.iter().map(|d| d.end - d.start).sum();
    let words = tokens.iter().filter(|t| t.shape == Shape::Word).count();
    let date_words: usize = dates
        .iter()
        .map(|d| tokens[d.start..d.end].iter().filter(|t| t.shape == Shape::Word).count())
        .sum();
    // "100 generators arrived on December 28": what is counted is no date.
    let counted = !clock
        && tokens.iter().enumerate().any(|(i, t)| {
            let dated = dates.iter().any(|d| d.start <= i && i < d.end);
            t.shape == Shape::Number && !dated && words > date_words + 1
        });
    ((covered > 0 || clock) && !counted && words.saturating_sub(date_words) <= 3)
        .then_some(Furniture::Time)
}

/// Runs of three and more very short lines without an end are a menu, or a row of buttons.
fn menus(text: &str, blocks: &mut [Block]) {
    let terse = |b: &Block| {
        let body = b.span.of(text);
        let words = body.split_whitespace().count();
        let ends = body.ends_with(['.', '!', '?', ':', '"', '”', '»', ',']);
        b.furniture.is_some() && words <= 4 || b.furniture.is_none() && words <= 3 && !ends
    };
    let mut at = 0;
    while at < blocks.len() {
        let run = blocks[at..].iter().take_while(|b| terse(b)).count();
        if run >= 3 {
            for block in &mut blocks[at..at + run] {
                block.furniture.get_or_insert(Furniture::Menu);
            }
        }
        at += run.max(1);
    }
}

/// Headlines under "Read also" belong to it, up to the next paragraph.
fn related_lists(text: &str, blocks: &mut [Block]) {
    let mut open = false;
    for block in blocks.iter_mut() {
        let body = block.span.of(text);
        let heads_list = block.furniture == Some(Furniture::Related) && body.chars().count() <= 30;
        if heads_list {
            open = true;
        } else if block.furniture.is_none() && open {
            let prose = body.trim_end().ends_with(['.', '!', '?', '”', '"', '»'])
                || body.chars().count() > 140;
            if prose {
                open = false;
            } else {
                block.furniture = Some(Furniture::Related);
            }
        }
    }
}

/// The title: what HTML marks as such, else the first line of the story, where it is a line and no paragraph.
pub(super) fn title(text: &str, blocks: &mut [Block]) -> Option<Span> {
    if let Some(block) = blocks.iter().find(|b| b.title) {
        return Some(block.span);
    }
    if blocks.iter().filter(|b| b.furniture.is_none()).count() < 2 {
        return None;
    }
    let first = blocks.iter_mut().find(|b| b.furniture.is_none())?;
    let body = first.span.of(text);
    let words = body.split_whitespace().count();
    let mut end = String::new();
    fold_into(&body.chars().rev().take(1).collect::<String>(), &mut end);
    if (3..=30).contains(&words) && !matches!(end.as_str(), "." | ":" | ";" | ",") {
        first.title = true;
        return Some(first.span);
    }
    None
}
