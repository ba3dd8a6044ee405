//! How two records belong together, as a person decided, and who is right where they contradict each other.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::reference::{Reference, References};
use crate::id::Id;

/// What one record is to another of the same kind (claims, pledges, sources).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Both are the same: counted once. A merge.
    #[default]
    SameAs,
    /// The first is contained in the second, and never added to it.
    PartOf,
    /// The first is the sum of the second and others, and never added to them.
    TotalOf,
    /// The first comes on top of the second: both count.
    InAdditionTo,
    /// The first stands in place of the second.
    Supersedes,
    /// Both cannot be true.
    Contradicts,
    /// The first has its text from the second, and is no independent evidence.
    CopyOf,
    /// They were looked at together and are two. Not suggested again.
    DistinctFrom,
    /// The first answers the second: a donor's or recipient's right of reply.
    RepliesTo,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Relation; 9] = [
        Relation::SameAs,
        Relation::PartOf,
        Relation::TotalOf,
        Relation::InAdditionTo,
        Relation::Supersedes,
        Relation::Contradicts,
        Relation::CopyOf,
        Relation::DistinctFrom,
        Relation::RepliesTo,
    ];

    /// The word in tables and files.
    pub fn word(self) -> &'static str {
        match self {
            Relation::SameAs => "same_as",
            Relation::PartOf => "part_of",
            Relation::TotalOf => "total_of",
            Relation::InAdditionTo => "in_addition_to",
            Relation::Supersedes => "supersedes",
            Relation::Contradicts => "contradicts",
            Relation::CopyOf => "copy_of",
            Relation::DistinctFrom => "distinct_from",
            Relation::RepliesTo => "replies_to",
        }
    }

    /// Reads the word of tables and files.
    pub fn from_word(word: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|r| r.word() == word)
    }

    /// Whether figures of the two are no longer counted apart.
    pub fn merges(self) -> bool {
        matches!(self, Relation::SameAs | Relation::Supersedes)
    }
}

/// A relation between two records that a person has decided on. The reason of the event says why; `because` holds what
/// the program had put forward.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// The first.
    pub from: Id,
    /// What it is to the second.
    pub relation: Relation,
    /// The second.
    pub to: Id,
    /// Reasons that the program gave when it suggested the link, a line each.
    pub because: Vec<String>,
}

impl Link {
    /// The one id that this relation between these two records can have.
    pub fn id(from: Id, relation: Relation, to: Id) -> Id<Link> {
        Id::derive(&["link", &from.to_string(), relation.word(), &to.to_string()])
    }
}

/// A reviewer's decision on a contradiction. Both sides stay to be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ruling {
    /// The link that says that two records contradict each other.
    pub contradiction: Id<Link>,
    /// The claim that holds; `None` where it cannot be told.
    pub holds: Option<Id<Claim>>,
    /// Why, for readers.
    pub why: String,
}

impl References for Link {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::any(to, "from", self.from);
        Reference::any(to, "to", self.to);
    }
}
impl References for Ruling {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::must(to, "contradiction", self.contradiction);
        Reference::maybe(to, "holds", self.holds);
    }
}
