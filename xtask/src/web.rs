//! The console: built with Node before cargo embeds it, and tried in a browser afterwards.
//!
//! Node is not needed to build Relight. Where it is missing, or older than the tools ask for, the server has its public pages
//! and its API and no console, which is said and not hidden.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Outcome, execute, read, run_tests, say, succeeds};
use crate::setup;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// Vite 8 asks for 20.19.
const OLDEST: (u32, u32) = (20, 19);

/// Builds the console into `web/dist`; gives whether it is there.
pub fn build(workspace: &Workspace) -> Outcome<bool> {
    if !prepare(workspace)? {
        return Ok(false);
    }
    say("the console (vite build)");
    execute(npm(workspace).args(["run", "--silent", "build"]))?;
    Ok(true)
}

/// Types and warnings of its sources.
pub fn check(workspace: &Workspace) -> Outcome {
    if prepare(workspace)? {
        execute(npm(workspace).args(["run", "--silent", "check"]))
    } else {
        Ok(())
    }
}

/// Its sources, signing in by way of a provider that others wrote, and the journeys of each role in Chromium against a server of their own.
pub fn test(workspace: &Workspace) -> Outcome<Tally> {
    if !prepare(workspace)? {
        return Ok(Tally { skipped: 1, ..Tally::default() });
    }
    say("the console: sources");
    let node = || {
        let mut command = Command::new("node");
        command.current_dir(folder(workspace));
        command
    };
    let mut tally = run_tests(node().arg("tests/sources.mjs"))?;
    execute(workspace.cargo()?.args(["build", "--package", "relight"]))?;
    let relight = workspace.target()?.join("debug").join("relight");
    say("the console: signing in by way of a provider");
    tally += run_tests(node().arg("tests/provider.mjs").arg(&relight))?;
    if !succeeds(Command::new("chromium").arg("--version"))
        && let Err(failure) = setup::for_browser()
    {
        say(&format!("going on without a browser: {failure}"));
        tally.skipped += 1;
        return Ok(tally);
    }
    say("the console: each role in a browser");
    tally += run_tests(node().arg("tests/journeys.mjs").arg(relight))?;
    Ok(tally)
}

/// Installs what `package-lock.json` names; gives whether Node is there to use it.
fn prepare(workspace: &Workspace) -> Outcome<bool> {
    if !has_node() {
        let (major, minor) = OLDEST;
        say(&format!(
            "going on without the console: it is built with Node {major}.{minor} or later"
        ));
        return Ok(false);
    }
    let folder = folder(workspace);
    let time = |path: PathBuf| fs::metadata(path).and_then(|about| about.modified()).ok();
    let wanted = time(folder.join("package-lock.json"));
    // npm writes this file last.
    let installed = time(folder.join("node_modules/.package-lock.json"));
    if installed.is_none() || wanted > installed {
        say("the console: npm ci");
        execute(npm(workspace).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    }
    Ok(true)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("web")
}

fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(folder(workspace));
    command
}

fn has_node() -> bool {
    if !succeeds(Command::new("node").arg("--version")) || !succeeds(Command::new("npm").arg("-v"))
    {
        return false;
    }
    read(Command::new("node").arg("--version")).is_ok_and(|version| is_recent(&version))
}

/// Whether `v20.19.0` is recent enough.
fn is_recent(version: &str) -> bool {
    let mut numbers =
        version.trim().trim_start_matches('v').split('.').map(|piece| piece.parse::<u32>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) >= OLDEST,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_recent;

    #[test]
    fn tells_a_node_that_is_recent_enough() {
        for version in ["v20.19.0\n", "v20.20.2", "v22.0.0"] {
            assert!(is_recent(version), "{version}");
        }
        for version in ["v18.19.1", "v20.18.3", "v20", ""] {
            assert!(!is_recent(version), "{version}");
        }
    }
}
