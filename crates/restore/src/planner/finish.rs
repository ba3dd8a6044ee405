//! From a schedule to a plan: its states, their AC checks, and what is to be said of it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use super::{Monitor, Settings};
use crate::ac_correct::operate;
use crate::construct::Candidates;
use crate::dispatch::Dispatcher;
use crate::evaluate::{Evaluation, evaluate};
use crate::explain;
use crate::matching::{Allowed, assign};
use crate::plan::{
    AcCheck, Baselines, Bound, MatchRow, Plan, PlanState, ScheduledJob, Unmatched, Unrecoverable,
};
use crate::scenario::Scenario;
use crate::schedule::Assignment;
use crate::state::{GridState, SmallerUnits};
use crate::uncertainty::at_risk;

/// What the plan is put together from.
pub(super) struct Parts<'p> {
    pub rows: &'p [MatchRow],
    pub allowed: Allowed,
    pub assignment: Assignment,
    pub jobs: Vec<ScheduledJob>,
    pub baseline: Baselines,
    pub unmatched: Vec<Unmatched>,
    pub unrecoverable: Unrecoverable,
}

pub(super) fn finish(
    dispatcher: &mut Dispatcher<'_>,
    settings: &Settings,
    parts: Parts<'_>,
    monitor: &mut dyn Monitor,
) -> Plan {
    let scenario = dispatcher.scenario();
    let Parts { rows, allowed, assignment, jobs, baseline, unmatched, unrecoverable } = parts;
    let mut evaluation = evaluate(dispatcher, rows, allowed, &jobs, settings.ac);
    if settings.ac {
        check_states(dispatcher, &mut evaluation.states, settings.threads, monitor);
    }
    let mut matches = rows.to_vec();
    for row in &mut matches {
        let used = jobs.iter().flat_map(|s| &s.items);
        row.chosen =
            used.filter(|i| (i.need, i.offer) == (row.need, row.offer)).map(|i| i.count).sum();
    }
    let warnings = explain::warnings(scenario, allowed, &evaluation);
    let unscheduled = explain::unscheduled(scenario, rows, allowed, &jobs, &unmatched, &assignment);
    monitor.progress("asking what is lost if uncertain offers do not come", 0.99);
    let at_risk = at_risk(dispatcher, rows, allowed, &assignment, &jobs, &evaluation, &mut || {
        monitor.spent().is_none_or(|spent| spent < 1.0)
    });
    let Evaluation { objective, states, placements, frozen, .. } = evaluation;
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
        matches,
        unmatched,
        unrecoverable,
        frozen,
        at_risk,
        warnings,
        asks: None,
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

/// Fills in equipment where a schedule does not name it.
pub(super) fn with_items(
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

/// The load that is unserved even with every possible repair done.
pub(super) fn unrecoverable(
    dispatcher: &mut Dispatcher<'_>,
    candidates: &Candidates,
) -> Unrecoverable {
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
