//! Sets of small words that the grammar asks for by name.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A set of words of `data/words.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// End a noun phrase: no adjective between a number and its noun.
    NounStop,
    /// May follow a noun that is whole.
    AfterNoun,
    /// Follow a number that leaves its noun out: "the 550 that".
    Relative,
    /// Stand before a number of what remains.
    Rest,
    /// May follow a number that leaves its noun out.
    AfterNumber,
    /// Say that something was so before.
    Already,
    /// Stand for somebody named before.
    Back,
    /// Stand for whoever speaks.
    We,
    /// "decided".
    Decided,
    /// "was able to", "managed to".
    Able,
    /// "includes", "covers".
    Holds,
    /// "to help".
    Help,
    /// "thanked", "grateful to".
    Thank,
}

impl Words {
    fn from_word(word: &str) -> Option<Words> {
        Some(match word {
            "noun_stop" => Words::NounStop,
            "after_noun" => Words::AfterNoun,
            "relative" => Words::Relative,
            "rest" => Words::Rest,
            "after_number" => Words::AfterNumber,
            "already" => Words::Already,
            "back" => Words::Back,
            "we" => Words::We,
            "decided" => Words::Decided,
            "able" => Words::Able,
            "holds" => Words::Holds,
            "help" => Words::Help,
            "thank" => Words::Thank,
            _ => return None,
        })
    }
}

/// Each word with the sets that hold it, a bit a set.
static SETS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut sets = HashMap::new();
    for row in super::table::rows(include_str!("../../data/words.tsv")) {
        let [set, words] = row[..] else { continue };
        let Some(set) = Words::from_word(set) else { continue };
        for word in words.split(';') {
            *sets.entry(word).or_insert(0) |= 1 << set as u32;
        }
    }
    sets
});

/// Whether the set holds that word, in small letters or with capitals.
pub(crate) fn is_in(set: Words, word: &str) -> bool {
    let bit = 1 << set as u32;
    let holds = |word: &str| SETS.get(word).is_some_and(|sets| sets & bit != 0);
    holds(word) || word.chars().any(char::is_uppercase) && holds(&word.to_lowercase())
}
