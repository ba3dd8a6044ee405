//! The engine: one context for all threads, and the room that each of them works in.

use std::sync::Arc;

use relight_grid::{Islands, Status, Susceptance, susceptance};

use super::case::{Case, Injection};
use super::laplacian::{Factor, Pattern, Room};
use super::load::LoadBlocks;
use super::simplex::{Basis, Column, Kind, Numbers, Trouble};
use super::{Delivery, finish, interpolate, output_limits, reference, share};
use crate::plan::{Derating, Dispatch};
use crate::scenario::Scenario;
use crate::state::GridState;

/// What a megawatt costs by which a generator leaves its reference output, in mean weights of load. It keeps the
/// answer of a programme unique and near the reference; no load is given up for it that counts.
const REDISPATCH: f64 = 1e-8;
/// Pivots before the full programme is solved instead.
const MOST_PIVOTS: usize = 20_000;
/// Prices below this part of the mean weight are those of redispatch alone: 0.
const NO_PRICE: f64 = 1e-6;

/// Elements in which a state may differ from an anchor whose limits cost no load.
const NEAR: u32 = 64;

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
    flags: Vec<u64>,
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
    pub load: LoadBlocks,
    pub susceptance: Vec<f64>,
    pub limit: Vec<f64>,
    /// Phase shifters by branch: angle times power base.
    pub shift: Vec<(usize, f64)>,
    pub pattern: Pattern,
    /// Blocks of load as columns, by falling cost of a megawatt shed.
    pub by_cost: Vec<usize>,
    mean_weight: f64,
    /// Everything that a state can decide, with the bus of each, by position.
    pub columns: Vec<Column>,
    pub of_bus: Vec<usize>,
    /// By column: its place among the blocks of its bus.
    pub block: Vec<u32>,
    /// The positions that each branch joins.
    pub ends: Vec<(u32, u32)>,
}

/// What a thread works in. It holds no knowledge that an answer depends on.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub(super) factor: Factor,
    pub(super) room: Room,
    dense: Vec<f64>,
    pub(super) numbers: Numbers,
    effort: Effort,
}

impl Workspace {
    /// The work done so far.
    pub fn effort(&self) -> Effort {
        self.effort
    }

