//! Offers that may not come: who may count on them, and what is lost without them.

mod common;

use common::{
    branch, broken, bus, facility, generator, generator_set, need, network, offer, scenario,
    transformer,
};
use relight_restore::plan::Plan;
use relight_restore::planner::{Settings, Unwatched, plan};
use relight_restore::scenario::{Element, Measure, Scenario};

/// A town of 10 MW behind a broken transformer, whose repair takes a step and a unit. Steps are hours.
fn town() -> Scenario {
    let buses = vec![bus(1, 0.0), bus(2, 10.0)];
    let mut s =
        scenario(network(buses, vec![branch(0, 1, 0.1, 0.0)], vec![generator(0, 0.0, 100.0)]));
    let job = broken(&mut s, Element::Branch(0), 1);
    need(&mut s, job, transformer(Some(40.0), Some(3)), 1);
    s
}

fn planned(s: &Scenario, confidence: f64) -> Plan {
    let settings = Settings { ac: false, iterations: Some(20), confidence, ..Settings::default() };
    plan(s, &settings, &mut Unwatched)
}

#[test]
fn no_job_hangs_on_an_unlikely_offer_alone() {
    let mut s = town();
    let early = offer(&mut s, transformer(Some(40.0), Some(3)), 1, 1);
    s.offers[early].confidence = 0.3;
    let without = planned(&s, 0.5);
    assert!(without.jobs.is_empty() && without.at_risk.is_empty());
    let why = without.unmatched[0].reasons.join("; ");
    assert!(why.contains("o0 would fit, but may well not come"), "{why}");
    // Who takes the risk has it back at step 2, and stands to lose the 8 hours after that.
    let with = planned(&s, 0.3);
    assert!((with.objective.unserved_mwh - 20.0).abs() < 1e-6, "{:?}", with.objective);
    assert_eq!(with.at_risk.len(), 1);
    let risk = &with.at_risk[0];
    assert_eq!((risk.offer, risk.jobs.as_slice()), (early, [0].as_slice()));
    let loss = risk.loss.as_ref().expect("a small grid is looked at");
    assert_eq!(loss.jobs, [0]);
    assert!((loss.unserved_mwh - 80.0).abs() < 1e-6 && (loss.weighted - 80.0).abs() < 1e-6);

    // With another that comes at step 4 there is a way out, and the early one may be used.
    let late = offer(&mut s, transformer(Some(40.0), Some(3)), 1, 4);
    let both = planned(&s, 0.5);
    assert_eq!(both.jobs[0].items[0].offer, early);
    assert_eq!(both.at_risk.len(), 1);
    let loss = both.at_risk[0].loss.as_ref().expect("a loss");
    assert!(loss.jobs.is_empty() && (loss.unserved_mwh - 30.0).abs() < 1e-6, "{loss:?}");
    // One that is no more likely is no way out.
    s.offers[late].confidence = 0.4;
    assert!(planned(&s, 0.5).jobs.is_empty());
}

#[test]
fn what_is_likely_is_not_at_risk() {
    let mut s = town();
    offer(&mut s, transformer(Some(40.0), Some(3)), 1, 1);
    assert!(planned(&s, 0.5).at_risk.is_empty());
    s.offers[0].confidence = 0.89;
    assert_eq!(planned(&s, 0.5).at_risk.len(), 1);
}

#[test]
fn a_generator_set_that_does_not_come_is_missed_where_it_stands() {
    let mut s = town();
    s.measure = Measure::People;
    s.jobs.clear();
    s.needs.clear();
    s.facilities.push(facility(Some(1), "hospital", 60.0));
    let sure = offer(&mut s, generator_set(30.0), 1, 0);
    let unsure = offer(&mut s, generator_set(60.0), 1, 0);
    s.offers[unsure].confidence = 0.2;
    let made = planned(&s, 0.5);
    assert!(made.objective.by_service["hospital"].abs() < 1e-6);
    assert_eq!(made.at_risk.len(), 1);
    let risk = &made.at_risk[0];
    assert_eq!((risk.offer, risk.facilities.as_slice()), (unsure, [0].as_slice()));
    // The small set carries half of it: 100 people, 10 hours, half lost, weight 10.
    let loss = risk.loss.as_ref().expect("a loss");
    assert!((loss.by_service["hospital"] - 500.0).abs() < 1e-6, "{loss:?} with {sure}");
    assert!((loss.weighted - 5000.0).abs() < 1e-6);
}
