//! Islands: the connected parts of a network in a given status.

use crate::network::{Network, Status};

/// The connected parts of a network. Direct-current lines do not join islands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Islands {
    /// The island of each bus; `None` for a bus that is out of service.
    pub of_bus: Vec<Option<usize>>,
    /// How many islands there are. Islands are numbered in the order of their lowest bus index.
    pub count: usize,
}

/// Finds the islands of `network` in `status`.
pub fn islands(network: &Network, status: &Status) -> Islands {
    let n = network.buses.len();
    let mut parent: Vec<usize> = (0..n).collect();
    for (l, on) in network.branches.iter().zip(&status.branch) {
        if *on {
            let (a, b) = (find(&mut parent, l.from), find(&mut parent, l.to));
            // The lower index becomes the root, which makes the numbering below independent of the
            // order of branches.
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut number = vec![usize::MAX; n];
    let mut of_bus = vec![None; n];
    let mut count = 0;
    for (i, island) in of_bus.iter_mut().enumerate() {
        if !status.bus[i] {
            continue;
        }
        let root = find(&mut parent, i);
        if number[root] == usize::MAX {
            number[root] = count;
            count += 1;
        }
        *island = Some(number[root]);
    }
    Islands { of_bus, count }
}

fn find(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

/// Which branches in service would split an island if they went out alone: those on no cycle (Tarjan, Inf.
/// Proc. Letters 2, 1974).
pub(crate) fn bridges(network: &Network, status: &Status) -> Vec<bool> {
    const NONE: usize = usize::MAX;
    let n = network.buses.len();
    let mut out = vec![false; network.branches.len()];
    let on = |k: usize| {
        let l = &network.branches[k];
        status.branch[k] && status.bus[l.from] && status.bus[l.to] && l.from != l.to
    };
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
    let mut neighbours = vec![(0_usize, 0_usize); starts[n]];
    for (k, l) in network.branches.iter().enumerate() {
        if on(k) {
            for (a, b) in [(l.from, l.to), (l.to, l.from)] {
                neighbours[next[a]] = (b, k);
                next[a] += 1;
            }
        }
    }
    let (mut found, mut low) = (vec![NONE; n], vec![NONE; n]);
    let mut time = 0;
    for root in 0..n {
        if found[root] != NONE {
            continue;
        }
        // Bus, the branch that led to it, and the next of its neighbours.
        let mut path = vec![(root, NONE, starts[root])];
        (found[root], low[root]) = (time, time);
        time += 1;
        while let Some((bus, by, at)) = path.last_mut() {
            let (bus, by) = (*bus, *by);
            if *at < starts[bus + 1] {
                let (other, branch) = neighbours[*at];
                *at += 1;
                if branch == by {
                    continue;
                }
                if found[other] == NONE {
                    (found[other], low[other]) = (time, time);
                    time += 1;
                    path.push((other, branch, starts[other]));
                } else {
                    low[bus] = low[bus].min(found[other]);
                }
            } else {
                path.pop();
                if let Some((parent, _, _)) = path.last() {
                    low[*parent] = low[*parent].min(low[bus]);
                    out[by] = low[bus] > found[*parent];
                }
            }
        }
    }
    out
}
