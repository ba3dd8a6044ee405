//! The grid with every damage unrepaired, in pieces, and what can join the pieces.
//!
//! Within a piece the flows are those of the linear model: they follow from what is injected where. What
//! depends on a repair (a broken branch, the branches of a broken bus, a broken generator) is a choice
//! between the pieces. Ohm's law is left out on such branches; every state obeys the rest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use relight_grid::dc::{DcSolver, DcStatus};
use relight_grid::{
    BusKind, Generator, Injections, Network, Status, Susceptance, islands, susceptance,
};

use crate::dispatch::output_limits;
use crate::scenario::{Element, Scenario};

/// How much a limit is eased against rounding, relative to the limit, and MW.
const EASE: (f64, f64) = (1e-7, 1e-6);

/// A branch or generator that is there once all of `damages` are repaired.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Switch {
    /// Index into the branches or generators of the network.
    pub element: usize,
    pub damages: Vec<usize>,
    /// The most that it carries or makes, MW; infinite where nothing limits it.
    pub most: f64,
    /// The least that a generator makes, MW; not above 0.
    pub least: f64,
}

/// The limit of a branch within a piece.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    pub branch: usize,
    /// MW on the branch for each MW injected at a bus, where that is not 0.
    pub factors: Vec<(usize, f64)>,
    /// Flow without injections, MW.
    pub base: f64,
    pub most: f64,
}

/// Ohm's law on a branch that depends on repairs: once it is closed, its flow is `sum of factor * injection`, plus
/// `stiffness` times the difference of the angles of the pieces that it joins.
#[derive(Debug, Clone)]
pub(super) struct Ohm {
    /// Index into [`Skeleton::branches`].
    pub switch: usize,
    /// MW for each MW injected at a bus.
    pub factors: Vec<(usize, f64)>,
    /// The pieces at its ends, where these are two, and its susceptance.
    pub joins: Option<(usize, usize, f64)>,
    /// What the two sides differ by, at most, while it is open, MW.
    pub apart: f64,
}

/// The grid in pieces.
#[derive(Debug)]
pub(super) struct Skeleton<'a> {
    pub scenario: &'a Scenario,
    /// The piece of each bus; `None` where a bus is out of service whatever is repaired.
    pub piece: Vec<Option<usize>>,
    pub pieces: usize,
    /// Damages that keep a bus out of service.
    pub bus_damages: Vec<Vec<usize>>,
    pub branches: Vec<Switch>,
    pub generators: Vec<Switch>,
    /// Output limits of the undamaged generators at each bus, MW.
    pub output: Vec<(f64, f64)>,
    /// Whether a piece has an undamaged generator.
    pub has_source: Vec<bool>,
    /// Load above 0 in each piece, MW.
    pub demand: Vec<f64>,
    /// Whether flows are free of circulating parts: all reactances positive, no phase shifts.
    plain: bool,
    /// No two buses that are connected differ by more than this in any state, radians times the power base.
    widest: f64,
    flows: Flows,
}

/// Flows within the pieces.
#[derive(Debug)]
struct Flows {
    solver: DcSolver,
    /// The network without phase shifts, shunts and direct-current lines, with a unit at every bus, so that
    /// every piece can be solved.
    network: Network,
    status: Status,
    model: Susceptance,
    /// Flow without injections, and the limit, MW; infinite where a branch is not in a piece.
    base: Vec<f64>,
    most: Vec<f64>,
    /// For each bus the buses beside it within its piece, and the widest angle between them at the limit of the
    /// branch, radians times the power base.
    neighbours: Vec<Vec<(usize, f64)>>,
}

/// An angle in order of size.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Angle(f64);

impl Eq for Angle {}

