//! What stands before a name: from whom, for whom, where, through whom.

use super::super::sentence::Sentence;
use crate::lexicon::{Cue, Role, Sense};
use crate::text::language::Language;

/// What stands before a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Plain,
    Source,
    Target,
    Location,
    Channel,
}

/// What the words before a name make of it.
pub(super) fn place(s: &Sentence, start: usize) -> Place {
    if is_dative(s, start) {
        return Place::Target;
    }
    let mut at = start;
    for _ in 0..4 {
        let word = s.before(at).to_lowercase();
        if word.is_empty() {
            return Place::Plain;
        }
        // "the government in Oslo": the seat stands for who sits there.
        let seat = word == "in"
            && at.checked_sub(1).is_some_and(|b| {
                matches!(s.before(b), "government" | "governments" | "authorities" | "Government")
            });
        if seat {
            return Place::Plain;
        }
        // "with Swedish money".
        if word == "with"
            && s.things().iter().any(|t| {
                matches!(t.sense, Sense::Thing(sort) if sort.is_abstract())
                    && t.start > start
                    && t.start <= start + 2
            })
        {
            return Place::Source;
        }
        if matches!(word.as_str(), "in" | "at" | "near" | "across" | "inside" | "throughout" | "у" | "в" | "во" | "w" | "we" | "în" | "à" | "en" | "au" | "aux" | "dans" | "auf" | "during" | "against" | "with" | "за" | "über" | "on" | "of" | "od" if word != "of" && word != "od")
        {
            return Place::Location;
        }
        let before = at - 1;
        if s.cue_at(before, Cue::Via) {
            return Place::Channel;
        }
        // "з Японії" is from there, "з Японією" and "z Japonią" with it.
        let name = s.body(start).to_lowercase();
        let with = matches!(word.as_str(), "з" | "із" | "зі" | "z" | "ze" | "с")
            && ["ею", "єю", "ою", "ами", "ями", "ей", "ой", "ą", "ami"]
                .iter()
                .any(|e| name.ends_with(e));
        if with {
            return Place::Location;
        }
        if s.cue_at(before, Cue::By) {
            return Place::Source;
        }
        if s.cue_at(before, Cue::To) {
            return Place::Target;
        }
        // Small words and offices may stand between: "by the government of Japan".
        let skips = matches!(
            word.as_str(),
            "the"
                | "of"
                | "its"
                | "neighbouring"
                | "die"
                | "der"
                | "den"
                | "dem"
                | "das"
                | "la"
                | "le"
                | "les"
                | "l"
                | "l’"
                | "l'"
                | "government"
                | "people"
                | "our"
                | "war-torn"
        ) || s.ending(Sense::Role(Role::Body), at).is_some();
        if !skips {
            return Place::Plain;
        }
        at = before;
    }
    Place::Plain
}

/// Languages whose endings say who acts, so that words may stand in any order.
pub(super) fn is_slavic(s: &Sentence) -> bool {
    matches!(
        s.language(),
        Some(Language::Ukrainian | Language::Polish | Language::Russian | Language::Bulgarian)
    )
}

/// "de la Lituanie", "der Schweiz", "від Литви": the words before a name that say of whom.
pub(super) fn is_genitive(s: &Sentence, start: usize) -> bool {
    (1..=2).any(|back| {
        start.checked_sub(back).is_some_and(|at| {
            matches!(
                s.body(at),
                "de" | "d"
                    | "du"
                    | "des"
                    | "din"
                    | "von"
                    | "od"
                    | "від"
                    | "da"
                    | "dal"
                    | "dalla"
                    | "от"
            )
        })
    })
}

/// "hat der Ukraine geliefert", "передала Україні", "przekazała Ukrainie": the case says who gets.
fn is_dative(s: &Sentence, start: usize) -> bool {
    let before = s.before(start).to_lowercase();
    let word = s.body(start).to_lowercase();
    match s.language() {
        Some(Language::German) => {
            let noun = start
                .checked_sub(2)
                .and_then(|b| s.token(b))
                .is_some_and(|t| t.capital && b_is_noun(s, start - 2));
            before == "der"
                && !noun
                && start >= 2
                && !matches!(
                    s.body(start - 2),
                    "aus" | "in" | "mit" | "von" | "bei" | "seitens" | "an"
                )
        }
        Some(Language::Ukrainian) => {
            word.ends_with('і')
                && !word.ends_with("ії")
                && !word.ends_with("ькі")
                && !word.ends_with("ені")
                && !word.ends_with("ані")
                && !matches!(
                    before.as_str(),
                    "у" | "в"
                        | "на"
                        | "по"
                        | "о"
                        | "при"
                        | "від"
                        | "з"
                        | "із"
                        | "зі"
                        | "до"
                        | "для"
                        | "про"
                        | "без"
                        | "крім"
                        | "щодо"
                        | "проти"
                        | "за"
                        | "через"
                        | "між"
                        | "серед"
                        | "після"
                        | "біля"
                )
        }
        Some(Language::Polish) => {
            word == "ukrainie" && !matches!(before.as_str(), "w" | "na" | "o" | "po" | "we")
        }
        _ => false,
    }
}

/// German nouns have capitals; the first word of a sentence need not be one.
fn b_is_noun(s: &Sentence, at: usize) -> bool {
    at > s.range.0
}
