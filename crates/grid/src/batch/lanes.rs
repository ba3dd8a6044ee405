//! Lanes: `K` states side by side, each number of the method an array of `K`.
//!
//! All loops over lanes are plain Rust over arrays of fixed length; the compiler turns them into vector
//! instructions where [`wide`] runs them. No lane ever reads another: what one state gets does not depend on
//! its neighbours.
//!
//! Products and sums are rounded one by one. Instructions that round both at once would be an eighth quicker, but
//! not every processor has them, and the same case shall have the same answer, to the last bit, with and without.

#![expect(
    clippy::inline_always,
    reason = "code that is not inlined into a kernel is not compiled for its processor"
)]

use fearless_simd::{Level, Simd};

/// A piece of work that is compiled once for each instruction set.
pub(super) trait Kernel {
    type Output;
    fn run(self) -> Self::Output;
}

/// Runs a kernel with the widest instructions that this processor has, or without any where `portable`.
pub(super) fn wide<T: Kernel>(portable: bool, kernel: T) -> T::Output {
    if portable {
        return kernel.run();
    }
    match Level::new() {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx512(simd) => simd.vectorize(
            #[inline(always)]
            || kernel.run(),
        ),
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx2(simd) => simd.vectorize(
            #[inline(always)]
            || kernel.run(),
        ),
        #[cfg(target_arch = "aarch64")]
        Level::Neon(simd) => simd.vectorize(
            #[inline(always)]
            || kernel.run(),
        ),
        _ => kernel.run(),
    }
}

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

/// Turns and stretches voltages by a Newton step: angle by `step[0]` radians, magnitude by the factor
/// `1 + step[1]`. Where `active` is 0 nothing changes.
///
/// Sine and cosine are Taylor series, whose remainder is below 5e-14 up to [`LONGEST_TURN`].
#[inline(always)]
pub(super) fn turn<const K: usize>(v: &mut Pair<f64, K>, step: &Pair<f32, K>, active: &[f64; K]) {
    let [e, f] = &mut v.0;
    for l in 0..K {
        let angle = f64::from(step.0[0][l]) * active[l];
        let stretch = 1.0 + f64::from(step.0[1][l]) * active[l];
        // Written so that NaN stays NaN.
        let angle = if angle > LONGEST_TURN { LONGEST_TURN } else { angle };
        let angle = if angle < -LONGEST_TURN { -LONGEST_TURN } else { angle };
        let s = angle * angle;
        let mut sin = 1.0 / 355_687_428_096_000.0;
        for c in [
            -1.0 / 1_307_674_368_000.0,
            1.0 / 6_227_020_800.0,
            -1.0 / 39_916_800.0,
            1.0 / 362_880.0,
            -1.0 / 5_040.0,
            1.0 / 120.0,
            -1.0 / 6.0,
            1.0,
        ] {
            sin = sin * s + c;
        }
        let mut cos = -1.0 / 6_402_373_705_728_000.0;
        for c in [
            1.0 / 20_922_789_888_000.0,
            -1.0 / 87_178_291_200.0,
            1.0 / 479_001_600.0,
            -1.0 / 3_628_800.0,
            1.0 / 40_320.0,
            -1.0 / 720.0,
            1.0 / 24.0,
            -0.5,
            1.0,
        ] {
            cos = cos * s + c;
        }
        let (sin, cos) = (sin * angle * stretch, cos * stretch);
        let (old_e, old_f) = (e[l], f[l]);
        e[l] = old_e * cos - old_f * sin;
        f[l] = old_e * sin + old_f * cos;
    }
}
