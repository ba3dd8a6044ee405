//! Constructed solutions: where the search starts, and what it is compared with.

use std::sync::Arc;

use super::Monitor;
use crate::construct::{Candidates, backward, by_best_states, forward};
use crate::matching::{Allowed, assign};
use crate::scenario::Scenario;
use crate::search::{Solution, Space, Supply};
use crate::value::Valuer;

/// Where this share of the time allowed is spent, repairs are not ranked a second time.
const RANK_AGAIN: f64 = 0.1;
/// Where this share is spent, blocks of repairs are not ordered as well: the search makes more of the time.
const ORDER_BLOCKS: f64 = 0.25;

/// Solutions made without search.
pub(super) struct Begun {
    /// One damage after the other, the best next one first.
    pub greedy: Solution,
    /// The cheapest of all that were made.
    pub best: Solution,
}

/// Gives the best states of the steps as they are known, or once they are.
pub(super) type BestStates<'b> = &'b mut dyn FnMut(&mut dyn Monitor) -> Vec<Option<Vec<f64>>>;

/// Constructs solutions in several ways.
pub(super) fn start(
    valuer: &mut Valuer<'_>,
    space: Space<'_, '_>,
    allowed: Allowed,
    possible: &[bool],
    best_states: Option<BestStates<'_>>,
    monitor: &mut dyn Monitor,
) -> Begun {
    let scenario = valuer.scenario();
    monitor.progress("ranking repairs", 0.05);
    let as_before = vec![1; scenario.damages.len()];
    let mut ranking = backward(valuer, space.candidates, space.related, &as_before);

    monitor.progress("giving items to jobs", 0.1);
    let worth = job_worth(scenario, space.candidates, &ranking.blocks, &ranking.gains);
    let assignment = assign(scenario, space.rows, allowed, &worth);
    let supply = Arc::new(Supply::new(valuer, space.rows, assignment));
    let supplied: Vec<bool> =
        possible.iter().zip(&supply.arrival).map(|(p, arrival)| *p && arrival.is_some()).collect();
    let in_reach = Candidates::new(scenario, &supplied);
    let changed = in_reach.damages != space.candidates.damages || supply.repaired != as_before;
    if changed && monitor.spent().is_none_or(|spent| spent < RANK_AGAIN) {
        monitor.progress("ranking what can be supplied", 0.12);
        ranking = backward(valuer, &in_reach, space.related, &supply.repaired);
    }

    monitor.progress("ordering repairs", 0.15);
    // What cannot be supplied now stands at the end: the search may give it something.
    let solution = |order: &[usize]| {
        let rest = space.candidates.damages.iter().copied().filter(|d| !order.contains(d));
        Solution {
            order: order.iter().copied().chain(rest).collect(),
            out: vec![false; scenario.damages.len()],
            supply: supply.clone(),
        }
    };
    let singles: Vec<Vec<usize>> = in_reach.damages.iter().map(|&d| vec![d]).collect();
    let greedy = solution(&forward(valuer, &in_reach, space.related, &supply.repaired, &singles));
    let mut solutions =
        vec![greedy.clone(), solution(&ranking.order), solution(&space.candidates.damages)];
    if monitor.spent().is_none_or(|spent| spent < ORDER_BLOCKS) && monitor.go_on() {
        monitor.progress("ordering blocks of repairs", 0.2);
        let blocks: Vec<Vec<usize>> = ranking.blocks.iter().chain(&singles).cloned().collect();
        solutions.push(solution(&forward(
            valuer,
            &in_reach,
            space.related,
            &supply.repaired,
            &blocks,
        )));
    }
    if let Some(best_states) = best_states {
        let states = best_states(monitor);
        solutions.push(solution(&by_best_states(scenario, &in_reach, &states)));
    }
    let cheapest = (solutions.into_iter())
        .map(|s| (valuer.cost(&s.timing(scenario, space.candidates)).weighted, s))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let best = cheapest.map_or_else(|| greedy.clone(), |(_, s)| s);
    Begun { greedy, best }
}

/// What each job is worth: the load that its block brings back, shared by nobody; a job that is a step to
/// several damages is worth the best of them.
fn job_worth(
    scenario: &Scenario,
    candidates: &Candidates,
    blocks: &[Vec<usize>],
    gains: &[f64],
) -> Vec<f64> {
    let mut worth = vec![0.0_f64; scenario.jobs.len()];
    for (block, &gain) in blocks.iter().zip(gains) {
        for &job in block.iter().flat_map(|&d| &candidates.jobs[d]) {
            worth[job] = worth[job].max(gain);
        }
    }
    worth
}
