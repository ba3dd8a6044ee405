//! XLSX in and out. A workbook is an archive: what it unpacks to is measured before anything of it is read.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader as _, Xlsx};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::fault::{Faults, Place};
use super::sheet::{MOST_COLUMNS, Sheet, SheetBuilder};
use crate::decimal::Decimal;

/// The most bytes of a workbook.
pub const MOST_BYTES: usize = 16 << 20;

/// The most bytes that a workbook may unpack to, all parts together.
pub const MOST_UNPACKED: u64 = 64 << 20;

/// The most parts of a workbook.
const MOST_PARTS: usize = 2_000;

/// Reads the sheets of a workbook that have one of these names, and gives the names of the others.
///
/// # Errors
///
/// What makes tables of it impossible.
pub fn read(bytes: &[u8], wanted: &[&str]) -> Result<(Vec<Sheet>, Vec<String>), Faults> {
    if bytes.len() > MOST_BYTES {
        let message =
            format!("{} bytes; expected {MOST_BYTES} at most; split the file", bytes.len());
        return Err(Faults::of_file(message));
    }
    measure(bytes)?;
    // The reader is not ours. Where it panics on what nobody has thought of, the file is refused, and the program goes on.
    std::panic::catch_unwind(|| sheets_of(bytes, wanted)).unwrap_or_else(|_| {
        Err(Faults::of_file(
            "this cannot be read as an XLSX workbook: it is not put together as one",
        ))
    })
}

fn sheets_of(bytes: &[u8], wanted: &[&str]) -> Result<(Vec<Sheet>, Vec<String>), Faults> {
    let no_workbook = |e: calamine::XlsxError| {
        Faults::of_file(format!("this cannot be read as an XLSX workbook: {e}"))
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(no_workbook)?;
    let mut sheets = Vec::new();
    let mut others = Vec::new();
    let mut faults = Faults::default();
    for name in workbook.sheet_names() {
        let known = wanted.iter().find(|w| name.trim().eq_ignore_ascii_case(w));
        let Some(known) = known else {
            others.push(name);
            continue;
        };
        match sheet(&mut workbook, &name, known) {
            Ok(sheet) => sheets.push(sheet),
            Err(found) => {
                faults.errors.extend(found.errors);
                faults.more += found.more;
            }
        }
    }
    if faults.is_sound() { Ok((sheets, others)) } else { Err(faults) }
}

/// Unpacks every part, one after the other, and counts, whatever the archive says of its sizes.
fn measure(bytes: &[u8]) -> Result<(), Faults> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| {
        Faults::of_file(format!("this is no XLSX workbook, which is a zip archive: {e}"))
    })?;
    if archive.len() > MOST_PARTS {
        let message = format!("{} parts; expected {MOST_PARTS} at most", archive.len());
        return Err(Faults::of_file(message));
    }
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|e| {
            Faults::of_file(format!("a part of the workbook cannot be unpacked: {e}"))
        })?;
        let mut unpacked = Vec::new();
        let size = part.by_ref().take(left + 1).read_to_end(&mut unpacked).map_err(|e| {
            Faults::of_file(format!("a part of the workbook cannot be unpacked: {e}"))
        })? as u64;
        if !ranges_run_forward(&unpacked) {
            let message = "a sheet of the workbook says that its range ends before it begins";
            return Err(Faults::of_file(message));
        }
        left = left.checked_sub(size).ok_or_else(|| {
            Faults::of_file(format!(
                "the workbook unpacks to more than {MOST_UNPACKED} bytes and is refused"
            ))
        })?;
    }
    Ok(())
}

