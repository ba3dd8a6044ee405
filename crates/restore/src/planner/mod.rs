//! From a scenario to a plan.
//!
//! 1. [`matching`] holds every offer against every need.
//! 2. [`construct`](crate::construct) ranks the repairs that are possible at all; the ranking tells
//!    [`matching::assign`] which job an item is worth most to.
//! 3. The best of several constructed orders is improved by [`search`](crate::search), which turns orders into
//!    dates and dates into people-hours, until the effort is spent or nothing better can exist.
//! 4. Every state of the plan is checked by AC power flow, and [corrected](crate::ac_correct) where it does not hold.

mod finish;
mod start;

use crate::construct::{Candidates, Related};
use crate::dispatch::Dispatcher;
use crate::evaluate::evaluate;
use crate::explain;
use crate::matching::{self, Allowed, check_items, matches};
use crate::plan::{Baselines, Plan, ScheduledJob};
use crate::scenario::{OfferStatus, Scenario};
use crate::schedule::{Assignment, Broken, check, generate};
use crate::search::{Guide, Market, Space, improve};
use crate::services::ServiceModel;
use crate::state::{GridState, SmallerUnits};
use crate::value::Valuer;
use finish::{Parts, finish, unrecoverable, with_items};
use start::{Begun, start};

/// Rounds of the search times buses, where neither rounds nor a time limit are given.
const ROUND_BUSES: u64 = 1_000_000;
/// The fewest and the most rounds that come of it.
const ROUNDS: (u64, u64) = (50, 1_000);

/// How to plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Seed of the search.
    pub seed: u64,
    /// Rounds of the search. Where a time limit ends the search instead, see [`Monitor::spent`]; with neither, as
    /// many as suit the size of the scenario.
    pub iterations: Option<u64>,
    /// Threads to work with. The plan does not depend on it.
    pub threads: usize,
    /// Whether states are checked by AC power flow.
    pub ac: bool,
    /// The least certain offers that the plan may count on.
    pub least_certain: OfferStatus,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            seed: 1,
            iterations: None,
            threads: 1,
            ac: true,
            least_certain: OfferStatus::Offered,
        }
    }
}

/// Looks on while a plan is made.
pub trait Monitor {
    /// A new piece of work begins: what it is, and how much of the whole is done, 0 to 1.
    fn progress(&mut self, doing: &str, done: f64);

    /// The search has come so far: the best cost and the best bound, both in the measure of
    /// [`crate::plan::Objective::weighted`], and the share of its effort that is spent.
    fn searching(&mut self, best: f64, bound: f64, done: f64) {
        let _ = (best, bound);
        self.progress("looking for better plans", done);
    }

    /// Whether there is time for more search. The first plan is always finished.
    fn go_on(&mut self) -> bool {
        true
    }

    /// The share of the time allowed that has passed; `None` where there is no limit.
    fn spent(&mut self) -> Option<f64> {
        None
    }
}

/// A monitor that sees nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Monitor for Unwatched {
    fn progress(&mut self, _doing: &str, _done: f64) {}
}

/// Makes a plan.
pub fn plan(scenario: &Scenario, settings: &Settings, monitor: &mut dyn Monitor) -> Plan {
    monitor.progress("holding offers against needs", 0.0);
    let rows = matches(scenario);
    let allowed = Allowed { status: settings.least_certain };
    let services = ServiceModel::new(scenario, allowed);
    let mut dispatcher = prepared(scenario);
    let possible = explain::possible_jobs(scenario, &rows, allowed);
    let candidates = Candidates::new(scenario, &possible);
    let (market, related) = (Market::new(scenario, &rows, allowed), Related::new(scenario));
    let space = Space { candidates: &candidates, market: &market, related: &related, rows: &rows };
    let mut valuer = Valuer::new(&dispatcher, &services, settings.threads);

    let begun = start(&mut valuer, space, allowed, &possible, monitor);
    let baseline = baselines(&mut dispatcher, space, allowed, &begun);

    let mut pace = Pace::new(monitor, settings, scenario);
    let (best, _) = improve(&mut valuer, space, begun.best, settings.seed, &mut pace);

    let jobs = best.schedule(scenario, &candidates);
    monitor.progress("checking states by AC power flow", 0.8);
    let assignment = best.supply.assignment.clone();
    let mut unmatched = matching::unmatched(scenario, &rows, allowed, &assignment);
    for open in &mut unmatched {
        if best.out[scenario.jobs[scenario.needs[open.need].job].damage] {
            open.reasons = vec![explain::FREED.into()];
        }
    }
    let unrecoverable = unrecoverable(&mut dispatcher, &candidates);
    let parts =
        Parts { rows: &rows, allowed, assignment, jobs, baseline, unmatched, unrecoverable };
    finish(&mut dispatcher, settings, parts, monitor)
}

