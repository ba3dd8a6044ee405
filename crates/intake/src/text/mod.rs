//! Text as tokens, sentences and languages; every piece knows its place in the source.

pub(crate) mod language;
pub(crate) mod sentence;
pub(crate) mod token;

use serde::Serialize;

/// A stretch of the text, in bytes: `start` is in it, `end` is not. Both lie between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// From one byte to before another.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The words that stand there; empty where the span is of another text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// The least span that holds both.
    #[must_use]
    pub fn and(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the two have a byte in common.
    #[must_use]
    pub fn meets(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether all of the other lies within.
    #[must_use]
    pub fn holds(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Turns bytes into characters for whoever counts these: one table for a text, then a search per offset.
#[derive(Debug, Clone)]
pub struct Characters {
    /// The character at every `STEP`th byte boundary: (byte, characters before it).
    marks: Vec<(usize, u64)>,
}

/// Bytes between two marks: a search reads no more than this.
const STEP: usize = 256;

impl Characters {
    /// Looks through the text once.
    #[must_use]
    pub fn new(text: &str) -> Characters {
        let mut marks = vec![(0, 0)];
        let mut next = STEP;
        for (count, (at, _)) in text.char_indices().enumerate() {
            if at >= next {
                marks.push((at, count as u64));
                next = at + STEP;
            }
        }
        Characters { marks }
    }

    /// How many characters stand before that byte of the same text.
    #[must_use]
    pub fn before(&self, text: &str, byte: usize) -> u64 {
        let at = self.marks.partition_point(|(start, _)| *start <= byte).saturating_sub(1);
        let (start, count) = self.marks.get(at).copied().unwrap_or_default();
        count + text.get(start..byte).map_or(0, |t| t.chars().count() as u64)
    }

    /// The span in characters.
    #[must_use]
    pub fn span(&self, text: &str, span: Span) -> (u64, u64) {
        (self.before(text, span.start), self.before(text, span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_people_count_them() {
        let text = "Київ 100 ".repeat(200);
        let table = Characters::new(&text);
        for (count, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(table.before(&text, byte), count as u64);
        }
        assert_eq!(table.before(&text, text.len()), text.chars().count() as u64);
    }
}
