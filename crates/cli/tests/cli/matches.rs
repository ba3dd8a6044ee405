//! `relight match`

use crate::bench::Bench;

#[test]
fn the_table_shows_what_fits_and_counts_the_rest() {
    let bench = Bench::new();
    let ran = bench.run(&["match", "five-bus"]).exits(0);
    let ran = ran.says(&["n1: 1 x transformer for job jT; 1 of 2 fit", "o1", "from step 1"]);
    assert!(!ran.out.contains("Overseas"), "{}", ran.out);
    ran.says(&["Not shown: 1 offer that does not fit (--all)"]);
    bench.run(&["match", "five-bus", "--all"]).exits(0).says(&[
        "Overseas Power",
        "does not fit",
        "over excitation 1.2 against 1.05",
    ]);
}

#[test]
fn one_pair_shows_every_check_with_its_source() {
    let bench = Bench::new();
    // The hand check: flux (220/220) x (60/50) = 1.20, and 1.05 is the limit.
    let ran = bench.run(&["match", "five-bus", "--need", "n1", "--offer", "o2"]).exits(1);
    ran.says(&["over_excitation", "1.2", "1.05", "-0.15", "IEC 60076-1", "mass", "150"]);
    let ran = bench.run(&["match", "five-bus", "--need", "n1", "--offer", "o1"]).exits(0);
    ran.says(&["need n1 <- offer o1 (Riverside Grid): fits", "100 MVA usable"]);
}

#[test]
fn programs_get_every_check() {
    let bench = Bench::new();
    let document = bench.run(&["match", "five-bus", "--all", "--json"]).exits(0).json();
    assert_eq!(document["schema"], "relight.match/1");
    let matches = document["matches"].as_array().expect("a list");
    assert_eq!(matches.len(), 2);
    assert_eq!(matches[1]["offer"], "o2");
    assert_eq!(matches[1]["verdict"], "does not fit");
    let checks = matches[1]["checks"].as_array().expect("a list");
    let flux = checks.iter().find(|c| c["name"] == "over_excitation").expect("the check");
    let number = |name: &str| flux[name].as_f64().expect("a number");
    assert!((number("value") - 1.2).abs() < 1e-9);
    assert!((number("limit") - 1.05).abs() < 1e-9);
    assert!((number("margin") + 0.15).abs() < 1e-9);
    assert!(flux["source"].as_str().is_some_and(|s| !s.is_empty()));
    let document = bench.run(&["match", "five-bus", "--json"]).exits(0).json();
    assert_eq!(document["matches"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["not_shown"], 1);
}

#[test]
fn an_unknown_name_is_told_with_those_that_there_are() {
    let bench = Bench::new();
    let ran = bench.run(&["match", "five-bus", "--offer", "o9"]).exits(2);
    ran.complains(&["five-bus/offers.csv", "no offer \"o9\"", "expected one of o1, o2"]);
}

#[test]
fn a_need_that_nobody_can_fill_is_a_no() {
    let bench = Bench::new();
    bench.append("five-bus/needs.csv", "n2,jA,breaker,1,,,,,,,\n");
    bench.run(&["match", "five-bus"]).exits(0).says(&["n2: 1 x breaker", "nobody offers one"]);
    let ran = bench.run(&["match", "five-bus", "--need", "n2"]).exits(1);
    ran.says(&["Nobody offers equipment of the kind"]);
}
