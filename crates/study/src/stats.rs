//! What a sample says: quantiles, the mean of the worst, and intervals that hold whenever one looks.

use serde::Serialize;

/// Scenarios at which intervals are tightest for their confidence. It is the same for all studies, and not what a study
/// asks for: a sample that is made larger later keeps its confidence.
const TIGHTEST_AT: f64 = 500.0;

/// The fewest values from which an interval is given; below, the theorem behind it says nothing.
pub const FEWEST: usize = 30;

/// The share of the worst scenarios whose mean is the conditional value at risk.
pub const WORST: f64 = 0.05;

/// The `p`-quantile of sorted values by linear interpolation between the nearest (definition 7 of Hyndman and Fan, "Sample
/// quantiles in statistical packages", The American Statistician 50, 1996; what R and `NumPy` give). 0 where there are
/// none.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let low = (at.floor() as usize).min(last);
    let high = (low + 1).min(last);
    sorted[low] + (at - low as f64) * (sorted[high] - sorted[low])
}

/// The conditional value at risk of sorted losses: the mean of the worst `share` of them, with the part of a value that
/// fills the share up. The minimum of `q + mean(max(x - q, 0)) / share` over `q` (Rockafellar and Uryasev, "Optimization
/// of conditional value-at-risk", Journal of Risk 2, 2000). 0 where there are none.
pub fn worst(sorted: &[f64], share: f64) -> f64 {
    let Some(&most) = sorted.last() else { return 0.0 };
    let tail = share.clamp(0.0, 1.0) * sorted.len() as f64;
    if tail < 1.0 {
        return most;
    }
    let whole = tail.floor() as usize;
    let rest = tail - whole as f64;
    let first = sorted.len() - whole;
    let next =
        if rest > 0.0 { first.checked_sub(1).map_or(0.0, |k| rest * sorted[k]) } else { 0.0 };
    (sorted[first..].iter().sum::<f64>() + next) / tail
}

/// A mean and where the true one lies.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(into = "Bounds")]
pub struct Interval {
    /// The mean of the sample.
    pub mean: f64,
    /// How far the true mean may lie from it; `None` where there are fewer than [`FEWEST`] values.
    pub radius: Option<f64>,
}

impl Interval {
    /// The interval of the mean of these values that misses with a probability of at most `alpha`, however often one
    /// looks and whenever one stops: an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
    /// "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52, 2024,
    /// theorem 2.2), with the standard deviation of the sample and the parameter of its equation 10:
    ///
    /// `s √(2 (n ρ² + 1) / (n² ρ²) ln(√(n ρ² + 1) / α))`, `ρ² = (-2 ln α + ln(1 - 2 ln α)) / t`, tightest near `t`
    /// values.
    pub fn of(values: &[f64], alpha: f64) -> Self {
        let n = values.len() as f64;
        if values.is_empty() {
            return Interval::default();
        }
        let mean = values.iter().sum::<f64>() / n;
        if values.len() < FEWEST {
            return Interval { mean, radius: None };
        }
        let spread = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        let alpha = alpha.clamp(1e-12, 0.5);
        let log = -2.0 * libm::log(alpha);
        let rho = (log + libm::log(1.0 + log)) / TIGHTEST_AT;
        let m = n * rho + 1.0;
        let radius =
            (2.0 * m / (n * n * rho) * (0.5 * libm::log(m) - libm::log(alpha)) * spread).sqrt();
        Interval { mean, radius: Some(radius) }
    }

    /// The interval of the mean of the worst `share`: that of the values `q + max(x - q, 0) / share`, whose mean it is.
    /// That `q` was estimated matters less than the rest as the sample grows.
    pub fn of_worst(values: &[f64], sorted: &[f64], share: f64, alpha: f64) -> Self {
        let q = quantile(sorted, 1.0 - share);
        let tail: Vec<f64> = values.iter().map(|x| q + (x - q).max(0.0) / share).collect();
        Interval { mean: worst(sorted, share), ..Interval::of(&tail, alpha) }
    }

    /// Its lower end, where there is one.
    pub fn low(&self) -> Option<f64> {
        self.radius.map(|r| self.mean - r)
    }

    /// Its upper end, where there is one.
    pub fn high(&self) -> Option<f64> {
        self.radius.map(|r| self.mean + r)
    }

    /// Whether the true mean is not 0: -1 below, 1 above, 0 where that is not certain.
    pub fn sign(&self) -> i8 {
        match (self.low(), self.high()) {
            (Some(low), _) if low > 0.0 => 1,
            (_, Some(high)) if high < 0.0 => -1,
            _ => 0,
        }
    }
}

/// An interval as documents have it.
#[derive(Serialize)]
struct Bounds {
    mean: f64,
    low: Option<f64>,
    high: Option<f64>,
}

impl From<Interval> for Bounds {
    fn from(interval: Interval) -> Self {
        Bounds { mean: interval.mean, low: interval.low(), high: interval.high() }
    }
}

