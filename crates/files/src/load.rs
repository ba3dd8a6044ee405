//! Files in: a scenario folder, a case, a schedule.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use relight_grid::Network;
use relight_grid::formats;
use relight_report::read_schedule;
use relight_restore::Scenario;
use relight_restore::plan::ScheduledJob;
use relight_restore::scenario::{self, Folder, MOST_BYTES, Reading, SETTINGS};

use crate::failure::{Failure, place};

/// A scenario and the folder that it came from, as the person named it.
pub struct Loaded {
    /// The folder.
    pub folder: PathBuf,
    /// What it holds.
    pub reading: Reading,
}

/// Reads a scenario folder. `path` may also be its `scenario.toml`.
pub fn scenario(path: &Path) -> Result<Loaded, Failure> {
    let (folder, files) = folder(path)?;
    match scenario::read(&files) {
        Ok(reading) => Ok(Loaded { folder, reading }),
        Err(findings) => Err(Failure::of_findings(&folder, &findings)),
    }
}

/// The files of a scenario folder, not yet understood, and the folder. `path` may also be its `scenario.toml`.
pub fn folder(path: &Path) -> Result<(PathBuf, Folder), Failure> {
    let folder = folder_of(path)?;
    let mut files = Folder::default();
    let mut wanted = vec![SETTINGS.to_owned()];
    while let Some(name) = wanted.pop() {
        if files.files.contains_key(&name) {
            continue;
        }
        let Some(bytes) = optional(&folder.join(&name))? else { continue };
        if name == SETTINGS {
            wanted.extend(Folder::wanted(&bytes));
        }
        files.files.insert(name, bytes);
    }
    if files.files.is_empty() {
        let message = format!("there is no {SETTINGS} in this folder; expected a scenario folder");
        return Err(Failure::about("missing_file", &folder, message));
    }
    Ok((folder, files))
}

/// Reads a case in any format, with notes on what was read in a way that may surprise.
pub fn case(path: &Path) -> Result<(Network, Vec<String>), Failure> {
    let bytes = grid(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let case = formats::read(&bytes, &name).map_err(|errors| Failure::of_case(path, &errors))?;
    let notes = case.notes.iter().map(|n| place(path, n)).collect();
    Ok((case.network, notes))
}

/// Reads somebody's schedule of the jobs of a scenario.
pub fn schedule(path: &Path, scenario: &Scenario) -> Result<Vec<ScheduledJob>, Failure> {
    read_schedule(&file(path)?, scenario).map_err(|errors| Failure::of_schedule(path, &errors))
}

fn folder_of(path: &Path) -> Result<PathBuf, Failure> {
    let kind = fs::metadata(path).map_err(|e| cannot("read", path, &e))?;
    if kind.is_dir() {
        return Ok(path.to_owned());
    }
    if path.file_name().is_some_and(|name| name == SETTINGS) {
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
        return Ok(parent.unwrap_or(Path::new(".")).to_owned());
    }
    let message = format!("this is a file; expected a scenario folder or its {SETTINGS}");
    Err(Failure::about("not_a_folder", path, message))
}

/// Reads a file that must be there.
pub fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    at_most(path, most(path))
}

/// Reads a grid, which may be far larger than a table, whatever it is called.
pub fn grid(path: &Path) -> Result<Vec<u8>, Failure> {
    at_most(path, MOST_GRID)
}

fn at_most(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let bytes = bounded(path, most)?
        .ok_or_else(|| Failure::about("missing_file", path, "there is no such file"))?;
    if bytes.len() as u64 > most {
        let message = format!("the file is larger than the {most} bytes that are read");
        return Err(Failure::about("too_large", path, message));
    }
    Ok(bytes)
}

/// Reads a file that may be missing. One byte more than is taken is enough for a reader to refuse the file.
fn optional(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    bounded(path, most(path))
}

fn bounded(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Failure> {
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(cannot("read", path, &e)),
    };
    if kind.is_dir() {
        return Err(Failure::about("not_a_file", path, "this is a folder; expected a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .map_err(|e| cannot("read", path, &e))?;
    Ok(Some(bytes))
}

/// The most that is read of a file, bytes: cases of grids are far larger than tables.
fn most(path: &Path) -> u64 {
    let grid = path.extension().is_some_and(|e| e == "m");
    if grid { MOST_GRID } else { MOST_BYTES as u64 }
}

/// The largest public case has 23 MB.
const MOST_GRID: u64 = 1 << 30;

/// A failure of the system about a path.
pub fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let message = match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => format!("no permission to {what} this"),
        _ => format!("cannot {what} this: {error}"),
    };
    Failure::about("system", path, message)
}
