//! What a caller asks of an AC power flow, and what comes back.

use crate::network::Network;

/// Where Newton's method starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Start {
    /// All angles those of the reference bus, voltages at their set points or 1 p.u.
    #[default]
    Flat,
    /// Voltages and angles in the case file; set points where a bus has one.
    Case,
    /// Angles of the linear power flow, voltages as in a flat start.
    DcAngles,
}

/// Who covers the active imbalance of an island: losses, and whatever the given outputs lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SlackSharing {
    /// The generators at the reference bus, in proportion to headroom; the first one beyond that.
    #[default]
    Single,
    /// All generators in service, in proportion to the headroom between their given output and `pmax_mw`
    /// (`pmin_mw` where there is a surplus). What exceeds all headroom falls on the reference bus.
    Headroom,
}

/// How to solve an AC power flow.
#[derive(Debug, Clone, PartialEq)]
pub struct AcOptions {
    /// Largest power mismatch at any bus, p.u.
    pub tolerance_pu: f64,
    /// Newton steps allowed between two changes of the equations (a reactive limit reached or left, a new start).
    pub max_iterations: usize,
    /// Where to start.
    pub start: Start,
    /// Whether generators keep within their reactive limits. The reference bus is not limited;
    /// [`violations`](super::violations()) tells where it is outside.
    pub enforce_q: bool,
    /// Who covers the active imbalance.
    pub slack: SlackSharing,
    /// Whether an island that fails from `start` is tried again: from the angles of the linear power flow,
    /// from the voltages in the case file, and at last with damped steps. [`AcIsland::attempt`] tells which it was.
    pub fallback: bool,
}

impl Default for AcOptions {
    fn default() -> Self {
        AcOptions {
            tolerance_pu: 1e-8,
            max_iterations: 20,
            start: Start::Flat,
            enforce_q: false,
            slack: SlackSharing::Single,
            fallback: true,
        }
    }
}

/// Why Newton's method gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// No convergence within the allowed steps.
    IterationLimit,
    /// The Jacobian is singular.
    Singular,
    /// Mismatches grew beyond all bounds, or no step made them smaller.
    Diverged,
}

impl Reason {
    /// It in words, after "no solution:".
    pub fn text(self) -> &'static str {
        match self {
            Reason::IterationLimit => "no convergence within the allowed steps",
            Reason::Singular => "the Jacobian is singular",
            Reason::Diverged => {
                "the mismatches grew beyond all bounds, or no step made them smaller"
            }
        }
    }
}

/// A bus whose power balance is not met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mismatch {
    /// Index of the bus.
    pub bus: usize,
    /// Active power missing at the bus, MW.
    pub p_mw: f64,
    /// Reactive power missing at the bus, `MVAr`.
    pub q_mvar: f64,
}

/// Whether a power flow, or one island of it, has an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum AcStatus {
    /// Every bus is in balance within the tolerance.
    Converged,
    /// No answer was found. That does not prove that there is none.
    NotConverged {
        /// Why the last try ended.
        reason: Reason,
        /// The buses with the largest mismatches when it ended, the largest first, at most ten.
        mismatches: Vec<Mismatch>,
    },
    /// No generator in service: nothing to solve.
    NothingToSolve,
}

/// The way that led to the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attempt {
    /// From the start that was asked for, full steps.
    AsAsked,
    /// From the angles of the linear power flow, full steps.
    DcAngles,
    /// From the voltages and angles in the case file, full steps.
    Case,
    /// From the angles of the linear power flow, steps shortened until the mismatch falls.
    Damped,
}

/// One island of an AC power flow.
#[derive(Debug, Clone, PartialEq)]
pub struct AcIsland {
    /// Whether it has an answer.
    pub status: AcStatus,
    /// How many buses it has.
    pub buses: usize,
    /// Its reference bus, where it has a generator in service.
    pub slack: Option<usize>,
    /// The last way tried.
    pub attempt: Attempt,
    /// Newton steps over all tries.
    pub iterations: usize,
    /// Active power that the generators produce beyond their given outputs, MW. 0 unless converged.
    pub imbalance_mw: f64,
}

/// The answer of an AC power flow. Every number is finite; whatever has no answer is 0.
#[derive(Debug, Clone, PartialEq)]
pub struct AcSolution {
    /// `Converged` if every island with a generator has an answer. Otherwise the reason and the mismatches
    /// of the largest island without one; the other islands are still solved.
    pub status: AcStatus,
    /// The islands, in the order of their lowest bus.
    pub islands: Vec<AcIsland>,
    /// The island of each bus, an index into `islands`; `None` for a bus out of service.
    pub island_of_bus: Vec<Option<usize>>,
    /// Whether each bus is in an island that converged.
    pub live: Vec<bool>,
    /// Voltage magnitude of each bus, p.u.
    pub vm_pu: Vec<f64>,
    /// Voltage angle of each bus, radians.
    pub va_rad: Vec<f64>,
    /// Active output of each generator, MW.
    pub pg_mw: Vec<f64>,
    /// Reactive output of each generator, `MVAr`. Generators at one bus share in proportion to their ranges.
    pub qg_mvar: Vec<f64>,
    /// Power into each branch at its from end, MW.
    pub pf_mw: Vec<f64>,
    /// Power into each branch at its from end, `MVAr`.
    pub qf_mvar: Vec<f64>,
    /// Power into each branch at its to end, MW.
    pub pt_mw: Vec<f64>,
    /// Power into each branch at its to end, `MVAr`.
    pub qt_mvar: Vec<f64>,
    /// Active losses in all branches, MW.
    pub losses_mw: f64,
    /// Newton steps of the island that took most.
    pub iterations: usize,
}

impl AcSolution {
    /// Whether every island with a generator has an answer, and there is one.
    pub fn converged(&self) -> bool {
        self.status == AcStatus::Converged
    }

    /// The lowest voltage magnitude over live buses, p.u.; `None` where nothing is live.
    pub fn vm_min_pu(&self) -> Option<f64> {
        self.live_vm().min_by(f64::total_cmp)
    }

    /// The highest voltage magnitude over live buses, p.u.; `None` where nothing is live.
    pub fn vm_max_pu(&self) -> Option<f64> {
        self.live_vm().max_by(f64::total_cmp)
    }

    fn live_vm(&self) -> impl Iterator<Item = f64> + '_ {
        self.vm_pu.iter().zip(&self.live).filter(|(_, live)| **live).map(|(vm, _)| *vm)
    }

    /// Apparent power at the more loaded end of a branch, MVA.
    pub fn flow_mva(&self, branch: usize) -> f64 {
        let from = self.pf_mw[branch].hypot(self.qf_mvar[branch]);
        from.max(self.pt_mw[branch].hypot(self.qt_mvar[branch]))
    }

    /// The largest loading over branches with a limit, percent of `rating`; `None` where no branch has one.
    pub fn max_loading_pct(&self, network: &Network, rating: super::Rating) -> Option<f64> {
        let limits = network.branches.iter().map(|l| rating.limit_mva(l));
        let loading = |(k, limit): (usize, Option<f64>)| Some(100.0 * self.flow_mva(k) / limit?);
        limits.enumerate().filter_map(loading).max_by(f64::total_cmp)
    }
}
