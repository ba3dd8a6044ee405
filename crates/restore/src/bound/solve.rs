//! Solving a programme, and reading its answer.

use std::ops::RangeBounds;

use highs::{Col, HighsModelStatus, RowProblem, Sense};

use super::losses::Lacking;
use super::programme::Step;

/// A branch counts as closed from this value of its repairs on.
const CLOSED: f64 = 0.99;

/// How far a solve may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limits {
    /// Linear relaxation: seconds.
    Relaxed { seconds: Option<f64> },
    /// Branch and bound: seconds, and nodes.
    Mixed { seconds: Option<f64>, nodes: Option<i32> },
}

/// What a solve found.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// No state of the window loses less: weight an hour, summed over steps by their counts. -infinity where
    /// nothing was proven.
    pub bound: f64,
    /// Whether it was solved to its end.
    pub optimal: bool,
    /// Columns of the programme.
    pub columns: usize,
    /// For each step of the window how far each job is done. Empty where no state was found.
    pub done: Vec<Vec<f64>>,
    /// For each step of the window what is injected into the pieces at each bus, MW.
    pub injection: Vec<Vec<f64>>,
    /// For each step of the window the flow of each branch that depends on repairs, MW, and whether it is closed.
    pub flow: Vec<Vec<f64>>,
    pub closed: Vec<Vec<bool>>,
    /// For the first step of the window what each service lacks.
    pub lacking: Vec<Lacking>,
}

impl Answer {
    /// Whether every job is done or not.
    pub(super) fn is_whole(&self) -> bool {
        !self.done.is_empty() && self.done.iter().flatten().all(|d| (d - d.round()).abs() < 1e-6)
    }
}

/// A programme that can be solved, extended by rows, and solved again from where it stands.
pub(super) struct Programme {
    pub steps: Vec<Step>,
    /// Cuts and branch limits that it has.
    pub known: (usize, usize),
    /// Loss that no choice changes, in the units of the programme, and what a weight of 1 is in these.
    pub offset: f64,
    pub scale: f64,
    limits: Limits,
    columns: usize,
    /// `None`: the solver failed, and nothing more comes of it.
    model: Option<highs::Model>,
}

impl Programme {
    /// In its own units, with nothing known.
    pub(super) fn new(problem: RowProblem, steps: Vec<Step>, limits: Limits) -> Self {
        // Without an integer column there is no branch and bound, and no bound of one.
        let fixed = steps.iter().all(|s| s.done.iter().all(Option::is_none));
        let limits = match limits {
            Limits::Mixed { seconds, .. } if fixed => Limits::Relaxed { seconds },
            limits => limits,
        };
        let columns = problem.num_cols();
        let model = prepared(problem, limits);
        Programme { steps, known: (0, 0), offset: 0.0, scale: 1.0, limits, columns, model }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, range: impl RangeBounds<f64>, terms: Vec<(Col, f64)>) {
        if terms.is_empty() {
            return;
        }
        let added = self.model.as_mut().map(|model| model.try_add_row(range, terms).is_ok());
        if added == Some(false) {
            self.model = None;
        }
    }

    /// Solves it.
    pub(super) fn solve(&mut self) -> Answer {
        self.attempt().unwrap_or_else(|| Answer {
            bound: f64::NEG_INFINITY,
            optimal: false,
            columns: self.columns,
            done: Vec::new(),
            injection: Vec::new(),
            flow: Vec::new(),
            closed: Vec::new(),
            lacking: Vec::new(),
        })
    }

    fn attempt(&mut self) -> Option<Answer> {
        let solved = self.model.take()?.try_solve().ok()?;
        // A step in which nothing can be chosen yet has no column.
        let optimal =
            matches!(solved.status(), HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty);
        let bound = match self.limits {
            Limits::Relaxed { .. } => optimal.then(|| solved.objective_value())?,
            Limits::Mixed { .. } => {
                let stopped = matches!(
                    solved.status(),
                    HighsModelStatus::ReachedTimeLimit
                        | HighsModelStatus::ReachedSolutionLimit
                        | HighsModelStatus::ReachedIterationLimit
                );
                if !optimal && !stopped {
                    return None;
                }
                solved.double_info_value(c"mip_dual_bound").ok()?
            }
        };
        if !bound.is_finite() {
            return None;
        }
        let solution = solved.get_solution();
        let value = |c: Col| solution.columns().get(c.index()).copied().unwrap_or(0.0);
        let feasible =
            optimal || solved.primal_solution_status() == highs::HighsSolutionStatus::Feasible;
        let steps: &[Step] = if feasible { &self.steps } else { &[] };
        let sum = |terms: &Vec<(Col, f64)>| -> f64 {
            terms.iter().map(|&(c, sign)| sign * value(c)).sum()
        };
        let closed = |f: &Option<(Col, Vec<Col>)>| {
            f.as_ref().is_some_and(|(_, on)| on.iter().all(|&z| value(z) > CLOSED))
        };
        let flow = |f: &Option<(Col, Vec<Col>)>| f.as_ref().map_or(0.0, |(flow, _)| value(*flow));
        let answer = Answer {
            bound: (bound + self.offset) / self.scale,
            optimal,
            columns: self.columns,
            done: (steps.iter())
                .map(|s| s.done.iter().map(|c| c.map_or(0.0, value)).collect())
                .collect(),
            injection: steps.iter().map(|s| s.at.iter().map(sum).collect()).collect(),
            flow: steps.iter().map(|s| s.flows.iter().map(flow).collect()).collect(),
            closed: steps.iter().map(|s| s.flows.iter().map(closed).collect()).collect(),
            lacking: (steps.iter().take(1))
                .flat_map(|s| s.services.iter().map(|supply| supply.lacking(value)))
                .collect(),
        };
        self.model = Some(highs::Model::from(solved));
        Some(answer)
    }
}

fn prepared(problem: RowProblem, limits: Limits) -> Option<highs::Model> {
    let mut model = problem.try_optimise(Sense::Minimise).ok()?;
    model.make_quiet();
    model.try_set_option("threads", 1).ok()?;
    model.try_set_option("mip_rel_gap", 1e-6).ok()?;
    model.try_set_option("mip_abs_gap", 1e-6).ok()?;
    let (Limits::Relaxed { seconds } | Limits::Mixed { seconds, .. }) = limits;
    if let Some(seconds) = seconds {
        model.try_set_option("time_limit", seconds).ok()?;
    }
    if let Limits::Mixed { nodes: Some(nodes), .. } = limits {
        model.try_set_option("mip_max_nodes", nodes).ok()?;
    }
    Some(model)
}
