//! Nameplates as columns: the one list of fields that tables, events and exchange formats share.

use crate::nameplate::Nameplate;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number above 0.
    Positive,
    /// A number of at least 0.
    Amount,
    /// 1 or 3.
    Phases,
    /// A short text.
    Name,
}

/// A field of a nameplate, as tables have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The header of the column.
    pub name: &'static str,
    /// What it can hold.
    pub form: Form,
    /// What it means, with its unit.
    pub meaning: &'static str,
}

/// What is in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Of [`Form::Positive`] and [`Form::Amount`].
    Number(f64),
    /// Of [`Form::Phases`].
    Phases(u8),
    /// Of [`Form::Name`].
    Name(&'a str),
}

/// A type that a field of a nameplate has.
trait Field {
    fn value(&self) -> Option<Value<'_>>;
    fn put(&mut self, value: Value<'_>) -> bool;
}

impl Field for Option<f64> {
    fn value(&self) -> Option<Value<'_>> {
        self.map(Value::Number)
    }

    fn put(&mut self, value: Value<'_>) -> bool {
        let Value::Number(number) = value else { return false };
        *self = Some(number);
        true
    }
}

impl Field for Option<u8> {
    fn value(&self) -> Option<Value<'_>> {
        self.map(Value::Phases)
    }

    fn put(&mut self, value: Value<'_>) -> bool {
        let Value::Phases(phases) = value else { return false };
        *self = Some(phases);
        true
    }
}

impl Field for Option<String> {
    fn value(&self) -> Option<Value<'_>> {
        self.as_deref().map(Value::Name)
    }

    fn put(&mut self, value: Value<'_>) -> bool {
        let Value::Name(name) = value else { return false };
        *self = Some(name.to_owned());
        true
    }
}

macro_rules! columns {
    ($($field:ident: $form:ident, $meaning:literal;)*) => {
        impl Nameplate {
            /// Every field, in the order of the file contract.
            pub const COLUMNS: &'static [Column] = &[$(Column {
                name: stringify!($field),
                form: Form::$form,
                meaning: $meaning,
            }),*];

            /// What is known in a column; `None` where nothing is, or there is no such column.
            pub fn value(&self, column: &str) -> Option<Value<'_>> {
                // Taken apart whole, so that a field without a column is a compile error.
                let Nameplate { $($field),* } = self;
                match column {
                    $(stringify!($field) => $field.value(),)*
                    _ => None,
                }
            }

            /// Fills a column; `false` where there is none of that name, or it holds values of another form.
            pub fn fill(&mut self, column: &str, value: Value<'_>) -> bool {
                match column {
                    $(stringify!($field) => self.$field.put(value),)*
                    _ => false,
                }
            }
        }
    };
}
columns! {
    hv_kv: Positive, "rated voltage of the high-voltage winding, kV";
    lv_kv: Positive, "rated voltage of the low-voltage winding, kV";
    tertiary_kv: Positive, "rated voltage of the tertiary winding, kV";
    mva: Positive, "rated power of one unit, MVA";
    phases: Phases, "phases of one unit, 1 or 3";
    frequency_hz: Positive, "rated frequency, Hz";
    vector_group: Name, "vector group, such as YNa0d11";
    uk_pct: Positive, "short-circuit voltage, percent on the unit's own rating";
    tap_range_pct: Amount, "tap range, percent either side of rated voltage";
    tap_step_pct: Amount, "tap step, percent";
    mass_t: Positive, "transport mass of the heaviest piece, tonnes";
    rated_kv: Positive, "rated voltage of a breaker or line kit, kV";
    rated_a: Positive, "rated current, A";
    breaking_ka: Positive, "short-circuit breaking current, kA";
    kw: Positive, "rated output of a generator set, kW";
    volts: Positive, "output voltage of a generator set, V";
    fuel_lph_full: Positive, "fuel use at full load, litres an hour";
    length_km: Positive, "length of line that a kit rebuilds, km";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_keeps_what_is_filled_in_and_refuses_another_form() {
        let mut plate = Nameplate::default();
        for column in Nameplate::COLUMNS {
            let (fits, other) = match column.form {
                Form::Positive | Form::Amount => (Value::Number(1.5), Value::Phases(3)),
                Form::Phases => (Value::Phases(3), Value::Name("3")),
                Form::Name => (Value::Name("Dyn11"), Value::Number(11.0)),
            };
            assert_eq!(plate.value(column.name), None);
            assert!(!plate.fill(column.name, other));
            assert!(plate.fill(column.name, fits));
            assert_eq!(plate.value(column.name), Some(fits));
        }
        assert!(!plate.fill("weight", Value::Number(1.0)));
        assert_eq!(plate.value("weight"), None);
    }
}
