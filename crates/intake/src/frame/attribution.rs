//! Who says it, in which words, to whom, and through whom it came.

use super::sentence::Sentence;
use crate::lexicon::{Cue, Manner, Mention, PartySort, Role, Sense, lexicon};
use crate::text::Span;
use crate::text::token::Shape;

/// A word of saying with its speaker.
#[derive(Debug, Clone)]
pub(crate) struct Saying {
    /// The first token of the word of saying.
    pub at: usize,
    pub manner: Manner,
    /// Where the words of saying stand.
    pub span: Span,
    /// The speaker's words; `None` where the sentence names none.
    pub speaker: Option<Span>,
    /// Whether the speaker is "he", "they": whoever spoke before.
    pub pronoun: bool,
    /// To whom.
    pub addressee: Option<Span>,
}

/// All that a sentence says of who says it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attribution {
    pub sayings: Vec<Saying>,
    /// Outlets that are named, in order.
    pub outlets: Vec<Span>,
}

/// Looks through a sentence.
pub(crate) fn find(s: &Sentence) -> Attribution {
    let mut out = Attribution::default();
    for mention in s.layer(Sense::Manner(Manner::Said)) {
        let Sense::Manner(manner) = mention.sense else { continue };
        let words = s.words(mention.start, mention.end).to_lowercase();
        let after_only = matches!(
            words.as_str(),
            "according to"
                | "selon"
                | "d'après"
                | "d’après"
                | "według"
                | "zdaniem"
                | "potrivit"
                | "conform"
                | "laut"
                | "nach angaben"
                | "за словами"
                | "за даними"
                | "secondo"
                | "як повідомляє"
                | "jak podaje"
                | "as reported by"
                | "според"
                | "по словам"
                | "nach den angaben"
        );
        let speaker = if after_only {
            right(s, mention)
        } else {
            left(s, mention).or_else(|| inverted(s, mention))
        };
        let pronoun = speaker.is_none() && is_pronoun(s.before(mention.start));
        out.sayings.push(Saying {
            at: mention.start,
            manner,
            span: s.span(mention.start, mention.end),
            speaker: speaker.map(|(start, end)| s.span(start, end)),
            pronoun,
            addressee: addressee(s, mention),
        });
    }
    for mention in s.parties() {
        let Sense::Party(row) = mention.sense else { continue };
        if lexicon().party(row).is_some_and(|p| p.sort == PartySort::Outlet) {
            out.outlets.push(s.span(mention.start, mention.end));
        }
    }
    out
}

fn is_pronoun(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "he" | "she"
            | "they"
            | "it"
            | "він"
            | "вона"
            | "вони"
            | "er"
            | "sie"
            | "il"
            | "elle"
            | "ils"
            | "el"
            | "ea"
            | "on"
            | "ona"
    )
}

/// Whether a token can be part of a speaker's name and office.
fn belongs(s: &Sentence, at: usize) -> bool {
    let Some(token) = s.token(at) else { return false };
    if token.shape != Shape::Word {
        return false;
    }
    let layer = s.layer(Sense::Role(Role::Head));
    let role = layer.iter().any(|m| m.start <= at && at < m.end);
    let party = s.parties().iter().any(|m| m.start <= at && at < m.end);
    let word = s.body(at);
    role || party
        || token.capital
        || matches!(
            word,
            "'s" | "’s"
                | "of"
                | "for"
                | "a"
                | "an"
                | "the"
                | "senior"
                | "two"
                | "foreign"
                | "deputy"
                | "unnamed"
                | "anonymous"
                | "one"
                | "some"
                | "several"
                | "local"
                | "regional"
                | "national"
                | "military"
                | "de"
                | "du"
                | "des"
                | "l"
                | "la"
                | "le"
                | "al"
                | "ale"
                | "und"
                | "der"
                | "die"
                | "das"
                | "zagranicznych"
                | "закордонних"
                | "справ"
                | "енергетики"
                | "spraw"
                | "externe"
                | "energiei"
                | "energii"
                | "étrangères"
                | "affaires"
                | "зовнішніх"
        )
}

