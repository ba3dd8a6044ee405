//! One facility through time: what it lacks beside the grid and its own set, and what its buffer does not cover.

use relight_catalogue::diesel_lph;

use crate::scenario::{Facility, Scenario};

/// Shares and shortfalls below this are none.
pub(super) const NOTHING: f64 = 1e-9;

/// A facility as services see it.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// Index of its service.
    pub service: usize,
    /// Index of its region.
    pub region: Option<usize>,
    /// People who depend on it.
    pub people: f64,
    /// Power without which the service stops, kW; 1 where it is not known.
    pub essential_kw: f64,
    /// Power in normal use, kW; 1 where it is not known.
    pub full_kw: f64,
    /// Whether its power is known: without that no set can be chosen for it.
    pub known: bool,
    /// Hours that the service goes on without power.
    pub buffer_hours: f64,
    /// Own generation, kW.
    pub own_kw: f64,
    /// What its tank holds.
    pub tank_litres: f64,
}

impl Site {
    pub fn new(scenario: &Scenario, facility: &Facility, service: usize) -> Self {
        let positive = |kw: Option<f64>| kw.filter(|kw| *kw > 0.0);
        let essential = positive(facility.essential_kw.or(facility.full_kw));
        let essential_kw = essential.unwrap_or(1.0);
        Site {
            service,
            region: scenario.facility_region(facility),
            people: facility.people,
            essential_kw,
            full_kw: essential.and(facility.full_kw).unwrap_or(essential_kw).max(essential_kw),
            known: essential.is_some(),
            buffer_hours: facility.buffer_hours,
            own_kw: if essential.is_some() { facility.own_kw } else { 0.0 },
            tank_litres: facility.fuel_litres,
        }
    }

    /// kW that the grid leaves lacking with this share of the power in normal use. What is not essential goes first.
    pub fn lacking_kw(&self, share: f64) -> f64 {
        let lacking = self.essential_kw - self.full_kw * share;
        if lacking > NOTHING * self.essential_kw { lacking } else { 0.0 }
    }

    /// Takes from `short`, kW by step, what the facility's own set gives while its tank lasts.
    pub fn use_own_set(&self, short: &mut [f64], hours: f64) {
        let mut litres = self.tank_litres;
        for short in short {
            let load = short.min(self.own_kw);
            if load <= 0.0 || litres <= 0.0 {
                continue;
            }
            let wanted = diesel_lph(self.own_kw, load, None) * hours;
            let run = if wanted > 0.0 { (litres / wanted).min(1.0) } else { 1.0 };
            litres -= wanted * run;
            *short -= load * run;
            if *short <= NOTHING * self.essential_kw {
                *short = 0.0;
            }
        }
    }
}

/// A buffer: full again after a step in which nothing lacked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buffer {
    pub left_hours: f64,
}

impl Buffer {
    pub fn full(site: &Site) -> Self {
        Buffer { left_hours: site.buffer_hours }
    }

    /// Hours of full service lost in a step of `hours` in which `short_kw` lacks.
    pub fn step(&mut self, site: &Site, short_kw: f64, hours: f64) -> f64 {
        let missing = (short_kw / site.essential_kw).min(1.0);
        if missing <= NOTHING {
            self.left_hours = site.buffer_hours;
            return 0.0;
        }
        let lacking = missing * hours;
        let covered = self.left_hours.min(lacking);
        self.left_hours -= covered;
        lacking - covered
    }
}

/// Hours of full service lost in each step, from what lacks, kW.
pub(super) fn lost_hours(site: &Site, short: &[f64], hours: f64, lost: &mut [f64]) {
    let mut buffer = Buffer::full(site);
    for (lost, &short) in lost.iter_mut().zip(short) {
        *lost = buffer.step(site, short, hours);
    }
}
