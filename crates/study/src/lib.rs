//! Studies: what if it is as bad as last time? Seeded damage to a grid, and thousands of such scenarios through the
//! states of their plans.
//!
//! - [`hazard`]: ice, wind, earthquake, flood, clustered station failures, by correlated fields ([`field`]) and published
//!   fragility ([`fragility`]) on the [`terrain`] of a scenario.
//! - [`severity`]: made as bad as was asked for, with the seed's field kept.
//! - [`event`], [`work`]: broken elements, and the jobs and needs that mend them; [`tables`] writes them.
//! - [`study`]: many such scenarios under several policies; [`run`] makes rows of them.
//!
//! No I/O, no clock: a study is a function of its scenario, settings and seed, and the same on every platform:
//! chance comes from a generator that is written out ([`dice`]), and logarithms and sines from `libm`.
//!
//! Hazards are sampled, not chosen. There is no search for damage that does most harm.

pub mod columns;
pub mod coordinates;
pub mod course;
pub mod dice;
pub mod event;
pub mod field;
pub mod file;
pub mod fragility;
pub mod furnish;
pub mod hazard;
pub mod log;
pub mod parquet;
pub mod run;
pub mod severity;
pub mod stats;
pub mod study;
pub mod summary;
pub mod tables;
pub mod terrain;
pub mod work;

pub use run::{Losses, Row, run_each, run_scenarios};
pub use study::{Policy, Settings, Study};
