//! `relight flow`: on the five-bus grid a branch carries what lies behind it, so the flows can be told by hand.

use crate::bench::Bench;

/// Cells of a column.
fn column(table: &str, name: &str) -> Vec<String> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = header.iter().position(|h| *h == name).expect(name);
    lines.map(|l| l.split(',').nth(place).expect("a cell").to_owned()).collect()
}

fn numbers(table: &str, name: &str) -> Vec<f64> {
    column(table, name).iter().map(|c| c.parse().expect("a number")).collect()
}

#[test]
fn the_linear_flow_is_what_lies_behind_each_branch() {
    let bench = Bench::new();
    let ran = bench.run(&["flow", "five-bus/grid.m", "--dc", "--out", "flow"]).exits(0);
    ran.says(&["DC power flow: solved", "1 solved (5 buses)", "120 MW, of which 120 MW served"]);
    // Birch lacks 40 - 25, Elm 20 - 10; Cedar takes 60, and both of these hang on the transformer.
    let flows = numbers(&bench.read("flow/branches.csv"), "pf_mw");
    for (flow, expected) in flows.iter().zip([15.0, 70.0, 10.0, 10.0]) {
        assert!((flow - expected).abs() < 1e-9, "{flows:?}");
    }
    let outputs = numbers(&bench.read("flow/generators.csv"), "pg_mw");
    for (output, expected) in outputs.iter().zip([85.0, 25.0, 10.0]) {
        assert!((output - expected).abs() < 1e-9, "{outputs:?}");
    }
    // The linear model knows no voltages: not known is an empty cell, never 1 or 0.
    assert!(column(&bench.read("flow/buses.csv"), "vm_pu").iter().all(String::is_empty));
}

#[test]
fn the_full_flow_balances() {
    let bench = Bench::new();
    let ran = bench.run(&["flow", "five-bus/grid.m", "--out", "flow", "--json"]).exits(0);
    let document = ran.json();
    assert_eq!(document["schema"], "relight.flow/1");
    assert_eq!(document["method"], "ac");
    assert_eq!(document["converged"], true);
    assert_eq!(document["files"].as_array().map(Vec::len), Some(3));
    let number = |name: &str| document[name].as_f64().expect("a number");
    let residue = number("generation_mw") - number("served_mw") - number("losses_mw");
    assert!(residue.abs() < 1e-5, "{residue}");
    let table = bench.read("flow/branches.csv");
    let lost: f64 = numbers(&table, "pf_mw").iter().chain(&numbers(&table, "pt_mw")).sum();
    assert!((lost - number("losses_mw")).abs() < 1e-9);
    let lowest = numbers(&bench.read("flow/buses.csv"), "vm_pu").into_iter().fold(2.0, f64::min);
    let told = document["vm_min"]["vm_pu"].as_f64().expect("a number");
    assert!((told - lowest).abs() < 1e-12, "{told} is not {lowest}");
}

#[test]
fn a_name_that_ends_in_csv_is_the_table_of_branches() {
    let bench = Bench::new();
    bench.run(&["flow", "five-bus/grid.m", "--out", "new/lines.csv"]).exits(0);
    assert!(bench.read("new/lines.csv").starts_with("branch,from_bus,to_bus,"));
}

#[test]
fn a_flow_without_a_solution_is_a_no_with_the_reason() {
    let bench = Bench::new();
    // More than any line can carry: 60 MW become 60,000.
    let grid = bench.read("five-bus/grid.m");
    let row = grid.lines().find(|l| l.trim_start().starts_with("3\t1\t60")).map(str::to_owned);
    let row = row.expect("the row of bus 3");
    bench.write("heavy.m", grid.replace(&row, &row.replacen("60", "60000", 1)));
    let ran = bench.run(&["flow", "heavy.m"]).exits(1);
    ran.says(&["no solution: ", "Largest mismatches", "bus 3"]);
    let document = bench.run(&["flow", "heavy.m", "--json"]).exits(1).json();
    assert_eq!(document["converged"], false);
    assert!(document["reason"].is_string());
    assert!(document["mismatches"].as_array().is_some_and(|m| !m.is_empty()));
}

#[test]
fn a_case_that_cannot_be_read_is_told_with_its_line() {
    let bench = Bench::new();
    bench.write("case.m", "function mpc = case\nmpc.version = '2';\nx = load('y');\n");
    let ran = bench.run(&["flow", "case.m"]).exits(2);
    ran.complains(&["case.m:3: code that this reader does not run"]);
    let document = bench.run(&["flow", "case.m", "--json"]).exits(2).json();
    assert_eq!(document["schema"], "relight.errors/1");
    assert!(document["errors"].as_array().is_some_and(|e| e.iter().any(|e| e["line"] == 3)));
    bench.run(&["flow", "nothing.m"]).exits(2).complains(&["nothing.m: there is no such file"]);
    bench.run(&["flow", "five-bus"]).exits(2).complains(&["this is a folder; expected a file"]);
    bench.run(&["flow", "case.m", "--dc", "--ac"]).exits(2);
}

const RAW: &str =
    "0, 100.0, 33\n\n\n1,'ONE',110.0,3\n2,'TWO',110.0,1\n0 / END OF BUS DATA, BEGIN LOAD DATA
2,'1',1,1,1,40.0,10.0\n0\n0\n1,'1',40.0\n0\n1,2,'1',0.01,0.1,0.02\n0\nQ\n";

const UCTE: &str = "##C 2007.05.01\n##N\n##ZFR
FAAAAA11 ONE          0 3 400.00 0.00000 0.00000 0.00000 0.00000
FBBBBB11 TWO          0 0        600.000 100.000 0.00000 0.00000
##L\nFAAAAA11 FBBBBB11 1 0 3.0035 32.995 385.9970   1519\n";

#[test]
fn grids_of_other_programs_are_read_by_their_content() {
    let bench = Bench::new();
    bench.write("grid.txt", RAW);
    bench.run(&["flow", "grid.txt", "--out", "raw"]).exits(0).says(&["40.0 MW served"]);
    assert_eq!(column(&bench.read("raw/buses.csv"), "name"), ["ONE", "TWO"]);
    bench.write("grid.uct", UCTE);
    bench.run(&["flow", "grid.uct", "--out", "uct"]).exits(0).says(&["600 MW served"]);
    assert_eq!(column(&bench.read("uct/buses.csv"), "name"), ["FAAAAA11", "FBBBBB11"]);
    bench.run(&["contingencies", "grid.uct", "--out", "n-1"]).exits(0);
    bench.write("wrong.raw", RAW.replace("0.01,0.1", "0.01,far"));
    let ran = bench.run(&["flow", "wrong.raw"]).exits(2);
    ran.complains(&["wrong.raw:12:14: branch, X: \"far\""]);
}
