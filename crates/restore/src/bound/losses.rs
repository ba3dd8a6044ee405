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
    /// Weight times hours that the prices charge too much over the horizon.
    pub credit: f64,
    scenario: &'a Scenario,
}

/// A facility that can lack power.
#[derive(Debug, Clone)]
pub(super) struct Service<'a> {
    facility: &'a Facility,
    pub region: Option<usize>,
    pub bus: usize,
    /// The share of the service that a full supply of the bus gives, at least 1.
    pub by_grid: f64,
    /// Essential power, kW; `None`: the service goes with the share of the bus.
    pub essential_kw: Option<f64>,
    /// The share of a step that the buffer carries, full at its begin.
    pub buffer: f64,
    /// Own generation over a step, mean kW.
    pub own_kw: f64,
    /// What the tank of its own set holds, kWh.
    pub tank_kwh: f64,
    /// What a kWh from its own set and from sets that are brought is charged with; see [`Losses::price`].
    pub own_price: f64,
    pub set_price: f64,
}

/// What a facility lacked in a state, and what sets that were brought gave it, kW.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Lacking {
    /// The share of its essential power that the grid leaves lacking.
    pub share: f64,
    pub kw: f64,
    pub set_kw: f64,
}

#[derive(Debug)]
struct Set {
    kw: f64,
    pieces: f64,
    arrival: u32,
    litres_per_kwh: f64,
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
        let mut losses =
            Losses { homes, services, sets, weights, varies, total: 0.0, credit: 0.0, scenario };
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

    /// Puts prices on the diesel of tanks and depots, which is there once and not anew in every step: each kWh is
    /// charged for, and what all the diesel there is can cost is taken off the sum over the horizon. Whatever the prices,
    /// no plan pays more than that (Lagrangian relaxation of the tanks and depots). `lacking[step][service]` is
    /// what facilities lacked in states near to the best: diesel that is short there gets the price of the least
    /// worthy use that it still reaches. Returns whether anything has a price.
    pub(super) fn price(&mut self, lacking: &[&[Lacking]]) -> bool {
        let hours = self.scenario.step_hours;
        self.credit = 0.0;
        let mut uses: Vec<Vec<(f64, f64, usize)>> =
            vec![Vec::new(); self.scenario.regions.len() + 1];
        let litres_per_kwh = self.litres_per_kwh();
        for k in 0..self.services.len() {
            let service = &self.services[k];
            let Some(essential) = service.essential_kw else { continue };
            let (mut own, mut brought, mut weight, mut all) = (0.0, 0.0, 0.0, 0.0);
            for (t, states) in lacking.iter().enumerate() {
                let Some(l) = states.get(k) else { continue };
                own += hours * l.kw.min(service.own_kw);
                brought += hours * l.set_kw;
                weight += l.kw * self.weight(service, t as u32);
                all += l.kw;
            }
            let a_kwh = if all > 0.0 { weight / all / essential } else { 0.0 };
            if own > service.tank_kwh {
                self.services[k].own_price = a_kwh;
                self.credit += a_kwh * self.services[k].tank_kwh;
            }
            let region = self.services[k].region.unwrap_or(self.scenario.regions.len());
            if brought > 0.0 && litres_per_kwh.is_finite() && litres_per_kwh > 0.0 {
                uses[region].push((a_kwh / litres_per_kwh, brought * litres_per_kwh, k));
            }
        }
        if !self.scenario.fuel.is_empty() {
            self.price_depots(&mut uses, litres_per_kwh);
        }
        self.services.iter().any(|s| s.own_price > 0.0 || s.set_price > 0.0)
    }

    /// Prices for the diesel of each region: `uses` are what a litre is worth, litres, and the service.
    fn price_depots(&mut self, uses: &mut [Vec<(f64, f64, usize)>], litres_per_kwh: f64) {
        let came = |region| self.came(region, self.scenario.horizon_steps.saturating_sub(1));
        let anywhere = came(None);
        let mut dearest = 0.0_f64;
        let mut prices = vec![0.0; uses.len()];
        let mut credit = 0.0;
        for (r, uses) in uses.iter_mut().enumerate() {
            let own = if r < self.scenario.regions.len() { came(Some(r)) } else { 0.0 };
            uses.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.2.cmp(&y.2)));
            let mut left = own + anywhere;
            for &(worth, litres, _) in uses.iter() {
                left -= litres;
                if left < 0.0 {
                    prices[r] = worth;
                    credit += worth * own;
                    dearest = dearest.max(worth);
                    break;
                }
            }
        }
        self.credit += credit + dearest * anywhere;
        for service in &mut self.services {
            let r = service.region.unwrap_or(self.scenario.regions.len());
            service.set_price = prices[r] * litres_per_kwh.min(1e9);
        }
    }

    /// The least diesel that any set takes for a kWh.
    fn litres_per_kwh(&self) -> f64 {
        self.sets.iter().map(|s| s.litres_per_kwh).fold(f64::INFINITY, f64::min)
    }

    /// The least diesel that a kW from sets takes in a step; `None` where there is no limit to diesel.
    pub(super) fn litres_per_kw(&self) -> Option<f64> {
        let litres = self.litres_per_kwh() * self.step_hours();
        (!self.scenario.fuel.is_empty() && litres.is_finite()).then_some(litres)
    }

    /// Litres of diesel that came by a step to a region, or to none in particular.
    pub(super) fn came(&self, region: Option<usize>, by: u32) -> f64 {
        let of = self.scenario.fuel.iter().filter(|d| d.region == region && d.step <= by);
        of.map(|d| d.litres).sum()
    }

    pub(super) fn step_hours(&self) -> f64 {
        self.scenario.step_hours
    }

    pub(super) fn regions(&self) -> usize {
        self.scenario.regions.len()
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
        services.push(Service {
            facility: f,
            region,
            bus,
            by_grid,
            essential_kw,
            buffer,
            own_kw,
            tank_kwh,
            own_price: 0.0,
            set_price: 0.0,
        });
    }
    services
}

fn sets(scenario: &Scenario, allowed: Allowed) -> Vec<Set> {
    (scenario.offers.iter())
        .filter(|o| o.item.kind == Kind::GeneratorSet && allowed.includes(o))
        .filter_map(|o| {
            let kw = o.item.nameplate.kw.filter(|kw| *kw > 0.0)?;
            let litres_per_kwh = least_litres_per_kwh(kw, o.item.nameplate.fuel_lph_full);
            Some(Set { kw, pieces: f64::from(o.count), arrival: o.arrival(), litres_per_kwh })
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
