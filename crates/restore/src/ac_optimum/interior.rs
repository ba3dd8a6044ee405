//! The interior-point method: Newton's method on the conditions of an optimum, with a barrier that keeps away from limits.
//!
//! Unknowns of a bus are its angle, the logarithm of its voltage, and the multipliers of its two balances; those of two buses meet
//! only where a branch does. So the system of a step is a matrix of 4x4 blocks with the pattern of the grid itself, and is factorised like
//! the Jacobian of a power flow. Whatever belongs to one bus alone (outputs, load, what a balance lacks) and the slacks of branch limits are
//! eliminated beforehand. The method is the primal-dual one of Wang, Murillo-Sánchez, Zimmerman and Thomas, "On computational
//! issues of market-based optimal power flow" (IEEE Trans. Power Systems 22, 2007), with bounds taken as they are (Wächter and Biegler, "On the
//! implementation of an interior-point filter line-search algorithm", Mathematical Programming 106, 2006, sections 2.1 and 3.6).

use relight_grid::Network;
use relight_grid::ac::{EndFlow, end_flows};
use relight_grid::sparse::{Block4, Solver, Symbolic};

/// Steps at most.
const STEPS: usize = 200;
/// The barrier at the beginning and at the end, in p.u. of the heaviest load.
const BARRIER: [f64; 2] = [1e-1, 1e-9];
/// What a balance may lack at the end, p.u.
const CLOSE: f64 = 1e-7;
/// The part of the way to the nearest limit that a step may go.
const SHORT_OF: f64 = 0.995;
/// The longest step of an angle (radians) and of the logarithm of a voltage.
const LONGEST: f64 = 0.3;
/// How far inside of its limits a value starts, as a part of the room between them.
const INSIDE: f64 = 1e-2;
/// Added to the second derivatives by angles and voltages: the next where the system cannot be solved with the last.
const CONVEX: [f64; 4] = [1e-8, 1e-5, 1e-2, 10.0];
/// The least room between two limits.
const NO_ROOM: f64 = 1e-6;

/// A value that acts on the balances of one bus.
#[derive(Debug, Clone)]
pub(super) struct Local {
    pub(super) bus: usize,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) value: f64,
    /// What a unit of it costs, ...
    pub(super) cost: f64,
    /// ... and half of this for the square of its distance from `target`.
    pub(super) square: f64,
    pub(super) target: f64,
    /// What a unit of it takes out of the balances, active and reactive.
    pub(super) takes: [f64; 2],
}

/// What is to be optimised; p.u., radians.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) network: &'a Network,
    /// Branches that are on, each with its limit.
    pub(super) branches: Vec<(usize, Option<f64>)>,
    pub(super) live: Vec<bool>,
    /// Buses whose angle is given.
    pub(super) reference: Vec<bool>,
    /// Lowest and highest voltage.
    pub(super) voltage: Vec<[f64; 2]>,
    pub(super) locals: Vec<Local>,
    /// Price of what a balance lacks.
    pub(super) price: f64,
}

/// Where the method stands: by bus, and the values of the locals.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) vm: Vec<f64>,
    pub(super) va: Vec<f64>,
    pub(super) locals: Vec<f64>,
    /// Of each local, whether its upper limit holds it.
    pub(super) at_high: Vec<bool>,
}

/// A value between bounds, with their multipliers.
#[derive(Debug, Clone, Copy)]
struct Bounded {
    x: f64,
    bounds: [f64; 2],
    z: [f64; 2],
}

impl Bounded {
    fn new(x: f64, low: f64, high: f64, barrier: f64) -> Self {
        // Where there is no choice, a little room keeps the method going.
        let (low, high) = if high - low < NO_ROOM {
            let middle = low + 0.5 * (high - low);
            (middle - NO_ROOM, middle + NO_ROOM)
        } else {
            (low, high)
        };
        let room = if high.is_finite() { high - low } else { 1.0 };
        let inside = INSIDE * room.min(1.0);
        let x = if high.is_finite() {
            x.clamp(low + inside, high - inside)
        } else {
            x.max(low + inside)
        };
        let mut out = Bounded { x, bounds: [low, high], z: [0.0; 2] };
        out.z = out.room().map(|r| if r.is_finite() { barrier / r } else { 0.0 });
        out
    }

