//! Steps solved together: what is done by one of them is done by the next, work that is put off must fit in later, and
//! buffers, diesel and generator sets are followed from step to step.

use super::horizon::{Horizon, MIXED_ROUNDS, RELAXED_ROUNDS};
use super::reach::Row;
use super::solve::{Answer, Limits};

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

impl Window {
    /// Its steps, and the same as the window of a programme.
    fn steps(&self) -> (Vec<u32>, Vec<(u32, f64)>) {
        let steps: Vec<u32> = (self.from..self.to).map(|t| t as u32).collect();
        let window = steps.iter().map(|&t| (t, 1.0)).collect();
        (steps, window)
    }
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
                self.relax_window(window);
                on_progress(self);
            }
        }
        true
    }

    /// Solves windows by branch and bound, then windows twice as long with twice the effort, as long as there is time.
    /// Returns whether it came to the end.
    pub(super) fn branch_windows(&mut self, on_progress: &mut impl FnMut(&Self)) -> bool {
        let steps = self.steps_with_loss();
        let longest = self.longest().min(steps);
        let mut length = self.promising().min(longest);
        let mut limits = self.mixed();
        while length > 1 {
            let mut open = false;
            for (from, to) in overlapping(steps, length) {
                if self.done() {
                    return false;
                }
                let window = self.window(from, to);
                if self.windows[window].columns == 0 {
                    self.relax_window(window);
                }
                open |= !self.branch_window(window, limits);
                on_progress(self);
            }
            let timed = match &mut limits {
                Limits::Mixed { seconds: Some(seconds), .. } => {
                    *seconds *= 2.0;
                    true
                }
                _ => false,
            };
            if length >= longest && !(open && timed) {
                break;
            }
            length = (2 * length).min(longest);
        }
        true
    }

    /// Steps of the longest windows that are not too large for branch and bound.
    fn longest(&self) -> usize {
        let of_a_step = |w: &Window| w.columns.div_ceil(w.to - w.from);
        let columns = self.windows.iter().map(of_a_step).max().unwrap_or(usize::MAX);
        MOST_COLUMNS / columns.max(1)
    }

    /// Steps of the longest windows whose relaxations already say more than all is known of their steps: where what
    /// successive steps share matters more than what each has to decide.
    fn promising(&self) -> usize {
        let values = self.values();
        let says_more = |w: &&Window| w.bound > values[w.from..w.to].iter().sum::<f64>();
        let lengths = self.windows.iter().filter(says_more).map(|w| w.to - w.from);
        lengths.max().unwrap_or(0).max(SHORTEST)
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

    /// Solves the relaxation of a window, adding rows that its answers break.
    fn relax_window(&mut self, which: usize) {
        let (steps, window) = self.windows[which].steps();
        let mut cuts = std::mem::take(&mut self.windows[which].cuts);
        let mut programme = self.model.programme(&window, &cuts, &[], self.linear());
        for _ in 0..RELAXED_ROUNDS {
            let answer = programme.solve();
            self.note(which, &answer);
            if !self.tighten(&steps, &answer, &mut cuts) || self.done() {
                break;
            }
            self.model.extend(&mut programme, &cuts);
        }
        self.windows[which].cuts = cuts;
    }

    /// Solves a window by branch and bound, with Ohm's law on every branch that was seen to be closed against it; returns
    /// whether nothing more comes of it.
    fn branch_window(&mut self, which: usize, limits: Limits) -> bool {
        let (steps, window) = self.windows[which].steps();
        let mut cuts = std::mem::take(&mut self.windows[which].cuts);
        let mut closed = false;
        for _ in 0..MIXED_ROUNDS {
            let laws = self.laws_within(&steps);
            let answer = self.model.programme(&window, &cuts, &laws, limits).solve();
            self.note(which, &answer);
            let mut broken = self.tighten(&steps, &answer, &mut cuts);
            for (k, &t) in steps.iter().enumerate() {
                broken |= self.add_laws(t as usize, &answer, k);
            }
            closed = answer.optimal && !broken;
            // What was cut off is better given more time than more rows.
            if closed || !answer.optimal || self.done() {
                break;
            }
        }
        self.windows[which].cuts = cuts;
        closed
    }

    fn note(&mut self, which: usize, answer: &Answer) {
        self.solves += 1;
        let window = &mut self.windows[which];
        window.bound = window.bound.max(answer.bound);
        window.columns = answer.columns;
    }

    /// Branches that any of the steps is held to Ohm's law on.
    fn laws_within(&self, steps: &[u32]) -> Vec<usize> {
        let relaxed = steps.iter().filter_map(|&t| self.relaxed[t as usize].as_ref());
        let mut laws: Vec<usize> = relaxed.flat_map(|r| r.laws.iter().copied()).collect();
        laws.sort_unstable();
        laws.dedup();
        laws
    }

    /// Adds the branches that a step of an answer closes against Ohm's law; returns whether there is a new one.
    fn add_laws(&mut self, t: usize, answer: &Answer, step: usize) -> bool {
        let laws = self.laws(answer, step);
        let Some(relaxed) = &mut self.relaxed[t] else { return false };
        let before = relaxed.laws.len();
        for law in laws {
            if !relaxed.laws.contains(&law) {
                relaxed.laws.push(law);
            }
        }
        relaxed.laws.len() > before
    }
}