impl PartialOrd for Angle {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Angle {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl<'a> Skeleton<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        let network = &scenario.network;
        let n = network.buses.len();
        let mut damages = Damages::of(scenario);
        let whole = network.status();
        let mut status = whole.clone();
        for (l, on) in status.branch.iter_mut().enumerate() {
            *on &= damages.of_branch(network, l).is_empty();
        }
        let found = islands(network, &status);
        let mut skeleton = Skeleton {
            scenario,
            piece: found.of_bus,
            pieces: found.count,
            branches: Vec::new(),
            generators: Vec::new(),
            output: vec![(0.0, 0.0); n],
            has_source: vec![false; found.count],
            demand: vec![0.0; found.count],
            plain: is_plain(scenario),
            widest: f64::INFINITY,
            flows: Flows::new(scenario, status),
            bus_damages: Vec::new(),
        };
        for (i, bus) in network.buses.iter().enumerate() {
            if let Some(p) = skeleton.piece[i] {
                skeleton.demand[p] += bus.pd_mw.max(0.0);
            }
        }
        for (g, unit) in network.generators.iter().enumerate().filter(|&(g, _)| whole.generator[g])
        {
            let (low, most) = output_limits(unit.pmin_mw, unit.pmax_mw, scenario.model.pmin);
            let least = low.min(0.0);
            let broken = damages.of_generator(network, g);
            if broken.is_empty() {
                skeleton.output[unit.bus].0 += least;
                skeleton.output[unit.bus].1 += most;
                if let Some(p) = skeleton.piece[unit.bus] {
                    skeleton.has_source[p] = true;
                }
            } else {
                skeleton.generators.push(Switch { element: g, damages: broken, most, least });
            }
        }
        let useful = skeleton.useful_mw();
        for (l, branch) in network.branches.iter().enumerate().filter(|&(l, _)| whole.branch[l]) {
            let broken = damages.of_branch(network, l);
            if broken.is_empty() || branch.from == branch.to {
                continue;
            }
            let limit = scenario.model.rating.limit_mva(branch).unwrap_or(f64::INFINITY);
            let most = limit.max(Flows::circulating(scenario, l)).min(useful);
            let most = most.min(skeleton.flows.driven(scenario, l)) * (1.0 + EASE.0) + EASE.1;
            skeleton.branches.push(Switch { element: l, damages: broken, most, least: 0.0 });
        }
        skeleton.bus_damages = std::mem::take(&mut damages.bus);
        skeleton.widest = skeleton.widest();
        skeleton
    }

    /// See the field: along a way that passes through every piece at most once.
    fn widest(&self) -> f64 {
        // From one bus of a piece to all others and back is as wide as any two of them can be.
        let mut first: Vec<Option<usize>> = vec![None; self.pieces];
        for (bus, piece) in self.piece.iter().enumerate() {
            if let Some(p) = piece {
                first[*p].get_or_insert(bus);
            }
        }
        let within: f64 = (first.iter().flatten())
            .map(|&bus| {
                let ways = self.flows.ways(bus);
                let same = |i: &usize| self.piece[*i] == self.piece[bus];
                2.0 * (0..ways.len()).filter(same).map(|i| ways[i]).fold(0.0, f64::max)
            })
            .sum();
        let between: f64 = (self.branches.iter())
            .filter(|s| {
                let l = &self.scenario.network.branches[s.element];
                self.piece[l.from] != self.piece[l.to]
            })
            .map(|s| {
                // A smaller unit is wider apart at its own rating: as the one that was asked for at its.
                let asked = (self.scenario.needs.iter())
                    .filter(|n| s.damages.contains(&self.scenario.jobs[n.job].damage))
                    .filter_map(|n| n.item.nameplate.mva)
                    .fold(0.0, f64::max);
                s.most.max(asked) / self.susceptance(s.element)
            })
            .sum();
        within + between
    }

    fn susceptance(&self, branch: usize) -> f64 {
        susceptance(&self.scenario.network.branches[branch], self.scenario.model.susceptance)
    }

