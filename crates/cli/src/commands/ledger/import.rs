//! Files of others into a ledger: tables, documents, alerts. A second import of the same file changes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::exchange::intake::{self, Held, Stamp};
use relight_ledger::exchange::sheet::Sheet;
use relight_ledger::exchange::tables::{self, Keys, Table};
use relight_ledger::exchange::{Fault, Faults, Incoming, cap, fts, json, workbook};
use relight_ledger::id::Id;
use relight_ledger::model::Operation;
use relight_store::Store;
use serde_json::json;

use super::args::{Import, In, NewOperation};
use super::records::input;
use super::{actor, failed, files, now, open};
use crate::console::{Console, Ink, complain};
use crate::failure::{Answer, Failure, Problem};
use crate::numbers::count;

/// The most events of a record that are looked through for one that a file had brought.
const MOST_HISTORY: usize = 10_000;

pub fn import(args: &Import, console: Console) -> Result<Answer, Failure> {
    if args.format == In::Events {
        let loaded = files::read_whole(&mut open(&args.ledger)?, &args.file)?;
        return files::tell_of(loaded, console);
    }
    let bytes = input(&args.file)?;
    let (incoming, warnings) = read(args, &bytes).map_err(|faults| failure(&args.file, &faults))?;
    for warning in &warnings {
        if !console.json {
            let word = console.err_ink(Ink::Yellow, "warning");
            complain(&format!("{word}: {}: {warning}", args.file.display()));
        }
    }
    let mut store = open(&args.ledger)?;
    let held = look_up(&mut store, &incoming)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let stamp = Stamp {
        actor: actor(&args.who),
        at: now(),
        operation: args.operation,
        reason: format!("imported from {name}"),
    };
    let changes =
        intake::changes(&incoming, &held, &stamp).map_err(|faults| failure(&args.file, &faults))?;
    if !args.check {
        let events: Vec<Proposal> = changes.events.iter().map(|(event, _)| event.clone()).collect();
        if let Err(rejected) = store.append(&events).map_err(failed)? {
            let mut faults = Faults::default();
            let place = changes.events.get(rejected.at).map(|(_, place)| place.clone());
            faults.error(place.unwrap_or_default(), "", rejected.refusal.to_string());
            return Err(failure(&args.file, &faults));
        }
    }
    let would = if args.check { "would be " } else { "" };
    let mut text = format!(
        "{} {would}added, {} {would}corrected, {} known already\n",
        count(changes.new, "record", "records"),
        changes.corrected,
        changes.known
    );
    for kept in &changes.kept {
        let _ = writeln!(text, "{}: {kept}", args.file.display());
    }
    console.say(&text)?;
    let told = |list: &[Fault]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    console.document(&json!({
        "schema": "relight.ledger.import/1", "added": changes.new, "corrected": changes.corrected,
        "known": changes.known, "events": changes.events.len(), "checked_only": args.check,
        "kept": told(&changes.kept), "warnings": told(&warnings),
    }))?;
    Ok(if changes.kept.is_empty() { Answer::Yes } else { Answer::No })
}

fn read(args: &Import, bytes: &[u8]) -> Result<(Vec<Incoming>, Vec<Fault>), Faults> {
    let keys = Keys { operation: args.operation, from: args.from.clone().unwrap_or_default() };
    match args.format {
        In::Events => Ok((Vec::new(), Vec::new())),
        In::Json => Ok((json::read(bytes)?, Vec::new())),
        In::Fts => {
            let Import { operation, as_pledges, .. } = *args;
            fts::read(bytes, &fts::Settings { operation, as_pledges })
        }
        In::Cap => Ok((vec![cap::read(bytes, args.operation)?], Vec::new())),
        In::Csv => {
            let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
            let table = args.table.or_else(|| Table::from_word(&stem)).ok_or_else(|| {
                Faults::of_file("which table is it? Say it with --table, or name the file after it")
            })?;
            let sheet = Sheet::of_csv(bytes, table.word())?;
            tables::read(&[(table, &sheet)], &keys)
        }
        In::Xlsx => {
            let names = Table::ALL.map(Table::word);
            let (sheets, others) = workbook::read(bytes, &names)?;
            let known: Vec<(Table, &Sheet)> =
                sheets.iter().filter_map(|s| Some((Table::from_word(&s.name)?, s))).collect();
            if known.is_empty() {
                let message = format!(
                    "no sheet has the name of a table ({}); there are: {}",
                    names.join(", "),
                    others.join(", ")
                );
                return Err(Faults::of_file(message));
            }
            let (incoming, mut warnings) = tables::read(&known, &keys)?;
            let mut faults = Faults::default();
            for other in others {
                let place = relight_ledger::exchange::Place::new(&other, 0);
                faults.warn(place, "", "the sheet is no table that is known; it was passed over");
            }
            warnings.extend(faults.warnings);
            Ok((incoming, warnings))
        }
    }
}

/// What the ledger holds of what a file names. Histories are read only of records that differ from the file.
fn look_up(store: &mut Store, incoming: &[Incoming]) -> Result<BTreeMap<Id, Held>, Failure> {
    /// Ids in one question to the store.
    const AT_ONCE: usize = 1_000;
    let ids: Vec<Id> = intake::asked_for(incoming).into_iter().collect();
    let mut held: BTreeMap<Id, Held> = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        for record in store.records(some).map_err(failed)? {
            held.insert(record.id, Held { record: Some(record), history: Vec::new() });
        }
    }
    for one in incoming {
        if let Some(held) = held.get_mut(&one.id)
            && held.record.as_ref().is_some_and(|r| r.content != one.content)
        {
            let history = store.history(one.id, 0, MOST_HISTORY).map_err(failed)?;
            held.history = history.into_iter().map(|(_, event)| event).collect();
        }
    }
    Ok(held)
}

/// Everything that is wrong with a file, for people and programs.
fn failure(file: &Path, faults: &Faults) -> Failure {
    let mut failure = Failure { more: faults.more, ..Failure::default() };
    for fault in &faults.errors {
        let mut problem = Problem::new("import", Some(file), fault.message.clone());
        problem.text = format!("{}: {fault}", file.display());
        problem.line = Some(fault.place.row).filter(|row| *row > 0);
        problem.column = Some(fault.column.clone()).filter(|column| !column.is_empty());
        failure.errors.push(problem);
    }
    failure
}

pub fn operation(args: &NewOperation, console: Console) -> Result<Answer, Failure> {
    let id: Id<Operation> = Id::derive(&["operation", &args.name]);
    let content = Operation {
        name: args.name.clone(),
        countries: args.country.clone(),
        ..Operation::default()
    };
    let mut store = open(&args.ledger)?;
    let known = store.record(id.any()).map_err(failed)?;
    if known.is_none() {
        let event = Event {
            id: Id::derive(&["event", "operation", &id.to_string()]),
            at: now(),
            actor: actor(&args.who),
            operation: None,
            reason: String::new(),
            act: Act::Record { record: id.any(), content: content.into() },
        };
        let answer = store.append(&[event.into()]).map_err(failed)?;
        answer.map_err(|rejected| Failure::new(rejected.refusal.to_string()))?;
    }
    console.say(&format!("{id}\n"))?;
    console.document(&json!({
        "schema": "relight.ledger.operation/1", "operation": id, "new": known.is_none(),
    }))?;
    Ok(Answer::Yes)
}
