//! A short descent from a constructed order: runs of repairs are moved, and single ones dropped, while that
//! helps.

use super::Candidates;
use crate::schedule::{Assignment, generate};
use crate::value::Valuer;

/// How far a run is moved, in places.
const DISTANCES: [usize; 8] = [1, 2, 3, 5, 8, 13, 21, 34];
/// Lengths of the runs that are moved.
const RUNS: [usize; 3] = [1, 2, 3];

/// Moves runs of one to three damages forward and back in `order`, and drops damages from it, as long as the schedule gets cheaper, in the measure of
/// [`Valuer::cost`]. It stops when no move helps, or when `most_states` new grid states have been valued:
/// a count, not a time, so that the same input gives the same order everywhere.
pub fn polish(
    valuer: &mut Valuer<'_>,
    candidates: &Candidates,
    assignment: &Assignment,
    order: &[usize],
    most_states: usize,
) -> Vec<usize> {
    let scenario = valuer.scenario();
    let limit = valuer.states_valued() + most_states;
    let cost = |valuer: &mut Valuer<'_>, order: &[usize]| {
        valuer.cost(&generate(scenario, assignment, &candidates.job_order(scenario, order)))
    };
    let mut best = order.to_vec();
    let mut best_cost = cost(valuer, &best);
    loop {
        let mut improved = false;
        for run in RUNS {
            for distance in DISTANCES {
                for start in 0..(best.len() + 1).saturating_sub(run + distance) {
                    for by in [distance, run] {
                        if valuer.states_valued() >= limit {
                            return best;
                        }
                        // The run behind comes forward, or the run in front goes back.
                        let mut moved = best.clone();
                        moved[start..start + run + distance].rotate_left(by);
                        let cost = cost(valuer, &moved);
                        if cost < best_cost * (1.0 - 1e-9) {
                            (best, best_cost, improved) = (moved, cost, true);
                        }
                    }
                }
            }
        }
        // A repair may not be worth the teams that it takes, or do harm; the last ones are the quickest to try.
        for place in (0..best.len()).rev() {
            if valuer.states_valued() >= limit {
                return best;
            }
            let mut without = best.clone();
            without.remove(place);
            let cost = cost(valuer, &without);
            if cost < best_cost * (1.0 - 1e-9) {
                (best, best_cost, improved) = (without, cost, true);
            }
        }
        if !improved {
            return best;
        }
    }
}
