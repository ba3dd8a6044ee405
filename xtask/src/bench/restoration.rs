//! Plans of the instances in `bench/restoration`, beside the values of other methods and an
//! independent LP.
//!
//! Prints a table in Markdown. Fails if a plan differs from the LP, or lies below a proven bound,
//! which no right plan can.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::process::{Outcome, execute, say};
use crate::workspace::Workspace;
use crate::{oracle, setup};

const FOLDER: &str = "bench/restoration";
/// Values in `known.json` are rounded to whole `MWh`.
const ROUNDING: f64 = 0.5;
/// As in `tools/oracle/served_load.py`, which decides.
const AGREES: f64 = 1e-6;

/// What came of an instance; energies in `MWh`.
struct Row {
    name: String,
    plan: f64,
    /// The plan's own baselines.
    no_repair: f64,
    file_order: f64,
    /// Of `known.json`.
    known: Known,
    /// States checked, and the largest relative difference from the LP.
    states: usize,
    difference: f64,
    agrees: bool,
    seconds: f64,
}

/// Values of other methods, in `MWh`.
#[derive(Debug, PartialEq)]
struct Known {
    greedy: Option<f64>,
    best: Option<f64>,
    bound: Option<f64>,
}

/// Plans each instance with an optimised build, checks it, and prints the table.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    if !arguments.is_empty() {
        return Err(format!("bench restoration takes no arguments: {}", arguments.join(" ")).into());
    }
    setup::for_tests(workspace)?;
    execute(workspace.cargo()?.args(["build", "--release", "--package", "relight"]))?;
    let rows = instances(&workspace.root)?
        .iter()
        .map(|instance| measure(workspace, instance))
        .collect::<Outcome<Vec<Row>>>()?;
    print(&rows);
    let wrong: Vec<&str> = rows
        .iter()
        .filter(|row| !row.agrees || row.known.bound.is_some_and(|b| row.plan < b - ROUNDING))
        .map(|row| row.name.as_str())
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("wrong: {}; see above", wrong.join(", ")).into())
    }
}

/// The folders of the instances, in order.
pub(super) fn instances(root: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(root.join(FOLDER))
        .map_err(|error| format!("{FOLDER} cannot be read: {error}"))?;
    let mut instances: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("scenario.toml").is_file())
        .collect();
    instances.sort();
    Ok(instances)
}

fn measure(workspace: &Workspace, instance: &Path) -> Outcome<Row> {
    let name = instance.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let target = workspace.target()?;
    let plan = target.join("bench").join(&name);
    say(&format!("planning {FOLDER}/{name}"));
    let relight = target.join("release").join("relight");
    let start = Instant::now();
    execute(
        Command::new(relight)
            .arg("plan")
            .arg(instance)
            .arg("--out")
            .arg(&plan)
            .args(["--no-ac", "--quiet"]),
    )?;
    let seconds = start.elapsed().as_secs_f64();
    let python = oracle::python(workspace)
        .ok_or("no Python with highspy: the plans cannot be checked against an independent LP")?;
    let script = workspace.root.join("tools/oracle/served_load.py");
    let checked = Command::new(python)
        .arg(script)
        .arg(instance)
        .arg(&plan)
        .output()
        .map_err(|error| format!("the independent LP cannot be started: {error}"))?;
    let agrees = checked.status.success();
    let report = String::from_utf8_lossy(&checked.stdout);
    if !agrees {
        eprint!("{report}{}", String::from_utf8_lossy(&checked.stderr));
    }
    let (states, difference) = largest_difference(&report);
    let document = text(&plan.join("plan.json"))?;
    let number = |member: &str| {
        numbers(&document, member)
            .next()
            .ok_or_else(|| format!("{name}: plan.json has no number `{member}`"))
    };
    Ok(Row {
        plan: number("unserved_mwh")?,
        no_repair: number("no_repair")?,
        file_order: number("input_order")?,
        known: known(&text(&instance.join("known.json"))?),
        name,
        states,
        difference,
        agrees,
        seconds,
    })
}

/// A text file.
pub(super) fn text(path: &Path) -> Outcome<String> {
    Ok(fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?)
}

