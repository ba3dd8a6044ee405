//! What is wrong with a file, or worth saying about it: one type for all formats.

use std::collections::HashMap;
use std::fmt;

use crate::matpower;

/// Errors and notes kept of one file; the rest are counted.
pub const MOST_FINDINGS: usize = 100;

/// Something about a file, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Line in the file, from 1; the first, where several are meant; 0 for the file as a whole.
    pub line: usize,
    /// Character in the line, from 1; 0 for the line as a whole.
    pub column: usize,
    /// The field meant, such as `branch, X`.
    pub field: Option<String>,
    /// The sentence.
    pub message: String,
    /// How many lines it is about; 1 for anything else.
    pub times: usize,
}

impl Finding {
    pub(super) fn of_file(message: impl Into<String>) -> Self {
        Finding { line: 0, column: 0, field: None, message: message.into(), times: 1 }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}", self.line)?;
            if self.column > 0 {
                write!(f, ", column {}", self.column)?;
            }
            write!(f, ": ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{}", self.message)?;
        if self.times > 1 {
            write!(f, " ({} rows, this is the first)", self.times)?;
        }
        Ok(())
    }
}

impl From<matpower::ReadError> for Finding {
    fn from(e: matpower::ReadError) -> Self {
        let message = e.kind.to_string();
        Finding { line: e.line, column: 0, field: e.field, message, times: 1 }
    }
}

impl From<matpower::Note> for Finding {
    fn from(n: matpower::Note) -> Self {
        let message = n.kind.to_string();
        Finding { line: n.line, column: 0, field: None, message, times: n.times }
    }
}

/// All that is wrong with a file: at least one error, at most [`MOST_FINDINGS`].
#[derive(Debug, Clone, PartialEq)]
pub struct ReadErrors {
    /// The errors, by line.
    pub errors: Vec<Finding>,
    /// How many more there are.
    pub more: usize,
}

impl From<matpower::ReadErrors> for ReadErrors {
    fn from(e: matpower::ReadErrors) -> Self {
        ReadErrors { errors: e.errors.into_iter().map(Finding::from).collect(), more: e.more }
    }
}

impl fmt::Display for ReadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, e) in self.errors.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{e}")?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadErrors {}

/// Gathers errors and notes while a file is read.
#[derive(Default)]
pub(super) struct Findings {
    errors: Vec<Finding>,
    more: usize,
    notes: Vec<Finding>,
    /// Place in `notes` of each sentence, so that the same on another line is counted.
    known: HashMap<String, usize>,
}

impl Findings {
    pub fn error(&mut self, line: usize, column: usize, field: &str, message: impl Into<String>) {
        if self.errors.len() < MOST_FINDINGS {
            let field = (!field.is_empty()).then(|| field.to_owned());
            let message = message.into();
            self.errors.push(Finding { line, column, field, message, times: 1 });
        } else {
            self.more += 1;
        }
    }

    pub fn note(&mut self, line: usize, message: &str) {
        if let Some(&at) = self.known.get(message) {
            self.notes[at].times += 1;
        } else if self.notes.len() < MOST_FINDINGS {
            self.known.insert(message.to_owned(), self.notes.len());
            let note = Finding { line, ..Finding::of_file(message) };
            self.notes.push(note);
        }
    }

    pub fn clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// The notes, where nothing is wrong; both by line.
    pub fn settle(mut self) -> Result<Vec<Finding>, ReadErrors> {
        if self.errors.is_empty() {
            self.notes.sort_by_key(|n| n.line);
            Ok(self.notes)
        } else {
            self.errors.sort_by_key(|e| (e.line, e.column));
            Err(ReadErrors { errors: self.errors, more: self.more })
        }
    }
}
