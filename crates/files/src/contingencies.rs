//! Tables that name elements of a grid: what may fail, and what is out of service before.

use std::path::Path;

use relight_grid::Network;
use relight_grid::batch::{Change, Element};
use relight_grid::contingencies::Contingency;

use crate::failure::{Failure, Problem};
use crate::load;

/// Reads a table with the columns `contingency`, `element` and `id`; rows of one name fail together.
///
/// # Errors
/// With the line of each row that names nothing of the grid.
pub fn read(path: &Path, network: &Network) -> Result<Vec<Contingency>, Failure> {
    let rows = rows(path, network, &["contingency", "element", "id"])?;
    Ok(named(rows.into_iter().map(|(mut cells, element)| (cells.swap_remove(0), element))))
}

/// Contingencies of elements with the names that they fail by, in the order in which these first appear.
pub fn named(rows: impl Iterator<Item = (String, Element)>) -> Vec<Contingency> {
    let mut places = std::collections::HashMap::new();
    let mut out: Vec<Contingency> = Vec::new();
    for (name, element) in rows {
        let at = *places.entry(name.clone()).or_insert(out.len());
        match out.get_mut(at) {
            Some(known) => known.out.push(element),
            None => out.push(Contingency { name, out: vec![element] }),
        }
    }
    out
}

/// Reads a table with the columns `element` and `id`: what is out of service before anything fails.
///
/// # Errors
/// With the line of each row that names nothing of the grid.
pub fn state(path: &Path, network: &Network) -> Result<Change, Failure> {
    let rows = rows(path, network, &["element", "id"])?;
    Ok(Change { out: rows.into_iter().map(|(_, e)| e).collect(), ..Change::default() })
}

/// The wanted cells of each row, with the element that its cells `element` and `id` name.
fn rows(
    path: &Path,
    network: &Network,
    wanted: &[&str],
) -> Result<Vec<(Vec<String>, Element)>, Failure> {
    let bytes = load::file(path)?;
    let mut failure = Failure::default();
    let mut wrong = |line: u64, text: String| {
        let place = if line > 0 { format!(":{line}") } else { String::new() };
        let mut problem = Problem::new("table", Some(path), text.clone());
        problem.line = Some(line).filter(|l| *l > 0);
        problem.text = format!("{}{place}: {text}", path.display());
        failure.errors.push(problem);
    };
    let mut out = Vec::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(&bytes[..]);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            wrong(0, format!("this is no table: {error}"));
            return Err(failure);
        }
    };
    let places: Vec<Option<usize>> =
        wanted.iter().map(|name| header.iter().position(|h| h == *name)).collect();
    for (name, _) in wanted.iter().zip(&places).filter(|(_, place)| place.is_none()) {
        wrong(1, format!("there is no column {name}; expected {}", wanted.join(",")));
    }
    let Some(places) = places.into_iter().collect::<Option<Vec<usize>>>() else {
        return Err(failure);
    };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                wrong(line, format!("this row cannot be read: {error}"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> =
            places.iter().map(|&at| record.get(at).unwrap_or_default().to_owned()).collect();
        let [.., kind, id] = &cells[..] else { continue };
        match element(network, kind, id) {
            Ok(element) => out.push((cells.clone(), element)),
            Err(text) => wrong(line, text),
        }
    }
    if failure.errors.is_empty() { Ok(out) } else { Err(failure) }
}

fn element(network: &Network, kind: &str, id: &str) -> Result<Element, String> {
    let number: u64 = id
        .parse()
        .map_err(|_| format!("id is {id:?}; expected a bus number or a row of the case"))?;
    Element::named(network, kind, number).map_err(|e| e.to_string())
}
