//! `relight flow`: the power flow of one case.

mod answer;
mod tables;
mod text;

use std::path::{Path, PathBuf};

use relight_grid::Network;
use relight_table::Format;
use serde::Serialize;

use crate::args::Flow;
use crate::console::Console;
use crate::failure::{self, Failure};
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

pub fn run(args: &Flow, console: Console) -> Result<failure::Answer, Failure> {
    let (network, notes) = load::case(&args.case)?;
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

/// Three tables into a folder, or the table of branches alone into a file.
fn write(path: &Path, answer: &answer::Answer, network: &Network) -> Result<Vec<PathBuf>, Failure> {
    let branches = tables::branches(network, answer);
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
        if path.is_dir() {
            return Err(Failure::about("not_a_file", path, "this is a folder; expected a file"));
        }
        save::make_parent(path)?;
        save::write_file(path, &branches.csv())?;
        return Ok(vec![path.to_owned()]);
    }
    let tables = [tables::buses(network, answer), branches, tables::generators(network, answer)];
    save::prepare(path, &[], true)?;
    save::tables(path, &tables, &[Format::Csv])
}
