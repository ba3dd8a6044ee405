//! What could be asked for: classes of equipment, crews, diesel; and bundles of what some repairs lack together.
//! Each with an estimate of what it could bring at most, by which the most promising are chosen.

use relight_catalogue::{Item, Kind, Nameplate};

use super::bench::{Bench, Desk, Found};
use super::variant::{Part, Variant, needs_of, unit_for};
use crate::matching::fits;
use crate::planner::Monitor;
use crate::scenario::Scenario;
use crate::value::{Standing, Timing};

/// Litres of a tank lorry.
const LORRY_LITRES: f64 = 20_000.0;
/// Sizes of generator sets, kW, where none is on offer.
const SET_SIZES: [f64; 6] = [50.0, 100.0, 250.0, 500.0, 1000.0, 2000.0];
/// The most of anything that is asked for.
pub(super) const MOST_PIECES: u32 = 5;
/// Kinds of things in a bundle, and pieces of them.
const BUNDLE: (usize, u32) = (4, 12);
/// Repairs that are looked at as the core of a bundle.
const CORES: usize = 12;
/// Repairs that lack something, of which bundles are made up.
const LACKING: usize = 40;

/// Something to ask for.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// One of it.
    pub parts: Vec<Part>,
    /// What five of it, or the bundle, could bring at most, about.
    pub promise: f64,
    /// Of a bundle, the repairs that lack it.
    pub damages: Vec<usize>,
    /// Pieces that could find a place.
    pub most: u32,
    /// Mass of one piece or bundle, tonnes.
    pub mass_t: Option<f64>,
}

impl Class {
    fn single(part: Part, promise: f64) -> Self {
        Class { parts: vec![part], promise, damages: Vec::new(), most: MOST_PIECES, mass_t: None }
    }

    pub fn is_bundle(&self) -> bool {
        !self.damages.is_empty()
    }
}

/// The plan from which it is asked.
pub(super) struct Base {
    pub found: Found,
    pub timing: Timing,
    /// What each repair could bring if it were done as soon as an item is there, in the measure in which states are valued.
    pub promise: Vec<f64>,
    /// Repairs that are not done, the most promising first.
    pub undone: Vec<usize>,
    pub arrival: u32,
}

impl Base {
    /// Looks at what is not repaired, or waits for equipment that comes after `arrival`.
    pub fn new(desk: &mut Desk<'_>, found: Found, arrival: u32) -> Self {
        let timing = found.solution.timing(desk.scenario, desk.space.candidates);
        let promise = promises(desk, &found, &timing, arrival);
        let mut undone: Vec<usize> = (0..timing.from.len())
            .filter(|&d| timing.from[d].is_none() && !desk.space.candidates.jobs[d].is_empty())
            .collect();
        undone.sort_by(|&a, &b| promise[b].total_cmp(&promise[a]).then(a.cmp(&b)));
        Base { found, timing, promise, undone, arrival }
    }
}

/// The soonest step at which a repair can be done with equipment that is there at `arrival`.
fn soonest(scenario: &Scenario, damage: usize, arrival: u32) -> Option<u32> {
    let own = scenario.jobs.iter().filter(|j| j.damage == damage);
    own.map(|j| j.ready.max(arrival).saturating_add(j.steps)).max()
}

fn promises(desk: &mut Desk<'_>, found: &Found, timing: &Timing, arrival: u32) -> Vec<f64> {
    let s = desk.scenario;
    let assignment = &found.solution.supply.assignment;
    let waits = |d: usize| {
        let needs = s.jobs.iter().filter(|j| j.damage == d).flat_map(|j| &j.needs);
        let items = needs.flat_map(|&n| assignment.by_need[n].iter().flatten());
        items.into_iter().any(|item| s.offers[item.offer].arrival() > arrival)
    };
    let at = |step: u32, d: usize, with: bool| -> Standing {
        (0..timing.from.len())
            .map(|other| {
                let done = timing.from[other].is_some_and(|from| from <= step);
                let done = if other == d { with } else { done };
                if done { timing.repaired[other] } else { 0 }
            })
            .collect()
    };
    let mut promise = vec![0.0_f64; timing.from.len()];
    for (d, promise) in promise.iter_mut().enumerate() {
        let (Some(soon), until) = (soonest(s, d, arrival), timing.from[d]) else { continue };
        let until_step = until.unwrap_or(s.horizon_steps).min(s.horizon_steps);
        if soon >= until_step || (until.is_some() && !waits(d)) {
            continue;
        }
        let last = until_step - 1;
        let states = [at(soon, d, false), at(soon, d, true), at(last, d, false), at(last, d, true)];
        let v = desk.valuer.values(&states);
        let rate = (v[0] - v[1]).max(v[2] - v[3]).max(0.0);
        *promise = rate * f64::from(until_step - soon) * s.step_hours;
    }
    promise
}

