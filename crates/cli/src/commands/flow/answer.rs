//! The answer of a power flow in one form, whichever method it came from.

use relight_grid::ac::{
    self, AcOptions, AcSolution, AcStatus, Attempt, Rating, Violation, violations,
};
use relight_grid::dc::{self, DcStatus, Susceptance};
use relight_grid::{Injections, Network, Status};
use serde::Serialize;

/// Branches listed among the most loaded.
const MOST_LOADED: usize = 5;

/// What was found. Values of elements are for the tables, and not part of the document.
#[derive(Debug, Serialize)]
pub struct Answer {
    pub case: String,
    pub method: &'static str,
    pub converged: bool,
    /// Why there is no answer; `None` where there is one.
    pub reason: Option<&'static str>,
    pub iterations: Option<usize>,
    pub islands: Vec<Island>,
    /// Positive demand of all buses in service, MW.
    pub demand_mw: f64,
    /// The part of it at buses that have an answer, MW.
    pub served_mw: f64,
    pub generation_mw: f64,
    pub losses_mw: Option<f64>,
    pub vm_min: Option<Voltage>,
    pub vm_max: Option<Voltage>,
    pub most_loaded: Vec<Loading>,
    pub violations: Vec<Broken>,
    /// Buses out of balance when the method gave up.
    pub mismatches: Vec<Mismatch>,
    #[serde(skip)]
    pub values: Values,
}

/// A connected part of the grid.
#[derive(Debug, Serialize)]
pub struct Island {
    pub status: &'static str,
    pub buses: usize,
    pub reference_bus: Option<u64>,
    pub iterations: Option<usize>,
    /// What the reference, or the generators that share, produce beyond what the case gives them, MW.
    pub imbalance_mw: f64,
    /// How the solution was come by, where not straight from the start.
    pub fallback: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub struct Voltage {
    pub bus: u64,
    pub vm_pu: f64,
}

#[derive(Debug, Serialize)]
pub struct Loading {
    /// 1-based row of the branch table.
    pub branch: usize,
    pub from_bus: u64,
    pub to_bus: u64,
    pub mva: f64,
    pub limit_mva: f64,
    pub percent: f64,
}

#[derive(Debug, Serialize)]
pub struct Broken {
    pub element: &'static str,
    /// Bus number, or 1-based row.
    pub id: u64,
    pub quantity: &'static str,
    pub value: f64,
    pub limit: f64,
    pub unit: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Mismatch {
    pub bus: u64,
    pub p_mw: f64,
    pub q_mvar: f64,
}

/// Values by element; what a method does not tell is `None`.
#[derive(Debug, Default)]
pub struct Values {
    pub status: Option<Status>,
    pub island_of_bus: Vec<Option<usize>>,
    pub live: Vec<bool>,
    pub vm_pu: Option<Vec<f64>>,
    pub va_rad: Vec<f64>,
    pub pf_mw: Vec<f64>,
    pub pt_mw: Vec<f64>,
    pub qf_mvar: Option<Vec<f64>>,
    pub qt_mvar: Option<Vec<f64>>,
    pub pg_mw: Vec<f64>,
    pub qg_mvar: Option<Vec<f64>>,
}

impl Values {
    /// Apparent power at the more loaded end of a branch, MVA; in the linear model its active power.
    pub fn flow_mva(&self, branch: usize) -> f64 {
        let q = |all: &Option<Vec<f64>>| all.as_ref().map_or(0.0, |q| q[branch]);
        let from = self.pf_mw[branch].hypot(q(&self.qf_mvar));
        from.max(self.pt_mw[branch].hypot(q(&self.qt_mvar)))
    }
}

impl Answer {
    /// The full power flow of the case as it is.
    pub fn ac(network: &Network, enforce_q: bool) -> Self {
        let status = network.status();
        let options = AcOptions { enforce_q, ..AcOptions::default() };
        let solution = ac::solve(network, &status, &Injections::of_case(network), &options);
        let broken = violations(network, &status, &solution, Rating::A);
        let islands = solution.islands.iter().map(|i| Island {
            status: match i.status {
                AcStatus::Converged => "converged",
                AcStatus::NotConverged { .. } => "not converged",
                AcStatus::NothingToSolve => "dead",
            },
            buses: i.buses,
            reference_bus: i.slack.map(|s| network.buses[s].id),
            iterations: Some(i.iterations),
            imbalance_mw: i.imbalance_mw,
            fallback: match i.attempt {
                Attempt::AsAsked => None,
                Attempt::DcAngles => Some("angles of the linear power flow"),
                Attempt::Case => Some("voltages in the case"),
                Attempt::Damped => Some("damped steps"),
            },
        });
        let (reason, mismatches) = failed(network, &solution.status);
        let (converged, islands) = (solution.converged(), islands.collect());
        let (iterations, losses) = (solution.iterations, solution.losses_mw);
        let mut answer = Answer::new(network, "ac", islands, values(status, solution));
        answer.converged = converged;
        answer.reason = reason;
        answer.mismatches = mismatches;
        answer.iterations = Some(iterations);
        answer.losses_mw = Some(losses);
        answer.violations = broken.iter().map(|v| Broken::of(network, v)).collect();
        answer
    }

