//! Tables of records: statements, pledges, deliveries, stock, needs, each a sheet. The same columns come in and go out.

mod column;
mod content;
mod row;

pub use column::Column;

use std::collections::BTreeMap;

use self::row::Line;
use super::fault::{Fault, Faults, Place};
use super::sheet::{Sheet, csv_text, guarded_line};
use super::workbook::Page;
use super::{Audience, Incoming, NotExported, shown};
use crate::fold::Record;
use crate::id::Id;
use crate::model::{Content, Kind, OfKind, Operation};

/// A sort of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// What was said: a row is a document, a statement in it, and the claim that it makes.
    Statements,
    /// What was promised.
    Pledges,
    /// What was committed, sent, received, installed, switched on.
    Deliveries,
    /// What stands ready.
    Stock,
    /// What is lacking.
    Needs,
}

impl Table {
    /// Every table, in the order in which they are read: pledges before what is said of them.
    pub const ALL: [Table; 5] =
        [Table::Pledges, Table::Statements, Table::Deliveries, Table::Stock, Table::Needs];

    /// Its word: the name of the sheet, and of the file.
    pub fn word(self) -> &'static str {
        match self {
            Table::Statements => "statements",
            Table::Pledges => "pledges",
            Table::Deliveries => "deliveries",
            Table::Stock => "stock",
            Table::Needs => "needs",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.word() == word)
    }

    /// The kind of record that a row is; of statements the claim.
    pub fn kind(self) -> Kind {
        match self {
            Table::Statements => Kind::Claim,
            Table::Pledges => Kind::Pledge,
            Table::Deliveries => Kind::Step,
            Table::Stock => Kind::Stock,
            Table::Needs => Kind::Need,
        }
    }

    /// Whether it may be shown to everybody at all.
    pub fn is_public(self) -> bool {
        !matches!(self, Table::Stock | Table::Needs)
    }
}

/// How the names that a file gives its rows become ids: the same name from the same sender is the same record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// For which operation.
    pub operation: Option<Id<Operation>>,
    /// From whom the file is. Two senders may have a row of the same name.
    pub from: String,
}

impl Keys {
    /// The id that a name stands for: itself, where it is an id.
    pub fn id<T: OfKind>(&self, name: &str) -> Id<T> {
        self.id_of(T::KIND.word(), name)
    }

    fn id_of<T>(&self, what: &str, name: &str) -> Id<T> {
        let operation = self.operation.unwrap_or_default().to_string();
        name.parse().unwrap_or_else(|_| Id::derive(&["import", &operation, &self.from, what, name]))
    }
}

/// Reads sheets into records, and says what is worth saying of them.
///
/// # Errors
///
/// Everything that is wrong, by sheet, row and column.
pub fn read(
    sheets: &[(Table, &Sheet)],
    keys: &Keys,
) -> Result<(Vec<Incoming>, Vec<Fault>), Faults> {
    let mut faults = Faults::default();
    let mut incoming = Vec::new();
    for table in Table::ALL {
        for (_, sheet) in sheets.iter().filter(|(of, _)| *of == table) {
            read_sheet(table, sheet, keys, &mut incoming, &mut faults);
        }
    }
    for one in &incoming {
        for problem in one.content.problems() {
            faults.error(one.place.clone(), "", problem.to_string());
        }
    }
    let incoming = once(incoming, &mut faults);
    if faults.is_sound() { Ok((incoming, faults.warnings)) } else { Err(faults) }
}

/// Each record once: a document that several statements are of stands in the row of each.
fn once(incoming: Vec<Incoming>, faults: &mut Faults) -> Vec<Incoming> {
    let mut places: BTreeMap<Id, usize> = BTreeMap::new();
    let mut kept: Vec<Incoming> = Vec::with_capacity(incoming.len());
    for one in incoming {
        match places.get(&one.id).and_then(|at| kept.get(*at)) {
            None => {
                places.insert(one.id, kept.len());
                kept.push(one);
            }
            Some(first) if first.content == one.content => {}
            Some(first) => {
                let what = one.content.kind().word();
                let message = format!("{} tells otherwise of the same {what}", first.place);
                faults.error(one.place, "", message);
            }
        }
    }
    kept
}

/// Names of columns that others use for ours.
const ALIASES: [(&str, &str); 2] = [("attributed_to", "speaker"), ("qualifier", "qty_qualifier")];

fn read_sheet(
    table: Table,
    sheet: &Sheet,
    keys: &Keys,
    out: &mut Vec<Incoming>,
    faults: &mut Faults,
) {
    let head = Place::new(&sheet.name, 0);
    let columns = table.columns();
    let mut header: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, name) in sheet.header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let alias = ALIASES.iter().find(|(other, _)| other == name).map(|(_, ours)| *ours);
        header.insert(alias.unwrap_or(name), at);
        let short = matches!(name.as_str(), "qty" | "value");
        if alias.is_none() && !short && !columns.iter().any(|c| c.name == name) {
            faults.warn(head.clone(), name, "no such column is known; it was passed over");
        }
    }
    for column in columns.iter().filter(|c| c.required && !header.contains_key(c.name)) {
        faults.error(
            head.clone(),
            column.name,
            format!("the column is missing: {}", column.meaning),
        );
    }
    if header.contains_key("id") {
        let rows = group(sheet, &header);
        for (name, rows) in rows {
            content::read(table, sheet, &header, &name, &rows, keys, out, faults);
        }
    }
}