/// Judges somebody else's schedule by the same rules. Jobs whose equipment the schedule does not name get
/// theirs by [`matching::assign`]; the broken rules come beside the plan.
pub fn judge(
    scenario: &Scenario,
    jobs: &[ScheduledJob],
    settings: &Settings,
    monitor: &mut dyn Monitor,
) -> (Plan, Vec<Broken>) {
    monitor.progress("holding offers against needs", 0.0);
    let rows = matches(scenario);
    let allowed = Allowed { status: settings.least_certain };
    let services = ServiceModel::new(scenario, allowed);
    let mut dispatcher = prepared(scenario);
    let jobs = with_items(scenario, &rows, allowed, jobs);
    let (jobs, mut broken) = check(scenario, &jobs);
    broken.extend(check_items(scenario, &rows, allowed, &jobs));

    monitor.progress("comparing with simpler ways", 0.2);
    let possible = explain::possible_jobs(scenario, &rows, allowed);
    let candidates = Candidates::new(scenario, &possible);
    let (market, related) = (Market::new(scenario, &rows, allowed), Related::new(scenario));
    let space = Space { candidates: &candidates, market: &market, related: &related, rows: &rows };
    let mut valuer = Valuer::new(&dispatcher, &services, settings.threads);
    let begun = start(&mut valuer, space, allowed, &possible, monitor);
    let baseline = baselines(&mut dispatcher, space, allowed, &begun);

    monitor.progress("checking states by AC power flow", 0.6);
    let mut filled = Assignment { by_need: vec![None; scenario.needs.len()] };
    for item in jobs.iter().flat_map(|s| &s.items) {
        filled.by_need[item.need].get_or_insert_default().push(item.clone());
    }
    let unmatched = matching::unmatched(scenario, &rows, allowed, &filled);
    let unrecoverable = unrecoverable(&mut dispatcher, &candidates);
    let parts = Parts {
        rows: &rows,
        allowed,
        assignment: filled,
        jobs,
        baseline,
        unmatched,
        unrecoverable,
    };
    (finish(&mut dispatcher, settings, parts, monitor), broken)
}

/// What simpler ways of going about it would cost.
fn baselines(
    dispatcher: &mut Dispatcher<'_>,
    space: Space<'_, '_>,
    allowed: Allowed,
    begun: &Begun,
) -> Baselines {
    let scenario = dispatcher.scenario();
    let mut cost =
        |jobs: &[ScheduledJob]| evaluate(dispatcher, space.rows, allowed, jobs, false).objective;
    let in_file_order: Vec<usize> = (0..scenario.jobs.len()).collect();
    Baselines {
        no_repair: cost(&[]),
        input_order: cost(&generate(scenario, &begun.greedy.supply.assignment, &in_file_order)),
        greedy: cost(&begun.greedy.schedule(scenario, space.candidates)),
    }
}

fn prepared(scenario: &Scenario) -> Dispatcher<'_> {
    let mut dispatcher = Dispatcher::new(scenario);
    let n = scenario.damages.len();
    let whole = SmallerUnits::new();
    let typical = [false, true].map(|done| GridState::of(scenario, &vec![done; n], &whole));
    dispatcher.learn(&typical);
    dispatcher
}

/// How long the search goes on.
struct Pace<'m> {
    monitor: &'m mut dyn Monitor,
    /// The share of the time that was spent before the search, and that it may have spent at its end.
    begin: f64,
    end: f64,
    rounds: u64,
}

impl<'m> Pace<'m> {
    fn new(monitor: &'m mut dyn Monitor, settings: &Settings, scenario: &Scenario) -> Self {
        let begin = monitor.spent();
        let by_size = ROUND_BUSES / scenario.network.buses.len().max(1) as u64;
        let by_size = by_size.clamp(ROUNDS.0, ROUNDS.1);
        let rounds =
            settings.iterations.unwrap_or(if begin.is_some() { u64::MAX } else { by_size });
        let end = if settings.ac { 0.6 } else { 0.97 };
        Pace { monitor, begin: begin.unwrap_or(0.0), end, rounds }
    }
}

impl Guide for Pace<'_> {
    fn spent(&mut self, round: u64, best: f64) -> Option<f64> {
        if !self.monitor.go_on() || best <= 0.0 {
            return None;
        }
        let by_rounds = round as f64 / self.rounds.max(1) as f64;
        let by_time = self.monitor.spent().map_or(0.0, |spent| {
            (spent - self.begin) / (self.end - self.begin).max(f64::MIN_POSITIVE)
        });
        let spent = by_rounds.max(by_time);
        self.monitor.searching(best, 0.0, spent.min(1.0));
        (spent < 1.0).then_some(spent.max(0.0))
    }
}
