//! The engine: one context for all threads, and the room that each of them works in.

use std::sync::Arc;

use relight_grid::{Islands, Status, Susceptance, susceptance};

use super::case::{Case, Injection};
use super::laplacian::{Factor, Pattern, Room};
use super::simplex::{Basis, Column, DEAD, Island, Kind, Line, Place, Simplex, Trouble};
use super::{Delivery, finish, interpolate, output_limits, reference, share};
use crate::plan::{Derating, Dispatch};
use crate::scenario::Scenario;
use crate::state::GridState;
use crate::weights;

/// What a megawatt costs by which a generator leaves its reference output, in mean weights of load. It keeps the
/// answer of a programme unique and near the reference; no load is given up for it that counts.
const REDISPATCH: f64 = 1e-8;
/// Pivots before the full programme is solved instead.
const MOST_PIVOTS: usize = 20_000;
/// Prices below this part of the mean weight are those of redispatch alone: 0.
const NO_PRICE: f64 = 1e-6;

/// What a state is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct StateValue {
    /// Weighted load not supplied: the sum of weight times MW.
    pub unserved: f64,
    /// Load supplied at each bus, MW.
    pub served_mw: Vec<f64>,
    /// Weighted unserved load that is saved for one more MW let in at each bus; where there is no power, what the
    /// first MW saves.
    pub price: Vec<f64>,
}

/// How much work was done, and how often a state was left to the general solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// States dispatched.
    pub states: u64,
    /// Those of them for which a programme was needed.
    pub programmes: u64,
    /// Pivots of all programmes.
    pub pivots: u64,
    /// States that fell back on [`mod@reference`].
    pub fallbacks: u64,
}

/// A state whose dispatch others start from.
#[derive(Debug, Clone)]
struct Anchor {
    status: Status,
    derated: Vec<Derating>,
    basis: Basis,
}

/// What states have in common: the scenario, the analysed grid, and the anchors. Immutable, shared by threads, and
/// quick to clone; what a state is worth is a function of the state and of this alone.
#[derive(Debug, Clone)]
pub struct Engine<'a> {
    pub(super) grid: Arc<Grid<'a>>,
    anchors: Arc<Vec<Anchor>>,
}

/// What does not depend on anchors.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    pub scenario: &'a Scenario,
    pub weight: Vec<f64>,
    pub susceptance: Vec<f64>,
    pub limit: Vec<f64>,
    /// Phase shifters by branch: angle times power base.
    pub shift: Vec<(usize, f64)>,
    pub pattern: Pattern,
    /// Cost of a megawatt shed at each bus, in mean weights, all different; and buses by falling cost.
    cost: Vec<f64>,
    by_cost: Vec<usize>,
    mean_weight: f64,
}

/// What a thread works in. It holds no knowledge that an answer depends on.
#[derive(Debug, Clone)]
pub struct Workspace {
    factor: Factor,
    room: Room,
    dense: Vec<f64>,
    island: Vec<u32>,
    effort: Effort,
}

impl Workspace {
    /// The work done so far.
    pub fn effort(&self) -> Effort {
        self.effort
    }

    pub(super) fn factorise(&mut self, engine: &Engine<'_>, b: &[f64], islands: &Islands) -> bool {
        let branches = &engine.grid.scenario.network.branches;
        let position = &engine.grid.pattern.position;
        let ends = |l: usize| (position[branches[l].from], position[branches[l].to]);
        let (of_bus, count) = (&islands.of_bus, islands.count);
        let sound =
            self.factor.change_to(&engine.grid.pattern, &mut self.room, ends, b, of_bus, count);
        if !sound {
            self.factor = Factor::new(&engine.grid.pattern, branches.len());
        }
        sound
    }

    /// Angles times the power base from injections, by bus, in place.
    pub(super) fn solve(&mut self, engine: &Engine<'_>, x: &mut [f64]) {
        let position = &engine.grid.pattern.position;
        for (&at, x) in position.iter().zip(x.iter()) {
            self.dense[at as usize] = *x;
        }
        self.factor.forward(&engine.grid.pattern, &mut self.dense);
        self.factor.backward(&engine.grid.pattern, &mut self.dense);
        for (&at, x) in position.iter().zip(x) {
            *x = self.dense[at as usize];
        }
    }
}