/// Rows of one id, with their numbers in the file.
type Rows<'a> = Vec<(u64, &'a [String])>;

/// Rows by their id, in the order of their first. Rows without one are reported where they are read.
fn group<'a>(sheet: &'a Sheet, header: &BTreeMap<&str, usize>) -> Vec<(String, Rows<'a>)> {
    let mut groups: Vec<(String, Rows<'a>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (row, cells) in &sheet.rows {
        let name = header.get("id").and_then(|at| cells.get(*at)).cloned().unwrap_or_default();
        let before = places.get(&name).filter(|_| !name.is_empty());
        if let Some((_, rows)) = before.and_then(|at| groups.get_mut(*at)) {
            rows.push((*row, cells));
        } else {
            places.insert(name.clone(), groups.len());
            groups.push((name, vec![(*row, cells)]));
        }
    }
    groups
}

/// A table to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Of which sort it is.
    pub table: Table,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its lines, a cell for each column.
    pub lines: Vec<Vec<String>>,
    /// Records that are not in it, or not all of them, and why.
    pub not_exported: Vec<NotExported>,
}

/// Writes the records of a table's kind. `all` are the records that these name: sources and statements of claims.
pub fn write(
    table: Table,
    records: &[&Record],
    all: &BTreeMap<Id, Record>,
    audience: Audience,
) -> Written {
    let hidden = |column: &Column| column.withheld && audience == Audience::Public;
    let columns: Vec<Column> = table.columns().into_iter().filter(|c| !hidden(c)).collect();
    let mut written = Written { table, columns, lines: Vec::new(), not_exported: Vec::new() };
    for record in records.iter().filter(|record| record.kind() == table.kind()) {
        let mut leave =
            |why: String| written.not_exported.push(NotExported { record: record.id, why });
        if !record.stands() {
            leave("it does not stand: it waits for a second person, or was withdrawn".to_owned());
            continue;
        }
        let Some(content) = shown(&record.content, audience) else {
            leave("it is need-to-know".to_owned());
            continue;
        };
        let lines = content::write(record.id, &content, all);
        let cells = |line: &Line| -> Vec<String> {
            let columns = written.columns.iter();
            columns.map(|c| line.get(c.name).cloned().unwrap_or_default()).collect()
        };
        let lines: Vec<Vec<String>> = lines.iter().map(cells).collect();
        if let Some(why) = lost(&written.columns, &lines, table, record.id, &content) {
            leave(why);
        }
        written.lines.extend(lines);
    }
    written
}

/// What of a record its lines do not hold: they are read again, and compared.
fn lost(
    columns: &[Column],
    lines: &[Vec<String>],
    table: Table,
    id: Id,
    content: &Content,
) -> Option<String> {
    let sheet = Sheet {
        name: table.word().to_owned(),
        header: columns.iter().map(|c| c.name.to_owned()).collect(),
        rows: (1..).zip(lines.iter().cloned()).collect(),
    };
    let back = read(&[(table, &sheet)], &Keys::default());
    let back = back.ok().and_then(|(list, _)| list.into_iter().find(|one| one.id == id));
    let Some(back) = back else { return Some("it cannot be read back from a table".to_owned()) };
    if back.content == *content {
        return None;
    }
    let fields = |content: &Content| {
        let value = serde_json::to_value(content).unwrap_or_default();
        value
            .as_object()
            .and_then(|o| o.values().next())
            .and_then(|v| v.as_object().cloned())
            .unwrap_or_default()
    };
    let (ours, theirs) = (fields(content), fields(&back.content));
    let differing: Vec<&str> = ours
        .iter()
        .filter(|(name, value)| theirs.get(*name) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect();
    Some(format!("a table does not hold all of: {}", differing.join(", ")))
}

impl Written {
    fn head(&self) -> [Vec<String>; 2] {
        let names = self.columns.iter().map(|c| c.name.to_owned()).collect();
        [names, self.columns.iter().map(|c| c.tag.clone()).collect()]
    }

    /// CSV with names, HXL tags, and guarded cells.
    pub fn csv(&self) -> String {
        let [names, tags] = self.head();
        let lines = self.lines.iter().map(|line| guarded_line(line));
        csv_text(&[names, tags].into_iter().chain(lines).collect::<Vec<_>>())
    }

    /// A sheet of a workbook.
    pub fn page(&self) -> Page {
        Page {
            name: self.table.word().to_owned(),
            head: self.head().to_vec(),
            lines: self.lines.clone(),
        }
    }
}

/// An empty table to be filled in: names, and under each what it means.
pub fn template(table: Table) -> Page {
    let columns = table.columns();
    let names = columns.iter().map(|c| c.name.to_owned()).collect();
    let meanings = (0..).zip(&columns).map(|(at, column)| {
        let must = if column.required { "required: " } else { "" };
        // A row that begins so is passed over when the table is read.
        let mark = if at == 0 { "# " } else { "" };
        format!("{mark}{must}{}", column.meaning)
    });
    Page { name: table.word().to_owned(), head: vec![names, meanings.collect()], lines: Vec::new() }
}
