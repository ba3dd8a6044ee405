//! A scenario through the states of a plan, quickly: an order by rule, dates, dispatch of every state, services. No
//! search, no integer programme, no AC check.
//!
//! It is for studies, which ask thousands of scenarios what a policy is worth: what a single plan loses by it is told by
//! `docs/study.md`, and differences between policies are of the same rule on the same scenarios. One [`Quick`] serves all
//! scenarios of a grid: what does not depend on the damage is prepared once. What it says of a scenario is a
//! function of that scenario and of the base alone, whatever it was asked before.

mod give;
mod order;

use crate::construct::Candidates;
use crate::dispatch::Dispatcher;
use crate::evaluate::smaller_units;
use crate::explain::possible_jobs;
use crate::matching::{Allowed, matches};
use crate::plan::{Objective, ScheduledJob};
use crate::planner::prepared;
use crate::scenario::{OfferStatus, Scenario};
use crate::schedule::finishes;
use crate::services::ServiceModel;
use crate::state::{GridState, live_buses};
use crate::value::{InOperation, lost_at_home, repaired_from, spans};

pub use give::Stock;

/// In which order damage is repaired.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Order {
    /// What brings back the most weighted load for its crew-steps, with all that must be whole before it.
    #[default]
    Ratio,
    /// In the order of the damages.
    Listed,
    /// By rank, the lowest first; damages without a rank follow in the order of [`Order::Ratio`].
    Ranked(Vec<Option<u32>>),
}

/// How a scenario is dealt with.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The order of repair.
    pub order: Order,
    /// The least certain offers that are counted on.
    pub least_certain: OfferStatus,
    /// Offers that lie ready in a region.
    pub stock: Vec<Stock>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy { order: Order::Ratio, least_certain: OfferStatus::Offered, stock: Vec::new() }
    }
}

/// What a policy comes to in a scenario.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Every measure.
    pub objective: Objective,
    /// People-hours without power at home by region, unweighted; the last entry is for buses without a region.
    pub power_by_region: Vec<f64>,
    /// People-hours without each service of [`Quick::services`], by region as above.
    pub services_by_region: Vec<Vec<f64>>,
    /// Jobs that are finished within the horizon.
    pub jobs_done: usize,
    /// Needs that stay open, as indices.
    pub open_needs: Vec<usize>,
    /// Offers of which something is used, as indices, and how many pieces: built in by a job that is finished, or a set
    /// that stands somewhere.
    pub used: Vec<(usize, u32)>,
    /// States that were dispatched.
    pub states: usize,
}

/// Prepared for all scenarios of one grid with its people and facilities.
#[derive(Debug, Clone)]
pub struct Quick<'a> {
    base: &'a Scenario,
    prepared: Dispatcher<'a>,
    dispatcher: Dispatcher<'a>,
    services: Vec<String>,
    region_of_bus: Vec<usize>,
}

impl<'a> Quick<'a> {
    /// Prepares for scenarios that differ from `base` in damage, jobs, needs, skills, crews and offers alone.
    pub fn new(base: &'a Scenario) -> Self {
        let prepared = prepared(base);
        let mut services: Vec<String> = base.facilities.iter().map(|f| f.service.clone()).collect();
        services.sort_unstable();
        services.dedup();
        let none = base.regions.len();
        let region = |site: usize| base.sites[site].region;
        Quick {
            base,
            dispatcher: prepared.clone(),
            prepared,
            services,
            region_of_bus: (base.buses.iter())
                .map(|b| b.site.and_then(region).unwrap_or(none))
                .collect(),
        }
    }

