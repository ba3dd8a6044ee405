//! What a megawatt at a bus is worth in the measure of a scenario.

use crate::scenario::{Measure, Scenario};

/// Load that nobody is known to live on is still served where that costs nobody else anything: it weighs
/// this share of the mean megawatt.
const NOBODY: f64 = 1e-3;

/// Weight of a megawatt at each bus. For [`Measure::Energy`] it is the bus's priority; for
/// [`Measure::People`] the weighted people who depend on it: those at home, and those of its facilities.
pub fn per_mw(scenario: &Scenario) -> Vec<f64> {
    let demand = |i: usize| scenario.network.buses[i].pd_mw.max(0.0);
    if scenario.measure == Measure::Energy {
        return scenario.buses.iter().map(|b| b.priority).collect();
    }
    let mut people: Vec<f64> =
        scenario.buses.iter().map(|b| b.people * b.priority * scenario.weights.residents).collect();
    for facility in &scenario.facilities {
        if let Some(bus) = facility.bus {
            people[bus] += facility.people * scenario.weights.of_service(&facility.service);
        }
    }
    let total_mw: f64 = (0..people.len()).map(demand).sum();
    let total: f64 = (0..people.len()).filter(|&i| demand(i) > 0.0).map(|i| people[i]).sum();
    let floor = if total > 0.0 && total_mw > 0.0 { NOBODY * total / total_mw } else { 1.0 };
    (0..people.len())
        .map(|i| if demand(i) > 0.0 { (people[i] / demand(i)).max(floor) } else { 0.0 })
        .collect()
}
