//! The linear power flow after every single outage, from one factorisation.
//!
//! Taking branch `k` out of a state changes the flow on every other by a fixed part of what `k` carried. With `z` the angles for
//! one unit of power into the from bus of `k` and out of its to bus, `ψ_l = b_l (z_from(l) - z_to(l))` is what `l`
//! carries of it, and the line-outage distribution factor is `ψ_l / (1 - ψ_k)` (Wood, Wollenberg and Sheblé, *Power Generation, Operation,
//! and Control*, section 7.4). Sixteen such right-hand sides are solved side by side. Where `k` is on no cycle there is no such
//! factor: the grid splits, and that state is solved by itself, each island with its own reference.

use super::{DcSolution, DcSolver, DcStatus, Susceptance, susceptance};
use crate::islands::bridges;
use crate::live::branch_on;
use crate::network::{Injections, Network, Status};
use crate::sparse::{Solver, WIDE, Wide};

/// `1 - ψ` below this is what rounding makes of 0: negative reactances that cancel.
const SMALLEST_REST: f64 = 1e-9;

/// The state after an outage.
#[derive(Debug, Clone, Copy)]
pub struct Outage<'s> {
    /// Flow of each branch from its from bus to its to bus, MW.
    pub flow_mw: &'s [f64],
    /// The whole answer where the outage splits the grid, or leaves equations that no factor describes.
    pub split: Option<&'s DcSolution>,
}

/// The linear power flow of one state of a network, and what each outage of a branch makes of it.
#[derive(Debug, Clone)]
pub struct Outages<'n> {
    network: &'n Network,
    status: Status,
    injections: Injections,
    model: Susceptance,
    dc: DcSolver,
    base: DcSolution,
    bridges: Vec<bool>,
    /// Susceptance of each branch, p.u.; 0 where it carries nothing.
    b: Vec<f64>,
    /// Whether a bus has an angle to be found.
    free: Vec<bool>,
    entries: Vec<Wide>,
    solver: Solver<Wide>,
}

impl<'n> Outages<'n> {
    /// Solves the state before anything fails, and keeps its factors.
    ///
    /// # Panics
    /// If `status` or `injections` do not have the lengths of `network`'s tables.
    pub fn new(
        network: &'n Network,
        status: Status,
        injections: Injections,
        model: Susceptance,
    ) -> Self {
        let mut dc = DcSolver::new(network);
        let base = dc.solve(network, &status, &injections, model);
        let mut free = base.live.clone();
        for slack in base.islands.iter().filter_map(|i| i.slack) {
            free[slack] = false;
        }
        let carries =
            |k: usize| branch_on(network, &status, k) && base.live[network.branches[k].from];
        let b = (0..network.branches.len())
            .map(|k| if carries(k) { susceptance(&network.branches[k], model) } else { 0.0 })
            .collect();
        // `dc` holds the matrix of its last solution, which is that of the base.
        let entries: Vec<Wide> = dc.entries.iter().map(|e| Wide(*e)).collect();
        let mut solver = Solver::new(&dc.pattern.symbolic);
        solver.factor(&dc.pattern.symbolic, &entries);
        let bridges = bridges(network, &status);
        Outages { network, status, injections, model, dc, base, bridges, b, free, entries, solver }
    }

    /// The state before anything fails.
    pub fn base(&self) -> &DcSolution {
        &self.base
    }

    /// Takes each of these branches out by itself, and reads something of the state that is left, in their order. A branch that is
    /// out of service already, or carries nothing, leaves the base. Branches that are not there are passed over.
    pub fn each<T>(
        &mut self,
        branches: &[usize],
        mut read: impl FnMut(usize, Outage<'_>) -> T,
    ) -> Vec<T> {
        let m = self.network.branches.len();
        let mut out = Vec::with_capacity(branches.len());
        let mut flows = vec![0.0; m * WIDE];
        let branches: Vec<usize> = branches.iter().copied().filter(|k| *k < m).collect();
        for group in branches.chunks(WIDE) {
            let factors = self.group(group, &mut flows);
            for (lane, &k) in group.iter().enumerate() {
                let alone = self.bridges[k] || !factors[lane];
                if alone
                    && self.b[k] != 0.0
                    && self.network.branches[k].from != self.network.branches[k].to
                {
                    let mut status = self.status.clone();
                    status.branch[k] = false;
                    let split = self.dc.solve(self.network, &status, &self.injections, self.model);
                    out.push(read(k, Outage { flow_mw: &split.flow_mw, split: Some(&split) }));
                } else {
                    let flow_mw = &flows[lane * m..(lane + 1) * m];
                    out.push(read(k, Outage { flow_mw, split: None }));
                }
            }
        }
        out
    }

    /// Flows of up to sixteen outages, one after the other in `flows`. `false` where there is no factor.
    fn group(&mut self, group: &[usize], flows: &mut [f64]) -> [bool; WIDE] {
        let (n, m) = (self.network.buses.len(), self.network.branches.len());
        let mut z = vec![[0.0; WIDE]; n];
        for (lane, &k) in group.iter().enumerate() {
            let l = &self.network.branches[k];
            if self.b[k] == 0.0 || self.bridges[k] {
                continue;
            }
            for (bus, power) in [(l.from, 1.0), (l.to, -1.0)] {
                if self.free[bus] {
                    z[bus][lane] += power;
                }
            }
        }
        let symbolic = &self.dc.pattern.symbolic;
        if self.solver.solve(symbolic, &self.entries, &mut z).is_err() {
            return [false; WIDE];
        }
        let mut found = [true; WIDE];
        let mut scale = [0.0; WIDE];
        for (lane, &k) in group.iter().enumerate() {
            let l = &self.network.branches[k];
            let rest = 1.0 - self.b[k] * (z[l.from][lane] - z[l.to][lane]);
            found[lane] = rest.abs() > SMALLEST_REST;
            if found[lane] {
                scale[lane] = self.base.flow_mw[k] / rest;
            }
        }
        for (k, l) in self.network.branches.iter().enumerate() {
            let (from, to) = (&z[l.from], &z[l.to]);
            for lane in 0..group.len() {
                let change = self.b[k] * (from[lane] - to[lane]) * scale[lane];
                flows[lane * m + k] = self.base.flow_mw[k] + change;
            }
        }
        for (lane, &k) in group.iter().enumerate() {
            flows[lane * m + k] = 0.0;
        }
        found
    }

    /// Whether an outage of this branch splits its island; `false` for one that is not there.
    pub fn splits(&self, branch: usize) -> bool {
        self.bridges.get(branch).copied().unwrap_or(false)
    }

    /// Whether the state before anything fails has an answer in every island with a generator.
    pub fn solved(&self) -> bool {
        self.base.islands.iter().all(|i| i.status != DcStatus::NotSolved)
    }
}
