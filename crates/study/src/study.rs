//! What a study is of: a base, hazards to draw from, and policies that all meet the same scenarios.

use relight_catalogue::{Item, Kind};
use relight_restore::Scenario;
use relight_restore::scenario::{Element, Offer, OfferStatus};

use crate::dice::{Dice, seed_of};
use crate::event::Event;
use crate::hazard::{Blow, Hazard};
use crate::severity::{Severity, strongest_within, within_reach};
use crate::terrain::{Terrain, TerrainError};

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
    /// Offers of the base that it has to do without, as indices.
    pub without: Vec<usize>,
}

impl Policy {
    /// Everything on offer is counted on, nothing lies ready.
    pub fn new(name: impl Into<String>, order: Order) -> Self {
        Policy {
            name: name.into(),
            order,
            least_certain: OfferStatus::Offered,
            stock: Vec::new(),
            without: Vec::new(),
        }
    }
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

    /// The class of a piece on offer; of a generator set the voltage says nothing, its rating does.
    pub fn of_offer(item: &Item) -> Self {
        match item.kind {
            Kind::GeneratorSet => Class { kv: item.nameplate.kw.unwrap_or(0.0), ..Class::of(item) },
            _ => Class::of(item),
        }
    }

    /// Its name for people.
    pub fn words(&self) -> String {
        let kind = self.kind.word().replace('_', " ");
        match self.kind {
            Kind::Transformer | Kind::MobileSubstation => {
                format!("{kind} {}/{} kV", self.kv, self.lv_kv)
            }
            Kind::GeneratorSet => format!("{kind} {} kW", self.kv),
            Kind::Other => kind,
            Kind::Breaker | Kind::LineKit => format!("{kind} {} kV", self.kv),
        }
    }
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

    /// What scenarios of this study are made of, as text: two studies of one fingerprint meet the same scenarios.
    pub fn fingerprint(&self) -> String {
        let Settings { seed, draws, .. } = &self.settings;
        let version = env!("CARGO_PKG_VERSION");
        format!("relight {version}, base {}, seed {seed}, {draws:?}", self.base.digest)
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

    /// The event of a scenario, its place among the draws, and whether it is as bad as was asked for: where no event of
    /// its seed can be, it is the strongest there is.
    pub fn event(&self, scenario: u64) -> (usize, Event, bool) {
        let seed = seed_of(self.settings.seed, "scenario", scenario);
        let weights: Vec<f64> = self.settings.draws.iter().map(|d| d.weight).collect();
        let draw = Dice::of(seed, "hazard", 0).by_weight(&weights).unwrap_or(0);
        let Draw { hazard, severity, .. } = self.settings.draws[draw];
        let blow = Blow::new(&self.terrain, &self.base, hazard, seed);
        let event = strongest_within(&self.terrain, &self.base, &blow, severity);
        let reached = within_reach(&event, severity);
        (draw, event, reached)
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
