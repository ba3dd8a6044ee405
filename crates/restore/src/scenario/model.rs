//! The types of a scenario. Names of files are resolved to indices into the vectors of [`Scenario`].

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, DateTime};
use relight_catalogue::Item;
use relight_grid::{Network, Susceptance};

/// What a plan minimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Priority-weighted people-hours without a service.
    People,
    /// Unserved energy, `MWh`, every bus alike but for its priority.
    Energy,
}

pub use relight_grid::ac::Rating;

/// The lower limit of generators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pmin {
    /// Generators can run down to 0.
    #[default]
    Zero,
    /// As in the case while committed.
    Case,
}

/// How the grid is modelled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// Branch susceptance in the DC model.
    pub susceptance: Susceptance,
    /// Which rating limits a branch.
    pub rating: Rating,
    /// Lower limit of generators.
    pub pmin: Pmin,
}

/// Priority multipliers by service, set by the requesting country. `residents` is people's own supply.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Weight of people without power at home.
    pub residents: f64,
    /// Weight of each facility service by its name; services not named weigh 1.
    pub services: BTreeMap<String, f64>,
}

impl Weights {
    /// The weight of a facility service.
    pub fn of_service(&self, service: &str) -> f64 {
        self.services.get(service).copied().unwrap_or(1.0)
    }
}

/// How cold weather weighs an hour without heat, and how soon a heating network that stands still freezes.
/// The table `[cold]` of `scenario.toml`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cold {
    /// Temperature from which degrees of heating are counted, degrees Celsius.
    pub base_c: f64,
    /// A step whose mean temperature is above this needs no heating, degrees Celsius.
    pub limit_c: f64,
    /// The temperature at which an hour without heat weighs what `[weights]` says, degrees Celsius; below
    /// `base_c`.
    pub reference_c: f64,
    /// Degrees below 0 °C times hours after which a heating network that stands still is taken to freeze.
    pub freeze_degree_hours: f64,
}

impl Default for Cold {
    /// Base and limit as Eurostat counts heating degree days; an hour without heat at 0 °C weighs 1; a network that
    /// stands still freezes after a day at -10 °C.
    fn default() -> Self {
        Cold { base_c: 18.0, limit_c: 15.0, reference_c: 0.0, freeze_degree_hours: 240.0 }
    }
}

impl Cold {
    /// What an hour without heat weighs at this mean temperature, over what it weighs at `reference_c`.
    ///
    /// `(base - T) / (base - reference)`, and 0 above the limit: heating degrees as Eurostat counts them
    /// (18 °C and 15 °C; <https://ec.europa.eu/eurostat/cache/metadata/en/nrg_chdd_esms.htm>).
    pub fn factor(&self, temp_c: f64) -> f64 {
        let span = self.base_c - self.reference_c;
        if temp_c > self.limit_c || span <= 0.0 {
            return 0.0;
        }
        ((self.base_c - temp_c) / span).max(0.0)
    }

    /// Hours until a heating network that stands still at this temperature freezes; `None` at 0 °C and above.
    pub fn hours_to_freezing(&self, temp_c: f64) -> Option<f64> {
        (temp_c < 0.0).then(|| self.freeze_degree_hours / -temp_c)
    }
}

/// A place with equipment.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Identifier in the tables.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Index into [`Scenario::regions`].
    pub region: Option<usize>,
    /// Latitude, degrees north.
    pub lat: Option<f64>,
    /// Longitude, degrees east.
    pub lon: Option<f64>,
}

/// What a scenario adds to a bus of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct BusInfo {
    /// Index into [`Scenario::sites`].
    pub site: Option<usize>,
    /// People whom the bus supplies.
    pub people: f64,
    /// Weight of the bus.
    pub priority: f64,
}

/// An element of the network, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    /// Index into the network's buses.
    Bus(usize),
    /// Index into the network's branches.
    Branch(usize),
    /// Index into the network's generators.
    Generator(usize),
}

/// A broken element.
#[derive(Debug, Clone, PartialEq)]
pub struct Damage {
    /// Identifier in the tables.
    pub id: String,
    /// What is broken.
    pub element: Element,
    /// Where it is: its own `site` column, or the site of its bus (for a branch, of its from bus).
    pub site: Option<usize>,
    /// Region of the site.
    pub region: Option<usize>,
    /// State as written, e.g. `destroyed`.
    pub state: String,
    /// Note as written.
    pub note: String,
}

/// The work that restores a damage. An element is whole when all jobs of its damage are finished.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Identifier in the tables.
    pub id: String,
    /// Index into [`Scenario::damages`].
    pub damage: usize,
    /// Index into [`Scenario::skills`].
    pub skill: usize,
    /// Teams at work at the same time.
    pub crews: u32,
    /// Steps of work, at least 1.
    pub steps: u32,
    /// The first step at which it can start.
    pub ready: u32,
    /// Jobs that must be finished before, as indices.
    pub after: Vec<usize>,
    /// Needs of the job, as indices into [`Scenario::needs`].
    pub needs: Vec<usize>,
}

/// Teams of one skill.
#[derive(Debug, Clone, PartialEq)]
pub struct CrewPool {
    /// Index into [`Scenario::skills`].
    pub skill: usize,
    /// Where they work; `None`: anywhere.
    pub region: Option<usize>,
    /// How many teams.
    pub teams: u32,
    /// First step at which they are there.
    pub from: u32,
    /// First step at which they are gone; `None`: they stay.
    pub until: Option<u32>,
}

