//! Fuzz targets on the stable toolchain, without cargo-fuzz.
//!
//! The flags below are those that cargo-fuzz passes, less the sanitizers, which need a nightly
//! compiler and find little in a workspace that forbids `unsafe`. What we look for are panics,
//! overflow, endless loops and unbounded memory, and libFuzzer sees all four without them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{Outcome, execute, read, say};
use crate::setup;
use crate::tally::Tally;
use crate::workspace::Workspace;

const FLAGS: [&str; 9] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cdebug-assertions=on",
    "-Coverflow-checks=on",
];

/// How a run begins and how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// From the committed corpus and a fixed seed, so that a failure comes back.
    Smoke,
    /// From all inputs that earlier runs found, ten minutes a target.
    Soak,
}

impl Effort {
    fn seconds(self) -> Outcome<u64> {
        match std::env::var("FUZZ_SECONDS") {
            Ok(value) => value
                .parse()
                .map_err(|_| format!("FUZZ_SECONDS={value} is not a whole number").into()),
            Err(_) => Ok(match self {
                Self::Soak => 600,
                Self::Smoke if Workspace::in_ci() => 30,
                Self::Smoke => 10,
            }),
        }
    }
}

/// Sets up, then runs each target for a short time.
pub fn run_after_setup(workspace: &Workspace) -> Outcome {
    setup::for_build(workspace)?;
    let tally = run_all(workspace, Effort::Smoke)?;
    if tally.failed == 0 { Ok(()) } else { Err("a fuzz target failed".into()) }
}

/// Builds the fuzz crate and runs each of its targets; one that ends early counts as failed.
pub fn run_all(workspace: &Workspace, effort: Effort) -> Outcome<Tally> {
    let fuzz = workspace.root.join("fuzz");
    let targets = targets(&fuzz)?;
    let seconds = effort.seconds()?;
    let host = host()?;
    let build = workspace.target()?.join("fuzz");
    say(&format!("building the fuzz targets: {}", targets.join(", ")));
    execute(
        workspace
            .cargo()?
            .args(["build", "--release", "--bins", "--manifest-path", "fuzz/Cargo.toml"])
            // With a target of its own, the flags reach no build script and no procedural macro.
            .args(["--target", &host, "--target-dir"])
            .arg(&build)
            .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}")),
    )?;
    let mut tally = Tally::default();
    for target in &targets {
        let binary = build.join(&host).join("release").join(target);
        let found = build.join("corpus").join(target);
        say(&format!("fuzzing {target} for {seconds} s"));
        let held = run_one(&fuzz, target, &binary, &found, effort, seconds)?;
        tally += Tally::of_check(held);
    }
    Ok(tally)
}

fn run_one(
    fuzz: &Path,
    target: &str,
    binary: &Path,
    found: &Path,
    effort: Effort,
    seconds: u64,
) -> Outcome<bool> {
    if matches!(effort, Effort::Smoke) && found.exists() {
        fs::remove_dir_all(found)
            .map_err(|error| format!("{} cannot be emptied: {error}", found.display()))?;
    }
    let artifacts = fuzz.join("artifacts").join(target);
    for folder in [found, &artifacts] {
        fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    let mut command = Command::new(binary);
    command.current_dir(fuzz).stdin(Stdio::null()).args([
        format!("-max_total_time={seconds}"),
        format!("-artifact_prefix={}/", artifacts.display()),
        "-timeout=20".into(),
        "-rss_limit_mb=2048".into(),
        "-verbosity=0".into(),
        "-print_final_stats=1".into(),
    ]);
    if matches!(effort, Effort::Smoke) {
        command.arg("-seed=1");
    }
    let dictionary = fuzz.join("dictionaries").join(format!("{target}.dict"));
    if dictionary.is_file() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    // libFuzzer writes what it finds into the first folder, and only reads the others.
    command.arg(found);
    let corpus = fuzz.join("corpus").join(target);
    if corpus.is_dir() {
        command.arg(corpus);
    }
    let result = execute(&mut command);
    if let Err(failure) = &result {
        say(&format!("{failure}\nThe input that did it lies in {}", artifacts.display()));
    }
    Ok(result.is_ok())
}

/// The targets are the files of `fuzz/fuzz_targets`, in the order of their names.
fn targets(fuzz: &Path) -> Outcome<Vec<String>> {
    let folder = fuzz.join("fuzz_targets");
    let files = fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut names: Vec<String> = files
        .flatten()
        .map(|file| PathBuf::from(file.file_name()))
        .filter(|name| name.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|name| name.file_stem()?.to_str().map(str::to_owned))
        .collect();
    names.sort();
    if names.is_empty() { Err("fuzz/fuzz_targets is empty".into()) } else { Ok(names) }
}

fn host() -> Outcome<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    read(Command::new(rustc).arg("-vV"))?
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .ok_or_else(|| "rustc -vV names no host".into())
}
