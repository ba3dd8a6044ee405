//! The rows of a study as Parquet: what pandas, Polars, `DuckDB`, R and Spark read without being told anything.
//!
//! The same rows give the same bytes. Losses of a scenario that is out of reach are null: no mean can take them for
//! nothing lost.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::run::{Losses, Row};
use crate::study::Study;

/// Rows of a row group, at most: what a reader holds at once.
const ROWS: usize = 1 << 17;

/// The values of a column.
enum Column {
    Text(Vec<String>),
    Whole(Vec<Option<i64>>),
    Flag(Vec<bool>),
}

/// `results.parquet`: a row for each scenario and policy. `studies` gives rows with the study whose policies they are of.
pub fn results(studies: &[(&Study, Vec<&Row>)]) -> Result<Vec<u8>, ParquetError> {
    let all =
        || studies.iter().flat_map(|(study, rows)| rows.iter().map(move |row| (*study, *row)));
    let whole = |of: &dyn Fn(&Row) -> i64| Column::Whole(all().map(|(_, r)| Some(of(r))).collect());
    let lost = |of: &dyn Fn(&Study, &Losses) -> i64| {
        Column::Whole(all().map(|(s, r)| r.losses.as_ref().map(|l| of(s, l))).collect())
    };
    let hazard = |s: &Study, r: &Row| {
        let draw = s.settings().draws.get(r.draw as usize);
        draw.map_or("", |d| d.hazard.word()).to_owned()
    };
    let policy = |s: &Study, r: &Row| {
        s.settings().policies.get(r.policy as usize).map_or(String::new(), |p| p.name.clone())
    };
    let mut columns = vec![
        ("scenario".to_owned(), whole(&|r| r.scenario.cast_signed())),
        ("policy".to_owned(), Column::Text(all().map(|(s, r)| policy(s, r)).collect())),
        ("hazard".to_owned(), Column::Text(all().map(|(s, r)| hazard(s, r)).collect())),
        ("reached".to_owned(), Column::Flag(all().map(|(_, r)| r.losses.is_some()).collect())),
        ("elements_out".to_owned(), whole(&|r| r.elements.into())),
        ("transformers_lost".to_owned(), whole(&|r| r.transformers.into())),
        ("lines_down".to_owned(), whole(&|r| r.lines.into())),
        ("jobs".to_owned(), lost(&|_, l| l.jobs.into())),
        ("jobs_done".to_owned(), lost(&|_, l| l.jobs_done.into())),
        ("weighted".to_owned(), lost(&|_, l| l.weighted)),
        ("unserved_mwh".to_owned(), lost(&|_, l| l.unserved_mwh)),
    ];
    let measures = studies.first().map_or(&[][..], |(study, _)| study.measures());
    for (m, measure) in measures.iter().enumerate() {
        let name = format!("people_hours_without_{measure}");
        columns.push((name, lost(&|s, l| l.of_measure(s, m))));
    }
    write("results", &columns)
}

/// `losses.parquet`: a row for each scenario, policy, measure and region in which something is lost.
pub fn losses(study: &Study, rows: &[&Row]) -> Result<Vec<u8>, ParquetError> {
    let regions = study.regions().len();
    let mut scenario = Vec::new();
    let (mut policy, mut measure, mut region) = (Vec::new(), Vec::new(), Vec::new());
    let mut people_hours = Vec::new();
    for row in rows {
        let Some(losses) = &row.losses else { continue };
        let name = study.settings().policies.get(row.policy as usize).map_or("", |p| &p.name);
        for (k, &lost) in losses.lost.iter().enumerate().filter(|(_, lost)| **lost != 0) {
            let of = |names: &[String], k: usize| names.get(k).cloned().unwrap_or_default();
            scenario.push(Some(row.scenario.cast_signed()));
            policy.push(name.to_owned());
            measure.push(of(study.measures(), k / regions));
            region.push(of(study.regions(), k % regions));
            people_hours.push(Some(lost));
        }
    }
    let columns = [
        ("scenario".to_owned(), Column::Whole(scenario)),
        ("policy".to_owned(), Column::Text(policy)),
        ("measure".to_owned(), Column::Text(measure)),
        ("region".to_owned(), Column::Text(region)),
        ("people_hours".to_owned(), Column::Whole(people_hours)),
    ];
    write("losses", &columns)
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
