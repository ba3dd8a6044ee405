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
