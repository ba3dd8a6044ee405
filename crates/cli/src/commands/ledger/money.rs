//! A total of money over all currencies: each in its own first, then converted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use relight_ledger::count::{Book, Rule, total_of_money};
use relight_ledger::decimal::Decimal;
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::interval::Interval;
use relight_ledger::rates::Rates;
use serde_json::json;

use super::records::line;
use crate::console::Console;
use crate::failure::{Answer, Failure};

pub fn total(
    book: &Book,
    rule: &Rule,
    rates: &[Rates],
    records: &BTreeMap<Id, Record>,
    open: bool,
    console: Console,
) -> Result<Answer, Failure> {
    let total = total_of_money(book, rule, rates)
        .ok_or_else(|| Failure::new("only money can be converted"))?;
    let to = rule.measure.word();
    let named = |id: Id| records.get(&id).map_or_else(|| id.to_string(), line);
    let mut text = format!("{total}\n");
    if open {
        for c in &total.counted {
            let _ = write!(text, "\n{} {}", ends(c.figure.range), c.currency);
            let _ = match &c.converted {
                Ok(done) if done.source.is_empty() => Ok(()),
                Ok(done) => write!(
                    text,
                    " = {} {to} (1 {} = {} {to}, {}, {})",
                    ends(done.range),
                    c.currency,
                    done.rate,
                    done.day,
                    done.source
                ),
                Err(why) => write!(text, ", not converted: {why}"),
            };
            let _ = writeln!(text, ": {}", named(c.pledge.any()));
            for from in &c.figure.from {
                let _ = writeln!(text, "    {}", named(*from));
            }
        }
        for pledge in &total.without_number {
            let _ = writeln!(text, "\nwithout a sum: {}", named(pledge.any()));
        }
        if !total.left_out.is_empty() {
            text.push_str("\nleft out:\n");
        }
        for left in &total.left_out {
            let _ = writeln!(text, "    {}: {}", named(left.record), left.why);
        }
    }
    console.say(&text)?;
    let counted: Vec<_> = total
        .counted
        .iter()
        .map(|c| {
            let converted = match &c.converted {
                Ok(done) => json!({
                    "range": done.range, "rate": done.rate, "day": done.day, "source": done.source,
                }),
                Err(why) => json!({ "not_converted": why.to_string() }),
            };
            json!({
                "pledge": c.pledge, "currency": c.currency, "range": c.figure.range, "from": c.figure.from,
                "hedged": c.figure.hedged, "disputed": c.figure.disputed, "converted": converted,
            })
        })
        .collect();
    let left_out: Vec<_> = total
        .left_out
        .iter()
        .map(|l| json!({ "record": l.record, "why": l.why.to_string() }))
        .collect();
    let originals: BTreeMap<String, Interval> =
        total.originals.iter().map(|(currency, range)| (currency.to_string(), *range)).collect();
    console.document(&json!({
        "schema": "relight.ledger.money/1", "rule": total.rule.to_string(), "as_of": rule.as_of,
        "stage": rule.stage, "originals": originals, "in": to, "converted": total.sum,
        "counted": counted, "without_number": total.without_number, "left_out": left_out,
    }))?;
    Ok(Answer::Yes)
}

/// `415`, `415 to ?`, `not known`.
pub(super) fn ends(range: Interval) -> String {
    let one = |e: Option<Decimal>| e.map_or("?".to_owned(), |e| e.to_string());
    match range.value() {
        Some(value) => value.to_string(),
        None if !range.is_known() => "not known".to_owned(),
        None => format!("{} to {}", one(range.min), one(range.max)),
    }
}
