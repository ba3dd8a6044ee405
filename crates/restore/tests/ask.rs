//! What to ask for next: worth what the pencil says, never less for more or for sooner, and never more than the best
//! plans there are differ by.

mod common;

use common::{
    Rng, branch, broken, bus, facility, generator, generator_set, need, network, offer, orders,
    pool, scenario, seeds, transformer,
};
use relight_catalogue::{Item, Kind, Nameplate};
use relight_restore::Scenario;
use relight_restore::ask::{Ask, Asks, Effort, Part, ask};
use relight_restore::dispatch::Dispatcher;
use relight_restore::evaluate::evaluate;
use relight_restore::matching::{Allowed, fits, matches};
use relight_restore::plan::ItemUse;
use relight_restore::planner::{Monitor, Settings, Unwatched, plan};
use relight_restore::scenario::{
    Element, FuelDelivery, Measure, Offer, OfferStatus, Scenario as Whole,
};
use relight_restore::schedule::{Assignment, generate};

fn quick() -> Settings {
    Settings { ac: false, iterations: Some(10), ..Settings::default() }
}

fn effort() -> Effort {
    Effort { rounds: Some(10), seeds: 2, arrivals: vec![1, 3, 5], ..Effort::default() }
}

fn asks(s: &Scenario) -> Asks {
    let made = plan(s, &quick(), &mut Unwatched);
    let asks = ask(s, &made, &quick(), &effort(), &mut Unwatched);
    assert!(asks.complete);
    assert!(asks.cost <= made.objective.weighted * (1.0 + 1e-9), "{asks:?}");
    sane(&asks);
    asks
}

/// More is not worth less, nor is sooner; ranges hold the value; ranks go by value.
fn sane(asks: &Asks) {
    for a in &asks.rows {
        assert!(a.weighted.is_finite() && a.weighted >= 0.0, "{a:?}");
        assert!(a.low >= 0.0 && a.low <= a.weighted && a.weighted <= a.high, "{a:?}");
        assert!(a.high <= asks.cost * (1.0 + 1e-3) + 1e-6, "{a:?}");
        for b in asks.rows.iter().filter(|b| b.rank == a.rank) {
            if b.count <= a.count && b.arrival >= a.arrival {
                assert!(b.weighted <= a.weighted && b.parts == a.parts, "{a:?}, {b:?}");
            }
        }
    }
    let ranks: Vec<usize> = asks.rows.iter().map(|a| a.rank).collect();
    assert!(ranks.is_sorted() && ranks.first().is_none_or(|r| *r == 1), "{ranks:?}");
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs().max(1.0)
}

/// Each count and arrival with what it saves, of the rows that are this.
fn curve(asks: &Asks, is: impl Fn(&[Part]) -> bool) -> Vec<(u32, u32, f64)> {
    let rows = asks.rows.iter().filter(|a| is(&a.parts));
    rows.map(|a: &Ask| (a.count, a.arrival, a.weighted)).collect()
}

fn is_kind(parts: &[Part], wanted: Kind) -> bool {
    matches!(parts, [Part::Item { item, .. }] if item.kind == wanted)
}

/// A plant, and towns of 1,000, 2,000, ... people, each behind a broken transformer of its own that takes two steps.
fn star(towns: usize) -> Scenario {
    let buses = (0..=towns).map(|i| bus(i as u64 + 1, 10.0 * i as f64)).collect();
    let lines = (1..=towns).map(|i| branch(0, i, 0.1, 0.0)).collect();
    let mut s = scenario(network(buses, lines, vec![generator(0, 0.0, 1000.0)]));
    (s.measure, s.step_hours) = (Measure::People, 24.0);
    s.crews = vec![pool(0, 9)];
    for i in 1..=towns {
        s.buses[i].people = 1000.0 * i as f64;
        broken(&mut s, Element::Branch(i - 1), 2);
    }
    s
}

/// The same, and each transformer needs a new unit.
fn star_of_units(towns: usize) -> Scenario {
    let mut s = star(towns);
    for job in 0..towns {
        need(&mut s, job, transformer(Some(40.0), Some(3)), 1);
    }
    s
}

