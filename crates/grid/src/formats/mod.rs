//! Reads a network from any of the formats that are known, told apart by their content.
//!
//! | format | reader | what it is |
//! |---|---|---|
//! | MATPOWER case, version 2 | [`crate::matpower`] | tables of a MATLAB file |
//! | PSS/E power flow raw data, revisions 30 to 35 | `psse` | sections of comma-separated records |
//! | UCTE-DEF, version 2 (2007.05.01) | `ucte` | fixed columns |
//!
//! Every reader takes bytes and gives the one [`Network`], or all that is wrong with the file, with lines and columns. What a
//! format has and the network has no place for is a note, never passed over in silence.

mod finding;
mod psse;
mod ucte;

use std::fmt;

pub use finding::{Finding, MOST_FINDINGS, ReadErrors};

use crate::{Network, matpower};

/// A format of network files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A MATPOWER case, version 2.
    Matpower,
    /// PSS/E power flow raw data, revisions 30 to 35.
    Psse,
    /// UCTE data exchange format, version 2.
    Ucte,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Matpower => "MATPOWER",
            Format::Psse => "PSS/E RAW",
            Format::Ucte => "UCTE-DEF",
        })
    }
}

/// A network as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The network.
    pub network: Network,
    /// What the file is written in.
    pub format: Format,
    /// What was read in a way that may surprise, or not at all, by line.
    pub notes: Vec<Finding>,
}

/// Files above this are refused: a continent has some ten megabytes.
const MOST_BYTES: usize = 1 << 30;

/// What a file is written in, by its first lines. What looks like nothing that is known counts as MATPOWER, whose
/// reader says best what it found in its place.
pub fn detect(bytes: &[u8]) -> Format {
    if ucte::looks_like(bytes) {
        Format::Ucte
    } else if psse::looks_like(bytes) {
        Format::Psse
    } else {
        Format::Matpower
    }
}

/// Reads a network. `name` becomes its name. Time and memory grow with the size of the file, whatever is in it.
///
/// # Errors
/// All that is wrong with the file, with lines and columns, up to [`MOST_FINDINGS`].
pub fn read(bytes: &[u8], name: &str) -> Result<Case, ReadErrors> {
    let format = detect(bytes);
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes; at most {MOST_BYTES} are read", bytes.len());
        return Err(ReadErrors { errors: vec![Finding::of_file(message)], more: 0 });
    }
    let (network, notes) = match format {
        Format::Matpower => matpower::read(bytes, name)
            .map(|case| (case.network, case.notes.into_iter().map(Finding::from).collect()))
            .map_err(ReadErrors::from)?,
        Format::Psse => psse::read(bytes, name)?,
        Format::Ucte => ucte::read(bytes, name)?,
    };
    Ok(Case { network, format, notes })
}
