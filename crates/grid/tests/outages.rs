//! Every single outage by distribution factors, against the linear power flow of each state by itself.

use std::path::Path;

use relight_grid::dc::{self, DcSolution, Outages, Split};
use relight_grid::{Injections, Network, Status, Susceptance, islands, matpower};

fn cases() -> Vec<(String, Network)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/power_flow"));
    let files = std::fs::read_dir(folder).expect("the committed cases");
    let mut paths: Vec<_> = files.filter_map(|f| Some(f.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "m"));
    paths.sort();
    let read =
        |p: &Path| matpower::read(&std::fs::read(p).expect("a file"), "case").expect("a case");
    paths.iter().map(|p| (p.display().to_string(), read(p).network)).collect()
}

/// Holds what is cut off against the island that the state by itself has there.
fn cut_off(k: usize, network: &Network, split: &Split<'_>, alone: &DcSolution) {
    let island = alone.island_of_bus[split.buses[0]].expect("a bus in service");
    let mut buses: Vec<usize> = split.buses.to_vec();
    buses.sort_unstable();
    let there = |i: &usize| alone.island_of_bus[*i] == Some(island);
    assert_eq!(
        buses,
        (0..network.buses.len()).filter(there).collect::<Vec<_>>(),
        "branch {}",
        k + 1
    );
    assert_eq!(split.slack, alone.islands[island].slack, "branch {}", k + 1);
}

/// The largest difference over all branches of all outages, MW, and how many of them split the grid.
fn compare(network: &Network, status: &Status, model: Susceptance) -> (f64, usize) {
    let injections = Injections::of_case(network);
    let mut outages = Outages::new(network, status.clone(), injections.clone(), model);
    let all: Vec<usize> = (0..network.branches.len()).collect();
    let before = islands(network, status).count;
    let (mut worst, mut split) = (0.0_f64, 0);
    let bridges: Vec<bool> = all.iter().map(|k| outages.splits(*k)).collect();
    let before_mw = outages.base().flow_mw.clone();
    outages.each(&all, |k, outage| {
        let mut after = status.clone();
        after.branch[k] = false;
        let alone = dc::solve(network, &after, &injections, model);
        for (a, b) in outage.flow_mw.iter().zip(&alone.flow_mw) {
            worst = worst.max((a - b).abs());
        }
        let splits = islands(network, &after).count > before;
        assert_eq!(splits, bridges[k], "branch {}", k + 1);
        if splits && outage.flow_mw != before_mw {
            cut_off(k, network, &outage.split.expect("a side"), &alone);
        }
        split += usize::from(splits);
    });
    (worst, split)
}

#[test]
fn factors_give_the_flows_of_every_outage() {
    let cases = cases();
    assert!(cases.len() >= 5);
    for (name, network) in &cases {
        for model in [Susceptance::X, Susceptance::RX] {
            let (worst, split) = compare(network, &network.status(), model);
            println!("{name}: {worst:.1e} MW, {split} split");
            assert!(worst < 1e-6, "{name}: {worst} MW");
        }
    }
}

#[test]
fn a_grid_that_is_split_already_has_factors_in_each_part() {
    for (name, network) in &cases() {
        let mut status = network.status();
        for k in (0..network.branches.len()).step_by(7) {
            status.branch[k] = false;
        }
        let (worst, _) = compare(network, &status, Susceptance::X);
        assert!(worst < 1e-6, "{name}: {worst} MW");
    }
}

#[test]
fn an_outage_of_nothing_leaves_the_base() {
    let (_, network) = cases().remove(0);
    let mut status = network.status();
    status.branch[0] = false;
    let mut outages = Outages::new(&network, status, Injections::of_case(&network), Susceptance::X);
    let base = outages.base().flow_mw.clone();
    let found = outages.each(&[0, usize::MAX], |k, o| (k, o.flow_mw.to_vec()));
    assert_eq!(found, [(0, base)]);
}
