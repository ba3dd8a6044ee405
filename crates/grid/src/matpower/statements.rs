//! What the file says, statement by statement: tables, constants, names, conversions; other code is refused.

use std::collections::BTreeMap;

use super::conversion;
use super::cursor::{Cursor, Mark, is_name_start};
use super::error::{ErrorKind, Findings, NoteKind};
use super::expression::{Scope, evaluate};
use super::table::{BRANCH, BUS, DCLINE, GEN, Spec, Table};

/// A list of names, such as `mpc.bus_name`.
pub(super) struct Names {
    pub line: usize,
    pub entries: Vec<String>,
}

/// What the file says.
pub(super) struct Contents {
    pub scope: Scope,
    pub bus_names: Option<Names>,
    pub fuels: Option<Names>,
    pub unit_types: Option<Names>,
}

/// Tables that every case may have, and that are nothing to remark on when they are not used.
const UNREMARKED: [&str; 3] = ["gencost", "dclinecost", "areas"];

/// Reads all statements. `None` where the file is no case at all, and going on would only add noise.
pub(super) fn read(bytes: &[u8], findings: &mut Findings) -> Option<Contents> {
    let scope = Scope {
        locals: BTreeMap::new(),
        case: "mpc".to_owned(),
        base_mva: None,
        tables: super::table::Tables::default(),
    };
    let contents = Contents { scope, bus_names: None, fuels: None, unit_types: None };
    let mut reader = Reader {
        cursor: Cursor::new(bytes),
        contents,
        findings,
        stage: Stage::Start,
        conditions: Vec::new(),
        version: None,
    };
    if reader.file().is_err() {
        return None;
    }
    if reader.version.is_none() && !reader.findings.has_errors() {
        reader.findings.note(0, NoteKind::NoVersion);
    }
    Some(reader.contents)
}

/// How far the file has come.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// Nothing yet.
    Start,
    /// In the function or script.
    Body,
    /// After `end` or `return`: there must be nothing more.
    Over,
}

/// Reading cannot go on; the reason is reported.
pub(super) struct Hopeless;

pub(super) struct Reader<'a, 'f> {
    pub(super) cursor: Cursor<'a>,
    pub(super) contents: Contents,
    pub(super) findings: &'f mut Findings,
    stage: Stage,
    /// The lines of open `if` whose bodies are read.
    conditions: Vec<usize>,
    version: Option<usize>,
}

impl Reader<'_, '_> {
    fn file(&mut self) -> Result<(), Hopeless> {
        loop {
            self.between()?;
            if self.cursor.peek().is_none() {
                break;
            }
            self.statement()?;
        }
        if self.stage == Stage::Start {
            self.findings.error(0, ErrorKind::Empty);
            return Err(Hopeless);
        }
        if let Some(&begun) = self.conditions.last() {
            let what = "the block `if`".to_owned();
            self.findings.error(begun, ErrorKind::Unclosed { what, begun, expected: "`end`" });
        }
        Ok(())
    }

    /// Skips everything between two statements.
    fn between(&mut self) -> Result<(), Hopeless> {
        loop {
            let skipped = self.cursor.blanks()
                || self.cursor.newline()
                || self.cursor.take(b';')
                || self.cursor.take(b',')
                || self.comment()?;
            if !skipped {
                return Ok(());
            }
        }
    }

    pub(super) fn comment(&mut self) -> Result<bool, Hopeless> {
        self.cursor.comment().map_err(|begun| {
            let what = "a block comment `%{`".to_owned();
            let expected = "a line `%}`";
            self.findings.error(begun, ErrorKind::Unclosed { what, begun, expected });
            Hopeless
        })
    }

    fn statement(&mut self) -> Result<(), Hopeless> {
        let mark = self.cursor.mark();
        let line = self.cursor.line();
        let first = self.stage == Stage::Start;
        if self.stage == Stage::Over {
            self.refuse(mark, line);
            return Ok(());
        }
        self.stage = Stage::Body;
        if self.cursor.peek() == Some(b'[') {
            if conversion::column_numbers(&mut self.cursor, &mut self.contents.scope) {
                self.end_of_statement(mark, line);
            } else {
                self.refuse(mark, line);
            }
            return Ok(());
        }
        let Some(name) = self.cursor.name() else {
            self.refuse(mark, line);
            return Ok(());
        };
        match name {
            "function" if first => return self.function(line),
            "define_constants" => {
                conversion::all_column_numbers(&mut self.contents.scope);
                self.end_of_statement(mark, line);
            }
            "end" | "endif" if self.conditions.pop().is_some() => {}
            "end" | "endfunction" | "return" => self.stage = Stage::Over,
            "if" => self.condition(mark, line),
            _ if name == self.contents.scope.case => return self.of_case(mark, line),
            _ => self.variable(name, mark, line),
        }
        Ok(())
    }

