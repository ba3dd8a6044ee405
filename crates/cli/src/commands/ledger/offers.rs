//! Between a ledger and a plan: offers out, assignments in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use relight_ledger::date::Day;
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::fold::{Record, Refusal};
use relight_ledger::id::Id;
use relight_ledger::model::Operation;
use relight_ledger::offers::{self, Calendar, Wanted};
use relight_report::json::Document;
use relight_server::plans::accept::wanted;
use relight_store::Store;
use serde_json::json;

use super::args::{Assign, Offers};
use super::records::line;
use super::totals::read;
use super::{actor, failed, now, open, today};
use crate::console::{Console, complain, write_out};
use crate::failure::{Answer, Failure};
use crate::load;
use crate::numbers::count;
use crate::save;

pub fn offers(args: &Offers, console: Console) -> Result<Answer, Failure> {
    let (start, step_hours) = match (&args.scenario, args.start) {
        (Some(folder), _) => {
            let scenario = load::scenario(folder)?.reading.scenario;
            (day_of(&scenario.start.to_string())?, scenario.step_hours)
        }
        (None, Some(start)) => (start, args.step_hours),
        (None, None) => return Err(Failure::new("expected --scenario or --start")),
    };
    let calendar = Calendar { start, step_hours, undated: args.undated };
    let as_of = args.as_of.unwrap_or_else(today);
    let mut store = open(&args.ledger)?;
    let records = read(&mut store, &offers::KINDS, args.operation)?;
    let found = offers::offers(records.values(), &calendar, as_of);
    let table = offers::csv(&found.offers);
    let mut text = String::new();
    for (id, lot, why) in &found.left_out {
        let named = records.get(id).map_or_else(|| id.to_string(), line);
        let _ = writeln!(text, "not offered: {named}, lot {lot}: {why}");
    }
    match &args.out {
        Some(path) => {
            save::make_parent(path)?;
            save::write_file(path, table.as_bytes())?;
            let offers = count(found.offers.len(), "offer", "offers");
            console.say(&format!("{offers} written to {}\n{text}", path.display()))?;
        }
        None if console.json => {}
        None => {
            write_out(table.as_bytes())?;
            if !text.is_empty() {
                complain(text.trim_end());
            }
        }
    }
    let left_out: Vec<_> = found
        .left_out
        .iter()
        .map(|(id, lot, why)| json!({ "record": id, "lot": lot, "why": why.to_string() }))
        .collect();
    let list: Vec<_> = found
        .offers
        .iter()
        .map(|o| json!({ "offer": o.id.to_string(), "count": o.count, "arrival": o.arrival }))
        .collect();
    console.document(&json!({
        "schema": "relight.ledger.offers/1", "as_of": as_of, "offers": list, "left_out": left_out,
    }))?;
    Ok(Answer::Yes)
}

/// The day in front of a date and time.
fn day_of(moment: &str) -> Result<Day, Failure> {
    let day = moment.get(..10).and_then(|day| day.parse().ok());
    day.ok_or_else(|| Failure::new(format!("`{moment}` does not begin with a day")))
}

/// How often a lost race is run again.
const MOST_TRIES: usize = 8;

pub fn assign(args: &Assign, console: Console) -> Result<Answer, Failure> {
    let path = if args.plan.is_dir() { args.plan.join("plan.json") } else { args.plan.clone() };
    let bytes = load::file(&path)?;
    let plan: Document = serde_json::from_slice(&bytes)
        .map_err(|e| Failure::about("plan", &path, format!("this is no plan: {e}")))?;
    let (wanted, foreign) =
        wanted(&plan).map_err(|message| Failure::about("plan", &path, message))?;
    let mut store = open(&args.ledger)?;
    let as_of = args.as_of.unwrap_or_else(today);
    for _ in 0..MOST_TRIES {
        let records = about(&mut store, &wanted, args.operation)?;
        let taken = offers::taken(records.values());
        let (name, digest) = (&plan.scenario.name, &plan.scenario.digest);
        let done = offers::assign(&wanted, name, digest, records.values(), &taken, as_of);
        if !done.short.is_empty() {
            return tell_short(&done, &records, console);
        }
        let events: Vec<Proposal> = done.acts.iter().map(|act| event(args, act)).collect();
        match store.append(&events).map_err(failed)? {
            Ok(_) => return tell(&done, &foreign, console),
            // Somebody else was given a piece meanwhile: what is free is looked at again.
            Err(rejected) if lost_race(&rejected.refusal) => {}
            Err(rejected) => return Err(Failure::new(rejected.refusal.to_string())),
        }
    }
    Err(Failure::new("others assign the same pieces at the same time; try again"))
}

