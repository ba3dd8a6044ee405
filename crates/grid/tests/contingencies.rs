//! Contingencies against the power flow of each state by itself.

use relight_grid::ac::{AcOptions, AcStatus, Rating, solve};
use relight_grid::batch::Element;
use relight_grid::contingencies::{Analysis, Contingency, Kind, NoBase, Settings, Verdict, single};
use relight_grid::{Injections, Network, Status, matpower};

fn case(name: &str) -> Network {
    let path = format!("{}/tests/data/power_flow/{name}.m", env!("CARGO_MANIFEST_DIR"));
    matpower::read(&std::fs::read(path).unwrap(), name).unwrap().network
}

fn alone(network: &Network, out: &[Element]) -> (Status, relight_grid::ac::AcSolution) {
    let mut status = network.status();
    for element in out {
        match *element {
            Element::Bus(i) => status.bus[i] = false,
            Element::Branch(k) => status.branch[k] = false,
            Element::Generator(g) => status.generator[g] = false,
        }
    }
    status.settle(network);
    let solution = solve(network, &status, &Injections::of_case(network), &AcOptions::default());
    (status, solution)
}

#[test]
fn each_outcome_is_that_of_the_state_solved_by_itself() {
    let network = case("pglib_opf_case118_ieee");
    let all = single(&network, &network.status(), &Kind::ALL);
    let analysis = Analysis::new(&network, network.status(), Settings::default()).unwrap();
    let outcomes = analysis.outcomes(&all, |_, _| true);
    assert_eq!(outcomes.len(), all.len());
    let (mut split, mut unsolved) = (0, 0);
    for (c, o) in all.iter().zip(&outcomes) {
        let (_, solution) = alone(&network, &c.out);
        assert_eq!(o.verdict == Verdict::Solved, solution.converged(), "{}", c.name);
        if !solution.converged() {
            unsolved += 1;
            continue;
        }
        let lost: f64 = network
            .buses
            .iter()
            .zip(&solution.live)
            .filter(|(_, live)| !**live)
            .map(|(b, _)| b.pd_mw.max(0.0))
            .sum();
        assert!((o.lost_load_mw - lost).abs() < 1e-9, "{}: {lost}", c.name);
        let lowest = solution.vm_min_pu().unwrap();
        assert!((o.vm_min.unwrap().1 - lowest).abs() < 1e-7, "{}", c.name);
        let highest = (0..network.branches.len())
            .filter_map(|k| {
                let limit = Rating::A.limit_mva(&network.branches[k])?;
                let from = solution.pf_mw[k].hypot(solution.qf_mvar[k]);
                Some(100.0 * from.max(solution.pt_mw[k].hypot(solution.qt_mvar[k])) / limit)
            })
            .fold(0.0, f64::max);
        assert!((o.highest.unwrap().1 - highest).abs() < 1e-4, "{}: {highest}", c.name);
        let parts = solution.islands.len();
        assert_eq!(o.islands.len(), if parts < 2 { 0 } else { parts }, "{}", c.name);
        split += usize::from(parts > 1);
    }
    assert!(split > 0, "the case has branches on no cycle");
    assert!(unsolved < 3, "{unsolved}");
}

#[test]
fn who_listens_can_stop_it() {
    let network = case("pglib_opf_case118_ieee");
    let all = single(&network, &network.status(), &[Kind::Lines]);
    // More than are solved between two words.
    let all: Vec<Contingency> = all.iter().cycle().take(600).cloned().collect();
    let analysis = Analysis::new(&network, network.status(), Settings::default()).unwrap();
    let mut told = Vec::new();
    let some = analysis.outcomes(&all, |_, done| {
        told.push(done);
        told.len() < 3
    });
    assert_eq!(some.len(), 512);
    assert!(told.is_sorted() && told[0] == 0.0 && told[2] < 1.0, "{told:?}");
    assert!(analysis.outcomes(&all, |_, _| false).is_empty());
}

#[test]
fn what_the_grid_does_not_have_has_no_answer_and_moves_no_other() {
    let network = case("pglib_opf_case14_ieee");
    let of = |name: &str, element| Contingency { name: name.to_owned(), out: vec![element] };
    let all = [
        of("first", Element::Branch(0)),
        of("nothing", Element::Branch(999)),
        of("last", Element::Branch(3)),
    ];
    for screen_pct in [None, Some(80.0)] {
        let settings = Settings { screen_pct, ..Settings::default() };
        let analysis = Analysis::new(&network, network.status(), settings).unwrap();
        let outcomes = analysis.outcomes(&all, |_, _| true);
        assert_eq!(outcomes[1].verdict, Verdict::NotSolved { reason: None, bus: None });
        let itself = analysis.outcomes(&all[2..], |_, _| true);
        assert_eq!(outcomes[2], itself[0]);
    }
}

#[test]
fn without_a_base_there_is_nothing_to_compare_with() {
    let network = case("pglib_opf_case14_ieee");
    let mut status = network.status();
    status.generator.fill(false);
    let (_, solution) = alone(&network, &[]);
    assert_ne!(solution.status, AcStatus::NothingToSolve);
    let none = Analysis::new(&network, status, Settings::default()).err();
    assert_eq!(none, Some(NoBase::Unsolved));
}
