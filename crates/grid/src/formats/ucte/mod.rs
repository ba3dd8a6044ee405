//! UCTE data exchange format for load flow and three-phase short circuit studies (UCTE-DEF), version 2 of 2007.05.01.
//!
//! Lines of fixed columns in blocks that begin with `##`: nodes by country, lines, transformers and their regulation.
//! Nodes are named by eight characters, of which the seventh tells the nominal voltage; they become buses numbered
//! from 1 in the order of the file, with the code as name. Branches are the lines in their order, then the transformers.

mod columns;
mod elements;

use super::finding::{Finding, Findings, ReadErrors};
use crate::Network;
use columns::Columns;
use elements::Builder;

/// How far into a file its first block of nodes is looked for.
const HEAD: usize = 1 << 16;

/// Whether a line of the beginning starts a block of comments or nodes.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or_default();
    bytes.trim_ascii_start().starts_with(b"##")
        && head.split(|b| *b == b'\n').any(|l| l.trim_ascii_end() == b"##N")
}

/// A block of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Comment,
    Nodes,
    Lines,
    Transformers,
    Regulation,
    /// One that the network has no place for.
    Other,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<(Network, Vec<Finding>), ReadErrors> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut findings = Findings::default();
    let mut builder = Builder::new(&mut findings);
    let mut block = Block::Comment;
    for (i, text) in bytes.split(|b| *b == b'\n').enumerate() {
        let line = Columns::new(i + 1, text);
        if line.is_blank() {
            continue;
        }
        if let Some(head) = line.block() {
            block = match head.as_str() {
                "C" => Block::Comment,
                "N" => Block::Nodes,
                "L" => Block::Lines,
                "T" => Block::Transformers,
                "R" => Block::Regulation,
                country if country.starts_with('Z') && block == Block::Nodes => Block::Nodes,
                "TT" | "E" => {
                    let what = if head == "E" {
                        "exchanges of power"
                    } else {
                        "special descriptions of transformers"
                    };
                    builder
                        .findings
                        .note(i + 1, &format!("the block ##{head} is not used ({what})"));
                    Block::Other
                }
                _ => {
                    let message = "expected a block: ##C, ##N, ##Zxx, ##L, ##T, ##R, ##TT or ##E";
                    builder.findings.error(i + 1, 1, "", message);
                    Block::Other
                }
            };
            continue;
        }
        match block {
            Block::Nodes => builder.node(&line),
            Block::Lines => builder.line(&line),
            Block::Transformers => builder.transformer(&line),
            Block::Regulation => builder.regulation(&line),
            Block::Comment | Block::Other => {}
        }
    }
    let network = builder.finish(name);
    let notes = findings.settle()?;
    // Without an error there is a network.
    network.map(|n| (n, notes)).ok_or_else(|| ReadErrors {
        errors: vec![Finding::of_file("the file holds no network; expected UCTE-DEF")],
        more: 0,
    })
}
