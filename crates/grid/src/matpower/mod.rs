//! Reads a MATPOWER case (version 2, `.m`) as data.
//!
//! A case file is MATLAB code, and MATLAB is not run here. What a case needs is understood exactly:
//! tables of numbers with constant arithmetic, cell arrays of names, constants, and statements that scale
//! whole columns, with which MATPOWER's distribution cases turn ohms into p.u. and kW into MW. Any other
//! code is refused with its line, because a grid that is read wrongly is worse than none.
//!
//! The format is appendix B of the MATPOWER manual. [`read`] takes the path
//! `cursor` (bytes, lines) → `statements` (what the file says) → `network` (checks, and the [`Network`]).

mod brackets;
mod conversion;
mod cursor;
mod error;
mod expression;
mod network;
mod statements;
mod table;

pub use error::{ErrorKind, MOST_ERRORS, Note, NoteKind, ReadError, ReadErrors};

use crate::Network;

/// A case as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The network, in the units of [`Network`]: conversions in the file are applied.
    pub network: Network,
    /// What a person may want to know about it, by line.
    pub notes: Vec<Note>,
}

/// Files above this are refused: the largest public case has 23 MB.
const MOST_BYTES: usize = 1 << 30;

/// Reads a case. `name` becomes the name of the network; the function in the file may be called otherwise.
///
/// A rating of infinity is read as 0, which is MATPOWER's word for unlimited. Branch tables without angle
/// limits get -360 and 360 degrees. Costs and tables that the network has no place for are passed over.
/// Time and memory grow with the size of the file, whatever is in it.
///
/// # Errors
/// All that is wrong with the file, with lines, up to [`MOST_ERRORS`].
pub fn read(bytes: &[u8], name: &str) -> Result<Case, ReadErrors> {
    let refuse =
        |kind| Err(ReadErrors { errors: vec![ReadError { line: 0, field: None, kind }], more: 0 });
    if bytes.len() > MOST_BYTES {
        return refuse(ErrorKind::TooLarge { bytes: bytes.len(), most: MOST_BYTES });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some((what, hint)) = not_text(bytes) {
        return refuse(ErrorKind::NotText { what, hint });
    }
    let mut findings = error::Findings::default();
    let contents = statements::read(bytes, &mut findings);
    let network = contents.and_then(|c| network::build(c, name, &mut findings));
    let notes = findings.settle()?;
    // No network without an error: `build` reports what it lacks.
    match network {
        Some(network) => Ok(Case { network, notes }),
        None => refuse(ErrorKind::Empty),
    }
}

/// What a file is that is not text, with advice.
fn not_text(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const SAVE: &str = "; in MATPOWER, savecase('new.m', loadcase('old.mat')) writes one";
    if bytes.starts_with(b"MATLAB 5.0 MAT-file") || bytes.starts_with(b"MATLAB 7.3 MAT-file") {
        return Some(("a MATLAB data file (.mat)", SAVE));
    }
    if bytes.starts_with(b"\x89HDF") {
        return Some(("an HDF5 file", SAVE));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Some(("a text in UTF-16", "; save it again as UTF-8"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x1f\x8b") {
        return Some(("a compressed file", "; unpack it first"));
    }
    match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => return Some(("JSON", "")),
        Some(b'<') => return Some(("XML or HTML", "")),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(4096)];
    head.contains(&0).then_some(("a binary file", ""))
}
