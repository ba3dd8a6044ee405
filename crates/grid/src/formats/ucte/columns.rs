//! A line of fixed columns.

use super::super::finding::Findings;

/// Bytes of a line that hold anything; the format ends long before.
const MOST: usize = 256;

/// A line. Columns count from 1, as in the definition of the format.
pub(super) struct Columns<'a> {
    pub line: usize,
    text: &'a [u8],
}

impl<'a> Columns<'a> {
    pub fn new(line: usize, text: &'a [u8]) -> Self {
        let text = text.trim_ascii_end();
        Columns { line, text: text.get(..text.len().min(MOST)).unwrap_or_default() }
    }

    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// The letters after `##`, where the line begins a block.
    pub fn block(&self) -> Option<String> {
        self.text.strip_prefix(b"##").map(|rest| {
            let word = rest.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            String::from_utf8_lossy(word).to_uppercase()
        })
    }

    /// The columns from first to last, without trimming; shorter where the line ends.
    pub fn raw(&self, first: usize, last: usize) -> &'a [u8] {
        let end = last.min(self.text.len());
        self.text.get(first - 1..end).unwrap_or_default()
    }

    pub fn text(&self, first: usize, last: usize) -> String {
        String::from_utf8_lossy(self.raw(first, last).trim_ascii()).into_owned()
    }

    /// A node code: eight characters, of which the last may be a blank.
    pub fn code(&self, first: usize) -> [u8; 8] {
        let mut code = [b' '; 8];
        for (to, from) in code.iter_mut().zip(self.raw(first, first + 7)) {
            *to = *from;
        }
        code
    }

    /// A finite number, `None` where the columns are blank or wrong.
    pub fn number(
        &self,
        first: usize,
        last: usize,
        name: &str,
        findings: &mut Findings,
    ) -> Option<f64> {
        let text = self.text(first, last);
        if text.is_empty() {
            return None;
        }
        let value = text.parse::<f64>().ok().filter(|v| v.is_finite());
        if value.is_none() {
            let message = format!("{text:?}; expected a number");
            findings.error(self.line, first, name, message);
        }
        value
    }
}
