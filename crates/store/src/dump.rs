//! A whole ledger as one file of lines: to back it up, to move it from one database to another, to hand it on.
//!
//! The first line names the form, each further one holds an event with its place in the chain, its exact bytes, and the
//! secrets behind its seals; the last names the head, so that a file that was cut short is known. It holds what is
//! personal and what is need-to-know: it is to be kept like the ledger itself.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufWriter, Write};
use std::path::Path;

use relight_ledger::event::{Entry, Event, Head, MOST_EVENT_BYTES, Verifier};
use relight_ledger::fold::check;
use relight_ledger::hash::Hash;
use relight_ledger::seal::{Sealed, Secret};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::append::{Overlay, Prepared};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::store::{CHUNK, Store, read_event};
use crate::tables;

/// The name of the form, in the first line.
pub const FORMAT: &str = "relight.events/1";

/// The most bytes of a line: an event and its frame.
const MOST_LINE: u64 = MOST_EVENT_BYTES as u64 + (1 << 20);

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dumped {
    /// The last event in it.
    pub head: Head,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// Events that the ledger had already.
    pub known: u64,
    /// Events that were added.
    pub added: u64,
}

#[derive(Serialize, Deserialize)]
struct First {
    format: String,
}

#[derive(Serialize, Deserialize)]
struct Last {
    end: End,
}

#[derive(Serialize, Deserialize)]
struct End {
    seq: u64,
    hash: Hash,
}

#[derive(Deserialize)]
struct Line<'a> {
    seq: u64,
    previous: Hash,
    hash: Hash,
    #[serde(default)]
    secrets: Vec<Secret>,
    #[serde(borrow)]
    event: &'a RawValue,
}

impl Store {
    /// Writes the whole ledger, as far as it is now. Others may go on writing to it.
    ///
    /// # Errors
    ///
    /// Where the store or `to` fails.
    pub fn dump(&mut self, to: &mut dyn Write) -> Result<Dumped, StoreError> {
        let end = self.head()?;
        let json = |e: serde_json::Error| StoreError::Unreadable(e.to_string());
        let mut line = serde_json::to_vec(&First { format: FORMAT.to_owned() }).map_err(json)?;
        line.push(b'\n');
        to.write_all(&line)?;
        let mut done = Head::default();
        while done.seq < end.seq {
            let most = usize::try_from(end.seq - done.seq).map_or(CHUNK, |left| left.min(CHUNK));
            let entries = self.entries(done.seq, most)?;
            let Some(last) = entries.last() else { break };
            done = Head { seq: last.seq, hash: last.hash };
            for entry in &entries {
                let Entry { seq, previous, hash, bytes } = entry;
                write!(to, "{{\"seq\":{seq},\"previous\":\"{previous}\",\"hash\":\"{hash}\",")?;
                let secrets = self.secrets_of(entry)?;
                if !secrets.is_empty() {
                    let secrets = serde_json::to_string(&secrets).map_err(json)?;
                    write!(to, "\"secrets\":{secrets},")?;
                }
                to.write_all(b"\"event\":")?;
                to.write_all(bytes)?;
                to.write_all(b"}\n")?;
            }
        }
        let last = Last { end: End { seq: done.seq, hash: done.hash } };
        let mut line = serde_json::to_vec(&last).map_err(json)?;
        line.push(b'\n');
        to.write_all(&line)?;
        to.flush()?;
        Ok(Dumped { head: done })
    }

    /// Writes the whole ledger into a new file that only its owner can read, and makes sure that it is on the disk.
    ///
    /// # Errors
    ///
    /// Where there is such a file already, or the store or the disk fails; half a file is removed.
    pub fn back_up(&mut self, path: &Path) -> Result<Dumped, StoreError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let written = self.dump_into(&file);
        if written.is_err() {
            // What is left of it is of no use; that it is gone cannot be made sure.
            let _ = std::fs::remove_file(path);
        }
        written
    }

    fn dump_into(&mut self, file: &File) -> Result<Dumped, StoreError> {
        let mut to = BufWriter::with_capacity(1 << 20, file);
        let dumped = self.dump(&mut to)?;
        to.flush()?;
        file.sync_all()?;
        Ok(dumped)
    }

    fn secrets_of(&mut self, entry: &Entry) -> Result<Vec<Secret>, StoreError> {
        let seals = read_event(entry)?.seals();
        if seals.is_empty() {
            return Ok(Vec::new());
        }
        let found = tables::secrets(self.backend.as_mut(), &seals)?;
        Ok(found.into_iter().map(|(_, secret)| secret).collect())
    }

    /// Reads a dump into this ledger, in one transaction. A ledger that holds the beginning of it gets the rest; events
    /// that are there already are compared and left.
    ///
    /// # Errors
    ///
    /// [`StoreError::Dump`] with the line where the dump is not whole, was changed, or is of another ledger; then nothing
    /// was added.
    pub fn load(&mut self, from: &mut dyn BufRead) -> Result<Loaded, StoreError> {
        self.within(|backend| load(backend, from))
    }
}

