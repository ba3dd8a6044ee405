//! Dispatches near the usual one and within the margins of an AC check, by a general solver, with line limits
//! added as they are broken.

use highs::{Col, HighsModelStatus, HighsStatus, Model, RowProblem, Sense};

use super::case::{Case, Injection};
use super::engine::{Engine, Workspace};

/// Rounds of adding limits before it is given up.
const MOST_ROUNDS: usize = 60;

/// Factors below this are left out of a row: times any injection they are far below a watt.
const SMALLEST_FACTOR: f64 = 1e-10;
/// The part of a limit that a settled dispatch keeps to where it can: reactive power and losses come on top.
const COMFORT: f64 = 0.92;
/// What a megawatt above that costs, in megawatts by which generators leave their usual output.
const DISCOMFORT: f64 = 10.0;

/// The part of a bus's injection that a column changes.
#[derive(Debug, Clone, Copy)]
enum Part {
    Served,
    Generated,
    Fixed,
    Losses,
}

/// A column: MW, added to (or taken from) a part of the injection at a bus.
#[derive(Debug)]
struct Decision {
    column: Col,
    bus: usize,
    part: Part,
    sign: f64,
}

impl Decision {
    /// MW into the grid for each MW of the column.
    fn injection(&self) -> f64 {
        if matches!(self.part, Part::Served | Part::Losses) { -self.sign } else { self.sign }
    }
}

struct Programme {
    problem: RowProblem,
    decisions: Vec<Decision>,
    /// The injections when every column is 0.
    base: Injection,
    /// The part of every limit beyond which a flow costs; `None` where it costs nothing.
    comfort: Option<f64>,
}

impl Programme {
    fn new(buses: usize) -> Self {
        let base = Injection::none(buses);
        Programme { problem: RowProblem::default(), decisions: Vec::new(), base, comfort: None }
    }

    /// Adds a column between `low` and `high` MW, if it has any room.
    fn decide(&mut self, bus: usize, part: Part, sign: f64, cost: f64, low: f64, high: f64) {
        if high > low {
            let column = self.problem.add_column(cost, low..=high);
            self.decisions.push(Decision { column, bus, part, sign });
        } else if low > 0.0 {
            self.base.part_mut(part)[bus] += sign * low;
        }
    }

    /// One balance row for each island.
    fn balance(&mut self, case: &Case) {
        let mut rows = vec![(0.0, Vec::new()); case.islands.count];
        let island = |bus: usize| case.islands.of_bus[bus].filter(|_| case.live[bus]);
        for bus in 0..self.base.served.len() {
            if let Some(k) = island(bus) {
                rows[k].0 -= self.base.at(bus);
            }
        }
        for decision in &self.decisions {
            if let Some(k) = island(decision.bus) {
                rows[k].1.push((decision.column, decision.injection()));
            }
        }
        for (right, row) in rows.into_iter().filter(|(_, row)| !row.is_empty()) {
            self.problem.add_row(right..=right, row);
        }
    }

    fn injection(&self, value: &[f64]) -> Injection {
        let mut injection = self.base.clone();
        for d in &self.decisions {
            injection.part_mut(d.part)[d.bus] += d.sign * value[d.column.index()];
        }
        injection
    }
}

impl Injection {
    fn part_mut(&mut self, part: Part) -> &mut [f64] {
        match part {
            Part::Served => &mut self.served,
            Part::Generated => &mut self.generated,
            Part::Fixed => &mut self.fixed,
            Part::Losses => &mut self.losses,
        }
    }
}

/// Serves the most weighted load, starting with the limits `broken`. `None`: the programme could not be
/// solved this way. The flag tells that generators had to go below their least output.
pub(super) fn solve(
    engine: &Engine<'_>,
    ws: &mut Workspace,
    case: &Case,
    broken: &[usize],
) -> Option<(Injection, bool)> {
    [false, true].into_iter().find_map(|below_pmin| {
        let programme = most_load(engine, case, below_pmin);
        Some((run(engine, ws, case, programme, broken.to_vec())?, below_pmin))
    })
}

/// The dispatch nearest to the usual one that supplies `served`.
pub(super) fn nearest(
    engine: &Engine<'_>,
    ws: &mut Workspace,
    case: &Case,
    served: &[f64],
) -> Option<Injection> {
    let buses = &engine.grid.scenario.network.buses;
    let mut p = Programme::new(buses.len());
    for (i, bus) in buses.iter().enumerate().filter(|&(i, _)| case.live[i]) {
        p.base.served[i] = served[i];
        p.base.generated[i] = case.usual[i];
        let (up, down) = (case.highest[i] - case.usual[i], case.usual[i] - case.lowest[i]);
        // Among equals the unit with more room moves first.
        p.decide(i, Part::Generated, 1.0, 1.0 + 1.0 / (1.0 + up), 0.0, up);
        p.decide(i, Part::Generated, -1.0, 1.0 + 1.0 / (1.0 + down), 0.0, down);
        p.decide(i, Part::Fixed, 1.0, -1.0, 0.0, (-bus.pd_mw).max(0.0));
        p.decide(i, Part::Losses, 1.0, -1e3, 0.0, case.losses[i]);
    }
    p.balance(case);
    p.comfort = Some(COMFORT);
    run(engine, ws, case, p, Vec::new())
}

