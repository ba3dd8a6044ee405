//! `relight damage`: from a grid and a seed to a scenario folder.

pub mod args;

use std::path::Path;

use relight_grid::formats;
use relight_restore::Scenario;
use relight_restore::scenario::{self, Folder, SETTINGS};
use relight_study::coordinates::{made_up, read};
use relight_study::event::{Counts, Event};
use relight_study::furnish::{self, Furnishing};
use relight_study::hazard::Blow;
use relight_study::severity::{Severity, steer};
use relight_study::tables;
use relight_study::terrain::Terrain;
use relight_study::work::Work;
use serde::Serialize;

use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::load;
use crate::save;

/// A table without a damage.
const NO_DAMAGE: &[u8] = b"damage,element,id,site,state,note\n";
/// What is replaced.
const WORK: [&str; 3] = ["damage.csv", "jobs.csv", "needs.csv"];
/// What is said of the event itself.
const EVENT: &str = "event.json";

pub fn run(args: &args::Damage, console: Console) -> Result<Answer, Failure> {
    let whole = whole(&args.grid, args.coords.as_deref(), args.frequency, args.seed)?;
    let (mut folder, base) = (whole.folder, whole.scenario);
    let terrain =
        Terrain::new(&base).map_err(|e| Failure::about("terrain", &args.grid, e.to_string()))?;
    let severity = match &args.like {
        Some(path) => like(path, &folder)?,
        None => args.severity,
    };
    let mut names: Vec<String> =
        Folder::wanted(folder.files.get(SETTINGS).map_or(&[], Vec::as_slice));
    names.push(EVENT.to_owned());
    save::prepare(&args.out, &names.iter().map(String::as_str).collect::<Vec<_>>(), args.force)?;

    let blow = Blow::new(&terrain, &base, args.hazard, args.seed);
    let event = steer(&terrain, &base, &blow, severity).map_err(|e| Failure::new(e.to_string()))?;
    let struck = Work::of(&terrain, &base, &event).into_scenario(&base);
    for (name, bytes) in tables::work(&struck) {
        folder.files.insert(name.to_owned(), bytes);
    }
    // What is written must be what can be read.
    if let Err(findings) = scenario::read(&folder) {
        return Err(Failure::of_findings(&args.out, &findings));
    }
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

/// A scenario folder without its damage.
pub struct Whole {
    /// Its files.
    pub folder: Folder,
    /// What they say.
    pub scenario: Scenario,
}

/// Reads a scenario folder without its damage, or furnishes a bare case.
pub fn whole(
    grid: &Path,
    coords: Option<&Path>,
    frequency_hz: u32,
    seed: u64,
) -> Result<Whole, Failure> {
    let is_folder = grid.is_dir() || grid.file_name().is_some_and(|name| name == SETTINGS);
    let mut folder = if is_folder {
        if coords.is_some() {
            return Err(Failure::new(
                "--coords is for a bare case; a scenario folder has its positions in sites.csv",
            ));
        }
        load::folder(grid)?.1
    } else {
        furnished(grid, coords, frequency_hz, seed)?
    };
    for name in WORK {
        folder.files.remove(name);
    }
    folder.files.insert("damage.csv".into(), NO_DAMAGE.to_vec());
    match scenario::read(&folder) {
        Ok(reading) => Ok(Whole { folder, scenario: reading.scenario }),
        Err(findings) => Err(Failure::of_findings(grid, &findings)),
    }
}

fn furnished(
    grid: &Path,
    coords: Option<&Path>,
    frequency_hz: u32,
    seed: u64,
) -> Result<Folder, Failure> {
    let bytes = load::grid(grid)?;
    let name = grid.file_stem().map_or_else(|| "grid".into(), |n| n.to_string_lossy().into_owned());
    let case = formats::read(&bytes, &name).map_err(|e| Failure::of_case(grid, &e))?;
    let spots = match coords {
        Some(path) => read(&load::file(path)?, &case.network)
            .map_err(|e| Failure::about("bad_coordinates", path, e.to_string()))?,
        None => made_up(&case.network, seed),
    };
    let file = match grid.extension().and_then(|e| e.to_str()) {
        Some(extension) if extension.chars().all(|c| c.is_ascii_alphanumeric()) => {
            format!("grid.{extension}")
        }
        _ => "grid.m".into(),
    };
    let how = Furnishing { name, grid: file.clone(), frequency_hz, seed, ..Furnishing::default() };
    let mut folder = Folder::default();
    for (name, bytes) in furnish::files(&case.network, &spots, &how) {
        folder.files.insert(name.to_owned(), bytes);
    }
    folder.files.insert(file, bytes);
    Ok(folder)
}

/// The severity of a recorded damage.
fn like(path: &Path, here: &Folder) -> Result<Severity, Failure> {
    let scenario = if path.is_dir() {
        load::scenario(path)?.reading.scenario
    } else {
        let mut folder = here.clone();
        folder.files.insert("damage.csv".into(), load::file(path)?);
        match scenario::read(&folder) {
            Ok(reading) => reading.scenario,
            Err(findings) => {
                let parent = path.parent().unwrap_or(Path::new("."));
                return Err(Failure::of_findings(parent, &findings));
            }
        }
    };
    Ok(Severity::like(&scenario.damages, |l| scenario.network.is_transformer(l)))
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
