//! Scenarios to rows, on any number of threads.
//!
//! [`run_scenarios`] is the whole of it: a function of the study and of the numbers of the scenarios. It may be called in
//! one go, in pieces, in threads, in processes, on machines: a scenario's rows are the same everywhere, to the bit, and
//! counts are whole numbers, so that sums do not depend on their order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use relight_restore::Scenario;
use relight_restore::quick::{self, Outcome, Quick, Stock};
use relight_restore::scenario::{Offer, OfferStatus};
use serde::{Deserialize, Serialize};

use crate::study::{Class, Order, Policy, Ready, Study};
use crate::work::Work;

/// What one policy comes to in one scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Number of the scenario.
    pub scenario: u64,
    /// Place of the policy in the settings.
    pub policy: u32,
    /// Place of the hazard in the settings' draws.
    pub draw: u32,
    /// Elements out at first.
    pub elements: u32,
    /// Transformers lost.
    pub transformers: u32,
    /// Lines down.
    pub lines: u32,
    /// What it loses. `None` where no event of the scenario's seed is as bad as was asked for: the elements above are
    /// those of the strongest there is, and nothing is followed that was not asked for.
    pub losses: Option<Losses>,
}

/// What a scenario loses under a policy: whole people-hours (megawatt-hours where energy is meant), so that sums are
/// exact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Losses {
    /// What is minimised: weighted people-hours over all services.
    pub weighted: i64,
    /// Unserved energy, `MWh`.
    pub unserved_mwh: i64,
    /// Jobs there are.
    pub jobs: u32,
    /// Jobs finished within the horizon.
    pub jobs_done: u32,
    /// People-hours lost, by measure ([`Study::measures`]) and within each by region ([`Study::regions`]).
    pub lost: Vec<i64>,
    /// Places that stayed without equipment: class ([`Study::classes`]), region ([`Study::regions`]), count.
    pub open: Vec<(u32, u32, u32)>,
    /// Pieces that were used, by offer: those of the base, then the policy's stock.
    pub used: Vec<(u32, u32)>,
}

impl Losses {
    /// People-hours without a measure, all regions together.
    pub fn of_measure(&self, study: &Study, measure: usize) -> i64 {
        let regions = study.regions().len();
        self.lost.chunks(regions).nth(measure).map_or(0, |lost| lost.iter().sum())
    }
}

/// Runs scenarios under every policy of the study: rows in the order of `scenarios`, within each in that of the
/// policies. The number of threads changes nothing but the time. `stop`, once true, ends the work: rows of scenarios that
/// were not finished are missing then, and none is there in part.
pub fn run_scenarios(
    study: &Study,
    scenarios: &[u64],
    threads: usize,
    stop: &AtomicBool,
) -> Vec<Row> {
    let mut found: Vec<(usize, Vec<Row>)> = Vec::with_capacity(scenarios.len());
    run_each(study, scenarios, threads, stop, |place, rows| found.push((place, rows)));
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().flat_map(|(_, rows)| rows).collect()
}

/// The same, with what is done of each scenario as soon as it is: its place in `scenarios` and its rows, in whatever order
/// they come. `done` is called by one thread at a time.
pub fn run_each(
    study: &Study,
    scenarios: &[u64],
    threads: usize,
    stop: &AtomicBool,
    done: impl FnMut(usize, Vec<Row>) + Send,
) {
    let first = Runner::new(study);
    let threads = threads.clamp(1, scenarios.len().max(1));
    let next = AtomicUsize::new(0);
    let done = Mutex::new(done);
    let work = |mut runner: Runner<'_>| {
        while !stop.load(Ordering::Relaxed) {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(&scenario) = scenarios.get(place) else { break };
            let rows = runner.run(scenario);
            // A thread that panicked while it told takes the others with it.
            let Ok(mut done) = done.lock() else { break };
            done(place, rows);
        }
    };
    std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (1..threads)
            .map(|_| {
                let runner = first.clone();
                scope.spawn(move || work(runner))
            })
            .collect();
        work(first.clone());
        for other in others {
            if let Err(panic) = other.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// Runs one scenario after the other.
#[derive(Debug, Clone)]
pub struct Runner<'s> {
    study: &'s Study,
    quick: Quick<'s>,
    scenario: Scenario,
}

