//! Hurricanes: gusts along a straight track, weaker with the distance from it and inland.

use super::{
    Hits, LineHit, StationHit, along_across, direction, noise, somewhere, three_points, towers_down,
};
use crate::dice::Dice;
use crate::field::Field;
use crate::fragility::{DamageState, SUBSTATION_WIND, TOWER_WIND, TOWERS_PER_KM};
use crate::terrain::Terrain;

/// Peak gusts at landfall, m/s, and radii of maximum wind, km, that are drawn.
const GUST: (f64, f64) = (45.0, 65.0);
const RADIUS_KM: (f64, f64) = (25.0, 50.0);
/// Gusts fall off with this power of the distance over the radius, and by 1/e over so many km inland.
const DECAY: f64 = 0.6;
const INLAND_KM: f64 = 400.0;
/// Noise of gusts, and its range, km.
const NOISE: f64 = 0.08;
const RANGE_KM: f64 = 20.0;
/// Towers of a line are alike and sheltered alike: independent, they would fail far too often on long lines. This many
/// of them count (an estimate; one study has half of tower-line systems down at 51 m/s in downbursts).
const COUNTED: f64 = 0.1;
/// Of damaged stations, the share that is extensively damaged and completely (estimates).
const EXTENSIVE: f64 = 0.4;
const COMPLETE: f64 = 0.1;

#[derive(Debug, Clone)]
pub(super) struct Wind {
    gust: f64,
    radius_km: f64,
    /// By station: gust, resistance.
    stations: Vec<(f64, f64)>,
    /// By corridor: the same.
    corridors: Vec<(f64, f64)>,
}

impl Wind {
    pub(super) fn new(terrain: &Terrain, seed: u64) -> Self {
        let mut dice = Dice::of(seed, "wind", 0);
        let gust = dice.within(GUST.0, GUST.1);
        let radius_km = dice.within(RADIUS_KM.0, RADIUS_KM.1);
        let origin = somewhere(terrain, &mut dice, 0.0);
        let course = direction(&mut dice);
        let field = Field::new(&mut dice, RANGE_KM);
        let along = |at| along_across(at, origin, course).0;
        let landfall = terrain.stations.iter().map(|s| along(s.at)).fold(f64::INFINITY, f64::min);
        let noise = noise(terrain, &field);
        let gust_at = |(at, noise): ((f64, f64), f64)| {
            let (along, across) = along_across(at, origin, course);
            let outside = if across.abs() > radius_km {
                libm::pow(radius_km / across.abs(), DECAY)
            } else {
                1.0
            };
            let inland = libm::exp(-(along - landfall) / INLAND_KM);
            (gust * outside * inland * (1.0 + NOISE * noise)).max(0.0)
        };
        let resistance = |name, k| Dice::of(seed, name, k as u64).uniform();
        Wind {
            gust,
            radius_km,
            stations: (terrain.stations.iter().enumerate())
                .map(|(k, s)| (gust_at((s.at, noise[k])), resistance("station", k)))
                .collect(),
            corridors: (0..terrain.corridors.len())
                .map(|k| {
                    let strongest = three_points(terrain, k, &noise)
                        .into_iter()
                        .map(gust_at)
                        .fold(0.0, f64::max);
                    (strongest, resistance("corridor", k))
                })
                .collect(),
        }
    }

    pub(super) fn hits(&self, terrain: &Terrain, multiplier: f64) -> Hits {
        let stations = (self.stations.iter())
            .map(|&(gust, resistance)| {
                let intensity = gust * multiplier;
                let damaged = SUBSTATION_WIND.at(3.6 * intensity);
                let yard = match resistance {
                    r if r < COMPLETE * damaged => DamageState::Complete,
                    r if r < EXTENSIVE * damaged => DamageState::Extensive,
                    r if r < damaged => DamageState::Moderate,
                    _ => DamageState::None,
                };
                StationHit { yard, plant: DamageState::None, intensity }
            })
            .collect();
        let corridors = (self.corridors.iter().zip(&terrain.corridors))
            .map(|(&(gust, resistance), corridor)| {
                let intensity = gust * multiplier;
                let towers = TOWERS_PER_KM * corridor.length_km;
                let expected = -libm::log1p(-TOWER_WIND.at(intensity)) * towers * COUNTED;
                LineHit { towers: towers_down(expected, resistance, towers), intensity }
            })
            .collect();
        Hits { stations, corridors }
    }

    pub(super) fn words(&self, multiplier: f64) -> String {
        format!(
            "hurricane with gusts of {:.0} m/s at landfall, radius of maximum wind {:.0} km",
            self.gust * multiplier,
            self.radius_km
        )
    }
}
