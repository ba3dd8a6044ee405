//! What is wrong with a file that came in, and where: all of it at once.

use std::fmt;

/// The most faults that are listed.
pub const MOST_FAULTS: usize = 200;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The sheet, or the part of a document; empty where there is one alone.
    pub sheet: String,
    /// The row or line, from 1; 0 where the whole is meant.
    pub row: u64,
}

impl Place {
    /// A row of a sheet.
    pub fn new(sheet: &str, row: u64) -> Place {
        Place { sheet: sheet.to_owned(), row }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.sheet.as_str(), self.row) {
            ("", 0) => write!(f, "the file"),
            ("", row) => write!(f, "line {row}"),
            (sheet, 0) => write!(f, "sheet {sheet}"),
            (sheet, row) => write!(f, "sheet {sheet}, row {row}"),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// In which column or field; empty where the row as a whole is meant.
    pub column: String,
    /// What is wrong, with the value, and what was expected.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column.as_str() {
            "" => write!(f, "{}: {}", self.place, self.message),
            column => write!(f, "{}, column {column}: {}", self.place, self.message),
        }
    }
}

/// Everything that is wrong with a file, or worth saying of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// What must be mended, at most [`MOST_FAULTS`].
    pub errors: Vec<Fault>,
    /// Errors beyond those.
    pub more: usize,
    /// What is worth saying, at most as many.
    pub warnings: Vec<Fault>,
}

impl Faults {
    /// One fault of the file as a whole.
    pub fn of_file(message: impl Into<String>) -> Faults {
        let mut faults = Faults::default();
        faults.error(Place::default(), "", message);
        faults
    }

    /// Adds an error.
    pub fn error(&mut self, place: Place, column: &str, message: impl Into<String>) {
        if self.errors.len() < MOST_FAULTS {
            let (column, message) = (column.to_owned(), message.into());
            self.errors.push(Fault { place, column, message });
        } else {
            self.more += 1;
        }
    }

    /// Adds a warning.
    pub fn warn(&mut self, place: Place, column: &str, message: impl Into<String>) {
        if self.warnings.len() < MOST_FAULTS {
            let (column, message) = (column.to_owned(), message.into());
            self.warnings.push(Fault { place, column, message });
        }
    }

    /// Whether nothing must be mended.
    pub fn is_sound(&self) -> bool {
        self.errors.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.errors {
            writeln!(f, "{fault}")?;
        }
        if self.more > 0 { write!(f, "and {} more", self.more) } else { Ok(()) }
    }
}

/// A value for a message: not more of it than a person reads.
pub(super) fn short(value: &str) -> String {
    const MOST: usize = 60;
    let mut text: String = value.chars().take(MOST).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    text
}
