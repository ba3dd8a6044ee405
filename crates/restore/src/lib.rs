//! Restoration: from damage, crews and offers to a repair plan.
//!
//! - [`scenario`]: the files of a scenario folder in, a checked [`Scenario`] out.
//! - [`plan`]: what a plan is.
//!
//! This crate does no I/O and reads no clock. A plan is a pure function of scenario, settings and seed.

pub mod plan;
pub mod scenario;

pub use plan::Plan;
pub use scenario::Scenario;

pub mod dispatch;
mod state;
mod weights;

pub use state::GridState;
mod ac_check;
pub mod ac_correct;
pub mod ac_model;
mod ac_optimum;
pub mod ask;
pub mod bound;
mod construct;
pub mod evaluate;
mod explain;
pub mod matching;
pub mod planner;
pub mod quick;
pub mod schedule;
mod search;
mod services;
mod staffing;
mod uncertainty;
mod value;
