//! From a planned state to one that holds as a full power flow, by less load and other dispatch.
//!
//! The plan's states come from a DC model, which knows no reactive power, no voltages and no losses. Where the power flow of a state
//! breaks a limit that other voltage set points do not mend, an interior-point method chooses load, outputs and voltages anew (`ac_optimum`).
//! Where what it finds does not hold, rounds begin that tighten the DC model where it was too hopeful: losses are drawn where they arise,
//! overloaded branches get lower limits, buses that lack reactive power may be supplied with less, and small islands that nothing
//! mends are left without power. The maximal load delivery within these margins is the next round's dispatch, and the method is asked again
//! at their end. What comes out is judged by the same code as every other state (`judge`), so that no verdict rests on how it was found.

use std::collections::VecDeque;

use relight_grid::ac::{AcSolution, AcStatus};

use crate::ac_check::{branch_limits, judge};
use crate::ac_model::{AcModel, allowed, set_points};
use crate::ac_optimum::Optimum;
use crate::dispatch::{Dispatcher, LoadBlocks, Margins};
use crate::plan::{AcCheck, AcVerdict, Dispatch, LimitBroken, PlanState};
use crate::scenario::{Element, Scenario};
use crate::state::GridState;

/// Dispatches tried for a state.
const ROUNDS: usize = 12;
/// From this round on, small islands in which something is still wrong are left without power.
const GIVE_UP_ISLANDS: usize = 5;
/// What counts as a small island: its part of the load.
const SMALL_ISLAND: f64 = 0.05;
/// Buses to which load is given back where that holds.
const GIVEN_BACK: usize = 12;
/// Rounds of lowering limits for each of them.
const OVERLOAD_ROUNDS: usize = 2;
/// The least gain that is worth another dispatch, relative to what is supplied.
const LEAST_GAIN: f64 = 1e-5;
/// Rounds of moving voltage set points for one dispatch.
const VOLTAGE_ROUNDS: usize = 4;
/// Branches between a voltage that is wrong and the units that are asked to mend it, at most.
const REACH: usize = 4;
/// Where a generally higher profile of set points lies between the lowest and the highest allowed voltage.
const HIGH: f64 = 0.8;

/// A state as it would be operated: the power flow that was judged, and what it came to.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The outcome.
    pub check: AcCheck,
    /// How the load is met: as planned, or as corrected where the verdict says so.
    pub dispatch: Dispatch,
    /// The power flow of it, ready to be solved again.
    pub model: AcModel,
}

/// Checks a state, and corrects it where it does not hold. What comes back where no correction is found is the
/// state as planned, with all that is wrong with it.
pub fn operate(dispatcher: &mut Dispatcher<'_>, planned: &PlanState) -> Operation {
    let scenario = dispatcher.scenario();
    let state = GridState { status: planned.status.clone(), derated: planned.derated.clone() };
    let mut correction = Correction::new(scenario, &state, planned.dispatch.clone());
    let (mut check, mut solution) = correction.control_voltages();
    let as_planned = correction.operation(check.clone());
    if check.verdict == AcVerdict::Holds {
        return as_planned;
    }
    let mut found = correction.optimised(dispatcher.load(), &planned.dispatch, None);
    if found.is_none() {
        for round in 0..ROUNDS {
            if check.verdict == AcVerdict::Holds {
                found = Some(correction.give_back(dispatcher, check));
                break;
            }
            correction.tighten(&check, &solution);
            if round >= GIVE_UP_ISLANDS {
                correction.leave_islands_dark(&check, &solution);
            }
            match dispatcher.deliver_within(&state, &correction.margins) {
                Some(delivery) => correction.dispatch = delivery.dispatch,
                None => break,
            }
            (check, solution) = correction.control_voltages();
        }
        found = correction.optimised(dispatcher.load(), &planned.dispatch, found);
    }
    let Some(mut check) = found else { return as_planned };
    check.verdict = AcVerdict::Corrected;
    check.note = shed(scenario, &planned.dispatch, &correction.dispatch);
    correction.operation(check)
}

/// A state on its way to one that holds.
#[derive(Clone)]
struct Correction<'a> {
    scenario: &'a Scenario,
    state: &'a GridState,
    /// Branches in service at each bus, as the buses at their other ends.
    neighbours: Vec<Vec<usize>>,
    dispatch: Dispatch,
    set_pu: Vec<f64>,
    /// Buses of islands that are left without power.
    dark: Vec<bool>,
    /// Grows while there is no solution.
    urgency: f64,
    /// A solution of a similar state.
    start: Option<AcSolution>,
    /// Whether a generally higher profile of set points has been looked at.
    raised: bool,
    margins: Margins,
}

