//! A row while it is read: cells by the names of their columns, and everything that is wrong with them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use relight_catalogue::{Form, Nameplate, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Keys;
use crate::decimal::Decimal;
use crate::exchange::fault::{Faults, Place, short};
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{
    Category, External, Lot, Money, Named, OfKind, PledgedLot, Qualifier, Quantity, Rating, Unit,
};

/// Beyond this no plate goes, and sums stay finite.
const MOST_ON_A_PLATE: f64 = 1e12;

/// A row and where it stands.
pub(super) struct Row<'a> {
    pub place: Place,
    pub header: &'a BTreeMap<&'a str, usize>,
    pub cells: &'a [String],
    pub keys: &'a Keys,
    pub faults: &'a mut Faults,
}

impl Row<'_> {
    /// The text of a cell; empty where there is none.
    pub fn text(&self, column: &str) -> String {
        self.cell(column).to_owned()
    }

    pub fn cell(&self, column: &str) -> &str {
        self.header.get(column).and_then(|at| self.cells.get(*at)).map_or("", String::as_str)
    }

    pub fn error(&mut self, column: &str, message: impl Into<String>) {
        self.faults.error(self.place.clone(), column, message);
    }

    /// The text of a cell that must have one.
    pub fn required(&mut self, column: &str) -> String {
        let text = self.text(column);
        if text.is_empty() {
            self.error(column, "the cell is empty; expected a value");
        }
        text
    }

    /// A cell as a value; `None` where it is empty, or cannot be read, which is noted.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        match text.parse::<T>() {
            Ok(value) => Some(value),
            Err(error) => {
                let message = error.to_string();
                self.error(column, message);
                None
            }
        }
    }

    /// A cell as one of the words of a type.
    pub fn word<T: DeserializeOwned>(&mut self, column: &str) -> Option<T> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        match serde_json::from_value(text.replace(' ', "_").to_lowercase().into()) {
            Ok(value) => Some(value),
            Err(error) => {
                // The words that are known stand in it.
                let message = error.to_string();
                self.error(column, short_of_words(&message));
                None
            }
        }
    }

    /// A list of names with `;` between them.
    pub fn names(&self, column: &str) -> Vec<Named> {
        let parts = self.cell(column).split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.map(Named::new).collect()
    }

    /// Yes or no; empty is no.
    pub fn yes(&mut self, column: &str) -> bool {
        match self.cell(column).to_lowercase().as_str() {
            "" | "no" | "false" | "0" => false,
            "yes" | "true" | "1" => true,
            other => {
                let message = format!("`{}` is neither yes nor no", short(other));
                self.error(column, message);
                false
            }
        }
    }

    /// A record that the cell names, by its id or by the file's own.
    pub fn reference<T: OfKind>(&self, column: &str) -> Option<Id<T>> {
        let key = self.cell(column);
        (!key.is_empty()).then(|| self.keys.id(key))
    }

    /// Identifiers elsewhere: `scheme:id; scheme:id`.
    pub fn external(&mut self, column: &str) -> Vec<External> {
        let text = self.text(column);
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts
            .filter_map(|part| {
                let Some((scheme, id)) = part.split_once(':') else {
                    let part = short(part);
                    let message = format!("`{part}` has no scheme; expected such as ocid:123");
                    self.error(column, message);
                    return None;
                };
                Some(External { scheme: scheme.trim().to_owned(), id: id.trim().to_owned() })
            })
            .collect()
    }

    fn ends(&mut self, what: &str) -> Interval {
        let (both, min, max) = (what.to_owned(), format!("{what}_min"), format!("{what}_max"));
        let one: Option<Decimal> = self.parsed(&both);
        let range = Interval { min: self.parsed(&min), max: self.parsed(&max) };
        match one {
            Some(value) if !range.is_known() => Interval::exactly(value),
            Some(_) => {
                self.error(&both, format!("expected either this or {min} and {max}, not both"));
                range
            }
            None => range,
        }
    }

    /// How a number was said. Some words of others are read as well; they are kept.
    fn qualifier(&mut self, column: &str, range: Interval) -> (Qualifier, String) {
        let said = match self.cell(column) {
            "" => {
                let plain = match (range.min, range.max) {
                    (None, None) => Qualifier::NotStated,
                    (Some(min), Some(max)) if min == max => Qualifier::Exact,
                    (Some(_), Some(_)) => Qualifier::Between,
                    (Some(_), None) => Qualifier::AtLeast,
                    (None, Some(_)) => Qualifier::UpTo,
                };
                return (plain, String::new());
            }
            "around" | "some" => Qualifier::About,
            "nearly" => Qualifier::Almost,
            "none_stated" => Qualifier::NotStated,
            "several_hundred" | "several_thousand" | "several_million" => Qualifier::Vague,
            _ => return (self.word(column).unwrap_or_default(), String::new()),
        };
        (said, self.text(column))
    }

    /// `qty`, or `qty_min` and `qty_max`, with qualifier, unit and words.
    pub fn quantity(&mut self) -> Quantity {
        let range = self.ends("qty");
        let (qualifier, foreign) = self.qualifier("qty_qualifier", range);
        let words = self.text("qty_words");
        Quantity {
            range,
            qualifier,
            unit: Unit::from_word(self.cell("unit")),
            words: if words.is_empty() { foreign } else { words },
        }
    }

    /// `value`, or `value_min` and `value_max`, with currency, qualifier, basis and words. A bare `value` is the end that its
    /// qualifier speaks of: `over` 100 is 100 or more.
    pub fn money(&mut self) -> Money {
        let told_once = !self.cell("value").is_empty();
        let range = self.ends("value");
        let (qualifier, foreign) = self.qualifier("value_qualifier", range);
        let range = match qualifier {
            Qualifier::Over | Qualifier::AtLeast if told_once => Interval { max: None, ..range },
            Qualifier::UpTo if told_once => Interval { min: None, ..range },
            _ => range,
        };
        let words = self.text("value_words");
        let currency = match self.cell("currency") {
            // A sign that several countries use stays a word until a person says which it is.
            "$" | "¥" | "£" | "kr" => None,
            _ => self.parsed("currency"),
        };
        let sign = self.cell("currency").to_owned();
        let sign = if currency.is_none() && range.is_known() { sign } else { String::new() };
        let words = [words, foreign, sign].into_iter().find(|w| !w.is_empty()).unwrap_or_default();
        Money {
            range,
            currency,
            qualifier,
            basis: self.word("value_basis").unwrap_or_default(),
            words,
        }
    }

    /// What sort of thing it is: words, category, a size, and the columns of the nameplate where the table has them.
    pub fn lot(&mut self) -> Lot {
        let words = self.text("item");
        let category = match self.cell("category") {
            "generator" | "generators" => Category::GeneratorSet,
            "transformers" => Category::Transformer,
            "mixed equipment" => Category::Other,
            _ => self.word("category").unwrap_or_default(),
        };
        let range = Interval { min: self.parsed("rating_min"), max: self.parsed("rating_max") };
        let unit = self.word("rating_unit");
        let rating = match unit {
            Some(unit) if range.is_known() => Some(Rating { range, unit }),
            None if range.is_known() => {
                self.error(
                    "rating_unit",
                    "a size without its unit; expected kw, kva, kv, tonne or litre",
                );
                None
            }
            _ => None,
        };
        Lot { words, category, ratings: rating.into_iter().collect(), nameplate: self.nameplate() }
    }

    fn nameplate(&mut self) -> Option<Nameplate> {
        let mut plate = Nameplate::default();
        for column in Nameplate::COLUMNS {
            let text = self.text(column.name);
            if text.is_empty() {
                continue;
            }
            let number =
                text.parse::<f64>().ok().filter(|n| n.is_finite() && *n <= MOST_ON_A_PLATE);
            let value = match column.form {
                Form::Positive => number.filter(|n| *n > 0.0).map(Value::Number),
                Form::Amount => number.filter(|n| *n >= 0.0).map(Value::Number),
                Form::Phases => match text.as_str() {
                    "1" => Some(Value::Phases(1)),
                    "3" => Some(Value::Phases(3)),
                    _ => None,
                },
                Form::Name => Some(Value::Name(&text)).filter(|_| text.len() <= 200),
            };
            let Some(value) = value else {
                let expected = match column.form {
                    Form::Positive => "a number above 0",
                    Form::Amount => "a number of at least 0",
                    Form::Phases => "1 or 3",
                    Form::Name => "200 bytes at most",
                };
                self.error(column.name, format!("`{}`; expected {expected}", short(&text)));
                continue;
            };
            plate.fill(column.name, value);
        }
        (plate != Nameplate::default()).then_some(plate)
    }

    /// A sort of things and how much of it; `None` where the row tells of neither.
    pub fn pledged_lot(&mut self) -> Option<PledgedLot> {
        let lot = PledgedLot { item: self.lot(), quantity: self.quantity() };
        (lot != PledgedLot::default()).then_some(lot)
    }
}

