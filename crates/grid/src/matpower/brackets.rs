//! What is in brackets: rows of numbers, lists of names, and tables that are passed over.

use super::cursor::is_name_start;
use super::error::ErrorKind;
use super::expression::evaluate;
use super::statements::{Hopeless, Reader};
use super::table::Table;

impl Reader<'_, '_> {
    /// The rows of a table, to its `]`.
    pub(super) fn rows(&mut self, mut table: Table) -> Result<Table, Hopeless> {
        let mut row_line = self.cursor.line();
        loop {
            self.cursor.blanks();
            if table.filled() == 0 {
                row_line = self.cursor.line();
            }
            match self.cursor.peek() {
                Some(b'%') => {
                    self.comment()?;
                }
                Some(b',') => {
                    self.cursor.advance();
                    self.cursor.blanks();
                    if table.filled() == 0 || self.cursor.peek() == Some(b',') {
                        let found = "a comma with no number before it".to_owned();
                        let expected = "a number";
                        self.findings
                            .error(self.cursor.line(), ErrorKind::Syntax { found, expected });
                    }
                }
                Some(b';' | b']' | b'\n' | b'\r') => {
                    let number = table.row_number();
                    if let Err(found) = table.end_row(row_line) {
                        let spec = table.spec;
                        let expected = format!("{} to {}", spec.fewest, spec.most);
                        self.findings.error_in(
                            row_line,
                            || format!("{} row {number}", spec.name),
                            ErrorKind::ColumnCount { found, expected },
                        );
                    }
                    if self.cursor.take(b']') {
                        return Ok(table);
                    }
                    if !self.cursor.newline() {
                        self.cursor.advance();
                    }
                }
                _ if self.unclosed(
                    &format!("the table `mpc.{}`", table.spec.name),
                    table.line,
                    "`]`",
                ) =>
                {
                    return Ok(table);
                }
                _ => self.entry(&mut table),
            }
        }
    }

    /// One entry of a table.
    fn entry(&mut self, table: &mut Table) {
        let mark = self.cursor.mark();
        let line = self.cursor.line();
        let value = match self.plain_number() {
            Some(value) => Ok(value),
            None => evaluate(&mut self.cursor, &self.contents.scope, true),
        };
        let expected = match value {
            Ok(_) if !self.at_entry_end() => "a number, then a blank, comma or row end",
            Ok(value) if value.is_nan() && table.keeps_next() => "a number",
            Ok(value) => {
                table.push(value);
                return;
            }
            Err(expected) => expected,
        };
        self.cursor.back_to(mark);
        let mut inside = 0_usize;
        while let Some(b) = self.cursor.peek() {
            match b {
                b'\n' | b'\r' | b';' | b'%' | b']' => break,
                b' ' | b'\t' | b',' if inside == 0 => break,
                b'(' => inside += 1,
                b')' => inside = inside.saturating_sub(1),
                _ => {}
            }
            self.cursor.advance();
        }
        let found = format!("`{}`", self.cursor.snippet_since(mark));
        let (spec, row, column) = (table.spec, table.row_number(), table.filled());
        self.findings.error_in(
            line,
            || match spec.columns.get(column) {
                Some(name) => format!("{} row {row}, {name} (column {})", spec.name, column + 1),
                None => format!("{} row {row}, column {}", spec.name, column + 1),
            },
            ErrorKind::Syntax { found, expected },
        );
        table.push(f64::NAN);
    }

    /// The common entry: a number with at most a sign, and nothing after it that could be an operator.
    fn plain_number(&mut self) -> Option<f64> {
        let mark = self.cursor.mark();
        let negative = self.cursor.take(b'-');
        let value = self.cursor.number();
        let alone = match self.cursor.peek() {
            Some(b';' | b'\n' | b'\r' | b',' | b']') => true,
            Some(b' ' | b'\t') => matches!(
                self.cursor.peek_at(1),
                Some(b'0'..=b'9' | b';' | b'\n' | b'\r' | b',' | b']')
            ),
            _ => false,
        };
        match value {
            Some(value) if alone || self.blank_then_entry() => {
                Some(if negative { -value } else { value })
            }
            _ => {
                self.cursor.back_to(mark);
                None
            }
        }
    }

