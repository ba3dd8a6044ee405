//! Damages the grid of a scenario folder: `cargo run --release -p relight-study --example damage -- FOLDER HAZARD SEED
//! SEVERITY OUT`, such as `examples/winter-storm quake 7 sites=5% build/quake`.
//!
//! Everything in the folder but damage, jobs and needs is kept.

use std::error::Error;
use std::fs;
use std::path::Path;

use relight_restore::scenario::{self, Folder};
use relight_study::hazard::{Blow, Hazard};
use relight_study::severity::{Severity, steer};
use relight_study::tables;
use relight_study::terrain::Terrain;
use relight_study::work::Work;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, hazard, seed, severity, out] = words.as_slice() else {
        return Err("expected FOLDER HAZARD SEED SEVERITY OUT".into());
    };
    let hazards = Hazard::ALL.map(Hazard::word).join(", ");
    let hazard = Hazard::from_word(hazard).ok_or(format!("`{hazard}` is none of {hazards}"))?;
    let severity = Severity::read(severity)?;
    let mut files = Folder::default();
    for entry in fs::read_dir(Path::new(folder))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && name != "jobs.csv" && name != "needs.csv" {
            files.files.insert(name, fs::read(&path)?);
        }
    }
    files.files.insert("damage.csv".into(), b"damage,element,id\n".to_vec());
    let base = scenario::read(&files).map_err(|findings| format!("{findings:?}"))?.scenario;
    let terrain = Terrain::new(&base)?;
    let blow = Blow::new(&terrain, &base, hazard, seed.parse()?);
    let event = steer(&terrain, &base, &blow, severity)?;
    let struck = Work::of(&terrain, &base, &event).into_scenario(&base);
    for (name, bytes) in tables::work(&struck) {
        files.files.insert(name.to_owned(), bytes);
    }
    // What is written must be what can be read.
    scenario::read(&files).map_err(|findings| format!("{findings:?}"))?;
    fs::create_dir_all(out)?;
    for (name, bytes) in &files.files {
        fs::write(Path::new(out).join(name), bytes)?;
    }
    println!("{}, intensity times {:.4}: {:#?}", event.words, event.multiplier, event.counts);
    Ok(())
}
