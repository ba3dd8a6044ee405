//! A scenario folder for the examples, which cannot have the reader of `relight-files`: that crate is built on this one.

use std::error::Error;
use std::path::Path;

use relight_restore::Scenario;
use relight_restore::scenario::{Folder, SETTINGS, read};

/// Reads a folder that `relight check` has nothing against.
pub fn load(folder: &Path) -> Result<Scenario, Box<dyn Error>> {
    let mut files = Folder::default();
    let settings = std::fs::read(folder.join(SETTINGS))?;
    for name in Folder::wanted(&settings) {
        if let Ok(bytes) = std::fs::read(folder.join(&name)) {
            files.files.insert(name, bytes);
        }
    }
    let reading =
        read(&files).map_err(|_| "`relight check` says what is wrong with this folder")?;
    Ok(reading.scenario)
}