/// The error of serde, less its place in a text that nobody sees.
fn short_of_words(message: &str) -> String {
    message
        .replace("unknown variant ", "")
        .replace(", expected one of", " is no such word; expected one of")
}

/// The word of a type, as files have it.
pub(super) fn word_of<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Cells of a line while it is written, by the names of their columns. Empty ones are left out.
pub(super) type Line = BTreeMap<&'static str, String>;

pub(super) fn put(line: &mut Line, column: &'static str, text: impl Into<String>) {
    let text = text.into();
    if !text.is_empty() {
        line.insert(column, text);
    }
}

fn put_end(line: &mut Line, column: &'static str, end: Option<Decimal>) {
    put(line, column, end.map(|e| e.to_string()).unwrap_or_default());
}

fn qualifier_word(qualifier: Qualifier, range: Interval) -> String {
    let silent = qualifier == Qualifier::NotStated && !range.is_known();
    if silent { String::new() } else { word_of(&qualifier) }
}

pub(super) fn put_quantity(line: &mut Line, quantity: &Quantity) {
    put_end(line, "qty_min", quantity.range.min);
    put_end(line, "qty_max", quantity.range.max);
    put(line, "qty_qualifier", qualifier_word(quantity.qualifier, quantity.range));
    if quantity.unit != Unit::Piece {
        put(line, "unit", quantity.unit.word());
    }
    put(line, "qty_words", quantity.words.clone());
}

