//! What is wrong with a scenario folder, or worth saying about one: all of it, not the first only.

use std::collections::BTreeMap;
use std::fmt;

/// Errors and warnings kept of each file; the rest are counted, so that one wrecked table neither hides
/// the errors of the others nor fills the memory.
pub const MOST_FINDINGS: usize = 50;

/// Characters of a value that a finding shows.
const SHOWN: usize = 60;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be planned with.
    Error,
    /// It can; a person should know.
    Warning,
}

/// What a finding is about, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A required file is not there.
    MissingFile,
    /// A file is not UTF-8 text.
    Encoding,
    /// A file, line, cell or table is larger than what is read.
    TooLarge,
    /// `scenario.toml` is not TOML.
    Toml,
    /// A key of `scenario.toml` is missing.
    MissingKey,
    /// A key of `scenario.toml` that means nothing here.
    UnknownKey,
    /// `grid` is not the plain name of a file of the folder.
    GridName,
    /// The grid file has an error, or a note of its reader.
    Grid,
    /// A file without content.
    Empty,
    /// Quotes that are not closed, or text after a closing quote.
    Quotes,
    /// A required column is missing.
    MissingColumn,
    /// A column that means nothing here.
    UnknownColumn,
    /// Two columns of one name.
    DuplicateColumn,
    /// A row with more or fewer cells than the header.
    CellCount,
    /// An empty cell, or a missing column, where a value is required.
    MissingValue,
    /// A value that the column or key cannot have.
    Value,
    /// An identifier, or an element, for the second time.
    Duplicate,
    /// A name that no table defines, or an element that the grid does not have.
    UnknownReference,
    /// Jobs that wait for each other.
    Cycle,
    /// Something was not given, and this was taken instead.
    Assumed,
    /// Two statements that do not go together, or work that can never be done.
    Inconsistent,
}

/// One thing about a scenario folder, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the file.
    pub file: String,
    /// Line in the file, from 1. `None`: the file as a whole.
    pub line: Option<usize>,
    /// The column of a table, or the key of `scenario.toml`.
    pub column: Option<String>,
    /// The value as written, shortened where it is long.
    pub value: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What would be right, and hints; empty where the message says all.
    pub expected: String,
    /// How grave it is.
    pub severity: Severity,
    /// What it is about.
    pub code: Code,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        if let Some(column) = &self.column {
            let what = if is_table(&self.file) { "column" } else { "key" };
            write!(f, "{what} \"{column}\": ")?;
        }
        f.write_str(&self.message)?;
        if !self.message.contains(&self.expected) {
            write!(f, "; expected {}", self.expected)?;
        }
        Ok(())
    }
}

fn is_table(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, extension)| extension == "csv")
}

/// All that was found in a folder that cannot be planned with: at least one error, and the warnings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// By file, in the order in which a person would fill them in, and by line.
    pub findings: Vec<Finding>,
    /// Findings beyond [`MOST_FINDINGS`] of a file and severity, which are not listed.
    pub more: usize,
    /// Errors and warnings of each file.
    counts: BTreeMap<String, [usize; 2]>,
}

impl Findings {
    /// The errors.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.severity == Severity::Error)
    }

    /// Adds a finding, or counts it where its file has too many.
    pub(super) fn push(&mut self, finding: Finding) {
        let counts = self.counts.entry(finding.file.clone()).or_default();
        let count = &mut counts[usize::from(finding.severity == Severity::Warning)];
        *count += 1;
        if *count <= MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, finding) in self.findings.iter().enumerate() {
            let end = if i > 0 { "\n" } else { "" };
            let word = if finding.severity == Severity::Warning { "warning: " } else { "" };
            write!(f, "{end}{word}{finding}")?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

impl Finding {
    /// An error about a file as a whole; the methods below add to it.
    pub(super) fn error(file: &str, code: Code, message: impl Into<String>) -> Self {
        Finding {
            file: file.to_owned(),
            line: None,
            column: None,
            value: None,
            message: message.into(),
            expected: String::new(),
            severity: Severity::Error,
            code,
        }
    }

    /// A warning about a file as a whole.
    pub(super) fn warning(file: &str, code: Code, message: impl Into<String>) -> Self {
        Finding { severity: Severity::Warning, ..Finding::error(file, code, message) }
    }

    pub(super) fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    pub(super) fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    pub(super) fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    pub(super) fn value(mut self, value: &str) -> Self {
        self.value = Some(shown(value));
        self
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }
}

/// A value as a message shows it: on one line, and not for ever.
pub(super) fn shown(value: &str) -> String {
    let mut shown: String =
        value.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
