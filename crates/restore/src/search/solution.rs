//! What the search changes: the order of repairs, what is left out, and who gets which item.

use std::sync::Arc;

use crate::construct::Candidates;
use crate::evaluate::smaller_units;
use crate::plan::{MatchRow, ScheduledJob};
use crate::scenario::Scenario;
use crate::schedule::{Assignment, arrivals, finishes, generate};
use crate::value::{Standing, Timing, Valuer, repaired_from};

/// Items given to needs, and what follows from that.
#[derive(Debug, Clone, PartialEq)]
pub struct Supply {
    /// Who gets what.
    pub assignment: Assignment,
    /// The step at which each job has its equipment. `None`: it lacks some.
    pub arrival: Vec<Option<u32>>,
    /// How each damage stands once repaired.
    pub repaired: Standing,
}

impl Supply {
    /// What follows from an assignment.
    pub fn new(valuer: &mut Valuer<'_>, rows: &[MatchRow], assignment: Assignment) -> Self {
        let scenario = valuer.scenario();
        let arrival = arrivals(scenario, &assignment);
        let jobs: Vec<ScheduledJob> = (0..scenario.jobs.len())
            .filter_map(|job| {
                let items = assignment.of_job(scenario, job).ok()?;
                Some(ScheduledJob { job, start: 0, finish: 0, teams: Vec::new(), items })
            })
            .collect();
        let repaired = valuer.standing(&smaller_units(scenario, rows, &jobs));
        Supply { assignment, arrival, repaired }
    }
}

/// A way to do it all.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Damages, first in priority first.
    pub order: Vec<usize>,
    /// By damage: not to be repaired, although it could be.
    pub out: Vec<bool>,
    /// Who gets what.
    pub supply: Arc<Supply>,
}

impl Solution {
    /// The damages to be repaired, in order.
    pub fn chosen(&self) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().copied().filter(|&d| !self.out[d])
    }

    /// The jobs in order.
    pub fn jobs(&self, scenario: &Scenario, candidates: &Candidates) -> Vec<usize> {
        let chosen: Vec<usize> = self.chosen().collect();
        candidates.job_order(scenario, &chosen)
    }

    /// When each damage is repaired.
    pub fn timing(&self, scenario: &Scenario, candidates: &Candidates) -> Timing {
        let jobs = self.jobs(scenario, candidates);
        let finish = finishes(scenario, &self.supply.arrival, &jobs);
        Timing { from: repaired_from(scenario, &finish), repaired: self.supply.repaired.clone() }
    }

    /// The dates in full.
    pub fn schedule(&self, scenario: &Scenario, candidates: &Candidates) -> Vec<ScheduledJob> {
        generate(scenario, &self.supply.assignment, &self.jobs(scenario, candidates))
    }
}
