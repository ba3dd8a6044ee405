//! The MATPOWER reader: what it reads, what it refuses, and in which words.

use relight_grid::matpower::{Case, ErrorKind, MOST_ERRORS, NoteKind, ReadErrors, read};
use relight_grid::{BusKind, Network};

const STYLES: &[u8] = include_bytes!("data/styles.m");
const FEEDER: &[u8] = include_bytes!("data/feeder.m");

const BUS: &str =
    "mpc.bus = [\n1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;\n2 1 5 1 0 0 1 1 0 110 1 1.1 0.9;\n];\n";
const GEN: &str = "mpc.gen = [1 0 0 9 -9 1 100 1 50 0];\n";
const BRANCH: &str = "mpc.branch = [1 2 0.01 0.1 0 40 0 0 0 0 1 -360 360];\n";
const HEAD: &str = "function mpc = a\nmpc.version = '2';\nmpc.baseMVA = 100;\n";

fn network(text: &str) -> Network {
    read(text.as_bytes(), "a").map_or_else(|e| panic!("{e}\n{text}"), |c| c.network)
}

fn errors(text: &str) -> ReadErrors {
    read(text.as_bytes(), "a").expect_err(text)
}

/// The one error that a text has, as a person reads it.
fn error(text: &str) -> String {
    let all = errors(text);
    assert_eq!(all.errors.len(), 1, "{all}");
    all.to_string()
}

/// A small case with more after it.
fn small(more: &str) -> String {
    format!("{HEAD}{BUS}{GEN}{BRANCH}{more}")
}

#[test]
fn every_style_of_the_format_reads_as_the_same_numbers() {
    let Case { network: n, notes } = read(STYLES, "styles").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(n.name, "styles");
    assert_eq!(n.base_mva, 50.0 / 3.0);
    let ids: Vec<u64> = n.buses.iter().map(|b| b.id).collect();
    assert_eq!(ids, [10, 7, 300, 90_000]);
    assert_eq!(n.buses[0].base_kv, 12.0 / 3_f64.sqrt());
    assert_eq!((n.buses[1].pd_mw, n.buses[1].qd_mvar), (15.0, -2.5));
    assert_eq!((n.buses[1].bs_mvar, n.buses[1].va_deg, n.buses[1].base_kv), (19.0, -10.0, 20.0));
    // `4 - 1` is 3; `2 -1` would be two entries, and this row has them both: Qd 2, Gs -1.
    assert_eq!((n.buses[2].pd_mw, n.buses[2].qd_mvar, n.buses[2].gs_mw), (3.0, 2.0, -1.0));
    assert_eq!(n.buses[3].kind, BusKind::Isolated);
    let names: Vec<_> = n.buses.iter().filter_map(|b| b.name.as_deref()).collect();
    assert_eq!(names, ["Alpha", "Beta \"b\"", "Gam'ma; % ]", "Ż}"]);
    assert_eq!(n.generators[0].qmax_mvar, f64::INFINITY);
    assert_eq!(n.generators[0].qmin_mvar, f64::NEG_INFINITY);
    assert_eq!(n.generators[1].fuel.as_deref(), Some("wind"));
    assert_eq!(n.branches[0].rate_mva, [100.0, 0.0, 0.0], "an infinite rating is unlimited: 0");
    assert_eq!((n.branches[1].r, n.branches[1].x, n.branches[1].shift_deg), (0.0, 0.0, -5.0));
    assert_eq!((n.branches[2].x, n.branches[2].in_service), (-0.2, false));
    assert_eq!((n.dc_lines[0].from, n.dc_lines[0].to, n.dc_lines[0].pt_mw), (0, 2, 9.5));
    let skipped = NoteKind::Skipped { name: "fixed".to_owned() };
    assert!(notes.iter().any(|note| note.kind == skipped), "{notes:?}");
    assert!(notes.iter().any(|note| note.kind == NoteKind::ZeroImpedance), "{notes:?}");
}

