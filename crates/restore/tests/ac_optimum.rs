//! AC maximal load delivery, against values that others published.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{bench, scenario, toy};
use relight_grid::{Network, formats};
use relight_restore::GridState;
use relight_restore::ac_correct::{Operation, operate};
use relight_restore::dispatch::Dispatcher;
use relight_restore::plan::{AcCheck, AcVerdict, PlanState};
use relight_restore::scenario::Scenario;

/// The whole grid, operated; with what the linear model supplies.
fn whole(s: &Scenario) -> (f64, Operation) {
    let mut dispatcher = Dispatcher::new(s);
    let state = GridState::of(s, &vec![true; s.damages.len()], &BTreeMap::new());
    let delivery = dispatcher.deliver(&state);
    let delivery = dispatcher.settle(&state, delivery);
    let planned = PlanState {
        from: 0,
        to: 1,
        status: state.status.clone(),
        derated: state.derated.clone(),
        dispatch: delivery.dispatch,
        served_mw: delivery.served_mw,
        shed_mw: 0.0,
        people_without_power: 0.0,
        people_without: BTreeMap::new(),
        people_without_in: Vec::new(),
        left_open: Vec::new(),
        ac: AcCheck::skipped(),
    };
    (delivery.served_mw, operate(&mut dispatcher, &planned))
}

fn published(name: &str) -> Option<Network> {
    let folder = std::env::var_os("RELIGHT_PGLIB").map(PathBuf::from);
    let Some(folder) = folder else {
        println!("skipped: RELIGHT_PGLIB does not name the folder of the PGLib-OPF cases");
        return None;
    };
    let path = folder.join(format!("pglib_opf_{name}.m"));
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(formats::read(&bytes, name).expect("a case of the library").network)
}

/// Holds a grid that can supply all of its load to that.
fn supplies_all(name: &str, s: &Scenario) {
    let operation = whole(s).1;
    let check = &operation.check;
    let load: f64 = s.network.buses.iter().map(|b| b.pd_mw.max(0.0)).sum();
    println!(
        "{name}: {} {:.3} of {load:.3} MW; {}",
        check.verdict.word(),
        check.served_mw,
        check.note
    );
    assert_ne!(check.verdict, AcVerdict::Fails, "{name}: {check:?}");
    assert!(check.served_mw >= load * (1.0 - 1e-5), "{name}: {} of {load} MW", check.served_mw);
}

#[test]
fn grids_that_can_supply_all_their_load_do() {
    for name in
        ["case24_ieee_rts", "case118_ieee", "case300_ieee", "case1354_pegase", "case2869_pegase"]
    {
        let Some(network) = published(name) else { return };
        supplies_all(name, &scenario(network));
    }
}

#[test]
fn the_grids_of_the_instances_supply_all_their_load_once_repaired() {
    for name in ["case73_ieee_rts-order-1", "case118_ieee-order-2", "case300_ieee-order-2"] {
        let Some(s) = bench(name) else { return };
        supplies_all(name, &s);
    }
}

#[test]
fn published_optima_are_reached_and_relaxed_ones_never_passed() {
    // PowerModelsRestoration.jl, `test/mld.jl` (BSD): load supplied by the full equations, and by the second-order cone relaxation,
    // which no feasible state can pass; MW.
    for (file, exact, relaxed) in [("case3_mld.m", 103.44, 121.96), ("case5.raw", 407.93, 410.0)] {
        let Some(network) = toy(file) else { return };
        let operation = whole(&scenario(network)).1;
        let served = operation.check.served_mw;
        println!("{file}: {} {served:.3} MW, published {exact}", operation.check.verdict.word());
        assert_ne!(operation.check.verdict, AcVerdict::Fails, "{file}: {:?}", operation.check);
        assert!(served <= relaxed + 0.01, "{file}: {served} MW");
        assert!(served >= 0.99 * exact, "{file}: {served} MW");
    }
}
