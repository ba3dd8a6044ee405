//! Many states side by side against the same states one by one.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use relight_grid::ac::{AcOptions, AcSolution, AcSolver, AcStatus, SlackSharing};
use relight_grid::batch::{Batch, BatchOptions, Change, Element, State};
use relight_grid::{Injections, Network, matpower};

/// The committed cases, and those in the folder that `RELIGHT_CASES` names.
fn cases() -> Vec<PathBuf> {
    let mut folders =
        vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/power_flow"))];
    match std::env::var("RELIGHT_CASES") {
        Ok(folder) => folders.push(folder.into()),
        Err(_) => println!("RELIGHT_CASES is not set: only the committed cases"),
    }
    let files = folders.iter().flat_map(|f| std::fs::read_dir(f).expect("a folder of cases"));
    let mut cases: Vec<PathBuf> = files
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "m"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 5, "the committed cases are there");
    cases
}

fn network(path: &Path) -> Network {
    matpower::read(&std::fs::read(path).expect("a case"), "case").expect("a valid case").network
}

fn small() -> Network {
    network(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/power_flow/pglib_opf_case30_ieee.m"
    )))
}

/// What a state comes to, to compare.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    converged: bool,
    alone: bool,
    live: Vec<bool>,
    voltages: Vec<[f64; 2]>,
}

fn seen(network: &Network, state: &State<'_>) -> Seen {
    let buses = 0..network.buses.len();
    Seen {
        converged: state.converged(),
        alone: state.alone(),
        live: buses.clone().map(|i| state.live(i)).collect(),
        voltages: buses.map(|i| state.voltage(i)).collect(),
    }
}

fn solve(network: &Network, changes: &[Change], options: &BatchOptions) -> Vec<Seen> {
    let base = Batch::new(network, network.status(), Injections::of_case(network), &options.ac);
    let batch = base.expect("tables of the right lengths");
    let all = batch.solve(changes, options, |_, state| seen(network, state));
    all.into_iter().map(|s| s.expect("a change that fits")).collect()
}

fn alone(network: &Network, change: &Change, options: &AcOptions) -> AcSolution {
    let (mut status, mut injections) = (network.status(), Injections::of_case(network));
    change.switch(network, &mut status);
    change.inject(&mut injections);
    AcSolver::new(network).solve(&status, &injections, options)
}

/// The largest difference of a complex voltage, p.u.
fn distance(seen: &Seen, solution: &AcSolution) -> f64 {
    let angles = solution.vm_pu.iter().zip(&solution.va_rad);
    let pairs = seen.voltages.iter().zip(angles).zip(&solution.live);
    pairs
        .filter(|(_, live)| **live)
        .map(|(([e, f], (vm, va)), _)| (e - vm * va.cos()).hypot(f - vm * va.sin()))
        .fold(0.0, f64::max)
}

fn outages(network: &Network) -> Vec<Change> {
    let branches = (0..network.branches.len()).map(Element::Branch);
    let generators = (0..network.generators.len()).map(Element::Generator);
    let buses = (0..network.buses.len()).map(Element::Bus);
    branches.chain(generators).chain(buses).map(Change::outage).collect()
}

fn options(enforce_q: bool) -> BatchOptions {
    BatchOptions { ac: AcOptions { enforce_q, ..AcOptions::default() }, ..BatchOptions::default() }
}