    /// What is left to either bound.
    fn room(&self) -> [f64; 2] {
        [self.x - self.bounds[0], self.bounds[1] - self.x]
    }

    /// What the bounds add to the second derivative.
    fn stiffness(&self) -> f64 {
        self.z.iter().zip(self.room()).map(|(z, r)| z / r).sum()
    }

    /// What the barrier adds to the derivative.
    fn push(&self, barrier: f64) -> f64 {
        let [low, high] = self.room();
        barrier / high - barrier / low
    }

    /// Steps of the multipliers for a step of the value.
    fn duals(&self, dx: f64, barrier: f64) -> [f64; 2] {
        let room = self.room();
        let part = |k: usize, sign: f64| {
            if room[k].is_finite() {
                (barrier - sign * self.z[k] * dx) / room[k] - self.z[k]
            } else {
                0.0
            }
        };
        [part(0, 1.0), part(1, -1.0)]
    }

    /// The longest part of a step that stays inside.
    fn longest(&self, dx: f64) -> f64 {
        let [low, high] = self.room();
        if dx < 0.0 {
            -low / dx
        } else if dx > 0.0 {
            high / dx
        } else {
            f64::INFINITY
        }
    }

    fn complementarity(&self) -> (f64, f64) {
        let mut out = (0.0, 0.0);
        for (z, r) in self.z.iter().zip(self.room()) {
            if r.is_finite() {
                out = (out.0 + z * r, out.1 + 1.0);
            }
        }
        out
    }
}

/// The longest parts of steps of multipliers that leave them above zero.
fn longest_dual(z: &[f64], dz: &[f64]) -> f64 {
    let part = |(z, dz): (&f64, &f64)| if *dz < 0.0 { -z / dz } else { f64::INFINITY };
    z.iter().zip(dz).map(part).fold(f64::INFINITY, f64::min)
}

/// The limit of a branch at one end: `|S|² / limit² - 1 + slack = 0`.
#[derive(Debug, Clone, Copy)]
struct Limit {
    branch: usize,
    end: usize,
    rate: f64,
    slack: f64,
    z: f64,
}

impl Limit {
    fn excess(&self, flow: &EndFlow) -> f64 {
        let [p, q] = flow.power;
        (p * p + q * q) / (self.rate * self.rate) - 1.0
    }

    /// Derivatives by angle here, voltage here, angle there, voltage there.
    fn slope(&self, flow: &EndFlow) -> [f64; 4] {
        let by = 2.0 / (self.rate * self.rate);
        let [p, q] = flow.power;
        slopes(flow).map(|s| by * (p * s[0] + q * s[1]))
    }
}

/// Derivatives of active and reactive power into an end by angle here, voltage here, angle there, voltage there.
fn slopes(flow: &EndFlow) -> [[f64; 2]; 4] {
    [flow.angle, flow.here, flow.angle.map(|a| -a), flow.there]
}

struct Method<'p, 'n> {
    problem: &'p Problem<'n>,
    symbolic: Symbolic,
    /// Positions of (from, from), (from, to), (to, from), (to, to).
    positions: Vec<[usize; 4]>,
    diagonal: Vec<usize>,
    locals: Vec<Local>,
    va: Vec<f64>,
    /// Logarithm of the voltage.
    u: Vec<Bounded>,
    x: Vec<Bounded>,
    limits: Vec<Limit>,
    lambda: Vec<[f64; 2]>,
    flows: Vec<[EndFlow; 2]>,
    /// What each balance lacks.
    lacks: Vec<[f64; 2]>,
}

/// The optimum near these voltages. `None` if a system cannot be solved.
pub(super) fn solve(problem: &Problem<'_>, vm: &[f64], va: &[f64]) -> Option<Answer> {
    Method::new(problem, vm, va).run()
}

