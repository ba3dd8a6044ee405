//! A table as Parquet: what pandas, Polars, `DuckDB`, R and Spark read without being told anything.

use std::ops::Range;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::{Column, Table};

/// Rows of a row group, at most: what a reader holds at once.
const ROWS: usize = 1 << 17;

pub fn write(table: &Table) -> Result<Vec<u8>, ParquetError> {
    let field = |(name, column): &(&str, Column)| {
        let (physical, logical, repetition) = match column {
            Column::Text(_) => {
                (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL)
            }
            Column::Whole(_) => (Physical::INT64, None, Repetition::OPTIONAL),
            Column::Number(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
            Column::Flag(_) => (Physical::BOOLEAN, None, Repetition::REQUIRED),
        };
        let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        builder.with_logical_type(logical).build().map(Arc::new)
    };
    let fields = table.columns().iter().map(field).collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder(table.name()).with_fields(fields).build()?);
    let properties = WriterProperties::builder()
        .set_created_by(concat!("relight ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    for start in (0..table.rows()).step_by(ROWS) {
        let range = start..(start + ROWS).min(table.rows());
        let mut group = file.next_row_group()?;
        for (_, column) in table.columns() {
            let Some(mut writer) = group.next_column()? else { break };
            put(writer.untyped(), column, range.clone())?;
            writer.close()?;
        }
        group.close()?;
    }
    file.into_inner()
}

fn put(
    writer: &mut ColumnWriter<'_>,
    column: &Column,
    rows: Range<usize>,
) -> Result<(), ParquetError> {
    match (writer, column) {
        (ColumnWriter::ByteArrayColumnWriter(writer), Column::Text(values)) => {
            let (there, levels) = there(&values[rows], |v| ByteArray::from(v.as_str()));
            writer.write_batch(&there, Some(&levels), None)?;
        }
        (ColumnWriter::Int64ColumnWriter(writer), Column::Whole(values)) => {
            let (there, levels) = there(&values[rows], |v| *v);
            writer.write_batch(&there, Some(&levels), None)?;
        }
        (ColumnWriter::DoubleColumnWriter(writer), Column::Number(values)) => {
            // A negative zero is zero, as in CSV.
            let (there, levels) = there(&values[rows], |v| v + 0.0);
            writer.write_batch(&there, Some(&levels), None)?;
        }
        (ColumnWriter::BoolColumnWriter(writer), Column::Flag(values)) => {
            writer.write_batch(&values[rows], None, None)?;
        }
        _ => return Err(ParquetError::General("a column of another type".to_owned())),
    }
    Ok(())
}

/// The values that there are, and for each row whether it has one.
fn there<T, P>(values: &[Option<T>], of: impl Fn(&T) -> P) -> (Vec<P>, Vec<i16>) {
    let levels = values.iter().map(|v| i16::from(v.is_some())).collect();
    (values.iter().flatten().map(of).collect(), levels)
}
