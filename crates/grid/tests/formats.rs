//! Files of other programs, against the voltages that pypowsybl finds when it reads the same file
//! (`tools/oracle/formats.py`). The samples lie outside of the repository; without them that test is skipped.

use std::path::PathBuf;

use proptest::prelude::*;
use relight_grid::ac::{self, AcOptions};
use relight_grid::formats::{Case, Format, MOST_FINDINGS, detect, read};
use relight_grid::{BusKind, Injections, Network};

fn sample(name: &str) -> Option<Vec<u8>> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/formats");
    let found = std::fs::read(PathBuf::from(root).join(name)).ok();
    if found.is_none() {
        println!("skipped: there is no {name} beside the repository");
    }
    found
}

/// The name that pypowsybl gives a bus.
fn name(network: &Network, bus: usize, format: Format) -> String {
    let bus = &network.buses[bus];
    match format {
        Format::Ucte => bus.name.clone().unwrap_or_default(),
        _ => format!("B{}", bus.id),
    }
}

#[test]
fn voltages_agree_with_pypowsybl_reading_the_same_file() {
    let text = include_str!("data/formats.json");
    let expected: serde_json::Value = serde_json::from_str(text).expect("the stored voltages");
    for (file, buses) in expected["files"].as_object().expect("files") {
        let Some(bytes) = sample(file) else { continue };
        let Case { network, format, .. } = read(&bytes, file).expect(file);
        let options = AcOptions::default();
        let injections = Injections::of_case(&network);
        let solution = ac::solve(&network, &network.status(), &injections, &options);
        let (mut compared, mut worst_v, mut worst_a) = (0, (0.0_f64, String::new()), 0.0_f64);
        // The reference may have another angle.
        let mut zero = None;
        for i in 0..network.buses.len() {
            let known = name(&network, i, format);
            let Some(row) = buses[&known].as_array() else { continue };
            let value = |k: usize| row[k].as_f64().expect("a number");
            let angle = solution.va_rad[i].to_degrees() - value(1);
            let zero = *zero.get_or_insert(angle);
            let turn = (angle - zero + 180.0).rem_euclid(360.0) - 180.0;
            worst_a = worst_a.max(turn.abs());
            let off = (solution.vm_pu[i] - value(0)).abs();
            if off > worst_v.0 {
                worst_v = (off, known);
            }
            compared += 1;
        }
        println!("{file}: {compared} buses, {worst_v:?} p.u., {worst_a:.1e} degrees");
        assert_eq!(
            compared,
            buses.as_object().map_or(0, serde_json::Map::len),
            "{file}: buses compared"
        );
        // What has no impedance has none in pypowsybl, and 1e-6 p.u. here: a busbar coupler, a leg of a star.
        let bridged = ["ucte/expectedExport.uct", "psse/powerio_case3_3w_v33.raw"];
        let degrees = if bridged.contains(&file.as_str()) { 2e-4 } else { 1e-7 };
        assert!(worst_v.0 < 1e-6 && worst_a < degrees, "{file}: {worst_v:?}, {worst_a}");
        assert!(solution.converged(), "{file}");
    }
}

const RAW: &str = "\
 0, 100.0, 33, 0, 0, 60.0 / a case
title
title
 1,'ONE', 110.0, 3
 2,'TWO', 110.0, 1, 1, 1, 1, 1.0, 0.0
 3,'THREE', 20.0, 1
0 / END OF BUS DATA, BEGIN LOAD DATA
 2,'1 ',1, 1, 1, 40.0, 10.0, 5.0, 2.0, 3.0, -1.0
 2,'2 ',0, 1, 1, 400.0, 100.0
0 / END OF LOAD DATA, BEGIN FIXED SHUNT DATA
 2,'1 ',1, 0.5, 12.0
0 / END OF FIXED SHUNT DATA, BEGIN GENERATOR DATA
 1,'1 ', 50.0, 0.0, 60.0, -20.0, 1.02
0 / END OF GENERATOR DATA, BEGIN BRANCH DATA
 1,-2,'1 ', 0.01, 0.1, 0.02, 90., 80., 70., 0.0, 0.1
0 / END OF BRANCH DATA, BEGIN TRANSFORMER DATA
 2, 3, 0,'1 ', 2, 2, 1, 0.0, -0.01
 0.005, 0.12, 40.0
 115.5, 110.0, -30.0, 40.
 21.0, 20.0
0 / END OF TRANSFORMER DATA
";

