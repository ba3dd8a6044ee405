//! The linear ("DC") power flow: angles and active flows, voltages taken as 1 p.u. and losses as nothing.
//!
//! A branch carries `b * (angle difference - shift)`, `b` by one of two conventions ([`Susceptance`]). Each
//! island with a generator in service is solved with one reference bus that takes the imbalance of the
//! given injections; an island without one is dead. Bus shunts are left out: a caller who wants a shunt's
//! conductance adds it to the demand.

mod outages;
mod states;

use std::sync::Arc;

pub use outages::{Outage, Outages, Split};
pub use states::{Flows, States};

use crate::live::{Live, Pattern, active_injections, branch_on};
use crate::network::{Branch, Injections, Network, Status};
use crate::sparse::Solver;

/// Reactances below this by magnitude, p.u., count as this much: a branch without impedance is a very stiff
/// one, which keeps the matrix regular and shares the flow of parallel ties evenly.
pub const SMALLEST_REACTANCE: f64 = 1e-6;

/// How a branch's susceptance comes from its impedance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Susceptance {
    /// `1 / (x * tap)`, phase shifts kept (MATPOWER manual, equation 3.21; `makeBdc`).
    #[default]
    X,
    /// `x / (r² + x²)`, taps and shifts left out (the `DCPPowerModel` of PowerModels.jl).
    RX,
}

/// The susceptance of a branch in the linear model, p.u.: active flow per radian. Always finite and never
/// zero; see [`SMALLEST_REACTANCE`] for a branch with no reactance.
pub fn susceptance(branch: &Branch, model: Susceptance) -> f64 {
    let stiff = branch.x.abs() < SMALLEST_REACTANCE;
    let x = if stiff { SMALLEST_REACTANCE.copysign(branch.x) } else { branch.x };
    match model {
        Susceptance::X => 1.0 / (x * branch.tap()),
        Susceptance::RX if stiff => 1.0 / x,
        Susceptance::RX => x / (branch.r * branch.r + x * x),
    }
}

/// The phase shift of a branch that the linear model uses, radians.
pub fn shift_rad(branch: &Branch, model: Susceptance) -> f64 {
    match model {
        Susceptance::X => branch.shift_deg.to_radians(),
        Susceptance::RX => 0.0,
    }
}

/// What became of an island.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DcStatus {
    /// Solved.
    Solved,
    /// No generator in service: nothing is served.
    Dead,
    /// The equations have no finite answer: an input is not a number, or negative reactances cancel.
    NotSolved,
}

/// One island of a linear power flow.
#[derive(Debug, Clone, PartialEq)]
pub struct DcIsland {
    /// Whether it has an answer.
    pub status: DcStatus,
    /// How many buses it has.
    pub buses: usize,
    /// Its reference bus, where it has a generator in service.
    pub slack: Option<usize>,
    /// Demand that the given generation does not cover, MW; the reference bus produces it. Negative:
    /// surplus. 0 unless solved.
    pub imbalance_mw: f64,
}

/// The answer of a linear power flow. Every number is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct DcSolution {
    /// Voltage angle of each bus, radians; 0 where not live.
    pub angle_rad: Vec<f64>,
    /// Whether each bus is in an island that was solved.
    pub live: Vec<bool>,
    /// Flow of each branch from its from bus to its to bus, MW; 0 where out of service or not live.
    pub flow_mw: Vec<f64>,
    /// The island of each bus, an index into `islands`; `None` for a bus out of service.
    pub island_of_bus: Vec<Option<usize>>,
    /// The islands, in the order of their lowest bus.
    pub islands: Vec<DcIsland>,
}

impl DcSolution {
    /// The islands that have no generator in service, by index.
    pub fn dead_islands(&self) -> impl Iterator<Item = usize> + '_ {
        let dead = |(k, i): (usize, &DcIsland)| (i.status == DcStatus::Dead).then_some(k);
        self.islands.iter().enumerate().filter_map(dead)
    }
}

/// Solves one linear power flow. For many states of one network make a [`DcSolver`].
///
/// # Panics
/// If `status` or `injections` do not have the lengths of `network`'s tables.
pub fn solve(
    network: &Network,
    status: &Status,
    injections: &Injections,
    model: Susceptance,
) -> DcSolution {
    DcSolver::new(network).solve(network, status, injections, model)
}

/// Solves many states of one network: the analysis of its graph and the work space are kept.
#[derive(Debug, Clone)]
pub struct DcSolver {
    pub(crate) pattern: Arc<Pattern>,
    solver: Solver<f64>,
    entries: Vec<f64>,
    rhs: Vec<[f64; 1]>,
}

