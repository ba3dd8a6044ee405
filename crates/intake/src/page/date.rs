//! Dates in text, and which of them says when a page was published.

use relight_ledger::date::{Day, Precision, When};
use relight_ledger::model::DateBasis;

use super::{Block, Furniture};
use crate::lexicon::{Mention, Sense, lexicon};
use crate::text::Span;
use crate::text::language::Language;
use crate::text::token::{Shape, Token, tokens};

/// How dates are written on a page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Calendar {
    language: Option<Language>,
}

impl Calendar {
    pub fn new(language: Option<Language>) -> Calendar {
        Calendar { language }
    }
}

/// A date in text: its tokens and what it says.
#[derive(Debug, Clone)]
pub(crate) struct Dated {
    pub start: usize,
    pub end: usize,
    pub when: When,
}

/// The dates among these tokens, in order.
pub(crate) fn find(text: &str, tokens: &[Token], calendar: Calendar) -> Vec<Dated> {
    if !tokens.iter().any(|t| t.shape == Shape::Number) {
        return Vec::new();
    }
    let mut months = months(text, tokens, calendar.language);
    months.sort_by_key(|m| m.start);
    find_with(text, tokens, &months)
}

/// The same, where the months have been looked up.
pub(crate) fn find_with(text: &str, tokens: &[Token], months: &[Mention]) -> Vec<Dated> {
    let body = |at: usize| tokens.get(at).map_or("", |t| t.span.of(text));
    let month = |at: usize| {
        let i = months.partition_point(|m| m.start < at);
        months.get(i).filter(|m| m.start == at).and_then(|m| match m.sense {
            Sense::Month(month) => Some((month, m.end)),
            _ => None,
        })
    };
    let mut out: Vec<Dated> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let found = numeric(text, tokens, at)
            .or_else(|| named(&body, tokens, at, &month))
            .filter(|d| d.end > at);
        match found {
            Some(dated) => {
                at = dated.end;
                out.push(dated);
            }
            None => at += 1,
        }
    }
    out
}

fn months(text: &str, tokens: &[Token], language: Option<Language>) -> Vec<Mention> {
    let languages: Vec<Language> = language.map_or_else(|| Language::ALL.to_vec(), |l| vec![l]);
    let mut out = Vec::new();
    for language in languages {
        let layers = lexicon().mentions(text, tokens, Some(language));
        out.extend(&layers[Sense::Month(1).layer()]);
    }
    out
}

fn small(body: &str, most: i16) -> Option<i16> {
    if body.len() > 4 || !body.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    body.parse().ok().filter(|n| *n >= 1 && *n <= most)
}

fn year(body: &str) -> Option<i16> {
    small(body, 2100).filter(|y| *y >= 1900)
}

/// `2022-11-29`, `29.11.2022`, `29/11/2022`.
fn numeric(text: &str, tokens: &[Token], at: usize) -> Option<Dated> {
    let body = |i: usize| tokens.get(at + i).map_or("", |t| t.span.of(text));
    // "29.11.2022" is one token.
    let parts: Vec<&str> = body(0).split('.').collect();
    if let [day, month, y] = parts[..] {
        let when = day_of(year(y)?, small(month, 12)?, small(day, 31)?)?;
        return Some(Dated { start: at, end: at + 1, when });
    }
    let mark = body(1);
    if !matches!(mark, "-" | "/") || body(3) != mark {
        return None;
    }
    let (a, b, c) = (body(0), body(2), body(4));
    let when = if let Some(y) = year(a) {
        day_of(y, small(b, 12)?, small(c, 31)?)?
    } else {
        // The day first, as all but one country write, unless the calendar forbids it.
        let (x, y, z) = (small(a, 31)?, small(b, 31)?, year(c)?);
        if y <= 12 { day_of(z, y, x)? } else { day_of(z, x, y)? }
    };
    Some(Dated { start: at, end: at + 5, when })
}

fn day_of(year: i16, month: i16, day: i16) -> Option<When> {
    Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).map(When::day)
}

