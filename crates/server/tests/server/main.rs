//! The server, tried from outside: requests go through the whole router, against a ledger on disk.

mod common;

/// Who sees what: every route, as everybody.
mod access;
/// What the console is built on.
mod console;
/// Signing in, and what is refused.
mod doors;
/// What one person may not do alone.
mod four_eyes;
/// Recording, correcting, confirming, deciding.
mod keeping;
/// What the public pages say, and how they are sent.
mod pages;
/// Plans: asked for, followed, drawn, matched, accepted.
mod planning;
/// What is on the way, what waits for people, what leaves as a file.
mod rounds;
/// What a collector of traces hears.
mod traces;
/// Bodies that are too large, of another kind, or packed.
mod uploads;
/// What services say of the weather.
mod weather;
