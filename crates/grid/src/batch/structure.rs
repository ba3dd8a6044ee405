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
