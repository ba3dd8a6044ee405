//! The linear power flow after every single outage, from one factorisation.
//!
//! Taking branch `k` out of a state changes the flow on every other by a fixed part of what `k` carried. With `z` the angles for
//! one unit of power into the from bus of `k` and out of its to bus, `ψ_l = b_l (z_from(l) - z_to(l))` is what `l`
//! carries of it, and the line-outage distribution factor is `ψ_l / (1 - ψ_k)` (Wood, Wollenberg and Sheblé, *Power Generation, Operation,
//! and Control*, section 7.4). Sixteen such right-hand sides are solved side by side.
//!
//! Where `k` is on no cycle the grid splits, and there is no such factor. But what the side without the reference took over `k` is
//! known, and so is who covers it: the reference on one side, a reference of its own on the other. Moving as much
//! power from the ends of `k` to these two is one more right-hand side of the same factors, as nothing of it flows over `k`. Sides are subtrees of
//! the search tree that begins at the reference, and so a stretch of the buses in its order.

use super::{DcSolution, DcSolver, DcStatus, Susceptance, susceptance};
use crate::live::branch_on;
use crate::network::{Injections, Network, Status};
use crate::sides::Sides;
use crate::sparse::{Solver, WIDE, Wide};

/// `1 - ψ` below this is what rounding makes of 0: negative reactances that cancel.
const SMALLEST_REST: f64 = 1e-9;

/// Branches whose flows are computed together.
const TOGETHER: usize = 8;

/// The state after an outage.
#[derive(Debug, Clone, Copy)]
pub struct Outage<'s> {
    /// Flow of each branch from its from bus to its to bus, MW.
    pub flow_mw: &'s [f64],
    /// What is cut off, where the outage splits the grid.
    pub split: Option<Split<'s>>,
    /// The whole answer of a state that was solved by itself, since no factor describes it.
    pub alone: Option<&'s DcSolution>,
}

/// The side of a split that is without the reference of the island.
#[derive(Debug, Clone, Copy)]
pub struct Split<'s> {
    /// Its buses.
    pub buses: &'s [usize],
    /// The bus that is now its reference; `None`: it has no generator in service, and is dead.
    pub slack: Option<usize>,
    /// What it took over the branch, MW, and now lacks. Its reference produces it; where it is dead, this is the load that is lost less what fed
    /// in there. Negative: it gave as much.
    pub imbalance_mw: f64,
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
    sides: Sides,
    /// Whether a direct-current line is in service: where one of its ends dies, the other changes too.
    dc_lines: bool,
    /// Susceptance of each branch, p.u.; 0 where it carries nothing.
    b: Vec<f64>,
    /// Whether a bus has an angle to be found.
    free: Vec<bool>,
    entries: Vec<Wide>,
    solver: Solver<Wide>,
    /// A group of right-hand sides.
    z: Vec<[f64; WIDE]>,
    flows: Vec<f64>,
}