impl<'p, 'n> Method<'p, 'n> {
    fn new(problem: &'p Problem<'n>, vm: &[f64], va: &[f64]) -> Self {
        let n = problem.network.buses.len();
        let ends = |k: usize| (problem.network.branches[k].from, problem.network.branches[k].to);
        let symbolic = Symbolic::new(n, problem.branches.iter().map(|(k, _)| ends(*k)));
        let diagonal: Vec<usize> = (0..n).map(|i| symbolic.position(i, i)).collect();
        let positions = problem
            .branches
            .iter()
            .map(|(k, _)| {
                let (f, t) = ends(*k);
                [diagonal[f], symbolic.position(f, t), symbolic.position(t, f), diagonal[t]]
            })
            .collect();
        let mut locals = problem.locals.clone();
        for (i, _) in problem.live.iter().enumerate().filter(|(_, live)| **live) {
            for takes in [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]] {
                let (low, high) = (0.0, f64::INFINITY);
                let (square, target, value) = (0.0, 0.0, 0.0);
                locals.push(Local {
                    bus: i,
                    low,
                    high,
                    value,
                    cost: problem.price,
                    square,
                    target,
                    takes,
                });
            }
        }
        let barrier = BARRIER[0];
        let x = locals.iter().map(|l| Bounded::new(l.value, l.low, l.high, barrier)).collect();
        let u = problem
            .voltage
            .iter()
            .zip(vm)
            .map(|([low, high], v)| Bounded::new(v.max(1e-3).ln(), low.ln(), high.ln(), barrier))
            .collect();
        let mut method = Method {
            problem,
            symbolic,
            positions,
            diagonal,
            locals,
            va: va.to_vec(),
            u,
            x,
            limits: Vec::new(),
            lambda: vec![[0.0; 2]; n],
            flows: Vec::new(),
            lacks: vec![[0.0; 2]; n],
        };
        method.evaluate();
        for (branch, (_, rate)) in problem.branches.iter().enumerate() {
            let Some(rate) = *rate else { continue };
            for end in 0..2 {
                let mut limit = Limit { branch, end, rate: rate.max(1e-3), slack: 1.0, z: 0.0 };
                limit.slack = (-limit.excess(&method.flows[branch][end])).max(1e-1);
                limit.z = barrier / limit.slack;
                method.limits.push(limit);
            }
        }
        method
    }

    /// Flows and balances at the present values.
    fn evaluate(&mut self) {
        let network = self.problem.network;
        let base = network.base_mva;
        let vm: Vec<f64> = self.u.iter().map(|u| u.x.exp()).collect();
        self.flows.clear();
        for (i, lacks) in self.lacks.iter_mut().enumerate() {
            let bus = &network.buses[i];
            let square = vm[i] * vm[i] / base;
            *lacks = [bus.gs_mw * square, -bus.bs_mvar * square];
        }
        for (k, _) in &self.problem.branches {
            let l = &network.branches[*k];
            let ends = end_flows(l, [vm[l.from], self.va[l.from]], [vm[l.to], self.va[l.to]]);
            for (bus, end) in [l.from, l.to].into_iter().zip(&ends) {
                self.lacks[bus][0] += end.power[0];
                self.lacks[bus][1] += end.power[1];
            }
            self.flows.push(ends);
        }
        for (l, x) in self.locals.iter().zip(&self.x) {
            self.lacks[l.bus][0] += l.takes[0] * x.x;
            self.lacks[l.bus][1] += l.takes[1] * x.x;
        }
    }

    /// The derivative by a local of what is minimised, without bounds.
    fn local_slope(&self, k: usize) -> f64 {
        let (l, lambda) = (&self.locals[k], self.lambda[self.locals[k].bus]);
        l.cost
            + l.square * (self.x[k].x - l.target)
            + l.takes[0] * lambda[0]
            + l.takes[1] * lambda[1]
    }

    /// The most that a balance lacks.
    fn lacking(&self) -> f64 {
        let live = self.lacks.iter().zip(&self.problem.live).filter(|(_, live)| **live);
        live.flat_map(|(lacks, _)| *lacks).fold(0.0, |most: f64, lack| most.max(lack.abs()))
    }

    /// Mean product of slacks and multipliers.
    fn complementarity(&self) -> f64 {
        let live = self.u.iter().zip(&self.problem.live).filter(|(_, live)| **live).map(|(u, _)| u);
        let (mut sum, mut count) = (0.0, 0.0);
        for (product, number) in live.chain(&self.x).map(Bounded::complementarity) {
            sum += product;
            count += number;
        }
        for limit in &self.limits {
            sum += limit.slack * limit.z;
            count += 1.0;
        }
        sum / f64::max(count, 1.0)
    }

    /// The system of a step, and its right-hand side.
    fn assemble(&self, barrier: f64, convex: f64, matrix: &mut [Block4], rhs: &mut [[f64; 4]]) {
        let problem = self.problem;
        let network = problem.network;
        matrix.fill([[0.0; 4]; 4]);
        rhs.fill([0.0; 4]);
        for (b, ((k, _), flows)) in problem.branches.iter().zip(&self.flows).enumerate() {
            let l = &network.branches[*k];
            let [ff, ft, tf, tt] = self.positions[b];
            for (flow, (here, there), [hh, ht, th, tt]) in [
                (&flows[0], (l.from, l.to), [ff, ft, tf, tt]),
                (&flows[1], (l.to, l.from), [tt, tf, ft, ff]),
            ] {
                let slopes = slopes(flow);
                for part in 0..2 {
                    for (v, block, other) in [(0, hh, hh), (1, hh, hh), (2, ht, th), (3, ht, th)] {
                        matrix[block][2 + part][v % 2] += slopes[v][part];
                        matrix[other][v % 2][2 + part] += slopes[v][part];
                    }
                }
                add_second(flow, self.lambda[here], [hh, ht, th, tt], matrix);
                add_slope(
                    &slopes.map(|s| s[0] * self.lambda[here][0] + s[1] * self.lambda[here][1]),
                    here,
                    there,
                    rhs,
                );
            }
        }
        for limit in &self.limits {
            let l = &network.branches[problem.branches[limit.branch].0];
            let flow = &self.flows[limit.branch][limit.end];
            let [ff, ft, tf, tt] = self.positions[limit.branch];
            let ((here, there), at) = if limit.end == 0 {
                ((l.from, l.to), [ff, ft, tf, tt])
            } else {
                ((l.to, l.from), [tt, tf, ft, ff])
            };
            let by = 2.0 / (limit.rate * limit.rate);
            let weight = flow.power.map(|p| limit.z * by * p);
            add_second(flow, weight, at, matrix);
            let slopes = slopes(flow);
            add_outer(&slopes.map(|s| s[0]), limit.z * by, at, matrix);
            add_outer(&slopes.map(|s| s[1]), limit.z * by, at, matrix);
            let slope = limit.slope(flow);
            let ratio = limit.z / limit.slack;
            add_outer(&slope, ratio, at, matrix);
            let force = barrier / limit.slack + ratio * (limit.excess(flow) + limit.slack);
            add_slope(&slope.map(|s| s * force), here, there, rhs);
        }
        for (i, bus) in network.buses.iter().enumerate() {
            let d = &mut matrix[self.diagonal[i]];
            if !problem.live[i] {
                for (k, row) in d.iter_mut().enumerate() {
                    row[k] = 1.0;
                }
                rhs[i] = [0.0; 4];
                continue;
            }
            let square = 2.0 * (2.0 * self.u[i].x).exp() / network.base_mva;
            let shunt = [bus.gs_mw * square, -bus.bs_mvar * square];
            let pull = self.lambda[i][0] * shunt[0] + self.lambda[i][1] * shunt[1];
            for part in 0..2 {
                d[2 + part][1] += shunt[part];
                d[1][2 + part] += shunt[part];
                rhs[i][2 + part] -= self.lacks[i][part];
            }
            d[0][0] += convex;
            d[1][1] += 2.0 * pull + self.u[i].stiffness() + convex;
            rhs[i][1] -= pull + self.u[i].push(barrier);
        }
        for (k, l) in self.locals.iter().enumerate() {
            let stiffness = self.x[k].stiffness() + l.square;
            let slope = self.local_slope(k) + self.x[k].push(barrier);
            let d = &mut matrix[self.diagonal[l.bus]];
            for a in 0..2 {
                rhs[l.bus][2 + a] += l.takes[a] * slope / stiffness;
                for b in 0..2 {
                    d[2 + a][2 + b] -= l.takes[a] * l.takes[b] / stiffness;
                }
            }
        }
        for (i, _) in
            problem.reference.iter().enumerate().filter(|(i, fixed)| **fixed && problem.live[*i])
        {
            let row = self.symbolic.row(i);
            for p in row {
                matrix[p][0] = [0.0; 4];
            }
            for &j in self.symbolic.columns(i) {
                for line in &mut matrix[self.symbolic.position(j as usize, i)] {
                    line[0] = 0.0;
                }
            }
            matrix[self.diagonal[i]][0][0] = 1.0;
            rhs[i][0] = 0.0;
        }
    }

    fn run(mut self) -> Option<Answer> {
        let n = self.problem.network.buses.len();
        let mut matrix = vec![[[0.0; 4]; 4]; self.symbolic.entries()];
        let mut rhs = vec![[0.0; 4]; n];
        let mut solver = Solver::<Block4>::new(&self.symbolic);
        let mut sigma = 0.1;
        for _ in 0..STEPS {
            let mean = self.complementarity();
            let barrier = (sigma * mean).max(0.1 * BARRIER[1]);
            if mean < BARRIER[1] && self.lacking() < CLOSE {
                break;
            }
            let mut solved = false;
            for convex in CONVEX {
                self.assemble(barrier, convex, &mut matrix, &mut rhs);
                solver.factor(&self.symbolic, &matrix);
                solved = solver.solve_quickly(&self.symbolic, &matrix, &mut rhs);
                if solved {
                    break;
                }
            }
            if !solved {
                return None;
            }
            let [primal, dual] = self.step(&rhs, barrier);
            // The shorter the step, the further from the limits the next one aims.
            let least = primal.min(dual);
            sigma = if least > 0.9 {
                0.05
            } else if least > 0.5 {
                0.1
            } else if least > 0.1 {
                0.3
            } else {
                0.7
            };
            self.evaluate();
        }
        let own = self.problem.locals.len();
        Some(Answer {
            vm: self.u.iter().map(|u| u.x.exp()).collect(),
            va: self.va,
            locals: self.x[..own].iter().map(|x| x.x).collect(),
            at_high: self.x[..own]
                .iter()
                .map(|x| x.z[1] > 10.0 * x.z[0] && x.room()[1] < 1e-3 * (1.0 + x.room()[0]))
                .collect(),
        })
    }

    /// Goes as far along a step as the limits let it; gives the parts of it, of values and of multipliers.
    fn step(&mut self, step: &[[f64; 4]], barrier: f64) -> [f64; 2] {
        let dx: Vec<f64> = (0..self.locals.len())
            .map(|k| {
                let l = &self.locals[k];
                let lambda = step[l.bus];
                let stiffness = self.x[k].stiffness() + l.square;
                let slope = self.local_slope(k) + self.x[k].push(barrier);
                -(slope + l.takes[0] * lambda[2] + l.takes[1] * lambda[3]) / stiffness
            })
            .collect();
        let limits: Vec<[f64; 2]> = self
            .limits
            .iter()
            .map(|limit| {
                let l = &self.problem.network.branches[self.problem.branches[limit.branch].0];
                let flow = &self.flows[limit.branch][limit.end];
                let (here, there) = if limit.end == 0 { (l.from, l.to) } else { (l.to, l.from) };
                let moved = [step[here][0], step[here][1], step[there][0], step[there][1]];
                let change: f64 = limit.slope(flow).iter().zip(moved).map(|(s, d)| s * d).sum();
                let ds = -(limit.excess(flow) + limit.slack) - change;
                let dz = (barrier - limit.z * ds) / limit.slack - limit.z;
                [ds, dz]
            })
            .collect();
        let mut primal = f64::INFINITY;
        let mut dual = f64::INFINITY;
        let mut long = f64::INFINITY;
        let duals: Vec<[f64; 2]> =
            self.u.iter().zip(step).map(|(u, s)| u.duals(s[1], barrier)).collect();
        for (i, _) in self.problem.live.iter().enumerate().filter(|(_, live)| **live) {
            primal = primal.min(self.u[i].longest(step[i][1]));
            dual = dual.min(longest_dual(&self.u[i].z, &duals[i]));
            long = long.min(LONGEST / step[i][0].abs().max(step[i][1].abs()));
        }
        let local_duals: Vec<[f64; 2]> =
            self.x.iter().zip(&dx).map(|(x, d)| x.duals(*d, barrier)).collect();
        for ((x, d), dz) in self.x.iter().zip(&dx).zip(&local_duals) {
            primal = primal.min(x.longest(*d));
            dual = dual.min(longest_dual(&x.z, dz));
        }
        for (limit, [ds, dz]) in self.limits.iter().zip(&limits) {
            primal = primal.min(longest_dual(&[limit.slack], &[*ds]));
            dual = dual.min(longest_dual(&[limit.z], &[*dz]));
        }
        let primal = (SHORT_OF * primal).min(long).min(1.0);
        let dual = (SHORT_OF * dual).min(1.0);
        for (i, s) in step.iter().enumerate().filter(|(i, _)| self.problem.live[*i]) {
            self.va[i] += primal * s[0];
            self.u[i].x += primal * s[1];
            for part in 0..2 {
                self.u[i].z[part] += dual * duals[i][part];
                self.lambda[i][part] += dual * s[2 + part];
            }
        }
        for ((x, d), dz) in self.x.iter_mut().zip(&dx).zip(&local_duals) {
            x.x += primal * d;
            x.z[0] += dual * dz[0];
            x.z[1] += dual * dz[1];
        }
        for (limit, [ds, dz]) in self.limits.iter_mut().zip(&limits) {
            limit.slack += primal * ds;
            limit.z += dual * dz;
        }
        [primal, dual]
    }
}

