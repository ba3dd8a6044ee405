//! What a cell, or a value of the settings, can hold: from a trimmed text to a typed value, or what was
//! expected instead.

use super::finding::shown;

/// Whole numbers above this are refused: steps, teams, pieces.
pub const MOST_WHOLE: u32 = 1_000_000;

/// Numbers above this, by magnitude, are refused, so that sums and products of them stay finite.
pub const MOST_NUMBER: f64 = 1e12;

/// Identifiers and words above this many bytes are refused.
pub const MOST_NAME: usize = 200;

/// Texts above this many bytes are refused.
pub const MOST_TEXT: usize = 10_000;

/// Why a text is not a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What it should be.
    pub expected: String,
    /// What the writer may have meant.
    pub hint: Option<&'static str>,
}

impl Refusal {
    pub fn new(expected: impl Into<String>) -> Self {
        Refusal { expected: expected.into(), hint: None }
    }

    pub fn without_hint(self) -> Self {
        Refusal { hint: None, ..self }
    }

    /// The sentence about the value that was refused.
    pub fn message(&self, value: &str) -> String {
        let hint = self.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        format!("\"{}\" is not {}{hint}", shown(value), self.expected)
    }
}

/// The outcome of reading a cell.
pub(super) type Cell<T> = Result<T, Refusal>;

/// Free text.
pub(super) fn text(cell: &str) -> Cell<String> {
    if cell.len() > MOST_TEXT {
        return Err(Refusal::new(format!("a text of at most {MOST_TEXT} bytes")));
    }
    Ok(cell.to_owned())
}

/// The name of a region, skill or service.
pub(super) fn name(cell: &str) -> Cell<String> {
    if cell.len() > MOST_NAME || cell.contains(char::is_control) {
        return Err(Refusal::new(format!("a name of at most {MOST_NAME} bytes on one line")));
    }
    Ok(cell.to_owned())
}

/// An identifier. `;`, `=` and `*` have a meaning in lists (`after`, and `items` of a schedule).
pub(super) fn id(cell: &str) -> Cell<String> {
    if cell.len() > MOST_NAME || cell.contains(|c: char| c.is_control() || ";=*".contains(c)) {
        return Err(Refusal::new(format!(
            "an identifier of at most {MOST_NAME} bytes without `;`, `=`, `*` and line ends"
        )));
    }
    Ok(cell.to_owned())
}

/// Identifiers with `;` between them.
pub(super) fn ids(cell: &str) -> Cell<Vec<String>> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty()).map(id).collect()
}

/// One of some words.
pub(super) fn word<T: Copy>(
    all: impl IntoIterator<Item = T>,
    of: impl Fn(T) -> &'static str,
) -> impl FnOnce(&str) -> Cell<T> {
    move |cell| {
        let mut words = Vec::new();
        for value in all {
            if of(value) == cell {
                return Ok(value);
            }
            words.push(of(value));
        }
        Err(Refusal::new(format!("one of {}", words.join(", "))))
    }
}

/// A whole number of at least `least`, up to [`MOST_WHOLE`].
pub(super) fn whole(least: u32) -> impl FnOnce(&str) -> Cell<u32> {
    move |cell| {
        let what = |bound: String| format!("a whole number of {bound}");
        let value = whole_value(cell)
            .map_err(|hint| Refusal { expected: what(format!("at least {least}")), hint })?;
        if value < f64::from(least) {
            return Err(Refusal::new(what(format!("at least {least}"))));
        }
        if value > f64::from(MOST_WHOLE) {
            return Err(Refusal::new(what(format!("at most {MOST_WHOLE}"))));
        }
        // Whole and in range, by the checks above.
        Ok(value as u32)
    }
}

/// The number of a bus or of a row.
pub(super) fn element_number(cell: &str) -> Cell<u64> {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    match whole_value(cell) {
        Ok(value) if (0.0..=LARGEST_EXACT).contains(&value) => Ok(value as u64),
        Ok(_) => Err(Refusal::new("a whole number of at least 0")),
        Err(hint) => Err(Refusal { expected: "a whole number of at least 0".into(), hint }),
    }
}

