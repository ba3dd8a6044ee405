//! The bound as it is found beside the search: how hard it tries, what it knows so far, and how it joins the plan.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use super::{GLANCE, Settings};
use crate::bound::{Effort, Watch, best_state};
use crate::matching::Allowed;
use crate::plan::{Bound, MatchRow, Plan};
use crate::scenario::Scenario;

/// Seconds for one branch and bound of the bound, where the clock counts.
const BRANCH_SECONDS: f64 = 5.0;
/// Programmes of the bound times buses, where it does not; the fewest and the most that come of it; nodes of each.
const BOUND_SOLVE_BUSES: usize = 40_000;
const BOUND_SOLVES: (usize, usize) = (20, 100);
const BOUND_NODES: i32 = 200;

/// The bound as it is found beside the search.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// The best bound so far, the bits of an `f64`.
    best: AtomicU64,
    pub stop: AtomicBool,
    reached: Mutex<Reached>,
    more: Condvar,
}

/// The best states as the bound knows them so far.
#[derive(Debug, Clone, Default)]
struct Reached {
    states: Vec<Option<Vec<f64>>>,
    /// Whether it has looked at every step.
    all: bool,
}

impl Watch for Proof {
    fn stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn proven(&self, bound: &Bound) {
        self.best.store(bound.weighted.to_bits(), Ordering::Relaxed);
    }

    fn reached(&self, best_states: &[Option<Vec<f64>>], all: bool) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        *reached = Reached { states: best_states.to_vec(), all };
        self.more.notify_all();
    }
}

impl Proof {
    pub(super) fn find(
        &self,
        scenario: &Scenario,
        rows: &[MatchRow],
        allowed: Allowed,
        effort: Effort,
    ) -> Bound {
        best_state(scenario, rows, allowed, effort, self)
    }

    /// The best states, once every step has been looked at or `go_on` ends the wait.
    pub(super) fn best_states(&self, mut go_on: impl FnMut() -> bool) -> Vec<Option<Vec<f64>>> {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        while !reached.all && go_on() {
            let waited = self.more.wait_timeout(reached, GLANCE);
            reached = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        reached.states.clone()
    }

    pub(super) fn best(&self) -> f64 {
        f64::from_bits(self.best.load(Ordering::Relaxed))
    }
}

pub(super) fn bound_effort(scenario: &Scenario, settings: &Settings, timed: bool) -> Effort {
    if timed && settings.iterations.is_none() {
        Effort::Watched { seconds: BRANCH_SECONDS }
    } else {
        let solves = BOUND_SOLVE_BUSES / scenario.network.buses.len().max(1);
        let solves = solves.clamp(BOUND_SOLVES.0, BOUND_SOLVES.1);
        Effort::Counted { solves, nodes: BOUND_NODES }
    }
}

pub(super) fn with_bound(mut plan: Plan, bound: Bound) -> Plan {
    let (cost, least) = (plan.objective.weighted, bound.weighted);
    if least > cost * (1.0 + 1e-6) + 1e-6 {
        plan.warnings.push(format!(
            "the bound {least} lies above the plan {cost}: one of them is wrong; please report it"
        ));
    }
    // Rounding apart.
    let weighted = least.min(cost);
    let gap = if cost > 0.0 { (cost - weighted) / cost } else { 0.0 };
    plan.bound = Bound { weighted, gap, ..bound };
    plan
}
