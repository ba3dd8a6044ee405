//! What is done of a study, as lines that are only ever added: a run that was killed goes on from them.
//!
//! A line is a checksum, a space, a JSON document and a newline. The first says which study it is; each other holds all
//! rows of one scenario under the policies of one part. A line that was torn, and whatever follows it, is not taken:
//! it is run again, which gives the same rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dice::seed_of;
use crate::run::Row;
use crate::study::{Policy, Study};

/// The form of the lines.
const SCHEMA: &str = "relight.study-rows/1";

/// The policies that rows are of, as a number: rows of other policies are never taken for theirs.
pub fn part(policies: &[Policy]) -> u64 {
    seed_of(0, &format!("{policies:?}"), 0)
}

/// Finished rows: by part and scenario, for each policy of the part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    rows: BTreeMap<(u64, u64), Vec<Row>>,
}

impl Rows {
    /// Keeps the rows of a scenario; those that are there already stay.
    pub fn keep(&mut self, part: u64, rows: Vec<Row>) {
        if let Some(first) = rows.first() {
            self.rows.entry((part, first.scenario)).or_insert(rows);
        }
    }

    /// The rows of a scenario.
    pub fn of(&self, part: u64, scenario: u64) -> Option<&[Row]> {
        self.rows.get(&(part, scenario)).map(Vec::as_slice)
    }

    /// Scenarios that are finished, of all parts together.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing is finished.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// What a log holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// Finished rows.
    pub rows: Rows,
    /// Bytes of the lines that are whole; what follows is to be cut off before a line is added.
    pub whole: usize,
    /// Whether something has to be cut off.
    pub torn: bool,
}

/// A log that cannot be gone on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// It is no log.
    #[error("this is no log of a study; remove the file to begin anew")]
    NoLog,
    /// It is of something else.
    #[error(
        "the folder holds the rows of another study: another scenario, seed, hazards or version of relight; take another \
         folder, or remove the file to begin anew"
    )]
    OtherStudy,
}

#[derive(Serialize, Deserialize)]
struct Header {
    schema: String,
    study: String,
}

#[derive(Serialize, Deserialize)]
struct Finished {
    part: u64,
    rows: Vec<Row>,
}

/// The first line of the log of a study.
pub fn header(study: &Study) -> Vec<u8> {
    line(&Header { schema: SCHEMA.to_owned(), study: study.fingerprint() })
}

/// The line of a scenario: its rows under all policies of the part.
pub fn finished(part: u64, rows: &[Row]) -> Vec<u8> {
    line(&Finished { part, rows: rows.to_vec() })
}

/// Reads the log of this study. An empty one, or one whose first line is torn, holds nothing.
pub fn read(study: &Study, bytes: &[u8]) -> Result<Log, LogError> {
    let mut log = Log { rows: Rows::default(), whole: 0, torn: false };
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|b| *b == b'\n') {
        let Some(json) = checked(&rest[..end]) else { break };
        if log.whole == 0 {
            let header: Header = serde_json::from_slice(json).map_err(|_| LogError::NoLog)?;
            if header.schema != SCHEMA || header.study != study.fingerprint() {
                return Err(LogError::OtherStudy);
            }
        } else {
            let Ok(Finished { part, rows }) = serde_json::from_slice(json) else { break };
            log.rows.keep(part, rows);
        }
        log.whole += end + 1;
        rest = &rest[end + 1..];
    }
    // A file that begins with something else is somebody's, and not to be cut.
    let looks_like_ours = bytes.iter().take(16).all(u8::is_ascii_hexdigit);
    if log.whole == 0 && !looks_like_ours {
        return Err(LogError::NoLog);
    }
    log.torn = log.whole < bytes.len();
    Ok(log)
}

fn line(content: &impl Serialize) -> Vec<u8> {
    // Numbers, texts and lists can always be written.
    let json = serde_json::to_vec(content).unwrap_or_default();
    let mut line = format!("{:016x} ", checksum(&json)).into_bytes();
    line.extend(json);
    line.push(b'\n');
    line
}

/// The document of a line, if it is what was written.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (sum, json) = line.split_at_checked(17)?;
    let sum = std::str::from_utf8(&sum[..16]).ok()?;
    (u64::from_str_radix(sum, 16).ok()? == checksum(json)).then_some(json)
}

/// FNV-1a: it finds what was torn or changed by accident.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
