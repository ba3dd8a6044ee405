//! Step by step towards the bound: which state to solve next, and what is proven so far.

use super::programme::{Answer, Limits, Model};
use super::reach::Row;
use super::{Effort, Stop};

/// Rounds of adding rows to a programme.
const RELAXED_ROUNDS: usize = 12;
const MIXED_ROUNDS: usize = 4;
/// Line limits added in a round, at most, and in all.
const LIMITS_A_ROUND: usize = 8;
const MOST_LIMITS: usize = 120;

/// What is proven so far for each step.
pub(super) struct Horizon<'m, 'a> {
    model: &'m mut Model<'a>,
    effort: Effort,
    stop: &'m dyn Stop,
    /// The least loss of each step, an hour; `None` where it was not solved.
    solved: Vec<Option<f64>>,
    solves: usize,
}

impl<'m, 'a> Horizon<'m, 'a> {
    pub(super) fn new(model: &'m mut Model<'a>, effort: Effort, stop: &'m dyn Stop) -> Self {
        let steps = model.reach.scenario.horizon_steps as usize;
        Horizon { model, effort, stop, solved: vec![None; steps], solves: 0 }
    }

    /// Loss over the horizon of which no plan has less, weight times hours.
    pub(super) fn loss(&self) -> f64 {
        self.values().iter().sum::<f64>() * self.model.reach.scenario.step_hours
    }

    /// The least loss of each step, an hour: of its own programme, or of that of a later step, which can reach more.
    fn values(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.solved.len()];
        let mut next: Option<usize> = None;
        for t in (0..self.solved.len()).rev() {
            let later = next
                .map_or(0.0, |next| self.model.losses.share(t as u32, next as u32) * values[next]);
            values[t] = self.solved[t].unwrap_or(0.0).max(later);
            if self.solved[t].is_some() {
                next = Some(t);
            }
        }
        values
    }

    fn done(&self) -> bool {
        self.stop.stop()
            || matches!(self.effort, Effort::Counted { solves, .. } if self.solves >= solves)
    }

    fn mixed(&self) -> Limits {
        match self.effort {
            Effort::Watched { seconds } => Limits::Mixed { seconds: Some(seconds), nodes: None },
            Effort::Counted { nodes, .. } => Limits::Mixed { seconds: None, nodes: Some(nodes) },
        }
    }

    /// Solves every step, those first that can raise the bound most. Returns whether it came to the end.
    pub(super) fn solve_steps(&mut self, mut on_progress: impl FnMut(&Self)) -> bool {
        let Some(last) = self.solved.len().checked_sub(1) else { return true };
        for t in [last, 0] {
            self.solve_step(t);
            on_progress(self);
        }
        while let Some(t) = self.next() {
            if self.done() {
                return false;
            }
            self.solve_step(t);
            on_progress(self);
        }
        true
    }

    /// The step in the middle of the unsolved ones whose loss is least known.
    fn next(&self) -> Option<usize> {
        let values = self.values();
        let known: Vec<usize> =
            (0..self.solved.len()).filter(|&t| self.solved[t].is_some()).collect();
        let open = known.windows(2).filter(|w| w[1] > w[0] + 1);
        let gain = |w: &[usize]| {
            (w[0] + 1..w[1]).map(|t| (values[w[0]] - values[t]).max(0.0)).sum::<f64>()
        };
        let best = open.max_by(|x, y| gain(x).total_cmp(&gain(y)))?;
        (gain(best) > 0.0).then(|| best[0].midpoint(best[1]))
    }

    fn solve_step(&mut self, t: usize) {
        let (answer, _) = self.solve(&[(t as u32, 1.0)], Vec::new());
        self.solved[t] = Some(answer.bound.max(0.0));
    }

    /// Solves a window, adding rows that the state found breaks.
    fn solve(&mut self, window: &[(u32, f64)], mut cuts: Vec<Row>) -> (Answer, Vec<Row>) {
        let times: Vec<u32> = window.iter().map(|w| w.0).collect();
        let mut best = self.model.solve(window, &cuts, Limits::Relaxed);
        self.solves += 1;
        for _ in 0..RELAXED_ROUNDS {
            if !self.tighten(&times, &best, &mut cuts) {
                break;
            }
            let next = self.model.solve(window, &cuts, Limits::Relaxed);
            self.solves += 1;
            let bound = best.bound.max(next.bound);
            best = Answer { bound, ..next };
        }
        for _ in 0..MIXED_ROUNDS {
            let next = self.model.solve(window, &cuts, self.mixed());
            self.solves += 1;
            let bound = best.bound.max(next.bound);
            best = Answer { bound, ..next };
            if best.done.is_empty() || self.done() || !self.tighten(&times, &best, &mut cuts) {
                break;
            }
        }
        (best, cuts)
    }

    /// Adds rows that an answer breaks; returns whether there are any.
    fn tighten(&mut self, window: &[u32], answer: &Answer, cuts: &mut Vec<Row>) -> bool {
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
