//! The dispatch engine against the full programme, and against physics that it does not use itself.

mod common;

use common::{Rng, bench, branch, bus, damage, example, generator, network, scenario, seeds};
use relight_grid::ac::Rating;
use relight_grid::dc::{DcSolution, solve};
use relight_grid::{BusKind, Injections, Network, Susceptance, islands, susceptance};
use relight_restore::GridState;
use relight_restore::dispatch::{Delivery, Dispatcher, output_limits, reference};
use relight_restore::scenario::{Element, Measure, Pmin, Scenario};

/// A network of islands and meshes with everything that makes a case awkward.
fn random_network(rng: &mut Rng) -> Network {
    let n = rng.whole(2, 14) as usize;
    let mut buses: Vec<_> = (0..n)
        .map(|i| {
            let pd = match rng.below(10) {
                0..=1 => 0.0,
                2 => rng.real(-30.0, -1.0),
                _ => rng.real(1.0, 60.0),
            };
            bus(10 + i as u64, pd)
        })
        .collect();
    if rng.chance(0.1) {
        buses[rng.below(n)].kind = BusKind::Isolated;
    }
    let mut ends: Vec<(usize, usize)> =
        (1..n).filter(|_| rng.chance(0.93)).map(|to| (to, 0)).collect();
    for end in &mut ends {
        end.1 = rng.below(end.0);
    }
    for _ in 0..rng.below(n + 2) {
        let (from, to) = (rng.below(n), rng.below(n));
        if from != to {
            ends.push((from, to));
        }
    }
    // Parallel circuits.
    for _ in 0..rng.below(3).min(ends.len()) {
        ends.push(ends[rng.below(ends.len())]);
    }
    let branches = ends
        .into_iter()
        .map(|(from, to)| {
            let x = if rng.chance(0.05) { 1e-4 } else { rng.real(0.02, 0.5) };
            let mut l = branch(from, to, x, 0.0);
            l.r = x * rng.real(0.0, 0.4);
            for rate in &mut l.rate_mva {
                *rate = if rng.chance(0.25) { 0.0 } else { rng.real(3.0, 70.0) };
            }
            if rng.chance(0.2) {
                l.ratio = rng.real(0.9, 1.1);
            }
            if rng.chance(0.1) {
                l.shift_deg = rng.real(-8.0, 8.0);
            }
            l.in_service = rng.chance(0.97);
            l
        })
        .collect();
    let generators = (0..rng.whole(0, n as u32 + 2))
        .map(|_| {
            let pmax = if rng.chance(0.1) { rng.real(-20.0, 0.0) } else { rng.real(2.0, 90.0) };
            let pmin = match rng.below(4) {
                0 => pmax.abs() * rng.real(0.1, 0.9).min(1.0) * pmax.signum(),
                1 => pmax - rng.real(0.0, 40.0),
                _ => pmax.min(0.0),
            };
            let mut unit = generator(rng.below(n), pmin, pmax);
            unit.pg_mw = rng.real(-10.0, 100.0);
            unit.in_service = rng.chance(0.95);
            unit
        })
        .collect();
    network(buses, branches, generators)
}

fn random_scenario(rng: &mut Rng) -> Scenario {
    let mut s = scenario(random_network(rng));
    s.model.susceptance = rng.one_of(&[Susceptance::X, Susceptance::RX]);
    s.model.rating = rng.one_of(&[Rating::A, Rating::B, Rating::C]);
    s.model.pmin = rng.one_of(&[Pmin::Zero, Pmin::Case]);
    s.measure = rng.one_of(&[Measure::Energy, Measure::People]);
    for info in &mut s.buses {
        info.people = rng.one_of(&[0.0, 500.0, 2000.0, 90_000.0]);
        info.priority = rng.one_of(&[1.0, 1.0, 0.5, 7.0]);
    }
    damage_at_random(rng, &mut s, 6);
    s
}

