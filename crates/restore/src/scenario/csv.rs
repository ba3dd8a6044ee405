//! Splits comma-separated text into rows of cells, strictly, with the line at which each row begins.
//!
//! RFC 4180 with what spreadsheets write: `\n` or `\r\n`, quoted cells with doubled quotes and line ends in
//! them, blank lines passed over. A quote that is not closed and text after a closing quote are errors:
//! a lenient reader would swallow the rest of the table. Cells are slices of the text, and no row holds
//! more of them than its caller asked for, so that memory is bounded whatever a line looks like.

use std::borrow::Cow;

/// What can be wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteError {
    /// The quote is not closed before the end of the file.
    Open,
    /// Something stands between a closing quote and the next comma.
    TextAfter,
}

/// One row.
#[derive(Debug, Default)]
pub(super) struct RawRow<'a> {
    /// The line at which it begins, from 1.
    pub line: usize,
    /// The cells, trimmed: the first as many as were asked for.
    pub cells: Vec<Cow<'a, str>>,
    /// How many there are.
    pub count: usize,
}

/// Walks through a text, row by row.
pub(super) struct Splitter<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Splitter<'a> {
    pub fn new(text: &'a str) -> Self {
        Splitter { rest: text, line: 1 }
    }

    /// Reads the next row that has anything in it, keeping at most `most` of its cells. `None` at the end.
    /// After an error the rest of the file is not read: where the next row begins cannot be told.
    pub fn next(&mut self, most: usize) -> Option<Result<RawRow<'a>, (usize, QuoteError)>> {
        while !self.rest.is_empty() {
            let mut row = RawRow { line: self.line, ..RawRow::default() };
            loop {
                let cell = match self.cell() {
                    Ok(cell) => cell,
                    Err(error) => return Some(Err((self.line, error))),
                };
                row.count += 1;
                if row.cells.len() < most {
                    row.cells.push(cell);
                }
                if !self.take(",") {
                    break;
                }
            }
            if self.take("\r\n") || self.take("\n") || self.take("\r") {
                self.line += 1;
            }
            if row.cells.iter().any(|c| !c.is_empty()) || row.count > row.cells.len() {
                return Some(Ok(row));
            }
        }
        None
    }

    fn take(&mut self, token: &str) -> bool {
        self.rest.strip_prefix(token).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    /// Everything up to a byte that `stop` accepts, or the end.
    fn until(&mut self, stop: &[char]) -> &'a str {
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (found, rest) = self.rest.split_at(end);
        self.rest = rest;
        found
    }

    fn cell(&mut self) -> Result<Cow<'a, str>, QuoteError> {
        const ENDS: [char; 3] = [',', '\n', '\r'];
        let quoted = self.rest.trim_start_matches([' ', '\t']);
        if !quoted.starts_with('"') {
            return Ok(Cow::Borrowed(self.until(&ENDS).trim()));
        }
        let opened = self.line;
        self.rest = &quoted[1..];
        let mut text = Cow::Borrowed("");
        loop {
            let part = self.until(&['"']);
            if self.rest.is_empty() {
                self.line = opened;
                return Err(QuoteError::Open);
            }
            self.line += part.matches('\n').count();
            self.take("\"");
            // `Cow` stays borrowed while there is one part only.
            text += part;
            if !self.take("\"") {
                break;
            }
            text += "\"";
        }
        if !self.until(&ENDS).trim().is_empty() {
            return Err(QuoteError::TextAfter);
        }
        Ok(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let mut splitter = Splitter::new(text);
        let mut rows = Vec::new();
        while let Some(row) = splitter.next(10) {
            let row = row.unwrap();
            rows.push((row.line, row.cells.iter().map(ToString::to_string).collect()));
        }
        rows
    }

    #[test]
    fn lines_are_right_after_quoted_line_ends_and_blank_lines() {
        let text = "a,b\r\n\r\n \"x\ny\" ,\"say \"\"so\"\"\"\n,\n1,\n";
        let expected = [(1, ["a", "b"]), (3, ["x\ny", "say \"so\""]), (6, ["1", ""])]
            .map(|(line, cells)| (line, cells.map(str::to_owned).to_vec()));
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn a_quote_left_open_is_named_with_the_line_where_it_opens() {
        let mut splitter = Splitter::new("a\nb\n\"c\nd\ne");
        assert!(splitter.next(1).unwrap().is_ok() && splitter.next(1).unwrap().is_ok());
        assert_eq!(splitter.next(1).unwrap().unwrap_err(), (3, QuoteError::Open));
        let mut splitter = Splitter::new("\"a\"b,c");
        assert_eq!(splitter.next(1).unwrap().unwrap_err(), (1, QuoteError::TextAfter));
    }

    #[test]
    fn cells_beyond_the_asked_are_counted_and_not_kept() {
        let row = Splitter::new("1,2,3,4,5").next(2).unwrap().unwrap();
        assert_eq!((row.cells.len(), row.count), (2, 5));
    }
}
