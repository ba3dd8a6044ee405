//! The first thing that a newcomer runs: a plan for the winter storm, and a server with two operations to look at.

mod server;
mod visitor;

use std::process::Command;

use crate::process::{Outcome, execute, say};
use crate::setup;
use crate::web;
use crate::workspace::Workspace;

const SCENARIO: &str = "examples/winter-storm";
const OUTPUT: &str = "out/winter-storm";

/// Sets up, builds, plans, fills a ledger, and serves until it is interrupted.
pub fn run(workspace: &Workspace) -> Outcome {
    say("step 1 of 4: what this machine lacks");
    setup::for_build(workspace)?;
    say("step 2 of 4: building relight (release; the first time takes a few minutes)");
    web::build(workspace)?;
    build(workspace)?;
    let relight = workspace.target()?.join("release").join("relight");
    say(&format!("step 3 of 4: relight plan {SCENARIO} --out {OUTPUT} --time-limit 60"));
    execute(Command::new(&relight).current_dir(&workspace.root).args([
        "plan",
        SCENARIO,
        "--out",
        OUTPUT,
        "--time-limit",
        "60",
    ]))?;
    let report = workspace.root.join(OUTPUT).join("report.html");
    if !report.is_file() {
        return Err(format!("relight ended well but wrote no {}", report.display()).into());
    }
    say("step 4 of 4: a ledger with two operations, a plan out of it, and a server");
    let demo = server::prepare(workspace, &relight)?;
    demo.plan(&relight)?;
    let shown = relight.strip_prefix(&workspace.root).unwrap_or(&relight).display();
    println!("\nThe plan is in {OUTPUT}. Read it in a browser:\n");
    println!("    file://{}\n", report.display());
    println!("{}", demo.logins());
    println!("Next:\n");
    println!("    {shown} --help");
    println!(
        "    {shown} plan examples/five-bus --out out/five-bus   # small enough for a hand check"
    );
    println!("    make test                                           # all tests\n");
    demo.serve(&relight)?;
    say("done");
    Ok(())
}

fn build(workspace: &Workspace) -> Outcome {
    execute(workspace.cargo()?.args(["build", "--release", "--package", "relight"]))
}
