//! A plan as a map draws it: places and lines once, in columns, and then of each state only what changes.
//!
//! A time slider holds the whole of it after one answer: moving it asks for nothing more.

use std::collections::BTreeMap;

use relight_restore::plan::PlanState;
use relight_restore::scenario::Element;
use relight_restore::{Plan, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// What a map and its time slider show of a plan. Columns of a table have one length; indices count from 0.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Map {
    /// Name of the scenario.
    pub scenario: String,
    /// Digest of the scenario's files.
    pub digest: String,
    /// Hours of a step.
    pub step_hours: f64,
    /// Names of regions.
    pub regions: Vec<String>,
    /// Places.
    pub sites: Sites,
    /// Lines and cables between places; what lies within one is not drawn.
    pub lines: Lines,
    /// Hospitals, water works, heating plants.
    pub facilities: Facilities,
    /// The states of the grid in their order.
    pub states: States,
}

/// Places in columns.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Sites {
    /// Identifiers in the scenario.
    pub id: Vec<String>,
    /// Names for people.
    pub name: Vec<String>,
    /// Index of the region.
    pub region: Vec<Option<usize>>,
    /// Degrees north.
    pub lat: Vec<Option<f64>>,
    /// Degrees east.
    pub lon: Vec<Option<f64>>,
    /// People who live off its buses.
    pub people: Vec<f64>,
    /// Its load, MW.
    pub mw: Vec<f64>,
}

/// Lines in columns.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Lines {
    /// The row of the branch in the case, from 1.
    pub branch: Vec<u64>,
    /// Index of the place at one end.
    pub from: Vec<usize>,
    /// Index of the place at the other end.
    pub to: Vec<usize>,
    /// The higher of the nominal voltages of its ends, kV.
    pub kv: Vec<f64>,
}

/// Facilities in columns.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Facilities {
    /// Identifiers in the scenario.
    pub id: Vec<String>,
    /// Names for people.
    pub name: Vec<String>,
    /// `hospital`, `water`, `heat`, ...
    pub service: Vec<String>,
    /// Index of the place; `null` where it is not told.
    pub site: Vec<Option<usize>>,
    /// People who depend on it.
    pub people: Vec<f64>,
}

/// States of the grid in columns.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct States {
    /// First step.
    pub from: Vec<u32>,
    /// First step after.
    pub to: Vec<u32>,
    /// When the first step begins, local time: `2026-01-12T00:00:00`.
    pub at: Vec<String>,
    /// Load supplied, MW.
    pub served_mw: Vec<f64>,
    /// Load not supplied, MW.
    pub shed_mw: Vec<f64>,
    /// People without power at home.
    pub without_power: Vec<f64>,
    /// People without each service of facilities, by its name.
    pub without: BTreeMap<String, Vec<f64>>,
    /// People without power at home, by region and then by state.
    pub without_power_by_region: Vec<Vec<f64>>,
    /// People without each service of facilities, by its name, then by region and by state.
    pub without_by_region: BTreeMap<String, Vec<Vec<f64>>>,
    /// Mean temperature over region and then state, degrees Celsius; `null` where it is not told.
    pub celsius_by_region: Vec<Vec<Option<f64>>>,
    /// Verdict of the AC check: `holds`, `corrected`, `fails`, `skipped`.
    pub ac: Vec<String>,
    /// Levels of places: 0 no load of its own, 1 all supplied, 2 more than half, 3 less than half, 4 nothing.
    pub sites: Changes,
    /// Levels of lines: 0 in service, 1 out of service.
    pub lines: Changes,
    /// Levels of facilities: 0 the grid gives what it needs, 1 a generator set of the plan stands there, 2 neither: a set
    /// and a tank of its own may carry it for a while.
    pub facilities: Changes,
    /// Places with broken equipment in a station: 1 until it is repaired, then 0.
    pub damage: Changes,
}

