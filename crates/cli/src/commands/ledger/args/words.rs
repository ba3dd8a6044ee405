//! Words on the command line that stand for values of the ledger.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use relight_ledger::exchange::tables::Table;
use relight_ledger::model::{Category, Kind, Relation, Stage};

pub(super) fn relation() -> impl TypedValueParser<Value = Relation> {
    PossibleValuesParser::new(Relation::ALL.map(Relation::word))
        .try_map(|word| Relation::from_word(&word).ok_or("expected a relation"))
}

pub(super) fn table() -> impl TypedValueParser<Value = Table> {
    PossibleValuesParser::new(Table::ALL.map(Table::word))
        .try_map(|word| Table::from_word(&word).ok_or("expected a table"))
}

pub(super) fn country(text: &str) -> Result<String, &'static str> {
    let two = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    if two { Ok(text.to_owned()) } else { Err("expected two capital letters, such as UA") }
}

pub(super) fn hours(text: &str) -> Result<f64, &'static str> {
    let hours = text.parse().ok().filter(|h: &f64| *h > 0.0 && *h <= 24.0 * 366.0);
    hours.ok_or("expected a number of hours above 0")
}

pub(super) fn kind() -> impl TypedValueParser<Value = Kind> {
    let words = Kind::ALL.iter().map(|kind| kind.word());
    PossibleValuesParser::new(words).try_map(|word| Kind::from_word(&word).ok_or("expected a kind"))
}

pub(super) fn stage() -> impl TypedValueParser<Value = Stage> {
    PossibleValuesParser::new(Stage::ALL.map(Stage::word))
        .try_map(|word| Stage::from_word(&word).ok_or("expected a stage"))
}

pub(super) fn category() -> impl TypedValueParser<Value = Category> {
    PossibleValuesParser::new(Category::all().map(Category::word))
        .try_map(|word| Category::from_word(&word).ok_or("expected a sort of things"))
}
