//! Reads a table of the folder into typed rows. A table is described once, by [`record!`]: its columns,
//! what each can hold, and what an empty cell means. All that is wrong is gathered; a value that could not
//! be read leaves a stand-in, which nobody sees because a folder with errors makes no scenario.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use super::cell::Cell;
use super::csv::{QuoteError, RawRow, Splitter};
use super::finding::{Code, Finding, Findings, shown};
use super::folder::{self, Folder};

/// Rows of a table above this are refused.
pub const MOST_ROWS: usize = 1_000_000;

/// Columns of a table above this are refused.
pub const MOST_COLUMNS: usize = 1_000;

/// A table of the scenario folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name of its file.
    pub file: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Its columns, the identifier first. Files may have them in any order.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header row.
    pub name: &'static str,
    /// Whether the column must be there and every cell filled.
    pub required: bool,
}

/// A row of a table, or a group of columns in it.
pub(super) trait Record: Sized {
    /// What the columns are.
    fn columns() -> Vec<Column>;
    /// Reads one row.
    fn read(row: &mut Row<'_>) -> Self;
}

/// A row of a table of its own.
pub(super) trait TableRecord: Record {
    /// Name of the file.
    const FILE: &'static str;
    /// What one row is.
    const ROW: &'static str;

    /// The table that it is a row of.
    fn table() -> Table {
        Table { file: Self::FILE, row: Self::ROW, columns: Self::columns() }
    }
}

/// Declares a row: `column: type = rule(arguments)`. The rules are the methods of [`Row`] that take a column:
/// `key` and `required` need a filled cell, `known` makes an empty one `None`, `or` has a plain default
/// and `assumed` one of which the reader of the plan is told.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident $(= $file:literal, $row:literal)?;
     $($column:ident: $type:ty = $rule:ident($($argument:expr),*)),+ $(; $rest:ident: $group:ty)?) => {
        $(#[$doc])*
        pub(super) struct $name {
            $(pub $column: $type,)+
            $(pub $rest: $group,)?
        }

        impl $crate::scenario::table::Record for $name {
            fn columns() -> Vec<$crate::scenario::table::Column> {
                let columns = [$($crate::scenario::table::Column {
                    name: stringify!($column),
                    required: matches!(stringify!($rule), "key" | "required"),
                }),+];
                let columns = columns.to_vec();
                $(let columns =
                    [columns, <$group as $crate::scenario::table::Record>::columns()].concat();)?
                columns
            }

            fn read(row: &mut $crate::scenario::table::Row<'_>) -> Self {
                Self {
                    $($column: row.$rule(stringify!($column), $($argument),*),)+
                    $($rest: <$group as $crate::scenario::table::Record>::read(row),)?
                }
            }
        }

        $(impl $crate::scenario::table::TableRecord for $name {
            const FILE: &'static str = $file;
            const ROW: &'static str = $row;
        })?
    };
}
pub(super) use record;

/// A row of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub file: &'static str,
    pub line: usize,
}

impl Place {
    pub fn error(self, column: &str, code: Code, message: impl Into<String>) -> Finding {
        Finding::error(self.file, code, message).at(self.line).column(column)
    }

    pub fn warning(self, column: &str, code: Code, message: impl Into<String>) -> Finding {
        Finding::warning(self.file, code, message).at(self.line).column(column)
    }
}

/// One row while it is read.
pub(super) struct Row<'r> {
    place: Place,
    header: &'r BTreeMap<String, usize>,
    cells: &'r [Cow<'r, str>],
    findings: &'r mut Findings,
    assumed: &'r mut BTreeMap<&'static str, Assumed>,
}

/// A column whose empty cells were taken to mean something.
struct Assumed {
    rows: usize,
    line: usize,
    value: String,
}