/// Levels over time: in the state `state[i]` the level of `item[i]` becomes `level[i]`, and stays until it is told anew. All
/// that is not told in state 0 has level 0 there. In the order of states.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Changes {
    /// Index of the state.
    pub state: Vec<u32>,
    /// Index of the place, line or facility.
    pub item: Vec<u32>,
    /// Its level from then on.
    pub level: Vec<u8>,
}

impl Changes {
    /// From the levels of all items in each state.
    fn of(states: usize, items: usize, level: impl Fn(usize, usize) -> u8) -> Changes {
        let mut changes = Changes::default();
        let mut now = vec![0; items];
        for state in 0..states {
            for (item, now) in now.iter_mut().enumerate() {
                let next = level(state, item);
                if next != *now {
                    changes.state.push(state as u32);
                    changes.item.push(item as u32);
                    changes.level.push(next);
                    *now = next;
                }
            }
        }
        changes
    }
}

impl Map {
    /// The map of a plan.
    pub fn of(scenario: &Scenario, plan: &Plan) -> Map {
        let lines = Lines::of(scenario);
        let sites = Sites::of(scenario);
        Map {
            scenario: scenario.name.clone(),
            digest: scenario.digest.clone(),
            step_hours: scenario.step_hours,
            regions: scenario.regions.clone(),
            facilities: Facilities::of(scenario),
            states: States::of(scenario, plan, &sites, &lines),
            sites,
            lines,
        }
    }
}

/// The place of a bus.
fn site_of(scenario: &Scenario, bus: usize) -> Option<usize> {
    scenario.buses.get(bus).and_then(|bus| bus.site)
}

impl Sites {
    fn of(scenario: &Scenario) -> Sites {
        let mut sites = Sites::default();
        for site in &scenario.sites {
            sites.id.push(site.id.clone());
            let name = if site.name.is_empty() { &site.id } else { &site.name };
            sites.name.push(name.clone());
            sites.region.push(site.region);
            sites.lat.push(site.lat);
            sites.lon.push(site.lon);
            sites.people.push(0.0);
            sites.mw.push(0.0);
        }
        for (bus, info) in scenario.network.buses.iter().zip(&scenario.buses) {
            let Some(site) = info.site else { continue };
            if let (Some(people), Some(mw)) = (sites.people.get_mut(site), sites.mw.get_mut(site)) {
                *people += info.people;
                *mw += bus.pd_mw.max(0.0);
            }
        }
        sites
    }
}

impl Lines {
    fn of(scenario: &Scenario) -> Lines {
        let network = &scenario.network;
        let in_case = network.status();
        let kv = |bus: usize| network.buses.get(bus).map_or(0.0, |bus| bus.base_kv);
        let mut lines = Lines::default();
        for (row, branch) in network.branches.iter().enumerate() {
            let ends = site_of(scenario, branch.from).zip(site_of(scenario, branch.to));
            let Some((from, to)) = ends.filter(|(from, to)| from != to) else { continue };
            if !in_case.branch.get(row).copied().unwrap_or(false) {
                continue;
            }
            lines.branch.push(row as u64 + 1);
            lines.from.push(from);
            lines.to.push(to);
            lines.kv.push(kv(branch.from).max(kv(branch.to)));
        }
        lines
    }
}

impl Facilities {
    fn of(scenario: &Scenario) -> Facilities {
        let mut facilities = Facilities::default();
        for facility in &scenario.facilities {
            let name = if facility.name.is_empty() { &facility.id } else { &facility.name };
            facilities.id.push(facility.id.clone());
            facilities.name.push(name.clone());
            facilities.service.push(facility.service.clone());
            let site = facility.site.or_else(|| site_of(scenario, facility.bus?));
            facilities.site.push(site);
            facilities.people.push(facility.people);
        }
        facilities
    }
}

