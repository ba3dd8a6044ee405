//! The maximal load delivery as one full linear programme in angles and flows.
//!
//! It is written independently of the engine in the parent module, knows no shortcut and is some hundred
//! times slower: the tests hold the engine against it, and the engine falls back on it for a state whose
//! susceptance matrix cannot be factorised.

use highs::{Col, HighsModelStatus, RowProblem, Sense};
use relight_grid::{Susceptance, islands};

use super::{Delivery, LoadBlocks, finish, output_limits};
use crate::plan::Dispatch;
use crate::scenario::Scenario;
use crate::state::GridState;

/// Solves the full programme of a state: load in blocks by weight, susceptances and limits by branch. A state that
/// cannot be solved at all is answered with nothing served, which no state falls short of.
pub fn deliver(
    scenario: &Scenario,
    load: &LoadBlocks,
    susceptance: &[f64],
    limit: &[f64],
    state: &GridState,
) -> Delivery {
    solve(scenario, load, susceptance, limit, state, false)
        .or_else(|| solve(scenario, load, susceptance, limit, state, true))
        .unwrap_or_else(|| {
            let network = &scenario.network;
            let nothing = Dispatch {
                served_mw: vec![0.0; network.buses.len()],
                fixed_mw: vec![0.0; network.buses.len()],
                pg_mw: vec![0.0; network.generators.len()],
                flow_mw: vec![0.0; network.branches.len()],
            };
            finish(load, nothing, true)
        })
}

fn solve(
    scenario: &Scenario,
    load: &LoadBlocks,
    susceptance: &[f64],
    limit: &[f64],
    state: &GridState,
    below_pmin: bool,
) -> Option<Delivery> {
    let network = &scenario.network;
    let islands = islands(network, &state.status);
    let mut has_source = vec![false; islands.count];
    for (g, unit) in network.generators.iter().enumerate() {
        if let Some(island) = islands.of_bus[unit.bus].filter(|_| state.status.generator[g]) {
            has_source[island] = true;
        }
    }
    let live: Vec<bool> = islands.of_bus.iter().map(|i| i.is_some_and(|i| has_source[i])).collect();

    let mut problem = RowProblem::default();
    let mut balance: Vec<Vec<(Col, f64)>> = vec![Vec::new(); network.buses.len()];
    let heaviest = (0..network.buses.len()).map(|i| load.heaviest(i)).fold(0.0, f64::max);
    let scale = if heaviest > 0.0 { 1e3 / heaviest } else { 1.0 };
    let mut served = vec![Vec::new(); network.buses.len()];
    let mut fixed = vec![None; network.buses.len()];
    let mut has_reference = vec![false; islands.count];
    let mut angle = Vec::with_capacity(network.buses.len());
    for (i, bus) in network.buses.iter().enumerate() {
        // One angle of each island is 0: the others are measured from it.
        let reference =
            islands.of_bus[i].is_none_or(|k| !std::mem::replace(&mut has_reference[k], true));
        angle.push(if reference {
            problem.add_column(0.0, 0.0..=0.0)
        } else {
            problem.add_column::<f64, _>(0.0, ..)
        });
        if !live[i] {
            continue;
        }
        for block in load.of(i) {
            let column = problem.add_column(-block.weight * scale, 0.0..=block.mw);
            balance[i].push((column, -1.0));
            served[i].push(column);
        }
        if bus.pd_mw < 0.0 {
            let column = problem.add_column(0.0, 0.0..=-bus.pd_mw);
            balance[i].push((column, 1.0));
            fixed[i] = Some(column);
        }
    }
    let mut output = vec![None; network.generators.len()];
    for (g, unit) in network.generators.iter().enumerate() {
        if live[unit.bus] && state.status.generator[g] {
            let (low, high) = output_limits(unit.pmin_mw, unit.pmax_mw, scenario.model.pmin);
            let low = if below_pmin { low.min(0.0) } else { low };
            let column = problem.add_column(0.0, low..=high);
            balance[unit.bus].push((column, 1.0));
            output[g] = Some(column);
        }
    }
    let mut flow = vec![None; network.branches.len()];
    for (l, branch) in network.branches.iter().enumerate() {
        if !(state.status.branch[l] && live[branch.from]) {
            continue;
        }
        let column = problem.add_column(0.0, -limit[l]..=limit[l]);
        balance[branch.from].push((column, -1.0));
        balance[branch.to].push((column, 1.0));
        flow[l] = Some(column);
        // Flow in MW; angle columns are radians times the power base.
        let b = susceptance[l];
        let shift = match scenario.model.susceptance {
            Susceptance::X => branch.shift_deg.to_radians() * network.base_mva,
            Susceptance::RX => 0.0,
        };
        let right = -b * shift;
        let row = [(column, 1.0), (angle[branch.from], -b), (angle[branch.to], b)];
        problem.add_row(right..=right, row);
    }
    for row in balance.into_iter().filter(|row| !row.is_empty()) {
        problem.add_row(0.0..=0.0, row);
    }

    let mut model = problem.try_optimise(Sense::Minimise).ok()?;
    model.make_quiet();
    model.try_set_option("threads", 1).ok()?;
    let solved = model.try_solve().ok()?;
    if solved.status() != HighsModelStatus::Optimal {
        return None;
    }
    let solution = solved.get_solution();
    let value = |c: &Option<Col>| c.map_or(0.0, |c| solution[c]);
    let dispatch = Dispatch {
        served_mw: served.iter().map(|blocks| blocks.iter().map(|&c| solution[c]).sum()).collect(),
        fixed_mw: fixed.iter().map(value).collect(),
        pg_mw: output.iter().map(value).collect(),
        flow_mw: flow.iter().map(value).collect(),
    };
    Some(finish(load, dispatch, below_pmin))
}
