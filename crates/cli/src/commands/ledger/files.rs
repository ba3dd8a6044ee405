//! Ledgers as files: made, moved, backed up.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use relight_store::{Loaded, Store, StoreError};
use serde_json::json;

use super::args::{Backup, Init, Migrate, Restore};
use super::{failed, failed_about, open};
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::load::cannot;
use crate::numbers::{count, whole};

pub fn init(args: &Init, console: Console) -> Result<Answer, Failure> {
    match Store::open(&args.ledger.place) {
        Ok(store) => {
            return Err(Failure::new(format!("there is a ledger at {} already", store.place())));
        }
        Err(StoreError::Absent { .. }) => {}
        Err(error) => return Err(failed(error)),
    }
    let store = Store::create(&args.ledger.place).map_err(failed)?;
    console.say(&format!("made an empty ledger: {}\n", store.place()))?;
    console.document(&json!({ "schema": "relight.ledger.init/1", "ledger": store.place() }))?;
    Ok(Answer::Yes)
}

pub fn backup(args: &Backup, console: Console) -> Result<Answer, Failure> {
    write_whole(&mut open(&args.ledger)?, &args.file, console)
}

pub fn restore(args: &Restore, console: Console) -> Result<Answer, Failure> {
    // Looked at before a ledger is made for it.
    drop(File::open(&args.file).map_err(|e| cannot("read", &args.file, &e))?);
    let mut store = Store::create(&args.ledger.place).map_err(failed)?;
    if store.head().map_err(failed)?.seq > 0 {
        let message = format!(
            "the ledger at {} is not empty; restore into a new one, or use `relight ledger import`",
            store.place()
        );
        return Err(Failure::new(message));
    }
    let loaded = read_whole(&mut store, &args.file)?;
    tell_of(loaded, console)
}

pub fn migrate(args: &Migrate, console: Console) -> Result<Answer, Failure> {
    let from =
        Store::migrate(&args.ledger.place, &args.backup).map_err(failed_about(&args.backup))?;
    let to = relight_store::SCHEMA;
    let backup = args.backup.display().to_string();
    let text = if from == to {
        format!("the ledger has layout {to} already; the backup is in {backup}\n")
    } else {
        format!("brought from layout {from} to {to}; the backup is in {backup}\n")
    };
    console.say(&text)?;
    console.document(
        &json!({ "schema": "relight.ledger.migrate/1", "from": from, "to": to, "backup": backup }),
    )?;
    Ok(Answer::Yes)
}

pub(super) fn write_whole(
    store: &mut Store,
    path: &Path,
    console: Console,
) -> Result<Answer, Failure> {
    let head = store.back_up(path).map_err(failed_about(path))?.head;
    console.say(&format!(
        "wrote {} events to {}; it holds what is personal and need-to-know: keep it like the ledger itself\n",
        whole(head.seq as f64),
        path.display()
    ))?;
    console.document(&json!({
        "schema": "relight.ledger.export/1", "file": path.display().to_string(), "events": head.seq, "hash": head.hash,
    }))?;
    Ok(Answer::Yes)
}

pub(super) fn read_whole(store: &mut Store, path: &Path) -> Result<Loaded, Failure> {
    let file = File::open(path).map_err(|e| cannot("read", path, &e))?;
    store.load(&mut BufReader::with_capacity(1 << 20, file)).map_err(failed_about(path))
}

pub(super) fn tell_of(loaded: Loaded, console: Console) -> Result<Answer, Failure> {
    console.say(&format!(
        "added {}; {} known already\n",
        count(usize::try_from(loaded.added).unwrap_or(usize::MAX), "event", "events"),
        whole(loaded.known as f64)
    ))?;
    console.document(&json!({
        "schema": "relight.ledger.import/1", "added": loaded.added, "known": loaded.known,
    }))?;
    Ok(Answer::Yes)
}
