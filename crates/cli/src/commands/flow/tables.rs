//! Buses, branches and generators of a power flow as tables. A value is missing where a method tells nothing.

use relight_grid::Network;
use relight_grid::ac::Rating;
use relight_table::{Column, Table};

use super::answer::Answer;

pub fn buses(network: &Network, answer: &Answer) -> Table {
    let v = &answer.values;
    let all = &network.buses;
    let live = |of: &dyn Fn(usize) -> Option<f64>| {
        Column::Number((0..all.len()).map(|i| if v.live[i] { of(i) } else { None }).collect())
    };
    let columns = vec![
        ("bus", Column::whole(all.iter().map(|b| b.id))),
        ("name", Column::Text(all.iter().map(|b| b.name.clone()).collect())),
        ("island", Column::wholes(v.island_of_bus.iter().map(|k| k.map(|k| k + 1)))),
        ("live", Column::Flag(v.live.clone())),
        ("vm_pu", live(&|i| v.vm_pu.as_ref().map(|vm| vm[i]))),
        ("va_deg", live(&|i| Some(v.va_rad[i].to_degrees()))),
        ("pd_mw", live(&|i| Some(all[i].pd_mw))),
        ("qd_mvar", live(&|i| v.vm_pu.as_ref().map(|_| all[i].qd_mvar))),
    ];
    Table::new("buses", columns)
}

pub fn branches(network: &Network, answer: &Answer) -> Table {
    let v = &answer.values;
    let all = &network.branches;
    let on = |k: usize| v.status.as_ref().is_some_and(|s| s.branch[k]);
    let known = |of: &dyn Fn(usize) -> Option<f64>| {
        let known = |k: usize| if on(k) && v.live[all[k].from] { of(k) } else { None };
        Column::Number((0..all.len()).map(known).collect())
    };
    let limit = |k: usize| Rating::A.limit_mva(&all[k]);
    let columns = vec![
        ("branch", Column::whole(1..=all.len())),
        ("from_bus", Column::whole(all.iter().map(|l| network.buses[l.from].id))),
        ("to_bus", Column::whole(all.iter().map(|l| network.buses[l.to].id))),
        ("in_service", Column::Flag((0..all.len()).map(on).collect())),
        ("pf_mw", known(&|k| Some(v.pf_mw[k]))),
        ("qf_mvar", known(&|k| v.qf_mvar.as_ref().map(|q| q[k]))),
        ("pt_mw", known(&|k| Some(v.pt_mw[k]))),
        ("qt_mvar", known(&|k| v.qt_mvar.as_ref().map(|q| q[k]))),
        ("flow_mva", known(&|k| Some(v.flow_mva(k)))),
        ("rate_mva", Column::Number((0..all.len()).map(limit).collect())),
        ("loading_pct", known(&|k| limit(k).map(|limit| 100.0 * v.flow_mva(k) / limit))),
    ];
    Table::new("branches", columns)
}

pub fn generators(network: &Network, answer: &Answer) -> Table {
    let v = &answer.values;
    let all = &network.generators;
    let on = |g: usize| v.status.as_ref().is_some_and(|s| s.generator[g]);
    let known = |of: &dyn Fn(usize) -> Option<f64>| {
        let known = |g: usize| if on(g) && v.live[all[g].bus] { of(g) } else { None };
        Column::Number((0..all.len()).map(known).collect())
    };
    let columns = vec![
        ("generator", Column::whole(1..=all.len())),
        ("bus", Column::whole(all.iter().map(|g| network.buses[g.bus].id))),
        ("in_service", Column::Flag((0..all.len()).map(on).collect())),
        ("pg_mw", known(&|g| Some(v.pg_mw[g]))),
        ("qg_mvar", known(&|g| v.qg_mvar.as_ref().map(|q| q[g]))),
    ];
    Table::new("generators", columns)
}
