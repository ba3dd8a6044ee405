//! Tables read back by readers that are not ours: those of the crates `csv` and `parquet`.

use parquet::basic::{Repetition, Type as Physical};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use relight_table::{Column, Format, Table};

/// A table with every type, gaps, and what CSV has to quote.
fn table() -> Table {
    Table::new(
        "things",
        vec![
            ("name", Column::Text(vec![Some("a, \"b\"".into()), None, Some("Žuža\n".into())])),
            ("count", Column::Whole(vec![None, Some(-3), Some(i64::MAX)])),
            ("mw", Column::Number(vec![Some(-0.0), Some(0.1 + 0.2), None])),
            ("on", Column::Flag(vec![true, false, true])),
        ],
    )
}

#[test]
fn csv_keeps_every_digit_and_leaves_gaps_empty() {
    let bytes = table().csv();
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    assert_eq!(reader.headers().unwrap(), vec!["name", "count", "mw", "on"]);
    let rows: Vec<Vec<String>> =
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows[0], ["a, \"b\"", "", "0", "1"]);
    assert_eq!(rows[1], ["", "-3", "0.30000000000000004", "0"]);
    assert_eq!(rows[2], ["Žuža\n", "9223372036854775807", "", "1"]);
}

#[test]
fn parquet_gives_back_what_went_in() {
    let bytes = table().content(Format::Parquet).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let rows: Vec<Vec<Field>> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().into_columns().into_iter().map(|(_, f)| f).collect())
        .collect();
    let text = |t: &str| Field::Str(t.to_owned());
    assert_eq!(
        rows,
        [
            vec![text("a, \"b\""), Field::Null, Field::Double(0.0), Field::Bool(true)],
            vec![Field::Null, Field::Long(-3), Field::Double(0.1 + 0.2), Field::Bool(false)],
            vec![text("Žuža\n"), Field::Long(i64::MAX), Field::Null, Field::Bool(true)],
        ]
    );
}

#[test]
fn types_do_not_depend_on_what_is_in_a_column() {
    let schema = |table: &Table| {
        let bytes = table.content(Format::Parquet).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let column = |c: &parquet::schema::types::ColumnDescPtr| {
            (c.name().to_owned(), c.physical_type(), c.self_type().get_basic_info().repetition())
        };
        schema.columns().iter().map(column).collect::<Vec<_>>()
    };
    let empty = Table::new(
        "things",
        vec![
            ("name", Column::Text(Vec::new())),
            ("count", Column::Whole(Vec::new())),
            ("mw", Column::Number(Vec::new())),
            ("on", Column::Flag(Vec::new())),
        ],
    );
    let all = schema(&table());
    assert_eq!(all, schema(&empty));
    assert_eq!(all[2], ("mw".to_owned(), Physical::DOUBLE, Repetition::OPTIONAL));
    assert_eq!(empty.csv(), b"name,count,mw,on\n");
}

#[test]
fn the_same_table_gives_the_same_bytes_over_several_row_groups() {
    let count = (1 << 17) + 5;
    let long = Table::new("long", vec![("row", Column::whole(0..count))]);
    let bytes = long.content(Format::Parquet).unwrap();
    assert_eq!(bytes, long.content(Format::Parquet).unwrap());
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    assert_eq!(reader.num_row_groups(), 2);
    assert_eq!(reader.get_row_iter(None).unwrap().count(), count);
}
