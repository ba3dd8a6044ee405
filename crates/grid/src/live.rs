//! Which islands can be energised, and the bus that each takes its reference from.

use crate::network::{BusKind, Injections, Network, Status};
use crate::sparse::Symbolic;
use crate::{Islands, islands};

/// The islands of a state, each with its reference bus; `None` where no generator is in service.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) islands: Islands,
    /// Reference bus of each island.
    pub(crate) slack: Vec<Option<usize>>,
    /// Buses of each island, ascending.
    pub(crate) buses: Vec<Vec<usize>>,
}

impl Live {
    /// Finds the islands and their reference buses: the lowest bus of kind `Reference` with a generator in
    /// service; without one, the bus with the largest generator capacity in service (the lower index of two alike).
    pub(crate) fn new(network: &Network, status: &Status) -> Self {
        let islands = islands(network, status);
        let mut capacity: Vec<Option<f64>> = vec![None; network.buses.len()];
        for (g, _) in generators_on(network, status) {
            let g = &network.generators[g];
            *capacity[g.bus].get_or_insert(0.0) += g.pmax_mw;
        }
        let mut buses = vec![Vec::new(); islands.count];
        let mut best: Vec<Option<(bool, f64, usize)>> = vec![None; islands.count];
        for (i, island) in islands.of_bus.iter().enumerate() {
            let Some(island) = *island else { continue };
            buses[island].push(i);
            let Some(capacity) = capacity[i] else { continue };
            let reference = network.buses[i].kind == BusKind::Reference;
            let better = best[island].is_none_or(|(was_reference, most, _)| {
                match (reference, was_reference) {
                    (true, false) => true,
                    (false, false) => capacity > most,
                    (_, true) => false,
                }
            });
            if better {
                best[island] = Some((reference, capacity, i));
            }
        }
        let slack = best.into_iter().map(|b| b.map(|(_, _, i)| i)).collect();
        Live { islands, slack, buses }
    }

    /// Whether a bus is in service in an island with a reference bus.
    pub(crate) fn bus(&self, i: usize) -> bool {
        self.islands.of_bus[i].is_some_and(|k| self.slack[k].is_some())
    }
}

/// The generators in service at buses in service, each with its bus.
pub(crate) fn generators_on<'a>(
    network: &'a Network,
    status: &'a Status,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    network
        .generators
        .iter()
        .enumerate()
        .filter(|(k, g)| status.generator[*k] && status.bus[g.bus])
        .map(|(k, g)| (k, g.bus))
}

/// Whether a branch and both its ends are in service.
pub(crate) fn branch_on(network: &Network, status: &Status, k: usize) -> bool {
    let l = &network.branches[k];
    status.branch[k] && status.bus[l.from] && status.bus[l.to]
}

/// What the direct-current lines inject at each bus, (MW, `MVAr`). A line counts where both its ends are live.
pub(crate) fn dc_line_injections(network: &Network, live: &Live) -> Vec<(f64, f64)> {
    let mut out = vec![(0.0, 0.0); network.buses.len()];
    for d in &network.dc_lines {
        if d.in_service && live.bus(d.from) && live.bus(d.to) {
            out[d.from].0 -= d.pf_mw;
            out[d.from].1 += d.qf_mvar;
            out[d.to].0 += d.pt_mw;
            out[d.to].1 += d.qt_mvar;
        }
    }
    out
}

/// Active injection at each bus, MW: generators in service and direct-current lines less demand.
pub(crate) fn active_injections(
    network: &Network,
    status: &Status,
    injections: &Injections,
    live: &Live,
) -> Vec<f64> {
    let dc = dc_line_injections(network, live);
    let mut out: Vec<f64> = injections.pd_mw.iter().zip(&dc).map(|(pd, dc)| dc.0 - pd).collect();
    for (g, bus) in generators_on(network, status) {
        out[bus] += injections.pg_mw[g];
    }
    out
}

/// The matrix pattern of a network with every branch in service, and where each branch stands in it.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) symbolic: Symbolic,
    /// Position of the diagonal entry of each bus.
    pub(crate) diagonal: Vec<usize>,
    /// Positions of (from, from), (from, to), (to, from), (to, to) of each branch.
    pub(crate) branch: Vec<[usize; 4]>,
}

impl Pattern {
    pub(crate) fn new(network: &Network) -> Self {
        let n = network.buses.len();
        let symbolic = Symbolic::new(n, network.branches.iter().map(|l| (l.from, l.to)));
        let diagonal: Vec<usize> = (0..n).map(|i| symbolic.position(i, i)).collect();
        let branch = network
            .branches
            .iter()
            .map(|l| {
                let (f, t) = (l.from, l.to);
                [diagonal[f], symbolic.position(f, t), symbolic.position(t, f), diagonal[t]]
            })
            .collect();
        Pattern { symbolic, diagonal, branch }
    }
}
