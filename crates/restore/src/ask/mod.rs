//! What to ask for next: what one more, two more, five more of something would save, if it came by a certain step.
//!
//! The answer is a difference of two plans, each the best that is found with the same effort: the value of a unit
//! is no derivative, and prices of a linear relaxation say nothing of it.
//!
//! 1. `classes` lists what could be asked for (nameplates of places, sizes of generator sets, crews by skill and
//!    region, diesel by region, and bundles of what some repairs lack together) with an estimate of what each could
//!    bring. What no place waits for is not looked at; the most promising are.
//! 2. For each, each count and each arrival, `variant` adds it to the scenario, and `bench` plans again from the plan
//!    that there is: the new piece is put to use, and the search goes on for the same rounds with the same seeds as for
//!    the unchanged scenario (common random numbers).
//! 3. Whatever is found for a variant is tried in the unchanged scenario too. So what is merely better planning
//!    counts for the plan that there is, and not for the new piece.
//! 4. A schedule that holds without the piece, with fewer, or with later ones holds with it: savings are never
//!    negative, and more or sooner is never worth less.

mod bench;
mod classes;
mod variant;

pub use variant::Part;

use bench::{Bench, Found};
use classes::{Base, Class, bundles, singles};
use variant::Variant;

use crate::bound;
use crate::plan::{MatchRow, Objective, Plan};
use crate::planner::{Monitor, Settings};
use crate::scenario::Scenario;

/// Rounds of the search times buses, where none are given.
const ROUND_BUSES: u64 = 10_000;
/// The fewest and the most rounds that come of it.
const ROUNDS: (u64, u64) = (2, 100);
/// Counts that are asked for.
const COUNTS: [u32; 3] = [1, 2, 5];
/// Parts of the horizon after which things could arrive.
const ARRIVALS: [f64; 3] = [0.1, 0.25, 0.5];
/// A bundle is listed where it saves so much more than the best of its parts alone.
const MORE_THAN_PARTS: f64 = 1.1;

/// Buses times damages up to which bounds are found for each count and arrival.
const MOST_BOUNDED: usize = 2_000;
/// Programmes, and nodes of each, that go into a bound.
const SOLVES: usize = 100;
const NODES: i32 = 200;

/// How much effort goes into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Effort {
    /// Rounds of the search for each re-plan; `None`: as suits the size of the scenario.
    pub rounds: Option<u64>,
    /// Re-plans of each kind, with different seeds.
    pub seeds: u64,
    /// Classes that are looked at closely.
    pub classes: usize,
    /// Bundles that are looked at closely.
    pub bundles: usize,
    /// Steps of arrival; empty: after a tenth, a quarter and half of the horizon.
    pub arrivals: Vec<u32>,
}

impl Default for Effort {
    fn default() -> Self {
        Effort { rounds: None, seeds: 3, classes: 12, bundles: 4, arrivals: Vec::new() }
    }
}

/// What could be asked for, the best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asks {
    /// A row for each class, count and arrival.
    pub rows: Vec<Ask>,
    /// What the plan that is measured from costs, in the measure of [`Objective::weighted`]: it may be a little better
    /// than the plan that was given, by what the search found on the way.
    pub cost: f64,
    /// Rounds of the search for each re-plan.
    pub rounds: u64,
    /// Re-plans of each kind.
    pub seeds: u64,
    /// Classes and bundles that were looked at closely.
    pub looked_at: usize,
    /// Those that might bring something, and were left aside.
    pub left_aside: usize,
    /// Whether it was done to its end.
    pub complete: bool,
}

/// What something would save.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Place of its class in the list, from 1.
    pub rank: usize,
    /// One of it; of a bundle all its parts.
    pub parts: Vec<Part>,
    /// How many.
    pub count: u32,
    /// Step from which it is there.
    pub arrival: u32,
    /// Saving in the measure of [`Objective::weighted`], between the best plans found. Not negative.
    pub weighted: f64,
    /// The least saving over the seeds.
    pub low: f64,
    /// The most.
    pub high: f64,
    /// What the best plans there are differ by at least and at most: the bound without it less the plan with it, and
    /// the plan without it less the bound with it. `None`: no bound is known.
    pub certain: Option<(f64, f64)>,
    /// The same saving in each measure, unweighted; where one gains at the cost of another it may be negative.
    pub saved: Objective,
    /// Tonnes of one; `None`: not known.
    pub mass_t: Option<f64>,
    /// Indices of the regions in which it is put to use.
    pub regions: Vec<usize>,
    /// Litres of diesel that its generator sets use.
    pub litres: f64,
}

