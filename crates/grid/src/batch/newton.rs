//! The Newton step of `K` states at once: mismatch in double, factorisation in single precision.
//!
//! Unknowns, equations and derivatives are those of `ac::newton`. What differs is where the numbers are:
//! admittances, given injections and roles of buses are those of the base, shared by all lanes, and what a state
//! changes is a short list of additions by row and lane. A factorisation in single precision gives a step with
//! six digits; the mismatch that decides is computed in double precision from the voltages, so that the digits of
//! the answer come from there (iterative refinement; Higham, "Accuracy and Stability of Numerical Algorithms", SIAM
//! 2002, chapter 12).
//!
//! L is used as it arises, for the right-hand side, and never stored: memory is what such a kernel waits for.

#![expect(
    clippy::inline_always,
    reason = "code that is not inlined into a kernel is not compiled for its processor"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a loop over lanes walks through several arrays at once"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f64x8};

use super::lanes::{Exact, Pair, Quad, load, subtract_applied, subtract_product, turn};
use super::layout::Layout;
use crate::wide::Kernel;

/// What the equations of a bus are: both balances hold, ...
pub(super) const FREE: u32 = 0;
/// ... only the active one, and the magnitude is given, ...
pub(super) const HELD: u32 = 1;
/// ... or none: magnitude and angle are given, or the bus is dead.
pub(super) const FIXED: u32 = 2;
/// From here on the lanes differ, and the code is an index into a table.
const MIXED: u32 = 3;

/// What the lanes share: the base state, by places.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    /// Admittance of each entry of the layout, p.u.
    pub(super) y: Vec<[f64; 2]>,
    /// Admittance on the diagonal, p.u.
    pub(super) y_diagonal: Vec<[f64; 2]>,
    /// Injection as it should be, p.u.
    pub(super) given: Vec<[f64; 2]>,
    /// Role of each bus.
    pub(super) role: Vec<u32>,
    /// Complex voltage to start from, p.u.
    pub(super) start: Vec<[f64; 2]>,
}

/// An admittance that one lane has in addition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    pub(super) row: u32,
    /// Entry of the layout, or [`DIAGONAL`].
    pub(super) entry: u32,
    pub(super) lane: u32,
    pub(super) y: [f64; 2],
}

pub(super) const DIAGONAL: u32 = u32::MAX;

/// An injection that one lane has in addition, p.u.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delta {
    pub(super) row: u32,
    pub(super) lane: u32,
    pub(super) given: [f64; 2],
}

/// The numbers of `K` states.
#[derive(Debug)]
pub(super) struct Lanes<const K: usize> {
    pub(super) v: Vec<Pair<f64, K>>,
    /// The same in single precision.
    v_single: Vec<Pair<f32, K>>,
    /// Mismatch before a step, the step after it.
    pub(super) step: Vec<Pair<f32, K>>,
    pub(super) role: Vec<u32>,
    /// Which balances hold, as factors 0 or 1, for buses where lanes differ.
    pub(super) mixed: Vec<Pair<f32, K>>,
    mixed_rows: Vec<u32>,
    /// Sorted by row before use.
    pub(super) patches: Vec<Patch>,
    /// Sorted by row before use.
    pub(super) deltas: Vec<Delta>,
    upper: Vec<Quad<K>>,
    work: Vec<Quad<K>>,
}

impl<const K: usize> Lanes<K> {
    pub(super) fn new(layout: &Layout) -> Self {
        let n = layout.len();
        Lanes {
            v: vec![Pair::splat([1.0, 0.0]); n],
            v_single: vec![Pair::splat([1.0, 0.0]); n],
            step: vec![Pair::splat([0.0; 2]); n],
            role: vec![FIXED; n],
            mixed: Vec::new(),
            mixed_rows: Vec::new(),
            patches: Vec::new(),
            deltas: Vec::new(),
            upper: vec![Quad::ZERO; layout.upper.len()],
            work: vec![Quad::ZERO; layout.widest],
        }
    }

