//! Text on its way into a spreadsheet: what a program might take for a formula gets an apostrophe in front, and loses it
//! again when it is read back (OWASP, "CSV Injection").

use std::borrow::Cow;

/// Characters that begin a formula in one spreadsheet or another, the full-width ones included.
const TRIGGERS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a text, less the apostrophes in front and white space after them, could be taken for a formula.
fn could_be_a_formula(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    let first = |text: &str| text.chars().next().is_some_and(|c| TRIGGERS.contains(&c));
    first(bare) || first(bare.trim_start())
}

/// The text as a cell may hold it.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if could_be_a_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text behind a guarded cell.
pub fn unguarded(cell: &str) -> &str {
    if could_be_a_formula(cell) { cell.strip_prefix('\'').unwrap_or(cell) } else { cell }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_held_back() {
        for bad in [
            "=1+1",
            "+1",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "  =1",
            "'=1",
            "＝1",
            "=HYPERLINK(\"http://x\")",
        ] {
            let cell = guarded(bad);
            assert!(cell.starts_with('\''), "{bad}");
            assert_eq!(unguarded(&cell), bad);
        }
        for plain in ["350", "generators", "'tis", "10-20", "a=b", ""] {
            assert_eq!(guarded(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn what_was_guarded_is_read_back(text in "['=+@ a\t-]{0,6}|\\PC{0,12}") {
            let cell = guarded(&text);
            prop_assert_eq!(unguarded(&cell), &text);
        }
    }
}
