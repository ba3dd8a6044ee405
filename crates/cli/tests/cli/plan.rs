//! `relight plan`: the numbers are those of the hand check in examples/five-bus/README.md.

use std::fs;

use serde_json::Value;

use crate::bench::Bench;

#[test]
fn the_plan_is_the_best_one_of_the_hand_check() {
    let bench = Bench::new();
    let ran = bench.run(&["plan", "five-bus", "--out", "plan"]).exits(0);
    let ran = ran.says(&[
        "4 of 4 jobs planned",
        "49,560,000",
        "14,160,000",
        "8,280,000 people-hours",
        "288,000 people-hours",
        "600,000 people-hours",
        "6,840 MWh",
        "105,000 people, Mon 12 Jan 2026",
        "day 3, Thu 15 Jan 2026",
        "day 5, Sat 17 Jan 2026",
    ]);
    let report = std::path::Path::new("plan").join("report.html");
    ran.says(&[&format!("Read {}", report.display())]);

    let plan: Value = serde_json::from_str(&bench.read("plan/plan.json")).expect("JSON");
    assert_eq!(plan["schema"], "relight.plan/1");
    near(&plan["objective"]["unserved_mwh"], 6840.0);
    near(&plan["objective"]["unserved_people_hours"], 8_280_000.0);
    near(&plan["objective"]["weighted"], 14_160_000.0);
    // 25,200,000 at home; the hospital 240 - 24 h, the water works 240 - 12 h.
    let no_repair = 25_200_000.0 + 6000.0 * 216.0 * 10.0 + 10_000.0 * 228.0 * 5.0;
    near(&plan["baseline"]["no_repair"], no_repair);
    // "a planner that looks one job ahead takes A ... and lands on 8,640,000"
    near(&plan["baseline"]["greedy"], 14_520_000.0);
    near(&plan["baseline"]["input_order"], 14_520_000.0);
    assert_eq!(plan["seed"], 1);
}

#[track_caller]
fn near(value: &Value, expected: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() <= 1e-6 * expected, "{value} is not {expected}");
}

#[test]
fn the_folder_holds_the_files_of_the_contract_and_nothing_else() {
    let bench = Bench::new();
    bench.run(&["plan", "five-bus", "--out", "a/new/folder", "--seed", "7"]).exits(0);
    let names: Vec<String> = bench.files("a/new/folder").into_iter().map(|f| f.0).collect();
    let expected = [
        "asks.csv",
        "matches.csv",
        "placements.csv",
        "plan.json",
        "report.html",
        "schedule.csv",
        "states.csv",
    ];
    assert_eq!(names, expected);
    assert!(bench.read("a/new/folder/plan.json").contains("\"seed\": 7"));
    let schedule = bench.read("a/new/folder/schedule.csv");
    let transformer = schedule.lines().find(|l| l.starts_with("jT,")).expect("job jT");
    assert!(transformer.starts_with("jT,1,3,heavy,"), "{transformer}");
    assert!(transformer.contains("n1=o1*1"), "{transformer}");
}

#[test]
fn somebody_elses_files_are_safe() {
    let bench = Bench::new();
    bench
        .run(&["plan", "five-bus", "--out", "five-bus"])
        .exits(2)
        .complains(&["five-bus: the folder holds other files", "--force"]);
    assert!(!bench.path("five-bus/plan.json").exists());
    bench.write("note", "a file");
    bench.run(&["plan", "five-bus", "--out", "note"]).exits(2).complains(&["expected a folder"]);
    assert_eq!(bench.read("note"), "a file");

    bench.run(&["plan", "five-bus", "--out", "plan"]).exits(0);
    bench.run(&["plan", "five-bus", "--out", "plan"]).exits(0);
    bench.write("plan/mine.txt", "keep me");
    bench.run(&["plan", "five-bus", "--out", "plan"]).exits(2).complains(&["mine.txt"]);
    bench.run(&["plan", "five-bus", "--out", "plan", "--force"]).exits(0);
    assert_eq!(bench.read("plan/mine.txt"), "keep me");
}

