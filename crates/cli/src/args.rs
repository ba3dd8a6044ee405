//! What can be asked on the command line. Nothing here touches a file.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use relight_restore::planner::CONFIDENCE;
use relight_restore::scenario::OfferStatus;

const LONG_ABOUT: &str = "\
Relight reads a damaged power grid and a list of equipment on offer, and makes a repair plan: which item goes to \
which site, which crew works when, and how soon people have power, heat and water again.

A scenario is a folder: scenario.toml, the grid as a MATPOWER case, damage.csv, and tables of sites, jobs, \
crews, needs, offers and facilities. A plan is a folder too: report.html for people, plan.json and tables for programs.";

const AFTER_HELP: &str = "\
Examples:
  relight check examples/five-bus                      is the folder complete and consistent?
  relight plan examples/five-bus --out build/plan      make a plan; open build/plan/report.html
  relight ask examples/five-bus                        what to ask partners for next
  relight match examples/five-bus --need n1            which offers fit, and why not
  relight flow examples/five-bus/grid.m                power flow of one case

Exit codes: 0 done; 1 the answer is \"no\"; 2 wrong use or bad input; 3 internal error.";

/// From a damaged grid and a list of offers to a repair plan.
#[derive(Debug, Parser)]
#[command(name = "relight", version, long_about = LONG_ABOUT, after_help = AFTER_HELP)]
#[command(arg_required_else_help = true, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Common {
    /// Print one JSON document on standard output, errors too
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing but errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Tell of progress on standard error even where that is not a terminal
    #[arg(long, global = true)]
    pub progress: bool,
    /// When to colour; `auto` looks at the terminal and at the variable `NO_COLOR`
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Check(Check),
    Plan(Plan),
    Evaluate(Evaluate),
    Ask(Ask),
    Match(Match),
    Flow(Flow),
    Contingencies(Contingencies),
    Damage(crate::commands::damage::args::Damage),
    Study(crate::commands::study::args::Study),
    Ledger(crate::commands::ledger::args::Ledger),
    Read(crate::commands::read::args::Read),
    Serve(crate::commands::server::args::Serve),
    Publish(crate::commands::server::args::Publish),
    Account(crate::commands::server::args::Account),
    Config(crate::commands::server::args::Config),
    Completions(Completions),
}

/// Say all that is wrong with a scenario folder, and what it holds
///
/// Every error is named with file, line, column, value and what was expected, all in one go. Where the folder is
/// good, its contents are counted, and what was assumed in place of missing tables is listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  relight check examples/five-bus

Exit codes: 0 the folder can be planned with; 2 it cannot.")]
pub struct Check {
    #[command(flatten)]
    pub scenario: Scenario,
}

#[derive(Debug, Args)]
pub struct Scenario {
    /// The scenario folder, or its scenario.toml
    #[arg(value_name = "SCENARIO", value_hint = ValueHint::AnyPath)]
    pub path: PathBuf,
}

/// Make a repair plan
///
/// Gives offers to needs and jobs to crews so that the fewest priority-weighted people-hours are lost, checks every
/// state of the grid by AC power flow, and writes the plan folder. The same scenario, options and seed give the
/// same files to the byte, whatever the number of threads; only a time limit that cuts the work short can
/// change them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight plan examples/five-bus --out build/plan
  relight plan examples/five-bus --out build/sure --only committed     count on nothing less certain
  relight plan examples/five-bus --out build/quick --time-limit 20 --no-ac
  relight plan examples/five-bus --out build/asks --asks               and what to ask for next

Exit codes: 0 the plan is written; 2 wrong use or bad input.")]
pub struct Plan {
    #[command(flatten)]
    pub scenario: Scenario,
    #[command(flatten)]
    pub target: Target,
    /// Be done in so many seconds: the search for better plans takes what is left after the first plan, less what the
    /// AC checks will take; these two are always finished
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub time_limit: Option<Duration>,
    /// Rounds of the search, which give the same plan on every machine; without it as many as suit the size of the
    /// scenario, or as the time limit lets through
    #[arg(long, value_name = "N")]
    pub iterations: Option<u64>,
    /// Say as well what to ask partners for next, as `relight ask` does; it takes several times as long
    #[arg(long)]
    pub asks: bool,
    #[command(flatten)]
    pub how: How,
}

