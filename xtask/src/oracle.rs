//! Checks by programs that share no code with ours: `tools/oracle` sets up its own LP in `highspy`.
//!
//! Their Python lives in a virtual environment in the cache folder. Rust tests find it under
//! `RELIGHT_PYTHON`; whole plans are checked from here.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Outcome, execute, say, succeeds};
use crate::tally::Tally;
use crate::workspace::Workspace;

/// Tests find their Python under this name, and skip with a message where it is not set.
pub const VARIABLE: &str = "RELIGHT_PYTHON";

/// The Python to hand to tests: the caller's own, or the one that [`ensure`] prepared.
pub fn python(workspace: &Workspace) -> Option<OsString> {
    if let Some(own) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        return Some(own);
    }
    is_current(workspace).then(|| folder(workspace).join("bin/python").into())
}

/// Prepares the environment unless it is there; a failure is said, and the tests skip those checks.
pub fn ensure(workspace: &Workspace) {
    if python(workspace).is_some() {
        return;
    }
    say("making a Python environment for the independent LP (tools/oracle/requirements.txt)");
    if let Err(failure) = make(workspace) {
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

fn make(workspace: &Workspace) -> Outcome {
    let folder = folder(workspace);
    execute(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    execute(
        Command::new(folder.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--requirement",
            ])
            .arg(requirements(workspace)),
    )?;
    // Written last: an interrupted installation is not taken for a complete one.
    fs::copy(requirements(workspace), folder.join("requirements.txt"))
        .map_err(|error| format!("{} cannot be completed: {error}", folder.display()))?;
    Ok(())
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.cache.join("oracle")
}

fn requirements(workspace: &Workspace) -> PathBuf {
    workspace.root.join("tools/oracle/requirements.txt")
}

/// Made from these very requirements, and its Python, which may have been upgraded since, starts.
fn is_current(workspace: &Workspace) -> bool {
    let folder = folder(workspace);
    let wanted = fs::read(requirements(workspace)).ok();
    let made_from = fs::read(folder.join("requirements.txt")).ok();
    wanted.is_some()
        && wanted == made_from
        && succeeds(Command::new(folder.join("bin/python")).args(["-c", "import highspy, numpy"]))
}
