//! A study file: what a study is of, as TOML. Read in two steps, since regions and offers have names that only the
//! scenario knows: [`read`] says all that is wrong with the file itself, [`Spec::resolve`] all that does not go with
//! the scenario.

mod read;
mod resolve;
mod table;

use std::fmt;

use relight_catalogue::Item;
use relight_restore::scenario::OfferStatus;

use crate::course::Extent;
use crate::hazard::Hazard;
use crate::severity::Severity;

pub use read::read;
pub use resolve::{Named, ranks};

/// Scenarios of a study, at most: what a report needs of each is held in memory.
pub const MOST_SCENARIOS: u64 = 1_000_000;

/// One thing that is wrong with a study file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Line in the file, from 1.
    pub line: usize,
    /// The key, with that of its table: `policy.only`.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What would be right; empty where the message says all.
    pub expected: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "key \"{}\": ", self.key)?;
        }
        f.write_str(&self.message)?;
        if !self.expected.is_empty() {
            write!(f, "; expected {}", self.expected)?;
        }
        Ok(())
    }
}

/// A value and the line that it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Line in the file, from 1.
    pub line: usize,
}

/// How bad a hazard of a study file is.
#[derive(Debug, Clone, PartialEq)]
pub enum HowBad {
    /// As said.
    Is(Severity),
    /// As the damage of a scenario folder at this path.
    Like(At<String>),
}

/// A hazard of a study file.
#[derive(Debug, Clone, PartialEq)]
pub struct HazardSpec {
    /// What strikes.
    pub hazard: Hazard,
    /// How bad.
    pub how_bad: HowBad,
    /// Odds against the others.
    pub weight: f64,
}

/// The order of repair of a policy of a study file.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderSpec {
    /// By ratio.
    Ratio,
    /// As listed.
    Listed,
    /// As the plan in the folder at this path has it.
    Plan(At<String>),
}

/// What lies ready.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemSpec {
    /// The same as this offer.
    Like(At<String>),
    /// This.
    Item(Box<Item>),
}

/// Equipment of a study file that lies ready.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadySpec {
    /// What.
    pub item: ItemSpec,
    /// Pieces.
    pub count: u32,
    /// Region by name.
    pub region: At<String>,
    /// Steps to any other region; `None`: as for the whole study.
    pub elsewhere: Option<u32>,
}

/// A policy of a study file.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicySpec {
    /// Its name.
    pub name: String,
    /// The order of repair.
    pub order: OrderSpec,
    /// The least certain offers that are counted on.
    pub only: OfferStatus,
    /// What lies ready.
    pub ready: Vec<ReadySpec>,
}

/// What a study file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// Name for people.
    pub name: String,
    /// Path of the scenario folder.
    pub scenario: At<String>,
    /// Seed of all scenarios.
    pub seed: u64,
    /// Hazards.
    pub hazards: Vec<HazardSpec>,
    /// Policies.
    pub policies: Vec<PolicySpec>,
    /// How far it goes; `elsewhere` is 0 where the file does not say it.
    pub extent: Extent,
}

fn wrong(line: usize, key: &str, message: impl Into<String>, expected: &str) -> Wrong {
    Wrong { line, key: key.to_owned(), message: message.into(), expected: expected.to_owned() }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}