fn wrong(line: u64, message: impl Into<String>) -> StoreError {
    StoreError::Dump { line, message: message.into() }
}

/// A line without its end; `None` at the end of the file.
fn next_line(from: &mut dyn BufRead, at: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let mut line = Vec::new();
    let mut bounded = std::io::Read::take(from, MOST_LINE);
    bounded.read_until(b'\n', &mut line)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() as u64 + 1 >= MOST_LINE => Err(wrong(at, "the line is too long")),
        Some(_) => Err(wrong(at, "the line has no end: the dump was cut short")),
    }
}

fn load(backend: &mut dyn Backend, from: &mut dyn BufRead) -> Result<Loaded, StoreError> {
    let mut at = 1;
    let first = next_line(from, at)?.ok_or_else(|| wrong(1, "the file is empty"))?;
    match serde_json::from_slice::<First>(&first) {
        Ok(first) if first.format == FORMAT => {}
        _ => {
            return Err(wrong(
                1,
                format!("this is no dump of a ledger; expected the form {FORMAT}"),
            ));
        }
    }
    let mine = tables::head(backend)?;
    let mut verifier = Verifier::new();
    let mut loaded = Loaded { known: 0, added: 0 };
    loop {
        let before = verifier.head();
        let mut chunk: Vec<(u64, Entry, Vec<Secret>)> = Vec::with_capacity(CHUNK);
        let mut end = None;
        while chunk.len() < CHUNK && end.is_none() {
            at += 1;
            let bytes = next_line(from, at)?
                .ok_or_else(|| wrong(at, "the last line is missing: the dump was cut short"))?;
            if let Ok(last) = serde_json::from_slice::<Last>(&bytes) {
                end = Some(last.end);
                continue;
            }
            let line: Line<'_> =
                serde_json::from_slice(&bytes).map_err(|e| wrong(at, e.to_string()))?;
            let event = line.event.get().as_bytes().to_vec();
            let Line { seq, previous, hash, secrets, .. } = line;
            verifier.next(seq, previous, hash, &event).map_err(|e| wrong(at, e.to_string()))?;
            chunk.push((at, Entry { seq, previous, hash, bytes: event }, secrets));
        }
        let added = take_chunk(backend, mine, before, chunk)?;
        loaded.added += added;
        loaded.known = verifier.head().seq.min(mine.seq);
        if let Some(end) = end {
            if verifier.head() != (Head { seq: end.seq, hash: end.hash }) {
                return Err(wrong(at, "the last line names another head: events are missing"));
            }
            return Ok(loaded);
        }
    }
}

/// Compares what is known and adds what is new. Gives how many were added.
fn take_chunk(
    backend: &mut dyn Backend,
    mine: Head,
    before: Head,
    chunk: Vec<(u64, Entry, Vec<Secret>)>,
) -> Result<u64, StoreError> {
    let known = tables::entries(backend, before.seq, chunk.len())?;
    let known_until = known.last().map_or(before.seq, |filed| filed.entry.seq).min(mine.seq);
    for (filed, (at, entry, _)) in known.iter().zip(&chunk) {
        if filed.entry.seq <= mine.seq && filed.entry.hash != entry.hash {
            let message = format!(
                "event {} is another one than this ledger has: the dump is of another ledger",
                entry.seq
            );
            return Err(wrong(*at, message));
        }
    }
    let mut prepared = Vec::new();
    for (at, entry, secrets) in chunk {
        if entry.seq > known_until {
            prepared.push((at, prepare(at, entry, secrets)?));
        }
    }
    if prepared.is_empty() {
        return Ok(0);
    }
    let head = tables::head(backend)?;
    let mut overlay = Overlay::new(backend, head);
    overlay.fetch(&prepared.iter().map(|(_, p)| p).collect::<Vec<_>>())?;
    for (at, event) in &prepared {
        if let Err(refusal) = overlay.fold(event, &mut Vec::new())? {
            return Err(wrong(*at, refusal.to_string()));
        }
    }
    let changes = overlay.flush();
    backend.write(&changes)?;
    Ok(prepared.len() as u64)
}

fn prepare(at: u64, entry: Entry, secrets: Vec<Secret>) -> Result<Prepared, StoreError> {
    let event = Event::from_bytes(&entry.bytes).map_err(|e| wrong(at, e.to_string()))?;
    check(&event).map_err(|refusal| wrong(at, refusal.to_string()))?;
    let seals = event.seals();
    let mut opened: Vec<(Sealed, Secret)> = Vec::new();
    for secret in secrets {
        let seal = secret.seal().map_err(|e| wrong(at, e.to_string()))?;
        if !seals.contains(&seal) {
            return Err(wrong(at, "a secret does not open any seal of its event"));
        }
        opened.push((seal, secret));
    }
    Ok(Prepared { event, bytes: entry.bytes, secrets: opened })
}
