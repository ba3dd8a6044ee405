//! Which damages are near each other on the grid: repairs that are worth something only together mostly are.

use std::collections::VecDeque;

use crate::scenario::{Element, Scenario};

/// Neighbours that are kept for each damage.
const MOST: usize = 12;
/// Branches between a damage and its farthest neighbour.
const FARTHEST: u32 = 4;

/// For each damage the others near it, nearest first.
#[derive(Debug, Clone)]
pub struct Related {
    near: Vec<Vec<usize>>,
}

impl Related {
    /// Looks at the whole grid, with everything repaired.
    pub fn new(scenario: &Scenario) -> Self {
        let network = &scenario.network;
        let n = network.buses.len();
        let mut neighbours = vec![Vec::new(); n];
        for branch in &network.branches {
            neighbours[branch.from].push(branch.to);
            neighbours[branch.to].push(branch.from);
        }
        let ends = |element: Element| match element {
            Element::Bus(i) => vec![i],
            Element::Branch(l) => vec![network.branches[l].from, network.branches[l].to],
            Element::Generator(g) => vec![network.generators[g].bus],
        };
        let mut at_bus = vec![Vec::new(); n];
        for (d, damage) in scenario.damages.iter().enumerate() {
            for bus in ends(damage.element) {
                at_bus[bus].push(d);
            }
        }
        // Buses seen in the search from a damage carry its number, so that nothing has to be cleared.
        let mut seen = vec![usize::MAX; n];
        let near = (scenario.damages.iter().enumerate())
            .map(|(d, damage)| {
                let mut found = Vec::new();
                let mut queue = VecDeque::new();
                for bus in ends(damage.element) {
                    seen[bus] = d;
                    queue.push_back((bus, 0));
                }
                while let Some((bus, hops)) = queue.pop_front() {
                    for &other in &at_bus[bus] {
                        if other != d && !found.contains(&other) {
                            found.push(other);
                        }
                    }
                    if found.len() >= MOST || hops == FARTHEST {
                        break;
                    }
                    for &next in &neighbours[bus] {
                        if std::mem::replace(&mut seen[next], d) != d {
                            queue.push_back((next, hops + 1));
                        }
                    }
                }
                found.truncate(MOST);
                found
            })
            .collect();
        Related { near }
    }

    /// The damages near this one, nearest first.
    pub fn of(&self, damage: usize) -> &[usize] {
        &self.near[damage]
    }
}
