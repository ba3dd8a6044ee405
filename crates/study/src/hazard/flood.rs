//! Floods: a river that winds through the grid and rises over its banks.

use super::{Hits, LineHit, StationHit, direction, somewhere};
use crate::dice::Dice;
use crate::field::Field;
use crate::fragility::{DamageState, FLOOD_OUT_M};
use crate::terrain::Terrain;

/// Height of the flood over the banks that is drawn, m.
const STAGE_M: (f64, f64) = (2.0, 6.0);
/// Rise of the land away from the river, m/km, and its roughness, m, with its range, km (a lowland; estimates).
const RISE: f64 = 0.4;
const ROUGHNESS_M: f64 = 1.5;
const RANGE_KM: f64 = 15.0;
/// The river: points so far apart, km, so many each way, turning by so much at each, radians.
const REACH_KM: f64 = 15.0;
const REACHES: usize = 40;
const TURN: f64 = 0.35;
/// Cabinets stand on pads up to so high, m.
const PAD_M: f64 = 0.6;
/// Depths from which a yard is moderately and completely damaged, m; extensively, from [`FLOOD_OUT_M`] on.
const WET_M: f64 = 0.3;
const DROWNED_M: f64 = 3.05;

#[derive(Debug, Clone)]
pub(super) struct Flood {
    stage_m: f64,
    /// By station: height above the banks, of the ground and of the pads, m.
    stations: Vec<(f64, f64)>,
}

impl Flood {
    pub(super) fn new(terrain: &Terrain, seed: u64) -> Self {
        let mut dice = Dice::of(seed, "flood", 0);
        let stage_m = dice.within(STAGE_M.0, STAGE_M.1);
        let origin = somewhere(terrain, &mut dice, 3.0);
        let course = direction(&mut dice);
        let mut river = vec![origin];
        for way in [1.0, -1.0] {
            let (mut at, mut to) = (origin, (way * course.0, way * course.1));
            for _ in 0..REACHES {
                let turn = TURN * dice.normal();
                let (sin, cos) = (libm::sin(turn), libm::cos(turn));
                to = (to.0 * cos - to.1 * sin, to.0 * sin + to.1 * cos);
                at = (at.0 + REACH_KM * to.0, at.1 + REACH_KM * to.1);
                river.push(at);
            }
            if way > 0.0 {
                river.reverse();
            }
        }
        let field = Field::new(&mut dice, RANGE_KM);
        let stations = (terrain.stations.iter().enumerate())
            .map(|(k, station)| {
                let distance = (river.windows(2))
                    .map(|reach| distance(station.at, reach[0], reach[1]))
                    .fold(f64::INFINITY, f64::min);
                let ground = RISE * distance + ROUGHNESS_M * field.at(station.at);
                (ground, PAD_M * Dice::of(seed, "station", k as u64).uniform())
            })
            .collect();
        Flood { stage_m, stations }
    }

    pub(super) fn hits(&self, terrain: &Terrain, multiplier: f64) -> Hits {
        let stations = (self.stations.iter())
            .map(|&(ground, pad)| {
                let depth = (self.stage_m * multiplier - ground).max(0.0);
                let yard = match depth - pad {
                    d if d >= DROWNED_M => DamageState::Complete,
                    d if d >= FLOOD_OUT_M => DamageState::Extensive,
                    d if d >= WET_M => DamageState::Moderate,
                    _ => DamageState::None,
                };
                // Plants stand as their yards do, and dry out with them.
                let plant = yard.min(DamageState::Extensive);
                StationHit { yard, plant, intensity: depth }
            })
            .collect();
        Hits { stations, corridors: vec![LineHit::default(); terrain.corridors.len()] }
    }

    pub(super) fn words(&self, multiplier: f64) -> String {
        format!("flood {:.1} m over the banks of a river", self.stage_m * multiplier)
    }
}

/// Distance of a point from a stretch between two others.
fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along = ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-12);
    let t = along.clamp(0.0, 1.0);
    libm::hypot(p.0 - a.0 - t * dx, p.1 - a.1 - t * dy)
}
