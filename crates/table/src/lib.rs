//! Results as columns that have a name and a type, in the two forms in which programs take them: CSV, where nothing but the header
//! tells what a cell is, and Parquet, where types come along.
//!
//! A column's type is the same whatever it holds, so that tables of two runs can be put one below the other. The same table gives the
//! same bytes.

mod parquet;

pub use ::parquet::errors::ParquetError;

/// The values of a column; `None` where there is nothing to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// Yes or no, which is always known: 1 or 0 in CSV.
    Flag(Vec<bool>),
}

impl Column {
    /// Texts that are all there.
    pub fn text<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Column::Text(values.into_iter().map(|v| Some(v.into())).collect())
    }

    /// Counts, numbers of buses or rows of a case.
    pub fn whole<T: TryInto<i64>>(values: impl IntoIterator<Item = T>) -> Self {
        Column::wholes(values.into_iter().map(Some))
    }

    /// The same, where some are missing. A number beyond 64 bits is told as missing.
    pub fn wholes<T: TryInto<i64>>(values: impl IntoIterator<Item = Option<T>>) -> Self {
        Column::Whole(values.into_iter().map(|v| v?.try_into().ok()).collect())
    }

    /// Numbers that are all there.
    pub fn number(values: impl IntoIterator<Item = f64>) -> Self {
        Column::Number(values.into_iter().map(Some).collect())
    }

    /// Its rows.
    pub fn len(&self) -> usize {
        match self {
            Column::Text(values) => values.len(),
            Column::Whole(values) => values.len(),
            Column::Number(values) => values.len(),
            Column::Flag(values) => values.len(),
        }
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What CSV has in a row: all digits of a number, so that nothing is lost on the way.
    fn cell(&self, row: usize) -> String {
        let cell = match self {
            Column::Text(values) => values.get(row).cloned().flatten(),
            Column::Whole(values) => values.get(row).copied().flatten().map(|v| v.to_string()),
            // A negative zero is zero.
            Column::Number(values) => {
                values.get(row).copied().flatten().map(|v| (v + 0.0).to_string())
            }
            Column::Flag(values) => values.get(row).map(|v| u8::from(*v).to_string()),
        };
        cell.unwrap_or_default()
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// UTF-8, commas, a header row, empty cells where there is nothing to tell.
    Csv,
    /// Apache Parquet, compressed with Snappy.
    Parquet,
}

impl Format {
    /// How the names of such files end, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }
}

/// Columns of one length, with their names.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    name: &'static str,
    columns: Vec<(&'static str, Column)>,
}

impl Table {
    /// A table of these columns. One that is shorter than the longest ends in rows without a value.
    pub fn new(name: &'static str, mut columns: Vec<(&'static str, Column)>) -> Self {
        let rows = columns.iter().map(|(_, c)| c.len()).max().unwrap_or(0);
        for (_, column) in &mut columns {
            match column {
                Column::Text(values) => values.resize(rows, None),
                Column::Whole(values) => values.resize(rows, None),
                Column::Number(values) => values.resize(rows, None),
                Column::Flag(values) => values.resize(rows, false),
            }
        }
        Table { name, columns }
    }

    /// Its name: that of its file, without what tells the format.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its columns in order.
    pub fn columns(&self) -> &[(&'static str, Column)] {
        &self.columns
    }

    /// Its rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, c)| c.len())
    }

    /// The name of its file in this format.
    pub fn file_name(&self, format: Format) -> String {
        format!("{}.{}", self.name, format.extension())
    }

    /// The content of its file in this format.
    ///
    /// # Errors
    /// None that is known: writing to memory has no reason to fail.
    pub fn content(&self, format: Format) -> Result<Vec<u8>, ParquetError> {
        match format {
            Format::Csv => Ok(self.csv()),
            Format::Parquet => parquet::write(self),
        }
    }

    /// The table as CSV.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory, with rows of one length each: none of it can fail.
        let _ = writer.write_record(self.columns.iter().map(|(name, _)| name));
        for row in 0..self.rows() {
            let _ = writer.write_record(self.columns.iter().map(|(_, c)| c.cell(row)));
        }
        writer.into_inner().unwrap_or_default()
    }
}
