//! What can be asked of `relight damage`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use relight_study::hazard::Hazard;
use relight_study::severity::Severity;

/// Damage a grid: a scenario of ice, wind, earthquake, flood or station failures, from a seed
///
/// Draws an event with spatially correlated intensity, breaks components by published fragility curves, and writes a
/// scenario folder with damage, jobs and needs. The same seed gives the same bytes on every machine. Hazards are sampled:
/// nothing looks at what a loss does to the grid. From a scenario folder everything but the damage is kept; to a bare case
/// people, services, crews and offers are invented.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight damage examples/winter-storm --hazard ice --seed 7 --out build/ice
  relight damage examples/winter-storm --hazard quake --severity sites=10% --out build/quake
  relight damage examples/winter-storm --hazard stations --like examples/winter-storm --seed 2 --out build/again
  relight damage case.m --coords case_coords.csv --hazard wind --out build/wind

Exit codes: 0 the folder is written; 2 wrong use or bad input.")]
pub struct Damage {
    /// A scenario folder, or a case: MATPOWER, PSS/E raw or UCTE-DEF
    #[arg(value_name = "GRID", value_hint = ValueHint::AnyPath)]
    pub grid: PathBuf,
    /// What strikes
    #[arg(long, value_name = "HAZARD", value_parser = hazard())]
    pub hazard: Hazard,
    /// Seed of the event
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How bad: sites=20% (share hard hit), lines=10%, transformers=25, mva=9500, elements=100, times=1.5 (of the drawn
    /// intensity) or drawn
    #[arg(long, value_name = "TARGET", value_parser = severity, default_value = "drawn", conflicts_with = "like")]
    pub severity: Severity,
    /// As bad as the damage of this scenario, somewhere else: as many transformers lost or, where none were, as many
    /// elements; a scenario folder, or a damage.csv of the same grid
    #[arg(long, value_name = "SCENARIO|damage.csv", value_hint = ValueHint::AnyPath)]
    pub like: Option<PathBuf>,
    /// Where the buses of a bare case are: bus, lat, lon, and site, name, region if they are known; without it positions
    /// are made up
    #[arg(long, value_name = "FILE.csv", value_hint = ValueHint::FilePath)]
    pub coords: Option<PathBuf>,
    /// Nominal frequency of a bare case, Hz
    #[arg(long, value_name = "HZ", default_value_t = 60, value_parser = clap::value_parser!(u32).range(50..=60))]
    pub frequency: u32,
    /// Folder for the scenario; made where it is missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Write into a folder that holds other files as well; those are left alone
    #[arg(long)]
    pub force: bool,
}

fn hazard() -> impl TypedValueParser<Value = Hazard> {
    PossibleValuesParser::new(Hazard::ALL.map(Hazard::word))
        .map(|word| Hazard::from_word(&word).unwrap_or(Hazard::Ice))
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::read(text).map_err(|e| e.to_string())
}
