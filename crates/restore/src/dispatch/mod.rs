//! Maximal load delivery: the most weighted load that a grid state can supply, by the DC model, exactly.
//!
//! For each state:
//!
//! 1. Islands without a generator in service are dead. In every other island the load is met in the order
//!    of weight as far as generation reaches, each generator near its output in the case. If no line limit
//!    is broken by that, nothing can be better, and no linear programme is solved.
//! 2. Otherwise `lp` solves it with one balance row for each island and only those line limits that have
//!    been broken so far, as rows of power transfer distribution factors; flows are computed from the
//!    factorised susceptance matrix (`laplacian`), newly broken limits are added, and so on until none is.
//!    The rest of the limits hold by then, so the answer is that of the full programme ([`mod@reference`]).
//!
//! The answer is a function of the state alone: no state is solved from the basis of another, so that a
//! plan does not depend on the order or the thread in which its states were looked at.

mod laplacian;
mod lp;
pub mod reference;

use relight_grid::{Islands, Network, susceptance};

use crate::plan::Dispatch;
use crate::scenario::{Pmin, Scenario};
use crate::state::{GridState, live_buses};
use crate::weights;
use laplacian::Laplacian;

/// How far a flow may lie above its limit, relative to the limit (at least 1 MW).
const FLOW_TOLERANCE: f64 = 1e-8;
/// Rounds of adding limits before the full programme is solved instead.
const MOST_ROUNDS: usize = 60;

/// The answer for a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Load supplied, generator output, branch flows.
    pub dispatch: Dispatch,
    /// Total load supplied, MW.
    pub served_mw: f64,
    /// Weighted load not supplied: the sum of weight times MW.
    pub unserved: f64,
    /// Generators of some island had to go below their least output of the case, because its load is less.
    pub below_pmin: bool,
}

/// What a state must keep within besides the limits of its DC model, as the AC check finds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Margins {
    /// The most load that may be supplied at each bus, MW.
    pub demand: Vec<f64>,
    /// The most active power on each branch, MW.
    pub limit: Vec<f64>,
    /// Losses, drawn at each bus, MW.
    pub losses: Vec<f64>,
}

/// Computes the delivery of states of one scenario.
#[derive(Debug, Clone)]
pub struct Dispatcher<'a> {
    scenario: &'a Scenario,
    weight: Vec<f64>,
    susceptance: Vec<f64>,
    limit: Vec<f64>,
    laplacian: Laplacian,
    /// Branches whose limits are part of every programme from the start.
    watch: Vec<usize>,
}

/// What the steps of one state share.
#[derive(Debug)]
struct Case {
    islands: Islands,
    live: Vec<bool>,
    grounded: Vec<bool>,
    b: Vec<f64>,
    limit: Vec<f64>,
    /// The most load that may be supplied at each bus, and the losses drawn there, MW.
    demand: Vec<f64>,
    losses: Vec<f64>,
    /// Output limits of all generators at a bus, and their output in the case, MW.
    lowest: Vec<f64>,
    /// The lowest output where units may run below their least.
    below: Vec<f64>,
    highest: Vec<f64>,
    usual: Vec<f64>,
    /// Branch flows with no injections: those that phase shifters drive round, MW.
    shifted: Vec<f64>,
}

/// Net injections by bus, in their parts, MW.
#[derive(Debug, Clone)]
struct Injection {
    served: Vec<f64>,
    generated: Vec<f64>,
    /// Part of a negative load that is let in.
    fixed: Vec<f64>,
    /// Losses that are covered.
    losses: Vec<f64>,
}

impl Injection {
    fn none(buses: usize) -> Self {
        let none = || vec![0.0; buses];
        Injection { served: none(), generated: none(), fixed: none(), losses: none() }
    }

    /// Net injection at a bus, MW.
    fn at(&self, bus: usize) -> f64 {
        self.generated[bus] + self.fixed[bus] - self.served[bus] - self.losses[bus]
    }
}

impl<'a> Dispatcher<'a> {
    /// Prepares for the states of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Self {
        let network = &scenario.network;
        Dispatcher {
            scenario,
            weight: weights::per_mw(scenario),
            susceptance: network
                .branches
                .iter()
                .map(|l| susceptance(l, scenario.model.susceptance))
                .collect(),
            limit: (network.branches.iter())
                .map(|l| scenario.model.rating.limit_mva(l).unwrap_or(f64::INFINITY))
                .collect(),
            laplacian: Laplacian::new(network),
            watch: Vec::new(),
        }
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// Weight of a megawatt at each bus.
    pub fn weight(&self) -> &[f64] {
        &self.weight
    }

