//! `relight`: from a damaged grid and a list of offers to a repair plan, on the command line.
//!
//! Glue alone: [`args`] says what can be asked, without touching a file; [`commands`] reads the files,
//! calls the library that knows, and says what it found. Exit codes: 0 done; 1 the answer is "no"; 2 wrong
//! use or bad input; 3 an error of the program itself.

mod args;
mod commands;
mod console;
mod failure;
mod numbers;
mod progress;
mod summary;
mod time;

use std::ffi::OsString;
use std::io::Write as _;
use std::panic::{PanicHookInfo, UnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use args::Cli;
use console::Console;
use failure::{Answer, Failure};
use relight_files::{load, save};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(tell_of_panic));
    let arguments: Vec<OsString> = std::env::args_os().collect();
    guarded(|| run(&arguments))
}

/// A panic is a fault of the program, and has been told by the hook.
fn guarded(work: impl FnOnce() -> ExitCode + UnwindSafe) -> ExitCode {
    catch_unwind(work).unwrap_or(ExitCode::from(3))
}

fn run(arguments: &[OsString]) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return tell_of_usage(&error, arguments),
    };
    let console = Console::new(&cli.common);
    let outcome = commands::run(&cli.command, console);
    match outcome {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::BadInput) => ExitCode::from(2),
        Err(failure) => {
            failure::tell(&failure, console);
            ExitCode::from(2)
        }
    }
}

/// Help and version come this way too, and are no failures.
fn tell_of_usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if error.use_stderr() && arguments.iter().any(|a| a == "--json") {
        let text = error.to_string();
        let message = text.trim().trim_start_matches("error: ");
        failure::tell(&Failure::new(message), Console::json());
    } else {
        // A closed pipe is no reason to complain.
        let _ = error.print();
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let what = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let place = panic.location().map_or(String::new(), |l| format!(" ({}:{})", l.file(), l.line()));
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "relight: internal error: {what}{place}");
    let _ = writeln!(
        err,
        "This is a fault of relight {}, not of your input. Please report it to its maintainers, with the line \
         above, the command, and the input if it may be shared.",
        env!("CARGO_PKG_VERSION")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_exit_code_3_and_no_other_is_changed() {
        assert_eq!(guarded(|| panic!("on purpose")), ExitCode::from(3));
        assert_eq!(guarded(|| ExitCode::from(1)), ExitCode::from(1));
    }
}