    /// All lanes as the base.
    pub(super) fn reset(&mut self, shared: &Shared) {
        for (v, start) in self.v.iter_mut().zip(&shared.start) {
            *v = Pair::splat(*start);
        }
        for (v, start) in self.v_single.iter_mut().zip(&shared.start) {
            *v = Pair::splat(start.map(|c| c as f32));
        }
        self.role.copy_from_slice(&shared.role);
        self.mixed.clear();
        self.mixed_rows.clear();
        self.patches.clear();
        self.deltas.clear();
    }

    /// Gives one lane a voltage.
    pub(super) fn set_voltage(&mut self, row: usize, lane: usize, v: [f64; 2]) {
        for (part, value) in v.iter().enumerate() {
            self.v[row].0[part][lane] = *value;
            self.v_single[row].0[part][lane] = *value as f32;
        }
    }

    /// The voltage of one lane.
    pub(super) fn voltage(&self, row: usize, lane: usize) -> [f64; 2] {
        [self.v[row].0[0][lane], self.v[row].0[1][lane]]
    }

    /// Gives one lane another role at a bus than the base has.
    pub(super) fn set_role(&mut self, row: usize, lane: usize, role: u32) {
        if self.role[row] < MIXED {
            self.mixed.push(Pair::splat(free(self.role[row])));
            self.role[row] = MIXED + (self.mixed.len() - 1) as u32;
            self.mixed_rows.push(row as u32);
        }
        let mixed = &mut self.mixed[(self.role[row] - MIXED) as usize].0;
        let [angle, magnitude] = free(role);
        (mixed[0][lane], mixed[1][lane]) = (angle, magnitude);
    }

    /// Brings patches and deltas into the order in which the kernels meet them.
    pub(super) fn sort(&mut self) {
        self.patches.sort_by_key(|p| p.row);
        self.deltas.sort_by_key(|d| d.row);
    }

    /// Power that flows from one bus of one lane into the network, p.u.
    pub(super) fn injection(
        &self,
        layout: &Layout,
        shared: &Shared,
        row: usize,
        lane: usize,
    ) -> [f64; 2] {
        let [e, f] = self.voltage(row, lane);
        let mut current = product(shared.y_diagonal[row], [e, f]);
        let mut add = |y: [f64; 2], v: [f64; 2]| {
            let i = product(y, v);
            current = [current[0] + i[0], current[1] + i[1]];
        };
        for (c, y) in layout.columns[layout.row(row)].iter().zip(&shared.y[layout.row(row)]) {
            add(*y, self.voltage(*c as usize, lane));
        }
        let from = self.patches.partition_point(|p| (p.row as usize) < row);
        for p in self.patches[from..].iter().take_while(|p| p.row as usize == row) {
            if p.lane as usize == lane {
                add(p.y, self.voltage(column(layout, p), lane));
            }
        }
        [e * current[0] + f * current[1], f * current[0] - e * current[1]]
    }
}

/// Which balances hold at a bus of this role: active, reactive.
fn free(role: u32) -> [f32; 2] {
    match role {
        FREE => [1.0, 1.0],
        HELD => [1.0, 0.0],
        _ => [0.0, 0.0],
    }
}

pub(super) fn product(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

fn column(layout: &Layout, p: &Patch) -> usize {
    if p.entry == DIAGONAL { p.row as usize } else { layout.columns[p.entry as usize] as usize }
}

/// In which lanes the magnitude of a bus is given.
#[inline(always)]
pub(super) fn exact<const K: usize>(role: u32, mixed: &[Pair<f32, K>]) -> Exact<'_, K> {
    match role {
        FREE => Exact::None,
        HELD | FIXED => Exact::All,
        code => Exact::Where(&mixed[(code - MIXED) as usize].0[1]),
    }
}

/// Splits what belongs to a row off the front of a list that is sorted by row.
#[inline(always)]
fn take<'a, T>(list: &mut &'a [T], row: usize, row_of: impl Fn(&T) -> u32) -> &'a [T] {
    let count = list.iter().take_while(|item| row_of(item) as usize == row).count();
    let (mine, rest) = list.split_at(count);
    *list = rest;
    mine
}

/// Computes the mismatches of all lanes into `step`; gives the largest of each lane, p.u., not a number where
/// any is not.
pub(super) struct Mismatch<'a, const K: usize> {
    pub(super) layout: &'a Layout,
    pub(super) shared: &'a Shared,
    pub(super) lanes: &'a mut Lanes<K>,
}

