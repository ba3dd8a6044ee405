//! `relight study`: a report from a sample, the same however it was interrupted, and all errors at once.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::bench::Bench;

const STUDY: &str = r#"
[study]
name = "Five buses, shaken"
scenario = "five-bus"
scenarios = 600
stop = false
look_every = 100

[[hazard]]
hazard = "quake"
severity = "elements=2"

[[policy]]
name = "as offered"

[[policy]]
name = "a spare in the hills"
[[policy.ready]]
region = "Hills"
kind = "transformer"
hv_kv = 220
lv_kv = 110
mva = 100
phases = 3
frequency_hz = 50
vector_group = "YNa0d11"
uk_pct = 10
mass_t = 76

[probe]
scenarios = 100
pieces = 1
"#;

const FILES: [&str; 5] =
    ["report.html", "study.json", "results.parquet", "losses.parquet", "probes.parquet"];

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("study.toml", STUDY);
    bench
}

fn files(bench: &Bench, folder: &str) -> Vec<Vec<u8>> {
    FILES.map(|name| std::fs::read(bench.path(&format!("{folder}/{name}"))).expect(name)).to_vec()
}

#[test]
fn a_study_says_what_holds_best() {
    let bench = bench();
    let ran = bench.run(&["study", "study.toml", "--out", "out"]).exits(0);
    ran.says(&["policy", "a spare in the hills", "report.html"]);
    let again = bench.run(&["study", "study.toml", "--out", "out", "--json"]).exits(0);
    let document = again.json();
    assert_eq!(document["schema"], "relight.study/1");
    assert_eq!(document["scenarios_run"], 600);
    assert_eq!(document["policies"].as_array().map(Vec::len), Some(2));
    assert_eq!(bench.read("out/study.json"), again.out);
}

/// Killed with no chance to tidy up, its log torn besides, and gone on with by another number of threads: the same files
/// to the byte, with every scenario once in the log.
#[test]
fn a_study_that_was_killed_goes_on_to_the_same_bytes() {
    let bench = bench();
    bench.run(&["study", "study.toml", "--out", "whole", "--threads", "1"]).exits(0);
    let mut killed = 0;
    for threads in ["2", "3", "1", "2"] {
        let mut child = bench
            .command(&["study", "study.toml", "--out", "cut", "--threads", threads])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("relight runs");
        let log = bench.path("cut/rows.log");
        let size = || std::fs::metadata(&log).map_or(0, |m| m.len());
        let before = size();
        let patience = Instant::now();
        while size() < before + 20_000
            && child.try_wait().expect("a state").is_none()
            && patience.elapsed() < Duration::from_secs(60)
        {
            std::thread::sleep(Duration::from_millis(2));
        }
        if child.try_wait().expect("a state").is_none() {
            child.kill().expect("it is killed");
            killed += 1;
        }
        child.wait().expect("it ends");
        let mut bytes = std::fs::read(&log).expect("a log");
        bytes.truncate(bytes.len() - 5);
        std::fs::write(&log, bytes).expect("a torn log");
    }
    assert!(killed > 0, "it was never killed while it ran");
    let ran = bench.run(&["study", "study.toml", "--out", "cut", "--threads", "2"]).exits(0);
    ran.says(&["Going on from", "torn"]);
    assert_eq!(files(&bench, "cut"), files(&bench, "whole"));
    let lines = |folder: &str| {
        let log = bench.read(&format!("{folder}/rows.log"));
        let mut lines: Vec<String> = log.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines("cut"), lines("whole"));
}

#[test]
fn more_scenarios_are_more_of_the_same_study() {
    let bench = bench();
    bench.run(&["study", "study.toml", "--out", "out", "--scenarios", "150"]).exits(0);
    let first = bench.read("out/rows.log");
    bench.run(&["study", "study.toml", "--out", "out"]).exits(0);
    bench.run(&["study", "study.toml", "--out", "whole"]).exits(0);
    assert!(bench.read("out/rows.log").starts_with(&first));
    assert_eq!(files(&bench, "out"), files(&bench, "whole"));
    bench.replace("study.toml", "elements=2", "elements=1");
    let refused = bench.run(&["study", "study.toml", "--out", "out"]).exits(2);
    refused.complains(&["rows.log", "another study"]);
}

#[test]
fn a_plan_gives_the_order_of_a_policy() {
    let bench = bench();
    bench.run(&["plan", "five-bus", "--out", "plan"]).exits(0);
    bench.append("study.toml", "\n[[policy]]\nname = \"as planned\"\nplan = \"plan\"\n");
    let document =
        bench.run(&["study", "study.toml", "--out", "out", "--scenarios", "50", "--json"]).exits(0);
    let words = document.json()["policies"][2]["words"].to_string();
    assert!(words.contains("in the order of a plan for 4 elements"), "{words}");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let bench = bench();
    bench.replace("study.toml", "Hills", "Nowhere");
    bench.replace("study.toml", "severity = \"elements=2\"", "like = \"lost\"");
    bench.append("study.toml", "[[policy]]\nname = \"planned\"\nplan = \"no-plan\"\n");
    let ran = bench.run(&["study", "study.toml", "--out", "out"]).exits(2);
    ran.complains(&[
        "study.toml:11: key \"hazard.like\"",
        "study.toml:19: key \"ready.region\"",
        "one of Hills, Plain",
        "key \"policy.plan\"",
        "no-plan",
    ]);
    assert!(!bench.path("out").exists());
    bench.write("study.toml", "[study]\nscenario = 3\n[[hazard]]\nhazard = \"war\"\n");
    let ran = bench.run(&["study", "study.toml", "--out", "out", "--json"]).exits(2);
    let errors = ran.json()["errors"].as_array().cloned().expect("errors");
    let lines: Vec<u64> = errors.iter().filter_map(|e| e["line"].as_u64()).collect();
    assert_eq!(lines, [1, 2, 4]);
}

#[test]
fn what_no_event_can_do_is_no_study() {
    let bench = bench();
    bench.replace("study.toml", "elements=2", "transformers=3");
    let ran = bench.run(&["study", "study.toml", "--out", "out", "--scenarios", "40"]).exits(2);
    ran.complains(&["no event can be as bad"]);
    assert!(!bench.path("out/report.html").exists());
}
