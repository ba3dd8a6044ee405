//! Dates: the rules of time, teams and equipment on random work; every order of small cases.

mod common;

use common::{
    Rng, branch, broken, bus, damage, generator, job, network, orders, pool, scenario, seeds,
};
use relight_restore::dispatch::Dispatcher;
use relight_restore::evaluate::evaluate;
use relight_restore::matching::{Allowed, matches};
use relight_restore::plan::{ItemUse, ScheduledJob};
use relight_restore::planner::{Settings, Unwatched, plan};
use relight_restore::scenario::{CrewPool, Element, OfferStatus, Scenario};
use relight_restore::schedule::{Assignment, Broken, check, generate};

/// A chain of buses: load everywhere, one generator at the first bus. Branch k joins buses k and k + 1.
fn chain(loads: &[f64]) -> Scenario {
    let mut buses = vec![bus(1, 0.0)];
    buses.extend(loads.iter().enumerate().map(|(i, &pd)| bus(i as u64 + 2, pd)));
    let lines = (0..loads.len()).map(|i| branch(i, i + 1, 0.1, 0.0)).collect();
    let most = loads.iter().sum();
    scenario(network(buses, lines, vec![generator(0, 0.0, most)]))
}

/// Work of every kind: skills, regions, teams that come and go, dates, predecessors, equipment.
fn random_work(rng: &mut Rng, jobs: usize) -> (Scenario, Assignment) {
    let mut s = chain(&vec![10.0; jobs]);
    s.horizon_steps = rng.whole(8, 20);
    s.skills = vec!["line".into(), "station".into()];
    s.regions = vec!["north".into(), "south".into()];
    let region = |rng: &mut Rng| rng.one_of(&[None, None, Some(0), Some(1)]);
    s.crews = (0..rng.whole(2, 7))
        .map(|_| {
            let from = rng.whole(0, 4) * rng.whole(0, 1);
            let until = rng.chance(0.3).then(|| from + rng.whole(2, 10));
            CrewPool {
                skill: rng.below(2),
                region: region(rng),
                teams: rng.whole(1, 3),
                from,
                until,
            }
        })
        .collect();
    for k in 0..jobs {
        let d = if k > 0 && rng.chance(0.2) {
            rng.below(s.damages.len())
        } else {
            damage(&mut s, Element::Branch(k))
        };
        let steps = rng.whole(1, 4);
        let j = job(&mut s, d, steps);
        s.damages[d].region = region(rng);
        s.jobs[j].skill = rng.below(2);
        s.jobs[j].crews = rng.one_of(&[1, 1, 1, 2, 3]);
        s.jobs[j].ready = rng.whole(0, 5) * rng.whole(0, 1);
        s.jobs[j].after = (0..k).filter(|_| rng.chance(0.15)).collect();
        if rng.chance(0.3) {
            common::need(&mut s, j, common::transformer(Some(50.0), Some(3)), 1);
        }
    }
    let mut assignment = Assignment { by_need: vec![None; s.needs.len()] };
    for need in 0..s.needs.len() {
        if rng.chance(0.9) {
            let arrival = rng.whole(0, 6);
            let offer = common::offer(&mut s, common::transformer(Some(50.0), Some(3)), 1, arrival);
            assignment.by_need[need] = Some(vec![ItemUse { need, offer, count: 1 }]);
        }
    }
    (s, assignment)
}

/// The teams of a skill as the crew table lists them: each with its pool. Written out here again.
fn teams(s: &Scenario, skill: usize) -> Vec<CrewPool> {
    let wanted: u32 = s.jobs.iter().filter(|j| j.skill == skill).map(|j| j.crews).sum();
    (s.crews.iter().filter(|p| p.skill == skill))
        .flat_map(|p| std::iter::repeat_n(p.clone(), p.teams.min(wanted) as usize))
        .collect()
}

fn can_work(s: &Scenario, team: &CrewPool, job: usize, start: u32) -> bool {
    let finish = start + s.jobs[job].steps;
    let region = s.damages[s.jobs[job].damage].region;
    team.from <= start
        && team.until.is_none_or(|until| finish <= until)
        && (team.region.is_none() || team.region == region)
}