impl<const K: usize> Kernel for Mismatch<'_, K> {
    type Output = [f64; K];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [f64; K] {
        let Mismatch { layout, shared, lanes } = self;
        let Lanes { v, step, role, mixed, patches, deltas, .. } = lanes;
        let (mut patches, mut deltas) = (&patches[..], &deltas[..]);
        let mut worst = [0.0; K];
        let mut poison = [0.0; K];
        for i in 0..layout.len() {
            let mine = take(&mut patches, i, |p| p.row);
            let changed = take(&mut deltas, i, |d| d.row);
            if role[i] == FIXED {
                step[i] = Pair::splat([0.0; 2]);
                continue;
            }
            let more = (!mine.is_empty()).then(|| patched_currents(layout, mine, v));
            let given = (!changed.is_empty()).then(|| changed_injections::<K>(changed));
            let row = layout.row(i);
            let (columns, entries) = (&layout.columns[row.clone()], &shared.y[row]);
            let out = &mut step[i].0;
            for eight in 0..K / 8 {
                let at = 8 * eight;
                let part = at..at + 8;
                let [e, f] = load(simd, &v[i], at);
                let [g, b] = shared.y_diagonal[i];
                let (mut re, mut im) = (e * g - f * b, f * g + e * b);
                for (c, [g, b]) in columns.iter().zip(entries) {
                    let [e, f] = load(simd, &v[*c as usize], at);
                    re += e * *g - f * *b;
                    im += f * *g + e * *b;
                }
                if let Some(more) = &more {
                    let [more_re, more_im] = load(simd, more, at);
                    re += more_re;
                    im += more_im;
                }
                let [p, q] = shared.given[i];
                let (mut p, mut q) = (f64x8::splat(simd, p), f64x8::splat(simd, q));
                if let Some(given) = &given {
                    let [more_p, more_q] = load(simd, given, at);
                    p += more_p;
                    q += more_q;
                }
                p -= e * re + f * im;
                q -= f * re - e * im;
                match role[i] {
                    FREE => {}
                    HELD => q = f64x8::splat(simd, 0.0),
                    code => {
                        let free = load(simd, &double(&mixed[(code - MIXED) as usize]), at);
                        p *= free[0];
                        q *= free[1];
                    }
                }
                let most = &mut worst[part.clone()];
                p.abs().max(q.abs()).max(f64x8::from_slice(simd, most)).store_slice(most);
                // Zero as long as all are numbers.
                let poison = &mut poison[part.clone()];
                (f64x8::from_slice(simd, poison) + (p + q) * 0.0).store_slice(poison);
                for (all, value) in out.iter_mut().zip([p, q]) {
                    for (out, value) in all[part.clone()].iter_mut().zip(&*value) {
                        *out = *value as f32;
                    }
                }
            }
        }
        for l in 0..K {
            worst[l] += poison[l];
        }
        worst
    }
}

#[inline(never)]
fn double<const K: usize>(pair: &Pair<f32, K>) -> Pair<f64, K> {
    Pair(pair.0.map(|all| all.map(f64::from)))
}

/// What the patches of a row add to its currents. Apart from the loop over rows, so that arrays which are
/// indexed by lane do not keep the loop's own out of registers.
#[inline(never)]
fn patched_currents<const K: usize>(
    layout: &Layout,
    patches: &[Patch],
    v: &[Pair<f64, K>],
) -> Pair<f64, K> {
    let mut out = Pair::splat([0.0; 2]);
    for p in patches {
        let l = p.lane as usize;
        let at = &v[column(layout, p)].0;
        let i = product(p.y, [at[0][l], at[1][l]]);
        out.0[0][l] += i[0];
        out.0[1][l] += i[1];
    }
    out
}

#[inline(never)]
fn changed_injections<const K: usize>(deltas: &[Delta]) -> Pair<f64, K> {
    let mut out = Pair::<f64, K>::splat([0.0; 2]);
    for d in deltas {
        out.0[0][d.lane as usize] += d.given[0];
        out.0[1][d.lane as usize] += d.given[1];
    }
    out
}

