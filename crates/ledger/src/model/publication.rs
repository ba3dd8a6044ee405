//! What may be shown to everybody, or in full to one partner, as two people decided.

use serde::{Deserialize, Serialize};

use super::party::Party;
use super::reference::{Reference, References};
use crate::id::Id;

/// Records that the public may see, within what a public page shows of their kind; or, with `to`, that one partner may see
/// with their sites, and nobody else. It counts once a second person has
/// agreed; to take it back one is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Publication {
    /// The records.
    pub records: Vec<Id>,
    /// The partner that they are released to; `None`: everybody.
    pub to: Option<Id<Party>>,
    /// What a reader of the history should know of it.
    pub note: String,
}

impl References for Publication {
    fn references(&self, to: &mut Vec<Reference>) {
        for record in &self.records {
            Reference::any(to, "publishes", *record);
        }
        Reference::maybe(to, "released to", self.to);
    }
}