fn busy(entry: &ScheduledJob, s: &Scenario, skill: usize, team: usize, step: u32) -> bool {
    s.jobs[entry.job].skill == skill
        && (entry.start..entry.finish).contains(&step)
        && entry.teams.contains(&(team as u32 + 1))
}

/// Every rule, step by step and team by team.
fn keeps_rules(s: &Scenario, jobs: &[ScheduledJob], what: &str) {
    let mut finish = vec![None; s.jobs.len()];
    for entry in jobs {
        assert!(finish[entry.job].replace(entry.finish).is_none(), "{what}: twice");
    }
    for entry in jobs {
        let j = &s.jobs[entry.job];
        assert_eq!(entry.finish, entry.start + j.steps, "{what}: interrupted");
        assert!(entry.finish <= s.horizon_steps && entry.start >= j.ready, "{what}: {entry:?}");
        for &p in &j.after {
            assert!(finish[p].is_some_and(|f| f <= entry.start), "{what}: {entry:?} before {p}");
        }
        for item in &entry.items {
            assert!(
                s.offers[item.offer].arrival() <= entry.start,
                "{what}: {entry:?} without items"
            );
        }
        assert_eq!(entry.items.len(), j.needs.len(), "{what}: items of {entry:?}");
        let all = teams(s, j.skill);
        let mut numbers = entry.teams.clone();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), j.crews as usize, "{what}: teams of {entry:?}");
        for &number in &numbers {
            let team = &all[number as usize - 1];
            assert!(can_work(s, team, entry.job, entry.start), "{what}: {entry:?} with {team:?}");
        }
    }
    for skill in 0..s.skills.len() {
        for team in 0..teams(s, skill).len() {
            for step in 0..s.horizon_steps {
                let at_work = jobs.iter().filter(|e| busy(e, s, skill, team, step)).count();
                assert!(at_work <= 1, "{what}: team {team} of skill {skill} works {at_work} times");
            }
        }
    }
}

/// Whether the job could still be added to the schedule with the teams that are left.
fn has_place(s: &Scenario, assignment: &Assignment, jobs: &[ScheduledJob], job: usize) -> bool {
    let j = &s.jobs[job];
    let finish = |p: usize| jobs.iter().find(|e| e.job == p).map(|e| e.finish);
    let Some(before) = j.after.iter().try_fold(0, |latest, &p| Some(finish(p)?.max(latest))) else {
        return false;
    };
    let Ok(items) = assignment.of_job(s, job) else { return false };
    let there = items.iter().map(|i| s.offers[i.offer].arrival()).max().unwrap_or(0);
    let first = before.max(j.ready).max(there);
    (first..s.horizon_steps).filter(|start| start + j.steps <= s.horizon_steps).any(|start| {
        let free = teams(s, j.skill)
            .iter()
            .enumerate()
            .filter(|(number, team)| {
                can_work(s, team, job, start)
                    && (start..start + j.steps)
                        .all(|step| !jobs.iter().any(|e| busy(e, s, j.skill, *number, step)))
            })
            .count();
        free >= j.crews as usize
    })
}

#[test]
fn random_work_keeps_every_rule_and_leaves_out_only_what_has_no_place() {
    let (mut left_out, mut done) = (0, 0);
    for seed in seeds(400, 20_000) {
        let rng = &mut Rng(seed);
        let count = rng.whole(1, 9) as usize;
        let (s, assignment) = random_work(rng, count);
        let order = rng.shuffled(s.jobs.len());
        let jobs = generate(&s, &assignment, &order);
        let what = format!("seed {seed}");
        keeps_rules(&s, &jobs, &what);
        let (again, broken) = check(&s, &jobs);
        assert!(broken.is_empty(), "{what}: {broken:?}");
        keeps_rules(&s, &again, &format!("{what}, checked"));
        for job in (0..s.jobs.len()).filter(|&j| jobs.iter().all(|e| e.job != j)) {
            assert!(
                !has_place(&s, &assignment, &jobs, job),
                "{what}: job {job} has a place in {jobs:?}"
            );
            left_out += 1;
        }
        done += jobs.len();
    }
    println!("{done} jobs dated, {left_out} left out");
    assert!(left_out > 100 && done > 100, "the instances exercise both: {done}, {left_out}");
}

