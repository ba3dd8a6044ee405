//! Who gets what, by rule: jobs in order of priority each take what fits and is there soonest.

use crate::matching::{Allowed, fits};
use crate::plan::{ItemUse, MatchRow};
use crate::scenario::Scenario;
use crate::schedule::Assignment;

/// An offer that lies ready in a region: there it can be used at once, elsewhere after its transit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// Index of the offer.
    pub offer: usize,
    /// Index of the region.
    pub region: usize,
}

/// Items given to jobs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gift {
    /// Who gets what.
    pub assignment: Assignment,
    /// The step at which each job has its equipment. `None`: it lacks some.
    pub arrival: Vec<Option<u32>>,
}

/// Gives equipment to jobs in this order; those that are not in it get nothing. A job gets all that it needs or nothing.
/// Of what fits it takes what lets it begin first, then the least derated, then the smallest, then the first of the file.
pub(super) fn give(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    stock: &[Stock],
    order: &[usize],
) -> Gift {
    let mut left: Vec<u32> = scenario.offers.iter().map(|o| o.count).collect();
    let mut gift = Gift {
        assignment: Assignment { by_need: vec![None; scenario.needs.len()] },
        arrival: (scenario.jobs.iter()).map(|j| j.needs.is_empty().then_some(0)).collect(),
    };
    for &j in order {
        let job = &scenario.jobs[j];
        if job.needs.is_empty() {
            continue;
        }
        let region = scenario.job_region(j);
        let arrival = |offer: usize| {
            let near = stock.iter().any(|s| s.offer == offer && Some(s.region) == region);
            if near { scenario.offers[offer].ready } else { scenario.offers[offer].arrival() }
        };
        let before = left.clone();
        let mut taken = Vec::new();
        let mut complete = true;
        for &need in &job.needs {
            let first = rows.partition_point(|r| r.need < need);
            let mut fitting: Vec<&MatchRow> = (rows[first..].iter())
                .take_while(|r| r.need == need)
                .filter(|r| {
                    let start = arrival(r.offer).max(job.ready);
                    let in_time = start.saturating_add(job.steps) <= scenario.horizon_steps;
                    fits(r) && allowed.includes(&scenario.offers[r.offer]) && in_time
                })
                .collect();
            let asked = scenario.needs[need].item.nameplate.mva;
            fitting.sort_by(|a, b| {
                let begins = |r: &MatchRow| arrival(r.offer).max(job.ready);
                let lacks = |r: &MatchRow| match (r.result.usable_mva, asked) {
                    (Some(usable), Some(asked)) => (asked - usable).max(0.0),
                    _ => 0.0,
                };
                let size = |r: &MatchRow| {
                    let plate = &scenario.offers[r.offer].item.nameplate;
                    plate.mva.or(plate.length_km).unwrap_or(0.0)
                };
                begins(a)
                    .cmp(&begins(b))
                    .then(lacks(a).total_cmp(&lacks(b)))
                    .then(size(a).total_cmp(&size(b)))
                    .then(a.offer.cmp(&b.offer))
            });
            let mut places = scenario.needs[need].count;
            for row in fitting {
                let pieces = row.result.pieces.max(1);
                let filled = places.min(left[row.offer] / pieces);
                if filled > 0 {
                    left[row.offer] -= filled * pieces;
                    places -= filled;
                    taken.push(ItemUse { need, offer: row.offer, count: filled * pieces });
                }
            }
            complete &= places == 0;
        }
        if complete {
            gift.arrival[j] = taken.iter().map(|item| arrival(item.offer)).max();
            for item in taken {
                gift.assignment.by_need[item.need].get_or_insert_default().push(item);
            }
        } else {
            left = before;
        }
    }
    gift
}
