//! Step by step towards the bound: which state to solve next, and what is proven so far.

use super::losses::Lacking;
use super::nest::{Window, most_together};
use super::programme::Model;
use super::reach::Row;
use super::solve::{Answer, Limits};
use super::{Effort, Watch};

/// Rounds of adding rows to a programme.
pub(super) const RELAXED_ROUNDS: usize = 8;
pub(super) const MIXED_ROUNDS: usize = 4;
/// Line limits added in a round, at most, and in all.
const LIMITS_A_ROUND: usize = 20;
const MOST_LIMITS: usize = 120;
/// Branches that are held to Ohm's law in a round, at most.
const LAWS_A_ROUND: usize = 16;
/// Steps that are solved to see where diesel is short.
const PROBES: usize = 10;

/// A step whose relaxation was solved.
#[derive(Debug)]
pub(super) struct Relaxed {
    /// Rows that were broken on the way.
    pub cuts: Vec<Row>,
    /// Branches that its last answer closed against Ohm's law, or that are held to it, as indices into the pool.
    pub laws: Vec<usize>,
    /// Whether its answer is one of the programme itself.
    whole: bool,
}

/// What is proven so far for each step.
pub(super) struct Horizon<'m, 'a> {
    pub(super) model: &'m mut Model<'a>,
    pub(super) effort: Effort,
    pub(super) watch: &'m dyn Watch,
    /// What each step loses at least, an hour, by its own programmes.
    solved: Vec<f64>,
    /// Steps that were solved so far.
    pub(super) relaxed: Vec<Option<Relaxed>>,
    /// What facilities lack in the best state of each step that was solved.
    pub(super) lacking: Vec<Option<Vec<Lacking>>>,
    /// How far each job is done in it.
    best: Vec<Option<Vec<f64>>>,
    /// Steps that were solved together.
    pub(super) windows: Vec<Window>,
    /// Loss that was proven with other prices.
    proven: f64,
    pub(super) solves: usize,
}

impl<'m, 'a> Horizon<'m, 'a> {
    pub(super) fn new(model: &'m mut Model<'a>, effort: Effort, watch: &'m dyn Watch) -> Self {
        let steps = model.reach.scenario.horizon_steps as usize;
        Horizon {
            model,
            effort,
            watch,
            solved: vec![0.0; steps],
            relaxed: (0..steps).map(|_| None).collect(),
            lacking: vec![None; steps],
            best: vec![None; steps],
            windows: Vec::new(),
            proven: 0.0,
            solves: 0,
        }
    }

    /// Loss over the horizon of which no plan has less, weight times hours.
    pub(super) fn loss(&self) -> f64 {
        let values = self.values();
        let losses = most_together(&values, &self.windows) * self.model.reach.scenario.step_hours;
        self.proven.max(losses - self.model.losses.credit)
    }