fn lost_race(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Exists { .. } | Refusal::Conflict { .. } | Refusal::IdReused { .. })
}

/// The pledges and stock that are wanted, and every record that names them.
fn about(
    store: &mut Store,
    wanted: &[Wanted],
    operation: Option<Id<Operation>>,
) -> Result<BTreeMap<Id, Record>, Failure> {
    /// Pages of records that name one.
    const PAGE: usize = 1_000;
    let ids: Vec<Id> = wanted.iter().map(|w| w.of).collect::<BTreeSet<_>>().into_iter().collect();
    let mut records: BTreeMap<Id, Record> = BTreeMap::new();
    for record in store.records(&ids).map_err(failed)? {
        let foreign =
            operation.is_some() && record.operation.is_some() && record.operation != operation;
        if !foreign {
            records.insert(record.id, record);
        }
    }
    for id in ids {
        let mut after: Option<(String, Id)> = None;
        loop {
            let from = after.as_ref().map(|(role, id)| (role.as_str(), *id));
            let page = store.referring(id, from, PAGE).map_err(failed)?;
            let full = page.len() == PAGE;
            after = page.last().map(|last| (last.role.clone(), last.record.id));
            records.extend(page.into_iter().map(|r| (r.record.id, r.record)));
            if !full {
                break;
            }
        }
    }
    Ok(records)
}

fn event(args: &Assign, (record, act): &(Id, Act)) -> Proposal {
    let seen = if let Act::Correct { seen, .. } = act { *seen } else { 0 };
    let at = now();
    let moment = at.milliseconds().to_string();
    Event {
        // Made of the moment too: another process that gives the same piece is another event, and loses.
        id: Id::derive(&[
            "assign",
            &record.to_string(),
            &seen.to_string(),
            &moment,
            &std::process::id().to_string(),
        ]),
        at,
        actor: actor(&args.who),
        operation: args.operation,
        reason: "the plan was accepted".to_owned(),
        act: act.clone(),
    }
    .into()
}

fn tell(
    done: &offers::Assigned,
    foreign: &BTreeSet<String>,
    console: Console,
) -> Result<Answer, Failure> {
    let mut text = format!(
        "{} assigned; {} had been before\n",
        count(done.acts.len(), "piece", "pieces"),
        done.known
    );
    if !foreign.is_empty() {
        let list: Vec<&str> = foreign.iter().map(String::as_str).collect();
        let _ = writeln!(text, "of no ledger, and not assigned: {}", list.join(", "));
    }
    console.say(&text)?;
    console.document(&json!({
        "schema": "relight.ledger.assign/1", "assigned": done.acts.len(), "known": done.known,
        "of_no_ledger": foreign, "short": [],
    }))?;
    Ok(Answer::Yes)
}

fn tell_short(
    done: &offers::Assigned,
    records: &BTreeMap<Id, Record>,
    console: Console,
) -> Result<Answer, Failure> {
    let mut text = "nothing was assigned:\n".to_owned();
    for short in &done.short {
        let want = &short.wanted;
        let named = records.get(&want.of).map_or_else(|| want.of.to_string(), line);
        let _ = writeln!(
            text,
            "  {} of {} for {} {}: {named}, lot {}: {}",
            short.missing, want.count, want.job, want.need, want.lot, short.why
        );
    }
    console.say(&text)?;
    let list: Vec<_> = done
        .short
        .iter()
        .map(|s| json!({ "record": s.wanted.of, "lot": s.wanted.lot, "job": s.wanted.job, "need": s.wanted.need, "missing": s.missing, "why": s.why }))
        .collect();
    console.document(&json!({
        "schema": "relight.ledger.assign/1", "assigned": 0, "known": done.known, "short": list,
    }))?;
    Ok(Answer::No)
}
