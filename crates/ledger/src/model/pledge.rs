//! A curated promise, each step of its way, and what stands in store already.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::lot::{Category, Lot};
use super::money::Money;
use super::package::Package;
use super::party::{External, Named};
use super::quantity::{Quantity, Unit};
use super::reference::{Reference, References};
use super::status::{Side, Stage};
use crate::date::When;
use crate::decimal::Decimal;
use crate::id::Id;

/// A promise as a person has put it together from claims. What is said of it in numbers is told by the claims that name it
/// and by the steps; `quantity` and `money` here are what the person takes to be promised, where that was decided.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pledge {
    /// A short name for people: "THW generators 2022".
    pub title: String,
    /// Who gives.
    pub donor: Named,
    /// Through whom.
    pub channel: Option<Named>,
    /// Who receives.
    pub recipient: Named,
    /// What, lot by lot; more than one where sorts are known apart.
    pub lots: Vec<PledgedLot>,
    /// Of what worth, or how much money.
    pub money: Money,
    /// When it was announced.
    pub announced: When,
    /// When it is expected to arrive.
    pub expected: When,
    /// What it covers, where that is not plain: "energy sector, through the ministry's hub".
    pub scope: String,
    /// The package that it answers, and the line of it.
    pub package: Option<Id<Package>>,
    /// The line of the package.
    pub line: Option<String>,
    /// A loan or exchange, which is owed back.
    pub owed_back: bool,
    /// Identifiers elsewhere.
    pub external: Vec<External>,
    /// What a reader should know of it.
    pub note: String,
}

/// A sort of things in a pledge, a step, or a store.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PledgedLot {
    /// What.
    pub item: Lot,
    /// How much of it.
    pub quantity: Quantity,
}

impl PledgedLot {
    /// Pieces that are sure: the lower end, where it is counted in pieces and is no money.
    pub fn sure(&self) -> u64 {
        let counted = self.quantity.unit == Unit::Piece && self.item.category != Category::Money;
        self.quantity.range.min.filter(|_| counted).map_or(0, Decimal::pieces)
    }

    /// Pieces that there may be: the upper end where it is known, else the lower one, else none.
    pub fn most(&self) -> u64 {
        let counted = self.quantity.unit == Unit::Piece && self.item.category != Category::Money;
        let range = self.quantity.range;
        range.max.or(range.min).filter(|_| counted).map_or(0, Decimal::pieces)
    }
}

/// One step of a promise on its way: a commitment, a consignment, a receipt, an installation, a unit switched on. Any step
/// may be missing, and a receipt may be of what nobody promised.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// Which step.
    pub stage: Stage,
    /// The promise, where there is one.
    pub pledge: Option<Id<Pledge>>,
    /// The step before: the consignment of a receipt, the receipt of an installation.
    pub after: Option<Id<Step>>,
    /// What, and how much.
    pub lots: Vec<PledgedLot>,
    /// How much of it came to harm.
    pub damaged: Quantity,
    /// Of what worth, or how much money.
    pub money: Money,
    /// When.
    pub date: When,
    /// Who did it: the sender, the receiver, the crew.
    pub by: Named,
    /// Where from, in words. Need-to-know.
    pub from: String,
    /// Where to, in words. Need-to-know.
    pub to: String,
    /// The site of an installation. Need-to-know: it is in no public output.
    pub site: String,
    /// Whose figure it is.
    pub side: Side,
    /// The claims that are its evidence.
    pub claims: Vec<Id<Claim>>,
    /// Identifiers elsewhere: waybill, consignment number.
    pub external: Vec<External>,
    /// What a reader should know of it.
    pub note: String,
}

/// Things that stand ready: a hub's store, a utility's spare.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stock {
    /// Whose.
    pub holder: Named,
    /// What, and how much.
    pub lots: Vec<PledgedLot>,
    /// Where, in words. Need-to-know.
    pub place: String,
    /// As of when.
    pub as_of: When,
    /// What a reader should know of it.
    pub note: String,
}

/// One piece of a lot given to one job of an accepted plan. Its id is made of the lot and the number of the piece, so that
/// the same piece cannot be given twice: the second is a record that is there already. See [`Assignment::id`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assignment {
    /// The pledge or stock that it is of.
    pub of: Id,
    /// Which of its lots, from 0.
    pub lot: u32,
    /// Which piece of the lot, from 0.
    pub piece: u32,
    /// The scenario that the plan is of.
    pub scenario: String,
    /// The digest of that scenario.
    pub digest: String,
    /// The need that it fills.
    pub need: String,
    /// The job that the need belongs to.
    pub job: String,
    /// From when it is wanted there.
    pub wanted: When,
}

impl Assignment {
    /// The one id that an assignment of this piece can have.
    pub fn id(of: Id, lot: u32, piece: u32) -> Id<Assignment> {
        Id::derive(&["assignment", &of.to_string(), &lot.to_string(), &piece.to_string()])
    }
}

impl References for Pledge {
    fn references(&self, to: &mut Vec<Reference>) {
        self.donor.refer(to, "donor");
        if let Some(channel) = &self.channel {
            channel.refer(to, "channel");
        }
        self.recipient.refer(to, "recipient");
        Reference::maybe(to, "package", self.package);
    }
}
impl References for Step {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::maybe(to, "pledge", self.pledge);
        Reference::maybe(to, "after", self.after);
        self.by.refer(to, "by");
        Reference::each(to, "claim", &self.claims);
    }
}
impl References for Stock {
    fn references(&self, to: &mut Vec<Reference>) {
        self.holder.refer(to, "holder");
    }
}
impl References for Assignment {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::any(to, "of", self.of);
    }
}
