//! One-step greedy, run to its end: what planning has to beat.
//!
//! ```sh
//! cargo run --release -p relight-restore --example one_step_greedy -- examples/winter-storm
//! ```
//!
//! Each step values *every* repair that is left, takes the one that brings back the most weighted load for its
//! crew-steps (the first of the file where none brings any), and gives it what it needs from the offers that are
//! left, the soonest first; what cannot be supplied is left out. The order becomes dates by the rules of every plan. No repair is passed over to save
//! time, so a large grid takes long. Prints JSON; `greedy` is in the measure that the scenario minimises.

use std::collections::BTreeMap;
mod folder;

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use relight_restore::dispatch::{Dispatcher, Engine, Workspace};
use relight_restore::evaluate::evaluate;
use relight_restore::matching::{Allowed, find, fits, matches, smaller_unit};
use relight_restore::plan::{ItemUse, MatchRow};
use relight_restore::scenario::OfferStatus;
use relight_restore::schedule::{Assignment, generate};
use relight_restore::{GridState, Scenario};

/// A gain below this share of what is unserved at the start is none.
const NO_GAIN: f64 = 1e-9;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which scenario folder?")?;
    let scenario = folder::load(Path::new(&path))?;
    let rows = matches(&scenario);
    let allowed = Allowed { status: OfferStatus::Offered };
    let (order, assignment) = greedy(&scenario, &rows, allowed);
    let jobs = generate(&scenario, &assignment, &order);
    let mut dispatcher = Dispatcher::new(&scenario);
    let objective = evaluate(&mut dispatcher, &rows, allowed, &jobs, false).objective;
    println!(
        "{{\"greedy\": {}, \"unserved_mwh\": {}, \"jobs\": {}}}",
        objective.weighted,
        objective.unserved_mwh,
        jobs.len()
    );
    Ok(())
}

/// Jobs in the order in which they are chosen, and their equipment.
fn greedy(scenario: &Scenario, rows: &[MatchRow], allowed: Allowed) -> (Vec<usize>, Assignment) {
    let n = scenario.damages.len();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut stock: Vec<u32> =
        scenario
            .offers
            .iter()
            .map(|o| {
                if allowed.includes(o) && o.arrival() < scenario.horizon_steps {
                    o.count
                } else {
                    0
                }
            })
            .collect();
    let mut assignment = Assignment { by_need: vec![None; scenario.needs.len()] };
    let mut units = BTreeMap::new();
    let (mut repaired, mut done) = (vec![false; n], vec![false; scenario.jobs.len()]);
    let mut left: Vec<usize> =
        (0..n).filter(|&d| !jobs_of(scenario, d, &done).is_empty()).collect();
    let mut order = Vec::new();
    let plain = Dispatcher::new(scenario).engine().clone();
    let start =
        plain.value(&mut plain.workspace(), &GridState::of(scenario, &repaired, &units)).unserved;
    let mut current = start;
    while !left.is_empty() {
        let state = GridState::of(scenario, &repaired, &units);
        let engine = plain.anchored(std::slice::from_ref(&state));
        let with = |d: usize| {
            let mut repaired = repaired.clone();
            repaired[d] = true;
            GridState::of(scenario, &repaired, &units)
        };
        // With nothing unserved the order of the rest does not matter.
        let all_served = current <= NO_GAIN * start;
        let values = if all_served {
            vec![current; left.len()]
        } else {
            values(&engine, threads, (&state, current), &left, with)
        };
        let rate = |k: usize| {
            let gain = current - values[k];
            let jobs = jobs_of(scenario, left[k], &done);
            let work: f64 = jobs.iter().map(|&j| crew_steps(scenario, j)).sum();
            if gain.abs() <= NO_GAIN * start { 0.0 } else { gain / work.max(0.5) }
        };
        let rates: Vec<f64> = (0..left.len()).map(rate).collect();
        let best = (0..left.len()).max_by(|&a, &b| rates[a].total_cmp(&rates[b]).then(b.cmp(&a)));
        let Some(best) = best else { break };
        let damage = left.remove(best);
        let jobs = jobs_of(scenario, damage, &done);
        let Some(items) = take(scenario, rows, &mut stock, &jobs) else { continue };
        if let Some(unit) = smaller_unit(scenario, rows, &items) {
            units.insert(damage, unit);
        }
        for item in items {
            assignment.by_need[item.need].get_or_insert_default().push(item);
        }
        for job in jobs {
            done[job] = true;
            order.push(job);
        }
        repaired[damage] = true;
        let state = GridState::of(scenario, &repaired, &units);
        current = if all_served {
            current
        } else {
            engine.value(&mut engine.workspace(), &state).unserved
        };
        if left.len().is_multiple_of(20) {
            eprintln!(
                "{} left, {:.4} of the load still out",
                left.len(),
                current / start.max(1e-9)
            );
        }
    }
    (order, assignment)
}

