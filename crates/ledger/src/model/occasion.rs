//! What happens around the promises: meetings, warnings, reports on the situation.

use serde::{Deserialize, Serialize};

use super::party::Named;
use super::quantity::Quantity;
use super::reference::{Reference, References};
use super::source::{Source, Statement};
use crate::date::{Moment, When};
use crate::id::Id;

/// A conference or meeting, so that a statement has its occasion.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Meeting {
    /// Its name: "NATO foreign ministers, Bucharest".
    pub title: String,
    /// When.
    pub date: When,
    /// Where.
    pub place: String,
    /// Who takes part.
    pub participants: Vec<Named>,
    /// What it is about, point by point.
    pub agenda: Vec<String>,
    /// Where it was announced or minuted.
    pub source: Option<Id<Source>>,
}

/// A warning of what may come, or a notice of an outage, as the Common Alerting Protocol has them (OASIS CAP 1.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Warning {
    /// The sender's identifier of the message.
    pub identifier: String,
    /// Who sends it.
    pub sender: String,
    /// When it was sent.
    pub sent: Moment,
    /// `Actual`, `Exercise`, `System`, `Test`, `Draft`.
    pub status: String,
    /// `Alert`, `Update`, `Cancel`, `Ack`, `Error`.
    pub message: String,
    /// `Public`, `Restricted`, `Private`.
    pub scope: String,
    /// Earlier messages that it updates or cancels, as they were written.
    pub refers_to: String,
    /// The notices in it, one a language or hazard.
    pub infos: Vec<WarningInfo>,
    /// Where it was found.
    pub source: Option<Id<Source>>,
}

/// One notice of a warning. Words are those of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WarningInfo {
    /// Its language.
    pub language: String,
    /// `Infra`, `Met`, `Security`...
    pub categories: Vec<String>,
    /// What happens: "power outage".
    pub event: String,
    /// `Immediate`, `Expected`, `Future`, `Past`, `Unknown`.
    pub urgency: String,
    /// `Extreme`, `Severe`, `Moderate`, `Minor`, `Unknown`.
    pub severity: String,
    /// `Observed`, `Likely`, `Possible`, `Unlikely`, `Unknown`.
    pub certainty: String,
    /// From when on it holds.
    pub effective: Option<Moment>,
    /// When it begins.
    pub onset: Option<Moment>,
    /// When it ends.
    pub expires: Option<Moment>,
    /// A line for people.
    pub headline: String,
    /// The text.
    pub description: String,
    /// What to do.
    pub instruction: String,
    /// Where, in words; shapes are not kept.
    pub areas: Vec<String>,
}

/// A report on the situation: figures as of a date, from somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// Its name.
    pub title: String,
    /// As of when.
    pub as_of: When,
    /// Who reports.
    pub by: Named,
    /// The statement that it was read from, where it was.
    pub statement: Option<Id<Statement>>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// The text, as far as terms allow.
    pub text: String,
}

/// One figure of a report: people without power in a region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Figure {
    /// What it is a figure of: `people_without_power`, `people_without_heat`, `served_mw`, ...
    pub what: String,
    /// Where: a country or region, never a site.
    pub region: String,
    /// How much.
    pub quantity: Quantity,
}

impl References for Meeting {
    fn references(&self, to: &mut Vec<Reference>) {
        for participant in &self.participants {
            participant.refer(to, "participant");
        }
        Reference::maybe(to, "source", self.source);
    }
}
impl References for Warning {
    fn references(&self, to: &mut Vec<Reference>) {
        Reference::maybe(to, "source", self.source);
    }
}
impl References for Report {
    fn references(&self, to: &mut Vec<Reference>) {
        self.by.refer(to, "by");
        Reference::maybe(to, "statement", self.statement);
    }
}
