//! German verbs whose first half stands at the end of the clause.

use super::super::sentence::Sentence;
use super::{Aspect, Verb};
use crate::lexicon::Action;

/// "sagte 50 Generatoren zu", "trafen 30 Geräte ein": German verbs whose first half stands at the end of the clause.
pub(super) fn find(s: &Sentence) -> Vec<Verb> {
    const VERBS: [(&str, &str, Action); 9] = [
        ("bo", "an", Action::Offer),
        ("biete", "an", Action::Offer),
        ("sag", "zu", Action::Pledge),
        ("sicher", "zu", Action::Pledge),
        ("traf", "ein", Action::Arrive),
        ("kam", "an", Action::Arrive),
        ("stock", "auf", Action::Allocate),
        ("lief", "aus", Action::Deliver),
        ("wies", "zu", Action::Allocate),
    ];
    let mut out = Vec::new();
    for at in s.tokens().filter(|at| s.is_word(*at)) {
        let word = s.body(at);
        let Some((_, particle, action)) = VERBS.iter().find(|(stem, ..)| {
            word.to_lowercase().strip_prefix(stem).is_some_and(|e| {
                matches!(e, "t" | "te" | "ten" | "en" | "" | "n" | "erten" | "erte" | "ert")
            })
        }) else {
            continue;
        };
        let clause = (at + 1..(at + 24).min(s.range.1))
            .find(|i| matches!(s.body(*i), "," | "." | ";" | "und" | "!"))
            .unwrap_or(s.range.1.min(at + 24));
        if clause > at + 2 && s.before(clause) == *particle {
            out.push(Verb {
                start: at,
                head: at,
                end: at + 1,
                action: *action,
                aspect: Aspect::Done,
                passive: false,
                negated: (at..clause)
                    .any(|i| matches!(s.body(i), "nicht" | "keine" | "keinen" | "kein")),
                weak: false,
                noun: false,
                bare: true,
                decided: false,
                headline: false,
            });
        }
    }
    out
}
