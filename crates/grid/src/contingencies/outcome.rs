//! What a contingency leads to, beside the state before it.

use crate::ac::{AcStatus, Rating, Reason};
use crate::batch::State;
use crate::network::Network;

/// A limit that is broken before anything fails counts again where a failure makes it worse by this part of the limit.
const WORSE: f64 = 0.01;

/// A branch over its rating, or a bus outside its voltages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Broken {
    /// Index of the branch or bus.
    pub at: usize,
    /// Apparent power at the more loaded end in MVA, or voltage in p.u.
    pub value: f64,
    /// The limit, in the same unit.
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
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// The ratings that count.
    pub rating: Rating,
    /// Whether each bus has voltage.
    pub live: Vec<bool>,
    /// Apparent power of each branch at its more loaded end, MVA.
    pub flow_mva: Vec<f64>,
    /// Branches over their rating, in ascending order.
    pub overloads: Vec<Broken>,
    /// Buses outside their voltages, in ascending order.
    pub voltages: Vec<Broken>,
}

impl Base {
    pub(super) fn of(network: &Network, state: &State<'_>, rating: Rating) -> Self {
        Base {
            rating,
            flow_mva: (0..network.branches.len()).map(|k| state.flow_mva(k)).collect(),
            live: (0..network.buses.len()).map(|i| state.live(i)).collect(),
            overloads: state.overloads(rating).map(Broken::of).collect(),
            voltages: state.voltage_violations().map(Broken::of).collect(),
        }
    }
}

/// What became of an island.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IslandStatus {
    /// It has an answer.
    Solved,
    /// It has a generator in service, and no answer was found.
    NotSolved,
    /// It has no generator in service.
    Dead,
}

impl IslandStatus {
    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            IslandStatus::Solved => "solved",
            IslandStatus::NotSolved => "not solved",
            IslandStatus::Dead => "dead",
        }
    }
}

/// An island of a split grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Island {
    /// What became of it.
    pub status: IslandStatus,
    /// How many buses it has.
    pub buses: usize,
    /// Its lowest bus by index.
    pub first: usize,
    /// Its reference bus by index, where it has a generator in service.
    pub slack: Option<usize>,
    /// Positive demand of its buses, MW.
    pub demand_mw: f64,
    /// What the reference bus supplies beyond the limits of its generators, MW.
    pub short_mw: f64,
}

/// Whether a contingency has an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Every island with a generator has one.
    Solved,
    /// The linear power flow showed that it needs no full one.
    Screened,
    /// No generator is left in service.
    Dead,
    /// An island with a generator has none.
    NotSolved {
        /// Why; `None` where the contingency names what the network does not have.
        reason: Option<Reason>,
        /// The bus with the largest mismatch, by index.
        bus: Option<usize>,
    },
}

impl Verdict {
    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Solved => "solved",
            Verdict::Screened => "screened",
            Verdict::Dead => "dead",
            Verdict::NotSolved { .. } => "not solved",
        }
    }
}

/// What became of a contingency.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Whether it has an answer.
    pub verdict: Verdict,
    /// Whether it was solved apart from the others, from other starts too.
    pub alone: bool,
    /// Newton steps.
    pub steps: usize,
    /// Buses that had voltage before and have none now.
    pub dead_buses: usize,
    /// Their positive demand, MW.
    pub lost_load_mw: f64,
    /// What reference buses supply beyond the limits of their generators, MW: load that cannot be supplied so.
    pub short_mw: f64,
    /// Islands, where it leaves more than one; else empty.
    pub islands: Vec<Island>,
    /// The bus with the lowest voltage by index, p.u.
    pub vm_min: Option<(usize, f64)>,
    /// The bus with the highest voltage by index, p.u.
    pub vm_max: Option<(usize, f64)>,
    /// The most loaded branch by index, percent of its rating.
    pub highest: Option<(usize, f64)>,
    /// Overloads that were not there before, or are worse now.
    pub overloads: Vec<Broken>,
    /// Voltages outside their limits that were not there before, or are worse now.
    pub voltages: Vec<Broken>,
}

impl Outcome {
    /// One of which nothing else is known.
    fn new(verdict: Verdict) -> Self {
        Outcome {
            verdict,
            alone: false,
            steps: 0,
            dead_buses: 0,
            lost_load_mw: 0.0,
            short_mw: 0.0,
            islands: Vec::new(),
            vm_min: None,
            vm_max: None,
            highest: None,
            overloads: Vec::new(),
            voltages: Vec::new(),
        }
    }

    /// One that the linear power flow showed to need no other: its highest loading there.
    pub(super) fn screened(highest: (usize, f64)) -> Self {
        Outcome { highest: Some(highest), ..Outcome::new(Verdict::Screened) }
    }

    /// One that names what the network does not have.
    pub(super) fn unfit() -> Self {
        Outcome::new(Verdict::NotSolved { reason: None, bus: None })
    }

    pub(super) fn of(network: &Network, base: &Base, state: &State<'_>) -> Self {
        let lost: Vec<usize> =
            (0..network.buses.len()).filter(|&i| base.live[i] && !state.live(i)).collect();
        let demand = |i: usize| network.buses[i].pd_mw.max(0.0);
        let mut islands = islands(network, state);
        let short_mw = islands.iter().map(|i| i.short_mw).sum();
        if islands.len() < 2 {
            islands.clear();
        }
        let voltages = || {
            let live = (0..network.buses.len()).filter(|&i| state.live(i));
            live.map(|i| (i, state.vm_pu(i)))
        };
        let loadings =
            network.branches.iter().enumerate().filter_map(|(k, l)| {
                Some((k, 100.0 * state.flow_mva(k) / base.rating.limit_mva(l)?))
            });
        Outcome {
            verdict: verdict(state),
            alone: state.alone(),
            steps: state.iterations(),
            dead_buses: lost.len(),
            lost_load_mw: lost.into_iter().map(demand).sum(),
            short_mw,
            islands,
            vm_min: voltages().min_by(|a, b| a.1.total_cmp(&b.1)),
            vm_max: voltages().max_by(|a, b| a.1.total_cmp(&b.1)),
            highest: loadings.max_by(|a, b| a.1.total_cmp(&b.1)),
            overloads: new(&base.overloads, state.overloads(base.rating)),
            voltages: new(&base.voltages, state.voltage_violations()),
        }
    }
}

fn verdict(state: &State<'_>) -> Verdict {
    match state.outcome() {
        AcStatus::Converged => Verdict::Solved,
        AcStatus::NothingToSolve => Verdict::Dead,
        AcStatus::NotConverged { reason, mismatches } => {
            Verdict::NotSolved { reason: Some(reason), bus: mismatches.first().map(|m| m.bus) }
        }
    }
}

fn islands(network: &Network, state: &State<'_>) -> Vec<Island> {
    let demand = |i: &usize| network.buses[*i].pd_mw.max(0.0);
    let of = |island: crate::batch::IslandView<'_>| Island {
        status: match (island.slack, island.solved) {
            (None, _) => IslandStatus::Dead,
            (_, true) => IslandStatus::Solved,
            (_, false) => IslandStatus::NotSolved,
        },
        buses: island.buses.len(),
        first: island.buses.first().copied().unwrap_or(0),
        slack: island.slack,
        demand_mw: island.buses.iter().map(demand).sum(),
        short_mw: match island.slack {
            Some(slack) if island.solved => short(network, state, slack),
            _ => 0.0,
        },
    };
    state.islands().map(of).collect()
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
