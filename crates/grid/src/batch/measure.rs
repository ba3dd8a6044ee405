//! The Newton step of the base in every lane, for whoever measures what one costs.

use super::lanes::{Pair, wide};
use super::newton::{FREE, HELD, Lanes, Step};
use super::{Batch, BatchOptions};

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
