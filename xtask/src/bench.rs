//! One benchmark by name, wherever in the workspace it lives.

mod dispatch;
mod flow;
mod ledger;
mod map;
mod plan;
mod restoration;
mod server;
mod study;

use std::fs;
use std::path::Path;

use crate::process::{Outcome, execute};
use crate::setup;
use crate::workspace::Workspace;

/// The benchmarks that are not one file of a crate: whole plans against other methods, and against targets.
const RESTORATION: &str = "restoration";
const PLAN: &str = "plan";
/// What needs published grids first.
const DISPATCH: &str = "dispatch";
/// Power flows against other programs.
const FLOW: &str = "flow";
/// The benchmark that needs a database server.
const LEDGER: &str = "ledger";
/// The benchmark that needs a browser.
const MAP: &str = "map";
/// The benchmark that needs a server and somebody who asks it.
const SERVER: &str = "server";
/// Studies, in Rust and on every engine of Python.
const STUDY: &str = "study";

/// Runs the benchmark of that name or, if there is none, the example of that name in release.
pub fn run_named(workspace: &Workspace, name: &str, arguments: &[&str]) -> Outcome {
    match name {
        RESTORATION => return restoration::run(workspace, arguments),
        PLAN => return plan::run(workspace, arguments),
        DISPATCH => return dispatch::run(workspace, arguments),
        FLOW => return flow::run(workspace, arguments),
        LEDGER => return ledger::run(workspace, arguments),
        MAP => return map::run(workspace),
        SERVER => return server::run(workspace, arguments),
        STUDY => return study::run(workspace, arguments),
        _ => {}
    }
    let benches = names(&workspace.root, "benches");
    let examples = names(&workspace.root, "examples");
    let kind = if benches.iter().any(|known| known == name) {
        ["bench", "--bench"]
    } else if examples.iter().any(|known| known == name) {
        ["run", "--example"]
    } else {
        let whole = [RESTORATION, PLAN, DISPATCH, FLOW, LEDGER, MAP, SERVER].map(str::to_owned);
        let mut known = [benches, examples, whole.to_vec()].concat();
        known.sort();
        return Err(format!("no benchmark `{name}`; there are: {}", known.join(", ")).into());
    };
    setup::for_build(workspace)?;
    let mut command = workspace.cargo()?;
    command.arg(kind[0]);
    if kind[0] == "run" {
        command.arg("--release");
    }
    execute(command.args([kind[1], name, "--"]).args(arguments))
}

/// The names of the Rust files in that folder of each crate.
fn names(root: &Path, folder: &str) -> Vec<String> {
    let crates = fs::read_dir(root.join("crates")).into_iter().flatten().flatten();
    crates
        .flat_map(|member| fs::read_dir(member.path().join(folder)).into_iter().flatten().flatten())
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
        .collect()
}
