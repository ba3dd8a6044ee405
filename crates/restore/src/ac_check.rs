//! The AC check of a planned state: does the dispatch hold as a full power flow, within every limit?

use relight_grid::ac::{
    AcOptions, AcSolution, AcSolver, AcStatus, Reason, SlackSharing, Violation, violations,
};
use relight_grid::{Injections, Network};

use crate::plan::{AcCheck, AcVerdict, LimitBroken, PlanState};
use crate::scenario::{Element, Pmin, Scenario};

/// How far beyond a limit still counts as at it, relative to the limit. A dispatch that uses a line to its
/// DC limit carries reactive power and losses as well; nobody measures a thousandth.
const AT_LIMIT: f64 = 1e-3;

/// Checks states of one scenario.
#[derive(Debug)]
pub struct AcChecker<'a> {
    scenario: &'a Scenario,
}

impl<'a> AcChecker<'a> {
    /// Prepares for the states of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Self {
        AcChecker { scenario }
    }

    /// Solves the state with its loads at their power factor and its generators as planned; the losses,
    /// which the plan does not know, are shared by generators in proportion to their headroom.
    pub fn check(&mut self, state: &PlanState) -> AcCheck {
        let network = &self.scenario.network;
        let injections = injections(network, state);
        let options = AcOptions {
            slack: SlackSharing::Headroom,
            enforce_q: true,
            ..AcOptions::default()
        };
        let adapted = adapted(network, state);
        let solution = AcSolver::new(&adapted).solve(&state.status, &injections, &options);
        let mut check = AcCheck::skipped();
        check.iterations = u32::try_from(solution.iterations).unwrap_or(u32::MAX);
        match &solution.status {
            AcStatus::NothingToSolve => {
                check.verdict = AcVerdict::Holds;
                check.note = "no island has a generator in service: there is nothing to supply".into();
            }
            AcStatus::Converged => {
                check.violations = self.broken(state, &solution);
                check.verdict =
                    if check.violations.is_empty() { AcVerdict::Holds } else { AcVerdict::Fails };
                check.served_mw = state.served_mw;
                check.max_loading_pct = self.max_loading(state, &solution);
                check.vm_min_pu = solution.vm_min_pu().unwrap_or(0.0);
                check.vm_max_pu = solution.vm_max_pu().unwrap_or(0.0);
            }
            AcStatus::NotConverged { .. } => {
                check.verdict = AcVerdict::Fails;
                check.note = no_solution(network, &solution);
            }
        }
        check
    }

    fn limit(&self, state: &PlanState, branch: usize) -> Option<f64> {
        let rated = self.scenario.model.rating.limit_mva(&self.scenario.network.branches[branch]);
        let derated = state.derated.iter().find(|d| d.branch == branch).map(|d| d.mva);
        match (rated, derated) {
            (Some(rated), Some(derated)) => Some(rated.min(derated)),
            (rated, derated) => rated.or(derated),
        }
    }

    fn max_loading(&self, state: &PlanState, solution: &AcSolution) -> f64 {
        (0..self.scenario.network.branches.len())
            .filter_map(|l| Some(100.0 * solution.flow_mva(l) / self.limit(state, l)?))
            .fold(0.0, f64::max)
    }

    /// The limits that the solution breaks, the worst of each kind first.
    fn broken(&self, state: &PlanState, solution: &AcSolution) -> Vec<LimitBroken> {
        let network = &self.scenario.network;
        let mut broken: Vec<LimitBroken> = (0..network.branches.len())
            .filter_map(|l| {
                let limit = self.limit(state, l)?;
                let value = solution.flow_mva(l);
                let element = Element::Branch(l);
                Some(LimitBroken { element, quantity: "loading", value, limit, unit: "MVA" })
            })
            .filter(|b| b.value > b.limit)
            .collect();
        let others = violations(network, &state.status, solution, self.scenario.model.rating);
        broken.extend(others.into_iter().filter_map(|v| {
            let (element, quantity, value, limit, unit) = match v {
                Violation::BranchOverload { .. } => return None,
                Violation::VoltageLow { bus, vm_pu, limit_pu }
                | Violation::VoltageHigh { bus, vm_pu, limit_pu } => {
                    (Element::Bus(bus), "voltage", vm_pu, limit_pu, "p.u.")
                }
                Violation::ActiveLow { generator, mw, limit_mw } => {
                    // The scenario may let generators run down to 0.
                    let low = if self.scenario.model.pmin == Pmin::Zero { limit_mw.min(0.0) } else { limit_mw };
                    if mw >= low - 1e-6 {
                        return None;
                    }
                    (Element::Generator(generator), "active power", mw, low, "MW")
                }
                Violation::ActiveHigh { generator, mw, limit_mw } => {
                    (Element::Generator(generator), "active power", mw, limit_mw.max(0.0), "MW")
                }
                Violation::ReactiveLow { generator, mvar, limit_mvar }
                | Violation::ReactiveHigh { generator, mvar, limit_mvar } => {
                    (Element::Generator(generator), "reactive power", mvar, limit_mvar, "MVAr")
                }
            };
            Some(LimitBroken { element, quantity, value, limit, unit })
        }));
        broken.retain(|b| excess(b) > AT_LIMIT);
        broken.sort_by(|a, b| {
            a.quantity.cmp(b.quantity).then(excess(b).total_cmp(&excess(a))).then(a.element.cmp(&b.element))
        });
        broken
    }
}