/// The speaker before a word of saying: "Baerbock said".
fn left(s: &Sentence, mention: &Mention) -> Option<(usize, usize)> {
    let mut end = mention.start;
    // "has said", "also said", "on Tuesday announced".
    for _ in 0..5 {
        let word = s.before(end).to_lowercase();
        let helper = matches!(
            word.as_str(),
            "has"
                | "have"
                | "had"
                | "also"
                | "earlier"
                | "later"
                | "on"
                | "a"
                | "au"
                | "ont"
                | "hat"
                | "haben"
                | "tuesday"
                | "monday"
                | "wednesday"
                | "thursday"
                | "friday"
                | "saturday"
                | "sunday"
                | "again"
                | "repeatedly"
                | "then"
                | "who"
                | "та"
                | "також"
                | "раніше"
                | "se"
                | "s-a"
        ) || end.checked_sub(1).is_some_and(|b| s.is_date(b));
        if !helper || end <= s.range.0 {
            break;
        }
        end -= 1;
    }
    // "Jens Stoltenberg, the alliance's chief, said": back over what stands between commas.
    if s.before(end) == "," {
        let mut open = end - 1;
        for _ in 0..14 {
            if open <= s.range.0 {
                return None;
            }
            open -= 1;
            if s.body(open) == "," {
                end = open;
                break;
            }
        }
        if s.body(end) != "," {
            return None;
        }
    }
    let mut start = end;
    while start > s.range.0 && belongs(s, start - 1) && end - start < 14 {
        start -= 1;
    }
    trim(s, start, end)
}

/// The speaker after "according to".
fn right(s: &Sentence, mention: &Mention) -> Option<(usize, usize)> {
    let start = mention.end;
    let mut end = start;
    while belongs(s, end) && end - start < 14 {
        end += 1;
    }
    trim(s, start, end)
}

/// "...", said the minister.
fn inverted(s: &Sentence, mention: &Mention) -> Option<(usize, usize)> {
    let follows =
        matches!(s.before(mention.start), "," | "”" | "\"" | "»" | "–" | "—" | "-" | "!" | "?");
    if follows { right(s, mention) } else { None }
}

/// Cuts small words off both ends; what is left must hold a name, a party or an office.
fn trim(s: &Sentence, mut start: usize, mut end: usize) -> Option<(usize, usize)> {
    let small = |at: usize| {
        matches!(
            s.body(at),
            "of" | "for"
                | "the"
                | "a"
                | "an"
                | "'s"
                | "’s"
                | "de"
                | "du"
                | "des"
                | "la"
                | "le"
                | "und"
                | "der"
                | "die"
                | "das"
                | "The"
                | "A"
                | "An"
                | "But"
                | "And"
                | "In"
                | "On"
        )
    };
    while start < end && small(start) && !matches!(s.body(start), "a" | "A") {
        start += 1;
    }
    while end > start && small(end - 1) {
        end -= 1;
    }
    let names = (start..end).any(|at| {
        let role = s.layer(Sense::Role(Role::Head)).iter().any(|m| m.start <= at && at < m.end);
        let token = s.token(at);
        role || token.is_some_and(|t| t.capital)
            && !is_pronoun(s.body(at))
            && !matches!(
                s.body(at),
                "Meanwhile" | "However" | "I" | "We" | "That" | "This" | "There" | "What" | "As"
            )
    });
    (start < end && names).then_some((start, end))
}

/// "told reporters", "told Reuters", "said at a press conference".
fn addressee(s: &Sentence, mention: &Mention) -> Option<Span> {
    let first = s.body(mention.start).to_lowercase();
    let words = s.words(mention.start, mention.end).to_lowercase();
    if words.ends_with("reporters") {
        return Some(s.span(mention.end - 1, mention.end));
    }
    if !matches!(
        first.as_str(),
        "told" | "tells" | "telling" | "informed" | "called" | "urged" | "asked" | "calls"
    ) {
        return None;
    }
    let mut start = mention.end;
    if s.cue_at(start, Cue::To) {
        start += 1;
    }
    let mut end = start;
    while end < start + 5
        && (belongs(s, end)
            || matches!(
                s.body(end),
                "journalists" | "reporters" | "parliament" | "lawmakers" | "allies" | "partners"
            ))
    {
        end += 1;
    }
    (end > start).then(|| s.span(start, end))
}
