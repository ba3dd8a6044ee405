//! Where sentences end: not after "U.S.", "Nov. 29" or an initial, and not before the closing quote.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::Span;
use super::token::{Shape, Token, fold_into};

/// Sentences are cut at this many tokens, so that no work on one grows without bound.
pub(crate) const LONGEST: usize = 160;

static ABBREVIATIONS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    crate::lexicon::table::rows(include_str!("../../data/abbreviations.tsv"))
        .filter_map(|row| row.last().copied())
        .flat_map(|patterns| patterns.split(';'))
        .collect()
});

/// Ranges of tokens, one a sentence.
pub(crate) fn sentences(text: &str, tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < tokens.len() {
        let mut end = at + 1;
        let ends = at + 1 - start >= LONGEST || is_end(text, tokens, at);
        if ends {
            // Quotes and brackets that close belong to what they close.
            while let Some(next) = tokens.get(end).filter(|t| t.glued) {
                if !matches!(
                    next.span.of(text),
                    "”" | "\"" | "»" | "’" | ")" | "]" | "." | "!" | "?" | "“" | "…"
                ) {
                    break;
                }
                end += 1;
            }
            out.push((start, end));
            start = end;
        }
        at = end;
    }
    if start < tokens.len() {
        out.push((start, tokens.len()));
    }
    out
}

fn is_end(text: &str, tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let body = token.span.of(text);
    let next = tokens.get(at + 1);
    match body {
        "!" | "?" | "…" => next.is_none_or(|n| n.capital || !n.glued && n.shape != Shape::Word),
        "." => {
            let Some(next) = next else { return true };
            // "3.5", "ukrenergo.ua", ". . ."
            if next.glued && next.shape != Shape::Sign {
                return next.capital && next.shape == Shape::Word && after_word(tokens, at);
            }
            let opens = next.shape == Shape::Sign || next.capital || next.shape == Shape::Number;
            opens && !is_abbreviation(text, tokens, at)
                || next.shape == Shape::Word && next.capital && is_year_word(text, tokens, at)
        }
        // Initials swallow their full stop: "in the U.S. France said".
        _ if token.shape == Shape::Word && body.ends_with('.') => {
            let pause = next.is_some_and(|n| n.capital && !n.glued);
            pause
                && next.is_some_and(|n| {
                    matches!(
                        n.span.of(text),
                        "The"
                            | "It"
                            | "In"
                            | "He"
                            | "She"
                            | "They"
                            | "But"
                            | "We"
                            | "A"
                            | "On"
                            | "This"
                            | "That"
                    )
                })
        }
        _ => false,
    }
}

/// "aid.Read": a missing space after a word of some length.
fn after_word(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|p| tokens.get(p))
        .is_some_and(|p| p.shape == Shape::Word && p.span.end - p.span.start > 3 && !p.capitals)
}

/// "2023 р. Уряд ...": the abbreviation of the word year does end a sentence where a capital follows a number before it.
fn is_year_word(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = at.checked_sub(1).and_then(|p| tokens.get(p)).map(|t| t.span.of(text));
    let before = at.checked_sub(2).and_then(|p| tokens.get(p));
    matches!(word, Some("р" | "г" | "r"))
        && before.is_some_and(|b| b.shape == Shape::Number && b.span.end - b.span.start == 4)
}

fn is_abbreviation(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some(word) = at.checked_sub(1).and_then(|p| tokens.get(p)) else { return false };
    if word.shape != Shape::Word || !tokens[at].glued {
        // German dates: "am 29. November".
        let month = tokens.get(at + 1).is_some_and(|n| n.shape == Shape::Word);
        return word.shape == Shape::Number
            && month
            && word.span.end - word.span.start <= 2
            && is_ordinal(text, tokens, at);
    }
    let body = word.span.of(text);
    let single = body.chars().count() == 1 && word.capital;
    let mut folded = String::new();
    fold_into(body, &mut folded);
    single || ABBREVIATIONS.contains(folded.as_str())
}

fn is_ordinal(text: &str, tokens: &[Token], at: usize) -> bool {
    let mut folded = String::new();
    if let Some(next) = tokens.get(at + 1) {
        fold_into(next.span.of(text), &mut folded);
    }
    crate::lexicon::lexicon().is_month(&folded)
}

/// The span of a range of tokens.
pub(crate) fn span(tokens: &[Token], range: (usize, usize)) -> Span {
    match (tokens.get(range.0), range.1.checked_sub(1).and_then(|l| tokens.get(l))) {
        (Some(first), Some(last)) if range.0 < range.1 => first.span.and(last.span),
        _ => Span::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::token::tokens;

    fn split(text: &str) -> Vec<&str> {
        let tokens = tokens(text, Span::new(0, text.len()));
        sentences(text, &tokens).into_iter().map(|range| span(&tokens, range).of(text)).collect()
    }

    #[test]
    fn abbreviations_and_dates_do_not_end_a_sentence() {
        let text = "On Nov. 29 the U.S. Agency spoke. Mr. J. Smith of the U.S. said 3.5 kW is enough. \"Yes.\" It is.";
        assert_eq!(split(text).len(), 4, "{:?}", split(text));
        assert_eq!(split("Am 29. November kamen 100 Stk. an. Das war gut.").len(), 2);
        assert_eq!(
            split("Надійшло 1,4 тис. Генераторів немає. Уряд 29 листопада 2022 р. Повідомив.")
                .len(),
            3
        );
        assert_eq!(split("He said: “We will help.” They did not.").len(), 2);
        assert_eq!(split("We sent aid to the U.S. The rest follows.").len(), 2);
    }
}