#[test]
fn one_more_transformer_is_worth_what_the_pencil_says() {
    let mut s = star_of_units(2);
    offer(&mut s, transformer(Some(40.0), Some(3)), 1, 0);
    let asks = asks(&s);
    // There is a unit for 2,000 people. Another, there at step a, brings 1,000 back from step a + 2 of 10 on. There
    // is no third place.
    let people_days = |days: f64| 24.0 * 1000.0 * days;
    let found = curve(&asks, |p| is_kind(p, Kind::Transformer));
    let pencil = [(1, 1, 7.0), (2, 1, 7.0), (5, 1, 7.0), (1, 3, 5.0), (1, 5, 3.0)];
    assert_eq!(found.len(), pencil.len(), "{found:?}");
    for (found, pencil) in found.iter().zip(pencil) {
        assert_eq!((found.0, found.1), (pencil.0, pencil.1));
        assert!(close(found.2, people_days(pencil.2)), "{found:?}");
    }
    let first = &asks.rows[0];
    assert!(close(first.saved.unserved_people_hours, people_days(7.0)), "{first:?}");
    assert!(close(first.low, first.high), "every re-plan finds it: {first:?}");
    assert!(first.certain.is_some_and(|(least, most)| close(least, most)), "proven: {first:?}");
    assert_eq!(asks.rows.len(), 5, "nothing else is short: {:?}", asks.rows);
}

#[test]
fn two_more_are_worth_both_places_and_mass_counts() {
    let mut s = star_of_units(3);
    let mut heavy = transformer(Some(40.0), Some(3));
    heavy.nameplate.mass_t = Some(50.0);
    offer(&mut s, heavy, 1, 0);
    let found = asks(&s);
    let one = &found.rows[0];
    assert!(close(one.weighted, 24.0 * 2000.0 * 7.0), "{one:?}");
    assert!(close(one.per_tonne().unwrap_or(0.0), one.weighted / 50.0), "{one:?}");
    let two = found.rows.iter().find(|a| a.count == 2).expect("a row for two");
    assert!(close(two.weighted, 24.0 * 3000.0 * 7.0), "{two:?}");
}

#[test]
fn what_helps_only_together_is_asked_for_together() {
    let mut s = star(1);
    s.skills.push("heavy".into());
    (s.jobs[0].skill, s.jobs[0].crews) = (1, 2);
    s.crews.push(pool(1, 1));
    need(&mut s, 0, transformer(Some(40.0), Some(3)), 1);
    let breaker =
        Nameplate { rated_kv: Some(123.0), frequency_hz: Some(50.0), ..Nameplate::default() };
    need(&mut s, 0, Item { kind: Kind::Breaker, nameplate: breaker }, 3);
    let asks = asks(&s);
    assert!(asks.rows.iter().all(|a| a.rank == 1 && a.count == 1), "{:?}", asks.rows);
    let all = &asks.rows[0].parts;
    let pieces: Vec<(String, u32)> = all
        .iter()
        .map(|p| match p {
            Part::Item { item, count } => (item.kind.word().to_owned(), *count),
            Part::Crew { skill, region, teams } => {
                assert_eq!(*region, None);
                (s.skills[*skill].clone(), *teams)
            }
            Part::Fuel { .. } => ("fuel".to_owned(), 1),
        })
        .collect();
    let wanted = [("transformer", 1), ("breaker", 3), ("heavy", 1)];
    assert_eq!(pieces, wanted.map(|(kind, n)| (kind.to_owned(), n)));
    let found = curve(&asks, |_| true);
    for ((_, arrival, saved), days) in found.into_iter().zip([7.0, 5.0, 3.0]) {
        assert!(close(saved, 24.0 * 1000.0 * days), "{arrival}: {saved}");
    }
}

#[test]
fn two_units_in_a_row_are_a_bundle() {
    // Bus 1 - unit - bus 2 - unit - bus 3, where the people are.
    let buses = vec![bus(1, 0.0), bus(2, 0.0), bus(3, 10.0)];
    let lines = vec![branch(0, 1, 0.1, 0.0), branch(1, 2, 0.1, 0.0)];
    let mut s = scenario(network(buses, lines, vec![generator(0, 0.0, 100.0)]));
    (s.measure, s.crews) = (Measure::People, vec![pool(0, 2)]);
    s.buses[2].people = 500.0;
    for l in 0..2 {
        let job = broken(&mut s, Element::Branch(l), 1);
        need(&mut s, job, transformer(Some(40.0), Some(3)), 1);
    }
    let asks = asks(&s);
    let first = &asks.rows[0];
    assert!(matches!(&first.parts[..], [Part::Item { count: 2, .. }]), "{:?}", asks.rows);
    assert!(close(first.weighted, 500.0 * 8.0), "{first:?}");
}

