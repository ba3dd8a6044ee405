//! Steps with the Jacobian of the base, corrected for one branch that is out: one factorisation for all states.
//!
//! A state that differs from the base by injections, or by one branch that does not split its island, keeps the
//! Jacobian that it has at the base's voltages. That is the base's own plus a change of rank four at most, whose inverse
//! follows from the base's factors (Woodbury; Alsac, Stott and Tinney, "Sparsity-oriented compensation methods for
//! modified network solutions", IEEE Trans. PAS-102, 1983). What the correction touches lies on the paths of the
//! two buses to the root of the elimination tree, a few hundred places of thousands. Such steps converge linearly, but each
//! costs a tenth of one with its own factors. A branch that cuts off what is dead without it is the same: what is behind it is left as it is, and nothing of it is looked at. A state that does not converge quickly goes over to those.

#![expect(
    clippy::inline_always,
    reason = "code that is not inlined into a kernel is not compiled for its processor"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a loop over lanes or columns walks through several arrays at once"
)]

use super::lanes::{Pair, reduce, turn};
use super::layout::Layout;
use super::newton::{DIAGONAL, FIXED, FREE, HELD, Lanes, Shared, exact, product};
use super::setup::Setup;
use crate::sparse::{Block, Block2, Block4, inverse_above};
use crate::wide::Kernel;
use fearless_simd::Simd;

/// The factors of the base's Jacobian at the base's voltages: `L U`, U with unit diagonal.
#[derive(Debug)]
pub(super) struct Factors {
    /// L by rows, as the layout has them, without the diagonal.
    lower: Vec<[f32; 4]>,
    /// U by rows.
    upper: Vec<[f32; 4]>,
    /// Inverse of the diagonal of L, negated.
    negated: Vec<[f32; 4]>,
    /// The same in double precision, L by columns: entry for entry the transpose of U's pattern.
    lower_columns: Vec<Block2>,
    upper_rows: Vec<Block2>,
    inverses: Vec<Block2>,
}

impl Factors {
    /// Factorises; `None` if a pivot is singular.
    pub(super) fn new(layout: &Layout, shared: &Shared) -> Option<Self> {
        let mut lower = vec![Block2::ZERO; layout.lower.len()];
        let mut upper = vec![Block2::ZERO; layout.upper.len()];
        let mut inverses = vec![Block2::ZERO; layout.len()];
        let mut work = vec![Block2::ZERO; layout.widest];
        for k in 0..layout.len() {
            let (lower_row, upper_row) = (layout.lower_row(k), layout.upper_row(k));
            let middle = lower_row.len();
            let work = &mut work[..=middle + upper_row.len()];
            work.fill(Block2::ZERO);
            assemble(layout, shared, k, middle, work);
            let mut targets = &layout.targets[layout.target_starts[k] as usize..];
            for (at, &j) in layout.lower[lower_row.clone()].iter().enumerate() {
                let factor = work[at];
                let products = &upper[layout.upper_row(j as usize)];
                let (now, rest) = targets.split_at(products.len());
                targets = rest;
                for (&slot, u) in now.iter().zip(products) {
                    work[usize::from(slot)].subtract_product(&factor, u);
                }
            }
            let inverse = work[middle].inverse()?;
            lower[lower_row].copy_from_slice(&work[..middle]);
            for (out, w) in upper[upper_row].iter_mut().zip(&work[middle + 1..]) {
                *out = inverse.times(w);
            }
            inverses[k] = inverse;
        }
        // Row by row, the columns of L fill up in ascending order of rows.
        let mut next: Vec<usize> = (0..layout.len()).map(|k| layout.upper_row(k).start).collect();
        let mut lower_columns = vec![Block2::ZERO; upper.len()];
        for (&j, l) in layout.lower.iter().zip(&lower) {
            lower_columns[next[j as usize]] = *l;
            next[j as usize] += 1;
        }
        let single = |all: &[Block2]| all.iter().map(|b| b.map(|v| v as f32)).collect();
        Some(Factors {
            lower: single(&lower),
            upper: single(&upper),
            negated: inverses.iter().map(|b| b.map(|v| -v as f32)).collect(),
            lower_columns,
            upper_rows: upper,
            inverses,
        })
    }
}

/// The derivatives of the balances of a bus at the starting voltages, in the work space of its row.
fn assemble(layout: &Layout, shared: &Shared, k: usize, middle: usize, work: &mut [Block2]) {
    let mut power = [0.0; 2];
    let mut add = |y: [f64; 2], c: usize, slot: usize| {
        let [t0, t1] = flow(y, shared.start[k], shared.start[c]);
        power = [power[0] + t0, power[1] + t1];
        work[slot] = [t1, t0, -t0, t1];
    };
    add(shared.y_diagonal[k], k, middle);
    for at in layout.row(k) {
        add(shared.y[at], layout.columns[at] as usize, usize::from(layout.slots[at]));
    }
    let [p, q] = power;
    let diagonal = &mut work[middle];
    *diagonal = [diagonal[0] - q, diagonal[1] + p, diagonal[2] + p, diagonal[3] + q];
    let rows = rows_of(shared.role[k]);
    for block in work.iter_mut() {
        *block = [block[0] * rows[0], block[1] * rows[0], block[2] * rows[1], block[3] * rows[1]];
    }
    work[middle][0] += 1.0 - rows[0];
    work[middle][3] += 1.0 - rows[1];
}

