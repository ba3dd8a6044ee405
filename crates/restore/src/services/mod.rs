//! Heat, water, hospitals: services that need power at a facility, with what carries them over.
//!
//! In each step a facility has its share of the power of its bus, its own generation while its tank lasts,
//! and the generator sets placed at it while there is fuel. Below its essential power the service falls in
//! proportion. A buffer (tank, battery, heat in the walls) makes up for the shortfall until it is used up;
//! it is full again after a step of full service. A facility without a known bus counts as supplied.

use std::collections::BTreeMap;

use relight_catalogue::{Kind, diesel_lph};

use crate::matching::Allowed;
use crate::plan::Placement;
use crate::scenario::{Facility, Measure, Scenario};
use crate::weights::ServiceWeights;

/// Sets that stand at one facility at the same time, at most: more are not practical to connect.
const MOST_SETS: usize = 4;

/// What became of the services over the horizon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Services {
    /// For each step the people without each service, mean over the step.
    pub without: Vec<BTreeMap<String, f64>>,
    /// Where generator sets stood.
    pub placements: Vec<Placement>,
    /// Litres of diesel that were wanted and not there.
    pub fuel_short_litres: f64,
    /// Weight of a person's hour without the service, times these hours, summed.
    pub weighted: f64,
}

/// The services of a scenario, ready to be followed through any course of the grid.
#[derive(Debug, Clone)]
pub(crate) struct ServiceModel<'a> {
    scenario: &'a Scenario,
    allowed: Allowed,
    weights: ServiceWeights<'a>,
}

impl<'a> ServiceModel<'a> {
    /// Prepares what does not depend on the course of the grid. Generator sets come from `allowed` offers.
    pub(crate) fn new(scenario: &'a Scenario, allowed: Allowed) -> Self {
        ServiceModel { scenario, allowed, weights: ServiceWeights::new(scenario) }
    }

    /// The share of its power in normal use that each facility gets from the grid: that of the load of its bus, or, at
    /// a bus without load, all or nothing by whether the bus is live. A facility without a bus gets all.
    pub(crate) fn facility_share(&self, served_mw_by_bus: &[f64], live: &[bool]) -> Vec<f64> {
        let of_bus = |bus: usize| match self.scenario.network.buses[bus].pd_mw {
            pd if pd > 0.0 => (served_mw_by_bus[bus] / pd).clamp(0.0, 1.0),
            _ => f64::from(u8::from(live[bus])),
        };
        self.scenario.facilities.iter().map(|f| f.bus.map_or(1.0, of_bus)).collect()
    }

    /// The services' part of [`Objective::weighted`](crate::plan::Objective::weighted). `share[step][facility]`: see
    /// [`facility_share`](Self::facility_share).
    pub(crate) fn cost(&self, share: &[&[f64]]) -> f64 {
        match self.scenario.measure {
            Measure::People => self.simulate(share).weighted,
            Measure::Energy => 0.0,
        }
    }
}

/// A generator set on offer, one piece.
#[derive(Debug, Clone)]
struct Set {
    offer: usize,
    piece: u32,
    kw: f64,
    full_lph: Option<f64>,
    arrival: u32,
    /// The facility at which it stands, and the first step at which it can run there.
    place: Option<(usize, u32)>,
}

/// A facility as it changes over time.
#[derive(Debug, Clone)]
struct Site {
    buffer_left: f64,
    own_litres: f64,
}

