//! Power equipment: nameplates with units, and whether an offer fits a need.
//!
//! A [`Nameplate`] is what is known of a unit, or asked by a place. [`check()`] holds one against the other
//! and returns a [`Match`]: named [`Check`]s, each with value, limit, margin, [`Verdict`] and source.
//! What is not known is a verdict of its own, never a pass.
//!
//! The path: [`check()`] picks the rules for the kind of equipment; each rule (one file in `rules`) looks
//! at one idea and adds the checks that the place asks for; the worst check is the verdict.
//!
//! This crate knows no grid and no ledger, and does no I/O.

mod check;
mod column;
mod fuel;
mod nameplate;
mod rules;
mod units;

use std::fmt;

pub use check::{Check, Match, Verdict};
pub use column::{Column, Form, Value};
pub use fuel::diesel_lph;
pub use nameplate::{Kind, Nameplate};
pub use rules::excitation::{flux_pu, load_share_at_flux};
pub use rules::parallel::{MAX_RATING_RATIO, parallel_capacity, rating_ratio};
pub use rules::transport::{TransportMode, transport_modes};
pub use rules::vector_group::VectorGroup;
pub use units::highest_voltage_kv;

/// An offer's nameplate and what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// What is known of it, or asked of it.
    pub nameplate: Nameplate,
}

/// In words, with what tells it from others of its kind: `transformer 345/138 kV, 200 MVA`.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = &self.nameplate;
        let mut parts = Vec::new();
        match (n.hv_kv, n.lv_kv) {
            (Some(high), Some(low)) => parts.push(format!("{high}/{low} kV")),
            (high, low) => parts.extend(high.or(low).or(n.rated_kv).map(|kv| format!("{kv} kV"))),
        }
        parts.extend(n.figures().map(|(value, unit)| format!("{value} {unit}")));
        if n.phases == Some(1) {
            parts.push("single-phase".to_owned());
        }
        write!(f, "{}", self.kind.word().replace('_', " "))?;
        if parts.is_empty() { Ok(()) } else { write!(f, " {}", parts.join(", ")) }
    }
}

/// Holds one offered item against one place.
///
/// `need.nameplate` describes the place (see [`Nameplate`]); `grid_frequency_hz` is the frequency of the
/// grid, used where the need does not state its own.
///
/// A fact that the place does not ask for makes no check, except the frequency, which every grid asks for.
/// Numbers that are not finite, or not above zero, count as not known. `usable_mva` is empty where the
/// unit does not fit.
pub fn check(need: &Item, offer: &Item, grid_frequency_hz: f64) -> Match {
    rules::check(need, offer, grid_frequency_hz)
}
