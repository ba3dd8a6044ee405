//! The map of 10,000 branches in a browser that draws with the processor alone.

use std::process::Command;

use crate::process::{Outcome, execute};
use crate::setup;
use crate::web;
use crate::workspace::Workspace;

/// Builds console and program, and measures; `web/tests/map.mjs` says what.
pub fn run(workspace: &Workspace) -> Outcome {
    setup::for_build(workspace)?;
    if !web::build(workspace)? {
        return Err("the console is built with Node, which is missing".into());
    }
    execute(workspace.cargo()?.args(["build", "--release", "--package", "relight"]))?;
    let relight = workspace.target()?.join("release").join("relight");
    let folder = workspace.root.join("web");
    execute(Command::new("node").current_dir(folder).arg("tests/map.mjs").arg(relight))
}
