//! One changed state: the dispatch engine beside a general LP solver that goes on from its last basis.
//!
//! `dispatch NAME=PATH...`: a case file with damage drawn from a seed, or `winter-storm`. For each of some states on
//! the way from all broken to all repaired, and for each of some states that differ from it in one repair, both
//! answer the first, then - timed - the second. Prints a table in Markdown; fails where they differ.

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::Instant;

use common::{Rng, damage, example, scenario};
use highs::{Col, HighsModelStatus, Model, RowProblem, Sense};
use relight_grid::dc::shift_rad;
use relight_grid::matpower::read;
use relight_grid::{islands, susceptance};
use relight_restore::GridState;
use relight_restore::dispatch::{Engine, LoadBlocks, output_limits};
use relight_restore::scenario::{Element, Scenario};

/// States that are changed, and changes of each.
const STATES: usize = 8;
const CHANGES: usize = 6;
/// Anchors of the engine, evenly along the same order of repair; the states lie in the middle between two of them.
const ANCHORS: usize = 17;
/// Times that the engine is asked; the least time counts, because the machine has other work too.
const REPEATS: usize = 3;

/// The full programme in angles and flows, kept from state to state. What is out of service is held at 0 by the
/// bounds of its columns, so that a change of state changes bounds alone and the solver goes on from its basis.
struct Full<'a> {
    scenario: &'a Scenario,
    load: &'a LoadBlocks,
    model: Option<Model>,
    /// For each bus the blocks of load served, and what a negative load feeds in.
    served: Vec<Vec<Col>>,
    fed: Vec<Option<Col>>,
    output: Vec<Col>,
    flow: Vec<Col>,
    /// Frees the angles of a branch that is out of service.
    slack: Vec<Col>,
}

impl<'a> Full<'a> {
    fn new(scenario: &'a Scenario, load: &'a LoadBlocks) -> Self {
        let network = &scenario.network;
        let heaviest = (0..network.buses.len()).map(|i| load.heaviest(i)).fold(0.0, f64::max);
        let scale = 1e3 / heaviest;
        let mut p = RowProblem::default();
        let mut balance: Vec<Vec<(Col, f64)>> = vec![Vec::new(); network.buses.len()];
        let angle: Vec<Col> =
            network.buses.iter().map(|_| p.add_column::<f64, _>(0.0, ..)).collect();
        let (mut served, mut fed) = (Vec::new(), Vec::new());
        for (i, bus) in network.buses.iter().enumerate() {
            let blocks: Vec<Col> = (load.of(i).iter())
                .map(|block| p.add_column(-block.weight * scale, 0.0..=block.mw))
                .collect();
            let feed = (bus.pd_mw < 0.0).then(|| p.add_column(0.0, 0.0..=-bus.pd_mw));
            balance[i].extend(blocks.iter().map(|&c| (c, -1.0)).chain(feed.map(|c| (c, 1.0))));
            served.push(blocks);
            fed.push(feed);
        }
        let output: Vec<Col> = (network.generators.iter())
            .map(|unit| {
                let column = p.add_column(0.0, 0.0..=0.0);
                balance[unit.bus].push((column, 1.0));
                column
            })
            .collect();
        let (mut flow, mut slack) = (Vec::new(), Vec::new());
        for l in &network.branches {
            let b = susceptance(l, scenario.model.susceptance);
            let right = -b * shift_rad(l, scenario.model.susceptance) * network.base_mva;
            let (f, s) = (p.add_column(0.0, 0.0..=0.0), p.add_column::<f64, _>(0.0, ..));
            balance[l.from].push((f, -1.0));
            balance[l.to].push((f, 1.0));
            p.add_row(right..=right, [(f, 1.0), (angle[l.from], -b), (angle[l.to], b), (s, 1.0)]);
            flow.push(f);
            slack.push(s);
        }
        for row in balance {
            p.add_row(0.0..=0.0, row);
        }
        let mut model = p.optimise(Sense::Minimise);
        model.make_quiet();
        model.set_option("threads", 1);
        model.set_option("solver", "simplex");
        model.set_option("primal_feasibility_tolerance", 1e-9);
        model.set_option("dual_feasibility_tolerance", 1e-9);
        Full { scenario, load, model: Some(model), served, fed, output, flow, slack }
    }

