//! A repair plan and everything that is known of it. Written to files by the crate `relight-report`.

use std::collections::BTreeMap;

use relight_catalogue::Match;
use relight_grid::Status;

use crate::ask::Asks;
use crate::scenario::Element;

/// Pieces of an offer that fill a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemUse {
    /// Index of the need.
    pub need: usize,
    /// Index of the offer.
    pub offer: usize,
    /// Pieces taken.
    pub count: u32,
}

/// A job with its place in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledJob {
    /// Index of the job.
    pub job: usize,
    /// Step at which the work starts.
    pub start: u32,
    /// Step from which the work is done.
    pub finish: u32,
    /// The teams at work: 1-based numbers within the teams of the skill, counted through the crew table.
    pub teams: Vec<u32>,
    /// Equipment used.
    pub items: Vec<ItemUse>,
}

/// A job that is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unscheduled {
    /// Index of the job.
    pub job: usize,
    /// Why, for a person.
    pub reasons: Vec<String>,
}

/// What the plan costs, in each of its measures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Objective {
    /// Unserved energy, `MWh`.
    pub unserved_mwh: f64,
    /// People-hours without power at home, unweighted.
    pub unserved_people_hours: f64,
    /// What was minimised: weighted people-hours over all services, or `MWh` weighted by bus priority.
    pub weighted: f64,
    /// People-hours without each facility service, unweighted. Never summed across services.
    pub by_service: BTreeMap<String, f64>,
}

/// What no plan can beat.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// In the measure of [`Objective::weighted`].
    pub weighted: f64,
    /// (plan - bound) / plan; 0 when both are 0.
    pub gap: f64,
    /// How it was found; `none` when 0 is all that is claimed.
    pub method: String,
    /// Whether the method ran to its end.
    pub complete: bool,
}

/// What simpler ways of going about it would cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Baselines {
    /// Nothing is repaired.
    pub no_repair: Objective,
    /// Jobs in the order of the file.
    pub input_order: Objective,
    /// One job at a time, the best next one first.
    pub greedy: Objective,
}

/// The outcome of the AC check of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcVerdict {
    /// Converged, within limits as planned.
    Holds,
    /// Holds after shedding or redispatch.
    Corrected,
    /// No valid AC state found.
    Fails,
    /// Not looked at.
    Skipped,
}

impl AcVerdict {
    /// The word of the file contract.
    pub fn word(self) -> &'static str {
        match self {
            AcVerdict::Holds => "holds",
            AcVerdict::Corrected => "corrected",
            AcVerdict::Fails => "fails",
            AcVerdict::Skipped => "skipped",
        }
    }
}

/// A limit that an AC state breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitBroken {
    /// Where.
    pub element: Element,
    /// What is outside its limit: `loading`, `voltage`, `active power`, `reactive power`.
    pub quantity: &'static str,
    /// Its value.
    pub value: f64,
    /// The limit.
    pub limit: f64,
    /// The unit of both.
    pub unit: &'static str,
}

/// The AC check of a state.
#[derive(Debug, Clone, PartialEq)]
pub struct AcCheck {
    /// What it came to.
    pub verdict: AcVerdict,
    /// Load that the AC state supplies, MW; 0 where there is none.
    pub served_mw: f64,
    /// Highest branch loading, percent of rating.
    pub max_loading_pct: f64,
    /// Lowest voltage, p.u.
    pub vm_min_pu: f64,
    /// Highest voltage, p.u.
    pub vm_max_pu: f64,
    /// Newton iterations.
    pub iterations: u32,
    /// Limits that are broken.
    pub violations: Vec<LimitBroken>,
    /// Why there is no solution, or other words for a person; empty when there is nothing to say.
    pub note: String,
}

/// How the load of a grid state is met.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatch {
    /// Load supplied at each bus, MW.
    pub served_mw: Vec<f64>,
    /// What each negative load is let feed in, MW.
    pub fixed_mw: Vec<f64>,
    /// Output of each generator, MW.
    pub pg_mw: Vec<f64>,
    /// Flow of each branch, MW, from its from bus.
    pub flow_mw: Vec<f64>,
}

/// A repaired branch that carries less than before, because a smaller unit was put in.
///
/// The smaller unit is taken to have the same short-circuit voltage on its own rating, so its impedance in
/// the grid is higher by the ratio of the ratings: it draws its fair share, not the old one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Derating {
    /// Index of the branch.
    pub branch: usize,
    /// What it carries, MVA.
    pub mva: f64,
    /// Its resistance and reactance over those of the case; at least 1.
    pub impedance: f64,
}

