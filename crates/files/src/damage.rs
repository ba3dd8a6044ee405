//! Damage from a seed: a scenario folder without its damage, and the same folder struck.

use std::path::Path;

use relight_grid::formats;
use relight_restore::Scenario;
use relight_restore::scenario::{self, Findings, Folder, SETTINGS};
use relight_study::coordinates::{made_up, read};
use relight_study::event::Event;
use relight_study::furnish::{self, Furnishing};
use relight_study::hazard::{Blow, Hazard};
use relight_study::severity::{OutOfReach, Severity, steer};
use relight_study::tables;
use relight_study::terrain::{Terrain, TerrainError};
use relight_study::work::Work;

use crate::failure::Failure;
use crate::load;

/// A table without a damage.
const NO_DAMAGE: &[u8] = b"damage,element,id,site,state,note\n";
/// What is replaced.
const WORK: [&str; 3] = ["damage.csv", "jobs.csv", "needs.csv"];

/// Takes the damage out of a folder, and the work that mends it.
pub fn undamaged(folder: &mut Folder) {
    for name in WORK {
        folder.files.remove(name);
    }
    folder.files.insert("damage.csv".into(), NO_DAMAGE.to_vec());
}

/// Why a grid cannot be damaged so.
#[derive(Debug, Clone, PartialEq)]
pub enum NotStruck {
    /// Hazards cannot meet this grid.
    Terrain(TerrainError),
    /// No event of the seed is as bad as that.
    OutOfReach(OutOfReach),
    /// What came of it cannot be read back.
    Findings(Findings),
}

impl NotStruck {
    /// As a failure about the grid, or about the folder that was to be written.
    pub fn about(&self, grid: &Path, out: &Path) -> Failure {
        match self {
            NotStruck::Terrain(e) => Failure::about("terrain", grid, e.to_string()),
            NotStruck::OutOfReach(e) => Failure::new(e.to_string()),
            NotStruck::Findings(findings) => Failure::of_findings(out, findings),
        }
    }
}

/// The folder with the damage of an event, and the event.
pub fn strike(
    whole: &Whole,
    hazard: Hazard,
    seed: u64,
    severity: Severity,
) -> Result<(Folder, Event), NotStruck> {
    let base = &whole.scenario;
    let terrain = Terrain::new(base).map_err(NotStruck::Terrain)?;
    let blow = Blow::new(&terrain, base, hazard, seed);
    let event = steer(&terrain, base, &blow, severity).map_err(NotStruck::OutOfReach)?;
    let struck = Work::of(&terrain, base, &event).into_scenario(base);
    let mut folder = whole.folder.clone();
    for (name, bytes) in tables::work(&struck) {
        folder.files.insert(name.to_owned(), bytes);
    }
    // What is given must be what can be read.
    scenario::read(&folder).map_err(NotStruck::Findings)?;
    Ok((folder, event))
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
    undamaged(&mut folder);
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

/// As bad as a recorded damage: that of a scenario folder, or of a `damage.csv` of the grid `here`.
pub fn like(path: &Path, here: &Folder) -> Result<Severity, Failure> {
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