/// Spreadsheets and data frames write whole numbers as `3.0` when a column has empty cells.
fn whole_value(cell: &str) -> Result<f64, Option<&'static str>> {
    match float(cell) {
        Ok(value) if value.fract() == 0.0 => Ok(value),
        Ok(_) => Err(None),
        Err(hint) => Err(hint),
    }
}

/// A number from `least` to `most`, both included.
pub(super) fn between(least: f64, most: f64) -> impl FnOnce(&str) -> Cell<f64> {
    move |cell| {
        let expected = || format!("a number from {least} to {most}");
        match float(cell) {
            Ok(value) if (least..=most).contains(&value) => Ok(value),
            Ok(_) => Err(Refusal::new(expected())),
            Err(hint) => Err(Refusal { expected: expected(), hint }),
        }
    }
}

/// A number of at least 0, up to [`MOST_NUMBER`].
pub(super) fn amount(cell: &str) -> Cell<f64> {
    bounded(cell, "a number of at least 0", |v| v >= 0.0)
}

/// A number above 0, up to [`MOST_NUMBER`].
pub(super) fn positive(cell: &str) -> Cell<f64> {
    bounded(cell, "a number above 0", |v| v > 0.0)
}

fn bounded(cell: &str, expected: &str, holds: fn(f64) -> bool) -> Cell<f64> {
    match float(cell) {
        Ok(value) if !holds(value) => Err(Refusal::new(expected)),
        Ok(value) if value > MOST_NUMBER => {
            Err(Refusal::new(format!("{expected} and at most {MOST_NUMBER:e}")))
        }
        // A negative zero is a zero.
        Ok(value) => Ok(value + 0.0),
        Err(hint) => Err(Refusal { expected: expected.to_owned(), hint }),
    }
}

/// Phases of one unit.
pub(super) fn phases(cell: &str) -> Cell<u8> {
    match whole_value(cell) {
        Ok(1.0) => Ok(1),
        Ok(3.0) => Ok(3),
        _ => Err(Refusal::new("1 or 3")),
    }
}

/// A decimal number: sign, digits with at most one point, exponent. No `inf`, `nan`, hexadecimal digits.
fn float(cell: &str) -> Result<f64, Option<&'static str>> {
    let plain = cell.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match cell.parse::<f64>() {
        Ok(value) if plain && value.is_finite() => Ok(value),
        Ok(_) if plain => Err(Some("it is too large for a number")),
        _ => Err(hint(cell)),
    }
}

/// What somebody may have meant with a text that is not a number.
fn hint(cell: &str) -> Option<&'static str> {
    let unknown = ["nan", "na", "n/a", "inf", "+inf", "-inf", "infinity", "null", "none", "-", "?"];
    let grouped: String =
        cell.chars().filter(|c| !" '’_\u{a0}\u{202f}\u{2009}".contains(*c)).collect();
    if unknown.contains(&cell.to_ascii_lowercase().as_str()) {
        Some("leave the cell empty where the value is not known")
    } else if cell.contains('−') {
        Some("write the minus sign as -")
    } else if (grouped != cell && grouped.parse::<f64>().is_ok())
        || [',', '.'].into_iter().any(|c| cell.matches(c).count() > 1)
    {
        Some("write it without thousands separators")
    } else if cell.split_once(',').is_some_and(|(_, after)| after.len() == 3 || after.contains('.'))
    {
        Some("write it without thousands separators, and with . before decimals")
    } else if cell.contains(',') {
        Some("write . before the decimals, not a comma")
    } else if cell.starts_with(|c: char| digit(c) || "+-.".contains(c))
        && cell.ends_with(|c: char| c.is_alphabetic() || c == '%')
    {
        Some("write it without a unit")
    } else {
        None
    }
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}
