//! The most load that a state can supply as a full power flow, within every limit: by successive linear programmes.
//!
//! Every round linearises the power balances of all buses and the flows of loaded branches at a point, and asks a linear programme
//! for the step that supplies the most weighted load: outputs, reactive outputs, voltages, angles and load at once, tap ratios as
//! they are. Angles and voltages move within a trust region. The power flow at what the programme chose is the next
//! point, if that is better as a whole: load not supplied, and a price on everything that is wrong (the exact penalty
//! function of Fletcher, "Practical Methods of Optimization", Wiley 1987, section 14.4). What is wrong with a point (a balance that is not met, a voltage or
//! flow beyond its limit) may stay, at that price, so that every programme has an answer. The end is a local optimum.

use highs::{Col, HighsModelStatus, Model, RowProblem, Sense};
use relight_grid::ac::{AcSolution, EndFlow, end_flows};
use relight_grid::{BusKind, Injections};

use crate::ac_model::AcModel;
use crate::dispatch::{Block, LoadBlocks, output_limits};
use crate::plan::Dispatch;
use crate::scenario::Scenario;

/// Linear programmes for a state.
const ROUNDS: usize = 60;
/// How far angles (radians) and voltages (parts) may move in the first round, at most, and at least.
const TRUST: [f64; 3] = [0.1, 0.4, 1e-4];
/// Prices of what is wrong: of a p.u. of power that a balance or a unit lacks, of one beyond the rating of a branch, and of
/// a p.u. of voltage. The heaviest p.u. of load is worth 1.
const PRICE: Price = Price { balance: 20.0, flow: 10.0, voltage: 20.0 };
/// What moving a unit away from its planned output costs: enough to choose among equals.
const MOVED: f64 = 1e-4;
/// Branches below this part of their rating are not looked at in a round.
const LOADED: f64 = 0.7;
/// Limits are kept with this to spare, relative.
const TO_SPARE: f64 = 1e-4;
/// A part of a load above this is all of it: the programme ends inside of its limits.
const NEARLY_ALL: f64 = 1.0 - 1e-6;
/// A promise below this, in p.u. of load, ends the search.
const LEAST: f64 = 1e-5;

