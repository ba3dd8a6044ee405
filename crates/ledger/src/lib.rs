//! The ledger: what was said, promised, sent, received and switched on, with its source, counted once.
//!
//! Three types carry it. An [`event::Event`] says what was done, by whom, when and why; events are only ever added, and
//! each is chained to the one before it. A [`fold::Record`] is what stands after the events about it: a
//! [`model::Content`] with its version and state. A [`fold::Refusal`] is why an event may not be added.
//!
//! The path of the data: a client makes an event; [`fold::apply`] holds it against the records that it names and gives
//! the record as it stands afterwards; a store (crate `relight-store`) keeps both. Since records are folded from events
//! they can be thrown away and made again, and the same events always give the same records.
//!
//! The vocabulary is in [`model`]: quantities and sums are [`interval::Interval`]s with a qualifier and the words that
//! were used, dates have a [`date::Precision`], and what was not said is not known, which is never nought.
//!
//! This crate does no I/O, reads no clock and draws nothing at random: ids and times come from its callers.

pub mod count;
pub mod date;
pub mod decimal;
pub mod event;
pub mod exchange;
pub mod fold;
pub mod hash;
pub mod id;
pub mod interval;
mod lines;
pub mod model;
pub mod offers;
pub mod rates;
pub mod reconcile;
pub mod seal;
mod text;
