//! States that lack many branches, eight at once, against the linear power flow of each by itself.

use std::path::Path;

use proptest::prelude::*;
use relight_grid::dc::{self, States};
use relight_grid::{Branch, Injections, Network, Susceptance, matpower};

fn cases() -> Vec<(String, Network)> {
    let mut folders = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/power_flow").into()];
    folders.extend(std::env::var("RELIGHT_CASES").ok());
    let files = |folder: &String| std::fs::read_dir(Path::new(folder)).expect("the cases");
    let mut paths: Vec<_> =
        folders.iter().flat_map(files).filter_map(|file| Some(file.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "m"));
    paths.sort();
    let read =
        |p: &Path| Some(matpower::read(&std::fs::read(p).expect("a file"), "case").ok()?.network);
    paths.iter().filter_map(|p| Some((p.display().to_string(), read(p)?))).collect()
}

/// A small generator, the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The largest difference over all branches and states, MW, and how many states were solved by themselves.
fn compare(network: &Network, lost: &[Vec<usize>], model: Susceptance) -> (f64, usize) {
    let injections = Injections::of_case(network);
    let mut status = network.status();
    // The base itself lacks some.
    for k in (0..network.branches.len()).step_by(41) {
        status.branch[k] = false;
    }
    let mut states = States::new(network, status.clone(), injections.clone(), model);
    let mut worst = 0.0_f64;
    let alone = states.each(lost, |at, flows| {
        let mut after = status.clone();
        for k in lost[at].iter().filter(|k| **k < network.branches.len()) {
            after.branch[*k] = false;
        }
        let expected = dc::solve(network, &after, &injections, model);
        assert_eq!(flows.flow_mw.len(), expected.flow_mw.len());
        for (a, b) in flows.flow_mw.iter().zip(&expected.flow_mw) {
            assert!(a.is_finite());
            worst = worst.max((a - b).abs() / b.abs().max(1.0));
        }
        flows.alone
    });
    assert_eq!(alone.len(), lost.len());
    (worst, alone.iter().filter(|alone| **alone).count())
}

#[test]
fn every_flow_is_that_of_the_state_by_itself() {
    let cases = cases();
    assert!(cases.len() >= 5);
    for (name, network) in &cases {
        let m = network.branches.len();
        let mut numbers = Numbers(7);
        let mut lost = vec![Vec::new(), (0..m).collect(), vec![0, m, 0, usize::MAX]];
        for part in [2, 5, 20, 20, 20, 20, 20, 100, 3, 3] {
            lost.push((0..m).filter(|_| numbers.below(part) == 0).collect());
        }
        for model in [Susceptance::X, Susceptance::RX] {
            let (worst, alone) = compare(network, &lost, model);
            println!("{name}: {worst:.1e}, {alone} of {} alone", lost.len());
            assert!(worst < 1e-6, "{name}: {worst}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Parallel branches, loops, negative reactances and phase shifters, with anything lost.
    #[test]
    fn strange_grids_are_solved_as_well(
        ends in prop::collection::vec((0_usize..14, 0_usize..14, -3_i32..30, -20_i32..20), 1..40),
        masks in prop::collection::vec(any::<u64>(), 1..11),
    ) {
        let (_, mut network) = cases().swap_remove(0);
        let model = network.branches[0].clone();
        let n = network.buses.len();
        network.branches = ends
            .iter()
            .map(|(from, to, x, shift)| Branch {
                from: from % n,
                to: to % n,
                x: f64::from(*x) / 50.0,
                shift_deg: f64::from(*shift) / 4.0,
                ..model.clone()
            })
            .collect();
        let lost: Vec<Vec<usize>> = masks
            .iter()
            .map(|mask| (0..ends.len()).filter(|k| mask >> (k % 64) & 1 == 1).collect())
            .collect();
        let (worst, _) = compare(&network, &lost, Susceptance::X);
        prop_assert!(worst < 1e-6, "{worst}");
    }
}
