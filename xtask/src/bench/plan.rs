//! The best plan that can be had in the time, against the targets that `docs/benchmarks.md` states.
//!
//! Runs the optimised program on the folders of `bench/restoration`, on the winter storm, and on two instances
//! that `tools/instances` makes of PGLib-OPF cases, each within its time limit and on two threads. Prints a
//! table in Markdown with a verdict for each row, and fails where a target is missed.

mod made;
mod measure;
mod target;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Outcome, execute, say};
use crate::setup;
use crate::workspace::Workspace;
use measure::{Measured, Run};
use target::{Facts, Known, Target};

/// Threads that the targets are stated for.
const THREADS: u32 = 2;
/// Seconds for each of the small folders, and for each of the others.
const SHORT: u32 = 20;
const LONG: u32 = 60;

/// What is asked for on the command line.
#[derive(Debug, PartialEq)]
struct Options {
    /// Of the instances that are made, and of the search on all of them.
    seeds: Vec<u64>,
    /// Seconds in place of those of the targets.
    limit: Option<u32>,
    /// Only instances with this in their name.
    only: String,
    /// A program that is already built, in place of this checkout's.
    relight: Option<PathBuf>,
    /// Compute greedy to its end for the instances that are made, and nothing else.
    reference: bool,
}

impl Options {
    fn read(arguments: &[&str]) -> Outcome<Self> {
        let mut options = Options {
            seeds: vec![1],
            limit: None,
            only: String::new(),
            relight: None,
            reference: false,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match *word {
                "--seeds" => {
                    let seeds = value()?.split([',', ' ']).filter(|seed| !seed.is_empty());
                    options.seeds = seeds
                        .map(|seed| {
                            seed.parse()
                                .map_err(|_| format!("--seeds: `{seed}` is no whole number"))
                        })
                        .collect::<Result<_, _>>()?;
                }
                "--limit" => {
                    let text = value()?;
                    let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
                    options.limit = Some(
                        seconds
                            .ok_or_else(|| format!("--limit: `{text}` is no number of seconds"))?,
                    );
                }
                "--only" => (*value()?).clone_into(&mut options.only),
                "--relight" => options.relight = Some(value()?.into()),
                "--reference" => options.reference = true,
                _ => {
                    return Err(format!(
                        "bench plan knows --seeds 1,2,3, --limit SECONDS, --only NAME, --relight FILE and --reference; not `{word}`"
                    )
                    .into());
                }
            }
        }
        Ok(options)
    }
}

/// A scenario folder, how to plan it, and what is expected of the plan.
struct Instance {
    name: String,
    folder: PathBuf,
    seconds: u32,
    ac: bool,
    target: Target,
    /// What greedy reaches when it is run to its end, where that was computed.
    greedy: Option<f64>,
}

/// A row of the table.
struct Row {
    instance: Instance,
    seed: u64,
    limit: u32,
    measured: Measured,
    missed: Vec<String>,
}

/// Plans every instance with every seed, and prints the table.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    let options = Options::read(arguments)?;
    let target = workspace.target()?;
    let relight = if let Some(built) = &options.relight {
        built.clone()
    } else {
        setup::for_tests(workspace)?;
        execute(workspace.cargo()?.args(["build", "--release", "--package", "relight"]))?;
        target.join("release").join("relight")
    };
    let mut rows = Vec::new();
    for &seed in &options.seeds {
        let fixed = if options.reference { Vec::new() } else { fixed(&workspace.root)? };
        for mut instance in fixed.into_iter().chain(made::instances(&target, seed)) {
            if !instance.name.contains(&options.only) {
                continue;
            }
            if let Target::Large | Target::Huge = instance.target {
                made::ensure(workspace, &instance, seed)?;
                if options.reference {
                    made::compute_reference(workspace, &relight, &instance)?;
                    continue;
                }
                instance.greedy = made::reference(workspace, &relight, &instance.folder)?;
            }
            rows.push(row(&relight, &target, instance, seed, options.limit)?);
        }
    }
    if options.reference {
        return Ok(());
    }
    if rows.is_empty() {
        return Err(format!("no instance has `{}` in its name", options.only).into());
    }
    print(&rows);
    let missed = rows.iter().filter(|row| !row.missed.is_empty()).count();
    if missed == 0 {
        Ok(())
    } else {
        Err(format!("{missed} of {} targets missed", rows.len()).into())
    }
}

