//! Folders that read well.

use std::path::Path;

use relight_restore::scenario::Measure;

use crate::helpers::{good, load, telling};

/// Folder, buses, branches and generators of the case, damages: counted with grep in the files.
const BENCH: [(&str, [usize; 4]); 7] = [
    ("case118_ieee-crews-1", [118, 186, 54, 29]),
    ("case118_ieee-order-1", [118, 186, 54, 29]),
    ("case118_ieee-order-2", [118, 186, 54, 29]),
    ("case300_ieee-crews-2", [300, 411, 69, 69]),
    ("case300_ieee-order-2", [300, 411, 69, 69]),
    ("case73_ieee_rts-crews-1", [73, 120, 99, 54]),
    ("case73_ieee_rts-order-1", [73, 120, 99, 54]),
];

#[test]
fn the_bench_folders_read_clean() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/bench/restoration"));
    for (name, counts) in BENCH {
        let Some(folder) = load(&root.join(name)) else {
            println!("skipped: {} is not there", root.join(name).display());
            continue;
        };
        let reading = good(&folder);
        assert_eq!(telling(&reading.warnings), [""; 0], "{name}");
        let s = &reading.scenario;
        let n = &s.network;
        let found = [n.buses.len(), n.branches.len(), n.generators.len(), s.damages.len()];
        assert_eq!(found, counts, "{name}");
        assert_eq!((s.name.as_str(), s.measure, s.jobs.len()), (name, Measure::Energy, counts[3]));
    }
}

#[test]
fn the_example_reads_well() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/winter-storm"));
    let folder = load(path).expect("the example is in the repository");
    let reading = good(&folder);
    for warning in telling(&reading.warnings) {
        println!("{warning}");
    }
    assert_eq!(reading.scenario.measure, Measure::People);
    assert_eq!(reading.more_warnings, 0);
}
