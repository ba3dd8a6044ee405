//! Newton's method in polar coordinates, all islands of a state at once.
//!
//! Unknowns of a bus are its angle and the logarithm of its voltage magnitude, equations its active and
//! reactive balance; with `T_ij = V_i conj(Y_ij V_j)` and `S_i` their sum, the derivatives are
//! `dS_i/dθ_j = -j T_ij`, `dS_i/dln|V_j| = T_ij`, and on the diagonal `j (S_i - T_ii)` and `S_i + T_ii`
//! (Tinney and Hart, IEEE Trans. PAS-86, 1967, in the form of the MATPOWER technical note 2). What is given at a bus, and
//! every bus of an island that is not being solved, has a row and a column of the identity, so that one pattern
//! serves all states. Islands share a factorisation and nothing else: each converges, turns to its limits,
//! starts again or fails by itself.

use super::admittance::Complex;
use super::limits::ReactiveLimit;
use super::result::{AcOptions, AcStatus, Attempt, Mismatch, Reason, Start};
use super::sharing::Sharing;
use crate::sparse::{Block2, Solver, Symbolic};

/// Mismatches beyond this, p.u., will not come back.
const LOST: f64 = 1e10;
/// After this many steps the mismatch must be below that of the start, or the start was a bad one.
const PATIENCE: usize = 8;
/// Changes of the equations of one island (limits reached or left, sharing) before it is given up.
const CHANGES: usize = 200;
/// How often a damped step is halved.
const HALVINGS: usize = 12;
/// Mismatches that a failure names.
const NAMED: usize = 10;

/// An island on its way to an answer.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) buses: Vec<usize>,
    pub(super) slack: usize,
    pub(super) sharing: Sharing,
    pub(super) limits: Vec<ReactiveLimit>,
    pub(super) attempt: Attempt,
    pub(super) iterations: usize,
    pub(super) status: Option<AcStatus>,
    steps: usize,
    changes: usize,
    first_mismatch: f64,
}

impl Run {
    pub(super) fn new(
        buses: Vec<usize>,
        slack: usize,
        sharing: Sharing,
        limits: Vec<ReactiveLimit>,
    ) -> Self {
        let (attempt, iterations, status, first_mismatch) = (Attempt::AsAsked, 0, None, 0.0);
        Run {
            buses,
            slack,
            sharing,
            limits,
            attempt,
            iterations,
            status,
            steps: 0,
            changes: 0,
            first_mismatch,
        }
    }
}

/// The state of every bus, and the space that Newton's method works in. All in p.u.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// Bus admittance matrix.
    pub(super) y: Vec<Complex>,
    /// Injection at each bus apart from the generators that follow sharing and voltage.
    pub(super) fixed: Vec<Complex>,
    pub(super) vm: Vec<f64>,
    pub(super) va: Vec<f64>,
    /// Complex voltage.
    pub(super) v: Vec<Complex>,
    /// Injection that follows from the voltages.
    pub(super) s: Vec<Complex>,
    /// Injection as it should be.
    pub(super) given: Vec<Complex>,
    /// Which unknowns of a bus are free, as factors 0 or 1: angle, magnitude.
    free: Vec<[f64; 2]>,
    jacobian: Vec<Block2>,
    rhs: Vec<[f64; 2]>,
    border: Vec<[f64; 2]>,
    solver: Solver<Block2>,
}

impl Work {
    pub(super) fn new(s: &Symbolic) -> Self {
        let n = s.len();
        Work {
            y: vec![[0.0; 2]; s.entries()],
            fixed: vec![[0.0; 2]; n],
            vm: vec![0.0; n],
            va: vec![0.0; n],
            v: vec![[0.0; 2]; n],
            s: vec![[0.0; 2]; n],
            given: vec![[0.0; 2]; n],
            free: vec![[0.0; 2]; n],
            jacobian: vec![[0.0; 4]; s.entries()],
            rhs: vec![[0.0; 2]; n],
            border: vec![[0.0; 2]; n],
            solver: Solver::new(s),
        }
    }
}

/// One power flow: the parts that stay the same while it is solved.
pub(super) struct Newton<'a> {
    pub(super) symbolic: &'a Symbolic,
    pub(super) diagonal: &'a [usize],
    /// Bus of each generator.
    pub(super) generator_bus: &'a [usize],
    pub(super) base_mva: f64,
    pub(super) options: &'a AcOptions,
    pub(super) work: &'a mut Work,
}

