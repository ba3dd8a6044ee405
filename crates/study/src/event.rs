//! From what is hit to broken elements: bushings, breakers, transformers, towers, units.

use relight_restore::Scenario;
use relight_restore::scenario::Element;

use crate::dice::Dice;
use crate::fragility::DamageState;
use crate::hazard::Blow;
use crate::terrain::{Terrain, rating};

/// Of the circuits of a corridor that fails, this share stands on towers that hold (an estimate).
const STANDS: f64 = 0.2;

/// What is broken about an element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// A bushing of a transformer.
    Bushing,
    /// A transformer, beyond repair.
    Transformer,
    /// Breakers and disconnectors of a bus.
    Breaker,
    /// A bus and all that stands on it.
    Yard,
    /// So many towers of a line.
    Tower(u32),
    /// A generating unit, in this state.
    Unit(DamageState),
}

impl Part {
    /// Its word in the `state` column of `damage.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Part::Bushing => "bushing",
            Part::Transformer | Part::Yard => "destroyed",
            Part::Breaker => "breaker",
            Part::Tower(_) => "tower",
            Part::Unit(_) => "damaged",
        }
    }
}

/// A broken element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Broken {
    /// Which.
    pub element: Element,
    /// What of it.
    pub part: Part,
    /// Place of its station in the terrain; of a line the first of the two.
    pub station: usize,
    /// What it met, in the unit of the hazard.
    pub intensity: f64,
    /// Length of a line, km; 0 for all else.
    pub length_km: f64,
}

/// What an event comes to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Sites of the grid.
    pub sites: usize,
    /// Sites that are extensively or completely damaged.
    pub hard_hit: usize,
    /// Lines of the grid, circuit by circuit.
    pub all_lines: usize,
    /// Lines down.
    pub lines: usize,
    /// Transformers lost.
    pub transformers: usize,
    /// Their rating, MVA.
    pub mva: f64,
    /// Buses out.
    pub buses: usize,
    /// Generating units out.
    pub units: usize,
    /// Bushings lost.
    pub bushings: usize,
    /// Towers down.
    pub towers: usize,
    /// Elements out.
    pub elements: usize,
}

/// Damage to a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What was drawn, in words.
    pub words: String,
    /// Word of the hazard.
    pub hazard: &'static str,
    /// Its seed.
    pub seed: u64,
    /// The intensity over that which was drawn.
    pub multiplier: f64,
    /// Unit of intensities.
    pub unit: &'static str,
    /// Broken elements: lines, then station by station.
    pub broken: Vec<Broken>,
    /// What it comes to.
    pub counts: Counts,
}

impl Event {
    /// What a blow breaks at this multiplier of its intensity.
    pub fn of(terrain: &Terrain, scenario: &Scenario, blow: &Blow, multiplier: f64) -> Self {
        let hits = blow.hits(terrain, multiplier);
        let (seed, inside) = (blow.seed(), blow.inside());
        let mut broken = Vec::new();
        let mut counts = Counts {
            sites: terrain.stations.len(),
            all_lines: terrain.lines(),
            ..Counts::default()
        };
        for (corridor, hit) in terrain.corridors.iter().zip(&hits.corridors) {
            for &line in corridor.lines.iter().filter(|_| hit.towers > 0) {
                let mut own = Dice::of(seed, "circuit", line as u64);
                if corridor.lines.len() > 1 && own.chance(STANDS) {
                    continue;
                }
                counts.lines += 1;
                counts.towers += hit.towers as usize;
                broken.push(Broken {
                    element: Element::Branch(line),
                    part: Part::Tower(hit.towers),
                    station: corridor.ends.0,
                    intensity: hit.intensity,
                    length_km: corridor.length_km,
                });
            }
        }
        for (k, (station, hit)) in terrain.stations.iter().zip(&hits.stations).enumerate() {
            counts.hard_hit += usize::from(hit.yard >= DamageState::Extensive);
            let mut take = |element, part| {
                let (intensity, length_km) = (hit.intensity, 0.0);
                broken.push(Broken { element, part, station: k, intensity, length_km });
            };
            let worst = match hit.yard {
                DamageState::None | DamageState::Slight => None,
                DamageState::Moderate => Some(0),
                DamageState::Extensive => Some(1),
                DamageState::Complete => Some(2),
            };
            // One number for each component decides at every state, so that worse states do all that milder ones do.
            if let Some(state) = worst {
                for &bus in &station.buses {
                    let u = Dice::of(seed, "bus", bus as u64).uniform();
                    if u < inside.breaker[state] {
                        let part = if state == 2 { Part::Yard } else { Part::Breaker };
                        take(Element::Bus(bus), part);
                        counts.buses += 1;
                    }
                }
                for &unit in &station.transformers {
                    let mut own = Dice::of(seed, "transformer", unit as u64);
                    if own.uniform() < inside.transformer[state] {
                        take(Element::Branch(unit), Part::Transformer);
                        counts.transformers += 1;
                        counts.mva += rating(scenario, unit);
                    } else if own.uniform() < inside.bushing[state] {
                        take(Element::Branch(unit), Part::Bushing);
                        counts.bushings += 1;
                    }
                }
            }
            if hit.plant >= DamageState::Moderate {
                for &unit in &station.generators {
                    take(Element::Generator(unit), Part::Unit(hit.plant));
                    counts.units += 1;
                }
            }
        }
        counts.elements = broken.len();
        Event {
            words: blow.words(multiplier),
            hazard: blow.hazard().word(),
            seed,
            multiplier,
            unit: blow.unit(),
            broken,
            counts,
        }
    }
}
