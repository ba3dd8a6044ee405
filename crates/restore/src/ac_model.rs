//! A planned state as the AC power flow sees it.
//!
//! Voltages are controlled as operators would: generators by set points, and banks of capacitors and reactors
//! between off and fully on. A bank enters as a unit of no active power that holds the voltage of its bus
//! within what it has, its steps being small against everything else. Left on where the load that it is there
//! for is cut off, it would drive voltages up.

use std::collections::BTreeMap;

use relight_grid::ac::{AcOptions, AcSolution, AcSolver, SlackSharing, Start};
use relight_grid::{BusKind, Generator, Injections, Network, Status, islands};

use crate::plan::Dispatch;
use crate::scenario::{Pmin, Scenario};
use crate::state::GridState;

/// How far within the limits of its bus a voltage set point stays, p.u.
const WITHIN: f64 = 0.005;

/// The set points that a state starts with, p.u., by bus: that of the last generator in service, or the voltage
/// of the case.
pub(crate) fn set_points(scenario: &Scenario, state: &GridState) -> Vec<f64> {
    let network = &scenario.network;
    let mut set: Vec<f64> = network.buses.iter().map(|b| b.vm_pu).collect();
    for (unit, _) in network.generators.iter().zip(&state.status.generator).filter(|(_, on)| **on) {
        if unit.vg_pu.is_finite() && unit.vg_pu > 0.0 {
            set[unit.bus] = unit.vg_pu;
        }
    }
    (0..set.len()).map(|i| allowed(network, i, set[i])).collect()
}

/// The set point nearest to `set_pu` that keeps within the voltage limits of a bus.
pub(crate) fn allowed(network: &Network, bus: usize, set_pu: f64) -> f64 {
    let b = &network.buses[bus];
    let set = if set_pu.is_finite() && set_pu > 0.0 { set_pu } else { 1.0 };
    let low = if b.vmin_pu > 0.0 { b.vmin_pu + WITHIN } else { 0.0 };
    let high = if b.vmax_pu > 0.0 { b.vmax_pu - WITHIN } else { f64::INFINITY };
    if low <= high { set.clamp(low, high) } else { set }
}

/// A state made ready for the power flow.
#[derive(Debug, Clone)]
pub struct AcModel {
    /// The network, with voltage set points, and banks of capacitors and reactors as units.
    pub network: Network,
    /// What is in service.
    pub status: Status,
    /// Loads and generators.
    pub injections: Injections,
    /// Buses whose voltage is [held up](AcModel::hold_up).
    helped: Vec<bool>,
    live: Vec<bool>,
    start: Start,
}

impl AcModel {
    /// The state with its loads at the power factor of the case, generators as dispatched, and voltages held at
    /// `set_pu` where something can hold them. Islands with a bus that is flagged in `dark` are left without power.
    pub(crate) fn new(
        scenario: &Scenario,
        state: &GridState,
        dispatch: &Dispatch,
        set_pu: &[f64],
        dark: &[bool],
    ) -> Self {
        let mut network = scenario.network.clone();
        // The plan counts on nothing over direct-current lines, so the check does not either.
        network.dc_lines.clear();
        let mut status = state.status.clone();
        for d in &state.derated {
            let branch = &mut network.branches[d.branch];
            branch.r *= d.impedance;
            branch.x *= d.impedance;
        }
        for unit in &mut network.generators {
            unit.vg_pu = set_pu[unit.bus];
            if scenario.model.pmin == Pmin::Zero {
                unit.pmin_mw = unit.pmin_mw.min(0.0);
            }
        }
        let live = live(&network, &status, dark);
        for (on, unit) in status.generator.iter_mut().zip(&network.generators) {
            *on &= live[unit.bus];
        }
        for (i, _) in live.iter().enumerate().filter(|(_, live)| **live) {
            let bank = network.buses[i].bs_mvar;
            if bank != 0.0 {
                network.buses[i].bs_mvar = 0.0;
                let room = [bank.min(0.0), bank.max(0.0)];
                add_unit(&mut network, &mut status, i, set_pu[i], room);
            }
        }
        set_references(&mut network, &status);
        let helped = vec![false; network.buses.len()];
        let injections = injections(&network, dispatch);
        AcModel { network, status, injections, helped, live, start: Start::default() }
    }

    /// Starts from the voltages of a solution of a similar state.
    pub(crate) fn start_from(&mut self, solution: &AcSolution) {
        self.start = Start::Case;
        for (i, bus) in self.network.buses.iter_mut().enumerate().filter(|(i, _)| solution.live[*i])
        {
            bus.vm_pu = solution.vm_pu[i];
            bus.va_deg = solution.va_rad[i].to_degrees();
        }
    }

    /// Starts from these voltages, p.u. and radians by bus.
    pub(crate) fn start_at(&mut self, vm_pu: &[f64], va_rad: &[f64]) {
        self.start = Start::Case;
        for (bus, (vm, va)) in self.network.buses.iter_mut().zip(vm_pu.iter().zip(va_rad)) {
            bus.vm_pu = *vm;
            bus.va_deg = va.to_degrees();
        }
    }

    /// Whether a bus is in an island that is supplied.
    pub(crate) fn live(&self, bus: usize) -> bool {
        self.live[bus]
    }

