//! Facilities, fuel and weather: what people depend on, and what keeps it going without the grid.

use std::collections::BTreeMap;

use super::cell::{amount, between, element_number, id, name, text, whole};
use super::finding::{Code, Finding};
use super::model::{BusInfo, Facility, FuelDelivery, Weather};
use super::names::Names;
use super::reader::Reader;
use super::settings::{Settings, default_weights};
use super::table::{Place, record};

record! {
    /// A row of `facilities.csv`.
    FacilityRow = "facilities.csv", "a hospital, pump, heating plant, shelter, telecom site";
    facility: Option<String> = key(id),
    name: Option<String> = known(text),
    service: Option<String> = key(name),
    bus: Option<u64> = known(element_number),
    site: Option<String> = known(id),
    people: f64 = assumed(amount, 0.0),
    essential_kw: Option<f64> = known(amount),
    full_kw: Option<f64> = known(amount),
    buffer_hours: f64 = assumed(amount, 0.0),
    own_kw: f64 = assumed(amount, 0.0),
    fuel_litres: f64 = assumed(amount, 0.0)
}

record! {
    /// A row of `fuel.csv`.
    FuelRow = "fuel.csv", "fuel that arrives";
    step: u32 = required(whole(0)),
    region: Option<String> = known(name),
    litres: f64 = required(amount)
}

record! {
    /// A row of `weather.csv`.
    WeatherRow = "weather.csv", "the mean temperature of a step";
    step: u32 = required(whole(0)),
    region: Option<String> = known(name),
    temp_c: f64 = required(between(-90.0, 60.0))
}

/// Services that the file contract names.
const SERVICES: [&str; 5] = ["hospital", "water", "heat", "shelter", "telecom"];

/// Reads the facilities. One with a site and no bus gets the bus of the site with the most load.
pub(super) fn facilities(
    reader: &mut Reader<'_>,
    site_names: &Names,
    buses: &[BusInfo],
    settings: Option<&Settings>,
) -> Vec<Facility> {
    let table = reader.table::<FacilityRow>();
    let mut names = Names::of(&table);
    if !table.present {
        let message = "there is no such table; no hospital, water or heat is planned for";
        reader.findings.push(Finding::warning("facilities.csv", Code::Assumed, message));
    }
    let weights = settings.map_or_else(default_weights, |s| s.weights.clone());
    let known: Vec<&str> =
        SERVICES.into_iter().chain(weights.services.keys().map(String::as_str)).collect();
    let main_bus = main_buses(reader, buses);
    let mut facilities = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        names.define(place, "facility", row.facility.as_ref(), &mut reader.findings);
        let site = site_names.find(place, "site", row.site.as_ref(), &mut reader.findings);
        let bus = match (row.bus, site) {
            (Some(number), _) => reader.bus(place, "bus", number),
            (None, Some(site)) => {
                let bus = main_bus.get(&site).copied();
                if bus.is_none() && reader.network.is_some() {
                    let message = "no bus is at its site; it counts as supplied";
                    reader.findings.push(place.warning("site", Code::Inconsistent, message));
                }
                bus
            }
            (None, None) => {
                if row.site.is_none() {
                    let message = "neither bus nor site is given";
                    let finding = place.error("bus", Code::MissingValue, message);
                    reader.findings.push(finding.expected("the bus that feeds it, or its site"));
                }
                None
            }
        };
        let service = row.service.unwrap_or_default();
        let alike = known.iter().find(|k| k.eq_ignore_ascii_case(&service));
        if let Some(other) = alike.filter(|_| !known.contains(&service.as_str())) {
            let message = format!("\"{service}\" is another service than \"{other}\"");
            let finding = place.warning("service", Code::Inconsistent, message);
            reader.findings.push(finding.value(&service).expected("small letters"));
        }
        if row.essential_kw.zip(row.full_kw).is_some_and(|(essential, full)| essential > full) {
            let message = "the essential power is above the power in normal use";
            reader.findings.push(place.warning("essential_kw", Code::Inconsistent, message));
        }
        let id = row.facility.unwrap_or_default();
        facilities.push(Facility {
            name: row.name.unwrap_or_else(|| id.clone()),
            id,
            service,
            bus,
            site,
            people: row.people,
            essential_kw: row.essential_kw,
            full_kw: row.full_kw,
            buffer_hours: row.buffer_hours,
            own_kw: row.own_kw,
            fuel_litres: row.fuel_litres,
        });
    }
    facilities
}

/// The bus with the most load at each site; of equals, the first in the grid file.
fn main_buses(reader: &Reader<'_>, buses: &[BusInfo]) -> BTreeMap<usize, usize> {
    let mut main = BTreeMap::new();
    let Some(network) = &reader.network else { return main };
    let load = |bus: usize| network.buses[bus].pd_mw;
    for (bus, info) in buses.iter().enumerate() {
        let Some(site) = info.site else { continue };
        let best = main.entry(site).or_insert(bus);
        if load(bus) > load(*best) {
            *best = bus;
        }
    }
    main
}

/// Reads the fuel deliveries.
pub(super) fn fuel(reader: &mut Reader<'_>, horizon: Option<u32>) -> Vec<FuelDelivery> {
    let table = reader.table::<FuelRow>();
    if !table.present {
        let message = "there is no such table; diesel for generator sets is taken to be there";
        reader.findings.push(Finding::warning("fuel.csv", Code::Assumed, message));
    }
    let mut fuel = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        warn_if_late(reader, place, row.step, horizon);
        let region = row.region.map(|region| reader.regions.index(&region));
        fuel.push(FuelDelivery { step: row.step, region, litres: row.litres });
    }
    fuel
}

/// Reads the temperatures.
pub(super) fn weather(reader: &mut Reader<'_>, horizon: Option<u32>) -> Vec<Weather> {
    let table = reader.table::<WeatherRow>();
    if !table.present {
        let message = "there is no such table; the weather is not known";
        reader.findings.push(Finding::warning("weather.csv", Code::Assumed, message));
    }
    let mut first = BTreeMap::new();
    let mut weather = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        warn_if_late(reader, place, row.step, horizon);
        let region = row.region.map(|region| reader.regions.index(&region));
        if let Some(line) = first.insert((row.step, region), place.line) {
            let message = format!("step and region have a temperature already (line {line})");
            let finding = place.error("step", Code::Duplicate, message);
            reader.findings.push(finding.expected("each step of a region once"));
        }
        weather.push(Weather { step: row.step, region, temp_c: row.temp_c });
    }
    weather
}

fn warn_if_late(reader: &mut Reader<'_>, place: Place, step: u32, horizon: Option<u32>) {
    if horizon.is_some_and(|h| step >= h) {
        let message = format!("step {step} is after the horizon");
        reader.findings.push(place.warning("step", Code::Inconsistent, message));
    }
}
