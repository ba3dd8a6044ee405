//! One three-phase unit, or a bank of three equal single-phase units.

use super::{Case, PRACTICE};
use crate::check::{Check, Verdict};

/// 1 or 3; anything else is not known.
fn known(phases: Option<u8>) -> Option<u8> {
    phases.filter(|p| matches!(p, 1 | 3))
}

/// Units that fill the place: 3 single-phase units for a three-phase place, otherwise 1. A place that does
/// not say is three-phase, as every bay of a transmission grid is; a unit that does not say is one piece.
pub(super) fn pieces(case: &Case<'_>) -> u32 {
    if known(case.offer.phases) == Some(1) && known(case.need.phases) != Some(1) { 3 } else { 1 }
}

pub(super) fn check(case: &Case<'_>) -> Option<Check> {
    let (need, offer) = (known(case.need.phases), known(case.offer.phases));
    let check = |verdict, note: &str| {
        Some(Check {
            value: offer.map(f64::from),
            limit: Some(f64::from(need.unwrap_or(3))),
            ..Check::new("phases", "").verdict(verdict).source(PRACTICE).note(note)
        })
    };
    match (need, offer) {
        (None, None | Some(3)) => None,
        (Some(_), None) => {
            check(Verdict::NotKnown, "It is not stated whether a unit has one phase or three.")
        }
        (Some(1), Some(3)) => check(
            Verdict::DoesNotFit,
            "The place takes one single-phase unit of a bank; this is a three-phase unit.",
        ),
        (Some(1), _) => {
            check(Verdict::Fits, "One single-phase unit fills the place of one phase of the bank.")
        }
        (_, Some(1)) => check(
            Verdict::Fits,
            "Three equal single-phase units (same ratio, impedance and taps) make the three-phase bank.",
        ),
        (_, Some(_)) => check(Verdict::Fits, "One three-phase unit fills the place."),
    }
}