    /// Branches that are closed against Ohm's law, the worst first: injections by bus and flows by switch, MW.
    pub(super) fn unlawful(
        &mut self,
        injection: &[f64],
        flow: &[f64],
        closed: &[bool],
        most: usize,
    ) -> Vec<Ohm> {
        if !self.plain || !self.widest.is_finite() {
            return Vec::new();
        }
        let Some(angle) = self.flows.angles(injection) else { return Vec::new() };
        let network = &self.scenario.network;
        let angle: Vec<f64> = angle.iter().map(|a| a * network.base_mva).collect();
        let ends = |s: usize| {
            let l = &network.branches[self.branches[s].element];
            (l.from, l.to)
        };
        let pieces = |s: usize| {
            let (from, to) = ends(s);
            self.piece[from].zip(self.piece[to])
        };
        // Angles of pieces, along trees of closed branches.
        let mut offset: Vec<Option<f64>> = vec![None; self.pieces];
        let mut tree: Vec<usize> = (0..self.pieces).collect();
        for root in 0..self.pieces {
            if offset[root].is_some() {
                continue;
            }
            offset[root] = Some(0.0);
            let mut queue = vec![root];
            while let Some(p) = queue.pop() {
                tree[p] = root;
                for s in (0..closed.len()).filter(|&s| closed[s]) {
                    let Some((a, b)) = pieces(s).filter(|(a, b)| a != b) else { continue };
                    let (from, to) = ends(s);
                    let across = flow[s] / self.susceptance(self.branches[s].element);
                    if a == p && offset[b].is_none() {
                        offset[b] = offset[a].map(|o| o + angle[from] - across - angle[to]);
                        queue.push(b);
                    } else if b == p && offset[a].is_none() {
                        offset[a] = offset[b].map(|o| o + angle[to] + across - angle[from]);
                        queue.push(a);
                    }
                }
            }
        }
        let error = |s: usize| -> f64 {
            let Some((a, b)) = pieces(s).filter(|_| closed[s]) else { return 0.0 };
            let (from, to) = ends(s);
            let at = |p: usize, bus: usize| offset[p].unwrap_or(0.0) + angle[bus];
            let lawful = self.susceptance(self.branches[s].element) * (at(a, from) - at(b, to));
            (flow[s] - lawful).abs()
        };
        let errors: Vec<f64> = (0..closed.len()).map(error).collect();
        let mut worst: Vec<usize> = (0..closed.len()).filter(|&s| errors[s] > 0.1).collect();
        worst.sort_by(|&x, &y| errors[y].total_cmp(&errors[x]).then(x.cmp(&y)));
        worst.truncate(most);
        // A circle through several pieces breaks the law as a whole.
        let circles: Vec<usize> = (worst.iter())
            .filter_map(|&s| pieces(s).filter(|(a, b)| a != b).map(|(a, _)| tree[a]))
            .collect();
        for s in (0..closed.len()).filter(|&s| closed[s]) {
            let part = pieces(s).is_some_and(|(a, b)| a != b && circles.contains(&tree[a]));
            if part && !worst.contains(&s) {
                worst.push(s);
            }
        }
        worst.into_iter().filter_map(|s| self.ohm(s)).collect()
    }

    fn ohm(&mut self, switch: usize) -> Option<Ohm> {
        let network = &self.scenario.network;
        let s = &self.branches[switch];
        let (l, b) = (&network.branches[s.element], self.susceptance(s.element));
        let (p, q) = self.piece[l.from].zip(self.piece[l.to])?;
        let mut injection = vec![0.0; network.buses.len()];
        injection[l.from] += b;
        injection[l.to] -= b;
        let wide = if p == q { self.flows.ways(l.from)[l.to] } else { self.widest };
        let apart = b * wide.min(self.widest) + s.most;
        let angle = self.flows.angles(&injection)?;
        let factors = (angle.iter().enumerate())
            .map(|(i, a)| (i, a * network.base_mva))
            .filter(|(i, f)| f.abs() > 1e-9 && [Some(p), Some(q)].contains(&self.piece[*i]))
            .collect();
        let joins = (p != q).then_some((p, q, b));
        apart.is_finite().then_some(Ohm { switch, factors, joins, apart: apart + 1.0 })
    }

    /// More than any branch can carry, MW: flows of the linear model without circulating parts have no more on
    /// any branch than is injected in all. Infinite where phase shifts or negative reactances make flows circulate.
    fn useful_mw(&self) -> f64 {
        let network = &self.scenario.network;
        let model = self.scenario.model.susceptance;
        let plain = network
            .branches
            .iter()
            .all(|l| susceptance(l, model) > 0.0 && relight_grid::dc::shift_rad(l, model) == 0.0);
        if !plain {
            return f64::INFINITY;
        }
        // What is injected is drawn as load, or by generators whose least output is negative.
        let load: f64 = self.demand.iter().sum();
        let drawn: f64 = (network.generators.iter())
            .map(|g| -output_limits(g.pmin_mw, g.pmax_mw, self.scenario.model.pmin).0.min(0.0))
            .sum();
        load + drawn
    }

