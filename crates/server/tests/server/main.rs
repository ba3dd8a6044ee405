//! The server, tried from outside: requests go through the whole router, against a ledger on disk.

mod common;

/// Who sees what: every route, as everybody.
mod access;
/// Signing in, and what is refused.
mod doors;
/// Recording, correcting, confirming, deciding.
mod keeping;
/// What the public pages say, and how they are sent.
mod pages;
mod planning;
