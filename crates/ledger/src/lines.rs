//! The lines on which rows of CSV begin.

/// Counts line ends up to a place, which only goes forward.
///
/// The reader of CSV has counted the end of the row before only where that was a bare line feed; with `\r\n` it is one line
/// behind.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub fn new(bytes: &'a [u8]) -> Lines<'a> {
        Lines { bytes, at: 0, line: 1 }
    }

    /// The line on which the row begins, from 1; 0 where its place is not known.
    pub fn of(&mut self, place: Option<&csv::Position>) -> u64 {
        let Some(place) = place else { return 0 };
        let start = usize::try_from(place.byte()).unwrap_or(usize::MAX).min(self.bytes.len());
        let ends = self.bytes.get(start..).unwrap_or_default();
        let ends = ends.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let until = (start + ends).max(self.at);
        let passed = self.bytes.get(self.at..until).unwrap_or_default();
        self.line += passed.split(|b| *b == b'\n').count().saturating_sub(1) as u64;
        self.at = until;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_where_an_editor_shows_them_whatever_ends_a_line() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "1,\"x", "y\"", "", "2,z"].join(end);
            let mut lines = Lines::new(text.as_bytes());
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let found: Vec<u64> =
                reader.records().map(|r| lines.of(r.expect("a row").position())).collect();
            assert_eq!(found, [1, 2, 5], "{end:?}");
        }
    }
}