    /// Weighted unserved load of a state without smaller units.
    fn unserved(&mut self, state: &GridState) -> f64 {
        let (network, status) = (&self.scenario.network, &state.status);
        let islands = islands(network, status);
        let mut fed = vec![false; islands.count];
        for (unit, _) in network.generators.iter().zip(&status.generator).filter(|(_, on)| **on) {
            islands.of_bus[unit.bus].into_iter().for_each(|k| fed[k] = true);
        }
        let live = |i: usize| islands.of_bus[i].is_some_and(|k| fed[k]);
        let mut model = self.model.take().expect("it is put back below");
        for (i, bus) in network.buses.iter().enumerate() {
            let here = if live(i) { 1.0 } else { 0.0 };
            for (&column, block) in self.served[i].iter().zip(self.load.of(i)) {
                model.change_column_bounds(column, 0.0..=here * block.mw);
            }
            if let Some(column) = self.fed[i] {
                model.change_column_bounds(column, 0.0..=here * -bus.pd_mw);
            }
        }
        for ((unit, on), &column) in
            network.generators.iter().zip(&status.generator).zip(&self.output)
        {
            let limits = output_limits(unit.pmin_mw, unit.pmax_mw, self.scenario.model.pmin);
            let (low, high) = if *on { limits } else { (0.0, 0.0) };
            model.change_column_bounds(column, low..=high);
        }
        for (l, branch) in network.branches.iter().enumerate() {
            let limit = self.scenario.model.rating.limit_mva(branch).unwrap_or(f64::INFINITY);
            if status.branch[l] {
                model.change_column_bounds(self.flow[l], -limit..=limit);
                model.change_column_bounds(self.slack[l], 0.0..=0.0);
            } else {
                model.change_column_bounds(self.flow[l], 0.0..=0.0);
                model.change_column_bounds::<f64, _>(self.slack[l], ..);
            }
        }
        let solved = model.solve();
        assert_eq!(solved.status(), HighsModelStatus::Optimal, "the full programme");
        let solution = solved.get_solution();
        let served: Vec<f64> =
            (self.served.iter()).map(|blocks| blocks.iter().map(|&c| solution[c]).sum()).collect();
        let value = self.load.all_unserved(&served);
        self.model = Some(solved.into());
        value
    }
}

fn with_damage(path: &str) -> Scenario {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut s = scenario(read(&bytes, path).expect("a case that reads").network);
    let rng = &mut Rng(1);
    for info in &mut s.buses {
        info.priority = rng.one_of(&[1.0, 1.0, 1.0, 3.0, 10.0]);
    }
    // A tenth of 10,000 buses, a sixth of 3,000.
    let damages = (s.network.buses.len() / 10).max(500);
    while s.damages.len() < damages {
        let element = match rng.below(8) {
            0 => Element::Bus(rng.below(s.network.buses.len())),
            1 => Element::Generator(rng.below(s.network.generators.len())),
            _ => Element::Branch(rng.below(s.network.branches.len())),
        };
        if s.damages.iter().all(|d| d.element != element) {
            damage(&mut s, element);
        }
    }
    s
}

/// The median and the 90th percentile.
fn quantiles(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 9 / 10])
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn measure(name: &str, s: &Scenario) -> f64 {
    let n = s.damages.len();
    let rng = &mut Rng(5);
    let order = rng.shuffled(n);
    let first = |k: usize| {
        let mut repaired = vec![false; n];
        order[..k].iter().for_each(|&d| repaired[d] = true);
        repaired
    };
    let state = |repaired: &[bool]| GridState::of(s, repaired, &std::collections::BTreeMap::new());
    let plain = Engine::new(s);
    let anchors: Vec<GridState> =
        (0..ANCHORS).map(|k| state(&first(k * n / (ANCHORS - 1)))).collect();
    let along = plain.anchored(&anchors);
    let states: Vec<Vec<bool>> =
        (0..STATES).map(|k| first((4 * k + 1) * n / (2 * (ANCHORS - 1)))).collect();
    let at_state: Vec<GridState> = states.iter().map(|before| state(before)).collect();
    let beside = plain.anchored(&at_state);
    let mut full = Full::new(s, plain.load());
    let mut ws = plain.workspace();
    let mut times = [const { Vec::new() }; 4];
    let mut worst: f64 = 0.0;
    for (before, parent) in states.iter().zip(&at_state) {
        for _ in 0..CHANGES {
            let mut after = before.clone();
            after[rng.below(n)] ^= true;
            let child = state(&after);
            full.unserved(parent);
            let start = Instant::now();
            let theirs = full.unserved(&child);
            times[3].push(ms(start));
            for (engine, times) in [&plain, &along, &beside].into_iter().zip(&mut times) {
                let mut least = f64::INFINITY;
                for _ in 0..REPEATS {
                    engine.value(&mut ws, parent);
                    let start = Instant::now();
                    let ours = engine.value(&mut ws, &child).unserved;
                    least = least.min(ms(start));
                    worst = worst.max((ours - theirs).abs() / theirs.max(1.0));
                }
                times.push(least);
            }
        }
    }
    let effort = ws.effort();
    let [cold, along, beside, general] = times.map(|mut times| quantiles(&mut times));
    let two = |(median, high): (f64, f64)| format!("{median:.2} / {high:.2}");
    let ratio = |engine: (f64, f64)| general.0 / engine.0;
    println!(
        "| {name} | {} | {n} | {} | {} | {} | {} | {:.0} / {:.0} / {:.0} | {worst:.0e} | {} of {} |",
        s.network.buses.len(),
        two(cold),
        two(along),
        two(beside),
        two(general),
        ratio(cold),
        ratio(along),
        ratio(beside),
        effort.fallbacks,
        effort.states
    );
    worst
}

fn main() {
    let cases: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    println!(
        "Times in ms, median / 90th percentile over {} changes.\n\n\
         | grid | buses | damages | no anchor | {ANCHORS} anchors on the way | the state before is an anchor | LP, warm | \
         LP / engine, medians | largest difference | fallbacks |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        STATES * CHANGES
    );
    let mut worst: f64 = 0.0;
    for case in &cases {
        worst = worst.max(match case.split_once('=') {
            Some((name, path)) => measure(name, &with_damage(path)),
            None => measure(case, &example(case)),
        });
    }
    assert!(worst <= 1e-6, "the engine and the general solver differ by {worst:.1e}");
}
