//! Taking a TOML table apart, with all that is wrong about it.

use std::collections::BTreeMap;

use relight_catalogue::{Form, Nameplate, Value};
use toml::de::{DeTable, DeValue};

use super::{At, Wrong, line_at, wrong};

/// A table of the file, from which keys are taken; what is left at the end means nothing here.
pub(super) struct Table<'t> {
    name: String,
    pub line: usize,
    text: &'t str,
    entries: BTreeMap<String, (usize, DeValue<'t>)>,
    taken: Vec<String>,
}

impl<'t> Table<'t> {
    pub fn new(name: &str, line: usize, text: &'t str, table: DeTable<'t>) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| {
                let line = line_at(text, key.span().start);
                (key.into_inner().into_owned(), (line, value.into_inner()))
            })
            .collect();
        Table { name: name.to_owned(), line, text, entries, taken: Vec::new() }
    }

    fn key(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn take(&mut self, key: &str) -> Option<(usize, DeValue<'t>)> {
        self.taken.push(key.to_owned());
        self.entries.remove(key)
    }

    /// Whether the key was there when it was taken, or is: where it was wrong, that has been said.
    pub fn had(&self, key: &str) -> bool {
        self.taken.iter().filter(|t| *t == key).count() > 1
    }

    pub fn complain(&self, wrongs: &mut Vec<Wrong>, key: &str, message: &str, expected: &str) {
        wrongs.push(wrong(self.line, &self.key(key), message, expected));
    }

    /// A table, or an array of tables.
    pub fn tables(&mut self, key: &str, wrongs: &mut Vec<Wrong>) -> Vec<Table<'t>> {
        let Some((line, value)) = self.take(key) else { return Vec::new() };
        let text = self.text;
        match value {
            DeValue::Table(table) => vec![Table::new(key, line, text, table)],
            DeValue::Array(values) => {
                let mut tables = Vec::new();
                for value in values {
                    let line = line_at(text, value.span().start);
                    match value.into_inner() {
                        DeValue::Table(table) => tables.push(Table::new(key, line, text, table)),
                        _ => wrongs.push(wrong(line, &self.key(key), "this is not a table", key)),
                    }
                }
                tables
            }
            _ => {
                wrongs.push(wrong(
                    line,
                    &self.key(key),
                    "this is not a table",
                    &format!("[{key}]"),
                ));
                Vec::new()
            }
        }
    }

    /// Takes a value that `read` understands; anything else is said to be wrong.
    fn value<T>(
        &mut self,
        key: &str,
        expected: &str,
        wrongs: &mut Vec<Wrong>,
        read: impl Fn(&DeValue<'t>) -> Option<T>,
    ) -> Option<At<T>> {
        let (line, value) = self.take(key)?;
        let found = read(&value);
        if found.is_none() {
            self.taken.push(key.to_owned());
            let message = match &value {
                DeValue::String(s) => format!("\"{s}\" is not what goes here"),
                DeValue::Integer(n) => format!("{n} is not what goes here"),
                DeValue::Float(n) => format!("{n} is not what goes here"),
                _ => "this is not what goes here".to_owned(),
            };
            wrongs.push(wrong(line, &self.key(key), message, expected));
        }
        found.map(|value| At { value, line })
    }

    pub fn text(&mut self, key: &str, wrongs: &mut Vec<Wrong>) -> Option<At<String>> {
        self.value(key, "a text in quotes that is not empty", wrongs, |value| match value {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        })
    }

    pub fn required<T>(
        &mut self,
        key: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
        wrongs: &mut Vec<Wrong>,
    ) -> Option<T> {
        let missing = !self.entries.contains_key(key);
        let found = self.value(key, expected, wrongs, |value| match value {
            DeValue::String(text) if !text.trim().is_empty() => read(text.trim()),
            _ => None,
        });
        if missing {
            self.complain(wrongs, key, "the key is missing", expected);
        }
        found.map(|at| at.value)
    }

    pub fn whole(
        &mut self,
        key: &str,
        least: u64,
        most: u64,
        wrongs: &mut Vec<Wrong>,
    ) -> Option<u64> {
        let expected = format!("a whole number from {least} to {most}");
        let found = self.value(key, &expected, wrongs, |value| match value {
            DeValue::Integer(n) if n.radix() == 10 => {
                n.as_str().replace('_', "").parse().ok().filter(|n| (least..=most).contains(n))
            }
            _ => None,
        });
        found.map(|at| at.value)
    }

    pub fn number(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<f64>,
        expected: &str,
        wrongs: &mut Vec<Wrong>,
    ) -> Option<f64> {
        let found =
            self.value(key, expected, wrongs, |value| float(value).filter(|x| range.contains(x)));
        found.map(|at| at.value)
    }

    pub fn flag(&mut self, key: &str, wrongs: &mut Vec<Wrong>) -> Option<bool> {
        let found = self.value(key, "true or false", wrongs, |value| match value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        });
        found.map(|at| at.value)
    }

    /// Fills a field of a nameplate.
    pub fn fill(&mut self, key: &str, form: Form, plate: &mut Nameplate, wrongs: &mut Vec<Wrong>) {
        let filled = match form {
            Form::Positive | Form::Amount => {
                let least = if form == Form::Positive { f64::MIN_POSITIVE } else { 0.0 };
                self.number(key, least..=1e9, "a number above 0", wrongs)
                    .is_none_or(|x| plate.fill(key, Value::Number(x)))
            }
            Form::Phases => {
                let phases = self.value(key, "1 or 3", wrongs, |v| {
                    float(v).filter(|x| [1.0, 3.0].contains(x)).map(|x| x as u8)
                });
                phases.is_none_or(|at| plate.fill(key, Value::Phases(at.value)))
            }
            Form::Name => {
                self.text(key, wrongs).is_none_or(|at| plate.fill(key, Value::Name(&at.value)))
            }
        };
        debug_assert!(filled, "every column takes values of its own form");
    }

    /// What is left means nothing: a slip of the pen must not change a study unseen.
    pub fn finish(self, expected: &str, wrongs: &mut Vec<Wrong>) {
        for (key, (line, _)) in &self.entries {
            wrongs.push(wrong(*line, &self.key(key), "not a key that is used", expected));
        }
    }
}

fn float(value: &DeValue<'_>) -> Option<f64> {
    let digits = match value {
        DeValue::Integer(n) if n.radix() == 10 => n.as_str(),
        DeValue::Float(n) => n.as_str(),
        _ => return None,
    };
    digits.replace('_', "").parse().ok().filter(|x: &f64| x.is_finite())
}
