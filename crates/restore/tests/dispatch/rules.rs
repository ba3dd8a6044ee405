//! A state's answer against the full programme, and against physics that the engine does not use itself.

use relight_grid::dc::{DcSolution, solve};
use relight_grid::{Injections, Network, islands, susceptance};
use relight_restore::GridState;
use relight_restore::dispatch::{Delivery, Dispatcher, output_limits, reference};
use relight_restore::scenario::Scenario;

/// The network with the units of the state in their places.
pub fn as_built(s: &Scenario, state: &GridState) -> Network {
    let mut network = s.network.clone();
    for d in &state.derated {
        network.branches[d.branch].r *= d.impedance;
        network.branches[d.branch].x *= d.impedance;
    }
    network
}

/// A power flow of the state by the other solver of this project, which shares no code with the engine.
pub fn power_flow(s: &Scenario, state: &GridState, injections: &Injections) -> DcSolution {
    solve(&as_built(s, state), &state.status, injections, s.model.susceptance)
}

/// What the full programme needs: susceptances and limits. A phase shifter drives power round a loop with
/// nobody connected; a limit below that flow is no limit on dispatch (see the engine), so it is lifted to it.
pub fn parts(s: &Scenario, state: &GridState) -> (Vec<f64>, Vec<f64>) {
    let network = as_built(s, state);
    let b = network.branches.iter().map(|l| susceptance(l, s.model.susceptance)).collect();
    let mut nothing = Injections::of_case(&network);
    nothing.pd_mw.fill(0.0);
    nothing.pg_mw.fill(0.0);
    let driven = power_flow(s, state, &nothing).flow_mw;
    let mut limit: Vec<f64> = s
        .network
        .branches
        .iter()
        .map(|l| s.model.rating.limit_mva(l).unwrap_or(f64::INFINITY))
        .collect();
    for d in &state.derated {
        limit[d.branch] = limit[d.branch].min(d.mva);
    }
    for (limit, driven) in limit.iter_mut().zip(driven) {
        *limit = limit.max(driven.abs());
    }
    (b, limit)
}

/// Every rule that a dispatch must keep.
pub fn check_rules(s: &Scenario, state: &GridState, found: &Delivery, what: &str) {
    let network = &s.network;
    let dispatch = &found.dispatch;
    let islands = islands(network, &state.status);
    let mut fed = vec![false; islands.count];
    for (g, unit) in network.generators.iter().enumerate() {
        if let Some(k) = islands.of_bus[unit.bus].filter(|_| state.status.generator[g]) {
            fed[k] = true;
        }
    }
    let live = |i: usize| islands.of_bus[i].is_some_and(|k| fed[k]);
    let near = |value: f64, low: f64, high: f64, what: String| {
        let room = 1e-6 * low.abs().max(high.abs()).clamp(1.0, 1e6);
        assert!(
            value >= low - room && value <= high + room,
            "{what}: {value} not in {low}..={high}"
        );
    };
    let mut net = vec![0.0; network.buses.len()];
    let mut unserved = 0.0;
    let load = Dispatcher::new(s).load().clone();
    for (i, bus) in network.buses.iter().enumerate() {
        let (most, most_fixed) = if live(i) { (bus.pd_mw, -bus.pd_mw) } else { (0.0, 0.0) };
        near(dispatch.served_mw[i], 0.0, most.max(0.0), format!("{what}: load of bus {i}"));
        near(dispatch.fixed_mw[i], 0.0, most_fixed.max(0.0), format!("{what}: feed-in of bus {i}"));
        net[i] += dispatch.fixed_mw[i] - dispatch.served_mw[i];
        unserved += load.unserved(i, dispatch.served_mw[i]);
    }
    assert!((unserved - found.unserved).abs() <= 1e-9 * unserved.max(1.0), "{what}: unserved");
    for (g, unit) in network.generators.iter().enumerate() {
        let on = state.status.generator[g] && live(unit.bus);
        let (low, high) = output_limits(unit.pmin_mw, unit.pmax_mw, s.model.pmin);
        let low = if found.below_pmin { low.min(0.0) } else { low };
        let (low, high) = if on { (low, high) } else { (0.0, 0.0) };
        near(dispatch.pg_mw[g], low, high, format!("{what}: generator {g}"));
        net[unit.bus] += dispatch.pg_mw[g];
    }
    let (_, limit) = parts(s, state);
    let mut out = vec![0.0; network.buses.len()];
    for (l, branch) in network.branches.iter().enumerate() {
        let flow = dispatch.flow_mw[l];
        let limit = if state.status.branch[l] && live(branch.from) { limit[l] } else { 0.0 };
        near(flow, -limit, limit, format!("{what}: branch {l}"));
        out[branch.from] += flow;
        out[branch.to] -= flow;
    }
    for i in 0..net.len() {
        near(net[i], out[i], out[i], format!("{what}: balance of bus {i}"));
    }
    // The flows are those that these injections cause, by another solver.
    let mut injections = Injections::of_case(network);
    for (i, pd) in injections.pd_mw.iter_mut().enumerate() {
        *pd = dispatch.served_mw[i] - dispatch.fixed_mw[i];
    }
    injections.pg_mw.clone_from(&dispatch.pg_mw);
    let theirs = power_flow(s, state, &injections).flow_mw;
    for (l, (ours, theirs)) in dispatch.flow_mw.iter().zip(&theirs).enumerate() {
        near(*ours, *theirs, *theirs, format!("{what}: flow of branch {l}"));
    }
}

