//! What goes into a ledger from files, and out of it into them.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use relight_ledger::date::Day;
use relight_ledger::exchange::tables::Table;
use relight_ledger::id::Id;
use relight_ledger::model::Operation;

use super::words::table;
use super::{Place, Who};

#[derive(Debug, Args)]
pub struct Template {
    /// Which table, for CSV; a workbook has all
    #[arg(long, value_name = "TABLE", value_parser = table())]
    pub table: Option<Table>,
    /// Where to: a name that ends in `.csv` or `.xlsx`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

/// Forms that a ledger is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Out {
    /// Every event with its place in the chain, and the secrets behind its seals: the whole ledger
    Events,
    /// The records that stand, as one JSON document
    Json,
    /// A table with HXL tags: `--table`
    Csv,
    /// A workbook with every table that the audience may see
    Xlsx,
    /// Transactions by the standard IATI 2.03
    Iati,
    /// A feed of changes
    Atom,
}

/// Forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum In {
    /// Every event of a ledger
    Events,
    /// Records as one JSON document
    Json,
    /// A table: `--table`, or the name of the file says which
    Csv,
    /// A workbook, whose sheets are named as the tables
    Xlsx,
    /// Flows of OCHA's Financial Tracking Service, JSON
    Fts,
    /// An alert of the Common Alerting Protocol 1.2
    Cap,
}

/// Who an export is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum For {
    /// Anybody: nothing of sites, routes, stores, needs
    Public,
    /// Those who may know all that is not personal
    NeedToKnow,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight ledger export --ledger winter.db --out whole.jsonl
  relight ledger export --ledger winter.db --format csv --figures --as-of 2022-12-28 --out figures.csv
  relight ledger export --ledger winter.db --format iati --reporter XM-EX-1 --reporter-name Desk --out aid.xml")]
pub struct Export {
    #[command(flatten)]
    pub ledger: Place,
    /// In which form
    #[arg(long, value_enum, default_value_t = Out::Events)]
    pub format: Out,
    /// For whom; nothing that is need-to-know is in a public file. Events are always the whole ledger
    #[arg(long = "for", value_enum, default_value_t = For::Public)]
    pub audience: For,
    /// Which table, for CSV
    #[arg(long, value_name = "TABLE", value_parser = table(), conflicts_with = "figures")]
    pub table: Option<Table>,
    /// The table of figures, for CSV: a row a pledge, a column a stage, each counted once
    #[arg(long)]
    pub figures: bool,
    /// Of which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
    /// Figures and transactions as of this day; today where not given
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<Day>,
    /// Who reports, for IATI: the identifier of the organisation
    #[arg(long, value_name = "REF", required_if_eq("format", "iati"))]
    pub reporter: Option<String>,
    /// The sort of organisation that reports, by the IATI code list
    #[arg(long, value_name = "CODE", default_value = "10")]
    pub reporter_type: String,
    /// The name of whoever reports, or keeps the ledger
    #[arg(long, value_name = "NAME", default_value = "Relight ledger")]
    pub reporter_name: String,
    /// Address of the feed
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    pub address: String,
    /// For the feed: changes after this event
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    pub since: u64,
    /// For the feed: how many changes at most
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub limit: usize,
    /// List what is not in the file, with the reason, in this one (CSV)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub not_exported: Option<PathBuf>,
    /// Where to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight ledger import --ledger winter.db whole.jsonl
  relight ledger import --ledger winter.db --format xlsx --from hub-west pledges.xlsx
  relight ledger import --ledger winter.db --format csv --table statements --from desk news.csv")]
pub struct Import {
    #[command(flatten)]
    pub ledger: Place,
    /// In which form
    #[arg(long, value_enum, default_value_t = In::Events)]
    pub format: In,
    /// Which table, for CSV
    #[arg(long, value_name = "TABLE", value_parser = table())]
    pub table: Option<Table>,
    /// From whom a table is: rows of the same name from the same sender are the same record
    #[arg(long, value_name = "WORD")]
    #[arg(required_if_eq_any([("format", "csv"), ("format", "xlsx")]))]
    pub from: Option<String>,
    /// For which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
    /// Take each flow for a pledge of its own, for FTS
    #[arg(long)]
    pub as_pledges: bool,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub who: Who,
    /// What to read
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    pub ledger: Place,
    /// The file, which must not be there yet
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    pub ledger: Place,
    /// The backup
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    pub ledger: Place,
    /// Where the backup goes; the file must not be there yet
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub backup: PathBuf,
}
