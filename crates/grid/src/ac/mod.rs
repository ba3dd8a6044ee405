//! The full ("AC") power flow: Newton's method on the π model of MATPOWER.
//!
//! Data go through it like this: `admittance` turns branches into two-ports and those into the bus
//! admittance matrix of a state; `newton` solves all islands of the state at once, asks `limits` which buses still
//! hold their voltage and `sharing` who covers the losses; [`AcSolution`] is what a caller gets, and
//! [`violations()`] says which limits it does not keep.
//!
//! A bus holds its voltage if a generator is in service there and the case does not call it a load
//! bus; generators at a load bus inject their given active and reactive power. The set point of a bus is that of its
//! last generator in service, as MATPOWER has it. Direct-current lines are fixed injections, and count where
//! both their ends are live.

mod admittance;
mod limits;
mod newton;
mod result;
mod sharing;
mod violations;

use std::sync::Arc;

pub(crate) use admittance::TwoPort;
pub use admittance::{EndFlow, end_flows};
pub(crate) use limits::ReactiveLimit;
use limits::share_reactive;
use newton::{Newton, Run, Work};
use sharing::Sharing;

pub use result::{
    AcIsland, AcOptions, AcSolution, AcStatus, Attempt, Mismatch, Reason, SlackSharing, Start,
};
pub use violations::{Rating, Violation, violations};

use crate::dc::{DcSolver, Susceptance};
use crate::live::{Live, branch_on, dc_line_injections, generators_on};
use crate::network::{BusKind, Generator, Injections, Network, Status};

/// Solves one power flow. For many states of one network make an [`AcSolver`].
///
/// # Panics
/// If `status` or `injections` do not have the lengths of `network`'s tables.
pub fn solve(
    network: &Network,
    status: &Status,
    injections: &Injections,
    options: &AcOptions,
) -> AcSolution {
    AcSolver::new(network).solve(status, injections, options)
}

/// Solves many states of one network: the analysis of its graph, the admittances of its branches and the work
/// space are kept. An answer does not depend on what was solved before.
#[derive(Debug, Clone)]
pub struct AcSolver<'a> {
    network: &'a Network,
    two_ports: Vec<TwoPort>,
    generator_bus: Vec<usize>,
    dc: DcSolver,
    work: Work,
}

impl<'a> AcSolver<'a> {
    /// Analyses the graph of `network` with every branch in service.
    pub fn new(network: &'a Network) -> Self {
        let dc = DcSolver::new(network);
        let work = Work::new(&dc.pattern.symbolic);
        AcSolver {
            network,
            two_ports: network.branches.iter().map(TwoPort::new).collect(),
            generator_bus: network.generators.iter().map(|g| g.bus).collect(),
            dc,
            work,
        }
    }

    /// Solves one state.
    ///
    /// # Panics
    /// If `status` or `injections` do not have the lengths of the network's tables.
    pub fn solve(
        &mut self,
        status: &Status,
        injections: &Injections,
        options: &AcOptions,
    ) -> AcSolution {
        let network = self.network;
        let live = Live::new(network, status);
        let control = Control::new(network, status, &live);
        self.work.fixed = fixed_injections(network, status, injections, &live, &control);
        admittance::assemble(network, status, &self.dc.pattern, &self.two_ports, &mut self.work.y);

        let mut runs = Vec::new();
        let mut run_of_island = vec![None; live.islands.count];
        for (k, (buses, slack)) in live.buses.iter().zip(&live.slack).enumerate() {
            let Some(slack) = *slack else { continue };
            let generators: Vec<usize> =
                buses.iter().flat_map(|&i| control.generators[i].iter().copied()).collect();
            let given: f64 = generators.iter().map(|&g| injections.pg_mw[g]).sum();
            let fixed: f64 = buses.iter().map(|&i| self.work.fixed[i][0]).sum();
            let surplus = given + fixed * network.base_mva > 0.0;
            let pg = &injections.pg_mw;
            let sharing = Sharing::new(network, generators, pg, slack, options.slack, surplus);
            let limits = buses.iter().filter_map(|&i| control.limit(network, i)).collect();
            run_of_island[k] = Some(runs.len());
            runs.push(Run::new(buses.clone(), slack, sharing, limits));
        }

        let pattern = Arc::clone(&self.dc.pattern);
        let mut angles: Option<Vec<f64>> = None;
        let dc = &mut self.dc;
        let begin = |run: &Run, work: &mut Work| {
            let start = match run.attempt {
                Attempt::AsAsked => options.start,
                Attempt::Case => Start::Case,
                Attempt::DcAngles | Attempt::Damped => Start::DcAngles,
            };
            let angles: &[f64] = if start == Start::DcAngles {
                angles.get_or_insert_with(|| {
                    dc.solve(network, status, injections, Susceptance::X).angle_rad
                })
            } else {
                &[]
            };
            set_voltages(network, run, start, angles, work);
        };
        let mut newton = Newton {
            symbolic: &pattern.symbolic,
            diagonal: &pattern.diagonal,
            generator_bus: &self.generator_bus,
            base_mva: network.base_mva,
            options,
            work: &mut self.work,
        };
        newton.solve(&mut runs, begin);
        self.collect(status, live, &control, runs, &run_of_island)
    }

