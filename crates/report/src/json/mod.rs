//! `plan.json`: the plan for programs, and its types for those who read it back with serde.
//!
//! Elements are named as in the tables of a scenario: a bus by its number, a branch or a generator by its
//! 1-based row. A number that is not finite, which no plan should hold, is written as `null`.

mod of_plan;

use std::collections::BTreeMap;

use relight_restore::{Plan, Scenario};
use serde::{Deserialize, Serialize};

/// The name of the format. A reader refuses another major version.
pub const SCHEMA: &str = "relight.plan/1";

/// Bytes of `plan.json`: UTF-8, two spaces of indent, a newline at the end.
pub fn plan_json(scenario: &Scenario, plan: &Plan) -> Vec<u8> {
    // Text keys and plain values: there is nothing that serialisation could refuse.
    let mut bytes = serde_json::to_vec_pretty(&Document::of(scenario, plan)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Document {
    pub schema: String,
    pub relight: String,
    pub scenario: About,
    pub seed: u64,
    pub objective: Objective,
    pub bound: Bound,
    pub baseline: Baseline,
    pub jobs: Vec<Job>,
    pub states: Vec<State>,
    pub placements: Vec<Placement>,
    pub frost: Vec<Frost>,
    pub at_risk: Vec<AtRisk>,
    pub asks: Vec<Ask>,
    /// How the asks were found; `null`: not looked at.
    pub asked: Option<Asked>,
    pub unmatched: Vec<Unmatched>,
    pub unscheduled: Vec<Unscheduled>,
    pub unrecoverable: Unrecoverable,
    pub matches: Vec<Match>,
    pub warnings: Vec<String>,
}

/// What was planned for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct About {
    pub name: String,
    pub digest: String,
    pub start: String,
    pub horizon_steps: u32,
    pub step_hours: f64,
}

/// What the plan costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Objective {
    pub measure: String,
    pub unserved_mwh: f64,
    pub unserved_people_hours: f64,
    pub weighted: f64,
    pub by_service: BTreeMap<String, f64>,
}

/// What no plan can beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Bound {
    pub weighted: f64,
    pub gap: f64,
    pub method: String,
    pub complete: bool,
}

/// What simpler ways would cost, in the measure of `objective.weighted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Baseline {
    pub no_repair: f64,
    pub input_order: f64,
    pub greedy: f64,
    /// People-hours without power at home, unweighted.
    pub unserved_people_hours: PeopleHours,
}

/// People-hours without power at home, by way of repairing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct PeopleHours {
    pub no_repair: f64,
    pub input_order: f64,
    pub greedy: f64,
}

/// A job with its place in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Job {
    pub job: String,
    pub start: u32,
    pub finish: u32,
    pub skill: String,
    /// The first team; `null` where none is told.
    pub crew: Option<u32>,
    /// Every team.
    pub crews: Vec<u32>,
    pub region: Option<String>,
    pub items: Vec<Item>,
}

/// Pieces of an offer that fill a need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Item {
    pub need: String,
    pub offer: String,
    pub count: u32,
}

/// The grid between two changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct State {
    pub from: u32,
    pub to: u32,
    pub served_mw: f64,
    pub shed_mw: f64,
    pub people_without: PeopleWithout,
    pub ac: Ac,
    /// Damages that are repaired but stay out of operation, because with them less load could be supplied.
    pub left_open: Vec<String>,
    pub out: Out,
    pub derated: Vec<Derated>,
    /// Where load is not supplied in full.
    pub shed: Vec<Shed>,
}

/// People without power at home, and people who depend on a facility that is without its service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct PeopleWithout {
    pub power: f64,
    pub heat: f64,
    pub water: f64,
    /// Services other than those that the contract names.
    #[serde(flatten)]
    pub others: BTreeMap<String, f64>,
}

/// The AC check of a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Ac {
    pub verdict: String,
    pub served_mw: f64,
    pub max_loading_pct: f64,
    pub vm_min_pu: f64,
    pub vm_max_pu: f64,
    pub iterations: u32,
    pub violations: Vec<Violation>,
    pub note: String,
}