impl ServiceModel<'_> {
    /// Follows every service through the horizon. `share[step][facility]`: see [`facility_share`](Self::facility_share).
    pub(crate) fn simulate(&self, share: &[&[f64]]) -> Services {
        let (scenario, allowed) = (self.scenario, self.allowed);
        let mut sites: Vec<Site> = scenario
            .facilities
            .iter()
            .map(|f| Site { buffer_left: f.buffer_hours, own_litres: f.fuel_litres })
            .collect();
        let mut sets = sets(scenario, allowed);
        let mut fuel = Fuel::new(scenario);
        let mut services = Services::default();
        let order = by_urgency(scenario);
        for (step, share) in share.iter().enumerate() {
            fuel.arrive(scenario, step as u32);
            let mut without: BTreeMap<String, f64> = BTreeMap::new();
            for f in &scenario.facilities {
                without.entry(f.service.clone()).or_default();
            }
            let shortfall: Vec<f64> = (scenario.facilities.iter())
                .zip(&sites)
                .zip(*share)
                .map(|((f, site), &share)| {
                    let missing = essential_kw(f).map_or(0.0, |e| (e - grid_kw(f, share)).max(0.0));
                    // A set of its own counts for as long as its tank lasts a whole step.
                    let load = missing.min(f.own_kw);
                    let (own_kw, _) = own_supply(f, site, missing, scenario.step_hours);
                    if own_kw < load { missing } else { missing - load }
                })
                .collect();
            place(scenario, &order, &shortfall, &mut sets, step as u32);
            for &f in &order {
                let facility = &scenario.facilities[f];
                let level = level(
                    scenario,
                    f,
                    share[f],
                    step as u32,
                    &mut sites[f],
                    &sets,
                    &mut fuel,
                    &mut services,
                );
                let lost = drain(&mut sites[f], facility, 1.0 - level, scenario.step_hours);
                if let Some(people) = without.get_mut(&facility.service) {
                    *people += facility.people * lost / scenario.step_hours;
                }
                let region = scenario.facility_region(facility);
                services.weighted += self.weights.of(&facility.service, step as u32, region)
                    * facility.people
                    * lost;
            }
            services.without.push(without);
        }
        services.fuel_short_litres = fuel.short;
        services.placements.sort_by_key(|p| (p.offer, p.piece, p.from));
        services
    }
}

/// The level of service of a facility in a step, 0 to 1, after its own and placed generation.
#[expect(clippy::too_many_arguments, reason = "one step of the simulation, with all its parts")]
fn level(
    scenario: &Scenario,
    f: usize,
    share: f64,
    step: u32,
    site: &mut Site,
    sets: &[Set],
    fuel: &mut Fuel,
    services: &mut Services,
) -> f64 {
    let facility = &scenario.facilities[f];
    let Some(essential) = essential_kw(facility) else {
        return share;
    };
    let hours = scenario.step_hours;
    let mut got = grid_kw(facility, share);
    let (own_kw, litres) = own_supply(facility, site, essential - got, hours);
    site.own_litres -= litres;
    got += own_kw;
    let region = scenario.facility_region(facility);
    for set in sets.iter().filter(|s| s.place.is_some_and(|(at, from)| at == f && from <= step)) {
        let load = (essential - got).min(set.kw);
        if load <= 1e-9 {
            break;
        }
        let wanted = diesel_lph(set.kw, load, set.full_lph) * hours;
        let litres = fuel.take(region, wanted);
        let run = if wanted > 0.0 { litres / wanted } else { 1.0 };
        if run > 0.0 {
            got += load * run;
            record(services, set, f, step, load, litres);
        }
    }
    (got / essential).clamp(0.0, 1.0)
}

/// What a facility's own set gives over a step, mean kW, of the `missing` kW, and the litres that it takes from
/// the tank.
fn own_supply(facility: &Facility, site: &Site, missing: f64, hours: f64) -> (f64, f64) {
    let load = missing.min(facility.own_kw).max(0.0);
    if load <= 0.0 {
        return (0.0, 0.0);
    }
    let wanted = diesel_lph(facility.own_kw, load, None) * hours;
    let run = if wanted > 0.0 { (site.own_litres / wanted).min(1.0) } else { 1.0 };
    (load * run, wanted * run)
}

/// Adds a step of running to the placements; a run of equal steps is one placement.
fn record(services: &mut Services, set: &Set, facility: usize, step: u32, kw: f64, litres: f64) {
    let last = services
        .placements
        .iter_mut()
        .rev()
        .find(|p| p.offer == set.offer && p.piece == set.piece && p.facility == facility);
    match last {
        Some(p) if p.to == step && (p.kw - kw).abs() < 0.5 => {
            p.to = step + 1;
            p.litres += litres;
        }
        _ => services.placements.push(Placement {
            offer: set.offer,
            piece: set.piece,
            facility,
            from: step,
            to: step + 1,
            kw,
            litres,
        }),
    }
}

/// Hours of full service lost in a step in which the level falls short by `missing`.
fn drain(site: &mut Site, facility: &Facility, missing: f64, hours: f64) -> f64 {
    if missing <= 1e-9 {
        site.buffer_left = facility.buffer_hours;
        return 0.0;
    }
    let lacking = missing * hours;
    let covered = site.buffer_left.min(lacking);
    site.buffer_left -= covered;
    lacking - covered
}