/// The states that `served_load.py` lists, and the largest relative difference in served load.
fn largest_difference(report: &str) -> (usize, f64) {
    let differences = report.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [_, _, plan, lp, _, _, "agrees" | "DIFFERS"] = cells[..] else { return None };
        let (plan, lp): (f64, f64) = (plan.parse().ok()?, lp.parse().ok()?);
        Some((plan - lp).abs() / lp.abs().max(1.0))
    });
    differences.fold((0, 0.0), |(count, most), difference| (count + 1, f64::max(most, difference)))
}

fn known(json: &str) -> Known {
    let of = |members: &[&str]| -> Vec<f64> {
        members.iter().flat_map(|member| numbers(json, member)).collect()
    };
    let greedy = of(&["greedy_one_step", "ratio_greedy"]);
    let search = of(&["local_search_12s_python", "local_search_20s_python"]);
    let bounds = of(&[
        "lp_relaxation_lower_bound",
        "sum_k_best_state_lower_bound",
        "best_state_lower_bound",
    ]);
    Known {
        greedy: greedy.first().copied(),
        best: greedy.iter().chain(&search).copied().reduce(f64::min),
        bound: bounds.into_iter().reduce(f64::max),
    }
}

/// The values of a number member in JSON, in order. As with [`crate::workspace::json_strings`], a
/// scan keeps this crate free of dependencies; no text in these files looks like a member.
pub(super) fn numbers<'a>(json: &'a str, member: &str) -> impl Iterator<Item = f64> + 'a {
    let marker = format!("\"{member}\"");
    let mut rest = json;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&marker)?;
        rest = after;
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        value.split([',', '}', '\n']).next()?.trim().parse().ok()
    })
}

fn print(rows: &[Row]) {
    println!("\nUnserved MWh; less is better. Plan over greedy, best known and bound as ratios.\n");
    println!(
        "| instance | no repair | file order | greedy | best known | bound | plan | / greedy | / best | / bound | \
         states | from the LP, at most | seconds |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        let Known { greedy, best, bound } = row.known;
        let value = |v: Option<f64>| v.map_or("-".into(), |v| format!("{v:.0}"));
        let ratio =
            |v: Option<f64>| v.map_or("-".into(), |v| format!("{:.3}", row.plan / v.max(1e-9)));
        let agreement = if !row.agrees {
            "differs".into()
        } else if row.difference <= AGREES / 1e3 {
            format!("< {:.0e}", AGREES / 1e3)
        } else {
            format!("{:.0e}", row.difference)
        };
        println!(
            "| {} | {:.0} | {:.0} | {} | {} | {} | {:.0} | {} | {} | {} | {} | {} | {:.1} |",
            row.name,
            row.no_repair,
            row.file_order,
            value(greedy),
            value(best),
            value(bound),
            row.plan,
            ratio(greedy),
            ratio(best),
            ratio(bound),
            row.states,
            agreement,
            row.seconds
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, known, largest_difference, numbers};

    #[test]
    fn reads_numbers_by_member() {
        let json = "{\"a\": 1.5,\n \"b\":{\"a\":-2}, \"c\":\"a\"}";
        assert_eq!(numbers(json, "a").collect::<Vec<_>>(), [1.5, -2.0]);
        assert_eq!(numbers(json, "d").next(), None);
    }

    #[test]
    fn takes_the_best_method_and_the_highest_bound() {
        let json = r#"{"values": {"random_mean10": 9.0, "greedy_one_step": 5.0,
            "local_search_12s_python": 4.0, "lp_relaxation_lower_bound": 2.0,
            "sum_k_best_state_lower_bound": 3.0}}"#;
        let expected = Known { greedy: Some(5.0), best: Some(4.0), bound: Some(3.0) };
        assert_eq!(known(json), expected);
        assert_eq!(known("{}"), Known { greedy: None, best: None, bound: None });
    }

    #[test]
    fn counts_states_and_finds_the_largest_difference() {
        let report =
            "from to plan\n 0 1 10.0 10.0 0.0 0.0 agrees\n 1 2 11.0 10.0 0.0 0.0 DIFFERS\n";
        assert_eq!(largest_difference(report), (2, 0.1));
    }
}