/// The folders that are part of the repository.
fn fixed(root: &Path) -> Outcome<Vec<Instance>> {
    let mut instances = Vec::new();
    for folder in super::restoration::instances(root)? {
        let known = Known::of(&super::restoration::text(&folder.join("known.json"))?);
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let target = Target::Known { known, crews: name.contains("-crews-") };
        instances.push(Instance { name, folder, seconds: SHORT, ac: false, target, greedy: None });
    }
    instances.push(Instance {
        name: "winter-storm".into(),
        folder: root.join("examples/winter-storm"),
        seconds: LONG,
        ac: true,
        target: Target::Storm,
        greedy: None,
    });
    Ok(instances)
}

fn row(
    relight: &Path,
    target: &Path,
    instance: Instance,
    seed: u64,
    limit: Option<u32>,
) -> Outcome<Row> {
    let limit = limit.unwrap_or(instance.seconds);
    let out = target.join("bench/plan").join(format!("{}-seed{seed}", instance.name));
    say(&format!("planning {} with seed {seed} in {limit} s", instance.name));
    let mut command = Command::new(relight);
    command.arg("plan").arg(&instance.folder).arg("--out").arg(&out).arg("--quiet");
    command.args(["--threads", &THREADS.to_string(), "--seed", &seed.to_string()]);
    command.args(["--time-limit", &limit.to_string()]);
    if !instance.ac {
        command.arg("--no-ac");
    }
    let measured = Run { command, out: &out, limit }.measure()?;
    let missed =
        instance.target.missed(&Facts { measured: &measured, limit, greedy: instance.greedy });
    Ok(Row { instance, seed, limit, measured, missed })
}

fn print(rows: &[Row]) {
    println!(
        "\nWhat each scenario minimises: MWh, or weighted people-hours; less is better. Greedy is one-step greedy: to its \
         end, or, with a star, as the plan tells of it.\n"
    );
    println!(
        "| instance | seed | plan | bound | gap | greedy | / greedy | local search | / local search | best state | \
         bound / best state | seconds | limit | MB | target | verdict |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|");
    for Row { instance, seed, limit, measured, missed } in rows {
        let plan = measured.plan.as_ref();
        let value = |v: Option<f64>| v.map_or("-".into(), |v| format!("{v:.0}"));
        let ratio = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) if b > 0.0 => format!("{:.3}", a / b),
            _ => "-".into(),
        };
        let cost = plan.map(|p| p.weighted);
        let bound = plan.map(|p| p.bound);
        let (search, best_state) = match &instance.target {
            Target::Known { known, .. } => (known.search, known.best_state),
            _ => (None, None),
        };
        let greedy = instance.greedy.or(plan.map(|p| p.greedy));
        let star = if instance.greedy.is_none() && greedy.is_some() { "*" } else { "" };
        println!(
            "| {} | {seed} | {} | {} | {} | {}{star} | {} | {} | {} | {} | {} | {:.1} | {limit} | {} | {} | {} |",
            instance.name,
            value(cost),
            value(bound),
            plan.map_or("-".into(), |p| format!("{:.1} %", 100.0 * p.gap)),
            value(greedy),
            ratio(cost, greedy),
            value(search),
            ratio(cost, search),
            value(best_state),
            ratio(bound, best_state),
            measured.seconds,
            measured.peak_bytes.map_or("-".into(), |bytes| format!("{:.0}", bytes as f64 / 1e6)),
            instance.target,
            if missed.is_empty() { "met".into() } else { format!("missed: {}", missed.join("; ")) },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn reads_seeds_in_either_form() {
        let expected = Options {
            seeds: vec![3, 4],
            limit: Some(5),
            only: "case".into(),
            relight: None,
            reference: false,
        };
        for seeds in ["3,4", "3 4"] {
            let read = Options::read(&["--seeds", seeds, "--limit", "5", "--only", "case"]);
            assert_eq!(read.expect("these are options"), expected);
        }
    }

    #[test]
    fn says_what_it_does_not_know() {
        for wrong in [["--seed", "1"], ["--limit", "0"], ["--seeds", "x"]] {
            assert!(Options::read(&wrong).is_err(), "{wrong:?}");
        }
        assert!(Options::read(&["--limit"]).is_err());
    }
}
