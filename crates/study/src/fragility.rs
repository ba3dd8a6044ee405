//! Published curves: how likely a component is to be damaged by what it meets.

/// Damage states of a substation in Hazus: none, slight, moderate, extensive, complete. From `Extensive` on a site
/// counts as *hard hit*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DamageState {
    /// Nothing.
    #[default]
    None,
    /// 5 % of disconnect switches or breakers; nothing is out for long.
    Slight,
    /// 40 % of disconnect switches or breakers.
    Moderate,
    /// 70 % of them, and transformers.
    Extensive,
    /// All of them, all transformers, or the building.
    Complete,
}

impl DamageState {
    /// The four states that are damage, least first.
    pub const DAMAGED: [DamageState; 4] =
        [DamageState::Slight, DamageState::Moderate, DamageState::Extensive, DamageState::Complete];
}

/// A lognormal fragility curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lognormal {
    /// Intensity at which half are damaged.
    pub median: f64,
    /// Standard deviation of the logarithm.
    pub beta: f64,
}

impl Lognormal {
    /// Standard deviations by which the logarithm of the intensity lies above that of the median. A component whose
    /// resistance is the standard normal number `z` is damaged where this exceeds `z`.
    pub fn margin(&self, intensity: f64) -> f64 {
        if intensity > 0.0 {
            libm::log(intensity / self.median) / self.beta
        } else {
            f64::NEG_INFINITY
        }
    }

    /// Probability of damage.
    pub fn probability(&self, intensity: f64) -> f64 {
        0.5 * libm::erfc(-self.margin(intensity) / std::f64::consts::SQRT_2)
    }
}

const fn row(points: [(f64, f64); 4]) -> [Lognormal; 4] {
    let [a, b, c, d] = points;
    [
        Lognormal { median: a.0, beta: a.1 },
        Lognormal { median: b.0, beta: b.1 },
        Lognormal { median: c.0, beta: c.1 },
        Lognormal { median: d.0, beta: d.1 },
    ]
}

/// Substations by voltage and anchorage: peak ground acceleration in g, for the four states. Hazus 5.1 Earthquake
/// Model Technical Manual, electric power systems, classes ESS1 to ESS6; as in NHERI-SimCenter
/// `DamageAndLossModelLibrary`, `seismic/power_network`.
pub fn substation(highest_kv: f64, anchored: bool) -> [Lognormal; 4] {
    const LOW: [[Lognormal; 4]; 2] = [
        row([(0.13, 0.65), (0.26, 0.50), (0.34, 0.40), (0.74, 0.40)]),
        row([(0.15, 0.70), (0.29, 0.55), (0.45, 0.45), (0.90, 0.45)]),
    ];
    const MEDIUM: [[Lognormal; 4]; 2] = [
        row([(0.10, 0.60), (0.20, 0.50), (0.30, 0.40), (0.50, 0.40)]),
        row([(0.15, 0.60), (0.25, 0.50), (0.35, 0.40), (0.70, 0.40)]),
    ];
    const HIGH: [[Lognormal; 4]; 2] = [
        row([(0.09, 0.50), (0.13, 0.40), (0.17, 0.35), (0.38, 0.35)]),
        row([(0.11, 0.50), (0.15, 0.45), (0.20, 0.35), (0.47, 0.40)]),
    ];
    let class = match highest_kv {
        kv if kv < 150.0 => LOW,
        kv if kv < 350.0 => MEDIUM,
        _ => HIGH,
    };
    class[usize::from(anchored)]
}

/// Power plants by size and anchorage; source and unit as of [`substation`], classes EPP1 to EPP4.
pub fn plant(mw: f64, anchored: bool) -> [Lognormal; 4] {
    const SMALL: [[Lognormal; 4]; 2] = [
        row([(0.10, 0.50), (0.17, 0.50), (0.42, 0.50), (0.58, 0.55)]),
        row([(0.10, 0.55), (0.21, 0.55), (0.48, 0.50), (0.78, 0.50)]),
    ];
    const LARGE: [[Lognormal; 4]; 2] = [
        row([(0.10, 0.60), (0.22, 0.55), (0.49, 0.50), (0.79, 0.50)]),
        row([(0.10, 0.60), (0.25, 0.60), (0.52, 0.55), (0.92, 0.55)]),
    ];
    let class = if mw < 100.0 { SMALL } else { LARGE };
    class[usize::from(anchored)]
}

/// The worst state that a component of resistance `z` (a standard normal number) is in.
pub fn state(curves: &[Lognormal; 4], intensity: f64, z: f64) -> DamageState {
    let reached = |(curve, _): &(&Lognormal, DamageState)| curve.margin(intensity) > z;
    let last = curves.iter().zip(DamageState::DAMAGED).rfind(reached);
    last.map_or(DamageState::None, |(_, state)| state)
}

/// A curve through published points, straight between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points(pub &'static [(f64, f64)]);