    /// Limits that injections (MW, by bus) break within the pieces, the worst first, at most `most`.
    pub(super) fn broken(&mut self, injection: &[f64], most: usize) -> Vec<Limit> {
        let flow = self.flows.solve(injection);
        let Some(flow) = flow else { return Vec::new() };
        let flows = &self.flows;
        let excess = |l: usize| (flow[l] + flows.base[l]).abs() - flows.most[l];
        let mut broken: Vec<(f64, usize)> = (0..flow.len())
            .map(|l| (excess(l), l))
            .filter(|(e, l)| *e > 1e-5 * flows.most[*l].max(1.0))
            .collect();
        broken.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        broken.truncate(most);
        broken.into_iter().filter_map(|(_, l)| self.limit(l)).collect()
    }

    fn limit(&mut self, branch: usize) -> Option<Limit> {
        let network = &self.scenario.network;
        let l = &network.branches[branch];
        let b = susceptance(l, self.scenario.model.susceptance);
        let mut injection = vec![0.0; network.buses.len()];
        injection[l.from] = b;
        injection[l.to] = -b;
        let angle = self.flows.angles(&injection)?;
        let factors: Vec<(usize, f64)> = (angle.iter().enumerate())
            .map(|(i, a)| (i, a * network.base_mva))
            .filter(|(i, f)| f.abs() > 1e-9 && self.piece[*i] == self.piece[l.from])
            .collect();
        // What is left out of the row is made up for by its limit.
        let left_out = 1e-9 * self.useful_mw().min(1e7);
        let (base, most) = (self.flows.base[branch], self.flows.most[branch] + left_out);
        Some(Limit { branch, factors, base, most })
    }
}

fn is_plain(scenario: &Scenario) -> bool {
    let model = scenario.model.susceptance;
    let plain = |l: &relight_grid::Branch| {
        susceptance(l, model) > 0.0 && relight_grid::dc::shift_rad(l, model) == 0.0
    };
    scenario.network.branches.iter().all(plain)
}

/// Damages by element.
#[derive(Debug)]
struct Damages {
    bus: Vec<Vec<usize>>,
    branch: Vec<Vec<usize>>,
    generator: Vec<Vec<usize>>,
}

impl Damages {
    fn of(scenario: &Scenario) -> Self {
        let network = &scenario.network;
        let mut damages = Damages {
            bus: vec![Vec::new(); network.buses.len()],
            branch: vec![Vec::new(); network.branches.len()],
            generator: vec![Vec::new(); network.generators.len()],
        };
        for (d, damage) in scenario.damages.iter().enumerate() {
            match damage.element {
                Element::Bus(i) => damages.bus[i].push(d),
                Element::Branch(l) => damages.branch[l].push(d),
                Element::Generator(g) => damages.generator[g].push(d),
            }
        }
        damages
    }

    fn of_branch(&self, network: &Network, l: usize) -> Vec<usize> {
        let branch = &network.branches[l];
        let mut all = self.branch[l].clone();
        all.extend(&self.bus[branch.from]);
        all.extend(&self.bus[branch.to]);
        all.sort_unstable();
        all.dedup();
        all
    }

