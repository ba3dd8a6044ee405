//! What can be wrong with a case file, and what is worth saying about one that was read.

use std::fmt;

use thiserror::Error;

/// Errors kept of one file; the rest are counted.
pub const MOST_ERRORS: usize = 100;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadError {
    /// Line in the file, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// The place in a table, such as `branch row 3, x (column 4)`.
    pub field: Option<String>,
    /// What is wrong.
    pub kind: ErrorKind,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{}", self.kind)
    }
}

impl std::error::Error for ReadError {}

/// The kinds of error. The text says what is wrong, the value, and what was expected.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ErrorKind {
    /// Nothing in the file but space and comments.
    #[error("the file is empty; expected a MATPOWER case (version 2)")]
    Empty,
    /// Not a text in an encoding that agrees with ASCII.
    #[error("this is {what}, not a text; expected a MATPOWER case as .m text (UTF-8){hint}")]
    NotText {
        /// What the first bytes say that it is.
        what: &'static str,
        /// How to come by a text, where we know.
        hint: &'static str,
    },
    /// More than 4 GiB, or more lines than can be counted.
    #[error("the file has {bytes} bytes; at most {most} are read")]
    TooLarge {
        /// Size of the file.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// The case format of before 2009.
    #[error(
        "a MATPOWER case of version 1 ({found}); expected version 2: in MATPOWER, \
         savecase('new.m', loadcase('old.m')) writes one"
    )]
    Version1 {
        /// What gave it away.
        found: String,
    },
    /// A function that makes something else.
    #[error(
        "a MATLAB function that returns `{returns}`, such as a contingency or scenario table; expected a case: `function mpc = NAME`"
    )]
    NotACase {
        /// The name of what it returns.
        returns: String,
    },
    /// Code that is not one of the few statements that are understood.
    #[error(
        "code that this reader does not run: `{text}`; expected tables of numbers, constants, or the unit conversions of MATPOWER's distribution cases"
    )]
    Code {
        /// The beginning of the statement.
        text: String,
    },
    /// Something that the grammar does not have here.
    #[error("found {found}; expected {expected}")]
    Syntax {
        /// What is there.
        found: String,
        /// What could be there.
        expected: &'static str,
    },
    /// A table, string or block comment without its end.
    #[error("{what} begun at line {begun} has no end; expected {expected}")]
    Unclosed {
        /// What it is.
        what: String,
        /// The line where it begins.
        begun: usize,
        /// What would end it.
        expected: &'static str,
    },
    /// A table, or `baseMVA`, that is not there.
    #[error("`{name}` is missing; expected {expected}")]
    Missing {
        /// Its name.
        name: &'static str,
        /// The form that it has.
        expected: &'static str,
    },
    /// The same table again.
    #[error("`{name}` is given again; expected once (line {first})")]
    Repeated {
        /// Its name.
        name: String,
        /// The line of the first.
        first: usize,
    },
    /// A row with another number of columns than the table, or a table with too few.
    #[error("{found} columns; expected {expected}")]
    ColumnCount {
        /// Columns found.
        found: usize,
        /// Columns that would be right.
        expected: String,
    },
    /// A value that no such field can have.
    #[error("{found}; expected {expected}")]
    Value {
        /// The value.
        found: String,
        /// What would be right.
        expected: &'static str,
    },
    /// Two buses with one number.
    #[error("bus number {id} is used again (first at line {first}); expected each number once")]
    DuplicateBus {
        /// The number.
        id: u64,
        /// Line of the first.
        first: usize,
    },
    /// A branch, generator or DC line at a bus that is not in the bus table.
    #[error("bus {id} is not in the bus table; expected the number of a bus")]
    UnknownBus {
        /// The number.
        id: u64,
    },
}