fn most_load(engine: &Engine<'_>, case: &Case, below_pmin: bool) -> Programme {
    let buses = &engine.grid.scenario.network.buses;
    // The solver's tolerances are absolute: the heaviest megawatt costs 1,000 in every scenario.
    let heaviest = (0..buses.len()).map(|i| engine.grid.load.heaviest(i)).fold(0.0, f64::max);
    let scale = if heaviest > 0.0 { 1e3 / heaviest } else { 1.0 };
    let mut p = Programme::new(buses.len());
    for (i, bus) in buses.iter().enumerate().filter(|&(i, _)| case.live[i]) {
        let lowest = if below_pmin { case.below[i] } else { case.lowest[i] };
        for block in engine.grid.load.within(i, case.demand[i]) {
            p.decide(i, Part::Served, 1.0, -block.weight * scale, 0.0, block.mw);
        }
        p.decide(i, Part::Fixed, 1.0, 0.0, 0.0, (-bus.pd_mw).max(0.0));
        // Losses come first: nobody can do without them.
        p.decide(i, Part::Losses, 1.0, -2e3, 0.0, case.losses[i]);
        p.decide(i, Part::Generated, 1.0, 0.0, lowest, case.highest[i]);
    }
    p.balance(case);
    p
}

/// Solves, adds the limits that are broken, and solves again until none is.
fn run(
    engine: &Engine<'_>,
    ws: &mut Workspace,
    case: &Case,
    mut programme: Programme,
    broken: Vec<usize>,
) -> Option<Injection> {
    if programme.decisions.is_empty() {
        return Some(programme.base);
    }
    let mut model = Model::try_new(std::mem::take(&mut programme.problem)).ok()?;
    model.set_sense(Sense::Minimise);
    model.try_set_option("primal_feasibility_tolerance", 1e-9).ok()?;
    model.try_set_option("dual_feasibility_tolerance", 1e-9).ok()?;
    model.try_set_option("threads", 1).ok()?;
    model.try_set_option("presolve", "off").ok()?;
    model.try_set_option("solver", "simplex").ok()?;
    // Factors lie between -1 and 1 as they are.
    model.try_set_option("simplex_scale_strategy", 0).ok()?;
    let mut held = vec![false; case.b.len()];
    for l in broken {
        if case.limit[l].is_finite() && !std::mem::replace(&mut held[l], true) {
            hold(engine, ws, case, &programme, &mut model, l).ok()?;
        }
    }
    for _ in 0..MOST_ROUNDS {
        let solved = model.try_solve().ok()?;
        if solved.status() != HighsModelStatus::Optimal {
            return None;
        }
        let injection = programme.injection(solved.get_solution().columns());
        let flow = engine.flows(ws, case, &injection);
        let mut settled = true;
        model = solved.into();
        for l in case.broken(&flow, programme.comfort.unwrap_or(1.0)) {
            if !std::mem::replace(&mut held[l], true) {
                hold(engine, ws, case, &programme, &mut model, l).ok()?;
                settled = false;
            }
        }
        if settled {
            return Some(injection);
        }
    }
    None
}

/// Adds the limit of a branch as a row: its flow by what is injected where.
fn hold(
    engine: &Engine<'_>,
    ws: &mut Workspace,
    case: &Case,
    programme: &Programme,
    model: &mut Model,
    branch: usize,
) -> Result<(), HighsStatus> {
    let factor = engine.factors(ws, case, branch);
    let base: f64 = case.shifted[branch]
        + (0..factor.len()).map(|i| factor[i] * programme.base.at(i)).sum::<f64>();
    let mut row: Vec<(Col, f64)> = (programme.decisions.iter())
        .map(|d| (d.column, factor[d.bus] * d.injection()))
        .filter(|(_, f)| f.abs() > SMALLEST_FACTOR)
        .collect();
    let mut limit = case.limit[branch];
    if let Some(comfort) = programme.comfort {
        let beyond = (1.0 - comfort) * limit;
        limit -= beyond;
        for sign in [-1.0, 1.0] {
            row.push((model.try_add_column(DISCOMFORT, 0.0..=beyond, [])?, sign));
        }
    }
    model.try_add_row(-limit - base..=limit - base, row)?;
    Ok(())
}
