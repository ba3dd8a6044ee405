//! The Newton step of the base in every lane, for whoever measures what one costs.

use super::lanes::Pair;
use super::newton::{FREE, HELD, Lanes, Step};
use super::{Batch, BatchOptions};
use crate::wide::wide;

impl Batch<'_> {
    /// Makes the Jacobian of the base, factorises it and solves with it, in each lane by itself and `times` times: a Newton step that
    /// does not move. Gives the lanes, and the largest number of the last solution (0 if there is no base to step from).
    ///
    /// Each balance that holds has the right-hand side 1. Answers nothing about the grid: it is there to be timed.
    pub fn steps_in_place(&self, options: &BatchOptions, times: usize) -> (usize, f32) {
        if self.lanes(options) > 8 {
            (16, self.steps_in::<16>(options, times))
        } else {
            (8, self.steps_in::<8>(options, times))
        }
    }

    fn steps_in<const K: usize>(&self, options: &BatchOptions, times: usize) -> f32 {
        if !self.usable {
            return 0.0;
        }
        let (layout, shared) = (&self.layout, &self.shared);
        let mut lanes = Lanes::<K>::new(layout);
        lanes.reset(shared);
        let holds = |role: &u32| match *role {
            FREE => Pair::splat([1.0, 1.0]),
            HELD => Pair::splat([1.0, 0.0]),
            _ => Pair::splat([0.0, 0.0]),
        };
        let right: Vec<Pair<f32, K>> = shared.role.iter().map(holds).collect();
        for _ in 0..times {
            lanes.step.copy_from_slice(&right);
            let (lanes, active) = (&mut lanes, [0.0; K]);
            wide(options.portable, Step { layout, shared, lanes, active });
        }
        lanes.step.iter().flat_map(|step| step.0.iter().flatten()).fold(0.0, |a, v| v.abs().max(a))
    }
}

/// What a Newton step of one lane takes, counted from the pattern of its factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepWork {
    /// Sums and products, each for one.
    pub operations: usize,
    /// Bytes of blocks and vectors that are read or written, each time anew, but for the row that is being worked on.
    pub bytes: usize,
}

impl Batch<'_> {
    /// The work of [`Batch::steps_in_place`] for one lane and one step.
    pub fn step_work(&self) -> StepWork {
        // A 2x2 block of single precision, a pair of them, and a pair in double.
        const BLOCK: usize = 16;
        const PAIR: usize = 8;
        let layout = &self.layout;
        let (n, entries) = (layout.len(), layout.columns.len());
        let (lower, upper, products) =
            (layout.lower.len(), layout.upper.len(), layout.targets.len());
        StepWork {
            // Block times block 16, block times pair 8, derivatives of an entry 12, a pivot and its row 12 a block, a voltage turned some 40.
            operations: 16 * products
                + 8 * (lower + upper)
                + 12 * (entries + n)
                + 12 * (upper + n)
                + 40 * n,
            // A product reads a block of U, and its target stays in the first cache; U is written, and read for the backward solution.
            bytes: BLOCK * products
                + BLOCK * 2 * upper
                + PAIR * (lower + upper + entries)
                + 6 * PAIR * n,
        }
    }
}
