//! The Python of the independent checks: tests compare our LP with one that they set up in
//! `highspy`, in a virtual environment that lives in the cache folder.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Outcome, execute, say, succeeds};
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
