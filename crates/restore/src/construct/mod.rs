//! Constructive planning: orders of repair, without search.
//!
//! A repair can be worth nothing alone and much together with others: two broken lines in series, or a
//! station and the line that feeds it. [`backward`] therefore starts from the repaired grid and takes away what is
//! missed least; what is given up last is to be repaired first, and runs of repairs that only pay off
//! together come out as *blocks*. [`forward`] then picks blocks, or single repairs, by the load that they
//! bring back for each crew-step of work.

mod backward;
mod forward;
mod reached;
mod related;

pub use backward::backward;
pub use forward::forward;
pub use reached::by_best_states;
pub use related::Related;

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

/// States times buses that a construction may value, about.
const BUS_STATES: usize = 12_000_000;
/// The fewest and the most candidates that a step looks at because of what they were worth before, and again as many
/// because they lie near what was changed last.
const LOOKS: (usize, usize) = (1, 6);

/// Which candidates a step of a construction values again. On small grids, where a look costs little, it is all of
/// them; on large ones the most promising, and those whose worth the last change is most likely to have changed.
#[derive(Debug)]
struct Looks {
    /// Every so many steps all candidates are looked at.
    refresh: usize,
    few: usize,
    step: usize,
}

impl Looks {
    fn new(scenario: &Scenario, candidates: usize) -> Self {
        let budget = BUS_STATES / scenario.network.buses.len().max(1);
        let all = candidates * candidates / 2;
        Looks {
            refresh: if all <= budget { 1 } else { (2 * all).div_ceil(budget.max(1)) },
            few: (budget / 4 / candidates.max(1)).clamp(LOOKS.0, LOOKS.1),
            step: 0,
        }
    }

    /// The places in `open` to look at in the next step; `score` is what each was worth when last looked at, the
    /// lowest the most promising.
    fn next(&mut self, open: &[usize], near: &[usize], score: impl Fn(usize) -> f64) -> Vec<usize> {
        let mut chosen: Vec<usize> = (0..open.len()).collect();
        let refresh = self.step.is_multiple_of(self.refresh);
        self.step += 1;
        if refresh || open.len() <= 2 * self.few {
            return chosen;
        }
        chosen.sort_by(|&a, &b| score(a).total_cmp(&score(b)).then(a.cmp(&b)));
        chosen.truncate(self.few);
        let near = near.iter().filter_map(|d| open.iter().position(|o| o == d));
        chosen.extend(near.take(self.few));
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }
}

/// Every so many steps of a construction the states that follow are dispatched as changes of the one reached.
const ANCHOR: usize = 1;

/// Differences of state values below this share of the value of the damaged grid are taken as none.
const NO_GAIN: f64 = 1e-9;

/// What counts as a gain.
fn threshold(valuer: &mut Valuer<'_>) -> f64 {
    let none = vec![0; valuer.scenario().damages.len()];
    NO_GAIN * valuer.value(&none).max(f64::MIN_POSITIVE)
}
