//! `relight contingencies`: what happens to a grid when something in it fails.

mod list;
mod result;
mod screen;
mod tables;
mod text;

use std::num::NonZeroUsize;

use relight_grid::ac::{AcOptions, Rating};
use relight_grid::batch::{Batch, BatchOptions, Change};
use relight_grid::{Injections, Network, Status};
use relight_restore::planner::Monitor as _;
use serde::Serialize;

use crate::args::Contingencies;
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::load;
use crate::progress::Watch;
use crate::save;
use list::Contingency;
use result::{Base, Outcome, Summary};

/// The tables, in the order in which they are written.
const NAMES: [&str; 4] = ["contingencies.csv", "overloads.csv", "voltages.csv", "islands.csv"];

/// Contingencies of each thread between two lines of progress.
const AT_A_TIME: usize = 256;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    summary: &'a Summary,
    notes: &'a [String],
    files: Vec<String>,
}

pub fn run(args: &Contingencies, console: Console) -> Result<Answer, Failure> {
    let (network, notes) = load::case(&args.case)?;
    let mut status = network.status();
    if let Some(path) = &args.state {
        list::state(path, &network)?.switch(&network, &mut status);
    }
    let contingencies = match &args.list {
        Some(path) => list::read(path, &network)?,
        None => list::single(&network, &status, &args.n_1),
    };
    save::prepare(&args.out, &NAMES, args.force)?;
    let options = AcOptions { enforce_q: args.enforce_q, ..AcOptions::default() };
    let found = solve(args, &network, &status, &contingencies, options, console)?;
    let Some((base, outcomes)) = found else {
        let message =
            "the grid has no power flow solution before anything fails; `relight flow` tells why";
        console.say(&format!("{}\n", console.ink(crate::console::Ink::Red, message)))?;
        console.document(&Document {
            schema: SCHEMA,
            summary: &Summary::unsolved(&network),
            notes: &notes,
            files: Vec::new(),
        })?;
        return Ok(Answer::No);
    };

    let contents = [
        tables::contingencies(&contingencies, &outcomes),
        tables::overloads(&network, &base, &contingencies, &outcomes),
        tables::voltages(&network, &base, &contingencies, &outcomes),
        tables::islands(&network, &contingencies, &outcomes),
    ];
    let files: Vec<(&str, Vec<u8>)> = NAMES.into_iter().zip(contents).collect();
    save::write(&args.out, &files)?;
    let files: Vec<String> =
        NAMES.iter().map(|name| args.out.join(name).display().to_string()).collect();
    let summary = Summary::new(&network, &base, &contingencies, &outcomes);
    console.say(&text::text(&network, &summary, &notes, &files, console))?;
    console.document(&Document { schema: SCHEMA, summary: &summary, notes: &notes, files })?;
    Ok(Answer::Yes)
}

const SCHEMA: &str = "relight.contingencies/1";

/// Solves the base and, if it has an answer, every contingency.
fn solve(
    args: &Contingencies,
    network: &Network,
    status: &Status,
    contingencies: &[Contingency],
    ac: AcOptions,
    console: Console,
) -> Result<Option<(Base, Vec<Outcome>)>, Failure> {
    let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = args.threads.unwrap_or_else(available);
    let mut watch = Watch::new(console, None);
    watch.progress("solving the grid before anything fails", 0.0);
    let options = BatchOptions { ac, threads, ..BatchOptions::default() };
    let batch = Batch::new(network, status.clone(), Injections::of_case(network), &options.ac);
    let batch = batch.ok_or_else(|| Failure::new("this grid is too large for one analysis"))?;
    if !batch.base().converged() {
        return Ok(None);
    }
    let own = batch.solve(&[Change::default()], &options, |_, s| Base::of(network, s, Rating::A));
    let Some(base) = own.into_iter().next().flatten() else { return Ok(None) };
    let harmless = match args.screen {
        Some(percent) => {
            watch.progress("screening by line-outage factors", 0.0);
            screen::harmless(network, status, &base, contingencies, percent)
        }
        None => vec![None; contingencies.len()],
    };
    let left: Vec<&Contingency> =
        contingencies.iter().zip(&harmless).filter(|(_, h)| h.is_none()).map(|(c, _)| c).collect();
    let mut solved: Vec<Outcome> = Vec::with_capacity(left.len());
    for part in left.chunks(AT_A_TIME * threads.get()) {
        let done = solved.len() as f64 / left.len() as f64;
        watch.progress("solving contingencies", done);
        let changes: Vec<Change> = part.iter().map(|c| c.change.clone()).collect();
        let found =
            batch.solve(&changes, &options, |_, s| Outcome::of(network, &base, s, Rating::A));
        // Every change was made from elements of this network.
        solved.extend(found.into_iter().flatten());
    }
    let mut solved = solved.into_iter();
    let outcomes = harmless
        .into_iter()
        .filter_map(|h| h.map_or_else(|| solved.next(), |h| Some(Outcome::screened(h))))
        .collect();
    Ok(Some((base, outcomes)))
}
