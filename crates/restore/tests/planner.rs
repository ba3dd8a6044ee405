//! Whole plans: the same every time, as good as what is known, equal to the pencil, and sane at the edges.

mod common;

use common::{
    Rng, bench, branch, broken, bus, damage, example, generator, network, path, scenario, seeds,
};
use relight_restore::Plan;
use relight_restore::plan::{ItemUse, Objective, ScheduledJob};
use relight_restore::planner::{Settings, Unwatched, judge, plan};
use relight_restore::scenario::{Element, Measure, Scenario};
use relight_restore::schedule::check;

fn quick() -> Settings {
    Settings { ac: false, iterations: Some(10), ..Settings::default() }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs().max(1.0)
}

fn count(x: f64, what: &str) {
    assert!(x.is_finite() && x >= -1e-9, "{what} is {x}");
}

/// Every number of a plan is finite, and not negative where it counts something.
fn numbers(plan: &Plan, what: &str) {
    let objectives = [
        &plan.objective,
        &plan.baseline.no_repair,
        &plan.baseline.input_order,
        &plan.baseline.greedy,
    ];
    for o in objectives {
        let hours = o.by_service.values().copied();
        for x in [o.unserved_mwh, o.unserved_people_hours, o.weighted].into_iter().chain(hours) {
            count(x, &format!("{what}: an objective"));
        }
    }
    let lost = &plan.unrecoverable;
    for x in [plan.bound.weighted, plan.bound.gap, lost.mw, lost.people] {
        count(x, &format!("{what}: bound, gap, unrecoverable load or people"));
    }
    for x in plan.placements.iter().flat_map(|p| [p.kw, p.litres]) {
        count(x, &format!("{what}: a placement"));
    }
    for state in &plan.states {
        let (d, ac) = (&state.dispatch, &state.ac);
        let signed = d.pg_mw.iter().chain(&d.flow_mw).copied();
        let mut broken = ac.violations.iter().flat_map(|v| [v.value, v.limit]);
        assert!(
            signed.clone().all(f64::is_finite) && broken.all(f64::is_finite),
            "{what}: {state:?}"
        );
        let sums = [state.served_mw, state.shed_mw, state.people_without_power];
        let checked = [ac.served_mw, ac.max_loading_pct, ac.vm_min_pu, ac.vm_max_pu];
        let by_bus = d.served_mw.iter().chain(&d.fixed_mw).copied();
        for x in sums.into_iter().chain(checked).chain(by_bus) {
            count(x, &format!("{what}: a number of a state"));
        }
    }
}

/// States cover the horizon, and the objective is the sum over them.
fn sums(s: &Scenario, plan: &Plan, what: &str) {
    let mut at = 0;
    let mut sum = Objective::default();
    for state in &plan.states {
        assert!(
            state.from == at && state.to > state.from,
            "{what}: {at}, then {}..{}",
            state.from,
            state.to
        );
        at = state.to;
        assert!(close(state.served_mw, state.dispatch.served_mw.iter().sum()), "{what}: served");
        assert!(
            close(state.served_mw + state.shed_mw, s.network.demand_mw()),
            "{what}: served and shed"
        );
        let hours = f64::from(state.to - state.from) * s.step_hours;
        sum.unserved_mwh += hours * state.shed_mw;
        sum.unserved_people_hours += hours * state.people_without_power;
        for (service, people) in &state.people_without {
            *sum.by_service.entry(service.clone()).or_default() += hours * people;
        }
        for (i, b) in s.network.buses.iter().enumerate().filter(|(_, b)| b.pd_mw > 0.0) {
            let missing = (b.pd_mw - state.dispatch.served_mw[i]).max(0.0);
            let worth = match s.measure {
                Measure::Energy => missing,
                Measure::People => s.weights.residents * s.buses[i].people * missing / b.pd_mw,
            };
            sum.weighted += hours * s.buses[i].priority * worth;
        }
    }
    assert_eq!(at, s.horizon_steps, "{what}: the states cover the horizon");
    let o = &plan.objective;
    assert!(close(sum.unserved_mwh, o.unserved_mwh), "{what}: {sum:?}, {o:?}");
    assert!(close(sum.unserved_people_hours, o.unserved_people_hours), "{what}: {sum:?}, {o:?}");
    for (service, &hours) in &o.by_service {
        // Steps that differ by less than half a person share a row.
        let room = 0.5 * s.horizon_hours() + 1e-6;
        assert!(
            (sum.by_service[service] - hours).abs() <= room,
            "{what}: {service}, {sum:?}, {o:?}"
        );
        if s.measure == Measure::People {
            sum.weighted += s.weights.of_service(service) * hours;
        }
    }
    assert!(close(sum.weighted, o.weighted), "{what}: {} is not {}", sum.weighted, o.weighted);
}

