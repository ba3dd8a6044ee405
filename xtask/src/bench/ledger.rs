//! The ledger at a million events, on both of its stores.

use crate::process::{Outcome, execute, say};
use crate::setup;
use crate::workspace::Workspace;

/// Installs `PostgreSQL` where it is missing and can be had, and runs the benchmark of the crate `store`, which says what its
/// arguments are.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    if let Err(failure) = setup::for_postgres() {
        say(&format!("going on without PostgreSQL: {failure}"));
    }
    let bench = ["bench", "-p", "relight-store", "--bench", "ledger", "--"];
    execute(workspace.cargo()?.args(bench).args(arguments))
}
