//! Constructive planning: orders of repair, without search.
//!
//! A repair can be worth nothing alone and much together with others: two broken lines in series, or a
//! station and the line that feeds it. [`backward`] therefore starts from the repaired grid and takes away what is
//! missed least; what is given up last is to be repaired first, and runs of repairs that only pay off
//! together come out as *blocks*. [`forward`] then picks blocks, or single repairs, by the load that they
//! bring back for each crew-step of work.

mod backward;
mod forward;

pub use backward::backward;
pub use forward::forward;

use crate::scenario::Scenario;
use crate::value::Valuer;

/// Damages to be repaired in some order, with the work that each takes.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// Damages that can be repaired, in file order.
    pub damages: Vec<usize>,
    /// Jobs that each damage takes, with their predecessors, in an order that respects these.
    pub jobs: Vec<Vec<usize>>,
}

impl Candidates {
    /// The damages all of whose jobs are possible. `possible[job]` says so of the job itself; a job after
    /// an impossible one is impossible too.
    pub fn new(scenario: &Scenario, possible: &[bool]) -> Self {
        let jobs: Vec<Vec<usize>> =
            (0..scenario.damages.len()).map(|d| with_predecessors(scenario, d)).collect();
        let damages = (0..scenario.damages.len())
            .filter(|&d| !jobs[d].is_empty() && jobs[d].iter().all(|&j| possible[j]))
            .collect();
        Candidates { damages, jobs }
    }

    /// Crew-steps that are left to do for `damages` once the jobs flagged in `done` are done.
    pub fn work(&self, scenario: &Scenario, damages: &[usize], done: &[bool]) -> f64 {
        let mut jobs: Vec<usize> = damages
            .iter()
            .flat_map(|&d| self.jobs[d].iter().copied())
            .filter(|&j| !done[j])
            .collect();
        jobs.sort_unstable();
        jobs.dedup();
        jobs.iter()
            .map(|&j| f64::from(scenario.jobs[j].crews) * f64::from(scenario.jobs[j].steps))
            .sum()
    }

    /// The jobs of an order of damages, each once.
    pub fn job_order(&self, scenario: &Scenario, damages: &[usize]) -> Vec<usize> {
        let mut taken = vec![false; scenario.jobs.len()];
        damages
            .iter()
            .flat_map(|&d| self.jobs[d].iter().copied())
            .filter(|&j| !std::mem::replace(&mut taken[j], true))
            .collect()
    }
}

/// The jobs of a damage after all jobs that must come before them.
fn with_predecessors(scenario: &Scenario, damage: usize) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = vec![false; scenario.jobs.len()];
    // Depth first without recursion: (job, whether its predecessors have been pushed).
    let mut stack: Vec<(usize, bool)> = (0..scenario.jobs.len())
        .rev()
        .filter(|&j| scenario.jobs[j].damage == damage)
        .map(|j| (j, false))
        .collect();
    while let Some((job, expanded)) = stack.pop() {
        if expanded {
            order.push(job);
        } else if !std::mem::replace(&mut seen[job], true) {
            stack.push((job, true));
            stack.extend(scenario.jobs[job].after.iter().rev().map(|&p| (p, false)));
        }
    }
    order
}

/// Candidates looked at again in each step of a construction, the most promising first. On small grids, where
/// a look costs little, it is all of them.
const LOOKS: usize = 6;
/// What counts as small: candidates squared times buses.
const SMALL: usize = 4_000_000;
/// Every so many steps all candidates are looked at again: what was done since may have changed what the
/// others are worth.
const REFRESH: usize = 16;

/// Which candidates to value in step `step`, given what they were worth when last looked at: the best
/// `LOOKS` by `score` (lower is better), or all of them every [`REFRESH`] steps.
fn to_look_at(
    scenario: &Scenario,
    step: usize,
    count: usize,
    score: impl Fn(usize) -> f64,
) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..count).collect();
    let small = scenario.damages.len().pow(2) * scenario.network.buses.len() <= SMALL;
    if !small && !step.is_multiple_of(REFRESH) && count > 2 * LOOKS {
        chosen.sort_by(|&a, &b| score(a).total_cmp(&score(b)).then(a.cmp(&b)));
        chosen.truncate(LOOKS);
        chosen.sort_unstable();
    }
    chosen
}

/// Differences of state values below this share of the value of the damaged grid are taken as none.
const NO_GAIN: f64 = 1e-9;

/// What counts as a gain.
fn threshold(valuer: &mut Valuer<'_>) -> f64 {
    let none = vec![0; valuer.scenario().damages.len()];
    NO_GAIN * valuer.value(&none).max(f64::MIN_POSITIVE)
}