    fn of_generator(&self, network: &Network, g: usize) -> Vec<usize> {
        let mut all = self.generator[g].clone();
        all.extend(&self.bus[network.generators[g].bus]);
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Flows {
    fn new(scenario: &Scenario, status: Status) -> Self {
        let mut network = scenario.network.clone();
        network.dc_lines.clear();
        network.generators = (0..network.buses.len()).map(unit_at).collect();
        for bus in &mut network.buses {
            bus.gs_mw = 0.0;
            bus.pd_mw = 0.0;
            if bus.kind != BusKind::Isolated {
                bus.kind = BusKind::Pv;
            }
        }
        let generator = status.bus.clone();
        let status = Status { generator, ..status };
        let m = network.branches.len();
        let solver = DcSolver::new(&network);
        let mut flows = Flows {
            solver,
            network,
            status,
            model: scenario.model.susceptance,
            base: vec![0.0; m],
            most: vec![f64::INFINITY; m],
            neighbours: vec![Vec::new(); scenario.network.buses.len()],
        };
        let base = flows.shifted();
        for branch in &mut flows.network.branches {
            branch.shift_deg = 0.0;
        }
        let Some(base) = base else { return flows };
        flows.base = base;
        for (l, branch) in scenario.network.branches.iter().enumerate() {
            let limit = scenario.model.rating.limit_mva(branch);
            if let Some(limit) = limit.filter(|_| flows.status.branch[l]) {
                let most = limit.max(Flows::circulating(scenario, l)).max(flows.base[l].abs());
                flows.most[l] = most * (1.0 + EASE.0) + EASE.1;
                let b = susceptance(branch, flows.model);
                if b > 0.0 {
                    let shift = relight_grid::dc::shift_rad(branch, flows.model).abs();
                    let across = flows.most[l] / b + shift * scenario.network.base_mva;
                    flows.neighbours[branch.from].push((branch.to, across));
                    flows.neighbours[branch.to].push((branch.from, across));
                }
            }
        }
        flows
    }

    /// The flows that phase shifts drive through the pieces with no injections.
    fn shifted(&mut self) -> Option<Vec<f64>> {
        let none = vec![0.0; self.network.buses.len()];
        self.run(&none).map(|(flow, _)| flow)
    }

    /// Flows and angles with these injections, MW; `None` where a piece cannot be solved.
    fn run(&mut self, injection: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let n = injection.len();
        let injections = Injections {
            pd_mw: injection.iter().map(|mw| -mw).collect(),
            qd_mvar: vec![0.0; n],
            pg_mw: vec![0.0; n],
        };
        let found = self.solver.solve(&self.network, &self.status, &injections, self.model);
        let solved = found.islands.iter().all(|i| i.status == DcStatus::Solved);
        solved.then_some((found.flow_mw, found.angle_rad))
    }

    /// More than phase shifts drive over a branch in any state, MW: in the norm that weighs flows by reactance the
    /// circulating flows are a projection of what the shifters drive.
    fn circulating(scenario: &Scenario, branch: usize) -> f64 {
        let model = scenario.model.susceptance;
        let network = &scenario.network;
        let shift = |l: &relight_grid::Branch| relight_grid::dc::shift_rad(l, model);
        if network.branches.iter().all(|l| shift(l) == 0.0) {
            return 0.0;
        }
        let b = |l: &relight_grid::Branch| susceptance(l, model);
        if network.branches.iter().any(|l| b(l) < 0.0) {
            return f64::INFINITY;
        }
        let driven: f64 = network.branches.iter().map(|l| b(l) * shift(l).powi(2)).sum();
        (b(&network.branches[branch]) * driven).sqrt() * network.base_mva
    }

    /// The most that the angle between the ends of a broken branch can drive over it once it is closed, MW: no wider
    /// than along the way between them, through what stands, that is stiffest at its limits.
    fn driven(&self, scenario: &Scenario, branch: usize) -> f64 {
        let model = scenario.model.susceptance;
        let l = &scenario.network.branches[branch];
        let b = susceptance(l, model);
        if b <= 0.0 || !self.status.bus[l.from] || !self.status.bus[l.to] {
            return f64::INFINITY;
        }
        let widest = self.ways(l.from)[l.to];
        let shift = relight_grid::dc::shift_rad(l, model).abs() * scenario.network.base_mva;
        b * (widest + shift)
    }

    /// The widest angle between `from` and each bus, radians times the power base (Dijkstra's algorithm).
    fn ways(&self, from: usize) -> Vec<f64> {
        let mut widest = vec![f64::INFINITY; self.neighbours.len()];
        let mut queue = BinaryHeap::new();
        queue.push((Reverse(Angle(0.0)), from));
        while let Some((Reverse(Angle(angle)), bus)) = queue.pop() {
            if angle >= widest[bus] {
                continue;
            }
            widest[bus] = angle;
            for &(other, across) in &self.neighbours[bus] {
                if angle + across < widest[other] {
                    queue.push((Reverse(Angle(angle + across)), other));
                }
            }
        }
        widest
    }

    fn solve(&mut self, injection: &[f64]) -> Option<Vec<f64>> {
        self.run(injection).map(|(flow, _)| flow)
    }

    fn angles(&mut self, injection: &[f64]) -> Option<Vec<f64>> {
        self.run(injection).map(|(_, angle)| angle)
    }
}

/// A unit that stands for whatever holds up a piece.
fn unit_at(bus: usize) -> Generator {
    Generator {
        bus,
        pg_mw: 0.0,
        qg_mvar: 0.0,
        qmax_mvar: 0.0,
        qmin_mvar: 0.0,
        vg_pu: 1.0,
        mbase_mva: 100.0,
        in_service: true,
        pmax_mw: 1.0,
        pmin_mw: 0.0,
        fuel: None,
    }
}