/// A limit that an AC state breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Violation {
    pub element: String,
    pub id: u64,
    pub quantity: String,
    pub value: f64,
    pub limit: f64,
    pub unit: String,
}

/// Elements in service in the case and not in the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Out {
    pub buses: Vec<u64>,
    pub branches: Vec<u64>,
    pub generators: Vec<u64>,
}

/// A branch with a rating below that of the case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Derated {
    pub branch: u64,
    pub mva: f64,
    pub impedance: f64,
}

/// Load not supplied at a bus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Shed {
    pub bus: u64,
    pub mw: f64,
}

/// A generator set at a facility.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Placement {
    pub offer: String,
    pub facility: String,
    pub from: u32,
    pub to: u32,
    pub kw: f64,
    pub litres: f64,
    pub piece: u32,
}

/// A heating network that stands still in frost for long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Frost {
    pub facility: String,
    pub from: u32,
    pub to: u32,
    pub coldest_c: f64,
    /// Hours from the beginning of step `from` on; `null`: it does not freeze.
    pub hours_to_freezing: Option<f64>,
    pub clock: f64,
}

/// An offer in use that may not come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct AtRisk {
    pub offer: String,
    pub status: String,
    pub confidence: f64,
    pub jobs: Vec<String>,
    pub facilities: Vec<String>,
    /// `null`: not looked at.
    pub loss: Option<Loss>,
}

/// What the plan loses without an offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Loss {
    pub jobs: Vec<String>,
    pub weighted: f64,
    pub unserved_mwh: f64,
    pub unserved_people_hours: f64,
    pub by_service: BTreeMap<String, f64>,
}

/// What something would save.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Ask {
    pub rank: usize,
    pub kind: String,
    pub nameplate: String,
    /// One of it in words.
    pub what: String,
    pub parts: Vec<AskPart>,
    pub count: u32,
    pub arrival: u32,
    /// Weighted, as the objective; `null` where energy is minimised, as are `low` and `high`.
    pub people_hours_saved: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The saving in the measure of `objective.weighted`, and its range.
    pub weighted: Range,
    /// What it is at least and at most, by bounds; `null` where there are none.
    pub certain: Option<Certain>,
    pub per_tonne: Option<f64>,
    pub mass_t: Option<f64>,
    pub mwh_saved: f64,
    /// People-hours saved, unweighted: `power` at home, and each service.
    pub saved: BTreeMap<String, f64>,
    pub regions: Vec<String>,
    pub litres: f64,
    pub note: String,
}

/// A part of what is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct AskPart {
    pub kind: String,
    pub nameplate: String,
    pub count: u32,
}

/// A saving with its range over re-plans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Range {
    pub saved: f64,
    pub low: f64,
    pub high: f64,
}

/// What is certain of a saving.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Certain {
    pub low: f64,
    pub high: f64,
}

/// How asks were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Asked {
    pub weighted: f64,
    pub rounds: u64,
    pub seeds: u64,
    pub looked_at: usize,
    pub left_aside: usize,
    pub complete: bool,
}

/// A need that the plan does not fill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Unmatched {
    pub need: String,
    pub reasons: Vec<String>,
}

/// A job that is not in the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Unscheduled {
    pub job: String,
    pub reasons: Vec<String>,
}

/// What no plan brings back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Unrecoverable {
    pub mw: f64,
    pub people: f64,
    pub buses: Vec<u64>,
}

/// An offer held against a need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Match {
    pub need: String,
    pub offer: String,
    pub verdict: String,
    pub chosen: u32,
    pub pieces: u32,
    pub usable_mva: Option<f64>,
    /// The checks that are not simply passed.
    pub checks: Vec<Check>,
}

/// A check that fails, derates, or cannot be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/plan-folder.md")]
pub struct Check {
    pub name: String,
    pub verdict: String,
    pub value: Option<f64>,
    pub limit: Option<f64>,
    pub unit: String,
    pub note: String,
    pub source: String,
}