#[test]
fn a_crew_is_worth_the_wait_that_it_ends() {
    let mut s = star(2);
    s.crews = vec![pool(0, 1)];
    let asks = asks(&s);
    // 2,000 people first, then 1,000 at step 4. A team at step 1 brings those back at 3, at step 3 nothing.
    let found = curve(&asks, |p| matches!(p, [Part::Crew { skill: 0, region: None, teams: 1 }]));
    let pencil = [(1, 1, 24_000.0), (2, 1, 24_000.0), (5, 1, 24_000.0), (1, 3, 0.0), (1, 5, 0.0)];
    assert_eq!(found.len(), pencil.len(), "{asks:?}");
    for (found, pencil) in found.into_iter().zip(pencil) {
        assert!(
            (found.0, found.1) == (pencil.0, pencil.1) && close(found.2, pencil.2),
            "{found:?}"
        );
    }
}

#[test]
fn sets_and_diesel_are_worth_the_hours_that_they_run() {
    let mut s = star(1);
    s.jobs.clear();
    s.facilities.push(facility(Some(1), "hospital", 80.0));
    s.weights.services.insert("hospital".into(), 10.0);
    offer(&mut s, generator_set(100.0), 1, 0);
    s.offers[0].count = 0;
    let asks_for_sets = asks(&s);
    let found = curve(&asks_for_sets, |p| is_kind(p, Kind::GeneratorSet));
    // 100 people, weight 10, from step a to 10.
    assert!(close(found[0].2, 100.0 * 10.0 * 24.0 * 9.0), "{found:?}");
    assert!(found.iter().all(|f| f.0 == 1 || close(f.2, found[0].2)), "{found:?}");
    assert!(asks_for_sets.rows[0].litres > 0.0);
    let saved = &asks_for_sets.rows[0].saved;
    assert!(close(saved.by_service["hospital"], 100.0 * 24.0 * 9.0), "{saved:?}");
    assert!(close(saved.unserved_people_hours, 0.0), "{saved:?}");

    // The set is there, and its diesel is not.
    s.offers[0].count = 1;
    s.fuel = vec![FuelDelivery { step: 0, region: None, litres: 1.0 }];
    let asks_for_fuel = asks(&s);
    let found = curve(&asks_for_fuel, |p| matches!(p, [Part::Fuel { .. }]));
    assert!(found[0].2 > 0.9 * 100.0 * 10.0 * 24.0 * 8.0, "{found:?}");
}

#[test]
fn nothing_is_asked_for_where_nothing_lacks() {
    let mut s = star_of_units(2);
    offer(&mut s, transformer(Some(40.0), Some(3)), 2, 0);
    assert_eq!(asks(&s).rows, Vec::new());
    let whole = star(0);
    assert_eq!(asks(&whole).rows, Vec::new());
}

/// Ends the work after so many questions.
struct Impatient(u32);

impl Monitor for Impatient {
    fn progress(&mut self, _: &str, _: f64) {}

    fn go_on(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }
}

#[test]
fn whoever_stops_early_gets_what_was_found_and_threads_change_nothing() {
    let mut s = star_of_units(4);
    s.crews = vec![pool(0, 1)];
    offer(&mut s, transformer(Some(40.0), Some(3)), 1, 6);
    let made = plan(&s, &quick(), &mut Unwatched);
    let whole = ask(&s, &made, &quick(), &effort(), &mut Unwatched);
    for go_on in [1, 2, 40, 80, 150] {
        let some = ask(&s, &made, &quick(), &effort(), &mut Impatient(go_on));
        assert!(!some.complete || some.rows.len() == whole.rows.len());
        sane(&some);
    }
    let threads = Settings { threads: 3, ..quick() };
    assert_eq!(ask(&s, &made, &threads, &effort(), &mut Unwatched), whole);
}