/// The network as it stands in this state: smaller units in some branches, and capacitor banks switched with
/// the load that they are there for. Left on where load is shed, they would drive voltages up.
fn adapted(network: &Network, state: &PlanState) -> Network {
    let mut network = network.clone();
    for (bus, served) in network.buses.iter_mut().zip(&state.dispatch.served_mw) {
        if bus.bs_mvar > 0.0 && bus.pd_mw > 0.0 {
            bus.bs_mvar *= served / bus.pd_mw;
        }
    }
    for d in &state.derated {
        let branch = &mut network.branches[d.branch];
        branch.r *= d.impedance;
        branch.x *= d.impedance;
    }
    network
}

/// How far a value lies beyond its limit, relative to the limit (at least 1 unit of power, 0.1 p.u.).
fn excess(broken: &LimitBroken) -> f64 {
    (broken.value - broken.limit).abs() / broken.limit.abs().max(0.1)
}

/// Loads at the power factor of the case, generators as planned.
fn injections(network: &Network, state: &PlanState) -> Injections {
    let mut injections = Injections::of_case(network);
    for (i, bus) in network.buses.iter().enumerate() {
        if bus.pd_mw > 0.0 {
            let share = state.dispatch.served_mw[i] / bus.pd_mw;
            injections.pd_mw[i] = state.dispatch.served_mw[i];
            injections.qd_mvar[i] = bus.qd_mvar * share;
        } else if bus.pd_mw < 0.0 {
            let share = -state.dispatch.fixed_mw[i] / bus.pd_mw;
            injections.pd_mw[i] = -state.dispatch.fixed_mw[i];
            injections.qd_mvar[i] = bus.qd_mvar * share;
        }
    }
    injections.pg_mw.clone_from(&state.dispatch.pg_mw);
    injections
}

fn no_solution(network: &Network, solution: &AcSolution) -> String {
    let AcStatus::NotConverged { reason, mismatches } = &solution.status else { return String::new() };
    let worst: Vec<String> = mismatches
        .iter()
        .take(3)
        .filter_map(|m| network.buses.get(m.bus))
        .map(|bus| bus.id.to_string())
        .collect();
    let reason = match reason {
        Reason::IterationLimit => "it does not settle",
        Reason::Singular => "its equations are singular",
        Reason::Diverged => "it diverges",
    };
    format!("the power flow finds no solution: {reason}; furthest from balance: bus {}", worst.join(", "))
}