#[test]
fn ohms_and_kva_become_per_unit_and_megawatts() {
    let Case { network: n, notes } = read(FEEDER, "feeder").unwrap_or_else(|e| panic!("{e}"));
    // 20 kV and 10 MVA: 40 ohms are 1 p.u.
    assert_eq!((n.branches[0].r, n.branches[0].x), (0.1, 0.2));
    // 800 kVA at a power factor of 0.8: 0.64 MW and 0.48 Mvar.
    assert!((n.buses[1].pd_mw - 0.64).abs() < 1e-15);
    assert!((n.buses[1].qd_mvar - 0.48).abs() < 1e-15);
    assert_eq!((n.branches[0].angmin_deg, n.branches[0].angmax_deg), (-360.0, 360.0));
    let applied: Vec<String> = notes.iter().map(ToString::to_string).collect();
    assert_eq!(applied[0], "line 22: applied: branch r, x = r, x / 40");
    assert_eq!(applied.len(), 4);
}

#[test]
fn a_condition_that_holds_is_read_and_code_in_it_is_refused() {
    let more = "on = 1;\nif on\nmpc.bus(:, 3) = mpc.bus(:, 3) * 2;\nend\n";
    assert_eq!(network(&small(more)).buses[1].pd_mw, 10.0);
    let styles = String::from_utf8_lossy(STYLES).replace("fixed = 0;", "fixed = 1;");
    let all = errors(&styles);
    assert!(all.errors.iter().all(|e| matches!(e.kind, ErrorKind::Code { .. })), "{all}");
    // The `end` of a block may stand behind a statement: what follows is not part of the block.
    let more = "on = 0;\nif on\nx = f(1, 2); end\nmpc.bus(:, 3) = mpc.bus(:, 3) * 3;\nend\n";
    assert_eq!(network(&small(more)).buses[1].pd_mw, 15.0);
    assert_eq!(
        error(&small("on = 1;\nif on\nx = 2;\n")),
        "line 11: the block `if` begun at line 11 has no end; expected `end`"
    );
    // An `else` would have to be read: refused.
    let more = "on = 0;\nif on\nelse\nmpc.baseMVA = 1;\nend\n";
    assert!(
        errors(&small(more))
            .errors
            .iter()
            .any(|e| e.line == 11 && matches!(e.kind, ErrorKind::Code { .. }))
    );
}

#[test]
fn other_code_is_refused_with_its_line() {
    for code in [
        "mpc = scale_load(2, mpc);",
        "mpc.bus(2, 3) = 7;",
        "mpc.bus(:, 3) = mpc.bus(:, 3) + 1;",
        "mpc.bus(:, [3 4]) = mpc.bus(:, [4 3]);",
        "mpc.bus(:, 3) = mpc.gen(:, 3) * 2;",
        "mpc.bus(:, 3) = mpc.bus(:, 3) / 0;",
        "mpc.branch(:, 14) = mpc.branch(:, 14) * 2;",
        "mpc.dcline(:, 4) = mpc.dcline(:, 4) * 2;",
        "mpc.bus(:, PD) = mpc.bus(:, PD) / 1e3;",
        "[A, B] = size(mpc.bus);",
        "for k = 1:3",
        "if isfield(mpc, 'x')",
        "x = find(mpc.bus(:, 1));",
        "mpc.gen = [mpc.gen; 1 2 3]';",
        "mpc.gen(1, :) = [];",
        "mpc.extra = zeros(3, 3);",
        "delete('file');",
        "!rm file",
        "@",
    ] {
        let all = errors(&small(code));
        assert_eq!(all.errors[0].line, 10, "{code}: {all}");
    }
    assert_eq!(
        error(&small("mpc.bus(2, 3) = 7; % why not\n")),
        "line 10: code that this reader does not run: `mpc.bus(2, 3) = 7; % why not`; expected tables of \
         numbers, constants, or the unit conversions of MATPOWER's distribution cases"
    );
    let all = errors(&small("end\nmpc.bus(:, 3) = mpc.bus(:, 3) * 2;\n"));
    assert_eq!(all.errors[0].line, 11, "after the end of the function");
}

#[test]
fn a_conversion_before_its_table_is_refused() {
    let text = format!("{HEAD}mpc.bus(:, 3) = mpc.bus(:, 3) / 1e3;\n{BUS}{GEN}{BRANCH}");
    assert!(error(&text).starts_with("line 4: code"));
}

