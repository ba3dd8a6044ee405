//! A unit of states through the lanes: load, iterate, hand over, and leave stragglers for later.

use std::collections::VecDeque;

use super::change::Change;
use super::chord::{Chord, ChordStep, Correction};
use super::lanes::Pair;
use super::newton::{Delta, FREE, HELD, Lanes, Mismatch, Patch, Step};
use super::setup::Setup;
use super::state::{Answer, State};
use super::{Batch, BatchOptions};
use crate::ac::AcSolver;
use crate::wide::wide;

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

/// By chord each step shall leave at most this part of the mismatch, from this step on, ...
const RATE: f64 = 0.25;
const STEADY: u32 = 2;
/// ... and there are at most so many.
const MOST: u32 = 12;

/// A state on its way.
struct Job {
    index: usize,
    setup: Setup,
    /// Voltages by places, of a state that was interrupted.
    voltages: Option<Vec<[f64; 2]>>,
    /// How the factors of the base serve; `None` where they do not.
    chord: Option<Chord>,
    /// Steps since the equations last changed, and in all.
    steps: u32,
    iterations: u32,
    changes: u32,
    /// Largest mismatch at first and at last, p.u.
    first: f64,
    last: f64,
}

/// A state that waits for a lane.
enum Entry {
    Fresh(usize),
    Begun(Box<Job>),
}

/// What became of a lane.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Running,
    /// Needs factors of its own.
    Slow,
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
        let batch = self.batch;
        let fit = (0..changes.len()).filter(|&k| changes[k].fits(batch.network));
        if !batch.lanes_can(&self.options.ac) {
            for index in fit {
                out[index] = Some(self.solve_alone(first + index, &changes[index], read));
            }
            return;
        }
        let (mut chord, mut newton): (VecDeque<Entry>, VecDeque<Entry>) =
            (VecDeque::new(), VecDeque::new());
        for index in fit {
            let change = &changes[index];
            let plain = batch.factors.is_some()
                && (batch.keeps_structure(change) || batch.cut(change).is_some());
            if plain { &mut chord } else { &mut newton }.push_back(Entry::Fresh(index));
        }
        let mut failed = Vec::new();
        while !(chord.is_empty() && newton.is_empty()) {
            let by_chord = !chord.is_empty();
            let queue = if by_chord { &mut chord } else { &mut newton };
            let mut jobs = Vec::with_capacity(K);
            for entry in queue.drain(..K.min(queue.len())) {
                jobs.push(match entry {
                    Entry::Fresh(index) => self.job(index, &changes[index], by_chord),
                    Entry::Begun(job) => *job,
                });
            }
            let may_leave = !queue.is_empty();
            let mut fates = self.group(&mut jobs, may_leave);
            self.doubt(&mut fates);
            self.hand_over(&jobs, &fates, first, changes, read, out);
            for (lane, mut job) in jobs.into_iter().enumerate() {
                match fates[lane] {
                    Fate::Done => {}
                    Fate::Failed => failed.push(job.index),
                    Fate::Running | Fate::Slow => {
                        let lost = job.last.is_nan() || job.last > job.first;
                        // Nothing to compare with: the next round begins by looking at this very state.
                        job.last = f64::INFINITY;
                        let rows = 0..batch.layout.len();
                        job.voltages = (!lost)
                            .then(|| rows.map(|row| self.lanes.voltage(row, lane)).collect());
                        let by_chord = fates[lane] == Fate::Running && job.chord.is_some();
                        if !by_chord && job.chord.take().is_some() {
                            job.steps = 0;
                        }
                        let queue = if by_chord { &mut chord } else { &mut newton };
                        queue.push_back(Entry::Begun(Box::new(job)));
                    }
                }
            }
        }
        for index in failed {
            out[index] = Some(self.solve_alone(first + index, &changes[index], read));
        }
    }

    fn job(&self, index: usize, change: &Change, by_chord: bool) -> Job {
        let setup = self.batch.setup(change, &self.options.ac);
        let chord = if by_chord { self.batch.chord(&setup) } else { None };
        Job {
            index,
            setup,
            voltages: None,
            chord,
            steps: 0,
            iterations: 0,
            changes: 0,
            first: 0.0,
            last: 0.0,
        }
    }

    /// Takes up to `K` states as far as they go: by chord those that can, and by Newton's method where none can.
    fn group(&mut self, jobs: &mut [Job], may_leave: bool) -> [Fate; K] {
        let batch = self.batch;
        let (layout, shared, portable) = (&batch.layout, &batch.shared, self.options.portable);
        let factors = batch.factors.as_ref().filter(|_| jobs.iter().any(|j| j.chord.is_some()));
        self.lanes.reset(shared);
        let mut fates = [Fate::Done; K];
        for (lane, job) in jobs.iter().enumerate() {
            fates[lane] =
                if factors.is_some() && job.chord.is_none() { Fate::Slow } else { Fate::Running };
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
            let steps = jobs.iter().map(|j| j.steps).max().unwrap_or(0);
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
            match factors {
                Some(factors) => {
                    let corrections: Vec<Option<&Correction>> =
                        jobs.iter().map(|j| j.chord.as_ref()?.correction()).collect();
                    let corrections = &corrections[..];
                    wide(portable, ChordStep { layout, factors, corrections, lanes, active });
                }
                None => wide(portable, Step { layout, shared, lanes, active }),
            }
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
                return Fate::Done;
            }
            job.changes += 1;
            job.steps = 0;
            return match job.changes > CHANGES {
                true => Fate::Failed,
                // The Jacobian of the base knows nothing of the new roles.
                false if job.chord.is_some() => Fate::Slow,
                false => Fate::Running,
            };
        }
        if job.steps == 0 {
            job.first = mismatch;
        }
        let last = std::mem::replace(&mut job.last, mismatch);
        if job.chord.is_some() && job.steps > 0 {
            let slow = job.steps >= STEADY && mismatch > RATE * last;
            if mismatch.is_nan() || mismatch > job.first || slow || job.steps >= MOST {
                return Fate::Slow;
            }
            return Fate::Running;
        }
        let lost =
            mismatch.is_nan() || mismatch > LOST || (job.steps >= PATIENCE && mismatch > job.first);
        let late = job.steps as usize >= options.max_iterations;
        if lost || late { Fate::Failed } else { Fate::Running }
    }

    /// Leaves to the scalar solver what has converged with a suspiciously low voltage. Dead buses stand at a voltage of the
    /// base or at 1 p.u.
    fn doubt(&self, fates: &mut [Fate; K]) {
        let mut lowest = [f64::INFINITY; K];
        for Pair([e, f]) in &self.lanes.v {
            for (lowest, (e, f)) in lowest.iter_mut().zip(e.iter().zip(f)) {
                *lowest = lowest.min(e * e + f * f);
            }
        }
        let least = LOW.min(self.batch.lowest - 1e-6);
        for (fate, lowest) in fates.iter_mut().zip(lowest) {
            if *fate == Fate::Done && lowest < least * least {
                *fate = Fate::Failed;
            }
        }
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
        // In the order of buses, so that what is written is written one after the other.
        for (bus, &place) in batch.layout.place.iter().enumerate() {
            let Pair([e, f]) = &self.lanes.v[place as usize];
            for (lane, to) in self.voltages.iter_mut().enumerate() {
                to[bus] = [e[lane], f[lane]];
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
