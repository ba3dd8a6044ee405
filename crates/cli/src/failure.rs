//! What a command comes to: an answer, or a failure that is told to a person or a program.

use std::fmt::Write as _;
use std::path::Path;

use relight_restore::scenario::{Finding, Findings, Severity};
use serde::Serialize;

use crate::console::{Console, Ink, complain};

/// What a command that ran to its end says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Exit code 0.
    Yes,
    /// Exit code 1.
    No,
    /// Exit code 2, where a document has said what is wrong already.
    BadInput,
}

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

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    errors: &'a [Problem],
    warnings: &'a [Problem],
    more: usize,
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

    /// Says it: to people on standard error, to programs as a document on standard output.
    pub fn tell(&self, console: Console) {
        if console.json {
            let document = Document {
                schema: "relight.errors/1",
                errors: &self.errors,
                warnings: &self.warnings,
                more: self.more,
            };
            // Where standard output fails too there is nobody left to tell.
            let _ = console.document(&document);
        } else {
            complain(&self.text(console));
        }
    }

    /// The warnings, then the errors, a line each: what must be mended stands last, where the eye is. What was
    /// assumed is of no interest while nothing can be done with it.
    fn text(&self, console: Console) -> String {
        let mut text = String::new();
        let warnings: Vec<&Problem> =
            self.warnings.iter().filter(|w| w.code != "assumed").collect();
        for (word, ink, problems) in
            [("warning", Ink::Yellow, warnings), ("error", Ink::Red, self.errors.iter().collect())]
        {
            for problem in problems {
                let _ = writeln!(text, "{}: {}", console.err_ink(ink, word), problem.text);
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
