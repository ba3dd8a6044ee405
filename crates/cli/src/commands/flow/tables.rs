//! buses.csv, branches.csv and generators.csv of a power flow. A cell is empty where a method tells nothing.

use relight_grid::Network;
use relight_grid::ac::Rating;

use super::answer::Answer;

pub fn buses(network: &Network, answer: &Answer) -> Vec<u8> {
    let v = &answer.values;
    let header = ["bus", "name", "island", "live", "vm_pu", "va_deg", "pd_mw", "qd_mvar"];
    table(
        &header,
        network.buses.iter().enumerate().map(|(i, bus)| {
            let live = v.live[i];
            let some = |value: f64| number(live.then_some(value));
            vec![
                bus.id.to_string(),
                bus.name.clone().unwrap_or_default(),
                v.island_of_bus[i].map_or(String::new(), |k| (k + 1).to_string()),
                flag(live),
                number(v.vm_pu.as_ref().filter(|_| live).map(|vm| vm[i])),
                some(v.va_rad[i].to_degrees()),
                some(bus.pd_mw),
                number(v.vm_pu.as_ref().filter(|_| live).map(|_| bus.qd_mvar)),
            ]
        }),
    )
}

pub fn branches(network: &Network, answer: &Answer) -> Vec<u8> {
    let v = &answer.values;
    let header = [
        "branch",
        "from_bus",
        "to_bus",
        "in_service",
        "pf_mw",
        "qf_mvar",
        "pt_mw",
        "qt_mvar",
        "flow_mva",
        "rate_mva",
        "loading_pct",
    ];
    table(
        &header,
        network.branches.iter().enumerate().map(|(k, l)| {
            let on = v.status.as_ref().is_some_and(|s| s.branch[k]);
            let known = on && v.live[l.from];
            let some = |value: f64| number(known.then_some(value));
            let q = |all: &Option<Vec<f64>>| number(all.as_ref().filter(|_| known).map(|q| q[k]));
            let limit = Rating::A.limit_mva(l);
            vec![
                (k + 1).to_string(),
                network.buses[l.from].id.to_string(),
                network.buses[l.to].id.to_string(),
                flag(on),
                some(v.pf_mw[k]),
                q(&v.qf_mvar),
                some(v.pt_mw[k]),
                q(&v.qt_mvar),
                some(v.flow_mva(k)),
                number(limit),
                number(limit.filter(|_| known).map(|limit| 100.0 * v.flow_mva(k) / limit)),
            ]
        }),
    )
}

pub fn generators(network: &Network, answer: &Answer) -> Vec<u8> {
    let v = &answer.values;
    table(
        &["generator", "bus", "in_service", "pg_mw", "qg_mvar"],
        network.generators.iter().enumerate().map(|(g, unit)| {
            let on = v.status.as_ref().is_some_and(|s| s.generator[g]);
            let known = on && v.live[unit.bus];
            vec![
                (g + 1).to_string(),
                network.buses[unit.bus].id.to_string(),
                flag(on),
                number(known.then(|| v.pg_mw[g])),
                number(v.qg_mvar.as_ref().filter(|_| known).map(|q| q[g])),
            ]
        }),
    )
}

fn flag(on: bool) -> String {
    u8::from(on).to_string()
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