    /// Looks at typical states for the limits that bind, so that later programmes start with them. It
    /// changes how soon an answer is found, not the answer.
    pub fn learn(&mut self, states: &[GridState]) {
        let mut watch: Vec<usize> = states
            .iter()
            .flat_map(|state| {
                let delivery = self.deliver(state);
                let limit = self.limits(state);
                (0..limit.len())
                    .filter(move |&l| delivery.dispatch.flow_mw[l].abs() >= 0.999 * limit[l])
                    .collect::<Vec<_>>()
            })
            .collect();
        watch.sort_unstable();
        watch.dedup();
        self.watch = watch;
    }

    /// The maximal load delivery of a state.
    pub fn deliver(&mut self, state: &GridState) -> Delivery {
        let Some(case) = self.prepare(state) else {
            return self.by_reference(state, &self.limits(state));
        };
        let mut injection = self.by_balance(&case);
        let mut flow = self.flows(&case, &injection);
        let broken = Self::broken(&case, &flow, 1.0);
        let mut below_pmin = false;
        if !broken.is_empty() || self.needs_less_than_pmin(&case) {
            let Some(solved) = lp::solve(self, &case, &broken) else {
                return self.by_reference(state, &case.limit);
            };
            (injection, below_pmin) = solved;
            flow = self.flows(&case, &injection);
        }
        self.delivery(&case, injection, flow, below_pmin, state)
    }

    /// Keeps what a delivery supplies, and brings generators as near to their output in the case as the
    /// limits let them: of the many dispatches with the same load, one that an operator could recognise.
    pub fn settle(&mut self, state: &GridState, delivery: Delivery) -> Delivery {
        let Some(case) = self.prepare(state) else { return delivery };
        let Some(injection) = lp::nearest(self, &case, &delivery.dispatch.served_mw) else {
            return delivery;
        };
        let flow = self.flows(&case, &injection);
        let below = delivery.below_pmin;
        let settled = self.delivery(&case, injection, flow, below, state);
        // What is supplied was fixed, but for rounding; never trade load for a nicer dispatch.
        if settled.unserved > delivery.unserved * (1.0 + 1e-9) + 1e-6 { delivery } else { settled }
    }

    /// The maximal load delivery within `margins`, settled. `None`: it could not be found.
    pub(crate) fn deliver_within(
        &mut self,
        state: &GridState,
        margins: &Margins,
    ) -> Option<Delivery> {
        let mut case = self.prepare(state)?;
        let mut tightened = Vec::new();
        for (l, &limit) in margins.limit.iter().enumerate() {
            if limit < case.limit[l] {
                case.limit[l] = limit.max(case.shifted[l].abs());
                tightened.push(l);
            }
        }
        for (demand, most) in case.demand.iter_mut().zip(&margins.demand) {
            *demand = demand.min(most.max(0.0));
        }
        case.losses.clone_from(&margins.losses);
        // Of dispatches that are as good, which is found depends on the rows that a programme starts with: none
        // that this state does not ask for.
        let watch = std::mem::take(&mut self.watch);
        let solved = lp::solve(self, &case, &tightened).map(|(found, below_pmin)| {
            (lp::nearest(self, &case, &found.served).unwrap_or(found), below_pmin)
        });
        self.watch = watch;
        let (injection, below_pmin) = solved?;
        let flow = self.flows(&case, &injection);
        Some(self.delivery(&case, injection, flow, below_pmin, state))
    }

    fn limits(&self, state: &GridState) -> Vec<f64> {
        let mut limit = self.limit.clone();
        for d in &state.derated {
            limit[d.branch] = limit[d.branch].min(d.mva);
        }
        limit
    }

    /// Branch susceptances with the units that stand in them, in service or not.
    fn susceptances(&self, state: &GridState) -> Vec<f64> {
        let mut b = self.susceptance.clone();
        for d in &state.derated {
            b[d.branch] /= d.impedance;
        }
        b
    }

