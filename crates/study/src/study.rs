//! A study: many scenarios, several policies, the same scenarios for each.
//!
//! [`run_scenarios`] is the whole of it: a function of the study and of the numbers of the scenarios. It may be called in
//! one go, in pieces, in threads, in processes, on machines: a scenario's rows are the same everywhere, to the bit, and
//! counts are whole numbers, so that sums do not depend on their order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use relight_catalogue::{Item, Kind};
use relight_restore::Scenario;
use relight_restore::quick::{self, Quick, Stock};
use relight_restore::scenario::{Element, Offer, OfferStatus};

use crate::dice::{Dice, seed_of};
use crate::event::Event;
use crate::hazard::{Blow, Hazard};
use crate::severity::{Severity, strongest_within};
use crate::terrain::{Terrain, TerrainError};
use crate::work::Work;

/// A hazard that a study draws from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// What strikes.
    pub hazard: Hazard,
    /// How bad.
    pub severity: Severity,
    /// Odds against the other hazards of the study.
    pub weight: f64,
}

/// The order of repair of a policy.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Order {
    /// The most weighted load for the work first.
    #[default]
    Ratio,
    /// As damage is listed.
    Listed,
    /// As a plan has it: elements by the step at which it has them whole. What is broken and not in the plan follows,
    /// by ratio.
    Plan(Vec<(Element, u32)>),
}

/// Equipment that lies ready in a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// What it is.
    pub item: Item,
    /// Pieces.
    pub count: u32,
    /// Index of the region of the base.
    pub region: usize,
    /// Steps to any other region.
    pub elsewhere: u32,
}

/// A way to deal with whatever comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Name for people; unique in a study.
    pub name: String,
    /// The order of repair.
    pub order: Order,
    /// The least certain offers that are counted on.
    pub least_certain: OfferStatus,
    /// Equipment held ready.
    pub stock: Vec<Ready>,
}

/// What is asked of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Seed of all scenarios.
    pub seed: u64,
    /// What they are drawn from.
    pub draws: Vec<Draw>,
    /// What they are dealt with by.
    pub policies: Vec<Policy>,
}

/// Why there can be no such study.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StudyError {
    /// The base cannot be damaged.
    #[error(transparent)]
    Terrain(#[from] TerrainError),
    /// Nothing strikes.
    #[error("the study has no hazard with a weight above 0; name at least one")]
    NoHazard,
    /// There is nothing to compare.
    #[error("the study has no policy; name at least one")]
    NoPolicy,
    /// Two policies cannot be told apart.
    #[error("there are two policies `{0}`; give each a name of its own")]
    TwoPolicies(String),
}

/// A study, prepared.
#[derive(Debug, Clone)]
pub struct Study {
    base: Scenario,
    terrain: Terrain,
    settings: Settings,
    measures: Vec<String>,
    regions: Vec<String>,
    classes: Vec<Class>,
}

/// A class of equipment that damage may need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Class {
    /// What it is.
    pub kind: Kind,
    /// High (or only) voltage, kV.
    pub kv: f64,
    /// Low voltage of a transformer, kV; 0 for all else.
    pub lv_kv: f64,
}

impl Class {
    /// The class of a need.
    pub fn of(item: &Item) -> Self {
        let plate = &item.nameplate;
        let kv = plate.hv_kv.or(plate.rated_kv).unwrap_or(0.0);
        Class { kind: item.kind, kv, lv_kv: plate.lv_kv.unwrap_or(0.0) }
    }

    /// Its name for people.
    pub fn words(&self) -> String {
        let kind = self.kind.word().replace('_', " ");
        match self.kind {
            Kind::Transformer => format!("{kind} {}/{} kV", self.kv, self.lv_kv),
            _ => format!("{kind} {} kV", self.kv),
        }
    }
}

/// What one policy comes to in one scenario. All losses are in whole people-hours (megawatt-hours where energy is
/// meant), so that sums are exact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// What is minimised: weighted people-hours over all services.
    pub weighted: i64,
    /// Unserved energy, `MWh`.
    pub unserved_mwh: i64,
    /// Jobs there are, and jobs finished within the horizon.
    pub jobs: u32,
    /// See `jobs`.
    pub jobs_done: u32,
    /// People-hours lost, by measure ([`Study::measures`]) and within each by region ([`Study::regions`]).
    pub lost: Vec<i64>,
    /// Needs that stayed open, by class ([`Study::classes`]): place and count.
    pub open: Vec<(u32, u32)>,
}

impl Study {
    /// Prepares a study of `base`, whose own damage plays no part.
    pub fn new(mut base: Scenario, settings: Settings) -> Result<Self, StudyError> {
        base.damages.clear();
        base.jobs.clear();
        base.needs.clear();
        let terrain = Terrain::new(&base)?;
        if !settings.draws.iter().any(|d| d.weight > 0.0) {
            return Err(StudyError::NoHazard);
        }
        if settings.policies.is_empty() {
            return Err(StudyError::NoPolicy);
        }
        for (k, policy) in settings.policies.iter().enumerate() {
            if settings.policies[..k].iter().any(|p| p.name == policy.name) {
                return Err(StudyError::TwoPolicies(policy.name.clone()));
            }
        }
        let mut services: Vec<String> = base.facilities.iter().map(|f| f.service.clone()).collect();
        services.sort_unstable();
        services.dedup();
        let measures = [vec!["power".to_owned()], services].concat();
        let regions = [base.regions.clone(), vec!["no region".to_owned()]].concat();
        let classes = classes(&base);
        Ok(Study { base, terrain, settings, measures, regions, classes })
    }

