//! Numbers that leave their noun to what was said before, the units of things, and trucks that only carry.

use super::thing::is_after_noun;
use super::{Figure, Thing, What};
use crate::frame::sentence::Sentence;
use crate::lexicon::{Cue, Form, Sense, Sort, Words};
use crate::number::{Number, NumberSort};
use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use relight_ledger::model::{Qualifier, Quantity, Unit};

/// "another 900 will be delivered", "the 550 that have been sent": a number that leaves its thing to what was said before.
pub(super) fn bare(
    s: &Sentence,
    number: &Number,
    start: usize,
    qualifier: Qualifier,
    range: Interval,
) -> Option<Figure> {
    if !matches!(number.sort, NumberSort::Digits | NumberSort::Words)
        || number.low.whole().is_none()
    {
        return None;
    }
    // "320 weitere werden": the word for more may follow.
    let skip = s
        .starting(Sense::Cue(Cue::More), number.end)
        .filter(|m| m.sense == Sense::Cue(Cue::More))
        .map_or(number.end, |m| m.end);
    let next = s.body(skip).to_lowercase();
    let verb = s.starting(Sense::Verb(crate::lexicon::Action::Send, Form::Done), skip).is_some()
        || s.starting(Sense::Modal(crate::lexicon::Modality::Future), skip).is_some();
    let relative = s.is(skip, Words::Relative);
    let more = number.start.checked_sub(1).is_some_and(|b| s.cue_at(b, Cue::More));
    let more_after = s.cue_at(number.end, Cue::More);
    let year = number.low >= Decimal::from(1990)
        && number.low <= Decimal::from(2040)
        && s.body(number.start).len() == 4
        && !more
        && qualifier == Qualifier::Exact;
    // "30 of them", "5 of which", "the first 20 of 52 generators".
    let of_them = next == "of" && is_of_them(s, number.end + 1)
        || next == "out" && s.body(number.end + 1) == "of" && is_of_them(s, number.end + 2);
    // "sent 500 to Ukraine", "bringing the total to 1,400".
    let object = s.ending(Sense::Verb(crate::lexicon::Action::Send, Form::Done), start).is_some();
    let follows = is_after_noun(s, skip) || s.cue_at(skip, Cue::To) || s.cue_at(skip, Cue::Via);
    let rest = start.checked_sub(1).is_some_and(|b| s.is(b, Words::Rest));
    let known = s.things().iter().any(
        |m| matches!(m.sense, Sense::Thing(sort) if !sort.is_abstract() && sort != Sort::Generic),
    );
    let sum = (1..=3).any(|back| start.checked_sub(back).is_some_and(|b| s.cue_at(b, Cue::Total)));
    let named = next == "of" && !of_them;
    // "Spain will send 14 generators, Greece 2 and Italy 6", "; Germany - 350": the party stands for the verb.
    let gapped =
        known && follows_party(s, start) && (!s.is_word(skip) || s.is(skip, Words::AfterNoun));
    let holds = !year
        && (gapped
            || verb
                && (more
                    || rest
                    || known
                    || s.before(start) == "the"
                    || number.low >= Decimal::from(10))
            || relative
                && !named
                && (more
                    || s.before(start).eq_ignore_ascii_case("the")
                    || number.low >= Decimal::from(10))
            || of_them
            || more
            || (object || sum) && (!s.is_word(skip) || follows)
            || known && s.cue_at(skip + 1, Cue::Total)
            || known && next == "," && matches!(s.body(skip + 1), "which" | "that")
            || more_after && (verb || !s.is_word(skip)));
    if !holds || is_of_parties(s, number.end) {
        return None;
    }
    // "another 50 people" and "another 12 regions" count something else.
    let told = verb || relative || object && follows || s.is(skip, Words::AfterNumber);
    let noun = s.is_word(skip) && !told;
    if noun {
        return None;
    }
    let quantity = Quantity {
        range,
        qualifier,
        unit: Unit::Piece,
        words: s.words(start, number.end).to_owned(),
    };
    Some(Figure {
        start,
        end: number.end,
        tail: number.end,
        what: What::Count { quantity, thing: None },
    })
}

/// Whether a party stands right before, but for a dash or a comma.
fn follows_party(s: &Sentence, start: usize) -> bool {
    let like = Sense::Party(0);
    let gap = start.checked_sub(1).filter(|b| matches!(s.body(*b), "-" | "–" | "—" | "," | ":"));
    let at = gap.unwrap_or(start);
    s.ending(like, at).is_some_and(|p| {
        let from = matches!(
            s.before(p.start),
            "from" | "від" | "з" | "із" | "aus" | "von" | "de" | "z" | "din"
        );
        gap.is_none_or(|g| s.body(g) != "," || from)
    })
}

