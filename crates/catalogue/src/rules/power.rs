//! How much power the place carries with the unit in it. Too little derates; it does not refuse.

use super::{Case, excitation, parallel};
use crate::check::{Check, Verdict, short};
use crate::units::known;

/// Below this share of the power that is asked, a unit is of no use to the place.
const LEAST_SHARE: f64 = 0.01;

const SOURCE: &str = "rated current of each winding (IEC 60076-1, rated power); engineering practice for the least share";

/// Power, MVA, that the pieces carry at the voltages of the bay: rated power, less what the current limit
/// takes where the bay's voltage lies below the rated one, less what flux and unequal sharing take.
///
/// `pieces * Sr * min(1, Vhv/Vr_hv, Vlv/Vr_lv) * K`, then [`parallel::contribution`]. `None` where rated
/// power or frequency is not known.
pub(super) fn usable_mva(case: &Case<'_>) -> Option<f64> {
    let rated = f64::from(case.pieces) * known(case.offer.mva)?;
    case.offer_hz()?;
    let current = excitation::pairs(case).map(|(place, unit)| place / unit).fold(1.0, f64::min);
    let load = excitation::flux(case).map_or(1.0, excitation::load_share_at_flux);
    let alone = rated * current * load;
    let usable = match parallel::contribution(case, alone) {
        parallel::Share::Equal => alone,
        parallel::Share::Unequal(mva) => mva?,
    };
    Some(usable).filter(|mva| mva.is_finite())
}

pub(super) fn check(case: &Case<'_>, usable: Option<f64>) -> Option<Check> {
    const NAME: &str = "power";
    let needed = known(case.need.mva)?;
    let Some(usable) = usable else {
        let note = match known(case.offer.mva) {
            Some(_) => "What the unit can carry here cannot be told from what is known.",
            None => "The rated power is not known.",
        };
        return Some(Check::unknown(NAME, Some(needed), "MVA").source(SOURCE).note(note));
    };
    let check = Check::at_least(NAME, usable, needed, "MVA").source(SOURCE);
    let rated = known(case.offer.mva).map_or(0.0, |mva| mva * f64::from(case.pieces));
    let from = if (rated - usable).abs() > 1e-9 * rated {
        format!(" of the {} MVA rated", short(rated))
    } else {
        String::new()
    };
    let said =
        format!("Carries {} MVA{from}; the place needs {} MVA", short(usable), short(needed));
    Some(if check.verdict == Verdict::Fits {
        check.note(format!("{said}."))
    } else if usable >= LEAST_SHARE * needed {
        check
            .verdict(Verdict::FitsDerated)
            .note(format!("{said}: the place runs at {:.0} %.", 100.0 * usable / needed))
    } else {
        check.note(format!("{said}: too little to be of use."))
    })
}