impl<'s> Runner<'s> {
    /// Prepares.
    pub fn new(study: &'s Study) -> Self {
        Runner { study, quick: Quick::new(study.base()), scenario: study.base().clone() }
    }

    /// The rows of a scenario, one for each policy.
    pub fn run(&mut self, number: u64) -> Vec<Row> {
        let study = self.study;
        let (draw, event, reached) = study.event(number);
        let row = |policy: usize, losses| Row {
            scenario: number,
            policy: policy as u32,
            draw: draw as u32,
            elements: event.counts.elements as u32,
            transformers: event.counts.transformers as u32,
            lines: event.counts.lines as u32,
            losses,
        };
        let policies = &study.settings().policies;
        if !reached {
            return (0..policies.len()).map(|p| row(p, None)).collect();
        }
        Work::of(study.terrain(), study.base(), &event).put_into(&mut self.scenario);
        let follow = |(p, policy)| row(p, Some(self.follow(number, policy)));
        policies.iter().enumerate().map(follow).collect()
    }

    fn follow(&mut self, number: u64, policy: &Policy) -> Losses {
        let study = self.study;
        let base = &study.base().offers;
        let offers = &mut self.scenario.offers;
        offers.truncate(base.len());
        for (o, (offer, promised)) in offers.iter_mut().zip(base).enumerate() {
            let there = study.comes(number, o) && !policy.without.contains(&o);
            offer.count = if there { promised.count } else { 0 };
        }
        let stock = put_ready(&mut self.scenario, &policy.stock);
        let order = match &policy.order {
            Order::Ratio => quick::Order::Ratio,
            Order::Listed => quick::Order::Listed,
            Order::Plan(ranks) => quick::Order::Ranked(
                (self.scenario.damages.iter())
                    .map(|d| ranks.iter().find(|(e, _)| *e == d.element).map(|(_, rank)| *rank))
                    .collect(),
            ),
        };
        let how = quick::Policy { order, least_certain: policy.least_certain, stock };
        let outcome = self.quick.follow(&self.scenario, &how);
        self.losses(&outcome)
    }

    fn losses(&self, outcome: &Outcome) -> Losses {
        let (study, scenario) = (self.study, &self.scenario);
        let nowhere = scenario.regions.len();
        let mut open: Vec<(u32, u32, u32)> = Vec::new();
        for need in outcome.open_needs.iter().map(|&n| &scenario.needs[n]) {
            let class = Class::of(&need.item);
            let Some(k) = study.classes().iter().position(|c| *c == class) else { continue };
            let region = scenario.job_region(need.job).unwrap_or(nowhere);
            let place = (k as u32, region as u32);
            match open.iter_mut().find(|(k, region, _)| (*k, *region) == place) {
                Some((_, _, count)) => *count += need.count,
                None => open.push((place.0, place.1, need.count)),
            }
        }
        open.sort_unstable();
        let services = outcome.services_by_region.iter().flatten();
        Losses {
            weighted: whole(outcome.objective.weighted),
            unserved_mwh: whole(outcome.objective.unserved_mwh),
            jobs: scenario.jobs.len() as u32,
            jobs_done: outcome.jobs_done as u32,
            lost: outcome.power_by_region.iter().chain(services).map(|x| whole(*x)).collect(),
            open,
            used: outcome.used.iter().map(|&(offer, count)| (offer as u32, count)).collect(),
        }
    }
}

/// Adds equipment that lies ready to the offers.
fn put_ready(scenario: &mut Scenario, ready: &[Ready]) -> Vec<Stock> {
    ready
        .iter()
        .map(|lot| {
            scenario.offers.push(Offer {
                id: String::new(),
                donor: String::new(),
                item: lot.item.clone(),
                count: lot.count,
                origin: String::new(),
                ready: 0,
                transit: lot.elsewhere,
                status: OfferStatus::Received,
                confidence: 1.0,
            });
            Stock { offer: scenario.offers.len() - 1, region: lot.region }
        })
        .collect()
}

/// To a whole number; `as` saturates.
fn whole(x: f64) -> i64 {
    libm::round(x) as i64
}
