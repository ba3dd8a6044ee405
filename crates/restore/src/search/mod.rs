//! Search for better plans: adaptive large-neighbourhood search over the order of repairs, what is left out,
//! and who gets which item. Dates follow from these by the serial schedule generator.
//!
//! A round draws [`WIDTH`] changes of the solution that the search stands at, each by a stream of chance of its
//! own, values them in parallel and goes on from the best of them if that is good enough. How much worse than the
//! best a solution may be shrinks towards the end (record-to-record travel: G. Dueck, "New optimization
//! heuristics", J. Comput. Phys. 104, 1993); kinds of change that have helped are drawn more often (S. Ropke,
//! D. Pisinger, "An adaptive large neighborhood search heuristic", Transportation Science 40(4), 2006). As
//! everything in a round depends on the seed and the round alone, the number of threads changes nothing.

mod dice;
mod items;
mod moves;
mod solution;

use std::sync::Arc;

pub use dice::Dice;
pub use items::Market;
pub use moves::Move;
pub use solution::{Solution, Supply};

use crate::construct::{Candidates, Related};
use crate::plan::MatchRow;
use crate::value::{Cost, Limit, Valuer};

/// Changes that are tried in a round.
const WIDTH: usize = 16;
/// How much worse than the best a solution may be at the start, as a share: so much, but not more than the second
/// divided by the number of repairs, each of which matters less where there are many.
const WORSE: (f64, f64) = (0.03, 1.6);
/// Rounds without a new best after which the search goes back to the best.
const RETURN: u64 = 400;
/// The gain, as a share, after which states are dispatched as changes of those of the new best.
const ANCHOR: f64 = 0.003;
/// How soon the weight of a kind of change follows what it did lately.
const FOLLOW: f64 = 0.1;
/// No kind of change is drawn with less weight than this.
const LEAST_WEIGHT: f64 = 0.05;
/// A change that by some step has cost more than the solution it comes from, by this share of all that the best
/// costs, is not followed further: the least and the most.
const SLACK: (f64, f64) = (1e-5, 0.05);
/// The share is adapted so that about so many changes of a round are not followed to their end: most turn out
/// worse, and it shows early.
const STOPPED: usize = WIDTH / 2;
/// How quickly it is adapted.
const STRICTER: f64 = 0.85;

/// What there is to search in.
#[derive(Debug, Clone, Copy)]
pub struct Space<'s, 'a> {
    /// What can be repaired at all.
    pub candidates: &'s Candidates,
    /// Who may get what.
    pub market: &'s Market<'a>,
    /// What lies near what.
    pub related: &'s Related,
    /// Every need against every offer.
    pub rows: &'s [MatchRow],
}

/// Tells the search how far it has come and whether to go on.
pub trait Guide {
    /// The share of the effort that is spent, 0 to 1, before round `round`; `None` ends the search.
    fn spent(&mut self, round: u64, best: f64) -> Option<f64>;
}

/// Improves `start` until `guide` ends it. The seed and the rounds done decide the outcome.
pub fn improve(
    valuer: &mut Valuer<'_>,
    space: Space<'_, '_>,
    start: Solution,
    seed: u64,
    guide: &mut dyn Guide,
) -> (Solution, Cost) {
    let scenario = valuer.scenario();
    let mut at = start;
    let mut at_cost = valuer.cost(&at.timing(scenario, space.candidates));
    let mut course = valuer.course(&at.timing(scenario, space.candidates));
    let (mut best, mut best_cost) = (at.clone(), at_cost);
    // The last kind is a change of items.
    let kinds = Move::ALL.len() + usize::from(!space.market.is_empty());
    let mut weight = vec![1.0; kinds];
    let mut round = 0;
    let mut last_best = 0;
    let mut anchored = f64::INFINITY;
    let mut slack = SLACK.1;
    while let Some(spent) = guide.spent(round, best_cost.weighted) {
        if best_cost.weighted < anchored * (1.0 - ANCHOR) {
            anchored = best_cost.weighted;
            valuer.anchor_along(&best.timing(scenario, space.candidates));
        }
        let worse = WORSE.0.min(WORSE.1 / at.order.len().max(1) as f64) * (1.0 - spent).powi(2);
        let worst = best_cost.weighted * (1.0 + worse);
        let drawn: Vec<(usize, Option<Solution>)> = (0..WIDTH)
            .map(|trial| {
                let mut dice = Dice::new(seed, round, trial);
                let kind = dice.by_weight(&weight);
                let changed = match Move::ALL.get(kind) {
                    Some(kind) => kind.apply(&at, space.related, &mut dice),
                    None => (space.market.change(&at.supply.assignment, &mut dice)).map(|given| {
                        let supply = Arc::new(Supply::new(valuer, space.rows, given));
                        Solution { supply, ..at.clone() }
                    }),
                };
                (kind, changed)
            })
            .collect();
        let allowance = slack.max(worse) * best_cost.unserved;
        let limit = Limit {
            cost: Cost {
                weighted: worst.max(at_cost.weighted),
                unserved: at_cost.unserved.max(best_cost.unserved) + allowance,
            },
            course: course.iter().map(|sum| sum + allowance).collect(),
        };
        let costs = valuer.costs(drawn.len(), &limit, |k| {
            drawn[k].1.as_ref().map(|s| s.timing(scenario, space.candidates))
        });
        let mut good = vec![0.0_f64; kinds];
        let mut tried = vec![false; kinds];
        for ((kind, _), cost) in drawn.iter().zip(&costs) {
            tried[*kind] = true;
            let score = if cost.weighted < best_cost.weighted * (1.0 - 1e-9) {
                1.0
            } else if cost.weighted < at_cost.weighted * (1.0 - 1e-9) {
                0.3
            } else {
                0.0
            };
            good[*kind] = good[*kind].max(score);
        }
        let stopped = costs.iter().filter(|c| c.weighted.is_infinite()).count();
        slack *= if stopped > STOPPED { 1.0 / STRICTER } else { STRICTER };
        slack = slack.clamp(SLACK.0, SLACK.1);
        for k in (0..kinds).filter(|&k| tried[k]) {
            weight[k] = (weight[k] + FOLLOW * (good[k] - weight[k])).max(LEAST_WEIGHT);
        }
        let next = (costs.iter().enumerate())
            .min_by(|(_, a), (_, b)| a.weighted.total_cmp(&b.weighted))
            .filter(|(_, cost)| cost.weighted <= worst);
        if let Some((k, &cost)) = next
            && let Some(solution) = drawn.into_iter().nth(k).and_then(|(_, s)| s)
        {
            (at, at_cost) = (solution, cost);
            course = valuer.course(&at.timing(scenario, space.candidates));
            if cost.weighted < best_cost.weighted * (1.0 - 1e-9) {
                (best, best_cost, last_best) = (at.clone(), cost, round);
            }
        }
        round += 1;
        if round - last_best > RETURN {
            (at, at_cost, last_best) = (best.clone(), best_cost, round);
            course = valuer.course(&at.timing(scenario, space.candidates));
        }
    }
    (best, best_cost)
}