#[test]
fn an_order_of_some_jobs_dates_those_only() {
    let mut s = chain(&[10.0; 3]);
    for l in 0..3 {
        broken(&mut s, Element::Branch(l), 1);
    }
    s.jobs[2].after = vec![1];
    let jobs = generate(&s, &Assignment::default(), &[2, 0]);
    assert_eq!(jobs.iter().map(|e| (e.job, e.start)).collect::<Vec<_>>(), [(0, 0)], "2 follows 1");
    let jobs = generate(&s, &Assignment::default(), &[2, 1, 0]);
    assert_eq!(jobs.iter().map(|e| (e.job, e.start)).collect::<Vec<_>>(), [(1, 0), (2, 1), (0, 2)]);
}

/// One way of spoiling a schedule, with the rule that it breaks.
fn spoil(
    rng: &mut Rng,
    s: &mut Scenario,
    jobs: &mut Vec<ScheduledJob>,
) -> Option<fn(&Broken) -> bool> {
    let k = rng.below(jobs.len());
    let (job, start) = (jobs[k].job, jobs[k].start);
    match rng.below(7) {
        0 => {
            s.jobs[job].ready = start + 1;
            Some(|b| matches!(b, Broken::NotReady { .. }))
        }
        1 => {
            jobs[k].start = s.horizon_steps + 1 - s.jobs[job].steps;
            Some(|b| matches!(b, Broken::PastHorizon { .. }))
        }
        2 => {
            // A job at a time at which no team is there any more.
            let skill = s.jobs[job].skill;
            for pool in s.crews.iter_mut().filter(|p| p.skill == skill) {
                pool.until = Some(start + s.jobs[job].steps - 1);
            }
            Some(|b| matches!(b, Broken::NoTeams { .. }))
        }
        3 => {
            // One team fewer than the jobs of the skill need at this step.
            let skill = s.jobs[job].skill;
            let used: u32 = (jobs.iter())
                .filter(|e| s.jobs[e.job].skill == skill && (e.start..e.finish).contains(&start))
                .map(|e| s.jobs[e.job].crews)
                .sum();
            s.crews.retain(|p| p.skill != skill);
            s.crews.push(CrewPool { skill, region: None, teams: used - 1, from: 0, until: None });
            Some(|b| matches!(b, Broken::NoTeams { .. }))
        }
        4 => {
            let item = jobs[k].items.first()?;
            s.offers[item.offer].transit = start + 1;
            Some(|b| matches!(b, Broken::NotArrived { .. }))
        }
        5 => {
            let other = jobs.iter().find(|e| e.finish > start && e.job != job)?.job;
            s.jobs[job].after.push(other);
            Some(|b| matches!(b, Broken::TooEarly { .. }))
        }
        _ => {
            // A predecessor falls out of the schedule.
            let before = *s.jobs[job].after.first()?;
            jobs.retain(|e| e.job != before);
            Some(|b| matches!(b, Broken::TooEarly { .. }))
        }
    }
}

#[test]
fn a_spoiled_schedule_is_refused_for_the_right_reason() {
    let mut tried = 0;
    for seed in seeds(600, 20_000) {
        let rng = &mut Rng(seed ^ 0x5005);
        let (mut s, assignment) = random_work(rng, 6);
        let order = rng.shuffled(s.jobs.len());
        let mut jobs = generate(&s, &assignment, &order);
        if jobs.is_empty() {
            continue;
        }
        let Some(expected) = spoil(rng, &mut s, &mut jobs) else { continue };
        let (_, broken) = check(&s, &jobs);
        assert!(broken.iter().any(expected), "seed {seed}: {broken:?}");
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_job_that_breaks_several_rules_is_told_all_of_them() {
    let mut s = chain(&[10.0; 2]);
    s.horizon_steps = 4;
    broken(&mut s, Element::Branch(0), 2);
    broken(&mut s, Element::Branch(1), 3);
    s.jobs[1].ready = 3;
    s.jobs[1].after = vec![0];
    let need = common::need(&mut s, 1, common::transformer(Some(50.0), Some(3)), 1);
    let offer = common::offer(&mut s, common::transformer(Some(50.0), Some(3)), 1, 9);
    let items = vec![ItemUse { need, offer, count: 1 }];
    let jobs = vec![
        ScheduledJob { job: 0, start: 1, finish: 3, teams: vec![], items: vec![] },
        ScheduledJob { job: 1, start: 2, finish: 5, teams: vec![], items },
    ];
    let (_, broken) = check(&s, &jobs);
    let words: Vec<String> = broken.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "job j1 starts at step 2, but is ready only from step 3",
            "job j1 starts at step 2, but must follow job j0, which finishes at step 3",
            "job j1 would finish at step 5, after the horizon of 4 steps",
            "job j1 starts at step 2, but offer o0 arrives only at step 9",
        ]
    );
}

