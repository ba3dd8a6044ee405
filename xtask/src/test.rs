//! All tests, and a longer run of those that gain from time.

use crate::api;
use crate::fuzz::{self, Effort};
use crate::oracle;
use crate::process::{Outcome, run_tests, say, succeeds};
use crate::python;
use crate::setup;
use crate::tally::Tally;
use crate::web;
use crate::workspace::Workspace;

/// Every test, each part even if an earlier one fails; the last line printed is the count.
pub fn run(workspace: &Workspace) -> Outcome {
    let profile = if Workspace::in_ci() { "ci" } else { "default" };
    run_everything(workspace, profile, Effort::Smoke, None)
}

/// The same with more cases for each property test and more time for each fuzz target.
pub fn soak(workspace: &Workspace) -> Outcome {
    let cases = std::env::var("PROPTEST_CASES").unwrap_or_else(|_| "10000".into());
    run_everything(workspace, "soak", Effort::Soak, Some(&cases))
}

fn run_everything(
    workspace: &Workspace,
    profile: &str,
    effort: Effort,
    cases: Option<&str>,
) -> Outcome {
    setup::for_tests(workspace)?;
    // Before cargo: the server embeds what is there.
    web::build(workspace)?;
    let mut tally = rust(workspace, profile, cases)?;
    let mut parts = vec![
        web::test(workspace),
        oracle::check_plans(workspace),
        python::check_wheel(workspace, effort == Effort::Soak),
        fuzz::run_all(workspace, effort),
    ];
    if effort == Effort::Soak {
        parts.push(api::soak(workspace));
    }
    for part in parts {
        tally += part.unwrap_or_else(|failure| {
            say(&format!("failed: {failure}"));
            Tally::of_check(false)
        });
    }
    say("all parts have run");
    verdict(tally)
}

/// The Python package alone.
pub fn python(workspace: &Workspace) -> Outcome {
    setup::for_tests(workspace)?;
    verdict(python::check_wheel(workspace, false)?)
}

/// Prints the count, last, and says whether it is good.
pub fn verdict(tally: Tally) -> Outcome {
    eprintln!("{tally}");
    match tally {
        Tally { failed: 0, passed: 1.., .. } => Ok(()),
        Tally { failed: 0, .. } => Err("no test ran".into()),
        Tally { failed, .. } => Err(format!("{failed} failed; see above").into()),
    }
}

/// The tests of all crates and of their documentation.
///
/// nextest runs them side by side and stops one that hangs. Compiling it takes minutes, so where
/// it is missing cargo's own runner does.
fn rust(workspace: &Workspace, profile: &str, cases: Option<&str>) -> Outcome<Tally> {
    let cargo = |arguments: &[&str]| -> Outcome<Tally> {
        let mut command = workspace.cargo()?;
        command.args(arguments);
        if let Some(python) = oracle::python(workspace) {
            command.env(oracle::VARIABLE, python);
        }
        if let Some(cases) = cases {
            command.env("PROPTEST_CASES", cases);
            // How often the ledger's writers and servers are killed.
            command.env("RELIGHT_KILLS", "200");
        }
        run_tests(&mut command)
    };
    if succeeds(workspace.plain_cargo().args(["nextest", "--version"])) {
        say("tests of all crates (cargo nextest)");
        let tests = cargo(&["nextest", "run", "--workspace", "--profile", profile])?;
        say("examples in the documentation (cargo test --doc)");
        Ok(tests + cargo(&["test", "--doc", "--workspace", "--no-fail-fast"])?)
    } else {
        say("tests of all crates (cargo test; `cargo install --locked cargo-nextest` makes it \
             quicker to read and to run)");
        cargo(&["test", "--workspace", "--no-fail-fast"])
    }
}