impl Row<'_> {
    /// A value, where the cell has one.
    pub fn known<T>(
        &mut self,
        column: &'static str,
        kind: impl FnOnce(&str) -> Cell<T>,
    ) -> Option<T> {
        let text = self.header.get(column).and_then(|i| self.cells.get(*i))?.as_ref();
        if text.is_empty() {
            return None;
        }
        match kind(text) {
            Ok(value) => Some(value),
            Err(refusal) => {
                let message = refusal.message(text);
                let finding = self.place.error(column, Code::Value, message).value(text);
                self.findings.push(finding.expected(refusal.expected));
                None
            }
        }
    }

    /// A value that must be there. `None` where it is not or cannot be read, which has been reported.
    pub fn key<T>(
        &mut self,
        column: &'static str,
        kind: impl FnOnce(&str) -> Cell<T>,
    ) -> Option<T> {
        // A missing column has been reported, once.
        let cell = self.header.get(column).and_then(|i| self.cells.get(*i));
        if cell.is_some_and(|text| text.is_empty()) {
            let message = "the cell is empty";
            let finding = self.place.error(column, Code::MissingValue, message).expected("a value");
            self.findings.push(finding);
        }
        self.known(column, kind)
    }

    /// A value that must be there, or a stand-in where that has been reported.
    pub fn required<T: Default>(
        &mut self,
        column: &'static str,
        kind: impl FnOnce(&str) -> Cell<T>,
    ) -> T {
        self.key(column, kind).unwrap_or_default()
    }

    /// A value, or a default that needs no word.
    pub fn or<T>(
        &mut self,
        column: &'static str,
        kind: impl FnOnce(&str) -> Cell<T>,
        default: T,
    ) -> T {
        self.known(column, kind).unwrap_or(default)
    }

    /// A value, or a default of which the reader of the plan is told, once a table.
    pub fn assumed<T: Display>(
        &mut self,
        column: &'static str,
        kind: impl FnOnce(&str) -> Cell<T>,
        default: T,
    ) -> T {
        let empty = self.header.get(column).and_then(|i| self.cells.get(*i));
        if empty.is_none_or(|text| text.is_empty()) {
            let (line, value) = (self.place.line, default.to_string());
            self.assumed.entry(column).or_insert(Assumed { rows: 0, line, value }).rows += 1;
        }
        self.known(column, kind).unwrap_or(default)
    }
}

/// What became of a table.
pub(super) struct Loaded<T> {
    /// Its rows.
    pub rows: Vec<(Place, T)>,
    /// Identifiers in rows that could not be read.
    pub spoiled: Vec<String>,
    /// The file is there.
    pub present: bool,
    /// Not all of it could be read: a name that is not in `rows` may still be in the file.
    pub partial: bool,
}

/// Reads a table. An absent one has no rows; whether that is an error is for the caller to say.
pub(super) fn read<T: TableRecord>(folder: &Folder, findings: &mut Findings) -> Loaded<T> {
    let mut table =
        Loaded { rows: Vec::new(), spoiled: Vec::new(), present: false, partial: false };
    let Some(bytes) = folder.files.get(T::FILE) else { return table };
    table.present = true;
    if let Err(finding) = read_rows(bytes, &mut table, findings) {
        findings.push(*finding);
        table.partial = true;
    }
    table
}