    /// `function mpc = NAME`.
    fn function(&mut self, line: usize) -> Result<(), Hopeless> {
        self.cursor.blanks();
        let mark = self.cursor.mark();
        let output = self.cursor.name();
        self.cursor.blanks();
        let assigned = self.cursor.take(b'=');
        self.cursor.rest_of_line();
        match output {
            Some(output) if assigned => {
                output.clone_into(&mut self.contents.scope.case);
                return Ok(());
            }
            _ => {}
        }
        let header = self.cursor.snippet_from(mark);
        self.findings.error(
            line,
            if header.starts_with('[') && header.contains("baseMVA") {
                ErrorKind::Version1 { found: format!("function {header}") }
            } else {
                ErrorKind::NotACase { returns: header }
            },
        );
        Err(Hopeless)
    }

    /// `if NAME`: its body counts where the constant is not 0.
    fn condition(&mut self, mark: Mark, line: usize) {
        self.cursor.blanks();
        let name = self.cursor.name();
        let value = name.and_then(|n| self.contents.scope.locals.get(n)).copied();
        self.cursor.blanks();
        let ends = matches!(self.cursor.peek(), Some(b'\n' | b'\r' | b'%' | b',' | b';'));
        let (Some(name), Some(value), true) = (name, value, ends) else {
            self.refuse(mark, line);
            return;
        };
        if value != 0.0 {
            self.conditions.push(line);
        } else if self.skip_block() {
            self.findings.note(line, NoteKind::Skipped { name: name.to_owned() });
        } else {
            self.refuse(mark, line);
        }
    }

    /// Skips to the `end` of a block that has no other block in it; false, and back, where there is none.
    fn skip_block(&mut self) -> bool {
        let start = self.cursor.mark();
        loop {
            if self.between().is_err() || self.cursor.peek().is_none() {
                break;
            }
            let mark = self.cursor.mark();
            match self.cursor.name() {
                Some("end" | "endif") => return true,
                Some(
                    "if" | "else" | "elseif" | "for" | "parfor" | "while" | "switch" | "try" | "do"
                    | "unwind_protect" | "function",
                ) => break,
                _ => {
                    self.cursor.back_to(mark);
                    self.skip_statement(true);
                }
            }
        }
        self.cursor.back_to(start);
        false
    }

    /// `NAME = constant`.
    fn variable(&mut self, name: &str, mark: Mark, line: usize) {
        self.cursor.blanks();
        if self.cursor.peek() != Some(b'=') || self.cursor.peek_at(1) == Some(b'=') {
            self.refuse(mark, line);
            return;
        }
        self.cursor.advance();
        self.cursor.blanks();
        match evaluate(&mut self.cursor, &self.contents.scope, false) {
            Ok(value) => {
                if self.end_of_statement(mark, line) {
                    self.contents.scope.locals.insert(name.to_owned(), value);
                }
            }
            Err(_) => self.refuse(mark, line),
        }
    }

    /// `mpc.FIELD = ...` or `mpc.TABLE(:, ...) = ...`.
    fn of_case(&mut self, mark: Mark, line: usize) -> Result<(), Hopeless> {
        if !self.cursor.take(b'.') {
            self.cursor.blanks();
            let table = self.cursor.take(b'=') && {
                self.cursor.blanks();
                self.cursor.peek() == Some(b'[')
            };
            if table {
                let returns = self.contents.scope.case.clone();
                self.findings.error(line, ErrorKind::NotACase { returns });
                return Err(Hopeless);
            }
            self.refuse(mark, line);
            return Ok(());
        }
        let Some(field) = self.cursor.name() else {
            self.refuse(mark, line);
            return Ok(());
        };
        let mut field = field.to_owned();
        while self.cursor.peek() == Some(b'.') && self.cursor.peek_at(1).is_some_and(is_name_start)
        {
            self.cursor.advance();
            field.push('.');
            field.push_str(self.cursor.name().unwrap_or_default());
        }
        self.cursor.blanks();
        match self.cursor.peek() {
            Some(b'(') => {
                let applied =
                    conversion::columns(&mut self.cursor, &mut self.contents.scope, &field);
                match applied {
                    Some(text) if self.end_of_statement(mark, line) => {
                        self.findings.note(line, NoteKind::Converted { text });
                    }
                    Some(_) => {}
                    None => self.refuse(mark, line),
                }
                Ok(())
            }
            Some(b'=') if self.cursor.peek_at(1) != Some(b'=') => {
                self.cursor.advance();
                self.cursor.blanks();
                self.assign(&field, mark, line)
            }
            _ => {
                self.refuse(mark, line);
                Ok(())
            }
        }
    }

    fn assign(&mut self, field: &str, mark: Mark, line: usize) -> Result<(), Hopeless> {
        match field {
            "version" => return self.set_version(mark, line),
            "baseMVA" => self.set_base(mark, line),
            "bus" => self.table(&BUS, mark, line)?,
            "gen" => self.table(&GEN, mark, line)?,
            "branch" => self.table(&BRANCH, mark, line)?,
            "dcline" => self.table(&DCLINE, mark, line)?,
            "bus_name" | "genfuel" | "gentype" if self.cursor.peek() == Some(b'{') => {
                let names = self.names(&format!("mpc.{field}"))?;
                let slot = match field {
                    "bus_name" => &mut self.contents.bus_names,
                    "genfuel" => &mut self.contents.fuels,
                    _ => &mut self.contents.unit_types,
                };
                if let Some(first) = slot.as_ref().map(|n| n.line) {
                    let name = format!("mpc.{field}");
                    self.findings.error(line, ErrorKind::Repeated { name, first });
                } else {
                    *slot = Some(Names { line, entries: names });
                }
                self.end_of_statement(mark, line);
            }
            _ => self.unused(field, mark, line)?,
        }
        Ok(())
    }