/// Whether each `<dimension ref="A1:B2"/>` has its corners in order: the reader takes that for granted.
fn ranges_run_forward(part: &[u8]) -> bool {
    const TAG: &[u8] = b"dimension";
    let mut rest = part;
    while let Some(at) = rest.windows(TAG.len()).position(|w| w == TAG) {
        // A word in a text is no tag.
        let opens = at.checked_sub(1).and_then(|before| rest.get(before));
        let is_tag = matches!(opens, Some(b'<' | b':'));
        rest = rest.get(at + TAG.len()..).unwrap_or_default();
        let tag = rest.split(|b| *b == b'>').next().unwrap_or_default();
        let text = String::from_utf8_lossy(tag.get(..tag.len().min(200)).unwrap_or_default());
        let range = text.split(['"', '\'']).find(|piece| piece.contains(':'));
        let corners = range.and_then(|r| r.split_once(':')).map(|(a, b)| (corner(a), corner(b)));
        if is_tag && corners.is_some_and(|((a, b), (c, d))| c < a || d < b) {
            return false;
        }
    }
    true
}

/// Column and row of `B12`, as numbers that can be compared.
fn corner(name: &str) -> (u64, u64) {
    let digit = |c: char| u64::from(c.to_digit(10).unwrap_or(0));
    let letter = |c: char| u64::from(c.to_ascii_uppercase()) - u64::from('A') + 1;
    let number = |base: u64| move |n: u64, d: u64| n.saturating_mul(base).saturating_add(d);
    let column = name.chars().filter(char::is_ascii_alphabetic).map(letter);
    let row = name.chars().filter(char::is_ascii_digit).map(digit);
    (column.fold(0, number(26)), row.fold(0, number(10)))
}

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, known: &str) -> Result<Sheet, Faults> {
    let mut builder = SheetBuilder::new(known);
    let unreadable =
        |e: calamine::XlsxError| Faults::of_file(format!("sheet {name} cannot be read: {e}"));
    let mut cells = workbook.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut row: Option<u32> = None;
    let mut line: Vec<String> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (at, column) = cell.get_position();
        let place = Place::new(known, u64::from(at) + 1);
        let text = match text(cell.get_value()) {
            Ok(text) => text,
            Err(message) => {
                builder.faults.error(place.clone(), &letters(column), message);
                continue;
            }
        };
        if row.is_some_and(|row| at < row) {
            builder.faults.error(place, "", "the rows of the sheet are not in order");
            break;
        }
        if row.is_some_and(|row| at > row) {
            let full = std::mem::take(&mut line);
            if !builder.take(u64::from(row.unwrap_or(0)) + 1, full.into_iter()) {
                return builder.finish();
            }
        }
        row = Some(at);
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= MOST_COLUMNS {
            builder.faults.error(place, "", format!("a cell beyond {MOST_COLUMNS} columns"));
            break;
        }
        if line.len() <= column {
            line.resize(column + 1, String::new());
        }
        if let Some(cell) = line.get_mut(column) {
            *cell = text;
        }
    }
    if let Some(row) = row {
        builder.take(u64::from(row) + 1, line.into_iter());
    }
    builder.finish()
}

/// The text of a cell. Of a formula it is the value that was computed last.
fn text(value: &DataRef<'_>) -> Result<String, String> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => {
            Decimal::from_f64(*number).map_or_else(|| number.to_string(), |d| d.to_string())
        }
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => {
            // The last day that a spreadsheet knows: 31 December 9999.
            const LAST: f64 = 2_958_465.0;
            if moment.is_duration() || !(1.0..=LAST).contains(&moment.as_f64()) {
                return Err(format!("`{}` is no day", moment.as_f64()));
            }
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Error(error) => return Err(format!("the cell holds an error: {error}")),
    })
}

/// `A`, `B`, ... `Z`, `AA`: columns as spreadsheets name them.
fn letters(mut column: u32) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + (column % 26) as u8);
        match column / 26 {
            0 => break,
            rest => column = rest - 1,
        }
    }
    name.reverse();
    String::from_utf8(name).unwrap_or_default()
}

/// A sheet to be written: its name, and lines of texts of which the first are a head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The name of the sheet.
    pub name: String,
    /// Lines that stay in sight, in bold.
    pub head: Vec<Vec<String>>,
    /// The other lines.
    pub lines: Vec<Vec<String>>,
}

