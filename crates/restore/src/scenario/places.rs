//! Sites and buses: where things are and whom they supply.

use super::cell::{amount, between, element_number, id, name, text};
use super::finding::{Code, Finding};
use super::model::{BusInfo, Site};
use super::names::Names;
use super::reader::Reader;
use super::table::record;

record! {
    /// A row of `sites.csv`.
    SiteRow = "sites.csv", "a place with equipment";
    site: Option<String> = key(id),
    name: Option<String> = known(text),
    region: Option<String> = known(name),
    lat: Option<f64> = known(between(-90.0, 90.0)),
    lon: Option<f64> = known(between(-180.0, 180.0))
}

record! {
    /// A row of `buses.csv`.
    BusRow = "buses.csv", "a bus of the grid file: where it is, whom it supplies, its weight";
    bus: Option<u64> = key(element_number),
    site: Option<String> = known(id),
    people: f64 = assumed(amount, 0.0),
    priority: f64 = or(amount, 1.0)
}

/// Reads the sites. Each region gets its index at its first appearance.
pub(super) fn sites(reader: &mut Reader<'_>) -> (Vec<Site>, Names) {
    let table = reader.table::<SiteRow>();
    let mut names = Names::of(&table);
    let mut sites = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        names.define(place, "site", row.site.as_ref(), &mut reader.findings);
        let id = row.site.unwrap_or_default();
        sites.push(Site {
            name: row.name.unwrap_or_else(|| id.clone()),
            region: row.region.map(|region| reader.regions.index(&region)),
            lat: row.lat,
            lon: row.lon,
            id,
        });
    }
    (sites, names)
}

/// Reads what the scenario adds to the buses: one entry for each bus of the network.
pub(super) fn buses(reader: &mut Reader<'_>, sites: &Names) -> Vec<BusInfo> {
    let table = reader.table::<BusRow>();
    if !table.present {
        let message = "there is no such table; no people and priority 1 are assumed at every bus";
        reader.findings.push(Finding::warning("buses.csv", Code::Assumed, message));
    }
    let count = reader.network.as_ref().map_or(0, |n| n.buses.len());
    let mut buses = vec![BusInfo { site: None, people: 0.0, priority: 1.0 }; count];
    let mut first = vec![None; count];
    for (place, row) in table.rows {
        let site = sites.find(place, "site", row.site.as_ref(), &mut reader.findings);
        let Some(number) = row.bus else { continue };
        let Some(bus) = reader.bus(place, "bus", number) else { continue };
        if let Some(line) = first[bus].replace(place.line) {
            let message = format!("bus {number} has a row already (line {line})");
            let finding = place.error("bus", Code::Duplicate, message).value(&number.to_string());
            reader.findings.push(finding.expected("each bus once"));
        }
        buses[bus] = BusInfo { site, people: row.people, priority: row.priority };
    }
    buses
}
