//! `relight evaluate`: the numbers are those of the hand check in examples/five-bus/README.md.

use crate::bench::Bench;

const ARGUMENTS: [&str; 6] =
    ["evaluate", "five-bus", "--out", "theirs", "--schedule", "theirs.csv"];

#[test]
fn the_schedule_of_the_example_costs_what_the_hand_check_says() {
    let bench = Bench::new();
    let arguments =
        ["evaluate", "five-bus", "--schedule", "five-bus/schedule.csv", "--out", "theirs"];
    bench.run(&arguments).exits(0).says(&[
        "8,640,000 people-hours",
        "6,240 MWh",
        "14,520,000",
        "this schedule",
    ]);
    let plan = bench.run(&[&arguments[..], &["--json"]].concat()).exits(0).json();
    let weighted = plan["objective"]["weighted"].as_f64().expect("a number");
    assert!((weighted - 14_520_000.0).abs() < 1.0, "{weighted}");
    assert_eq!(bench.files("theirs").len(), 7);
}

#[test]
fn the_programs_own_schedule_costs_what_its_plan_says() {
    let bench = Bench::new();
    let plan = bench.run(&["plan", "five-bus", "--out", "plan", "--json"]).exits(0).json();
    let judged = ["evaluate", "five-bus", "--schedule", "plan/schedule.csv", "--out", "theirs"];
    let judged = bench.run(&[&judged[..], &["--json"]].concat()).exits(0).json();
    assert_eq!(plan["objective"], judged["objective"]);
    assert_eq!(plan["jobs"], judged["jobs"]);
    assert_eq!(plan["states"], judged["states"]);
}

#[test]
fn every_broken_rule_is_listed_and_the_folder_written() {
    let bench = Bench::new();
    // The transformer arrives at step 1, and there is one line crew.
    bench.write("theirs.csv", "job,start,items\njT,0,n1=o1*1\njA,0,\njB,1,\n");
    let ran = bench.run(&ARGUMENTS).exits(1);
    let ran = ran.complains(&["breaks 2 rules", "jT", "o1 arrives only at step 1", "jB"]);
    ran.says(&["report.html"]);
    let plan = bench.run(&[&ARGUMENTS[..], &["--json"]].concat()).exits(1).json();
    let warnings = plan["warnings"].as_array().expect("a list");
    let rules = warnings.iter().filter_map(|w| w.as_str());
    assert_eq!(rules.filter(|w| w.contains("breaks a rule")).count(), 2, "{warnings:?}");
}

#[test]
fn a_unit_that_does_not_fit_breaks_a_rule() {
    let bench = Bench::new();
    bench.write("theirs.csv", "job,start,items\njT,1,n1=o2*1\n");
    bench.run(&ARGUMENTS).exits(1).complains(&["n1", "o2", "does not fit"]);
}

#[test]
fn a_schedule_that_cannot_be_read_is_told_with_its_lines() {
    let bench = Bench::new();
    bench.write("theirs.csv", "job,start\njA,soon\njX,1\n");
    let ran = bench.run(&ARGUMENTS).exits(2);
    ran.complains(&["theirs.csv:2: column `start`", "soon", "theirs.csv:3: column `job`", "jX"]);
    assert!(!bench.path("theirs").exists());
    let document = bench.run(&[&ARGUMENTS[..], &["--json"]].concat()).exits(2).json();
    assert_eq!(document["schema"], "relight.errors/1");
    assert_eq!(document["errors"][0]["line"], 2);
    assert_eq!(document["errors"][1]["column"], "job");
    bench.write("theirs.csv", [b'j', b'o', b'b', 0xff]);
    bench.run(&ARGUMENTS).exits(2).complains(&["theirs.csv:1", "UTF-8"]);
    std::fs::remove_file(bench.path("theirs.csv")).expect("removed");
    bench.run(&ARGUMENTS).exits(2).complains(&["theirs.csv: there is no such file"]);
}
