//! What is in a ledger, and events added to it.

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

use relight_ledger::event::{Event, Proposal};
use relight_ledger::fold::{Record, State};
use relight_ledger::seal::Secret;
use relight_store::Filter;
use serde::Deserialize;
use serde_json::json;

use super::args::{Append, List, Show, Status};
use super::{failed, open};
use crate::console::{Console, Ink};
use crate::failure::{Answer, Failure, Problem};
use crate::load;
use crate::numbers::{count, whole};

/// The most that is read of a file of events, bytes.
const MOST_BYTES: u64 = 256 << 20;

/// The most errors that are listed.
const MOST_ERRORS: usize = 50;

/// The most events and names that a page of a record shows.
const MOST_SHOWN: usize = 200;

/// A line of a file of events: the event, and the texts behind its seals.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    event: Event,
    #[serde(default)]
    secrets: Vec<Secret>,
}

pub fn status(args: &Status, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let counts = store.count().map_err(failed)?;
    let head = store.head().map_err(failed)?;
    let mut text =
        format!("{}\n\n  {:<24} {:>10}\n", store.place(), "events", whole(counts.events as f64));
    for (kind, state, n) in &counts.records {
        let name = match state {
            State::Standing => kind.word().to_owned(),
            other => format!("{} ({})", kind.word(), word(*other)),
        };
        let _ = writeln!(text, "  {name:<24} {:>10}", whole(*n as f64));
    }
    let _ = writeln!(text, "\nhead {}", head.hash);
    console.say(&text)?;
    let records: Vec<_> = counts
        .records
        .iter()
        .map(|(kind, state, n)| json!({ "kind": kind, "state": word(*state), "count": n }))
        .collect();
    console.document(&json!({
        "schema": "relight.ledger.status/1", "ledger": store.place(), "events": counts.events,
        "hash": head.hash, "records": records,
    }))?;
    Ok(Answer::Yes)
}

pub fn append(args: &Append, console: Console) -> Result<Answer, Failure> {
    let bytes = input(&args.file)?;
    let mut events = Vec::new();
    let mut places = Vec::new();
    let mut failure = Failure::default();
    for (at, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Line>(line) {
            Ok(Line { event, secrets }) => {
                events.push(Proposal { event, secrets });
                places.push(at as u64 + 1);
            }
            Err(error) if failure.errors.len() < MOST_ERRORS => {
                failure.errors.push(problem(
                    &args.file,
                    at as u64 + 1,
                    "event",
                    &error.to_string(),
                ));
            }
            Err(_) => failure.more += 1,
        }
    }
    if !failure.errors.is_empty() {
        return Err(failure);
    }
    let mut store = open(&args.ledger)?;
    let before = store.head().map_err(failed)?.seq;
    match store.append(&events).map_err(failed)? {
        Ok(numbers) => {
            let added = numbers.iter().filter(|seq| **seq > before).count();
            let known = numbers.len() - added;
            console.say(&format!(
                "added {}; {known} known already\n",
                count(added, "event", "events")
            ))?;
            console.document(&json!({
                "schema": "relight.ledger.append/1", "added": added, "known": known, "events": numbers,
            }))?;
            Ok(Answer::Yes)
        }
        Err(rejected) => {
            let line = places.get(rejected.at).copied().unwrap_or_default();
            let mut failure = Failure::default();
            failure.errors.push(problem(
                &args.file,
                line,
                "refused",
                &rejected.refusal.to_string(),
            ));
            Err(failure)
        }
    }
}

fn problem(file: &Path, line: u64, code: &str, message: &str) -> Problem {
    let mut problem = Problem::new(code, Some(file), message);
    problem.text = format!("{}:{line}: {message}", file.display());
    problem.line = Some(line);
    problem
}

/// A file, or standard input, no more than is taken.
pub(super) fn input(path: &Path) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        let message = format!("more than the {MOST_BYTES} bytes that are read; split it");
        Failure::about("too_large", path, message)
    };
    let cannot = |e: std::io::Error| load::cannot("read", path, &e);
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        let file = std::fs::File::open(path).map_err(cannot)?;
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    }
    if bytes.len() as u64 > MOST_BYTES { Err(too_large()) } else { Ok(bytes) }
}

pub fn show(args: &Show, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let Some(record) = store.record(args.id).map_err(failed)? else {
        let message = format!("there is no record {}", args.id);
        console.say(&format!("{message}\n"))?;
        console.document(&json!({ "schema": "relight.ledger.record/1", "record": null }))?;
        return Ok(Answer::No);
    };
    let history = store.history(args.id, 0, MOST_SHOWN).map_err(failed)?;
    let named = store.referring(args.id, None, MOST_SHOWN).map_err(failed)?;
    let mut text = format!("{}\n", console.ink(Ink::Bold, line(&record)));
    let body = serde_json::to_string_pretty(&record.content).unwrap_or_default();
    let _ = writeln!(text, "{body}\n\n{}", console.ink(Ink::Bold, "History"));
    for (seq, event) in &history {
        let reason = if event.reason.is_empty() { "" } else { ": " };
        let (at, act, actor) = (event.at, event.act.word(), event.actor);
        let _ = writeln!(text, "  {seq:>8}  {at}  {act} by {actor}{reason}{}", event.reason);
    }
    if !named.is_empty() {
        let _ = writeln!(text, "\n{}", console.ink(Ink::Bold, "Named by"));
    }
    for referring in &named {
        let _ = writeln!(text, "  {:<12} {}", referring.role, line(&referring.record));
    }
    console.say(&text)?;
    let history: Vec<_> =
        history.iter().map(|(seq, event)| json!({ "seq": seq, "event": event })).collect();
    let named: Vec<_> =
        named.iter().map(|r| json!({ "role": r.role, "record": r.record })).collect();
    console.document(&json!({
        "schema": "relight.ledger.record/1", "record": record, "history": history, "named_by": named,
    }))?;
    Ok(Answer::Yes)
}

pub fn list(args: &List, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let filter = Filter { kind: args.kind, operation: args.operation, state: None };
    let records = store.list(&filter, args.after, args.limit).map_err(failed)?;
    let mut text = String::new();
    for record in &records {
        let _ = writeln!(text, "{}", line(record));
    }
    if records.len() == args.limit
        && let Some(last) = records.last()
    {
        let _ = writeln!(text, "there may be more: --after {}", last.id);
    }
    console.say(&text)?;
    console.document(&json!({ "schema": "relight.ledger.list/1", "records": records }))?;
    Ok(Answer::Yes)
}

/// A record in one line.
pub fn line(record: &Record) -> String {
    let state = match record.state {
        State::Standing => String::new(),
        other => format!(" ({})", word(other)),
    };
    format!("{} {}{state} {}", record.id, record.kind().word(), record.content.title())
}

/// The word for a state.
fn word(state: State) -> &'static str {
    use relight_ledger::model::Decision;
    match state {
        State::Standing => "standing",
        State::Pending => "waits for a second person",
        State::Withdrawn => "withdrawn",
        State::Decided(Decision::Accepted) => "accepted",
        State::Decided(Decision::Edited) => "edited",
        State::Decided(Decision::Rejected) => "rejected",
    }
}
