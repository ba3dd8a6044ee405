//! A line of a raw file as fields: separated by commas or blanks, texts in quotes, the rest after a slash a remark.

use std::borrow::Cow;

use super::super::finding::Findings;

/// Fields kept of one line. No record of the format has half as many; what follows is not looked at.
const MOST_FIELDS: usize = 128;

/// A line of the file.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// From 1.
    pub number: usize,
    pub text: &'a [u8],
}

pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    bytes
        .split(|b| *b == b'\n')
        .enumerate()
        .map(|(i, text)| Line { number: i + 1, text: text.strip_suffix(b"\r").unwrap_or(text) })
}

struct Field<'a> {
    /// Empty: the default is meant.
    text: &'a [u8],
    /// From 1.
    column: usize,
}

/// The fields of a line.
pub(super) struct Record<'a> {
    pub line: usize,
    fields: Vec<Field<'a>>,
}

impl<'a> Record<'a> {
    pub fn new(line: Line<'a>) -> Self {
        let text = line.text;
        let mut fields = Vec::new();
        let mut at = 0;
        let byte = |at: usize| text.get(at).copied();
        let blank = |at: usize| byte(at).is_some_and(|b| b.is_ascii_whitespace());
        while fields.len() < MOST_FIELDS {
            while blank(at) {
                at += 1;
            }
            let begin = at;
            let field = match byte(at) {
                None | Some(b'/') => break,
                Some(quote @ (b'\'' | b'"')) => {
                    at += 1;
                    let first = at;
                    while byte(at).is_some_and(|b| b != quote) {
                        at += 1;
                    }
                    let inside = text.get(first..at).unwrap_or_default();
                    at += 1;
                    inside.trim_ascii()
                }
                Some(_) => {
                    while byte(at).is_some_and(|b| b != b',' && b != b'/') && !blank(at) {
                        at += 1;
                    }
                    text.get(begin..at).unwrap_or_default()
                }
            };
            fields.push(Field { text: field, column: begin + 1 });
            while blank(at) {
                at += 1;
            }
            if byte(at) == Some(b',') {
                at += 1;
            }
        }
        Record { line: line.number, fields }
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }

    pub fn column(&self, at: usize) -> usize {
        self.fields.get(at).map_or(0, |f| f.column)
    }

    fn raw(&self, at: usize) -> Option<&'a [u8]> {
        self.fields.get(at).map(|f| f.text).filter(|t| !t.is_empty())
    }

    pub fn text(&self, at: usize) -> Option<Cow<'a, str>> {
        self.raw(at).map(String::from_utf8_lossy)
    }

    /// Whether this line ends a section, or the file.
    pub fn ends(&self) -> bool {
        matches!(self.fields.first().map(|f| f.text), Some(b"0" | b"Q" | b"q"))
    }

    /// A finite number; the default where the field is not given.
    pub fn number(&self, at: usize, default: f64, name: &str, findings: &mut Findings) -> f64 {
        let Some(text) = self.text(at) else { return default };
        let value = text.parse().or_else(|_| text.replace(['d', 'D'], "E").parse::<f64>());
        match value {
            Ok(value) if value.is_finite() => value,
            _ => {
                let message = format!("{:?}; expected a number", short(&text));
                findings.error(self.line, self.column(at), name, message);
                default
            }
        }
    }

    /// A whole number; the default where the field is not given.
    pub fn whole(&self, at: usize, default: i64, name: &str, findings: &mut Findings) -> i64 {
        let Some(text) = self.text(at) else { return default };
        let whole = |v: &f64| v.fract() == 0.0 && v.abs() < 1e15;
        let value = text.parse().ok();
        let value = value.or_else(|| text.parse().ok().filter(whole).map(|v: f64| v as i64));
        value.unwrap_or_else(|| {
            let message = format!("{:?}; expected a whole number", short(&text));
            findings.error(self.line, self.column(at), name, message);
            default
        })
    }
}

/// The beginning of a text.
pub(super) fn short(text: &str) -> String {
    text.chars().take(24).collect()
}
