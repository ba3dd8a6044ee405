//! `relight read`: what a page says, as drafts with their evidence, and a person's decisions on them.

pub mod args;
mod decision;
mod document;
mod events;
mod review;
mod view;

use std::fs::File;
use std::io::{BufRead as _, Read as _};
use std::path::Path;

use relight_intake::copies::Signature;
use relight_intake::{Format, MOST_BYTES, Page, Reading, open, read};
use relight_ledger::hash::Hash;
use sha2::{Digest as _, Sha256};

use self::args::Read;
use self::decision::Decided;
use crate::commands::ledger::open_at as open_ledger;
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::load::cannot;
use crate::save;

/// A page of the input, read.
struct Taken {
    page: Page,
    reading: Reading,
    /// Known pages that it is a copy of, with the share of words in common.
    copies: Vec<(String, f64)>,
}

/// The input with its pages.
struct Input {
    name: String,
    digest: Hash,
    pages: Vec<Taken>,
}

pub fn run(args: &Read, console: Console) -> Result<Answer, Failure> {
    let decides = args.review || args.decisions.is_some();
    if !decides && (args.events.is_some() || args.ledger.is_some()) {
        return Err(Failure::new(
            "there are no decisions to write: add --review or --decisions FILE",
        ));
    }
    if args.review && args.file == Path::new("-") {
        return Err(Failure::new(
            "a page from standard input cannot be reviewed there too: give it as a file",
        ));
    }
    let input = take(args)?;
    if !decides {
        console.say(&view::input(&input, console))?;
        console.document(&document::input(&input))?;
        return Ok(Answer::Yes);
    }
    if args.events.is_none() && args.ledger.is_none() {
        return Err(Failure::new(
            "say where decisions go: --ledger PLACE, or --events FILE for `relight ledger append`",
        ));
    }
    let mut store = args.ledger.as_deref().map(open_ledger).transpose()?;
    let mut events = Vec::new();
    let mut told = events::Told::default();
    for (at, taken) in input.pages.iter().enumerate() {
        let mut book = events::Book::new(args, &input, at, taken, store.as_mut())?;
        let decided = match &args.decisions {
            Some(path) => decision::from_file(path, at, taken)?,
            None => review::ask(taken, &book, console)?,
        };
        for Decided { draft, what } in decided {
            book.enter(taken, draft, what)?;
        }
        told += book.finish(&mut events);
    }
    if let Some(path) = &args.events {
        save::make_parent(path)?;
        save::write_file(path, &events::lines(&events)?)?;
    }
    if let Some(store) = &mut store {
        events::append(store, events)?;
    }
    console.say(&told.text())?;
    console.document(&told)?;
    Ok(Answer::Yes)
}

fn take(args: &Read) -> Result<Input, Failure> {
    let bytes = bytes_of(&args.file)?;
    let mut known: Vec<(String, Signature)> = Vec::new();
    for path in &args.against {
        let pages = pages_of(path, &bytes_of(path)?, Format::Detect)?;
        known.extend(pages.iter().map(|p| (path.display().to_string(), read(p).signature)));
    }
    let pages = pages_of(&args.file, &bytes, args.format.format())?
        .into_iter()
        .map(|page| {
            let reading = read(&page);
            let copies = known
                .iter()
                .filter(|(_, signature)| reading.signature.is_copy_of(signature))
                .map(|(name, signature)| (name.clone(), reading.signature.resemblance(signature)))
                .collect();
            Taken { page, reading, copies }
        })
        .collect();
    let digest = Hash::from_bytes(Sha256::digest(&bytes).into());
    Ok(Input { name: args.file.display().to_string(), digest, pages })
}

fn pages_of(path: &Path, bytes: &[u8], format: Format) -> Result<Vec<Page>, Failure> {
    open(bytes, format).map_err(|e| Failure::about("not_text", path, e.to_string()))
}

/// The bytes of a file, and no more of them than a page has.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let most = MOST_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let result = if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    result.map_err(|e| cannot("read", path, &e))?;
    Ok(bytes)
}

/// A line that somebody types; `None` at the end.
fn line() -> Result<Option<String>, Failure> {
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(64 << 10)
        .read_line(&mut text)
        .map_err(|e| Failure::new(format!("cannot read from the terminal: {e}")))?;
    Ok((read > 0).then(|| text.trim().to_owned()))
}
