//! Who: organisations and countries by name, people behind a seal, and the operation that all of it is for.

use serde::{Deserialize, Serialize};

use super::money::Money;
use super::reference::{Reference, References};
use super::status::Stage;
use crate::date::When;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::seal::Sealed;

/// Somebody as named in a text, and the party that a person took it for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Named {
    /// The name, as written: "Berlin", "17 EU countries (UCPM)".
    pub words: String,
    /// The party that is meant, where that is known.
    pub party: Option<Id<Party>>,
}

impl Named {
    /// Somebody of that name.
    pub fn new(words: impl Into<String>) -> Named {
        Named { words: words.into(), party: None }
    }
}

/// A country, organisation, company or fund that gives, receives, carries or speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Party {
    /// The name that pages show.
    pub name: String,
    /// Other names, in any language: "Berlin", "Німеччина".
    pub aliases: Vec<String>,
    /// ISO 3166-1 code of two letters, where it is or belongs to a country.
    pub country: Option<String>,
    /// What it is.
    pub kind: PartyKind,
    /// Identifiers elsewhere, such as `("iati-org", "DE-1")`.
    pub external: Vec<External>,
    /// The party that it is part of: THW of Germany.
    pub part_of: Option<Id<Party>>,
}

/// What a party is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A government or a part of one.
    Government,
    /// An organisation of several states.
    Multilateral,
    /// A utility or grid operator.
    Utility,
    /// A company.
    Company,
    /// A society, church or charity.
    Charity,
    /// A fund.
    Fund,
    /// A news outlet.
    Outlet,
    /// Anything else, or not known.
    #[default]
    Other,
}

/// An identifier that somebody else gave: never the identity of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct External {
    /// Whose: `fts-flow`, `iati-activity`, `ocid`, `cecis-request`, `consignment`.
    pub scheme: String,
    /// The identifier.
    pub id: String,
}

/// Somebody who works with the ledger, or whom it must be able to reach. Everything personal is sealed, so that it can be
/// erased while the events stay.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// The name.
    pub name: Option<Sealed>,
    /// Address, telephone or e-mail.
    pub contact: Option<Sealed>,
    /// What the person does here, in words that name nobody: "reviewer", "hub logistics".
    pub role: String,
    /// For whom.
    pub party: Option<Id<Party>>,
}

/// An emergency that a ledger is kept for. One installation may hold several.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Operation {
    /// The name: "Winter 2022/23".
    pub name: String,
    /// ISO 3166-1 codes of the countries that receive.
    pub countries: Vec<String>,
    /// Since when, and until when.
    pub time: When,
    /// What one person may not do alone.
    pub second_person: Threshold,
}

/// What needs a second person: merges from what size on (disputed records always need one), and which steps without a
/// document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Threshold {
    /// More pieces than this; `None`: no limit.
    pub pieces: Option<Decimal>,
    /// More money than this, in one of these currencies; a sum in a currency that is not listed counts as more.
    pub money: Vec<Money>,
    /// Stages that count at once only with a document of the recipient: a claim that is their evidence, or a waybill's
    /// number. Without one they wait for a second person.
    pub undocumented: Vec<Stage>,
}

impl References for Party {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::maybe(to, "part_of", self.part_of);
    }
}
impl References for Person {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::maybe(to, "party", self.party);
    }
}
impl References for Operation {}

impl Named {
    pub(super) fn refer(&self, to: &mut Vec<Reference>, role: &'static str) {
        Reference::maybe(to, role, self.party);
    }
}