#[test]
fn errors_say_what_is_wrong_where_and_what_was_expected() {
    let cases = [
        (
            small("").replace("2 1 5 1", "1 1 5 1").replace("[1 2 0.01", "[1 1 0.01"),
            "line 6: bus row 2, bus_i (column 1): bus number 1 is used again (first at line 5); \
             expected each number once",
        ),
        (
            small("").replace("[1 2 0.01", "[1 3 0.01"),
            "line 9: branch row 1, tbus (column 2): bus 3 is not in the bus table; expected the number of a bus",
        ),
        (
            small("").replace("gen = [1", "gen = [1.5"),
            "line 8: gen row 1, bus (column 1): 1.5; expected a bus number: whole, 1 or above",
        ),
        (
            small("").replace("0 40 0", "0 -40 0"),
            "line 9: branch row 1, rateA (column 6): -40; expected 0 (unlimited) or a rating above 0",
        ),
        (
            small("").replace("0.01 0.1", "NaN 0.1"),
            "line 9: branch row 1, r (column 3): found `NaN`; expected a number",
        ),
        (
            small("").replace("2 1 5 1", "2 1 Inf 1"),
            "line 6: bus row 2, Pd (column 3): inf; expected a finite number",
        ),
        (
            small("").replace("2 1 5 1", "2 7 5 1"),
            "line 6: bus row 2, type (column 2): 7; expected 1 (PQ), 2 (PV), 3 (reference) or 4 (isolated)",
        ),
        (
            small("").replace("1.1 0.9;\n2", "1.1;\n2"),
            "line 5: bus row 1: 12 columns; expected 13 to 17",
        ),
        (
            small("").replace("= 100;", "= 0;"),
            "line 3: baseMVA: 0; expected a power above 0, in MVA",
        ),
        (
            small("").replace("mpc.baseMVA = 100;", ""),
            "`mpc.baseMVA` is missing; expected the power base, such as `mpc.baseMVA = 100;`",
        ),
        (
            format!("{HEAD}{BUS}{BRANCH}"),
            "`mpc.gen` is missing; expected a table `[ ... ];` of numbers",
        ),
        (small(GEN), "line 10: `mpc.gen` is given again; expected once (line 8)"),
        (
            small("mpc.extra = [ 1 2\n"),
            "line 11: the table `mpc.extra` begun at line 10 has no end; expected its bracket",
        ),
        (
            small("mpc.bus_name = { 'a\n 'b' };\n"),
            "line 10: a string begun at line 10 has no end; expected a quote on the same line",
        ),
        (
            small("%{\n"),
            "line 10: a block comment `%{` begun at line 10 has no end; expected a line `%}`",
        ),
    ];
    for (text, expected) in cases {
        let all = errors(&text);
        assert!(all.to_string().lines().any(|l| l == expected), "expected {expected}\nfound {all}");
    }
}

#[test]
fn a_table_without_its_end_is_one_error_and_the_rest_is_read() {
    let text = small("").replace("0.9;\n];\n", "0.9;\n");
    assert_eq!(
        error(&text),
        "line 7: the table `mpc.bus` begun at line 4 has no end; expected `]`"
    );
}

#[test]
fn all_errors_come_together_and_no_more_than_the_cap() {
    let text = small("").replace("1.1 0.9;\n2", "1.1;\n2").replace("0.01 0.1", "zero 0.1");
    assert_eq!(
        errors(&text).errors.len(),
        2,
        "a short bus row and a word; the rows at that bus are right"
    );
    let rows = "1 1 x 0 0 0 1 1 0 110 1 1.1 0.9\n".repeat(1000);
    let all = errors(&format!("{HEAD}mpc.bus = [\n{rows}];\n{GEN}{BRANCH}"));
    assert_eq!(all.errors.len(), MOST_ERRORS);
    assert!(all.to_string().ends_with(&format!("and {} more", all.more)));
    assert!(all.more >= 900);
}