/// Numbers are numbers and add up, the schedule keeps the rules, each job is in it or explained, and no
/// simpler way is better.
fn sane(s: &Scenario, plan: &Plan, what: &str) {
    numbers(plan, what);
    sums(s, plan, what);
    let (_, rules) = check(s, &plan.jobs);
    assert!(rules.is_empty(), "{what}: {rules:?}");
    let mut told: Vec<usize> = plan.unscheduled.iter().map(|u| u.job).collect();
    told.extend(plan.jobs.iter().map(|j| j.job));
    told.sort_unstable();
    assert_eq!(
        told,
        (0..s.jobs.len()).collect::<Vec<_>>(),
        "{what}: each job is planned or explained"
    );
    for u in &plan.unscheduled {
        assert!(!u.reasons.is_empty() && u.reasons.iter().all(|r| !r.is_empty()), "{what}: {u:?}");
    }
    let found = plan.objective.weighted * (1.0 - 1e-9) - 1e-9;
    let bound = &plan.bound;
    assert!(bound.weighted <= plan.objective.weighted * (1.0 + 1e-9), "{what}: {bound:?}");
    for (name, other) in
        [("input order", &plan.baseline.input_order), ("greedy", &plan.baseline.greedy)]
    {
        assert!(
            found <= other.weighted,
            "{what}: {name} costs {}, the plan {found}",
            other.weighted
        );
    }
}

#[test]
fn five_buses_come_out_as_by_pencil() {
    let s = example("five-bus");
    let made = plan(&s, &Settings { iterations: Some(10), ..Settings::default() }, &mut Unwatched);
    sane(&s, &made, "five-bus");
    let o = &made.objective;
    assert!(close(o.unserved_mwh, 6840.0) && close(o.unserved_people_hours, 8_280_000.0), "{o:?}");
    assert!(
        close(o.by_service["hospital"], 288_000.0) && close(o.by_service["water"], 600_000.0),
        "{o:?}"
    );
    assert!(close(o.weighted, 14_160_000.0), "{o:?}");
    // Nothing repaired: 85 MW and 105,000 people for 240 hours; hospital 240 - 24, water 240 - 12 hours.
    let nothing = 25_200_000.0 + 6_000.0 * 216.0 * 10.0 + 10_000.0 * 228.0 * 5.0;
    assert!(close(made.baseline.no_repair.weighted, nothing), "{:?}", made.baseline);
    // In the order of the file, and one job ahead, A goes first.
    assert!(close(made.baseline.input_order.weighted, 14_520_000.0), "{:?}", made.baseline);
    assert!(close(made.baseline.greedy.weighted, 14_520_000.0), "{:?}", made.baseline);
    // B, C (in either order) and then A by the line crew, T by the other from step 1 on.
    let dates = |id: &str| {
        let job = s.jobs.iter().position(|j| j.id == id).expect("a job");
        let entry = made.jobs.iter().find(|e| e.job == job).expect("in the plan");
        (entry.start, entry.finish)
    };
    assert_eq!((dates("jA"), dates("jT")), ((3, 5), (1, 3)));
    assert_eq!(dates("jB").1.max(dates("jC").1), 3);
    let states: Vec<_> = made
        .states
        .iter()
        .map(|x| (x.from, x.to, x.served_mw.round(), x.people_without_power.round()))
        .collect();
    let by_grid: Vec<_> =
        [(0, 3, 35.0, 105_000.0), (3, 5, 105.0, 15_000.0), (5, 10, 120.0, 0.0)].into();
    for (from, to, served, people) in by_grid {
        let within = states.iter().filter(|x| x.0 >= from && x.1 <= to);
        let steps: u32 = within.clone().map(|x| x.1 - x.0).sum();
        assert!(
            steps == to - from && within.clone().all(|x| (x.2, x.3) == (served, people)),
            "{states:?}"
        );
    }
    // o1 fits and is taken, o2 does not fit.
    let rows: Vec<_> =
        made.matches.iter().map(|r| (s.offers[r.offer].id.as_str(), r.chosen)).collect();
    assert_eq!(rows, [("o1", 1), ("o2", 0)]);
    assert!(made.unmatched.is_empty() && made.unrecoverable.mw < 1e-9);
}