    /// The base.
    pub fn base(&self) -> &'a Scenario {
        self.base
    }

    /// Names of the services, sorted.
    pub fn services(&self) -> &[String] {
        &self.services
    }

    /// Follows a scenario under a policy to the end of its horizon.
    pub fn follow(&mut self, scenario: &Scenario, policy: &Policy) -> Outcome {
        // Nothing that was learned from another scenario may colour this one.
        self.dispatcher.learn_from(&self.prepared);
        let allowed = Allowed { status: policy.least_certain };
        let rows = matches(scenario);
        let possible = possible_jobs(scenario, &rows, allowed);
        let candidates = Candidates::new(scenario, &possible);
        let prices = order::Prices::new(&mut self.dispatcher, scenario);
        let rank = |candidates: &Candidates| {
            let by_ratio = order::by_ratio(scenario, candidates, &prices);
            match &policy.order {
                Order::Ratio => by_ratio,
                Order::Listed => candidates.damages.clone(),
                Order::Ranked(ranks) => {
                    let mut order = by_ratio;
                    let rank = |d: &usize| ranks.get(*d).copied().flatten().unwrap_or(u32::MAX);
                    order.sort_by_key(rank);
                    order
                }
            }
        };
        let first = candidates.job_order(scenario, &rank(&candidates));
        let gift = give::give(scenario, &rows, allowed, &policy.stock, &first);
        // Ranked again by what can be supplied: a line to a station that gets no transformer is worth less.
        let supplied: Vec<bool> =
            possible.iter().zip(&gift.arrival).map(|(p, a)| *p && a.is_some()).collect();
        let in_reach = Candidates::new(scenario, &supplied);
        let jobs = in_reach.job_order(scenario, &rank(&in_reach));
        let finish = finishes(scenario, &gift.arrival, &jobs);
        let done: Vec<ScheduledJob> = (0..scenario.jobs.len())
            .filter(|&j| finish[j].is_some())
            .map(|job| ScheduledJob {
                job,
                start: 0,
                finish: 0,
                teams: Vec::new(),
                items: gift.assignment.of_job(scenario, job).unwrap_or_default(),
            })
            .collect();
        let units = smaller_units(scenario, &rows, &done);
        let mut outcome = self.through(scenario, allowed, &repaired_from(scenario, &finish), |r| {
            GridState::of(scenario, r, &units)
        });
        outcome.jobs_done = done.len();
        for item in done.iter().flat_map(|job| &job.items) {
            use_pieces(&mut outcome.used, item.offer, item.count);
        }
        outcome.used.sort_unstable();
        outcome.open_needs =
            (0..scenario.needs.len()).filter(|&n| gift.assignment.by_need[n].is_none()).collect();
        outcome
    }

    /// Through the states, by the step from which each damage is repaired.
    fn through(
        &mut self,
        scenario: &Scenario,
        allowed: Allowed,
        from: &[Option<u32>],
        state_of: impl Fn(&[bool]) -> GridState,
    ) -> Outcome {
        let model = ServiceModel::new(scenario, allowed);
        let spans = spans(scenario, from);
        let regions = scenario.regions.len() + 1;
        let mut outcome = Outcome {
            power_by_region: vec![0.0; regions],
            states: spans.len(),
            ..Outcome::default()
        };
        let mut operation = InOperation::default();
        let mut served: Vec<Vec<f64>> = Vec::with_capacity(spans.len());
        let mut shares: Vec<Vec<f64>> = Vec::with_capacity(spans.len());
        let mut by_step: Vec<usize> = Vec::with_capacity(scenario.horizon_steps as usize);
        for (k, span) in spans.iter().enumerate() {
            let state = state_of(&span.repaired);
            let delivery = self.dispatcher.deliver(&state);
            // The next state is a small change of this one.
            self.dispatcher.learn(std::slice::from_ref(&state));
            let (_, live) = live_buses(&scenario.network, &state.status);
            shares.push(model.facility_share(&delivery.dispatch.served_mw, &live));
            served.push(delivery.dispatch.served_mw);
            let operated = operation.enter(k, delivery.unserved);
            let hours = f64::from(span.to - span.from) * scenario.step_hours;
            self.add_homes(scenario, &served[operated], hours, &mut outcome);
            by_step.extend((span.from..span.to).map(|_| operated));
        }
        let by_step: Vec<&[f64]> = by_step.into_iter().map(|k| shares[k].as_slice()).collect();
        let services = model.simulate(&by_step);
        outcome.objective.add_services(scenario, &services);
        let mut sets: Vec<(usize, u32)> =
            services.placements.iter().map(|p| (p.offer, p.piece)).collect();
        sets.sort_unstable();
        sets.dedup();
        for (offer, _) in sets {
            use_pieces(&mut outcome.used, offer, 1);
        }
        outcome.services_by_region = vec![vec![0.0; regions]; self.services.len()];
        for &(f, hours) in &services.lost {
            let facility = &scenario.facilities[f];
            let region = scenario.facility_region(facility).unwrap_or(regions - 1);
            if let Ok(service) = self.services.binary_search(&facility.service) {
                outcome.services_by_region[service][region] += facility.people * hours;
            }
        }
        outcome
    }

    fn add_homes(&self, scenario: &Scenario, served: &[f64], hours: f64, outcome: &mut Outcome) {
        let buses = scenario.network.buses.iter().zip(&scenario.buses).zip(served);
        for (((bus, info), served), &region) in buses.zip(&self.region_of_bus) {
            if bus.pd_mw > 0.0 {
                let missing = 1.0 - (served / bus.pd_mw).clamp(0.0, 1.0);
                outcome.objective.unserved_mwh += missing * bus.pd_mw * hours;
                outcome.power_by_region[region] += missing * info.people * hours;
                outcome.objective.unserved_people_hours += missing * info.people * hours;
            }
        }
        outcome.objective.weighted += hours * lost_at_home(scenario, served);
    }
}

fn use_pieces(used: &mut Vec<(usize, u32)>, offer: usize, count: u32) {
    match used.iter_mut().find(|(known, _)| *known == offer) {
        Some((_, pieces)) => *pieces += count,
        None => used.push((offer, count)),
    }
}
