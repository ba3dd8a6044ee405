//! From a scenario to a plan.
//!
//! 1. [`matching`] holds every offer against every need.
//! 2. `construct` ranks the repairs that are possible at all; the ranking tells
//!    [`matching::assign`] which job an item is worth most to.
//! 3. The best of several constructed orders is improved by `search`, which turns orders into
//!    dates and dates into people-hours, until the effort is spent or nothing better can exist.
//! 4. Every state of the plan is checked by AC power flow, and [corrected](crate::ac_correct) where it does not hold.

mod finish;
mod judge;
mod proof;
mod start;

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::ac_correct::operate;
use crate::bound::Effort;
use crate::construct::{Candidates, Related};
use crate::dispatch::Dispatcher;
use crate::evaluate::evaluate;
use crate::explain;
use crate::matching::{self, Allowed, matches};
use crate::plan::{Baselines, Plan, PlanState, ScheduledJob};
use crate::scenario::{OfferStatus, Scenario};
use crate::schedule::generate;
use crate::search::{Guide, Market, Space, improve};
use crate::services::ServiceModel;
use crate::state::{GridState, SmallerUnits};
use crate::uncertainty::is_certain;
use crate::value::Valuer;
use finish::{Parts, finish, unrecoverable};
pub use judge::judge;
use proof::{Proof, bound_effort, with_bound};
use start::{Begun, start};

/// Rounds of the search times buses, where neither rounds nor a time limit are given.
const ROUND_BUSES: u64 = 200_000;
/// The fewest and the most rounds that come of it.
const ROUNDS: (u64, u64) = (50, 1_000);

/// The search and the checks end when this share of the time is spent.
const LAST: f64 = 0.96;
/// No programme of the bound begins later: the last one takes its time.
const LAST_SOLVE: f64 = 0.8;
/// The search may go on at least until this share is spent, however long the checks take.
const LEAST: f64 = 0.3;
/// The share of the time that is kept free, at most, for the questions after uncertain offers.
const MOST_QUESTIONS: f64 = 0.1;
/// States whose AC check is timed to know how long all of them will take.
const SAMPLED_CHECKS: usize = 3;

/// How often it is asked, while only the bound is still at work, whether to go on.
const GLANCE: Duration = Duration::from_millis(20);

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
    /// An offer less likely to come than this is used only where another could take its place
    /// ([`matching::withhold`]).
    pub confidence: f64,
}

/// The likelihood below which an offer needs a fallback, where nothing else is asked for: more likely than not.
pub const CONFIDENCE: f64 = 0.5;

