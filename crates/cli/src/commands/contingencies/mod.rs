//! `relight contingencies`: what happens to a grid when something in it fails.

mod text;

use std::num::NonZeroUsize;

use relight_files::contingencies::{read, state};
use relight_grid::ac::AcOptions;
use relight_grid::contingencies::{Analysis, Kind, NoBase, Settings, single};
use relight_report::contingencies::{Found, NAMES, Summary};
use relight_restore::planner::Monitor as _;
use relight_table::Format;
use serde::Serialize;

use crate::args::{self, Contingencies};
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::load;
use crate::progress::Watch;
use crate::save;

const SCHEMA: &str = "relight.contingencies/1";

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
        state(path, &network)?.switch(&network, &mut status);
    }
    let kinds: Vec<Kind> = args.n_1.iter().map(|k| k.kind()).collect();
    let contingencies = match &args.list {
        Some(path) => read(path, &network)?,
        None => single(&network, &status, &kinds),
    };
    let mut formats: Vec<Format> = Vec::new();
    for format in args.format.iter().map(|f| f.format()) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    let names = save::names(&NAMES, &formats);
    save::prepare(&args.out, &names.iter().map(String::as_str).collect::<Vec<_>>(), args.force)?;

    let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let settings = Settings {
        ac: AcOptions { enforce_q: args.enforce_q, ..AcOptions::default() },
        screen_pct: args.screen,
        threads: args.threads.unwrap_or_else(available),
        ..Settings::default()
    };
    let mut watch = Watch::new(console, None);
    watch.progress("solving the grid before anything fails", 0.0);
    let analysis = match Analysis::new(&network, status, settings) {
        Ok(analysis) => analysis,
        Err(NoBase::TooLarge) => return Err(Failure::new(NoBase::TooLarge.to_string())),
        Err(NoBase::Unsolved) => {
            drop(watch);
            return unsolved(&Summary::unsolved(&network), &notes, console);
        }
    };
    let outcomes = analysis.outcomes(&contingencies, |doing, done| {
        watch.progress(doing, done);
        true
    });
    drop(watch);
    let (base, contingencies) = (analysis.base(), &contingencies[..]);
    let found = Found { network: &network, base, contingencies, outcomes: &outcomes };
    let files = save::tables(&args.out, &found.tables(), &formats)?;
    let files: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    let summary = found.summary();
    console.say(&text::text(&network, &summary, &notes, &files, console))?;
    console.document(&Document { schema: SCHEMA, summary: &summary, notes: &notes, files })?;
    Ok(Answer::Yes)
}

fn unsolved(summary: &Summary, notes: &[String], console: Console) -> Result<Answer, Failure> {
    let message = format!("{}; `relight flow` tells why", NoBase::Unsolved);
    console.say(&format!("{}\n", console.ink(crate::console::Ink::Red, message)))?;
    console.document(&Document { schema: SCHEMA, summary, notes, files: Vec::new() })?;
    Ok(Answer::No)
}

impl args::Kind {
    fn kind(self) -> Kind {
        match self {
            args::Kind::Lines => Kind::Lines,
            args::Kind::Transformers => Kind::Transformers,
            args::Kind::Generators => Kind::Generators,
        }
    }
}

impl args::TableFormat {
    fn format(self) -> Format {
        match self {
            args::TableFormat::Csv => Format::Csv,
            args::TableFormat::Parquet => Format::Parquet,
        }
    }
}
