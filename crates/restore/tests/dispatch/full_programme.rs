//! What a state can supply, by the engine and by the full programme in angles and flows.

use relight_grid::Susceptance;
use relight_restore::GridState;
use relight_restore::dispatch::Dispatcher;
use relight_restore::scenario::{Pmin, Scenario};

use crate::common::{Rng, bench, branch, bus, example, generator, network, scenario, seeds};
use crate::random::{random_scenario, random_state};
use crate::rules::compare;

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