/// How a loss is distributed over scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Spread {
    /// Mean, and where it lies.
    pub mean: Interval,
    /// Quantiles of [`Spread::AT`].
    pub quantiles: [f64; 5],
    /// Mean of the worst twentieth ([`WORST`]), and where it lies.
    pub worst: Interval,
    /// The largest.
    pub most: f64,
}

impl Spread {
    /// The quantiles that are given.
    pub const AT: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// The distribution of these values.
    pub fn of(values: &[f64], alpha: f64) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Spread {
            mean: Interval::of(values, alpha),
            quantiles: Self::AT.map(|p| quantile(&sorted, p)),
            worst: Interval::of_worst(values, &sorted, WORST, alpha),
            most: sorted.last().copied().unwrap_or_default(),
        }
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.quantiles[2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * b.abs().max(1.0)
    }

    /// `numpy.quantile([1, 2, 4, 8, 16, 32], p)` of `NumPy` 2.4.
    #[test]
    fn quantiles_are_those_of_numpy() {
        let sorted = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        for (p, expected) in [
            (0.0, 1.0),
            (0.05, 1.25),
            (0.25, 2.5),
            (0.5, 6.0),
            (0.75, 14.0),
            (0.95, 28.0),
            (1.0, 32.0),
        ] {
            assert!(close(quantile(&sorted, p), expected), "{p}");
        }
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    /// The mean of the worst share is the least value of the function whose minimum it is defined to be, found on a
    /// grid of all values.
    #[test]
    fn the_worst_share_is_the_minimum_of_its_definition() {
        let mut dice = Dice::of(3, "losses", 0);
        for n in [1_usize, 7, 20, 33, 50, 101] {
            let mut x: Vec<f64> = (0..n).map(|_| libm::exp(dice.normal())).collect();
            x.sort_by(f64::total_cmp);
            for share in [0.05, 0.1, 0.3, 1.0] {
                let at = |q: f64| {
                    q + x.iter().map(|v| (v - q).max(0.0)).sum::<f64>() / (share * n as f64)
                };
                let least = x.iter().map(|q| at(*q)).fold(f64::INFINITY, f64::min);
                assert!((worst(&x, share) - least).abs() < 1e-9 * least, "{n} {share}");
            }
        }
        // By hand: the worst 30 % of 1..=10 are 8, 9, 10; the worst 25 % are 9, 10 and half of 8.
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!(close(worst(&ten, 0.3), 9.0) && close(worst(&ten, 0.25), 23.0 / 2.5));
    }

    /// Values of the formula computed by hand in `NumPy` for n = 500, s = 1, alpha = 0.05; 1.55 times that of an interval that
    /// may be looked at once.
    #[test]
    fn the_radius_is_that_of_the_formula() {
        let values: Vec<f64> = (0..500).map(|k| if k % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let s = (500.0_f64 / 499.0).sqrt();
        let radius = Interval::of(&values, 0.05).radius.unwrap() / s;
        assert!((radius - RADIUS_AT_500).abs() < 1e-9, "{radius:.12}");
        assert_eq!(Interval::of(&values[..10], 0.05).radius, None);
    }

    const RADIUS_AT_500: f64 = 0.135_738_672_567_996_13;

    /// How often a sequence of differences is called different from 0 at any of its looks.
    fn called(name: &str, trials: u64, draw: impl Fn(&mut Dice) -> f64) -> f64 {
        let mut wrong = 0;
        for trial in 0..trials {
            let mut dice = Dice::of(11, name, trial);
            let mut values = Vec::new();
            let mut sign = 0;
            while sign == 0 && values.len() < 1000 {
                values.extend((0..50).map(|_| draw(&mut dice)));
                sign = Interval::of(&values, 0.05).sign();
            }
            wrong += u64::from(sign != 0);
        }
        wrong as f64 / trials as f64
    }

    /// Twenty looks at two policies that do not differ: normal differences, skewed ones, and differences that are
    /// mostly none. Looking as often at intervals for one look would find a difference in a quarter of all studies.
    #[test]
    fn equal_policies_are_rarely_called_different() {
        let normal = called("normal", 2000, Dice::normal);
        let skewed = called("skewed", 2000, |d| libm::exp(0.5 * d.normal()) - libm::exp(0.125));
        let rare = called("rare", 2000, |d| if d.chance(0.2) { d.normal() } else { 0.0 });
        // Three standard errors of 2,000 trials above 5 % are 6.5 %.
        for (name, rate) in [("normal", normal), ("skewed", skewed), ("rare", rare)] {
            assert!(rate <= 0.065, "{name}: {rate}");
        }
        let shifted = called("shifted", 200, |d| d.normal() + 0.3);
        assert!(shifted > 0.95, "a difference of 0.3 standard deviations is found: {shifted}");
    }
}
