//! What a contingency leads to, beside the state before it.

use relight_grid::Network;
use relight_grid::ac::{AcStatus, Rating, Reason};
use relight_grid::batch::State;
use serde::Serialize;

use super::list::Contingency;

/// A limit that is broken before anything fails counts again where a failure makes it worse by this part of the limit.
const WORSE: f64 = 0.01;
/// Contingencies listed as the worst.
const MOST_LISTED: usize = 5;

/// A branch over its rating, or a bus outside its voltages: index, value and limit in MVA or p.u.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Broken {
    pub at: usize,
    pub value: f64,
    pub limit: f64,
}

impl Broken {
    /// How far beyond the limit, as a part of it.
    pub fn beyond(&self) -> f64 {
        (self.value - self.limit).abs() / self.limit
    }

    fn of((at, value, limit): (usize, f64, f64)) -> Self {
        Broken { at, value, limit }
    }
}

/// The state before anything fails.
pub struct Base {
    pub rating: Rating,
    pub live: Vec<bool>,
    /// Apparent power of each branch, MVA.
    pub flow_mva: Vec<f64>,
    pub overloads: Vec<Broken>,
    pub voltages: Vec<Broken>,
}

impl Base {
    pub fn of(network: &Network, state: &State<'_>, rating: Rating) -> Self {
        Base {
            rating,
            flow_mva: (0..network.branches.len()).map(|k| state.flow_mva(k)).collect(),
            live: (0..network.buses.len()).map(|i| state.live(i)).collect(),
            overloads: state.overloads(rating).map(Broken::of).collect(),
            voltages: state.voltage_violations().map(Broken::of).collect(),
        }
    }
}

/// An island of a split grid.
pub struct Island {
    pub status: &'static str,
    pub buses: usize,
    /// Its lowest bus by index.
    pub first: usize,
    pub slack: Option<usize>,
    pub demand_mw: f64,
    /// What the reference bus supplies beyond the limits of its generators, MW.
    pub short_mw: f64,
}

/// What became of a contingency.
pub struct Outcome {
    pub status: &'static str,
    pub reason: Option<&'static str>,
    /// The bus with the largest mismatch, where there is no solution.
    pub mismatch_bus: Option<u64>,
    pub alone: bool,
    pub steps: usize,
    pub dead_buses: usize,
    pub lost_load_mw: f64,
    /// What reference buses supply beyond the limits of their generators, MW: load that cannot be supplied so.
    pub short_mw: f64,
    /// Islands, where it leaves more of them than the base has; else empty.
    pub islands: Vec<Island>,
    pub vm_min: Option<(u64, f64)>,
    pub vm_max: Option<(u64, f64)>,
    /// Branch by index, and percent of its rating.
    pub highest: Option<(usize, f64)>,
    /// Not broken before, or worse now.
    pub overloads: Vec<Broken>,
    pub voltages: Vec<Broken>,
}

impl Outcome {
    /// One that the linear power flow showed to need no other: its highest loading there.
    pub fn screened(highest: (usize, f64)) -> Self {
        Outcome {
            status: "screened",
            reason: None,
            mismatch_bus: None,
            alone: false,
            steps: 0,
            dead_buses: 0,
            lost_load_mw: 0.0,
            short_mw: 0.0,
            islands: Vec::new(),
            vm_min: None,
            vm_max: None,
            highest: Some(highest),
            overloads: Vec::new(),
            voltages: Vec::new(),
        }
    }

    pub fn of(network: &Network, base: &Base, state: &State<'_>, rating: Rating) -> Self {
        let (status, reason, mismatch_bus) = match state.outcome() {
            AcStatus::Converged => ("solved", None, None),
            AcStatus::NothingToSolve => ("dead", None, None),
            AcStatus::NotConverged { reason, mismatches } => {
                let reason = match reason {
                    Reason::IterationLimit => "no convergence within the allowed steps",
                    Reason::Singular => "the Jacobian is singular",
                    Reason::Diverged => "the mismatches grew, or no step made them smaller",
                };
                let worst = mismatches.first().map(|m| network.buses[m.bus].id);
                ("not solved", Some(reason), worst)
            }
        };
        let lost: Vec<usize> =
            (0..network.buses.len()).filter(|&i| base.live[i] && !state.live(i)).collect();
        let demand = |i: usize| network.buses[i].pd_mw.max(0.0);
        let mut islands: Vec<Island> = state
            .islands()
            .map(|island| Island {
                status: match (island.slack, island.solved) {
                    (None, _) => "dead",
                    (_, true) => "solved",
                    (_, false) => "not solved",
                },
                buses: island.buses.len(),
                first: island.buses.first().copied().unwrap_or(0),
                slack: island.slack,
                demand_mw: island.buses.iter().map(|&i| demand(i)).sum(),
                short_mw: match island.slack {
                    Some(slack) if island.solved => short(network, state, slack),
                    _ => 0.0,
                },
            })
            .collect();
        let short_mw = islands.iter().map(|i| i.short_mw).sum();
        if islands.len() < 2 {
            islands.clear();
        }
        let voltages = || {
            let live = (0..network.buses.len()).filter(|&i| state.live(i));
            live.map(|i| (network.buses[i].id, state.vm_pu(i)))
        };
        let loadings = network
            .branches
            .iter()
            .enumerate()
            .filter_map(|(k, l)| Some((k, 100.0 * state.flow_mva(k) / rating.limit_mva(l)?)));
        Outcome {
            status,
            reason,
            mismatch_bus,
            alone: state.alone(),
            steps: state.iterations(),
            dead_buses: lost.len(),
            lost_load_mw: lost.into_iter().map(demand).sum(),
            short_mw,
            islands,
            vm_min: voltages().min_by(|a, b| a.1.total_cmp(&b.1)),
            vm_max: voltages().max_by(|a, b| a.1.total_cmp(&b.1)),
            highest: loadings.max_by(|a, b| a.1.total_cmp(&b.1)),
            overloads: new(&base.overloads, state.overloads(rating)),
            voltages: new(&base.voltages, state.voltage_violations()),
        }
    }
}