/// How a lane of a group came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    Base,
    Factor,
    Split,
    Alone,
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
        let references = base.islands.iter().filter_map(|i| i.slack);
        let sides = Sides::new(network, &status, references, |bus| base.live[bus]);
        let dc_lines = network.dc_lines.iter().any(|d| d.in_service);
        let z = vec![[0.0; WIDE]; network.buses.len()];
        let flows = vec![0.0; network.branches.len() * WIDE];
        Outages {
            network,
            status,
            injections,
            model,
            dc,
            base,
            sides,
            dc_lines,
            b,
            free,
            entries,
            solver,
            z,
            flows,
        }
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
        let branches: Vec<usize> = branches.iter().copied().filter(|k| *k < m).collect();
        for group in branches.chunks(WIDE) {
            let lanes = self.group(group);
            for (lane, &k) in group.iter().enumerate() {
                if lanes[lane] == Lane::Alone {
                    let mut status = self.status.clone();
                    status.branch[k] = false;
                    let alone = self.dc.solve(self.network, &status, &self.injections, self.model);
                    let split = split(&self.sides, k, self.base.flow_mw[k]);
                    let flow_mw = &alone.flow_mw[..];
                    out.push(read(k, Outage { flow_mw, split, alone: Some(&alone) }));
                    continue;
                }
                let flow_mw = &self.flows[lane * m..(lane + 1) * m];
                let split = split(&self.sides, k, self.base.flow_mw[k]);
                out.push(read(k, Outage { flow_mw, split, alone: None }));
            }
        }
        out
    }

    /// Computes the flows of up to sixteen outages, one after the other in `flows`.
    fn group(&mut self, group: &[usize]) -> [Lane; WIDE] {
        let m = self.network.branches.len();
        let mut lanes = [Lane::Base; WIDE];
        self.z.fill([0.0; WIDE]);
        for (lane, &k) in group.iter().enumerate() {
            let l = &self.network.branches[k];
            if self.b[k] == 0.0 || l.from == l.to {
                continue;
            }
            let mut inject = |bus: usize, power: f64| {
                if self.free[bus] {
                    self.z[bus][lane] += power;
                }
            };
            if let Some(side) = self.sides.of(k) {
                let flow = self.base.flow_mw[k];
                // What the near end no longer gives away, and the far one no longer gets.
                let (near, far, gone) =
                    if side.at_from { (l.to, l.from, -flow) } else { (l.from, l.to, flow) };
                lanes[lane] = Lane::Split;
                inject(near, gone);
                match side.slack {
                    Some(slack) => {
                        inject(far, -gone);
                        inject(slack, gone);
                    }
                    None if self.dc_lines => lanes[lane] = Lane::Alone,
                    None => {}
                }
            } else {
                lanes[lane] = Lane::Factor;
                inject(l.from, 1.0);
                inject(l.to, -1.0);
            }
        }
        let symbolic = &self.dc.pattern.symbolic;
        if self.solver.solve(symbolic, &self.entries, &mut self.z).is_err() {
            return lanes.map(|l| if l == Lane::Base { l } else { Lane::Alone });
        }
        // What the angles are multiplied by.
        let mut scale = [0.0; WIDE];
        for (lane, &k) in group.iter().enumerate() {
            match lanes[lane] {
                Lane::Factor => {
                    let l = &self.network.branches[k];
                    let rest = 1.0 - self.b[k] * (self.z[l.from][lane] - self.z[l.to][lane]);
                    if rest.abs() > SMALLEST_REST {
                        scale[lane] = self.base.flow_mw[k] / rest;
                    } else {
                        lanes[lane] = Lane::Alone;
                    }
                }
                Lane::Split => scale[lane] = 1.0,
                Lane::Base | Lane::Alone => {}
            }
        }
        let count = group.len();
        // A few branches at a time, so that each lane's flows are written a line of the cache at once.
        for (part, branches) in self.network.branches.chunks(TOGETHER).enumerate() {
            let first = part * TOGETHER;
            let mut flows = [[0.0; TOGETHER]; WIDE];
            for (at, l) in branches.iter().enumerate() {
                let (b, base) = (self.b[first + at], self.base.flow_mw[first + at]);
                let (from, to) = (&self.z[l.from], &self.z[l.to]);
                for lane in 0..WIDE {
                    flows[lane][at] = base + b * (from[lane] - to[lane]) * scale[lane];
                }
            }
            for (lane, flows) in flows.iter().take(count).enumerate() {
                let at = lane * m + first;
                self.flows[at..at + branches.len()].copy_from_slice(&flows[..branches.len()]);
            }
        }
        for (lane, &k) in group.iter().enumerate() {
            let flows = &mut self.flows[lane * m..(lane + 1) * m];
            flows[k] = 0.0;
            if let (Lane::Split, Some(side)) = (lanes[lane], self.sides.of(k))
                && side.slack.is_none()
            {
                for &l in self.sides.branches(side) {
                    flows[l] = 0.0;
                }
            }
        }
        lanes
    }

    /// Whether an outage of this branch splits its island; `false` for one that is not there.
    pub fn splits(&self, branch: usize) -> bool {
        self.sides.splits(branch)
    }

    /// Whether the state before anything fails has an answer in every island with a generator.
    pub fn solved(&self) -> bool {
        self.base.islands.iter().all(|i| i.status != DcStatus::NotSolved)
    }
}

/// What the outage of a branch that carries `flow_mw` cuts off.
fn split(sides: &Sides, branch: usize, flow_mw: f64) -> Option<Split<'_>> {
    let side = sides.of(branch)?;
    let imbalance_mw = if side.at_from { -flow_mw } else { flow_mw };
    Some(Split { buses: sides.buses(side), slack: side.slack, imbalance_mw })
}