/// Power that flows from one bus over an admittance because of the voltage at another, p.u.
fn flow(y: [f64; 2], [e, f]: [f64; 2], there: [f64; 2]) -> [f64; 2] {
    let i = product(y, there);
    [e * i[0] + f * i[1], f * i[0] - e * i[1]]
}

/// Which balances hold: active, reactive.
fn rows_of(role: u32) -> [f64; 2] {
    match role {
        FREE => [1.0, 1.0],
        HELD => [1.0, 0.0],
        _ => [0.0, 0.0],
    }
}

/// How the factors of the base serve a state.
#[derive(Debug)]
pub(super) enum Chord {
    /// The state has the Jacobian of the base.
    AsItIs,
    /// It has another.
    Corrected(Correction),
}

impl Chord {
    pub(super) fn correction(&self) -> Option<&Correction> {
        match self {
            Chord::AsItIs => None,
            Chord::Corrected(correction) => Some(correction),
        }
    }
}

/// What makes the base's factors serve a state with a branch out: after the forward solution `y`,
/// `y -= push (pull' y)`, both on a few places alone.
#[derive(Debug)]
pub(super) struct Correction {
    places: Vec<u32>,
    /// Of each place: angle and magnitude, four columns.
    pull: Vec<[[f32; 4]; 2]>,
    push: Vec<[[f32; 4]; 2]>,
}

/// A correction with a smaller pivot than this is not taken.
const SMALLEST: f64 = 1e-6;

impl Correction {
    /// The correction for admittances added in the rows and columns of two places; `None` if it does not exist, or is too near to that.
    pub(super) fn new(
        layout: &Layout,
        shared: &Shared,
        factors: &Factors,
        setup: &Setup,
    ) -> Option<Self> {
        let patches = &setup.patches[..];
        let mut ends: Vec<usize> = patches.iter().map(|p| p.0 as usize).collect();
        ends.sort_unstable();
        ends.dedup();
        let [a, b] = ends[..] else { return None };
        let places = paths(layout, [a, b]);
        let at = |place: usize| places.binary_search(&(place as u32)).ok();
        let (at_a, at_b) = (at(a)?, at(b)?);

        // Columns of the identity at the two places, through both triangles.
        let mut pull = vec![[[0.0; 4]; 2]; places.len()];
        pull[at_a] = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]];
        pull[at_b] = [[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
        let mut push = pull.clone();
        for (from, &place) in places.iter().enumerate() {
            let place = place as usize;
            push[from] = applied(&factors.inverses[place], &push[from]);
            let row = layout.upper_row(place);
            // The columns of the row are places on the path above, in ascending order.
            let mut to = from + 1;
            for entry in row {
                let column = layout.upper[entry];
                while places[to] != column {
                    to += 1;
                }
                let [u0, u1, u2, u3] = factors.upper_rows[entry];
                let more = applied(&[u0, u2, u1, u3], &pull[from]);
                subtract(&mut pull[to], &more);
                let more = applied(&factors.lower_columns[entry], &push[from]);
                subtract(&mut push[to], &more);
            }
        }

        let change = change(layout, shared, patches, setup.far, [a, b]);
        let mut gain: Block4 = [[0.0; 4]; 4];
        for (r, s) in pull.iter().zip(&push) {
            for part in 0..2 {
                for i in 0..4 {
                    for j in 0..4 {
                        gain[i][j] += r[part][i] * s[part][j];
                    }
                }
            }
        }
        let mut system = gain.times(&change);
        for (i, row) in system.iter_mut().enumerate() {
            row[i] += 1.0;
        }
        let middle = change.times(&inverse_above(system, SMALLEST)?);
        let push = push.iter().map(|rows| rows.map(|row| times(row, &middle).map(|v| v as f32)));
        let pull = pull.iter().map(|rows| rows.map(|row| row.map(|v| v as f32)));
        Some(Correction { pull: pull.collect(), push: push.collect(), places })
    }

    /// Corrects the forward solution of one lane.
    fn apply<const K: usize>(&self, lane: usize, y: &mut [Pair<f32, K>]) {
        let mut sum = [0.0_f32; 4];
        for (&place, pull) in self.places.iter().zip(&self.pull) {
            let y = &y[place as usize].0;
            for (part, pull) in pull.iter().enumerate() {
                for (sum, pull) in sum.iter_mut().zip(pull) {
                    *sum += pull * y[part][lane];
                }
            }
        }
        for (&place, push) in self.places.iter().zip(&self.push) {
            let y = &mut y[place as usize].0;
            for (part, push) in push.iter().enumerate() {
                let less: f32 = push.iter().zip(&sum).map(|(push, sum)| push * sum).sum();
                y[part][lane] -= less;
            }
        }
    }
}

