//! What a statement asserts.

use serde::{Deserialize, Serialize};

use super::lot::Lot;
use super::money::Money;
use super::party::Named;
use super::pledge::Pledge;
use super::quantity::Quantity;
use super::reference::{Reference, References};
use super::source::Statement;
use super::status::{Side, Status};
use crate::date::When;
use crate::id::Id;

/// What kind of assertion it is. The kind decides how a claim counts within its pledge.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// A promise that was not there before, or a new size of it. The latest stands.
    #[default]
    NewPledge,
    /// The sum so far, as of its date. Stands in place of earlier sums, never beside its own parts.
    RunningTotal,
    /// A batch, tranche or share. Parts of one pledge add up.
    Part,
    /// Several donors added up, as headlines do. Counts nowhere.
    SumOfDonors,
    /// Said again, or copied. Counts nowhere.
    Repeat,
    /// What is needed. Never help.
    Need,
    /// Bought or sold on the market. Never help.
    Trade,
    /// That something is not so, or will not be told.
    Denial,
    /// That something is otherwise than somebody else says.
    Dispute,
}

impl ClaimKind {
    /// Every kind.
    pub const ALL: [ClaimKind; 9] = [
        ClaimKind::NewPledge,
        ClaimKind::RunningTotal,
        ClaimKind::Part,
        ClaimKind::SumOfDonors,
        ClaimKind::Repeat,
        ClaimKind::Need,
        ClaimKind::Trade,
        ClaimKind::Denial,
        ClaimKind::Dispute,
    ];

    /// The word in tables and files.
    pub fn word(self) -> &'static str {
        match self {
            ClaimKind::NewPledge => "new_pledge",
            ClaimKind::RunningTotal => "running_total",
            ClaimKind::Part => "part",
            ClaimKind::SumOfDonors => "sum_of_donors",
            ClaimKind::Repeat => "repeat",
            ClaimKind::Need => "need",
            ClaimKind::Trade => "trade",
            ClaimKind::Denial => "denial",
            ClaimKind::Dispute => "dispute",
        }
    }

    /// Reads the word of tables and files.
    pub fn from_word(word: &str) -> Option<ClaimKind> {
        ClaimKind::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// How a number belongs to a list of donors: "France and Germany send more than 100 generators" may be either.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// There is one donor, or the number is of each.
    Each,
    /// The number is of all together.
    Together,
    /// It cannot be told.
    #[default]
    Unclear,
}

/// An assertion, taken apart. What was not said stays empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Claim {
    /// Where it was said; nil in a draft, which brings its statement along.
    pub statement: Id<Statement>,
    /// What kind of assertion it is.
    pub kind: ClaimKind,
    /// Who gives.
    pub donors: Vec<Named>,
    /// How the numbers belong to several donors.
    pub sharing: Sharing,
    /// Through whom: UNHCR, the World Bank, a fund.
    pub channel: Option<Named>,
    /// Who receives.
    pub recipients: Vec<Named>,
    /// What.
    pub item: Lot,
    /// How much of it.
    pub quantity: Quantity,
    /// Of what worth, or how much money.
    pub money: Money,
    /// How far it has come, as a class.
    pub status: Status,
    /// The words for it: "has been delivering".
    pub status_words: String,
    /// As of when the numbers hold: the date of the statement where nothing else was said.
    pub as_of: When,
    /// When it is expected to arrive.
    pub expected: When,
    /// Whose figure it is.
    pub side: Side,
    /// What the number covers: "household sets, all ministries".
    pub scope: String,
    /// The pledge that it is evidence for, as a person decided.
    pub pledge: Option<Id<Pledge>>,
    /// What a reader should know of it.
    pub note: String,
}

impl References for Claim {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::must(to, "statement", self.statement);
        for donor in &self.donors {
            donor.refer(to, "donor");
        }
        if let Some(channel) = &self.channel {
            channel.refer(to, "channel");
        }
        for recipient in &self.recipients {
            recipient.refer(to, "recipient");
        }
        Reference::maybe(to, "pledge", self.pledge);
    }
}
