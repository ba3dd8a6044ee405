//! `cargo xtask`: what this repository can be asked to do, as plain Rust.
//!
//! Each verb is one module. All of them work through a [`workspace::Workspace`], which knows the
//! root of the checkout, the cache folder outside it, and how to call cargo so that a `HiGHS` that
//! is already built is linked instead of built again. The crate has no dependencies, so that the
//! first thing a newcomer runs answers within seconds.

mod api;
mod bench;
mod check;
mod demo;
mod fuzz;
mod highs;
mod links;
mod oracle;
mod process;
mod python;
mod setup;
mod tally;
mod test;
mod venv;
mod web;
mod workspace;

use std::process::ExitCode;

use process::{Outcome, say};
use workspace::Workspace;

const HELP: &str = "\
Relight: what this repository can do

  make demo         plan the repair of a grid after a winter storm, then serve two operations, with logins;
                    RELIGHT_DEMO=end looks at the pages and ends
  make test         all tests: Rust, documentation, Python package, independent LP, the console in a browser,
                    a short fuzz run
  make check        format, lints, licences, documentation, links
  make soak         longer: fuzz targets for 10 minutes each, property tests with many cases, a ledger's
                    writers and servers killed 200 times, Schemathesis against the API
  make fuzz         the fuzz targets for 10 seconds each (60 where CI=true; FUZZ_SECONDS sets it)
  make bench-ledger a ledger of 1,000,000 events on both stores against the targets; ARGS
  make bench-server pages and API reads of a server at 100,000 pledges against the targets; ARGS
  make bench-plan   plans within their time against the targets; SEEDS, LIMIT (seconds), ARGS
  make bench-study  10,000 scenarios of a grid of 2,000 buses on threads, processes and engines; ARGS (scenarios, folder)
  make bench-NAME   the benchmark (or example) NAME; ARGS=\"...\" goes to it
  make setup        only install and build what the others need
  make help         this text

The same verbs work as `cargo xtask VERB`. For cargo in your own shell, once per shell:

  eval \"$(cargo xtask env)\"    link the HiGHS that set-up built, in place of building it again

Environment:
  RELIGHT_CACHE     where built tools are kept (default: ~/.cache/relight)
  RELIGHT_PYTHON    a Python with highspy and numpy, in place of a virtual environment of our own
  FUZZ_SECONDS      seconds for each fuzz target
  PROPTEST_CASES    cases for each property test";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Outcome {
    let workspace = Workspace::locate()?;
    match words {
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["setup"] => setup::for_tests(&workspace),
        ["setup", "browser"] => setup::for_browser(),
        ["highs"] => setup::for_build(&workspace),
        ["env"] => workspace.print_environment(),
        ["demo"] => demo::run(&workspace),
        ["test"] => test::run(&workspace),
        ["test", "python"] => test::python(&workspace),
        ["soak"] => test::soak(&workspace),
        ["check"] => check::run(&workspace),
        ["web"] => web::build(&workspace).map(drop),
        ["web", "test"] => {
            web::build(&workspace).and_then(|_| web::test(&workspace)).and_then(test::verdict)
        }
        ["fuzz"] => fuzz::run_after_setup(&workspace),
        ["bench", name, arguments @ ..] => bench::run_named(&workspace, name, arguments),
        _ => Err(format!("no verb `{}`; `cargo xtask help` lists them", words.join(" ")).into()),
    }
}