/// The grid between two changes: the steps `from..to`.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanState {
    /// First step.
    pub from: u32,
    /// First step after.
    pub to: u32,
    /// What is in service.
    pub status: Status,
    /// Branches in which a smaller unit stands.
    pub derated: Vec<Derating>,
    /// How the load is met.
    pub dispatch: Dispatch,
    /// Total load supplied, MW.
    pub served_mw: f64,
    /// Total load not supplied, MW.
    pub shed_mw: f64,
    /// People without power at home.
    pub people_without_power: f64,
    /// People without each facility service, mean over the steps.
    pub people_without: BTreeMap<String, f64>,
    /// The same by region, for those facilities of which the region is known; empty where there are no regions.
    pub people_without_in: Vec<BTreeMap<String, f64>>,
    /// Indices of damages that are repaired but stay out of operation, because with them less load could be
    /// supplied (Braess's paradox).
    pub left_open: Vec<usize>,
    /// The AC check.
    pub ac: AcCheck,
}

/// A generator set at a facility for some steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// Index of the offer.
    pub offer: usize,
    /// Which piece of the offer, 1-based.
    pub piece: u32,
    /// Index of the facility.
    pub facility: usize,
    /// First step.
    pub from: u32,
    /// First step after.
    pub to: u32,
    /// Power that it gives, kW.
    pub kw: f64,
    /// Diesel used over the placement, litres.
    pub litres: f64,
}

/// A heating network that stands still in frost for long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrozenNetwork {
    /// Index of the facility.
    pub facility: usize,
    /// First step at which it stands still.
    pub from: u32,
    /// First step after.
    pub to: u32,
    /// The lowest mean temperature of these steps, degrees Celsius; at most 0.
    pub coldest_c: f64,
    /// Hours from the first step on until it is taken to freeze; `None`: it comes near, and is back in time.
    pub hours_to_freezing: Option<f64>,
    /// How much of the time to freezing is used up at the end; 1 and more: it froze.
    pub clock: f64,
}

/// An offer that the plan uses and that may not come, and what then.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRisk {
    /// Index of the offer.
    pub offer: usize,
    /// Jobs that use pieces of it, as indices.
    pub jobs: Vec<usize>,
    /// Facilities at which its generator sets stand, as indices.
    pub facilities: Vec<usize>,
    /// What the plan loses without it; `None`: not looked at, because the scenario is large.
    pub loss: Option<Loss>,
}

/// What a plan loses if an offer does not come: the same order of jobs, with other offers where they fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loss {
    /// Jobs that are not done then, as indices.
    pub jobs: Vec<usize>,
    /// In the measure of [`Objective::weighted`].
    pub weighted: f64,
    /// Unserved energy, `MWh`.
    pub unserved_mwh: f64,
    /// People-hours without power at home, unweighted.
    pub unserved_people_hours: f64,
    /// People-hours without each facility service, unweighted.
    pub by_service: BTreeMap<String, f64>,
}

/// An offer held against a need.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchRow {
    /// Index of the need.
    pub need: usize,
    /// Index of the offer.
    pub offer: usize,
    /// The checks and the verdict.
    pub result: Match,
    /// Pieces that the plan takes.
    pub chosen: u32,
    /// It fits, but is too uncertain to be used here: there is no other way to fill the need
    /// ([`crate::matching::withhold`]).
    pub withheld: bool,
}

/// A need that the plan does not fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// Index of the need.
    pub need: usize,
    /// Why, for a person.
    pub reasons: Vec<String>,
}

/// What no plan of this scenario brings back: load still unserved with every possible job finished.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unrecoverable {
    /// Load, MW.
    pub mw: f64,
    /// People.
    pub people: f64,
    /// Indices of the buses.
    pub buses: Vec<usize>,
}

/// A plan: the schedule, each state of the grid, and what is to be said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Seed that the plan was made with.
    pub seed: u64,
    /// What it costs.
    pub objective: Objective,
    /// What no plan can beat.
    pub bound: Bound,
    /// What simpler ways would cost.
    pub baseline: Baselines,
    /// Jobs in order of start, then of the file.
    pub jobs: Vec<ScheduledJob>,
    /// Jobs left out.
    pub unscheduled: Vec<Unscheduled>,
    /// States in order of time; they cover the horizon.
    pub states: Vec<PlanState>,
    /// Generator sets at facilities.
    pub placements: Vec<Placement>,
    /// Every need against every offer of a fitting kind, in file order.
    pub matches: Vec<MatchRow>,
    /// Needs not filled.
    pub unmatched: Vec<Unmatched>,
    /// What cannot be brought back.
    pub unrecoverable: Unrecoverable,
    /// Heating networks that stand still in frost for long.
    pub frozen: Vec<FrozenNetwork>,
    /// Offers in use that may not come, the one that would be missed most first.
    pub at_risk: Vec<AtRisk>,
    /// Remarks for a person.
    pub warnings: Vec<String>,
    /// What to ask for next; `None`: not looked at.
    pub asks: Option<Asks>,
}
