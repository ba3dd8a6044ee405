//! Totals with their rule, and suggestions of what belongs together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use relight_ledger::count::{self, Book, Measure, Rule};
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::{Claim, Currency, Kind, Link, Operation, Statement, Unit};
use relight_ledger::rates::Rates;
use relight_ledger::reconcile::{self, Speech};
use relight_store::{Filter, Store};
use serde_json::json;

use super::args::{Suggest, Total};
use super::records::line;
use super::{failed, money, open};
use crate::console::Console;
use crate::failure::{Answer, Failure, Problem};
use crate::load;

pub fn total(args: &Total, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let kinds = [Kind::Claim, Kind::Pledge, Kind::Step, Kind::Link, Kind::Ruling];
    let records = read(&mut store, &kinds, args.operation)?;
    let book = Book::new(records.values());
    let measure = args.to.map_or_else(|| measure(&args.measure), Measure::Money);
    let rule = Rule {
        donor: args.donor.clone(),
        category: args.item,
        scope: args.scope.clone(),
        ..Rule::all(measure, args.stage, args.as_of)
    };
    if args.to.is_some() {
        let rates = args.rates.iter().map(|path| rates(path)).collect::<Result<Vec<_>, _>>()?;
        return money::total(&book, &rule, &rates, &records, args.open, console);
    }
    let total = count::total(&book, &rule);
    let named = |id: Id| records.get(&id).map_or_else(|| id.to_string(), line);
    let mut text = format!("{total}\n");
    if args.open {
        for counted in &total.counted {
            let figure = &counted.figure;
            let end = |e: Option<relight_ledger::decimal::Decimal>| {
                e.map_or("?".to_owned(), |e| e.to_string())
            };
            let (min, max) = (end(figure.range.min), end(figure.range.max));
            let disputed = if figure.disputed { ", disputed" } else { "" };
            let _ = writeln!(text, "\n{min} to {max}{disputed}: {}", named(counted.pledge.any()));
            for from in &figure.from {
                let _ = writeln!(text, "    {}", named(*from));
            }
        }
        for pledge in &total.without_number {
            let _ = writeln!(text, "\nwithout a number: {}", named(pledge.any()));
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
            json!({
                "pledge": c.pledge, "range": c.figure.range, "from": c.figure.from, "hedged": c.figure.hedged,
                "disputed": c.figure.disputed,
            })
        })
        .collect();
    let left_out: Vec<_> = total
        .left_out
        .iter()
        .map(|l| json!({ "record": l.record, "why": l.why.to_string() }))
        .collect();
    console.document(&json!({
        "schema": "relight.ledger.total/1", "rule": total.rule.to_string(), "as_of": rule.as_of,
        "stage": rule.stage, "measure": rule.measure.word(), "at_least": total.at_least, "up_to": total.up_to,
        "counted": counted, "without_number": total.without_number, "left_out": left_out,
    }))?;
    Ok(Answer::Yes)
}

pub fn suggest(args: &Suggest, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let kinds = [Kind::Claim, Kind::Statement, Kind::Link];
    let records = read(&mut store, &kinds, args.operation)?;
    let standing = || records.values().filter(|record| record.stands());
    let decided: BTreeSet<(Id, Id)> = records
        .values()
        .filter_map(Record::get::<Link>)
        .map(|link| (link.from.min(link.to), link.from.max(link.to)))
        .collect();
    let speeches: Vec<Speech<'_>> = standing()
        .filter_map(|record| Some((record.id, record.get::<Claim>()?)))
        .map(|(id, claim)| {
            let statement = records.get(&claim.statement.any()).and_then(Record::get::<Statement>);
            Speech { id: id.of(), claim, statement }
        })
        .collect();
    let is_decided = |a: Id<Claim>, b: Id<Claim>| {
        decided.contains(&(a.any().min(b.any()), a.any().max(b.any())))
    };
    let found = reconcile::suggest(&speeches, &is_decided);
    let mut text = String::new();
    for s in &found {
        let named = |id: Id<Claim>| records.get(&id.any()).map_or_else(|| id.to_string(), line);
        let _ =
            writeln!(text, "{}?\n    {}\n    {}", s.relation.word(), named(s.from), named(s.to));
        for reason in &s.reasons {
            let _ = writeln!(text, "      for      {reason}");
        }
        for reason in &s.against {
            let _ = writeln!(text, "      against  {reason}");
        }
    }
    let _ = writeln!(text, "{} suggestions; nothing was changed", found.len());
    console.say(&text)?;
    let list: Vec<_> = found
        .iter()
        .map(|s| {
            let said = |reasons: &[reconcile::Reason]| {
                reasons.iter().map(ToString::to_string).collect::<Vec<_>>()
            };
            json!({
                "from": s.from, "relation": s.relation, "to": s.to, "reasons": said(&s.reasons),
                "against": said(&s.against),
            })
        })
        .collect();
    console.document(&json!({ "schema": "relight.ledger.suggestions/1", "suggestions": list }))?;
    Ok(Answer::Yes)
}

/// A unit, or a currency.
pub(super) fn measure(word: &str) -> Measure {
    match word.parse::<Currency>() {
        Ok(currency) => Measure::Money(currency),
        Err(_) => Measure::Count(Unit::from_word(word)),
    }
}

/// Reads a file of rates; its name is the source that is named beside each converted sum.
fn rates(path: &Path) -> Result<Rates, Failure> {
    let bytes = load::file(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Rates::read(&bytes, &name).map_err(|faults| {
        let mut failure = Failure::default();
        failure.errors.extend(faults.iter().map(|fault| {
            let mut problem = Problem::new("rates", Some(path), fault.message.clone());
            problem.text = format!("{}: {fault}", path.display());
            problem.line = Some(fault.line);
            problem.column = Some(fault.column.clone()).filter(|c| !c.is_empty());
            problem
        }));
        failure
    })
}

/// All records of some kinds.
pub(super) fn read(
    store: &mut Store,
    kinds: &[Kind],
    operation: Option<Id<Operation>>,
) -> Result<BTreeMap<Id, Record>, Failure> {
    let mut records = BTreeMap::new();
    for kind in kinds {
        let filter = Filter { kind: Some(*kind), operation, state: None };
        let all = store.all(&filter).map_err(failed)?;
        records.extend(all.into_iter().map(|record| (record.id, record)));
    }
    Ok(records)
}
