//! A unit of states through the lanes: load, iterate, hand over, and leave stragglers for later.

use super::change::Change;
use super::lanes::{Pair, wide};
use super::newton::{Delta, FREE, HELD, Lanes, Mismatch, Patch, Step};
use super::setup::Setup;
use super::state::{Answer, State};
use super::{Batch, BatchOptions};
use crate::ac::AcSolver;

/// Mismatches beyond this, p.u., will not come back.
const LOST: f64 = 1e10;
/// After this many steps the mismatch must be below that of the start.
const PATIENCE: u32 = 8;
/// Changes of reactive limits in one lane before it is left to the scalar solver.
const CHANGES: u32 = 40;
/// After this many steps a group may leave its stragglers for later.
const EARLIEST: u32 = 2;

/// A voltage below this, p.u., and below all of the base's, is one that the scalar solver shall confirm: Newton's method can
/// end in a solution of collapsed voltage where another exists.
const LOW: f64 = 0.7;

/// A state on its way.
struct Job {
    index: usize,
    setup: Setup,
    /// Voltages by places, of a state that was interrupted.
    voltages: Option<Vec<[f64; 2]>>,
    /// Steps since the equations last changed, and in all.
    steps: u32,
    iterations: u32,
    changes: u32,
    first: f64,
}

/// What became of a lane.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Running,
    Done,
    Failed,
}

/// Work space of one thread.
pub(super) struct Runner<'b, 'n, const K: usize> {
    batch: &'b Batch<'n>,
    options: &'b BatchOptions,
    lanes: Lanes<K>,
    /// Voltages of each lane by buses, for the reader.
    voltages: Vec<Vec<[f64; 2]>>,
    scalar: Option<AcSolver<'n>>,
}

impl<'b, 'n, const K: usize> Runner<'b, 'n, K> {
    pub(super) fn new(batch: &'b Batch<'n>, options: &'b BatchOptions) -> Self {
        Runner {
            batch,
            options,
            lanes: Lanes::new(&batch.layout),
            voltages: vec![vec![[0.0; 2]; batch.layout.len()]; K],
            scalar: None,
        }
    }