/// Writes a workbook. Every cell is a text and none a formula; a text that looks like one is marked as quoted, so that it
/// stays one when somebody edits the cell. The same pages give the same bytes.
///
/// # Errors
///
/// Where a page does not fit into a workbook.
pub fn write(pages: &[Page]) -> Result<Vec<u8>, String> {
    let written = |e: XlsxError| format!("a workbook cannot hold this: {e}");
    let mut workbook = Workbook::new();
    // Nothing of the clock goes into the file.
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1).map_err(written)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    let bold = Format::new().set_bold().set_text_wrap();
    let quoted = Format::new().set_quote_prefix();
    for page in pages {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&page.name).map_err(written)?;
        let head = u32::try_from(page.head.len()).unwrap_or(0);
        sheet.set_freeze_panes(head, 1).map_err(written)?;
        for (row, line) in (0..).zip(page.head.iter().chain(&page.lines)) {
            for (column, cell) in (0..).zip(line).filter(|(_, cell)| !cell.is_empty()) {
                let told = if row < head {
                    sheet.write_string_with_format(row, column, cell, &bold)
                } else if super::guarded(cell) == cell.as_str() {
                    sheet.write_string(row, column, cell)
                } else {
                    sheet.write_string_with_format(row, column, cell, &quoted)
                };
                told.map_err(written)?;
            }
        }
    }
    workbook.save_to_buffer().map_err(written)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn page(lines: &[[&str; 2]]) -> Page {
        let line = |line: &[&str; 2]| line.iter().map(|c| (*c).to_owned()).collect();
        Page {
            name: "pledges".to_owned(),
            head: vec![line(&["id", "donor"])],
            lines: lines.iter().map(line).collect(),
        }
    }

    #[test]
    fn what_was_written_is_read_and_nothing_becomes_a_formula() {
        let lines = [["1", "=1+1"], ["2", "Grüße, \"x\" & <y>"], ["3", "'=2"]];
        let bytes = write(&[page(&lines)]).expect("a workbook");
        let (sheets, others) = read(&bytes, &["pledges"]).expect("readable");
        assert!(others.is_empty());
        let texts: Vec<Vec<&str>> =
            sheets[0].rows.iter().map(|(_, r)| r.iter().map(String::as_str).collect()).collect();
        assert_eq!(texts, lines.map(|l| l.to_vec()));
        assert_eq!(sheets[0].rows.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(write(&[page(&lines)]).expect("a workbook"), bytes, "no clock in it");
        let (none, others) = read(&bytes, &["stock"]).expect("readable");
        assert_eq!((none.len(), others), (0, vec!["pledges".to_owned()]));
    }

    /// An archive whose one part unpacks to a hundred times what may be.
    #[test]
    fn a_bomb_is_refused_before_it_is_read() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("xl/sharedStrings.xml", options).expect("a part");
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..=(MOST_UNPACKED >> 20) {
            archive.write_all(&zeros).expect("written");
        }
        let bytes = archive.finish().expect("an archive").into_inner();
        assert!(bytes.len() < MOST_BYTES);
        let faults = read(&bytes, &["pledges"]).expect_err("refused");
        assert!(faults.to_string().contains("unpacks to more than"), "{faults}");
        for bad in [&b""[..], b"PK\x03\x04", b"id,donor\n"] {
            assert!(read(bad, &["pledges"]).is_err());
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        for good in ["<dimension ref=\"A1:B2\"/>", "<x:dimension ref='A1'/>", "<dimension/>", ""] {
            assert!(ranges_run_forward(good.as_bytes()), "{good}");
        }
        for bad in [
            "<dimension ref=\"A2:B1\"/>",
            "<x:dimension ref='B1:A9'/>",
            "<a><dimension  ref=\"AA1:Z2\">",
        ] {
            assert!(!ranges_run_forward(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn columns_have_the_names_of_spreadsheets() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
