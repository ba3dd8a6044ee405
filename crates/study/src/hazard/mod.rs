//! Hazards: where how strong, and what it breaks.
//!
//! A [`Blow`] is one event of a [`Hazard`] on a [`Terrain`], drawn from a seed: its place, its shape, the resistance of
//! every component. What is left open is how strong it is: [`Blow::hits`] takes a multiplier of the intensity, and the
//! damage of a stronger blow contains that of a weaker one. So a severity that is asked for is found by bisection, with
//! the seed's field kept ([`crate::severity`]).
//!
//! Nothing here knows what the loss of a component does to the grid. Hazards are sampled, not chosen.

mod flood;
mod ice;
mod quake;
mod stations;
mod wind;

use relight_restore::Scenario;

use crate::dice::Dice;
use crate::field::Field;
use crate::fragility::DamageState;
use crate::terrain::Terrain;

/// What may strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hazard {
    /// Freezing rain on a band of land.
    Ice,
    /// A hurricane along a track.
    Wind,
    /// An earthquake.
    Quake,
    /// A river over its banks.
    Flood,
    /// Failures of stations in clusters, whatever their cause.
    Stations,
}

impl Hazard {
    /// All of them.
    pub const ALL: [Hazard; 5] =
        [Hazard::Ice, Hazard::Wind, Hazard::Quake, Hazard::Flood, Hazard::Stations];

    /// Its word on the command line and in files.
    pub fn word(self) -> &'static str {
        match self {
            Hazard::Ice => "ice",
            Hazard::Wind => "wind",
            Hazard::Quake => "quake",
            Hazard::Flood => "flood",
            Hazard::Stations => "stations",
        }
    }

    /// The hazard of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Hazard::ALL.into_iter().find(|h| h.word() == word)
    }
}

/// How a station is hit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StationHit {
    /// State of the yard.
    pub yard: DamageState,
    /// State of the plant.
    pub plant: DamageState,
    /// What it met, in the unit of [`Blow::unit`].
    pub intensity: f64,
}

/// How a corridor is hit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LineHit {
    /// Towers down; 0: the line stands.
    pub towers: u32,
    /// What it met, in the unit of [`Blow::unit`].
    pub intensity: f64,
}

/// What a blow does, before it is told apart into components.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// By station.
    pub stations: Vec<StationHit>,
    /// By corridor.
    pub corridors: Vec<LineHit>,
}

/// What a station's state means for its components: odds by state moderate, extensive, complete.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Inside {
    /// A bus loses its breakers.
    pub breaker: [f64; 3],
    /// A transformer is lost.
    pub transformer: [f64; 3],
    /// A transformer that is not lost has lost a bushing.
    pub bushing: [f64; 3],
}

impl Inside {
    /// Hazus: 40, 70 and 100 % of disconnect switches and breakers; the odds of transformers are estimates.
    const SHAKEN: Inside = Inside {
        breaker: [0.4, 0.7, 1.0],
        transformer: [0.0, 0.35, 0.9],
        bushing: [0.15, 0.5, 1.0],
    };
    /// Water stands in cabinets and drives; tanks are sealed, and few units are lost (estimates).
    const FLOODED: Inside = Inside {
        breaker: [0.4, 0.7, 1.0],
        transformer: [0.0, 0.05, 0.25],
        bushing: [0.0, 0.2, 0.4],
    };
}

/// One event: everything but how strong it is.
#[derive(Debug, Clone)]
pub struct Blow {
    hazard: Hazard,
    seed: u64,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    Ice(ice::Ice),
    Wind(wind::Wind),
    Quake(quake::Quake),
    Flood(flood::Flood),
    Stations(stations::Stations),
}

impl Blow {
    /// Draws an event.
    pub fn new(terrain: &Terrain, scenario: &Scenario, hazard: Hazard, seed: u64) -> Self {
        let shape = match hazard {
            Hazard::Ice => Shape::Ice(ice::Ice::new(terrain, scenario, seed)),
            Hazard::Wind => Shape::Wind(wind::Wind::new(terrain, seed)),
            Hazard::Quake => Shape::Quake(quake::Quake::new(terrain, seed)),
            Hazard::Flood => Shape::Flood(flood::Flood::new(terrain, seed)),
            Hazard::Stations => Shape::Stations(stations::Stations::new(terrain, seed)),
        };
        Blow { hazard, seed, shape }
    }

