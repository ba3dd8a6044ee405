//! Tables between the files and Arrow: CSV in the words of the file contract on one side, typed columns on the other.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use pyo3_arrow::input::AnyRecordBatch;

use crate::columns::{self, Type};

/// A table in Arrow's memory layout. Whatever reads Arrow takes it as it is, without a copy: `pyarrow.table(t)`,
/// `polars.DataFrame(t)`, `pandas.DataFrame.from_arrow(t)`.
#[pyclass(frozen, module = "relight")]
pub struct Table {
    batch: RecordBatch,
}

#[pymethods]
impl Table {
    /// Number of rows.
    #[getter]
    pub fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Number of columns.
    #[getter]
    fn num_columns(&self) -> usize {
        self.batch.num_columns()
    }

    /// Names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.batch.schema_ref().fields().iter().map(|f| f.name().clone()).collect()
    }

    /// The values of a column as a list of Python values; None where a cell is empty.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let column =
            self.batch.column_by_name(name).ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        values(py, column)
    }

    /// All columns by name, each a list of Python values.
    fn to_pydict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for (field, column) in self.batch.schema_ref().fields().iter().zip(self.batch.columns()) {
            out.set_item(field.name(), values(py, column)?)?;
        }
        Ok(out)
    }

    /// The table as CSV, as the files have it: UTF-8, a header row, empty cells where there is no value.
    fn to_csv(&self) -> PyResult<Vec<u8>> {
        csv_of(std::slice::from_ref(&self.batch), self.batch.schema_ref()).map_err(failed)
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __repr__(&self) -> String {
        let fields = self.batch.schema_ref().fields().iter();
        let columns: Vec<String> =
            fields.map(|f| format!("{}: {}", f.name(), f.data_type())).collect();
        format!("<relight.Table of {} rows: {}>", self.batch.num_rows(), columns.join(", "))
    }

    /// The schema as a PyCapsule of the Arrow C data interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.batch.schema_ref().as_ref())?)
    }

    /// The table as a PyCapsule of the Arrow C stream interface, without a copy.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let rows: ArrayRef = Arc::new(StructArray::from(self.batch.clone()));
        let fields = self.batch.schema_ref().fields().clone();
        let field = Field::new_struct("", fields, false);
        let stream = ArrayIterator::new(vec![Ok(rows)], field.into());
        Ok(to_stream_pycapsule(py, Box::new(stream), requested_schema)?)
    }
}

impl Table {
    /// A table of these columns, which must be of one length.
    pub fn new(columns: Vec<(&str, ArrayRef)>) -> Result<Self, ArrowError> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, c)| Field::new(*name, c.data_type().clone(), true))
            .collect();
        let columns = columns.into_iter().map(|(_, c)| c).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        Ok(Table { batch })
    }

    /// The file `name`.csv, which this program wrote or has checked, as typed columns.
    pub fn of_csv(name: &str, bytes: &[u8]) -> Result<Self, ArrowError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let wrong = |e: csv::Error| ArrowError::CsvError(e.to_string());
        let header = reader.headers().map_err(wrong)?.clone();
        let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        // A line without a comma may be left over at the end of a sheet.
        let records: Vec<_> =
            records.iter().filter(|r| r.iter().any(|cell| !cell.is_empty())).collect();
        let columns: Vec<(&str, ArrayRef)> = (header.iter().enumerate())
            .map(|(at, column)| {
                let cells: Vec<&str> =
                    records.iter().map(|r| r.get(at).unwrap_or_default()).collect();
                let typed = typed(columns::of(name, column), &cells);
                (column, typed.unwrap_or_else(|| text(&cells)))
            })
            .collect();
        Table::new(columns)
    }
}

/// An exception for a table that Arrow refuses.
pub fn failed(error: ArrowError) -> PyErr {
    pyo3_arrow::error::PyArrowError::from(error).into()
}

/// The cells of a column in its type; `None` where one of them is not of it.
fn typed(kind: Type, cells: &[&str]) -> Option<ArrayRef> {
    Some(match kind {
        Type::Text => text(cells),
        Type::Number => {
            let mut out = Float64Builder::with_capacity(cells.len());
            for cell in cells {
                out.append_option(optional(cell, |c| c.parse().ok())?);
            }
            Arc::new(out.finish())
        }
        Type::Whole => {
            let mut out = Int64Builder::with_capacity(cells.len());
            for cell in cells {
                out.append_option(optional(cell, whole)?);
            }
            Arc::new(out.finish())
        }
        Type::Flag => {
            let mut out = BooleanBuilder::with_capacity(cells.len());
            for cell in cells {
                out.append_option(
                    optional(cell, |c| ["0", "1"].iter().position(|f| *f == c))?
                        .map(|flag| flag == 1),
                );
            }
            Arc::new(out.finish())
        }
    })
}

