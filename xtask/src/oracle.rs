//! Checks by programs that share no code with ours: `tools/oracle` sets up its own LP in `highspy`.
//!
//! Their Python lives in a virtual environment in the cache folder. Rust tests find it under
//! `RELIGHT_PYTHON`; whole plans are checked from here.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Outcome, execute, say};
use crate::tally::Tally;
use crate::venv::Venv;
use crate::workspace::Workspace;

const VENV: Venv = Venv {
    name: "oracle",
    requirements: "tools/oracle/requirements.txt",
    imports: "highspy, numpy",
};

/// Tests find their Python under this name, and skip with a message where it is not set.
pub const VARIABLE: &str = "RELIGHT_PYTHON";

/// The Python to hand to tests: the caller's own, or the one that [`ensure`] prepared.
pub fn python(workspace: &Workspace) -> Option<OsString> {
    if let Some(own) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        return Some(own);
    }
    VENV.is_current(workspace).then(|| VENV.python(workspace).into())
}

/// Prepares the environment unless it is there; a failure is said, and the tests skip those checks.
pub fn ensure(workspace: &Workspace) {
    if python(workspace).is_some() {
        return;
    }
    say("making a Python environment for the independent LP (tools/oracle/requirements.txt)");
    if let Err(failure) = VENV.make(workspace) {
        say(&format!("the checks against an independent LP will be skipped: {failure}"));
    }
}

/// Plans every scenario at hand and has each state of each plan checked; skipped without a Python.
pub fn check_plans(workspace: &Workspace) -> Outcome<Tally> {
    let Some(python) = python(workspace) else {
        say("skipped: the check of plans against an independent LP (no Python with highspy)");
        return Ok(Tally { skipped: 1, ..Tally::default() });
    };
    execute(workspace.cargo()?.args(["build", "--package", "relight"]))?;
    let target = workspace.target()?;
    let relight = target.join("debug").join("relight");
    let mut tally = Tally::default();
    for scenario in scenarios(&workspace.root) {
        let name = scenario.file_name().unwrap_or_default();
        let plan = target.join("oracle").join(name);
        say(&format!("planning {} and checking it against an independent LP", scenario.display()));
        let checked = execute(
            Command::new(&relight).arg("plan").arg(&scenario).arg("--out").arg(&plan).args([
                "--iterations",
                "10",
                "--no-ac",
            ]),
        )
        .and_then(|()| {
            let script = workspace.root.join("tools/oracle/served_load.py");
            execute(Command::new(&python).arg(script).arg(&scenario).arg(&plan))
        });
        if let Err(failure) = &checked {
            say(&format!("failed: {failure}"));
        }
        tally += Tally::of_check(checked.is_ok());
    }
    Ok(tally)
}

/// Our examples and the benchmark instances.
fn scenarios(root: &Path) -> Vec<PathBuf> {
    let folders = [root.join("examples"), root.join("bench/restoration")];
    let entries =
        folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let mut scenarios: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.join("scenario.toml").is_file())
        .collect();
    scenarios.sort();
    scenarios
}
