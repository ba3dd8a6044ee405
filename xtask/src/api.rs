//! The API asked what nobody would ask: Schemathesis makes requests of the document that the server gives of itself.

use std::fs;
use std::process::Command;

use crate::process::{Outcome, execute, say, succeeds};
use crate::tally::Tally;
use crate::workspace::Workspace;

/// How many requests a route gets at most, for each role.
const EXAMPLES: &str = "50";

/// Asks as several roles; skipped where Schemathesis cannot be installed.
pub fn soak(workspace: &Workspace) -> Outcome<Tally> {
    let folder = workspace.cache.join("api");
    let requirements = workspace.root.join("tools/api/requirements.txt");
    let wanted = fs::read(&requirements).ok();
    let program = folder.join("bin/schemathesis");
    let is_current = fs::read(folder.join("requirements.txt")).ok() == wanted
        && succeeds(Command::new(&program).arg("--version"));
    if !is_current {
        say("making a Python environment for Schemathesis (tools/api/requirements.txt)");
        let made = execute(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
            .and_then(|()| {
                let mut pip = Command::new(folder.join("bin/python"));
                pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]);
                execute(pip.arg("--requirement").arg(&requirements))
            });
        if let Err(failure) = made {
            say(&format!("skipped: Schemathesis against the API ({failure})"));
            return Ok(Tally { skipped: 1, ..Tally::default() });
        }
        // Written last: an interrupted installation is not taken for a complete one.
        fs::copy(&requirements, folder.join("requirements.txt"))
            .map_err(|error| format!("{} cannot be completed: {error}", folder.display()))?;
    }
    execute(workspace.cargo()?.args(["build", "--package", "relight"]))?;
    let relight = workspace.target()?.join("debug").join("relight");
    say("Schemathesis against the API, as several roles");
    let script = workspace.root.join("tools/api/soak.py");
    let asked =
        execute(Command::new("python3").arg(script).arg(relight).arg(program).arg(EXAMPLES));
    if let Err(failure) = &asked {
        say(&format!("failed: {failure}"));
    }
    Ok(Tally::of_check(asked.is_ok()))
}
