//! Grid states: what is in service once some of the damage has been repaired.

use std::collections::BTreeMap;

use relight_grid::{Islands, Network, Status, islands};

use crate::plan::Derating;
use crate::scenario::{Element, Scenario};

/// A unit that is smaller than the place needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmallerUnit {
    /// What it carries, MVA.
    pub mva: f64,
    /// Impedance over that of the case; see [`Derating`].
    pub impedance: f64,
}

/// Smaller units by damage.
pub type SmallerUnits = BTreeMap<usize, SmallerUnit>;

/// A state of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct GridState {
    /// What is in service.
    pub status: Status,
    /// Branches in which a smaller unit stands.
    pub derated: Vec<Derating>,
}

impl GridState {
    /// The state in which the damages flagged in `repaired` are repaired, those named in `units` with a
    /// smaller unit than before.
    pub fn of(scenario: &Scenario, repaired: &[bool], units: &SmallerUnits) -> Self {
        let mut status = scenario.network.status();
        let mut derated = Vec::new();
        for (d, damage) in scenario.damages.iter().enumerate() {
            if repaired[d] {
                if let (Element::Branch(branch), Some(unit)) = (damage.element, units.get(&d)) {
                    derated.push(Derating { branch, mva: unit.mva, impedance: unit.impedance });
                }
                continue;
            }
            match damage.element {
                Element::Bus(i) => status.bus[i] = false,
                Element::Branch(l) => status.branch[l] = false,
                Element::Generator(g) => status.generator[g] = false,
            }
        }
        status.settle(&scenario.network);
        derated.sort_unstable_by_key(|d| d.branch);
        GridState { status, derated }
    }
}

/// The islands of a state, and which buses are live: those in whose island a generator is in service.
pub(crate) fn live_buses(network: &Network, status: &Status) -> (Islands, Vec<bool>) {
    let islands = islands(network, status);
    let mut has_source = vec![false; islands.count];
    for (unit, on) in network.generators.iter().zip(&status.generator) {
        if let Some(island) = islands.of_bus[unit.bus].filter(|_| *on) {
            has_source[island] = true;
        }
    }
    let live = islands.of_bus.iter().map(|i| i.is_some_and(|i| has_source[i])).collect();
    (islands, live)
}
