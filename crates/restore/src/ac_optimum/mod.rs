//! The most load that a state can supply as a full power flow, within every limit.
//!
//! One nonlinear programme: outputs, reactive outputs, voltages, angles and load are chosen at once, tap ratios are as
//! they are. It is solved by an interior-point method (`interior`), and its end is a local optimum. What a balance lacks is allowed at a price
//! far above that of any load (the exact penalty function of Fletcher, "Practical Methods of Optimization", Wiley 1987, section 14.3), so
//! that every programme has an answer. The power flow at what it chose is what counts.

mod interior;

use relight_grid::ac::AcSolution;
use relight_grid::{BusKind, Injections};

use crate::ac_model::AcModel;
use crate::dispatch::{Block, LoadBlocks, output_limits};
use crate::plan::Dispatch;
use crate::scenario::Scenario;
use interior::{Local, Problem};

/// Price of a p.u. of power that a balance lacks. The heaviest p.u. of load is worth 1.
const PRICE: f64 = 20.0;
/// What a p.u. of load is worth at least: load that weighs nothing is still better supplied than not.
const LEAST_WORTH: f64 = 1e-5;
/// The price of half the square of what the output of a unit is away from its planned one, p.u.: enough to choose among equals.
const MOVED: f64 = 1e-6;
/// Limits are kept with this to spare, relative.
const TO_SPARE: f64 = 1e-4;
/// A part of a load above this is all of it.
const NEARLY_ALL: f64 = 1.0 - 1e-6;

/// What a value of the programme is.
#[derive(Debug, Clone, Copy)]
enum Part {
    Active(usize),
    Reactive(usize),
    /// A bus, and the share of its load.
    Load(usize, f64),
}

/// Voltages, outputs and load, by bus and by unit; p.u., radians.
#[derive(Debug, Clone)]
struct Point {
    vm: Vec<f64>,
    va: Vec<f64>,
    pg: Vec<f64>,
    qg: Vec<f64>,
    /// The part of each bus's load, or of what a negative one feeds in.
    share: Vec<f64>,
}

/// A state to be optimised.
pub(crate) struct Optimum<'a> {
    scenario: &'a Scenario,
    /// Network, status and units as the power flow has them.
    model: &'a AcModel,
    limit: Vec<Option<f64>>,
    /// The load of each bus in blocks of falling worth, as parts of it, with the worth of each: that of a p.u. is 1 at most.
    blocks: Vec<Vec<[f64; 2]>>,
    /// Planned output of each unit, p.u.
    planned: Vec<f64>,
}

/// What an optimum is: how the load is met, and the voltages to hold, p.u.
pub(crate) struct Found {
    pub dispatch: Dispatch,
    pub set_pu: Vec<f64>,
    pub solution: AcSolution,
}

impl<'a> Optimum<'a> {
    /// `limit` of each branch in MVA; `load` says what supplying it is worth.
    pub(crate) fn new(
        scenario: &'a Scenario,
        model: &'a AcModel,
        limit: Vec<Option<f64>>,
        load: &LoadBlocks,
    ) -> Self {
        let base = scenario.network.base_mva;
        let buses = 0..scenario.network.buses.len();
        let heaviest = buses.map(|i| load.heaviest(i)).fold(f64::MIN_POSITIVE, f64::max);
        let blocks = scenario.network.buses.iter().enumerate().map(|(i, bus)| {
            let worth = |b: &Block| (b.weight / heaviest).max(LEAST_WORTH) * b.mw / base;
            let some = load.of(i).iter().map(|b| [b.mw / bus.pd_mw, worth(b)]).collect::<Vec<_>>();
            if bus.pd_mw < 0.0 { vec![[1.0, 0.0]] } else { some }
        });
        let blocks = blocks.collect();
        let planned = model.injections.pg_mw.iter().map(|p| p / base).collect();
        Optimum { scenario, model, limit, blocks, planned }
    }

    /// The best that is found from a solution of a similar state, or from none.
    pub(crate) fn find(&self, start: Option<&AcSolution>) -> Option<Found> {
        let (point, solution) = self.polish(&self.optimum(&self.first(start))?)?;
        let network = &self.scenario.network;
        let load = |i: usize| network.buses[i].pd_mw * point.share[i];
        let dispatch = Dispatch {
            served_mw: (0..network.buses.len()).map(|i| load(i).max(0.0)).collect(),
            fixed_mw: (0..network.buses.len()).map(|i| (-load(i)).max(0.0)).collect(),
            pg_mw: solution.pg_mw[..network.generators.len()].to_vec(),
            flow_mw: solution.pf_mw.clone(),
        };
        Some(Found { dispatch, set_pu: point.vm, solution })
    }

