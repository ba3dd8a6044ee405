//! `relight flow`: the power flow of one case.

mod answer;
mod tables;
mod text;

use std::path::{Path, PathBuf};

use relight_grid::Network;
use relight_grid::formats::{self, Finding, ReadErrors};
use serde::Serialize;

use crate::args::Flow;
use crate::console::Console;
use crate::failure::{self, Failure, Problem};
use crate::load;
use crate::save;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    answer: &'a answer::Answer,
    notes: &'a [String],
    files: Vec<String>,
}

/// The tables, in the order in which they are written.
const NAMES: [&str; 3] = ["buses.csv", "branches.csv", "generators.csv"];

pub fn run(args: &Flow, console: Console) -> Result<failure::Answer, Failure> {
    let (network, notes) = read_case(&args.case)?;
    let network = &network;

    let answer = if args.dc {
        answer::Answer::dc(network)
    } else {
        answer::Answer::ac(network, args.enforce_q)
    };
    let files = match &args.out {
        Some(path) => write(path, &answer, network)?,
        None => Vec::new(),
    };
    let paths: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
    console.say(&text::text(network, &answer, &notes, &paths, console))?;
    let document =
        Document { schema: "relight.flow/1", answer: &answer, notes: &notes, files: paths };
    console.document(&document)?;
    Ok(if answer.converged { failure::Answer::Yes } else { failure::Answer::No })
}

/// Reads a case in any format, with notes on what was read in a way that may surprise.
pub(super) fn read_case(path: &Path) -> Result<(Network, Vec<String>), Failure> {
    let bytes = load::grid(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let case = formats::read(&bytes, &name).map_err(|errors| refused(path, &errors))?;
    let notes = case.notes.iter().map(|n| place(path, n)).collect();
    Ok((case.network, notes))
}

/// Three tables into a folder, or the table of branches alone into a file.
fn write(path: &Path, answer: &answer::Answer, network: &Network) -> Result<Vec<PathBuf>, Failure> {
    let branches = || tables::branches(network, answer);
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
        if path.is_dir() {
            return Err(Failure::about("not_a_file", path, "this is a folder; expected a file"));
        }
        save::make_parent(path)?;
        save::write_file(path, &branches())?;
        return Ok(vec![path.to_owned()]);
    }
    save::prepare(path, &NAMES, true)?;
    let contents =
        [tables::buses(network, answer), branches(), tables::generators(network, answer)];
    let files: Vec<(&str, Vec<u8>)> = NAMES.into_iter().zip(contents).collect();
    save::write(path, &files)?;
    Ok(NAMES.iter().map(|name| path.join(name)).collect())
}

/// What is said about a file, after its place as `FILE:3:14: `.
fn place(path: &Path, finding: &Finding) -> String {
    let number = |n: usize| if n > 0 { format!(":{n}") } else { String::new() };
    let (line, column) = (number(finding.line), number(finding.column));
    let sentence = Finding { line: 0, ..finding.clone() };
    format!("{}{line}{column}: {sentence}", path.display())
}

fn refused(path: &Path, errors: &ReadErrors) -> Failure {
    let problem = |e: &Finding| Problem {
        line: Some(e.line as u64).filter(|l| *l > 0),
        column: e.field.clone(),
        text: place(path, e),
        ..Problem::new("grid", Some(path), e.message.clone())
    };
    Failure {
        errors: errors.errors.iter().map(problem).collect(),
        more: errors.more,
        ..Failure::default()
    }
}
