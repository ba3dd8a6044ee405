//! The bound against optima found by trying every schedule.

mod common;

use common::{
    Rng, branch, broken, bus, generator, need, network, offer, pool, scenario, seeds, transformer,
};
use relight_restore::bound::{Effort, Unwatched, best_state};
use relight_restore::dispatch::Dispatcher;
use relight_restore::evaluate::evaluate;
use relight_restore::matching::{Allowed, matches};
use relight_restore::plan::{ItemUse, ScheduledJob};
use relight_restore::scenario::{Element, OfferStatus, Scenario};
use relight_restore::schedule::{Assignment, generate};

const EFFORT: Effort = Effort::Counted { solves: 100_000, nodes: 10_000 };

fn allowed() -> Allowed {
    Allowed { status: OfferStatus::Offered }
}

fn bound(s: &Scenario) -> f64 {
    let found = best_state(s, &matches(s), allowed(), EFFORT, &Unwatched);
    assert!(found.complete);
    found.weighted
}

/// A grid of a few buses in a ring with chords, some load, some units, and up to `most` broken elements.
fn random(rng: &mut Rng, most: usize) -> Scenario {
    let n = 4 + rng.below(4);
    let buses = (0..n).map(|i| bus(i as u64 + 1, f64::from(rng.whole(0, 8)) * 10.0)).collect();
    let mut branches: Vec<_> = (0..n)
        .map(|i| (i, (i + 1) % n))
        .chain((0..rng.below(n)).map(|i| (i, (i + 2) % n)))
        .map(|(a, b)| {
            let rate = rng.one_of(&[0.0, 20.0, 40.0, 80.0]);
            branch(a, b, rng.real(0.05, 0.3), rate)
        })
        .collect();
    if rng.chance(0.3) {
        let twin = branches[0].clone();
        branches.push(twin);
    }
    let generators = (0..2 + rng.below(2))
        .map(|_| generator(rng.below(n), 0.0, rng.real(30.0, 150.0)))
        .collect();
    let mut s = scenario(network(buses, branches, generators));
    for info in &mut s.buses {
        info.priority = rng.one_of(&[1.0, 1.0, 3.0]);
    }
    let mut elements: Vec<Element> = (0..s.network.branches.len()).map(Element::Branch).collect();
    elements.extend((0..s.network.generators.len()).map(Element::Generator));
    elements.push(Element::Bus(rng.below(n)));
    for e in rng.shuffled(elements.len()).into_iter().take(most) {
        broken(&mut s, elements[e], 1);
    }
    s
}

/// The least loss over the starts that the scheduler can be led to by any order of jobs, for each way to
/// leave jobs out that some order can stand for.
fn optimum(s: &Scenario, assignment: &Assignment, skip: bool) -> f64 {
    let rows = matches(s);
    let mut dispatcher = Dispatcher::new(s);
    let mut best = f64::INFINITY;
    let n = s.jobs.len();
    let mut seen: Vec<Vec<ScheduledJob>> = Vec::new();
    let subsets = if skip { 1_usize << n } else { 1 };
    for left_out in 0..subsets {
        let mut jobs: Vec<usize> = (0..n).filter(|j| left_out >> j & 1 == 0).collect();
        common::orders(&mut jobs, &mut |order| {
            let plan = generate(s, assignment, order);
            if seen.contains(&plan) {
                return;
            }
            let cost = evaluate(&mut dispatcher, &rows, allowed(), &plan, false).objective.weighted;
            best = best.min(cost);
            seen.push(plan);
        });
    }
    best
}

fn no_items(s: &Scenario) -> Assignment {
    Assignment { by_need: vec![None; s.needs.len()] }
}

fn holds(bound: f64, best: f64, what: &str) -> f64 {
    assert!(bound <= best * (1.0 + 1e-6) + 1e-6, "{what}: bound {bound}, optimum {best}");
    if best > 1e-6 { bound / best } else { 1.0 }
}