impl Ask {
    /// Saving for each tonne; `None` where the mass is not known.
    pub fn per_tonne(&self) -> Option<f64> {
        self.mass_t.map(|t| self.weighted / (t * f64::from(self.count.max(1))))
    }
}

/// One count of a class at one arrival.
#[derive(Debug, Clone)]
struct Cell {
    count: u32,
    arrival: u32,
    by_seed: Vec<f64>,
    outcome: Outcome,
    /// No plan of the variant costs less.
    bound: f64,
}

/// What the best plan comes to.
#[derive(Debug, Clone)]
struct Outcome {
    found: Found,
    objective: Objective,
    regions: Vec<usize>,
    litres: f64,
}

/// What `plan`, made with `settings`, would save with more of something. A monitor that ends the work gets what was
/// found so far.
pub fn ask(
    scenario: &Scenario,
    plan: &Plan,
    settings: &Settings,
    effort: &Effort,
    monitor: &mut dyn Monitor,
) -> Asks {
    let doing = "planning again with one more of each kind";
    monitor.progress(doing, 0.0);
    let buses = scenario.network.buses.len().max(1) as u64;
    let by_size = (ROUND_BUSES / buses).clamp(ROUNDS.0, ROUNDS.1);
    let seeds: Vec<u64> = (0..effort.seeds.max(1)).map(|k| settings.seed.wrapping_add(k)).collect();
    let mut asking = Asking {
        bench: Bench::new(scenario, settings),
        rounds: effort.rounds.unwrap_or(by_size),
        arrivals: arrivals(scenario, &effort.arrivals),
        reference: seeds.iter().map(|_| f64::INFINITY).collect(),
        seeds,
        best: None,
    };
    let base = asking.begin(plan, monitor);
    let mut classes = singles(&mut asking.bench, &base, monitor);
    classes.sort_by(|a, b| b.promise.total_cmp(&a.promise));
    let bundles = if monitor.go_on() { bundles(&mut asking.bench, &base) } else { Vec::new() };
    let promising = classes.len() + bundles.len();
    classes.truncate(effort.classes);
    classes.extend(bundles.into_iter().take(effort.bundles));

    let mut solved: Vec<(Class, Vec<Cell>)> = Vec::new();
    let count = classes.len();
    for (k, class) in classes.into_iter().enumerate() {
        monitor.progress(doing, (k + 1) as f64 / (count + 1) as f64);
        if !monitor.go_on() {
            break;
        }
        let cells = asking.solve(&class, &base, monitor);
        solved.push((class, cells));
    }
    let complete = solved.len() == count && monitor.go_on();
    let Some(mut best) = asking.best.take() else { return Asks::default() };
    best = asking.once_more(&base, &mut solved, best, monitor);
    let looked_at = solved.len();
    let known = if plan.bound.method == "none" { 0.0 } else { plan.bound.weighted };
    let matches = asking.bench.rows.clone();
    let bound = known.max(asking.bound(scenario, &matches));
    Asks {
        rows: rows(&solved, &best, &asking.reference, bound),
        cost: best.found.cost,
        rounds: asking.rounds,
        seeds: asking.seeds.len() as u64,
        looked_at,
        left_aside: promising - looked_at,
        complete,
    }
}

fn arrivals(scenario: &Scenario, asked: &[u32]) -> Vec<u32> {
    let horizon = scenario.horizon_steps;
    let mut arrivals: Vec<u32> = if asked.is_empty() {
        ARRIVALS.map(|part| (part * f64::from(horizon)).ceil() as u32).to_vec()
    } else {
        asked.to_vec()
    };
    arrivals.retain(|&step| step < horizon);
    arrivals.sort_unstable();
    arrivals.dedup();
    arrivals
}

