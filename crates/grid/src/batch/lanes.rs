//! Lanes: `K` states side by side, each number of the method an array of `K`.
//!
//! All loops over lanes are plain Rust over arrays of fixed length; the compiler turns them into vector
//! instructions where [`wide`](crate::wide::wide) runs them. No lane ever reads another: what one state gets does not depend on
//! its neighbours.
//!
//! Products and sums are rounded one by one. Instructions that round both at once would be an eighth quicker, but
//! not every processor has them, and the same case shall have the same answer, to the last bit, with and without.

#![expect(
    clippy::inline_always,
    reason = "code that is not inlined into a kernel is not compiled for its processor"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, f32x8, f32x16, f64x8};

/// Lanes that suit this processor's registers: single-precision numbers in a vector.
pub(super) fn natural() -> usize {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    if matches!(Level::new(), Level::Avx512(_)) {
        return 16;
    }
    8
}

/// Two numbers of each lane: a complex number, or what belongs to angle and magnitude.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Pair<T, const K: usize>(pub(super) [[T; K]; 2]);

impl<T: Copy, const K: usize> Pair<T, K> {
    pub(super) fn splat(value: [T; 2]) -> Self {
        Pair(value.map(|v| [v; K]))
    }
}

/// A 2x2 block of each lane, in row order.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Quad<const K: usize>(pub(super) [[f32; K]; 4]);

impl<const K: usize> Quad<K> {
    pub(super) const ZERO: Self = Quad([[0.0; K]; 4]);
}

/// `target -= a b`.
#[inline(always)]
pub(super) fn subtract_product<const K: usize>(target: &mut Quad<K>, a: &Quad<K>, b: &Quad<K>) {
    let [t0, t1, t2, t3] = &mut target.0;
    let [a0, a1, a2, a3] = &a.0;
    let [b0, b1, b2, b3] = &b.0;
    for l in 0..K {
        t0[l] -= a0[l] * b0[l] + a1[l] * b2[l];
        t1[l] -= a0[l] * b1[l] + a1[l] * b3[l];
        t2[l] -= a2[l] * b0[l] + a3[l] * b2[l];
        t3[l] -= a2[l] * b1[l] + a3[l] * b3[l];
    }
}

/// `target -= a v`.
#[inline(always)]
pub(super) fn subtract_applied<const K: usize>(
    target: &mut Pair<f32, K>,
    a: &Quad<K>,
    v: &Pair<f32, K>,
) {
    let [t0, t1] = &mut target.0;
    let [a0, a1, a2, a3] = &a.0;
    let [v0, v1] = &v.0;
    for l in 0..K {
        t0[l] -= a0[l] * v0[l] + a1[l] * v1[l];
        t1[l] -= a2[l] * v0[l] + a3[l] * v1[l];
    }
}

/// The largest angle that one step turns a voltage by, radians. Longer steps come of a matrix that is nearly
/// singular, and lead nowhere.
const LONGEST_TURN: f64 = std::f64::consts::FRAC_PI_2;

/// Both numbers of eight lanes.
#[inline(always)]
pub(super) fn load<S: Simd, const K: usize>(
    simd: S,
    pair: &Pair<f64, K>,
    at: usize,
) -> [f64x8<S>; 2] {
    let [a, b] = &pair.0;
    [f64x8::from_slice(simd, &a[at..at + 8]), f64x8::from_slice(simd, &b[at..at + 8])]
}

/// Sine and cosine divided by nothing but their series: coefficients of the powers of the squared angle, the highest
/// first. The long ones have a remainder below 5e-14 up to [`LONGEST_TURN`]; the short ones are exact enough where
/// the next step corrects what they leave.
const LONG_SINE: [f64; 9] = [
    1.0 / 355_687_428_096_000.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 39_916_800.0,
    1.0 / 362_880.0,
    -1.0 / 5_040.0,
    1.0 / 120.0,
    -1.0 / 6.0,
    1.0,
];
const LONG_COSINE: [f64; 10] = [
    -1.0 / 6_402_373_705_728_000.0,
    1.0 / 20_922_789_888_000.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 479_001_600.0,
    -1.0 / 3_628_800.0,
    1.0 / 40_320.0,
    -1.0 / 720.0,
    1.0 / 24.0,
    -0.5,
    1.0,
];
const SHORT_SINE: [f64; 3] = [1.0 / 120.0, -1.0 / 6.0, 1.0];
const SHORT_COSINE: [f64; 3] = [1.0 / 24.0, -0.5, 1.0];

