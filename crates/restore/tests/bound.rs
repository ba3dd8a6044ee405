//! The bound against plans and against optima found by trying everything.

mod common;

use common::{
    Rng, bench, branch, broken, bus, example, facility, generator, generator_set, network, offer,
    pool, scenario, seeds,
};
use relight_restore::bound::{Effort, Unwatched, best_state};
use relight_restore::dispatch::Dispatcher;
use relight_restore::evaluate::evaluate;
use relight_restore::matching::{Allowed, matches};
use relight_restore::plan::Bound;
use relight_restore::scenario::{Element, FuelDelivery, Measure, OfferStatus, Scenario, Weather};
use relight_restore::schedule::{Assignment, generate};

const EFFORT: Effort = Effort::Counted { solves: 100_000, nodes: 2_000 };

fn bound(s: &Scenario) -> Bound {
    let rows = matches(s);
    let allowed = Allowed { status: OfferStatus::Offered };
    best_state(s, &rows, allowed, EFFORT, &Unwatched)
}

#[test]
fn reaches_the_values_of_another_program() {
    // `known.json`: best-state bounds computed in Python with HiGHS, rounded to whole MWh.
    for (name, known) in [
        ("case118_ieee-order-1", 190.0),
        ("case118_ieee-order-2", 456.0),
        ("case118_ieee-crews-1", 200.0),
    ] {
        let Some(s) = bench(name) else { return };
        let found = bound(&s).weighted;
        assert!((found - known).abs() < 0.5, "{name}: {found}, known {known}");
    }
}

#[test]
fn an_example_has_a_bound() {
    let found = bound(&example("five-bus"));
    assert!(found.complete && found.weighted > 0.0, "{found:?}");
}

/// A ring of buses with people, facilities of all kinds, sets, diesel and weather.
fn town(rng: &mut Rng) -> Scenario {
    let n = 4 + rng.below(3);
    let buses = (0..n).map(|i| bus(i as u64 + 1, f64::from(rng.whole(0, 5)) * 10.0)).collect();
    let ring =
        (0..n).map(|i| branch(i, (i + 1) % n, 0.1, rng.one_of(&[0.0, 20.0, 60.0]))).collect();
    let units = vec![generator(0, 0.0, rng.real(40.0, 200.0)), generator(n - 1, 0.0, 30.0)];
    let mut s = scenario(network(buses, ring, units));
    s.measure = Measure::People;
    s.step_hours = rng.one_of(&[1.0, 24.0]);
    s.crews = vec![pool(0, rng.whole(1, 2))];
    s.regions = vec!["north".into(), "south".into()];
    for info in &mut s.buses {
        info.people = f64::from(rng.whole(0, 500));
    }
    for _ in 0..3 + rng.below(4) {
        let element = match rng.below(4) {
            0 => Element::Bus(rng.below(n)),
            1 => Element::Generator(rng.below(2)),
            _ => Element::Branch(rng.below(n)),
        };
        if s.damages.iter().all(|d| d.element != element) {
            let steps = rng.whole(1, 3);
            broken(&mut s, element, steps);
        }
    }
    for _ in 0..2 + rng.below(4) {
        let service = rng.one_of(&["hospital", "heat", "water"]);
        let mut f = facility(Some(rng.below(n)), service, f64::from(rng.whole(20, 200)));
        f.full_kw = f.essential_kw.map(|kw| kw * rng.real(1.0, 3.0));
        f.buffer_hours = rng.one_of(&[0.0, 6.0, 30.0]);
        f.own_kw = rng.one_of(&[0.0, 40.0, 200.0]);
        f.fuel_litres = rng.real(0.0, 2_000.0);
        if rng.chance(0.1) {
            (f.essential_kw, f.full_kw) = (None, None);
        }
        s.facilities.push(f);
    }
    for kw in [30.0, 150.0] {
        let (count, arrival) = (rng.whole(1, 2), rng.whole(0, 3));
        offer(&mut s, generator_set(kw), count, arrival);
    }
    for _ in 0..rng.below(3) {
        let region = rng.one_of(&[None, Some(0), Some(1)]);
        s.fuel.push(FuelDelivery {
            step: rng.whole(0, 4),
            region,
            litres: rng.real(10.0, 3_000.0),
        });
    }
    for step in 0..if rng.chance(0.5) { s.horizon_steps } else { 0 } {
        s.weather.push(Weather { step, region: None, temp_c: rng.real(-20.0, 20.0) });
    }
    s
}

#[test]
fn no_plan_of_a_town_is_below() {
    let range = seeds(50, 400);
    let (mut above, count) = (0, range.end);
    for seed in range {
        let mut rng = Rng(7_000_000 + seed);
        let s = town(&mut rng);
        let found = bound(&s).weighted;
        let rows = matches(&s);
        let mut dispatcher = Dispatcher::new(&s);
        let none = Assignment { by_need: Vec::new() };
        for _ in 0..8 {
            let order = rng.shuffled(s.jobs.len());
            let jobs = generate(&s, &none, &order);
            let allowed = Allowed { status: OfferStatus::Offered };
            let cost = evaluate(&mut dispatcher, &rows, allowed, &jobs, false).objective.weighted;
            assert!(found <= cost * (1.0 + 1e-6) + 1e-3, "seed {seed}: bound {found}, plan {cost}");
        }
        above += u64::from(found > 0.0);
    }
    assert!(above * 2 > count, "{above} of {count} bounds are above 0");
}