/// All classes that might bring something, singly.
pub(super) fn singles(bench: &mut Bench<'_>, base: &Base, monitor: &mut dyn Monitor) -> Vec<Class> {
    let mut classes = equipment(bench, base);
    let mut looked_at = Vec::new();
    looked_at.extend(generator_sets(bench.scenario).into_iter().map(|part| (part, true)));
    looked_at.extend(fuel(bench.scenario).into_iter().map(|part| (part, false)));
    looked_at.extend(crews(bench.scenario).into_iter().map(|part| (part, false)));
    let mut sets: Vec<Class> = Vec::new();
    for (part, is_set) in looked_at {
        if !monitor.go_on() {
            break;
        }
        let promise = gain_of(bench, base, std::slice::from_ref(&part), MOST_PIECES);
        if promise > 0.0 {
            let class = Class::single(part, promise);
            if is_set { sets.push(class) } else { classes.push(class) }
        }
    }
    classes.extend(sizes(bench, base, sets));
    for class in &mut classes {
        class.mass_t = mass(bench, &class.parts);
    }
    classes
}

/// What the plan itself, unchanged, gains by `count` times these parts.
fn gain_of(bench: &mut Bench<'_>, base: &Base, parts: &[Part], count: u32) -> f64 {
    let variant = Variant::new(bench.scenario, &bench.rows, parts, count, base.arrival);
    let solution = &base.found.solution;
    let cost = bench.on(&variant.scenario, &variant.rows, |desk| desk.carry(solution).cost);
    let gain = base.found.cost - cost;
    if gain > 1e-9 * base.found.cost { gain } else { 0.0 }
}

/// The smallest size of which five do almost all that five of any can do, the smallest of which one does, and the
/// next below: those that partners may have more of.
fn sizes(bench: &mut Bench<'_>, base: &Base, mut sets: Vec<Class>) -> Vec<Class> {
    sets.sort_by(|a, b| kw(&a.parts).total_cmp(&kw(&b.parts)));
    let five: Vec<f64> = sets.iter().map(|c| c.promise).collect();
    let one: Vec<f64> = sets.iter().map(|c| gain_of(bench, base, &c.parts, 1)).collect();
    let enough = |gains: &[f64]| {
        let best = gains.iter().copied().fold(0.0, f64::max);
        gains.iter().position(|gain| *gain >= 0.95 * best).unwrap_or(0)
    };
    let (five, one) = (enough(&five), enough(&one));
    let wanted = [five, one, five.min(one).saturating_sub(1)];
    let chosen = sets.into_iter().enumerate().filter(|(k, _)| wanted.contains(k));
    chosen.map(|(_, class)| class).collect()
}

fn kw(parts: &[Part]) -> f64 {
    match parts {
        [Part::Item { item, .. }] => item.nameplate.kw.unwrap_or(0.0),
        _ => 0.0,
    }
}

/// Distinct nameplates that places ask for. Those that fit the same places are one.
fn equipment(bench: &mut Bench<'_>, base: &Base) -> Vec<Class> {
    let s = bench.scenario;
    let mut classes: Vec<(Class, Vec<usize>)> = Vec::new();
    for need in &s.needs {
        let Some(item) = unit_for(s, &need.item) else { continue };
        let needs = needs_of(s, &item);
        if classes.iter().any(|(_, known)| *known == needs) {
            continue;
        }
        let places: u32 = needs.iter().map(|&n| s.needs[n].count).fold(0, u32::saturating_add);
        let class = Class {
            most: places.min(MOST_PIECES),
            ..Class::single(Part::Item { item, count: 1 }, 0.0)
        };
        classes.push((class, needs));
    }
    for (class, needs) in &mut classes {
        let reach = reach(bench, base, needs);
        let mut damages: Vec<usize> =
            (0..reach.len()).filter(|&n| reach[n]).map(|n| s.jobs[s.needs[n].job].damage).collect();
        damages.sort_unstable();
        damages.dedup();
        let mut promises: Vec<f64> = damages.iter().map(|&d| base.promise[d]).collect();
        promises.sort_by(|a, b| b.total_cmp(a));
        class.promise = promises.iter().take(MOST_PIECES as usize).sum();
    }
    classes.into_iter().map(|(class, _)| class).filter(|class| class.promise > 0.0).collect()
}

