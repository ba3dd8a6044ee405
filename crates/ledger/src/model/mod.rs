//! The words of the ledger as types. One idea a file; what was not said stays empty, and never becomes nought.
//!
//! A document is a [`Source`]; a span of it that asserts something is a [`Statement`]; what it asserts is a [`Claim`]. A
//! person takes claims for evidence of a [`Pledge`], and follows it by [`Step`]s. [`Link`]s say how claims, or pledges,
//! belong together.

mod check;
mod claim;
mod draft;
mod link;
mod lot;
mod money;
mod occasion;
mod package;
mod party;
mod plate;
mod pledge;
mod publication;
mod quantity;
mod reference;
mod source;
mod status;
mod title;

pub use check::{MOST_LIST, MOST_TEXT, Problem};
pub use claim::{Claim, ClaimKind, Sharing};
pub use draft::{Decision, Draft, Evidence};
pub use link::{Link, Relation, Ruling};
pub use lot::{Category, Lot, Rating, RatingUnit};
pub use money::{Basis, Currency, Money, NotACurrency};
pub use occasion::{Figure, Meeting, Report, Warning, WarningInfo};
pub use package::{Contribution, Line, Need, Package};
pub use party::{External, Named, Operation, Party, PartyKind, Person, Threshold};
pub use pledge::{Assignment, Pledge, PledgedLot, Step, Stock};
pub use publication::Publication;
pub use quantity::{Qualifier, Quantity, Unit, reach};
pub use reference::Reference;
pub(crate) use reference::References;
pub use source::{DateBasis, Source, Statement};
pub use status::{Side, Stage, Status};

use serde::{Deserialize, Serialize};

/// A type that is the content of one kind of record.
pub trait OfKind: Sized {
    /// That kind.
    const KIND: Kind;

    /// The content, where it is of this type.
    fn of(content: &Content) -> Option<&Self>;
}

/// One list of all kinds: what they are called, and what they hold.
macro_rules! kinds {
    ($($type:ident $word:literal $doc:literal),* $(,)?) => {
        /// What kind of record it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $(#[doc = $doc] $type),* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$type),*];

            /// The word in tables, files and addresses.
            pub fn word(self) -> &'static str {
                match self { $(Kind::$type => $word),* }
            }

            /// Reads the word of tables, files and addresses.
            pub fn from_word(word: &str) -> Option<Kind> {
                match word { $($word => Some(Kind::$type),)* _ => None }
            }
        }

        /// What a record holds.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Content { $(#[doc = $doc] $type(Box<$type>)),* }

        impl Content {
            /// Of what kind it is.
            pub fn kind(&self) -> Kind {
                match self { $(Content::$type(_) => Kind::$type),* }
            }

            /// Every record that it names.
            pub fn references(&self) -> Vec<Reference> {
                let mut list = Vec::new();
                match self { $(Content::$type(content) => content.references(&mut list)),* }
                list
            }
        }

        $(
            impl From<$type> for Content {
                fn from(content: $type) -> Content {
                    Content::$type(Box::new(content))
                }
            }
            impl OfKind for $type {
                const KIND: Kind = Kind::$type;

                fn of(content: &Content) -> Option<&$type> {
                    match content {
                        Content::$type(content) => Some(content),
                        _ => None,
                    }
                }
            }
        )*
    };
}
kinds! {
    Operation "operation" "An emergency that a ledger is kept for.",
    Party "party" "A country, organisation, company or fund.",
    Person "person" "Somebody who works with the ledger.",
    Source "source" "A document.",
    Statement "statement" "A span of a source that asserts something.",
    Claim "claim" "What a statement asserts.",
    Pledge "pledge" "A curated promise.",
    Step "step" "A commitment, consignment, receipt, installation, or unit switched on.",
    Stock "stock" "Things that stand ready.",
    Assignment "assignment" "A piece of a lot, given to a job of an accepted plan.",
    Package "package" "An appeal that partners contribute to.",
    Contribution "contribution" "What a donor gives to a package.",
    Need "need" "What is lacking, outside of any package.",
    Meeting "meeting" "A conference or meeting.",
    Warning "warning" "A warning or a notice of an outage.",
    Report "report" "A report on the situation.",
    Link "link" "How two records belong together.",
    Ruling "ruling" "A decision on a contradiction.",
    Draft "draft" "What a program read out of a text.",
    Publication "publication" "What may be shown to everybody.",
}

impl Content {
    /// The content as a `T`, where it is one.
    pub fn get<T: OfKind>(&self) -> Option<&T> {
        T::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_it_is_written_and_is_that_of_the_files() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(*kind));
            assert_eq!(serde_json::to_string(kind).expect("json"), format!("\"{}\"", kind.word()));
        }
        for status in Status::ALL {
            assert_eq!(Status::from_word(status.word()), Some(status));
            assert_eq!(
                serde_json::to_string(&status).expect("json"),
                format!("\"{}\"", status.word())
            );
        }
        for stage in Stage::ALL {
            assert_eq!(Stage::from_word(stage.word()), Some(stage));
            assert_eq!(
                serde_json::to_string(&stage).expect("json"),
                format!("\"{}\"", stage.word())
            );
        }
        for kind in ClaimKind::ALL {
            assert_eq!(ClaimKind::from_word(kind.word()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).expect("json"), format!("\"{}\"", kind.word()));
        }
        for relation in Relation::ALL {
            assert_eq!(Relation::from_word(relation.word()), Some(relation));
            assert_eq!(
                serde_json::to_string(&relation).expect("json"),
                format!("\"{}\"", relation.word())
            );
        }
        for category in Category::all() {
            assert_eq!(Category::from_word(category.word()), Some(category));
            assert_eq!(
                serde_json::to_string(&category).expect("json"),
                format!("\"{}\"", category.word())
            );
        }
    }
}
