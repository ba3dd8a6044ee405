//! A workbench: a temporary folder with a copy of the five-bus example, and a way to run `relight` in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder with the example in `five-bus/`.
pub struct Bench {
    folder: TempDir,
}

/// What a run of `relight` came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// An example of the repository.
pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let bench = Bench { folder };
        fs::create_dir(bench.path("five-bus")).expect("a folder");
        for entry in fs::read_dir(example("five-bus")).expect("the example") {
            let entry = entry.expect("an entry");
            let copy = bench.path("five-bus").join(entry.file_name());
            fs::copy(entry.path(), copy).expect("a copy");
        }
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect(name);
    }

    /// Replaces a piece of a file, which must be there.
    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let content = self.read(name);
        assert!(content.contains(old), "{name} has no {old:?}");
        self.write(name, content.replace(old, new));
    }

    pub fn append(&self, name: &str, more: &str) {
        self.write(name, self.read(name) + more);
    }

    /// A command in the folder, deaf to the settings of whoever runs the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relight"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("NO_COLOR")
            .env("COLUMNS", "100")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let Output { status, stdout, stderr } =
            self.command(arguments).output().expect("relight runs");
        Ran {
            code: status.code().expect("an exit code"),
            out: String::from_utf8(stdout).expect("text"),
            err: String::from_utf8(stderr).expect("text"),
        }
    }

    /// Every file of a folder and its content, in order of names.
    pub fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(self.path(folder))
            .expect(folder)
            .map(|entry| {
                let entry = entry.expect("an entry");
                let name = entry.file_name().into_string().expect("a plain name");
                (name, fs::read(entry.path()).expect("a file"))
            })
            .collect();
        files.sort();
        files
    }
}

impl Ran {
    /// Standard output as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in {:?}", self.out))
    }

    /// Asserts the exit code, and shows what was said where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }

    /// Asserts that standard output holds each of these.
    #[track_caller]
    pub fn says(self, pieces: &[&str]) -> Self {
        for piece in pieces {
            assert!(self.out.contains(piece), "no {piece:?} in {}", self.out);
        }
        self
    }

    /// Asserts that standard error holds each of these.
    #[track_caller]
    pub fn complains(self, pieces: &[&str]) -> Self {
        for piece in pieces {
            assert!(self.err.contains(piece), "no {piece:?} in {}", self.err);
        }
        self
    }
}

impl Bench {
    /// How many names in a folder end so.
    pub fn files_named(&self, folder: &str, end: &str) -> usize {
        let entries = fs::read_dir(self.path(folder)).expect(folder);
        entries
            .filter(|e| e.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().ends_with(end)))
            .count()
    }
}
