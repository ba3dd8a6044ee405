//! An order of repair by rule: the most weighted load for the work, with all that must be whole before it.
//!
//! What is dead is taken together as far as it is joined by what is whole. Its load comes back over the cheapest way from
//! what is live: a shortest path, whose length is the work of the broken elements on it. Again and again the way is taken
//! that brings back the most load, of everything along it, for its work. What nothing dead waits for - a parallel circuit, a
//! unit - is worth what the prices of the damaged grid say: the difference of the prices at its ends times its rating,
//! at most all that is shed where there is power.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use relight_grid::Islands;

use crate::construct::Candidates;
use crate::dispatch::Dispatcher;
use crate::scenario::{Element, Scenario};
use crate::state::{GridState, SmallerUnits, live_buses};

/// What the damaged grid says of its buses.
#[derive(Debug)]
pub(super) struct Prices {
    /// Weighted load saved for one more MW let in, by bus.
    price: Vec<f64>,
    /// What is joined by what is whole.
    islands: Islands,
    /// Which buses have power.
    live: Vec<bool>,
    /// Weighted load shed where there is power.
    shed_live: f64,
    /// Weighted load of each bus.
    load: Vec<f64>,
}

impl Prices {
    pub(super) fn new(dispatcher: &mut Dispatcher<'_>, scenario: &Scenario) -> Self {
        let broken = vec![false; scenario.damages.len()];
        let state = GridState::of(scenario, &broken, &SmallerUnits::new());
        let (islands, live) = live_buses(&scenario.network, &state.status);
        let (price, served) = dispatcher.price(&state);
        let load = dispatcher.load();
        let shed_live =
            (0..live.len()).filter(|&b| live[b]).map(|b| load.unserved(b, served[b])).sum();
        let whole = (0..live.len()).map(|b| load.unserved(b, 0.0)).collect();
        Prices { price, islands, live, shed_live, load: whole }
    }
}

/// What is dead, as a graph: node 0 is all that is live.
struct Dead {
    /// Weighted load of each node.
    load: Vec<f64>,
    /// The damage that a node is, where it is a broken bus.
    damage: Vec<Option<usize>>,
    /// For each node its neighbours, and the damage of the branch between, where it is broken.
    near: Vec<Vec<(usize, Option<usize>)>>,
}

impl Dead {
    fn new(scenario: &Scenario, prices: &Prices, candidate: &[bool]) -> Self {
        let network = &scenario.network;
        let status = network.status();
        let mut of_bus: Vec<Option<usize>> = vec![None; network.buses.len()];
        let mut of_branch: Vec<Option<usize>> = vec![None; network.branches.len()];
        for (d, damage) in scenario.damages.iter().enumerate() {
            match damage.element {
                Element::Bus(b) => of_bus[b] = Some(d),
                Element::Branch(l) => of_branch[l] = Some(d),
                Element::Generator(_) => {}
            }
        }
        // Broken buses stand for themselves; what is whole and dead is joined by what is whole.
        let mut dead = Dead { load: vec![0.0], damage: vec![None], near: vec![Vec::new()] };
        let mut of_island = vec![usize::MAX; prices.islands.count];
        let mut node = vec![usize::MAX; network.buses.len()];
        for b in (0..network.buses.len()).filter(|&b| status.bus[b]) {
            let island = prices.islands.of_bus[b];
            node[b] = match island {
                Some(_) if prices.live[b] => 0,
                Some(k) if of_island[k] != usize::MAX => of_island[k],
                _ => {
                    dead.load.push(0.0);
                    dead.damage.push(of_bus[b]);
                    dead.near.push(Vec::new());
                    dead.load.len() - 1
                }
            };
            if let Some(k) = island {
                of_island[k] = node[b];
            }
            if node[b] > 0 {
                dead.load[node[b]] += prices.load[b];
            }
        }
        let repairable = |damage: Option<usize>| damage.is_none_or(|d| candidate[d]);
        for (l, branch) in network.branches.iter().enumerate().filter(|(l, _)| status.branch[*l]) {
            let (a, b) = (node[branch.from], node[branch.to]);
            if a != b && repairable(of_branch[l]) {
                dead.near[a].push((b, of_branch[l]));
                dead.near[b].push((a, of_branch[l]));
            }
        }
        for (d, damage) in scenario.damages.iter().enumerate().filter(|(d, _)| candidate[*d]) {
            if let Element::Generator(g) = damage.element {
                let n = node[network.generators[g].bus];
                if n != usize::MAX && n > 0 {
                    dead.near[0].push((n, Some(d)));
                }
            }
        }
        dead
    }
}

