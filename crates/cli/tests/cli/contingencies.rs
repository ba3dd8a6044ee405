//! `relight contingencies`: the five-bus grid is a tree, so what a failure leaves can be told by hand.

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use crate::bench::Bench;

/// The rows of a table as cells by column, with the names of the columns first.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().map(|l| l.split(',').collect()).collect()
}

fn cell<'a>(table: &'a [Vec<&'a str>], row: &str, column: &str) -> &'a str {
    let at = table[0].iter().position(|h| *h == column).expect(column);
    table.iter().find(|r| r[0] == row).expect(row)[at]
}

#[test]
fn each_branch_of_a_tree_splits_it() {
    let bench = Bench::new();
    let ran = bench.run(&["contingencies", "five-bus/grid.m", "--out", "n-1", "--json"]).exits(0);
    let document = ran.json();
    assert_eq!(document["schema"], "relight.contingencies/1");
    assert_eq!(document["contingencies"], 4);
    assert_eq!(document["solved"], 4);
    assert_eq!(document["split"], 4);
    assert_eq!(document["files"].as_array().map(Vec::len), Some(4));
    let table = bench.read("n-1/contingencies.csv");
    let table = rows(&table);
    // Behind line 1 lies Birch, which needs 40 MW and makes 60 at most; behind line 4 Elm.
    for name in ["line 1", "transformer 2", "line 3", "line 4"] {
        assert_eq!(cell(&table, name, "status"), "solved", "{name}");
        assert_eq!(cell(&table, name, "islands"), "2", "{name}");
        assert_eq!(cell(&table, name, "lost_load_mw"), "0", "{name}");
    }
    let islands = bench.read("n-1/islands.csv");
    assert_eq!(rows(&islands).len(), 9, "{islands}");
}

#[test]
fn what_cannot_be_supplied_is_told() {
    let bench = Bench::new();
    bench.write(
        "both.csv",
        "contingency,element,id\nElm alone,branch,4\nElm alone,generator,3\nCedar,bus,3\nElm's line,branch,4\n",
    );
    let arguments = [
        "contingencies",
        "five-bus/grid.m",
        "--list",
        "both.csv",
        "--out",
        "n-2",
        "--threads",
        "2",
    ];
    bench.run(&arguments).exits(0).says(&[
        "3 contingencies: all solved",
        "Most load lost",
        "Elm alone",
    ]);
    let table = bench.read("n-2/contingencies.csv");
    let table = rows(&table);
    // Elm without its line and its generator is dark: 20 MW. Cedar takes its own 60 MW with it.
    let number = |row, column| -> f64 { cell(&table, row, column).parse().expect("a number") };
    assert_eq!(number("Elm alone", "lost_load_mw"), 20.0);
    assert_eq!(number("Elm alone", "dead_buses"), 1.0);
    assert_eq!(number("Cedar", "lost_load_mw"), 60.0);
    assert_eq!(number("Elm's line", "lost_load_mw"), 0.0);
    let islands = bench.read("n-2/islands.csv");
    assert!(islands.contains("Elm alone,branch 4; generator 3,2,dead,1,5,,20"), "{islands}");
}

#[test]
fn a_state_is_what_failures_begin_from() {
    let bench = Bench::new();
    bench.write("state.csv", "element,id\nbranch,4\ngenerator,3\n");
    let arguments = ["contingencies", "five-bus/grid.m", "--state", "state.csv", "--out", "n-1"];
    bench.run(&arguments).exits(0).says(&["3 contingencies"]);
    // Elm was dark before: no failure takes its load again.
    assert!(!bench.read("n-1/contingencies.csv").contains("line 4"));
    let table = bench.read("n-1/contingencies.csv");
    assert_eq!(cell(&rows(&table), "line 3", "lost_load_mw"), "0");
}

#[test]
fn wrong_tables_are_refused_with_line_and_reason() {
    let bench = Bench::new();
    bench.write("bad.csv", "contingency,element,id\na,branch,9\nb,tower,1\nc,bus,x\n");
    let arguments = ["contingencies", "five-bus/grid.m", "--list", "bad.csv", "--out", "n-1"];
    bench.run(&arguments).exits(2).complains(&[
        "bad.csv:2: there is no branch 9; the case has 4",
        "bad.csv:3: element is \"tower\"; expected bus, branch or generator",
        "bad.csv:4: id is \"x\"",
    ]);
    bench.write("bad.csv", "name,element\na,branch\n");
    bench.run(&arguments).exits(2).complains(&["there is no column contingency"]);
    bench.run(&["contingencies", "five-bus/grid.m"]).exits(2).complains(&["--out"]);
}

#[test]
fn without_a_solution_before_anything_fails_the_answer_is_no() {
    let bench = Bench::new();
    let grid = bench.read("five-bus/grid.m");
    let row = grid.lines().find(|l| l.trim_start().starts_with("3\t1\t60")).map(str::to_owned);
    let row = row.expect("the row of bus 3");
    bench.write("heavy.m", grid.replace(&row, &row.replacen("60", "60000", 1)));
    let document =
        bench.run(&["contingencies", "heavy.m", "--out", "n-1", "--json"]).exits(1).json();
    assert_eq!(document["base_solved"], false);
}

#[test]
fn screening_solves_in_full_only_what_may_matter() {
    let bench = Bench::new();
    // Two ways from 1 to 3: whichever side fails, the other carries all 90 MW.
    bench.write(
        "ring.m",
        "function mpc = ring\nmpc.version = '2';\nmpc.baseMVA = 100;\nmpc.bus = [\n\
         1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;\n2 1 0 0 0 0 1 1 0 110 1 1.1 0.9;\n3 1 90 0 0 0 1 1 0 110 1 1.1 0.9;\n];\n\
         mpc.gen = [\n1 90 0 200 -200 1 100 1 200 0;\n];\nmpc.branch = [\n\
         1 2 0 0.05 0 200 0 0 0 0 1 -360 360;\n2 3 0 0.05 0 200 0 0 0 0 1 -360 360;\n1 3 0 0.1 0 100 0 0 0 0 1 -360 360;\n];\n",
    );
    let run = |percent: &str, out: &str| {
        let words = ["contingencies", "ring.m", "--screen", percent, "--out", out, "--json"];
        bench.run(&words).exits(0).json()
    };
    let all = run("0", "all");
    assert_eq!((all["solved"].as_u64(), all["screened"].as_u64()), (Some(3), Some(0)));
    // Without branch 1 or 2 the third carries 90 of its 100 MVA; without the third the others carry 90 of 200.
    let some = run("80", "some");
    assert_eq!((some["solved"].as_u64(), some["screened"].as_u64()), (Some(2), Some(1)));
    let table = bench.read("some/contingencies.csv");
    assert_eq!(cell(&rows(&table), "line 3", "status"), "screened");
    let none = run("200", "none");
    assert_eq!((none["solved"].as_u64(), none["screened"].as_u64()), (Some(0), Some(3)));
}

/// The cells of a Parquet file as CSV has them, under the names and types of its columns.
fn read_parquet(path: &std::path::Path) -> (Vec<String>, Vec<Vec<String>>) {
    let file = std::fs::File::open(path).expect("a file");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let columns = schema.columns().iter();
    let columns = columns.map(|c| format!("{} {}", c.name(), c.physical_type())).collect();
    let cell = |(_, field): (String, Field)| match field {
        Field::Null => String::new(),
        Field::Str(text) => text,
        Field::Long(whole) => whole.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Bool(flag) => u8::from(flag).to_string(),
        other => panic!("{other:?}"),
    };
    let rows = reader.get_row_iter(None).expect("rows");
    let rows = rows.map(|r| r.expect("a row").into_columns().into_iter().map(cell).collect());
    (columns, rows.collect())
}

#[test]
fn parquet_says_what_csv_says_and_brings_types() {
    let bench = Bench::new();
    bench.write("both.csv", "contingency,element,id\nElm alone,branch,4\nElm alone,generator,3\n");
    let words =
        "contingencies five-bus/grid.m --list both.csv --format csv,parquet --out n-2 --json";
    let words: Vec<&str> = words.split(' ').collect();
    let document = bench.run(&words).exits(0).json();
    assert_eq!(document["files"].as_array().map(Vec::len), Some(8));
    for name in ["contingencies", "overloads", "voltages", "islands"] {
        let csv = bench.read(&format!("n-2/{name}.csv"));
        let csv = rows(&csv);
        let (columns, cells) = read_parquet(&bench.path(&format!("n-2/{name}.parquet")));
        let names: Vec<&str> = columns.iter().filter_map(|c| c.split(' ').next()).collect();
        assert_eq!(names, csv[0], "{name}");
        assert_eq!(cells, csv[1..], "{name}");
    }
    let (columns, cells) = read_parquet(&bench.path("n-2/contingencies.parquet"));
    let types: Vec<&str> = ["contingency BYTE_ARRAY", "alone BOOLEAN", "steps INT64"].into();
    for column in types.into_iter().chain(["vm_min_bus INT64", "lost_load_mw DOUBLE"]) {
        assert!(columns.iter().any(|c| c == column), "{column} in {columns:?}");
    }
    assert_eq!(cells.len(), 1);
    // Another format is another result: it is not mixed with the first unless that is asked for.
    let alone = ["contingencies", "five-bus/grid.m", "--format", "parquet", "--out", "n-2"];
    bench.run(&alone).exits(2).complains(&["the folder holds other files"]);
    bench.run(&["contingencies", "five-bus/grid.m", "--format", "xlsx", "--out", "n"]).exits(2);
}
