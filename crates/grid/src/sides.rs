//! What lies behind each branch that is on no cycle: the side that an outage cuts off from the island's reference.
//!
//! A search from the reference of each island (Tarjan, Inf. Proc. Letters 2, 1974) finds these branches, and numbers the buses so
//! that what lies behind one of them is a stretch of numbers.

use crate::live::branch_on;
use crate::network::{BusKind, Network, Status};

const NONE: usize = usize::MAX;

/// The side behind a branch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side {
    /// Whether it is at the from end of the branch.
    pub(crate) at_from: bool,
    /// The reference that it takes by itself; `None` where it has no generator in service.
    pub(crate) slack: Option<usize>,
    /// Its stretch of the order of buses, and of branches.
    buses: [usize; 2],
    branches: [usize; 2],
}

/// The sides of all branches of a state that are on no cycle.
#[derive(Debug, Clone)]
pub(crate) struct Sides {
    side: Vec<Option<Side>>,
    /// Branches in service that are on no cycle, also where nothing is live.
    splits: Vec<bool>,
    /// Buses in the order in which they were found.
    order: Vec<usize>,
    /// Branches in service by the place of the bus at which they begin.
    branches: Vec<usize>,
}

/// How good a bus is as a reference: of kind `Reference`, capacity, and the lower of two alike (see `Live`).
#[derive(Debug, Clone, Copy)]
struct Candidate {
    reference: bool,
    capacity: f64,
    bus: usize,
}

impl Candidate {
    fn better(self, than: Self) -> bool {
        match (self.reference, than.reference) {
            (true, true) => self.bus < than.bus,
            (true, false) => true,
            (false, true) => false,
            (false, false) => {
                self.capacity > than.capacity
                    || (self.capacity == than.capacity && self.bus < than.bus)
            }
        }
    }
}

fn best(a: Option<Candidate>, b: Option<Candidate>) -> Option<Candidate> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.better(a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

impl Sides {
    /// Searches from the references of the islands; only what is `live` has sides.
    pub(crate) fn new(
        network: &Network,
        status: &Status,
        references: impl Iterator<Item = usize>,
        live: impl Fn(usize) -> bool,
    ) -> Self {
        let (n, m) = (network.buses.len(), network.branches.len());
        let on = |k: usize| {
            let l = &network.branches[k];
            branch_on(network, status, k) && l.from != l.to
        };
        let (starts, neighbours) = neighbours(network, &on);
        let mut candidate = candidates(network, status);
        let mut sides = Sides {
            side: vec![None; m],
            splits: vec![false; m],
            order: Vec::with_capacity(n),
            branches: (0..m).filter(|k| on(*k)).collect(),
        };
        let (mut found, mut low) = (vec![NONE; n], vec![NONE; n]);
        // What lies behind each branch on no cycle, as bus at its far end and stretch of buses.
        let mut behind: Vec<(usize, usize, [usize; 2])> = Vec::new();
        for root in references.chain(0..n) {
            if found[root] != NONE {
                continue;
            }
            let mut path = vec![(root, NONE, starts[root])];
            (found[root], low[root]) = (sides.order.len(), sides.order.len());
            sides.order.push(root);
            while let Some((bus, by, at)) = path.last_mut() {
                let (bus, by) = (*bus, *by);
                if *at < starts[bus + 1] {
                    let (other, branch) = neighbours[*at];
                    *at += 1;
                    if branch == by {
                        continue;
                    }
                    if found[other] == NONE {
                        (found[other], low[other]) = (sides.order.len(), sides.order.len());
                        sides.order.push(other);
                        path.push((other, branch, starts[other]));
                    } else {
                        low[bus] = low[bus].min(found[other]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&(parent, _, _)) = path.last() {
                    low[parent] = low[parent].min(low[bus]);
                    if low[bus] > found[parent] {
                        sides.splits[by] = true;
                        behind.push((by, bus, [found[bus], sides.order.len()]));
                    }
                    // All that lies behind this bus has been seen.
                    candidate[parent] = best(candidate[parent], candidate[bus]);
                }
            }
        }
        let place = |k: &usize| {
            let l = &network.branches[*k];
            found[l.from].max(found[l.to])
        };
        sides.branches.sort_by_key(place);
        for (branch, bus, buses) in behind.into_iter().filter(|(_, bus, _)| live(*bus)) {
            let stretch = buses.map(|at| sides.branches.partition_point(|k| place(k) < at));
            sides.side[branch] = Some(Side {
                at_from: network.branches[branch].from == bus,
                slack: candidate[bus].map(|c| c.bus),
                buses,
                branches: stretch,
            });
        }
        sides
    }

    pub(crate) fn of(&self, branch: usize) -> Option<Side> {
        self.side[branch]
    }

    pub(crate) fn splits(&self, branch: usize) -> bool {
        self.splits.get(branch).copied().unwrap_or(false)
    }

    /// The branches of a side, and the one that leads to it.
    pub(crate) fn branches(&self, side: Side) -> &[usize] {
        &self.branches[side.branches[0]..side.branches[1]]
    }

    /// The buses of a side; the first is where the branch ends.
    pub(crate) fn buses(&self, side: Side) -> &[usize] {
        &self.order[side.buses[0]..side.buses[1]]
    }
}

/// What each bus offers as a reference.
fn candidates(network: &Network, status: &Status) -> Vec<Option<Candidate>> {
    let mut out: Vec<Option<Candidate>> = vec![None; network.buses.len()];
    for (g, bus) in crate::live::generators_on(network, status) {
        let reference = network.buses[bus].kind == BusKind::Reference;
        let own = out[bus].get_or_insert(Candidate { reference, capacity: 0.0, bus });
        own.capacity += network.generators[g].pmax_mw;
    }
    out
}

/// The buses and branches at each bus: where its part begins, and all parts.
fn neighbours(network: &Network, on: &impl Fn(usize) -> bool) -> (Vec<usize>, Vec<(usize, usize)>) {
    let n = network.buses.len();
    let mut starts = vec![0_usize; n + 1];
    for (k, l) in network.branches.iter().enumerate() {
        if on(k) {
            starts[l.from + 1] += 1;
            starts[l.to + 1] += 1;
        }
    }
    for i in 0..n {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut out = vec![(0_usize, 0_usize); starts[n]];
    for (k, l) in network.branches.iter().enumerate() {
        if on(k) {
            for (a, b) in [(l.from, l.to), (l.to, l.from)] {
                out[next[a]] = (b, k);
                next[a] += 1;
            }
        }
    }
    (starts, out)
}