    /// The linear power flow of the case as it is, with the conductance of shunts as demand, as MATPOWER has it.
    pub fn dc(network: &Network) -> Self {
        let status = network.status();
        let mut injections = Injections::of_case(network);
        for (pd, bus) in injections.pd_mw.iter_mut().zip(&network.buses) {
            *pd += bus.gs_mw;
        }
        let solution = dc::solve(network, &status, &injections, Susceptance::X);
        let islands: Vec<Island> = solution
            .islands
            .iter()
            .map(|i| Island {
                status: match i.status {
                    DcStatus::Solved => "solved",
                    DcStatus::Dead => "dead",
                    DcStatus::NotSolved => "not solved",
                },
                buses: i.buses,
                reference_bus: i.slack.map(|s| network.buses[s].id),
                iterations: None,
                imbalance_mw: i.imbalance_mw,
                fallback: None,
            })
            .collect();
        let mut pg_mw: Vec<f64> = (injections.pg_mw.iter().zip(&network.generators).enumerate())
            .map(
                |(g, (mw, unit))| {
                    if status.generator[g] && solution.live[unit.bus] { *mw } else { 0.0 }
                },
            )
            .collect();
        for island in &solution.islands {
            // The first generator of the reference bus takes what the others leave.
            let at = |g: &usize| {
                status.generator[*g] && Some(network.generators[*g].bus) == island.slack
            };
            if let Some(g) = (0..network.generators.len()).find(at) {
                pg_mw[g] += island.imbalance_mw;
            }
        }
        let any = |wanted: DcStatus| solution.islands.iter().any(|i| i.status == wanted);
        let reason = if any(DcStatus::NotSolved) {
            Some("the equations have no finite answer")
        } else if any(DcStatus::Solved) {
            None
        } else {
            Some(NO_GENERATOR)
        };
        let values = Values {
            status: Some(status),
            island_of_bus: solution.island_of_bus,
            live: solution.live,
            va_rad: solution.angle_rad,
            pt_mw: solution.flow_mw.iter().map(|f| -f).collect(),
            pf_mw: solution.flow_mw,
            pg_mw,
            ..Values::default()
        };
        let mut answer = Answer::new(network, "dc", islands, values);
        answer.converged = reason.is_none();
        answer.reason = reason;
        let over = answer.loadings(network).into_iter().filter(|l| l.percent > 100.0 + 1e-6);
        answer.violations = over
            .map(|l| Broken {
                element: "branch",
                id: l.branch as u64,
                quantity: "loading",
                value: l.mva,
                limit: l.limit_mva,
                unit: "MVA",
            })
            .collect();
        answer
    }

