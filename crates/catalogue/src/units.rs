//! Standard voltages, and what counts as a known number.

/// Range of numbers that a nameplate can mean, in any of its units. Far wider than any equipment, and narrow
/// enough that no formula on them overflows.
const SANE: std::ops::RangeInclusive<f64> = 1e-12..=1e12;

/// A nameplate number that can be used: finite, above zero and of this world. Anything else is not known.
pub(crate) fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|v| SANE.contains(v))
}

/// A number that may be zero, such as a tap range: finite and not negative.
pub(crate) fn known_or_zero(value: Option<f64>) -> Option<f64> {
    value.filter(|v| *v == 0.0 || SANE.contains(v))
}

/// Largest nominal or rated voltage, kV, that belongs to each highest voltage for equipment `Um`, kV.
///
/// IEC 60038 tables 3 and 4 name the nominal voltages up to 230 kV with their `Um` (33 with 36, 35 with
/// 40.5, 110 with 123, 132 with 145, 220 with 245). Table 5 names `Um` alone above that; the systems
/// named there (275, 330, 345, 380, 400, 500, 750, 765 kV) go with the next `Um` above, as practice does.
const STEPS: [(f64, f64); 21] = [
    (1.1, 1.1),
    (3.6, 3.6),
    (7.2, 7.2),
    (12.0, 12.0),
    (17.5, 17.5),
    (24.0, 24.0),
    (34.4, 36.0),
    (34.9, 36.5),
    (35.9, 40.5),
    (36.0, 36.0),
    (36.5, 36.5),
    (40.5, 40.5),
    (52.0, 52.0),
    (72.5, 72.5),
    (100.0, 100.0),
    (123.0, 123.0),
    (145.0, 145.0),
    (170.0, 170.0),
    (245.0, 245.0),
    (300.0, 300.0),
    (362.0, 362.0),
];

/// `Um` above 362 kV.
const STEPS_EHV: [f64; 5] = [420.0, 550.0, 800.0, 1100.0, 1200.0];

/// Rated maximum voltages of North American breakers that lie just under a value of the IEC series.
/// They are taken as they stand: reading 121 kV as 123 kV would claim insulation that is not there.
const AS_WRITTEN: [f64; 3] = [121.0, 169.0, 242.0];

/// Highest voltage for equipment `Um`, kV, that goes with a nominal system voltage or a rated winding
/// voltage, kV (IEC 60038 tables 3 to 5; IEC 60071-1). A value of the `Um` series stands for itself.
///
/// `None` for what is not a positive number, and above 1200 kV.
///
/// ```
/// use relight_catalogue::highest_voltage_kv;
/// assert_eq!(highest_voltage_kv(110.0), Some(123.0));
/// assert_eq!(highest_voltage_kv(330.0), Some(362.0));
/// assert_eq!(highest_voltage_kv(145.0), Some(145.0));
/// assert_eq!(highest_voltage_kv(f64::NAN), None);
/// ```
pub fn highest_voltage_kv(nominal_kv: f64) -> Option<f64> {
    let kv = known(Some(nominal_kv))?;
    if let Some(&as_written) = AS_WRITTEN.iter().find(|&&v| v == kv) {
        return Some(as_written);
    }
    STEPS
        .iter()
        .find(|(upto, _)| kv <= *upto)
        .map(|(_, um)| *um)
        .or_else(|| STEPS_EHV.iter().copied().find(|um| kv <= *um))
}

#[cfg(test)]
mod tests {
    use super::highest_voltage_kv;

    #[test]
    fn pairs_of_iec_60038() {
        // Nominal voltages and Um as the standard's tables print them, series I and the 35 and 34.5 kV rows.
        let pairs = [
            (3.0, 3.6),
            (3.3, 3.6),
            (6.0, 7.2),
            (6.6, 7.2),
            (10.0, 12.0),
            (11.0, 12.0),
            (15.0, 17.5),
            (20.0, 24.0),
            (22.0, 24.0),
            (33.0, 36.0),
            (34.5, 36.5),
            (35.0, 40.5),
            (45.0, 52.0),
            (66.0, 72.5),
            (69.0, 72.5),
            (110.0, 123.0),
            (115.0, 123.0),
            (132.0, 145.0),
            (138.0, 145.0),
            (150.0, 170.0),
            (220.0, 245.0),
            (230.0, 245.0),
        ];
        for (nominal, um) in pairs {
            assert_eq!(highest_voltage_kv(nominal), Some(um), "{nominal} kV");
        }
    }

    #[test]
    fn um_stands_for_itself() {
        for um in [
            3.6, 7.2, 12.0, 17.5, 24.0, 36.0, 36.5, 40.5, 52.0, 72.5, 100.0, 123.0, 145.0, 170.0,
            245.0, 300.0, 362.0, 420.0, 550.0, 800.0, 1100.0, 1200.0, 121.0, 169.0, 242.0,
        ] {
            assert_eq!(highest_voltage_kv(um), Some(um));
        }
    }

    #[test]
    fn nothing_for_what_is_no_voltage() {
        for v in [0.0, -110.0, f64::NAN, f64::INFINITY, 1e9] {
            assert_eq!(highest_voltage_kv(v), None);
        }
    }
}