    /// Blanks and then a digit, or a sign glued to what follows it.
    fn blank_then_entry(&self) -> bool {
        let mut ahead = 0;
        while matches!(self.cursor.peek_at(ahead), Some(b' ' | b'\t')) {
            ahead += 1;
        }
        ahead > 0
            && match self.cursor.peek_at(ahead) {
                Some(b'0'..=b'9' | b';' | b'\n' | b'\r' | b',' | b']') => true,
                Some(b'-') => self.cursor.peek_at(ahead + 1).is_some_and(|b| b.is_ascii_digit()),
                _ => false,
            }
    }

    fn at_entry_end(&self) -> bool {
        matches!(
            self.cursor.peek(),
            None | Some(
                b' ' | b'\t' | b'\x0b' | b'\x0c' | b',' | b';' | b'\n' | b'\r' | b'%' | b']'
            )
        ) || self.cursor.at_continuation()
    }

    /// The end of the file, or the next `mpc.`, inside of brackets: reports that they are not closed.
    fn unclosed(&mut self, what: &str, begun: usize, expected: &'static str) -> bool {
        let mark = self.cursor.mark();
        let ends = self.cursor.peek().is_none()
            || (self.cursor.name() == Some(&self.contents.scope.case)
                && self.cursor.peek() == Some(b'.'));
        self.cursor.back_to(mark);
        if ends {
            let what = what.to_owned();
            self.findings.error(self.cursor.line(), ErrorKind::Unclosed { what, begun, expected });
        }
        ends
    }

    /// The strings of a cell array, in reading order.
    pub(super) fn names(&mut self, what: &str) -> Result<Vec<String>, Hopeless> {
        let begun = self.cursor.line();
        let mut entries = Vec::new();
        self.cursor.advance();
        loop {
            self.cursor.blanks();
            let line = self.cursor.line();
            match self.cursor.string() {
                Ok(Some(text)) => {
                    entries.push(text);
                    continue;
                }
                Ok(None) => {}
                Err(()) => {
                    let what = "a string".to_owned();
                    let expected = "a quote on the same line";
                    self.findings.error(line, ErrorKind::Unclosed { what, begun: line, expected });
                    continue;
                }
            }
            if self.cursor.take(b'}') {
                return Ok(entries);
            }
            let between = self.cursor.newline()
                || self.cursor.take(b';')
                || self.cursor.take(b',')
                || self.comment()?;
            if between {
                continue;
            }
            if self.unclosed(&format!("the list `{what}`"), begun, "`}`") {
                return Ok(entries);
            }
            let found = format!("`{}`", self.cursor.snippet());
            self.findings.error_in(
                line,
                || what.to_owned(),
                ErrorKind::Syntax { found, expected: "names in quotes" },
            );
            self.cursor.rest_of_line();
        }
    }

    /// Skips brackets and what is in them.
    pub(super) fn pass_over(&mut self, field: &str) -> Result<(), Hopeless> {
        let begun = self.cursor.line();
        let mut depth = 0_usize;
        let mut after_blank = true;
        loop {
            after_blank |= self.cursor.blanks();
            match self.cursor.peek() {
                Some(b'[' | b'{' | b'(') => {
                    depth += 1;
                    after_blank = true;
                }
                Some(b']' | b'}' | b')') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.cursor.advance();
                        return Ok(());
                    }
                    after_blank = false;
                }
                Some(b'%') => {
                    self.comment()?;
                    continue;
                }
                Some(b'\n' | b'\r') => {
                    self.cursor.newline();
                    after_blank = true;
                    continue;
                }
                // Elsewhere a quote is a transpose.
                Some(b'\'' | b'"') if after_blank => {
                    let line = self.cursor.line();
                    if self.cursor.string().is_err() {
                        let (what, expected) = ("a string".to_owned(), "a quote on the same line");
                        self.findings
                            .error(line, ErrorKind::Unclosed { what, begun: line, expected });
                    }
                    after_blank = false;
                    continue;
                }
                Some(b',' | b';' | b'=') => after_blank = true,
                other => {
                    let may_end = other.is_none_or(is_name_start);
                    if may_end
                        && self.unclosed(&format!("the table `mpc.{field}`"), begun, "its bracket")
                    {
                        return Ok(());
                    }
                    after_blank = false;
                    if self.cursor.name().is_some() {
                        continue;
                    }
                }
            }
            self.cursor.advance();
        }
    }
}
