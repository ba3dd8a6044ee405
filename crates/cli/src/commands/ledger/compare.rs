//! What is missing: between what was sent and what arrived, and between what was asked for and what was given.

use std::fmt::Write as _;

use relight_ledger::count::{self, Book};
use relight_ledger::decimal::Decimal;
use relight_ledger::id::Id;
use relight_ledger::model::{Contribution, Kind, Package};
use relight_store::Filter;
use serde_json::json;

use super::args::{Fill, Gap};
use super::money::ends;
use super::records::line;
use super::totals::{measure, read};
use super::{failed, open};
use crate::console::Console;
use crate::failure::{Answer, Failure};

pub fn gap(args: &Gap, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let kinds = [Kind::Claim, Kind::Pledge, Kind::Step, Kind::Link, Kind::Ruling];
    let records = read(&mut store, &kinds, args.operation)?;
    let book = Book::new(records.values());
    let measure = measure(&args.measure);
    let mut text = String::new();
    let mut list = Vec::new();
    for (id, pledge) in book.pledges() {
        let of = args.donor.as_ref().is_none_or(|d| pledge.donor.words.eq_ignore_ascii_case(d));
        let Some(gap) = count::gap(&book, id, &measure, args.as_of).filter(|_| of) else {
            continue;
        };
        let is_missing = gap.missing.min.or(gap.missing.max).is_some_and(|m| m > Decimal::ZERO);
        let old =
            args.older_than.is_none_or(|most| is_missing && gap.age_days.is_some_and(|a| a > most));
        if !old {
            continue;
        }
        let named = records.get(&id.any()).map_or_else(|| id.to_string(), line);
        let age = gap
            .age_days
            .map(|days| format!(", {days} days since it was said to be sent"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "{named}\n    sent {}, received {}, between them {} {}{age}",
            ends(gap.sent.range),
            ends(gap.received.range),
            ends(gap.missing),
            measure.word()
        );
        list.push(json!({
            "pledge": id, "sent": gap.sent.range, "received": gap.received.range, "missing": gap.missing,
            "age_days": gap.age_days,
        }));
    }
    let _ = writeln!(text, "{} pledges of which one side or the other has spoken", list.len());
    console.say(&text)?;
    console.document(&json!({
        "schema": "relight.ledger.gap/1", "as_of": args.as_of, "measure": measure.word(), "gaps": list,
    }))?;
    Ok(Answer::Yes)
}

pub fn package(args: &Fill, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let record = store.record(args.id.any()).map_err(failed)?;
    let found = record.as_ref().and_then(|r| r.get::<Package>().map(|package| (r, package)));
    let (record, package) =
        found.ok_or_else(|| Failure::new(format!("there is no package {}", args.id)))?;
    let filter = Filter {
        kind: Some(Kind::Contribution),
        operation: record.operation,
        state: Some(relight_ledger::fold::State::Standing),
    };
    let contributions = store.all(&filter).map_err(failed)?;
    let contributions = contributions.iter().filter_map(|r| {
        Some((Id::<Contribution>::from_bits(r.id.bits()), r.get::<Contribution>()?))
    });
    let measure = measure(&args.measure);
    let fills = count::fill(args.id, package, contributions, &measure, args.as_of);
    let mut text = format!("{}\n", line(record));
    let mut list = Vec::new();
    for fill in &fills {
        let name = fill.line.as_deref().unwrap_or("as a whole");
        let _ = write!(
            text,
            "  {name}: asked {}, given {}, open {} {}",
            ends(fill.asked),
            ends(fill.given.range),
            ends(fill.open),
            measure.word()
        );
        match fill.without_number.len() {
            0 => text.push('\n'),
            n => {
                let _ = writeln!(text, ", and {n} gave without a number");
            }
        }
        list.push(json!({
            "line": fill.line, "asked": fill.asked, "given": fill.given.range, "open": fill.open,
            "from": fill.given.from, "without_number": fill.without_number,
        }));
    }
    if fills.is_empty() {
        let _ = writeln!(text, "  nothing was asked for or given in {}", measure.word());
    }
    console.say(&text)?;
    console.document(&json!({
        "schema": "relight.ledger.package/1", "package": args.id, "as_of": args.as_of,
        "measure": measure.word(), "lines": list,
    }))?;
    Ok(Answer::Yes)
}