    fn prepare(&mut self, state: &GridState) -> Option<Case> {
        let network = &self.scenario.network;
        let n = network.buses.len();
        let (islands, live) = live_buses(network, &state.status);
        let [mut lowest, mut below, mut highest, mut usual] = [(); 4].map(|()| vec![0.0; n]);
        for (g, unit) in network.generators.iter().enumerate() {
            if !(state.status.generator[g] && live[unit.bus]) {
                continue;
            }
            let (low, high) = output_limits(unit.pmin_mw, unit.pmax_mw, self.scenario.model.pmin);
            lowest[unit.bus] += low;
            below[unit.bus] += low.min(0.0);
            highest[unit.bus] += high;
            usual[unit.bus] += unit.pg_mw.clamp(low, high);
        }
        // One bus of each island is the reference for angles, and so is every bus that is not live.
        let mut grounded: Vec<bool> = live.iter().map(|&l| !l).collect();
        let mut seen = vec![false; islands.count];
        for i in 0..n {
            if let Some(island) = islands.of_bus[i].filter(|&k| live[i] && !seen[k]) {
                seen[island] = true;
                grounded[i] = true;
            }
        }
        let mut b = self.susceptances(state);
        for (l, branch) in network.branches.iter().enumerate() {
            if !(state.status.branch[l] && live[branch.from]) {
                b[l] = 0.0;
            }
        }
        if !self.laplacian.factor(&b, &grounded) {
            return None;
        }
        let limit = self.limits(state);
        let demand = network.buses.iter().map(|bus| bus.pd_mw.max(0.0)).collect();
        let mut case = Case {
            islands,
            live,
            grounded,
            b,
            limit,
            demand,
            losses: vec![0.0; n],
            lowest,
            below,
            highest,
            usual,
            shifted: Vec::new(),
        };
        case.shifted = self.shifted_flows(&case);
        for (limit, shifted) in case.limit.iter_mut().zip(&case.shifted) {
            // What a phase shifter drives round on its own cannot be dispatched away.
            *limit = limit.max(shifted.abs());
        }
        Some(case)
    }

    /// The flows that phase shifters drive with no injections anywhere, MW.
    fn shifted_flows(&mut self, case: &Case) -> Vec<f64> {
        let network = &self.scenario.network;
        let kept = self.scenario.model.susceptance == relight_grid::Susceptance::X;
        let drive: Vec<f64> = (network.branches.iter().zip(&case.b))
            .map(|(l, b)| if kept { b * l.shift_deg.to_radians() * network.base_mva } else { 0.0 })
            .collect();
        if drive.iter().all(|&d| d == 0.0) {
            return vec![0.0; drive.len()];
        }
        let mut x = vec![0.0; network.buses.len()];
        for (l, drive) in network.branches.iter().zip(&drive) {
            x[l.from] += drive;
            x[l.to] -= drive;
        }
        self.laplacian.solve(&mut x, &case.grounded);
        (network.branches.iter().zip(&case.b).zip(&drive))
            .map(|((l, b), drive)| b * (x[l.from] - x[l.to]) - drive)
            .collect()
    }

    /// Load by weight as far as generation reaches, island by island, without regard to line limits.
    fn by_balance(&self, case: &Case) -> Injection {
        let buses = &self.scenario.network.buses;
        let n = buses.len();
        let mut injection = Injection::none(n);
        let mut members = vec![Vec::new(); case.islands.count];
        for i in 0..n {
            if let Some(island) = case.islands.of_bus[i].filter(|_| case.live[i]) {
                members[island].push(i);
            }
        }
        for island in &members {
            let sum = |of: &[f64]| island.iter().map(|&i| of[i]).sum::<f64>();
            let (low, high, usual) = (sum(&case.lowest), sum(&case.highest), sum(&case.usual));
            let fixed: f64 = island.iter().map(|&i| (-buses[i].pd_mw).max(0.0)).sum();
            let demand: f64 = island.iter().map(|&i| buses[i].pd_mw.max(0.0)).sum();
            let served =
                serve_by_weight(island, buses, &self.weight, high + fixed, &mut injection.served);
            // Fixed injections are used before generators move; they are let in as far as there is load.
            let used = fixed.min((served - low.max(0.0)).max(0.0));
            if fixed > 0.0 {
                for &i in island {
                    injection.fixed[i] = (-buses[i].pd_mw).max(0.0) * used / fixed;
                }
            }
            let output = served - used;
            debug_assert!(served <= demand * (1.0 + 1e-12) + 1e-9);
            for &i in island {
                let (low_i, usual_i, high_i) = (case.lowest[i], case.usual[i], case.highest[i]);
                injection.generated[i] = if output >= usual {
                    interpolate(usual_i, high_i, share(output - usual, high - usual))
                } else {
                    interpolate(low_i, usual_i, share(output - low, usual - low))
                };
            }
        }
        injection
    }

    fn needs_less_than_pmin(&self, case: &Case) -> bool {
        let mut least = vec![0.0; case.islands.count];
        for (i, island) in case.islands.of_bus.iter().enumerate() {
            if let Some(island) = island {
                least[*island] += case.lowest[i] - self.scenario.network.buses[i].pd_mw.max(0.0);
            }
        }
        least.iter().any(|&l| l > 1e-9)
    }

