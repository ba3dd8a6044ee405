//! Circuit breakers: voltage, current, breaking current, frequency.

use super::{Case, excitation::SAME_HZ};
use crate::check::{Check, Verdict, short};
use crate::units::{highest_voltage_kv, known};

const SOURCE: &str = "IEC 62271-1 and IEC 62271-100 ratings; classes of IEC 60038";

pub(super) fn check(case: &Case<'_>, checks: &mut Vec<Check>) {
    checks.push(frequency(case));
    let place_kv = known(case.need.rated_kv).or(known(case.need.hv_kv));
    checks.extend(rated_voltage(place_kv, known(case.offer.rated_kv), SOURCE));
    checks.extend(at_least(
        "rated_current",
        "rated current",
        case.need.rated_a,
        case.offer.rated_a,
        "A",
    ));
    checks.extend(at_least(
        "breaking_current",
        "breaking current",
        case.need.breaking_ka,
        case.offer.breaking_ka,
        "kA",
    ));
}

/// A rated voltage, as class, against the class of the place. Both may be written as the nominal voltage
/// (110) or as the highest one (123): the class is meant.
pub(super) fn rated_voltage(
    place: Option<f64>,
    offer: Option<f64>,
    source: &'static str,
) -> Option<Check> {
    const NAME: &str = "rated_voltage";
    let place = place?;
    let limit = highest_voltage_kv(place);
    Some(
        match (offer.and_then(highest_voltage_kv), limit) {
            (Some(um), Some(limit)) => Check::at_least(NAME, um, limit, "kV").note(format!(
                "It is of the {} kV class; the place asks for the {} kV class.",
                short(um),
                short(limit)
            )),
            (None, Some(limit)) => {
                Check::unknown(NAME, Some(limit), "kV").note("Its rated voltage is not known.")
            }
            (_, None) => Check::unknown(NAME, None, "kV")
                .note(format!("No standard class covers {} kV.", short(place))),
        }
        .source(source),
    )
}

fn at_least(
    name: &'static str,
    what: &str,
    need: Option<f64>,
    offer: Option<f64>,
    unit: &'static str,
) -> Option<Check> {
    let limit = known(need)?;
    Some(
        match known(offer) {
            Some(value) => Check::at_least(name, value, limit, unit).note(format!(
                "Its {what} is {} {unit}; the place needs {} {unit}.",
                short(value),
                short(limit)
            )),
            None => {
                Check::unknown(name, Some(limit), unit).note(format!("Its {what} is not known."))
            }
        }
        .source(SOURCE),
    )
}

/// Breakers are tested for a frequency; for another the maker must say so.
fn frequency(case: &Case<'_>) -> Check {
    const NAME: &str = "frequency";
    let check = match (case.grid_hz, case.offer_hz()) {
        (Some(grid), Some(unit)) if (grid - unit).abs() <= SAME_HZ => {
            Check { value: Some(unit), limit: Some(grid), margin: Some(SAME_HZ - (grid - unit).abs()), ..Check::new(NAME, "Hz") }
                .verdict(Verdict::Fits)
                .note(format!("Made for {} Hz, as the grid.", short(unit)))
        }
        (Some(grid), Some(unit)) => Check { value: Some(unit), limit: Some(grid), ..Check::new(NAME, "Hz") }.note(format!(
            "Made for {} Hz, the grid runs at {} Hz: the maker must confirm the breaking current there.",
            short(unit),
            short(grid)
        )),
        (grid, _) => Check::unknown(NAME, grid, "Hz").note("The rated frequency is not known."),
    };
    check.source(SOURCE)
}