/// The share of its load that a bus is given; of one without load whether it is in service.
fn share(scenario: &Scenario, state: &PlanState, bus: usize) -> f64 {
    let load = scenario.network.buses.get(bus).map_or(0.0, |bus| bus.pd_mw);
    if load > 0.0 {
        let served = state.dispatch.served_mw.get(bus).copied().unwrap_or(0.0);
        (served / load).clamp(0.0, 1.0)
    } else {
        f64::from(u8::from(state.status.bus.get(bus).copied().unwrap_or(false)))
    }
}

impl States {
    fn of(scenario: &Scenario, plan: &Plan, sites: &Sites, lines: &Lines) -> States {
        let all = &plan.states;
        let mut states = States::default();
        let mut services: Vec<&String> = all.iter().flat_map(|s| s.people_without.keys()).collect();
        services.sort();
        services.dedup();
        for state in all {
            states.from.push(state.from);
            states.to.push(state.to);
            states.at.push(scenario.moment(state.from).strftime("%Y-%m-%dT%H:%M:%S").to_string());
            states.served_mw.push(rounded(state.served_mw));
            states.shed_mw.push(rounded(state.shed_mw));
            states.without_power.push(state.people_without_power.round());
            for service in &services {
                let people = state.people_without.get(*service).copied().unwrap_or(0.0);
                states.without.entry((*service).clone()).or_default().push(people.round());
            }
            states.ac.push(state.ac.verdict.word().to_owned());
        }
        let regions = 0..scenario.regions.len();
        for service in services {
            let of = |state: &PlanState, region: usize| {
                let here = state.people_without_in.get(region);
                here.and_then(|here| here.get(service)).copied().unwrap_or(0.0).round()
            };
            let rows = regions.clone().map(|r| all.iter().map(|s| of(s, r)).collect()).collect();
            states.without_by_region.insert(service.clone(), rows);
        }
        let by_region = |region: usize| all.iter().map(move |s| without(scenario, s, region));
        states.without_power_by_region = regions.clone().map(|r| by_region(r).collect()).collect();
        let cold = |region: usize| all.iter().map(move |s| celsius(scenario, s, region));
        states.celsius_by_region = regions.map(|r| cold(r).collect()).collect();
        states.sites = site_levels(scenario, all, sites);
        states.lines = line_levels(all, lines);
        states.facilities = facility_levels(scenario, plan);
        states.damage = damage_levels(scenario, all, sites.id.len());
        states
    }
}

fn site_levels(scenario: &Scenario, all: &[PlanState], sites: &Sites) -> Changes {
    let buses = scenario.network.buses.iter().zip(&scenario.buses).enumerate();
    let mut of_site: Vec<Vec<usize>> = vec![Vec::new(); sites.id.len()];
    for (at, (bus, info)) in buses {
        if let (true, Some(list)) = (bus.pd_mw > 0.0, info.site.and_then(|s| of_site.get_mut(s))) {
            list.push(at);
        }
    }
    Changes::of(all.len(), sites.id.len(), |state, site| {
        let (Some(state), Some(buses)) = (all.get(state), of_site.get(site)) else { return 0 };
        let load = sites.mw.get(site).copied().unwrap_or(0.0);
        if load <= 0.0 {
            return 0;
        }
        let served = |bus: &usize| state.dispatch.served_mw.get(*bus).copied().unwrap_or(0.0);
        match buses.iter().map(|bus| served(bus).max(0.0)).sum::<f64>() / load {
            share if share >= 0.995 => 1,
            share if share >= 0.5 => 2,
            share if share > 0.005 => 3,
            _ => 4,
        }
    })
}

fn line_levels(all: &[PlanState], lines: &Lines) -> Changes {
    Changes::of(all.len(), lines.branch.len(), |state, line| {
        let row = lines.branch.get(line).map_or(0, |row| *row as usize - 1);
        let on = all.get(state).and_then(|s| s.status.branch.get(row)).copied().unwrap_or(true);
        u8::from(!on)
    })
}

