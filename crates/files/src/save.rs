//! Files out: a folder is written file by file, each whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use relight_table::{Format, Table};

use crate::failure::Failure;
use crate::load::cannot;

/// Makes sure that files of these names can go into `folder`, before any work is done for them.
///
/// A folder that holds anything else is refused unless `force`: a slip of the hand must not scatter files over
/// somebody's work. Hidden files do not count.
pub fn prepare(folder: &Path, names: &[&str], force: bool) -> Result<(), Failure> {
    if folder.exists() && !folder.is_dir() {
        return Err(Failure::about("not_a_folder", folder, "this is a file; expected a folder"));
    }
    fs::create_dir_all(folder).map_err(|e| cannot("make", folder, &e))?;
    let entries = fs::read_dir(folder).map_err(|e| cannot("read", folder, &e))?;
    let mut others: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| !name.starts_with('.') && !names.contains(&name.as_str()))
        .collect();
    others.sort();
    match others.first() {
        Some(first) if !force => {
            let message = format!(
                "the folder holds other files, such as {first}; expected a new or empty folder or one with \
                 an earlier result (--force writes beside them)"
            );
            Err(Failure::about("not_empty", folder, message))
        }
        _ => Ok(()),
    }
}

/// The names of the files of tables in these formats.
pub fn names(tables: &[&str], formats: &[Format]) -> Vec<String> {
    let of = |f: &Format| tables.iter().map(|t| format!("{t}.{}", f.extension())).collect();
    formats.iter().flat_map(|f| -> Vec<String> { of(f) }).collect()
}

/// Writes tables into a folder in each of these formats, and gives the paths.
pub fn tables(
    folder: &Path,
    tables: &[Table],
    formats: &[Format],
) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for format in formats {
        for table in tables {
            let path = folder.join(table.file_name(*format));
            let content = table.content(*format).map_err(|e| {
                Failure::about("table", &path, format!("this table cannot be written: {e}"))
            })?;
            write_file(&path, &content)?;
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Writes files into a folder, each under a temporary name first.
pub fn write(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), Failure> {
    files.iter().try_for_each(|(name, content)| write_file(&folder.join(name), content))
}

/// Writes a file under a temporary name, then gives it its own, so that nobody ever reads half of one.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, path)).map_err(|e| {
        // What is left of it is of no use; that it is gone cannot be made sure.
        let _ = fs::remove_file(&temporary);
        cannot("write", path, &e)
    })
}

/// The folder that a file goes into, made where it is missing.
pub fn make_parent(path: &Path) -> Result<(), Failure> {
    let parent: PathBuf = path.parent().unwrap_or(Path::new("")).to_owned();
    if parent.as_os_str().is_empty() {
        return Ok(());
    }
    fs::create_dir_all(&parent).map_err(|e| cannot("make", &parent, &e))
}
