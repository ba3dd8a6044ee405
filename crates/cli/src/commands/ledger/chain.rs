//! Is the past as it was written? Verification, records made again, signed checkpoints.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::path::Path;

use relight_ledger::date::Moment;
use relight_ledger::event::{self, public_key};
use relight_ledger::hash::Hash;
use relight_store::StoreError;
use serde_json::json;

use super::args::{Checkpoint, Rebuild, Verify};
use super::{failed, open};
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::load::{self, cannot};
use crate::numbers::whole;
use crate::save;

pub fn verify(args: &Verify, console: Console) -> Result<Answer, Failure> {
    let published = match args.checkpoint.as_ref().zip(args.key) {
        None => None,
        Some((path, key)) => {
            let bytes = load::file(path)?;
            let checkpoint: event::Checkpoint = serde_json::from_slice(&bytes)
                .map_err(|e| Failure::about("checkpoint", path, e.to_string()))?;
            let head = checkpoint.open(key);
            Some(head.map_err(|e| Failure::about("checkpoint", path, e.to_string()))?)
        }
    };
    let mut store = open(&args.ledger)?;
    match store.verify(published) {
        Ok(verified) => {
            let head = verified.head;
            let mut text = format!("{} events, each as it was written\n", whole(head.seq as f64));
            if let Some(published) = published {
                let _ =
                    writeln!(text, "the checkpoint of event {} holds", whole(published.seq as f64));
            }
            if verified.redacted > 0 {
                let _ = writeln!(
                    text,
                    "{} personal texts were redacted",
                    whole(verified.redacted as f64)
                );
            }
            let _ = writeln!(text, "head {}", head.hash);
            console.say(&text)?;
            console.document(&json!({
                "schema": "relight.ledger.verify/1", "ok": true, "events": head.seq, "hash": head.hash,
                "redacted": verified.redacted, "checkpoint": published.map(|p| p.seq),
            }))?;
            Ok(Answer::Yes)
        }
        Err(StoreError::Broken(broken)) => {
            console.say(&format!("{broken}\n"))?;
            console.document(&json!({
                "schema": "relight.ledger.verify/1", "ok": false, "first_bad": broken.seq,
                "fault": broken.fault.to_string(),
            }))?;
            Ok(Answer::No)
        }
        Err(error) => Err(failed(error)),
    }
}

pub fn rebuild(args: &Rebuild, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    // Records that cannot be read are a reason to rebuild, and no reason not to.
    let before = store.digest().ok();
    let events = store.rebuild(&mut |_| {}).map_err(failed)?;
    let after = store.digest().map_err(failed)?;
    let same = before == Some(after);
    console.say(&format!(
        "{} events folded; the records are {}\n",
        whole(events as f64),
        if same { "the same as before" } else { "not those that were there before" }
    ))?;
    console.document(&json!({
        "schema": "relight.ledger.rebuild/1", "events": events, "same": same, "digest": after,
    }))?;
    Ok(Answer::Yes)
}

pub fn checkpoint(args: &Checkpoint, console: Console) -> Result<Answer, Failure> {
    let mut store = open(&args.ledger)?;
    let secret = secret_key(&args.key)?;
    let head = store.head().map_err(failed)?;
    let at = Moment::from_milliseconds(jiff::Timestamp::now().as_millisecond());
    let signed = event::Checkpoint::sign(&args.name, head, at, &secret);
    let mut text = serde_json::to_string_pretty(&signed)
        .map_err(|e| Failure::new(format!("the checkpoint cannot be written: {e}")))?;
    text.push('\n');
    match &args.out {
        None => crate::console::write_out(text.as_bytes())?,
        Some(path) => {
            save::make_parent(path)?;
            save::write_file(path, text.as_bytes())?;
            console.say(&format!(
                "signed event {} with the key {}\n",
                head.seq,
                public_key(&secret)
            ))?;
            console.document(&signed)?;
        }
    }
    Ok(Answer::Yes)
}

/// Reads the secret key, or makes one from the system's randomness.
fn secret_key(path: &Path) -> Result<[u8; 32], Failure> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let key: Hash = text.trim().parse().map_err(|_| {
                // The text is not quoted: it may be most of a key.
                Failure::about("key", path, "this is no secret key; expected 64 hexadecimal digits")
            })?;
            Ok(*key.bytes())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut secret = [0; 32];
            fs::File::open("/dev/urandom")
                .and_then(|mut random| random.read_exact(&mut secret))
                .map_err(|e| cannot("draw a key from", Path::new("/dev/urandom"), &e))?;
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path).map_err(|e| cannot("write", path, &e))?;
            writeln!(file, "{}", Hash::from_bytes(secret))
                .map_err(|e| cannot("write", path, &e))?;
            Ok(secret)
        }
        Err(error) => Err(cannot("read", path, &error)),
    }
}
