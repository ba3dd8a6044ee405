//! Input that no scenario can have: exit code 2, with the file, the line where there is one, and what is wrong.

use crate::bench::Bench;

/// Spoils a copy of the example and asserts what `check` and `plan` say of it, to people and to programs.
#[track_caller]
fn refused(spoil: impl FnOnce(&Bench), file: &str, line: Option<u64>, said: &str) {
    let bench = Bench::new();
    spoil(&bench);
    let path = format!("five-bus/{file}");
    let place = line.map_or(format!("{path}: "), |line| format!("{path}:{line}: "));
    let ran = bench.run(&["check", "five-bus"]).exits(2);
    assert_eq!(ran.out, "");
    let lines: Vec<&str> = ran.err.lines().filter(|l| l.starts_with("error: ")).collect();
    let told = lines.iter().any(|l| l.contains(&place) && l.contains(said));
    assert!(told, "no {place:?} with {said:?} in {}", ran.err);
    assert!(ran.err.len() < 20_000, "a message has {} bytes", ran.err.len());

    bench.run(&["plan", "five-bus", "--out", "plan"]).exits(2).complains(&[&place, said]);
    assert!(!bench.path("plan").exists(), "a folder was made for nothing");

    let check = bench.run(&["check", "five-bus", "--json"]).exits(2).json();
    assert_eq!(check["ok"], false);
    let document = bench.run(&["plan", "five-bus", "--out", "plan", "--json"]).exits(2).json();
    assert_eq!(document["schema"], "relight.errors/1");
    assert_eq!(check["errors"], document["errors"]);
    let errors = document["errors"].as_array().expect("a list");
    let listed = errors.iter().any(|e| {
        e["file"] == path.as_str()
            && e["line"].as_u64() == line
            && e["text"].as_str().is_some_and(|text| text.contains(said))
    });
    assert!(listed, "{document}");
}

#[test]
fn empty_files() {
    let empty = |name: &'static str| move |b: &Bench| b.write(&format!("five-bus/{name}"), "");
    refused(empty("jobs.csv"), "jobs.csv", None, "the file is empty");
    refused(empty("damage.csv"), "damage.csv", None, "the file is empty");
    refused(empty("grid.m"), "grid.m", None, "the file is empty");
    refused(empty("scenario.toml"), "scenario.toml", None, "\"scenario.grid\"");
}

#[test]
fn wrong_encodings() {
    let latin = |b: &Bench| {
        let mut bytes = b.read("five-bus/sites.csv").into_bytes();
        bytes.extend(b"x,Caf\xe9,,,\n");
        b.write("five-bus/sites.csv", bytes);
    };
    refused(latin, "sites.csv", Some(7), "0xe9 is not UTF-8");
    let utf16 = |b: &Bench| {
        let text = format!("\u{feff}{}", b.read("five-bus/sites.csv"));
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        b.write("five-bus/sites.csv", bytes);
    };
    refused(utf16, "sites.csv", None, "UTF-16");
}

#[test]
fn a_missing_column() {
    let spoil = |b: &Bench| b.replace("five-bus/jobs.csv", "job,damage", "job,damaged");
    refused(spoil, "jobs.csv", Some(1), "column \"damage\"");
}

#[test]
fn an_identifier_twice() {
    let spoil = |b: &Bench| b.append("five-bus/jobs.csv", "jA,A,line,1,2,0,\n");
    refused(spoil, "jobs.csv", Some(6), "\"jA\" is used again (first at line 2)");
}

#[test]
fn an_unknown_bus() {
    let spoil = |b: &Bench| b.append("five-bus/buses.csv", "9,alder,0,1\n");
    refused(spoil, "buses.csv", Some(7), "no bus 9");
}

#[test]
fn not_a_number() {
    let spoil = |b: &Bench| b.replace("five-bus/buses.csv", "40000", "NaN");
    refused(spoil, "buses.csv", Some(3), "\"NaN\"");
}

#[test]
fn a_negative_count() {
    let spoil =
        |b: &Bench| b.replace("five-bus/offers.csv", "Grid,transformer,1,", "Grid,transformer,-1,");
    refused(spoil, "offers.csv", Some(2), "\"-1\" is not a whole number");
}

#[test]
fn a_job_after_itself() {
    let spoil =
        |b: &Bench| b.replace("five-bus/jobs.csv", "jB,B,line,1,1,0,", "jB,B,line,1,1,0,jB");
    refused(spoil, "jobs.csv", Some(3), "waits for itself");
}

#[test]
fn a_line_of_ten_megabytes() {
    let line = || "x".repeat(10_000_000) + "\n";
    refused(move |b| b.append("five-bus/sites.csv", &line()), "sites.csv", Some(7), "expected 5");
    let cell =
        move |b: &Bench| b.replace("five-bus/sites.csv", "alder,", &("a".repeat(10_000_000) + ","));
    refused(cell, "sites.csv", Some(2), "");
}

#[test]
fn code_in_a_case() {
    let spoil = |b: &Bench| b.append("five-bus/grid.m", "mpc.gen(1,2) = rand();\n");
    refused(spoil, "grid.m", Some(30), "code that this reader does not run");
}

#[test]
fn every_error_of_a_folder_is_told_in_one_go() {
    let bench = Bench::new();
    bench.append("five-bus/buses.csv", "9,alder,0,1\n");
    bench.replace("five-bus/jobs.csv", "jB,B,line,1,1,0,", "jB,B,line,1,1,0,jB");
    bench.append("five-bus/damage.csv", "A,branch,1,birch,down,again\n");
    let places = ["five-bus/buses.csv:7:", "five-bus/jobs.csv:3:", "five-bus/damage.csv:6:"];
    bench.run(&["check", "five-bus"]).exits(2).complains(&places);
}