    fn flows(&mut self, case: &Case, injection: &Injection) -> Vec<f64> {
        let mut x: Vec<f64> = (0..injection.served.len()).map(|i| injection.at(i)).collect();
        self.laplacian.solve(&mut x, &case.grounded);
        let branches = &self.scenario.network.branches;
        (branches.iter().zip(&case.b).zip(&case.shifted))
            .map(|((l, b), shifted)| b * (x[l.from] - x[l.to]) + shifted)
            .collect()
    }

    /// Branches that carry more than `part` of their limits.
    fn broken(case: &Case, flow: &[f64], part: f64) -> Vec<usize> {
        (0..flow.len())
            .filter(|&l| {
                flow[l].abs() > part * case.limit[l] + FLOW_TOLERANCE * case.limit[l].max(1.0)
            })
            .collect()
    }

    /// The power transfer distribution factors of a branch: MW on it for each MW injected at a bus.
    fn factors(&mut self, case: &Case, branch: usize) -> Vec<f64> {
        let l = &self.scenario.network.branches[branch];
        let mut x = vec![0.0; self.scenario.network.buses.len()];
        x[l.from] += case.b[branch];
        x[l.to] -= case.b[branch];
        self.laplacian.solve(&mut x, &case.grounded);
        x
    }

    fn delivery(
        &self,
        case: &Case,
        injection: Injection,
        flow_mw: Vec<f64>,
        below_pmin: bool,
        state: &GridState,
    ) -> Delivery {
        let network = &self.scenario.network;
        // Units of a bus share its output in proportion to their room.
        let pg_mw = (network.generators.iter().enumerate())
            .map(|(g, unit)| {
                if !state.status.generator[g] || !case.live[unit.bus] {
                    return 0.0;
                }
                let (low, high) =
                    output_limits(unit.pmin_mw, unit.pmax_mw, self.scenario.model.pmin);
                let (bus_low, bus_high) = (case.lowest[unit.bus], case.highest[unit.bus]);
                let output = injection.generated[unit.bus];
                if output < bus_low {
                    // Rounding just below the least output must not move them far.
                    let below = case.below[unit.bus];
                    return interpolate(low.min(0.0), low, share(output - below, bus_low - below));
                }
                interpolate(low, high, share(output - bus_low, bus_high - bus_low))
            })
            .collect();
        let Injection { served, fixed, .. } = injection;
        let dispatch = Dispatch { served_mw: served, fixed_mw: fixed, pg_mw, flow_mw };
        finish(network, &self.weight, dispatch, below_pmin)
    }

    fn by_reference(&self, state: &GridState, limit: &[f64]) -> Delivery {
        let b = self.susceptances(state);
        reference::deliver(self.scenario, &self.weight, &b, limit, state)
    }
}

fn finish(network: &Network, weight: &[f64], dispatch: Dispatch, below_pmin: bool) -> Delivery {
    let unserved = (network.buses.iter().zip(&dispatch.served_mw).zip(weight))
        .map(|((bus, served), weight)| weight * (bus.pd_mw.max(0.0) - served).max(0.0))
        .sum();
    Delivery { served_mw: dispatch.served_mw.iter().sum(), unserved, dispatch, below_pmin }
}

/// Fills `served` with the load of the heaviest buses first, up to `available` MW; returns the total.
fn serve_by_weight(
    island: &[usize],
    buses: &[relight_grid::Bus],
    weight: &[f64],
    available: f64,
    served: &mut [f64],
) -> f64 {
    let mut order: Vec<usize> = island.iter().copied().filter(|&i| buses[i].pd_mw > 0.0).collect();
    order.sort_by(|&a, &b| weight[b].total_cmp(&weight[a]).then(a.cmp(&b)));
    let mut left = available.max(0.0);
    for i in order {
        served[i] = buses[i].pd_mw.min(left);
        left -= served[i];
    }
    island.iter().map(|&i| served[i]).sum()
}

/// Lowest and highest output of a unit, MW. A unit that can only draw power can be left off.
pub fn output_limits(pmin_mw: f64, pmax_mw: f64, pmin: Pmin) -> (f64, f64) {
    let high = pmax_mw.max(0.0);
    let low = match pmin {
        Pmin::Zero => 0.0,
        Pmin::Case => pmin_mw.min(high),
    };
    (low, high)
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

fn interpolate(from: f64, to: f64, share: f64) -> f64 {
    from + (to - from) * share
}
