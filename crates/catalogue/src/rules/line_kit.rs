//! Line kits: voltage, current, and how many kits cover the length.

use super::{Case, PRACTICE, breaker};
use crate::check::{Check, Verdict, short};
use crate::units::known;

/// More kits than this for one place are a mistake in the figures, not an offer.
const MOST_KITS: f64 = 1000.0;

/// Adds the checks; returns the kits that the place takes.
pub(super) fn check(case: &Case<'_>, checks: &mut Vec<Check>) -> u32 {
    let place_kv = known(case.need.rated_kv).or(known(case.need.hv_kv));
    checks.extend(breaker::rated_voltage(
        place_kv,
        known(case.offer.rated_kv),
        "classes of IEC 60038; engineering practice",
    ));
    checks.extend(current(case));
    let Some(needed) = known(case.need.length_km) else { return 1 };
    let Some(each) = known(case.offer.length_km) else {
        checks.push(
            Check::unknown("length", Some(needed), "km")
                .source(PRACTICE)
                .note("The length that a kit rebuilds is not known, nor how many it takes."),
        );
        return 1;
    };
    // A shortfall within rounding does not call for one more kit.
    let kits = (needed / each * (1.0 - 1e-9)).ceil().clamp(1.0, MOST_KITS);
    checks.push(Check::at_least("length", kits * each, needed, "km").source(PRACTICE).note(
        format!(
            "{} of {} km for {} km of line.",
            if kits == 1.0 { "One kit".to_owned() } else { format!("{} kits", short(kits)) },
            short(each),
            short(needed)
        ),
    ));
    kits as u32
}

/// A thinner conductor carries less: it derates.
fn current(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "rated_current";
    let needed = known(case.need.rated_a)?;
    let check = match known(case.offer.rated_a) {
        None => Check::unknown(NAME, Some(needed), "A")
            .note("The current that its conductor carries is not known."),
        Some(amps) => {
            let check = Check::at_least(NAME, amps, needed, "A").note(format!(
                "Its conductor carries {} A; the line had {} A.",
                short(amps),
                short(needed)
            ));
            if check.verdict == Verdict::DoesNotFit {
                check.verdict(Verdict::FitsDerated)
            } else {
                check
            }
        }
    };
    Some(check.source(PRACTICE))
}
