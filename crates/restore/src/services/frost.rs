//! Heating networks that stand still in frost, and how long they last.
//!
//! Water that does not circulate gives off heat; once it has been below 0 °C for long enough, pipes burst, and a
//! network that froze takes days to drain, mend and fill. The clock counts degrees below zero times hours while less than half
//! of the service is there, and starts anew when it is back: after `freeze_degree_hours`
//! ([`Cold`](crate::scenario::Cold)) the network is taken to be frozen.

use crate::plan::FrozenNetwork;
use crate::scenario::Scenario;
use crate::weights::ServiceWeights;

/// A network with less than this share of its service stands still.
const CIRCULATES: f64 = 0.5;
/// A standstill is told from this share of the clock on.
const TOLD_FROM: f64 = 0.5;

/// The standstills in frost of a heating facility that come near to freezing, from its lost hours by step.
pub(super) fn standstills(
    scenario: &Scenario,
    weights: &ServiceWeights<'_>,
    facility: usize,
    lost: &[f64],
) -> Vec<FrozenNetwork> {
    let hours = scenario.step_hours;
    let region = scenario.facility_region(&scenario.facilities[facility]);
    let limit = scenario.cold.freeze_degree_hours;
    let mut told = Vec::new();
    let mut now: Option<FrozenNetwork> = None;
    for (t, lost) in lost.iter().chain([&0.0]).enumerate() {
        let step = t as u32;
        if *lost <= CIRCULATES * hours {
            told.extend(now.take().filter(|n| n.clock >= TOLD_FROM));
            continue;
        }
        let frost = weights.temp_c(step, region).map_or(0.0, |temp| (-temp).max(0.0));
        let n = now.get_or_insert(FrozenNetwork {
            facility,
            from: step,
            to: step,
            coldest_c: 0.0,
            hours_to_freezing: None,
            clock: 0.0,
        });
        n.to = step + 1;
        n.coldest_c = n.coldest_c.min(-frost);
        if n.hours_to_freezing.is_none() && frost > 0.0 {
            let left = (1.0 - n.clock) * limit / frost;
            if left <= hours {
                n.hours_to_freezing = Some(f64::from(step - n.from) * hours + left);
            }
        }
        n.clock += frost * hours / limit;
    }
    told
}