    /// The optimum near a point.
    fn optimum(&self, from: &Point) -> Option<Point> {
        let network = &self.model.network;
        let n = network.buses.len();
        let base = network.base_mva;
        let mut locals = Vec::new();
        // What each of them is a part of.
        let mut parts = Vec::new();
        for (g, bus) in self.units() {
            let rooms = self.room(g);
            let planned = self.planned[g].clamp(rooms[0][0], rooms[0][1]);
            for (k, ([low, high], value)) in
                rooms.into_iter().zip([from.pg[g], from.qg[g]]).enumerate()
            {
                let (square, takes) =
                    if k == 0 { (MOVED, [-1.0, 0.0]) } else { (0.0, [0.0, -1.0]) };
                locals.push(Local {
                    bus,
                    low,
                    high,
                    value,
                    cost: 0.0,
                    square,
                    target: planned,
                    takes,
                });
                parts.push(if k == 0 { Part::Active(g) } else { Part::Reactive(g) });
            }
        }
        for i in (0..n).filter(|&i| self.live(i)) {
            let bus = &self.scenario.network.buses[i];
            if bus.pd_mw == 0.0 && bus.qd_mvar != 0.0 {
                let takes = [0.0, bus.qd_mvar / base];
                locals.push(Local {
                    bus: i,
                    low: 1.0,
                    high: 1.0,
                    value: 1.0,
                    cost: 0.0,
                    square: 0.0,
                    target: 1.0,
                    takes,
                });
                parts.push(Part::Load(i, 0.0));
            }
            if bus.pd_mw != 0.0 {
                for (share, worth, full) in self.filled(from, i) {
                    let takes = [share * bus.pd_mw / base, share * bus.qd_mvar / base];
                    // What feeds in is better used than not.
                    let cost = if bus.pd_mw < 0.0 { MOVED * takes[0] } else { -worth };
                    locals.push(Local {
                        bus: i,
                        low: 0.0,
                        high: 1.0,
                        value: full,
                        cost,
                        square: 0.0,
                        target: 1.0,
                        takes,
                    });
                    parts.push(Part::Load(i, share));
                }
            }
        }
        let problem = Problem {
            network,
            branches: self.branches().map(|k| (k, self.rating(k))).collect(),
            live: (0..n).map(|i| self.live(i)).collect(),
            reference: network.buses.iter().map(|b| b.kind == BusKind::Reference).collect(),
            voltage: (0..n).map(|i| self.voltages(i)).collect(),
            locals,
            price: PRICE,
        };
        let found = interior::solve(&problem, &from.vm, &from.va)?;
        let mut out = from.clone();
        for i in (0..n).filter(|&i| self.live(i)) {
            (out.vm[i], out.va[i]) = (found.vm[i], found.va[i]);
            if self.scenario.network.buses[i].pd_mw != 0.0 {
                out.share[i] = 0.0;
            }
        }
        for ((part, value), full) in parts.iter().zip(&found.locals).zip(&found.at_high) {
            match *part {
                Part::Active(g) => out.pg[g] = *value,
                Part::Reactive(g) => out.qg[g] = *value,
                Part::Load(i, share) => out.share[i] += share * if *full { 1.0 } else { *value },
            }
        }
        for share in &mut out.share {
            *share = if *share > NEARLY_ALL { 1.0 } else { share.max(0.0) };
        }
        Some(out)
    }

    fn live(&self, bus: usize) -> bool {
        self.model.live(bus)
    }

    /// Units in service at live buses.
    fn units(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let units = self.model.network.generators.iter().zip(&self.model.status.generator);
        units
            .enumerate()
            .filter(|(_, (u, on))| **on && self.live(u.bus))
            .map(|(g, (u, _))| (g, u.bus))
    }

