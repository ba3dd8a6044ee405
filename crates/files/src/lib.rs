//! Files in and out: scenario folders, cases and schedules, read for whoever works with a disk, and one wording of
//! what is wrong with them.
//!
//! The other libraries take bytes and give bytes. The command line and the Python package both begin here, so that a
//! folder that is refused is refused by both in the same words ([`Failure`]).

pub mod contingencies;
pub mod damage;
mod failure;
pub mod load;
pub mod save;
pub mod study;

pub use failure::{Failure, Problem};