/// Turns and stretches voltages by a Newton step: angle by `step[0]` radians, magnitude by the factor
/// `1 + step[1]`. Where `active` is 0 nothing changes. `exact` says of each lane whether the magnitude is given, and must
/// stay to the last digit.
#[inline(always)]
pub(super) fn turn<S: Simd, const K: usize>(
    simd: S,
    v: &mut Pair<f64, K>,
    step: &Pair<f32, K>,
    active: &[f64; K],
    exact: Exact<'_, K>,
) {
    for eight in 0..K / 8 {
        let at = 8 * eight;
        let part = at..at + 8;
        let (mut angle, mut stretch) = ([0.0; 8], [0.0; 8]);
        for (out, step) in angle.iter_mut().zip(&step.0[0][part.clone()]) {
            *out = f64::from(*step);
        }
        for (out, step) in stretch.iter_mut().zip(&step.0[1][part.clone()]) {
            *out = f64::from(*step);
        }
        let active = f64x8::from_slice(simd, &active[part.clone()]);
        let angle = f64x8::from_slice(simd, &angle) * active;
        // Not a number becomes one here, at a bus of a lane that is lost: its neighbours are not numbers either, and
        // the mismatch tells.
        let angle = angle.min(f64x8::splat(simd, LONGEST_TURN));
        let angle = angle.max(f64x8::splat(simd, -LONGEST_TURN));
        let stretch = f64x8::from_slice(simd, &stretch) * active + 1.0;
        let [e, f] = load(simd, v, at);
        let [e, f] = match exact {
            Exact::None => turned(simd, [e, f], angle, stretch, &SHORT_SINE, &SHORT_COSINE),
            Exact::All => turned(simd, [e, f], angle, stretch, &LONG_SINE, &LONG_COSINE),
            Exact::Where(free) => {
                let mut short = turned(simd, [e, f], angle, stretch, &SHORT_SINE, &SHORT_COSINE);
                let long = turned(simd, [e, f], angle, stretch, &LONG_SINE, &LONG_COSINE);
                for (l, free) in free[part.clone()].iter().enumerate() {
                    if *free == 0.0 {
                        short[0][l] = long[0][l];
                        short[1][l] = long[1][l];
                    }
                }
                short
            }
        };
        e.store_slice(&mut v.0[0][part.clone()]);
        f.store_slice(&mut v.0[1][part]);
    }
}

#[inline(always)]
fn turned<S: Simd, const N: usize, const M: usize>(
    simd: S,
    [e, f]: [f64x8<S>; 2],
    angle: f64x8<S>,
    stretch: f64x8<S>,
    sine: &[f64; N],
    cosine: &[f64; M],
) -> [f64x8<S>; 2] {
    let square = angle * angle;
    let sine = series(simd, square, sine) * angle * stretch;
    let cosine = series(simd, square, cosine) * stretch;
    [e * cosine - f * sine, e * sine + f * cosine]
}

/// In which lanes a magnitude is given.
#[derive(Debug, Clone, Copy)]
pub(super) enum Exact<'a, const K: usize> {
    None,
    All,
    /// Where this is 0.
    Where(&'a [f32; K]),
}

#[inline(always)]
fn series<S: Simd, const N: usize>(simd: S, x: f64x8<S>, coefficients: &[f64; N]) -> f64x8<S> {
    let mut out = f64x8::splat(simd, coefficients[0]);
    for c in &coefficients[1..] {
        out = out * x + *c;
    }
    out
}

/// `start - sum of blocks * columns`, the blocks the same for all lanes.
#[inline(always)]
pub(super) fn reduce<S: Simd, const K: usize>(
    simd: S,
    start: &Pair<f32, K>,
    columns: &[u32],
    blocks: &[[f32; 4]],
    all: &[Pair<f32, K>],
) -> Pair<f32, K> {
    if K == 16 {
        reduce_16(simd, start, columns, blocks, all)
    } else {
        reduce_8(simd, start, columns, blocks, all)
    }
}

macro_rules! reduce {
    ($name:ident, $vector:ident, $width:literal) => {
        #[inline(always)]
        fn $name<S: Simd, const K: usize>(
            simd: S,
            start: &Pair<f32, K>,
            columns: &[u32],
            blocks: &[[f32; 4]],
            all: &[Pair<f32, K>],
        ) -> Pair<f32, K> {
            let mut t0 = $vector::from_slice(simd, &start.0[0][..$width]);
            let mut t1 = $vector::from_slice(simd, &start.0[1][..$width]);
            for (c, block) in columns.iter().zip(blocks) {
                let [v0, v1] = &all[*c as usize].0;
                let v0 = $vector::from_slice(simd, &v0[..$width]);
                let v1 = $vector::from_slice(simd, &v1[..$width]);
                t0 -= v0 * block[0] + v1 * block[1];
                t1 -= v0 * block[2] + v1 * block[3];
            }
            let mut out = *start;
            t0.store_slice(&mut out.0[0][..$width]);
            t1.store_slice(&mut out.0[1][..$width]);
            out
        }
    };
}

reduce!(reduce_8, f32x8, 8);
reduce!(reduce_16, f32x16, 16);