/// The jobs of a `schedule.csv` with the columns job and start.
fn their_schedule(s: &Scenario) -> Vec<ScheduledJob> {
    let text = std::fs::read_to_string(path("examples/five-bus/schedule.csv")).expect("a schedule");
    text.lines()
        .skip(1)
        .map(|line| {
            let (id, start) = line.split_once(',').expect("two columns");
            let job = s.jobs.iter().position(|j| j.id == id).expect("a job");
            entry(s, job, start.trim().parse().expect("a step"))
        })
        .collect()
}

fn entry(s: &Scenario, job: usize, start: u32) -> ScheduledJob {
    let finish = start.saturating_add(s.jobs[job].steps);
    ScheduledJob { job, start, finish, teams: Vec::new(), items: Vec::new() }
}

#[test]
fn somebody_elses_schedule_comes_out_as_by_pencil() {
    let s = example("five-bus");
    let (judged, broken) = judge(
        &s,
        &their_schedule(&s),
        &Settings { iterations: Some(10), ..Settings::default() },
        &mut Unwatched,
    );
    assert!(broken.is_empty(), "{broken:?}");
    sane_judged(&judged, "five-bus");
    let o = &judged.objective;
    assert!(close(o.unserved_mwh, 6240.0) && close(o.unserved_people_hours, 8_640_000.0), "{o:?}");
    assert!(close(o.weighted, 14_520_000.0), "{o:?}");
    assert!(
        close(o.by_service["hospital"], 288_000.0) && close(o.by_service["water"], 600_000.0),
        "{o:?}"
    );
    // The equipment that it does not name is found: T takes o1.
    let items: Vec<_> =
        judged.jobs.iter().flat_map(|e| &e.items).map(|i| (i.offer, i.count)).collect();
    assert_eq!(items, [(0, 1)]);
}

/// A judged schedule may be worse than others, and may break rules: its numbers are numbers all the same.
fn sane_judged(plan: &Plan, what: &str) {
    let o = &plan.objective;
    for x in [o.unserved_mwh, o.unserved_people_hours, o.weighted, plan.bound.gap] {
        assert!(x.is_finite() && x >= 0.0, "{what}: {o:?}");
    }
    assert!(plan.states.windows(2).all(|w| w[0].to == w[1].from), "{what}");
}

#[test]
fn broken_schedules_are_told_every_rule_that_they_break() {
    let s = example("five-bus");
    let job = |id: &str| s.jobs.iter().position(|j| j.id == id).expect("a job");
    let (a, b, c, t) = (job("jA"), job("jB"), job("jC"), job("jT"));
    let told = |s: &Scenario, jobs: &[ScheduledJob]| -> Vec<String> {
        let (judged, broken) = judge(s, jobs, &quick(), &mut Unwatched);
        sane_judged(&judged, "broken");
        broken.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        told(&s, &[entry(&s, t, 0)]),
        ["job jT starts at step 0, but offer o1 arrives only at step 1"]
    );
    assert_eq!(
        told(&s, &[entry(&s, a, 0), entry(&s, b, 1)]),
        ["job jB at steps 1 to 2 finds fewer than 1 free teams of skill line"]
    );
    assert_eq!(
        told(&s, &[entry(&s, c, 9), entry(&s, a, u32::MAX)]),
        [
            "job jC would finish at step 11, after the horizon of 10 steps".to_owned(),
            format!("job jA would finish at step {}, after the horizon of 10 steps", u32::MAX),
        ]
    );
    let with = |offer: usize, count: u32| {
        let items = vec![ItemUse { need: s.jobs[t].needs[0], offer, count }];
        vec![ScheduledJob { items, ..entry(&s, t, 1) }]
    };
    assert_eq!(told(&s, &with(0, 1)), Vec::<String>::new());
    let broken = told(&s, &with(1, 1));
    assert!(broken.len() == 1 && broken[0].contains("offer o2: does not fit"), "{broken:?}");
    let broken = told(&s, &with(0, 2));
    assert_eq!(broken, ["offer o1 has 1 pieces, but the schedule uses 2"]);
    let broken = told(&s, &with(0, 0));
    assert!(broken.len() == 1 && broken[0].contains("0 of 1 places are filled"), "{broken:?}");
    // Dates and predecessors, of which the example has none.
    let mut s = s.clone();
    s.jobs[b].ready = 4;
    s.jobs[c].after = vec![a, b];
    assert_eq!(
        told(&s, &[entry(&s, b, 3), entry(&s, c, 2)]),
        [
            "job jC starts at step 2, but must follow job jA, which is not in the schedule",
            "job jC starts at step 2, but must follow job jB, which finishes at step 4",
            "job jB starts at step 3, but is ready only from step 4",
            "job jB at steps 3 to 4 finds fewer than 1 free teams of skill line",
        ]
    );
    assert_eq!(told(&s, &[]), Vec::<String>::new());
}

