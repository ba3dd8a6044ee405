//! contingencies.csv, overloads.csv, voltages.csv and islands.csv. A cell is empty where there is nothing to tell.

use relight_grid::Network;

use super::list::{Contingency, number as id, word};
use super::result::{Base, Broken, Outcome};

/// The name of the state before anything fails.
const BASE: &str = "base";

pub fn contingencies(contingencies: &[Contingency], outcomes: &[Outcome]) -> Vec<u8> {
    let header = [
        "contingency",
        "status",
        "reason",
        "mismatch_bus",
        "alone",
        "steps",
        "islands",
        "dead_buses",
        "lost_load_mw",
        "short_mw",
        "vm_min_bus",
        "vm_min_pu",
        "vm_max_bus",
        "vm_max_pu",
        "highest_loading_branch",
        "highest_loading_pct",
        "new_overloads",
        "new_voltage_violations",
    ];
    table(
        &header,
        contingencies.iter().zip(outcomes).map(|(c, o)| {
            let text = |value: Option<u64>| value.map_or(String::new(), |v| v.to_string());
            vec![
                c.name.clone(),
                o.status.to_owned(),
                o.reason.unwrap_or_default().to_owned(),
                text(o.mismatch_bus),
                u8::from(o.alone).to_string(),
                o.steps.to_string(),
                o.islands.len().max(1).to_string(),
                o.dead_buses.to_string(),
                number(Some(o.lost_load_mw)),
                number(Some(o.short_mw)),
                text(o.vm_min.map(|v| v.0)),
                number(o.vm_min.map(|v| v.1)),
                text(o.vm_max.map(|v| v.0)),
                number(o.vm_max.map(|v| v.1)),
                text(o.highest.map(|h| h.0 as u64 + 1)),
                number(o.highest.map(|h| h.1)),
                o.overloads.len().to_string(),
                o.voltages.len().to_string(),
            ]
        }),
    )
}

/// What is broken in the base, then what each contingency adds.
fn broken<'a>(
    base: &'a [Broken],
    contingencies: &'a [Contingency],
    outcomes: &'a [Outcome],
    of: impl Fn(&'a Outcome) -> &'a [Broken],
) -> Vec<(&'a str, &'a Broken)> {
    let mut out: Vec<(&str, &Broken)> = base.iter().map(|b| (BASE, b)).collect();
    for (c, o) in contingencies.iter().zip(outcomes) {
        out.extend(of(o).iter().map(|b| (c.name.as_str(), b)));
    }
    out
}

pub fn overloads(
    network: &Network,
    base: &Base,
    contingencies: &[Contingency],
    outcomes: &[Outcome],
) -> Vec<u8> {
    let header =
        ["contingency", "branch", "from_bus", "to_bus", "flow_mva", "rate_mva", "loading_pct"];
    let rows = broken(&base.overloads, contingencies, outcomes, |o| &o.overloads);
    table(
        &header,
        rows.into_iter().map(|(name, b)| {
            let l = &network.branches[b.at];
            vec![
                name.to_owned(),
                (b.at + 1).to_string(),
                network.buses[l.from].id.to_string(),
                network.buses[l.to].id.to_string(),
                number(Some(b.value)),
                number(Some(b.limit)),
                number(Some(100.0 * b.value / b.limit)),
            ]
        }),
    )
}

pub fn voltages(
    network: &Network,
    base: &Base,
    contingencies: &[Contingency],
    outcomes: &[Outcome],
) -> Vec<u8> {
    let rows = broken(&base.voltages, contingencies, outcomes, |o| &o.voltages);
    table(
        &["contingency", "bus", "vm_pu", "limit_pu"],
        rows.into_iter().map(|(name, b)| {
            let bus = network.buses[b.at].id.to_string();
            vec![name.to_owned(), bus, number(Some(b.value)), number(Some(b.limit))]
        }),
    )
}

/// The islands of each contingency that leaves more than one.
pub fn islands(network: &Network, contingencies: &[Contingency], outcomes: &[Outcome]) -> Vec<u8> {
    let header = [
        "contingency",
        "elements",
        "island",
        "status",
        "buses",
        "lowest_bus",
        "reference_bus",
        "demand_mw",
        "short_mw",
    ];
    let rows = contingencies.iter().zip(outcomes).flat_map(|(c, o)| {
        let elements: Vec<String> =
            c.change.out.iter().map(|e| format!("{} {}", word(*e), id(network, *e))).collect();
        let elements = elements.join("; ");
        o.islands.iter().enumerate().map(move |(k, island)| {
            vec![
                c.name.clone(),
                elements.clone(),
                (k + 1).to_string(),
                island.status.to_owned(),
                island.buses.to_string(),
                network.buses[island.first].id.to_string(),
                island.slack.map_or(String::new(), |s| network.buses[s].id.to_string()),
                number(Some(island.demand_mw)),
                number(Some(island.short_mw)),
            ]
        })
    });
    table(&header, rows)
}

/// All digits, so that nothing is lost on the way; `-0` is 0.
fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |v| (v + 0.0).to_string())
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = std::iter::once(header.iter().map(|&h| h.to_owned()).collect()).chain(rows);
    for row in rows {
        // Writing to memory, with rows of one length each: neither can fail.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}
