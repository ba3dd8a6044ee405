//! From the repaired grid backwards: what is missed least is repaired last.

use super::{ANCHOR, Candidates, Looks, Related, threshold};
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

/// Orders the candidates backwards; `repaired_as`: see [`crate::value::Timing::repaired`]. From the state with all of
/// them repaired, it gives up again and again all that nobody misses, and where there is no such repair, the one
/// with the least loss for its work.
pub fn backward(
    valuer: &mut Valuer<'_>,
    candidates: &Candidates,
    related: &Related,
    repaired_as: &[u8],
) -> Backward {
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
    let mut looks = Looks::new(scenario, left.len());
    // The loss of each when it was last looked at.
    let mut loss = vec![0.0; scenario.damages.len()];
    let mut current = valuer.value(&repaired);
    // Given up, last to be repaired first, with the loss.
    let mut given_up: Vec<(usize, f64)> = Vec::with_capacity(left.len());
    let mut anchored = left.len() + ANCHOR;
    while !left.is_empty() {
        if left.len() + ANCHOR <= anchored {
            anchored = left.len();
            valuer.anchor(std::slice::from_ref(&repaired));
        }
        let near = given_up.last().map_or(&[][..], |&(d, _)| related.of(d));
        let looked_at = looks.next(&left, near, |k| loss[left[k]] / work[left[k]]);
        let states: Vec<_> = looked_at.iter().map(|&k| without(&repaired, &[left[k]])).collect();
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
        let missed = order.iter().position(|&d| loss[d] > threshold).unwrap_or(order.len());
        if missed == 0 {
            let least = order[0];
            repaired[least] = 0;
            current += loss[least];
            given_up.push((least, loss[least]));
        } else {
            let mut kept = Vec::new();
            for d in unmissed(
                valuer,
                &mut repaired,
                &mut current,
                &order[..missed],
                threshold,
                &mut kept,
            ) {
                given_up.push((d, 0.0));
            }
            // Missed after all, once others are gone: looked at again when its turn comes.
            for d in kept {
                loss[d] = f64::MAX;
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

/// Gives up as much of `group` as nobody misses: all of it, or else what can be given up of its halves, the first
/// half first. Returns what was given up; what was not goes to `kept`.
fn unmissed(
    valuer: &mut Valuer<'_>,
    repaired: &mut Standing,
    current: &mut f64,
    group: &[usize],
    threshold: f64,
    kept: &mut Vec<usize>,
) -> Vec<usize> {
    let mut gone = Vec::new();
    let mut stack = vec![group];
    while let Some(group) = stack.pop() {
        let state = without(repaired, group);
        let value = valuer.value(&state);
        if value - *current <= threshold {
            *repaired = state;
            *current = value;
            gone.extend_from_slice(group);
        } else if let [single] = group {
            kept.push(*single);
        } else {
            let (first, second) = group.split_at(group.len() / 2);
            stack.extend([second, first]);
        }
    }
    gone
}

fn without(repaired: &[u8], damages: &[usize]) -> Standing {
    let mut state = repaired.to_vec();
    for &d in damages {
        state[d] = 0;
    }
    state
}
