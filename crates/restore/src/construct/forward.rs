//! From the damaged grid forwards: the most load for the work comes first.

use super::{Candidates, threshold};
use crate::value::Valuer;

/// Orders the candidates forwards, choosing from `blocks` (single damages are blocks of one) by the value
/// gained for each crew-step, or by the value gained alone when `by_work` is false. What gains nothing when it
/// is looked at waits; what never gains comes last, in the order of `blocks`.
pub fn forward(
    valuer: &mut Valuer<'_>,
    candidates: &Candidates,
    blocks: &[Vec<usize>],
    by_work: bool,
) -> Vec<usize> {
    let scenario = valuer.scenario();
    let threshold = threshold(valuer);
    let mut repaired = vec![false; scenario.damages.len()];
    let mut done = vec![false; scenario.jobs.len()];
    let mut order = Vec::with_capacity(candidates.damages.len());
    let mut current = valuer.value(&repaired);
    loop {
        let open: Vec<Vec<usize>> = blocks
            .iter()
            .map(|block| block.iter().copied().filter(|&d| !repaired[d]).collect())
            .filter(|block: &Vec<usize>| !block.is_empty())
            .collect();
        let states: Vec<Vec<bool>> = open.iter().map(|block| with(&repaired, block)).collect();
        let values = valuer.values(&states);
        let best = (open.iter().zip(&values))
            .map(|(block, value)| {
                let gain = current - value;
                let work = candidates.work(scenario, block, &done);
                (if by_work { gain / work.max(0.5) } else { gain }, gain, work, block, *value)
            })
            .filter(|choice| choice.1 > threshold)
            // The first of equals, but less work before more.
            .reduce(|a, b| {
                let better = b.0.total_cmp(&a.0).then(a.2.total_cmp(&b.2));
                if better.is_gt() { b } else { a }
            });
        let Some((_, _, _, block, value)) = best else { break };
        for &d in block {
            repaired[d] = true;
            order.push(d);
            for &j in &candidates.jobs[d] {
                done[j] = true;
            }
        }
        current = value;
    }
    let rest = blocks.iter().flatten().chain(&candidates.damages);
    for &d in rest {
        if !std::mem::replace(&mut repaired[d], true) {
            order.push(d);
        }
    }
    order
}

fn with(repaired: &[bool], block: &[usize]) -> Vec<bool> {
    let mut state = repaired.to_vec();
    for &d in block {
        state[d] = true;
    }
    state
}