/// The places on the ways of two places to the root of the elimination tree, ascending.
fn paths(layout: &Layout, ends: [usize; 2]) -> Vec<u32> {
    let mut out = Vec::new();
    let [mut a, mut b] = ends;
    let parent = |k: usize| layout.upper[layout.upper_row(k)].first().map(|&p| p as usize);
    loop {
        let low = a.min(b);
        out.push(low as u32);
        let Some(next) = parent(low) else {
            // The root of a tree of the forest: the other way may go on in its own.
            let other = a.max(b);
            if other != low {
                let mut at = Some(other);
                while let Some(k) = at {
                    out.push(k as u32);
                    at = parent(k);
                }
            }
            return out;
        };
        if a == low {
            a = next;
        }
        if b == low {
            b = next;
        }
    }
}

/// What the added admittances change in the Jacobian of the base, at the rows and columns of two places.
fn change(
    layout: &Layout,
    shared: &Shared,
    patches: &[(u32, u32, [f64; 2])],
    far: Option<u32>,
    ends: [usize; 2],
) -> Block4 {
    let mut out: Block4 = [[0.0; 4]; 4];
    for &(row, entry, y) in patches {
        // What is cut off keeps its diagonal as it was, since it would be singular without.
        let kept = far == Some(row);
        if kept && entry == DIAGONAL {
            continue;
        }
        let row = row as usize;
        let column = if entry == DIAGONAL { row } else { layout.columns[entry as usize] as usize };
        let at = |place: usize| 2 * usize::from(place == ends[1]);
        let (r, c) = (at(row), at(column));
        let [t0, t1] = flow(y, shared.start[row], shared.start[column]);
        let rows = rows_of(shared.role[row]);
        let mut add = |part: usize, c: usize, angle: f64, magnitude: f64| {
            out[r + part][c] += rows[part] * angle;
            out[r + part][c + 1] += rows[part] * magnitude;
        };
        add(0, c, t1, t0);
        add(1, c, -t0, t1);
        if !kept {
            add(0, r, -t1, t0);
            add(1, r, t0, t1);
        }
    }
    out
}

fn applied(block: &Block2, rows: &[[f64; 4]; 2]) -> [[f64; 4]; 2] {
    let mut out = [[0.0; 4]; 2];
    for i in 0..4 {
        out[0][i] = block[0] * rows[0][i] + block[1] * rows[1][i];
        out[1][i] = block[2] * rows[0][i] + block[3] * rows[1][i];
    }
    out
}

fn subtract(target: &mut [[f64; 4]; 2], less: &[[f64; 4]; 2]) {
    for (target, less) in target.iter_mut().flatten().zip(less.iter().flatten()) {
        *target -= less;
    }
}

fn times(row: [f64; 4], matrix: &Block4) -> [f64; 4] {
    let mut out = [0.0; 4];
    for (value, line) in row.iter().zip(matrix) {
        for (out, m) in out.iter_mut().zip(line) {
            *out += value * m;
        }
    }
    out
}

/// Takes the mismatches in `step` through a step with the base's factors, and moves the voltages of active lanes by it.
pub(super) struct ChordStep<'a, const K: usize> {
    pub(super) layout: &'a Layout,
    pub(super) factors: &'a Factors,
    /// By lane; `None` where the base's Jacobian is the state's own.
    pub(super) corrections: &'a [Option<&'a Correction>],
    pub(super) lanes: &'a mut Lanes<K>,
    /// 1 for lanes that are on their way, 0 for others.
    pub(super) active: [f64; K],
}

impl<const K: usize> Kernel for ChordStep<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let ChordStep { layout, factors, corrections, lanes, active } = self;
        let Lanes { v, step, role, mixed, .. } = lanes;
        let nothing = Pair([[0.0; K]; 2]);
        for k in 0..layout.len() {
            let row = layout.lower_row(k);
            let (columns, blocks) = (&layout.lower[row.clone()], &factors.lower[row]);
            step[k] = reduce(simd, &step[k], columns, blocks, step);
            step[k] = reduce(simd, &nothing, &[k as u32], &[factors.negated[k]], step);
        }
        for (lane, correction) in corrections.iter().enumerate() {
            if let Some(correction) = correction.filter(|_| active[lane] > 0.0) {
                correction.apply(lane, step);
            }
        }
        for k in (0..layout.len()).rev() {
            let row = layout.upper_row(k);
            let (columns, blocks) = (&layout.upper[row.clone()], &factors.upper[row]);
            let x = reduce(simd, &step[k], columns, blocks, step);
            step[k] = x;
            if role[k] != FIXED {
                turn(simd, &mut v[k], &x, &active, exact(role[k], mixed));
            }
        }
    }
}