#[test]
fn teams_are_found_wherever_there_is_a_way() {
    // The north has a team of its own, and one can go anywhere. First come, first served gives the north's
    // team to the first job, and none is left for the south at step 5; the other way round both are done.
    let mut s = chain(&[10.0; 3]);
    s.regions = vec!["north".into(), "south".into()];
    s.crews = vec![pool(0, 1), CrewPool { region: Some(0), ..pool(0, 1) }];
    for (l, (steps, region)) in [(4, 0), (8, 0), (3, 1)].into_iter().enumerate() {
        let j = broken(&mut s, Element::Branch(l), steps);
        s.damages[j].region = Some(region);
    }
    let entry =
        |job: usize, start| ScheduledJob { job, start, finish: 0, teams: vec![], items: vec![] };
    let (jobs, broken) = check(&s, &[entry(0, 0), entry(1, 2), entry(2, 5)]);
    assert!(broken.is_empty(), "{broken:?}");
    assert_eq!(jobs.iter().map(|e| e.teams.clone()).collect::<Vec<_>>(), [[1], [2], [1]]);
    // A third job in the north at the same time is one too many, whoever does it.
    let j = common::broken(&mut s, Element::Branch(0), 2);
    s.damages[j].region = Some(0);
    let (_, broken) = check(&s, &[entry(0, 0), entry(1, 2), entry(3, 2), entry(2, 5)]);
    assert_eq!(broken.len(), 1, "{broken:?}");

    // Teams that leave: the first job must not take the one that stays.
    let mut s = chain(&[10.0; 2]);
    s.crews = vec![pool(0, 1), CrewPool { until: Some(2), ..pool(0, 1) }];
    common::broken(&mut s, Element::Branch(0), 2);
    common::broken(&mut s, Element::Branch(1), 3);
    let (jobs, broken) = check(&s, &[entry(0, 0), entry(1, 1)]);
    assert!(broken.is_empty(), "{broken:?}");
    assert_eq!(jobs.iter().map(|e| e.teams.clone()).collect::<Vec<_>>(), [[2], [1]]);
}

/// A small random instance for brute force: a meshed or radial grid, up to `most` jobs of one to three steps.
fn small(rng: &mut Rng, most: u32, radial: bool) -> Scenario {
    let n = rng.whole(3, 7) as usize;
    let buses = (0..n)
        .map(|i| bus(i as u64 + 1, f64::from(rng.whole(0, 1)) * rng.real(5.0, 50.0)))
        .collect();
    let rate = |rng: &mut Rng| if radial || rng.chance(0.5) { 0.0 } else { rng.real(10.0, 60.0) };
    let mut lines = Vec::new();
    for to in 1..n {
        lines.push(branch(rng.below(to), to, rng.real(0.05, 0.3), rate(rng)));
    }
    for _ in 0..if radial { 0 } else { rng.below(3) } {
        let (from, to) = (rng.below(n), rng.below(n));
        if from != to {
            lines.push(branch(from, to, rng.real(0.05, 0.3), rate(rng)));
        }
    }
    let units =
        (0..rng.whole(1, 3)).map(|_| generator(rng.below(n), 0.0, rng.real(20.0, 120.0))).collect();
    let mut s = scenario(network(buses, lines, units));
    s.horizon_steps = 14;
    let mut elements: Vec<Element> = (0..s.network.branches.len()).map(Element::Branch).collect();
    elements.extend((0..s.network.generators.len()).map(Element::Generator));
    elements.extend((0..n).map(Element::Bus));
    let pick = rng.shuffled(elements.len());
    for &e in pick.iter().take(rng.whole(2, most) as usize) {
        let steps = rng.whole(1, 3);
        let j = broken(&mut s, elements[e], steps);
        s.jobs[j].ready = rng.whole(1, 4) * u32::from(rng.chance(0.25));
    }
    s.crews[0].teams = rng.whole(1, 2);
    s
}

