//! Diesel use of a generator set by its load.

/// Litres an hour of typical sets at a quarter, a half, three quarters and full load, by rated kW.
///
/// From the common approximate diesel consumption chart of set makers and dealers, converted to litres.
const SMALL_SETS: [(f64, [f64; 4]); 4] = [
    (20.0, [2.3, 3.4, 4.9, 6.1]),
    (40.0, [6.1, 8.7, 12.1, 15.1]),
    (60.0, [6.8, 11.0, 14.4, 18.2]),
    (100.0, [9.8, 15.5, 22.0, 28.0]),
];

/// Diesel use of a running generator set, litres an hour.
///
/// From 100 kW up: `0.0247 * rated_kw + 0.2416 * load_kw`, fitted to the chart (100 to 2000 kW; worst error 13 %).
/// Below 100 kW the chart itself, linear between its sets and loads; below 20 kW in proportion to
/// the 20 kW set. The two meet within 5 % at full load of a 100 kW set.
///
/// `full_lph`, where the maker states the use at full load, scales the curve to pass through it. The load is
/// held within 0 and `rated_kw`; a set without a positive rating uses nothing.
pub fn diesel_lph(rated_kw: f64, load_kw: f64, full_lph: Option<f64>) -> f64 {
    if !(rated_kw.is_finite() && rated_kw > 0.0) {
        return 0.0;
    }
    let load = if load_kw.is_nan() { 0.0 } else { load_kw.clamp(0.0, rated_kw) };
    let typical = typical_lph(rated_kw, load);
    match crate::units::known(full_lph) {
        Some(full) => full * (typical / typical_lph(rated_kw, rated_kw)).clamp(0.0, 1.0),
        None => typical,
    }
}

/// The typical curve; `load` lies within 0 and `rated`.
fn typical_lph(rated: f64, load: f64) -> f64 {
    if rated >= 100.0 {
        return 0.0247 * rated + 0.2416 * load;
    }
    let share = (load / rated).clamp(0.0, 1.0);
    let [mut low, ..] = SMALL_SETS;
    if rated <= low.0 {
        return at_share(&low.1, share) * (rated / low.0);
    }
    for high in SMALL_SETS {
        if rated <= high.0 {
            let w = (rated - low.0) / (high.0 - low.0);
            return at_share(&low.1, share) * (1.0 - w) + at_share(&high.1, share) * w;
        }
        low = high;
    }
    at_share(&low.1, share)
}

/// Linear between the chart's loads; below a quarter along the line of its first two points.
fn at_share(chart: &[f64; 4], share: f64) -> f64 {
    let [q1, q2, q3, q4] = *chart;
    let (from, a, b) = match share {
        s if s <= 0.50 => (0.25, q1, q2),
        s if s <= 0.75 => (0.50, q2, q3),
        _ => (0.75, q3, q4),
    };
    (a + (b - a) * (share - from) / 0.25).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::{SMALL_SETS, diesel_lph};

    /// The chart from 100 kW up: rated kW, litres an hour at 25, 50, 75 and 100 % load.
    const LARGE_SETS: [(f64, [f64; 4]); 9] = [
        (100.0, [9.8, 15.5, 22.0, 28.0]),
        (150.0, [13.6, 22.3, 31.8, 41.3]),
        (200.0, [17.8, 29.1, 41.6, 54.5]),
        (300.0, [25.7, 42.8, 60.9, 81.4]),
        (400.0, [33.7, 56.4, 80.6, 108.3]),
        (500.0, [41.6, 70.0, 99.9, 135.1]),
        (750.0, [61.7, 103.7, 148.8, 202.1]),
        (1000.0, [81.8, 137.8, 197.2, 269.1]),
        (2000.0, [162.0, 273.3, 391.7, 537.1]),
    ];

    #[test]
    fn formula_stays_within_its_stated_error() {
        let mut worst: f64 = 0.0;
        for (rated, chart) in LARGE_SETS {
            for (share, litres) in [0.25, 0.5, 0.75, 1.0].into_iter().zip(chart) {
                worst = worst.max((diesel_lph(rated, share * rated, None) / litres - 1.0).abs());
            }
        }
        assert!(worst < 0.135, "worst error {worst}");
    }

    #[test]
    fn small_sets_follow_the_chart() {
        for (rated, chart) in SMALL_SETS.into_iter().take(3) {
            for (share, litres) in [0.25, 0.5, 0.75, 1.0].into_iter().zip(chart) {
                assert!((diesel_lph(rated, share * rated, None) - litres).abs() < 1e-9);
            }
        }
        // Half way between the 20 and the 40 kW set, full load.
        assert!((diesel_lph(30.0, 30.0, None) - 10.6).abs() < 1e-9);
        assert!((diesel_lph(10.0, 10.0, None) - 3.05).abs() < 1e-9);
    }

    #[test]
    fn a_day_of_a_megawatt_is_nearly_five_cubic_metres() {
        let day = 24.0 * diesel_lph(1000.0, 750.0, None);
        assert!((day - 4941.6).abs() < 1e-9, "{day}");
    }

    #[test]
    fn stated_use_scales_the_curve() {
        assert!((diesel_lph(500.0, 500.0, Some(120.0)) - 120.0).abs() < 1e-9);
        let half = diesel_lph(500.0, 250.0, Some(120.0));
        assert!((half - 120.0 * (12.35 + 60.4) / (12.35 + 120.8)).abs() < 1e-9);
    }

    #[test]
    fn never_a_nan_and_never_less_with_more_load() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 0.0, 1e-300, 13.0, 1e300];
        for r in odd {
            for l in odd {
                for f in odd {
                    let lph = diesel_lph(r, l, Some(f));
                    assert!(lph >= 0.0, "{r} {l} {f} -> {lph}");
                }
            }
        }
        for rated in [5.0, 25.0, 55.0, 99.0, 100.0, 640.0] {
            let mut last = 0.0;
            for i in 0..=100 {
                let lph = diesel_lph(rated, rated * f64::from(i) / 100.0, None);
                assert!(lph >= last && lph > 0.0);
                last = lph;
            }
        }
    }
}
