//! Givers whom the lexicon does not know: names by their capitals, before the verb or behind "by" and "from".

use super::super::sentence::Sentence;
use super::super::verbs::{Aspect, Verb};
use super::Found;
use super::groups::Group;
use crate::lexicon::{Action, Role, Sense};
use crate::text::token::Shape;

/// "donated by the Howard Foundation", "received from Acme": a name that the lexicon does not know, behind the verb.
pub(super) fn unknown_source(s: &Sentence, verb: &Verb, groups: &[Group]) -> Option<Found> {
    let by = verb.passive && s.body(verb.end) == "by";
    let from = verb
        .action
        .is_getting()
        .then(|| (verb.end..(verb.end + 12).min(s.range.1)).find(|at| s.body(*at) == "from"))
        .flatten();
    let at = if by { verb.end } else { from? };
    let mut start = at + 1 + usize::from(matches!(s.body(at + 1), "the" | "a"));
    // "by the city of Hamburg".
    if s.body(start + 1) == "of" && s.token(start).is_some_and(|t| !t.capital) {
        start += 2;
    }
    let mut end = start;
    while s.token(end).is_some_and(|t| t.capital && t.shape == Shape::Word)
        && !s.is_date(end)
        && groups.iter().all(|g| !(g.start <= end && end < g.end))
        && s.starting(Sense::Month(1), end).is_none()
    {
        end += 1;
    }
    let letters = s.words(start, end).chars().count();
    let day = ["day", "mas", "tine"].iter().any(|d| end == start + 1 && s.body(start).ends_with(d));
    (end > start && letters > 3 && !day).then(|| Found {
        row: None,
        span: s.span(start, end),
        confidence: 40,
    })
}

/// "on Tuesday made further pledges".
fn alone_day(word: &str) -> bool {
    word.ends_with("day") && word.len() <= 9
}

/// A name that the lexicon does not know, right before the verb: "Augstsprieguma tīkls will hand over".
pub(super) fn unknown(s: &Sentence, verb: Option<&Verb>, groups: &[Group]) -> Option<Found> {
    let verb = verb
        .filter(|v| !v.passive && !v.weak && !v.action.is_getting() && !v.action.moves_itself())?;
    let gives = matches!(
        verb.action,
        Action::Send
            | Action::Deliver
            | Action::Give
            | Action::Donate
            | Action::Allocate
            | Action::Buy
            | Action::Prepare
            | Action::Pledge
            | Action::Mobilise
            | Action::Announce
            | Action::Offer
            | Action::Fund
    );
    if !gives || verb.aspect == Aspect::Purpose {
        return None;
    }
    // German gives every noun a capital.
    if s.language() == Some(crate::text::language::Language::German) {
        return None;
    }
    let end = verb.start;
    let mut start = end;
    while start > s.range.0 {
        let token = s.token(start - 1)?;
        if token.shape != Shape::Word
            || !token.capital
            || groups.iter().any(|g| g.start < start && start <= g.end)
        {
            break;
        }
        start -= 1;
    }
    if start == end {
        return None;
    }
    // The first word of a sentence has a capital anyway.
    let first = s.body(start);
    let alone = end - start == 1 && start == s.range.0;
    let small = matches!(
        first,
        "The"
            | "It"
            | "He"
            | "She"
            | "They"
            | "We"
            | "This"
            | "That"
            | "These"
            | "I"
            | "You"
            | "Who"
            | "Which"
            | "Also"
            | "More"
            | "Some"
            | "Another"
            | "Other"
            | "Ці"
            | "Він"
            | "Вона"
            | "Вони"
            | "Ми"
            | "Es"
            | "Er"
            | "Sie"
            | "Wir"
            | "Il"
            | "Elle"
            | "Ils"
            | "Nous"
            | "On"
            | "To"
            | "Są"
            | "El"
            | "Ea"
            | "Ei"
            | "Das"
            | "Die"
            | "Der"
    );
    let role = (start..end).any(|at| s.starting(Sense::Role(Role::Head), at).is_some());
    let person = s.ending(Sense::Role(Role::Head), start).is_some();
    let day = alone_day(first) && end - start == 1;
    if small || day || role || person || alone && first.chars().count() < 4 {
        return None;
    }
    Some(Found { row: None, span: s.span(start, end), confidence: if alone { 30 } else { 45 } })
}