/// A random tree with a plant at its root, and needs that not all offers fill.
fn random(rng: &mut Rng) -> Scenario {
    let n = rng.whole(3, 5) as usize;
    let buses = (0..n).map(|i| bus(i as u64 + 1, if i == 0 { 0.0 } else { rng.real(1.0, 40.0) }));
    let buses = buses.collect();
    let lines = (1..n).map(|to| branch(rng.below(to), to, 0.1, 0.0)).collect();
    let mut s = scenario(network(buses, lines, vec![generator(0, 0.0, rng.real(20.0, 200.0))]));
    s.crews = vec![pool(0, rng.whole(1, 2))];
    for l in 0..n - 1 {
        if rng.chance(0.8) {
            let job = broken(&mut s, Element::Branch(l), rng.whole(1, 3));
            if rng.chance(0.7) {
                need(&mut s, job, transformer(Some(40.0), Some(3)), 1);
            }
        }
    }
    for _ in 0..rng.below(3) {
        let arrival = rng.whole(0, 6);
        offer(&mut s, transformer(Some(40.0), Some(3)), 1, arrival);
    }
    s
}

/// The least that any schedule costs: all orders of the jobs, all ways to give one offer to each need or none.
fn least(s: &Whole) -> f64 {
    let rows = matches(s);
    let allowed = Allowed { status: OfferStatus::Offered };
    let mut dispatcher = Dispatcher::new(s);
    let mut assignments = vec![Assignment { by_need: vec![None; s.needs.len()] }];
    for n in 0..s.needs.len() {
        let mut more = Vec::new();
        for a in &assignments {
            for row in rows.iter().filter(|r| r.need == n && fits(r)) {
                let taken: u32 = (a.by_need.iter().flatten().flatten())
                    .filter(|i| i.offer == row.offer)
                    .map(|i| i.count)
                    .sum();
                if taken < s.offers[row.offer].count {
                    let mut with = a.clone();
                    let item = ItemUse { need: n, offer: row.offer, count: 1 };
                    with.by_need[n] = Some(vec![item]);
                    more.push(with);
                }
            }
        }
        assignments.extend(more);
    }
    let mut best = f64::INFINITY;
    let mut seen = std::collections::BTreeSet::new();
    orders(&mut (0..s.jobs.len()).collect(), &mut |order| {
        for a in &assignments {
            let jobs = generate(s, a, order);
            let dates: Vec<(usize, u32)> = jobs.iter().map(|j| (j.job, j.start)).collect();
            if seen.insert(dates) {
                let cost = evaluate(&mut dispatcher, &rows, allowed, &jobs, false).objective;
                best = best.min(cost.weighted);
            }
        }
    });
    best
}

#[test]
fn savings_are_those_of_the_best_plans_there_are() {
    let (mut equal, mut proven, mut rows) = (0, 0, 0);
    for seed in seeds(25, 400) {
        let s = random(&mut Rng(seed ^ 0xa5c));
        let found = asks(&s);
        let without = least(&s);
        assert!(found.cost >= without - 1e-6, "seed {seed}");
        for a in &found.rows {
            let mut more = s.clone();
            for part in &a.parts {
                match part {
                    Part::Item { item, count } => {
                        let count = count * a.count;
                        more.offers.push(Offer {
                            item: item.clone(),
                            count,
                            ready: a.arrival,
                            ..blank_offer()
                        });
                    }
                    Part::Crew { skill, region, teams } => {
                        let teams = teams * a.count;
                        let from = a.arrival;
                        more.crews.push(relight_restore::scenario::CrewPool {
                            skill: *skill,
                            region: *region,
                            teams,
                            from,
                            until: None,
                        });
                    }
                    Part::Fuel { .. } => {}
                }
            }
            let with = least(&more);
            let theirs = found.cost - a.weighted;
            assert!(theirs >= with - 1e-6, "seed {seed}: {a:?} is better than the best, {with}");
            if let Some((least, most)) = a.certain {
                let true_saving = without - with;
                assert!(
                    least <= true_saving + 1e-6 && true_saving <= most + 1e-6,
                    "seed {seed}: {true_saving} is not within what is certain: {a:?}"
                );
                proven += u32::from(least > 1e-6);
            }
            rows += 1;
            equal += u32::from(close(a.weighted, without - with));
        }
    }
    println!("{rows} rows, {equal} exact, {proven} proven");
    assert!(rows > 50 && proven > rows / 4, "{rows} rows, {proven} of them proven");
    assert!(f64::from(equal) >= 0.95 * f64::from(rows), "{equal} of {rows} are exact");
}

fn blank_offer() -> Offer {
    Offer {
        id: String::new(),
        donor: String::new(),
        item: transformer(None, None),
        count: 0,
        origin: String::new(),
        ready: 0,
        transit: 0,
        status: OfferStatus::Received,
        confidence: 1.0,
    }
}