/// A dispatched state.
pub(super) struct Solved {
    pub case: Case,
    pub injection: Injection,
    pub below_pmin: bool,
    /// In mean weights, by bus.
    price: Vec<f64>,
    basis: Basis,
}

/// The dispatch that a programme starts from.
struct Start {
    injection: Injection,
    /// For each island with too little generation the bus whose load is met in part.
    marginal: Vec<Option<usize>>,
}

impl<'a> Engine<'a> {
    /// Prepares for the states of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Self {
        let network = &scenario.network;
        let weight = weights::per_mw(scenario);
        let demand = |i: usize| network.buses[i].pd_mw.max(0.0);
        let total: f64 = (0..weight.len()).map(demand).sum();
        let weighted: f64 = (0..weight.len()).map(|i| weight[i] * demand(i)).sum();
        let mean_weight = if weighted > 0.0 { weighted / total } else { 1.0 };
        // Load that weighs nothing still comes before the convenience of generators.
        let cost: Vec<f64> = (weight.iter().enumerate())
            .map(|(i, w)| (w / mean_weight).max(10.0 * REDISPATCH) + REDISPATCH * scatter(i))
            .collect();
        let mut by_cost: Vec<usize> = (0..cost.len()).filter(|&i| demand(i) > 0.0).collect();
        by_cost.sort_by(|&a, &b| cost[b].total_cmp(&cost[a]).then(a.cmp(&b)));
        let kept = scenario.model.susceptance == Susceptance::X;
        let grid = Grid {
            scenario,
            weight,
            susceptance: network
                .branches
                .iter()
                .map(|l| susceptance(l, scenario.model.susceptance))
                .collect(),
            limit: (network.branches.iter())
                .map(|l| scenario.model.rating.limit_mva(l).unwrap_or(f64::INFINITY))
                .collect(),
            shift: (network.branches.iter().enumerate())
                .filter(|(_, l)| kept && l.shift_deg != 0.0 && l.from != l.to)
                .map(|(k, l)| (k, l.shift_deg.to_radians() * network.base_mva))
                .collect(),
            pattern: Pattern::new(network),
            cost,
            by_cost,
            mean_weight,
        };
        Engine { grid: Arc::new(grid), anchors: Arc::default() }
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.grid.scenario
    }

    /// Weight of a megawatt at each bus.
    pub fn weight(&self) -> &[f64] {
        &self.grid.weight
    }

    /// Room for one thread.
    pub fn workspace(&self) -> Workspace {
        let n = self.grid.pattern.len();
        Workspace {
            factor: Factor::new(&self.grid.pattern, self.grid.scenario.network.branches.len()),
            room: Room::new(n),
            dense: vec![0.0; n],
            island: Vec::new(),
            effort: Effort::default(),
        }
    }

    /// The same engine with other anchors: each state is dispatched from the basis of the one among
    /// `states` that it has most in common with. Well chosen ones - those of the best plan so far - make it
    /// quicker, by far; the answers are the same but for rounding, and for the choice between dispatches that are as
    /// good. It takes as long as the dispatch of these states.
    #[must_use]
    pub fn anchored(&self, states: &[GridState]) -> Self {
        let plain = Engine { grid: Arc::clone(&self.grid), anchors: Arc::default() };
        let mut ws = plain.workspace();
        let anchors = (states.iter())
            .filter_map(|state| {
                let basis = plain.solve(&mut ws, state)?.basis;
                Some(Anchor { status: state.status.clone(), derated: state.derated.clone(), basis })
            })
            .collect();
        Engine { anchors: Arc::new(anchors), ..plain }
    }

    /// What a state is worth.
    pub fn value(&self, ws: &mut Workspace, state: &GridState) -> StateValue {
        let Some(solved) = self.solve(ws, state) else {
            let delivery = self.by_reference(ws, state, &self.limits(state));
            return StateValue {
                unserved: delivery.unserved,
                served_mw: delivery.dispatch.served_mw,
                price: vec![0.0; self.grid.weight.len()],
            };
        };
        let price = self.prices(&solved);
        let served_mw = solved.injection.served;
        StateValue { unserved: self.unserved(&served_mw), served_mw, price }
    }

    /// The maximal load delivery of a state.
    pub fn deliver(&self, ws: &mut Workspace, state: &GridState) -> Delivery {
        match self.solve(ws, state) {
            Some(Solved { case, injection, below_pmin, .. }) => {
                let flow = self.flows(ws, &case, &injection);
                self.delivery(&case, injection, flow, below_pmin, state)
            }
            None => {
                let limit = self.prepare(ws, state).map(|case| case.limit);
                self.by_reference(ws, state, &limit.unwrap_or_else(|| self.limits(state)))
            }
        }
    }

    fn unserved(&self, served: &[f64]) -> f64 {
        (self.grid.scenario.network.buses.iter().zip(served).zip(&self.grid.weight))
            .map(|((bus, served), weight)| weight * (bus.pd_mw.max(0.0) - served).max(0.0))
            .sum()
    }

    /// Prices in weights, with those of buses without power.
    fn prices(&self, solved: &Solved) -> Vec<f64> {
        let of_bus = &solved.case.islands.of_bus;
        let mut heaviest = vec![0.0; solved.case.islands.count];
        for &i in &self.grid.by_cost {
            if let Some(k) = of_bus[i] {
                heaviest[k] = f64::max(heaviest[k], self.grid.weight[i]);
            }
        }
        (solved.price.iter().enumerate())
            .map(|(i, price)| match of_bus[i] {
                Some(_) if solved.case.live[i] => {
                    if price.abs() < NO_PRICE {
                        0.0
                    } else {
                        price * self.grid.mean_weight
                    }
                }
                Some(k) => heaviest[k],
                None if self.grid.scenario.network.buses[i].pd_mw > 0.0 => self.grid.weight[i],
                None => 0.0,
            })
            .collect()
    }

    /// Dispatches a state. `None`: the general solver has to do it.
    pub(super) fn solve(&self, ws: &mut Workspace, state: &GridState) -> Option<Solved> {
        ws.effort.states += 1;
        let case = self.prepare(ws, state)?;
        let nothing = Basis::default();
        let basis = self.nearest_anchor(state).map_or(&nothing, |anchor| &anchor.basis);
        let (below_pmin, parts) = match self.dispatch(ws, &case, basis, false) {
            Ok(parts) => (false, parts),
            Err(Trouble::Infeasible) => (true, self.dispatch(ws, &case, basis, true).ok()?),
            Err(Trouble::Numerical) => return None,
        };
        let (injection, price, basis) = parts;
        Some(Solved { case, injection, below_pmin, price, basis })
    }

    fn dispatch(
        &self,
        ws: &mut Workspace,
        case: &Case,
        basis: &Basis,
        below_pmin: bool,
    ) -> Result<(Injection, Vec<f64>, Basis), Trouble> {
        let lowest = if below_pmin { &case.below } else { &case.lowest };
        let start = self.by_balance(case, lowest, &case.usual);
        let mut effort = ws.effort;
        let mut programme = self.programme(ws, case, lowest, &start, basis);
        programme.run(MOST_PIVOTS)?;
        effort.pivots += programme.pivots as u64;
        effort.programmes += u64::from(programme.pivots > 0);
        let (injection, price) = self.read(case, lowest, start.injection, &programme);
        let basis = programme.basis();
        ws.effort = effort;
        Ok((injection, price, basis))
    }

    /// The anchor that has most in common with a state; the first of those that have as much.
    fn nearest_anchor(&self, state: &GridState) -> Option<&Anchor> {
        let unlike = |a: &[bool], b: &[bool]| a.iter().zip(b).filter(|(a, b)| a != b).count();
        let distance = |anchor: &&Anchor| {
            unlike(&anchor.status.bus, &state.status.bus)
                + unlike(&anchor.status.branch, &state.status.branch)
                + unlike(&anchor.status.generator, &state.status.generator)
                + usize::from(anchor.derated != state.derated)
        };
        self.anchors.iter().min_by_key(distance)
    }

    /// Load by weight as far as generation reaches, island by island, without regard to line limits, and each
    /// generator as near to its reference output as that allows.
    fn by_balance(&self, case: &Case, lowest: &[f64], reference: &[f64]) -> Start {
        let n = lowest.len();
        let count = case.islands.count;
        let mut injection = Injection::none(n);
        let island = |i: usize| case.islands.of_bus[i].filter(|_| case.live[i]);
        #[derive(Clone, Default)]
        struct Sums {
            low: f64,
            usual: f64,
            high: f64,
            fixed: f64,
            demand: f64,
        }
        let usual = |i: usize| reference[i].clamp(lowest[i], case.highest[i]);
        let mut sums = vec![Sums::default(); count];
        for i in 0..n {
            if let Some(k) = island(i) {
                let sums = &mut sums[k];
                sums.low += lowest[i];
                sums.usual += usual(i);
                sums.high += case.highest[i];
                sums.fixed += case.feed_in[i];
                sums.demand += case.demand[i];
            }
        }
        // Rounding must not make an island short.
        let short = |s: &Sums| s.demand > (s.high + s.fixed) * (1.0 + 1e-12);
        let mut left: Vec<f64> = sums.iter().map(|s| s.high + s.fixed).collect();
        let mut marginal = vec![None; count];
        for &i in &self.grid.by_cost {
            let Some(k) = island(i) else { continue };
            if short(&sums[k]) {
                injection.served[i] = case.demand[i].min(left[k]);
                left[k] -= injection.served[i];
                if injection.served[i] < case.demand[i] && marginal[k].is_none() {
                    marginal[k] = Some(i);
                }
            } else {
                injection.served[i] = case.demand[i];
            }
        }
        // Feed-in is used before generators move; it is let in as far as there is load.
        let output: Vec<(f64, f64)> = (sums.iter())
            .map(|s| {
                let served = s.demand.min(s.high + s.fixed);
                let used = s.fixed.min((served - s.low.max(0.0)).max(0.0));
                (served - used, share(used, s.fixed))
            })
            .collect();
        for i in 0..n {
            let Some(k) = island(i) else { continue };
            let (Sums { low, usual: middle, high, .. }, (output, fed)) = (&sums[k], output[k]);
            injection.fixed[i] = case.feed_in[i] * fed;
            injection.generated[i] = if marginal[k].is_some() {
                case.highest[i]
            } else if output >= *middle {
                interpolate(usual(i), case.highest[i], share(output - middle, high - middle))
            } else {
                interpolate(lowest[i], usual(i), share(output - low, middle - low))
            };
        }
        Start { injection, marginal }
    }

    fn programme<'w>(
        &'w self,
        ws: &'w mut Workspace,
        case: &Case,
        lowest: &[f64],
        start: &Start,
        basis: &Basis,
    ) -> Simplex<'w> {
        let network = &self.grid.scenario.network;
        let n = network.buses.len();
        let position = &self.grid.pattern.position;
        let mut island = vec![DEAD; n];
        let mut islands =
            vec![Island { imbalance: 0.0, tolerance: 1e-9, active: false }; case.islands.count];
        let mut base = vec![0.0; n];
        let mut columns = Vec::with_capacity(2 * n);
        let mut partly = vec![None; case.islands.count];
        let injection = &start.injection;
        for i in 0..n {
            let Some(k) = case.islands.of_bus[i].filter(|_| case.live[i]) else { continue };
            let at = position[i];
            island[at as usize] = k as u32;
            let free = injection.generated[i] + injection.fixed[i];
            base[at as usize] = free - case.demand[i];
            islands[k].tolerance += 1e-12 * (free.abs() + case.demand[i]);
            let mut column = |kind, cost, upper: f64, place| {
                if upper > 0.0 {
                    let sign = if kind == Kind::Down { -1.0 } else { 1.0 };
                    columns.push(Column { position: at, sign, cost, upper, place, kind });
                }
            };
            let up = case.highest[i] + case.feed_in[i] - free;
            let down = free - lowest[i];
            let redispatch = |room: f64| REDISPATCH * (1.0 + scatter(i) + 1.0 / (1.0 + room));
            column(Kind::Up, redispatch(up), up, Place::Lower);
            column(Kind::Down, redispatch(down), down, Place::Lower);
            let shed = injection.served[i] <= 0.0 && start.marginal[k].is_some();
            let place = if shed { Place::Upper } else { Place::Lower };
            column(Kind::Shed, self.grid.cost[i], case.demand[i], place);
            if start.marginal[k] == Some(i) {
                partly[k] = Some(columns.len() - 1);
            }
        }
        let mut drive = vec![0.0; n];
        let mut lines: Vec<Line> = Vec::with_capacity(network.branches.len());
        for (l, branch) in network.branches.iter().enumerate() {
            if case.b[l] != 0.0 && case.limit[l].is_finite() && branch.from != branch.to {
                lines.push(Line {
                    branch: l as u32,
                    from: position[branch.from],
                    to: position[branch.to],
                    b: case.b[l],
                    drive: 0.0,
                    limit: case.limit[l],
                    flow: 0.0,
                    active: false,
                });
            }
        }
        for (l, by) in self.drives(case) {
            let branch = &network.branches[l];
            drive[position[branch.from] as usize] += by;
            drive[position[branch.to] as usize] -= by;
            if let Ok(k) = lines.binary_search_by_key(&(l as u32), |line| line.branch) {
                lines[k].drive = by;
            }
        }
        // What of the basis there is in this state.
        let mut kept: Vec<usize> = (columns.iter().enumerate())
            .filter(|(_, c)| basis.columns.binary_search(&(c.position, c.kind)).is_ok())
            .map(|(j, _)| j)
            .collect();
        kept.sort_unstable_by_key(|&j| (columns[j].position, columns[j].kind));
        let held: Vec<usize> = (basis.lines.iter())
            .filter_map(|l| lines.binary_search_by_key(l, |line| line.branch).ok())
            .collect();
        let Workspace { factor, room, island: places, .. } = ws;
        *places = island;
        let mut programme = Simplex::new(
            &self.grid.pattern,
            factor,
            room,
            places,
            base,
            drive,
            columns,
            lines,
            islands,
        );
        programme.start(&kept, &held, &partly);
        programme
    }

    /// The injections and prices that a solved programme stands for.
    fn read(
        &self,
        case: &Case,
        lowest: &[f64],
        mut injection: Injection,
        programme: &Simplex<'_>,
    ) -> (Injection, Vec<f64>) {
        let n = lowest.len();
        let position = &self.grid.pattern.position;
        let mut free = vec![0.0; n];
        let mut served = vec![0.0; n];
        for i in (0..n).filter(|&i| case.live[i]) {
            free[position[i] as usize] = injection.generated[i] + injection.fixed[i];
            served[position[i] as usize] = case.demand[i];
        }
        for (column, value) in programme.columns.iter().zip(programme.values()) {
            let at = column.position as usize;
            if column.kind == Kind::Shed {
                served[at] -= value;
            } else {
                free[at] += column.sign * value;
            }
        }
        for i in (0..n).filter(|&i| case.live[i]) {
            let at = position[i] as usize;
            injection.served[i] = served[at];
            // Feed-in first; what is left of it is no output of a generator.
            injection.fixed[i] = (free[at] - lowest[i]).clamp(0.0, case.feed_in[i]);
            injection.generated[i] =
                (free[at] - injection.fixed[i]).clamp(lowest[i], case.highest[i]);
        }
        let prices = programme.prices();
        let price = (0..n).map(|i| prices[position[i] as usize]).collect();
        (injection, price)
    }

    pub(super) fn delivery(
        &self,
        case: &Case,
        injection: Injection,
        flow_mw: Vec<f64>,
        below_pmin: bool,
        state: &GridState,
    ) -> Delivery {
        let network = &self.grid.scenario.network;
        // Units of a bus share its output in proportion to their room.
        let pg_mw = (network.generators.iter().enumerate())
            .map(|(g, unit)| {
                if !state.status.generator[g] || !case.live[unit.bus] {
                    return 0.0;
                }
                let (low, high) =
                    output_limits(unit.pmin_mw, unit.pmax_mw, self.grid.scenario.model.pmin);
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
        finish(network, &self.grid.weight, dispatch, below_pmin)
    }

    fn by_reference(&self, ws: &mut Workspace, state: &GridState, limit: &[f64]) -> Delivery {
        ws.effort.fallbacks += 1;
        let b = self.susceptances(state);
        reference::deliver(self.grid.scenario, &self.grid.weight, &b, limit, state)
    }
}

/// A number between 0 and 1 for each index, the same on every machine (the finaliser of Steele, Lea, Flood, "Fast
/// splittable pseudorandom number generators", 2014).
fn scatter(index: usize) -> f64 {
    let mut z = (index as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