    /// The scenario that the study is of, without damage.
    pub fn base(&self) -> &Scenario {
        &self.base
    }

    /// The grid as hazards meet it.
    pub fn terrain(&self) -> &Terrain {
        &self.terrain
    }

    /// What was asked.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same study with other policies.
    #[must_use]
    pub fn with_policies(&self, policies: Vec<Policy>) -> Self {
        Study { settings: Settings { policies, ..self.settings.clone() }, ..self.clone() }
    }

    /// What is lost: `power`, and each service, sorted.
    pub fn measures(&self) -> &[String] {
        &self.measures
    }

    /// Regions of the base; the last is for what has none.
    pub fn regions(&self) -> &[String] {
        &self.regions
    }

    /// Classes of equipment that damage to this grid may need.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The event of a scenario, and its place among the draws.
    pub fn event(&self, scenario: u64) -> (usize, Event) {
        let seed = seed_of(self.settings.seed, "scenario", scenario);
        let weights: Vec<f64> = self.settings.draws.iter().map(|d| d.weight).collect();
        let draw = Dice::of(seed, "hazard", 0).by_weight(&weights).unwrap_or(0);
        let Draw { hazard, severity, .. } = self.settings.draws[draw];
        let blow = Blow::new(&self.terrain, &self.base, hazard, seed);
        (draw, strongest_within(&self.terrain, &self.base, &blow, severity))
    }

    /// Which offers of the base come in a scenario: each with the likelihood that it states, the same for all policies.
    pub fn comes(&self, scenario: u64, offer: usize) -> bool {
        let seed = seed_of(self.settings.seed, "scenario", scenario);
        let Offer { confidence, status, .. } = self.base.offers[offer];
        let luck = Dice::of(seed, "pledge", offer as u64).uniform();
        status == OfferStatus::Received || luck < confidence
    }
}

/// The classes of equipment that the parts of a grid belong to.
fn classes(base: &Scenario) -> Vec<Class> {
    let network = &base.network;
    let mut classes = Vec::new();
    for (l, branch) in network.branches.iter().enumerate() {
        let (a, b) = (network.buses[branch.from].base_kv, network.buses[branch.to].base_kv);
        classes.push(if network.is_transformer(l) {
            Class { kind: Kind::Transformer, kv: a.max(b), lv_kv: a.min(b) }
        } else {
            Class { kind: Kind::LineKit, kv: a, lv_kv: 0.0 }
        });
    }
    for bus in &network.buses {
        let kv = relight_catalogue::highest_voltage_kv(bus.base_kv).unwrap_or(bus.base_kv);
        classes.push(Class { kind: Kind::Breaker, kv, lv_kv: 0.0 });
    }
    classes.sort_by(|a, b| {
        (a.kind.cmp(&b.kind)).then(a.kv.total_cmp(&b.kv)).then(a.lv_kv.total_cmp(&b.lv_kv))
    });
    classes.dedup();
    classes
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
    let first = Runner::new(study);
    let threads = threads.clamp(1, scenarios.len().max(1));
    let next = AtomicUsize::new(0);
    let work = |mut runner: Runner<'_>| {
        let mut found = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(&scenario) = scenarios.get(place) else { break };
            found.push((place, runner.run(scenario)));
        }
        found
    };
    let mut found: Vec<(usize, Vec<Row>)> = std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (1..threads)
            .map(|_| {
                let runner = first.clone();
                scope.spawn(move || work(runner))
            })
            .collect();
        let mut found = work(first.clone());
        for other in others {
            match other.join() {
                Ok(more) => found.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        found
    });
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().flat_map(|(_, rows)| rows).collect()
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
        Runner { study, quick: Quick::new(&study.base), scenario: study.base.clone() }
    }

    /// The rows of a scenario, one for each policy.
    pub fn run(&mut self, number: u64) -> Vec<Row> {
        let study = self.study;
        let (draw, event) = study.event(number);
        Work::of(&study.terrain, &study.base, &event).put_into(&mut self.scenario);
        let come: Vec<u32> = (study.base.offers.iter().enumerate())
            .map(|(o, offer)| if study.comes(number, o) { offer.count } else { 0 })
            .collect();
        let mut rows = Vec::with_capacity(study.settings.policies.len());
        for (p, policy) in study.settings.policies.iter().enumerate() {
            let offers = &mut self.scenario.offers;
            offers.truncate(come.len());
            for (offer, &count) in offers.iter_mut().zip(&come) {
                offer.count = count;
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
            let quick = quick::Policy { order, least_certain: policy.least_certain, stock };
            let outcome = self.quick.follow(&self.scenario, &quick);
            let mut open: Vec<(u32, u32)> = Vec::new();
            for &n in &outcome.open_needs {
                let class = Class::of(&self.scenario.needs[n].item);
                let Some(k) = study.classes.iter().position(|c| *c == class) else { continue };
                match open.iter_mut().find(|(known, _)| *known == k as u32) {
                    Some((_, count)) => *count += 1,
                    None => open.push((k as u32, 1)),
                }
            }
            open.sort_unstable();
            let services = outcome.services_by_region.iter().flatten();
            rows.push(Row {
                scenario: number,
                policy: p as u32,
                draw: draw as u32,
                elements: event.counts.elements as u32,
                transformers: event.counts.transformers as u32,
                lines: event.counts.lines as u32,
                weighted: whole(outcome.objective.weighted),
                unserved_mwh: whole(outcome.objective.unserved_mwh),
                jobs: self.scenario.jobs.len() as u32,
                jobs_done: outcome.jobs_done as u32,
                lost: outcome.power_by_region.iter().chain(services).map(|x| whole(*x)).collect(),
                open,
            });
        }
        rows
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