impl Newton<'_> {
    /// Solves all islands. `begin` sets the voltages of an island for an attempt.
    pub(super) fn solve(&mut self, runs: &mut [Run], mut begin: impl FnMut(&Run, &mut Work)) {
        self.work.v.fill([0.0; 2]);
        for i in 0..self.symbolic.len() {
            self.freeze(i);
        }
        for run in runs.iter() {
            begin(run, self.work);
        }
        loop {
            let mut changed = false;
            for run in runs.iter_mut().filter(|r| r.status.is_none()) {
                self.evaluate(run);
                let verdict = self.judge(run);
                changed |= verdict != Verdict::Step;
                match verdict {
                    Verdict::Step | Verdict::Changed => {}
                    Verdict::Done => {
                        run.status = Some(AcStatus::Converged);
                        self.freeze_all(run);
                    }
                    Verdict::Failed(reason) => self.next_attempt(run, reason, &mut begin),
                }
            }
            if runs.iter().all(|r| r.status.is_some()) {
                return;
            }
            if !changed {
                self.step(runs, &mut begin);
            }
        }
    }

    /// Gives a bus a row of the identity.
    fn freeze(&mut self, i: usize) {
        for p in self.symbolic.row(i) {
            self.work.jacobian[p] = [0.0; 4];
        }
        self.work.jacobian[self.diagonal[i]] = [1.0, 0.0, 0.0, 1.0];
        self.work.rhs[i] = [0.0; 2];
        self.work.border[i] = [0.0; 2];
    }

    fn freeze_all(&mut self, run: &Run) {
        for &i in &run.buses {
            self.freeze(i);
        }
    }

    /// What the equations of an island say now: which unknowns are free, and the injections.
    fn specify(&mut self, run: &Run) {
        let w = &mut *self.work;
        for &i in &run.buses {
            w.free[i] = [1.0, 1.0];
            w.given[i] = w.fixed[i];
        }
        w.free[run.slack] = [0.0, 0.0];
        for (g, output) in run.sharing.outputs() {
            w.given[self.generator_bus[g]][0] += output;
        }
        for limit in &run.limits {
            match limit.fixed() {
                Some(output) => w.given[limit.bus][1] += output,
                None => w.free[limit.bus][1] = 0.0,
            }
        }
    }

    /// Mismatches and Jacobian of an island at its present voltages.
    fn evaluate(&mut self, run: &Run) {
        self.specify(run);
        let w = &mut *self.work;
        for &i in &run.buses {
            let (sin, cos) = w.va[i].sin_cos();
            w.v[i] = [w.vm[i] * cos, w.vm[i] * sin];
        }
        for &i in &run.buses {
            let [e, f] = w.v[i];
            let [angle, magnitude] = w.free[i];
            let range = self.symbolic.row(i);
            let (mut p, mut q) = (0.0, 0.0);
            let entries = w.y[range.clone()].iter().zip(&mut w.jacobian[range]);
            for ((y, block), &j) in entries.zip(self.symbolic.columns(i)) {
                let v = w.v[j as usize];
                let [column_angle, column_magnitude] = w.free[j as usize];
                let current = [y[0] * v[0] - y[1] * v[1], y[0] * v[1] + y[1] * v[0]];
                let t = [e * current[0] + f * current[1], f * current[0] - e * current[1]];
                p += t[0];
                q += t[1];
                *block = [
                    t[1] * angle * column_angle,
                    t[0] * angle * column_magnitude,
                    -t[0] * magnitude * column_angle,
                    t[1] * magnitude * column_magnitude,
                ];
            }
            w.s[i] = [p, q];
            // The loop wrote what T_ii gives, of either sign as it is wanted here; what S_i gives is missing.
            let d = &mut w.jacobian[self.diagonal[i]];
            d[0] += if angle == 0.0 { 1.0 } else { -q };
            d[1] += p * angle * magnitude;
            d[2] += p * angle * magnitude;
            d[3] += if magnitude == 0.0 { 1.0 } else { q };
            w.rhs[i] = [(w.given[i][0] - p) * angle, (w.given[i][1] - q) * magnitude];
        }
    }

    /// Active power that the reference bus lacks, where the equations hold it.
    fn slack_mismatch(&self, run: &Run) -> f64 {
        let (given, s) = (self.work.given[run.slack][0], self.work.s[run.slack][0]);
        if run.sharing.shared() { given - s } else { 0.0 }
    }

    /// The largest mismatch of an island; infinite if any is not a number.
    fn largest(&self, run: &Run) -> f64 {
        let all = run.buses.iter().flat_map(|&i| self.work.rhs[i]);
        all.chain([self.slack_mismatch(run)])
            .fold(0.0, |worst: f64, m| if m.is_nan() { f64::INFINITY } else { worst.max(m.abs()) })
    }

    /// The sum of squared mismatches of an island.
    fn squares(&self, run: &Run) -> f64 {
        let all = run.buses.iter().flat_map(|&i| self.work.rhs[i]);
        all.chain([self.slack_mismatch(run)]).map(|m| m * m).sum()
    }

    fn judge(&mut self, run: &mut Run) -> Verdict {
        let mismatch = self.largest(run);
        if mismatch <= self.options.tolerance_pu {
            let before = run.changes;
            self.turn(run);
            if run.changes == before {
                return Verdict::Done;
            }
            if run.changes > CHANGES {
                return Verdict::Failed(Reason::IterationLimit);
            }
            run.steps = 0;
            return Verdict::Changed;
        }
        if run.steps == 0 {
            run.first_mismatch = mismatch;
        }
        let grown = run.steps >= PATIENCE && mismatch > run.first_mismatch;
        if mismatch > LOST || grown {
            return Verdict::Failed(Reason::Diverged);
        }
        if run.steps >= self.options.max_iterations {
            return Verdict::Failed(Reason::IterationLimit);
        }
        Verdict::Step
    }

    /// Changes the equations of a converged island where a limit is reached or left.
    fn turn(&mut self, run: &mut Run) {
        let tolerance = 10.0 * self.options.tolerance_pu;
        let mut turned = false;
        if self.options.enforce_q {
            for limit in &mut run.limits {
                let i = limit.bus;
                let output = self.work.s[i][1] - self.work.fixed[i][1];
                if i != run.slack && limit.update(output, self.work.vm[i], tolerance) {
                    turned = true;
                    if limit.fixed().is_none() {
                        self.work.vm[i] = limit.set_point;
                    }
                }
            }
        }
        turned |= run.sharing.update(tolerance);
        run.changes += usize::from(turned);
    }

    fn next_attempt(
        &mut self,
        run: &mut Run,
        reason: Reason,
        begin: &mut impl FnMut(&Run, &mut Work),
    ) {
        let asked = self.options.start;
        let next = match run.attempt {
            _ if !self.options.fallback => None,
            Attempt::AsAsked if asked != Start::DcAngles => Some(Attempt::DcAngles),
            Attempt::AsAsked | Attempt::DcAngles if asked != Start::Case => Some(Attempt::Case),
            Attempt::AsAsked | Attempt::DcAngles | Attempt::Case => Some(Attempt::Damped),
            Attempt::Damped => None,
        };
        let Some(next) = next else {
            run.status =
                Some(AcStatus::NotConverged { reason, mismatches: self.worst_mismatches(run) });
            self.freeze_all(run);
            return;
        };
        run.attempt = next;
        (run.steps, run.changes) = (0, 0);
        run.sharing.reset();
        run.limits.iter_mut().for_each(ReactiveLimit::reset);
        begin(run, self.work);
    }

    fn worst_mismatches(&self, run: &Run) -> Vec<Mismatch> {
        let size = |m: &Mismatch| m.p_mw.abs().max(m.q_mvar.abs());
        let mut all: Vec<Mismatch> = run
            .buses
            .iter()
            .map(|&bus| {
                let [p, q] = self.work.rhs[bus].map(|m| m * self.base_mva);
                Mismatch { bus, p_mw: p, q_mvar: q }
            })
            .filter(|m| size(m).is_finite() && size(m) > 0.0)
            .collect();
        all.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.bus.cmp(&b.bus)));
        all.truncate(NAMED);
        all
    }

    /// One Newton step of all islands that are still on their way.
    fn step(&mut self, runs: &mut [Run], begin: &mut impl FnMut(&Run, &mut Work)) {
        let w = &mut *self.work;
        w.solver.factor(self.symbolic, &w.jacobian);
        let mut outcome = w.solver.solve(self.symbolic, &w.jacobian, &mut w.rhs);
        if outcome.is_ok() && runs.iter().any(|r| r.status.is_none() && r.sharing.shared()) {
            for run in runs.iter().filter(|r| r.status.is_none()) {
                for &i in &run.buses {
                    w.border[i] = [0.0; 2];
                }
                if run.sharing.shared() {
                    for (g, weight) in run.sharing.generators.iter().zip(&run.sharing.weight) {
                        w.border[self.generator_bus[*g]][0] += weight;
                    }
                    w.border[run.slack] = [0.0; 2];
                }
            }
            outcome = w.solver.solve(self.symbolic, &w.jacobian, &mut w.border);
        }
        if let Err(row) = outcome {
            // The island of the singular row fails; if that is not one of ours, all do.
            let ours =
                runs.iter().any(|r| r.status.is_none() && r.buses.binary_search(&row).is_ok());
            for run in runs.iter_mut().filter(|r| r.status.is_none()) {
                if !ours || run.buses.binary_search(&row).is_ok() {
                    self.evaluate(run);
                    self.next_attempt(run, Reason::Singular, begin);
                }
            }
            return;
        }
        for run in runs.iter_mut().filter(|r| r.status.is_none()) {
            run.iterations += 1;
            run.steps += 1;
            let turn = self.imbalance_step(run);
            if run.attempt == Attempt::Damped {
                if !self.damped_update(run, turn) {
                    self.next_attempt(run, Reason::Diverged, begin);
                }
            } else {
                self.update(run, 1.0, turn);
            }
        }
    }

    /// The step of an island's imbalance, by elimination of the active balance of its reference bus; the
    /// step of the voltages, in `rhs`, is completed with it.
    fn imbalance_step(&mut self, run: &Run) -> f64 {
        if !run.sharing.shared() {
            return 0.0;
        }
        let w = &mut *self.work;
        let slack = run.slack;
        let lacking = w.given[slack][0] - w.s[slack][0];
        let (mut plain, mut border) = (0.0, 0.0);
        let [e, f] = w.v[slack];
        let row = self.symbolic.row(slack);
        for (y, &j) in w.y[row].iter().zip(self.symbolic.columns(slack)) {
            let j = j as usize;
            let current =
                [y[0] * w.v[j][0] - y[1] * w.v[j][1], y[0] * w.v[j][1] + y[1] * w.v[j][0]];
            let t = [e * current[0] + f * current[1], f * current[0] - e * current[1]];
            plain += t[1] * w.rhs[j][0] + t[0] * w.rhs[j][1];
            border += t[1] * w.border[j][0] + t[0] * w.border[j][1];
        }
        let weight: f64 = run
            .sharing
            .generators
            .iter()
            .zip(&run.sharing.weight)
            .filter(|(g, _)| self.generator_bus[**g] == slack)
            .map(|(_, weight)| weight)
            .sum();
        let step = (lacking - plain) / (border - weight);
        for &i in &run.buses {
            w.rhs[i][0] += step * w.border[i][0];
            w.rhs[i][1] += step * w.border[i][1];
        }
        step
    }

    fn update(&mut self, run: &mut Run, part: f64, turn: f64) {
        let w = &mut *self.work;
        for &i in &run.buses {
            w.va[i] += part * w.rhs[i][0];
            w.vm[i] *= 1.0 + part * w.rhs[i][1];
            if w.vm[i] < 0.0 {
                // The same voltage, written with a positive magnitude.
                w.vm[i] = -w.vm[i];
                w.va[i] += std::f64::consts::PI;
            }
        }
        run.sharing.imbalance += part * turn;
    }

    /// Takes the longest part of a step, of 1, 1/2, 1/4..., that makes the mismatch smaller. `false` if none does; the
    /// state is then as before.
    fn damped_update(&mut self, run: &mut Run, turn: f64) -> bool {
        let old: Vec<(f64, f64)> =
            run.buses.iter().map(|&i| (self.work.va[i], self.work.vm[i])).collect();
        let direction: Vec<[f64; 2]> = run.buses.iter().map(|&i| self.work.rhs[i]).collect();
        let imbalance = run.sharing.imbalance;
        self.evaluate(run);
        let before = self.squares(run);
        let mut part = 1.0;
        for _ in 0..HALVINGS {
            for (&i, d) in run.buses.iter().zip(&direction) {
                self.work.rhs[i] = *d;
            }
            self.update(run, part, turn);
            self.evaluate(run);
            // A little less than what a linear model promises (Armijo's rule). NaN compares false.
            if self.squares(run) <= before * (1.0 - 0.1 * part) {
                return true;
            }
            for (&i, (va, vm)) in run.buses.iter().zip(&old) {
                (self.work.va[i], self.work.vm[i]) = (*va, *vm);
            }
            run.sharing.imbalance = imbalance;
            part /= 2.0;
        }
        self.evaluate(run);
        false
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Step,
    Changed,
    Done,
    Failed(Reason),
}
