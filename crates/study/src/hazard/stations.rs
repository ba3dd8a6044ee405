//! Failures of stations in clusters: a process of parents and offspring (J. Neyman and E. L. Scott, "Statistical approach to
//! problems of cosmology", J. R. Stat. Soc. B 20, 1958), whatever the cause.
//!
//! Parents fall near stations, with the root of what stands there, as large stations have more apparatus that can fail;
//! offspring on any station nearby, the same one perhaps twice. What the loss of a station does to the grid plays no part.

use super::{Hits, LineHit, StationHit};
use crate::dice::Dice;
use crate::fragility::DamageState;
use crate::terrain::Terrain;

/// Waves, each a cluster, in the event as it is drawn; and the most that a multiplier can bring.
const WAVES: f64 = 6.0;
const MOST_WAVES: f64 = 400.0;
/// Failures of a wave, and how far from its centre.
const FAILURES: f64 = 5.0;
const REACH_KM: f64 = 60.0;
/// Odds that a failure damages the yard moderately, extensively, completely; a yard that is hit again is
/// extensively damaged at least.
const EXTENSIVE: f64 = 0.33;
const COMPLETE: f64 = 0.04;

#[derive(Debug, Clone)]
pub(super) struct Stations {
    seed: u64,
    /// Odds of each station.
    odds: Vec<f64>,
}

impl Stations {
    pub(super) fn new(terrain: &Terrain, seed: u64) -> Self {
        Stations { seed, odds: terrain.stations.iter().map(|s| s.mva.sqrt()).collect() }
    }

    /// The failures of a wave: station and state.
    fn wave(&self, terrain: &Terrain, wave: u64) -> Vec<(usize, DamageState)> {
        let mut dice = Dice::of(self.seed, "wave", wave);
        let Some(parent) = dice.by_weight(&self.odds) else { return Vec::new() };
        let centre = terrain.stations[parent].at;
        let (near, odds): (Vec<usize>, Vec<f64>) = (terrain.stations.iter().enumerate())
            .filter(|(_, s)| libm::hypot(s.at.0 - centre.0, s.at.1 - centre.1) <= REACH_KM)
            .map(|(k, _)| (k, self.odds[k]))
            .unzip();
        (0..dice.poisson(FAILURES))
            .filter_map(|_| {
                let station = near[dice.by_weight(&odds)?];
                let state = match dice.uniform() {
                    u if u < COMPLETE => DamageState::Complete,
                    u if u < COMPLETE + EXTENSIVE => DamageState::Extensive,
                    _ => DamageState::Moderate,
                };
                Some((station, state))
            })
            .collect()
    }

    pub(super) fn hits(&self, terrain: &Terrain, multiplier: f64) -> Hits {
        let mut stations = vec![StationHit::default(); terrain.stations.len()];
        let waves = 0..Self::count(multiplier);
        for (k, state) in waves.flat_map(|wave| self.wave(terrain, u64::from(wave))) {
            let hit = &mut stations[k];
            hit.intensity += 1.0;
            hit.yard = match hit.yard {
                DamageState::None => state,
                before => before.max(state).max(DamageState::Extensive),
            };
        }
        Hits { stations, corridors: vec![LineHit::default(); terrain.corridors.len()] }
    }

    fn count(multiplier: f64) -> u32 {
        libm::round(WAVES * multiplier).clamp(0.0, MOST_WAVES) as u32
    }

    pub(super) fn words(multiplier: f64) -> String {
        format!("station failures in {} clusters", Self::count(multiplier))
    }
}
