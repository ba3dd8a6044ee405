//! What can be asked of a page. Nothing here touches a file.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use relight_intake::Format;
use relight_ledger::id::Id;
use relight_ledger::model::Operation;

/// Read drafts of pledges out of a page, for a person to decide on
///
/// Reads text as it was copied from a news page, HTML, or an item of a feed, and shows what it says: who promises what
/// to whom, by whose word, with the places in the text that say so. Nothing enters a ledger unless a person accepts it:
/// with `--review` at the terminal, or with `--decisions` from a file. See docs/intake.md.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight read page.txt
  relight read page.html --json
  relight read page.txt --review --ledger winter.db --reviewer anna
  relight read page.txt --decisions seen.jsonl --events events.jsonl

Exit codes: 0 the page was read; 2 wrong use or bad input.")]
pub struct Read {
    /// The page; `-` for standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// What it is; found out where not given
    #[arg(long = "as", value_name = "FORMAT", value_enum, default_value_t = As::Detect, hide_default_value = true)]
    pub format: As,
    /// A page that is known; says whether this one is a copy of it. May be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub against: Vec<PathBuf>,
    /// Go through the drafts at the terminal: accept, edit, reject, or mark a claim by hand
    #[arg(long, conflicts_with_all = ["decisions", "json"])]
    pub review: bool,
    /// Decisions, one JSON document a line, instead of asking
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub decisions: Option<PathBuf>,
    /// Write the decisions to this file as events, one a line, for `relight ledger append`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub events: Option<PathBuf>,
    /// Add the decisions to this ledger: a file, or an address of a `PostgreSQL` database. What it has already is not asked
    /// again
    #[arg(long, value_name = "PLACE", value_hint = ValueHint::AnyPath)]
    pub ledger: Option<String>,
    /// Who decides: a word that stands for the reviewer, of which an id alone is kept
    #[arg(long, value_name = "WORD", default_value = "reviewer")]
    pub reviewer: String,
    /// The operation that it is for
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
    /// Address of the page
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    pub url: String,
    /// Who published it
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub outlet: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum As {
    Detect,
    Text,
    Html,
    Feed,
}

impl As {
    pub fn format(self) -> Format {
        match self {
            As::Detect => Format::Detect,
            As::Text => Format::Text,
            As::Html => Format::Html,
            As::Feed => Format::Feed,
        }
    }
}
