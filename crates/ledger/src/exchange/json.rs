//! Records as one JSON document, each as it stands: what a program reads, and what another ledger takes in.

use serde::{Deserialize, Serialize};

use super::fault::{Faults, Place};
use super::{Audience, Incoming, MOST_BYTES, NotExported, shown};
use crate::fold::{Record, State};
use crate::id::Id;
use crate::model::{Content, Operation};

/// The name of the format.
pub const SCHEMA: &str = "relight.ledger.records/1";

/// The most records of a document.
pub const MOST_RECORDS: usize = 1_000_000;

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    records: Vec<One>,
}

/// A record that stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<Id<Operation>>,
    content: Content,
}

/// Writes what stands, as an audience may see it, by id; and what it leaves out.
///
/// # Errors
///
/// Where a record cannot be written, which a sound one can.
pub fn write<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    audience: Audience,
) -> Result<(Vec<u8>, Vec<NotExported>), String> {
    let mut left_out = Vec::new();
    let mut list = Vec::new();
    for record in records {
        let why = match record.state {
            State::Standing => None,
            State::Pending => Some("it waits for a second person"),
            State::Withdrawn => Some("it was withdrawn"),
            State::Decided(_) => Some("it is a draft that was decided on"),
        };
        match (why, shown(&record.content, audience)) {
            (None, Some(content)) => {
                list.push(One { id: record.id, operation: record.operation, content });
            }
            (why, _) => {
                let why = why.unwrap_or("it is personal, a draft, or need-to-know").to_owned();
                left_out.push(NotExported { record: record.id, why });
            }
        }
    }
    list.sort_by_key(|one| one.id);
    left_out.sort();
    let document = Document { schema: SCHEMA.to_owned(), records: list };
    let mut bytes = serde_json::to_vec_pretty(&document).map_err(|e| e.to_string())?;
    bytes.push(b'\n');
    Ok((bytes, left_out))
}

/// Reads such a document.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Vec<Incoming>, Faults> {
    if bytes.len() > MOST_BYTES {
        let message = format!("{} bytes; expected {MOST_BYTES} at most", bytes.len());
        return Err(Faults::of_file(message));
    }
    let document: Document = serde_json::from_slice(bytes).map_err(|error| {
        let mut faults = Faults::default();
        let place = Place::new("", error.line() as u64);
        faults.error(place, "", format!("this is no document of records: {error}"));
        faults
    })?;
    let mut faults = Faults::default();
    if document.schema != SCHEMA {
        let message =
            format!("the schema is `{}`; expected {SCHEMA}", super::fault::short(&document.schema));
        return Err(Faults::of_file(message));
    }
    if document.records.len() > MOST_RECORDS {
        return Err(Faults::of_file(format!("more than {MOST_RECORDS} records")));
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut incoming = Vec::new();
    for (at, one) in (1..).zip(document.records) {
        let place = Place::new("records", at);
        if one.id.is_nil() || !seen.insert(one.id) {
            faults.error(place.clone(), "id", "expected an id, and each once");
        }
        for problem in one.content.problems() {
            faults.error(place.clone(), "content", problem.to_string());
        }
        incoming.push(Incoming {
            id: one.id,
            content: one.content,
            operation: one.operation,
            place,
        });
    }
    if faults.is_sound() { Ok(incoming) } else { Err(faults) }
}