    fn set_version(&mut self, mark: Mark, line: usize) -> Result<(), Hopeless> {
        let found = match self.cursor.string() {
            Ok(Some(text)) => text,
            Ok(None) => match evaluate(&mut self.cursor, &self.contents.scope, false) {
                Ok(value) => value.to_string(),
                Err(_) => String::new(),
            },
            Err(()) => String::new(),
        };
        match found.trim() {
            "2" => {
                self.version = Some(line);
                self.end_of_statement(mark, line);
                Ok(())
            }
            "1" => {
                let found = self.cursor.snippet_from(mark);
                self.findings.error(line, ErrorKind::Version1 { found });
                Err(Hopeless)
            }
            _ => {
                let found = self.cursor.snippet_from(mark);
                self.cursor.back_to(mark);
                self.skip_statement(false);
                self.findings.error(line, ErrorKind::Value { found, expected: "version '2'" });
                Ok(())
            }
        }
    }

    fn set_base(&mut self, mark: Mark, line: usize) {
        match evaluate(&mut self.cursor, &self.contents.scope, false) {
            Err(_) => self.refuse(mark, line),
            Ok(value) => {
                if let Some((_, first)) = self.contents.scope.base_mva {
                    let name = "mpc.baseMVA".to_owned();
                    self.findings.error(line, ErrorKind::Repeated { name, first });
                }
                self.contents.scope.base_mva = Some((value, line));
                self.end_of_statement(mark, line);
            }
        }
    }

    fn table(&mut self, spec: &'static Spec, mark: Mark, line: usize) -> Result<(), Hopeless> {
        if !self.cursor.take(b'[') {
            self.refuse(mark, line);
            return Ok(());
        }
        let table = self.rows(Table::new(spec, line))?;
        if let Some(first) = self.contents.scope.tables.get(spec.name).map(|t| t.line) {
            let name = format!("mpc.{}", spec.name);
            self.findings.error(line, ErrorKind::Repeated { name, first });
        } else {
            self.contents.scope.tables.push(table);
        }
        self.end_of_statement(mark, line);
        Ok(())
    }

    /// A field that the network has no place for: passed over, as long as it is plain data.
    fn unused(&mut self, field: &str, mark: Mark, line: usize) -> Result<(), Hopeless> {
        let known = match self.cursor.peek() {
            Some(b'[' | b'{') => {
                self.pass_over(field)?;
                true
            }
            Some(b'\'' | b'"') => self.cursor.string().is_ok(),
            _ => evaluate(&mut self.cursor, &self.contents.scope, false).is_ok(),
        };
        if !known {
            self.refuse(mark, line);
        } else if self.end_of_statement(mark, line) && !UNREMARKED.contains(&field) {
            self.findings.note(line, NoteKind::Ignored { name: format!("mpc.{field}") });
        }
        Ok(())
    }

    /// True where the statement ends here; else the whole of it is refused.
    fn end_of_statement(&mut self, mark: Mark, line: usize) -> bool {
        self.cursor.blanks();
        let ends = matches!(self.cursor.peek(), None | Some(b';' | b',' | b'\n' | b'\r' | b'%'));
        // After a table that is not closed, the next statement follows at once; that is reported already.
        let begins = self.cursor.peek().is_some_and(is_name_start);
        if !ends && !begins {
            self.refuse(mark, line);
        }
        ends
    }

    /// Refuses the statement that begins at a mark, and goes on after it.
    fn refuse(&mut self, mark: Mark, line: usize) {
        let text = self.cursor.snippet_from(mark);
        self.cursor.back_to(mark);
        self.skip_statement(false);
        self.findings.error(line, ErrorKind::Code { text });
    }

    /// Skips to the end of the line, or of the last line where brackets are open or it is continued; or, to
    /// find each statement of a block, only to the next `;` or `,` outside of brackets.
    fn skip_statement(&mut self, one_only: bool) {
        let mut depth = 0_usize;
        loop {
            self.cursor.blanks();
            match self.cursor.peek() {
                None => return,
                Some(b';' | b',') if one_only && depth == 0 => return,
                Some(b'\n' | b'\r') => {
                    if depth == 0 {
                        return;
                    }
                    self.cursor.newline();
                    continue;
                }
                Some(b'%') => {
                    self.cursor.rest_of_line();
                    continue;
                }
                Some(b'[' | b'{') => depth += 1,
                Some(b']' | b'}') => depth = depth.saturating_sub(1),
                Some(b'(') if one_only => depth += 1,
                Some(b')') if one_only => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.cursor.advance();
        }
    }
}