impl Default for Settings {
    fn default() -> Self {
        Settings {
            seed: 1,
            iterations: None,
            threads: 1,
            ac: true,
            least_certain: OfferStatus::Offered,
            confidence: CONFIDENCE,
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
    let allowed = Allowed { status: settings.least_certain };
    let rows = matching::withhold(scenario, matches(scenario), allowed, settings.confidence);
    let services = ServiceModel::new(scenario, allowed);
    let mut dispatcher = prepared(scenario);
    let possible = explain::possible_jobs(scenario, &rows, allowed);
    let candidates = Candidates::new(scenario, &possible);
    let (market, related) = (Market::new(scenario, &rows, allowed), Related::new(scenario));
    let space = Space { candidates: &candidates, market: &market, related: &related, rows: &rows };
    let mut valuer = Valuer::new(&dispatcher, &services, settings.threads);

    let proof = Proof::default();
    let effort = bound_effort(scenario, settings, monitor.spent().is_some());
    std::thread::scope(|scope| {
        let bound = scope.spawn(|| proof.find(scenario, &rows, allowed, effort));

        let counted = matches!(effort, Effort::Counted { .. });
        let mut best_states =
            |monitor: &mut dyn Monitor| proof.best_states(|| counted && monitor.go_on());
        let begun = start(&mut valuer, space, allowed, &possible, Some(&mut best_states), monitor);
        let baseline = baselines(&mut dispatcher, space, allowed, &begun);
        let after = time_after_search(&mut dispatcher, space, allowed, settings, &begun, monitor);
        let mut pace = Pace::new(monitor, settings, scenario, after, &proof);
        let (best, _) = improve(&mut valuer, space, begun.best, settings.seed, &mut pace);

        let jobs = best.schedule(scenario, &candidates);
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
        let plan = finish(&mut dispatcher, settings, parts, monitor);
        if monitor.spent().is_some() {
            proof.stop.store(true, Ordering::Relaxed);
        }
        monitor.progress("proving how good the plan is", 1.0);
        while !bound.is_finished() {
            if !monitor.go_on() {
                proof.stop.store(true, Ordering::Relaxed);
            }
            std::thread::park_timeout(GLANCE);
        }
        match bound.join() {
            Ok(bound) => with_bound(plan, bound),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The share of the time allowed that what comes after the search will take for a plan like the first: the AC
/// checks, by those of some of its states, and the questions after uncertain offers.
fn time_after_search(
    dispatcher: &mut Dispatcher<'_>,
    space: Space<'_, '_>,
    allowed: Allowed,
    settings: &Settings,
    begun: &Begun,
    monitor: &mut dyn Monitor,
) -> f64 {
    let Some(before) = monitor.spent() else { return 0.0 };
    let scenario = dispatcher.scenario();
    let jobs = begun.best.schedule(scenario, space.candidates);
    let states = evaluate(dispatcher, space.rows, allowed, &jobs, settings.ac).states;
    let evaluated = monitor.spent().unwrap_or(before);
    let mut offers: Vec<usize> = jobs.iter().flat_map(|s| &s.items).map(|i| i.offer).collect();
    offers.sort_unstable();
    offers.dedup();
    let uncertain = offers.iter().filter(|&&o| !is_certain(&scenario.offers[o])).count();
    let questions = (evaluated - before) * (1.0 + uncertain as f64);
    if !settings.ac {
        return questions.min(MOST_QUESTIONS);
    }
    let some: Vec<&PlanState> =
        states.iter().step_by(states.len().div_ceil(SAMPLED_CHECKS).max(1)).collect();
    for state in &some {
        operate(dispatcher, state);
    }
    let each = (monitor.spent().unwrap_or(evaluated) - evaluated) / some.len().max(1) as f64;
    let threads = settings.threads.clamp(1, states.len().max(1));
    questions.min(MOST_QUESTIONS) + each * states.len() as f64 / threads as f64
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

/// A dispatcher that knows the line limits of typical states.
pub(crate) fn prepared(scenario: &Scenario) -> Dispatcher<'_> {
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
    proof: &'m Proof,
}

impl<'m> Pace<'m> {
    fn new(
        monitor: &'m mut dyn Monitor,
        settings: &Settings,
        scenario: &Scenario,
        after: f64,
        proof: &'m Proof,
    ) -> Self {
        let begin = monitor.spent();
        let by_size = ROUND_BUSES / scenario.network.buses.len().max(1) as u64;
        let by_size = by_size.clamp(ROUNDS.0, ROUNDS.1);
        let rounds =
            settings.iterations.unwrap_or(if begin.is_some() { u64::MAX } else { by_size });
        let end = (LAST - after).max(LEAST);
        Pace { monitor, begin: begin.unwrap_or(0.0), end, rounds, proof }
    }
}

impl Guide for Pace<'_> {
    fn spent(&mut self, round: u64, best: f64) -> Option<f64> {
        let bound = self.proof.best();
        // Nothing better can exist.
        if !self.monitor.go_on() || best <= bound * (1.0 + 1e-9) {
            return None;
        }
        let by_rounds = round as f64 / self.rounds.max(1) as f64;
        let by_time = self.monitor.spent().map_or(0.0, |spent| {
            (spent - self.begin) / (self.end - self.begin).max(f64::MIN_POSITIVE)
        });
        if self.monitor.spent().is_some_and(|spent| spent > LAST_SOLVE) {
            self.proof.stop.store(true, Ordering::Relaxed);
        }
        let spent = by_rounds.max(by_time);
        self.monitor.searching(best, bound, spent.min(1.0));
        (spent < 1.0).then_some(spent.max(0.0))
    }
}
