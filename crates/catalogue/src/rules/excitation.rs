//! Frequency, and the flux that voltage and frequency drive through the core.

use super::{Case, voltage};
use crate::check::{Check, Verdict, short};
use crate::units::known;

/// Largest flux at full load, of the design flux.
const FULL_LOAD_LIMIT: f64 = 1.05;
/// Largest flux at no load, of the design flux.
const NO_LOAD_LIMIT: f64 = 1.10;

const SOURCE: &str = "IEC 60076-1 and IEEE C57.12.00: V/Hz to 1.05 at full load, 1.10 at no load";

/// Flux in the core as a share of the design flux: `(V / Vr) * (fr / f)`.
///
/// Voltages in one unit, frequencies in Hz. `None` where a number is not finite and above zero.
///
/// ```
/// // A 345 kV, 60 Hz winding on 330 kV at 50 Hz.
/// let flux = relight_catalogue::flux_pu(330.0, 345.0, 50.0, 60.0).unwrap();
/// assert!((flux - 1.148).abs() < 5e-4);
/// ```
pub fn flux_pu(voltage: f64, rated_voltage: f64, hz: f64, rated_hz: f64) -> Option<f64> {
    let [v, vr, f, fr] = [voltage, rated_voltage, hz, rated_hz].map(|x| known(Some(x)));
    known(Some((v? / vr?) * (fr? / f?)))
}

/// Share of rated current that may flow at a given flux: 1 up to 1.05, 0 from 1.10, and
/// `K = (110 - 100 * flux) / 5` between (IEC 60076-1: flux within `110 - 5 K` percent at load `K`).
pub fn load_share_at_flux(flux_pu: f64) -> f64 {
    if flux_pu <= FULL_LOAD_LIMIT * (1.0 + 1e-9) {
        1.0
    } else {
        // Not a number ends here too, and gives 0.
        ((NO_LOAD_LIMIT - flux_pu) / (NO_LOAD_LIMIT - FULL_LOAD_LIMIT)).max(0.0)
    }
}

/// Flux at rated tap, of each winding whose voltages are known; the larger counts.
pub(super) fn flux(case: &Case<'_>) -> Option<f64> {
    let (hz, rated_hz) = (case.grid_hz?, case.offer_hz()?);
    pairs(case).filter_map(|(place, unit)| flux_pu(place, unit, hz, rated_hz)).reduce(f64::max)
}

/// Nominal and rated voltage, kV, of each winding where both are known.
pub(super) fn pairs(case: &Case<'_>) -> impl Iterator<Item = (f64, f64)> {
    [(case.need.hv_kv, case.offer.hv_kv), (case.need.lv_kv, case.offer.lv_kv)]
        .into_iter()
        .filter_map(|(place, unit)| known(place).zip(known(unit)))
}

/// Half a hertz: rated frequencies closer than this are the same.
pub(super) const SAME_HZ: f64 = 0.5;

/// A transformer may run at another frequency; what that does to it is said here and computed in
/// [`check`] and in the impedance rule. Beyond 5:6 and 6:5 it is made for another kind of grid.
pub(super) fn frequency(case: &Case<'_>) -> Check {
    const NAME: &str = "frequency";
    let source = "physics: V/f, X = 2 pi f L";
    let (Some(grid), Some(unit)) = (case.grid_hz, case.offer_hz()) else {
        return Check::unknown(NAME, case.grid_hz, "Hz")
            .source(source)
            .note("The rated frequency is not known.");
    };
    let check =
        Check { value: Some(unit), limit: Some(grid), ..Check::new(NAME, "Hz") }.source(source);
    let verb = format!("Made for {} Hz, the grid runs at {} Hz", short(unit), short(grid));
    let off = (unit - grid).abs();
    let ratio = grid / unit;
    if off <= SAME_HZ {
        Check { margin: Some(SAME_HZ - off), ..check }
            .verdict(Verdict::Fits)
            .note(format!("Made for {} Hz, as the grid.", short(unit)))
    } else if !(0.8..=1.25).contains(&ratio) {
        Check { margin: Some(-off), ..check }
            .verdict(Verdict::DoesNotFit)
            .note(format!("{verb}: a unit for another kind of grid."))
    } else if ratio < 1.0 {
        check.verdict(Verdict::Fits).note(format!(
            "{verb}: flux is {} times as high and reactance {} times; the maker must confirm fans, pumps and tap-changer drive.",
            short(1.0 / ratio),
            short(ratio)
        ))
    } else {
        check.verdict(Verdict::Fits).note(format!(
            "{verb}: flux is low, impedance {:+.0} % (more voltage drop, less fault current); check losses, fans and tap-changer drive.",
            100.0 * (ratio - 1.0)
        ))
    }
}

/// `(V / Vr) * (fr / f) <= 1.05` at full load, on the winding that is worse off at rated tap.
///
/// Taps may relieve a winding, but only if they are on it, which a nameplate does not say: so they turn a
/// refusal into *not known*, never into a pass.
pub(super) fn check(case: &Case<'_>) -> Option<Check> {
    const NAME: &str = "over_excitation";
    known(case.need.hv_kv).or(known(case.need.lv_kv))?;
    // A winding that the place states and the unit does not cannot be judged, whatever the other says.
    let both = [(case.need.hv_kv, case.offer.hv_kv), (case.need.lv_kv, case.offer.lv_kv)]
        .into_iter()
        .all(|(place, unit)| known(place).is_none() || known(unit).is_some());
    let Some(flux) = flux(case) else {
        return Some(
            Check::unknown(NAME, Some(FULL_LOAD_LIMIT), "")
                .source(SOURCE)
                .note("Flux cannot be told without rated voltage and frequency."),
        );
    };
    let check = Check::at_most(NAME, flux, FULL_LOAD_LIMIT, "").source(SOURCE);
    let said = format!("Flux is {flux:.3} of the design flux");
    Some(if check.verdict == Verdict::Fits {
        if both {
            check.note(format!("{said}, within the limit at full load."))
        } else {
            check.verdict(Verdict::NotKnown).note(format!(
                "{said} in the winding that is known; the other winding's rated voltage is not."
            ))
        }
    } else if load_share_at_flux(flux) > 0.0 {
        check.verdict(Verdict::FitsDerated).note(format!(
            "{said}: above the limit at full load, below that at no load; current is held to {:.0} %.",
            100.0 * load_share_at_flux(flux)
        ))
    } else if taps_relieve(case) {
        check.verdict(Verdict::NotKnown).note(format!(
            "{said} at rated tap; taps could relieve it if they are on the high-voltage winding, which must be asked."
        ))
    } else {
        check.verdict(Verdict::DoesNotFit).note(format!("{said}: the core would saturate."))
    })
}

/// Whether only the high-voltage winding is over-fluxed and its taps could bring it to the bay's voltage.
fn taps_relieve(case: &Case<'_>) -> bool {
    let low = [case.need.lv_kv, case.offer.lv_kv, case.grid_hz, case.offer_hz()].map(known);
    let [Some(place), Some(unit), Some(hz), Some(rated_hz)] = low else { return false };
    flux_pu(place, unit, hz, rated_hz).is_some_and(|f| f <= FULL_LOAD_LIMIT)
        && voltage::taps_reach(case)
}