    pub(super) fn factorise(&mut self, engine: &Engine<'_>, b: &[f64], islands: &Islands) -> bool {
        let Grid { pattern, ends, .. } = &*engine.grid;
        let sound = self.factor.change_to(pattern, &mut self.room, ends, b, islands);
        if !sound {
            self.factor = Factor::new(pattern, b.len());
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

impl<'a> Engine<'a> {
    /// Prepares for the states of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Self {
        let network = &scenario.network;
        let load = LoadBlocks::new(scenario);
        let total: f64 = network.buses.iter().map(|bus| bus.pd_mw.max(0.0)).sum();
        let weighted = load.total();
        let mean_weight = if weighted > 0.0 { weighted / total } else { 1.0 };
        // Load that weighs nothing still comes before the convenience of generators.
        let cost = |i: usize, weight: f64| {
            (weight / mean_weight).max(10.0 * REDISPATCH) + REDISPATCH * scatter(i)
        };
        let pattern = Pattern::new(network);
        let mut buses: Vec<usize> = (0..network.buses.len()).collect();
        buses.sort_unstable_by_key(|&i| pattern.position[i]);
        let mut movable: Vec<bool> = network.buses.iter().map(|bus| bus.pd_mw < 0.0).collect();
        network.generators.iter().for_each(|unit| movable[unit.bus] = true);
        let (mut columns, mut of_bus, mut block) = (Vec::new(), Vec::new(), Vec::new());
        for i in buses {
            let mut column = |kind, sign, cost, k| {
                columns.push(Column { position: pattern.position[i], kind, sign, cost });
                of_bus.push(i);
                block.push(k);
            };
            if movable[i] {
                column(Kind::Up, 1.0, REDISPATCH * (1.0 + scatter(i)), 0);
                column(Kind::Down, -1.0, REDISPATCH * (1.0 + scatter(i)), 0);
            }
            for (k, of) in (0..).zip(load.of(i)) {
                column(Kind::Shed, 1.0, cost(i, of.weight), k);
            }
        }
        let shed = |j: &usize| columns[*j].kind == Kind::Shed;
        let mut by_cost: Vec<usize> = (0..columns.len()).filter(shed).collect();
        by_cost.sort_by(|&a, &b| {
            let order = columns[b].cost.total_cmp(&columns[a].cost);
            order.then((of_bus[a], block[a]).cmp(&(of_bus[b], block[b])))
        });
        let kept = scenario.model.susceptance == Susceptance::X;
        let grid = Grid {
            scenario,
            load,
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
            ends: (network.branches.iter())
                .map(|l| (pattern.position[l.from], pattern.position[l.to]))
                .collect(),
            pattern,
            columns,
            of_bus,
            block,
            by_cost,
            mean_weight,
        };
        Engine { grid: Arc::new(grid), anchors: Arc::default() }
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.grid.scenario
    }

    /// Load in blocks by weight.
    pub fn load(&self) -> &LoadBlocks {
        &self.grid.load
    }

    /// Room for one thread.
    pub fn workspace(&self) -> Workspace {
        let n = self.grid.pattern.len();
        Workspace {
            factor: Factor::new(&self.grid.pattern, self.grid.scenario.network.branches.len()),
            room: Room::new(n),
            dense: vec![0.0; n],
            numbers: Numbers::default(),
            effort: Effort::default(),
        }
    }

    /// The same engine with other anchors: each state is dispatched from the basis of the one among
    /// `states` that it has most in common with. Well chosen ones - those of the best plan so far - make it
    /// quicker, by far; the answers are the same but for rounding, and for the choice between dispatches that are as
    /// good. It takes as long as the dispatch of these states, from the anchors there were.
    #[must_use]
    pub fn anchored(&self, states: &[GridState]) -> Self {
        let mut ws = self.workspace();
        let anchors = (states.iter())
            .filter_map(|state| {
                let basis = self.solve(&mut ws, state)?.basis;
                let (flags, derated) = (packed(&state.status), state.derated.clone());
                Some(Anchor { flags, derated, basis })
            })
            .collect();
        Engine { grid: Arc::clone(&self.grid), anchors: Arc::new(anchors) }
    }

    /// What a state is worth.
    pub fn value(&self, ws: &mut Workspace, state: &GridState) -> StateValue {
        let Some(solved) = self.solve(ws, state) else {
            let delivery = self.by_reference(ws, state);
            return StateValue {
                unserved: delivery.unserved,
                served_mw: delivery.dispatch.served_mw,
                price: vec![0.0; self.grid.scenario.network.buses.len()],
            };
        };
        let price = self.prices(&solved);
        let served_mw = solved.injection.served;
        StateValue { unserved: self.grid.load.all_unserved(&served_mw), served_mw, price }
    }

    /// The maximal load delivery of a state.
    pub fn deliver(&self, ws: &mut Workspace, state: &GridState) -> Delivery {
        let Some(Solved { case, injection, below_pmin, .. }) = self.solve(ws, state) else {
            return self.by_reference(ws, state);
        };
        let flow = self.flows(ws, &case, &injection);
        self.delivery(&case, injection, flow, below_pmin, state)
    }

    /// Prices in weights, with those of buses without power.
    fn prices(&self, solved: &Solved) -> Vec<f64> {
        let of_bus = &solved.case.islands.of_bus;
        let mut heaviest = vec![0.0; solved.case.islands.count];
        for (i, k) in of_bus.iter().enumerate() {
            if let Some(k) = *k {
                heaviest[k] = f64::max(heaviest[k], self.grid.load.heaviest(i));
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
                None => self.grid.load.heaviest(i),
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
        let basis = programme.basis(NO_PRICE);
        ws.effort = effort;
        Ok((injection, price, basis))
    }

    /// The anchor that has most in common with a state, the first of those that have as much; `None` where that is not
    /// enough to start from.
    fn nearest_anchor(&self, state: &GridState) -> Option<&Anchor> {
        if self.anchors.is_empty() {
            return None;
        }
        let flags = packed(&state.status);
        let unlike = |other: &[u64]| -> u32 {
            flags.iter().zip(other).map(|(a, b)| (a ^ b).count_ones()).sum()
        };
        let distance =
            |anchor: &&Anchor| unlike(&anchor.flags) + u32::from(anchor.derated != state.derated);
        let (nearest, apart) = (self.anchors.iter())
            .map(|anchor| (anchor, distance(&anchor)))
            .min_by_key(|&(_, apart)| apart)?;
        // Limits that cost load do so in many states; those that only steer generators are found again as quickly.
        let lasting = 2 * nearest.basis.costly >= nearest.basis.lines.len();
        (apart <= NEAR || lasting).then_some(nearest)
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
        finish(&self.grid.load, dispatch, below_pmin)
    }

    fn by_reference(&self, ws: &mut Workspace, state: &GridState) -> Delivery {
        ws.effort.fallbacks += 1;
        let limit = self.prepare(ws, state).map(|case| case.limit);
        let limit = limit.unwrap_or_else(|| self.limits(state));
        let b = self.susceptances(state);
        reference::deliver(self.grid.scenario, &self.grid.load, &b, &limit, state)
    }
}

/// A status as bits.
fn packed(status: &Status) -> Vec<u64> {
    let flags = [&status.bus, &status.branch, &status.generator];
    flags
        .into_iter()
        .flat_map(|flags| flags.chunks(64))
        .map(|chunk| chunk.iter().fold(0, |bits, &on| bits << 1 | u64::from(on)))
        .collect()
}

/// A number between 0 and 1 for each index, the same on every machine (the finaliser of Steele, Lea, Flood, "Fast
/// splittable pseudorandom number generators", 2014).
fn scatter(index: usize) -> f64 {
    let mut z = (index as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