#[test]
fn single_outages_agree_with_states_solved_alone() {
    for path in cases() {
        let network = network(&path);
        let mut changes = outages(&network);
        let every = changes.len().div_ceil(600);
        changes = changes.into_iter().step_by(every).collect();
        let options = options(false);
        let all = solve(&network, &changes, &options);
        let mut solver = AcSolver::new(&network);
        let (mut farthest, mut in_lanes, mut converged) = (0.0_f64, 0, 0);
        for (change, seen) in changes.iter().zip(&all) {
            let mut status = network.status();
            change.switch(&network, &mut status);
            let solution = solver.solve(&status, &Injections::of_case(&network), &options.ac);
            assert!(seen.converged || !solution.converged(), "{change:?} of {}", path.display());
            in_lanes += usize::from(!seen.alone);
            if solution.converged() {
                converged += 1;
                assert_eq!(seen.live, solution.live, "{change:?} of {}", path.display());
                farthest = farthest.max(distance(seen, &solution));
            }
        }
        println!(
            "{}: {} outages, {converged} converge alone, {in_lanes} in lanes, farthest {farthest:.1e} p.u.",
            path.display(),
            changes.len()
        );
        assert!(farthest < 1e-6, "{}: {farthest}", path.display());
        assert!(10 * in_lanes >= 9 * converged, "{}: {in_lanes} of {converged}", path.display());
    }
}

#[test]
fn reactive_limits_turn_in_each_lane_by_itself() {
    for path in cases() {
        let network = network(&path);
        if network.buses.len() > 400 {
            continue;
        }
        let changes = outages(&network);
        let options = options(true);
        let all = solve(&network, &changes, &options);
        let (mut same, mut compared) = (0, 0);
        for (change, seen) in changes.iter().zip(&all) {
            let solution = alone(&network, change, &options.ac);
            assert!(seen.converged || !solution.converged(), "{change:?} of {}", path.display());
            if solution.converged() {
                compared += 1;
                assert_eq!(seen.live, solution.live);
                same += usize::from(distance(seen, &solution) < 1e-6);
            }
        }
        println!("{}: {same} of {compared} the same", path.display());
        // Where limits turn in another order, another of several solutions may come out.
        assert!(20 * same >= 19 * compared, "{}: {same} of {compared}", path.display());
    }
}

#[test]
fn lanes_threads_and_neighbours_change_nothing() {
    let network = small();
    let changes = outages(&network);
    let plain = options(true);
    let all = solve(&network, &changes, &plain);
    for lanes in [8, 16] {
        for threads in [1, 3] {
            let threads = NonZeroUsize::new(threads).expect("not zero");
            let options = BatchOptions { lanes: Some(lanes), threads, ..plain.clone() };
            assert_eq!(solve(&network, &changes, &options), all, "{lanes} lanes");
        }
    }
    for (change, seen) in changes.iter().zip(&all) {
        assert_eq!(&solve(&network, std::slice::from_ref(change), &plain)[0], seen);
    }
}

#[test]
fn without_vector_instructions_the_answers_are_the_same() {
    for path in cases() {
        let network = network(&path);
        let changes: Vec<Change> = outages(&network).into_iter().take(500).collect();
        let wide = options(false);
        let portable = BatchOptions { portable: true, ..wide.clone() };
        let [a, b] = [&wide, &portable].map(|o| solve(&network, &changes, o));
        assert_eq!(a, b, "{}", path.display());
    }
}

#[test]
fn what_lanes_cannot_do_is_solved_alone() {
    let network = small();
    let ac = AcOptions { slack: SlackSharing::Headroom, ..AcOptions::default() };
    let options = BatchOptions { ac, ..BatchOptions::default() };
    let change = Change::outage(Element::Branch(3));
    let seen = &solve(&network, std::slice::from_ref(&change), &options)[0];
    assert!(seen.alone && seen.converged);
    assert!(distance(seen, &alone(&network, &change, &options.ac)) < 1e-12);
}

#[test]
fn a_state_without_an_answer_says_why() {
    let network = small();
    let heavy = (0..network.buses.len()).map(|i| (i, 1e4)).collect();
    let changes = [
        Change { pd_mw: heavy, ..Change::default() },
        Change {
            out: (0..network.generators.len()).map(Element::Generator).collect(),
            ..Change::default()
        },
        Change::default(),
    ];
    let base = Batch::new(
        &network,
        network.status(),
        Injections::of_case(&network),
        &AcOptions::default(),
    );
    let outcomes = base.expect("tables of the right lengths").solve(
        &changes,
        &BatchOptions::default(),
        |_, state| state.outcome(),
    );
    let reasons = matches!(
        &outcomes[0],
        Some(AcStatus::NotConverged { mismatches, .. }) if !mismatches.is_empty()
    );
    assert!(reasons, "{:?}", outcomes[0]);
    assert_eq!(outcomes[1], Some(AcStatus::NothingToSolve));
    assert_eq!(outcomes[2], Some(AcStatus::Converged));
}

