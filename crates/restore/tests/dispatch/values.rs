//! Values and prices: what the search sees of a state.

use relight_grid::islands;
use relight_restore::GridState;
use relight_restore::dispatch::{Engine, reference};
use relight_restore::scenario::Scenario;

use crate::common::{Rng, branch, bus, generator, network, scenario, seeds};
use crate::random::{random_scenario, random_state};
use crate::rules::parts;

/// The same scenario and state with a unit of `mw` more at a bus.
fn with_unit(s: &Scenario, state: &GridState, at: usize, mw: f64) -> (Scenario, GridState) {
    let (mut s, mut state) = (s.clone(), state.clone());
    s.network.generators.push(generator(at, 0.0, mw));
    state.status.generator.push(true);
    (s, state)
}

fn all(engine: &Engine<'_>) -> f64 {
    engine.load().total()
}

#[test]
fn values_and_anchors_agree_with_the_full_programme() {
    let (mut states_seen, mut fallbacks) = (0, 0);
    for seed in seeds(150, 20_000) {
        let rng = &mut Rng(seed ^ 0xa11);
        let s = random_scenario(rng);
        let states: Vec<GridState> = (0..5).map(|_| random_state(rng, &s)).collect();
        let engine = Engine::new(&s).anchored(&states[..3]);
        let mut ws = engine.workspace();
        for (k, state) in states.iter().enumerate() {
            let value = engine.value(&mut ws, state);
            let (b, limit) = parts(&s, state);
            let full = reference::deliver(&s, engine.load(), &b, &limit, state);
            assert!(
                (value.unserved - full.unserved).abs() <= 1e-6 * all(&engine).max(1e-9),
                "seed {seed}, state {k}: {} unserved, {} by reference",
                value.unserved,
                full.unserved
            );
        }
        states_seen += ws.effort().states;
        fallbacks += ws.effort().fallbacks;
    }
    assert!(fallbacks * 200 <= states_seen, "{fallbacks} of {states_seen} states fell back");
}

#[test]
fn prices_say_what_a_megawatt_saves() {
    let (mut priced, mut met) = (0, 0);
    for seed in seeds(150, 10_000) {
        let rng = &mut Rng(seed ^ 0x9e1ce);
        let s = random_scenario(rng);
        let state = random_state(rng, &s);
        let engine = Engine::new(&s);
        let value = engine.value(&mut engine.workspace(), &state);
        if engine.deliver(&mut engine.workspace(), &state).below_pmin {
            // Another megawatt changes which rules hold.
            continue;
        }
        let islands = islands(&s.network, &state.status);
        let fed_in: Vec<_> = (s.network.buses.iter().zip(&islands.of_bus))
            .filter(|(bus, _)| bus.pd_mw < 0.0)
            .map(|(_, island)| *island)
            .collect();
        for at in (0..s.network.buses.len()).filter(|&i| state.status.bus[i]) {
            if fed_in.contains(&islands.of_bus[at]) {
                // A unit may wake a dead island, and with it what others feed in there.
                continue;
            }
            for mw in [1e-3, 5.0, 1000.0] {
                let (more, state) = with_unit(&s, &state, at, mw);
                let richer = Engine::new(&more);
                let saved = value.unserved - richer.value(&mut richer.workspace(), &state).unserved;
                let price = value.price[at].max(0.0);
                // What is saved falls with each megawatt: no amount saves more than at this price.
                let room = 1e-7 * all(&engine) * mw.max(1.0) + 1e-9;
                assert!(
                    saved <= price * mw + room,
                    "seed {seed}, bus {at}: {mw} MW save {saved}, {price} each"
                );
                if mw == 1e-3 && price > 0.0 {
                    priced += 1;
                    met += u64::from(saved >= 0.999 * price * mw - 1e-9);
                }
            }
        }
    }
    // The first thousandth saves just that, but for states at a kink and islands that come alive behind limits.
    assert!(priced > 300 && met * 100 >= priced * 85, "{met} of {priced} prices met");
}

#[test]
fn prices_differ_across_a_line_at_its_limit() {
    // 40 MW reach the load of 90 over the line; one more would serve weight 2 beside it.
    let mut s = scenario(network(
        vec![bus(1, 10.0), bus(2, 90.0), bus(3, 5.0)],
        vec![branch(0, 1, 0.1, 40.0)],
        vec![generator(0, 0.0, 200.0)],
    ));
    s.buses[1].priority = 2.0;
    s.buses[2].priority = 7.0;
    let state = GridState::of(&s, &[], &std::collections::BTreeMap::new());
    let engine = Engine::new(&s);
    let value = engine.value(&mut engine.workspace(), &state);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a}, not {b}: {value:?}");
    close(value.unserved, 2.0 * 50.0 + 7.0 * 5.0);
    close(value.served_mw[1], 40.0);
    close(value.price[0], 0.0);
    close(value.price[1], 2.0);
    // The third bus has no power at all: the first megawatt would save its weight.
    close(value.price[2], 7.0);
}