#[test]
fn a_raw_file_is_read_by_the_rules_of_its_codes() {
    let case = read(RAW.as_bytes(), "raw").expect("a case");
    assert_eq!((case.format, case.network.name.as_str()), (Format::Psse, "raw"));
    let n = &case.network;
    let kinds: Vec<BusKind> = n.buses.iter().map(|b| b.kind).collect();
    assert_eq!(kinds, [BusKind::Reference, BusKind::Pq, BusKind::Pq]);
    let two = &n.buses[1];
    // Constant power and current, then shunts: of the load, fixed, and of the transformer.
    assert_eq!((two.pd_mw, two.qd_mvar), (45.0, 12.0));
    assert_eq!((two.gs_mw, two.bs_mvar), (3.0 + 0.5, -1.0 + 12.0 - 1.0));
    // 0.1 p.u. of line shunt at the from end, 100 MVA.
    assert_eq!(n.buses[0].bs_mvar, 10.0);
    assert_eq!((two.vmax_pu, two.vmin_pu), (1.1, 0.9));
    assert_eq!(n.generators[0].vg_pu, 1.02);
    assert_eq!(n.branches[0].rate_mva, [90.0, 80.0, 70.0]);
    let t = &n.branches[1];
    // Windings of 115.5 and 21 kV at buses of 110 and 20 kV: both 1.05. The impedance is on 40 MVA.
    assert!((t.ratio - 1.0).abs() < 1e-12 && (t.shift_deg + 30.0).abs() < 1e-12);
    assert!((t.x - 0.12 * 100.0 / 40.0 * 1.05 * 1.05).abs() < 1e-12);
    let notes: Vec<String> = case.notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes.len(), 3, "{notes:#?}");
    assert!(notes[0].starts_with("line 8: load of constant current"), "{notes:#?}");
}

#[test]
fn all_errors_of_a_raw_file_come_at_once_with_line_and_column() {
    let bad = RAW
        .replace(" 2,'1 ',1, 1, 1, 40.0", " 7,'1 ',1, 1, 1, 4x.0")
        .replace("0.01, 0.1, 0.02", "0.01, zero, 0.02")
        .replace(" 3,'THREE'", " 2,'THREE'");
    let errors = read(bad.as_bytes(), "raw").expect_err("three errors");
    let said: Vec<String> = errors.errors.iter().map(ToString::to_string).collect();
    let expected = [
        "line 6, column 2: bus, I: bus number 2 is used again; expected each number once",
        "line 8, column 2: load, I: bus 7 is not in the bus data; expected the number of a bus",
        "line 15, column 19: branch, X: \"zero\"; expected a number",
        "line 17, column 5: transformer, J: bus 3 is not in the bus data; expected the number of a bus",
    ];
    assert_eq!(said, expected);
    let old = RAW.replacen("33", "26", 1);
    let said = read(old.as_bytes(), "raw").expect_err("an old revision").to_string();
    assert!(said.starts_with("line 1, column 11: REV: revision 26; expected 30 to 35"), "{said}");
}

#[test]
fn what_a_raw_file_holds_and_the_network_does_not_is_said() {
    let more = RAW.replace(
        "0 / END OF TRANSFORMER DATA\n",
        "0 / END OF TRANSFORMER DATA, BEGIN FACTS DEVICE DATA\n 'F1', 1\n 'F2', 1\n0 /\n",
    );
    let case = read(more.as_bytes(), "raw").expect("a case");
    let said: Vec<String> = case.notes.iter().map(ToString::to_string).collect();
    let facts =
        "line 22: FACTS devices are not read: they do nothing here (2 rows, this is the first)";
    assert!(said.iter().any(|n| n == facts), "{said:#?}");
}

const UCTE: &str = "\
##C 2007.05.01
##N
##ZFR
FAAAAA11 ONE          0 3 400.00 0.00000 0.00000 0.00000 0.00000 100.000 -900.00 300.000 -300.00
FBBBBB11 TWO          0 0        600.000 400.000 0.00000 0.00000
FCCCCC21              0 0        0.00000 0.00000 0.00000 0.00000
##L
FAAAAA11 FBBBBB11 1 0 3.0035 32.995 385.9970   1519 LINE
FAAAAA11 FBBBBB11 2 8 3.0035 32.995 385.9970   1519 OPEN
##T
FBBBBB11 FCCCCC21 1 0 400.0 231.0 400.0 1.1360 53.504 -27.2125 0.0000    693
##R
FBBBBB11 FCCCCC21 1 1.250 11   2
##TT
";

