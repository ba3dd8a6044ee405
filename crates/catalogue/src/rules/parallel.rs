//! Units that run in parallel: equal impedance, and how load is shared where it is not.

use super::Case;
use crate::check::{Check, Verdict, short};
use crate::units::known;

/// How far the short-circuit voltages of parallel units may differ, percent.
const UK_LIMIT_PCT: f64 = 10.0;

/// Largest ratio of rated powers at which units should run in parallel, by common practice.
pub const MAX_RATING_RATIO: f64 = 3.0;

const SOURCE: &str =
    "common practice for parallel operation (10 %; see IEC 60076-8); load sharing by physics";

/// Power, MVA, that parallel transformers carry together before the first of them is at 100 %.
///
/// `units` holds rated power, MVA, and short-circuit voltage, percent on the unit's own rating. Load
/// shares in proportion to `S_r / u_k`, so the unit with the smallest `u_k` fills first:
/// `sum(S_ri / u_ki) * min(u_k)`. Phase shift, ratio and frequency must be equal, and the ratio of ratings
/// within [`MAX_RATING_RATIO`]; neither is looked at here.
///
/// `None` without units, or where a number is not finite and above zero.
///
/// ```
/// let both = relight_catalogue::parallel_capacity(&[(200.0, 12.0), (100.0, 10.0)]).unwrap();
/// assert!((both - 266.7).abs() < 0.05);
/// ```
pub fn parallel_capacity(units: &[(f64, f64)]) -> Option<f64> {
    let mut stiffness = 0.0;
    let mut smallest: Option<f64> = None;
    for &(mva, uk) in units {
        let (mva, uk) = (known(Some(mva))?, known(Some(uk))?);
        stiffness += mva / uk;
        smallest = Some(smallest.map_or(uk, |s| s.min(uk)));
    }
    known(Some(stiffness * smallest?))
}

/// Largest rated power over the smallest; `None` without units or where one is not known.
pub fn rating_ratio(units: &[(f64, f64)]) -> Option<f64> {
    let mut ends: Option<(f64, f64)> = None;
    for &(mva, _) in units {
        let mva = known(Some(mva))?;
        ends = Some(ends.map_or((mva, mva), |(low, high)| (low.min(mva), high.max(mva))));
    }
    ends.and_then(|(low, high)| known(Some(high / low)))
}

/// What unequal impedance leaves of a unit's power.
pub(super) enum Share {
    /// Nothing is asked, or the impedances agree: all of it.
    Equal,
    /// So many MVA, where it can be told.
    Unequal(Option<f64>),
}

/// Impedance of the offer on the grid over that of the place: reactance goes with frequency.
fn relative_uk(case: &Case<'_>) -> Option<f64> {
    let scale = case.grid_hz? / case.offer_hz()?;
    known(Some(known(case.offer.uk_pct)? * scale / known(case.need.uk_pct)?))
}

fn within(relative_uk: f64) -> bool {
    100.0 * (relative_uk - 1.0).abs() <= UK_LIMIT_PCT * (1.0 + 1e-9)
}

/// What the unit adds beside a partner that has the power and impedance that the place states:
/// [`parallel_capacity`] of the two less the partner's own power.
///
/// With more impedance than the partner the unit lags behind: `S / r`, `r` the ratio of the two impedances.
/// With less, it fills first and holds the partner back: `S - S_p * (1 - r)`.
pub(super) fn contribution(case: &Case<'_>, alone_mva: f64) -> Share {
    if known(case.need.uk_pct).is_none() {
        return Share::Equal;
    }
    match relative_uk(case) {
        None => Share::Unequal(None),
        Some(r) if within(r) => Share::Equal,
        Some(r) if r > 1.0 => Share::Unequal(Some(alone_mva / r)),
        Some(r) => Share::Unequal(
            known(case.need.mva).map(|partner| (alone_mva - partner * (1.0 - r)).max(0.0)),
        ),
    }
}

/// Within 10 % fits; beyond, the load is shared unequally, which costs power but does not refuse.
pub(super) fn check(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "impedance";
    let needed = known(case.need.uk_pct)?;
    let Some(r) = relative_uk(case) else {
        return Some(Check::unknown(NAME, Some(UK_LIMIT_PCT), "%").source(SOURCE).note(
            "The unit is to run in parallel; its short-circuit voltage or frequency is not known.",
        ));
    };
    let check = Check::at_most(NAME, 100.0 * (r - 1.0).abs(), UK_LIMIT_PCT, "%").source(SOURCE);
    let said =
        format!("Short-circuit voltage {} % here, beside {} %", short(r * needed), short(needed));
    Some(if within(r) {
        check.verdict(Verdict::Fits).note(format!("{said}: the load is shared evenly enough."))
    } else if r < 1.0 && known(case.need.mva).is_none() {
        check.verdict(Verdict::NotKnown).note(format!(
            "{said}: it would take more than its share, of a load that is not stated."
        ))
    } else {
        check.verdict(Verdict::FitsDerated).note(format!(
            "{said}: the load is shared unequally, and the stiffer unit fills first."
        ))
    })
}