/// Judge somebody else's schedule by the rules and measures of a plan
///
/// The schedule is a CSV file with columns `job` and `start`; `items` (need=offer*count;...), `finish`,
/// `skill`, `crew` and `region` are optional. Where it names no items, fitting ones are given out. The plan folder
/// is written even where the schedule breaks rules; the rules are listed on standard error and among the warnings.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  relight evaluate examples/five-bus --schedule examples/five-bus/schedule.csv --out build/theirs

Exit codes: 0 the schedule can be carried out; 1 it breaks rules; 2 wrong use or bad input.")]
pub struct Evaluate {
    #[command(flatten)]
    pub scenario: Scenario,
    /// The schedule to judge
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub schedule: PathBuf,
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub how: How,
}

/// Say what to ask partners for next, and what it would save
///
/// For every class of equipment that a place waits for, for generator sets, crews and diesel, and for small
/// bundles: what one more, two more and five more would save, and one that comes later. Each figure is the difference
/// between two whole plans, made with the same effort and seeds.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight ask examples/five-bus
  relight ask examples/five-bus --plan build/plan --out build/plan     into the report of a plan that there is

Exit codes: 0 done; 1 the plan given breaks rules; 2 wrong use or bad input.")]
pub struct Ask {
    #[command(flatten)]
    pub scenario: Scenario,
    /// The plan to start from, a folder with a schedule.csv; without it one is made
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub plan: Option<PathBuf>,
    /// Write the plan folder with its asks; without it they are printed alone
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Write into a folder that holds other files as well; those are left alone
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Rounds of the search for each re-plan, the same for all; without it as many as suit the size of the scenario
    #[arg(long, value_name = "N")]
    pub effort: Option<u64>,
    /// Steps at which things could be there, `,` between; a tenth, a quarter and half of the horizon where not given
    #[arg(long, value_name = "STEPS", value_delimiter = ',')]
    pub arrivals: Vec<u32>,
    /// End after so many seconds with what has been found, once there is a plan
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub time_limit: Option<Duration>,
    #[command(flatten)]
    pub how: How,
}

/// Where a plan folder goes.
#[derive(Debug, Args)]
pub struct Target {
    /// Folder for the plan; made where it is missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Write into a folder that holds other files as well; those are left alone
    #[arg(long)]
    pub force: bool,
}

/// How to plan.
#[derive(Debug, Args)]
pub struct How {
    /// Seed of the search
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Threads to work with; all processors where not given. The plan does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Leave out the AC power flow check of each state
    #[arg(long)]
    pub no_ac: bool,
    /// Count only on offers at least this certain
    #[arg(long, value_name = "STATUS", value_parser = status(), default_value = "offered")]
    pub only: OfferStatus,
    /// An offer less likely to come than this is used only where another could take its place
    #[arg(long, value_name = "SHARE", value_parser = share, default_value_t = CONFIDENCE)]
    pub confidence: f64,
}

/// Hold offers against needs: what fits where, and why not
///
/// Without options a table of every need and the offers that fit it. With --need or --offer every check is listed with
/// its value, limit, margin, verdict and the standard or practice behind it. *Not known* is never a pass: ask
/// the donor.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight match examples/five-bus
  relight match examples/five-bus --need n1
  relight match examples/five-bus --all --json

Exit codes: 0 done; 1 nothing fits what was asked for; 2 wrong use or bad input.")]
pub struct Match {
    #[command(flatten)]
    pub scenario: Scenario,
    /// Show every check of this need's offers
    #[arg(long, value_name = "ID")]
    pub need: Option<String>,
    /// Show every check of this offer
    #[arg(long, value_name = "ID")]
    pub offer: Option<String>,
    /// List offers that do not fit as well
    #[arg(long)]
    pub all: bool,
}

/// Solve the power flow of one case
///
/// Reads a case and solves it as it is: full AC power flow by Newton's method, or the linear DC power flow.
/// The case is a MATPOWER case, a PSS/E raw file (revisions 30 to 35) or a UCTE-DEF file; its content tells which.
/// Prints islands, losses, voltages, the highest loadings and the limits that are broken; --out writes buses.csv,
/// branches.csv and generators.csv.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight flow examples/five-bus/grid.m
  relight flow examples/five-bus/grid.m --dc --out build/flow
  relight flow grid.raw --out branches.csv                             the branch table alone

