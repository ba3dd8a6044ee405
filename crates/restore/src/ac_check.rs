//! The AC check of a planned state: does the dispatch hold as a full power flow, within every limit?

use relight_grid::Network;
use relight_grid::ac::{AcSolution, AcStatus, Reason, Violation, violations};

use crate::ac_model::AcModel;
use crate::plan::{AcCheck, AcVerdict, LimitBroken};
use crate::scenario::{Element, Pmin, Scenario};
use crate::state::GridState;

/// How far beyond a limit still counts as at it, relative to the limit. A dispatch that uses a line to its
/// DC limit carries reactive power and losses as well; nobody measures a thousandth.
const AT_LIMIT: f64 = 1e-3;

/// What a solution comes to, held against every limit.
pub(crate) fn judge(
    scenario: &Scenario,
    state: &GridState,
    model: &AcModel,
    solution: &AcSolution,
    served_mw: f64,
) -> AcCheck {
    let limits = Limits { scenario, state };
    let mut check = AcCheck::skipped();
    check.iterations = u32::try_from(solution.iterations).unwrap_or(u32::MAX);
    match &solution.status {
        AcStatus::NothingToSolve => {
            check.verdict = AcVerdict::Holds;
            check.note = "no island has a generator in service: there is nothing to supply".into();
        }
        AcStatus::Converged => {
            check.violations = limits.broken(model, solution);
            check.verdict =
                if check.violations.is_empty() { AcVerdict::Holds } else { AcVerdict::Fails };
            check.served_mw = served_mw;
            check.max_loading_pct = limits.max_loading(solution);
            check.vm_min_pu = solution.vm_min_pu().unwrap_or(0.0);
            check.vm_max_pu = solution.vm_max_pu().unwrap_or(0.0);
        }
        AcStatus::NotConverged { .. } => {
            check.verdict = AcVerdict::Fails;
            check.note = no_solution(&scenario.network, solution);
        }
    }
    check
}

/// The limit of each branch in a state, MVA.
pub(crate) fn branch_limits(scenario: &Scenario, state: &GridState) -> Vec<Option<f64>> {
    let limits = Limits { scenario, state };
    (0..scenario.network.branches.len()).map(|l| limits.branch(l)).collect()
}

/// The limits of a state.
struct Limits<'a> {
    scenario: &'a Scenario,
    state: &'a GridState,
}

impl Limits<'_> {
    fn branch(&self, branch: usize) -> Option<f64> {
        let rated = self.scenario.model.rating.limit_mva(&self.scenario.network.branches[branch]);
        let derated = self.state.derated.iter().find(|d| d.branch == branch).map(|d| d.mva);
        match (rated, derated) {
            (Some(rated), Some(derated)) => Some(rated.min(derated)),
            (rated, derated) => rated.or(derated),
        }
    }

    fn max_loading(&self, solution: &AcSolution) -> f64 {
        (0..self.scenario.network.branches.len())
            .filter_map(|l| Some(100.0 * solution.flow_mva(l) / self.branch(l)?))
            .fold(0.0, f64::max)
    }

    /// The limits that the solution breaks, the worst of each kind first.
    fn broken(&self, model: &AcModel, solution: &AcSolution) -> Vec<LimitBroken> {
        let network = &self.scenario.network;
        let mut broken: Vec<LimitBroken> = (0..network.branches.len())
            .filter_map(|l| {
                let limit = self.branch(l)?;
                let value = solution.flow_mva(l);
                let element = Element::Branch(l);
                Some(LimitBroken { element, quantity: "loading", value, limit, unit: "MVA" })
            })
            .filter(|b| b.value > b.limit)
            .collect();
        let others =
            violations(&model.network, &model.status, solution, self.scenario.model.rating);
        broken.extend(others.into_iter().filter_map(|v| {
            let (element, quantity, value, limit, unit) = match v {
                Violation::BranchOverload { .. } => return None,
                Violation::VoltageLow { bus, vm_pu, limit_pu }
                | Violation::VoltageHigh { bus, vm_pu, limit_pu } => {
                    (Element::Bus(bus), "voltage", vm_pu, limit_pu, "p.u.")
                }
                Violation::ActiveLow { generator, mw, limit_mw } => {
                    // The scenario may let generators run down to 0.
                    let low = if self.scenario.model.pmin == Pmin::Zero {
                        limit_mw.min(0.0)
                    } else {
                        limit_mw
                    };
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
                    let element = if generator < network.generators.len() {
                        Element::Generator(generator)
                    } else {
                        Element::Bus(model.network.generators[generator].bus)
                    };
                    (element, "reactive power", mvar, limit_mvar, "MVAr")
                }
            };
            Some(LimitBroken { element, quantity, value, limit, unit })
        }));
        broken.retain(|b| excess(b) > AT_LIMIT);
        broken.sort_by(|a, b| {
            a.quantity
                .cmp(b.quantity)
                .then(excess(b).total_cmp(&excess(a)))
                .then(a.element.cmp(&b.element))
        });
        broken
    }
}

/// How far a value lies beyond its limit, relative to the limit (at least 1 unit of power, 0.1 p.u.).
fn excess(broken: &LimitBroken) -> f64 {
    let least = if broken.unit == "p.u." { 0.1 } else { 1.0 };
    (broken.value - broken.limit).abs() / broken.limit.abs().max(least)
}

fn no_solution(network: &Network, solution: &AcSolution) -> String {
    let AcStatus::NotConverged { reason, mismatches } = &solution.status else {
        return String::new();
    };
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
    format!(
        "the power flow finds no solution: {reason}; furthest from balance: bus {}",
        worst.join(", ")
    )
}
