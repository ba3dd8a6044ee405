//! Standard output and standard error: who may write what, and in colour or not.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};

use serde::Serialize;

use crate::args::{Color, Common};
use crate::failure::Failure;

/// What a command may say, and how.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Console {
    /// Results are one JSON document.
    pub json: bool,
    /// Whether progress is told.
    pub progress: bool,
    /// Whether progress may overwrite its line.
    pub one_line: bool,
    quiet: bool,
    out_color: bool,
    err_color: bool,
}

/// How a piece of text stands out on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
}

impl Console {
    /// Looks at the options, the terminal and `NO_COLOR`.
    pub fn new(common: &Common) -> Self {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
            || std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        let color = |terminal: bool| match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !plain,
        };
        Console {
            json: common.json,
            progress: common.progress || (err && !common.quiet),
            one_line: err,
            quiet: common.quiet,
            out_color: color(out),
            err_color: color(err),
        }
    }

    /// A console for a command line that could not be understood but asks for JSON.
    pub fn json() -> Self {
        Console {
            json: true,
            progress: false,
            one_line: false,
            quiet: false,
            out_color: false,
            err_color: false,
        }
    }

    /// Text for standard output in colour, where that is wanted.
    pub fn ink(self, ink: Ink, text: impl Display) -> String {
        paint(self.out_color, ink, &text)
    }

    /// Text for standard error in colour, where that is wanted.
    pub fn err_ink(self, ink: Ink, text: impl Display) -> String {
        paint(self.err_color, ink, &text)
    }

    /// Prints what a person asked for, unless programs read or nobody listens.
    pub fn say(self, text: &str) -> Result<(), Failure> {
        if self.quiet || self.json { Ok(()) } else { write_out(text.as_bytes()) }
    }

    /// Prints a JSON document where one is asked for; `--quiet` does not silence an answer that was asked for.
    pub fn document<T: Serialize>(self, document: &T) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let mut bytes = serde_json::to_vec_pretty(document)
            .map_err(|e| Failure::new(format!("the answer cannot be written as JSON: {e}")))?;
        bytes.push(b'\n');
        write_out(&bytes)
    }
}

/// A line on standard error. Nothing can be done where that fails.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn paint(on: bool, ink: Ink, text: &impl Display) -> String {
    if !on {
        return text.to_string();
    }
    let code = match ink {
        Ink::Bold => 1,
        Ink::Dim => 2,
        Ink::Red => 31,
        Ink::Yellow => 33,
        Ink::Green => 32,
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Writes to standard output. Whoever reads may stop reading: a broken pipe is no error.
pub fn write_out(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {e}")))
        }
        _ => Ok(()),
    }
}