impl Points {
    /// Its value; that of the first or last point beyond them.
    pub fn at(&self, x: f64) -> f64 {
        let after = self.0.partition_point(|point| point.0 <= x);
        match (after.checked_sub(1).and_then(|k| self.0.get(k)), self.0.get(after)) {
            (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
            (Some(only), None) | (None, Some(only)) => only.1,
            (None, None) => 0.0,
        }
    }
}

/// Probability that a substation is damaged, by gust, km/h. Digitised points of the restoration model by A. Trevisan and
/// R. Bennett.
pub const SUBSTATION_WIND: Points = Points(&[
    (40.1, 0.0),
    (60.2, 0.014),
    (80.3, 0.023),
    (100.4, 0.027),
    (119.7, 0.046),
    (139.8, 0.064),
    (159.9, 0.091),
    (179.9, 0.132),
    (200.0, 0.215),
    (220.1, 0.425),
    (240.1, 0.648),
    (260.2, 0.804),
    (281.0, 0.890),
    (301.1, 0.932),
]);

/// Probability that a transmission tower falls, by gust, m/s. Source as of [`SUBSTATION_WIND`].
pub const TOWER_WIND: Points = Points(&[
    (43.4, 0.0),
    (50.7, 0.020),
    (56.1, 0.061),
    (60.8, 0.116),
    (66.3, 0.199),
    (70.9, 0.287),
    (75.1, 0.366),
    (80.8, 0.484),
    (90.4, 0.660),
    (100.6, 0.806),
    (120.5, 0.947),
]);

/// Peak ground acceleration, g, at an epicentral distance, km: Kawashima, Aizawa and Takahashi (1984),
/// `403.8 * 10^(0.265 M) * (R + 30)^-1.218` gal, as WNTR of the US EPA has it.
pub fn ground_acceleration(magnitude: f64, distance_km: f64) -> f64 {
    403.8 * libm::pow(10.0, 0.265 * magnitude) * libm::pow(distance_km + 30.0, -1.218) / 980.665
}

/// Depth of water above which a substation no longer works, m: 4 ft, where control rooms and cabinets stand (Hazus Flood
/// Model Technical Manual, utility systems).
pub const FLOOD_OUT_M: f64 = 1.22;

/// Towers of a line for each kilometre of it.
pub const TOWERS_PER_KM: f64 = 3.3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_all_are_damaged_at_the_published_median() {
        for (kv, anchored, medians) in [
            (115.0, false, [0.13, 0.26, 0.34, 0.74]),
            (230.0, true, [0.15, 0.25, 0.35, 0.70]),
            (500.0, false, [0.09, 0.13, 0.17, 0.38]),
        ] {
            for (curve, median) in substation(kv, anchored).iter().zip(medians) {
                assert!((curve.probability(median) - 0.5).abs() < 1e-12);
                // One standard deviation of the logarithm above it: 84.13 %.
                let above = median * libm::exp(curve.beta);
                assert!((curve.probability(above) - 0.841_344_746_068_542_9).abs() < 1e-12);
            }
        }
        assert_eq!(plant(99.0, true)[3], Lognormal { median: 0.78, beta: 0.50 });
        assert_eq!(plant(100.0, false)[1], Lognormal { median: 0.22, beta: 0.55 });
        assert_eq!(substation(115.0, false)[0].probability(0.0), 0.0);
    }

    #[test]
    fn a_state_has_the_probability_of_its_curve() {
        let curves = substation(230.0, false);
        let n: u32 = 20_000;
        let mut dice = crate::dice::Dice::of(5, "resistance", 0);
        let drawn: Vec<DamageState> = (0..n).map(|_| state(&curves, 0.3, dice.normal())).collect();
        for (curve, at_least) in curves.iter().zip(DamageState::DAMAGED) {
            let found = drawn.iter().filter(|s| **s >= at_least).count() as f64 / f64::from(n);
            assert!((found - curve.probability(0.3)).abs() < 0.012, "{at_least:?}: {found}");
        }
    }

    #[test]
    fn wind_curves_go_through_their_points() {
        assert_eq!(SUBSTATION_WIND.at(220.1), 0.425);
        assert_eq!(TOWER_WIND.at(80.8), 0.484);
        assert_eq!(SUBSTATION_WIND.at(0.0), 0.0);
        assert_eq!(TOWER_WIND.at(500.0), 0.947);
        assert!((TOWER_WIND.at(48.0) - 0.02 * (48.0 - 43.4) / 7.3).abs() < 1e-12);
    }

    #[test]
    fn ground_shakes_as_the_attenuation_says() {
        // 403.8 * 10^1.855 * 30^-1.218 gal, by hand with bc.
        assert!(
            (ground_acceleration(7.0, 0.0) - 0.468_4).abs() < 2e-3,
            "{}",
            ground_acceleration(7.0, 0.0)
        );
        assert!(ground_acceleration(7.0, 100.0) < 0.09);
    }
}