struct Asking<'a> {
    bench: Bench<'a>,
    rounds: u64,
    seeds: Vec<u64>,
    arrivals: Vec<u32>,
    /// The least that the unchanged scenario costs, by seed.
    reference: Vec<f64>,
    /// The best plan of the unchanged scenario.
    best: Option<Outcome>,
}

impl Asking<'_> {
    /// The plan as it is, and as it gets with the effort that every variant gets.
    fn begin(&mut self, plan: &Plan, monitor: &mut dyn Monitor) -> Base {
        let (rounds, seeds, scenario) = (self.rounds, &self.seeds, self.bench.scenario);
        let arrival = self.arrivals.first().copied().unwrap_or(0);
        let rows = self.bench.rows.clone();
        let (base, by_seed, best) = self.bench.on(scenario, &rows, |desk| {
            let given = desk.of_plan(&plan.jobs);
            let begun = desk.improve(&given, seeds[0], rounds, monitor);
            let again: Vec<Found> =
                seeds.iter().map(|&seed| desk.improve(&begun, seed, rounds, monitor)).collect();
            let by_seed = again.iter().map(|f| f.cost).collect();
            let best = cheapest(again).unwrap_or_else(|| begun.clone());
            let best = outcome(desk, best, scenario);
            (Base::new(desk, begun, arrival), by_seed, best)
        });
        self.reference = by_seed;
        self.best = Some(best);
        base
    }

    /// Every count and arrival of a class, the least valuable first: each starts from the one before.
    fn solve(&mut self, class: &Class, base: &Base, monitor: &mut dyn Monitor) -> Vec<Cell> {
        let first = self.arrivals.first().copied().unwrap_or(0);
        let mut wanted: Vec<(u32, u32)> = self.arrivals.iter().rev().map(|&a| (1, a)).collect();
        if !class.is_bundle() {
            wanted.extend(COUNTS.iter().filter(|&&c| c > 1).map(|&c| (c, first)));
        }
        let mut cells: Vec<Cell> = Vec::new();
        for (count, arrival) in wanted {
            let last = cells.last();
            if let Some(last) = last.filter(|l| l.arrival == arrival && class.most <= l.count) {
                let again = Cell { count, ..last.clone() };
                cells.push(again);
                continue;
            }
            if !monitor.go_on() {
                break;
            }
            let from = last.map_or(&base.found.solution, |l| &l.outcome.found.solution).clone();
            cells.push(self.cell(class, base, &from, (count, arrival), monitor));
        }
        cells
    }

    fn cell(
        &mut self,
        class: &Class,
        base: &Base,
        from: &crate::search::Solution,
        (count, arrival): (u32, u32),
        monitor: &mut dyn Monitor,
    ) -> Cell {
        let (rounds, seeds, scenario) = (self.rounds, &self.seeds, self.bench.scenario);
        let rows = self.bench.rows.clone();
        let variant = Variant::new(scenario, &rows, &class.parts, count, arrival);
        let (found, best) = self.bench.on(&variant.scenario, &variant.rows, |desk| {
            let start = desk.carry(from);
            let start = if class.is_bundle() { desk.use_for(start, &class.damages) } else { start };
            let start = desk.use_new(start, &base.undone, count);
            let found: Vec<Found> =
                seeds.iter().map(|&seed| desk.improve(&start, seed, rounds, monitor)).collect();
            let best = cheapest(found.clone()).unwrap_or(start);
            let best = outcome(desk, best, scenario);
            (found, best)
        });
        // What the search found here may be good without the new piece as well.
        let stripped = self.bench.on(scenario, &rows, |desk| {
            let stripped: Vec<Found> = found.iter().map(|f| desk.carry(&f.solution)).collect();
            let costs: Vec<f64> = stripped.iter().map(|f| f.cost).collect();
            (costs, cheapest(stripped).map(|f| outcome(desk, f, scenario)))
        });
        for (known, cost) in self.reference.iter_mut().zip(stripped.0) {
            *known = known.min(cost);
        }
        if let Some(better) = stripped.1
            && self.best.as_ref().is_none_or(|b| better.found.cost < b.found.cost)
        {
            self.best = Some(better);
        }
        let by_seed = found.iter().map(|f| f.cost).collect();
        let bound = self.bound(&variant.scenario, &variant.rows);
        Cell { count, arrival, by_seed, outcome: best, bound }
    }

    /// What no plan of a variant can beat; 0 where that would take long to find.
    fn bound(&self, scenario: &Scenario, rows: &[MatchRow]) -> f64 {
        let size = scenario.network.buses.len() * scenario.damages.len();
        if size > MOST_BOUNDED {
            return 0.0;
        }
        let effort = bound::Effort::Counted { solves: SOLVES, nodes: NODES };
        self.bench.bound(scenario, rows, effort)
    }

    /// Puts each new piece to use in the best plan of the unchanged scenario too, where that is not the one that
    /// they started from.
    fn once_more(
        &mut self,
        base: &Base,
        solved: &mut [(Class, Vec<Cell>)],
        best: Outcome,
        monitor: &mut dyn Monitor,
    ) -> Outcome {
        if best.found.cost >= base.found.cost {
            return best;
        }
        let (scenario, rows) = (self.bench.scenario, self.bench.rows.clone());
        for (class, cells) in solved {
            for cell in cells {
                if !monitor.go_on() {
                    return best;
                }
                let variant = Variant::new(scenario, &rows, &class.parts, cell.count, cell.arrival);
                let again = self.bench.on(&variant.scenario, &variant.rows, |desk| {
                    let start = desk.carry(&best.found.solution);
                    let start =
                        if class.is_bundle() { desk.use_for(start, &class.damages) } else { start };
                    let found = desk.use_new(start, &base.undone, cell.count);
                    (found.cost < cell.outcome.found.cost).then(|| outcome(desk, found, scenario))
                });
                if let Some(again) = again {
                    cell.outcome = again;
                }
            }
        }
        best
    }
}