/// Distance of the generators of each bus from their output in the case, MW, each by how little room it has in
/// that direction, less the feed-in that is used: what settling makes small.
pub fn distance(s: &Scenario, state: &GridState, found: &Delivery) -> f64 {
    let n = s.network.buses.len();
    let (mut moved, mut up, mut down) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for (g, unit) in s.network.generators.iter().enumerate() {
        if state.status.generator[g] {
            let (low, high) = output_limits(unit.pmin_mw, unit.pmax_mw, s.model.pmin);
            let usual = unit.pg_mw.clamp(low, high);
            moved[unit.bus] += found.dispatch.pg_mw[g] - usual;
            up[unit.bus] += high - usual;
            down[unit.bus] += usual - low;
        }
    }
    let weighted = |i: usize| {
        let room: f64 = if moved[i] > 0.0 { up[i] } else { down[i] };
        f64::abs(moved[i]) * (1.0 + 1.0 / (1.0 + room))
    };
    let fed_in: f64 = found.dispatch.fixed_mw.iter().sum();
    (0..n).map(weighted).sum::<f64>() - fed_in
}

/// Holds the engine against the full programme in one state.
pub fn compare(dispatcher: &mut Dispatcher<'_>, state: &GridState, what: &str) {
    let s = dispatcher.scenario();
    let found = dispatcher.deliver(state);
    check_rules(s, state, &found, what);
    let (b, limit) = parts(s, state);
    let full = reference::deliver(s, dispatcher.load(), &b, &limit, state);
    let all = dispatcher.load().total();
    let (ours, theirs) = (all - found.unserved, all - full.unserved);
    assert!(
        (ours - theirs).abs() <= 1e-6 * all.max(1e-9),
        "{what}: {ours} served, {theirs} by reference"
    );
    assert_eq!(found.below_pmin, full.below_pmin, "{what}: below the least output");

    let settled = dispatcher.settle(state, found.clone());
    check_rules(s, state, &settled, &format!("{what}, settled"));
    for (i, (a, b)) in settled.dispatch.served_mw.iter().zip(&found.dispatch.served_mw).enumerate()
    {
        assert!((a - b).abs() <= 1e-6, "{what}: bus {i} has {a} when settled, {b} before");
    }
    // Settling may move generators to relieve a branch near its limit, but not for nothing.
    let relaxed = |(flow, limit): (&f64, &f64)| flow.abs() <= 0.9 * limit;
    if found.dispatch.flow_mw.iter().zip(&limit).all(relaxed) {
        let (before, after) = (distance(s, state, &found), distance(s, state, &settled));
        assert!(
            after <= before + 1e-6 * before.abs().max(1.0),
            "{what}: settled from {before} to {after} MW"
        );
    }
}