    /// Branches in service between live buses.
    fn branches(&self) -> impl Iterator<Item = usize> + '_ {
        let network = &self.model.network;
        (0..network.branches.len())
            .filter(move |&k| self.model.status.branch[k] && self.live(network.branches[k].from))
    }

    /// Lowest and highest active and reactive output of a unit, p.u.
    fn room(&self, unit: usize) -> [[f64; 2]; 2] {
        let u = &self.model.network.generators[unit];
        let (low, high) = output_limits(u.pmin_mw, u.pmax_mw, self.scenario.model.pmin);
        let base = self.scenario.network.base_mva;
        let bounded = |q: f64| (q / base).clamp(-1e4, 1e4);
        [[low / base, high / base], [bounded(u.qmin_mvar), bounded(u.qmax_mvar)]]
    }

    /// Lowest and highest voltage of a bus, p.u.
    fn voltages(&self, bus: usize) -> [f64; 2] {
        let b = &self.scenario.network.buses[bus];
        let high = if b.vmax_pu > 0.0 { b.vmax_pu * (1.0 - TO_SPARE) } else { 2.0 };
        let low = if b.vmin_pu > 0.0 { b.vmin_pu * (1.0 + TO_SPARE) } else { 0.2 };
        if low <= high { [low, high] } else { [high, low] }
    }

    fn first(&self, start: Option<&AcSolution>) -> Point {
        let network = &self.model.network;
        let base = network.base_mva;
        let start =
            start.filter(|s| s.vm_pu.iter().zip(&s.live).any(|(v, live)| *live && *v > 0.0));
        let n = network.buses.len();
        let (mut vm, mut va) = (vec![1.0; n], vec![0.0; n]);
        for i in 0..n {
            if let Some(s) = start.filter(|s| s.live[i]) {
                (vm[i], va[i]) = (s.vm_pu[i], s.va_rad[i]);
            } else {
                let [low, high] = self.voltages(i);
                vm[i] = 1.0_f64.clamp(low, high);
            }
        }
        let loads = &self.model.injections;
        let share = (0..n).map(|i| {
            let pd = network.buses[i].pd_mw;
            if pd == 0.0 { 1.0 } else { (loads.pd_mw[i] / pd).clamp(0.0, 1.0) }
        });
        let mut point = Point {
            vm,
            va,
            pg: self.planned.clone(),
            qg: vec![0.0; network.generators.len()],
            share: share.collect(),
        };
        for (g, _) in self.units() {
            let [p, q] = self.room(g);
            point.pg[g] = point.pg[g].clamp(p[0], p[1]);
            let known = start.and_then(|s| s.qg_mvar.get(g)).map_or(0.0, |q| q / base);
            point.qg[g] = known.clamp(q[0], q[1]);
        }
        point
    }

    /// The power flow of a point; `None` if it has none.
    fn polish(&self, point: &Point) -> Option<(Point, AcSolution)> {
        let mut model = self.model.clone();
        let base = model.network.base_mva;
        model.injections = self.injections(point);
        for unit in &mut model.network.generators {
            unit.vg_pu = point.vm[unit.bus];
        }
        model.start_at(&point.vm, &point.va);
        let solution = model.solve();
        if !solution.converged() {
            return None;
        }
        let mut out = point.clone();
        for i in (0..out.vm.len()).filter(|&i| self.live(i)) {
            (out.vm[i], out.va[i]) = (solution.vm_pu[i], solution.va_rad[i]);
        }
        out.pg = solution.pg_mw.iter().map(|p| p / base).collect();
        out.qg = solution.qg_mvar.iter().map(|q| q / base).collect();
        Some((out, solution))
    }

    fn injections(&self, point: &Point) -> Injections {
        let base = self.model.network.base_mva;
        let mut out = self.model.injections.clone();
        for (i, bus) in self.scenario.network.buses.iter().enumerate() {
            if bus.pd_mw != 0.0 {
                out.pd_mw[i] = bus.pd_mw * point.share[i];
                out.qd_mvar[i] = bus.qd_mvar * point.share[i];
            }
        }
        out.pg_mw = point.pg.iter().map(|p| p * base).collect();
        out
    }

    /// The limit of a branch with something to spare, p.u.
    fn rating(&self, branch: usize) -> Option<f64> {
        Some(self.limit[branch]? * (1.0 - TO_SPARE) / self.scenario.network.base_mva)
    }

    /// The blocks of a bus: share of its load, worth, and how much of it is supplied; what comes first is supplied first.
    fn filled(&self, point: &Point, bus: usize) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let mut left = point.share[bus];
        self.blocks[bus].iter().map(move |&[share, worth]| {
            let full = if share > 0.0 { (left / share).clamp(0.0, 1.0) } else { 1.0 };
            left -= share;
            (share, worth, full)
        })
    }
}