/// Adds the derivatives of what is minimised to the right-hand side.
fn add_slope(slope: &[f64; 4], here: usize, there: usize, rhs: &mut [[f64; 4]]) {
    rhs[here][0] -= slope[0];
    rhs[here][1] -= slope[1];
    rhs[there][0] -= slope[2];
    rhs[there][1] -= slope[3];
}

/// Adds second derivatives of power into an end, weighted: the mutual part is a complex number that a turn multiplies by `j`, and a
/// rise of either voltage by itself; the own part grows with the square of the voltage here.
fn add_second(
    flow: &EndFlow,
    weight: [f64; 2],
    [hh, ht, th, tt]: [usize; 4],
    matrix: &mut [Block4],
) {
    let dot = |v: [f64; 2]| weight[0] * v[0] + weight[1] * v[1];
    let (a, b) = (dot(flow.there), dot(flow.angle));
    let own = dot([flow.power[0] - flow.there[0], flow.power[1] - flow.there[1]]);
    let mut add = |at: usize, m: [[f64; 2]; 2]| {
        for (r, row) in m.iter().enumerate() {
            for (c, v) in row.iter().enumerate() {
                matrix[at][r][c] += v;
            }
        }
    };
    add(hh, [[-a, b], [b, a + 4.0 * own]]);
    add(ht, [[a, b], [-b, a]]);
    add(th, [[a, -b], [b, a]]);
    add(tt, [[-a, -b], [-b, a]]);
}

/// Adds a weighted outer product over angle and voltage here and there.
fn add_outer(v: &[f64; 4], weight: f64, [hh, ht, th, tt]: [usize; 4], matrix: &mut [Block4]) {
    for (at, rows, columns) in [(hh, 0, 0), (ht, 0, 2), (th, 2, 0), (tt, 2, 2)] {
        for r in 0..2 {
            for c in 0..2 {
                matrix[at][r][c] += weight * v[rows + r] * v[columns + c];
            }
        }
    }
}
