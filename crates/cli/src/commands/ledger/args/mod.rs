//! What can be asked of a ledger. Nothing here touches a file.

mod files;
mod words;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use relight_ledger::date::Day;
use relight_ledger::hash::Hash;
use relight_ledger::id::Id;
use relight_ledger::model::{Category, Claim, Currency, Kind, Operation, Package, Relation, Stage};

pub use self::files::{Backup, Export, For, Import, In, Migrate, Out, Restore, Template};
use self::words::{category, country, hours, kind, relation, stage};

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
    /// Correct a record, with a reason
    Correct(Correct),
    /// Take a record back, with a reason; it stays to be seen
    Withdraw(Withdraw),
    /// Agree, as a second person, to what waits for one
    Confirm(Confirm),
    /// Say how two records belong together
    Link(Join),
    /// Rule which of two claims that contradict each other holds; a second person confirms
    Rule(Rule),
    /// Add up, by a rule that is printed, and say what was left out
    Total(Total),
    /// Compare what donors say they sent with what recipients say they have
    Gap(Gap),
    /// Say how far a package is filled, line by line
    Package(Fill),
    /// Erase the personal texts of a record; the chain still holds
    Redact(Withdraw),
    /// Suggest which claims belong together; a person decides
    Suggest(Suggest),
    /// Follow the chain from the first event to the last; name the first bad one
    Verify(Verify),
    /// Make the records again from the events
    Rebuild(Rebuild),
    /// Sign where the chain stands, to be published
    Checkpoint(Checkpoint),
    /// Make an operation (an emergency), and print its id
    Operation(NewOperation),
    /// Write pledges and stock with a nameplate as the `offers.csv` of a scenario
    Offers(Offers),
    /// Give the pieces of an accepted plan to its jobs; each piece can be given once
    Assign(Assign),
    /// Write an empty table to be filled in, with what each column means
    Template(Template),
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
#[command(after_help = "\
Examples:
  relight ledger correct 4Q2...9 --set money.currency=CAD --reason \"the ministry's own page says so\"
  relight ledger correct 4Q2...9 --set pledge=7ZK...2 --set kind=part --reason \"first batch\"")]
pub struct Correct {
    #[command(flatten)]
    pub ledger: Place,
    /// The record
    #[arg(value_name = "ID")]
    pub id: Id,
    /// A field, as `relight ledger show` names it, and its value: a text or JSON
    #[arg(long, value_name = "FIELD=VALUE", required = true)]
    pub set: Vec<String>,
    /// Why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    /// The version that was looked at; where the record has changed since, nothing is done
    #[arg(long, value_name = "N")]
    pub seen: Option<u32>,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, Args)]
pub struct Withdraw {
    #[command(flatten)]
    pub ledger: Place,
    /// The record
    #[arg(value_name = "ID")]
    pub id: Id,
    /// Why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, Args)]
pub struct Confirm {
    #[command(flatten)]
    pub ledger: Place,
    /// The record that waits
    #[arg(value_name = "ID")]
    pub id: Id,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, Args)]
pub struct Join {
    #[command(flatten)]
    pub ledger: Place,
    /// The first
    #[arg(value_name = "FROM")]
    pub from: Id,
    /// What it is to the second
    #[arg(value_name = "RELATION", value_parser = relation())]
    pub relation: Relation,
    /// The second
    #[arg(value_name = "TO")]
    pub to: Id,
    /// Why
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub reason: String,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, Args)]
pub struct Rule {
    #[command(flatten)]
    pub ledger: Place,
    /// The claim that holds
    #[arg(value_name = "CLAIM")]
    pub holds: Id<Claim>,
    /// The claim that it contradicts
    #[arg(value_name = "OTHER")]
    pub over: Id<Claim>,
    /// Why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, Args)]
pub struct Total {
    #[command(flatten)]
    pub ledger: Place,
    /// What is added up: a unit (piece, tonne, kit...) or a currency (EUR, USD...); never one with another
    #[arg(long, value_name = "UNIT|CURRENCY", default_value = "piece")]
    pub measure: String,
    /// Add up money of all currencies: each in its own first, then converted to this one by `--rates`
    #[arg(long = "in", value_name = "CURRENCY", requires = "rates", conflicts_with = "measure")]
    pub to: Option<Currency>,
    /// Rates of exchange, as the European Central Bank lays them out (`eurofxref-hist.csv`); more than one: the first that
    /// has a rate
    #[arg(long, value_name = "FILE", requires = "to", value_hint = ValueHint::FilePath)]
    pub rates: Vec<PathBuf>,
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
pub struct Gap {
    #[command(flatten)]
    pub ledger: Place,
    /// What is compared: a unit (piece, tonne, kit...) or a currency
    #[arg(long, value_name = "UNIT|CURRENCY", default_value = "piece")]
    pub measure: String,
    /// As of which day
    #[arg(long, value_name = "DAY")]
    pub as_of: Day,
    /// Of whom
    #[arg(long, value_name = "NAME")]
    pub donor: Option<String>,
    /// Only where something has been missing for more days than this
    #[arg(long, value_name = "DAYS")]
    pub older_than: Option<i64>,
    /// Of which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
}

#[derive(Debug, Args)]
pub struct Fill {
    #[command(flatten)]
    pub ledger: Place,
    /// The package
    #[arg(value_name = "ID")]
    pub id: Id<Package>,
    /// What is added up: a unit (piece, tonne, kit...) or a currency
    #[arg(long, value_name = "UNIT|CURRENCY", default_value = "piece")]
    pub measure: String,
    /// As of which day
    #[arg(long, value_name = "DAY")]
    pub as_of: Day,
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

/// Who does it, for events that a command makes.
#[derive(Debug, Args)]
pub struct Who {
    /// Who does it: a word that stands for a person, of which an id alone is kept
    #[arg(long, value_name = "WORD", default_value = "reviewer")]
    pub reviewer: String,
}

#[derive(Debug, Args)]
pub struct NewOperation {
    #[command(flatten)]
    pub ledger: Place,
    /// What it is called; the same name is the same operation
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Countries that receive, as ISO 3166-1 codes of two letters
    #[arg(long, value_name = "CODE", value_parser = country)]
    pub country: Vec<String>,
    #[command(flatten)]
    pub who: Who,
}

#[derive(Debug, Args)]
pub struct Offers {
    #[command(flatten)]
    pub ledger: Place,
    /// Of which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
    /// The scenario that they are for: its step 0 and the length of its steps
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    #[arg(required_unless_present = "start")]
    pub scenario: Option<PathBuf>,
    /// The day of step 0
    #[arg(long, value_name = "DAY", conflicts_with = "scenario")]
    pub start: Option<Day>,
    /// Hours of a step
    #[arg(long, value_name = "HOURS", default_value_t = 24.0, conflicts_with = "scenario", value_parser = hours)]
    pub step_hours: f64,
    /// Offer what has no day of arrival as well, as arriving at this step
    #[arg(long, value_name = "STEP")]
    pub undated: Option<u32>,
    /// What was known by this day; today where not given
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<Day>,
    /// Where the table goes; standard output where not given
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Assign {
    #[command(flatten)]
    pub ledger: Place,
    /// The accepted plan: its folder, or its `plan.json`
    #[arg(value_name = "PLAN", value_hint = ValueHint::AnyPath)]
    pub plan: PathBuf,
    /// For which operation
    #[arg(long, value_name = "ID")]
    pub operation: Option<Id<Operation>>,
    /// What was known by this day; today where not given
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<Day>,
    #[command(flatten)]
    pub who: Who,
}