Exit codes: 0 solved; 1 no solution was found; 2 wrong use or bad input.")]
pub struct Flow {
    /// The case: MATPOWER, PSS/E raw or UCTE-DEF
    #[arg(value_name = "CASE", value_hint = ValueHint::FilePath)]
    pub case: PathBuf,
    /// Full AC power flow (the default)
    #[arg(long, conflicts_with = "dc")]
    pub ac: bool,
    /// Linear DC power flow
    #[arg(long)]
    pub dc: bool,
    /// Keep generators within their reactive limits
    #[arg(long, conflicts_with = "dc")]
    pub enforce_q: bool,
    /// Folder for the three tables, or a file ending in .csv for the table of branches alone
    #[arg(long, value_name = "DIR|FILE.csv", value_hint = ValueHint::AnyPath)]
    pub out: Option<PathBuf>,
}

/// Solve the power flow of a grid once for each thing that may fail
///
/// By default every line and transformer in service fails by itself. Each case is a full AC power flow, those that split
/// the grid too: every island with a generator is solved with its own reference, the others are dead and their load is
/// lost. Writes the tables contingencies, overloads, voltages and islands; limits that are broken before
/// anything fails are listed once, as `base`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight contingencies examples/five-bus/grid.m --out build/n-1
  relight contingencies case.m --n-1 lines,generators --state out-of-service.csv --out build/n-1
  relight contingencies case.m --screen 90 --out build/n-1             in full only what may come near a rating
  relight contingencies case.m --list double-circuits.csv --out build/n-2
  relight contingencies case.m --format parquet --out build/n-1        for pandas, Polars, DuckDB, R or Spark

Exit codes: 0 done; 1 the grid has no solution before anything fails; 2 wrong use or bad input.")]
pub struct Contingencies {
    /// The case: MATPOWER, PSS/E raw or UCTE-DEF
    #[arg(value_name = "CASE", value_hint = ValueHint::FilePath)]
    pub case: PathBuf,
    /// What fails, one element at a time
    #[arg(long = "n-1", value_name = "KINDS", value_enum, value_delimiter = ',')]
    #[arg(default_values_t = [Kind::Lines, Kind::Transformers], conflicts_with = "list")]
    pub n_1: Vec<Kind>,
    /// A table of contingencies in place of --n-1: contingency, element (bus, branch or generator), id (bus number or row)
    #[arg(long, value_name = "FILE.csv", value_hint = ValueHint::FilePath)]
    pub list: Option<PathBuf>,
    /// A table of what is out of service before anything fails: element, id
    #[arg(long, value_name = "FILE.csv", value_hint = ValueHint::FilePath)]
    pub state: Option<PathBuf>,
    /// Solve in full only what the linear power flow, by line-outage factors, brings to this percentage of a rating, and all that
    /// is no outage of one branch or splits the grid. Voltages of the others are not looked at
    #[arg(long, value_name = "PERCENT", value_parser = percent, num_args = 0..=1, default_missing_value = "80")]
    pub screen: Option<f64>,
    /// Keep generators within their reactive limits
    #[arg(long)]
    pub enforce_q: bool,
    /// Threads to work with; all processors where not given. The answers do not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// What the tables are written as: CSV, Parquet with the types of the columns, or both
    #[arg(long, value_name = "FORMATS", value_enum, value_delimiter = ',', default_values_t = [TableFormat::Csv])]
    pub format: Vec<TableFormat>,
    /// Folder for the tables; made where it is missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Write into a folder that holds other files as well; those are left alone
    #[arg(long)]
    pub force: bool,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    Csv,
    Parquet,
}

/// A kind of element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    Lines,
    Transformers,
    Generators,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  relight completions bash > ~/.local/share/bash-completion/completions/relight")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let expected = || "expected seconds, 0 or more".to_owned();
    let seconds: f64 = text.trim().parse().map_err(|_| expected())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| expected())
}

fn percent(text: &str) -> Result<f64, String> {
    let percent: Option<f64> = text.trim().parse().ok();
    let percent = percent.filter(|p| (0.0..=1000.0).contains(p));
    percent.ok_or_else(|| "expected a percentage, 0 to 1000".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.trim().parse().ok();
    let share = share.filter(|s| (0.0..=1.0).contains(s));
    share.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

fn status() -> impl TypedValueParser<Value = OfferStatus> {
    PossibleValuesParser::new(OfferStatus::ALL.map(OfferStatus::word)).map(|word| {
        let found = OfferStatus::ALL.into_iter().find(|s| s.word() == word);
        found.unwrap_or(OfferStatus::Offered)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_share_lies_between_0_and_1() {
        assert_eq!(share("0.6"), Ok(0.6));
        for bad in ["-0.1", "1.1", "NaN", "60%", ""] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn seconds_are_finite_and_not_negative() {
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1500)));
        for bad in ["-1", "NaN", "inf", "1e300", "soon", ""] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
