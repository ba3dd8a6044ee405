//! Sparse linear systems with the structure of a network: a graph of buses, a small block a bus.
//!
//! - [`Symbolic`] is the analysis of a pattern: fill-reducing order, where fill arises. It is made once
//!   for the whole network; an element out of service is a zero in the same pattern.
//! - `Lu` is the numeric factorisation with diagonal pivots, chosen before any number is known. That
//!   makes it quick, and blind to a bad pivot.
//! - [`Solver`] therefore checks every answer, refines it, and goes over to a scalar factorisation with
//!   partial pivoting where the check fails.
//!
//! Everything is generic over [`Block`]: one number a bus for the linear ("DC") power flow, a 2x2 block for
//! the Newton of the full one, a 4x4 block where balances have multipliers as well.

mod block;
mod lu;
mod pivoting;
mod solver;
mod symbolic;

pub use block::{Block, Block2, Block4};
pub(crate) use block::{WIDE, Wide, inverse_above};
pub use solver::Solver;
pub use symbolic::Symbolic;

#[cfg(test)]
mod tests;