    /// The least loss of each step, an hour: of its own programme, or of that of a later step, which can reach more.
    pub(super) fn values(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.solved.len()];
        let mut next: Option<usize> = None;
        for t in (0..self.solved.len()).rev() {
            let later = next
                .map_or(0.0, |next| self.model.losses.share(t as u32, next as u32) * values[next]);
            values[t] = self.solved[t].max(later);
            if self.relaxed[t].is_some() {
                next = Some(t);
            }
        }
        values
    }

    pub(super) fn done(&self) -> bool {
        self.watch.stop()
            || matches!(self.effort, Effort::Counted { solves, .. } if self.solves >= solves)
    }

    pub(super) fn linear(&self) -> Limits {
        // A linear programme that is cut off proves nothing.
        let seconds = match self.effort {
            Effort::Watched { seconds } => Some(4.0 * seconds),
            Effort::Counted { .. } => None,
        };
        Limits::Relaxed { seconds }
    }

    pub(super) fn mixed(&self) -> Limits {
        match self.effort {
            Effort::Watched { seconds } => Limits::Mixed { seconds: Some(seconds), nodes: None },
            Effort::Counted { nodes, .. } => Limits::Mixed { seconds: None, nodes: Some(nodes) },
        }
    }

    /// Solves every step: first the relaxations, those first that can raise the bound most, and those of windows; then
    /// the programmes themselves in the same order, then with Ohm's law on the branches that were closed against it, and
    /// last windows of them. Returns whether it came to the end.
    pub(super) fn solve_steps(&mut self, mut on_progress: impl FnMut(&Self)) -> bool {
        if !self.model.losses.services.is_empty() {
            self.relax_all(PROBES, &mut on_progress);
            if !self.done() && self.price() {
                on_progress(self);
            }
        }
        let (order, complete) = self.relax_all(usize::MAX, &mut on_progress);
        self.watch.reached(&self.best, true);
        if !complete || !self.relax_windows(&mut on_progress) {
            return false;
        }
        for lawful in [false, true] {
            for &t in &order {
                if self.done() {
                    return false;
                }
                let Some(relaxed) = &self.relaxed[t] else { continue };
                if if lawful { !relaxed.laws.is_empty() } else { !relaxed.whole } {
                    self.branch(t, lawful);
                    on_progress(self);
                }
            }
        }
        self.branch_windows(&mut on_progress)
    }

    /// Solves the relaxations of at most so many steps; returns them in order, and whether that was all.
    fn relax_all(
        &mut self,
        most: usize,
        on_progress: &mut impl FnMut(&Self),
    ) -> (Vec<usize>, bool) {
        let mut order: Vec<usize> = Vec::new();
        while order.len() < most {
            let Some(t) = self.next() else { return (order, true) };
            if !order.is_empty() && self.done() {
                return (order, false);
            }
            order.push(t);
            self.relax(t);
            on_progress(self);
            self.watch.reached(&self.best, false);
        }
        (order, false)
    }

    /// Puts prices on diesel that is short in the states found so far, and begins anew with them; returns whether there
    /// is any.
    fn price(&mut self) -> bool {
        let loss = self.loss();
        let none: &[Lacking] = &[];
        let mut last = none;
        let lacking: Vec<&[Lacking]> = (self.lacking.iter())
            .map(|l| {
                last = l.as_deref().unwrap_or(last);
                last
            })
            .collect();
        if !self.model.losses.price(&lacking) {
            return false;
        }
        self.proven = loss;
        self.solved.fill(0.0);
        self.windows.clear();
        self.relaxed.fill_with(|| None);
        true
    }

    /// The step in the middle of the unsolved ones whose loss is least known.
    fn next(&self) -> Option<usize> {
        let last = self.relaxed.len().checked_sub(1)?;
        for t in [last, 0] {
            if self.relaxed[t].is_none() {
                return Some(t);
            }
        }
        let values = self.values();
        let known: Vec<usize> = (0..values.len()).filter(|&t| self.relaxed[t].is_some()).collect();
        let open = known.windows(2).filter(|w| w[1] > w[0] + 1);
        let gain = |w: &[usize]| {
            (w[0] + 1..w[1]).map(|t| (values[w[0]] - values[t]).max(0.0)).sum::<f64>()
        };
        let best = open.max_by(|x, y| gain(x).total_cmp(&gain(y)))?;
        (gain(best) > 0.0).then(|| best[0].midpoint(best[1]))
    }

    /// Solves the relaxation of a step, adding rows that its answer breaks.
    fn relax(&mut self, t: usize) {
        let window = [(t as u32, 1.0)];
        let mut relaxed = Relaxed { cuts: Vec::new(), laws: Vec::new(), whole: false };
        let mut programme = self.model.programme(&window, &[], &[], self.linear());
        for _ in 0..RELAXED_ROUNDS {
            let answer = programme.solve();
            self.solves += 1;
            self.solved[t] = self.solved[t].max(answer.bound);
            relaxed.whole = answer.is_whole();
            let broken =
                !self.watch.stop() && self.tighten(&[t as u32], &answer, &mut relaxed.cuts);
            if relaxed.whole && !broken {
                relaxed.laws = self.laws(&answer, 0);
            }
            self.lacking[t] = Some(answer.lacking);
            self.best[t] = answer.done.into_iter().next().or(self.best[t].take());
            if !broken {
                break;
            }
            relaxed.whole = false;
            self.model.extend(&mut programme, &relaxed.cuts);
        }
        self.relaxed[t] = Some(relaxed);
    }

    /// Solves the programme of a step by branch and bound, with Ohm's law on repaired branches or without.
    fn branch(&mut self, t: usize, lawful: bool) {
        let window = [(t as u32, 1.0)];
        let Some(mut relaxed) = self.relaxed[t].take() else { return };
        for _ in 0..MIXED_ROUNDS {
            let laws = if lawful { relaxed.laws.as_slice() } else { &[] };
            let answer = self.model.programme(&window, &relaxed.cuts, laws, self.mixed()).solve();
            self.solves += 1;
            self.solved[t] = self.solved[t].max(answer.bound);
            let mut broken = self.tighten(&[t as u32], &answer, &mut relaxed.cuts);
            for law in self.laws(&answer, 0) {
                if !relaxed.laws.contains(&law) {
                    relaxed.laws.push(law);
                    broken |= lawful;
                }
            }
            self.best[t] = answer.done.into_iter().next().or(self.best[t].take());
            if self.done() || !broken {
                break;
            }
        }
        self.watch.reached(&self.best, true);
        relaxed.whole = true;
        self.relaxed[t] = Some(relaxed);
    }

    /// Branches that a step of an answer closes against Ohm's law, as indices into the pool.
    pub(super) fn laws(&mut self, answer: &Answer, step: usize) -> Vec<usize> {
        let (Some(injection), Some(flow), Some(closed)) =
            (answer.injection.get(step), answer.flow.get(step), answer.closed.get(step))
        else {
            return Vec::new();
        };
        let mut laws = Vec::new();
        for ohm in self.model.skeleton.unlawful(injection, flow, closed, LAWS_A_ROUND) {
            let known = self.model.ohms.iter().position(|o| o.switch == ohm.switch);
            laws.push(known.unwrap_or(self.model.ohms.len()));
            if known.is_none() {
                self.model.ohms.push(ohm);
            }
        }
        laws
    }

    /// Adds rows that an answer breaks; returns whether there are any.
    pub(super) fn tighten(&mut self, window: &[u32], answer: &Answer, cuts: &mut Vec<Row>) -> bool {
        if answer.done.is_empty() {
            return false;
        }
        let rows = self.model.reach.broken(window, &answer.done, true);
        let mut found = !rows.is_empty();
        cuts.extend(rows);
        for injection in &answer.injection {
            let room = MOST_LIMITS.saturating_sub(self.model.limits.len()).min(LIMITS_A_ROUND);
            let limits = self.model.skeleton.broken(injection, room);
            for limit in limits {
                if self.model.limits.iter().all(|l| l.branch != limit.branch) {
                    self.model.limits.push(limit);
                    found = true;
                }
            }
        }
        found
    }
}