/// Equipment without which a job cannot start.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Identifier in the tables.
    pub id: String,
    /// Index into [`Scenario::jobs`].
    pub job: usize,
    /// What is needed, described by the place that it goes to.
    pub item: Item,
    /// Places to fill.
    pub count: u32,
}

/// How certain an offer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OfferStatus {
    /// Somebody would give it.
    Offered,
    /// Promised.
    Pledged,
    /// Bound by contract or decision.
    Committed,
    /// On its way.
    Shipped,
    /// There.
    Received,
}

impl OfferStatus {
    /// Every status, least certain first.
    pub const ALL: [OfferStatus; 5] = [
        OfferStatus::Offered,
        OfferStatus::Pledged,
        OfferStatus::Committed,
        OfferStatus::Shipped,
        OfferStatus::Received,
    ];

    /// The word that the file contract uses.
    pub fn word(self) -> &'static str {
        match self {
            OfferStatus::Offered => "offered",
            OfferStatus::Pledged => "pledged",
            OfferStatus::Committed => "committed",
            OfferStatus::Shipped => "shipped",
            OfferStatus::Received => "received",
        }
    }
}

impl fmt::Display for OfferStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Equipment on offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Identifier in the tables.
    pub id: String,
    /// Who gives it.
    pub donor: String,
    /// What it is.
    pub item: Item,
    /// Pieces.
    pub count: u32,
    /// Where it leaves from.
    pub origin: String,
    /// Step at which it is ready to leave.
    pub ready: u32,
    /// Steps on the way.
    pub transit: u32,
    /// How certain it is.
    pub status: OfferStatus,
    /// Probability that it comes, 0 to 1.
    pub confidence: f64,
}

impl Offer {
    /// The step at which it is there.
    pub fn arrival(&self) -> u32 {
        self.ready.saturating_add(self.transit)
    }
}

/// A hospital, pump, heating plant, shelter, telecom site.
#[derive(Debug, Clone, PartialEq)]
pub struct Facility {
    /// Identifier in the tables.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// `hospital`, `water`, `heat`, `shelter`, `telecom`, ...
    pub service: String,
    /// Bus that feeds it.
    pub bus: Option<usize>,
    /// Where it is.
    pub site: Option<usize>,
    /// People who depend on it.
    pub people: f64,
    /// Power without which the service stops, kW. `None`: not known.
    pub essential_kw: Option<f64>,
    /// Power in normal use, kW. `None`: not known.
    pub full_kw: Option<f64>,
    /// Hours that the service goes on without power (tanks, batteries, heat in the walls).
    pub buffer_hours: f64,
    /// Own generation, kW.
    pub own_kw: f64,
    /// Fuel in its own tank, litres.
    pub fuel_litres: f64,
}

/// Fuel that arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct FuelDelivery {
    /// Step of arrival.
    pub step: u32,
    /// Where; `None`: anywhere.
    pub region: Option<usize>,
    /// Litres of diesel.
    pub litres: f64,
}

/// The mean temperature of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    /// Step.
    pub step: u32,
    /// Where; `None`: everywhere.
    pub region: Option<usize>,
    /// Degrees Celsius.
    pub temp_c: f64,
}

/// A whole scenario, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Name for people.
    pub name: String,
    /// `sha256:` and the digest of the folder's files; the same input has the same digest.
    pub digest: String,
    /// The grid before the damage.
    pub network: Network,
    /// Nominal frequency, Hz.
    pub frequency_hz: f64,
    /// The day of step 0.
    pub start: Date,
    /// How many steps are planned.
    pub horizon_steps: u32,
    /// Hours in a step.
    pub step_hours: f64,
    /// What is minimised.
    pub measure: Measure,
    /// How the grid is modelled.
    pub model: Model,
    /// Priority multipliers.
    pub weights: Weights,
    /// What cold weather does to these, and to heating networks.
    pub cold: Cold,
    /// Names of regions.
    pub regions: Vec<String>,
    /// Names of skills.
    pub skills: Vec<String>,
    /// Places.
    pub sites: Vec<Site>,
    /// One entry for each bus of the network.
    pub buses: Vec<BusInfo>,
    /// Broken elements.
    pub damages: Vec<Damage>,
    /// Work.
    pub jobs: Vec<Job>,
    /// Teams.
    pub crews: Vec<CrewPool>,
    /// Equipment that jobs wait for.
    pub needs: Vec<Need>,
    /// Equipment on offer.
    pub offers: Vec<Offer>,
    /// Places of services.
    pub facilities: Vec<Facility>,
    /// Fuel deliveries.
    pub fuel: Vec<FuelDelivery>,
    /// Temperatures.
    pub weather: Vec<Weather>,
}

impl Scenario {
    /// The region of a job: that of its damage.
    pub fn job_region(&self, job: usize) -> Option<usize> {
        self.damages[self.jobs[job].damage].region
    }

    /// The region of a facility: that of its site.
    pub fn facility_region(&self, facility: &Facility) -> Option<usize> {
        facility.site.and_then(|site| self.sites[site].region)
    }

    /// The moment at which a step begins; the last representable one where that is out of range.
    pub fn moment(&self, step: u32) -> DateTime {
        let minutes = (f64::from(step) * self.step_hours * 60.0).round();
        let start = self.start.at(0, 0, 0, 0);
        // An `as` cast of a float saturates, and so does the sum.
        jiff::Span::new()
            .try_minutes(minutes as i64)
            .map_or(DateTime::MAX, |span| start.saturating_add(span))
    }

    /// Hours of the whole horizon.
    pub fn horizon_hours(&self) -> f64 {
        f64::from(self.horizon_steps) * self.step_hours
    }
}
