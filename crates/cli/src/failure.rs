//! What a command comes to: an answer, or a failure that is told to a person or a program.

use relight_restore::scenario::Severity;
use serde::Serialize;

use crate::console::{Console, Ink, complain};

pub use relight_files::{Failure, Problem};

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

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    errors: &'a [Problem],
    warnings: &'a [Problem],
    more: usize,
}

/// Says what is wrong: to people on standard error, to programs as a document on standard output.
pub fn tell(failure: &Failure, console: Console) {
    if console.json {
        let document = Document {
            schema: "relight.errors/1",
            errors: &failure.errors,
            warnings: &failure.warnings,
            more: failure.more,
        };
        // Where standard output fails too there is nobody left to tell.
        let _ = console.document(&document);
    } else {
        let ink = |severity| match severity {
            Severity::Error => Ink::Red,
            Severity::Warning => Ink::Yellow,
        };
        complain(&failure.text(|severity, word| console.err_ink(ink(severity), word)));
    }
}
