//! What one core of this machine can do: operations a second and bytes a second, in vectors as wide as the solver's.
//!
//! ```sh
//! cargo run --release -p relight-grid --example machine_limit
//! ```
//!
//! Prints thousand million operations a second in single precision, products and sums rounded one by one, as the kernels have them; the same with
//! both in one instruction; and thousand million bytes a second of `a = b + s c` (two reads and a write) over arrays that fit half of a core's own
//! cache of 2 MB, and over arrays that fit no cache of a core. The best of several rounds each, by the clock.

#![expect(
    clippy::inline_always,
    reason = "code that is not inlined into a kernel is not compiled for its processor"
)]

use std::hint::black_box;
use std::time::Instant;

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x16};

const ROUNDS: usize = 7;
/// Independent chains, enough to hide how long one operation takes.
const CHAINS: usize = 10;
const LENGTH: usize = 1 << 18;
/// Numbers in each of three arrays.
const NEAR: usize = 1 << 15;
const FAR: usize = 1 << 25;

fn main() {
    let level = Level::new();
    let operations = 2 * CHAINS * LENGTH * 16;
    let separate = best(operations, || dispatch!(level, simd => chains(simd, false)));
    let fused = best(operations, || dispatch!(level, simd => chains(simd, true)));
    let bytes = |length: usize, times: usize| {
        let (mut a, b, c) = (vec![0.0; length], vec![1.0; length], vec![2.0; length]);
        best(24 * length * times, || {
            for _ in 0..times {
                dispatch!(level, simd => triad(simd, black_box(&mut a), &b, &c));
            }
            a[length / 2]
        })
    };
    println!("{separate:.1} {fused:.1} {:.1} {:.1}", bytes(NEAR, 400), bytes(FAR, 1));
}

/// Thousand million of `count` a second, in the best round.
fn best<T>(count: usize, mut work: impl FnMut() -> T) -> f64 {
    let round = |_| {
        let began = Instant::now();
        black_box(work());
        began.elapsed().as_secs_f64()
    };
    count as f64 * 1e-9 / (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

/// Chains of `x = x a + b`.
#[inline(always)]
fn chains<S: Simd>(simd: S, fused: bool) -> f32 {
    let (a, b) = (f32x16::splat(simd, black_box(0.999)), f32x16::splat(simd, black_box(0.001)));
    let mut x = [f32x16::splat(simd, 1.0); CHAINS];
    for _ in 0..LENGTH {
        for x in &mut x {
            *x = if fused { x.mul_add(a, b) } else { *x * a + b };
        }
    }
    let mut sum = f32x16::splat(simd, 0.0);
    for x in x {
        sum += x;
    }
    sum.as_slice()[0]
}

#[inline(always)]
fn triad<S: Simd>(simd: S, a: &mut [f64], b: &[f64], c: &[f64]) {
    let _ = simd;
    for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
        *a = b + 3.0 * c;
    }
}
