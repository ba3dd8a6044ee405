//! From a scenario to a plan.
//!
//! 1. [`matching`] holds every offer against every need.
//! 2. [`construct`](crate::construct) ranks the repairs that are possible at all; the ranking tells
//!    [`matching::assign`] which job an item is worth most to.
//! 3. Several orders of repair are constructed and turned into dates by [`schedule`](crate::schedule);
//!    [`evaluate`](crate::evaluate) says what each costs, and the cheapest is the plan.
//! 4. Every state of the plan is checked by AC power flow, and [corrected](crate::ac_correct) where it does not hold.
//!
//! The seam for a search: [`Candidates`], an order of damages and `Attempts::consider` are all that it needs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use crate::ac_correct::operate;
use crate::construct::{Candidates, backward, forward, polish};
use crate::dispatch::Dispatcher;
use crate::evaluate::{Evaluation, evaluate, smaller_units};
use crate::explain;
use crate::matching::{self, Allowed, assign, check_items, matches};
use crate::plan::{
    AcCheck, Baselines, Bound, MatchRow, Objective, Plan, PlanState, ScheduledJob, Unmatched,
    Unrecoverable,
};
use crate::scenario::{OfferStatus, Scenario};
use crate::schedule::{Assignment, Broken, check, generate};
use crate::state::{GridState, SmallerUnits};
use crate::value::{Valuer, repaired_from};

/// Grid states times buses that the last improvement of orders may value: some seconds.
const POLISH_BUS_STATES: usize = 1_600_000;
/// Orders that are improved, the cheapest first.
const POLISHED: usize = 2;

/// The worth of a job that gets no items.
const NOTHING_FOR_IT: f64 = -1.0;

/// How to plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Written into the plan; the constructive planner draws nothing at random.
    pub seed: u64,
    /// Threads that value states. The plan does not depend on it.
    pub threads: usize,
    /// Whether states are checked by AC power flow.
    pub ac: bool,
    /// The least certain offers that the plan may count on.
    pub least_certain: OfferStatus,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { seed: 1, threads: 1, ac: true, least_certain: OfferStatus::Offered }
    }
}

/// Looks on while a plan is made.
pub trait Monitor {
    /// A new piece of work begins: what it is, and how much of the whole is done, 0 to 1.
    fn progress(&mut self, doing: &str, done: f64);
    /// Whether there is time for more constructions. The first plan is always finished.
    fn go_on(&mut self) -> bool {
        true
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
    let mut dispatcher = prepared(scenario);

    monitor.progress("ranking repairs", 0.05);
    let possible = explain::possible_jobs(scenario, &rows, allowed);
    let candidates = Candidates::new(scenario, &possible);
    let mut valuer = Valuer::new(&dispatcher, SmallerUnits::new(), settings.threads);
    let mut ranking = backward(&mut valuer, &candidates);

    monitor.progress("giving items to jobs", 0.4);
    let mut worth = job_worth(scenario, &candidates, &ranking.blocks, &ranking.gains);
    let mut supply = Supply::new(scenario, &rows, allowed, &possible, &worth);
    if supply.in_reach.damages != candidates.damages || !supply.units.is_empty() {
        monitor.progress("ranking what can be supplied", 0.45);
        valuer = Valuer::new(&dispatcher, supply.units.clone(), settings.threads);
        ranking = backward(&mut valuer, &supply.in_reach);
    }

    monitor.progress("ordering repairs", 0.6);
    let mut attempts = Attempts::new(&mut dispatcher, &rows, allowed);
    let by_file: Vec<usize> = (0..scenario.jobs.len()).collect();
    let input_order = attempts.consider(&supply, &by_file);
    let singles: Vec<Vec<usize>> = supply.in_reach.damages.iter().map(|&d| vec![d]).collect();
    let mut orders = vec![forward(&mut valuer, &supply.in_reach, &singles)];
    let greedy = attempts.consider(&supply, &supply.jobs(scenario, &orders[0]));
    attempts.consider(&supply, &supply.jobs(scenario, &ranking.order));
    if monitor.go_on() {
        monitor.progress("ordering blocks of repairs", 0.7);
        let blocks: Vec<Vec<usize>> = ranking.blocks.iter().chain(&singles).cloned().collect();
        orders.push(forward(&mut valuer, &supply.in_reach, &blocks));
        attempts.consider(&supply, &supply.jobs(scenario, &orders[1]));
    }
    orders.push(ranking.order);

    let most_states = POLISH_BUS_STATES / scenario.network.buses.len().max(1) / POLISHED;
    let cost =
        |valuer: &mut Valuer<'_>, order: &[usize]| valuer.cost(&supply.schedule(scenario, order));
    let mut ranked: Vec<(f64, Vec<usize>)> =
        orders.into_iter().map(|order| (cost(&mut valuer, &order), order)).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, order) in ranked.into_iter().take(POLISHED) {
        if monitor.go_on() {
            monitor.progress("moving repairs", 0.75);
            let order =
                polish(&mut valuer, &supply.in_reach, &supply.assignment, &order, most_states);
            attempts.consider(&supply, &supply.jobs(scenario, &order));
        }
    }