/// Fills `table`; an `Err` ends the reading of the file.
fn read_rows<T: TableRecord>(
    bytes: &[u8],
    table: &mut Loaded<T>,
    findings: &mut Findings,
) -> Result<(), Box<Finding>> {
    let columns = T::columns();
    let text = folder::text(T::FILE, bytes)?;
    let mut splitter = Splitter::new(text);
    let mut next = |most| splitter.next(most).transpose().map_err(quote_finding::<T>);
    let first = next(MOST_COLUMNS)?.ok_or_else(|| {
        let names: Vec<_> = columns.iter().map(|c| c.name).collect();
        Finding::error(T::FILE, Code::Empty, "the file is empty")
            .expected(format!("a header row with {}", names.join(",")))
    })?;
    let header = header(&first, T::FILE, &columns, findings)?;
    let key = columns.first().and_then(|c| header.get(c.name)).copied();
    table.partial |= key.is_none();
    let mut assumed = BTreeMap::new();
    // One more than the header has, so that a blank row is told from one that is too long.
    while let Some(RawRow { line, cells, count }) = next(first.count + 1)? {
        if table.rows.len() >= MOST_ROWS {
            let finding = Finding::error(T::FILE, Code::TooLarge, "the table has more rows");
            return Err(finding.at(line).expected(format!("at most {MOST_ROWS} rows")).into());
        }
        if cells.iter().all(|c| c.is_empty()) {
            continue;
        }
        if count != first.count {
            let message = format!("the row has {count} cells");
            let hint =
                if count > first.count { "; quote a cell that has a comma in it" } else { "" };
            let expected = format!("{}, as in the header{hint}", first.count);
            let finding = Finding::error(T::FILE, Code::CellCount, message).at(line);
            findings.push(finding.expected(expected));
            table.spoiled.extend(key.and_then(|k| cells.get(k)).map(ToString::to_string));
            continue;
        }
        let assumed = &mut assumed;
        let (place, header, cells) = (Place { file: T::FILE, line }, &header, &cells[..]);
        let record = T::read(&mut Row { place, header, cells, findings, assumed });
        table.rows.push((place, record));
    }
    for (column, Assumed { rows, line, value }) in assumed {
        let message = if rows == 1 {
            format!("not known in this row; {value} is assumed")
        } else {
            format!("not known in {rows} rows, of which this is the first; {value} is assumed")
        };
        let place = Place { file: T::FILE, line };
        findings.push(place.warning(column, Code::Assumed, message));
    }
    Ok(())
}

fn quote_finding<T: TableRecord>((line, error): (usize, QuoteError)) -> Box<Finding> {
    let (message, expected) = match error {
        QuoteError::Open => ("a quoted cell has no end", "a closing \" before the end of the file"),
        QuoteError::TextAfter => (
            "there is text between a closing \" and the next comma",
            "a comma after the quoted cell; a \" within it is written \"\"",
        ),
    };
    Finding::error(T::FILE, Code::Quotes, message).at(line).expected(expected).into()
}

/// The place of each known column in the file. An `Err` where the header is none.
fn header(
    first: &RawRow<'_>,
    file: &'static str,
    columns: &[Column],
    findings: &mut Findings,
) -> Result<BTreeMap<String, usize>, Box<Finding>> {
    let refuse = |code, message: String| Finding::error(file, code, message).at(first.line);
    if first.count > MOST_COLUMNS {
        let finding = refuse(Code::TooLarge, format!("the header has {} columns", first.count));
        return Err(finding.expected(format!("at most {MOST_COLUMNS}")).into());
    }
    let mut header = BTreeMap::new();
    let mut unknown = Vec::new();
    for (i, name) in first.cells.iter().enumerate() {
        if !columns.iter().any(|c| c.name == name) {
            unknown.push(if name.is_empty() { "(no name)".to_owned() } else { shown(name) });
        }
        if !name.is_empty() && header.insert(name.to_string(), i).is_some() {
            let finding = refuse(Code::DuplicateColumn, "the header has this column twice".into());
            findings.push(finding.column(shown(name)).expected("each column once"));
        }
    }
    let only = first.cells.first().filter(|_| first.count == 1 && columns.len() > 1);
    if only.is_some_and(|c| c.contains([';', '\t'])) {
        let message = "the header is one cell with semicolons or tabs in it";
        let finding = refuse(Code::MissingColumn, message.into());
        return Err(finding.expected("commas between cells").into());
    }
    for column in columns.iter().filter(|c| c.required && !header.contains_key(c.name)) {
        let alike = header.keys().find(|name| name.eq_ignore_ascii_case(column.name));
        let hint = alike.map(|name| format!(", written so and not \"{name}\"")).unwrap_or_default();
        let finding = refuse(Code::MissingColumn, "the column is missing".into());
        findings.push(finding.column(column.name).expected(format!("it in the header{hint}")));
    }
    if !unknown.is_empty() {
        let names: Vec<_> = columns.iter().map(|c| c.name).collect();
        let message = format!("not used: {}", unknown[..unknown.len().min(20)].join(", "));
        let finding = Finding::warning(file, Code::UnknownColumn, message).at(first.line);
        findings.push(finding.expected(format!("columns {}", names.join(", "))));
    }
    Ok(header)
}
