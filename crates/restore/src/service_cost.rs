//! What the services of a schedule cost, from the share of its load that the bus of each facility gets.

use crate::matching::Allowed;
use crate::scenario::{Measure, Scenario};
use crate::services::simulate;

/// The services of a scenario, followed through schedules.
#[derive(Debug)]
pub struct ServiceModel<'a> {
    scenario: &'a Scenario,
    allowed: Allowed,
}

impl<'a> ServiceModel<'a> {
    /// Prepares for the schedules of `scenario`.
    pub fn new(scenario: &'a Scenario, allowed: Allowed) -> Self {
        ServiceModel { scenario, allowed }
    }

    /// The part of [`crate::plan::Objective::weighted`] that services cost. `share[step]` is the share of its load
    /// that the bus of each facility gets, in the order of the facilities.
    pub fn cost(&self, share: &[&[f64]]) -> f64 {
        if self.scenario.measure == Measure::Energy {
            return 0.0;
        }
        let buses = self.scenario.network.buses.len();
        let by_bus: Vec<Vec<f64>> = (share.iter())
            .map(|share| {
                let mut by_bus = vec![0.0; buses];
                for (facility, &share) in self.scenario.facilities.iter().zip(*share) {
                    if let Some(bus) = facility.bus {
                        by_bus[bus] = share;
                    }
                }
                by_bus
            })
            .collect();
        let by_step: Vec<&[f64]> = by_bus.iter().map(Vec::as_slice).collect();
        let services = simulate(self.scenario, &by_step, self.allowed);
        (services.without.iter().flatten())
            .map(|(service, people)| {
                self.scenario.weights.of_service(service) * people * self.scenario.step_hours
            })
            .sum()
    }
}
