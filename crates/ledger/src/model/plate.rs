//! The catalogue's nameplate in events: the columns of the file contract, those that are known.

use relight_catalogue::Nameplate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The same fields with serde. The catalogue itself knows no format.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Plate {
    hv_kv: Option<f64>,
    lv_kv: Option<f64>,
    tertiary_kv: Option<f64>,
    mva: Option<f64>,
    phases: Option<u8>,
    frequency_hz: Option<f64>,
    vector_group: Option<String>,
    uk_pct: Option<f64>,
    tap_range_pct: Option<f64>,
    tap_step_pct: Option<f64>,
    mass_t: Option<f64>,
    rated_kv: Option<f64>,
    rated_a: Option<f64>,
    breaking_ka: Option<f64>,
    kw: Option<f64>,
    volts: Option<f64>,
    fuel_lph_full: Option<f64>,
    length_km: Option<f64>,
}

/// Both directions in one list, so that a new field of the catalogue is a compile error here and not a loss.
macro_rules! convert {
    ($($field:ident),* $(,)?) => {
        impl From<Plate> for Nameplate {
            fn from(plate: Plate) -> Nameplate {
                let Plate { $($field),* } = plate;
                Nameplate { $($field),* }
            }
        }
        impl From<Nameplate> for Plate {
            fn from(plate: Nameplate) -> Plate {
                let Nameplate { $($field),* } = plate;
                Plate { $($field),* }
            }
        }
    };
}
convert!(
    hv_kv,
    lv_kv,
    tertiary_kv,
    mva,
    phases,
    frequency_hz,
    vector_group,
    uk_pct,
    tap_range_pct,
    tap_step_pct,
    mass_t,
    rated_kv,
    rated_a,
    breaking_ka,
    kw,
    volts,
    fuel_lph_full,
    length_km,
);

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
pub(super) fn serialize<S: Serializer>(
    plate: &Option<Nameplate>,
    to: S,
) -> Result<S::Ok, S::Error> {
    plate.clone().map(Plate::from).serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Nameplate>, D::Error> {
    Ok(Option::<Plate>::deserialize(from)?.map(Nameplate::from))
}