    /// Its hazard.
    pub fn hazard(&self) -> Hazard {
        self.hazard
    }

    /// Its seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What is hit when the drawn intensity is multiplied so; 1 is the event as it was drawn.
    pub fn hits(&self, terrain: &Terrain, multiplier: f64) -> Hits {
        match &self.shape {
            Shape::Ice(ice) => ice.hits(terrain, multiplier),
            Shape::Wind(wind) => wind.hits(terrain, multiplier),
            Shape::Quake(quake) => quake.hits(multiplier),
            Shape::Flood(flood) => flood.hits(terrain, multiplier),
            Shape::Stations(stations) => stations.hits(terrain, multiplier),
        }
    }

    pub(crate) fn inside(&self) -> Inside {
        if self.hazard == Hazard::Flood { Inside::FLOODED } else { Inside::SHAKEN }
    }

    /// The unit of intensities.
    pub fn unit(&self) -> &'static str {
        match self.hazard {
            Hazard::Ice => "mm of ice",
            Hazard::Wind => "m/s gusts",
            Hazard::Quake => "g",
            Hazard::Flood => "m of water",
            Hazard::Stations => "failures nearby",
        }
    }

    /// What was drawn, in words.
    pub fn words(&self, multiplier: f64) -> String {
        match &self.shape {
            Shape::Ice(ice) => ice.words(multiplier),
            Shape::Wind(wind) => wind.words(multiplier),
            Shape::Quake(quake) => quake.words(multiplier),
            Shape::Flood(flood) => flood.words(multiplier),
            Shape::Stations(_) => stations::Stations::words(multiplier),
        }
    }
}

/// A point about the grid: somewhere near a station, each as likely as the next.
fn somewhere(terrain: &Terrain, dice: &mut Dice, spread_km: f64) -> (f64, f64) {
    let k = dice.below(terrain.stations.len() as u64) as usize;
    let (x, y) = terrain.stations[k].at;
    (x + spread_km * dice.normal(), y + spread_km * dice.normal())
}

/// A direction: its east and north parts.
fn direction(dice: &mut Dice) -> (f64, f64) {
    let angle = dice.within(0.0, 2.0 * std::f64::consts::PI);
    (libm::cos(angle), libm::sin(angle))
}

/// Along and across a line through `origin` in `direction`, km.
fn along_across(at: (f64, f64), origin: (f64, f64), direction: (f64, f64)) -> (f64, f64) {
    let (x, y) = (at.0 - origin.0, at.1 - origin.1);
    (x * direction.0 + y * direction.1, y * direction.0 - x * direction.1)
}

/// Both ends of a corridor and its middle, each with the noise there; that of the middle lies between those of the ends.
fn three_points(terrain: &Terrain, corridor: usize, noise: &[f64]) -> [((f64, f64), f64); 3] {
    let (a, b) = terrain.corridors[corridor].ends;
    let (at, noise) = ((terrain.stations[a].at, terrain.stations[b].at), (noise[a], noise[b]));
    let middle = (f64::midpoint(at.0.0, at.1.0), f64::midpoint(at.0.1, at.1.1));
    [(at.0, noise.0), (middle, f64::midpoint(noise.0, noise.1)), (at.1, noise.1)]
}

/// The field at every station.
fn noise(terrain: &Terrain, field: &Field) -> Vec<f64> {
    terrain.stations.iter().map(|station| field.at(station.at)).collect()
}

/// Towers down of a corridor whose expected number of failures is `expected`: at least one where the corridor fails at
/// all, which it does where `resistance`, a uniform number, is below `1 - exp(-expected)`.
fn towers_down(expected: f64, resistance: f64, towers: f64) -> u32 {
    if resistance >= -libm::expm1(-expected) {
        return 0;
    }
    // The Poisson number of this probability above the resistance: more towers where the blow is stronger.
    let (mut count, mut term) = (0_u32, libm::exp(-expected));
    let mut above = term;
    let most = libm::ceil(towers).clamp(1.0, 1e6) as u32;
    // Counted from the side of the resistance, so that the same corridor loses more to a stronger blow.
    while count < most && 1.0 - resistance > above {
        count += 1;
        term *= expected / f64::from(count);
        above += term;
        if term < 1e-12 && f64::from(count) > expected {
            break;
        }
    }
    count.max(1)
}