fn damage_at_random(rng: &mut Rng, s: &mut Scenario, most: usize) {
    for _ in 0..rng.below(most + 1) {
        let element = match rng.below(4) {
            0 => Element::Bus(rng.below(s.network.buses.len())),
            1 if !s.network.generators.is_empty() => {
                Element::Generator(rng.below(s.network.generators.len()))
            }
            _ if !s.network.branches.is_empty() => {
                Element::Branch(rng.below(s.network.branches.len()))
            }
            _ => continue,
        };
        if s.damages.iter().all(|d| d.element != element) {
            damage(s, element);
        }
    }
}

/// A state with some damages repaired, some of them with a smaller unit. How a smaller unit is described is
/// written out here again: what it carries, and an impedance that is higher by the ratio of the ratings.
fn random_state(rng: &mut Rng, s: &Scenario) -> GridState {
    let repaired: Vec<bool> = s.damages.iter().map(|_| rng.chance(0.6)).collect();
    let mut state = GridState::of(s, &repaired, &std::collections::BTreeMap::new());
    for (d, damage) in s.damages.iter().enumerate() {
        if let (Element::Branch(branch), true, true) =
            (damage.element, repaired[d], rng.chance(0.5))
        {
            let impedance = rng.real(1.0, 4.0);
            let mva = rng.real(2.0, 50.0);
            state.derated.push(relight_restore::plan::Derating { branch, mva, impedance });
        }
    }
    state.derated.sort_by_key(|d| d.branch);
    state
}

/// The network with the units of the state in their places.
fn as_built(s: &Scenario, state: &GridState) -> Network {
    let mut network = s.network.clone();
    for d in &state.derated {
        network.branches[d.branch].r *= d.impedance;
        network.branches[d.branch].x *= d.impedance;
    }
    network
}

/// A power flow of the state by the other solver of this project, which shares no code with the engine.
fn power_flow(s: &Scenario, state: &GridState, injections: &Injections) -> DcSolution {
    solve(&as_built(s, state), &state.status, injections, s.model.susceptance)
}

