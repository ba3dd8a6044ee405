//! What a person decides about a record: a correction, a withdrawal, a second consent, a link, a ruling.

use relight_ledger::date::When;
use relight_ledger::event::{Act, Event};
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::{Content, Link, Operation, Relation, Ruling};
use relight_ledger::seal::Sealed;
use relight_store::Store;
use serde_json::{Value, json};

use super::args::{Confirm, Correct, Join, Rule, Who, Withdraw};
use super::records::line;
use super::{actor, failed, now, open};
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::numbers::count;

pub fn correct(args: &Correct, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let record = find(&mut store, args.id)?;
    let mut tagged =
        serde_json::to_value(&record.content).map_err(|e| Failure::new(e.to_string()))?;
    let body = tagged.as_object_mut().and_then(|o| o.values_mut().next());
    let body = body.ok_or_else(|| Failure::new("the record has no fields"))?;
    for set in &args.set {
        let Some((path, value)) = set.split_once('=') else {
            return Err(Failure::new(format!(
                "`{set}`: expected FIELD=VALUE, such as money.currency=USD"
            )));
        };
        put(body, path, value).map_err(Failure::new)?;
    }
    let content: Content = serde_json::from_value(tagged)
        .map_err(|e| Failure::new(format!("the record would not be one any more: {e}")))?;
    let act =
        Act::Correct { record: record.id, seen: args.seen.unwrap_or(record.version), content };
    enter(&mut store, record.operation, &args.who, &args.reason, act, console)
}

/// Sets a field. A value is JSON where it reads as such, else a text; a date may be written as dates are.
fn put(body: &mut Value, path: &str, value: &str) -> Result<(), String> {
    let mut at = body;
    for part in path.split('.') {
        let known: Vec<String> =
            at.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
        let next = match at {
            Value::Object(fields) => fields.get_mut(part),
            Value::Array(list) => part.parse().ok().and_then(|n: usize| list.get_mut(n)),
            _ => None,
        };
        at = next.ok_or_else(|| {
            format!(
                "there is no field `{part}` on the way of `{path}`; there are: {}",
                known.join(", ")
            )
        })?;
    }
    let is_date = at.get("first").is_some() && at.get("precision").is_some();
    *at = match value.parse::<When>() {
        Ok(when) if is_date => serde_json::to_value(when).map_err(|e| e.to_string())?,
        _ => match serde_json::from_str(value) {
            // The numbers of the ledger are texts: exact ones.
            Ok(Value::Number(_)) if !at.is_number() => Value::String(value.to_owned()),
            Ok(read) => read,
            Err(_) => Value::String(value.to_owned()),
        },
    };
    Ok(())
}

pub fn withdraw(args: &Withdraw, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let record = find(&mut store, args.id)?;
    let act = Act::Withdraw { record: record.id, seen: record.version };
    enter(&mut store, record.operation, &args.who, &args.reason, act, console)
}

pub fn confirm(args: &Confirm, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let record = find(&mut store, args.id)?;
    let act = Act::Confirm { record: record.id, seen: record.version };
    enter(&mut store, record.operation, &args.who, "", act, console)
}

pub fn link(args: &Join, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let from = find(&mut store, args.from)?;
    let Join { relation, to, .. } = *args;
    let link = Link { from: from.id, relation, to, because: Vec::new() };
    let record = Link::id(from.id, relation, to).any();
    let act = Act::Record { record, content: link.into() };
    enter(&mut store, from.operation, &args.who, &args.reason, act, console)
}

pub fn rule(args: &Rule, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let (holds, other) = (find(&mut store, args.holds.any())?, find(&mut store, args.over.any())?);
    let either = [(holds.id, other.id), (other.id, holds.id)];
    let links = either.map(|(from, to)| Link::id(from, Relation::Contradicts, to));
    let found = store.records(&links.map(Id::any)).map_err(failed)?;
    let Some(contradiction) = found.first() else {
        let message =
            "nobody has said yet that the two contradict each other; `relight ledger link` says so";
        return Err(Failure::new(message));
    };
    let ruling = Ruling {
        contradiction: contradiction.id.of(),
        holds: Some(args.holds),
        why: args.reason.clone(),
    };
    let record = Id::derive(&["ruling", &contradiction.id.to_string()]);
    let act = Act::Record { record, content: ruling.into() };
    enter(&mut store, contradiction.operation, &args.who, &args.reason, act, console)
}

/// Erases every text that was ever sealed in a record.
pub fn redact(args: &Withdraw, console: Console) -> Result<Answer, Failure> {
    /// Events of a person that are looked through.
    const MOST: usize = 10_000;
    let mut store = open(&args.ledger)?;
    let record = find(&mut store, args.id)?;
    let history = store.history(record.id, 0, MOST).map_err(failed)?;
    let mut seals: Vec<Sealed> = history.iter().flat_map(|(_, event)| event.seals()).collect();
    seals.sort_unstable();
    seals.dedup();
    if seals.is_empty() {
        return Err(Failure::new(format!("nothing personal is sealed in {}", line(&record))));
    }
    let erased = seals.len();
    let at = now();
    let (moment, process) = (at.milliseconds().to_string(), std::process::id().to_string());
    let event = Event {
        id: Id::derive(&["decide", "redact", &record.id.to_string(), &moment, &process]),
        at,
        actor: actor(&args.who),
        operation: None,
        reason: args.reason.clone(),
        act: Act::Redact { seals },
    };
    let answer = store.append(&[event.into()]).map_err(failed)?;
    answer.map_err(|rejected| Failure::new(rejected.refusal.to_string()))?;
    console.say(&format!(
        "{} erased here; backups and exports made before hold them still\n",
        count(erased, "personal text", "personal texts")
    ))?;
    console.document(&json!({ "schema": "relight.ledger.redact/1", "erased": erased }))?;
    Ok(Answer::Yes)
}

fn find(store: &mut Store, id: Id) -> Result<Record, Failure> {
    let record = store.record(id).map_err(failed)?;
    record.ok_or_else(|| Failure::new(format!("there is no record {id}")))
}

/// Enters what was decided, and says what the record is now.
fn enter(
    store: &mut Store,
    operation: Option<Id<Operation>>,
    who: &Who,
    reason: &str,
    act: Act,
    console: Console,
) -> Result<Answer, Failure> {
    let at = now();
    let record = act.record().unwrap_or_default();
    let (moment, process) = (at.milliseconds().to_string(), std::process::id().to_string());
    let id = Id::derive(&["decide", act.word(), &record.to_string(), &moment, &process]);
    let reason = reason.to_owned();
    let event = Event { id, at, actor: actor(who), operation, reason, act };
    let answer = store.append(&[event.into()]).map_err(failed)?;
    answer.map_err(|rejected| Failure::new(rejected.refusal.to_string()))?;
    let record = find(store, record)?;
    console.say(&format!("{}\n", line(&record)))?;
    console.document(&json!({ "schema": "relight.ledger.record/1", "record": record }))?;
    Ok(Answer::Yes)
}
