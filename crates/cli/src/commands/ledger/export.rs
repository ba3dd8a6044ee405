//! A ledger as files that others read, each for an audience, with a list of what is not in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use relight_ledger::count::Book;
use relight_ledger::exchange::iati::{self, Reporter};
use relight_ledger::exchange::tables::{self, Table};
use relight_ledger::exchange::workbook::{self, Page};
use relight_ledger::exchange::{Audience, NotExported, atom, csv_text, figures, guarded, json};
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::{Kind, Operation};
use relight_store::Store;
use serde_json::json;

use super::args::{Export, For, Out, Template};
use super::{failed, files, now, open, today, totals};
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::numbers::count;
use crate::save;

/// What was made: the bytes, what they hold, and what they do not.
struct Made {
    bytes: Vec<u8>,
    holds: String,
    left_out: Vec<NotExported>,
}

pub fn export(args: &Export, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    if args.format == Out::Events {
        return files::write_whole(&mut store, &args.out, console);
    }
    let audience = match args.audience {
        For::Public => Audience::Public,
        For::NeedToKnow => Audience::NeedToKnow,
    };
    let records = match args.format {
        Out::Atom => BTreeMap::new(),
        _ => everything(&mut store, args.operation)?,
    };
    let as_of = args.as_of.unwrap_or_else(today);
    let made = match args.format {
        Out::Events | Out::Json => {
            let (bytes, left_out) =
                json::write(records.values(), audience).map_err(Failure::new)?;
            let holds = count(records.len() - left_out.len(), "record", "records");
            Made { bytes, holds, left_out }
        }
        Out::Csv if args.figures => {
            let figures = figures::figures(&Book::new(records.values()), as_of);
            let holds = format!(
                "{} of pledges, as of {as_of}",
                count(figures.lines.len(), "line", "lines")
            );
            Made { bytes: figures.csv().into_bytes(), holds, left_out: figures.not_exported }
        }
        Out::Csv => {
            let table = args
                .table
                .ok_or_else(|| Failure::new("which table? Say it with --table, or --figures"))?;
            if !table.is_public() && audience == Audience::Public {
                let message = format!(
                    "the table {} is need-to-know; --for need-to-know writes it",
                    table.word()
                );
                return Err(Failure::new(message));
            }
            let written = written(table, &records, audience);
            let holds = count(written.lines.len(), "line", "lines");
            Made { bytes: written.csv().into_bytes(), holds, left_out: written.not_exported }
        }
        Out::Xlsx => workbook_of(&records, audience, as_of)?,
        Out::Iati => {
            let reporter = Reporter {
                reference: args.reporter.clone().unwrap_or_default(),
                sort: args.reporter_type.clone(),
                name: args.reporter_name.clone(),
                country: country(&records),
            };
            let document = iati::write(&Book::new(records.values()), &reporter, as_of, now());
            let activities = count(document.activities, "activity", "activities");
            let transactions = count(document.transactions, "transaction", "transactions");
            let holds = format!("{activities} with {transactions}");
            Made { bytes: document.xml.into_bytes(), holds, left_out: document.not_exported }
        }
        Out::Atom => feed(args, &mut store)?,
    };
    finish(args, &made, &records, console)
}

fn everything(
    store: &mut Store,
    operation: Option<Id<Operation>>,
) -> Result<BTreeMap<Id, Record>, Failure> {
    let mut records = totals::read(store, Kind::ALL, operation)?;
    if let Some(id) = operation {
        // The operation itself is shared by all.
        records.extend(store.record(id.any()).map_err(failed)?.map(|r| (r.id, r)));
    }
    Ok(records)
}

fn written(table: Table, records: &BTreeMap<Id, Record>, audience: Audience) -> tables::Written {
    tables::write(table, &records.values().collect::<Vec<_>>(), records, audience)
}

fn workbook_of(
    records: &BTreeMap<Id, Record>,
    audience: Audience,
    as_of: relight_ledger::date::Day,
) -> Result<Made, Failure> {
    let figures = figures::figures(&Book::new(records.values()), as_of);
    let mut pages: Vec<Page> = vec![figures.page()];
    let mut left_out = Vec::new();
    let mut lines = figures.lines.len();
    for table in Table::ALL.into_iter().filter(|t| t.is_public() || audience != Audience::Public) {
        let written = written(table, records, audience);
        lines += written.lines.len();
        pages.push(written.page());
        left_out.extend(written.not_exported);
    }
    let holds =
        format!("{} in {}", count(lines, "line", "lines"), count(pages.len(), "sheet", "sheets"));
    let bytes = workbook::write(&pages).map_err(Failure::new)?;
    Ok(Made { bytes, holds, left_out })
}

