//! What is lost in a step, as it is weighed: homes by the share of their load, facilities by what is left of
//! their essential power after buffers, their own sets and sets that are brought.

use relight_catalogue::{Kind, diesel_lph};

use crate::matching::Allowed;
use crate::scenario::{Facility, Measure, Scenario};
use crate::weights::ServiceWeights;

/// Sets that stand at one facility at the same time, at most, as the simulation of services has it.
const MOST_SETS: usize = 4;

/// Homes and facilities of a scenario.
#[derive(Debug)]
pub(super) struct Losses<'a> {
    /// Weight of a whole bus without power, an hour.
    pub homes: Vec<f64>,
    pub services: Vec<Service<'a>>,
    sets: Vec<Set>,
    weights: ServiceWeights<'a>,
    /// Whether weights change from step to step.
    varies: bool,
    /// Weight of everything without power, an hour, in the step where it weighs most.
    pub total: f64,
}

/// A facility that can lack power.
#[derive(Debug, Clone)]
pub(super) struct Service<'a> {
    facility: &'a Facility,
    region: Option<usize>,
    pub bus: usize,
    /// The share of the service that a full supply of the bus gives, at least 1.
    pub by_grid: f64,
    /// Essential power, kW; `None`: the service goes with the share of the bus.
    pub essential_kw: Option<f64>,
    /// The share of a step that the buffer carries, full at its begin.
    pub buffer: f64,
    /// Own generation over a step, mean kW.
    pub own_kw: f64,
}

#[derive(Debug)]
struct Set {
    kw: f64,
    pieces: f64,
    arrival: u32,
}

/// Generator sets that can be there in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sets {
    /// All together, kW.
    pub all_kw: f64,
    /// The largest that can stand at one place, kW.
    pub place_kw: f64,
}

impl<'a> Losses<'a> {
    pub(super) fn new(scenario: &'a Scenario, allowed: Allowed) -> Self {
        let people = scenario.measure == Measure::People;
        let homes: Vec<f64> = (scenario.buses.iter().zip(&scenario.network.buses))
            .map(|(info, bus)| match scenario.measure {
                _ if bus.pd_mw <= 0.0 => 0.0,
                Measure::Energy => info.priority * bus.pd_mw,
                Measure::People => info.priority * info.people * scenario.weights.residents,
            })
            .map(|weight| weight.max(0.0))
            .collect();
        let services = if people { services(scenario) } else { Vec::new() };
        let sets = if people { sets(scenario, allowed) } else { Vec::new() };
        let weights = ServiceWeights::new(scenario);
        let varies = !scenario.weather.is_empty();
        let mut losses = Losses { homes, services, sets, weights, varies, total: 0.0 };
        let homes: f64 = losses.homes.iter().sum();
        let most = (losses.services.iter())
            .map(|s| {
                let at = |step| losses.weight(s, step);
                let steps = if varies { scenario.horizon_steps } else { 1 };
                (0..steps).map(at).fold(0.0, f64::max)
            })
            .sum::<f64>();
        losses.total = homes + most;
        losses
    }

    /// Weight of an hour of `step` without the service.
    pub(super) fn weight(&self, service: &Service<'_>, step: u32) -> f64 {
        let of = self.weights.of(&service.facility.service, step, service.region);
        (service.facility.people * of).max(0.0)
    }

    /// The greatest share, at most 1, of what is lost in step `late` that step `early` loses in the same state: less
    /// where it is warmer.
    pub(super) fn share(&self, early: u32, late: u32) -> f64 {
        if !self.varies {
            return 1.0;
        }
        (self.services.iter())
            .map(|s| (self.weight(s, early), self.weight(s, late)))
            .filter(|(_, late)| *late > 0.0)
            .map(|(early, late)| early / late)
            .fold(1.0, f64::min)
    }

    /// Sets that can be there in a step.
    pub(super) fn sets(&self, step: u32) -> Sets {
        let mut there: Vec<&Set> = self.sets.iter().filter(|s| s.arrival <= step).collect();
        there.sort_by(|x, y| y.kw.total_cmp(&x.kw));
        let (mut places, mut place_kw) = (MOST_SETS as f64, 0.0);
        for set in &there {
            let here = set.pieces.min(places);
            place_kw += here * set.kw;
            places -= here;
        }
        Sets { all_kw: there.iter().map(|s| s.kw * s.pieces).sum(), place_kw }
    }
}

fn services(scenario: &Scenario) -> Vec<Service<'_>> {
    let mut services = Vec::new();
    for f in &scenario.facilities {
        let Some(bus) = f.bus.filter(|_| f.people > 0.0) else { continue };
        let essential_kw = f.essential_kw.or(f.full_kw).filter(|kw| *kw > 0.0);
        let by_grid = essential_kw.map_or(1.0, |e| f.full_kw.unwrap_or(e).max(e) / e);
        let own = f.own_kw.max(0.0).min(essential_kw.unwrap_or(0.0));
        let tank_kwh = f.fuel_litres.max(0.0) / least_litres_per_kwh(f.own_kw, None);
        let own_kw = own.min(tank_kwh / scenario.step_hours);
        let buffer = f.buffer_hours.max(0.0) / scenario.step_hours;
        let region = scenario.facility_region(f);
        services.push(Service { facility: f, region, bus, by_grid, essential_kw, buffer, own_kw });
    }
    services
}

fn sets(scenario: &Scenario, allowed: Allowed) -> Vec<Set> {
    (scenario.offers.iter())
        .filter(|o| o.item.kind == Kind::GeneratorSet && allowed.includes(o))
        .filter_map(|o| {
            let kw = o.item.nameplate.kw.filter(|kw| *kw > 0.0)?;
            Some(Set { kw, pieces: f64::from(o.count), arrival: o.arrival() })
        })
        .collect()
}

/// The least diesel that a set takes for a kWh. The curve is straight between the quarters of its load, so that
/// consumption for each kWh is least at one of them.
fn least_litres_per_kwh(kw: f64, full_lph: Option<f64>) -> f64 {
    if kw <= 0.0 {
        return f64::INFINITY;
    }
    let at = |share: f64| diesel_lph(kw, share * kw, full_lph) / (share * kw);
    [0.25, 0.5, 0.75, 1.0].into_iter().map(at).fold(f64::INFINITY, f64::min)
}
