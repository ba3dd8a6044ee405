//! Pledges are not certain: what a plan loses if an offer that it uses does not come.
//!
//! For each such offer the same order of jobs is dated again without it. Where other offers fit, what is left of
//! them takes its place, the one that is there first; jobs that nothing supplies any more are left out, with those
//! that must follow them; sets and diesel are placed anew. The difference is the loss.

use std::collections::BTreeMap;

use crate::dispatch::Dispatcher;
use crate::evaluate::{Evaluation, evaluate_with};
use crate::matching::{Allowed, fits};
use crate::plan::{AtRisk, ItemUse, Loss, MatchRow, Objective, ScheduledJob};
use crate::scenario::{Offer, Scenario};
use crate::schedule::{Assignment, generate};
use crate::services::ServiceModel;

/// An offer at least this likely to come is taken as certain.
const CERTAIN: f64 = 0.9;
/// Buses times states that may be dispatched for this question, in all: some seconds.
const MOST_BUS_STATES: usize = 5_000_000;

/// The offers in use that may not come, with what the plan loses without each; the greatest expected loss first.
/// On large grids, and where `go_on` says that time is up, only the least likely ones are looked at.
pub(crate) fn at_risk(
    dispatcher: &mut Dispatcher<'_>,
    rows: &[MatchRow],
    allowed: Allowed,
    assignment: &Assignment,
    jobs: &[ScheduledJob],
    evaluation: &Evaluation,
    go_on: &mut dyn FnMut() -> bool,
) -> Vec<AtRisk> {
    let scenario = dispatcher.scenario();
    let mut used: BTreeMap<usize, AtRisk> = BTreeMap::new();
    let uncertain = |offer: usize| !is_certain(&scenario.offers[offer]);
    let mut entry = |offer: usize, add: &dyn Fn(&mut AtRisk)| {
        let new = AtRisk { offer, jobs: Vec::new(), facilities: Vec::new(), loss: None };
        add(used.entry(offer).or_insert(new));
    };
    for s in jobs {
        for item in s.items.iter().filter(|item| uncertain(item.offer)) {
            entry(item.offer, &|risk| risk.jobs.push(s.job));
        }
    }
    for placement in evaluation.placements.iter().filter(|p| uncertain(p.offer)) {
        entry(placement.offer, &|risk| risk.facilities.push(placement.facility));
    }
    let mut risks: Vec<AtRisk> = used.into_values().collect();
    for risk in &mut risks {
        risk.jobs.dedup();
        risk.facilities.sort_unstable();
        risk.facilities.dedup();
    }
    let confidence = |risk: &AtRisk| scenario.offers[risk.offer].confidence;
    risks.sort_by(|a, b| confidence(a).total_cmp(&confidence(b)).then(a.offer.cmp(&b.offer)));
    let each = scenario.network.buses.len() * evaluation.states.len();
    for risk in risks.iter_mut().take(MOST_BUS_STATES / each.max(1)) {
        if !go_on() {
            break;
        }
        let model = ServiceModel::without(scenario, allowed, Some(risk.offer));
        let left = without(scenario, rows, allowed, assignment, jobs, risk.offer);
        let order: Vec<usize> = jobs.iter().map(|s| s.job).collect();
        let dated = generate(scenario, &left, &order);
        let then = evaluate_with(dispatcher, rows, &model, &dated, false).objective;
        let mut loss = difference(&evaluation.objective, &then);
        loss.jobs = order.into_iter().filter(|&j| dated.iter().all(|s| s.job != j)).collect();
        risk.loss = Some(loss);
    }
    let expected = |risk: &AtRisk| {
        risk.loss.as_ref().map_or(-1.0, |loss| (1.0 - confidence(risk)) * loss.weighted)
    };
    risks.sort_by(|a, b| expected(b).total_cmp(&expected(a)).then(a.offer.cmp(&b.offer)));
    risks
}

pub(crate) fn is_certain(offer: &Offer) -> bool {
    offer.confidence >= CERTAIN
}

/// The assignment without one offer: its places go to what others have left, or stay open.
fn without(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    assignment: &Assignment,
    jobs: &[ScheduledJob],
    gone: usize,
) -> Assignment {
    let mut left: Vec<u32> = scenario.offers.iter().map(|offer| offer.count).collect();
    left[gone] = 0;
    let mut by_need = assignment.by_need.clone();
    for s in jobs {
        for item in s.items.iter().filter(|item| item.offer != gone) {
            left[item.offer] = left[item.offer].saturating_sub(item.count);
        }
    }
    for s in jobs {
        for &need in &scenario.jobs[s.job].needs {
            let items = s.items.iter().filter(|item| item.need == need);
            let (lost, kept): (Vec<ItemUse>, Vec<ItemUse>) =
                items.cloned().partition(|item| item.offer == gone);
            if lost.is_empty() {
                continue;
            }
            let per_place = |offer: usize| {
                let row = rows.iter().find(|r| (r.need, r.offer) == (need, offer));
                row.map_or(1, |r| r.result.pieces.max(1))
            };
            let mut open: u32 = lost.iter().map(|item| item.count / per_place(gone)).sum();
            let mut others: Vec<&MatchRow> = (rows.iter())
                .filter(|r| {
                    r.need == need && fits(r) && allowed.includes(&scenario.offers[r.offer])
                })
                .collect();
            others.sort_by_key(|r| (scenario.offers[r.offer].arrival(), r.offer));
            let mut filled = kept;
            for row in others {
                let pieces = row.result.pieces.max(1);
                let places = open.min(left[row.offer] / pieces);
                if places > 0 {
                    left[row.offer] -= places * pieces;
                    open -= places;
                    filled.push(ItemUse { need, offer: row.offer, count: places * pieces });
                }
            }
            by_need[need] = (open == 0).then_some(filled);
        }
    }
    Assignment { by_need }
}

/// What the second outcome costs more than the first.
fn difference(before: &Objective, after: &Objective) -> Loss {
    let more = |a: f64, b: f64| (b - a).max(0.0);
    Loss {
        jobs: Vec::new(),
        weighted: more(before.weighted, after.weighted),
        unserved_mwh: more(before.unserved_mwh, after.unserved_mwh),
        unserved_people_hours: more(before.unserved_people_hours, after.unserved_people_hours),
        by_service: (after.by_service.iter())
            .map(|(service, hours)| {
                let was = before.by_service.get(service).copied().unwrap_or(0.0);
                (service.clone(), more(was, *hours))
            })
            .collect(),
    }
}