impl<'a> Correction<'a> {
    fn new(scenario: &'a Scenario, state: &'a GridState, dispatch: Dispatch) -> Self {
        let network = &scenario.network;
        let mut neighbours = vec![Vec::new(); network.buses.len()];
        for (l, _) in network.branches.iter().zip(&state.status.branch).filter(|(_, on)| **on) {
            neighbours[l.from].push(l.to);
            neighbours[l.to].push(l.from);
        }
        Correction {
            scenario,
            state,
            neighbours,
            dispatch,
            set_pu: set_points(scenario, state),
            dark: vec![false; network.buses.len()],
            urgency: 1.0,
            start: None,
            raised: false,
            margins: Margins {
                demand: network.buses.iter().map(|b| b.pd_mw.max(0.0)).collect(),
                limit: vec![f64::INFINITY; network.branches.len()],
                losses: vec![0.0; network.buses.len()],
            },
        }
    }

    fn operation(&self, check: AcCheck) -> Operation {
        Operation { check, dispatch: self.dispatch.clone(), model: self.model(&self.set_pu) }
    }

    /// The optimum from here, where it holds and supplies more than what holds already; else what is there stays.
    fn optimised(
        &mut self,
        load: &LoadBlocks,
        planned: &Dispatch,
        found: Option<AcCheck>,
    ) -> Option<AcCheck> {
        let limits = branch_limits(self.scenario, self.state);
        let mut from = self.clone();
        if found.is_none() {
            from.dispatch.clone_from(planned);
        }
        let model = from.model(&from.set_pu);
        let optimum = Optimum::new(self.scenario, &model, limits, load);
        let Some(better) = optimum.find(from.start.as_ref()) else { return found };
        let unserved = |d: &Dispatch| load.all_unserved(&d.served_mw);
        let least = LEAST_GAIN * load.total();
        if found.is_some() && unserved(&better.dispatch) > unserved(&self.dispatch) - least {
            return found;
        }
        from.dispatch = better.dispatch;
        from.set_pu = better.set_pu;
        // Better if it is found from anywhere.
        from.start = None;
        let mut check = from.solve_once().0;
        if check.verdict != AcVerdict::Holds {
            from.start = Some(better.solution);
            check = from.solve_once().0;
        }
        if check.verdict != AcVerdict::Holds {
            return found;
        }
        *self = from;
        Some(check)
    }

    fn model(&self, set_pu: &[f64]) -> AcModel {
        let mut model = AcModel::new(self.scenario, self.state, &self.dispatch, set_pu, &self.dark);
        if let Some(solution) = &self.start {
            model.start_from(solution);
        }
        model
    }

    /// Solves the state from a solution of a similar one, and where voltages are wrong in that, from scratch as
    /// well: which units have ended up at their reactive limits may be a matter of the way.
    fn solve(&mut self) -> (AcCheck, AcSolution) {
        let warm = self.start.is_some();
        let (check, solution) = self.solve_once();
        if let Some(start) = self.start.clone().filter(|_| !solution.converged()) {
            // Units that stood at their limits there would first have to find them again: let all hold what
            // they had.
            let mut reached = self.set_pu.clone();
            for (i, set) in reached.iter_mut().enumerate().filter(|(i, _)| start.live[*i]) {
                *set = allowed(&self.scenario.network, i, start.vm_pu[i]);
            }
            let before = std::mem::replace(&mut self.set_pu, reached);
            let found = self.solve_once();
            if found.1.converged() {
                return found;
            }
            self.set_pu = before;
        }
        if !warm || !check.violations.iter().any(|b| b.quantity == "voltage") {
            return (check, solution);
        }
        let start = self.start.take();
        let fresh = self.solve_once();
        if severity(&fresh.0) < severity(&check) {
            return fresh;
        }
        self.start = start;
        (check, solution)
    }

    fn solve_once(&mut self) -> (AcCheck, AcSolution) {
        let model = self.model(&self.set_pu);
        let solution = model.solve();
        let served = self.dispatch.served_mw.iter().sum();
        let mut check = judge(self.scenario, self.state, &model, &solution, served);
        let unmet = |(served, live): (&f64, &bool)| *served > 1e-6 && !live;
        if check.verdict == AcVerdict::Holds
            && self.dispatch.served_mw.iter().zip(&solution.live).any(unmet)
        {
            check.verdict = AcVerdict::Fails;
            check.note = "load is planned where nothing can supply it".into();
        }
        if solution.converged() {
            self.start = Some(solution.clone());
        }
        (check, solution)
    }

