//! What load is worth: cut where a facility has its essential power, so that a hospital's wards come before its
//! laundry, and before the last homes of its bus.

use std::collections::BTreeMap;

use crate::scenario::{Measure, Scenario};
use crate::weights::ServiceWeights;

/// Load that nobody is known to live on is still served where that costs nobody else anything: it weighs
/// this share of the mean megawatt.
const NOBODY: f64 = 1e-3;
/// Shares of a load that differ by less are the same.
const SAME: f64 = 1e-6;

/// A part of the load of a bus, and what a megawatt of it weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// Its size.
    pub mw: f64,
    /// Weight of a megawatt.
    pub weight: f64,
}

/// The load of each bus in blocks, each of less weight than the one before it: what comes first runs what is
/// essential in the facilities of the bus, and part of the homes; what comes last, homes alone.
///
/// For [`Measure::Energy`] a megawatt weighs the priority of its bus. For [`Measure::People`] it weighs the people who get
/// power by it: those at home, and, up to the share of the load at which a facility has its essential power, those of the
/// facility, times the weights (heat at its mean weight over the horizon).
#[derive(Debug, Clone, PartialEq)]
pub struct LoadBlocks {
    of_bus: Vec<Vec<Block>>,
}

impl LoadBlocks {
    /// The blocks of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let loads = || scenario.network.buses.iter().map(|bus| bus.pd_mw.max(0.0));
        let of_bus = match scenario.measure {
            Measure::Energy => (loads().zip(&scenario.buses))
                .map(|(mw, bus)| Block { mw, weight: bus.priority })
                .map(|block| if block.mw > 0.0 { vec![block] } else { Vec::new() })
                .collect(),
            Measure::People => {
                let mut uses = uses(scenario);
                let loaded = || loads().zip(&uses).filter(|(mw, _)| *mw > 0.0);
                let mw: f64 = loaded().map(|(mw, _)| mw).sum();
                let weight: f64 = loaded().flat_map(|(_, uses)| uses).map(|u| u.weight).sum();
                let floor = if weight > 0.0 && mw > 0.0 { NOBODY * weight / mw } else { 1.0 };
                loads().zip(&mut uses).map(|(mw, uses)| blocks(mw, uses, floor)).collect()
            }
        };
        LoadBlocks { of_bus }
    }

    /// The blocks of a bus, the heaviest first; none where there is no load.
    pub fn of(&self, bus: usize) -> &[Block] {
        &self.of_bus[bus]
    }

    /// The blocks of a bus as far as they lie within its first `mw`.
    pub fn within(&self, bus: usize, mw: f64) -> impl Iterator<Item = Block> + '_ {
        self.of_bus[bus].iter().scan(mw, |left, block| {
            let mw = block.mw.min(*left).max(0.0);
            *left -= mw;
            Some(Block { mw, ..*block })
        })
    }

    /// Weight of what is not served of a bus that is served `mw`: the last blocks.
    pub fn unserved(&self, bus: usize, mw: f64) -> f64 {
        let whole = self.of_bus[bus].iter();
        whole.zip(self.within(bus, mw)).map(|(all, got)| all.weight * (all.mw - got.mw)).sum()
    }

    /// Weight of what is not served in all, by bus what is, MW.
    pub fn all_unserved(&self, served_mw: &[f64]) -> f64 {
        served_mw.iter().enumerate().map(|(bus, &mw)| self.unserved(bus, mw)).sum()
    }

    /// Weight of a bus's most worthy megawatt; 0 without load.
    pub fn heaviest(&self, bus: usize) -> f64 {
        self.of_bus[bus].first().map_or(0.0, |block| block.weight)
    }

    /// Weight of all load.
    pub fn total(&self) -> f64 {
        self.of_bus.iter().flatten().map(|block| block.weight * block.mw).sum()
    }
}

/// What somebody has of the power of a bus: all of `weight` at this share of the load, in proportion below it.
#[derive(Debug, Clone, Copy)]
struct Use {
    until: f64,
    weight: f64,
}

/// The uses of each bus.
fn uses(scenario: &Scenario) -> Vec<Vec<Use>> {
    let mut uses: Vec<Vec<Use>> = (scenario.buses.iter())
        .map(|b| b.people * b.priority * scenario.weights.residents)
        .map(|weight| vec![Use { until: 1.0, weight }])
        .collect();
    let weights = ServiceWeights::new(scenario);
    let mut mean_cold: BTreeMap<(&str, Option<usize>), f64> = BTreeMap::new();
    for facility in &scenario.facilities {
        let Some(bus) = facility.bus else { continue };
        let (service, region) = (facility.service.as_str(), scenario.facility_region(facility));
        let cold = *mean_cold
            .entry((service, region))
            .or_insert_with(|| weights.mean_cold(service, region));
        let weight = facility.people * scenario.weights.of_service(service) * cold;
        let until = match (facility.essential_kw, facility.full_kw) {
            (Some(essential), Some(full)) if essential > 0.0 && full > essential => {
                essential / full
            }
            _ => 1.0,
        };
        uses[bus].push(Use { until, weight });
    }
    uses
}

/// Cuts a load where one of its uses has all it needs.
fn blocks(mw: f64, uses: &mut [Use], floor: f64) -> Vec<Block> {
    if mw <= 0.0 {
        return Vec::new();
    }
    uses.sort_by(|a, b| a.until.total_cmp(&b.until));
    let mut blocks: Vec<Block> = Vec::new();
    let mut from = 0.0;
    for (k, until) in uses.iter().map(|u| u.until).enumerate() {
        if until - from <= SAME {
            continue;
        }
        let share: f64 = uses[k..].iter().map(|u| u.weight / u.until).sum();
        let weight = (share / mw).max(floor);
        let size = (until - from) * mw;
        match blocks.last_mut() {
            Some(last) if last.weight <= weight => last.mw += size,
            _ => blocks.push(Block { mw: size, weight }),
        }
        from = until;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::{Use, blocks};

    #[test]
    fn what_is_essential_comes_first() {
        // 100 people at home; a hospital for 50 that runs on a quarter of the load, a pump for 30 that needs all of it.
        let mut uses =
            [(1.0, 100.0), (0.25, 50.0), (1.0, 30.0)].map(|(until, weight)| Use { until, weight });
        let found: Vec<(f64, f64)> =
            blocks(20.0, &mut uses, 0.0).iter().map(|b| (b.mw, b.weight)).collect();
        assert_eq!(found, [(5.0, 16.5), (15.0, 6.5)]);
        // Nobody: the floor, in one block.
        let mut nobody = [(0.5, 0.0), (1.0, 0.0)].map(|(until, weight)| Use { until, weight });
        let found = blocks(8.0, &mut nobody, 0.1);
        assert_eq!((found.len(), found[0].mw, found[0].weight), (1, 8.0, 0.1));
    }
}
