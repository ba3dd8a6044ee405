//! `relight check`

use std::fs;

use crate::bench::{Bench, example};

#[test]
fn a_good_folder_is_counted() {
    let bench = Bench::new();
    bench.run(&["check", "five-bus"]).exits(0).says(&[
        "Five buses: ready to plan",
        "5 buses, 4 branches, 3 generators; 120 MW of demand",
        "160,000 at 5 sites",
        "4 jobs; 2 teams of 2 skills",
        "2 offers, 2 pieces from 2 donors",
        "1 hospital, 1 water",
        "10 steps of 24 h, Mon 12 Jan 2026 to Wed 21 Jan 2026",
        "fuel.csv: there is no such table",
    ]);
}

#[test]
fn its_settings_file_names_the_folder_too() {
    let bench = Bench::new();
    let by_folder = bench.run(&["check", "five-bus", "--json"]).exits(0);
    let by_file = bench.run(&["check", "five-bus/scenario.toml", "--json"]).exits(0);
    assert_eq!(by_folder.out, by_file.out);
}

#[test]
fn programs_get_the_counts_and_what_was_assumed() {
    let bench = Bench::new();
    let document = bench.run(&["--json", "check", "five-bus"]).exits(0).json();
    assert_eq!(document["schema"], "relight.check/1");
    assert_eq!(document["ok"], true);
    let scenario = &document["scenario"];
    assert_eq!(scenario["buses"], 5);
    assert_eq!(scenario["people"], 160_000.0);
    assert_eq!(scenario["demand_mw"], 120.0);
    assert_eq!(scenario["start"], "2026-01-12");
    assert_eq!(scenario["facilities"]["water"], 1);
    assert!(scenario["digest"].as_str().is_some_and(|d| d.starts_with("sha256:")));
    assert_eq!(document["errors"].as_array().map(Vec::len), Some(0));
    let codes = document["warnings"].as_array().expect("a list");
    assert!(codes.iter().all(|w| w["code"] == "assumed"), "{codes:?}");
}

#[test]
fn what_is_no_scenario_is_named() {
    let bench = Bench::new();
    bench.run(&["check", "nowhere"]).exits(2).complains(&["nowhere: there is no such file"]);
    let wrong = "grid.m: this is a file; expected a scenario folder or its scenario.toml";
    bench.run(&["check", "five-bus/grid.m"]).exits(2).complains(&[wrong]);
    fs::create_dir(bench.path("empty")).expect("a folder");
    bench.run(&["check", "empty"]).exits(2).complains(&["empty: there is no scenario.toml"]);
}

#[test]
fn a_folder_in_place_of_a_table_is_named() {
    let bench = Bench::new();
    fs::remove_file(bench.path("five-bus/jobs.csv")).expect("removed");
    fs::create_dir(bench.path("five-bus/jobs.csv")).expect("a folder");
    let wrong = "five-bus/jobs.csv: this is a folder; expected a file";
    bench.run(&["check", "five-bus"]).exits(2).complains(&[wrong]);
}

#[test]
fn files_that_are_no_part_of_a_scenario_are_not_read() {
    let bench = Bench::new();
    let before = bench.run(&["check", "five-bus", "--json"]).exits(0);
    bench.write("five-bus/holiday.csv", [0xff, 0xfe, 0x00]);
    assert_eq!(bench.run(&["check", "five-bus", "--json"]).exits(0).out, before.out);
}

#[test]
fn quiet_leaves_the_exit_code_alone() {
    let bench = Bench::new();
    let ran = bench.run(&["check", "five-bus", "--quiet"]).exits(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
}

#[test]
fn every_example_of_the_repository_can_be_planned_with() {
    let bench = Bench::new();
    for name in ["five-bus", "winter-storm"] {
        let path = example(name).display().to_string();
        let document = bench.run(&["check", &path, "--json"]).exits(0).json();
        assert_eq!(document["ok"], true, "{name}");
    }
}
