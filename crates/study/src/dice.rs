//! Chance from a seed: the same numbers on every platform and in every version.

/// A stream of chance: `SplitMix64` (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
///
/// Each thing that is drawn has a stream of its own, found by name and number, so that what happens to one component
/// does not depend on how many others were drawn before it.
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A seed for the `number`-th of many things of one name.
pub fn seed_of(seed: u64, name: &str, number: u64) -> u64 {
    // FNV-1a of the name; the finaliser parts what it leaves close.
    let name = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    mixed(mixed(mixed(seed.wrapping_add(GOLDEN)) ^ name).wrapping_add(number.wrapping_mul(GOLDEN)))
}

impl Dice {
    /// The stream of this name and number.
    pub fn of(seed: u64, name: &str, number: u64) -> Self {
        Dice { state: seed_of(seed, name, number) }
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mixed(self.state)
    }

    /// A number in `[0, 1)`, a multiple of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `[low, high)`.
    pub fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + self.below(span) as u32
    }

    /// A whole number below `n`; 0 where `n` is 0. Fixed-point multiplication: its bias is below `n` / 2^64.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// Whether something happens that has this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// A standard normal number (Box and Muller, 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        radius * libm::cos(2.0 * std::f64::consts::PI * self.uniform())
    }

    /// A Poisson number, by products of uniform ones (Knuth); for means up to some tens.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let limit = libm::exp(-mean.clamp(0.0, 100.0));
        let (mut count, mut product) = (0, self.uniform());
        while product > limit {
            count += 1;
            product *= self.uniform();
        }
        count
    }

    /// A place in `weights` with their odds; `None` where none is positive.
    pub fn by_weight(&mut self, weights: &[f64]) -> Option<usize> {
        let total: f64 = weights.iter().sum();
        let mut left = self.uniform() * total;
        let mut last = None;
        for (place, &weight) in weights.iter().enumerate().filter(|(_, w)| **w > 0.0) {
            last = Some(place);
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs for state 1234567, as in the reference implementation's published test vector
    /// (<https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64>).
    #[test]
    fn the_generator_is_the_published_one() {
        let mut dice = Dice { state: 1_234_567 };
        let first: Vec<u64> = (0..5).map(|_| dice.bits()).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(first, published);
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut dice = Dice::of(1, "moments", 0);
        let n = 40_000;
        let normal: Vec<f64> = (0..n).map(|_| dice.normal()).collect();
        let mean = normal.iter().sum::<f64>() / f64::from(n);
        let variance = normal.iter().map(|x| x * x).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        let poisson = (0..n).map(|_| f64::from(dice.poisson(5.0))).sum::<f64>() / f64::from(n);
        assert!((poisson - 5.0).abs() < 0.05, "{poisson}");
        let picked = (0..n).filter(|_| dice.by_weight(&[1.0, 0.0, 3.0]) == Some(2)).count();
        assert!((picked as f64 / f64::from(n) - 0.75).abs() < 0.01);
        assert_eq!(dice.by_weight(&[0.0]), None);
    }

    #[test]
    fn streams_of_neighbours_have_nothing_in_common() {
        let firsts: Vec<f64> = (0..10_000).map(|k| Dice::of(7, "site", k).uniform()).collect();
        let mean = firsts.iter().sum::<f64>() / 1e4;
        let lagged: f64 =
            firsts.windows(2).map(|w| (w[0] - 0.5) * (w[1] - 0.5)).sum::<f64>() / 1e4 * 12.0;
        assert!((mean - 0.5).abs() < 0.01 && lagged.abs() < 0.03, "{mean} {lagged}");
    }
}
