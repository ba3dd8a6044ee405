//! What no plan can beat: a certified lower bound on [`Objective::weighted`](crate::plan::Objective::weighted).
//!
//! The best-state bound: in each step a plan is in one of the states that the work done by then can reach
//! (`reach`), and loses at least what the best of these loses (`programme`, over the grid of `skeleton`, the weights of
//! `losses`, and the `supply` of facilities). A later step reaches more, so a step that has not been solved is held to
//! the value of a later one (`horizon`). Successive steps lose more together than each by itself: what one has done
//! the next has too (`nest`). Whatever is left out of a programme, or is cut off by a limit on time or nodes, makes
//! the bound lower and leaves it valid. The section "Bound" of the methods tells what is left out.

mod horizon;
mod losses;
mod nest;
mod programme;
mod reach;
mod skeleton;
mod solve;
mod supply;

use crate::matching::Allowed;
use crate::plan::{Bound, MatchRow};
use crate::scenario::Scenario;
use horizon::Horizon;
use losses::Losses;
use programme::Model;
use reach::Reach;
use skeleton::Skeleton;

/// How hard to try.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effort {
    /// Until told to stop; a single solve takes at most so many seconds.
    Watched {
        /// Seconds for one branch and bound.
        seconds: f64,
    },
    /// The same work, and so the same bound, on every machine.
    Counted {
        /// Programmes solved, at most.
        solves: usize,
        /// Nodes of one branch and bound, at most.
        nodes: i32,
    },
}

/// Looks on while the bound is found.
pub trait Watch: Sync {
    /// Whether there is no more time.
    fn stop(&self) -> bool {
        false
    }

    /// A state was solved: so much is proven now.
    fn proven(&self, bound: &Bound) {
        let _ = bound;
    }

    /// The best states as they are known so far: by step, how far each job is done in it, 0 to 1; `None` where a step has
    /// not been solved. `all`: each step has been, as far as it matters, at least by its relaxation.
    fn reached(&self, best_states: &[Option<Vec<f64>>], all: bool) {
        let _ = (best_states, all);
    }
}

/// Sees nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {}

/// A loss that no feasible plan stays below, whatever its order, items, dispatch and places of generator sets; the
/// gap is left 0. Starts with what all possible repairs together would leave unserved, and tells `watch` of every state
/// solved after that.
pub fn best_state(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    effort: Effort,
    watch: &dyn Watch,
) -> Bound {
    let mut model = Model {
        reach: Reach::new(scenario, rows, allowed),
        skeleton: Skeleton::new(scenario),
        losses: Losses::new(scenario, allowed),
        limits: Vec::new(),
        ohms: Vec::new(),
        followed: Vec::new(),
    };
    let mut horizon = Horizon::new(&mut model, effort, watch);
    let complete = horizon.solve_steps(|h| watch.proven(&bound(h.loss(), false)));
    bound(horizon.loss(), complete)
}

fn bound(weighted: f64, complete: bool) -> Bound {
    Bound { weighted: weighted.max(0.0), gap: 0.0, method: "best-state".into(), complete }
}
