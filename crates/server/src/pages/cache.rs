//! Pages as they were sent last: plain and compressed, until the ledger or the minute changes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::Sheet;
use crate::accounts::session::hex;
use crate::app::{App, blocking, lock, now};

/// A page, ready to be sent.
pub struct Kept {
    /// Its type.
    pub kind: &'static str,
    /// Its bytes.
    pub plain: Bytes,
    /// Its bytes, compressed.
    pub gzip: Bytes,
    /// Its name by content, as `ETag` has it: weak, for it stands for both forms.
    pub tag: String,
    /// For which head of the ledger and which minute it was made.
    made: (u64, i64),
}

/// Pages by what they are.
#[derive(Default)]
pub struct Cache {
    pages: Mutex<BTreeMap<Sheet, Arc<Kept>>>,
}

/// More pages than this are not kept.
const MOST: usize = 2_000;

/// The page, made anew where it is not fresh; `None` where there is none.
pub async fn get(app: &Arc<App>, sheet: Sheet) -> Option<Arc<Kept>> {
    let fresh = (app.head(), now().milliseconds() / 60_000);
    if let Some(kept) = lock(&app.cache.pages).get(&sheet)
        && kept.made == fresh
    {
        return Some(Arc::clone(kept));
    }
    let shared = Arc::clone(app);
    let made = blocking(move || make(&shared, &sheet, fresh).map(|kept| (sheet, kept))).await;
    let (sheet, kept) = made.ok()??;
    let kept = Arc::new(kept);
    let mut pages = lock(&app.cache.pages);
    if pages.len() >= MOST {
        pages.clear();
    }
    pages.insert(sheet, Arc::clone(&kept));
    Some(kept)
}

fn make(app: &App, sheet: &Sheet, fresh: (u64, i64)) -> Option<Kept> {
    let made = sheet.make(app)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(&made.body).ok()?;
    let gzip = encoder.finish().ok()?;
    let digest = Sha256::digest(&made.body);
    let tag = format!("W/\"{}\"", hex(digest.get(..12)?));
    Some(Kept { kind: made.kind, plain: made.body.into(), gzip: gzip.into(), tag, made: fresh })
}
