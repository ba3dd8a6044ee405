//! Whether a text is a reworded copy of one that is known: shingles of words, and `MinHash` signatures of them.
//!
//! A. Broder, "On the resemblance and containment of documents" (1997). Two signatures agree in about the share of places
//! in which the sets of shingles overlap.

use crate::text::Span;
use crate::text::token::{Shape, fold_into, tokens};

/// Places of a signature: the share of agreement is known to about 6 percent.
const PLACES: usize = 128;
/// Words of a shingle.
const WORDS: usize = 3;
/// From this share of common shingles on a text is a copy. Stories of the same event by different people share less than
/// a tenth of three words in a row.
pub const COPY: f64 = 0.25;

/// The signature of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    least: Vec<u64>,
    shingles: usize,
}

/// FNV-1a, then a finalizer, so that every bit counts.
fn hash(bytes: &[u8], seed: u64) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325 ^ seed;
    for b in bytes {
        h = (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(h)
}

/// The finalizer of `splitmix64`.
fn mix(mut h: u64) -> u64 {
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}

impl Signature {
    /// Of the story of a page, or any text.
    #[must_use]
    pub fn of(text: &str) -> Signature {
        let mut words: Vec<u64> = Vec::new();
        let mut folded = String::new();
        for token in
            tokens(text, Span::new(0, text.len())).iter().filter(|t| t.shape != Shape::Sign)
        {
            folded.clear();
            fold_into(token.span.of(text), &mut folded);
            words.push(hash(folded.as_bytes(), 0));
        }
        let mut least = vec![u64::MAX; PLACES];
        let mut shingles = 0;
        let seeds: Vec<u64> =
            (0..PLACES as u64).map(|i| mix(i.wrapping_add(0x9e37_79b9_7f4a_7c15))).collect();
        for window in words.windows(WORDS.min(words.len().max(1))) {
            let shingle = window.iter().fold(0u64, |h, w| mix(h.rotate_left(21) ^ w));
            shingles += 1;
            for (place, seed) in least.iter_mut().zip(&seeds) {
                *place = (*place).min(mix(shingle ^ seed));
            }
        }
        Signature { least, shingles }
    }

    /// The share of shingles that the two have in common, of all that either has; 0 for texts of a few words.
    #[must_use]
    pub fn resemblance(&self, other: &Signature) -> f64 {
        if self.shingles < 12 || other.shingles < 12 {
            return 0.0;
        }
        let same = self.least.iter().zip(&other.least).filter(|(a, b)| a == b).count();
        same as f64 / PLACES as f64
    }

    /// Whether the one is a copy of the other.
    #[must_use]
    pub fn is_copy_of(&self, other: &Signature) -> bool {
        self.resemblance(other) >= COPY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "Northland and Eastmark are sending more than 100 generators each to stabilise the grid, their \
        ministers said on Tuesday. The aid will arrive before the end of the week, according to the energy ministry, \
        which warned that the next attack could be as bad as the last one and asked partners for more transformers.";

    #[test]
    fn a_reworded_copy_is_recognised_and_another_story_is_not() {
        let story = Signature::of(STORY);
        let spun = STORY
            .replace("on Tuesday", "on Nov 29")
            .replace("according to", "says")
            .replace("more transformers", "further transformers");
        let other = "The city council of Riverton decided to buy ten buses next year, after residents had complained of \
            long waits in the cold. The mayor said that the money comes from the regional fund, and that drivers are needed.";
        assert!(
            story.is_copy_of(&Signature::of(&spun)),
            "{}",
            story.resemblance(&Signature::of(&spun))
        );
        assert!(!story.is_copy_of(&Signature::of(other)));
        assert_eq!(story.resemblance(&story), 1.0);
        assert!(!Signature::of("100 generators").is_copy_of(&Signature::of("100 generators")));
    }
}
