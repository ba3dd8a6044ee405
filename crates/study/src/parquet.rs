//! The rows of a study as Parquet: what pandas, Polars, `DuckDB`, R and Spark read without being told anything.
//!
//! The same rows give the same bytes.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::columns::{self, Column};
use crate::run::Row;
use crate::study::Study;

/// Rows of a row group, at most: what a reader holds at once.
const ROWS: usize = 1 << 17;

/// `results.parquet`: a row for each scenario and policy ([`columns::results`]).
pub fn results(studies: &[(&Study, Vec<&Row>)]) -> Result<Vec<u8>, ParquetError> {
    write("results", &columns::results(studies))
}

/// `losses.parquet`: a row for each scenario, policy, measure and region in which something is lost
/// ([`columns::losses`]).
pub fn losses(study: &Study, rows: &[&Row]) -> Result<Vec<u8>, ParquetError> {
    write("losses", &columns::losses(study, rows))
}

fn write(name: &str, columns: &[(String, Column)]) -> Result<Vec<u8>, ParquetError> {
    let field = |(name, column): &(String, Column)| {
        let (physical, logical, repetition) = match column {
            Column::Text(_) => {
                (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED)
            }
            Column::Whole(values) if values.iter().all(Option::is_some) => {
                (Physical::INT64, None, Repetition::REQUIRED)
            }
            Column::Whole(_) => (Physical::INT64, None, Repetition::OPTIONAL),
            Column::Flag(_) => (Physical::BOOLEAN, None, Repetition::REQUIRED),
        };
        let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        builder.with_logical_type(logical).build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder(name).with_fields(fields).build()?);
    let properties = WriterProperties::builder()
        .set_created_by(concat!("relight ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let rows = columns.first().map_or(0, |(_, column)| match column {
        Column::Text(values) => values.len(),
        Column::Whole(values) => values.len(),
        Column::Flag(values) => values.len(),
    });
    for start in (0..rows).step_by(ROWS) {
        let range = start..(start + ROWS).min(rows);
        let mut group = file.next_row_group()?;
        for (_, column) in columns {
            let Some(mut writer) = group.next_column()? else { break };
            match (writer.untyped(), column) {
                (ColumnWriter::ByteArrayColumnWriter(writer), Column::Text(values)) => {
                    let values: Vec<ByteArray> =
                        values[range.clone()].iter().map(|text| text.as_str().into()).collect();
                    writer.write_batch(&values, None, None)?;
                }
                (ColumnWriter::Int64ColumnWriter(writer), Column::Whole(values)) => {
                    let part = &values[range.clone()];
                    let there: Vec<i64> = part.iter().flatten().copied().collect();
                    let levels: Vec<i16> = part.iter().map(|v| i16::from(v.is_some())).collect();
                    let optional = values.iter().any(Option::is_none);
                    writer.write_batch(&there, optional.then_some(&levels), None)?;
                }
                (ColumnWriter::BoolColumnWriter(writer), Column::Flag(values)) => {
                    writer.write_batch(&values[range.clone()], None, None)?;
                }
                _ => return Err(ParquetError::General("a column of another type".to_owned())),
            }
            writer.close()?;
        }
        group.close()?;
    }
    file.into_inner()
}
