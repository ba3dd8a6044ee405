//! The catalogue's nameplate in events: a field for each column of the file contract, those that are known.

use std::fmt;

use relight_catalogue::{Form, Nameplate, Value};
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserializer, Serializer};

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
pub(super) fn serialize<S: Serializer>(
    plate: &Option<Nameplate>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let Some(plate) = plate else { return to.serialize_none() };
    let mut map = to.serialize_map(None)?;
    for column in Nameplate::COLUMNS {
        match plate.value(column.name) {
            None => {}
            Some(Value::Number(number)) => map.serialize_entry(column.name, &number)?,
            Some(Value::Phases(phases)) => map.serialize_entry(column.name, &phases)?,
            Some(Value::Name(name)) => map.serialize_entry(column.name, name)?,
        }
    }
    map.end()
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Nameplate>, D::Error> {
    from.deserialize_any(Plate)
}

struct Plate;

impl<'de> Visitor<'de> for Plate {
    type Value = Option<Nameplate>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a nameplate, or null")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut plate = Nameplate::default();
        while let Some(field) = map.next_key::<String>()? {
            let Some(column) = Nameplate::COLUMNS.iter().find(|c| c.name == field) else {
                map.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom(format!("a nameplate has no field `{field}`")));
            };
            let text;
            let value = match column.form {
                Form::Positive | Form::Amount => {
                    map.next_value::<Option<f64>>()?.map(Value::Number)
                }
                Form::Phases => map.next_value::<Option<u8>>()?.map(Value::Phases),
                Form::Name => {
                    text = map.next_value::<Option<String>>()?;
                    text.as_deref().map(Value::Name)
                }
            };
            if let Some(value) = value {
                plate.fill(column.name, value);
            }
        }
        Ok(Some(plate))
    }
}
