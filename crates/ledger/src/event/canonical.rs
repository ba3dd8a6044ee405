//! The bytes of an event: JSON with sorted keys, no white space, and without empty fields.
//!
//! They are written once. Whoever checks the chain hashes the bytes that are stored, and needs no JSON for it; that bytes
//! and event belong together is checked when the records are rebuilt.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Act, Event};
use crate::date::Moment;
use crate::id::Id;
use crate::model::{Operation, Person};

/// The version of the form of events that this program writes. It reads that and all before it.
pub const VERSION: u64 = 1;

/// The most bytes of one event.
pub const MOST_EVENT_BYTES: usize = 1 << 20;

/// Bytes that are no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableEvent {
    /// They are no JSON, or not that of an event.
    #[error("these bytes are no event: {0}")]
    Malformed(String),
    /// A later program wrote them.
    #[error(
        "the event has form {found}, and this program reads forms up to {VERSION}; use a newer Relight"
    )]
    Newer {
        /// The version that it states.
        found: u64,
    },
    /// They are too many.
    #[error("the event has {found} bytes; expected {MOST_EVENT_BYTES} at most")]
    TooLarge {
        /// How many there are.
        found: usize,
    },
}

impl Event {
    /// The canonical bytes. Errors where a number is not finite or the event is too large.
    pub fn to_bytes(&self) -> Result<Vec<u8>, UnreadableEvent> {
        let malformed = |e: serde_json::Error| UnreadableEvent::Malformed(e.to_string());
        let value = serde_json::to_value(self).map_err(malformed)?;
        let mut bytes = Vec::with_capacity(512);
        write(&mut bytes, &with_version(value), 0)?;
        if bytes.len() > MOST_EVENT_BYTES {
            return Err(UnreadableEvent::TooLarge { found: bytes.len() });
        }
        Ok(bytes)
    }

    /// Reads the bytes of an event of this form or an earlier one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Event, UnreadableEvent> {
        if bytes.len() > MOST_EVENT_BYTES {
            return Err(UnreadableEvent::TooLarge { found: bytes.len() });
        }
        let malformed = |e: serde_json::Error| UnreadableEvent::Malformed(e.to_string());
        let error = match serde_json::from_slice::<Written>(bytes) {
            Ok(Written { v: VERSION, id, at, actor, operation, reason, act }) => {
                return Ok(Event { id, at, actor, operation, reason, act });
            }
            Ok(_) => None,
            Err(error) => Some(error),
        };
        // It may be of a later program, whose form we do not know.
        let stated = serde_json::from_slice::<Stated>(bytes).map_err(malformed)?;
        match (stated.v, error) {
            (Some(found), _) if found > VERSION => Err(UnreadableEvent::Newer { found }),
            (Some(VERSION), Some(error)) => Err(malformed(error)),
            _ => Err(UnreadableEvent::Malformed("it states no version `v` of its form".to_owned())),
        }
    }
}

/// An event as it is written: with the version of its form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    v: u64,
    id: Id<Event>,
    at: Moment,
    actor: Id<Person>,
    #[serde(default)]
    operation: Option<Id<Operation>>,
    #[serde(default)]
    reason: String,
    act: Act,
}

/// The version alone, whatever else is there.
#[derive(Deserialize)]
struct Stated {
    v: Option<u64>,
}

fn with_version(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("v".to_owned(), VERSION.into());
    }
    value
}

/// From this depth on an object without fields says nothing: `event.act.record.content.claim` is at depth 4, and an
/// empty claim is still a claim.
const DEPTH_OF_FIELDS: usize = 5;

fn says_nothing(value: &Value, depth: usize) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => {
            depth >= DEPTH_OF_FIELDS && fields.values().all(|v| says_nothing(v, depth + 1))
        }
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn write(to: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), UnreadableEvent> {
    match value {
        Value::Object(fields) => {
            to.push(b'{');
            let mut first = true;
            // Sorted here and not left to the map, whose order depends on how serde_json was built.
            for (name, field) in sorted(fields) {
                if says_nothing(field, depth + 1) {
                    continue;
                }
                if !std::mem::take(&mut first) {
                    to.push(b',');
                }
                write_plain(to, &Value::from(name.as_str()))?;
                to.push(b':');
                write(to, field, depth + 1)?;
            }
            to.push(b'}');
        }
        Value::Array(list) => {
            to.push(b'[');
            for (at, entry) in list.iter().enumerate() {
                if at > 0 {
                    to.push(b',');
                }
                write(to, entry, depth + 1)?;
            }
            to.push(b']');
        }
        plain => write_plain(to, plain)?,
    }
    Ok(())
}

fn sorted(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut list: Vec<_> = fields.iter().collect();
    list.sort_by(|a, b| a.0.cmp(b.0));
    list
}

fn write_plain(to: &mut Vec<u8>, value: &Value) -> Result<(), UnreadableEvent> {
    serde_json::to_writer(to, value).map_err(|e| UnreadableEvent::Malformed(e.to_string()))
}