/// Takes the mismatches in `step` through a Newton step, and moves the voltages of active lanes by it.
pub(super) struct Step<'a, const K: usize> {
    pub(super) layout: &'a Layout,
    pub(super) shared: &'a Shared,
    pub(super) lanes: &'a mut Lanes<K>,
    /// 1 for lanes that are on their way, 0 for others.
    pub(super) active: [f64; K],
}

impl<const K: usize> Kernel for Step<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Step { layout, shared, lanes, active } = self;
        eliminate::<K>(layout, shared, lanes);
        let Lanes { v, v_single, step, upper, role, mixed, .. } = lanes;
        for k in (0..layout.len()).rev() {
            let mut x = step[k];
            let row = layout.upper_row(k);
            for (c, u) in layout.upper[row.clone()].iter().zip(&upper[row]) {
                subtract_applied::<K>(&mut x, u, &step[*c as usize]);
            }
            step[k] = x;
            turn(simd, &mut v[k], &x, &active, exact(role[k], mixed));
            for l in 0..K {
                v_single[k].0[0][l] = v[k].0[0][l] as f32;
                v_single[k].0[1][l] = v[k].0[1][l] as f32;
            }
        }
    }
}

/// Makes the rows of U, scaled by their pivots, and the forward solution in `step`.
#[inline(always)]
fn eliminate<const K: usize>(layout: &Layout, shared: &Shared, lanes: &mut Lanes<K>) {
    let Lanes { v_single: v, step, role, mixed, patches, upper, work, .. } = lanes;
    let mut patches = &patches[..];
    for k in 0..layout.len() {
        let mine = take(&mut patches, k, |p| p.row);
        let (lower_row, upper_row) = (layout.lower_row(k), layout.upper_row(k));
        if role[k] == FIXED {
            upper[upper_row].fill(Quad::ZERO);
            continue;
        }
        let middle = lower_row.len();
        let work = &mut work[..middle + 1 + upper_row.len()];
        work.fill(Quad::ZERO);
        assemble::<K>(layout, shared, v, (k, middle), mine, work);
        constrain::<K>(role[k], mixed, middle, work);

        let mut y = step[k];
        let mut targets = &layout.targets[layout.target_starts[k] as usize..];
        for (at, &j) in layout.lower[lower_row].iter().enumerate() {
            let factor = work[at];
            subtract_applied::<K>(&mut y, &factor, &step[j as usize]);
            let products = &upper[layout.upper_row(j as usize)];
            let (now, rest) = targets.split_at(products.len());
            targets = rest;
            for (&slot, u) in now.iter().zip(products) {
                subtract_product::<K>(&mut work[usize::from(slot)], &factor, u);
            }
        }

        let inverse = invert::<K>(&work[middle]);
        step[k] = Pair::splat([0.0; 2]);
        let [s0, s1] = &mut step[k].0;
        for l in 0..K {
            s0[l] = inverse.0[0][l] * y.0[0][l] + inverse.0[1][l] * y.0[1][l];
            s1[l] = inverse.0[2][l] * y.0[0][l] + inverse.0[3][l] * y.0[1][l];
        }
        for (out, w) in upper[upper_row].iter_mut().zip(&work[middle + 1..]) {
            let [o0, o1, o2, o3] = &mut out.0;
            let [i0, i1, i2, i3] = &inverse.0;
            let [w0, w1, w2, w3] = &w.0;
            for l in 0..K {
                o0[l] = i0[l] * w0[l] + i1[l] * w2[l];
                o1[l] = i0[l] * w1[l] + i1[l] * w3[l];
                o2[l] = i2[l] * w0[l] + i3[l] * w2[l];
                o3[l] = i2[l] * w1[l] + i3[l] * w3[l];
            }
        }
    }
}

