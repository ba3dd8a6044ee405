//! Do the windings suit the voltages of the bay: insulation, turns ratio, taps, tertiary?

use super::{Case, PRACTICE};
use crate::check::{Check, Verdict, short};
use crate::units::{highest_voltage_kv, known, known_or_zero};

/// Ratio error that needs no word, percent.
const RATIO_GOOD_PCT: f64 = 2.5;
/// Largest ratio error that is let through, with a warning, percent.
const RATIO_LIMIT_PCT: f64 = 5.0;
/// What a ratio may be off for want of whole turns: the tolerance of IEC 60076-1, percent.
const RATIO_TOLERANCE_PCT: f64 = 0.5;
/// Widest tap range that is usual, percent either side; wider ones must be stated to count.
pub(super) const USUAL_TAP_RANGE_PCT: f64 = 16.0;
/// How far a tertiary or a lone winding may be from its nominal voltage, percent.
const WINDING_LIMIT_PCT: f64 = 5.0;

const UM: &str = "IEC 60038 and IEC 60071-1; Um of the unit inferred from its rated voltage";

/// Rated voltages of the unit and nominal voltages of the bay, kV, where both pairs are known.
struct Pairs {
    unit: (f64, f64),
    place: (f64, f64),
}

impl Pairs {
    fn of(case: &Case<'_>) -> Option<Pairs> {
        Some(Pairs {
            unit: (known(case.offer.hv_kv)?, known(case.offer.lv_kv)?),
            place: (known(case.need.hv_kv)?, known(case.need.lv_kv)?),
        })
    }

    /// Ratio of the unit at rated tap over the ratio of the place.
    fn relative_ratio(&self) -> f64 {
        (self.unit.0 / self.unit.1) / (self.place.0 / self.place.1)
    }
}

/// Tap travel that brings a relative ratio to 1, percent of the tapped winding. Which winding carries the
/// taps is not on the nameplate, so it is the larger of the two readings: `max(r, 1/r) - 1`.
fn travel_pct(relative_ratio: f64) -> f64 {
    100.0 * (relative_ratio.max(1.0 / relative_ratio) - 1.0)
}

/// Whether taps of `range_pct` carry all of `travel`, within the ratio tolerance.
fn carries(range_pct: f64, travel: f64) -> bool {
    (1.0 + travel / 100.0) / (1.0 + range_pct / 100.0) <= 1.0 + RATIO_TOLERANCE_PCT / 100.0
}

/// Whether the taps, if they are on the high-voltage winding, could bring its voltage to that of the bay.
pub(super) fn taps_reach(case: &Case<'_>) -> bool {
    let range = known_or_zero(case.offer.tap_range_pct).unwrap_or(USUAL_TAP_RANGE_PCT);
    Pairs::of(case).is_some_and(|pairs| carries(range, travel_pct(pairs.relative_ratio())))
}

pub(super) fn check(case: &Case<'_>, checks: &mut Vec<Check>) {
    checks.extend(highest_voltage("highest_voltage_hv", "high", case.need.hv_kv, case.offer.hv_kv));
    checks.extend(highest_voltage("highest_voltage_lv", "low", case.need.lv_kv, case.offer.lv_kv));
    match (known(case.need.hv_kv), known(case.need.lv_kv)) {
        (Some(_), Some(_)) => turns_ratio(case, checks),
        (Some(kv), None) => checks.push(lone_winding(case, kv, case.offer.hv_kv)),
        (None, Some(kv)) => checks.push(lone_winding(case, kv, case.offer.lv_kv)),
        (None, None) => {}
    }
    checks.extend(tertiary(case));
}

/// `Um(unit) >= Um(place)` on a winding, never below.
fn highest_voltage(
    name: &'static str,
    side: &str,
    place: Option<f64>,
    unit: Option<f64>,
) -> Option<Check> {
    let place = known(place)?;
    let limit = highest_voltage_kv(place);
    Some(
        match (known(unit).and_then(highest_voltage_kv), limit) {
            (Some(um), Some(limit)) => Check::at_least(name, um, limit, "kV").note(format!(
                "The {side}-voltage winding is of the {} kV class; a {} kV bay asks for {} kV.",
                short(um),
                short(place),
                short(limit)
            )),
            (_, None) => Check::unknown(name, None, "kV")
                .note(format!("No standard class covers {} kV.", short(place))),
            _ => Check::unknown(name, limit, "kV")
                .note(format!("The rated voltage of the {side}-voltage winding is not known.")),
        }
        .source(UM),
    )
}

