//! Wrong use or bad input, told to a person or a program.

use std::fmt::{self, Write as _};
use std::path::Path;

use relight_grid::formats::{self, ReadErrors};
use relight_report::ScheduleError;
use relight_restore::scenario::{Finding, Findings, Severity};
use serde::Serialize;

/// Names that an error lists.
const MOST_NAMES: usize = 12;

/// One thing that is wrong, or worth saying, and where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// Path of the file; `None` where no file is meant.
    pub file: Option<String>,
    /// Line in the file, from 1.
    pub line: Option<u64>,
    /// Column of a table or key of the settings.
    pub column: Option<String>,
    /// The value as written.
    pub value: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What was expected.
    pub expected: Option<String>,
    /// A word for programs.
    pub code: String,
    /// The sentence for people.
    pub text: String,
}

impl Problem {
    /// A problem of no file, or of a file as a whole.
    pub fn new(code: &str, file: Option<&Path>, message: impl Into<String>) -> Self {
        let message = message.into();
        let file = file.map(|f| f.display().to_string());
        let text = file.as_ref().map_or(message.clone(), |f| format!("{f}: {message}"));
        let code = code.to_owned();
        Problem { file, line: None, column: None, value: None, message, expected: None, code, text }
    }

    /// A finding of a scenario folder.
    pub fn of_finding(folder: &Path, finding: &Finding) -> Self {
        let file = folder.join(&finding.file).display().to_string();
        let text = finding.to_string();
        let text = text.strip_prefix(finding.file.as_str()).unwrap_or(&text);
        Problem {
            text: format!("{file}{text}"),
            file: Some(file),
            line: finding.line.map(|l| l as u64),
            column: finding.column.clone(),
            value: finding.value.clone(),
            message: finding.message.clone(),
            expected: Some(finding.expected.clone()).filter(|e| !e.is_empty()),
            code: snake(&format!("{:?}", finding.code)),
        }
    }

    /// A cell of a schedule.
    fn of_schedule(path: &Path, error: &ScheduleError) -> Self {
        let file = path.display().to_string();
        let sentence = error.to_string();
        // The library says "line 3, column ..."; of a file a place reads FILE:LINE.
        let prefix = format!("line {}, ", error.line);
        let rest = sentence.strip_prefix(&prefix).unwrap_or(&sentence);
        Problem {
            text: format!("{file}:{}: {rest}", error.line),
            file: Some(file),
            line: Some(error.line),
            column: Some(error.column.clone()).filter(|c| !c.is_empty()),
            value: Some(error.value.clone()),
            message: sentence.clone(),
            expected: Some(error.expected.clone()),
            code: "schedule".to_owned(),
        }
    }
}

/// `MissingColumn` as `missing_column`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Wrong use or bad input: all of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Failure {
    /// What is wrong.
    pub errors: Vec<Problem>,
    /// What is worth saying beside it.
    pub warnings: Vec<Problem>,
    /// Findings that are not listed.
    pub more: usize,
}

impl Failure {
    /// A failure in one sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Failure { errors: vec![Problem::new("usage", None, message)], ..Failure::default() }
    }

    /// A failure about a file or folder.
    pub fn about(code: &str, path: &Path, message: impl Into<String>) -> Self {
        Failure { errors: vec![Problem::new(code, Some(path), message)], ..Failure::default() }
    }

    /// All that is wrong with a scenario folder.
    pub fn of_findings(folder: &Path, findings: &Findings) -> Self {
        let of = |severity: Severity| {
            let all = findings.findings.iter().filter(|f| f.severity == severity);
            all.map(|f| Problem::of_finding(folder, f)).collect()
        };
        Failure {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            more: findings.more,
        }
    }

    /// All that is wrong with a grid file.
    pub fn of_case(path: &Path, errors: &ReadErrors) -> Self {
        let problem = |e: &formats::Finding| Problem {
            line: Some(e.line as u64).filter(|l| *l > 0),
            column: e.field.clone(),
            text: place(path, e),
            ..Problem::new("grid", Some(path), e.message.clone())
        };
        Failure {
            errors: errors.errors.iter().map(problem).collect(),
            more: errors.more,
            ..Failure::default()
        }
    }

    /// All that is wrong with a schedule.
    pub fn of_schedule(path: &Path, errors: &[ScheduleError]) -> Self {
        let errors = errors.iter().map(|e| Problem::of_schedule(path, e)).collect();
        Failure { errors, ..Failure::default() }
    }

    /// A name that the table of `what` (`need`, `offer`) in `folder` does not have.
    pub fn unknown_name(asked: &str, names: &[&str], what: &str, folder: &Path) -> Self {
        let expected = if names.is_empty() {
            format!("the scenario has no {what}s")
        } else {
            let rest = names.len().saturating_sub(MOST_NAMES);
            let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            format!("expected one of {}{more}", names[..names.len() - rest].join(", "))
        };
        let message = format!("there is no {what} \"{asked}\"; {expected}");
        Failure::about("unknown_reference", &folder.join(format!("{what}s.csv")), message)
    }

    /// The warnings, then the errors, a line each: what must be mended stands last, where the eye is. What was
    /// assumed is of no interest while nothing can be done with it. `paint` may colour the first word of a line.
    pub fn text(&self, paint: impl Fn(Severity, &str) -> String) -> String {
        let mut text = String::new();
        let warnings: Vec<&Problem> =
            self.warnings.iter().filter(|w| w.code != "assumed").collect();
        for (word, severity, problems) in [
            ("warning", Severity::Warning, warnings),
            ("error", Severity::Error, self.errors.iter().collect()),
        ] {
            for problem in problems {
                let _ = writeln!(text, "{}: {}", paint(severity, word), problem.text);
            }
        }
        if self.more > 0 {
            let _ = writeln!(text, "and {} more of the same files", self.more);
        }
        if self.errors.len() > 1 {
            let _ = writeln!(text, "{} errors: nothing was done", self.errors.len());
        }
        text.trim_end().to_owned()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(|_, word| word.to_owned()))
    }
}

impl std::error::Error for Failure {}

/// What is said about a grid file, after its place as `FILE:3:14: `.
pub(crate) fn place(path: &Path, finding: &formats::Finding) -> String {
    let number = |n: usize| if n > 0 { format!(":{n}") } else { String::new() };
    let (line, column) = (number(finding.line), number(finding.column));
    let sentence = formats::Finding { line: 0, ..finding.clone() };
    format!("{}{line}{column}: {sentence}", path.display())
}
