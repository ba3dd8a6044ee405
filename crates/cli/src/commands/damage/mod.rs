//! `relight damage`: from a grid and a seed to a scenario folder.

pub mod args;

use std::path::Path;

use relight_files::damage::{like, strike, whole};
use relight_restore::scenario::{Folder, SETTINGS};
use relight_study::event::{Counts, Event};
use relight_study::severity::Severity;
use serde::Serialize;

use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::save;

/// What is said of the event itself.
const EVENT: &str = "event.json";

pub fn run(args: &args::Damage, console: Console) -> Result<Answer, Failure> {
    let whole = whole(&args.grid, args.coords.as_deref(), args.frequency, args.seed)?;
    let severity = match &args.like {
        Some(path) => like(path, &whole.folder)?,
        None => args.severity,
    };
    let mut names: Vec<String> =
        Folder::wanted(whole.folder.files.get(SETTINGS).map_or(&[], Vec::as_slice));
    names.push(EVENT.to_owned());
    save::prepare(&args.out, &names.iter().map(String::as_str).collect::<Vec<_>>(), args.force)?;

    let (folder, event) = strike(&whole, args.hazard, args.seed, severity)
        .map_err(|e| e.about(&args.grid, &args.out))?;
    let document = Document::of(&event, severity);
    let mut bytes = serde_json::to_vec_pretty(&document)
        .map_err(|e| Failure::new(format!("the event cannot be written as JSON: {e}")))?;
    bytes.push(b'\n');
    let mut files: Vec<(&str, Vec<u8>)> =
        folder.files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    files.push((EVENT, bytes));
    save::write(&args.out, &files)?;
    console.document(&document)?;
    console.say(&text(&event, severity, &args.out))?;
    Ok(Answer::Yes)
}

#[derive(Serialize)]
struct Document<'e> {
    schema: &'static str,
    relight: &'static str,
    hazard: &'static str,
    seed: u64,
    event: &'e str,
    multiplier: f64,
    asked: Option<String>,
    reached: Option<f64>,
    sites: usize,
    sites_hard_hit: usize,
    lines: usize,
    lines_down: usize,
    towers_down: usize,
    transformers_lost: usize,
    transformers_lost_mva: f64,
    bushings_lost: usize,
    buses_out: usize,
    units_out: usize,
    elements_out: usize,
}

impl<'e> Document<'e> {
    fn of(event: &'e Event, severity: Severity) -> Self {
        let counts = &event.counts;
        Document {
            schema: "relight.event/1",
            relight: env!("CARGO_PKG_VERSION"),
            hazard: event.hazard,
            seed: event.seed,
            event: &event.words,
            multiplier: event.multiplier,
            asked: severity.reached(counts).map(|_| severity.to_string()),
            reached: severity.reached(counts),
            sites: counts.sites,
            sites_hard_hit: counts.hard_hit,
            lines: counts.all_lines,
            lines_down: counts.lines,
            towers_down: counts.towers,
            transformers_lost: counts.transformers,
            transformers_lost_mva: counts.mva,
            bushings_lost: counts.bushings,
            buses_out: counts.buses,
            units_out: counts.units,
            elements_out: counts.elements,
        }
    }
}

fn text(event: &Event, severity: Severity, out: &Path) -> String {
    let Counts { sites, hard_hit, all_lines, lines, towers, .. } = event.counts;
    let Counts { transformers, mva, bushings, buses, units, elements, .. } = event.counts;
    let asked = match severity.reached(&event.counts) {
        Some(reached) => format!("Asked for {severity}; came to {reached:.4}.\n"),
        None => String::new(),
    };
    format!(
        "{words}, seed {seed}: {elements} elements out\n{asked}\n\
         sites hard hit     {hard_hit} of {sites}\n\
         lines down         {lines} of {all_lines}, {towers} towers\n\
         transformers lost  {transformers}, {mva:.0} MVA; {bushings} more lost bushings\n\
         buses out          {buses}\n\
         units out          {units}\n\n\
         Written to {out}; try: relight plan {out} --out build/plan\n",
        words = event.words,
        seed = event.seed,
        out = out.display()
    )
}