impl DcSolver {
    /// Analyses the graph of `network` with every branch in service.
    pub fn new(network: &Network) -> Self {
        let pattern = Arc::new(Pattern::new(network));
        let solver = Solver::new(&pattern.symbolic);
        let entries = vec![0.0; pattern.symbolic.entries()];
        let rhs = vec![[0.0]; network.buses.len()];
        DcSolver { pattern, solver, entries, rhs }
    }

    /// Solves one state. `network` must be the one that the solver was made for.
    ///
    /// # Panics
    /// If `status` or `injections` do not have the lengths of `network`'s tables.
    pub fn solve(
        &mut self,
        network: &Network,
        status: &Status,
        injections: &Injections,
        model: Susceptance,
    ) -> DcSolution {
        let live = Live::new(network, status);
        let injected_mw = active_injections(network, status, injections, &live);
        let mut islands: Vec<DcIsland> = live
            .slack
            .iter()
            .zip(&live.buses)
            .map(|(slack, buses)| {
                let imbalance_mw = -buses.iter().map(|&i| injected_mw[i]).sum::<f64>();
                let status = match slack {
                    None => DcStatus::Dead,
                    Some(_) if imbalance_mw.is_finite() => DcStatus::Solved,
                    Some(_) => DcStatus::NotSolved,
                };
                DcIsland { status, buses: buses.len(), slack: *slack, imbalance_mw }
            })
            .collect();

        // A singular island is left out and the others are solved again: at most one round an island.
        let solved = |islands: &[DcIsland], i: usize| {
            live.islands.of_bus[i].is_some_and(|k| islands[k].status == DcStatus::Solved)
        };
        loop {
            self.assemble(network, status, model, &injected_mw, |i| {
                solved(&islands, i)
                    && live.islands.of_bus[i].is_some_and(|k| live.slack[k] != Some(i))
            });
            self.solver.factor(&self.pattern.symbolic, &self.entries);
            let outcome = self.solver.solve(&self.pattern.symbolic, &self.entries, &mut self.rhs);
            let Err(row) = outcome else { break };
            let island =
                live.islands.of_bus[row].filter(|&k| islands[k].status == DcStatus::Solved);
            if let Some(k) = island {
                islands[k].status = DcStatus::NotSolved;
            } else {
                // The culprit is not known: give no answer rather than a wrong one.
                for island in &mut islands {
                    if island.status == DcStatus::Solved {
                        island.status = DcStatus::NotSolved;
                    }
                }
                self.rhs.fill([0.0]);
                break;
            }
        }

        for island in &mut islands {
            if island.status != DcStatus::Solved {
                island.imbalance_mw = 0.0;
            }
        }
        let is_live: Vec<bool> = (0..network.buses.len()).map(|i| solved(&islands, i)).collect();
        let angle_rad: Vec<f64> =
            self.rhs.iter().zip(&is_live).map(|(a, live)| if *live { a[0] } else { 0.0 }).collect();
        let flow_mw = network
            .branches
            .iter()
            .enumerate()
            .map(|(k, l)| {
                if !branch_on(network, status, k) || !is_live[l.from] {
                    return 0.0;
                }
                let across = angle_rad[l.from] - angle_rad[l.to] - shift_rad(l, model);
                susceptance(l, model) * across * network.base_mva
            })
            .collect();
        DcSolution {
            angle_rad,
            live: is_live,
            flow_mw,
            island_of_bus: live.islands.of_bus,
            islands,
        }
    }

    /// Writes the matrix and the right-hand side. Buses that are not `free` get a row and a column of the identity.
    fn assemble(
        &mut self,
        network: &Network,
        status: &Status,
        model: Susceptance,
        injected_mw: &[f64],
        free: impl Fn(usize) -> bool,
    ) {
        self.entries.fill(0.0);
        let free: Vec<bool> = (0..network.buses.len()).map(free).collect();
        for (i, free) in free.iter().enumerate() {
            self.rhs[i] = [if *free { injected_mw[i] / network.base_mva } else { 0.0 }];
            if !free {
                self.entries[self.pattern.diagonal[i]] = 1.0;
            }
        }
        for (k, l) in network.branches.iter().enumerate() {
            if !branch_on(network, status, k) || l.from == l.to {
                continue;
            }
            let b = susceptance(l, model);
            let shifted = b * shift_rad(l, model);
            let [ff, ft, tf, tt] = self.pattern.branch[k];
            if free[l.from] {
                self.entries[ff] += b;
                self.rhs[l.from][0] += shifted;
            }
            if free[l.to] {
                self.entries[tt] += b;
                self.rhs[l.to][0] -= shifted;
            }
            if free[l.from] && free[l.to] {
                self.entries[ft] -= b;
                self.entries[tf] -= b;
            }
        }
    }
}
