//! Which contingencies need no full power flow, by the linear one.

use super::{Base, Contingency};
use crate::batch::Element;
use crate::dc::{Outages, Susceptance};
use crate::network::{Injections, Network, Status};

/// A branch that an outage loads by less than this part of its rating is not what the outage does.
const LEAST: f64 = 0.01;

/// For each contingency the highest loading that the linear power flow gives, branch and percent of its rating, where that
/// stays below `percent`: such a contingency needs no full power flow. `None` for all others, and for all that is not the outage of
/// one branch or splits the grid.
///
/// An outage of one branch changes active flows as line-outage factors say. What the linear power flow leaves out, losses and reactive
/// power, is in the full solution before anything fails: a branch is taken to carry its apparent power there, and all of the
/// linear change on top, whatever its direction. That is more than it can carry if reactive power stays as it is.
///
/// # Panics
/// If `status` does not have the lengths of the network's tables.
pub fn screen(
    network: &Network,
    status: &Status,
    base: &Base,
    contingencies: &[Contingency],
    percent: f64,
) -> Vec<Option<(usize, f64)>> {
    let mut out = vec![None; contingencies.len()];
    let mut outages =
        Outages::new(network, status.clone(), Injections::of_case(network), Susceptance::X);
    if !outages.solved() {
        return out;
    }
    let (mut places, mut branches) = (Vec::new(), Vec::new());
    for (at, c) in contingencies.iter().enumerate() {
        if let [Element::Branch(k)] = c.out[..]
            && k < network.branches.len()
            && !outages.splits(k)
        {
            places.push(at);
            branches.push(k);
        }
    }
    let before = outages.base().flow_mw.clone();
    let found = outages.each(&branches, |k, outage| {
        if outage.split.is_some() {
            return None;
        }
        let mut highest = (k, 0.0);
        let mut worst = 0.0_f64;
        for (at, l) in network.branches.iter().enumerate().filter(|(at, _)| *at != k) {
            let Some(limit) = base.rating.limit_mva(l) else { continue };
            let change = (outage.flow_mw[at] - before[at]).abs();
            let loading = 100.0 * (base.flow_mva[at] + change) / limit;
            if loading > highest.1 {
                highest = (at, loading);
            }
            if change > LEAST * limit {
                worst = worst.max(loading);
            }
        }
        (worst < percent).then_some(highest)
    });
    for (at, found) in places.into_iter().zip(found) {
        out[at] = found;
    }
    out
}