    /// Set points that are generally higher: higher voltages lose less and carry more, and set points of a case
    /// that is no operating point say little.
    fn higher_set_points(&self) -> Vec<f64> {
        let network = &self.scenario.network;
        (network.buses.iter().enumerate())
            .map(|(i, b)| {
                let set = b.vmin_pu + HIGH * (b.vmax_pu - b.vmin_pu);
                allowed(network, i, set.max(self.set_pu[i]))
            })
            .collect()
    }

    /// Solves the state, and moves set points for as long as that leaves less wrong.
    fn control_voltages(&mut self) -> (AcCheck, AcSolution) {
        let (mut check, mut solution) = self.solve();
        let mut higher = (!self.raised).then(|| self.higher_set_points());
        self.raised = true;
        for _ in 0..VOLTAGE_ROUNDS {
            if check.verdict == AcVerdict::Holds {
                break;
            }
            let generally = higher.take();
            let moved = generally.is_none();
            let set_pu = generally.unwrap_or_else(|| self.moved_set_points(&check));
            if moved && set_pu == self.set_pu {
                break;
            }
            let before = std::mem::replace(&mut self.set_pu, set_pu);
            let found = self.solve();
            // Where neither has a solution, the next dispatch is better tried with more voltage.
            if severity(&found.0) <= severity(&check) {
                (check, solution) = found;
            } else {
                self.set_pu = before;
                if moved {
                    break;
                }
            }
        }
        (check, solution)
    }

    /// Set points after each voltage that is outside its limits has asked the units near it for what it lacks.
    fn moved_set_points(&self, check: &AcCheck) -> Vec<f64> {
        let network = &self.scenario.network;
        let n = network.buses.len();
        // The greatest wish for more and for less at each bus.
        let mut wish = vec![[0.0_f64; 2]; n];
        for broken in &check.violations {
            let (bus, by, reach) = match (broken.element, broken.quantity) {
                (Element::Bus(i), "voltage") => (i, broken.limit - broken.value, REACH),
                (Element::Generator(g), "reactive power") => {
                    // A unit that makes too much is asked to hold a lower voltage.
                    let unit = &network.generators[g];
                    let part = (broken.limit - broken.value) / (1.0 + unit.mbase_mva.abs());
                    (unit.bus, part.clamp(-0.02, 0.02), 0)
                }
                _ => continue,
            };
            let by = by.signum() * (by.abs() + 0.003);
            for i in self.around(bus, reach) {
                let [up, down] = &mut wish[i];
                if by > 0.0 { *up = up.max(by) } else { *down = down.min(by) }
            }
        }
        (0..n)
            .map(|i| {
                let by: f64 = wish[i].iter().sum();
                if by == 0.0 { self.set_pu[i] } else { allowed(network, i, self.set_pu[i] + by) }
            })
            .collect()
    }

    /// Buses within `reach` branches of a bus, nearest first.
    fn around(&self, bus: usize, reach: usize) -> Vec<usize> {
        let mut found = vec![bus];
        let mut queue = VecDeque::from([(bus, 0)]);
        while let Some((i, distance)) = queue.pop_front() {
            if distance == reach {
                continue;
            }
            for &j in &self.neighbours[i] {
                if !found.contains(&j) {
                    found.push(j);
                    queue.push_back((j, distance + 1));
                }
            }
        }
        found
    }

    /// Tightens the margins by what is wrong with a solution.
    fn tighten(&mut self, check: &AcCheck, solution: &AcSolution) {
        let is_low = |b: &&LimitBroken| b.quantity == "voltage" && b.value < b.limit;
        if solution.status == AcStatus::Converged && !check.violations.iter().any(|b| is_low(&b)) {
            self.draw_losses(solution);
            self.limit_flows(check);
            return;
        }
        let mut low = vec![false; self.neighbours.len()];
        for broken in check.violations.iter().filter(|b| is_low(b)) {
            if let Element::Bus(i) = broken.element {
                low[i] = true;
            }
        }
        let (model, held) = self.held_up(&low);
        if held.status != AcStatus::Converged {
            self.shed_around_mismatches(&held);
            return;
        }
        self.draw_losses(&held);
        let seen = judge(self.scenario, self.state, &model, &held, 0.0);
        self.limit_flows(&seen);
        // Less load needs less reactive power itself, and less of it on the way.
        let mw_per_mvar = if solution.converged() { 1.0 } else { 1.5 * self.urgency };
        // A state that still has no solution is further from one than it looks.
        self.urgency = if solution.converged() { 1.0 } else { 2.0 * self.urgency };
        for (bus, missing) in model.missing_mvar(&held).into_iter().enumerate() {
            if missing > 0.01 {
                self.shed_near(bus, mw_per_mvar * (missing + 0.2));
            }
        }
        self.start = Some(held);
    }