/// All that is wrong with a file: at least one error, at most [`MOST_ERRORS`].
#[derive(Debug, Clone, PartialEq)]
pub struct ReadErrors {
    /// The errors, in the order in which they were found.
    pub errors: Vec<ReadError>,
    /// How many more there are.
    pub more: usize,
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

/// Something about a case that reads well, which a person may want to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Line in the file, from 1; the first, where several are meant; 0 for the file as a whole.
    pub line: usize,
    /// How many rows it is about; 1 for anything else.
    pub times: usize,
    /// What it is.
    pub kind: NoteKind,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        write!(f, "{}", self.kind)?;
        if self.times > 1 {
            write!(f, " ({} rows, this is the first)", self.times)?;
        }
        Ok(())
    }
}

/// The kinds of note.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NoteKind {
    /// A conversion of the file was applied.
    #[error("applied: {text}")]
    Converted {
        /// The statement, in words.
        text: String,
    },
    /// Code under a condition that is false.
    #[error("skipped: `if {name}`, as {name} = 0")]
    Skipped {
        /// The name in the condition.
        name: String,
    },
    /// A table that the network has no place for.
    #[error("`{name}` is not used")]
    Ignored {
        /// Its name.
        name: String,
    },
    /// No `mpc.version`.
    #[error("no `mpc.version`; read as version 2")]
    NoVersion,
    /// No bus of type 3.
    #[error("no reference bus (type 3)")]
    NoReference,
    /// A list of names that does not fit its table, and was left out.
    #[error("`{name}` has {found} entries for {expected} rows; left out")]
    NameCount {
        /// The list.
        name: &'static str,
        /// Its entries.
        found: usize,
        /// Rows of its table.
        expected: usize,
    },
    /// A row whose lower limit is above its upper.
    #[error("{table}: {low} is above {high}")]
    LimitsCrossed {
        /// The table.
        table: &'static str,
        /// The lower limit.
        low: &'static str,
        /// The upper limit.
        high: &'static str,
    },
    /// A branch whose ends are one bus.
    #[error("branch: both ends at one bus")]
    Loop,
    /// A branch with no impedance.
    #[error("branch: r and x are both 0")]
    ZeroImpedance,
    /// Columns after the last that the format knows.
    #[error("{table}: {found} columns, of which the format knows {known}; the rest is not used")]
    ExtraColumns {
        /// The table.
        table: &'static str,
        /// Columns found.
        found: usize,
        /// Columns of a solved case.
        known: usize,
    },
}

/// Gathers errors and notes while a file is read.
#[derive(Default)]
pub(super) struct Findings {
    errors: Vec<ReadError>,
    more: usize,
    notes: Vec<Note>,
}

impl Findings {
    pub fn error(&mut self, line: usize, kind: ErrorKind) {
        self.error_at(line, None, kind);
    }

    /// The place is a closure so that a file with a million errors does not format a million places.
    pub fn error_in(&mut self, line: usize, field: impl FnOnce() -> String, kind: ErrorKind) {
        if self.errors.len() < MOST_ERRORS {
            self.error_at(line, Some(field()), kind);
        } else {
            self.more += 1;
        }
    }

    fn error_at(&mut self, line: usize, field: Option<String>, kind: ErrorKind) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(ReadError { line, field, kind });
        } else {
            self.more += 1;
        }
    }

    /// The same note on another row is counted, not repeated.
    pub fn note(&mut self, line: usize, kind: NoteKind) {
        if let Some(n) = self.notes.iter_mut().find(|n| n.kind == kind) {
            n.times += 1;
        } else if self.notes.len() < MOST_ERRORS {
            self.notes.push(Note { line, times: 1, kind });
        }
    }

    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The notes, where nothing is wrong.
    pub fn settle(mut self) -> Result<Vec<Note>, ReadErrors> {
        if self.errors.is_empty() {
            self.notes.sort_by_key(|n| n.line);
            Ok(self.notes)
        } else {
            // Stable: what was found at one line stays in the order in which it was found.
            self.errors.sort_by_key(|e| e.line);
            Err(ReadErrors { errors: self.errors, more: self.more })
        }
    }
}
