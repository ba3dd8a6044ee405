//! Generator sets: output, voltage, frequency, phases, fuel.

use super::{Case, PRACTICE, excitation::SAME_HZ};
use crate::check::{Check, Verdict, short};
use crate::units::known;

/// How far the output voltage may be from the voltage of the place, percent: what a regulator is set to.
const VOLTAGE_LIMIT_PCT: f64 = 5.0;
/// Below this share of the output that is asked, a set is of no use to the place.
const LEAST_SHARE: f64 = 0.01;

pub(super) fn check(case: &Case<'_>, checks: &mut Vec<Check>) {
    checks.push(frequency(case));
    checks.extend(phases(case));
    checks.extend(voltage(case));
    checks.extend(output(case));
    checks.extend(fuel(case));
}

fn frequency(case: &Case<'_>) -> Check {
    const NAME: &str = "frequency";
    let check = match (case.grid_hz, case.offer_hz()) {
        (Some(grid), Some(unit)) => {
            let off = (grid - unit).abs();
            let check = Check {
                value: Some(unit),
                limit: Some(grid),
                margin: Some(SAME_HZ - off),
                ..Check::new(NAME, "Hz")
            };
            if off <= SAME_HZ {
                check
                    .verdict(Verdict::Fits)
                    .note(format!("Runs at {} Hz, as the grid.", short(unit)))
            } else {
                check.verdict(Verdict::DoesNotFit).note(format!(
                    "Runs at {} Hz, the place at {} Hz; a set that can be switched over should be offered as such.",
                    short(unit),
                    short(grid)
                ))
            }
        }
        (grid, _) => Check::unknown(NAME, grid, "Hz").note("The frequency is not known."),
    };
    check.source("output frequency follows engine speed; engineering practice")
}

fn phases(case: &Case<'_>) -> Option<Check> {
    let valid = |p: Option<u8>| p.filter(|p| matches!(p, 1 | 3));
    let need = valid(case.need.phases)?;
    let offer = valid(case.offer.phases);
    let check = Check {
        value: offer.map(f64::from),
        limit: Some(f64::from(need)),
        ..Check::new("phases", "")
    };
    let (verdict, note) = match (need, offer) {
        (_, None) => (Verdict::NotKnown, "The number of phases is not known."),
        (3, Some(1)) => (Verdict::DoesNotFit, "A single-phase set cannot run a three-phase place."),
        (1, Some(3)) => (
            Verdict::NotKnown,
            "A three-phase set in a single-phase place: how the load is spread must be asked.",
        ),
        _ => (Verdict::Fits, "The number of phases is the same."),
    };
    Some(check.verdict(verdict).source(PRACTICE).note(note))
}

fn voltage(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "output_voltage";
    let place = known(case.need.volts)?;
    Some(
        match known(case.offer.volts) {
            Some(volts) => {
                Check::at_most(NAME, 100.0 * (volts / place - 1.0).abs(), VOLTAGE_LIMIT_PCT, "%")
                    .note(format!("Gives {} V where {} V are used.", short(volts), short(place)))
            }
            None => Check::unknown(NAME, Some(VOLTAGE_LIMIT_PCT), "%")
                .note("The output voltage is not known."),
        }
        .source(PRACTICE),
    )
}

/// Too little output derates.
fn output(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "output";
    let needed = known(case.need.kw)?;
    let check = match known(case.offer.kw) {
        None => Check::unknown(NAME, Some(needed), "kW").note("The rated output is not known."),
        Some(kw) => {
            let check = Check::at_least(NAME, kw, needed, "kW");
            let said = format!("Gives {} kW; the place needs {} kW", short(kw), short(needed));
            if check.verdict == Verdict::Fits {
                check.note(format!("{said}."))
            } else if kw >= LEAST_SHARE * needed {
                check
                    .verdict(Verdict::FitsDerated)
                    .note(format!("{said}: it runs {:.0} %.", 100.0 * kw / needed))
            } else {
                check.note(format!("{said}: too little to be of use."))
            }
        }
    };
    Some(check.source("rated output of the set (ISO 8528-1 ratings differ by duty: ask which)"))
}

fn fuel(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "fuel_use";
    let limit = known(case.need.fuel_lph_full)?;
    Some(
        match known(case.offer.fuel_lph_full) {
            Some(lph) => Check::at_most(NAME, lph, limit, "l/h").note(format!(
                "Burns {} l/h at full load; the place can supply {} l/h.",
                short(lph),
                short(limit)
            )),
            None => Check::unknown(NAME, Some(limit), "l/h").note("The fuel use is not stated."),
        }
        .source(PRACTICE),
    )
}
