//! Heat, water, hospitals: services that need power at a facility, with what carries them over.
//!
//! In each step a facility has its share of the power of its bus, its own generation while its tank lasts, and the
//! generator sets placed at it while there is fuel. Below its essential power the service falls in
//! proportion. A buffer (tank, battery, heat in the walls) makes up for the shortfall until it is used up;
//! it is full again after a step of full service. A facility without a known bus counts as supplied.
//!
//! `facility` follows one facility, `depot` keeps account of the diesel, `sets` lists the generator sets,
//! `placing` decides where they stand and who gets the diesel, and `frost` says which heating networks freeze.

mod depot;
mod facility;
mod frost;
mod placing;
mod sets;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::matching::Allowed;
use crate::plan::{FrozenNetwork, Placement};
use crate::scenario::{Measure, Scenario};
use crate::weights::{HEAT, ServiceWeights};

use depot::Depot;
use facility::{Site, lost_hours};
use placing::{Board, Stay, Task};
use sets::SetLot;

/// Places times steps times kinds of sets that are looked at, at most. Beyond that, the places with the least losses
/// go without sets.
const MOST_CELLS: usize = 4_000_000;

/// What became of the services over the horizon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Services {
    /// For each step the people without each service, mean over the step.
    pub without: Vec<BTreeMap<String, f64>>,
    /// The same by step and then region, for those facilities of which the region is known.
    pub without_in: Vec<Vec<BTreeMap<String, f64>>>,
    /// Hours of full service that each facility lost, as index and hours; those that lost none are left out.
    pub lost: Vec<(usize, f64)>,
    /// Where generator sets stood.
    pub placements: Vec<Placement>,
    /// Litres of diesel that the sets could have used beyond what there was.
    pub fuel_short_litres: f64,
    /// Weight of a person's hour without the service, times these hours, summed.
    pub weighted: f64,
    /// Heating networks that stood still in frost for long.
    pub frozen: Vec<FrozenNetwork>,
}

/// The services of a scenario, ready to be followed through any course of the grid.
#[derive(Debug, Clone)]
pub(crate) struct ServiceModel<'a> {
    scenario: &'a Scenario,
    weights: ServiceWeights<'a>,
    /// Names of the services.
    services: Vec<&'a str>,
    /// Facilities, in file order.
    sites: Vec<Site>,
    lots: Vec<SetLot>,
    depot: Depot,
}

/// The services over a course of the grid.
struct Course {
    /// Hours of full service lost by step, at each facility where any are lost and no set helps.
    alone: Vec<(usize, Vec<f64>)>,
    /// Facilities that sets could help.
    places: Vec<usize>,
    /// What became of these.
    board: Board,
    /// Cost of all losses.
    weighted: f64,
    /// Litres used if there were no limit.
    litres_wanted: f64,
}

/// A facility that sets could help.
struct Open {
    facility: usize,
    /// kW that lack by step.
    short: Vec<f64>,
    /// What an hour without it costs, by step.
    worth: Vec<f64>,
    /// What its losses cost.
    cost: f64,
}

impl<'a> ServiceModel<'a> {
    /// Prepares what does not depend on the course of the grid. Generator sets come from `allowed` offers.
    pub(crate) fn new(scenario: &'a Scenario, allowed: Allowed) -> Self {
        Self::without(scenario, allowed, None)
    }

