//! Power networks and their physics.
//!
//! - [`formats`] reads a file of any known format into a [`Network`]; [`matpower`] reads MATPOWER cases, as data.
//! - A [`Status`] says what is in service; [`islands()`] finds the connected parts.
//! - [`dc`] and [`ac`] solve the power flow of a network in a status with given [`Injections`].
//! - [`batch`] solves many states of one network at once, each a small difference from a base.
//! - [`contingencies`] tells what happens when something fails.
//!
//! This crate does no I/O and knows nothing of aid: bytes in, values out. No input makes it panic, and
//! a power flow that does not converge is a status with a reason, never an error and never a NaN.

pub mod ac;
pub mod batch;
pub mod contingencies;
pub mod dc;
pub mod formats;
mod islands;
mod live;
pub mod matpower;
mod network;
mod sides;
pub mod sparse;
mod wide;

pub use dc::{Susceptance, susceptance};
pub use islands::{Islands, islands};
pub use network::{Branch, Bus, BusKind, DcLine, Generator, Injections, Network, Status};