fn cheapest(found: Vec<Found>) -> Option<Found> {
    found.into_iter().min_by(|a, b| a.cost.total_cmp(&b.cost))
}

/// What a solution comes to, and where it puts what `base` does not have.
fn outcome(desk: &mut bench::Desk<'_>, found: Found, base: &Scenario) -> Outcome {
    let s = desk.scenario;
    let timing = found.solution.timing(s, desk.space.candidates);
    let (objective, placements) = desk.valuer.account(&timing);
    let is_new = |offer: usize| offer >= base.offers.len();
    let mut regions: Vec<Option<usize>> = Vec::new();
    for (n, items) in found.solution.supply.assignment.by_need.iter().enumerate() {
        if items.iter().flatten().any(|i| is_new(i.offer)) {
            regions.push(s.job_region(s.needs[n].job));
        }
    }
    let mut litres = 0.0;
    for p in placements.iter().filter(|p| is_new(p.offer)) {
        litres += p.litres;
        regions.push(s.facility_region(&s.facilities[p.facility]));
    }
    regions.extend(s.crews[base.crews.len()..].iter().map(|c| c.region));
    regions.extend(s.fuel[base.fuel.len()..].iter().map(|f| f.region));
    let mut regions: Vec<usize> = regions.into_iter().flatten().collect();
    regions.sort_unstable();
    regions.dedup();
    Outcome { found, objective, regions, litres }
}