/// "them", "which", or another number: what a part is of.
fn is_of_them(s: &Sentence, at: usize) -> bool {
    matches!(s.body(at), "them" | "these" | "those" | "which")
        || s.numbers
            .iter()
            .any(|n| n.start == at || n.start == at + 1 && matches!(s.body(at), "the" | "these"))
}

/// "17 of the allies", "30 from the member states".
pub(super) fn is_of_parties(s: &Sentence, at: usize) -> bool {
    (at..at + 3).any(|i| s.starting(Sense::Party(0), i).is_some()) && s.body(at) == "of"
}

pub(super) fn unit_of(s: &Sentence, thing: &Thing) -> Unit {
    let first = s.body(thing.start).to_lowercase();
    let words = s.words(thing.start, thing.end).to_lowercase();
    if first.starts_with("planeload")
        || first == "planes"
        || first == "flights"
        || first.starts_with("літак")
    {
        Unit::Planeload
    } else if words.contains("kit") && thing.sort != Sort::Transport {
        Unit::Kit
    } else if first.contains("cargo")
        || words.contains("cargo")
        || first.starts_with("вантаж") && !first.starts_with("вантажів")
    {
        Unit::Cargo
    } else if is_lorry(&first) && thing.sort != Sort::Vehicle {
        Unit::Transport
    } else {
        Unit::Piece
    }
}

/// Lorries, trains and convoys, by the first word of their name in small letters.
fn is_lorry(word: &str) -> bool {
    const STEMS: [&str; 12] = [
        "truck",
        "lorr",
        "convoy",
        "вантажів",
        "фур",
        "lkw",
        "lastwagen",
        "camion",
        "tir",
        "ciężar",
        "train",
        "wagon",
    ];
    STEMS.iter().any(|stem| word.starts_with(stem))
}

/// Trucks that carry what is counted are no help of their own.
pub(super) fn carriers(s: &Sentence, figures: &mut Vec<Figure>) {
    let others = figures.iter().any(
        |f| matches!(&f.what, What::Count { thing: Some(t), .. } if t.sort != Sort::Transport),
    );
    figures.retain(|f| {
        let What::Count { thing: Some(thing), .. } = &f.what else { return true };
        if thing.sort != Sort::Transport {
            return true;
        }
        let by = matches!(
            s.before(f.start).to_lowercase().as_str(),
            "by" | "in"
                | "on"
                | "aboard"
                | "with"
                | "у"
                | "в"
                | "на"
                | "mit"
                | "auf"
                | "dans"
                | "w"
                | "în"
                | "con"
        );
        let with = matches!(
            s.body(f.tail).to_lowercase().as_str(),
            "with"
                | "carrying"
                | "loaded"
                | "transporting"
                | "transportant"
                | "transportând"
                | "beladen"
                | "перевозять"
                | "przewożące"
                | "з"
                | "із"
                | "mit"
                | "avec"
                | "z"
                | "ze"
                | "cu"
        );
        !(by || others && with)
    });
}

/// A number of which nothing says what it counts: the noun behind it is of no thing that is known.
pub(super) fn by_itself(s: &Sentence, number: &Number) -> Option<Figure> {
    if !matches!(number.sort, NumberSort::Digits | NumberSort::Words | NumberSort::Vague)
        || is_of_parties(s, number.end)
    {
        return None;
    }
    let (low, high) = number.as_count();
    let year =
        low >= Decimal::from(1990) && low <= Decimal::from(2040) && number.end - number.start == 1;
    let people =
        s.starting(Sense::Situation(crate::lexicon::Situation::People), number.end).is_some();
    let glued = s.token(number.end).is_some_and(|t| t.glued) && s.is_word(number.end);
    if year
        || people
        || glued
        || matches!(s.body(number.end), "%" | "°" | ":" | "of" | "/")
        || low.whole().is_none()
    {
        return None;
    }
    let (qualifier, start) = super::hedge(s, number, number.start);
    let range = super::interval(qualifier, low, high);
    let words = s.words(start, number.end).to_owned();
    let quantity = Quantity { range, qualifier, unit: Unit::Piece, words };
    Some(Figure {
        start,
        end: number.end,
        tail: number.end,
        what: What::Count { quantity, thing: None },
    })
}
