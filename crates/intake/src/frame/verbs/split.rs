//! English verbs whose second half stands behind their object: "is making another 100 million euros available".

use super::super::sentence::Sentence;
use super::{Aspect, Verb, helpers};
use crate::lexicon::{Action, Modality};

/// The forms of the first half, what stands behind the object, and what both say together.
const VERBS: [(&[&str], &[&str], Action); 9] = [
    (&["make", "makes", "making", "made"], &["available"], Action::Give),
    (
        &["put", "puts", "putting"],
        &["into service", "into operation", "to work", "into use"],
        Action::Install,
    ),
    (
        &["put", "puts", "putting", "pays", "pay", "paid"],
        &["into the", "toward", "towards"],
        Action::Spend,
    ),
    (&["set", "sets", "setting"], &["aside"], Action::Allocate),
    (&["hand", "hands", "handing", "handed"], &["over"], Action::Deliver),
    (&["turn", "turns", "turning", "turned"], &["over"], Action::Deliver),
    (&["place", "places", "placing", "placed"], &["at the disposal"], Action::Give),
    (
        &["bring", "brings", "bringing", "brought"],
        &["online", "into operation", "on line"],
        Action::Install,
    ),
    (&["put", "puts", "putting"], &["at the disposal"], Action::Give),
];

/// The object between the halves is no longer than this.
const LONGEST: usize = 14;

/// Verbs in two halves. `known`: those in one piece, of which none may stand between the halves.
pub(super) fn find(s: &Sentence, known: &[Verb]) -> Vec<Verb> {
    let mut out: Vec<Verb> = Vec::new();
    for at in s.tokens() {
        let word = s.body(at).to_lowercase();
        for (_, last, action) in VERBS.iter().filter(|(first, ..)| first.contains(&word.as_str())) {
            let mut reach = (at + 2..(at + LONGEST).min(s.range.1)).take_while(|i| {
                !matches!(s.body(*i), ";" | ":" | "that" | "which")
                    && !known.iter().any(|v| v.head == *i && !v.weak)
            });
            let ends = |i: &usize| {
                last.iter().any(|l| l.split(' ').enumerate().all(|(k, w)| s.body(i + k) == w))
            };
            let Some(half) = reach.find(ends) else { continue };
            if !s.numbers.iter().any(|n| n.start > at && n.end <= half) {
                continue;
            }
            out.push(verb(s, at, *action, known));
            break;
        }
    }
    out
}

fn verb(s: &Sentence, at: usize, action: Action, known: &[Verb]) -> Verb {
    let floor = known.iter().rev().find(|v| v.end <= at).map_or(s.range.0, |v| v.end);
    let (modalities, start) = helpers(s, at, floor);
    let has = |m: Modality| modalities.contains(&m);
    let word = s.body(at).to_lowercase();
    let past =
        matches!(word.as_str(), "made" | "handed" | "turned" | "placed" | "brought" | "paid")
            || matches!(word.as_str(), "put" | "set")
                && !has(Modality::Passive)
                && s.before(at) != "to";
    let to = s.before(at) == "to";
    let aspect = if has(Modality::Possible) {
        Aspect::Possible
    } else if has(Modality::Planned) {
        Aspect::Planned
    } else if has(Modality::Pledged) {
        Aspect::Pledged
    } else if has(Modality::Agreed) {
        Aspect::Agreed
    } else if has(Modality::Future) {
        Aspect::Future
    } else if word.ends_with("ing") {
        Aspect::Ongoing
    } else if past {
        Aspect::Done
    } else if to {
        Aspect::Purpose
    } else {
        Aspect::Present
    };
    Verb {
        start,
        head: at,
        end: at + 1,
        action,
        aspect,
        passive: false,
        negated: has(Modality::Negated),
        weak: aspect == Aspect::Purpose,
        noun: false,
        bare: false,
        decided: (start..at).any(|i| s.is(i, crate::lexicon::Words::Decided)),
        headline: false,
    }
}