/// What a reference bus supplies beyond the active limits of its generators in service, MW.
fn short(network: &Network, state: &State<'_>, slack: usize) -> f64 {
    let lines: f64 = (network.dc_lines.iter().filter(|d| d.in_service))
        .filter(|d| state.live(d.from) && state.live(d.to))
        .map(|d| {
            let part = |at: usize, mw: f64| if at == slack { mw } else { 0.0 };
            part(d.to, d.pt_mw) - part(d.from, d.pf_mw)
        })
        .sum();
    let output = state.injected(slack)[0] + network.buses[slack].pd_mw - lines;
    let units = network.generators.iter().zip(&state.status().generator);
    let most: f64 = units.filter(|(g, on)| **on && g.bus == slack).map(|(g, _)| g.pmax_mw).sum();
    // Within a watt of the limit is at the limit.
    let beyond = output - most;
    if beyond > 1e-6 * network.base_mva { beyond } else { 0.0 }
}

/// What is broken now and was not, or was less, before. Both are in ascending order of elements.
fn new(before: &[Broken], now: impl Iterator<Item = (usize, f64, f64)>) -> Vec<Broken> {
    let known = |b: &Broken| {
        let same = before.binary_search_by_key(&b.at, |b| b.at).ok().map(|at| &before[at]);
        same.is_some_and(|was| was.limit == b.limit && b.beyond() <= was.beyond() + WORSE)
    };
    now.map(Broken::of).filter(|b| !known(b)).collect()
}

/// A contingency among the worst.
#[derive(Debug, Serialize)]
pub struct Worst {
    pub contingency: String,
    /// MW of load lost, or percent of a rating.
    pub value: f64,
    /// 1-based row of the branch.
    pub branch: Option<usize>,
}

/// A value to rank by, and the row of the branch that has it.
type Measure = (f64, Option<usize>);

/// All contingencies in a few numbers.
#[derive(Debug, Serialize)]
pub struct Summary {
    pub case: String,
    /// Whether the grid has a solution before anything fails.
    pub base_solved: bool,
    pub base_overloads: usize,
    pub base_voltages: usize,
    pub contingencies: usize,
    pub solved: usize,
    /// Contingencies that the linear power flow showed to need no full one.
    pub screened: usize,
    pub not_solved: Vec<String>,
    /// Contingencies that leave more than one island, or none.
    pub split: usize,
    pub with_lost_load: usize,
    /// Contingencies in which a reference bus supplies more than its generators can.
    pub with_shortage: usize,
    pub with_new_overloads: usize,
    pub with_new_voltage_violations: usize,
    /// Contingencies that were solved apart from the others.
    pub alone: usize,
    pub mean_steps: f64,
    pub most_lost_load: Vec<Worst>,
    pub most_short: Vec<Worst>,
    pub highest_loadings: Vec<Worst>,
}

impl Summary {
    pub fn unsolved(network: &Network) -> Self {
        let nothing = Base {
            rating: Rating::A,
            live: Vec::new(),
            flow_mva: Vec::new(),
            overloads: Vec::new(),
            voltages: Vec::new(),
        };
        Summary { base_solved: false, ..Summary::new(network, &nothing, &[], &[]) }
    }

    pub fn new(
        network: &Network,
        base: &Base,
        contingencies: &[Contingency],
        outcomes: &[Outcome],
    ) -> Self {
        let count = |f: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| f(o)).count();
        let names = || contingencies.iter().map(|c| &c.name).zip(outcomes);
        let worst = |of: &dyn Fn(&Outcome) -> Option<Measure>| {
            let mut all: Vec<Worst> = names()
                .filter_map(|(name, o)| {
                    let (value, branch) = of(o)?;
                    Some(Worst { contingency: name.clone(), value, branch })
                })
                .collect();
            all.sort_by(|a, b| b.value.total_cmp(&a.value));
            all.truncate(MOST_LISTED);
            all
        };
        let steps: usize = outcomes.iter().map(|o| o.steps).sum();
        let unsolved = names().filter(|(_, o)| o.status == "not solved");
        Summary {
            case: network.name.clone(),
            base_solved: true,
            base_overloads: base.overloads.len(),
            base_voltages: base.voltages.len(),
            contingencies: outcomes.len(),
            solved: count(&|o| o.status == "solved"),
            screened: count(&|o| o.status == "screened"),
            not_solved: unsolved.map(|(name, _)| name.clone()).collect(),
            split: count(&|o| !o.islands.is_empty() || o.status == "dead"),
            with_lost_load: count(&|o| o.lost_load_mw > 0.0),
            with_shortage: count(&|o| o.short_mw > 0.0),
            with_new_overloads: count(&|o| !o.overloads.is_empty()),
            with_new_voltage_violations: count(&|o| !o.voltages.is_empty()),
            alone: count(&|o| o.alone),
            mean_steps: steps as f64 / count(&|o| o.status != "screened").max(1) as f64,
            most_lost_load: worst(&|o| (o.lost_load_mw > 0.0).then_some((o.lost_load_mw, None))),
            most_short: worst(&|o| (o.short_mw > 0.0).then_some((o.short_mw, None))),
            highest_loadings: worst(&|o| {
                let worst = o.overloads.iter().max_by(|a, b| a.beyond().total_cmp(&b.beyond()))?;
                Some((100.0 * worst.value / worst.limit, Some(worst.at + 1)))
            }),
        }
    }
}