    /// The state with voltages held up: at loads, at all buses, and at last starting from less load.
    fn held_up(&self, low: &[bool]) -> (AcModel, AcSolution) {
        let buses = &self.scenario.network.buses;
        let held = |everywhere: bool| {
            let mut model = self.model(&self.set_pu);
            model.hold_up(low, |i| everywhere || buses[i].pd_mw > 0.0);
            model
        };
        let mut model = held(false);
        let mut solution = model.solve();
        if !solution.converged() {
            model = held(true);
            solution = model.solve();
        }
        for part in [0.4, 0.7, 0.85, 1.0] {
            if solution.converged() && part == 0.4 {
                break;
            }
            let mut scaled = held(true);
            scaled.scale(part);
            if part > 0.4 {
                scaled.start_from(&solution);
            }
            solution = scaled.solve();
            model = scaled;
            if !solution.converged() {
                break;
            }
        }
        (model, solution)
    }

    /// Losses are half at either end of a branch, and at shunts.
    fn draw_losses(&mut self, solution: &AcSolution) {
        let network = &self.scenario.network;
        let losses = &mut self.margins.losses;
        losses.fill(0.0);
        for (l, branch) in network.branches.iter().enumerate() {
            let lost = (solution.pf_mw[l] + solution.pt_mw[l]).max(0.0);
            losses[branch.from] += lost / 2.0;
            losses[branch.to] += lost / 2.0;
        }
        for (i, bus) in network.buses.iter().enumerate().filter(|&(i, _)| solution.live[i]) {
            losses[i] += bus.gs_mw.max(0.0) * solution.vm_pu[i] * solution.vm_pu[i];
        }
        // A little more, so that no generator is asked for its last kilowatt.
        for lost in losses {
            *lost *= 1.01;
        }
    }

    /// Lowers the limits of overloaded branches by their overload and a little more.
    fn limit_flows(&mut self, check: &AcCheck) {
        for broken in &check.violations {
            if let (Element::Branch(l), "loading") = (broken.element, broken.quantity) {
                let over = 1.1 * (broken.value - broken.limit) + 0.005 * broken.limit;
                let limit = (self.dispatch.flow_mw[l].abs() - over).max(0.0);
                self.margins.limit[l] = self.margins.limit[l].min(limit);
            }
        }
    }

    /// Lets buses have back what was taken from them where the state holds with it, or half of it: what each
    /// needed to lose was an estimate. Those that lost most come first.
    fn give_back(&mut self, dispatcher: &mut Dispatcher<'_>, check: AcCheck) -> AcCheck {
        let buses = &self.scenario.network.buses;
        let mut best = check;
        let taken = |c: &Self, i: usize| buses[i].pd_mw.max(0.0) - c.margins.demand[i];
        let mut capped: Vec<usize> =
            (0..buses.len()).filter(|&i| !self.dark[i] && taken(self, i) > 0.1).collect();
        capped.sort_by(|&a, &b| taken(self, b).total_cmp(&taken(self, a)).then(a.cmp(&b)));
        for &i in capped.iter().take(GIVEN_BACK) {
            for part in [1.0, 0.5] {
                let before = self.clone();
                self.margins.demand[i] += part * taken(self, i);
                if let Some(check) =
                    self.holds_with(dispatcher, best.served_mw * (1.0 + LEAST_GAIN))
                {
                    best = check;
                    break;
                }
                *self = before;
            }
        }
        best
    }

