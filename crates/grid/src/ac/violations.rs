//! Limits that a solved state does not keep.

use super::AcSolution;
use crate::network::{Branch, Network, Status};

/// Which of a branch's three ratings counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rating {
    /// Long term.
    #[default]
    A,
    /// Short term.
    B,
    /// Emergency.
    C,
}

impl Rating {
    /// How far beyond a limit still counts as at the limit: p.u. of the power base, and p.u. voltage.
    pub(crate) const TOLERANCE_PU: f64 = SLACK_PU;

    /// The limit of a branch, MVA; `None` where it is unlimited.
    pub fn limit_mva(self, branch: &Branch) -> Option<f64> {
        let [a, b, c] = branch.rate_mva;
        let limit = match self {
            Rating::A => a,
            Rating::B => b,
            Rating::C => c,
        };
        (limit > 0.0 && limit.is_finite()).then_some(limit)
    }
}

/// A limit that is not kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Violation {
    /// A branch carries more than its rating at one of its ends.
    BranchOverload {
        /// Index of the branch.
        branch: usize,
        /// Apparent power at the more loaded end, MVA.
        mva: f64,
        /// Its rating, MVA.
        limit_mva: f64,
        /// `mva` in percent of the rating.
        percent: f64,
    },
    /// A voltage below the lowest allowed.
    VoltageLow {
        /// Index of the bus.
        bus: usize,
        /// Voltage, p.u.
        vm_pu: f64,
        /// Lowest allowed, p.u.
        limit_pu: f64,
    },
    /// A voltage above the highest allowed.
    VoltageHigh {
        /// Index of the bus.
        bus: usize,
        /// Voltage, p.u.
        vm_pu: f64,
        /// Highest allowed, p.u.
        limit_pu: f64,
    },
    /// A generator below its smallest active output.
    ActiveLow {
        /// Index of the generator.
        generator: usize,
        /// Output, MW.
        mw: f64,
        /// Smallest output, MW.
        limit_mw: f64,
    },
    /// A generator above its largest active output.
    ActiveHigh {
        /// Index of the generator.
        generator: usize,
        /// Output, MW.
        mw: f64,
        /// Largest output, MW.
        limit_mw: f64,
    },
    /// A generator below its smallest reactive output.
    ReactiveLow {
        /// Index of the generator.
        generator: usize,
        /// Output, `MVAr`.
        mvar: f64,
        /// Smallest output, `MVAr`.
        limit_mvar: f64,
    },
    /// A generator above its largest reactive output.
    ReactiveHigh {
        /// Index of the generator.
        generator: usize,
        /// Output, `MVAr`.
        mvar: f64,
        /// Largest output, `MVAr`.
        limit_mvar: f64,
    },
}

/// How far beyond a limit still counts as at the limit: p.u. of the power base, and p.u. voltage. Well above
/// the tolerance of the power flow and well below what anybody can measure.
const SLACK_PU: f64 = 1e-6;

/// Every limit that `solution` does not keep over what is live: branches, then buses, then generators, each in
/// file order. A limit that is not a number, or a voltage limit of 0, is no limit.
pub fn violations(
    network: &Network,
    status: &Status,
    solution: &AcSolution,
    rating: Rating,
) -> Vec<Violation> {
    let slack = SLACK_PU * network.base_mva;
    let mut out = Vec::new();
    for (branch, l) in network.branches.iter().enumerate() {
        let Some(limit_mva) = rating.limit_mva(l) else { continue };
        let mva = solution.flow_mva(branch);
        if mva > limit_mva + slack {
            let percent = 100.0 * mva / limit_mva;
            out.push(Violation::BranchOverload { branch, mva, limit_mva, percent });
        }
    }
    for (bus, b) in network.buses.iter().enumerate() {
        if !solution.live[bus] {
            continue;
        }
        let vm_pu = solution.vm_pu[bus];
        if b.vmin_pu > 0.0 && vm_pu < b.vmin_pu - SLACK_PU {
            out.push(Violation::VoltageLow { bus, vm_pu, limit_pu: b.vmin_pu });
        }
        if b.vmax_pu > 0.0 && vm_pu > b.vmax_pu + SLACK_PU {
            out.push(Violation::VoltageHigh { bus, vm_pu, limit_pu: b.vmax_pu });
        }
    }
    for (generator, g) in network.generators.iter().enumerate() {
        if !status.generator[generator] || !solution.live[g.bus] {
            continue;
        }
        let (mw, mvar) = (solution.pg_mw[generator], solution.qg_mvar[generator]);
        if mw < g.pmin_mw - slack {
            out.push(Violation::ActiveLow { generator, mw, limit_mw: g.pmin_mw });
        }
        if mw > g.pmax_mw + slack {
            out.push(Violation::ActiveHigh { generator, mw, limit_mw: g.pmax_mw });
        }
        if mvar < g.qmin_mvar - slack {
            out.push(Violation::ReactiveLow { generator, mvar, limit_mvar: g.qmin_mvar });
        }
        if mvar > g.qmax_mvar + slack {
            out.push(Violation::ReactiveHigh { generator, mvar, limit_mvar: g.qmax_mvar });
        }
    }
    out
}