    fn collect(
        &self,
        status: &Status,
        live: Live,
        control: &Control,
        runs: Vec<Run>,
        run_of_island: &[Option<usize>],
    ) -> AcSolution {
        let network = self.network;
        let base = network.base_mva;
        let n = network.buses.len();
        let mut out = AcSolution {
            status: AcStatus::NothingToSolve,
            islands: Vec::with_capacity(live.islands.count),
            island_of_bus: Vec::new(),
            live: vec![false; n],
            vm_pu: vec![0.0; n],
            va_rad: vec![0.0; n],
            pg_mw: vec![0.0; network.generators.len()],
            qg_mvar: vec![0.0; network.generators.len()],
            pf_mw: vec![0.0; network.branches.len()],
            qf_mvar: vec![0.0; network.branches.len()],
            pt_mw: vec![0.0; network.branches.len()],
            qt_mvar: vec![0.0; network.branches.len()],
            losses_mw: 0.0,
            iterations: 0,
        };
        let mut runs: Vec<Option<Run>> = runs.into_iter().map(Some).collect();
        for (k, buses) in live.buses.iter().enumerate() {
            let run = run_of_island[k].and_then(|r| runs[r].take());
            let Some(mut run) = run else {
                out.islands.push(AcIsland {
                    status: AcStatus::NothingToSolve,
                    buses: buses.len(),
                    slack: None,
                    attempt: Attempt::AsAsked,
                    iterations: 0,
                    imbalance_mw: 0.0,
                });
                continue;
            };
            let status = run.status.take().unwrap_or(AcStatus::NothingToSolve);
            let mut imbalance_mw = 0.0;
            if status == AcStatus::Converged {
                imbalance_mw = self.write_island(control, &mut run, &mut out);
            }
            out.iterations = out.iterations.max(run.iterations);
            out.islands.push(AcIsland {
                status,
                buses: buses.len(),
                slack: Some(run.slack),
                attempt: run.attempt,
                iterations: run.iterations,
                imbalance_mw,
            });
        }
        for (k, (l, two_port)) in network.branches.iter().zip(&self.two_ports).enumerate() {
            if branch_on(network, status, k) && out.live[l.from] {
                let (from, to) = two_port.flows(self.work.v[l.from], self.work.v[l.to]);
                [out.pf_mw[k], out.qf_mvar[k]] = from.map(|v| v * base);
                [out.pt_mw[k], out.qt_mvar[k]] = to.map(|v| v * base);
                out.losses_mw += out.pf_mw[k] + out.pt_mw[k];
            }
        }
        out.island_of_bus = live.islands.of_bus;
        out.status = overall(&out.islands);
        out
    }

    /// Writes the buses and generators of a converged island; returns its imbalance, MW.
    fn write_island(&self, control: &Control, run: &mut Run, out: &mut AcSolution) -> f64 {
        let (w, base) = (&self.work, self.network.base_mva);
        if !run.sharing.shared() {
            let beyond = w.s[run.slack][0] - w.given[run.slack][0] + run.sharing.imbalance;
            run.sharing.settle_single(beyond);
        }
        for (g, output) in run.sharing.outputs() {
            out.pg_mw[g] = output * base;
        }
        for &i in &run.buses {
            out.live[i] = true;
            out.vm_pu[i] = w.vm[i];
            out.va_rad[i] = w.va[i];
            let units: Vec<(usize, &Generator)> =
                control.generators[i].iter().map(|&g| (g, &self.network.generators[g])).collect();
            if control.holds[i] {
                let total = (w.s[i][1] - w.fixed[i][1]) * base;
                share_reactive(total, &units, &mut out.qg_mvar);
            } else {
                for (g, unit) in units {
                    out.qg_mvar[g] = unit.qg_mvar;
                }
            }
        }
        run.sharing.beyond_given() * base
    }
}

