//! From the damaged grid forwards: the most load for the work comes first.

use super::{ANCHOR, Candidates, Looks, Related, threshold};
use crate::value::{Standing, Valuer};

/// Orders the candidates forwards (`repaired_as`: see [`crate::value::Timing::repaired`]), choosing from `blocks` (single damages are blocks of one) by the value
/// gained for each crew-step. Where none gains anything, the first that does no harm is taken: others may be
/// worth something after it. What does harm even at the end is left out: a small unit in a loop
/// can hold back the power of the branches beside it.
pub fn forward(
    valuer: &mut Valuer<'_>,
    candidates: &Candidates,
    related: &Related,
    repaired_as: &[u8],
    blocks: &[Vec<usize>],
) -> Vec<usize> {
    let scenario = valuer.scenario();
    let threshold = threshold(valuer);
    let mut repaired = vec![0; scenario.damages.len()];
    let mut done = vec![false; scenario.jobs.len()];
    let mut order = Vec::with_capacity(candidates.damages.len());
    let mut current = valuer.value(&repaired);
    // What each block gained for its work when it was last looked at.
    let mut rate = vec![f64::INFINITY; blocks.len()];
    let mut looks = Looks::new(scenario, blocks.len());
    // Looks since all were looked at. All are looked at again when nothing promising gains, but not before as many
    // looks have been spent elsewhere: what is worth something now lies mostly near the last change.
    let mut looked = usize::MAX;
    let mut anchored = None;
    loop {
        if anchored.is_none_or(|at| order.len() >= at + ANCHOR) {
            anchored = Some(order.len());
            valuer.anchor(std::slice::from_ref(&repaired));
        }
        let open: Vec<(usize, Vec<usize>)> = blocks
            .iter()
            .map(|block| block.iter().copied().filter(|&d| repaired[d] == 0).collect())
            .enumerate()
            .filter(|(_, block): &(usize, Vec<usize>)| !block.is_empty())
            .collect();
        let near = order.last().map_or(&[][..], |&d| related.of(d));
        let first: Vec<usize> = open.iter().map(|(_, block)| block[0]).collect();
        let mut looked_at = looks.next(&first, near, |k| -rate[open[k].0]);
        let best = loop {
            let states: Vec<_> =
                looked_at.iter().map(|&k| with(&repaired, repaired_as, &open[k].1)).collect();
            let values = valuer.values(&states);
            looked =
                if looked_at.len() == open.len() { 0 } else { looked.saturating_add(states.len()) };
            for (&k, value) in looked_at.iter().zip(&values) {
                let work = candidates.work(scenario, &open[k].1, &done);
                rate[open[k].0] = (current - value) / work.max(0.5);
            }
            let best = (looked_at.iter().zip(&values))
                .filter(|(_, value)| current - **value > threshold)
                .min_by(|(a, _), (b, _)| {
                    // The first of equals, but less work before more.
                    let work = |k: usize| candidates.work(scenario, &open[k].1, &done);
                    let (x, y) = (rate[open[**a].0], rate[open[**b].0]);
                    y.total_cmp(&x).then(work(**a).total_cmp(&work(**b))).then(a.cmp(b))
                });
            match best {
                Some((&k, &value)) => break Some((k, value)),
                None if looked_at.len() < open.len() && looked >= open.len() => {
                    looked_at = (0..open.len()).collect();
                }
                None => {
                    break open.iter().enumerate().find_map(|(k, (_, block))| {
                        let value = valuer.value(&with(&repaired, repaired_as, block));
                        (value - current <= threshold).then_some((k, value))
                    });
                }
            }
        };
        let Some((k, value)) = best else { break };
        for &d in &open[k].1 {
            repaired[d] = repaired_as[d];
            order.push(d);
            for &j in &candidates.jobs[d] {
                done[j] = true;
            }
        }
        current = value;
    }
    order
}

fn with(repaired: &[u8], repaired_as: &[u8], block: &[usize]) -> Standing {
    let mut state = repaired.to_vec();
    for &d in block {
        state[d] = repaired_as[d];
    }
    state
}