/// The ratio after the best tap, and the tap range where the ratio rests on it.
///
/// A unit within 5 % at its rated tap stands as it is. One further off must have taps that carry the whole
/// difference: a unit that ends up at the end of its taps could not regulate.
fn turns_ratio(case: &Case<'_>, checks: &mut Vec<Check>) {
    const NAME: &str = "turns_ratio";
    let Some(pairs) = Pairs::of(case) else {
        checks.push(
            Check::unknown(NAME, Some(RATIO_LIMIT_PCT), "%")
                .source(PRACTICE)
                .note("A rated voltage of the unit is not known, so its ratio cannot be compared."),
        );
        return;
    };
    let relative = pairs.relative_ratio();
    let travel = travel_pct(relative);
    let stated = known_or_zero(case.offer.tap_range_pct);
    let range = stated.unwrap_or(0.0);
    // The best tap takes up to `range` out of the difference.
    let best = ((1.0 + travel / 100.0) / (1.0 + range / 100.0)).max(1.0);
    let at_rated = 100.0 * (relative - 1.0).abs();
    let error = 100.0 * if relative > 1.0 { best - 1.0 } else { 1.0 - 1.0 / best };
    // Without a known tap range, taps of a usual range may still decide it.
    let open =
        stated.is_none() && at_rated > RATIO_LIMIT_PCT && carries(USUAL_TAP_RANGE_PCT, travel);

    let ratios = format!(
        "Ratio {} for a place of {}",
        short(pairs.unit.0 / pairs.unit.1),
        short(pairs.place.0 / pairs.place.1)
    );
    let taps = match (stated, known(case.offer.tap_step_pct)) {
        (None, _) => "taps not known and taken as none".to_owned(),
        (Some(r), Some(step)) => format!("taps ±{} % in steps of {} %", short(r), short(step)),
        (Some(r), None) => format!("taps ±{} %", short(r)),
    };
    let mut check = Check::at_most(NAME, error, RATIO_LIMIT_PCT, "%");
    let end = if open {
        check.verdict = Verdict::NotKnown;
        "a usual tap range would reach it, so the tap range decides."
    } else if check.verdict != Verdict::Fits {
        "too far off."
    } else if error > RATIO_GOOD_PCT {
        "allowed, but expect voltages off by as much and circulating current in any parallel."
    } else {
        "close enough."
    };
    checks.push(
        check
            .source(PRACTICE)
            .note(format!("{ratios}: {} % off at the best tap ({taps}); {end}", short(error))),
    );

    if at_rated > RATIO_LIMIT_PCT {
        checks.push(tap_range(travel, stated));
    }
}

fn tap_range(travel: f64, stated: Option<f64>) -> Check {
    const NAME: &str = "tap_range";
    let check = match stated {
        Some(range) if carries(range, travel) => {
            let check = Check::at_least(NAME, range, travel, "%");
            // Inside the ratio tolerance the range may be a shade below the travel.
            let margin = check.margin.map(|m| m.max(0.0));
            Check { margin, ..check }.verdict(Verdict::Fits).note(format!(
                "Taps of ±{} % carry the {} % that the ratio is off.",
                short(range),
                short(travel)
            ))
        }
        Some(range) => {
            Check::at_least(NAME, range, travel, "%").verdict(Verdict::DoesNotFit).note(format!(
                "The ratio is off by {} % of tap travel; taps of ±{} % do not carry it.",
                short(travel),
                short(range)
            ))
        }
        None if carries(USUAL_TAP_RANGE_PCT, travel) => Check::unknown(NAME, Some(travel), "%")
            .note(format!(
                "Taps of ±{} % would carry it; the tap range is not known.",
                short(travel)
            )),
        None => Check::unknown(NAME, Some(travel), "%").verdict(Verdict::DoesNotFit).note(format!(
            "It would take taps of ±{} %, more than the usual ±{} %, and no tap range is stated.",
            short(travel),
            short(USUAL_TAP_RANGE_PCT)
        )),
    };
    check.source("engineering practice; ratio tolerance 0.5 % of IEC 60076-1")
}

/// Where the place states one voltage only, there is no ratio: that winding must be near it.
fn lone_winding(case: &Case<'_>, place: f64, unit: Option<f64>) -> Check {
    const NAME: &str = "rated_voltage";
    let limit = WINDING_LIMIT_PCT.max(known_or_zero(case.offer.tap_range_pct).unwrap_or(0.0));
    let Some(unit) = known(unit) else {
        return Check::unknown(NAME, Some(limit), "%")
            .source(PRACTICE)
            .note("The rated voltage is not known.");
    };
    let check =
        Check::at_most(NAME, 100.0 * (unit / place - 1.0).abs(), limit, "%").source(PRACTICE);
    let rated = format!("Rated {} kV for a nominal {} kV", short(unit), short(place));
    if check.verdict == Verdict::Fits {
        check.note(format!("{rated}; the place states no voltage for the other winding."))
    } else {
        // With the other voltage of the place, a common shift of both windings might still be fine.
        check
            .verdict(Verdict::NotKnown)
            .note(format!("{rated}; it cannot be judged without the other voltage of the place."))
    }
}

fn tertiary(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "tertiary";
    let place = known(case.need.tertiary_kv)?;
    Some(
        match known(case.offer.tertiary_kv) {
            Some(unit) => {
                Check::at_most(NAME, 100.0 * (unit / place - 1.0).abs(), WINDING_LIMIT_PCT, "%")
                    .note(format!(
                        "Tertiary of {} kV; the place uses {} kV.",
                        short(unit),
                        short(place)
                    ))
            }
            None => Check::unknown(NAME, Some(WINDING_LIMIT_PCT), "%")
                .note(format!("The place uses a {} kV tertiary; none is stated.", short(place))),
        }
        .source(PRACTICE),
    )
}
