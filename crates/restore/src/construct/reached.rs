//! Orders read off the best states of a scenario's steps.

use crate::scenario::Scenario;

use super::Candidates;

/// Damages in the order in which the best states of the steps have them repaired: each by the time over the horizon for
/// which they leave it broken. `states[step][job]` is how far the job is done in the best state of the step, 0 to 1;
/// steps between two that are known count as on the way from the one to the other.
///
/// The best states of successive steps need not contain each other, and are parts of states where only relaxations
/// were solved; ordered by its mean completion in them, a job comes where most of them want it (list scheduling by
/// mean completion times of a relaxation: A. S. Schulz, "Scheduling to minimize total weighted completion time", IPCO
/// 1996).
pub fn by_best_states(
    scenario: &Scenario,
    candidates: &Candidates,
    states: &[Option<Vec<f64>>],
) -> Vec<usize> {
    let mut broken = vec![0.0; scenario.jobs.len()];
    let known: Vec<(usize, &Vec<f64>)> =
        states.iter().enumerate().filter_map(|(t, s)| Some((t, s.as_ref()?))).collect();
    for pair in known.windows(2) {
        let ((from, early), (to, late)) = (pair[0], pair[1]);
        let steps = (to - from) as f64;
        for (j, broken) in broken.iter_mut().enumerate() {
            *broken += steps * (1.0 - f64::midpoint(early[j], late[j]));
        }
    }
    let time = |d: usize| -> f64 {
        (0..scenario.jobs.len())
            .filter(|&j| scenario.jobs[j].damage == d)
            .map(|j| broken[j])
            .fold(0.0, f64::max)
    };
    let mut order: Vec<(f64, usize)> = candidates.damages.iter().map(|&d| (time(d), d)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, d)| d).collect()
}
