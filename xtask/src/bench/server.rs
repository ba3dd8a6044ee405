//! Pages and API reads of a server at 100,000 pledges, asked by `wrk`.

use std::process::Command;

use crate::process::{Outcome, execute, succeeds};
use crate::setup;
use crate::workspace::Workspace;

/// Builds the program, fills a ledger by a seeded generator, and measures; `tools/bench/server.py` says what its further
/// arguments are.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    if !succeeds(Command::new("wrk").arg("--version"))
        && !succeeds(Command::new("which").arg("wrk"))
    {
        return Err("wrk is missing; on Debian: apt-get install wrk".into());
    }
    setup::for_build(workspace)?;
    execute(workspace.cargo()?.args(["build", "--release", "--package", "relight"]))?;
    let relight = workspace.target()?.join("release").join("relight");
    let script = workspace.root.join("tools/bench/server.py");
    execute(Command::new("python3").arg(script).arg(relight).arg("wrk").args(arguments))
}
