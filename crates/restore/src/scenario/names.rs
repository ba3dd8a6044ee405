//! From names to indices: identifiers of a table, and names that are collected where they appear.

use std::collections::BTreeMap;

use super::finding::{Code, Findings};
use super::table::{Loaded, Place, TableRecord};

/// The identifiers of a table.
pub(super) struct Names {
    file: &'static str,
    present: bool,
    partial: bool,
    /// `None`: the row of this name could not be read.
    index: BTreeMap<String, Option<usize>>,
    /// The line of each.
    lines: Vec<usize>,
}

impl Names {
    /// No names yet, of a table that was read.
    pub fn of<T: TableRecord>(table: &Loaded<T>) -> Self {
        Names {
            file: T::FILE,
            present: table.present,
            partial: table.partial,
            index: table.spoiled.iter().map(|name| (name.clone(), None)).collect(),
            lines: Vec::new(),
        }
    }

    /// Takes the names of another table where this one is absent and made up from it.
    pub fn take_over(&mut self, other: &Names) {
        self.index.clone_from(&other.index);
        self.lines.clone_from(&other.lines);
        self.present = other.present;
        self.partial = other.partial;
    }

    /// Gives the next index to the name of a row; one that has an index already is an error. A row whose name
    /// could not be read uses up an index all the same.
    pub fn define(
        &mut self,
        place: Place,
        column: &str,
        name: Option<&String>,
        findings: &mut Findings,
    ) {
        let index = self.lines.len();
        self.lines.push(place.line);
        let Some(name) = name else { return };
        if let Some(Some(first)) = self.index.get(name) {
            let line = self.lines.get(*first).copied().unwrap_or_default();
            let message = format!("\"{name}\" is used again (first at line {line})");
            let finding = place.error(column, Code::Duplicate, message).value(name);
            findings.push(finding.expected("each identifier once"));
        } else {
            self.index.insert(name.clone(), Some(index));
        }
    }

    /// The index of a name that the row at `place` mentions; a name that there is not is an error.
    pub fn find(
        &self,
        place: Place,
        column: &str,
        name: Option<&String>,
        findings: &mut Findings,
    ) -> Option<usize> {
        let name = name?;
        if let Some(index) = self.index.get(name) {
            return *index;
        }
        if !self.partial {
            let file = self.file;
            let missing = if self.present { "is not in" } else { "has no meaning without" };
            let message = format!("\"{name}\" {missing} {file}");
            let finding = place.error(column, Code::UnknownReference, message).value(name);
            findings.push(finding.expected(format!("an identifier of {file}")));
        }
        None
    }
}

/// Names by order of first appearance.
#[derive(Default)]
pub(super) struct Interner {
    names: Vec<String>,
    index: BTreeMap<String, usize>,
}

impl Interner {
    /// The index of a name, a new one if it is new.
    pub fn index(&mut self, name: &str) -> usize {
        if let Some(index) = self.index.get(name) {
            return *index;
        }
        self.index.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.names.len() - 1
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The names.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}
