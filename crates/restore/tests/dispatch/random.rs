//! Random networks, scenarios and states, with everything that makes a case awkward.

use relight_grid::ac::Rating;
use relight_grid::{BusKind, Network, Susceptance};
use relight_restore::GridState;
use relight_restore::scenario::{Element, Measure, Pmin, Scenario};

use crate::common::{Rng, branch, bus, damage, generator, network, scenario};

/// A network of islands and meshes with everything that makes a case awkward.
pub fn random_network(rng: &mut Rng) -> Network {
    let n = rng.whole(2, 14) as usize;
    let mut buses: Vec<_> = (0..n)
        .map(|i| {
            let pd = match rng.below(10) {
                0..=1 => 0.0,
                2 => rng.real(-30.0, -1.0),
                _ => rng.real(1.0, 60.0),
            };
            bus(10 + i as u64, pd)
        })
        .collect();
    if rng.chance(0.1) {
        buses[rng.below(n)].kind = BusKind::Isolated;
    }
    let mut ends: Vec<(usize, usize)> =
        (1..n).filter(|_| rng.chance(0.93)).map(|to| (to, 0)).collect();
    for end in &mut ends {
        end.1 = rng.below(end.0);
    }
    for _ in 0..rng.below(n + 2) {
        let (from, to) = (rng.below(n), rng.below(n));
        if from != to {
            ends.push((from, to));
        }
    }
    // Parallel circuits.
    for _ in 0..rng.below(3).min(ends.len()) {
        ends.push(ends[rng.below(ends.len())]);
    }
    let branches = ends
        .into_iter()
        .map(|(from, to)| {
            let x = if rng.chance(0.05) { 1e-4 } else { rng.real(0.02, 0.5) };
            let mut l = branch(from, to, x, 0.0);
            l.r = x * rng.real(0.0, 0.4);
            for rate in &mut l.rate_mva {
                *rate = if rng.chance(0.25) { 0.0 } else { rng.real(3.0, 70.0) };
            }
            if rng.chance(0.2) {
                l.ratio = rng.real(0.9, 1.1);
            }
            if rng.chance(0.1) {
                l.shift_deg = rng.real(-8.0, 8.0);
            }
            l.in_service = rng.chance(0.97);
            l
        })
        .collect();
    let generators = (0..rng.whole(0, n as u32 + 2))
        .map(|_| {
            let pmax = if rng.chance(0.1) { rng.real(-20.0, 0.0) } else { rng.real(2.0, 90.0) };
            let pmin = match rng.below(4) {
                0 => pmax.abs() * rng.real(0.1, 0.9).min(1.0) * pmax.signum(),
                1 => pmax - rng.real(0.0, 40.0),
                _ => pmax.min(0.0),
            };
            let mut unit = generator(rng.below(n), pmin, pmax);
            unit.pg_mw = rng.real(-10.0, 100.0);
            unit.in_service = rng.chance(0.95);
            unit
        })
        .collect();
    network(buses, branches, generators)
}

pub fn random_scenario(rng: &mut Rng) -> Scenario {
    let mut s = scenario(random_network(rng));
    s.model.susceptance = rng.one_of(&[Susceptance::X, Susceptance::RX]);
    s.model.rating = rng.one_of(&[Rating::A, Rating::B, Rating::C]);
    s.model.pmin = rng.one_of(&[Pmin::Zero, Pmin::Case]);
    s.measure = rng.one_of(&[Measure::Energy, Measure::People]);
    for info in &mut s.buses {
        info.people = rng.one_of(&[0.0, 500.0, 2000.0, 90_000.0]);
        info.priority = rng.one_of(&[1.0, 1.0, 0.5, 7.0]);
    }
    damage_at_random(rng, &mut s, 6);
    s
}

pub fn damage_at_random(rng: &mut Rng, s: &mut Scenario, most: usize) {
    for _ in 0..rng.below(most + 1) {
        let element = match rng.below(4) {
            0 => Element::Bus(rng.below(s.network.buses.len())),
            1 if !s.network.generators.is_empty() => {
                Element::Generator(rng.below(s.network.generators.len()))
            }
            _ if !s.network.branches.is_empty() => {
                Element::Branch(rng.below(s.network.branches.len()))
            }
            _ => continue,
        };
        if s.damages.iter().all(|d| d.element != element) {
            damage(s, element);
        }
    }
}

/// A state with some damages repaired, some of them with a smaller unit. How a smaller unit is described is
/// written out here again: what it carries, and an impedance that is higher by the ratio of the ratings.
pub fn random_state(rng: &mut Rng, s: &Scenario) -> GridState {
    let repaired: Vec<bool> = s.damages.iter().map(|_| rng.chance(0.6)).collect();
    let mut state = GridState::of(s, &repaired, &std::collections::BTreeMap::new());
    for (d, damage) in s.damages.iter().enumerate() {
        if let (Element::Branch(branch), true, true) =
            (damage.element, repaired[d], rng.chance(0.5))
        {
            let impedance = rng.real(1.0, 4.0);
            let mva = rng.real(2.0, 50.0);
            state.derated.push(relight_restore::plan::Derating { branch, mva, impedance });
        }
    }
    state.derated.sort_by_key(|d| d.branch);
    state
}
