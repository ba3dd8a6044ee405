//! What a program read out of a text, before a person has looked at it. Drafts count nowhere.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::reference::{Reference, References};
use super::source::{Source, Statement};
use crate::id::Id;

/// A claim as a program reads it, with the statement that it was read from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// The document that it was read from.
    pub source: Id<Source>,
    /// The statement: span, quote, speaker, chain.
    pub statement: Statement,
    /// The claim. Its `statement` is nil until it is accepted.
    pub claim: Claim,
    /// For each field that was filled: from which characters of the text, and how sure the program is.
    pub evidence: Vec<Evidence>,
    /// The program and its version.
    pub reader: String,
}

/// Where a field of a draft comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// The field: `quantity`, `donor`, `status`, ...
    pub field: String,
    /// Where in the text of the source, in characters: `[start, end)`.
    pub span: (u64, u64),
    /// How sure the program is, percent.
    pub confidence: u8,
}

/// What a person made of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Taken as it is.
    Accepted,
    /// Taken with changes.
    Edited,
    /// Not taken.
    Rejected,
}

impl References for Draft {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::must(to, "source", self.source);
    }
}
