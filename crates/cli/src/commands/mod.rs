//! The commands, one a file. Each takes what was asked and a console, and says what came of it.

mod ask;
mod check;
mod completions;
mod contingencies;
pub mod damage;
mod evaluate;
mod flow;
pub mod ledger;
mod matches;
mod plan;
pub mod read;
pub mod server;
pub mod study;

use std::num::NonZeroUsize;

use relight_restore::planner::Settings;

use crate::args::{Command, How};
use crate::console::Console;
use crate::failure::{Answer, Failure};

/// Does what was asked.
pub fn run(command: &Command, console: Console) -> Result<Answer, Failure> {
    match command {
        Command::Check(args) => check::run(args, console),
        Command::Plan(args) => plan::run(args, console),
        Command::Evaluate(args) => evaluate::run(args, console),
        Command::Ask(args) => ask::run(args, console),
        Command::Match(args) => matches::run(args, console),
        Command::Flow(args) => flow::run(args, console),
        Command::Contingencies(args) => contingencies::run(args, console),
        Command::Damage(args) => damage::run(args, console),
        Command::Study(args) => study::run(args, console),
        Command::Ledger(args) => ledger::run(args, console),
        Command::Read(args) => read::run(args, console),
        Command::Serve(args) => server::serve(args, console),
        Command::Publish(args) => server::publish(args, console),
        Command::Account(args) => server::account(args, console),
        Command::Config(args) => server::config(args, console),
        Command::Completions(args) => completions::run(args),
    }
}

/// The planner's settings; without `--threads` as many as there are processors.
fn settings(how: &How) -> Settings {
    let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Settings {
        seed: how.seed,
        iterations: None,
        threads: how.threads.unwrap_or_else(available).get(),
        ac: !how.no_ac,
        least_certain: how.only,
        confidence: how.confidence,
    }
}
