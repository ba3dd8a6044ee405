//! What can be asked of a ledger. Nothing here touches a file.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use relight_ledger::date::Day;
use relight_ledger::hash::Hash;
use relight_ledger::id::Id;
use relight_ledger::model::{Category, Kind, Operation, Stage};

/// Keep the ledger: what was said, promised, sent, received and switched on
///
/// A ledger is a file (`SQLite`), or an address of a `PostgreSQL` database. Events are only ever added; records are folded
/// from them. See docs/ledger.md.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  relight ledger init --ledger winter.db
  relight ledger total --ledger winter.db --measure piece --stage received --as-of 2022-12-28
  relight ledger verify --ledger postgres://relight@localhost/winter

Exit codes: 0 done; 1 the answer is \"no\"; 2 wrong use or bad input."
)]
pub struct Ledger {
    #[command(subcommand)]
    pub what: What,
}

/// The ledger that is meant.
#[derive(Debug, Args)]
pub struct Place {
    /// A file, or an address such as `postgres://user@host/database`; the variable `RELIGHT_LEDGER` where not given
    #[arg(long = "ledger", value_name = "PLACE", env = "RELIGHT_LEDGER", hide_env = true)]
    #[arg(default_value = "ledger.db", value_hint = ValueHint::AnyPath)]
    pub place: String,
}

#[derive(Debug, Subcommand)]
pub enum What {
    /// Make an empty ledger
    Init(Init),
    /// Say what a ledger holds
    Status(Status),
    /// Add events, one JSON document a line, all of the file or nothing
    Append(Append),
    /// Show a record, its history, and what names it
    Show(Show),
    /// List the records of a kind
    List(List),
    /// Add up, by a rule that is printed, and say what was left out
    Total(Total),
    /// Suggest which claims belong together; a person decides
    Suggest(Suggest),
    /// Follow the chain from the first event to the last; name the first bad one
    Verify(Verify),
    /// Make the records again from the events
    Rebuild(Rebuild),
    /// Sign where the chain stands, to be published
    Checkpoint(Checkpoint),
    /// Write a ledger to a file, in a form that others read
    Export(Export),
    /// Read such a file into a ledger; reading it a second time changes nothing
    Import(Import),
    /// Write the whole ledger to a new file that only its owner can read
    Backup(Backup),
    /// Make a new ledger from a backup
    Restore(Restore),
    /// Bring an older ledger to the layout of this program, after a backup
    Migrate(Migrate),
}

#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    pub ledger: Place,
}

#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    pub ledger: Place,
}

#[derive(Debug, Args)]
pub struct Append {
    #[command(flatten)]
    pub ledger: Place,
    /// The events; `-` for standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    pub ledger: Place,
    /// The record
    #[arg(value_name = "ID")]
    pub id: Id,
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub ledger: Place,
    /// Of which kind
    #[arg(long, value_name = "KIND", value_parser = kind())]
    pub kind: Option<Kind>,
    /// Of which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
    /// Those after this record
    #[arg(long, value_name = "ID", default_value_t = Id::NIL, hide_default_value = true)]
    pub after: Id,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Total {
    #[command(flatten)]
    pub ledger: Place,
    /// What is added up: a unit (piece, tonne, kit...) or a currency (EUR, USD...); never one with another
    #[arg(long, value_name = "UNIT|CURRENCY", default_value = "piece")]
    pub measure: String,
    /// At which stage
    #[arg(long, value_name = "STAGE", value_parser = stage(), default_value = "pledged")]
    pub stage: Stage,
    /// As of which day
    #[arg(long, value_name = "DAY")]
    pub as_of: Day,
    /// Of whom
    #[arg(long, value_name = "NAME")]
    pub donor: Option<String>,
    /// Of which sort of things
    #[arg(long, value_name = "ITEM", value_parser = category())]
    pub item: Option<Category>,
    /// Within which scope, as pledges state it
    #[arg(long, value_name = "WORDS")]
    pub scope: Option<String>,
    /// Of which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
    /// Open it: each pledge with the claims that it comes from, and each claim that was left out
    #[arg(long)]
    pub open: bool,
}

#[derive(Debug, Args)]
pub struct Suggest {
    #[command(flatten)]
    pub ledger: Place,
    /// Of which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
}

#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    pub ledger: Place,
    /// A published checkpoint that the ledger must hold
    #[arg(long, value_name = "FILE", requires = "key", value_hint = ValueHint::FilePath)]
    pub checkpoint: Option<PathBuf>,
    /// The public key of whoever signed it, 64 hexadecimal digits
    #[arg(long, value_name = "HEX", requires = "checkpoint")]
    pub key: Option<Hash>,
}

#[derive(Debug, Args)]
pub struct Rebuild {
    #[command(flatten)]
    pub ledger: Place,
}

#[derive(Debug, Args)]
pub struct Checkpoint {
    #[command(flatten)]
    pub ledger: Place,
    /// The secret key: a file of 64 hexadecimal digits that only its owner can read; made where it is missing
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: PathBuf,
    /// What the ledger is called
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: String,
    /// Where the checkpoint goes; standard output where not given
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// Forms that a ledger is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Every event with its place in the chain, and the secrets behind its seals: the whole ledger
    Events,
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub ledger: Place,
    /// In which form
    #[arg(long, value_enum, default_value_t = Format::Events)]
    pub format: Format,
    /// Where to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    pub ledger: Place,
    /// In which form
    #[arg(long, value_enum, default_value_t = Format::Events)]
    pub format: Format,
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

fn kind() -> impl TypedValueParser<Value = Kind> {
    let words = Kind::ALL.iter().map(|kind| kind.word());
    PossibleValuesParser::new(words).try_map(|word| Kind::from_word(&word).ok_or("expected a kind"))
}

fn stage() -> impl TypedValueParser<Value = Stage> {
    PossibleValuesParser::new(Stage::ALL.map(Stage::word))
        .try_map(|word| Stage::from_word(&word).ok_or("expected a stage"))
}

fn category() -> impl TypedValueParser<Value = Category> {
    PossibleValuesParser::new(Category::all().map(Category::word))
        .try_map(|word| Category::from_word(&word).ok_or("expected a sort of things"))
}
