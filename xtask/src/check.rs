//! What must hold besides the tests: format, lints, documentation, licences, links.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Outcome, execute, say, succeeds};
use crate::workspace::Workspace;
use crate::{links, setup, web};

/// Compiled once into the cache folder where the machine has none of its own.
const DENY_VERSION: &str = "0.20.2";

/// Runs every check, also after one has failed, and names those that did.
fn run_all(workspace: &Workspace) -> Vec<&'static str> {
    let checks: [(&'static str, Check); 7] = [
        ("links in *.md", links::check),
        ("format (cargo fmt)", format),
        ("lints (cargo clippy)", lints),
        ("the console (svelte-check)", web::check),
        ("documentation (cargo doc)", documentation),
        ("licences, sources, bans (cargo deny)", dependencies),
        ("advisories (cargo deny)", advisories),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        say(name);
        if let Err(failure) = check(workspace) {
            say(&format!("failed: {failure}"));
            failed.push(name);
        }
    }
    failed
}

type Check = fn(&Workspace) -> Outcome;

/// Sets up and checks everything.
pub fn run(workspace: &Workspace) -> Outcome {
    setup::for_build(workspace)?;
    let failed = run_all(workspace);
    if failed.is_empty() {
        say("all checks hold");
        Ok(())
    } else {
        Err(format!("these checks failed: {}", failed.join("; ")).into())
    }
}

fn format(workspace: &Workspace) -> Outcome {
    execute(workspace.plain_cargo().args(["fmt", "--all", "--check"]))?;
    if workspace.root.join("fuzz/Cargo.toml").is_file() {
        execute(workspace.plain_cargo().args([
            "fmt",
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--check",
        ]))?;
    }
    Ok(())
}

/// `--locked` also shows a `Cargo.lock` that was not committed with its manifest.
fn lints(workspace: &Workspace) -> Outcome {
    execute(workspace.cargo()?.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

fn documentation(workspace: &Workspace) -> Outcome {
    execute(
        workspace
            .cargo()?
            .args(["doc", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn dependencies(workspace: &Workspace) -> Outcome {
    execute(deny(workspace)?.args(["check", "licenses", "bans", "sources"]))
}

/// The advisory database is fetched from the network; where that fails, this is said, not hidden.
fn advisories(workspace: &Workspace) -> Outcome {
    if !succeeds(deny(workspace)?.args(["fetch", "db"])) {
        say("skipped: the advisory database cannot be reached from here");
        return Ok(());
    }
    execute(deny(workspace)?.args(["check", "--disable-fetch", "advisories"]))
}

/// cargo-deny in the root of the checkout, compiled first if need be.
fn deny(workspace: &Workspace) -> Outcome<Command> {
    let program = if succeeds(Command::new("cargo-deny").arg("--version")) {
        PathBuf::from("cargo-deny")
    } else {
        let tools = workspace.cache.join("tools");
        let program = tools.join("bin").join("cargo-deny");
        if !program.is_file() {
            say(&format!(
                "compiling cargo-deny {DENY_VERSION}: 2 to 4 minutes, once; kept in {}",
                tools.display()
            ));
            let objects = workspace.cache.join("tools-build");
            execute(
                workspace
                    .plain_cargo()
                    .args(["install", "--locked", "--version", DENY_VERSION, "--root"])
                    .arg(&tools)
                    .arg("cargo-deny")
                    .env("CARGO_TARGET_DIR", &objects),
            )?;
            // Hundreds of megabytes that nothing needs again; a leftover does no harm.
            let _ = std::fs::remove_dir_all(objects);
        }
        program
    };
    let mut command = Command::new(program);
    command.current_dir(&workspace.root);
    Ok(command)
}
