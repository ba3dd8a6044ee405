//! Code that is compiled once for each instruction set, and run with the widest that the processor has.

use fearless_simd::{Level, Simd, dispatch};

/// A piece of work that is compiled once for each instruction set.
pub(crate) trait Kernel {
    type Output;
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// Runs a kernel with the widest instructions that this processor has, or with those that every processor has where
/// `portable`.
pub(crate) fn wide<T: Kernel>(portable: bool, kernel: T) -> T::Output {
    let level = if portable { Level::baseline() } else { Level::new() };
    dispatch!(level, simd => kernel.run(simd))
}
