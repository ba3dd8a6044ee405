//! Chance, the same on every machine for the same seed.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A stream of random choices.
#[derive(Debug, Clone)]
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The stream of one trial: `seed` of the search, the round, and the trial's number within it.
    pub fn new(seed: u64, round: u64, trial: usize) -> Self {
        let stream = seed ^ round.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ ((trial as u64) << 56);
        Dice(Xoshiro256PlusPlus::seed_from_u64(stream))
    }

    /// A number from 0 to `end - 1`, each as likely; 0 where `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        // The bias of multiply-and-shift is below 2^-32 for any count of things in a scenario.
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// A share from 0 to 1, 1 not included.
    pub fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A distance from 1 to `most`, of which every order of magnitude is as likely.
    pub fn distance(&mut self, most: usize) -> usize {
        let most = most.max(1);
        ((most as f64 + 1.0).powf(self.share()) as usize).clamp(1, most)
    }

    /// One of these by its weight.
    pub fn by_weight(&mut self, weights: &[f64]) -> usize {
        let mut left = self.share() * weights.iter().sum::<f64>();
        for (k, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return k;
            }
        }
        weights.len().saturating_sub(1)
    }
}
