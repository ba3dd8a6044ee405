//! From the repaired grid backwards: what is missed least is repaired last.

use super::{Candidates, threshold, to_look_at};
use crate::value::{Standing, Valuer};

/// The outcome of [`backward`].
#[derive(Debug, Clone, Default)]
pub struct Backward {
    /// Damages, first to be repaired first.
    pub order: Vec<usize>,
    /// The same, cut after every damage whose repair brings load back: the damages of a block are worth
    /// something only together.
    pub blocks: Vec<Vec<usize>>,
    /// Load that each block brings back on top of those before it, in the measure of the state value.
    pub gains: Vec<f64>,
}

/// Orders the candidates backwards; `repaired_as`: see [`crate::value::Timing::repaired`]. From the state with all of them repaired, it gives up again and again the
/// repair with the least loss for its work, and with it all others that nobody misses.
pub fn backward(valuer: &mut Valuer<'_>, candidates: &Candidates, repaired_as: &[u8]) -> Backward {
    let scenario = valuer.scenario();
    let threshold = threshold(valuer);
    let nothing_done = vec![false; scenario.jobs.len()];
    let work: Vec<f64> = (0..scenario.damages.len())
        .map(|d| candidates.work(scenario, &[d], &nothing_done).max(1.0))
        .collect();
    let mut repaired = vec![0; scenario.damages.len()];
    for &d in &candidates.damages {
        repaired[d] = repaired_as[d];
    }
    let mut left = candidates.damages.clone();
    // The loss of each when it was last looked at.
    let mut loss = vec![0.0; scenario.damages.len()];
    let mut current = valuer.value(&repaired);
    // Given up, last to be repaired first, with the loss.
    let mut given_up: Vec<(usize, f64)> = Vec::with_capacity(left.len());
    let mut step = 0;
    while !left.is_empty() {
        let looked_at = to_look_at(scenario, step, left.len(), |k| loss[left[k]] / work[left[k]]);
        step += 1;
        let states: Vec<_> = looked_at.iter().map(|&k| without(&repaired, left[k])).collect();
        for (&k, value) in looked_at.iter().zip(valuer.values(&states)) {
            loss[left[k]] = value - current;
        }
        let mut order: Vec<usize> = looked_at.iter().map(|&k| left[k]).collect();
        // Least loss for the work; among equals the most work, then the later in the file.
        order.sort_by(|&a, &b| {
            (loss[a] / work[a])
                .total_cmp(&(loss[b] / work[b]))
                .then(work[b].total_cmp(&work[a]))
                .then(b.cmp(&a))
        });
        for (k, &d) in order.iter().enumerate() {
            if k > 0 {
                // Missed by nobody alone; still so, now that others are gone?
                if loss[d] > threshold {
                    break;
                }
                loss[d] = valuer.value(&without(&repaired, d)) - current;
                if loss[d] > threshold {
                    continue;
                }
            }
            repaired[d] = 0;
            current += loss[d];
            given_up.push((d, loss[d]));
            if loss[d] > threshold {
                break;
            }
        }
        left.retain(|&d| repaired[d] > 0);
    }
    given_up.reverse();
    let mut result = Backward::default();
    let mut block = Vec::new();
    for (d, gain) in given_up {
        result.order.push(d);
        block.push(d);
        if gain > threshold {
            result.blocks.push(std::mem::take(&mut block));
            result.gains.push(gain);
        }
    }
    if !block.is_empty() {
        result.blocks.push(block);
        result.gains.push(0.0);
    }
    result
}

fn without(repaired: &[u8], damage: usize) -> Standing {
    let mut state = repaired.to_vec();
    state[damage] = 0;
    state
}
