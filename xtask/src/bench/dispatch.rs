//! The dispatch of one changed state, beside a general LP solver that goes on from its last basis.
//!
//! Fetches the published grids where they are missing, and hands them to `crates/restore/benches/dispatch.rs`,
//! which measures and prints.

use std::process::Command;

use crate::process::{Outcome, execute, say};
use crate::workspace::Workspace;
use crate::{oracle, setup};

/// An example of this repository, and cases of PGLib-OPF.
const EXAMPLE: &str = "winter-storm";
const CASES: [&str; 2] = ["case2869_pegase", "case10000_goc"];

/// Measures the grids named in `arguments`, or all.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    if let Some(unknown) = arguments.iter().find(|a| **a != EXAMPLE && !CASES.contains(a)) {
        let known = [&[EXAMPLE], &CASES[..]].concat().join(", ");
        return Err(format!("bench dispatch: no grid `{unknown}`; there are: {known}").into());
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.contains(&name);
    setup::for_tests(workspace)?;
    let mut grids: Vec<String> = Vec::new();
    if wanted(EXAMPLE) {
        grids.push(EXAMPLE.to_owned());
    }
    for name in CASES.into_iter().filter(|name| wanted(name)) {
        let folder = workspace.cache.join("pglib");
        let file = format!("pglib_opf_{name}.m");
        let case = folder.join(&file);
        if !case.is_file() {
            say(&format!("fetching {file} (PGLib-OPF, CC BY 4.0)"));
            let python = oracle::python(workspace)
                .ok_or("no Python with pip: the published grids cannot be fetched")?;
            let script = workspace.root.join("tools/instances/fetch_cases.py");
            execute(Command::new(python).arg(script).arg(&folder).arg(&file))?;
        }
        grids.push(format!("{name}={}", case.display()));
    }
    let mut command = workspace.cargo()?;
    command.args(["bench", "--package", "relight-restore", "--bench", "dispatch", "--"]);
    execute(command.args(grids))
}