    /// Whether a state that supplies at least `least_mw` holds within the margins as they are, or with lower
    /// limits of branches that turn out to be overloaded.
    fn holds_with(&mut self, dispatcher: &mut Dispatcher<'_>, least_mw: f64) -> Option<AcCheck> {
        for _ in 0..OVERLOAD_ROUNDS {
            let delivery = dispatcher
                .deliver_within(self.state, &self.margins)
                .filter(|d| d.served_mw > least_mw)?;
            self.dispatch = delivery.dispatch;
            let (check, solution) = self.control_voltages();
            if check.verdict == AcVerdict::Holds {
                return Some(check);
            }
            if check.violations.is_empty()
                || check.violations.iter().any(|b| b.quantity != "loading")
            {
                return None;
            }
            self.tighten(&check, &solution);
        }
        None
    }

    /// Takes `mw` off what may be supplied at a bus, and where it has less than that, at those around it.
    fn shed_near(&mut self, bus: usize, mw: f64) {
        let mut left = mw;
        for i in self.around(bus, REACH) {
            let served = self.dispatch.served_mw[i].min(self.margins.demand[i]);
            let off = served.min(left);
            if off > 0.0 {
                self.margins.demand[i] = served - off;
                left -= off;
            }
            if left <= 0.0 {
                return;
            }
        }
    }

    /// Leaves small islands without power in which something is wrong: a wind farm alone may have no way to
    /// hold the voltage of the loads that are left to it.
    fn leave_islands_dark(&mut self, check: &AcCheck, solution: &AcSolution) {
        let network = &self.scenario.network;
        let mut wrong: Vec<bool> = (solution.islands.iter())
            .map(|k| matches!(k.status, AcStatus::NotConverged { .. }))
            .collect();
        for broken in &check.violations {
            let bus = match broken.element {
                Element::Bus(i) => i,
                Element::Branch(l) => network.branches[l].from,
                Element::Generator(g) => network.generators[g].bus,
            };
            if let Some(k) = solution.island_of_bus[bus] {
                wrong[k] = true;
            }
        }
        let mut load = vec![0.0; wrong.len()];
        for (island, served) in solution.island_of_bus.iter().zip(&self.dispatch.served_mw) {
            if let Some(k) = island {
                load[*k] += served;
            }
        }
        let all: f64 = load.iter().sum();
        for (i, island) in solution.island_of_bus.iter().enumerate() {
            if island.is_some_and(|k| wrong[k] && load[k] <= SMALL_ISLAND * all) {
                self.dark[i] = true;
                self.margins.demand[i] = 0.0;
                self.margins.losses[i] = 0.0;
            }
        }
    }

    /// Where nothing has a solution, there is too much load around the buses furthest from balance.
    fn shed_around_mismatches(&mut self, solution: &AcSolution) {
        let AcStatus::NotConverged { mismatches, .. } = &solution.status else { return };
        let mut pocket: Vec<usize> =
            mismatches.iter().take(4).flat_map(|m| self.around(m.bus, 2)).collect();
        pocket.sort_unstable();
        pocket.dedup();
        for i in pocket {
            let served = self.dispatch.served_mw[i].min(self.margins.demand[i]);
            self.margins.demand[i] = 0.7 * served;
        }
    }
}

/// How much is wrong with a state, for comparing two; without a solution more than with any.
fn severity(check: &AcCheck) -> f64 {
    if check.violations.is_empty() && check.verdict == AcVerdict::Fails {
        return f64::MAX;
    }
    check
        .violations
        .iter()
        .map(|b| {
            let beyond = (b.value - b.limit).abs();
            // A tenth of a voltage weighs as much as a whole limit of a branch.
            if b.quantity == "voltage" { 10.0 * beyond } else { beyond / b.limit.abs().max(1.0) }
        })
        .sum()
}

/// What a correction came to, in words.
fn shed(scenario: &Scenario, planned: &Dispatch, corrected: &Dispatch) -> String {
    let less: Vec<f64> = (planned.served_mw.iter().zip(&corrected.served_mw))
        .map(|(before, after)| before - after)
        .collect();
    let buses = less.iter().filter(|l| **l > 0.01).count();
    let (before, after): (f64, f64) =
        (planned.served_mw.iter().sum(), corrected.served_mw.iter().sum());
    if buses == 0 {
        return "holds with generators redispatched".into();
    }
    let worst = (0..less.len()).max_by(|&a, &b| less[a].total_cmp(&less[b]).then(b.cmp(&a)));
    let worst = worst.map_or(String::new(), |i| {
        format!(", most at bus {} ({:.1} MW)", scenario.network.buses[i].id, less[i])
    });
    format!("{:.1} MW less than planned at {buses} buses{worst}", (before - after).max(0.0))
}
