//! Thousands of scenarios, on threads, processes and engines.

use std::process::Command;

use crate::process::{Outcome, execute};
use crate::workspace::Workspace;
use crate::{python, setup};

/// Scenarios that every engine runs, unless told.
const ON_ENGINES: &str = "240";

/// Measures the library (`crates/study/examples/study.rs` says with which arguments: scenarios, folder), and then what the
/// engines make of a few of the same scenarios (`tools/bench/study.py`).
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    setup::for_tests(workspace)?;
    let mut command = workspace.cargo()?;
    command.args(["run", "--release", "--package", "relight-study", "--example", "study", "--"]);
    execute(command.args(arguments))?;
    let python = python::optimised(workspace)?;
    let folder = arguments.get(1).copied().unwrap_or("examples/winter-storm");
    execute(
        Command::new(python)
            .arg("tools/bench/study.py")
            .args([folder, ON_ENGINES])
            .current_dir(&workspace.root),
    )
}
