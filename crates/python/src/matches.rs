//! Offers held against needs, as a table.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, StringArray};
use arrow_schema::ArrowError;
use relight_catalogue::Check;
use relight_restore::Scenario;
use relight_restore::plan::MatchRow;

use crate::table::Table;

/// A row for each check; an offer without checks has one row all the same.
pub fn table<'a>(
    scenario: &Scenario,
    rows: impl Iterator<Item = &'a MatchRow>,
) -> Result<Table, ArrowError> {
    let rows: Vec<(&MatchRow, Option<&Check>)> = rows
        .flat_map(|r| {
            let none = r.result.checks.is_empty().then_some((r, None));
            r.result.checks.iter().map(move |c| (r, Some(c))).chain(none)
        })
        .collect();
    let need = |r: &MatchRow| &scenario.needs[r.need];
    let offer = |r: &MatchRow| &scenario.offers[r.offer];
    let text = |of: &dyn Fn(&MatchRow) -> String| -> Arc<StringArray> {
        Arc::new(rows.iter().map(|(r, _)| Some(of(r))).collect())
    };
    let whole = |of: &dyn Fn(&MatchRow) -> u32| -> Arc<Int64Array> {
        Arc::new(rows.iter().map(|(r, _)| Some(i64::from(of(r)))).collect())
    };
    let words = |of: &dyn Fn(&Check) -> &str| -> Arc<StringArray> {
        Arc::new(rows.iter().map(|(_, c)| c.map(of)).collect())
    };
    let number = |of: &dyn Fn(&Check) -> Option<f64>| -> Arc<Float64Array> {
        Arc::new(rows.iter().map(|(_, c)| c.and_then(of)).collect())
    };
    let usable: Float64Array = rows.iter().map(|(r, _)| r.result.usable_mva).collect();
    Table::new(vec![
        ("need", text(&|r| need(r).id.clone())),
        ("job", text(&|r| scenario.jobs[need(r).job].id.clone())),
        ("kind", text(&|r| need(r).item.kind.word().to_owned())),
        ("offer", text(&|r| offer(r).id.clone())),
        ("donor", text(&|r| offer(r).donor.clone())),
        ("status", text(&|r| offer(r).status.word().to_owned())),
        ("arrival", whole(&|r| offer(r).arrival())),
        ("verdict", text(&|r| r.result.verdict.words().to_owned())),
        ("pieces", whole(&|r| r.result.pieces)),
        ("usable_mva", Arc::new(usable)),
        ("check", words(&|c| c.name)),
        ("check_verdict", words(&|c| c.verdict.words())),
        ("value", number(&|c| c.value)),
        ("limit", number(&|c| c.limit)),
        ("margin", number(&|c| c.margin)),
        ("unit", words(&|c| c.unit)),
        ("note", words(&|c| &c.note)),
        ("source", words(&|c| c.source)),
    ])
}
