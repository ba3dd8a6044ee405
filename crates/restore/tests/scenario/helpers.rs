//! Folders for the tests.

use std::path::Path;

use relight_restore::scenario::{Code, Finding, Findings, Folder, Reading, SETTINGS, read};

/// The settings that the tests start from.
pub const TOML: &str = "[scenario]\nname = \"Test\"\ngrid = \"grid.m\"\nfrequency_hz = 50\n\
                        start = 2026-01-12\nhorizon_steps = 20\nstep_hours = 24\nmeasure = \"energy\"\n";

/// A grid of three buses (10, 20, 30), four branches of which the last is out of service, two generators.
pub const GRID: &str = include_str!("../data/scenario/three_buses.m");

/// A folder with settings, grid, a damage of branch 1 and a damage of generator 2, and the given files.
pub fn folder(files: &[(&str, &str)]) -> Folder {
    let mut folder = Folder::default();
    let base = [
        (SETTINGS, TOML),
        ("grid.m", GRID),
        ("damage.csv", "damage,element,id\nd1,branch,1\nd2,generator,2\n"),
    ];
    for (name, content) in base.iter().chain(files) {
        folder.files.insert((*name).to_owned(), content.as_bytes().to_vec());
    }
    folder
}

/// The scenario of a folder that has no error.
pub fn good(folder: &Folder) -> Reading {
    read(folder).unwrap_or_else(|findings| panic!("{findings}"))
}

/// The findings of a folder that has errors.
pub fn bad(folder: &Folder) -> Findings {
    read(folder).map(|r| r.warnings).expect_err("errors")
}

/// The warnings that say more than that a table is not there.
pub fn telling(warnings: &[Finding]) -> Vec<String> {
    let told = |f: &&Finding| f.code != Code::Assumed || f.line.is_some();
    warnings.iter().filter(told).map(ToString::to_string).collect()
}

/// The files of a folder that its settings ask for.
pub fn load(path: &Path) -> Option<Folder> {
    let settings = std::fs::read(path.join(SETTINGS)).ok()?;
    let mut folder = Folder::default();
    for name in Folder::wanted(&settings) {
        if let Ok(content) = std::fs::read(path.join(&name)) {
            folder.files.insert(name, content);
        }
    }
    Some(folder)
}
