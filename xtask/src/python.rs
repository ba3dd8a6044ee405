//! The Python package: its wheel is built, put into an empty environment, and tested from there.
//!
//! The tools that build and test it live in a virtual environment in the cache folder, beside that of [`oracle`](crate::oracle).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Outcome, execute, run_tests, say};
use crate::setup;
use crate::tally::Tally;
use crate::venv::{self, Venv};
use crate::workspace::Workspace;

/// What the soak installs beside it: large, and of no use without Java.
const SPARK: &str = "crates/python/requirements-soak.txt";

const VENV: Venv = Venv {
    name: "python",
    requirements: "crates/python/requirements.txt",
    imports: "pytest, pyarrow",
};

/// Prepares the environment of the tests unless it is there; a failure is said, and the tests are skipped.
pub fn ensure(workspace: &Workspace) {
    if VENV.is_current(workspace) {
        return;
    }
    say(
        "making a Python environment for the tests of the package (crates/python/requirements.txt)",
    );
    if let Err(failure) = VENV.make(workspace) {
        say(&format!("the tests of the Python package will be skipped: {failure}"));
    }
}

/// Builds the wheel and runs the tests and the guide with it; skipped without Python.
pub fn check_wheel(workspace: &Workspace, soak: bool) -> Outcome<Tally> {
    if !VENV.is_current(workspace) {
        say("skipped: the tests of the Python package (no environment for them)");
        return Ok(Tally { skipped: 1, ..Tally::default() });
    }
    let wheel = build(workspace, "dev")?;
    let alone = stands_alone(workspace, &wheel);
    if let Err(failure) = &alone {
        say(&format!("failed: {failure}"));
    }
    say("tests of the Python package (pytest)");
    let python = VENV.python(workspace);
    execute(venv::pip(&python).args(["--force-reinstall", "--no-deps", "--no-index"]).arg(&wheel))?;
    execute(workspace.cargo()?.args(["build", "--package", "relight"]))?;
    let mut tests = Command::new(&python);
    tests
        .args(["-m", "pytest", "-p", "no:cacheprovider", "crates/python/tests"])
        .current_dir(&workspace.root)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("RELIGHT_BINARY", workspace.target()?.join("debug/relight"));
    if soak {
        say("Spark for the soak (crates/python/requirements-soak.txt)");
        let spark = || {
            setup::for_spark()?;
            execute(venv::pip(&python).arg("--requirement").arg(workspace.root.join(SPARK)))
        };
        match spark() {
            Ok(()) => drop(tests.env("RELIGHT_SOAK", "1")),
            Err(failure) => say(&format!("going on without Spark: {failure}")),
        }
    }
    Ok(Tally::of_check(alone.is_ok()) + run_tests(&mut tests)?)
}

/// A Python that has the package as it is released, for measuring.
pub fn optimised(workspace: &Workspace) -> Outcome<PathBuf> {
    if !VENV.is_current(workspace) {
        return Err("no Python environment for the package: see above".into());
    }
    let wheel = build(workspace, "release")?;
    let python = VENV.python(workspace);
    execute(venv::pip(&python).args(["--force-reinstall", "--no-deps", "--no-index"]).arg(wheel))?;
    Ok(python)
}

/// The wheel, of a profile whose objects other builds share.
fn build(workspace: &Workspace, profile: &str) -> Outcome<PathBuf> {
    say("building the wheel of the Python package (maturin)");
    let out = workspace.target()?.join("wheels");
    if out.is_dir() {
        fs::remove_dir_all(&out)
            .map_err(|error| format!("{} cannot be emptied: {error}", out.display()))?;
    }
    let cargo = workspace.cargo()?;
    let settings = cargo.get_envs().filter_map(|(name, value)| Some((name, value?)));
    execute(
        Command::new(VENV.bin(workspace, "maturin"))
            .args(["build", "--profile", profile, "--locked"])
            .args(["--manifest-path", "crates/python/Cargo.toml", "--out"])
            .arg(&out)
            .current_dir(&workspace.root)
            .envs(settings),
    )?;
    let wheels = fs::read_dir(&out).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut wheels: Vec<PathBuf> =
        wheels.filter(|p| p.extension().is_some_and(|e| e == "whl")).collect();
    match (wheels.pop(), wheels.pop()) {
        (Some(wheel), None) => Ok(wheel),
        _ => Err(format!("{} does not hold exactly one wheel", out.display()).into()),
    }
}

/// The wheel in an environment with nothing else: it needs no other package.
fn stands_alone(workspace: &Workspace, wheel: &Path) -> Outcome {
    let empty = workspace.target()?.join("wheels/empty");
    venv::create(&empty, false)?;
    let python = empty.join("bin/python");
    execute(venv::pip(&python).arg("--no-index").arg(wheel))?;
    let plan = "import relight; plan = relight.read_scenario('examples/five-bus').plan(); \
                assert plan.bound <= plan.weighted and len(plan.schedule) > 0; print(plan)";
    execute(Command::new(python).args(["-c", plan]).current_dir(&workspace.root))
}
