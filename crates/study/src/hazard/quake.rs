//! Earthquakes: shaking by magnitude and distance, with correlated noise; Hazus curves for stations and plants.

use super::{Hits, LineHit, StationHit, somewhere};
use crate::dice::Dice;
use crate::field::Field;
use crate::fragility::{DamageState, ground_acceleration, plant, state, substation};
use crate::terrain::Terrain;

/// Standard deviation of the logarithm of the shaking at a place, and its range of correlation, km (of the size that
/// N. Jayaram and J. W. Baker found for peak ground acceleration, Earthquake Eng. Struct. Dyn. 38, 2009).
const NOISE: f64 = 0.5;
const RANGE_KM: f64 = 25.0;
/// Magnitudes that are drawn.
const MAGNITUDE: (f64, f64) = (6.5, 7.5);
/// Epicentres lie near the grid, so far from a station, km (one standard deviation).
const SPREAD_KM: f64 = 40.0;

#[derive(Debug, Clone)]
pub(super) struct Quake {
    magnitude: f64,
    /// By station: shaking in g, resistance of the yard and of the plant, and their curves.
    stations: Vec<Shaken>,
    corridors: usize,
}

#[derive(Debug, Clone)]
struct Shaken {
    shaking: f64,
    yard: f64,
    plant: f64,
    highest_kv: f64,
    plant_mw: f64,
}

impl Quake {
    pub(super) fn new(terrain: &Terrain, seed: u64) -> Self {
        let mut dice = Dice::of(seed, "quake", 0);
        let magnitude = dice.within(MAGNITUDE.0, MAGNITUDE.1);
        let centre = somewhere(terrain, &mut dice, SPREAD_KM);
        let field = Field::new(&mut dice, RANGE_KM);
        let stations = (terrain.stations.iter().enumerate())
            .map(|(k, station)| {
                let distance = libm::hypot(station.at.0 - centre.0, station.at.1 - centre.1);
                let mut own = Dice::of(seed, "station", k as u64);
                Shaken {
                    shaking: ground_acceleration(magnitude, distance)
                        * libm::exp(NOISE * field.at(station.at)),
                    yard: own.normal(),
                    plant: own.normal(),
                    highest_kv: station.highest_kv,
                    plant_mw: station.plant_mw,
                }
            })
            .collect();
        Quake { magnitude, stations, corridors: terrain.corridors.len() }
    }

    pub(super) fn hits(&self, multiplier: f64) -> Hits {
        let hit = |s: &Shaken| {
            let intensity = s.shaking * multiplier;
            let plant = if s.plant_mw > 0.0 {
                state(&plant(s.plant_mw, false), intensity, s.plant)
            } else {
                DamageState::None
            };
            let yard = state(&substation(s.highest_kv, false), intensity, s.yard);
            StationHit { yard, plant, intensity }
        };
        // Towers stand on ground that shakes; Hazus and practice count them as safe.
        Hits {
            stations: self.stations.iter().map(hit).collect(),
            corridors: vec![LineHit::default(); self.corridors],
        }
    }

    pub(super) fn words(&self, multiplier: f64) -> String {
        let times = if multiplier == 1.0 {
            String::new()
        } else {
            format!(", its shaking times {multiplier:.3}")
        };
        format!("earthquake of magnitude {:.2}{times}", self.magnitude)
    }
}