#[test]
fn a_ucte_file_is_read_in_ohms_and_taps() {
    let case = read(UCTE.as_bytes(), "ucte").expect("a case");
    assert_eq!(case.format, Format::Ucte);
    let n = &case.network;
    assert_eq!(n.buses[0].name.as_deref(), Some("FAAAAA11"));
    assert_eq!(n.buses.iter().map(|b| b.base_kv).collect::<Vec<_>>(), [380.0, 380.0, 220.0]);
    let g = &n.generators[0];
    assert_eq!((g.pmin_mw, g.pmax_mw, g.qmin_mvar, g.qmax_mvar), (-100.0, 900.0, -300.0, 300.0));
    let (line, open, t) = (&n.branches[0], &n.branches[1], &n.branches[2]);
    assert!((line.x - 32.995 / 1444.0).abs() < 1e-12 && !open.in_service);
    assert!((line.rate_mva[0] - 3.0_f64.sqrt() * 1.519 * 380.0).abs() < 1e-9);
    // The regulated winding, at node 2, is 2 steps of 1.25 % above its rated 231 kV.
    let ratio = (231.0 * 1.025 / 220.0) / (400.0 / 380.0);
    assert!((t.ratio - ratio).abs() < 1e-12 && (t.from, t.to) == (2, 1));
}

#[test]
fn all_errors_of_a_ucte_file_come_at_once_with_line_and_column() {
    let bad = UCTE
        .replace("FBBBBB11 FCCCCC21 1 1.250", "FBBBBB11 FCCCCC21 2 1.250")
        .replace("600.000", "6oo.000")
        .replace("FAAAAA11 FBBBBB11 2 8", "FAAAAA11 FXXXXX11 2 8");
    let errors = read(bad.as_bytes(), "ucte").expect_err("three errors");
    let said: Vec<String> = errors.errors.iter().map(ToString::to_string).collect();
    let expected = [
        "line 5, column 34: active load: \"6oo.000\"; expected a number",
        "line 9, column 10: node: node \"FXXXXX11\" is not in the block ##N",
        "line 13, column 1: transformer: there is no such transformer in the block ##T above",
    ];
    assert_eq!(said, expected);
}

#[test]
fn the_format_is_told_by_the_content() {
    let matpower = include_bytes!("data/feeder.m");
    assert_eq!(detect(matpower), Format::Matpower);
    assert_eq!(read(matpower, "feeder").expect("a case").format, Format::Matpower);
    assert_eq!(detect(RAW.as_bytes()), Format::Psse);
    assert_eq!(detect(UCTE.as_bytes()), Format::Ucte);
    assert_eq!(detect(b"\xef\xbb\xbf@! remark\n0 100.0 35\n"), Format::Psse);
    assert_eq!(detect(b""), Format::Matpower);
    assert!(read(b"", "nothing").is_err());
}

/// Whatever is read has its elements at buses that are there, and no number that is none.
fn sound(bytes: &[u8]) {
    match read(bytes, "any") {
        Ok(Case { network: n, .. }) => {
            assert!(!n.buses.is_empty() && n.base_mva.is_finite());
            for (i, b) in n.buses.iter().enumerate() {
                assert_eq!(n.bus_index(b.id), Some(i));
                assert!(b.pd_mw.is_finite() && b.gs_mw.is_finite() && b.vm_pu.is_finite());
            }
            for l in &n.branches {
                assert!(l.from < n.buses.len() && l.to < n.buses.len());
                assert!(
                    l.r.is_finite() && l.x.is_finite() && l.b.is_finite() && l.ratio.is_finite()
                );
            }
            assert!(n.generators.iter().all(|g| g.bus < n.buses.len() && g.vg_pu.is_finite()));
        }
        Err(errors) => assert!((1..=MOST_FINDINGS).contains(&errors.errors.len())),
    }
}

proptest! {
    #[test]
    fn no_damage_to_a_file_makes_a_reader_panic(
        ucte in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..3, any::<u8>()), 1..12),
    ) {
        let mut bytes = if ucte { UCTE } else { RAW }.as_bytes().to_vec();
        for (at, what, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, b"0123456789.,-/' \n#eE"[usize::from(byte) % 20]),
                _ => { bytes.remove(at); }
            }
        }
        sound(&bytes);
    }

    #[test]
    fn no_cut_makes_a_reader_panic(ucte in any::<bool>(), at in any::<prop::sample::Index>()) {
        let bytes = if ucte { UCTE } else { RAW }.as_bytes();
        sound(&bytes[..at.index(bytes.len())]);
    }
}
