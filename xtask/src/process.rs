//! Running other programs, and saying so with the time that has passed.

use std::fmt;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use crate::tally::Tally;

/// What a verb gives back: nothing, or one sentence on what failed and what to do.
pub type Outcome<T = ()> = Result<T, Failure>;

/// One sentence for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<String> for Failure {
    fn from(sentence: String) -> Self {
        Self(sentence)
    }
}

impl From<&str> for Failure {
    fn from(sentence: &str) -> Self {
        Self(sentence.to_owned())
    }
}

/// Prints one line to standard error after the seconds since the first line.
pub fn say(line: &str) {
    static START: OnceLock<Instant> = OnceLock::new();
    let seconds = START.get_or_init(Instant::now).elapsed().as_secs();
    eprintln!("[{:>2}:{:02}] {line}", seconds / 60, seconds % 60);
}

/// The command as one would type it.
fn typed(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn not_started(command: &Command, error: &io::Error) -> Failure {
    format!("`{}` cannot be started: {error}", command.get_program().to_string_lossy()).into()
}

/// Runs a command with its output on ours; anything but success is a failure.
pub fn execute(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}`: {status}", typed(command)).into()) }
}

/// Runs a command in silence and gives its standard output; its errors still show.
pub fn read(command: &mut Command) -> Outcome<String> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("`{}`: {}", typed(command), output.status).into())
    }
}

/// Whether a command starts and succeeds; nothing of it is shown.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a test runner, passes on what it prints, and counts the tests that its summary lines name.
///
/// The counts come back even if the runner fails: then at least one failure is among them.
pub fn run_tests(command: &mut Command) -> Outcome<Tally> {
    if io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut tally = std::thread::scope(|scope| {
        let second = scope.spawn(|| stderr.map(pass_on).unwrap_or_default());
        let first = stdout.map(pass_on).unwrap_or_default();
        first + second.join().unwrap_or_default()
    });
    let status = child.wait().map_err(|error| not_started(command, &error))?;
    if !status.success() {
        say(&format!("`{}`: {status}", typed(command)));
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

fn pass_on(stream: impl io::Read) -> Tally {
    let mut tally = Tally::default();
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A closed terminal must not end the tests: their verdict is the exit status.
        let _ = io::stderr().write_all(&line);
        tally += Tally::of_line(&String::from_utf8_lossy(&line));
        line.clear();
    }
    tally
}