    // Items of jobs that turned out to do harm may be worth something elsewhere.
    let best = attempts.jobs();
    for job in (0..scenario.jobs.len()).filter(|j| best.iter().all(|s| s.job != *j)) {
        if supply.assignment.of_job(scenario, job).is_ok() {
            worth[job] = NOTHING_FOR_IT;
        }
    }
    let freed = Supply::new(scenario, &rows, allowed, &possible, &worth);
    if freed.assignment != supply.assignment && monitor.go_on() {
        monitor.progress("giving freed items to others", 0.78);
        valuer = Valuer::new(attempts.dispatcher, freed.units.clone(), settings.threads);
        let order = extended(&mut valuer, &freed, by_completion(scenario, &best));
        let order = polish(&mut valuer, &freed.in_reach, &freed.assignment, &order, most_states);
        let before = attempts.cost();
        attempts.consider(&freed, &freed.jobs(scenario, &order));
        if attempts.cost() < before {
            supply = freed;
        }
    }
    let jobs = attempts.jobs();

    let baseline =
        Baselines { no_repair: no_repair(&mut dispatcher, &rows, allowed), input_order, greedy };
    monitor.progress("checking states by AC power flow", 0.8);
    let assignment = supply.assignment;
    let mut unmatched = matching::unmatched(scenario, &rows, allowed, &assignment);
    for open in unmatched.iter_mut().filter(|u| supply.given_up[scenario.needs[u.need].job]) {
        open.reasons = vec![explain::FREED.into()];
    }
    let unrecoverable = unrecoverable(&mut dispatcher, &candidates);
    let parts = Parts { rows, allowed, assignment, jobs, baseline, unmatched, unrecoverable };
    finish(&mut dispatcher, settings, parts, monitor)
}