/// The needs that a unit for `needs` helps: these, and those that fit what it could set free.
fn reach(bench: &Bench<'_>, base: &Base, needs: &[usize]) -> Vec<bool> {
    let assignment = &base.found.solution.supply.assignment;
    let mut reach = vec![false; bench.scenario.needs.len()];
    let mut freed = vec![false; bench.scenario.offers.len()];
    let mut queue: Vec<usize> = needs.to_vec();
    while let Some(need) = queue.pop() {
        if std::mem::replace(&mut reach[need], true) {
            continue;
        }
        for item in assignment.by_need[need].iter().flatten() {
            if !std::mem::replace(&mut freed[item.offer], true) {
                let rows = bench.rows.iter().filter(|r| r.offer == item.offer && fits(r));
                queue.extend(rows.map(|r| r.need));
            }
        }
    }
    reach
}

/// The sizes of sets on offer, or the usual ones; none where there is no facility.
fn generator_sets(scenario: &Scenario) -> Vec<Part> {
    if scenario.facilities.is_empty() {
        return Vec::new();
    }
    let mut items: Vec<Item> = (scenario.offers.iter())
        .filter(|o| o.item.kind == Kind::GeneratorSet && o.item.nameplate.kw.is_some())
        .map(|o| o.item.clone())
        .collect();
    let size = |item: &Item| item.nameplate.kw.unwrap_or(0.0);
    items.sort_by(|a, b| size(a).total_cmp(&size(b)));
    items.dedup_by(|a, b| size(a) == size(b));
    if items.is_empty() {
        items.extend(SET_SIZES.map(|kw| {
            let frequency_hz = Some(scenario.frequency_hz);
            let nameplate = Nameplate { kw: Some(kw), frequency_hz, ..Nameplate::default() };
            Item { kind: Kind::GeneratorSet, nameplate }
        }));
    }
    items.into_iter().map(|item| Part::Item { item, count: 1 }).collect()
}

/// A lorry of diesel for each region with facilities; none where diesel is taken to be there.
fn fuel(scenario: &Scenario) -> Vec<Part> {
    if scenario.fuel.is_empty() {
        return Vec::new();
    }
    let mut regions: Vec<Option<usize>> =
        scenario.facilities.iter().map(|f| scenario.facility_region(f)).collect();
    regions.sort_unstable();
    regions.dedup();
    let lorry = |region| Part::Fuel { region, litres: LORRY_LITRES };
    regions.into_iter().map(lorry).collect()
}

/// A team for each skill and region with jobs.
fn crews(scenario: &Scenario) -> Vec<Part> {
    let mut kinds: Vec<(usize, Option<usize>)> = (0..scenario.jobs.len())
        .map(|j| (scenario.jobs[j].skill, scenario.job_region(j)))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.into_iter().map(|(skill, region)| Part::Crew { skill, region, teams: 1 }).collect()
}

/// Tonnes of one of each part; `None` where the mass of something is not known, or nothing has any.
fn mass(bench: &Bench<'_>, parts: &[Part]) -> Option<f64> {
    let mut sum = 0.0;
    for part in parts {
        match part {
            Part::Crew { .. } => {}
            Part::Fuel { litres, .. } => sum += litres * 0.84e-3,
            Part::Item { item, count } => {
                sum += f64::from(*count) * mass_of(bench, item)?;
            }
        }
    }
    (sum > 0.0).then_some(sum)
}

/// Tonnes of a piece: as its nameplate says where it is on offer, or of the lightest offer that fits where it fits.
fn mass_of(bench: &Bench<'_>, item: &Item) -> Option<f64> {
    let s = bench.scenario;
    if s.offers.iter().any(|o| o.item == *item) {
        return item.nameplate.mass_t;
    }
    let needs = needs_of(s, item);
    (bench.rows.iter())
        .filter(|r| fits(r) && r.result.pieces == 1 && needs.contains(&r.need))
        .filter_map(|r| s.offers[r.offer].item.nameplate.mass_t)
        .min_by(f64::total_cmp)
}

/// Bundles: what one repair lacks together, and what several repairs lack that bring something only together.
pub(super) fn bundles(bench: &mut Bench<'_>, base: &Base) -> Vec<Class> {
    let (scenario, rows) = (bench.scenario, bench.rows.clone());
    let mut found: Vec<Class> = bench.on(scenario, &rows, |desk| {
        let lacking: Vec<(usize, Vec<Part>)> = (base.undone.iter())
            .filter_map(|&d| Some((d, lacks(desk, base, &[d])?)))
            .filter(|(_, parts)| !parts.is_empty())
            .take(LACKING)
            .collect();
        let all: Vec<usize> = lacking.iter().map(|(d, _)| *d).collect();
        let mut found: Vec<Class> = Vec::new();
        for &core in all.iter().take(CORES) {
            let Some((damages, promise)) = together(desk, base, &all, core) else { continue };
            let Some(parts) = lacks(desk, base, &damages) else { continue };
            let pieces: u32 = parts.iter().map(Part::pieces).fold(0, u32::saturating_add);
            let known = found.iter().any(|c| c.parts == parts);
            if pieces > 1 && parts.len() <= BUNDLE.0 && pieces <= BUNDLE.1 && !known {
                found.push(Class { parts, promise, damages, most: 1, mass_t: None });
            }
        }
        found
    });
    for class in &mut found {
        class.mass_t = mass(bench, &class.parts);
    }
    found.sort_by(|a, b| b.promise.total_cmp(&a.promise));
    found
}

