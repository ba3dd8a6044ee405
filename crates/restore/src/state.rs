//! Grid states: what is in service once some of the damage has been repaired.

use relight_grid::Status;

use crate::scenario::{Element, Scenario};

/// A state of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct GridState {
    /// What is in service.
    pub status: Status,
    /// Branches with a lower rating than the case's, because a smaller unit was put in: index and MVA.
    pub derated: Vec<(usize, f64)>,
}

impl GridState {
    /// The state in which the damages flagged in `repaired` are repaired. `rating_mva` caps the rating of a
    /// repaired branch, by damage; infinite where nothing caps it.
    pub fn of(scenario: &Scenario, repaired: &[bool], rating_mva: &[f64]) -> Self {
        let mut status = scenario.network.status();
        let mut derated = Vec::new();
        for (d, damage) in scenario.damages.iter().enumerate() {
            if repaired[d] {
                if let (Element::Branch(l), true) = (damage.element, rating_mva[d].is_finite()) {
                    derated.push((l, rating_mva[d]));
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
        derated.sort_unstable_by_key(|&(l, _)| l);
        GridState { status, derated }
    }
}
