//! What can be asked of `relight study`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Sample many events and follow each under several policies: what holds best, and what should lie ready
///
/// Reads a study file: a scenario folder, the hazards to draw from, and policies - the order of a plan, offers to count
/// on, equipment that lies ready somewhere. Every policy meets the same events. The report says how much is lost by
/// service and region, which policy holds best and how certain that is, on which equipment it hangs, and what to hold
/// ready; the study ends by itself once the best is certain. Hazards are sampled, never chosen for the harm they do.
///
/// A run that was interrupted or killed goes on with the same command. The files do not depend on that, nor on the
/// number of threads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight study examples/next-wave.toml --out build/study
  relight study examples/next-wave.toml --out build/study --scenarios 5000   more of the same study

Exit codes: 0 the report is written; 1 interrupted, to be gone on with; 2 wrong use or bad input.")]
pub struct Study {
    /// The study file
    #[arg(value_name = "STUDY.toml", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Folder for the report, the tables and the log of finished scenarios; made where it is missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Scenarios at most, in place of those of the file; what is finished is kept
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=relight_study::file::MOST_SCENARIOS))]
    pub scenarios: Option<u64>,
    /// Threads to work with; all processors where not given. The result does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Write into a folder that holds other files as well; those are left alone
    #[arg(long)]
    pub force: bool,
}
