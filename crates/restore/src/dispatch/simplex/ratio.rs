//! The ratio test: what enters the basis for what leaves it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Entering, Place, Row, Simplex, Trouble};

/// Effects below this are none.
const NO_EFFECT: f64 = 1e-9;
/// A pivot below this is taken only where there is no larger one.
const SMALL_PIVOT: f64 = 1e-5;

/// Something that can enter.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    entering: Entering,
    effect: f64,
    /// What it can close of the gap, MW.
    gain: f64,
    /// The step in cost at which its reduced cost is 0.
    ratio: f64,
}

/// What enters, and what is flipped on the way there.
pub(super) struct Choice {
    pub entering: Entering,
    /// The change of the leaving variable for each MW of the entering one.
    pub effect: f64,
    /// The step in cost.
    pub ratio: f64,
    pub flips: Vec<Entering>,
}

impl Simplex<'_> {
    /// Walks over the breakpoints in the order of their ratios until the gap of `need` MW (of that sign) would be
    /// closed: what is passed is flipped, what is reached enters.
    pub(super) fn choose(&self, sign: f64, need: f64, z: &[f64]) -> Result<Choice, Trouble> {
        let (candidates, furthest) = self.candidates(sign, need, z);
        // Ratios are not negative: their bits sort as they do.
        let mut heap: BinaryHeap<Reverse<(u64, u32)>> = (candidates.iter().enumerate())
            .filter(|(_, c)| c.ratio <= furthest)
            .map(|(i, c)| Reverse((c.ratio.to_bits(), i as u32)))
            .collect::<Vec<_>>()
            .into();
        let mut passed: Vec<&Candidate> = Vec::new();
        let mut left = need;
        while left > 0.0 {
            let Some(Reverse((_, i))) = heap.pop() else { break };
            left -= candidates[i as usize].gain;
            passed.push(&candidates[i as usize]);
        }
        if passed.is_empty() || left > 1e-9 * need.max(1.0) {
            let clear = left > 1e-6 * need.max(1.0);
            return Err(if clear { Trouble::Infeasible } else { Trouble::Numerical });
        }
        // A pivot that is too small is left for one before it; the step is shorter then.
        let size = |k: usize| passed[k].effect.abs();
        let chosen = (0..passed.len())
            .rev()
            .find(|&k| size(k) >= SMALL_PIVOT)
            .or_else(|| (0..passed.len()).max_by(|&a, &b| size(a).total_cmp(&size(b))))
            .ok_or(Trouble::Numerical)?;
        let &Candidate { entering, effect, ratio, .. } = passed[chosen];
        let flips = passed[..chosen].iter().map(|c| c.entering).collect();
        Ok(Choice { entering, effect: effect * sign, ratio, flips })
    }

    /// All that could enter, and the ratio beyond which none will be reached.
    fn candidates(&self, sign: f64, need: f64, z: &[f64]) -> (Vec<Candidate>, f64) {
        let mut candidates = Vec::new();
        // Nothing beyond the first that is enough by itself will be reached.
        let mut furthest = f64::INFINITY;
        let mut offer = |entering, effect: f64, room: f64, reduced: f64| {
            let ratio = reduced.max(0.0) / effect.abs();
            if ratio <= furthest {
                let gain = effect.abs() * room;
                if gain >= need {
                    furthest = ratio;
                }
                candidates.push(Candidate { entering, effect, gain, ratio });
            }
        };
        let rooms = self.v.upper.iter().zip(&self.v.place);
        for (j, (c, (&upper, &place))) in self.columns.iter().zip(rooms).enumerate() {
            let at = c.position as usize;
            let effect = c.sign * self.v.effect[at] * sign;
            let reduced = c.cost - c.sign * self.v.price[at];
            match place {
                Place::Lower if effect > NO_EFFECT && upper > 0.0 => {
                    offer(Entering::Column(j), effect, upper, reduced);
                }
                Place::Upper if effect < -NO_EFFECT => {
                    offer(Entering::Column(j), effect, upper, -reduced);
                }
                _ => {}
            }
        }
        for (r, active) in self.active.iter().enumerate() {
            let Row::Line(l, upper) = active.row else { continue };
            let effect = z[r] * sign;
            if (upper && effect < -NO_EFFECT) || (!upper && effect > NO_EFFECT) {
                let reduced = if upper { -active.multiplier } else { active.multiplier };
                offer(Entering::Active(r), effect, 2.0 * self.v.limit[l as usize], reduced);
            }
        }
        (candidates, furthest)
    }
}
