//! Can the heaviest piece get there?

use super::Case;
use crate::check::{Check, short};
use crate::units::known;

/// A way of moving a heavy piece, with the heaviest load that is on record for it. What has been done,
/// not a limit in law: every heavy move needs its own survey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransportMode {
    /// What people call it.
    pub name: &'static str,
    /// Heaviest payload, tonnes.
    pub payload_t: f64,
    /// Where the figure comes from.
    pub source: &'static str,
}

const MODES: [TransportMode; 4] = [
    TransportMode {
        name: "standard lorry",
        payload_t: 25.0,
        source: "40 t gross, Directive 96/53/EC, less about 15 t of vehicle",
    },
    TransportMode {
        name: "An-124 aircraft",
        payload_t: 120.0,
        source: "commercial payload; 135 t is the record single piece",
    },
    TransportMode {
        name: "abnormal road load",
        payload_t: 184.0,
        source: "transformer deliveries of 173 to 184 t in Lithuania and Great Britain",
    },
    TransportMode {
        name: "Schnabel rail wagon",
        payload_t: 500.0,
        source: "32-axle wagon in Germany; gauge and profile permitting",
    },
];

/// The modes that have carried such a mass, lightest first. Empty where the mass is no positive number.
pub fn transport_modes(mass_t: f64) -> impl Iterator<Item = TransportMode> {
    let mass = known(Some(mass_t));
    MODES.into_iter().filter(move |mode| mass.is_some_and(|m| m <= mode.payload_t))
}

/// Mass of the heaviest piece against what the way to the site bears.
pub(super) fn check(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "mass";
    let limit = known(case.need.mass_t)?;
    Some(
        match known(case.offer.mass_t) {
            None => Check::unknown(NAME, Some(limit), "t").note("The transport mass is not known."),
            Some(mass) => {
                let names: Vec<&str> = transport_modes(mass).map(|mode| mode.name).collect();
                let moved = if names.is_empty() {
                    "no usual way has carried it".to_owned()
                } else {
                    format!("such a mass has gone by {}", names.join(", "))
                };
                Check::at_most(NAME, mass, limit, "t").note(format!(
                    "The heaviest piece is {} t and the way bears {} t; {moved}.",
                    short(mass),
                    short(limit)
                ))
            }
        }
        .source("limit stated for the site; modes by loads on record"),
    )
}
