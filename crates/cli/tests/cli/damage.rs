//! `relight damage`: what a seed breaks, as a scenario that the other commands take.

use crate::bench::{Bench, Ran, example};

/// Damages the grid of the storm.
fn strike(bench: &Bench, hazard: &str, arguments: &[&str]) -> Ran {
    let storm = example("winter-storm");
    let storm = storm.to_str().expect("a path in UTF-8");
    let command = ["damage", storm, "--hazard", hazard, "--out", "out"];
    bench.run(&[&command, arguments].concat())
}

#[test]
fn a_seed_is_an_event_and_the_same_bytes() {
    let quake = |seed: &str| {
        let bench = Bench::new();
        strike(&bench, "quake", &["--severity", "sites=5%", "--seed", seed]).exits(0);
        bench.run(&["check", "out"]).exits(0);
        assert!(bench.read("out/damage.csv").lines().count() > 1);
        bench.files("out")
    };
    let (first, again, other) = (quake("7"), quake("7"), quake("8"));
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn the_severity_asked_for_is_reached() {
    let bench = Bench::new();
    let document = strike(&bench, "quake", &["--severity", "sites=5%", "--json"]).exits(0).json();
    assert_eq!(document["schema"], "relight.event/1");
    let (hit, sites) = (document["sites_hard_hit"].as_f64(), document["sites"].as_f64());
    let share = hit.zip(sites).map(|(hit, sites)| hit / sites).expect("counts");
    assert!((share - 0.05).abs() < 0.005, "{share}");
}

#[test]
fn as_bad_as_last_time_elsewhere() {
    let bench = Bench::new();
    let storm = example("winter-storm");
    let last = storm.to_str().expect("a path in UTF-8");
    let document = strike(&bench, "stations", &["--like", last, "--json"]).exits(0).json();
    let wanted: f64 = (document["asked"].as_str())
        .and_then(|asked| asked.split('=').nth(1))
        .and_then(|number| number.parse().ok())
        .expect("a number is asked for");
    let reached = document["reached"].as_f64().expect("and reached");
    assert!(wanted > 0.0 && (reached - wanted).abs() <= 2.0, "{document}");
    let was = std::fs::read(storm.join("damage.csv")).expect("a table");
    assert_ne!(bench.read("out/damage.csv").into_bytes(), was);
}

#[test]
fn a_bare_case_is_furnished() {
    let bench = Bench::new();
    let arguments =
        ["damage", "five-bus/grid.m", "--hazard", "wind", "--severity", "elements=1", "--out", "a"];
    bench.run(&arguments).exits(0);
    bench.run(&["check", "a"]).exits(0);
}

#[test]
fn what_no_event_can_do_is_refused() {
    let bench = Bench::new();
    strike(&bench, "ice", &["--severity", "transformers=25"])
        .exits(2)
        .complains(&["ice", "at its strongest"]);
    strike(&bench, "ice", &["--severity", "much"]).exits(2).complains(&["--severity", "much"]);
    assert!(!bench.path("out/damage.csv").exists());
}