/// Judges somebody else's schedule by the same rules. Jobs whose equipment the schedule does not name get
/// theirs by [`assign`]; the broken rules come beside the plan.
pub fn judge(
    scenario: &Scenario,
    jobs: &[ScheduledJob],
    settings: &Settings,
    monitor: &mut dyn Monitor,
) -> (Plan, Vec<Broken>) {
    monitor.progress("holding offers against needs", 0.0);
    let rows = matches(scenario);
    let allowed = Allowed { status: settings.least_certain };
    let mut dispatcher = prepared(scenario);
    let jobs = with_items(scenario, &rows, allowed, jobs);
    let (jobs, mut broken) = check(scenario, &jobs);
    broken.extend(check_items(scenario, &rows, allowed, &jobs));

    monitor.progress("comparing with simpler ways", 0.2);
    let possible = explain::possible_jobs(scenario, &rows, allowed);
    let candidates = Candidates::new(scenario, &possible);
    let supply = Supply::new(scenario, &rows, allowed, &possible, &vec![1.0; scenario.jobs.len()]);
    let mut attempts = Attempts::new(&mut dispatcher, &rows, allowed);
    let by_file: Vec<usize> = (0..scenario.jobs.len()).collect();
    let input_order = attempts.consider(&supply, &by_file);
    let mut valuer = Valuer::new(attempts.dispatcher, supply.units.clone(), settings.threads);
    let singles: Vec<Vec<usize>> = supply.in_reach.damages.iter().map(|&d| vec![d]).collect();
    let order = forward(&mut valuer, &supply.in_reach, &singles);
    let greedy = attempts.consider(&supply, &supply.jobs(scenario, &order));
    let baseline =
        Baselines { no_repair: no_repair(&mut dispatcher, &rows, allowed), input_order, greedy };

    monitor.progress("checking states by AC power flow", 0.6);
    let mut filled = Assignment { by_need: vec![None; scenario.needs.len()] };
    for item in jobs.iter().flat_map(|s| &s.items) {
        filled.by_need[item.need].get_or_insert_default().push(item.clone());
    }
    let unmatched = matching::unmatched(scenario, &rows, allowed, &filled);
    let unrecoverable = unrecoverable(&mut dispatcher, &candidates);
    let parts =
        Parts { rows, allowed, assignment: filled, jobs, baseline, unmatched, unrecoverable };
    (finish(&mut dispatcher, settings, parts, monitor), broken)
}

fn prepared(scenario: &Scenario) -> Dispatcher<'_> {
    let mut dispatcher = Dispatcher::new(scenario);
    let n = scenario.damages.len();
    let whole = SmallerUnits::new();
    let typical = [false, true].map(|done| GridState::of(scenario, &vec![done; n], &whole));
    dispatcher.learn(&typical);
    dispatcher
}

/// What the jobs are given, and what can be repaired with it.
struct Supply {
    assignment: Assignment,
    /// Jobs that get nothing, because the plan does better without them.
    given_up: Vec<bool>,
    in_reach: Candidates,
    units: SmallerUnits,
}

impl Supply {
    fn new(
        scenario: &Scenario,
        rows: &[MatchRow],
        allowed: Allowed,
        possible: &[bool],
        worth: &[f64],
    ) -> Self {
        let assignment = assign(scenario, rows, allowed, worth);
        let supplied: Vec<bool> = (0..possible.len())
            .map(|j| possible[j] && assignment.of_job(scenario, j).is_ok())
            .collect();
        Supply {
            in_reach: Candidates::new(scenario, &supplied),
            units: assigned_units(scenario, rows, &assignment),
            given_up: worth.iter().map(|&worth| worth < 0.0).collect(),
            assignment,
        }
    }

    fn jobs(&self, scenario: &Scenario, damages: &[usize]) -> Vec<usize> {
        self.in_reach.job_order(scenario, damages)
    }

    fn schedule(&self, scenario: &Scenario, damages: &[usize]) -> Vec<ScheduledJob> {
        generate(scenario, &self.assignment, &self.jobs(scenario, damages))
    }
}

/// Schedules tried, and the best of them.
struct Attempts<'d, 'a> {
    dispatcher: &'d mut Dispatcher<'a>,
    rows: &'d [MatchRow],
    allowed: Allowed,
    best: Option<(f64, Vec<ScheduledJob>)>,
}

impl<'d, 'a> Attempts<'d, 'a> {
    fn new(dispatcher: &'d mut Dispatcher<'a>, rows: &'d [MatchRow], allowed: Allowed) -> Self {
        Attempts { dispatcher, rows, allowed, best: None }
    }

    /// Schedules an order of jobs and keeps it if it is the best so far. Returns what it costs.
    fn consider(&mut self, supply: &Supply, order: &[usize]) -> Objective {
        let jobs = generate(self.dispatcher.scenario(), &supply.assignment, order);
        let objective = evaluate(self.dispatcher, self.rows, self.allowed, &jobs, false).objective;
        if objective.weighted < self.cost() * (1.0 - 1e-12) || self.best.is_none() {
            self.best = Some((objective.weighted, jobs));
        }
        objective
    }