fn cost(dispatcher: &mut Dispatcher<'_>, jobs: &[ScheduledJob]) -> f64 {
    let allowed = Allowed { status: OfferStatus::Offered };
    let rows = matches(dispatcher.scenario());
    evaluate(dispatcher, &rows, allowed, jobs, false).objective.weighted
}

/// The least cost over every order of every set of jobs.
fn best_of_orders(s: &Scenario) -> f64 {
    let mut dispatcher = Dispatcher::new(s);
    let mut best = f64::INFINITY;
    let mut known = std::collections::HashMap::new();
    for set in 0..1_usize << s.jobs.len() {
        let mut items: Vec<usize> = (0..s.jobs.len()).filter(|j| set >> j & 1 == 1).collect();
        orders(&mut items, &mut |order| {
            let jobs = generate(s, &Assignment::default(), order);
            let key: Vec<_> = jobs.iter().map(|e| (e.job, e.start)).collect();
            best = best.min(*known.entry(key).or_insert_with(|| cost(&mut dispatcher, &jobs)));
        });
    }
    best
}

/// How often the planner finds the best order, and how far it is off at worst.
#[test]
fn the_planner_against_every_order() {
    let (mut count, mut equal, mut worst, mut sum) = (0, 0, 1.0_f64, 0.0);
    for seed in seeds(100, 500) {
        let s = small(&mut Rng(seed ^ 0x0dde7), 6, false);
        let best = best_of_orders(&s);
        let settings = Settings { ac: false, iterations: Some(60), ..Settings::default() };
        let found = plan(&s, &settings, &mut Unwatched).objective.weighted;
        assert!(
            found >= best - 1e-6 * best.max(1.0),
            "seed {seed}: {found} is better than every order, {best}"
        );
        let ratio = if best > 1e-9 { found / best } else { 1.0 };
        assert!(best > 1e-9 || found < 1e-6, "seed {seed}: {found}, and nothing need be lost");
        count += 1;
        equal += u32::from(ratio < 1.0 + 1e-6);
        (worst, sum) = (worst.max(ratio), sum + ratio);
    }
    println!(
        "{equal} of {count} equal the best order; worst ratio {worst:.4}, mean {:.5}",
        sum / f64::from(count)
    );
    assert!(
        f64::from(equal) >= 0.95 * f64::from(count) && worst <= 1.3,
        "{equal} of {count}, worst {worst}"
    );
}

/// That orders are enough: with repairs that never do harm, no choice of dates beats the best order.
#[test]
fn no_dates_are_better_than_the_best_order() {
    for seed in seeds(15, 500) {
        let rng = &mut Rng(seed ^ 0xda7e5);
        let mut s = small(rng, 4, true);
        s.horizon_steps = 7;
        for j in 1..s.jobs.len() {
            if rng.chance(0.3) {
                s.jobs[j].after = vec![rng.below(j)];
            }
        }
        let by_order = best_of_orders(&s);
        let mut dispatcher = Dispatcher::new(&s);
        let mut best = f64::INFINITY;
        // Each job at each step, or not at all.
        let choices = s.horizon_steps as usize + 1;
        for mut code in 0..choices.pow(s.jobs.len() as u32) {
            let mut jobs = Vec::new();
            for job in 0..s.jobs.len() {
                let start = (code % choices) as u32;
                code /= choices;
                if start < s.horizon_steps {
                    let finish = start + s.jobs[job].steps;
                    jobs.push(ScheduledJob { job, start, finish, teams: vec![], items: vec![] });
                }
            }
            if check(&s, &jobs).1.is_empty() {
                best = best.min(cost(&mut dispatcher, &jobs));
            }
        }
        assert!(
            (by_order - best).abs() <= 1e-6 * best.max(1.0),
            "seed {seed}: {by_order} by order, {best} by date"
        );
    }
}
