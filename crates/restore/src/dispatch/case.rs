//! What is known of a state before it is dispatched: islands, limits, what there is at each bus.

use relight_grid::Islands;

use super::engine::{Engine, Workspace};
use super::output_limits;
use crate::state::{GridState, live_buses};

/// What the steps of one state share. By bus or by branch, in MW.
#[derive(Debug)]
pub(super) struct Case {
    pub islands: Islands,
    pub live: Vec<bool>,
    /// Susceptance of each branch in service in a live island, per unit; 0 for the others.
    pub b: Vec<f64>,
    pub limit: Vec<f64>,
    /// The most load that may be supplied at each bus, and the losses drawn there.
    pub demand: Vec<f64>,
    pub losses: Vec<f64>,
    /// A negative load: what it can feed in.
    pub feed_in: Vec<f64>,
    /// Output limits of all generators at a bus, and their output in the case.
    pub lowest: Vec<f64>,
    /// The lowest output where units may run below their least.
    pub below: Vec<f64>,
    pub highest: Vec<f64>,
    pub usual: Vec<f64>,
    /// Branch flows with no injections: those that phase shifters drive round.
    pub shifted: Vec<f64>,
}

/// Net injections by bus, in their parts, MW.
#[derive(Debug, Clone)]
pub(super) struct Injection {
    pub served: Vec<f64>,
    pub generated: Vec<f64>,
    /// Part of a negative load that is let in.
    pub fixed: Vec<f64>,
    /// Losses that are covered.
    pub losses: Vec<f64>,
}

impl Injection {
    pub fn none(buses: usize) -> Self {
        let none = || vec![0.0; buses];
        Injection { served: none(), generated: none(), fixed: none(), losses: none() }
    }

    /// Net injection at a bus, MW.
    pub fn at(&self, bus: usize) -> f64 {
        self.generated[bus] + self.fixed[bus] - self.served[bus] - self.losses[bus]
    }
}

impl Engine<'_> {
    /// Islands, limits and the factorised matrix. `None`: the matrix cannot be factorised.
    pub(super) fn prepare(&self, ws: &mut Workspace, state: &GridState) -> Option<Case> {
        let network = &self.grid.scenario.network;
        let n = network.buses.len();
        let (islands, live) = live_buses(network, &state.status);
        let zeros = || vec![0.0; n];
        let (mut lowest, mut below, mut highest, mut usual) = (zeros(), zeros(), zeros(), zeros());
        for (g, unit) in network.generators.iter().enumerate() {
            if !state.status.generator[g] {
                continue;
            }
            let (low, high) =
                output_limits(unit.pmin_mw, unit.pmax_mw, self.grid.scenario.model.pmin);
            lowest[unit.bus] += low;
            below[unit.bus] += low.min(0.0);
            highest[unit.bus] += high;
            usual[unit.bus] += unit.pg_mw.clamp(low, high);
        }
        let mut b = self.susceptances(state);
        for (b, on) in b.iter_mut().zip(&state.status.branch) {
            if !on {
                *b = 0.0;
            }
        }
        if !ws.factorise(self, &b, &islands) {
            return None;
        }
        for (b, branch) in b.iter_mut().zip(&network.branches) {
            if !live[branch.from] || branch.from == branch.to {
                *b = 0.0;
            }
        }
        let mut case = Case {
            islands,
            live,
            b,
            limit: self.limits(state),
            demand: network.buses.iter().map(|bus| bus.pd_mw.max(0.0)).collect(),
            losses: zeros(),
            feed_in: network.buses.iter().map(|bus| (-bus.pd_mw).max(0.0)).collect(),
            lowest,
            below,
            highest,
            usual,
            shifted: Vec::new(),
        };
        case.shifted = self.shifted_flows(ws, &case);
        for (limit, shifted) in case.limit.iter_mut().zip(&case.shifted) {
            // What a phase shifter drives round on its own cannot be dispatched away.
            *limit = limit.max(shifted.abs());
        }
        Some(case)
    }

    /// Branch limits with the units that stand in them, MW.
    pub(super) fn limits(&self, state: &GridState) -> Vec<f64> {
        let mut limit = self.grid.limit.clone();
        for d in &state.derated {
            limit[d.branch] = limit[d.branch].min(d.mva);
        }
        limit
    }

    /// Branch susceptances with the units that stand in them, in service or not.
    pub(super) fn susceptances(&self, state: &GridState) -> Vec<f64> {
        let mut b = self.grid.susceptance.clone();
        for d in &state.derated {
            b[d.branch] /= d.impedance;
        }
        b
    }

    /// What phase shifters take off the flow of their branch, MW.
    pub(super) fn drives<'c>(&'c self, case: &'c Case) -> impl Iterator<Item = (usize, f64)> + 'c {
        self.grid.shift.iter().map(|&(l, shift)| (l, case.b[l] * shift)).filter(|&(_, d)| d != 0.0)
    }

    /// The flows that phase shifters drive with no injections anywhere, MW.
    fn shifted_flows(&self, ws: &mut Workspace, case: &Case) -> Vec<f64> {
        let network = &self.grid.scenario.network;
        let mut flow = vec![0.0; network.branches.len()];
        let mut x = vec![0.0; network.buses.len()];
        let mut any = false;
        for (l, drive) in self.drives(case) {
            any = true;
            flow[l] = -drive;
            x[network.branches[l].from] += drive;
            x[network.branches[l].to] -= drive;
        }
        if any {
            ws.solve(self, &mut x);
            for ((flow, l), b) in flow.iter_mut().zip(&network.branches).zip(&case.b) {
                *flow += b * (x[l.from] - x[l.to]);
            }
        }
        flow
    }

    /// The flow of each branch, MW.
    pub(super) fn flows(&self, ws: &mut Workspace, case: &Case, injection: &Injection) -> Vec<f64> {
        let mut x: Vec<f64> = (0..injection.served.len()).map(|i| injection.at(i)).collect();
        ws.solve(self, &mut x);
        let branches = &self.grid.scenario.network.branches;
        (branches.iter().zip(&case.b).zip(&case.shifted))
            .map(|((l, b), shifted)| b * (x[l.from] - x[l.to]) + shifted)
            .collect()
    }

    /// The power transfer distribution factors of a branch: MW on it for each MW injected at a bus.
    pub(super) fn factors(&self, ws: &mut Workspace, case: &Case, branch: usize) -> Vec<f64> {
        let l = &self.grid.scenario.network.branches[branch];
        let mut x = vec![0.0; self.grid.scenario.network.buses.len()];
        x[l.from] += case.b[branch];
        x[l.to] -= case.b[branch];
        ws.solve(self, &mut x);
        x
    }
}

/// How far a flow may lie above its limit, relative to the limit (at least 1 MW).
const FLOW_TOLERANCE: f64 = 1e-8;

impl Case {
    /// Branches that carry more than `part` of their limits.
    pub fn broken(&self, flow: &[f64], part: f64) -> Vec<usize> {
        (0..flow.len())
            .filter(|&l| {
                flow[l].abs() > part * self.limit[l] + FLOW_TOLERANCE * self.limit[l].max(1.0)
            })
            .collect()
    }
}
