//! Values that others published: PowerModelsRestoration.jl 0.9.0 (its `test` folder, BSD), whose model of a
//! state is ours but for three things, each of which is undone here:
//!
//! - It limits the angle across a branch. Without taps and shifts the flow is susceptance times angle, so
//!   such a limit is a rating, and is written as one.
//! - It draws the conductance of shunts. One case has 1 MW of it, which is added to the load.
//! - It can give up units and storage. Values that depend on storage or on units being switched off (`mld_uc`, the
//!   98.8 of `case5_restoration_strg.m`) are left out; where a unit's least output is relaxed (`mld`), that is our
//!   `pmin = "zero"`.

mod common;

use std::collections::BTreeMap;

use common::{broken, scenario, toy};
use relight_grid::{Network, Susceptance, susceptance};
use relight_restore::GridState;
use relight_restore::dispatch::{Delivery, Dispatcher};
use relight_restore::plan::Bound;
use relight_restore::planner::{Settings, Unwatched, plan};
use relight_restore::scenario::{Element, Pmin, Scenario};

/// Angle limits as ratings; of a limit in two directions the tighter.
fn with_angle_limits(mut network: Network) -> Network {
    for l in &mut network.branches {
        let angle = l.angmax_deg.min(-l.angmin_deg).to_radians();
        let most = susceptance(l, Susceptance::RX) * angle * network.base_mva;
        for rate in &mut l.rate_mva {
            *rate = if *rate > 0.0 { rate.min(most) } else { most };
        }
    }
    network
}

fn their_model(network: Network) -> Scenario {
    let mut s = scenario(with_angle_limits(network));
    s.model.susceptance = Susceptance::RX;
    s
}

fn whole(s: &Scenario) -> Delivery {
    let repaired = vec![true; s.damages.len()];
    Dispatcher::new(s).deliver(&GridState::of(s, &repaired, &BTreeMap::new()))
}

#[test]
fn maximal_load_delivery() {
    // "Active power served", DCP, in MW.
    for (file, published) in
        [("case3_mld.m", 115.82), ("case3_mld_uc.m", 125.82), ("case3_mld_lc.m", 58.05)]
    {
        let Some(network) = toy(file) else { return };
        let served = whole(&their_model(network)).served_mw;
        assert!((served - published).abs() < 0.01, "{file}: {served} MW, published {published}");
    }
    let Some(mut network) = toy("case3_mld_s.m") else { return };
    let shunt: f64 = network.buses.iter().map(|b| b.gs_mw).sum();
    for bus in &mut network.buses {
        bus.pd_mw += bus.gs_mw;
    }
    let served = whole(&their_model(network)).served_mw - shunt;
    assert!((served - 137.05).abs() < 0.01, "case3_mld_s.m: {served} MW");
}

#[test]
fn a_unit_with_a_high_least_output_runs_below_it_rather_than_not_at_all() {
    // Unit 1 makes 95 MW at least, and the lines take 75.8 from it. The others switch it off and serve 50 MW
    // (`mld_uc`); we run it below its least output, say so, and serve what they serve with that relaxed.
    let Some(network) = toy("case3_mld_uc.m") else { return };
    let mut s = their_model(network);
    s.model.pmin = Pmin::Case;
    let found = whole(&s);
    assert!(found.below_pmin);
    assert!((found.served_mw - 125.82).abs() < 0.01, "{found:?}");
}

/// Load supplied in each set of repaired damages, MW; a bit a damage.
fn served_by_set(s: &Scenario) -> Vec<f64> {
    let n = s.damages.len();
    let mut dispatcher = Dispatcher::new(s);
    (0..1_usize << n)
        .map(|set| {
            let repaired: Vec<bool> = (0..n).map(|d| set >> d & 1 == 1).collect();
            dispatcher.deliver(&GridState::of(s, &repaired, &BTreeMap::new())).served_mw
        })
        .collect()
}

/// The most MW, summed over the states after 0, 1, 2, ... single repairs, over all orders: by the best way
/// into each set of repairs.
fn best_order(served: &[f64]) -> f64 {
    let mut best = vec![f64::NEG_INFINITY; served.len()];
    best[0] = served[0];
    for set in 0..served.len() {
        let mut next = !set & (served.len() - 1);
        while next != 0 {
            let with = set | (next & next.wrapping_neg());
            best[with] = best[with].max(best[set] + served[with]);
            next &= next - 1;
        }
    }
    best[served.len() - 1]
}

/// The most MW with `count` repairs.
fn best_set(served: &[f64], count: u32) -> f64 {
    let sets = served.iter().enumerate().filter(|(set, _)| set.count_ones() == count);
    sets.map(|(_, &served)| served).fold(0.0, f64::max)
}

/// `case5_restoration.m`, damaged as its tables `gen_damage` and `branch_damage` say.
fn case5() -> Option<Scenario> {
    let mut s = their_model(toy("case5_restoration.m")?);
    for g in [0, 1, 2] {
        broken(&mut s, Element::Generator(g), 1);
    }
    for l in [0, 1, 2] {
        broken(&mut s, Element::Branch(l), 1);
    }
    Some(s)
}