/// Damages of `candidates`, first to be repaired first.
pub(super) fn by_ratio(
    scenario: &Scenario,
    candidates: &Candidates,
    prices: &Prices,
) -> Vec<usize> {
    let mut candidate = vec![false; scenario.damages.len()];
    for &d in &candidates.damages {
        candidate[d] = true;
    }
    let nothing_done = vec![false; scenario.jobs.len()];
    let work: Vec<f64> = (0..scenario.damages.len())
        .map(|d| candidates.work(scenario, &[d], &nothing_done).max(1.0))
        .collect();
    let dead = Dead::new(scenario, prices, &candidate);
    let mut rest: Vec<(f64, usize)> =
        candidates.damages.iter().map(|&d| (alone(scenario, prices, d) / work[d], d)).collect();
    // The most promising last, to be taken from the end; among equals the first of the file.
    rest.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut done = vec![false; scenario.damages.len()];
    let mut reached: Vec<bool> = (0..dead.load.len()).map(|node| node == 0).collect();
    let mut order = Vec::with_capacity(candidates.damages.len());
    loop {
        while rest.last().is_some_and(|(_, d)| done[*d]) {
            rest.pop();
        }
        let way = best_way(&dead, &candidate, &reached, &done, &work);
        let single = rest.last().copied();
        let ratio = way.as_ref().map_or(0.0, |way| way.ratio);
        match (way, single) {
            (Some(way), single) if single.is_none_or(|(alone, _)| ratio >= alone) => {
                for node in way.nodes {
                    reached[node] = true;
                }
                for d in way.damages {
                    if !std::mem::replace(&mut done[d], true) {
                        order.push(d);
                    }
                }
            }
            (_, Some((_, d))) => {
                done[d] = true;
                order.push(d);
            }
            (_, None) => break,
        }
    }
    order
}

/// What a damage promises by itself, by the prices of the damaged grid.
fn alone(scenario: &Scenario, prices: &Prices, d: usize) -> f64 {
    let network = &scenario.network;
    let promise = match scenario.damages[d].element {
        Element::Bus(_) => 0.0,
        Element::Branch(l) => {
            let branch = &network.branches[l];
            if !prices.live[branch.from] || !prices.live[branch.to] {
                return 0.0;
            }
            let mva = scenario.model.rating.limit_mva(branch).unwrap_or(0.0);
            (prices.price[branch.from] - prices.price[branch.to]).abs() * mva
        }
        Element::Generator(g) => {
            let unit = &network.generators[g];
            if !prices.live[unit.bus] {
                return 0.0;
            }
            prices.price[unit.bus].max(0.0) * unit.pmax_mw.max(0.0)
        }
    };
    promise.min(prices.shed_live)
}

struct Way {
    ratio: f64,
    nodes: Vec<usize>,
    damages: Vec<usize>,
}

/// The way to something dead that brings back the most load for its work; `None` where nothing dead can be reached.
fn best_way(
    dead: &Dead,
    candidate: &[bool],
    reached: &[bool],
    done: &[bool],
    work: &[f64],
) -> Option<Way> {
    let n = dead.load.len();
    let mut cost = vec![f64::INFINITY; n];
    let mut gain = vec![0.0; n];
    let mut from: Vec<Option<(usize, Option<usize>)>> = vec![None; n];
    let mut heap = BinaryHeap::new();
    let key = |cost: f64| Reverse(cost.to_bits());
    for node in (0..n).filter(|&node| reached[node]) {
        cost[node] = 0.0;
        heap.push((key(0.0), Reverse(node)));
    }
    let mut best: Option<(f64, usize)> = None;
    let mut settled = vec![false; n];
    while let Some((_, Reverse(node))) = heap.pop() {
        if std::mem::replace(&mut settled[node], true) {
            continue;
        }
        if !reached[node] && gain[node] > 0.0 {
            let ratio = gain[node] / f64::max(cost[node], 1e-3);
            if best.is_none_or(|(best, _)| ratio > best) {
                best = Some((ratio, node));
            }
        }
        for &(next, damage) in &dead.near[node] {
            if settled[next] || dead.damage[next].is_some_and(|d| !candidate[d]) {
                continue;
            }
            let open = |d: Option<usize>| d.filter(|&d| !done[d]).map_or(0.0, |d| work[d]);
            let length = cost[node] + open(damage) + open(dead.damage[next]);
            if length < cost[next] {
                cost[next] = length;
                gain[next] = gain[node] + dead.load[next];
                from[next] = Some((node, damage));
                heap.push((key(length), Reverse(next)));
            }
        }
    }
    let (ratio, mut node) = best?;
    let mut way = Way { ratio, nodes: Vec::new(), damages: Vec::new() };
    while let Some((before, damage)) = from[node] {
        way.nodes.push(node);
        way.damages.extend(dead.damage[node]);
        way.damages.extend(damage);
        node = before;
    }
    way.damages.reverse();
    Some(way)
}
