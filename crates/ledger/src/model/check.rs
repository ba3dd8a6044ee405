//! What a record must be before it may enter the ledger, whatever else is there.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Category, Claim, Content, Currency, Kind, Money, OfKind, Quantity, Unit};
use crate::date::Day;
use crate::interval::Interval;

/// The longest text of one field, bytes. Longer ones are documents, and belong outside the ledger.
pub const MOST_TEXT: usize = 64 * 1024;

/// The most entries of one list.
pub const MOST_LIST: usize = 10_000;

/// One thing that is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which field, as a path: `claim.quantity.range`.
    pub field: String,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl Content {
    /// All that is wrong with it by itself; empty where nothing is.
    ///
    /// The general rules are about the form of fields and hold wherever such a field stands: ends of intervals in their
    /// order, quantities not negative, texts and lists of bounded length, no control characters. The particular ones
    /// are about what makes no sense without each other.
    pub fn problems(&self) -> Vec<Problem> {
        let kind = self.kind().word();
        let mut found = Vec::new();
        match serde_json::to_value(self) {
            Ok(Value::Object(tagged)) => {
                for value in tagged.values() {
                    walk(value, &Path::Root(kind), &mut found);
                }
            }
            Ok(_) | Err(_) => found.push(Problem {
                field: kind.to_owned(),
                message: "cannot be written as JSON; expected finite numbers".to_owned(),
            }),
        }
        for reference in self.references() {
            let missing_statement = self.kind() == Kind::Draft;
            if reference.to.is_nil() && !missing_statement {
                found.push(Problem {
                    field: format!("{kind}.{}", reference.role),
                    message: "names no record; expected its id".to_owned(),
                });
            }
        }
        if let Some(claim) = Claim::of(self) {
            check_claim(claim, &mut found);
        }
        found
    }
}

fn check_claim(claim: &Claim, found: &mut Vec<Problem>) {
    let mut wrong = |field: &str, message: &str| {
        found.push(Problem { field: format!("claim.{field}"), message: message.to_owned() });
    };
    if claim.item.category == Category::Money && claim.quantity.range.is_known() {
        wrong("quantity", "a claim of money has no count; expected the sum in `money`");
    }
    if claim.money.currency.is_some()
        && !claim.money.range.is_known()
        && claim.money.words.is_empty()
    {
        wrong("money.currency", "a currency without a sum or the words for one");
    }
}

/// Where a value stands. Written out only where something is wrong: nearly all that is looked at is sound.
enum Path<'a> {
    Root(&'a str),
    Field(&'a Path<'a>, &'a str),
    Entry(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root(kind) => f.write_str(kind),
            Path::Field(of, name) => write!(f, "{of}.{name}"),
            Path::Entry(of, at) => write!(f, "{of}[{at}]"),
        }
    }
}

/// The general rules, by the shape of the JSON: every interval, date, text and list is found wherever it stands.
fn walk(value: &Value, path: &Path<'_>, found: &mut Vec<Problem>) {
    let mut wrong = |message: String| found.push(Problem { field: path.to_string(), message });
    match value {
        Value::String(text) => {
            if text.len() > MOST_TEXT {
                wrong(format!("{} bytes of text; expected {MOST_TEXT} at most", text.len()));
            }
            if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                wrong("holds control characters; expected plain text".to_owned());
            }
        }
        Value::Array(list) => {
            if list.len() > MOST_LIST {
                wrong(format!("{} entries; expected {MOST_LIST} at most", list.len()));
            }
            for (at, entry) in list.iter().enumerate().take(MOST_LIST) {
                walk(entry, &Path::Entry(path, at), found);
            }
        }
        Value::Object(fields) => {
            shapes(fields, path, found);
            for (name, field) in fields {
                walk(field, &Path::Field(path, name), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Objects that have rules of their own, known by their fields.
fn shapes(fields: &Map<String, Value>, path: &Path<'_>, found: &mut Vec<Problem>) {
    let has = |names: &[&str]| names.iter().all(|name| fields.contains_key(*name));
    let mut wrong = |message: &str| {
        found.push(Problem { field: path.to_string(), message: message.to_owned() });
    };
    let day = |name: &str| fields.get(name).and_then(|day| Day::deserialize(day).ok());
    if let Some(range) = fields.get("range").filter(|_| has(&["qualifier"])) {
        if let Ok(range) = Interval::deserialize(range) {
            check_range(range, &mut wrong);
        }
        let unit = fields.get("unit").map(Unit::deserialize);
        if unit.is_some_and(|unit| unit.is_ok_and(|unit| unit == Unit::Other(String::new()))) {
            wrong("a unit without a word");
        }
    } else if has(&["precision"])
        && day("first").zip(day("last")).is_some_and(|(first, last)| first > last)
    {
        wrong("the first day is after the last");
    }
}

fn check_range(range: Interval, wrong: &mut impl FnMut(&str)) {
    if !range.is_valid() {
        wrong("the lower end is above the upper one");
    }
    let negative = |end: Option<crate::decimal::Decimal>| {
        end.is_some_and(|e| e < crate::decimal::Decimal::ZERO)
    };
    if negative(range.min) || negative(range.max) {
        wrong("below nought; expected 0 or more, or nothing where it is not known");
    }
}

impl Quantity {
    /// Whether ends, sign and unit are sound; what [`Content::problems`] asks of each quantity.
    pub fn is_sound(&self) -> bool {
        let mut sound = self.unit != Unit::Other(String::new());
        check_range(self.range, &mut |_| sound = false);
        sound
    }
}

impl Money {
    /// Whether two sums are in the same known currency.
    pub fn same_currency(&self, other: &Money) -> Option<Currency> {
        self.currency.filter(|c| other.currency == Some(*c))
    }
}