/// The fewest of `lacking` repairs that bring almost all of what `core` brings beside all of them, and what that is.
fn together(
    desk: &mut Desk<'_>,
    base: &Base,
    lacking: &[usize],
    core: usize,
) -> Option<(Vec<usize>, f64)> {
    let s = desk.scenario;
    let at_end: Standing = (base.timing.from.iter().zip(&base.timing.repaired))
        .map(|(from, &repaired)| if from.is_some() { repaired } else { 0 })
        .collect();
    let mut brings = |damages: &[usize]| {
        let mut with = at_end.clone();
        for &d in damages {
            with[d] = 1;
        }
        let mut without = with.clone();
        without[core] = 0;
        let values = desk.valuer.values(&[without, with]);
        values[0] - values[1]
    };
    let whole = brings(lacking);
    let mut kept = lacking.to_vec();
    if whole <= 1e-9 {
        return None;
    }
    for &d in lacking.iter().rev().filter(|&&d| d != core) {
        let fewer: Vec<usize> = kept.iter().copied().filter(|&k| k != d).collect();
        if brings(&fewer) >= 0.9 * whole {
            kept = fewer;
        }
    }
    let soon = kept.iter().filter_map(|&d| soonest(s, d, base.arrival)).max()?;
    let hours = f64::from(s.horizon_steps.saturating_sub(soon)) * s.step_hours;
    let promise = brings(&kept) * hours;
    (promise > 0.0).then_some((kept, promise))
}

/// All that these repairs lack. `None`: it could not be asked for.
fn lacks(desk: &Desk<'_>, base: &Base, damages: &[usize]) -> Option<Vec<Part>> {
    let s = desk.scenario;
    let assignment = &base.found.solution.supply.assignment;
    let mut parts: Vec<Part> = Vec::new();
    let mut jobs: Vec<usize> =
        damages.iter().flat_map(|&d| desk.space.candidates.jobs[d].iter().copied()).collect();
    jobs.sort_unstable();
    jobs.dedup();
    for job in jobs {
        for &need in &s.jobs[job].needs {
            if assignment.by_need[need].is_some() || desk.is_free(assignment, need) {
                continue;
            }
            let item = unit_for(s, &s.needs[need].item)?;
            merge(&mut parts, Part::Item { item, count: s.needs[need].count });
        }
        let missing = missing_teams(s, job)?;
        if missing > 0 {
            let region = s.job_region(job);
            let team = Part::Crew { skill: s.jobs[job].skill, region, teams: missing };
            merge(&mut parts, team);
        }
    }
    Some(parts)
}

/// One part more; pieces of a class are counted together, and of teams the most that a job takes.
fn merge(parts: &mut Vec<Part>, new: Part) {
    let Some(like) = parts.iter_mut().find(|p| p.is_like(&new)) else {
        parts.push(new);
        return;
    };
    match (like, new) {
        (Part::Item { count, .. }, Part::Item { count: more, .. }) => {
            *count = count.saturating_add(more);
        }
        (Part::Crew { teams, .. }, Part::Crew { teams: more, .. }) => *teams = (*teams).max(more),
        (Part::Fuel { litres, .. }, Part::Fuel { litres: more, .. }) => *litres += more,
        _ => {}
    }
}

/// Teams that a job takes beyond those that are ever there at once. `None`: it does not fit in the horizon.
fn missing_teams(scenario: &Scenario, job: usize) -> Option<u32> {
    let j = &scenario.jobs[job];
    let last = scenario.horizon_steps.checked_sub(j.steps).filter(|&last| last >= j.ready)?;
    let region = scenario.job_region(job);
    let pools = || {
        let serves = |r: Option<usize>| r.is_none() || r == region;
        scenario.crews.iter().filter(move |p| p.skill == j.skill && serves(p.region))
    };
    let starts = pools().map(|p| p.from.max(j.ready)).filter(|&start| start <= last);
    let there = |start: u32| -> u32 {
        pools()
            .filter(|p| p.from <= start && p.until.is_none_or(|u| start + j.steps <= u))
            .map(|p| p.teams)
            .fold(0, u32::saturating_add)
    };
    let most = starts.map(there).max().unwrap_or(0);
    Some(j.crews.saturating_sub(most))
}
