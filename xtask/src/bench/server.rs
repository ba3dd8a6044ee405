//! Pages and API reads of a server at 100,000 pledges, asked by `wrk`; then the map of its console.

use std::process::Command;

use super::map;
use crate::process::{Outcome, execute, succeeds};
use crate::setup;
use crate::web;
use crate::workspace::Workspace;

/// Builds the program, fills a ledger by a seeded generator, and measures; `tools/bench/server.py` says what its further
/// arguments are. The map is measured last, since a browser's work would disturb the rest.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    if !succeeds(Command::new("wrk").arg("--version"))
        && !succeeds(Command::new("which").arg("wrk"))
    {
        return Err("wrk is missing; on Debian: apt-get install wrk".into());
    }
    setup::for_build(workspace)?;
    // It is embedded: where it can be built, the program that is measured has it.
    web::build(workspace)?;
    execute(workspace.cargo()?.args(["build", "--release", "--package", "relight"]))?;
    let relight = workspace.target()?.join("release").join("relight");
    let script = workspace.root.join("tools/bench/server.py");
    execute(Command::new("python3").arg(script).arg(relight).arg("wrk").args(arguments))?;
    map::run(workspace)
}