/// The list: savings against `best`, more and sooner never worth less, the best class first.
fn rows(solved: &[(Class, Vec<Cell>)], best: &Outcome, reference: &[f64], bound: f64) -> Vec<Ask> {
    let nothing = 1e-9 * best.found.cost;
    let mut classes: Vec<(f64, Vec<Ask>)> = Vec::new();
    for (class, mut cells) in solved.iter().map(|(class, cells)| (class, cells.clone())) {
        for cell in &mut cells {
            for (cost, reference) in cell.by_seed.iter_mut().zip(reference) {
                *cost = cost.min(*reference);
            }
            if cell.outcome.found.cost >= best.found.cost - nothing {
                cell.outcome = best.clone();
            }
        }
        at_least_as_good(&mut cells);
        if class.is_bundle() {
            for cell in &mut cells {
                for (part, n) in class.parts.iter().map(|p| (p, p.pieces())) {
                    if let Some(alone) = alone(solved, part, cell.arrival, |count| count <= n)
                        && alone.outcome.found.cost < cell.outcome.found.cost
                    {
                        cell.outcome = alone.outcome.clone();
                    }
                }
            }
        }
        let saved = |cell: &Cell| (best.found.cost - cell.outcome.found.cost).max(0.0);
        if cells.iter().all(|cell| saved(cell) <= nothing) {
            continue;
        }
        if class.is_bundle() {
            let exceeds = cells.iter().any(|cell| {
                let best_part = (class.parts.iter())
                    .filter_map(|p| alone(solved, p, cell.arrival, |count| count >= p.pieces()))
                    .map(saved)
                    .fold(0.0, f64::max);
                saved(cell) > MORE_THAN_PARTS * best_part + nothing
            });
            if !exceeds {
                continue;
            }
        }
        let worth = cells.iter().map(|c| saved(c) / f64::from(c.count)).fold(0.0, f64::max);
        let mut asks: Vec<Ask> = cells
            .iter()
            .map(|cell| row(class, cell, saved(cell), best, reference, bound))
            .collect();
        asks.sort_by_key(|a| (a.arrival, a.count));
        classes.push((worth, asks));
    }
    classes.sort_by(|a, b| b.0.total_cmp(&a.0));
    (classes.into_iter().enumerate())
        .flat_map(|(k, (_, asks))| asks.into_iter().map(move |ask| Ask { rank: k + 1, ..ask }))
        .collect()
}

/// A cell of the class that is the part alone.
fn alone<'s>(
    solved: &'s [(Class, Vec<Cell>)],
    part: &Part,
    arrival: u32,
    count: impl Fn(u32) -> bool,
) -> Option<&'s Cell> {
    let (_, cells) = solved
        .iter()
        .find(|(class, _)| !class.is_bundle() && class.parts.iter().all(|p| p.is_like(part)))?;
    cells.iter().find(|c| c.arrival == arrival && count(c.count))
}

/// What holds with fewer or later pieces holds with more or sooner ones.
fn at_least_as_good(cells: &mut [Cell]) {
    for k in 0..cells.len() {
        for other in 0..cells.len() {
            let (c, o) = (&cells[k], &cells[other]);
            if o.count > c.count || o.arrival < c.arrival {
                continue;
            }
            let by_seed: Vec<f64> =
                c.by_seed.iter().zip(&o.by_seed).map(|(a, b)| a.min(*b)).collect();
            let better = (o.outcome.found.cost < c.outcome.found.cost).then(|| o.outcome.clone());
            let bound = o.bound.max(c.bound);
            cells[k].by_seed = by_seed;
            cells[other].bound = bound;
            if let Some(better) = better {
                cells[k].outcome = better;
            }
        }
    }
}

fn row(
    class: &Class,
    cell: &Cell,
    saved: f64,
    best: &Outcome,
    reference: &[f64],
    bound: f64,
) -> Ask {
    let by_seed = || reference.iter().zip(&cell.by_seed).map(|(r, c)| (r - c).max(0.0));
    let (with, without) = (&cell.outcome.objective, &best.objective);
    let mut by_service = without.by_service.clone();
    for (service, hours) in &with.by_service {
        *by_service.entry(service.clone()).or_default() -= hours;
    }
    Ask {
        rank: 0,
        parts: class.parts.clone(),
        count: cell.count,
        arrival: cell.arrival,
        weighted: saved,
        low: by_seed().fold(saved, f64::min),
        high: by_seed().fold(saved, f64::max),
        certain: (bound > 0.0 || cell.bound > 0.0).then(|| {
            let least = (bound - cell.outcome.found.cost).max(0.0);
            // Figures that agree but for rounding.
            (least.min(saved), (best.found.cost - cell.bound).max(saved))
        }),
        saved: Objective {
            unserved_mwh: without.unserved_mwh - with.unserved_mwh,
            unserved_people_hours: without.unserved_people_hours - with.unserved_people_hours,
            weighted: saved,
            by_service,
        },
        mass_t: class.mass_t,
        regions: cell.outcome.regions.clone(),
        litres: cell.outcome.litres,
    }
}