/// `29 November 2022`, `Nov. 29, 2022`, `29. November`, `29 листопада 2022 року`, `November 2022`.
fn named<'a>(
    body: &impl Fn(usize) -> &'a str,
    tokens: &[Token],
    at: usize,
    month: &impl Fn(usize) -> Option<(u8, usize)>,
) -> Option<Dated> {
    let skip = |mut i: usize, marks: &[&str]| {
        while marks.contains(&body(i)) {
            i += 1;
        }
        i
    };
    let (number, day, mut end);
    if let Some(d) =
        small(body(at), 31).filter(|_| tokens.get(at).is_some_and(|t| t.shape == Shape::Number))
    {
        let next = skip(at + 1, &[".", "st", "nd", "rd", "th", "of", "de", "er"]);
        let (m, after) = month(next)?;
        (number, day, end) = (m, Some(d), after);
    } else {
        let (m, after) = month(at)?;
        let next = skip(after, &["."]);
        if let Some(d) = small(body(next), 31) {
            // "from December 20 to 25", and "20th".
            let next = skip(next + 1, &["st", "nd", "rd", "th"]);
            (number, day, end) = (m, Some(d), next);
        } else {
            year(body(next))?;
            (number, day, end) = (m, None, next);
        }
    }
    let next = skip(end, &[".", ",", "of", "de"]);
    let y = year(body(next));
    if y.is_some() {
        end = next + 1;
        end = skip(end, &["року", "р", "г", "года", "roku", "r"]);
    }
    let when = match (y, day) {
        (Some(y), Some(d)) => day_of(y, i16::from(number), d)?,
        (Some(y), None) => When::month(y, i8::try_from(number).ok()?)?,
        // Without a year it is no date yet: the words are kept.
        _ => When { precision: Precision::Unknown, ..When::default() },
    };
    Some(Dated { start: at, end, when })
}

/// A date as machines write it: ISO 8601, or that of mail and RSS.
pub(super) fn machine(text: &str) -> Option<When> {
    let text = text.trim();
    if let Some(day) = text.get(..10).and_then(|d| d.parse::<Day>().ok()) {
        return Some(When::day(day));
    }
    let tokens = tokens(text, Span::new(0, text.len()));
    let calendar = Calendar::new(Some(Language::English));
    find(text, &tokens, calendar).into_iter().map(|d| d.when).find(When::is_known)
}

/// What was found of a page's date.
pub(super) struct Published {
    pub when: When,
    pub at: Option<Span>,
    pub basis: DateBasis,
    pub others: Vec<Span>,
}

/// Blocks of the story that may hold the dateline.
const HEAD: usize = 4;
/// Tokens of a block within which a dateline ends.
const DATELINE: usize = 16;

/// The date of publication: the dateline of the story ("BUCHAREST, Nov 29 (Reuters) -"), else a line that says
/// "published", else a line of a date alone right after the title. The date in the head of a page is today's.
pub(super) fn published(text: &str, blocks: &[Block], calendar: Calendar) -> Published {
    let mut others = Vec::new();
    let mut line: Option<(u8, When, Span)> = None;
    let mut titled = false;
    let mut since_title = 0;
    for block in blocks.iter().take(400) {
        titled |= block.title;
        since_title = if titled { since_title + 1 } else { 0 };
        if block.furniture.is_none() || block.span.end - block.span.start > 400 {
            continue;
        }
        let tokens = tokens(text, block.span);
        for dated in find(text, &tokens, calendar) {
            let span = crate::text::sentence::span(&tokens, (dated.start, dated.end));
            let said = says_published(block.span.of(text));
            let rank = match block.furniture {
                Some(Furniture::Time | Furniture::Author) if said => 2,
                Some(Furniture::Time) if titled && since_title <= 4 => 1,
                _ => 0,
            };
            if rank > 0 && dated.when.is_known() && line.as_ref().is_none_or(|(r, ..)| *r < rank) {
                line = Some((rank, dated.when.clone(), span));
            } else {
                others.push(span);
            }
        }
    }
    let mut seen = 0;
    for block in blocks.iter().filter(|b| b.furniture.is_none() && !b.title) {
        let end = block.span.end.min(block.span.start + 300);
        let end = (block.span.start..=end)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(block.span.start);
        let tokens = tokens(text, Span::new(block.span.start, end));
        let found = find(text, &tokens, calendar);
        if let Some(dated) = found.iter().find(|d| is_dateline(text, &tokens, d)) {
            let at = crate::text::sentence::span(&tokens, (dated.start, dated.end));
            let mut when = dated.when.clone();
            if !when.is_known() {
                when = with_year(
                    text,
                    &tokens,
                    dated,
                    line.as_ref().map(|(_, when, _)| when),
                    calendar,
                );
            }
            if let Some((_, _, other)) = line {
                others.push(other);
            }
            let when = when.called(at.of(text));
            return Published { when, at: Some(at), basis: DateBasis::Page, others };
        }
        seen += 1;
        if seen >= HEAD {
            break;
        }
    }
    match line {
        Some((_, when, at)) => Published {
            when: when.called(at.of(text)),
            at: Some(at),
            basis: DateBasis::Page,
            others,
        },
        None => Published { when: When::unknown(), at: None, basis: DateBasis::Unknown, others },
    }
}

