//! The four tables that a network is made of, as numbers with the lines that they came from.

/// What the format says about a table.
pub(super) struct Spec {
    /// Its name: `bus` for `mpc.bus`.
    pub name: &'static str,
    /// Names of the columns that are kept, in the order of the MATPOWER manual, appendix B.
    pub columns: &'static [&'static str],
    /// The fewest columns that a row can have.
    pub fewest: usize,
    /// The columns of a solved case.
    pub most: usize,
}

/// `mpc.bus`.
pub(super) const BUS: Spec = Spec {
    name: "bus",
    columns: &[
        "bus_i", "type", "Pd", "Qd", "Gs", "Bs", "area", "Vm", "Va", "baseKV", "zone", "Vmax",
        "Vmin",
    ],
    fewest: 13,
    most: 17,
};

/// `mpc.gen`.
pub(super) const GEN: Spec = Spec {
    name: "gen",
    columns: &["bus", "Pg", "Qg", "Qmax", "Qmin", "Vg", "mBase", "status", "Pmax", "Pmin"],
    fewest: 10,
    most: 25,
};

/// `mpc.branch`. Files of before 2007 end at the status.
pub(super) const BRANCH: Spec = Spec {
    name: "branch",
    columns: &[
        "fbus", "tbus", "r", "x", "b", "rateA", "rateB", "rateC", "ratio", "angle", "status",
        "angmin", "angmax",
    ],
    fewest: 11,
    most: 21,
};

/// `mpc.dcline`.
pub(super) const DCLINE: Spec = Spec {
    name: "dcline",
    columns: &["fbus", "tbus", "status", "Pf", "Pt", "Qf", "Qt"],
    fewest: 17,
    most: 23,
};

/// One row.
pub(super) struct Row {
    /// Its line in the file.
    pub line: u32,
    /// Its number in the table, from 1, with the rows that could not be kept.
    pub number: u32,
    /// How many columns it has.
    pub columns: u32,
}

/// A table: the kept columns of its rows.
pub(super) struct Table {
    pub spec: &'static Spec,
    /// The line where it begins.
    pub line: usize,
    pub rows: Vec<Row>,
    /// Row by row, `spec.columns.len()` each. NaN marks what could not be read and was reported.
    values: Vec<f64>,
    /// The first entries of rows that are not kept.
    pub cut_short: Vec<f64>,
    current: Vec<f64>,
    columns: usize,
    numbered: u32,
}

impl Table {
    pub fn new(spec: &'static Spec, line: usize) -> Self {
        let current = Vec::with_capacity(spec.columns.len());
        Table {
            spec,
            line,
            rows: Vec::new(),
            values: Vec::new(),
            cut_short: Vec::new(),
            current,
            columns: 0,
            numbered: 0,
        }
    }

    /// The row that is being filled, from 1.
    pub fn row_number(&self) -> u32 {
        self.numbered + 1
    }

    /// How many entries the row that is being filled has.
    pub fn filled(&self) -> usize {
        self.columns
    }

    /// Whether the next entry is of a column that is kept.
    pub fn keeps_next(&self) -> bool {
        self.columns < self.spec.columns.len()
    }

    pub fn push(&mut self, value: f64) {
        if self.keeps_next() {
            self.current.push(value);
        }
        self.columns += 1;
    }

    /// Ends the row. `Err` with its columns where these are too few: of such a row only the first entry
    /// is kept, so that a file of tiny rows cannot take many times its own size.
    pub fn end_row(&mut self, line: usize) -> Result<(), usize> {
        let columns = std::mem::take(&mut self.columns);
        if columns == 0 {
            return Ok(());
        }
        self.numbered += 1;
        if columns >= self.spec.fewest {
            self.current.resize(self.spec.columns.len(), 0.0);
            self.values.append(&mut self.current);
            self.rows.push(Row {
                line: u32::try_from(line).unwrap_or(u32::MAX),
                number: self.numbered,
                columns: u32::try_from(columns).unwrap_or(u32::MAX),
            });
            return Ok(());
        }
        self.cut_short.extend(self.current.first());
        self.current.clear();
        Err(columns)
    }

    /// The rows with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&Row, &[f64])> {
        self.rows.iter().zip(self.values.chunks_exact(self.spec.columns.len()))
    }

    /// The entry at a row and a column, both from 1.
    pub fn entry(&self, row: f64, column: f64) -> Option<f64> {
        let row = position(row, self.rows.len())?;
        let width = self.spec.columns.len();
        let column = position(column, width)?;
        self.values.get(row * width + column).copied()
    }

    /// The place of a column, which is written from 1.
    pub fn column(&self, column: f64) -> Option<usize> {
        position(column, self.spec.columns.len())
    }

    /// `self[:, to] = change(self[:, from])`.
    pub fn assign(&mut self, to: usize, from: usize, change: impl Fn(f64) -> f64) {
        for row in self.values.chunks_exact_mut(self.spec.columns.len()) {
            row[to] = change(row[from]);
        }
    }
}

/// A position from 1, as a place from 0, where it is a whole number and not past the end.
fn position(at: f64, len: usize) -> Option<usize> {
    (at.fract() == 0.0 && at >= 1.0 && at <= len as f64).then(|| at as usize - 1)
}

/// The tables read so far.
#[derive(Default)]
pub(super) struct Tables {
    tables: Vec<Table>,
}

impl Tables {
    pub fn get(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.spec.name == name)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.iter_mut().find(|t| t.spec.name == name)
    }

    pub fn push(&mut self, table: Table) {
        self.tables.push(table);
    }
}