fn facility_levels(scenario: &Scenario, plan: &Plan) -> Changes {
    let all = &plan.states;
    Changes::of(all.len(), scenario.facilities.len(), |state, at| {
        let (Some(state), Some(facility)) = (all.get(state), scenario.facilities.get(at)) else {
            return 0;
        };
        let Some(bus) = facility.bus else { return 0 };
        let full = facility.full_kw.or(facility.essential_kw).unwrap_or(1.0);
        let essential = facility.essential_kw.or(facility.full_kw).unwrap_or(1.0).min(full);
        // What is not essential goes first, as the planner has it.
        if full * share(scenario, state, bus) >= essential * (1.0 - 1e-9) {
            return 0;
        }
        let here = |p: &&relight_restore::plan::Placement| {
            p.facility == at && p.from < state.to && p.to > state.from
        };
        if plan.placements.iter().any(|p| here(&p)) { 1 } else { 2 }
    })
}

fn damage_levels(scenario: &Scenario, all: &[PlanState], sites: usize) -> Changes {
    let network = &scenario.network;
    // What is broken on the way between two places is told by the line.
    let is_line = |element: Element| match element {
        Element::Branch(row) => network.branches.get(row).is_some_and(|branch| {
            !network.is_transformer(row)
                && site_of(scenario, branch.from) != site_of(scenario, branch.to)
        }),
        _ => false,
    };
    let mut of_site: Vec<Vec<Element>> = vec![Vec::new(); sites];
    for damage in scenario.damages.iter().filter(|damage| !is_line(damage.element)) {
        if let Some(list) = damage.site.and_then(|site| of_site.get_mut(site)) {
            list.push(damage.element);
        }
    }
    let is_out = |state: &PlanState, element: &Element| {
        let on = match *element {
            Element::Bus(at) => state.status.bus.get(at),
            Element::Branch(at) => state.status.branch.get(at),
            Element::Generator(at) => state.status.generator.get(at),
        };
        !on.copied().unwrap_or(true)
    };
    Changes::of(all.len(), sites, |state, site| {
        let (Some(state), Some(elements)) = (all.get(state), of_site.get(site)) else { return 0 };
        u8::from(elements.iter().any(|element| is_out(state, element)))
    })
}

/// People of a region without power at home, as the plan counts them.
fn without(scenario: &Scenario, state: &PlanState, region: usize) -> f64 {
    let buses = scenario.network.buses.iter().zip(&scenario.buses).enumerate();
    let lost = buses.filter(|(_, (bus, _))| bus.pd_mw > 0.0).filter_map(|(at, (_, info))| {
        let here = scenario.sites.get(info.site?)?.region? == region;
        here.then(|| info.people * (1.0 - share(scenario, state, at)))
    });
    lost.sum::<f64>().round()
}

/// The mean temperature of a region over a state.
fn celsius(scenario: &Scenario, state: &PlanState, region: usize) -> Option<f64> {
    let during = scenario.weather.iter().filter(|w| (state.from..state.to).contains(&w.step));
    let here = during.filter(|w| w.region.is_none_or(|r| r == region)).map(|w| w.temp_c);
    let (sum, count) = here.fold((0.0, 0.0), |(sum, count), c| (sum + c, count + 1.0));
    (count > 0.0).then(|| (sum / count * 10.0).round() / 10.0)
}

/// To a tenth: what a screen shows.
fn rounded(mw: f64) -> f64 {
    (mw * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_are_told() {
        let levels = [[0_u8, 1, 4], [0, 1, 3], [2, 1, 3]];
        let changes = Changes::of(3, 3, |state, item| levels[state][item]);
        assert_eq!(changes.state, [0, 0, 1, 2]);
        assert_eq!(changes.item, [1, 2, 2, 0]);
        assert_eq!(changes.level, [1, 4, 3, 2]);
    }
}