/// What the full programme needs: susceptances and limits. A phase shifter drives power round a loop with
/// nobody connected; a limit below that flow is no limit on dispatch (see the engine), so it is lifted to it.
fn parts(s: &Scenario, state: &GridState) -> (Vec<f64>, Vec<f64>) {
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
fn check_rules(s: &Scenario, state: &GridState, found: &Delivery, what: &str) {
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
    let weight = Dispatcher::new(s).weight().to_vec();
    for (i, bus) in network.buses.iter().enumerate() {
        let (most, most_fixed) = if live(i) { (bus.pd_mw, -bus.pd_mw) } else { (0.0, 0.0) };
        near(dispatch.served_mw[i], 0.0, most.max(0.0), format!("{what}: load of bus {i}"));
        near(dispatch.fixed_mw[i], 0.0, most_fixed.max(0.0), format!("{what}: feed-in of bus {i}"));
        net[i] += dispatch.fixed_mw[i] - dispatch.served_mw[i];
        unserved += weight[i] * (bus.pd_mw.max(0.0) - dispatch.served_mw[i]).max(0.0);
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
fn distance(s: &Scenario, state: &GridState, found: &Delivery) -> f64 {
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
fn compare(dispatcher: &mut Dispatcher<'_>, state: &GridState, what: &str) {
    let s = dispatcher.scenario();
    let found = dispatcher.deliver(state);
    check_rules(s, state, &found, what);
    let (b, limit) = parts(s, state);
    let weight = dispatcher.weight().to_vec();
    let full = reference::deliver(s, &weight, &b, &limit, state);
    let all: f64 = s.network.buses.iter().zip(&weight).map(|(b, w)| w * b.pd_mw.max(0.0)).sum();
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

#[test]
fn random_networks_get_what_the_full_programme_gives() {
    // Beyond the first: units of both signs at a bus below their least output, and a phase shifter that uses up
    // its limit in a programme that the solver gives up on.
    for seed in seeds(300, 20_000).chain([1538, 8797]) {
        let rng = &mut Rng(seed);
        let s = random_scenario(rng);
        let mut dispatcher = Dispatcher::new(&s);
        for k in 0..3 {
            let state = random_state(rng, &s);
            compare(&mut dispatcher, &state, &format!("seed {seed}, state {k}"));
        }
    }
}

#[test]
fn what_was_learned_and_what_was_asked_before_change_nothing() {
    for seed in seeds(60, 2000) {
        let rng = &mut Rng(seed ^ 0xabc);
        let s = random_scenario(rng);
        let states: Vec<GridState> = (0..4).map(|_| random_state(rng, &s)).collect();
        let mut used = Dispatcher::new(&s);
        let first: Vec<Delivery> = states.iter().map(|state| used.deliver(state)).collect();
        for (k, state) in states.iter().enumerate().rev() {
            assert_eq!(used.deliver(state), first[k], "seed {seed}: asked again");
            assert_eq!(Dispatcher::new(&s).deliver(state), first[k], "seed {seed}: asked alone");
        }
        let mut learned = Dispatcher::new(&s);
        learned.learn(&states[..2]);
        for (state, first) in states.iter().zip(&first) {
            let found = learned.deliver(state);
            let room = 1e-7 * first.unserved.max(1.0);
            assert!((found.unserved - first.unserved).abs() <= room, "seed {seed}: learned");
        }
    }
}

/// States of a large scenario: nothing repaired, all repaired, and some in between.
fn compare_large(s: &Scenario, states: u64, what: &str) {
    let mut dispatcher = Dispatcher::new(s);
    for k in 0..states {
        let rng = &mut Rng(k);
        let share = [0.0, 1.0, 0.5, 0.8, 0.2][k as usize % 5];
        let repaired: Vec<bool> = s.damages.iter().map(|_| rng.chance(share)).collect();
        let state = GridState::of(s, &repaired, &std::collections::BTreeMap::new());
        compare(&mut dispatcher, &state, &format!("{what}, state {k}"));
    }
}

#[test]
fn published_grids_get_what_the_full_programme_gives() {
    for name in ["case73_ieee_rts-order-1", "case118_ieee-order-2", "case300_ieee-order-2"] {
        let Some(mut s) = bench(name) else { return };
        for susceptance in [Susceptance::RX, Susceptance::X] {
            for pmin in [Pmin::Zero, Pmin::Case] {
                s.model.susceptance = susceptance;
                s.model.pmin = pmin;
                let states = seeds(3, 40).end;
                compare_large(&s, states, &format!("{name}, {susceptance:?}, {pmin:?}"));
            }
        }
    }
}

#[test]
fn the_winter_storm_gets_what_the_full_programme_gives() {
    compare_large(&example("winter-storm"), seeds(4, 40).end, "winter-storm");
}

#[test]
fn two_parallel_lines_share_by_susceptance() {
    // 0.1 and 0.2 p.u. share 2 : 1. The first carries 40 at most, so 60 reach the load, not 90.
    let buses = vec![bus(1, 0.0), bus(2, 90.0)];
    let mut s = scenario(network(
        buses,
        vec![branch(0, 1, 0.1, 40.0), branch(0, 1, 0.2, 80.0)],
        vec![generator(0, 0.0, 200.0)],
    ));
    let state = GridState::of(&s, &[], &std::collections::BTreeMap::new());
    let found = Dispatcher::new(&s).deliver(&state);
    assert!((found.served_mw - 60.0).abs() < 1e-6, "{found:?}");
    // A tap of 0.5 doubles the susceptance of the second in the MATPOWER model: they share equally.
    s.network.branches[1].ratio = 0.5;
    let found = Dispatcher::new(&s).deliver(&state);
    assert!((found.served_mw - 80.0).abs() < 1e-6, "{found:?}");
    // PowerModels leaves taps out.
    s.model.susceptance = Susceptance::RX;
    let found = Dispatcher::new(&s).deliver(&state);
    assert!((found.served_mw - 60.0).abs() < 1e-6, "{found:?}");
}