/// `case3_restoration_total_dmg.m`: everything is damaged.
fn case3() -> Option<Scenario> {
    toy("case3_restoration_total_dmg.m").map(|network| ruined(their_model(network)))
}

fn ruined(mut s: Scenario) -> Scenario {
    for i in 0..3 {
        broken(&mut s, Element::Bus(i), 1);
        broken(&mut s, Element::Generator(i), 1);
        broken(&mut s, Element::Branch(i), 1);
    }
    s
}

/// `case5_restoration_total_dmg.m` without its storage: everything is damaged.
fn case5_in_ruins() -> Option<Scenario> {
    let mut s = their_model(toy("case5_restoration_total_dmg.m")?);
    for i in 0..5 {
        broken(&mut s, Element::Bus(i), 1);
        broken(&mut s, Element::Generator(i), 1);
    }
    for l in 0..7 {
        broken(&mut s, Element::Branch(l), 1);
    }
    Some(s)
}

/// `case5_restoration_strg.m` without its storage: what is connected to the broken bus counts as broken too.
fn case5_with_a_broken_bus() -> Option<Scenario> {
    let mut s = their_model(toy("case5_restoration_strg.m")?);
    broken(&mut s, Element::Bus(3), 1);
    let at_bus = |bus: usize| bus == 3;
    for g in 0..5 {
        if g < 2 || at_bus(s.network.generators[g].bus) {
            broken(&mut s, Element::Generator(g), 1);
        }
    }
    for l in 0..7 {
        let branch = &s.network.branches[l];
        if l < 4 || at_bus(branch.from) || at_bus(branch.to) {
            broken(&mut s, Element::Branch(l), 1);
        }
    }
    Some(s)
}

/// How many repairs the least set has that brings back all load.
fn fewest(served: &[f64], all: f64) -> Option<u32> {
    let sets = served.iter().enumerate().filter(|&(_, &served)| served > all - 1e-3);
    sets.map(|(set, _)| set.count_ones()).min()
}

/// The plan that is found, which must be the best, and its bound, which must not be above it.
fn plan_and_bound(s: &Scenario, least_mwh: f64, tolerance: f64) -> Bound {
    let settings = Settings { ac: false, iterations: Some(40), ..Settings::default() };
    let plan = plan(s, &settings, &mut Unwatched);
    let found = plan.objective.unserved_mwh;
    assert!((found - least_mwh).abs() < tolerance, "{found} MWh, the best order {least_mwh}");
    assert!(plan.bound.weighted <= least_mwh + tolerance, "{:?} above {least_mwh}", plan.bound);
    plan.bound
}

/// "MRSP", DCP. The 6 of the three-bus case is without its angle limits: with them one line cannot carry the 95 MW of
/// bus 3 (83.5 at 30 degrees), and it takes 7.
#[test]
fn least_sets_of_repairs() {
    let three = |model: fn(Network) -> Scenario| {
        toy("case3_restoration_total_dmg.m").map(|network| ruined(model(network)))
    };
    let (Some(case5), Some(case3), Some(limited), Some(bus), Some(ruins)) =
        (case5(), three(scenario), three(their_model), case5_with_a_broken_bus(), case5_in_ruins())
    else {
        return;
    };
    assert_eq!(fewest(&served_by_set(&limited), 315.0), Some(7));
    for (s, all, published) in
        [(case5, 1000.0, 3), (case3, 315.0, 6), (bus, 1000.0, 5), (ruins, 1000.0, 11)]
    {
        let found = fewest(&served_by_set(&s), all);
        assert_eq!(found, Some(published), "of {} damages", s.damages.len());
    }
}

#[test]
fn restoration_ordering_of_the_five_bus_case() {
    let Some(mut s) = case5() else { return };
    let served = served_by_set(&s);
    // Two periods: 3 hours with nothing, 3 with three repairs, 1 with all. Published: 4.40, 10, 10; 53.20.
    let periods = 3.0 * served[0] + 3.0 * best_set(&served, 3) + best_set(&served, 6);
    assert!((served[0] - 440.0).abs() < 1e-4 && (periods - 5320.0).abs() < 1e-3, "{periods}");
    // The least set of repairs that brings back all load has three.
    assert!(best_set(&served, 2) < 999.0 && best_set(&served, 3) > 999.999);
    // Six periods of one repair: 4.4, 9.6, 9.6, 10, 10, 10, 10; 63.6.
    assert!((best_order(&served) - 6360.0).abs() < 1e-3, "{}", best_order(&served));
    s.horizon_steps = 7;
    let bound = plan_and_bound(&s, 640.0, 1e-3);
    assert!(bound.weighted > 0.999 * 640.0, "{bound:?}");
}

#[test]
fn restoration_ordering_after_total_damage() {
    let Some(mut s) = case3() else { return };
    let served = served_by_set(&s);
    // Nine periods of one repair: 0, 1.1, 1.1, 2.2, 2.2, 3.035, 3.15, 3.15, 3.15; 19.0853.
    assert!((best_order(&served) - 1908.53).abs() < 0.01, "{}", best_order(&served));
    s.horizon_steps = 10;
    let bound = plan_and_bound(&s, 3150.0 - 1908.53, 0.01);
    assert!(bound.weighted > 0.9 * (3150.0 - 1908.53), "{bound:?}");
}
