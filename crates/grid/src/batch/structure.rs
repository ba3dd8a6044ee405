//! What the equations of a state are: islands, roles of buses, given injections, reactive limits.

use super::newton::{FIXED, FREE, HELD};
use crate::ac::{Control, ReactiveLimit, fixed_injections};
use crate::live::{Live, generators_on};
use crate::network::{BusKind, Injections, Network, Status};

/// The equations of a state, by bus. Powers in p.u.
#[derive(Debug, Clone)]
pub(super) struct Structure {
    pub(super) live: Live,
    pub(super) role: Vec<u32>,
    /// Voltage magnitude where it is given, else 0.
    pub(super) set_point: Vec<f64>,
    /// Injection as it should be.
    pub(super) given: Vec<[f64; 2]>,
    /// Reactive injection apart from the generators that hold a voltage.
    pub(super) fixed_q: Vec<f64>,
    /// Limits of the buses that hold their voltage, ascending by bus.
    pub(super) limits: Vec<ReactiveLimit>,
}

impl Structure {
    pub(super) fn new(network: &Network, status: &Status, injections: &Injections) -> Self {
        let live = Live::new(network, status);
        let control = Control::new(network, status, &live);
        let mut given = fixed_injections(network, status, injections, &live, &control);
        let fixed_q = given.iter().map(|s| s[1]).collect();
        for (g, bus) in generators_on(network, status) {
            given[bus][0] += injections.pg_mw[g] / network.base_mva;
        }
        let n = network.buses.len();
        let mut role = vec![FIXED; n];
        let mut set_point = vec![0.0; n];
        let mut limits = Vec::new();
        for i in 0..n {
            if !live.bus(i) {
                continue;
            }
            role[i] = FREE;
            if let Some(limit) = control.limit(network, i) {
                set_point[i] = limit.set_point;
                role[i] = HELD;
                limits.push(limit);
            }
        }
        for slack in live.slack.iter().flatten() {
            role[*slack] = FIXED;
        }
        Structure { live, role, set_point, given, fixed_q, limits }
    }

    /// Fixes at its limit every bus whose voltage in a solved state is not at its set point.
    pub(super) fn take_limits_from(&mut self, vm_pu: &[f64]) {
        for limit in &mut self.limits {
            let i = limit.bus;
            if self.role[i] == HELD {
                limit.take(vm_pu[i]);
                if let Some(output) = limit.fixed() {
                    self.role[i] = FREE;
                    self.set_point[i] = 0.0;
                    self.given[i][1] += output;
                }
            }
        }
    }

    /// The angle that a reference bus is given, radians.
    pub(super) fn reference(network: &Network, slack: usize) -> f64 {
        let bus = &network.buses[slack];
        let angle = bus.va_deg.to_radians();
        if bus.kind == BusKind::Reference && angle.is_finite() { angle } else { 0.0 }
    }
}

/// Which branches in service would split an island if they went out alone: those on no cycle (Tarjan, Inf.
/// Proc. Letters 2, 1974).
pub(super) fn bridges(network: &Network, status: &Status) -> Vec<bool> {
    const NONE: usize = usize::MAX;
    let n = network.buses.len();
    let mut out = vec![false; network.branches.len()];
    let on = |k: usize| {
        let l = &network.branches[k];
        status.branch[k] && status.bus[l.from] && status.bus[l.to] && l.from != l.to
    };
    let mut starts = vec![0_usize; n + 1];
    for (k, l) in network.branches.iter().enumerate() {
        if on(k) {
            starts[l.from + 1] += 1;
            starts[l.to + 1] += 1;
        }
    }
    for i in 0..n {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut neighbours = vec![(0_usize, 0_usize); starts[n]];
    for (k, l) in network.branches.iter().enumerate() {
        if on(k) {
            for (a, b) in [(l.from, l.to), (l.to, l.from)] {
                neighbours[next[a]] = (b, k);
                next[a] += 1;
            }
        }
    }
    let (mut found, mut low) = (vec![NONE; n], vec![NONE; n]);
    let mut time = 0;
    for root in 0..n {
        if found[root] != NONE {
            continue;
        }
        // Bus, the branch that led to it, and the next of its neighbours.
        let mut path = vec![(root, NONE, starts[root])];
        (found[root], low[root]) = (time, time);
        time += 1;
        while let Some((bus, by, at)) = path.last_mut() {
            let (bus, by) = (*bus, *by);
            if *at < starts[bus + 1] {
                let (other, branch) = neighbours[*at];
                *at += 1;
                if branch == by {
                    continue;
                }
                if found[other] == NONE {
                    (found[other], low[other]) = (time, time);
                    time += 1;
                    path.push((other, branch, starts[other]));
                } else {
                    low[bus] = low[bus].min(found[other]);
                }
            } else {
                path.pop();
                if let Some((parent, _, _)) = path.last() {
                    low[*parent] = low[*parent].min(low[bus]);
                    out[by] = low[bus] > found[*parent];
                }
            }
        }
    }
    out
}