    /// What both methods have in common.
    fn new(network: &Network, method: &'static str, islands: Vec<Island>, values: Values) -> Self {
        let demand = |on: &dyn Fn(usize) -> bool| -> f64 {
            let buses = network.buses.iter().enumerate().filter(|(i, _)| on(*i));
            buses.map(|(_, b)| b.pd_mw.max(0.0)).sum()
        };
        let voltages = values.vm_pu.iter().flatten().enumerate();
        let voltages: Vec<Voltage> = voltages
            .filter(|(i, _)| values.live[*i])
            .map(|(i, vm)| Voltage { bus: network.buses[i].id, vm_pu: *vm })
            .collect();
        let by_vm = |a: &&Voltage, b: &&Voltage| a.vm_pu.total_cmp(&b.vm_pu);
        let copy = |v: &Voltage| Voltage { bus: v.bus, vm_pu: v.vm_pu };
        let mut answer = Answer {
            case: network.name.clone(),
            method,
            converged: false,
            reason: None,
            iterations: None,
            islands,
            demand_mw: demand(&|i| values.island_of_bus[i].is_some()),
            served_mw: demand(&|i| values.live[i]),
            generation_mw: values.pg_mw.iter().sum(),
            losses_mw: None,
            vm_min: voltages.iter().min_by(by_vm).map(copy),
            vm_max: voltages.iter().max_by(by_vm).map(copy),
            most_loaded: Vec::new(),
            violations: Vec::new(),
            mismatches: Vec::new(),
            values,
        };
        answer.most_loaded = answer.loadings(network);
        answer.most_loaded.truncate(MOST_LOADED);
        answer
    }

    /// Branches with a limit and a flow, the most loaded first.
    fn loadings(&self, network: &Network) -> Vec<Loading> {
        let mut all: Vec<Loading> = (network.branches.iter().enumerate())
            .filter_map(|(k, l)| {
                let limit_mva = Rating::A.limit_mva(l)?;
                let mva = self.values.flow_mva(k);
                (mva > 0.0).then(|| Loading {
                    branch: k + 1,
                    from_bus: network.buses[l.from].id,
                    to_bus: network.buses[l.to].id,
                    mva,
                    limit_mva,
                    percent: 100.0 * mva / limit_mva,
                })
            })
            .collect();
        all.sort_by(|a, b| b.percent.total_cmp(&a.percent).then(a.branch.cmp(&b.branch)));
        all
    }
}

const NO_GENERATOR: &str = "no generator is in service";

fn failed(network: &Network, status: &AcStatus) -> (Option<&'static str>, Vec<Mismatch>) {
    match status {
        AcStatus::Converged => (None, Vec::new()),
        AcStatus::NothingToSolve => (Some(NO_GENERATOR), Vec::new()),
        AcStatus::NotConverged { reason, mismatches } => {
            let of = |m: &ac::Mismatch| Mismatch {
                bus: network.buses[m.bus].id,
                p_mw: m.p_mw,
                q_mvar: m.q_mvar,
            };
            (Some(reason.text()), mismatches.iter().map(of).collect())
        }
    }
}

fn values(status: Status, solution: AcSolution) -> Values {
    Values {
        status: Some(status),
        island_of_bus: solution.island_of_bus,
        live: solution.live,
        vm_pu: Some(solution.vm_pu),
        va_rad: solution.va_rad,
        pf_mw: solution.pf_mw,
        pt_mw: solution.pt_mw,
        qf_mvar: Some(solution.qf_mvar),
        qt_mvar: Some(solution.qt_mvar),
        pg_mw: solution.pg_mw,
        qg_mvar: Some(solution.qg_mvar),
    }
}

impl Broken {
    fn of(network: &Network, violation: &Violation) -> Self {
        let row = |index: usize| index as u64 + 1;
        let (element, id, quantity, value, limit, unit) = match *violation {
            Violation::BranchOverload { branch, mva, limit_mva, .. } => {
                ("branch", row(branch), "loading", mva, limit_mva, "MVA")
            }
            Violation::VoltageLow { bus, vm_pu, limit_pu } => {
                ("bus", network.buses[bus].id, "low voltage", vm_pu, limit_pu, "p.u.")
            }
            Violation::VoltageHigh { bus, vm_pu, limit_pu } => {
                ("bus", network.buses[bus].id, "high voltage", vm_pu, limit_pu, "p.u.")
            }
            Violation::ActiveLow { generator, mw, limit_mw } => {
                ("generator", row(generator), "low active power", mw, limit_mw, "MW")
            }
            Violation::ActiveHigh { generator, mw, limit_mw } => {
                ("generator", row(generator), "high active power", mw, limit_mw, "MW")
            }
            Violation::ReactiveLow { generator, mvar, limit_mvar } => {
                ("generator", row(generator), "low reactive power", mvar, limit_mvar, "MVAr")
            }
            Violation::ReactiveHigh { generator, mvar, limit_mvar } => {
                ("generator", row(generator), "high reactive power", mvar, limit_mvar, "MVAr")
            }
        };
        Broken { element, id, quantity, value, limit, unit }
    }
}
