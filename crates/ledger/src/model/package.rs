//! Appeals: a package with lines, what is given to it, and needs that stand alone.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::lot::Lot;
use super::money::Money;
use super::party::Named;
use super::pledge::Pledge;
use super::quantity::Quantity;
use super::reference::{Reference, References};
use crate::date::When;
use crate::id::Id;

/// An appeal that partners contribute to. A target that is raised is a correction: earlier ones stay in the history.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Package {
    /// Its name: "Comprehensive Assistance Package".
    pub title: String,
    /// Who runs it.
    pub keeper: Named,
    /// Who receives.
    pub recipient: Named,
    /// What it asks for; empty where only the appeal as such is known.
    pub lines: Vec<Line>,
    /// How much money it asks for in all.
    pub target: Money,
    /// When it was called for.
    pub called: When,
    /// By when it is wanted.
    pub wanted: When,
    /// The claims that are its evidence.
    pub claims: Vec<Id<Claim>>,
    /// What a reader should know of it.
    pub note: String,
}

/// A row of what a package needs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Line {
    /// Its name within the package.
    pub line: String,
    /// What.
    pub item: Lot,
    /// How much of it.
    pub quantity: Quantity,
    /// Of what worth, or how much money.
    pub money: Money,
    /// By when it is wanted.
    pub wanted: When,
}

/// What a donor gives to a package, in money or in kind. What was not disclosed stays so.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contribution {
    /// To which package.
    pub package: Id<Package>,
    /// To which of its lines, where that is known.
    pub line: Option<String>,
    /// Who gives.
    pub donor: Named,
    /// How much, in kind.
    pub quantity: Quantity,
    /// How much, in money.
    pub money: Money,
    /// When it was announced.
    pub date: When,
    /// The pledge that carries it, where there is one.
    pub pledge: Option<Id<Pledge>>,
    /// The claims that are its evidence.
    pub claims: Vec<Id<Claim>>,
}

/// Equipment or goods that are lacking, outside of any package. Need-to-know: a list of needs is a map of damage.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Need {
    /// Who needs it.
    pub who: Named,
    /// What.
    pub item: Lot,
    /// How much of it.
    pub quantity: Quantity,
    /// Of what worth, or how much money.
    pub money: Money,
    /// By when it is wanted.
    pub wanted: When,
    /// Where, in words.
    pub place: String,
    /// The claims that are its evidence.
    pub claims: Vec<Id<Claim>>,
}

impl References for Package {
    fn references(&self, to: &mut Vec<Reference>) {
        self.keeper.refer(to, "keeper");
        self.recipient.refer(to, "recipient");
        Reference::each(to, "claim", &self.claims);
    }
}
impl References for Contribution {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::must(to, "package", self.package);
        self.donor.refer(to, "donor");
        Reference::maybe(to, "pledge", self.pledge);
        Reference::each(to, "claim", &self.claims);
    }
}
impl References for Need {
    fn references(&self, to: &mut Vec<Reference>) {
        self.who.refer(to, "who");
        Reference::each(to, "claim", &self.claims);
    }
}