/// Writes the derivatives of both balances of a bus into the work space of its row.
#[inline(always)]
fn assemble<const K: usize>(
    layout: &Layout,
    shared: &Shared,
    v: &[Pair<f32, K>],
    (k, middle): (usize, usize),
    patches: &[Patch],
    work: &mut [Quad<K>],
) {
    let here = v[k];
    let mut power = Pair::splat([0.0; 2]);
    let row = layout.row(k);
    let slots = layout.columns[row.clone()].iter().zip(&layout.slots[row.clone()]);
    for ((&c, &slot), y) in slots.zip(&shared.y[row]) {
        let out = &mut work[usize::from(slot)];
        derivatives::<K>(*y, &here, &v[c as usize], out, &mut power);
    }
    derivatives::<K>(shared.y_diagonal[k], &here, &here, &mut work[middle], &mut power);
    let mut more = Pair::splat([0.0; 2]);
    if !patches.is_empty() {
        more = patched_entries(layout, patches, v, middle, work);
    }
    let [d0, d1, d2, d3] = &mut work[middle].0;
    for l in 0..K {
        let (p, q) = (power.0[0][l] + more.0[0][l], power.0[1][l] + more.0[1][l]);
        d0[l] -= q;
        d1[l] += p;
        d2[l] += p;
        d3[l] += q;
    }
}

/// Writes what one entry of the admittance matrix contributes to the derivatives, and adds its power.
#[inline(always)]
fn derivatives<const K: usize>(
    y: [f64; 2],
    here: &Pair<f32, K>,
    there: &Pair<f32, K>,
    out: &mut Quad<K>,
    power: &mut Pair<f32, K>,
) {
    let [g, b] = y.map(|c| c as f32);
    let [e, f] = &there.0;
    let [p, q] = &mut power.0;
    let [o0, o1, o2, o3] = &mut out.0;
    for l in 0..K {
        let re = g * e[l] - b * f[l];
        let im = g * f[l] + b * e[l];
        let t0 = here.0[0][l] * re + here.0[1][l] * im;
        let t1 = here.0[1][l] * re - here.0[0][l] * im;
        p[l] += t0;
        q[l] += t1;
        (o0[l], o1[l], o2[l], o3[l]) = (t1, t0, -t0, t1);
    }
}

/// Adds what the patches of a row contribute to its entries; gives what they add to the power.
#[inline(never)]
fn patched_entries<const K: usize>(
    layout: &Layout,
    patches: &[Patch],
    v: &[Pair<f32, K>],
    middle: usize,
    work: &mut [Quad<K>],
) -> Pair<f32, K> {
    let mut out = Pair::splat([0.0; 2]);
    for p in patches {
        let l = p.lane as usize;
        let slot = if p.entry == DIAGONAL { middle } else { layout.slots[p.entry as usize].into() };
        let [here, there] = [p.row as usize, column(layout, p)]
            .map(|at| [f64::from(v[at].0[0][l]), f64::from(v[at].0[1][l])]);
        let i = product(p.y, there);
        let t0 = (here[0] * i[0] + here[1] * i[1]) as f32;
        let t1 = (here[1] * i[0] - here[0] * i[1]) as f32;
        for (entry, t) in work[slot].0.iter_mut().zip([t1, t0, -t0, t1]) {
            entry[l] += t;
        }
        out.0[0][l] += t0;
        out.0[1][l] += t1;
    }
    out
}

/// Puts a row of the identity in the place of each balance that does not hold.
#[inline(always)]
fn constrain<const K: usize>(
    role: u32,
    mixed: &[Pair<f32, K>],
    middle: usize,
    work: &mut [Quad<K>],
) {
    match role {
        FREE => {}
        HELD => {
            for w in work.iter_mut() {
                w.0[2] = [0.0; K];
                w.0[3] = [0.0; K];
            }
            work[middle].0[3] = [1.0; K];
        }
        code => {
            let free = &mixed[(code - MIXED) as usize].0;
            for w in work.iter_mut() {
                for (at, part) in w.0.iter_mut().enumerate() {
                    for l in 0..K {
                        part[l] *= free[at / 2][l];
                    }
                }
            }
            for l in 0..K {
                work[middle].0[0][l] += 1.0 - free[0][l];
                work[middle].0[3][l] += 1.0 - free[1][l];
            }
        }
    }
}

#[inline(always)]
fn invert<const K: usize>(block: &Quad<K>) -> Quad<K> {
    let [a, b, c, d] = &block.0;
    let mut out = Quad::ZERO;
    let [o0, o1, o2, o3] = &mut out.0;
    for l in 0..K {
        let scale = 1.0 / (a[l] * d[l] - b[l] * c[l]);
        o0[l] = d[l] * scale;
        o1[l] = -b[l] * scale;
        o2[l] = -c[l] * scale;
        o3[l] = a[l] * scale;
    }
    out
}
