//! Ice storms: freezing rain on a band of land, towers of old lines first.

use relight_restore::Scenario;

use super::{
    Hits, LineHit, StationHit, along_across, direction, noise, somewhere, three_points, towers_down,
};
use crate::dice::Dice;
use crate::field::Field;
use crate::fragility::{DamageState, TOWERS_PER_KM};
use crate::terrain::Terrain;

/// Standard deviations of the band along and across its axis, km.
const ALONG_KM: f64 = 180.0;
const ACROSS_KM: f64 = 60.0;
/// Radial ice at the peak that is drawn, mm (up to 80 to 100 mm of freezing rain fell in January 1998 in Quebec).
const PEAK_MM: (f64, f64) = (30.0, 70.0);
/// Noise of its logarithm, and its range, km.
const NOISE: f64 = 0.15;
const RANGE_KM: f64 = 30.0;
/// Lines are built for 12.7 mm (half an inch: National Electrical Safety Code, heavy loading) and stand somewhat more.
const HARMLESS_MM: f64 = 15.0;
/// Failures of a corridor: so many for each km at `HARMLESS_MM + EXCESS_MM`, growing with the square of the excess
/// (estimates, that break 6 to 12 % of the lines of a grid the size of `ACTIVSg2000`).
const PER_KM: f64 = 0.10;
const EXCESS_MM: f64 = 25.0;
/// Corridors older than 40 years, a third of all, had four fifths of the fallen towers of 1998: eight times the rate of
/// the others, whose mean is kept.
const OLD: f64 = 1.0 / 3.0;
const OLD_RATE: f64 = 2.4;
const YOUNG_RATE: f64 = 0.3;
/// Of busbars under so much ice and more, a few flash over; small gas units freeze in the open (estimates).
const FLASH_MM: f64 = 25.0;
const FLASH: f64 = 0.02;
const FREEZES_MM: f64 = 15.0;
const FREEZES: f64 = 0.08;
const GAS_FREEZES: f64 = 0.25;

#[derive(Debug, Clone)]
pub(super) struct Ice {
    peak_mm: f64,
    /// By station: ice, resistance of yard and plant, share of gas units.
    stations: Vec<(f64, f64, f64, bool)>,
    /// By corridor: ice, resistance, rate by age.
    corridors: Vec<(f64, f64, f64)>,
}

impl Ice {
    pub(super) fn new(terrain: &Terrain, scenario: &Scenario, seed: u64) -> Self {
        let mut dice = Dice::of(seed, "ice", 0);
        let peak_mm = dice.within(PEAK_MM.0, PEAK_MM.1);
        let origin = somewhere(terrain, &mut dice, 0.0);
        let axis = direction(&mut dice);
        let field = Field::new(&mut dice, RANGE_KM);
        let noise = noise(terrain, &field);
        let ice_at = |(at, noise): ((f64, f64), f64)| {
            let (along, across) = along_across(at, origin, axis);
            let (u, v) = (along / ALONG_KM, across / ACROSS_KM);
            peak_mm * libm::exp(NOISE * noise - f64::midpoint(u * u, v * v))
        };
        let stations = (terrain.stations.iter().enumerate())
            .map(|(k, station)| {
                let mut own = Dice::of(seed, "station", k as u64);
                let is_gas = |g: &usize| {
                    scenario.network.generators[*g].fuel.as_deref().is_some_and(|f| f == "ng")
                };
                let gas = station.generators.iter().any(is_gas);
                (ice_at((station.at, noise[k])), own.uniform(), own.uniform(), gas)
            })
            .collect();
        let corridors = (0..terrain.corridors.len())
            .map(|k| {
                let mut own = Dice::of(seed, "corridor", k as u64);
                let mean =
                    three_points(terrain, k, &noise).into_iter().map(ice_at).sum::<f64>() / 3.0;
                let rate = if own.chance(OLD) { OLD_RATE } else { YOUNG_RATE };
                (mean, own.uniform(), rate)
            })
            .collect();
        Ice { peak_mm, stations, corridors }
    }

    pub(super) fn hits(&self, terrain: &Terrain, multiplier: f64) -> Hits {
        let stations = (self.stations.iter())
            .map(|&(ice, yard, plant, gas)| {
                let intensity = ice * multiplier;
                let flashes = intensity > FLASH_MM && yard < FLASH;
                let freezes =
                    intensity > FREEZES_MM && plant < if gas { GAS_FREEZES } else { FREEZES };
                let moderate =
                    |is: bool| if is { DamageState::Moderate } else { DamageState::None };
                StationHit { yard: moderate(flashes), plant: moderate(freezes), intensity }
            })
            .collect();
        let corridors = (self.corridors.iter().zip(&terrain.corridors))
            .map(|(&(ice, resistance, rate), corridor)| {
                let intensity = ice * multiplier;
                let excess = (intensity - HARMLESS_MM).max(0.0) / EXCESS_MM;
                let expected = PER_KM * rate * excess * excess * corridor.length_km;
                let towers = TOWERS_PER_KM * corridor.length_km;
                // One tower that breaks takes others with it: three a failure.
                let down = 3 * towers_down(expected, resistance, towers / 3.0);
                LineHit { towers: down.min(libm::ceil(towers).max(1.0) as u32), intensity }
            })
            .collect();
        Hits { stations, corridors }
    }

    pub(super) fn words(&self, multiplier: f64) -> String {
        format!("ice storm with up to {:.0} mm of ice", self.peak_mm * multiplier)
    }
}
