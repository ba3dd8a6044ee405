//! Virtual environments of Python in the cache folder, each made from a list of requirements.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Outcome, execute, succeeds};
use crate::workspace::Workspace;

/// One environment.
pub struct Venv {
    /// Its folder in the cache.
    pub name: &'static str,
    /// The list it is made from, as a path from the root of the repository.
    pub requirements: &'static str,
    /// What a Python must import for the environment to be whole.
    pub imports: &'static str,
}

impl Venv {
    /// Its Python.
    pub fn python(&self, workspace: &Workspace) -> PathBuf {
        self.bin(workspace, "python")
    }

    /// A program of its `bin`.
    pub fn bin(&self, workspace: &Workspace, program: &str) -> PathBuf {
        self.folder(workspace).join("bin").join(program)
    }

    /// Made from these very requirements, and its Python, which may have been upgraded since, starts.
    pub fn is_current(&self, workspace: &Workspace) -> bool {
        let wanted = fs::read(self.list(workspace)).ok();
        let made_from = fs::read(self.folder(workspace).join("requirements.txt")).ok();
        wanted.is_some()
            && wanted == made_from
            && succeeds(
                Command::new(self.python(workspace))
                    .args(["-c", &format!("import {}", self.imports)]),
            )
    }

    /// Makes it anew.
    pub fn make(&self, workspace: &Workspace) -> Outcome {
        let folder = self.folder(workspace);
        create(&folder, true)?;
        let list = self.list(workspace);
        execute(pip(&self.python(workspace)).args(["--no-input", "--requirement"]).arg(&list))?;
        // Written last: an interrupted installation is not taken for a complete one.
        fs::copy(list, folder.join("requirements.txt"))
            .map_err(|error| format!("{} cannot be completed: {error}", folder.display()))?;
        Ok(())
    }

    fn folder(&self, workspace: &Workspace) -> PathBuf {
        workspace.cache.join(self.name)
    }

    fn list(&self, workspace: &Workspace) -> PathBuf {
        workspace.root.join(self.requirements)
    }
}

/// An environment with nothing in it.
pub fn create(folder: &Path, clear: bool) -> Outcome {
    let mut command = Command::new("python3");
    command.args(["-m", "venv"]);
    if clear {
        command.arg("--clear");
    }
    execute(command.arg(folder))
}

/// `pip install` of a Python.
pub fn pip(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    command
}