/// Injections apart from the generators that follow sharing and voltage, p.u.
pub(crate) fn fixed_injections(
    network: &Network,
    status: &Status,
    injections: &Injections,
    live: &Live,
    control: &Control,
) -> Vec<[f64; 2]> {
    let base = network.base_mva;
    let demand = injections.pd_mw.iter().zip(&injections.qd_mvar);
    let mut fixed: Vec<[f64; 2]> = dc_line_injections(network, live)
        .into_iter()
        .zip(demand)
        .map(|((p, q), (pd, qd))| [(p - pd) / base, (q - qd) / base])
        .collect();
    for (g, bus) in generators_on(network, status) {
        if !control.holds[bus] {
            fixed[bus][1] += network.generators[g].qg_mvar / base;
        }
    }
    fixed
}

/// The verdict over all islands.
fn overall(islands: &[AcIsland]) -> AcStatus {
    let failed = islands.iter().filter(|i| matches!(i.status, AcStatus::NotConverged { .. }));
    // `max_by_key` takes the last of equals: reversed, that is the first island of the largest size.
    if let Some(worst) = failed.rev().max_by_key(|i| i.buses) {
        return worst.status.clone();
    }
    let any = islands.iter().any(|i| i.status == AcStatus::Converged);
    if any { AcStatus::Converged } else { AcStatus::NothingToSolve }
}

/// Which buses hold their voltage, and the generators in service at each bus.
pub(crate) struct Control {
    holds: Vec<bool>,
    generators: Vec<Vec<usize>>,
}

impl Control {
    pub(crate) fn new(network: &Network, status: &Status, live: &Live) -> Self {
        let mut generators = vec![Vec::new(); network.buses.len()];
        for (g, bus) in generators_on(network, status) {
            generators[bus].push(g);
        }
        let mut holds: Vec<bool> = network
            .buses
            .iter()
            .zip(&generators)
            .map(|(bus, units)| bus.kind != BusKind::Pq && !units.is_empty())
            .collect();
        for slack in live.slack.iter().flatten() {
            holds[*slack] = true;
        }
        Control { holds, generators }
    }

    /// The reactive limits and the set point of a bus that holds its voltage.
    pub(crate) fn limit(&self, network: &Network, bus: usize) -> Option<ReactiveLimit> {
        if !self.holds[bus] {
            return None;
        }
        let units = || self.generators[bus].iter().map(|&g| &network.generators[g]);
        let lowest = units().map(|g| g.qmin_mvar).sum::<f64>() / network.base_mva;
        let highest = units().map(|g| g.qmax_mvar).sum::<f64>() / network.base_mva;
        let set_point =
            units().map(|g| g.vg_pu).rfind(|v| v.is_finite() && *v > 0.0).unwrap_or(1.0);
        Some(ReactiveLimit::new(bus, set_point, lowest, highest))
    }
}

/// Sets the voltages from which an island starts. `angles` are those of the linear power flow, where they are asked for.
fn set_voltages(network: &Network, run: &Run, start: Start, angles: &[f64], work: &mut Work) {
    let slack = &network.buses[run.slack];
    // An island that took another reference bus than the case's has no angle to keep.
    let reference = if slack.kind == BusKind::Reference { slack.va_deg.to_radians() } else { 0.0 };
    let reference = if reference.is_finite() { reference } else { 0.0 };
    for &i in &run.buses {
        let bus = &network.buses[i];
        let (vm, va) = match start {
            Start::Flat => (1.0, 0.0),
            Start::DcAngles => (1.0, angles[i]),
            Start::Case => (bus.vm_pu, (bus.va_deg - slack.va_deg).to_radians()),
        };
        work.vm[i] = if vm.is_finite() && vm > 0.0 { vm } else { 1.0 };
        work.va[i] = reference + if va.is_finite() { va } else { 0.0 };
    }
    for limit in &run.limits {
        work.vm[limit.bus] = limit.set_point;
    }
}
