//! Steps solved together: what is done by one of them is done by the next, work that is put off must fit in later, and
//! buffers, diesel and generator sets are followed from step to step.

use super::horizon::{Horizon, MIXED_ROUNDS, RELAXED_ROUNDS};
use super::reach::Row;
use super::solve::Limits;

/// Steps of the shortest windows; the next are twice as long.
const SHORTEST: usize = 4;
/// Columns of a window that is given to branch and bound, at most.
const MOST_COLUMNS: usize = 12_000;
/// Columns of a window beyond which no longer ones are relaxed.
const MOST_RELAXED: usize = 15_000;

/// A facility that the grid leaves less than this share of its power is not followed from step to step.
const LACKING: f64 = 1e-6;

/// Steps `from..to`, solved together.
#[derive(Debug)]
pub(super) struct Window {
    pub from: usize,
    pub to: usize,
    /// What they lose at least, an hour, summed.
    pub bound: f64,
    cuts: Vec<Row>,
    columns: usize,
}

/// The most that windows and single steps say together, none of them twice.
pub(super) fn most_together(values: &[f64], windows: &[Window]) -> f64 {
    let mut by = vec![0.0_f64; values.len() + 1];
    for (t, value) in values.iter().enumerate() {
        by[t + 1] = by[t] + value;
        for window in windows.iter().filter(|w| w.to == t + 1) {
            by[t + 1] = by[t + 1].max(by[window.from] + window.bound);
        }
    }
    by[values.len()]
}

/// Windows of a length over steps, each after the other; the last may be shorter.
fn side_by_side(steps: usize, length: usize) -> Vec<(usize, usize)> {
    let starts = (0..steps).step_by(length.max(1));
    starts.map(|from| (from, (from + length).min(steps))).filter(|(a, b)| b - a > 1).collect()
}

/// Windows of a length over steps, each by half of it later than the one before; the last may be shorter.
fn overlapping(steps: usize, length: usize) -> Vec<(usize, usize)> {
    if length < 2 || steps < 2 {
        return Vec::new();
    }
    let half = length / 2;
    let starts = (0..steps).step_by(half);
    starts.map(|from| (from, (from + length).min(steps))).filter(|(a, b)| b - a > half).collect()
}

impl Horizon<'_, '_> {
    /// Solves the relaxations of windows, longer and longer, the longest overlapping by half. Returns whether it came to the end.
    pub(super) fn relax_windows(&mut self, on_progress: &mut impl FnMut(&Self)) -> bool {
        let steps = self.steps_with_loss();
        let lacks = |k: usize| {
            let mut states = self.lacking.iter().flatten();
            states.any(|services| services.get(k).is_some_and(|l| l.share > LACKING))
        };
        self.model.followed = (0..self.model.losses.services.len()).map(lacks).collect();
        let mut length = SHORTEST;
        loop {
            if !self.relax_each(side_by_side(steps, length), on_progress) {
                return false;
            }
            let large = |w: &Window| !w.bound.is_finite() || w.columns > MOST_RELAXED;
            if length >= steps || self.windows.iter().any(large) {
                break;
            }
            length *= 2;
        }
        // What the ends of the longest cut apart.
        self.relax_each(overlapping(steps, length), on_progress)
    }

    fn relax_each(
        &mut self,
        windows: Vec<(usize, usize)>,
        on_progress: &mut impl FnMut(&Self),
    ) -> bool {
        for (from, to) in windows {
            if self.done() {
                return false;
            }
            let window = self.window(from, to);
            if self.windows[window].columns == 0 {
                self.solve_window(window, self.linear(), RELAXED_ROUNDS);
                on_progress(self);
            }
        }
        true
    }

    /// Solves windows by branch and bound, as long as they may be for that, and again with more effort as long as there
    /// is time. Returns whether it came to the end.
    pub(super) fn branch_windows(&mut self, on_progress: &mut impl FnMut(&Self)) -> bool {
        let steps = self.steps_with_loss();
        let of_a_step = |w: &Window| w.columns.div_ceil(w.to - w.from);
        let Some(columns) = self.windows.iter().map(of_a_step).max() else { return true };
        let length = (MOST_COLUMNS / columns.max(1)).min(steps);
        let chosen: Vec<usize> = overlapping(steps, length)
            .into_iter()
            .map(|(from, to)| self.window(from, to))
            .collect();
        let mut limits = self.mixed();
        loop {
            let mut open = false;
            for &window in &chosen {
                if self.done() {
                    return false;
                }
                if self.windows[window].columns == 0 {
                    self.solve_window(window, self.linear(), RELAXED_ROUNDS);
                }
                open |= !self.solve_window(window, limits, MIXED_ROUNDS);
                on_progress(self);
            }
            match &mut limits {
                Limits::Mixed { seconds: Some(seconds), .. } if open => *seconds *= 2.0,
                _ => return true,
            }
        }
    }

    /// Steps until nothing more need be lost, as far as is known.
    fn steps_with_loss(&self) -> usize {
        self.values().iter().rposition(|&v| v > 0.0).map_or(0, |last| last + 1)
    }

    /// The place of a window, new or not.
    fn window(&mut self, from: usize, to: usize) -> usize {
        let known = self.windows.iter().position(|w| (w.from, w.to) == (from, to));
        known.unwrap_or_else(|| {
            let cuts = self.cuts(from, to);
            self.windows.push(Window { from, to, bound: f64::NEG_INFINITY, cuts, columns: 0 });
            self.windows.len() - 1
        })
    }

    /// Rows that the steps of a window broke by themselves.
    fn cuts(&self, from: usize, to: usize) -> Vec<Row> {
        let mut cuts: Vec<Row> = Vec::new();
        for (k, relaxed) in self.relaxed[from..to].iter().enumerate() {
            for cut in relaxed.iter().flat_map(|r| &r.cuts) {
                let terms = cut.terms.iter().map(|&(_, j, factor)| (k, j, factor)).collect();
                cuts.push(Row { terms, right: cut.right });
            }
        }
        cuts
    }

    /// Solves a window, adding rows that its answers break; returns whether the last was solved to its end.
    fn solve_window(&mut self, which: usize, limits: Limits, rounds: usize) -> bool {
        let (from, to) = (self.windows[which].from, self.windows[which].to);
        let steps: Vec<u32> = (from..to).map(|t| t as u32).collect();
        let window: Vec<(u32, f64)> = steps.iter().map(|&t| (t, 1.0)).collect();
        let is_mixed = matches!(limits, Limits::Mixed { .. });
        let mut laws: Vec<usize> = Vec::new();
        if is_mixed {
            laws = self.relaxed[from..to].iter().flatten().flat_map(|r| r.laws.clone()).collect();
            laws.sort_unstable();
            laws.dedup();
        }
        let mut cuts = std::mem::take(&mut self.windows[which].cuts);
        let mut whole = false;
        let mut programme = self.model.programme(&window, &cuts, &laws, limits);
        for _ in 0..rounds {
            let answer = programme.solve();
            self.solves += 1;
            let solved = &mut self.windows[which];
            solved.bound = solved.bound.max(answer.bound);
            solved.columns = answer.columns;
            whole = answer.optimal;
            let broken = self.tighten(&steps, &answer, &mut cuts);
            // What was cut off is better given more time than more rows.
            if self.done() || !broken || (is_mixed && !whole) {
                break;
            }
            self.model.extend(&mut programme, &cuts);
        }
        self.windows[which].cuts = cuts;
        whole
    }
}