#[test]
fn orders_of_repairs() {
    // By the best way into each set of repairs: one team, one step a job.
    let mut reached = 0.0;
    let range = seeds(80, 2_000);
    let count = range.end as f64;
    for seed in range {
        let mut rng = Rng(seed);
        let s = random(&mut rng, 7);
        let n = s.jobs.len();
        let mut dispatcher = Dispatcher::new(&s);
        let rows = matches(&s);
        let loss: Vec<f64> = (0..1_usize << n)
            .map(|set| {
                let jobs: Vec<ScheduledJob> = (0..n)
                    .filter(|j| set >> j & 1 == 1)
                    .map(|job| ScheduledJob {
                        job,
                        start: 0,
                        finish: 0,
                        teams: Vec::new(),
                        items: Vec::new(),
                    })
                    .collect();
                let all = evaluate(&mut dispatcher, &rows, allowed(), &jobs, false);
                all.objective.weighted / s.horizon_hours()
            })
            .collect();
        let mut best = vec![f64::INFINITY; 1 << n];
        best[0] = loss[0];
        for set in 0..1_usize << n {
            for j in (0..n).filter(|j| set >> j & 1 == 0) {
                let with = set | 1 << j;
                best[with] = best[with].min(best[set] + loss[with]);
            }
        }
        let rest = f64::from(s.horizon_steps) - n as f64 - 1.0;
        let full = best[(1 << n) - 1] + rest * loss[(1 << n) - 1];
        let found = bound(&s);
        reached += holds(found, full, &format!("seed {seed}"));
    }
    println!("mean of bound over optimum: {}", reached / count);
    assert!(reached / count > 0.9);
}

#[test]
fn teams_dates_and_predecessors() {
    let mut reached = 0.0;
    let range = seeds(120, 1_500);
    let count = range.end as f64;
    for seed in range {
        let mut rng = Rng(1_000_000 + seed);
        let mut s = random(&mut rng, 5);
        s.crews = vec![pool(0, rng.whole(1, 2))];
        if rng.chance(0.4) {
            let mut late = pool(0, 1);
            late.from = rng.whole(1, 4);
            late.until = rng.chance(0.5).then(|| late.from + rng.whole(1, 5));
            s.crews.push(late);
        }
        let regional = rng.chance(0.4);
        if regional {
            s.regions = vec!["north".into(), "south".into()];
            for pool in &mut s.crews {
                pool.region = rng.one_of(&[None, Some(0), Some(1)]);
            }
            for damage in &mut s.damages {
                damage.region = rng.one_of(&[None, Some(0), Some(1)]);
            }
        }
        for j in 0..s.jobs.len() {
            s.jobs[j].steps = rng.whole(1, 4);
            s.jobs[j].ready = if rng.chance(0.3) { rng.whole(0, 4) } else { 0 };
            s.jobs[j].crews = if rng.chance(0.2) { 2 } else { 1 };
            if j > 0 && rng.chance(0.2) {
                s.jobs[j].after = vec![rng.below(j)];
            }
        }
        let best = optimum(&s, &no_items(&s), true);
        reached += holds(bound(&s), best, &format!("seed {seed}"));
    }
    println!("mean of bound over optimum: {}", reached / count);
    assert!(reached / count > 0.8);
}

#[test]
fn items_that_exist_once() {
    let mut reached = 0.0;
    let range = seeds(60, 600);
    let count = range.end as f64;
    for seed in range {
        let mut rng = Rng(2_000_000 + seed);
        let mut s = random(&mut rng, 4);
        for j in 0..s.jobs.len() {
            s.jobs[j].steps = rng.whole(1, 3);
            if rng.chance(0.7) {
                need(&mut s, j, transformer(Some(40.0), Some(3)), 1);
            }
        }
        for _ in 0..=rng.below(3) {
            let mva = rng.one_of(&[25.0, 40.0, 63.0]);
            let arrival = rng.whole(0, 5);
            offer(&mut s, transformer(Some(mva), Some(3)), 1, arrival);
        }
        let rows = matches(&s);
        let mut best = f64::INFINITY;
        each_assignment(&s, &rows, 0, &mut vec![1; s.offers.len()], &mut no_items(&s), &mut |a| {
            best = best.min(optimum(&s, a, true));
        });
        reached += holds(bound(&s), best, &format!("seed {seed}"));
    }
    println!("mean of bound over optimum: {}", reached / count);
    assert!(reached / count > 0.8);
}

/// Calls `f` with every way to fill needs from `need` on, or to leave them open, from the pieces left.
fn each_assignment(
    s: &Scenario,
    rows: &[relight_restore::plan::MatchRow],
    need: usize,
    left: &mut Vec<u32>,
    assignment: &mut Assignment,
    f: &mut impl FnMut(&Assignment),
) {
    if need == s.needs.len() {
        f(assignment);
        return;
    }
    each_assignment(s, rows, need + 1, left, assignment, f);
    for row in rows.iter().filter(|r| r.need == need && relight_restore::matching::fits(r)) {
        if left[row.offer] > 0 {
            left[row.offer] -= 1;
            assignment.by_need[need] = Some(vec![ItemUse { need, offer: row.offer, count: 1 }]);
            each_assignment(s, rows, need + 1, left, assignment, f);
            assignment.by_need[need] = None;
            left[row.offer] += 1;
        }
    }
}