pub(super) fn put_money(line: &mut Line, money: &Money) {
    put_end(line, "value_min", money.range.min);
    put_end(line, "value_max", money.range.max);
    put(line, "currency", money.currency.map(|c| c.to_string()).unwrap_or_default());
    put(line, "value_qualifier", qualifier_word(money.qualifier, money.range));
    if money.basis != crate::model::Basis::default() {
        put(line, "value_basis", word_of(&money.basis));
    }
    put(line, "value_words", money.words.clone());
}

pub(super) fn put_lot(line: &mut Line, lot: &Lot) {
    put(line, "item", lot.words.clone());
    put(line, "category", lot.category.word());
    if let Some(rating) = lot.ratings.first() {
        put_end(line, "rating_min", rating.range.min);
        put_end(line, "rating_max", rating.range.max);
        put(line, "rating_unit", word_of(&rating.unit));
    }
    for column in Nameplate::COLUMNS {
        let value = lot.nameplate.as_ref().and_then(|plate| plate.value(column.name));
        put(
            line,
            column.name,
            match value {
                None => String::new(),
                Some(Value::Number(number)) => number.to_string(),
                Some(Value::Phases(phases)) => phases.to_string(),
                Some(Value::Name(name)) => name.to_owned(),
            },
        );
    }
}

pub(super) fn put_names(line: &mut Line, column: &'static str, names: &[Named]) {
    let names: Vec<&str> = names.iter().map(|named| named.words.as_str()).collect();
    put(line, column, names.join("; "));
}

pub(super) fn put_external(line: &mut Line, column: &'static str, list: &[External]) {
    let list: Vec<String> = list.iter().map(|e| format!("{}:{}", e.scheme, e.id)).collect();
    put(line, column, list.join("; "));
}