#[test]
fn a_plan_judged_as_a_schedule_costs_the_same() {
    for seed in seeds(20, 400) {
        let s = random(&mut Rng(seed ^ 0x1ed6e));
        let made = plan(&s, &quick(), &mut Unwatched);
        let (judged, broken) = judge(&s, &made.jobs, &quick(), &mut Unwatched);
        assert!(broken.is_empty(), "seed {seed}: {broken:?}");
        assert_eq!(judged.objective, made.objective, "seed {seed}");
        assert_eq!(judged.unrecoverable, made.unrecoverable, "seed {seed}");
    }
}

#[test]
fn threads_do_not_change_a_plan() {
    let mut scenarios: Vec<Scenario> =
        (0..6).map(|seed| random(&mut Rng(seed ^ 0x74ead))).collect();
    scenarios.push(example("five-bus"));
    scenarios.extend(bench("case118_ieee-crews-1"));
    for (k, s) in scenarios.iter().enumerate() {
        let with = |threads| plan(s, &Settings { threads, ..quick() }, &mut Unwatched);
        let one = with(1);
        for threads in [2, 5] {
            assert_eq!(with(threads), one, "scenario {k}, {threads} threads");
        }
    }
}

/// A random scenario with most things that a scenario can have.
fn random(rng: &mut Rng) -> Scenario {
    let n = rng.whole(2, 12) as usize;
    let buses = (0..n).map(|i| bus(i as u64 + 1, rng.real(-5.0, 40.0))).collect();
    let mut lines: Vec<_> = (1..n)
        .map(|to| branch(rng.below(to), to, rng.real(0.05, 0.3), rng.real(10.0, 80.0)))
        .collect();
    for _ in 0..rng.below(4) {
        let (from, to) = (rng.below(n), rng.below(n));
        if from != to {
            lines.push(branch(from, to, rng.real(0.05, 0.3), rng.real(10.0, 80.0)));
        }
    }
    let units =
        (0..rng.whole(1, 3)).map(|_| generator(rng.below(n), 0.0, rng.real(20.0, 200.0))).collect();
    let mut s = scenario(network(buses, lines, units));
    s.measure = rng.one_of(&[Measure::People, Measure::Energy]);
    s.step_hours = rng.one_of(&[1.0, 24.0]);
    s.regions = vec!["north".into(), "south".into()];
    s.skills = vec!["line".into(), "heavy".into()];
    s.crews = vec![common::pool(0, rng.whole(1, 3)), common::pool(1, 1)];
    s.crews[0].region = rng.one_of(&[None, Some(0)]);
    s.crews.push(common::pool(0, 1));
    for b in &mut s.buses {
        b.people = rng.real(0.0, 5000.0);
        b.priority = rng.one_of(&[1.0, 2.0]);
    }
    for l in 0..s.network.branches.len() {
        if rng.chance(0.6) {
            let j = broken(&mut s, Element::Branch(l), rng.whole(1, 3));
            let d = s.jobs[j].damage;
            s.damages[d].region = rng.one_of(&[None, Some(0), Some(1)]);
            s.jobs[j].skill = rng.below(2);
            s.jobs[j].ready = rng.whole(0, 3) * rng.whole(0, 1);
            if j > 0 && rng.chance(0.2) {
                s.jobs[j].after = vec![rng.below(j)];
            }
            if rng.chance(0.4) {
                common::need(&mut s, j, common::transformer(Some(40.0), Some(3)), 1);
            }
        }
    }
    if rng.chance(0.3) {
        damage(&mut s, Element::Bus(rng.below(n)));
    }
    for _ in 0..rng.below(4) {
        let item = common::transformer(rng.one_of(&[Some(40.0), Some(25.0), None]), Some(3));
        let (count, arrival) = (rng.whole(1, 2), rng.whole(0, 8));
        common::offer(&mut s, item, count, arrival);
    }
    for _ in 0..rng.below(4) {
        let mut f = common::facility(
            Some(rng.below(n)),
            rng.one_of(&["water", "hospital"]),
            rng.real(20.0, 90.0),
        );
        f.buffer_hours = rng.real(0.0, 30.0);
        s.facilities.push(f);
    }
    if rng.chance(0.5) {
        common::offer(&mut s, common::generator_set(80.0), 2, 1);
    }
    s
}