fn says_published(line: &str) -> bool {
    let line = line.to_lowercase();
    [
        "publi",
        "posted",
        "updat",
        "опублік",
        "оновлен",
        "veröffentlicht",
        "aktualisiert",
        "mis à jour",
        "aktuali",
        "actualizat",
        "pubblicato",
    ]
    .iter()
    .any(|word| line.contains(word))
}

/// A dateline stands in the head of a paragraph and is followed by an agency in brackets or a dash, or the place and it
/// are a sentence of their own.
fn is_dateline(text: &str, tokens: &[Token], dated: &Dated) -> bool {
    if dated.end > DATELINE {
        return false;
    }
    let body = |at: usize| tokens.get(at).map_or("", |t| t.span.of(text));
    // Words before it: a place, in capitals or with a capital each.
    let place = tokens[..dated.start].iter().all(|t| t.capital || t.shape == Shape::Sign);
    let mut next = dated.end;
    if body(next) == "." && tokens.get(next).is_some_and(|t| t.glued) {
        next += 1;
    }
    if body(next) == "," {
        next += 1;
    }
    let agency = matches!(body(next), "(" | "/" | "[");
    let dash = matches!(body(next), "-" | "–" | "—" | "--" | "//" | ":");
    let alone = body(dated.end) == "." && dated.start <= 4;
    place && (agency || dash || alone && dated.start > 0)
}

/// The year of a dateline without one, where a line of the page has a date of the same day and month.
fn with_year(
    text: &str,
    tokens: &[Token],
    dated: &Dated,
    line: Option<&When>,
    calendar: Calendar,
) -> When {
    let Some(year) = line.and_then(When::exact).map(|d| d.date().year()) else {
        return dated.when.clone();
    };
    let span = crate::text::sentence::span(tokens, (dated.start, dated.end));
    let full = format!("{} {year}", span.of(text));
    let again = self::tokens(&full, Span::new(0, full.len()));
    let when = find(&full, &again, calendar).into_iter().map(|d| d.when).find(When::is_known);
    // A page looked at a day or two after the dateline; a repost of years later is not trusted for the year.
    when.filter(|w| line.and_then(|l| l.days_apart(w)).is_some_and(|days| days <= 3))
        .unwrap_or_else(|| dated.when.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str, language: Language) -> Vec<String> {
        let tokens = tokens(text, Span::new(0, text.len()));
        find(text, &tokens, Calendar::new(Some(language)))
            .iter()
            .map(|d| d.when.to_string())
            .collect()
    }

    #[test]
    fn dates_of_many_forms_are_read() {
        assert_eq!(
            dates("on 29 November 2022 and Nov. 30, 2022", Language::English),
            ["2022-11-29", "2022-11-30"]
        );
        assert_eq!(
            dates("29.11.2022, 2022-11-30, 1/12/2022", Language::English),
            ["2022-11-29", "2022-11-30", "2022-12-01"]
        );
        assert_eq!(dates("29 листопада 2022 року", Language::Ukrainian), ["2022-11-29"]);
        assert_eq!(dates("am 29. November 2022", Language::German), ["2022-11-29"]);
        assert_eq!(dates("le 1er décembre 2022", Language::French), ["2022-12-01"]);
        assert_eq!(dates("in November 2022", Language::English), ["2022-11"]);
        assert_eq!(dates("On January 11, Ukraine", Language::English), [""]);
        assert_eq!(dates("may send 100", Language::English), Vec::<String>::new());
    }
}
