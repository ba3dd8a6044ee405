//! A place in the bytes of the file, which knows its line, and skips space, comments and continuations.

/// Walks over the bytes once, forwards.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pos: usize,
    line: usize,
    line_start: usize,
}

/// A place to come back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pos: usize,
    line: usize,
    line_start: usize,
}

pub(super) fn is_name_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_'
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\x0b' | b'\x0c')
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Cursor { bytes, pos: 0, line: 1, line_start: 0 }
    }

    pub fn line(&self) -> usize {
        self.line
    }

    pub fn mark(&self) -> Mark {
        Mark { pos: self.pos, line: self.line, line_start: self.line_start }
    }

    pub fn back_to(&mut self, mark: Mark) {
        self.pos = mark.pos;
        self.line = mark.line;
        self.line_start = mark.line_start;
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    pub fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.pos + ahead).copied()
    }

    /// One byte on. Never over the end of a line: that is [`Cursor::newline`].
    pub fn advance(&mut self) {
        if self.pos < self.bytes.len() {
            self.pos += 1;
        }
    }

    /// Takes this byte where it is next.
    pub fn take(&mut self, b: u8) -> bool {
        let is = self.peek() == Some(b);
        self.pos += usize::from(is);
        is
    }

    /// Takes one line end: `\n`, `\r\n` or `\r`.
    pub fn newline(&mut self) -> bool {
        match self.peek() {
            Some(b'\n') => self.pos += 1,
            Some(b'\r') => self.pos += 1 + usize::from(self.peek_at(1) == Some(b'\n')),
            _ => return false,
        }
        self.line += 1;
        self.line_start = self.pos;
        true
    }

    /// Skips spaces and continuations (`...` and the rest of its line). True where there was one.
    pub fn blanks(&mut self) -> bool {
        let from = self.pos;
        loop {
            while self.peek().is_some_and(is_blank) {
                self.pos += 1;
            }
            if !self.at_continuation() {
                return self.pos > from;
            }
            self.rest_of_line();
            self.newline();
        }
    }

    pub fn at_continuation(&self) -> bool {
        self.bytes[self.pos..].starts_with(b"...")
    }

    /// Skips to the end of the line, not over it.
    pub fn rest_of_line(&mut self) {
        while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
            self.pos += 1;
        }
    }

    /// Skips a comment, which may be a block of lines. Gives the line of a block that has no end.
    pub fn comment(&mut self) -> Result<bool, usize> {
        if self.peek() != Some(b'%') {
            return Ok(false);
        }
        if !self.at_block(b'{') {
            self.rest_of_line();
            return Ok(true);
        }
        let begun = self.line;
        let mut depth = 1_usize;
        self.rest_of_line();
        while depth > 0 {
            if !self.newline() {
                return Err(begun);
            }
            while self.peek().is_some_and(is_blank) {
                self.pos += 1;
            }
            if self.at_block(b'{') {
                depth += 1;
            } else if self.at_block(b'}') {
                depth -= 1;
            }
            self.rest_of_line();
        }
        Ok(true)
    }

    /// Whether the whole line is `%{` or `%}`, with nothing but spaces beside it.
    fn at_block(&self, brace: u8) -> bool {
        self.peek() == Some(b'%')
            && self.peek_at(1) == Some(brace)
            && self.bytes[self.line_start..self.pos].iter().all(|&b| is_blank(b))
            && self.bytes[self.pos + 2..]
                .iter()
                .take_while(|&&b| b != b'\n' && b != b'\r')
                .all(|&b| is_blank(b))
    }

    /// A name at the cursor: a letter or `_`, then letters, digits and `_`.
    pub fn name(&mut self) -> Option<&'a str> {
        let from = self.pos;
        if !self.peek().is_some_and(is_name_start) {
            return None;
        }
        while self.peek().is_some_and(is_name) {
            self.pos += 1;
        }
        std::str::from_utf8(&self.bytes[from..self.pos]).ok()
    }

    /// A number without sign: `12`, `1.5`, `.5`, `5.`, `1e3`, `1.3E-05`, `1d3`.
    pub fn number(&mut self) -> Option<f64> {
        let from = self.pos;
        let mut digits = self.digits();
        let mut fortran = None;
        // `1...` is 1 and a continuation.
        if self.peek() == Some(b'.') && !self.at_continuation() {
            self.pos += 1;
            digits += self.digits();
        }
        if digits > 0 && matches!(self.peek(), Some(b'e' | b'E' | b'd' | b'D')) {
            let exponent = self.pos;
            self.pos += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.pos += 1;
            }
            if self.digits() == 0 {
                self.pos = exponent;
            } else if matches!(self.bytes.get(exponent), Some(b'd' | b'D')) {
                fortran = Some(exponent - from);
            }
        }
        // A name or a second point glued to it: not a number.
        if digits == 0 || self.peek().is_some_and(is_name) || self.loose_point() {
            self.pos = from;
            return None;
        }
        let text = std::str::from_utf8(&self.bytes[from..self.pos]).ok()?;
        match fortran {
            None => text.parse().ok(),
            Some(at) => format!("{}e{}", &text[..at], &text[at + 1..]).parse().ok(),
        }
    }

    /// A point that neither begins a continuation nor an operator such as `./`.
    fn loose_point(&self) -> bool {
        self.peek() == Some(b'.')
            && !self.at_continuation()
            && !matches!(self.peek_at(1), Some(b'/' | b'*' | b'^'))
    }

    fn digits(&mut self) -> usize {
        let from = self.pos;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.pos += 1;
        }
        self.pos - from
    }

    /// A string in single or double quotes, in which a doubled quote is one quote. Bytes that are not
    /// UTF-8 are read as Latin-1. `Err` where the line ends first.
    pub fn string(&mut self) -> Result<Option<String>, ()> {
        let Some(quote @ (b'\'' | b'"')) = self.peek() else {
            return Ok(None);
        };
        self.pos += 1;
        let mut raw = Vec::new();
        loop {
            match self.peek() {
                None | Some(b'\n' | b'\r') => return Err(()),
                Some(b) if b == quote => {
                    self.pos += 1;
                    if !self.take(quote) {
                        break;
                    }
                    raw.push(quote);
                }
                Some(b) => {
                    self.pos += 1;
                    raw.push(b);
                }
            }
        }
        Ok(Some(match String::from_utf8(raw) {
            Ok(text) => text,
            Err(e) => e.as_bytes().iter().map(|&b| char::from(b)).collect(),
        }))
    }

    /// What is here, for a message.
    pub fn snippet(&self) -> String {
        self.snippet_from(self.mark())
    }

    /// What is at a mark, for a message.
    pub fn snippet_from(&self, mark: Mark) -> String {
        snippet(&self.bytes[mark.pos.min(self.bytes.len())..])
    }

    /// What is between a mark and here, for a message.
    pub fn snippet_since(&self, mark: Mark) -> String {
        snippet(&self.bytes[mark.pos.min(self.pos)..self.pos])
    }
}

/// At most 40 bytes of the first line.
fn snippet(bytes: &[u8]) -> String {
    const MOST: usize = 40;
    let end = bytes.iter().take(MOST).take_while(|&&b| b != b'\n' && b != b'\r').count();
    let text: String = String::from_utf8_lossy(&bytes[..end])
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let cut = end == MOST && bytes.len() > MOST;
    format!("{}{}", text.trim_end(), if cut { "…" } else { "" })
}
