//! Subjects that a sentence leaves to what was said before: "it", "they", "we".

use crate::draft::{Field, Who};
use crate::frame::parties::Found;
use crate::frame::sentence::Sentence;
use crate::frame::verbs::Verb;
use crate::lexicon::Words;

/// Whether a verb's subject is somebody named before: "it", "they", "the country", or nobody.
pub(super) fn refers_back(s: &Sentence, verb: &Verb) -> bool {
    let mut at = verb.start;
    for _ in 0..4 {
        let word = s.before(at);
        if word.is_empty() || s.is(at.saturating_sub(1), Words::Back) {
            return true;
        }
        if word == "," || at <= s.range.0 {
            return false;
        }
        at -= 1;
    }
    false
}

/// Whether a verb's subject is whoever speaks: "we will send".
pub(super) fn is_we(s: &Sentence, verb: &Verb) -> bool {
    (1..=4).any(|back| verb.start.checked_sub(back).is_some_and(|at| s.is(at, Words::We)))
        || matches!(s.language(), Some(crate::text::language::Language::Polish))
            && s.body(verb.head).ends_with("my")
}

/// A donor that a later sentence may mean.
pub(super) fn found(donor: &Field<Who>) -> Option<Found> {
    let party = donor.value.party?;
    let row = crate::lexicon::lexicon().parties.iter().position(|p| std::ptr::eq(p, party))?;
    Some(Found { row: Some(row as u16), span: *donor.evidence.first()?, confidence: 45 })
}