struct Price {
    balance: f64,
    flow: f64,
    voltage: f64,
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
            // Load that weighs nothing is still better supplied than not.
            let worth = |b: &Block| (b.weight / heaviest).max(1e-2) * b.mw / base;
            let some = load.of(i).iter().map(|b| [b.mw / bus.pd_mw, worth(b)]).collect::<Vec<_>>();
            if bus.pd_mw < 0.0 { vec![[1.0, 0.0]] } else { some }
        });
        let blocks = blocks.collect();
        let planned = model.injections.pg_mw.iter().map(|p| p / base).collect();
        Optimum { scenario, model, limit, blocks, planned }
    }

    /// The best that is found from a solution of a similar state, or from none.
    pub(crate) fn find(&self, start: Option<&AcSolution>) -> Option<Found> {
        let (mut point, mut solution) = self.settled(self.first(start));
        let mut merit = self.merit(&point);
        let mut trust = TRUST[0];
        for _ in 0..ROUNDS {
            let (next, promised) = self.step(&point, trust)?;
            if promised > merit - LEAST {
                break;
            }
            let (mut next, mut found) = self.settled(next);
            let mut reached = self.merit(&next);
            let enough = |reached: f64| (merit - reached) > 0.3 * (merit - promised);
            if !enough(reached) {
                // What the step broke may be mended by a second one from there.
                if let Some((second, _)) = self.step(&next, trust) {
                    let (second, its) = self.settled(second);
                    let mended = self.merit(&second);
                    if mended < reached {
                        (next, found, reached) = (second, its, mended);
                    }
                }
            }
            let kept = (merit - reached) / (merit - promised);
            if kept > 0.1 {
                (point, merit, solution) = (next, reached, found);
            }
            if kept < 0.3 {
                trust /= 3.0;
            } else if kept > 0.7 {
                trust = (2.0 * trust).min(TRUST[1]);
            }
            if trust < TRUST[2] {
                break;
            }
        }
        let solution = solution?;
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

    /// A point and its power flow, or the point as it is where it has none.
    fn settled(&self, point: Point) -> (Point, Option<AcSolution>) {
        match self.polish(&point) {
            Some((point, solution)) => (point, Some(solution)),
            None => (point, None),
        }
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

    /// What each bus lacks: what flows out of it less what is injected, p.u.
    fn lacking(&self, point: &Point, flows: &[Option<[EndFlow; 2]>]) -> Vec<[f64; 2]> {
        let network = &self.model.network;
        let base = network.base_mva;
        let injections = self.injections(point);
        let mut out: Vec<[f64; 2]> = (network.buses.iter().enumerate())
            .map(|(i, bus)| {
                let square = point.vm[i] * point.vm[i];
                let p = injections.pd_mw[i] + bus.gs_mw * square;
                let q = injections.qd_mvar[i] - bus.bs_mvar * square;
                [p / base, q / base]
            })
            .collect();
        for (g, bus) in self.units() {
            out[bus][0] -= point.pg[g];
            out[bus][1] -= point.qg[g];
        }
        for (l, ends) in network.branches.iter().zip(flows) {
            let Some(ends) = ends else { continue };
            for (bus, end) in [l.from, l.to].into_iter().zip(ends) {
                out[bus][0] += end.power[0];
                out[bus][1] += end.power[1];
            }
        }
        out
    }

    fn flows(&self, point: &Point) -> Vec<Option<[EndFlow; 2]>> {
        let network = &self.model.network;
        let mut out = vec![None; network.branches.len()];
        for k in self.branches() {
            let l = &network.branches[k];
            let at = |i: usize| [point.vm[i], point.va[i]];
            out[k] = Some(end_flows(l, at(l.from), at(l.to)));
        }
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

    /// Load not supplied and what is wrong, at their prices; less is better.
    fn merit(&self, point: &Point) -> f64 {
        let flows = self.flows(point);
        let mut out = 0.0;
        for (i, lack) in self.lacking(point, &flows).into_iter().enumerate() {
            if !self.live(i) {
                continue;
            }
            out += self.filled(point, i).map(|(_, worth, full)| worth * (1.0 - full)).sum::<f64>();
            let [low, high] = self.voltages(i);
            out += PRICE.voltage * ((low - point.vm[i]).max(0.0) + (point.vm[i] - high).max(0.0));
            // What a solver leaves is none.
            let lack: f64 = lack.into_iter().map(f64::abs).filter(|l| *l > 1e-7).sum();
            out += PRICE.balance * lack;
        }
        for (g, _) in self.units() {
            for (value, [low, high]) in [point.pg[g], point.qg[g]].into_iter().zip(self.room(g)) {
                out += PRICE.balance * ((low - value).max(0.0) + (value - high).max(0.0));
            }
            out += MOVED * (point.pg[g] - self.planned[g]).abs();
        }
        for (k, ends) in flows.iter().enumerate() {
            let (Some(ends), Some(limit)) = (ends, self.rating(k)) else { continue };
            for end in ends {
                out += PRICE.flow * (end.power[0].hypot(end.power[1]) - limit).max(0.0);
            }
        }
        out
    }

    /// The best step by the linear programme, and the merit that it promises.
    fn step(&self, point: &Point, trust: f64) -> Option<(Point, f64)> {
        let flows = self.flows(point);
        let lacking = self.lacking(point, &flows);
        let mut lp = Programme::default();
        let mut columns = Columns::new(point.vm.len());
        for i in (0..point.vm.len()).filter(|&i| self.live(i)) {
            self.bus(point, i, trust, &mut columns, &mut lp);
            for (row, lack) in columns.rows[i].iter_mut().zip(lacking[i]) {
                if lack.abs() > 1e-9 {
                    let stays = lp.column(PRICE.balance * lack.abs(), [0.0, 1.0], 1.0);
                    lp.merit += PRICE.balance * lack.abs();
                    row.push((stays, -lack));
                }
            }
        }
        for (g, bus) in self.units() {
            let unit = self.unit(point, g, &mut lp);
            let rows = &mut columns.rows[bus];
            rows[0].extend(unit.active.iter().map(|&(column, factor)| (column, -factor)));
            rows[1].push((unit.reactive, -1.0));
            columns.units.push((g, unit));
        }
        for (k, ends) in flows.iter().enumerate() {
            if let Some(ends) = ends {
                self.branch(k, ends, &mut columns, &mut lp);
            }
        }
        for row in columns.rows.iter_mut().flatten() {
            lp.row(std::mem::take(row), 0.0, 0.0);
        }
        let values = lp.solve()?;
        Some((columns.moved(point, &values), values.merit))
    }

    /// Angle, voltage and load of a bus, and what they add to its balances.
    fn bus(&self, point: &Point, i: usize, trust: f64, columns: &mut Columns, lp: &mut Programme) {
        let bus = &self.model.network.buses[i];
        let base = self.model.network.base_mva;
        let reference = bus.kind == BusKind::Reference;
        let angle = (!reference).then(|| lp.column(0.0, [-trust, trust], 0.0));
        let limits = self.voltages(i).map(|v| (v / point.vm[i]).ln());
        let magnitude = lp.wanted(PRICE.voltage * point.vm[i], limits, 0.0, trust);
        columns.turn[i] = [angle, Some(magnitude)];
        let rows = &mut columns.rows[i];
        let square = 2.0 * point.vm[i] * point.vm[i] / base;
        rows[0].push((magnitude, bus.gs_mw * square));
        rows[1].push((magnitude, -bus.bs_mvar * square));
        let bus = &self.scenario.network.buses[i];
        if bus.pd_mw != 0.0 {
            for (share, worth, full) in self.filled(point, i) {
                let column = lp.column(-worth, [0.0, 1.0], full);
                lp.merit += worth * (1.0 - full);
                columns.blocks[i].push((column, share));
                rows[0].push((column, share * bus.pd_mw / base));
                rows[1].push((column, share * bus.qd_mvar / base));
            }
        }
    }

    /// Outputs of a unit.
    fn unit(&self, point: &Point, g: usize, lp: &mut Programme) -> Unit {
        let [p, q] = self.room(g);
        let planned = self.planned[g].clamp(p[0], p[1]);
        let now = point.pg[g];
        lp.merit += MOVED * (now - planned).abs();
        let inside = now.clamp(p[0], p[1]);
        let less = lp.column(-MOVED, [p[0] - planned, 0.0], (inside - planned).min(0.0));
        let more = lp.column(MOVED, [0.0, p[1] - planned], (inside - planned).max(0.0));
        let mut active = vec![(less, 1.0), (more, 1.0)];
        if inside != now {
            let beyond = now - inside;
            active.push((lp.column(PRICE.balance * beyond.abs(), [0.0, 1.0], 1.0), beyond));
            lp.merit += PRICE.balance * beyond.abs();
        }
        let reactive = lp.wanted(PRICE.balance, q, point.qg[g], f64::INFINITY);
        Unit { planned, active, reactive }
    }

    /// What a branch takes from its buses, and its limit where it comes near it.
    fn branch(&self, k: usize, ends: &[EndFlow; 2], columns: &mut Columns, lp: &mut Programme) {
        let l = &self.model.network.branches[k];
        for (end, (here, there)) in ends.iter().zip([(l.from, l.to), (l.to, l.from)]) {
            let size = end.power[0].hypot(end.power[1]);
            let rating = self.rating(k).filter(|r| size > LOADED * r);
            let mut limited = Vec::new();
            for (part, row) in columns.rows[here].iter_mut().enumerate() {
                let slopes = [
                    (columns.turn[here][0], end.angle[part]),
                    (columns.turn[there][0], -end.angle[part]),
                    (columns.turn[here][1], end.here[part]),
                    (columns.turn[there][1], end.there[part]),
                ];
                for (column, slope) in slopes {
                    let Some(column) = column else { continue };
                    row.push((column, slope));
                    limited.push((column, slope * end.power[part] / size));
                }
            }
            let Some(rating) = rating else { continue };
            let over = (size - rating).max(0.0);
            if over > 0.0 {
                limited.push((lp.column(PRICE.flow, [0.0, over], over), -1.0));
                lp.merit += PRICE.flow * over;
            }
            lp.row(limited, f64::NEG_INFINITY, rating - size);
        }
    }
}

/// The columns of a programme by bus and unit, and the balances of the buses in them: what each lacks after the step.
struct Columns {
    /// Step of the angle, and of the logarithm of the voltage.
    turn: Vec<[Option<Col>; 2]>,
    /// Blocks of load, with their shares of it.
    blocks: Vec<Vec<(Col, f64)>>,
    units: Vec<(usize, Unit)>,
    /// Active, reactive.
    rows: Vec<[Vec<(Col, f64)>; 2]>,
}

/// The columns of a unit.
struct Unit {
    /// What is planned, p.u.; the active ones are added to it.
    planned: f64,
    active: Vec<(Col, f64)>,
    reactive: Col,
}

impl Columns {
    fn new(buses: usize) -> Self {
        Columns {
            turn: vec![[None; 2]; buses],
            blocks: vec![Vec::new(); buses],
            units: Vec::new(),
            rows: vec![[Vec::new(), Vec::new()]; buses],
        }
    }

    fn moved(&self, point: &Point, values: &Values) -> Point {
        let mut next = point.clone();
        for (i, [angle, magnitude]) in self.turn.iter().enumerate() {
            next.va[i] += angle.map_or(0.0, |column| values.of(column));
            next.vm[i] *= magnitude.map_or(1.0, |column| values.of(column).exp());
        }
        for (share, blocks) in next.share.iter_mut().zip(&self.blocks) {
            if !blocks.is_empty() {
                let value: f64 = blocks.iter().map(|(c, part)| part * values.of(*c)).sum();
                *share = if value > NEARLY_ALL { 1.0 } else { value.max(0.0) };
            }
        }
        for (g, unit) in &self.units {
            let moved: f64 = unit.active.iter().map(|(c, factor)| factor * values.of(*c)).sum();
            next.pg[*g] = unit.planned + moved;
            next.qg[*g] = values.of(unit.reactive);
        }
        next
    }
}

/// A linear programme in columns that have a value now; rows are about changes from it.
#[derive(Default)]
struct Programme {
    problem: RowProblem,
    now: Vec<f64>,
    cost: Vec<f64>,
    /// The merit of the point as it is.
    merit: f64,
}

struct Values {
    value: Vec<f64>,
    merit: f64,
}

impl Values {
    fn of(&self, column: Col) -> f64 {
        self.value[column.index()]
    }
}

impl Programme {
    fn column(&mut self, cost: f64, [low, high]: [f64; 2], now: f64) -> Col {
        self.now.push(now);
        self.cost.push(cost);
        self.problem.add_column(cost, low.min(now)..=high.max(now))
    }

    /// A column that should lie within its limits and need not, and moves by `trust` at most. Where it is outside, each unit nearer
    /// is worth `price`.
    fn wanted(&mut self, price: f64, [low, high]: [f64; 2], now: f64, trust: f64) -> Col {
        let near = |v: f64| v.clamp(now - trust, now + trust);
        if now < low {
            self.merit += price * (low - now);
            self.column(-price, [now, near(low)], now)
        } else if now > high {
            self.merit += price * (now - high);
            self.column(price, [near(high), now], now)
        } else {
            self.column(0.0, [near(low), near(high)], now)
        }
    }

    /// A row over the changes of columns, each named any number of times.
    fn row(&mut self, mut terms: Vec<(Col, f64)>, low: f64, high: f64) {
        terms.sort_by_key(|(column, _)| column.index());
        let mut merged: Vec<(Col, f64)> = Vec::with_capacity(terms.len());
        let mut shift = 0.0;
        for (column, factor) in terms {
            shift += factor * self.now[column.index()];
            match merged.last_mut() {
                Some((last, sum)) if *last == column => *sum += factor,
                _ => merged.push((column, factor)),
            }
        }
        merged.retain(|(_, factor)| factor.abs() > 1e-9);
        if !merged.is_empty() {
            self.problem.add_row(low + shift..=high + shift, merged);
        }
    }

    fn solve(self) -> Option<Values> {
        let Programme { problem, now, cost, merit } = self;
        let mut model = Model::try_new(problem).ok()?;
        model.set_sense(Sense::Minimise);
        model.try_set_option("threads", 1).ok()?;
        model.try_set_option("primal_feasibility_tolerance", 1e-8).ok()?;
        // Points inside the best facet move less from round to round than its corners do.
        model.try_set_option("solver", "ipm").ok()?;
        model.try_set_option("run_crossover", "off").ok()?;
        let solved = model.try_solve().ok()?;
        // Without crossover the solver does not call an answer optimal whose duals it cannot vouch for; what it is worth is seen by
        // the power flow.
        if !matches!(solved.status(), HighsModelStatus::Optimal | HighsModelStatus::Unknown) {
            return None;
        }
        let value = solved.get_solution().columns().to_vec();
        let change = |((v, now), cost): ((&f64, &f64), &f64)| cost * (v - now);
        let merit = merit + value.iter().zip(&now).zip(&cost).map(change).sum::<f64>();
        Some(Values { value, merit })
    }
}
