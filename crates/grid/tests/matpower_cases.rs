//! Every public case, against the checksums that `tools/oracle/matpower_tables.py` made with another reader.
//!
//! The cases are not in the repository. `RELIGHT_CASES` names a folder that holds them (`.m`, in any
//! sub-folder); without it, the folders beside the repository are searched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use relight_grid::matpower::read;
use relight_grid::{BusKind, Network};
use serde_json::Value;

const CHECKSUMS: &str = include_str!("data/matpower_checksums.json");

fn case_files() -> Vec<PathBuf> {
    let folders: Vec<PathBuf> = match std::env::var_os("RELIGHT_CASES") {
        Some(folder) => vec![folder.into()],
        None => ["data/grids", "bench", "formats/matpower"]
            .map(|f| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(f))
            .into(),
    };
    let mut files = Vec::new();
    let mut open = folders;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "m") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The columns of the case's tables, as the network has them.
fn columns(n: &Network) -> BTreeMap<&'static str, Vec<Vec<f64>>> {
    let id = |at: usize| n.buses[at].id as f64;
    let on = |on: bool| f64::from(u8::from(on));
    let kind = |k: BusKind| match k {
        BusKind::Pq => 1.0,
        BusKind::Pv => 2.0,
        BusKind::Reference => 3.0,
        BusKind::Isolated => 4.0,
    };
    let bus = n.buses.iter().map(|b| {
        vec![
            b.id as f64,
            kind(b.kind),
            b.pd_mw,
            b.qd_mvar,
            b.gs_mw,
            b.bs_mvar,
            b.area as f64,
            b.vm_pu,
            b.va_deg,
            b.base_kv,
            b.zone as f64,
            b.vmax_pu,
            b.vmin_pu,
        ]
    });
    let generator = n.generators.iter().map(|g| {
        vec![
            id(g.bus),
            g.pg_mw,
            g.qg_mvar,
            g.qmax_mvar,
            g.qmin_mvar,
            g.vg_pu,
            g.mbase_mva,
            on(g.in_service),
            g.pmax_mw,
            g.pmin_mw,
        ]
    });
    let branch = n.branches.iter().map(|l| {
        let [a, b, c] = l.rate_mva;
        vec![
            id(l.from),
            id(l.to),
            l.r,
            l.x,
            l.b,
            a,
            b,
            c,
            l.ratio,
            l.shift_deg,
            on(l.in_service),
            l.angmin_deg,
            l.angmax_deg,
        ]
    });
    let dc = n.dc_lines.iter().map(|d| {
        vec![id(d.from), id(d.to), on(d.in_service), d.pf_mw, d.pt_mw, d.qf_mvar, d.qt_mvar]
    });
    BTreeMap::from([
        ("bus", bus.collect()),
        ("gen", generator.collect()),
        ("branch", branch.collect()),
        ("dcline", dc.collect()),
    ])
}

/// Compares the sums of `(1 + row mod 97) * value`, to a part in 10^10 of the sum of absolute values.
fn compare(name: &str, network: &Network, expected: &Value) {
    assert_eq!(expected["base_mva"].as_f64(), Some(network.base_mva), "{name}: baseMVA");
    for (table, rows) in columns(network) {
        let theirs = &expected[table];
        assert_eq!(theirs["rows"].as_u64(), Some(rows.len() as u64), "{name}: rows of {table}");
        for (column, sum) in theirs["sums"].as_array().into_iter().flatten().enumerate() {
            let terms = rows.iter().enumerate().map(|(i, row)| {
                let finite = if row[column].is_finite() { row[column] } else { 0.0 };
                (1 + i % 97) as f64 * finite
            });
            let (ours, size) = terms.fold((0.0, 0.0), |(s, a), t: f64| (s + t, a + t.abs()));
            let sum = sum.as_f64().unwrap_or(f64::NAN);
            assert!(
                (ours - sum).abs() <= 1e-10 * size,
                "{name}: {table} column {}: {ours}, and {sum} in the other reader",
                column + 1
            );
        }
    }
}

#[test]
fn public_cases_have_the_sums_of_another_reader() {
    let checksums: Value = serde_json::from_str(CHECKSUMS).unwrap_or_default();
    let mut compared = 0;
    for path in case_files() {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Another size is another version of the file.
        let Some(expected) = checksums.get(format!("{name}:{}", bytes.len())) else { continue };
        let case = read(&bytes, &name).unwrap_or_else(|e| panic!("{name}: {e}"));
        compare(&name, &case.network, expected);
        compared += 1;
    }
    if compared == 0 {
        eprintln!("skipped: no public cases here; RELIGHT_CASES can name a folder of them");
    } else {
        eprintln!("{compared} cases compared");
    }
}

#[test]
fn change_tables_are_refused_as_such() {
    for path in case_files() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("contab_") || name.starts_with("scenarios_") {
            let bytes = std::fs::read(&path).unwrap_or_default();
            let errors = read(&bytes, &name).expect_err(&name);
            assert!(errors.to_string().contains("returns `chgtab`"), "{name}: {errors}");
        }
    }
}