#[test]
fn random_scenarios_give_sane_plans() {
    for seed in seeds(80, 3000) {
        let s = random(&mut Rng(seed));
        let settings = Settings { ac: seed % 4 == 0, iterations: Some(10), ..Settings::default() };
        sane(&s, &plan(&s, &settings, &mut Unwatched), &format!("seed {seed}"));
    }
}

#[test]
fn the_winter_storm_gives_a_sane_plan() {
    if std::env::var_os("RELIGHT_SOAK").is_none() {
        println!("skipped: it takes a minute; set RELIGHT_SOAK");
        return;
    }
    let s = example("winter-storm");
    let made = plan(&s, &quick(), &mut Unwatched);
    sane(&s, &made, "winter-storm");
    assert!(made.objective.weighted < made.baseline.no_repair.weighted);
}

/// Reaches the greedy plans that `known.json` gives, and lies between the bound and the worst.
fn reaches(name: &str, greedy: f64, bound: f64) {
    let Some(s) = bench(name) else { return };
    let began = std::time::Instant::now();
    let made = plan(&s, &Settings { threads: 2, ..quick() }, &mut Unwatched);
    sane(&s, &made, name);
    let found = made.objective.weighted;
    println!(
        "{name}: {found:.1}, greedy {greedy}, bound {bound}, {:.1} s",
        began.elapsed().as_secs_f64()
    );
    // The published values are rounded to whole MWh or tens of them.
    assert!(found <= greedy * 1.005 + 1.0, "{name}: {found}, greedy reaches {greedy}");
    assert!(found >= bound * 0.995 - 1.0, "{name}: {found} is below the bound {bound}");
}

#[test]
fn known_order_instances_are_reached() {
    reaches("case73_ieee_rts-order-1", 8189.0, 4868.0);
    reaches("case118_ieee-order-1", 190.0, 190.0);
    reaches("case118_ieee-order-2", 456.0, 456.0);
}

#[test]
fn known_crew_instances_are_reached() {
    reaches("case73_ieee_rts-crews-1", 5698.0, 3617.0);
    reaches("case118_ieee-crews-1", 200.0, 200.0);
}

#[test]
fn known_instances_of_the_largest_grid_are_reached() {
    reaches("case300_ieee-crews-2", 30_823.0, 21_181.0);
}

/// A grid of three buses in a triangle, of which nothing is broken.
fn triangle() -> Scenario {
    let buses = vec![bus(1, 10.0), bus(2, 20.0), bus(3, 30.0)];
    let lines = vec![branch(0, 1, 0.1, 50.0), branch(1, 2, 0.1, 50.0), branch(0, 2, 0.1, 50.0)];
    let mut s =
        scenario(network(buses, lines, vec![generator(0, 0.0, 40.0), generator(2, 0.0, 40.0)]));
    for b in &mut s.buses {
        b.people = 100.0;
    }
    s
}

fn break_all(s: &mut Scenario) {
    for i in 0..s.network.buses.len() {
        broken(s, Element::Bus(i), 1);
    }
    for l in 0..s.network.branches.len() {
        broken(s, Element::Branch(l), 1);
    }
    for g in 0..s.network.generators.len() {
        broken(s, Element::Generator(g), 1);
    }
}

