//! Which contingencies need no full power flow, by the linear one.
//!
//! An outage of one branch changes active flows as line-outage factors say. What the linear power flow leaves out, losses and reactive
//! power, is in the full solution before anything fails: a branch is taken to carry its apparent power there, and all of the
//! linear change on top, whatever its direction. That is more than it can carry if reactive power stays as it is.

use relight_grid::batch::Element;
use relight_grid::dc::Outages;
use relight_grid::{Injections, Network, Status, Susceptance};

use super::list::Contingency;
use super::result::Base;

/// A branch that an outage loads by less than this part of its rating is not what the outage does.
const LEAST: f64 = 0.01;

/// For each contingency the highest loading that the linear power flow gives, branch and percent of its rating, where that
/// stays below the threshold: such a contingency needs no full power flow.
pub fn harmless(
    network: &Network,
    status: &Status,
    base: &Base,
    contingencies: &[Contingency],
    percent: f64,
) -> Vec<Option<(usize, f64)>> {
    let mut outages =
        Outages::new(network, status.clone(), Injections::of_case(network), Susceptance::X);
    let mut out = vec![None; contingencies.len()];
    if !outages.solved() {
        return out;
    }
    let (mut places, mut branches) = (Vec::new(), Vec::new());
    for (at, c) in contingencies.iter().enumerate() {
        if let [Element::Branch(k)] = c.change.out[..]
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
