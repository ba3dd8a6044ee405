//! Generator sets on offer.

use relight_catalogue::{Kind, diesel_lph};

use crate::matching::Allowed;
use crate::scenario::Scenario;

/// Sets that stand at one facility at the same time, at most: more are not practical to connect.
pub(super) const MOST_AT_A_PLACE: u8 = 4;

/// The sets of one offer, all alike.
#[derive(Debug, Clone)]
pub(super) struct SetLot {
    /// Index of the offer.
    pub offer: usize,
    /// Output of a set, kW.
    pub kw: f64,
    /// Litres an hour at full load, where the maker says so.
    pub full_lph: Option<f64>,
    /// The first step at which they can stand somewhere.
    pub arrival: usize,
    /// How many.
    pub pieces: u32,
}

impl SetLot {
    /// Litres an hour that a set burns at this load, kW.
    pub fn lph(&self, load_kw: f64) -> f64 {
        diesel_lph(self.kw, load_kw, self.full_lph)
    }
}

/// The sets that may be used and say their kW, in file order, but for those of the offer `without`.
pub(super) fn lots(scenario: &Scenario, allowed: Allowed, without: Option<usize>) -> Vec<SetLot> {
    // A facility takes a handful of sets at most: more pieces than that could never be placed.
    let most = u32::try_from(scenario.facilities.len() * usize::from(MOST_AT_A_PLACE));
    let most = most.unwrap_or(u32::MAX);
    let horizon = scenario.horizon_steps;
    (scenario.offers.iter().enumerate())
        .filter(|&(o, offer)| {
            offer.item.kind == Kind::GeneratorSet
                && allowed.includes(offer)
                && offer.arrival() < horizon
                && Some(o) != without
        })
        .filter_map(|(o, offer)| {
            let plate = &offer.item.nameplate;
            let kw = plate.kw.filter(|kw| *kw > 0.0)?;
            Some(SetLot {
                offer: o,
                kw,
                full_lph: plate.fuel_lph_full,
                arrival: offer.arrival() as usize,
                pieces: offer.count.min(most),
            })
        })
        .collect()
}