fn crew_steps(scenario: &Scenario, job: usize) -> f64 {
    f64::from(scenario.jobs[job].crews) * f64::from(scenario.jobs[job].steps)
}

/// The jobs that a damage still takes, each after those that it waits for.
fn jobs_of(scenario: &Scenario, damage: usize, done: &[bool]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut open: Vec<(usize, bool)> = (0..scenario.jobs.len())
        .rev()
        .filter(|&j| scenario.jobs[j].damage == damage)
        .map(|j| (j, false))
        .collect();
    while let Some((job, ready)) = open.pop() {
        if done[job] || order.contains(&job) {
            continue;
        }
        if ready {
            order.push(job);
        } else {
            open.push((job, true));
            open.extend(scenario.jobs[job].after.iter().rev().map(|&before| (before, false)));
        }
    }
    order
}

/// Takes what jobs need out of the stock; `None`, and nothing taken, where something is missing.
fn take(
    scenario: &Scenario,
    rows: &[MatchRow],
    stock: &mut [u32],
    jobs: &[usize],
) -> Option<Vec<ItemUse>> {
    let mut rest = stock.to_vec();
    let mut items = Vec::new();
    for &need in jobs.iter().flat_map(|&j| &scenario.jobs[j].needs) {
        let mut places = scenario.needs[need].count;
        let mut offers: Vec<(u32, usize, u32)> = (0..scenario.offers.len())
            .filter_map(|offer| {
                let row = find(rows, need, offer).filter(|row| fits(row))?;
                Some((scenario.offers[offer].arrival(), offer, row.result.pieces.max(1)))
            })
            .collect();
        offers.sort_unstable();
        for (_, offer, pieces) in offers {
            let filled = places.min(rest[offer] / pieces);
            if filled > 0 {
                places -= filled;
                rest[offer] -= filled * pieces;
                items.push(ItemUse { need, offer, count: filled * pieces });
            }
        }
        if places > 0 {
            return None;
        }
    }
    stock.copy_from_slice(&rest);
    Some(items)
}

/// Weighted load unserved once each of the damages is repaired on top of the state `now`, which leaves `current`
/// unserved.
fn values<F>(
    engine: &Engine<'_>,
    threads: usize,
    (now, current): (&GridState, f64),
    damages: &[usize],
    with: F,
) -> Vec<f64>
where
    F: Fn(usize) -> GridState + Sync,
{
    let next = AtomicUsize::new(0);
    let work = |mut workspace: Workspace| {
        let mut found = Vec::new();
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            let Some(&damage) = damages.get(k) else { return found };
            let state = with(damage);
            // Nothing comes into service: a line between dead busbars, say.
            let same = state == *now;
            let unserved =
                if same { current } else { engine.value(&mut workspace, &state).unserved };
            found.push((k, unserved));
        }
    };
    let mut values = vec![f64::INFINITY; damages.len()];
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| work(engine.workspace()))).collect();
        for (k, value) in workers.into_iter().filter_map(|w| w.join().ok()).flatten() {
            values[k] = value;
        }
    });
    values
}