#[test]
fn a_change_that_does_not_fit_is_left_out() {
    let network = small();
    let changes = [
        Change::outage(Element::Branch(network.branches.len())),
        Change { pd_mw: vec![(0, f64::NAN)], ..Change::default() },
        Change::default(),
    ];
    let (status, injections) = (network.status(), Injections::of_case(&network));
    let batch = Batch::new(&network, status, injections, &AcOptions::default());
    let batch = batch.expect("tables of the right lengths");
    let all = batch.solve(&changes, &BatchOptions::default(), |index, _| index);
    assert_eq!(all, [None, None, Some(2)]);
    let mut short = network.status();
    short.bus.pop();
    let options = AcOptions::default();
    assert!(Batch::new(&network, short, Injections::of_case(&network), &options).is_none());
}

#[test]
fn a_damaged_base_gets_its_elements_back() {
    let network = small();
    let damage = Change {
        out: [3, 8, 14, 20].map(Element::Branch).into_iter().chain([Element::Bus(11)]).collect(),
        ..Change::default()
    };
    let mut status = network.status();
    damage.switch(&network, &mut status);
    let options = AcOptions::default();
    let batch = Batch::new(&network, status.clone(), Injections::of_case(&network), &options);
    let batch = batch.expect("tables of the right lengths");
    let repairs: Vec<Change> = [3, 8, 14, 20]
        .map(|k| Change { back: vec![Element::Branch(k)], ..Change::default() })
        .into();
    let all = batch.solve(&repairs, &BatchOptions::default(), |_, s| seen(&network, s));
    let mut solver = AcSolver::new(&network);
    for (repair, seen) in repairs.iter().zip(all) {
        let mut status = status.clone();
        repair.switch(&network, &mut status);
        let solution = solver.solve(&status, &Injections::of_case(&network), &options);
        let seen = seen.expect("a change that fits");
        assert!(solution.converged() && !seen.alone);
        assert_eq!(seen.live, solution.live);
        assert!(distance(&seen, &solution) < 1e-6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_with_any_load_agrees_with_the_state_solved_alone(
        out in prop::collection::vec((0_usize..3, 0_usize..1000), 0..6),
        loads in prop::collection::vec((0_usize..1000, 0.0_f64..1.5), 0..10),
        enforce_q in any::<bool>(),
    ) {
        let network = small();
        let element = |(kind, at): (usize, usize)| match kind {
            0 => Element::Branch(at % network.branches.len()),
            1 => Element::Generator(at % network.generators.len()),
            _ => Element::Bus(at % network.buses.len()),
        };
        let load = |(at, factor): (usize, f64)| {
            let i = at % network.buses.len();
            (i, factor * network.buses[i].pd_mw)
        };
        let change = Change {
            out: out.into_iter().map(element).collect(),
            pd_mw: loads.into_iter().map(load).collect(),
            ..Change::default()
        };
        let options = options(enforce_q);
        // Beside others, so that lanes differ.
        let others = outages(&network).into_iter().take(7);
        let changes: Vec<Change> = std::iter::once(change.clone()).chain(others).collect();
        let seen = &solve(&network, &changes, &options)[0];
        let solution = alone(&network, &change, &options.ac);
        prop_assert_eq!(seen.converged, solution.converged());
        if solution.converged() {
            prop_assert_eq!(&seen.live, &solution.live);
            if !enforce_q {
                prop_assert!(distance(seen, &solution) < 1e-6);
            }
        }
    }
}