#[test]
fn programs_get_the_plan_itself() {
    let bench = Bench::new();
    let ran = bench.run(&["plan", "five-bus", "--out", "plan", "--json"]).exits(0);
    assert_eq!(ran.out, bench.read("plan/plan.json"));
}

#[test]
fn without_ac_every_state_is_skipped() {
    let bench = Bench::new();
    let ran = bench.run(&["plan", "five-bus", "--out", "plan", "--no-ac", "--json"]).exits(0);
    let plan = ran.json();
    let states = plan["states"].as_array().expect("states");
    assert!(!states.is_empty());
    assert!(states.iter().all(|s| s["ac"]["verdict"] == "skipped"), "{plan}");
}

#[test]
fn only_offers_that_are_certain_enough_count() {
    let bench = Bench::new();
    // o1 is committed, and the only unit that fits; o2 is received.
    let plan = |only: &str| {
        bench.run(&["plan", "five-bus", "--out", "plan", "--json", "--only", only]).exits(0).json()
    };
    assert_eq!(plan("committed")["unmatched"].as_array().map(Vec::len), Some(0));
    let sure = plan("shipped");
    assert_eq!(sure["unmatched"][0]["need"], "n1");
    let unscheduled = sure["unscheduled"].as_array().expect("a list");
    assert!(unscheduled.iter().any(|u| u["job"] == "jT"), "{sure}");
    bench.run(&["plan", "five-bus", "--out", "plan", "--only", "shipped"]).exits(0).says(&[
        "Needs that nothing fills: 1",
        "n1: ",
        "Jobs not in the plan",
        "jT: ",
    ]);
    bench
        .run(&["plan", "five-bus", "--out", "plan", "--only", "hoped"])
        .exits(2)
        .complains(&["hoped", "committed"]);
}

#[test]
fn no_time_at_all_still_gives_a_whole_plan() {
    let bench = Bench::new();
    let ran = bench.run(&["plan", "five-bus", "--out", "plan", "--time-limit", "0"]).exits(0);
    ran.says(&["4 of 4 jobs planned", "the search was ended early"]);
    let bad = ["plan", "five-bus", "--out", "plan", "--time-limit", "soon"];
    bench.run(&bad).exits(2).complains(&["soon", "expected seconds"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_search_and_keeps_the_best_plan() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let bench = Bench::new();
    let mut running = Command::new(env!("CARGO_BIN_EXE_relight"))
        .args(["plan", "five-bus", "--out", "plan", "--progress", "--iterations", "1000000000"])
        .current_dir(bench.path("."))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let err = BufReader::new(running.stderr.take().expect("its standard error"));
    let mut interrupted = false;
    for line in err.lines() {
        if !interrupted && line.expect("a line").contains("looking for better plans") {
            let pid = running.id().to_string();
            let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill");
            assert!(sent.success());
            interrupted = true;
        }
    }
    assert!(interrupted, "it never searched");
    assert_eq!(running.wait().expect("it ends").code(), Some(0));
    let plan = fs::read_to_string(bench.path("plan/plan.json")).expect("a plan");
    assert!(plan.contains("relight.plan/1"));
}

#[test]
fn progress_is_told_only_where_it_is_wanted() {
    let bench = Bench::new();
    let ran = bench.run(&["plan", "five-bus", "--out", "plan"]).exits(0);
    assert!(!ran.err.contains('%'), "{}", ran.err);
    let ran = bench.run(&["plan", "five-bus", "--out", "plan", "--progress"]).exits(0);
    let ran = ran.complains(&["0 %  ", "checking states by AC power flow"]);
    assert!(!ran.out.contains("checking states"), "{}", ran.out);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let bench = Bench::new();
    bench.write("blocked", "");
    let ran = bench.run(&["plan", "five-bus", "--out", "blocked/plan"]).exits(2);
    ran.complains(&["blocked"]);
    // A folder stands where a file must go.
    fs::create_dir_all(bench.path("plan/plan.json")).expect("a folder");
    bench.run(&["plan", "five-bus", "--out", "plan"]).exits(2).complains(&["plan.json"]);
    let hidden = bench.files_named("plan", ".part");
    assert_eq!(hidden, 0, "a half-written file is left");
}