/// The one country that receives, where the operations name one.
fn country(records: &BTreeMap<Id, Record>) -> Option<String> {
    let mut all = records
        .values()
        .filter_map(Record::get::<Operation>)
        .flat_map(|operation| operation.countries.clone());
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

fn feed(args: &Export, store: &mut Store) -> Result<Made, Failure> {
    let head = store.head().map_err(failed)?.seq;
    let limit = args.limit.min(10_000);
    // Without a place to begin at, the latest changes.
    let since = if args.since > 0 { args.since } else { head.saturating_sub(limit as u64) };
    let records = store.changed(since, limit).map_err(failed)?;
    let ours = |r: &&Record| {
        args.operation.is_none() || r.operation.is_none() || r.operation == args.operation
    };
    let feed = atom::Feed {
        title: format!("{}: changes", args.reporter_name),
        author: args.reporter_name.clone(),
        address: args.address.clone(),
        made: now(),
    };
    let (xml, entries) = atom::write(records.iter().filter(ours), &feed);
    Ok(Made {
        bytes: xml.into_bytes(),
        holds: count(entries, "entry", "entries"),
        left_out: Vec::new(),
    })
}

fn finish(
    args: &Export,
    made: &Made,
    records: &BTreeMap<Id, Record>,
    console: Console,
) -> Result<Answer, Failure> {
    save::make_parent(&args.out)?;
    save::write_file(&args.out, &made.bytes)?;
    if let Some(path) = &args.not_exported {
        save::make_parent(path)?;
        save::write_file(path, not_exported(&made.left_out, records).as_bytes())?;
    }
    let mut text = format!("wrote {} to {}\n", made.holds, args.out.display());
    if !made.left_out.is_empty() {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for left in &made.left_out {
            *reasons.entry(general(&left.why)).or_default() += 1;
        }
        let _ = writeln!(
            text,
            "not in it, or not all of it: {}",
            count(made.left_out.len(), "record", "records")
        );
        for (why, n) in reasons {
            let _ = writeln!(text, "  {n:>6}  {why}");
        }
        if args.not_exported.is_none() {
            text.push_str("--not-exported FILE lists them one by one\n");
        }
    }
    console.say(&text)?;
    let left_out: Vec<_> =
        made.left_out.iter().map(|l| json!({ "record": l.record, "why": l.why })).collect();
    console.document(&json!({
        "schema": "relight.ledger.export/1", "file": args.out.display().to_string(),
        "holds": made.holds, "not_exported": left_out,
    }))?;
    Ok(Answer::Yes)
}

/// A reason without the record that it names, so that reasons can be counted.
fn general(why: &str) -> &str {
    let is_id = |word: &str| word.len() == 26 && word.parse::<Id>().is_ok();
    match why.split(' ').find(|word| is_id(word)) {
        Some(id) => why.split(id).find(|part| part.len() > 3).unwrap_or(why).trim(),
        None => why,
    }
}

fn not_exported(left_out: &[NotExported], records: &BTreeMap<Id, Record>) -> String {
    let mut lines = vec![["record", "kind", "title", "why"].map(str::to_owned)];
    for left in left_out {
        let (kind, title) = match records.get(&left.record) {
            // What is need-to-know is named by its id alone.
            Some(record) => {
                let seen = relight_ledger::exchange::shown(&record.content, Audience::Public);
                (record.kind().word().to_owned(), seen.map(|c| c.title()).unwrap_or_default())
            }
            None => (String::new(), String::new()),
        };
        let cells = [left.record.to_string(), kind, title, left.why.clone()];
        lines.push(cells.map(|cell| guarded(&cell).into_owned()));
    }
    csv_text(&lines)
}

pub fn template(args: &Template, console: Console) -> Result<Answer, Failure> {
    let ends_in = |end: &str| args.out.extension().is_some_and(|e| e.eq_ignore_ascii_case(end));
    let bytes = if ends_in("xlsx") {
        let tables = Table::ALL.into_iter().filter(|t| args.table.is_none_or(|one| one == *t));
        workbook::write(&tables.map(tables::template).collect::<Vec<_>>()).map_err(Failure::new)?
    } else if ends_in("csv") {
        let table = args.table.ok_or_else(|| Failure::new("which table? Say it with --table"))?;
        csv_text(&tables::template(table).head).into_bytes()
    } else {
        return Err(Failure::about(
            "name",
            &args.out,
            "expected a name that ends in .csv or .xlsx",
        ));
    };
    write(&args.out, &bytes)?;
    console.say(&format!("wrote {}\n", args.out.display()))?;
    console.document(&json!({
        "schema": "relight.ledger.template/1", "file": args.out.display().to_string(),
    }))?;
    Ok(Answer::Yes)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    save::make_parent(path)?;
    save::write_file(path, bytes)
}