#[test]
fn what_is_no_case_is_named() {
    let old = "function [baseMVA, bus, gen, branch] = case9\nbaseMVA = 100;\n";
    assert!(error(old).starts_with("line 1: a MATPOWER case of version 1"));
    assert!(error("mpc.version = '1';").starts_with("line 1: a MATPOWER case of version 1"));
    let change = "function chgtab = contab\ndefine_constants;\nchgtab = [\n1 0 CT_TBRCH 1;\n];\n";
    assert!(error(change).contains("returns `chgtab`"));
    for (bytes, what) in [
        (&b""[..], "empty"),
        (b"\n % only a comment\n", "empty"),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64\0\x01", ".mat"),
        (b"\xff\xfem\0p\0c\0", "UTF-16"),
        (b"\x7fELF\x02\x01\x01\0\0", "binary"),
        (b"PK\x03\x04", "compressed"),
        (b"{\"baseMVA\": 100}", "JSON"),
        (b" <?xml version='1.0'?>", "XML"),
    ] {
        let all = read(bytes, "a").expect_err(what);
        assert!(all.to_string().contains(what), "{what}: {all}");
    }
    let marked = [b"\xef\xbb\xbf", small("").as_bytes()].concat();
    assert!(read(&marked, "a").is_ok(), "a byte order mark before UTF-8");
}

#[test]
fn widths_differ_only_where_the_format_lets_them() {
    let text = small("").replace("1.1 0.9;\n2", "1.1 0.9 0;\n2");
    let text = text.replace("0.9;\n];", "0.9;\n3 1 0 0 0 0 1 1 0 110 1 1.1 0.9;\n];");
    assert!(error(&text).starts_with("line 5: bus row 1: 14 columns; expected 13"));
    let wide = small("").replace("1 50 0]", &format!("1 50 0{}]", " 0".repeat(15)));
    assert_eq!(network(&wide).generators.len(), 1, "a solved case has 25 columns");
    let wider = small("").replace("1 50 0]", &format!("1 50 0{}]", " 0".repeat(16)));
    let notes = read(wider.as_bytes(), "a").map(|c| c.notes).unwrap_or_default();
    assert!(matches!(notes[0].kind, NoteKind::ExtraColumns { table: "gen", found: 26, known: 25 }));
}

#[test]
fn names_that_do_not_fit_their_table_are_left_out_with_a_note() {
    let case = read(small("mpc.bus_name = {'only one'};").as_bytes(), "a");
    let case = case.unwrap_or_else(|e| panic!("{e}"));
    assert!(case.network.buses.iter().all(|b| b.name.is_none()));
    assert_eq!(case.notes[0].to_string(), "line 10: `bus_name` has 1 entries for 2 rows; left out");
}

#[test]
fn long_lines_and_deep_brackets_are_read_in_linear_time_and_little_stack() {
    let start = std::time::Instant::now();
    let units = [
        "1", "(", "-", "2^", "sqrt(", "'", "%{ ", "[", "{", "1,", "... ", "...\n", "1;", "mpc.",
        "x=1,",
    ];
    let frames =
        ["mpc.bus = [", "mpc.extra = [", "mpc.bus_name = {", "mpc.baseMVA = ", "x = ", "%{\n", ""];
    for unit in units {
        for frame in frames {
            // 10 MB in a row of numbers; for the others 1 MB is enough to show a square.
            let row = frame == "mpc.bus = [" && ["1", "(", "1,"].contains(&unit);
            let size = if row { 10_000_000 } else { 1_000_000 };
            let body = unit.repeat(size / unit.len());
            assert!(read(format!("{HEAD}{frame}{body}").as_bytes(), "a").is_err());
        }
    }
    // Quadratic work on any one of them would take far longer.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

#[test]
fn arithmetic_follows_matlab() {
    for (written, value) in [
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("2^3^2", 64.0),
        ("1 - 2", -1.0),
        ("6 /3*2", 4.0),
        ("(1 -2)", -1.0),
        ("1d2", 100.0),
        ("--3", 3.0),
        ("12/sqrt(3)", 12.0 / 3_f64.sqrt()),
        ("2*pi", std::f64::consts::TAU),
        ("abs(-3)", 3.0),
        ("1 ...\n + 2", 3.0),
        ("1...\n", 1.0),
    ] {
        let text = small("").replace("2 1 5 1", &format!("2 1 {written} 1"));
        let found = network(&text).buses[1].pd_mw;
        assert_eq!(found, value, "{written}");
    }
    for wrong in ["1.2.3", "3abc", "1e", "0x1F", "1i", "sqrt(-1)", "two", "5'", "1,,2", "(1", "'5'"]
    {
        let text = small("").replace("2 1 5 1", &format!("2 1 {wrong} 1"));
        assert_eq!(errors(&text).errors[0].line, 6, "{wrong}");
    }
}
