//! Somebody else's schedule, by the rules of every plan.

use std::thread::ScopedJoinHandle;

use super::finish::{Parts, finish, unrecoverable, with_items};
use super::proof::{Proof, bound_effort, with_bound};
use super::start::start;
use super::{Monitor, Settings, baselines, prepared};
use crate::construct::{Candidates, Related};
use crate::explain;
use crate::matching::{self, Allowed, check_items, matches};
use crate::plan::{MatchRow, Plan, ScheduledJob};
use crate::scenario::Scenario;
use crate::schedule::{Assignment, Broken, check};
use crate::search::{Market, Space};
use crate::services::ServiceModel;
use crate::value::Valuer;

/// Judges somebody else's schedule by the same rules. Jobs whose equipment the schedule does not name get
/// theirs by [`matching::assign`]; the broken rules come beside the plan. A schedule that breaks none has a bound beside
/// it; one that breaks some may be better than any plan can be.
pub fn judge(
    scenario: &Scenario,
    jobs: &[ScheduledJob],
    settings: &Settings,
    monitor: &mut dyn Monitor,
) -> (Plan, Vec<Broken>) {
    monitor.progress("holding offers against needs", 0.0);
    let rows = matches(scenario);
    let allowed = Allowed { status: settings.least_certain };
    let jobs = with_items(scenario, &rows, allowed, jobs);
    let (jobs, mut broken) = check(scenario, &jobs);
    broken.extend(check_items(scenario, &rows, allowed, &jobs));

    let proof = Proof::default();
    let plan = std::thread::scope(|scope| {
        let effort = bound_effort(scenario, settings, false);
        let (proof, rows) = (&proof, &rows);
        let find = move || proof.find(scenario, rows, allowed, effort);
        let bound = broken.is_empty().then(|| scope.spawn(find));
        let plan = measured(scenario, jobs, rows, allowed, settings, monitor);
        match bound.map(ScopedJoinHandle::join) {
            Some(Ok(bound)) => with_bound(plan, bound),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => plan,
        }
    });
    (plan, broken)
}

/// A schedule as a plan, without a bound.
fn measured(
    scenario: &Scenario,
    jobs: Vec<ScheduledJob>,
    rows: &[MatchRow],
    allowed: Allowed,
    settings: &Settings,
    monitor: &mut dyn Monitor,
) -> Plan {
    let services = ServiceModel::new(scenario, allowed);
    let mut dispatcher = prepared(scenario);
    monitor.progress("comparing with simpler ways", 0.2);
    let possible = explain::possible_jobs(scenario, rows, allowed);
    let candidates = Candidates::new(scenario, &possible);
    let (market, related) = (Market::new(scenario, rows, allowed), Related::new(scenario));
    let space = Space { candidates: &candidates, market: &market, related: &related, rows };
    let mut valuer = Valuer::new(&dispatcher, &services, settings.threads);
    let begun = start(&mut valuer, space, allowed, &possible, None, monitor);
    let baseline = baselines(&mut dispatcher, space, allowed, &begun);

    monitor.progress("checking states by AC power flow", 0.6);
    let mut filled = Assignment { by_need: vec![None; scenario.needs.len()] };
    for item in jobs.iter().flat_map(|s| &s.items) {
        filled.by_need[item.need].get_or_insert_default().push(item.clone());
    }
    let unmatched = matching::unmatched(scenario, rows, allowed, &filled);
    let unrecoverable = unrecoverable(&mut dispatcher, &candidates);
    let parts =
        Parts { rows, allowed, assignment: filled, jobs, baseline, unmatched, unrecoverable };
    finish(&mut dispatcher, settings, parts, monitor)
}
