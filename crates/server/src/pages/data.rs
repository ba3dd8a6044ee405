//! Figures and claims for programs: tables and JSON. They hold what the page holds, and no more.

use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use serde_json::{Value, json};

use crate::config::Face;
use crate::policy::public::{Bulletin, Cell, Doubt, Row, STAGES, Snapshot, What, Who};

/// The figures as a table, a cell a row.
pub fn figures_csv(snapshot: &Snapshot) -> String {
    let mut text = String::from("as_of,what,measure,stage,known,at_least,up_to,disputed\r\n");
    for row in snapshot.things.iter().chain(&snapshot.money) {
        let (what, measure) = names(row.what);
        for (cell, stage) in row.cells.iter().zip(STAGES) {
            let (known, at_least, up_to, disputed) = parts(cell, snapshot.smallest);
            line(
                &mut text,
                &[
                    &snapshot.as_of.to_string(),
                    &what,
                    &measure,
                    stage.word(),
                    known,
                    &at_least.map_or(String::new(), |d| d.to_string()),
                    &up_to.map_or(String::new(), |d| d.to_string()),
                    if disputed { "yes" } else { "no" },
                ],
            );
        }
    }
    text
}

/// The claims as a table.
pub fn claims_csv(snapshot: &Snapshot) -> String {
    let mut text = String::from(
        "key,date,donors,recipients,what,pieces_min,pieces_max,qualifier,money_min,money_max,currency,status,kind,doubt,\
         speaker,chain,outlet,url,language\r\n",
    );
    for b in &snapshot.bulletins {
        let (pieces, qualifier) =
            b.pieces.map_or((Interval::UNKNOWN, String::new()), |(r, q)| (r, word(q)));
        let (money, currency) =
            b.money.map_or((Interval::UNKNOWN, String::new()), |(r, _, c)| (r, c.to_string()));
        let end = |end: Option<Decimal>| end.map_or(String::new(), |d| d.to_string());
        line(
            &mut text,
            &[
                &b.key.to_string(),
                &b.date.to_string(),
                &who(&b.donors),
                &recipients(b),
                b.category.word(),
                &end(pieces.min),
                &end(pieces.max),
                &qualifier,
                &end(money.min),
                &end(money.max),
                &currency,
                b.status.word(),
                b.kind.word(),
                doubt(b),
                &b.speaker,
                &b.chain.join(" <- "),
                &b.outlet,
                &b.url,
                &b.language,
            ],
        );
    }
    text
}

/// All of it.
pub fn json((face, snapshot): (&Face, &Snapshot)) -> Option<Vec<u8>> {
    serde_json::to_vec_pretty(&value(face, snapshot)).ok()
}

/// All of it, as a value.
pub fn value(face: &Face, snapshot: &Snapshot) -> Value {
    let row = |row: &Row| {
        let (what, measure) = names(row.what);
        let cells = row.cells.iter().zip(STAGES).map(|(cell, stage)| {
            let (known, at_least, up_to, disputed) = parts(cell, snapshot.smallest);
            json!({ "stage": stage, "known": known, "at_least": at_least, "up_to": up_to, "disputed": disputed })
        });
        json!({ "what": what, "measure": measure, "cells": cells.collect::<Vec<_>>() })
    };
    let named = |list: &[Who]| -> Vec<Value> {
        list.iter().map(|w| json!({ "name": w.words, "country": w.country })).collect()
    };
    let claim = |b: &Bulletin| {
        let to: Vec<Who> = b.recipients.iter().filter(|w| w.country.is_some()).cloned().collect();
        json!({
            "key": b.key, "date": b.date.to_string(), "donors": named(&b.donors), "recipients": named(&to),
            "what": b.category.word(),
            "pieces": b.pieces.map(|(range, qualifier)| json!({ "range": range, "qualifier": qualifier })),
            "money": b.money.map(|(range, qualifier, currency)|
                json!({ "range": range, "qualifier": qualifier, "currency": currency })),
            "status": b.status, "kind": b.kind, "doubt": Some(doubt(b)).filter(|d| !d.is_empty()),
            "speaker": b.speaker, "chain": b.chain, "outlet": b.outlet, "url": b.url, "language": b.language,
        })
    };
    json!({
        "schema": "relight.public/1",
        "operation": face.slug,
        "name": snapshot.name,
        "countries": snapshot.countries,
        "as_of": snapshot.as_of,
        "smallest_cell": snapshot.smallest,
        "figures": snapshot.things.iter().chain(&snapshot.money).map(row).collect::<Vec<_>>(),
        "most_needed": snapshot.needed.iter().map(|c| c.word()).collect::<Vec<_>>(),
        "claims": snapshot.bulletins.iter().map(claim).collect::<Vec<_>>(),
    })
}

fn names(what: What) -> (String, String) {
    match what {
        What::Things(category) => (category.word().to_owned(), "piece".to_owned()),
        What::Others => ("other_equipment".to_owned(), "piece".to_owned()),
        What::Money(currency) => ("money".to_owned(), currency.to_string()),
    }
}

fn parts(cell: &Cell, smallest: u32) -> (&'static str, Option<Decimal>, Option<Decimal>, bool) {
    match cell {
        Cell::Nothing => ("nothing", None, None, false),
        Cell::Some => ("number not told", None, None, false),
        Cell::Fewer => ("fewer", None, Some(Decimal::from(i64::from(smallest) - 1)), false),
        Cell::Known { at_least, up_to, disputed } => ("number", Some(*at_least), *up_to, *disputed),
    }
}

fn doubt(b: &Bulletin) -> &'static str {
    match b.doubt {
        None => "",
        Some(Doubt::Open) => "disputed",
        Some(Doubt::Lost) => "another holds",
        Some(Doubt::Won) => "holds",
    }
}

fn word(qualifier: relight_ledger::model::Qualifier) -> String {
    let value = serde_json::to_value(qualifier).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn who(list: &[Who]) -> String {
    list.iter().map(|w| w.words.as_str()).collect::<Vec<_>>().join("; ")
}

fn recipients(b: &Bulletin) -> String {
    let countries = b.recipients.iter().filter_map(|w| w.country.clone());
    countries.collect::<Vec<_>>().join("; ")
}

/// A line of a table. A cell that a spreadsheet would take for a formula gets a quote in front: the texts are of others.
fn line(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let safe = if formula { format!("'{cell}") } else { (*cell).to_owned() };
        if safe.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&safe.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&safe);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_holds_no_formula() {
        let mut text = String::new();
        line(&mut text, &["=HYPERLINK(\"x\")", "a,b", "say \"x\"", "plain"]);
        assert_eq!(text, "\"'=HYPERLINK(\"\"x\"\")\",\"a,b\",\"say \"\"x\"\"\",plain\r\n");
    }
}