    /// The same, as if one of the offers did not come.
    pub(crate) fn without(scenario: &'a Scenario, allowed: Allowed, offer: Option<usize>) -> Self {
        let mut services: Vec<&str> = Vec::new();
        let sites = (scenario.facilities.iter())
            .map(|f| {
                let known = services.iter().position(|name| *name == f.service);
                let service = known.unwrap_or_else(|| {
                    services.push(&f.service);
                    services.len() - 1
                });
                Site::new(scenario, f, service)
            })
            .collect();
        ServiceModel {
            scenario,
            weights: ServiceWeights::new(scenario),
            services,
            sites,
            lots: sets::lots(scenario, allowed, offer),
            depot: Depot::new(scenario),
        }
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
    /// [`facility_share`](Self::facility_share); equal steps may share a slice.
    pub(crate) fn cost(&self, share: &[&[f64]]) -> f64 {
        match self.scenario.measure {
            Measure::People => self.follow(share, false).weighted,
            Measure::Energy => 0.0,
        }
    }

    /// Follows every service through the horizon. `share`: see [`cost`](Self::cost).
    pub(crate) fn simulate(&self, share: &[&[f64]]) -> Services {
        let course = self.follow(share, true);
        let (steps, hours) = (share.len(), self.scenario.step_hours);
        let placed = (course.places.iter().enumerate())
            .map(|(place, &f)| (f, &course.board.lost[place * steps..(place + 1) * steps]));
        let alone = course.alone.iter().map(|(f, lost)| (*f, lost.as_slice()));
        let lost: BTreeMap<usize, &[f64]> = placed.chain(alone).collect();
        let services = self.services.len();
        let regions = self.scenario.regions.len();
        let mut people = vec![0.0; services * steps];
        let mut within = vec![vec![BTreeMap::<String, f64>::new(); regions]; steps];
        for (&f, lost) in &lost {
            let site = &self.sites[f];
            for (t, lost) in lost.iter().enumerate().filter(|(_, lost)| **lost > 0.0) {
                let without = site.people * lost / hours;
                people[t * services + site.service] += without;
                if let Some(here) = site.region.and_then(|region| within[t].get_mut(region)) {
                    let name = self.services[site.service].to_owned();
                    *here.entry(name).or_default() += without;
                }
            }
        }
        let by_name = |t: usize| {
            let now = &people[t * services..(t + 1) * services];
            self.services.iter().zip(now).map(|(name, n)| ((*name).to_owned(), *n)).collect()
        };
        let heat = lost.iter().filter(|(f, _)| self.scenario.facilities[**f].service == HEAT);
        Services {
            without: (0..steps).map(by_name).collect(),
            without_in: within,
            lost: lost.iter().map(|(&f, lost)| (f, lost.iter().sum())).collect(),
            placements: self.placements(&course),
            fuel_short_litres: (course.litres_wanted - course.board.depot.used).max(0.0),
            weighted: course.weighted,
            frozen: heat
                .flat_map(|(&f, lost)| frost::standstills(self.scenario, &self.weights, f, lost))
                .collect(),
        }
    }

    fn follow(&self, share: &[&[f64]], with_wanted: bool) -> Course {
        let (steps, hours) = (share.len(), self.scenario.step_hours);
        let (mut alone, mut weighted, mut open) = (Vec::new(), 0.0, Vec::new());
        let mut lost = vec![0.0; steps];
        for facility in self.lacking(share) {
            let site = &self.sites[facility];
            let mut short: Vec<f64> = share.iter().map(|s| site.lacking_kw(s[facility])).collect();
            site.use_own_set(&mut short, hours);
            lost_hours(site, &short, hours, &mut lost);
            if lost.iter().all(|lost| *lost <= 0.0) {
                continue;
            }
            let worth = self.worth(facility, steps);
            let cost: f64 = lost.iter().zip(&worth).map(|(lost, worth)| lost * worth).sum();
            if site.known && cost > 0.0 && !self.lots.is_empty() {
                open.push(Open { facility, short, worth, cost });
            } else {
                weighted += cost;
                alone.push((facility, lost.clone()));
            }
        }
        let most = (MOST_CELLS / (steps * self.lots.len()).max(1)).max(1);
        if open.len() > most {
            open.sort_by(|a, b| b.cost.total_cmp(&a.cost).then(a.facility.cmp(&b.facility)));
            for beyond in open.drain(most..) {
                lost_hours(&self.sites[beyond.facility], &beyond.short, hours, &mut lost);
                weighted += beyond.cost;
                alone.push((beyond.facility, lost.clone()));
            }
            open.sort_by_key(|o| o.facility);
        }
        let places: Vec<usize> = open.iter().map(|o| o.facility).collect();
        let worth: Vec<f64> = open.iter().flat_map(|o| o.worth.iter().copied()).collect();
        let short: Vec<f64> = open.into_iter().flat_map(|o| o.short).collect();
        let (sites, lots) = (self.sites.as_slice(), self.lots.as_slice());
        let task = Task { sites, lots, steps, hours, places: &places, worth: &worth };
        let which: Vec<usize> = (0..lots.len()).collect();
        let litres_wanted = if with_wanted && self.depot.limited() {
            let free = task.board(short.clone(), Depot::bottomless());
            task.place(&free, &which).depot.used
        } else {
            0.0
        };
        let board = task.place(&task.board(short, self.depot.clone()), &which);
        weighted += board.lost.iter().zip(&worth).map(|(lost, worth)| lost * worth).sum::<f64>();
        Course { alone, places, board, weighted, litres_wanted }
    }

    /// The facilities that the grid does not always supply in full, in file order.
    fn lacking(&self, share: &[&[f64]]) -> Vec<usize> {
        let mut lacking = vec![false; self.sites.len()];
        for (t, now) in share.iter().enumerate() {
            if t > 0 && std::ptr::eq(*now, share[t - 1]) {
                continue;
            }
            for ((lacking, site), share) in lacking.iter_mut().zip(&self.sites).zip(*now) {
                *lacking |= site.lacking_kw(*share) > 0.0;
            }
        }
        (0..lacking.len()).filter(|&f| lacking[f]).collect()
    }

    /// What an hour without the facility costs, by step.
    fn worth(&self, facility: usize, steps: usize) -> Vec<f64> {
        let site = &self.sites[facility];
        let service = self.services[site.service];
        let of = |step| site.people * self.weights.of(service, step, site.region);
        if service == HEAT {
            (0..steps).map(|step| of(step as u32)).collect()
        } else {
            vec![of(0); steps]
        }
    }

    /// Stays in the words of a plan: a run of equal steps is one placement.
    fn placements(&self, course: &Course) -> Vec<Placement> {
        let mut placements: Vec<Placement> = Vec::new();
        let mut stays: Vec<&Stay> = course.board.stays.iter().collect();
        stays.sort_by_key(|s| (self.lots[s.lot].offer, s.piece, s.runs.first().map(|r| r.step)));
        for stay in stays {
            let (offer, facility) = (self.lots[stay.lot].offer, course.places[stay.place]);
            for run in &stay.runs {
                let (step, piece) = (run.step as u32, stay.piece + 1);
                match placements.last_mut() {
                    Some(p)
                        if (p.offer, p.piece, p.facility, p.to)
                            == (offer, piece, facility, step)
                            && (p.kw - run.load_kw).abs() < 0.5 =>
                    {
                        p.to = step + 1;
                        p.litres += run.litres;
                    }
                    _ => placements.push(Placement {
                        offer,
                        piece,
                        facility,
                        from: step,
                        to: step + 1,
                        kw: run.load_kw,
                        litres: run.litres,
                    }),
                }
            }
        }
        placements
    }
}
