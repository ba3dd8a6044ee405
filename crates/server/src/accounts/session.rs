//! Sessions of browsers: a random value in a cookie, of which the desk knows the digest.

use relight_store::StoreError;
use relight_store::desk::Desk;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Account, find, read, written};
use crate::app::now;

const SPACE: &str = "session";

/// A session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub account: String,
    /// What a page must send along to change something.
    pub csrf: String,
}

/// Begins a session; gives what the cookie holds.
///
/// # Errors
///
/// Where the desk fails.
pub fn begin(
    desk: &mut Desk,
    account: &str,
    secret: [u8; 32],
    csrf: [u8; 16],
    hours: u32,
) -> Result<String, StoreError> {
    let value = hex(&secret);
    let session = Session { account: account.to_owned(), csrf: hex(&csrf) };
    let ends = now().milliseconds() + i64::from(hours) * 60 * 60 * 1000;
    desk.put(SPACE, &digest(&value), &written(&session)?, Some(ends))?;
    Ok(value)
}

/// The session of a cookie and its account, where both still stand.
pub fn find_session(
    desk: &mut Desk,
    value: &str,
) -> Result<Option<(Session, Account)>, StoreError> {
    if value.len() != 64 {
        return Ok(None);
    }
    let Some(paper) = desk.get(SPACE, &digest(value), now().milliseconds())? else {
        return Ok(None);
    };
    let session: Session = read(&paper.body)?;
    let account = find(desk, &session.account)?.filter(|account| account.active);
    Ok(account.map(|account| (session, account)))
}

/// Ends a session.
pub fn end(desk: &mut Desk, value: &str) -> Result<bool, StoreError> {
    desk.remove(SPACE, &digest(value))
}

/// The digest of a secret value: a fast one is enough for 256 bits of chance.
pub(super) fn digest(value: &str) -> String {
    hex(&Sha256::digest(value.as_bytes()))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
