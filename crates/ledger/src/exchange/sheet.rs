//! Plain rows: a header of names, rows of texts. CSV in and out.

use std::collections::BTreeSet;

use super::fault::{Faults, Place, short};
use super::guard::unguarded;
use super::{MOST_BYTES, guarded};
use crate::lines::Lines;

/// The most rows of a sheet.
pub const MOST_ROWS: usize = 200_000;

/// The most columns of a sheet.
pub const MOST_COLUMNS: usize = 500;

/// The most cells of a sheet: what bounds the memory that a file of separators can ask for.
pub const MOST_CELLS: usize = 4_000_000;

/// The most bytes of a cell.
pub const MOST_CELL: usize = crate::model::MOST_TEXT;

/// Rows of texts under names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The names of the columns, in lower case.
    pub header: Vec<String>,
    /// The rows, each with its number in the file, from 1. Rows without any text, and rows that begin with `#` (HXL tags,
    /// definitions), are not in it.
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Sheet {
    /// Reads CSV: UTF-8, commas, semicolons or tabs, whichever the header has most of.
    ///
    /// # Errors
    ///
    /// What makes a table of it impossible.
    pub fn of_csv(bytes: &[u8], name: &str) -> Result<Sheet, Faults> {
        if bytes.len() > MOST_BYTES {
            return Err(Faults::of_file(format!(
                "{} bytes; expected {MOST_BYTES} at most; split the file",
                bytes.len()
            )));
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut builder = SheetBuilder::new(name);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(bytes))
            .from_reader(bytes);
        let mut record = csv::StringRecord::new();
        let mut lines = Lines::new(bytes);
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    let row = lines.of(record.position());
                    // Cells that are guarded against formulas are read as what they guard.
                    let cells = record.iter().map(|cell| unguarded(cell).to_owned());
                    if !builder.take(row, cells) {
                        break;
                    }
                }
                Err(error) => {
                    let row = lines.of(error.position());
                    let message = "this is no row of a table; expected text in UTF-8";
                    builder.faults.error(Place::new(name, row), "", message);
                    break;
                }
            }
        }
        builder.finish()
    }
}

/// The separator that the first line has most of; a comma where it has none.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.split(|b| *b == separator).count();
    [b';', b'\t']
        .into_iter()
        .filter(|s| count(*s) > count(b','))
        .max_by_key(|s| count(*s))
        .unwrap_or(b',')
}

/// A sheet while its rows come in: header first, comments passed over, limits kept.
pub(super) struct SheetBuilder {
    sheet: Sheet,
    cells: usize,
    pub faults: Faults,
}

impl SheetBuilder {
    pub fn new(name: &str) -> SheetBuilder {
        SheetBuilder {
            sheet: Sheet { name: name.to_owned(), ..Sheet::default() },
            cells: 0,
            faults: Faults::default(),
        }
    }

    fn place(&self, row: u64) -> Place {
        Place::new(&self.sheet.name, row)
    }

    /// Takes a row; `false` where no more will be taken.
    pub fn take(&mut self, row: u64, cells: impl Iterator<Item = String>) -> bool {
        let mut cells: Vec<String> =
            cells.take(MOST_COLUMNS + 1).map(|c| c.trim().to_owned()).collect();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        let place = self.place(row);
        if cells.len() > MOST_COLUMNS {
            self.faults.error(place, "", format!("more than {MOST_COLUMNS} columns"));
            return false;
        }
        let mut filled = cells.iter().filter(|cell| !cell.is_empty()).peekable();
        // Tags of HXL, or what the columns of a template mean.
        let explains = filled.peek().is_none_or(|first| first.starts_with("# "))
            || filled.all(|cell| cell.starts_with('#'));
        if explains {
            return true;
        }
        if self.sheet.header.is_empty() {
            self.head(&place, cells);
            return true;
        }
        self.cells += cells.len();
        if self.sheet.rows.len() >= MOST_ROWS || self.cells > MOST_CELLS {
            let message =
                format!("more than {MOST_ROWS} rows or {MOST_CELLS} cells; split the file");
            self.faults.error(place, "", message);
            return false;
        }
        for (at, cell) in cells.iter().enumerate() {
            let column = self.sheet.header.get(at).map_or("", String::as_str);
            if cell.len() > MOST_CELL {
                let message =
                    format!("{} bytes in a cell; expected {MOST_CELL} at most", cell.len());
                self.faults.error(place.clone(), column, message);
            } else if at >= self.sheet.header.len() && !cell.is_empty() {
                let message = format!("`{}` stands beyond the header", short(cell));
                self.faults.error(place.clone(), "", message);
            }
        }
        self.sheet.rows.push((row, cells));
        true
    }

    fn head(&mut self, place: &Place, cells: Vec<String>) {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for cell in cells {
            let name = cell.to_lowercase();
            if !name.is_empty() && !seen.insert(name.clone()) {
                self.faults.error(place.clone(), &name, "the column stands there twice");
            }
            self.sheet.header.push(name);
        }
    }

    pub fn finish(mut self) -> Result<Sheet, Faults> {
        if self.sheet.header.is_empty() && self.faults.is_sound() {
            let place = self.place(0);
            self.faults.error(
                place,
                "",
                "it is empty; expected a header with the names of columns",
            );
        }
        if self.faults.is_sound() { Ok(self.sheet) } else { Err(self.faults) }
    }
}

/// Lines as CSV. Cells are quoted where they must be, and not guarded here: whoever makes a cell out of a text from outside
/// guards it with [`guarded`].
pub fn csv_text<L, C>(lines: &[L]) -> String
where
    L: AsRef<[C]>,
    C: AsRef<str>,
{
    let mut text = String::new();
    for line in lines {
        for (at, cell) in line.as_ref().iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            quote(&mut text, cell.as_ref(), line.as_ref().len() == 1);
        }
        text.push_str("\r\n");
    }
    text
}

/// RFC 4180, and quotes around white space at the ends, which some readers drop.
fn quote(text: &mut String, cell: &str, alone: bool) {
    let plain = !cell.contains([',', ';', '\t', '"', '\n', '\r']) && cell.trim() == cell;
    if plain && !(alone && cell.is_empty()) {
        text.push_str(cell);
    } else {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    }
}

/// A line of texts from outside, each guarded.
pub(super) fn guarded_line(cells: &[String]) -> Vec<String> {
    cells.iter().map(|cell| guarded(cell).into_owned()).collect()
}