/// `Some(None)` for an empty cell, `None` for one that cannot be read.
#[expect(clippy::option_option, reason = "there are three answers")]
fn optional<T>(cell: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if cell.is_empty() { Some(None) } else { read(cell).map(Some) }
}

/// A whole number, also where it is written `3.0`.
fn whole(cell: &str) -> Option<i64> {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    cell.parse().ok().or_else(|| {
        let value: f64 = cell.parse().ok()?;
        (value.fract() == 0.0 && value.abs() <= LARGEST_EXACT).then_some(value as i64)
    })
}

fn text(cells: &[&str]) -> ArrayRef {
    let mut out = StringBuilder::new();
    for cell in cells {
        out.append_option(Some(*cell).filter(|c| !c.is_empty()));
    }
    Arc::new(out.finish())
}

/// A table that somebody hands over, as CSV of the file contract: nulls are empty cells.
///
/// # Errors
/// If it speaks no Arrow, or holds what no cell can show.
pub fn read(table: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let (batches, schema) = batches(table)?;
    csv_of(&batches, &schema).map_err(failed)
}

/// A table that somebody hands over.
///
/// # Errors
/// If it speaks no Arrow.
pub fn batches(table: &Bound<'_, PyAny>) -> PyResult<(Vec<RecordBatch>, Arc<Schema>)> {
    let input: AnyRecordBatch = table.extract()?;
    Ok(input.into_table()?.into_inner())
}

fn csv_of(batches: &[RecordBatch], schema: &Schema) -> Result<Vec<u8>, ArrowError> {
    let wrong = |e: csv::Error| ArrowError::CsvError(e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(schema.fields().iter().map(|f| f.name())).map_err(wrong)?;
    let options = FormatOptions::default();
    for batch in batches {
        let columns: Vec<Cells<'_>> =
            batch.columns().iter().map(|c| Cells::of(c, &options)).collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let cells: Vec<String> =
                columns.iter().map(|c| c.cell(row)).collect::<Result<_, _>>()?;
            writer.write_record(&cells).map_err(wrong)?;
        }
    }
    writer.into_inner().map_err(|e| ArrowError::CsvError(e.to_string()))
}

/// A column as texts. Numbers have the fewest digits that read back as the same number, `3` and not `3.0`: a column of
/// whole numbers with gaps comes as floats from pandas.
enum Cells<'a> {
    Single(&'a arrow_array::Float32Array),
    Double(&'a arrow_array::Float64Array),
    Flag(&'a arrow_array::BooleanArray),
    Other(ArrayFormatter<'a>),
}

impl<'a> Cells<'a> {
    fn of(column: &'a ArrayRef, options: &FormatOptions<'a>) -> Result<Self, ArrowError> {
        Ok(match column.data_type() {
            DataType::Float32 => Cells::Single(column.as_primitive::<Float32Type>()),
            DataType::Float64 => Cells::Double(column.as_primitive::<Float64Type>()),
            DataType::Boolean => Cells::Flag(column.as_boolean()),
            _ => Cells::Other(ArrayFormatter::try_new(column.as_ref(), options)?),
        })
    }

    fn cell(&self, row: usize) -> Result<String, ArrowError> {
        Ok(match self {
            Cells::Single(c) if c.is_valid(row) => (c.value(row) + 0.0).to_string(),
            Cells::Double(c) if c.is_valid(row) => (c.value(row) + 0.0).to_string(),
            Cells::Flag(c) if c.is_valid(row) => u8::from(c.value(row)).to_string(),
            Cells::Other(c) => c.value(row).try_to_string()?,
            _ => String::new(),
        })
    }
}

/// A column as Python values.
fn values<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    match column.data_type() {
        DataType::Int64 => PyList::new(py, column.as_primitive::<Int64Type>().iter()),
        DataType::Float64 => PyList::new(py, column.as_primitive::<Float64Type>().iter()),
        DataType::Boolean => PyList::new(py, column.as_boolean().iter()),
        DataType::FixedSizeList(..) => {
            let rows = column.as_fixed_size_list();
            let rows = (0..rows.len()).map(|row| values(py, &rows.value(row)));
            PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
        }
        _ => PyList::new(py, column.as_string::<i32>().iter()),
    }
}
