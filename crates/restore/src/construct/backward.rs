//! From the repaired grid backwards: what is missed least is repaired last.

use super::{Candidates, threshold};
use crate::value::Valuer;

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

/// Orders the candidates backwards. From the state with all of them repaired, it gives up again and again the
/// repair with the least loss for its work, taking repairs without any loss as they come.
pub fn backward(valuer: &mut Valuer<'_>, candidates: &Candidates) -> Backward {
    let scenario = valuer.scenario();
    let threshold = threshold(valuer);
    let nothing_done = vec![false; scenario.jobs.len()];
    let work: Vec<f64> = (0..scenario.damages.len())
        .map(|d| candidates.work(scenario, &[d], &nothing_done).max(1.0))
        .collect();
    let mut repaired = vec![false; scenario.damages.len()];
    for &d in &candidates.damages {
        repaired[d] = true;
    }
    let mut left = candidates.damages.clone();
    let mut current = valuer.value(&repaired);
    // Given up, last to be repaired first, with the loss.
    let mut given_up: Vec<(usize, f64)> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let states: Vec<Vec<bool>> = left.iter().map(|&d| without(&repaired, d)).collect();
        let mut losses: Vec<(usize, f64)> = left
            .iter()
            .zip(valuer.values(&states))
            .map(|(&d, value)| (d, value - current))
            .collect();
        losses.sort_by(|a, b| {
            (a.1 / work[a.0]).total_cmp(&(b.1 / work[b.0])).then(work[b.0].total_cmp(&work[a.0])).then(b.0.cmp(&a.0))
        });
        // All that are missed by nobody go at once, as long as that stays so when they go together.
        let mut gone = 0;
        for &(d, loss) in &losses {
            if gone > 0 {
                if loss > threshold {
                    break;
                }
                let value = valuer.value(&without(&repaired, d));
                if value - current > threshold {
                    continue;
                }
                given_up.push((d, value - current));
                current = value;
            } else {
                given_up.push((d, loss));
                current += loss;
            }
            repaired[d] = false;
            gone += 1;
            if loss > threshold {
                break;
            }
        }
        left.retain(|&d| repaired[d]);
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

fn without(repaired: &[bool], damage: usize) -> Vec<bool> {
    let mut state = repaired.to_vec();
    state[damage] = false;
    state
}
