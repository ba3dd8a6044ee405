//! Counts of tests, read from the summary lines of nextest, of cargo's own runner, and of pytest.

use std::fmt;
use std::ops::{Add, AddAssign};

/// How many tests passed, failed and were skipped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Tests that ran and held.
    pub passed: u64,
    /// Tests that failed, timed out, or could not be started.
    pub failed: u64,
    /// Tests that did not run.
    pub skipped: u64,
}

impl Tally {
    /// One check that is not a test of its own runner, such as a fuzz target.
    pub fn of_check(held: bool) -> Self {
        Self { passed: u64::from(held), failed: u64::from(!held), skipped: 0 }
    }

    /// The counts of a summary line; zero for any other line.
    ///
    /// Known forms: nextest's `Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed
    /// out, 3 skipped`, `test result: ok. 7 passed; 0 failed; 1 ignored; ...` of `cargo test`, and pytest's
    /// `== 1 failed, 7 passed, 3 skipped, 1 error in 4.56s ==`.
    pub fn of_line(line: &str) -> Self {
        let line = without_colour(line);
        let mut tally = Self::default();
        let nextest = line.trim_start().starts_with("Summary [")
            && (line.contains("tests run:") || line.contains("test run:"));
        let pytest = line.starts_with("==") && line.contains(" in ");
        if !nextest && !pytest && !line.starts_with("test result:") {
            return tally;
        }
        let words: Vec<&str> =
            line.split(|c: char| c.is_whitespace() || ",;()".contains(c)).collect();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => tally.passed += count,
                "failed" | "timed" | "exec" | "error" | "errors" => tally.failed += count,
                "skipped" | "ignored" => tally.skipped += count,
                _ => {}
            }
        }
        tally
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// The line without terminal colour codes (`ESC [ ... m`).
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, tail)| tail);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn reads_the_summary_of_nextest_with_colours() {
        let line = "\u{1b}[31;1m     Summary\u{1b}[0m [   1.234s] \u{1b}[1m10\u{1b}[0m tests run: \
                    \u{1b}[1m6\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m (\u{1b}[1m1\u{1b}[0m slow), \
                    2 failed, 1 timed out, 1 exec failed, 3 skipped\n";
        assert_eq!(Tally::of_line(line), Tally { passed: 6, failed: 4, skipped: 3 });
        let one = "     Summary [   0.005s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(Tally::of_line(one), Tally { passed: 1, failed: 0, skipped: 0 });
    }

    #[test]
    fn reads_the_summary_of_cargo_test() {
        let line = "test result: FAILED. 7 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(Tally::of_line(line), Tally { passed: 7, failed: 2, skipped: 1 });
    }

    #[test]
    fn reads_the_summary_of_pytest() {
        let line = "\u{1b}[31m===== \u{1b}[1m2 failed\u{1b}[0m, 61 passed, 1 skipped, 1 warning, 1 error in 12.34s (0:01:02) =====";
        assert_eq!(Tally::of_line(line), Tally { passed: 61, failed: 3, skipped: 1 });
        assert_eq!(Tally::of_line("===== test session starts in here ====="), Tally::default());
    }

    #[test]
    fn takes_no_other_line_for_a_summary() {
        for line in ["running 3 tests", "test a ... ok", "5 passed", "  Starting 9 tests", ""] {
            assert_eq!(Tally::of_line(line), Tally::default(), "{line}");
        }
    }
}