    fn cost(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |(cost, _)| *cost)
    }

    fn jobs(&self) -> Vec<ScheduledJob> {
        self.best.as_ref().map(|(_, jobs)| jobs.clone()).unwrap_or_default()
    }
}

/// The damages that a schedule repairs, first repaired first.
fn by_completion(scenario: &Scenario, jobs: &[ScheduledJob]) -> Vec<usize> {
    let from = repaired_from(scenario, jobs);
    let mut order: Vec<usize> = (0..from.len()).filter(|&d| from[d].is_some()).collect();
    order.sort_by_key(|&d| (from[d], d));
    order
}

/// `order` without what is no longer in reach, and with everything else that is, where that helps.
fn extended(valuer: &mut Valuer<'_>, supply: &Supply, mut order: Vec<usize>) -> Vec<usize> {
    let scenario = valuer.scenario();
    order.retain(|d| supply.in_reach.damages.contains(d));
    let mut cost = valuer.cost(&supply.schedule(scenario, &order));
    for &d in &supply.in_reach.damages {
        if order.contains(&d) {
            continue;
        }
        order.push(d);
        let with = valuer.cost(&supply.schedule(scenario, &order));
        if with < cost * (1.0 - 1e-9) {
            cost = with;
        } else {
            order.pop();
        }
    }
    order
}

/// What the plan is put together from.
struct Parts {
    rows: Vec<MatchRow>,
    allowed: Allowed,
    assignment: Assignment,
    jobs: Vec<ScheduledJob>,
    baseline: Baselines,
    unmatched: Vec<Unmatched>,
    unrecoverable: Unrecoverable,
}

fn finish(
    dispatcher: &mut Dispatcher<'_>,
    settings: &Settings,
    parts: Parts,
    monitor: &mut dyn Monitor,
) -> Plan {
    let scenario = dispatcher.scenario();
    let Parts { mut rows, allowed, assignment, jobs, baseline, unmatched, unrecoverable } = parts;
    let mut evaluation = evaluate(dispatcher, &rows, allowed, &jobs, settings.ac);
    if settings.ac {
        check_states(dispatcher, &mut evaluation.states, settings.threads, monitor);
    }
    for row in &mut rows {
        let used = jobs.iter().flat_map(|s| &s.items);
        row.chosen =
            used.filter(|i| (i.need, i.offer) == (row.need, row.offer)).map(|i| i.count).sum();
    }
    let warnings = explain::warnings(scenario, allowed, &evaluation);
    let unscheduled =
        explain::unscheduled(scenario, &rows, allowed, &jobs, &unmatched, &assignment);
    let Evaluation { objective, states, placements, .. } = evaluation;
    let gap = if objective.weighted > 0.0 { 1.0 } else { 0.0 };
    Plan {
        seed: settings.seed,
        // Nothing is claimed yet but that no cost is negative.
        bound: Bound { weighted: 0.0, gap, method: "none".into(), complete: false },
        objective,
        baseline,
        jobs,
        unscheduled,
        states,
        placements,
        matches: rows,
        unmatched,
        unrecoverable,
        warnings,
    }
}