/// Moves sets to where they are needed (`shortfall`, kW, by facility): the most urgent facilities first, each
/// with the smallest set that is enough, or else the largest. A set that is not needed where it stands loses
/// a step on the way.
fn place(scenario: &Scenario, order: &[usize], shortfall: &[f64], sets: &mut [Set], step: u32) {
    for &f in order {
        let facility = &scenario.facilities[f];
        let mut missing = shortfall[f];
        if missing <= 1e-9 || facility.people <= 0.0 {
            continue;
        }
        let mut here = 0;
        for set in sets.iter().filter(|s| s.place.is_some_and(|(at, _)| at == f)) {
            missing -= set.kw;
            here += 1;
        }
        while missing > 1e-9 && here < MOST_SETS {
            let idle = |s: &Set| match s.place {
                None => s.arrival <= step,
                Some((at, _)) => at != f && shortfall[at] <= 1e-9,
            };
            let choice = (0..sets.len()).filter(|&s| idle(&sets[s])).min_by(|&a, &b| {
                let fit = |s: &Set| (s.kw < missing, if s.kw < missing { -s.kw } else { s.kw });
                let (x, y) = (fit(&sets[a]), fit(&sets[b]));
                let moved = |s: &Set| s.place.is_some();
                x.0.cmp(&y.0)
                    .then(moved(&sets[a]).cmp(&moved(&sets[b])))
                    .then(x.1.total_cmp(&y.1))
                    .then(a.cmp(&b))
            });
            let Some(set) = choice.map(|s| &mut sets[s]) else { break };
            let from = if set.place.is_some() { step + 1 } else { step };
            set.place = Some((f, from));
            missing -= set.kw;
            here += 1;
        }
    }
}

fn sets(scenario: &Scenario, allowed: Allowed) -> Vec<Set> {
    let mut sets = Vec::new();
    for (o, offer) in scenario.offers.iter().enumerate() {
        let plate = &offer.item.nameplate;
        if offer.item.kind != Kind::GeneratorSet || !allowed.includes(offer) {
            continue;
        }
        let Some(kw) = plate.kw.filter(|kw| *kw > 0.0) else { continue };
        // A facility takes a handful of sets at most: more pieces than that could never be placed.
        let most = (scenario.facilities.len() * MOST_SETS) as u32;
        sets.extend((1..=offer.count.min(most)).map(|piece| Set {
            offer: o,
            piece,
            kw,
            full_lph: plate.fuel_lph_full,
            arrival: offer.arrival(),
            place: None,
        }));
    }
    sets
}

/// Facilities by weighted people for each kilowatt, most first.
fn by_urgency(scenario: &Scenario) -> Vec<usize> {
    let worth = |f: &Facility| {
        let kw = essential_kw(f).unwrap_or(f64::INFINITY);
        f.people * scenario.weights.of_service(&f.service) / kw
    };
    let mut order: Vec<usize> = (0..scenario.facilities.len()).collect();
    order.sort_by(|&a, &b| {
        let (x, y) = (worth(&scenario.facilities[a]), worth(&scenario.facilities[b]));
        y.total_cmp(&x).then(a.cmp(&b))
    });
    order
}

fn essential_kw(facility: &Facility) -> Option<f64> {
    facility.essential_kw.or(facility.full_kw).filter(|kw| *kw > 0.0)
}

fn grid_kw(facility: &Facility, share: f64) -> f64 {
    let essential = essential_kw(facility).unwrap_or(0.0);
    let full = facility.full_kw.unwrap_or(essential).max(essential);
    full * share
}

/// Diesel in the regions. Without a fuel table there is no limit.
#[derive(Debug)]
struct Fuel {
    limited: bool,
    by_region: Vec<f64>,
    anywhere: f64,
    short: f64,
}

impl Fuel {
    fn new(scenario: &Scenario) -> Self {
        Fuel {
            limited: !scenario.fuel.is_empty(),
            by_region: vec![0.0; scenario.regions.len()],
            anywhere: 0.0,
            short: 0.0,
        }
    }

    fn arrive(&mut self, scenario: &Scenario, step: u32) {
        for delivery in scenario.fuel.iter().filter(|d| d.step == step) {
            match delivery.region {
                Some(region) => self.by_region[region] += delivery.litres,
                None => self.anywhere += delivery.litres,
            }
        }
    }

    fn take(&mut self, region: Option<usize>, wanted: f64) -> f64 {
        if !self.limited {
            return wanted;
        }
        let mut got = 0.0;
        if let Some(stock) = region.and_then(|r| self.by_region.get_mut(r)) {
            got = stock.min(wanted);
            *stock -= got;
        }
        let more = self.anywhere.min(wanted - got);
        self.anywhere -= more;
        self.short += wanted - got - more;
        got + more
    }
}
