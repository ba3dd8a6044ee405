//! Which contingencies: all single elements of a kind, or a table.

use std::path::Path;

use relight_grid::batch::{Change, Element};
use relight_grid::{Network, Status};

use crate::args::Kind;
use crate::failure::{Failure, Problem};
use crate::load;

/// Something that may fail.
pub struct Contingency {
    pub name: String,
    pub change: Change,
}

/// Every element in service of these kinds, by itself.
pub fn single(network: &Network, status: &Status, kinds: &[Kind]) -> Vec<Contingency> {
    let mut out = Vec::new();
    for kind in kinds {
        let branch = |transformer: bool| {
            let on = status.branch.iter().enumerate().filter(|(_, on)| **on).map(|(k, _)| k);
            on.filter(move |&k| network.is_transformer(k) == transformer).map(Element::Branch)
        };
        let elements: Vec<Element> = match kind {
            Kind::Lines => branch(false).collect(),
            Kind::Transformers => branch(true).collect(),
            Kind::Generators => {
                let on = status.generator.iter().enumerate().filter(|(_, on)| **on);
                on.map(|(g, _)| Element::Generator(g)).collect()
            }
        };
        let word = match kind {
            Kind::Lines => "line",
            Kind::Transformers => "transformer",
            Kind::Generators => "generator",
        };
        out.extend(elements.into_iter().map(|e| Contingency {
            name: format!("{word} {}", number(network, e)),
            change: Change::outage(e),
        }));
    }
    out
}

/// The number of an element in the case: bus number, or 1-based row.
pub fn number(network: &Network, element: Element) -> u64 {
    match element {
        Element::Bus(i) => network.buses[i].id,
        Element::Branch(k) => k as u64 + 1,
        Element::Generator(g) => g as u64 + 1,
    }
}

pub fn word(element: Element) -> &'static str {
    match element {
        Element::Bus(_) => "bus",
        Element::Branch(_) => "branch",
        Element::Generator(_) => "generator",
    }
}

/// Reads a table with the columns `contingency`, `element` and `id`; rows of one name fail together.
pub fn read(path: &Path, network: &Network) -> Result<Vec<Contingency>, Failure> {
    let mut out: Vec<Contingency> = Vec::new();
    for (cells, element) in rows(path, network, &["contingency", "element", "id"])? {
        let name = &cells[0];
        match out.iter_mut().rev().find(|c| c.name == *name) {
            Some(known) => known.change.out.push(element),
            None => {
                out.push(Contingency { name: name.clone(), change: Change::outage(element) });
            }
        }
    }
    Ok(out)
}

/// Reads a table with the columns `element` and `id`: what is out of service before anything fails.
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
    let row = |count: usize| {
        let row = usize::try_from(number).ok().filter(|k| (1..=count).contains(k));
        row.map(|k| k - 1)
            .ok_or_else(|| format!("there is no {kind} {number}; the case has {count}"))
    };
    match kind {
        "bus" => network
            .bus_index(number)
            .map(Element::Bus)
            .ok_or_else(|| format!("the case has no bus {number}")),
        "branch" => row(network.branches.len()).map(Element::Branch),
        "generator" => row(network.generators.len()).map(Element::Generator),
        _ => Err(format!("element is {kind:?}; expected bus, branch or generator")),
    }
}