fn edge(s: &Scenario, what: &str) -> Plan {
    for measure in [Measure::Energy, Measure::People] {
        for ac in [false, true] {
            let mut s = s.clone();
            s.measure = measure;
            let what = format!("{what}, {measure:?}, ac {ac}");
            let made = plan(
                &s,
                &Settings { ac, threads: 3, iterations: Some(10), ..Settings::default() },
                &mut Unwatched,
            );
            sane(&s, &made, &what);
            let (judged, broken) = judge(&s, &made.jobs, &quick(), &mut Unwatched);
            assert!(broken.is_empty(), "{what}: {broken:?}");
            assert!(close(judged.objective.weighted, made.objective.weighted), "{what}");
        }
    }
    plan(s, &quick(), &mut Unwatched)
}

#[test]
fn nothing_is_broken() {
    let made = edge(&triangle(), "whole");
    assert!(
        made.jobs.is_empty() && made.objective.weighted.abs() < 1e-9 && made.states.len() == 1,
        "{made:?}"
    );
    assert!(made.bound.gap.abs() < 1e-9 && made.unrecoverable.mw < 1e-9);
}

#[test]
fn everything_is_broken() {
    let mut s = triangle();
    break_all(&mut s);
    let made = edge(&s, "all broken");
    assert_eq!(made.jobs.len(), 8);
    assert!(close(made.baseline.no_repair.unserved_mwh, 600.0), "{:?}", made.baseline);
    // Bus 3 with its unit (30 MW from step 2), then bus 1 with its own (10 from step 4), then bus 2 with a line
    // (20 from step 6): 60 + 60 + 30 + 30 + 20 + 20 MWh.
    assert!(close(made.objective.unserved_mwh, 220.0), "{:?}", made.objective);
}

#[test]
fn nobody_is_there_to_repair() {
    let mut s = triangle();
    break_all(&mut s);
    s.crews.clear();
    let made = edge(&s, "no crews");
    assert!(made.jobs.is_empty() && close(made.objective.unserved_mwh, 600.0));
    assert!(close(made.unrecoverable.mw, 60.0) && close(made.unrecoverable.people, 300.0));
    assert!(made.unscheduled[0].reasons[0].contains("never more than 0"), "{:?}", made.unscheduled);
    // Nor are there jobs.
    s.jobs.clear();
    let made = edge(&s, "no jobs");
    assert!(made.jobs.is_empty() && close(made.unrecoverable.mw, 60.0));
}

#[test]
fn one_step_is_too_short_to_repair_anything() {
    let mut s = triangle();
    break_all(&mut s);
    s.horizon_steps = 1;
    let made = edge(&s, "horizon 1");
    assert!(close(made.objective.unserved_mwh, 60.0), "{:?}", made.objective);
    assert_eq!(made.states.len(), 1);
}

#[test]
fn nobody_draws_power() {
    let mut s = triangle();
    break_all(&mut s);
    for b in &mut s.network.buses {
        b.pd_mw = 0.0;
    }
    let made = edge(&s, "no loads");
    assert!(made.objective.weighted.abs() < 1e-9, "{:?}", made.objective);
    for b in &mut s.network.buses {
        b.pd_mw = -5.0;
    }
    edge(&s, "only feed-in");
}

#[test]
fn nobody_makes_power() {
    let mut s = triangle();
    break_all(&mut s);
    s.damages.retain(|d| !matches!(d.element, Element::Generator(_)));
    s.jobs.truncate(s.damages.len());
    s.network.generators.clear();
    let made = edge(&s, "no generators");
    assert!(
        close(made.objective.unserved_mwh, 600.0) && close(made.unrecoverable.mw, 60.0),
        "{:?}",
        made.objective
    );
}

#[test]
fn there_is_no_grid_at_all() {
    let made = edge(&scenario(network(Vec::new(), Vec::new(), Vec::new())), "empty");
    assert!(made.objective.weighted.abs() < 1e-9 && made.states.len() == 1);
}

#[test]
fn nobody_is_known_to_live_there() {
    let mut s = triangle();
    break_all(&mut s);
    for b in &mut s.buses {
        (b.people, b.priority) = (0.0, 0.0);
    }
    s.measure = Measure::People;
    edge(&s, "no people");
}