    /// Lets every `wanted` bus without a unit, and those with one that are flagged in `low`, draw the reactive
    /// power that keeps the voltage just above the lowest allowed, from nowhere. Such a state nearly always has a
    /// solution, and shows where how much is missing.
    pub(crate) fn hold_up(&mut self, low: &[bool], wanted: impl Fn(usize) -> bool) {
        let mut has_unit = vec![false; self.live.len()];
        for (unit, _) in
            self.network.generators.iter().zip(&self.status.generator).filter(|(_, on)| **on)
        {
            has_unit[unit.bus] = true;
        }
        for i in 0..self.live.len() {
            let lowest = self.network.buses[i].vmin_pu;
            if self.live[i] && lowest > 0.0 && (low[i] || (!has_unit[i] && wanted(i))) {
                let set = allowed(&self.network, i, lowest);
                self.helped[i] = true;
                add_unit(&mut self.network, &mut self.status, i, set, [0.0, f64::INFINITY]);
                self.injections.pg_mw.push(0.0);
            }
        }
    }

    /// Takes all loads and outputs down to this part.
    pub(crate) fn scale(&mut self, part: f64) {
        let Injections { pd_mw, qd_mvar, pg_mw } = &mut self.injections;
        pd_mw.iter_mut().chain(qd_mvar).chain(pg_mw).for_each(|v| *v *= part);
    }

    /// Solves the power flow; losses are shared by generators in proportion to their headroom.
    pub fn solve(&self) -> AcSolution {
        let options = AcOptions {
            slack: SlackSharing::Headroom,
            enforce_q: true,
            start: self.start,
            ..AcOptions::default()
        };
        AcSolver::new(&self.network).solve(&self.status, &self.injections, &options)
    }

    /// Reactive power that came from nowhere in a solution of a state held up, by bus, `MVAr`.
    pub(crate) fn missing_mvar(&self, solution: &AcSolution) -> Vec<f64> {
        let mut missing = vec![0.0; self.helped.len()];
        for (unit, output) in self.network.generators.iter().zip(&solution.qg_mvar) {
            if self.helped[unit.bus] {
                missing[unit.bus] += output;
                if unit.qmax_mvar.is_finite() {
                    missing[unit.bus] -= unit.qmax_mvar;
                }
            }
        }
        missing
    }
}

/// Whether each bus is in an island that somebody can supply: with a generator in service that can make active
/// power, and not left `dark`.
fn live(network: &Network, status: &Status, dark: &[bool]) -> Vec<bool> {
    let islands = islands(network, status);
    let mut feeds_in = vec![false; islands.count];
    for (bus, island) in network.buses.iter().zip(&islands.of_bus) {
        if let Some(island) = island {
            feeds_in[*island] |= bus.pd_mw < 0.0;
        }
    }
    let mut has_source = vec![false; islands.count];
    for (unit, _) in network.generators.iter().zip(&status.generator).filter(|(_, on)| **on) {
        if let Some(island) = islands.of_bus[unit.bus] {
            has_source[island] |= (unit.pmax_mw > 0.0 || feeds_in[island]) && !dark[unit.bus];
        }
    }
    islands.of_bus.iter().map(|k| k.is_some_and(|k| has_source[k])).collect()
}

/// Makes the bus with the greatest reactive range the reference of each island: the power flow lets a reference
/// give what it has not got, and losses are shared by all generators anyway.
fn set_references(network: &mut Network, status: &Status) {
    let islands = islands(network, status);
    let mut range: BTreeMap<usize, f64> = BTreeMap::new();
    for (unit, _) in network.generators.iter().zip(&status.generator).filter(|(_, on)| **on) {
        *range.entry(unit.bus).or_default() += (unit.qmax_mvar - unit.qmin_mvar).max(0.0);
    }
    let mut best: Vec<Option<(f64, usize)>> = vec![None; islands.count];
    for (&bus, &range) in &range {
        if let Some(k) = islands.of_bus[bus]
            && best[k].is_none_or(|(most, _)| range > most)
        {
            best[k] = Some((range, bus));
        }
    }
    for bus in network.buses.iter_mut().filter(|b| b.kind == BusKind::Reference) {
        bus.kind = BusKind::Pv;
    }
    for (_, bus) in best.into_iter().flatten() {
        network.buses[bus].kind = BusKind::Reference;
    }
}

/// Adds a unit without active power that holds the voltage of a bus with `room`, lowest and highest `MVAr`.
fn add_unit(network: &mut Network, status: &mut Status, bus: usize, vg_pu: f64, room: [f64; 2]) {
    if network.buses[bus].kind == BusKind::Pq {
        network.buses[bus].kind = BusKind::Pv;
    }
    network.generators.push(Generator {
        bus,
        pg_mw: 0.0,
        qg_mvar: 0.0,
        qmax_mvar: room[1],
        qmin_mvar: room[0],
        vg_pu,
        mbase_mva: network.base_mva,
        in_service: true,
        pmax_mw: 0.0,
        pmin_mw: 0.0,
        fuel: None,
    });
    status.generator.push(true);
}

/// Loads at the power factor of the case, generators as planned.
fn injections(network: &Network, dispatch: &Dispatch) -> Injections {
    let mut injections = Injections::of_case(network);
    for (i, bus) in network.buses.iter().enumerate() {
        if bus.pd_mw > 0.0 {
            let share = dispatch.served_mw[i] / bus.pd_mw;
            injections.pd_mw[i] = dispatch.served_mw[i];
            injections.qd_mvar[i] = bus.qd_mvar * share;
        } else if bus.pd_mw < 0.0 {
            let share = -dispatch.fixed_mw[i] / bus.pd_mw;
            injections.pd_mw[i] = -dispatch.fixed_mw[i];
            injections.qd_mvar[i] = bus.qd_mvar * share;
        }
    }
    injections.pg_mw.clone_from(&dispatch.pg_mw);
    injections.pg_mw.resize(network.generators.len(), 0.0);
    injections
}
