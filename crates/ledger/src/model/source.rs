//! Where it was said: the document, and the span of it that asserts something.

use serde::{Deserialize, Serialize};

use super::occasion::Meeting;
use super::party::Named;
use super::reference::{Reference, References};
use crate::date::{Moment, When};
use crate::hash::Hash;
use crate::id::Id;

/// A document: a page, a release, a transcript, a message, a table. Its text is not kept longer than its terms allow; the
/// digest is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Source {
    /// Where it was found: an address, a file name, "by telephone".
    pub url: String,
    /// Who published it.
    pub outlet: String,
    /// Its title.
    pub title: String,
    /// The language that it is in, as BCP 47 (`en`, `uk`); empty where not known.
    pub language: String,
    /// When it was published, as far as can be told.
    pub published: When,
    /// How that date was found.
    pub published_basis: DateBasis,
    /// When it was fetched.
    pub fetched: Option<Moment>,
    /// SHA-256 of the bytes as fetched.
    pub digest: Option<Hash>,
    /// What its owner allows: "CC BY 4.0", "quote only".
    pub terms: String,
}

/// How the date of a document was found. The first date on a page is not its date.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum DateBasis {
    /// The page declares it.
    Page,
    /// It stands in the address.
    Url,
    /// It stands in the title.
    Title,
    /// Inferred from what the text tells.
    Inferred,
    /// Not at all.
    #[default]
    Unknown,
}

/// A span of a source that asserts something, and through whom it came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Statement {
    /// The document.
    pub source: Id<Source>,
    /// Where in its text, in characters: `[start, end)`.
    pub span: Option<(u64, u64)>,
    /// A short quote, as far as the terms of the source allow one.
    pub quote: String,
    /// Who said it.
    pub speaker: Named,
    /// Through whom it came, the nearest first: `Babel`, `Reuters`, `Stoltenberg`.
    pub chain: Vec<String>,
    /// When it was said, where that differs from the date of the source.
    pub said: When,
    /// The meeting at which it was said.
    pub occasion: Option<Id<Meeting>>,
}

impl References for Source {}
impl References for Statement {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::must(to, "source", self.source);
        self.speaker.refer(to, "speaker");
        Reference::maybe(to, "occasion", self.occasion);
    }
}