    /// Solves states `first..` of `changes`; `out` takes what `read` makes of each, in their order.
    pub(super) fn unit<T>(
        &mut self,
        first: usize,
        changes: &[Change],
        read: &(impl Fn(usize, &State<'_>) -> T + Sync),
        out: &mut [Option<T>],
    ) {
        let in_lanes = self.batch.lanes_can(&self.options.ac);
        let mut failed = Vec::new();
        let mut late: Vec<Job> = Vec::new();
        let fit: Vec<usize> =
            (0..changes.len()).filter(|&k| changes[k].fits(self.batch.network)).collect();
        let mut waiting = fit.iter().copied().peekable();
        while in_lanes && !(waiting.peek().is_none() && late.is_empty()) {
            let mut jobs: Vec<Job> = Vec::with_capacity(K);
            if waiting.peek().is_none() {
                let from = late.len().saturating_sub(K);
                jobs.extend(late.drain(from..));
            } else {
                jobs.extend(waiting.by_ref().take(K).map(|index| self.job(index, &changes[index])));
            }
            let fates = self.group(&mut jobs, waiting.peek().is_some());
            self.hand_over(&jobs, &fates, first, changes, read, out);
            for (lane, mut job) in jobs.into_iter().enumerate() {
                match fates[lane] {
                    Fate::Done => {}
                    Fate::Failed => failed.push(job.index),
                    Fate::Running => {
                        let rows = 0..self.batch.layout.len();
                        job.voltages =
                            Some(rows.map(|row| self.lanes.voltage(row, lane)).collect());
                        late.push(job);
                    }
                }
            }
        }
        if !in_lanes {
            failed.extend(&fit);
        }
        for index in failed {
            out[index] = Some(self.solve_alone(first + index, &changes[index], read));
        }
    }

    fn job(&self, index: usize, change: &Change) -> Job {
        let setup = self.batch.setup(change, &self.options.ac);
        Job { index, setup, voltages: None, steps: 0, iterations: 0, changes: 0, first: 0.0 }
    }

    /// Takes up to `K` states as far as they go.
    fn group(&mut self, jobs: &mut [Job], may_leave: bool) -> [Fate; K] {
        let batch = self.batch;
        let (layout, shared, portable) = (&batch.layout, &batch.shared, self.options.portable);
        self.lanes.reset(shared);
        let mut fates = [Fate::Done; K];
        for (lane, job) in jobs.iter().enumerate() {
            fates[lane] = Fate::Running;
            self.load(lane, job);
        }
        self.lanes.sort();
        loop {
            let lanes = &mut self.lanes;
            let worst = wide(portable, Mismatch { layout, shared, lanes });
            let before: u32 = jobs.iter().map(|j| j.changes).sum();
            for (lane, job) in jobs.iter_mut().enumerate() {
                if fates[lane] == Fate::Running {
                    fates[lane] = self.judge(lane, job, worst[lane]);
                }
            }
            if jobs.iter().map(|j| j.changes).sum::<u32>() != before {
                // Mismatches of the new equations are needed before the next step.
                continue;
            }
            let running = fates.iter().filter(|f| **f == Fate::Running).count();
            let steps = jobs.iter().map(|j| j.iterations).max().unwrap_or(0);
            if running == 0 || (may_leave && steps >= EARLIEST && 4 * running <= K) {
                return fates;
            }
            let mut active = [0.0; K];
            for (lane, job) in jobs.iter_mut().enumerate() {
                if fates[lane] == Fate::Running {
                    active[lane] = 1.0;
                    job.steps += 1;
                    job.iterations += 1;
                }
            }
            let lanes = &mut self.lanes;
            wide(portable, Step { layout, shared, lanes, active });
        }
    }

    fn load(&mut self, lane: usize, job: &Job) {
        let lanes = &mut self.lanes;
        let number = lane as u32;
        let Setup { patches, deltas, roles, voltages, .. } = &job.setup;
        lanes.patches.extend(patches.iter().map(|&(row, entry, y)| Patch {
            row,
            entry,
            lane: number,
            y,
        }));
        lanes.deltas.extend(deltas.iter().map(|&(row, given)| Delta { row, lane: number, given }));
        for &(row, role) in roles {
            lanes.set_role(row as usize, lane, role);
        }
        match &job.voltages {
            Some(all) => {
                for (row, v) in all.iter().enumerate() {
                    lanes.set_voltage(row, lane, *v);
                }
            }
            None => {
                for &(row, v) in voltages {
                    lanes.set_voltage(row as usize, lane, v);
                }
            }
        }
    }

    fn judge(&mut self, lane: usize, job: &mut Job, mismatch: f64) -> Fate {
        let options = &self.options.ac;
        if mismatch <= options.tolerance_pu {
            if !self.turn(lane, job) {
                return if self.collapsed(lane, job) { Fate::Failed } else { Fate::Done };
            }
            job.changes += 1;
            job.steps = 0;
            return if job.changes > CHANGES { Fate::Failed } else { Fate::Running };
        }
        if job.steps == 0 {
            job.first = mismatch;
        }
        let lost =
            mismatch.is_nan() || mismatch > LOST || (job.steps >= PATIENCE && mismatch > job.first);
        let late = job.steps as usize >= options.max_iterations;
        if lost || late { Fate::Failed } else { Fate::Running }
    }

    /// Whether a converged lane has a suspiciously low voltage.
    fn collapsed(&self, lane: usize, job: &Job) -> bool {
        let batch = self.batch;
        let structure = job.setup.structure.as_deref().unwrap_or(&batch.structure);
        let least = LOW.min(batch.lowest - 1e-6);
        let buses = self.lanes.v.iter().zip(&batch.layout.order);
        let mut low = buses.filter(|(Pair([e, f]), _)| {
            let (e, f) = (e[lane], f[lane]);
            e * e + f * f < least * least
        });
        low.any(|(_, &bus)| structure.live.bus(bus as usize))
    }

    /// Changes the equations of a converged lane where a reactive limit is reached or left.
    fn turn(&mut self, lane: usize, job: &mut Job) -> bool {
        let batch = self.batch;
        let structure = job.setup.structure.as_deref().unwrap_or(&batch.structure);
        let tolerance = 10.0 * self.options.ac.tolerance_pu;
        let mut turned = false;
        for limit in &mut job.setup.limits {
            let i = limit.bus;
            let Some(island) = structure.live.islands.of_bus[i] else { continue };
            if structure.live.slack[island] == Some(i) {
                continue;
            }
            let row = batch.layout.place[i] as usize;
            let [e, f] = self.lanes.voltage(row, lane);
            let (voltage, before) = (e.hypot(f), limit.fixed());
            let injected = self.lanes.injection(&batch.layout, &batch.shared, row, lane)[1];
            if !limit.update(injected - structure.fixed_q[i], voltage, tolerance) {
                continue;
            }
            turned = true;
            let now = limit.fixed();
            let more = now.unwrap_or(0.0) - before.unwrap_or(0.0);
            job.setup.deltas.push((row as u32, [0.0, more]));
            let delta = Delta { row: row as u32, lane: lane as u32, given: [0.0, more] };
            self.lanes.deltas.push(delta);
            let role = if now.is_some() { FREE } else { HELD };
            job.setup.roles.push((row as u32, role));
            self.lanes.set_role(row, lane, role);
            if now.is_none() {
                let scale = limit.set_point / voltage;
                self.lanes.set_voltage(row, lane, [e * scale, f * scale]);
            }
        }
        if turned {
            self.lanes.sort();
        }
        turned
    }

    /// Gives the answers of a group to the reader.
    fn hand_over<T>(
        &mut self,
        jobs: &[Job],
        fates: &[Fate; K],
        first: usize,
        changes: &[Change],
        read: &(impl Fn(usize, &State<'_>) -> T + Sync),
        out: &mut [Option<T>],
    ) {
        let batch = self.batch;
        for (Pair([e, f]), &bus) in self.lanes.v.iter().zip(&batch.layout.order) {
            for (lane, to) in self.voltages.iter_mut().enumerate() {
                to[bus as usize] = [e[lane], f[lane]];
            }
        }
        for (lane, job) in jobs.iter().enumerate() {
            if fates[lane] != Fate::Done {
                continue;
            }
            let status = batch.status_of(&changes[job.index]);
            let structure = job.setup.structure.as_deref().unwrap_or(&batch.structure);
            let state = State {
                network: batch.network,
                two_ports: &batch.two_ports,
                status: &status,
                live: &structure.live,
                voltages: &self.voltages[lane],
                answer: Answer::Lanes { iterations: job.iterations as usize },
            };
            out[job.index] = Some(read(first + job.index, &state));
        }
    }

    /// The scalar solver, with all its ways to start.
    fn solve_alone<T>(
        &mut self,
        index: usize,
        change: &Change,
        read: &(impl Fn(usize, &State<'_>) -> T + Sync),
    ) -> T {
        let batch = self.batch;
        let solver = self.scalar.get_or_insert_with(|| AcSolver::new(batch.network));
        let status = batch.status_of(change);
        let solution = solver.solve(&status, &batch.injections_of(change), &self.options.ac);
        let live = crate::live::Live::new(batch.network, &status);
        let voltages: Vec<[f64; 2]> = (solution.vm_pu.iter().zip(&solution.va_rad))
            .map(|(vm, va)| [vm * va.cos(), vm * va.sin()])
            .collect();
        let state = State {
            network: batch.network,
            two_ports: &batch.two_ports,
            status: &status,
            live: &live,
            voltages: &voltages,
            answer: Answer::Scalar(&solution),
        };
        read(index, &state)
    }
}