/// Checks each distinct grid state once; rows that differ in services only share the outcome.
fn check_states(
    dispatcher: &Dispatcher<'_>,
    states: &mut [PlanState],
    threads: usize,
    monitor: &mut dyn Monitor,
) {
    let mut like: Vec<usize> = Vec::with_capacity(states.len());
    for (k, state) in states.iter().enumerate() {
        let same =
            |&i: &usize| states[i].status == state.status && states[i].derated == state.derated;
        like.push(like.last().copied().filter(same).unwrap_or(k));
    }
    let distinct: Vec<usize> = (0..states.len()).filter(|&k| like[k] == k).collect();
    let mut checks: Vec<Option<AcCheck>> = vec![None; states.len()];
    let next = AtomicUsize::new(0);
    let (sender, done) = channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, distinct.len().max(1)) {
            let (next, distinct, states, sender) = (&next, &distinct, &*states, sender.clone());
            let mut dispatcher = dispatcher.clone();
            scope.spawn(move || {
                while let Some(&k) = distinct.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send((k, operate(&mut dispatcher, &states[k]).check)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (count, (k, check)) in done.iter().enumerate() {
            checks[k] = Some(check);
            let part = (count + 1) as f64 / distinct.len() as f64;
            monitor.progress("checking states by AC power flow", 0.8 + 0.2 * part);
        }
    });
    for (state, &k) in states.iter_mut().zip(&like) {
        state.ac = checks[k].clone().unwrap_or_else(AcCheck::skipped);
    }
}

/// What each job is worth: the load that its block brings back, shared by nobody; a job that is a step to
/// several damages is worth the best of them.
fn job_worth(
    scenario: &Scenario,
    candidates: &Candidates,
    blocks: &[Vec<usize>],
    gains: &[f64],
) -> Vec<f64> {
    let mut worth = vec![0.0_f64; scenario.jobs.len()];
    for (block, &gain) in blocks.iter().zip(gains) {
        for &job in block.iter().flat_map(|&d| &candidates.jobs[d]) {
            worth[job] = worth[job].max(gain);
        }
    }
    worth
}

/// The smaller units among the items that are assigned to jobs.
fn assigned_units(scenario: &Scenario, rows: &[MatchRow], assignment: &Assignment) -> SmallerUnits {
    let jobs: Vec<ScheduledJob> = (0..scenario.jobs.len())
        .filter_map(|job| {
            let items = assignment.of_job(scenario, job).ok()?;
            Some(ScheduledJob { job, start: 0, finish: 0, teams: Vec::new(), items })
        })
        .collect();
    smaller_units(scenario, rows, &jobs)
}

/// Fills in equipment where a schedule does not name it.
fn with_items(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    jobs: &[ScheduledJob],
) -> Vec<ScheduledJob> {
    if jobs.iter().any(|s| !s.items.is_empty()) {
        return jobs.to_vec();
    }
    let mut worth = vec![0.0; scenario.jobs.len()];
    for s in jobs {
        // Sooner is worth more: whoever made the schedule wanted it first.
        worth[s.job] = f64::from(scenario.horizon_steps.saturating_sub(s.start)) + 1.0;
    }
    let assignment = assign(scenario, rows, allowed, &worth);
    jobs.iter()
        .map(|s| ScheduledJob {
            items: assignment.of_job(scenario, s.job).unwrap_or_default(),
            ..s.clone()
        })
        .collect()
}

fn no_repair(dispatcher: &mut Dispatcher<'_>, rows: &[MatchRow], allowed: Allowed) -> Objective {
    evaluate(dispatcher, rows, allowed, &[], false).objective
}

/// The load that is unserved even with every possible repair done.
fn unrecoverable(dispatcher: &mut Dispatcher<'_>, candidates: &Candidates) -> Unrecoverable {
    let scenario = dispatcher.scenario();
    let mut repaired = vec![false; scenario.damages.len()];
    for &d in &candidates.damages {
        repaired[d] = true;
    }
    let delivery = dispatcher.deliver(&GridState::of(scenario, &repaired, &SmallerUnits::new()));
    let mut lost = Unrecoverable::default();
    for (i, bus) in scenario.network.buses.iter().enumerate() {
        let shed = bus.pd_mw - delivery.dispatch.served_mw[i];
        if bus.pd_mw > 0.0 && shed > 1e-6 * bus.pd_mw.max(1.0) {
            lost.mw += shed;
            lost.people += scenario.buses[i].people * shed / bus.pd_mw;
            lost.buses.push(i);
        }
    }
    lost
}
