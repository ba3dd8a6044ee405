//! The work bench: a scenario, or a variant of it, with all that a search needs; and the warm re-solve.

use std::sync::Arc;

use crate::bound::{self, best_state};
use crate::construct::{Candidates, Related};
use crate::dispatch::Dispatcher;
use crate::explain::possible_jobs;
use crate::matching::{Allowed, Choice, choices, matches, withhold};
use crate::plan::{ItemUse, MatchRow, ScheduledJob};
use crate::planner::{Monitor, Settings, prepared};
use crate::scenario::Scenario;
use crate::schedule::Assignment;
use crate::search::{Guide, Market, Solution, Space, Supply, improve};
use crate::services::ServiceModel;
use crate::value::{Cost, Limit, Memory, Valuer};

/// Repairs that are tried with a new unit at a time.
const TRIED: usize = 8;

/// A solution and what it costs, in the measure of the plan.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub solution: Solution,
    pub cost: f64,
}

/// What all variants of a scenario share.
pub(super) struct Bench<'a> {
    pub scenario: &'a Scenario,
    /// Every need against every offer; which are withheld depends on the variant.
    pub rows: Vec<MatchRow>,
    allowed: Allowed,
    confidence: f64,
    dispatcher: Dispatcher<'a>,
    related: Related,
    memory: Memory,
    threads: usize,
}

impl<'a> Bench<'a> {
    pub fn new(scenario: &'a Scenario, settings: &Settings) -> Self {
        Bench {
            scenario,
            rows: matches(scenario),
            allowed: Allowed { status: settings.least_certain },
            confidence: settings.confidence,
            dispatcher: prepared(scenario),
            related: Related::new(scenario),
            memory: Memory::default(),
            threads: settings.threads,
        }
    }

    /// What no plan of a scenario can beat.
    pub fn bound(&self, scenario: &Scenario, rows: &[MatchRow], effort: bound::Effort) -> f64 {
        let rows = withhold(scenario, rows.to_vec(), self.allowed, self.confidence);
        best_state(scenario, &rows, self.allowed, effort, &bound::Unwatched).weighted
    }

    /// Works on a scenario that differs from that of the bench in offers, crews or fuel alone.
    pub fn on<R>(
        &mut self,
        scenario: &Scenario,
        rows: &[MatchRow],
        work: impl FnOnce(&mut Desk<'_>) -> R,
    ) -> R {
        let rows = &withhold(scenario, rows.to_vec(), self.allowed, self.confidence)[..];
        let services = ServiceModel::new(scenario, self.allowed);
        let possible = possible_jobs(scenario, rows, self.allowed);
        let candidates = Candidates::new(scenario, &possible);
        let market = Market::new(scenario, rows, self.allowed);
        let mut fitting = vec![Vec::new(); scenario.needs.len()];
        for c in choices(scenario, rows, self.allowed, &vec![1.0; scenario.jobs.len()]) {
            fitting[c.need].push(c);
        }
        let memory = std::mem::take(&mut self.memory);
        let space =
            Space { candidates: &candidates, market: &market, related: &self.related, rows };
        let dispatcher = &self.dispatcher;
        let valuer = Valuer::remembering(dispatcher, scenario, &services, self.threads, memory);
        let mut desk =
            Desk { scenario, space, valuer, fitting, offers: self.scenario.offers.len() };
        let result = work(&mut desk);
        self.memory = desk.valuer.into_memory();
        result
    }
}

/// A scenario on the bench.
pub(super) struct Desk<'d> {
    pub scenario: &'d Scenario,
    pub space: Space<'d, 'd>,
    pub valuer: Valuer<'d>,
    /// The choices of each need.
    fitting: Vec<Vec<Choice>>,
    /// Offers that the unchanged scenario has; those beyond are new.
    offers: usize,
}

impl Desk<'_> {
    /// The cost of a solution made for another variant, or for none, in this one.
    pub fn carry(&mut self, from: &Solution) -> Found {
        let known = &self.space.candidates.damages;
        let mut order: Vec<usize> =
            from.order.iter().copied().filter(|d| known.contains(d)).collect();
        order.extend(known.iter().copied().filter(|d| !from.order.contains(d)));
        let supply = self.supply(self.with_what_there_is(&from.supply.assignment));
        let solution = Solution { order, out: from.out.clone(), supply };
        self.found(solution)
    }

    /// Whether a free piece fits in a place of the need.
    pub fn is_free(&self, assignment: &Assignment, need: usize) -> bool {
        self.best_free(need, &self.free(assignment)).is_some()
    }

    fn supply(&mut self, assignment: Assignment) -> Arc<Supply> {
        Arc::new(Supply::new(&mut self.valuer, self.space.rows, assignment))
    }

    fn found(&mut self, solution: Solution) -> Found {
        let timing = solution.timing(self.scenario, self.space.candidates);
        let cost = self.valuer.cost(&timing).weighted;
        Found { solution, cost }
    }

    /// The assignment without pieces that this variant does not have; their needs are filled from what is free,
    /// if that can be.
    fn with_what_there_is(&self, from: &Assignment) -> Assignment {
        let mut to = from.clone();
        let gone = |item: &ItemUse| item.offer >= self.scenario.offers.len();
        let mut bereft = Vec::new();
        for (n, items) in to.by_need.iter_mut().enumerate() {
            if items.as_ref().is_some_and(|items| items.iter().any(gone)) {
                *items = None;
                bereft.push(self.scenario.needs[n].job);
            }
        }
        for job in bereft {
            if let Some(filled) = self.fill(&to, job) {
                to = filled;
            }
        }
        to
    }

    /// The plan as a solution: repairs in order of their dates.
    pub fn of_plan(&mut self, jobs: &[ScheduledJob]) -> Found {
        let s = self.scenario;
        let mut assignment = Assignment { by_need: vec![None; s.needs.len()] };
        for item in jobs.iter().flat_map(|j| &j.items) {
            assignment.by_need[item.need].get_or_insert_default().push(item.clone());
        }
        let supply = self.supply(assignment);
        let mut begin = vec![None; s.damages.len()];
        let mut end = vec![0; s.damages.len()];
        for j in jobs {
            let d = s.jobs[j.job].damage;
            begin[d] = Some(begin[d].map_or(j.start, |b: u32| b.min(j.start)));
            end[d] = end[d].max(j.finish);
        }
        let mut best: Option<Found> = None;
        for by_end in [false, true] {
            for leave_out in [false, true] {
                let mut order = self.space.candidates.damages.clone();
                order.sort_by_key(|&d| match begin[d] {
                    None => (1, 0, d),
                    Some(b) => (0, if by_end { end[d] } else { b }, d),
                });
                let out = begin.iter().map(|b| leave_out && b.is_none()).collect();
                let found = self.found(Solution { order, out, supply: supply.clone() });
                if best.as_ref().is_none_or(|b| found.cost < b.cost) {
                    best = Some(found);
                }
            }
        }
        best.unwrap_or_else(|| {
            let out = vec![false; s.damages.len()];
            self.found(Solution { order: Vec::new(), out, supply })
        })
    }

    /// Improves a solution by `rounds` of the search.
    pub fn improve(
        &mut self,
        start: &Found,
        seed: u64,
        rounds: u64,
        monitor: &mut dyn Monitor,
    ) -> Found {
        let mut guide = Rounds { rounds, monitor };
        let (solution, cost) =
            improve(&mut self.valuer, self.space, start.solution.clone(), seed, &mut guide);
        if cost.weighted < start.cost {
            Found { solution, cost: cost.weighted }
        } else {
            start.clone()
        }
    }

    /// Puts what is new to use: takes in one repair after the other that could not be done, or was not, as long as
    /// that helps. `first` says which to try first.
    pub fn use_new(&mut self, start: Found, first: &[usize], most: u32) -> Found {
        let mut best = start;
        for _ in 0..most.clamp(1, 8) {
            let timing = best.solution.timing(self.scenario, self.space.candidates);
            let mut options: Vec<(Arc<Supply>, Vec<usize>)> = Vec::new();
            for &d in first.iter().filter(|&&d| timing.from[d].is_none()) {
                if options.len() == TRIED {
                    break;
                }
                if let Some(to) = self.fill_all(&best.solution.supply.assignment, &[d]) {
                    options.push((self.supply(to), vec![d]));
                }
            }
            for to in self.sooner(&best.solution.supply.assignment) {
                options.push((self.supply(to), Vec::new()));
            }
            let Some(better) = self.best_of(&best, &options) else { break };
            best = better;
        }
        best
    }

    /// Takes in these repairs together.
    pub fn use_for(&mut self, start: Found, damages: &[usize]) -> Found {
        let Some(to) = self.fill_all(&start.solution.supply.assignment, damages) else {
            return start;
        };
        let options = [(self.supply(to), damages.to_vec())];
        self.best_of(&start, &options).unwrap_or(start)
    }

    /// The cheapest of the options, with the repairs that each takes in at several places of the order.
    fn best_of(&mut self, from: &Found, options: &[(Arc<Supply>, Vec<usize>)]) -> Option<Found> {
        let solutions: Vec<Solution> = (options.iter())
            .flat_map(|(supply, damages)| {
                let base = Solution { supply: supply.clone(), ..from.solution.clone() };
                at_places(&base, damages)
            })
            .collect();
        let cost = Cost { weighted: from.cost, unserved: f64::INFINITY };
        let limit = Limit { cost, course: Vec::new() };
        let (scenario, candidates) = (self.scenario, self.space.candidates);
        let costs = self
            .valuer
            .costs(solutions.len(), &limit, |k| Some(solutions[k].timing(scenario, candidates)));
        let (k, cost) = (costs.iter().enumerate())
            .min_by(|(_, a), (_, b)| a.weighted.total_cmp(&b.weighted))?;
        (cost.weighted < from.cost * (1.0 - 1e-9))
            .then(|| Found { solution: solutions[k].clone(), cost: cost.weighted })
    }

    /// Supplies every job of these damages.
    fn fill_all(&self, from: &Assignment, damages: &[usize]) -> Option<Assignment> {
        let mut to = from.clone();
        for &d in damages {
            if !self.space.candidates.damages.contains(&d) {
                return None;
            }
            for &job in &self.space.candidates.jobs[d] {
                to = self.fill(&to, job)?;
            }
        }
        Some(to)
    }

    /// Gives a job what it lacks, from free pieces; or from another need that can do with a free piece.
    fn fill(&self, from: &Assignment, job: usize) -> Option<Assignment> {
        let (s, mut to, mut free) = (self.scenario, from.clone(), self.free(from));
        for &need in s.jobs[job].needs.iter().filter(|&&n| from.by_need[n].is_none()) {
            let mut items: Vec<ItemUse> = Vec::new();
            for _ in 0..s.needs[need].count {
                let choice = match self.best_free(need, &free) {
                    Some(choice) => choice,
                    None => self.displaced(need, &mut to, &mut free)?,
                };
                free[choice.offer] -= choice.pieces;
                add(&mut items, choice);
            }
            to.by_need[need] = Some(items);
        }
        Some(to)
    }

    fn free(&self, assignment: &Assignment) -> Vec<u32> {
        let allowed = |o: usize| self.scenario.offers[o].count;
        let mut free: Vec<u32> = (0..self.scenario.offers.len()).map(allowed).collect();
        for item in assignment.by_need.iter().flatten().flatten() {
            free[item.offer] = free[item.offer].saturating_sub(item.count);
        }
        free
    }

    /// The choice of most gain among those with pieces left.
    fn best_free(&self, need: usize, free: &[u32]) -> Option<&Choice> {
        (self.fitting[need].iter())
            .filter(|c| free[c.offer] >= c.pieces)
            .max_by(|a, b| a.gain.total_cmp(&b.gain).then(b.offer.cmp(&a.offer)))
    }

    /// A piece for `need` out of the place of another, which a free piece takes.
    fn displaced(&self, need: usize, to: &mut Assignment, free: &mut [u32]) -> Option<&Choice> {
        for choice in &self.fitting[need] {
            for other in 0..to.by_need.len() {
                let Some(old) = self.fitting[other].iter().find(|c| c.offer == choice.offer) else {
                    continue;
                };
                let held = to.by_need[other].iter().flatten().find(|i| i.offer == choice.offer);
                let enough = held.is_some_and(|i| i.count >= old.pieces)
                    && old.pieces + free[choice.offer] >= choice.pieces;
                let new = self.best_free(other, free).filter(|c| c.offer != choice.offer);
                let (true, Some(new), Some(items)) = (enough, new, to.by_need[other].as_mut())
                else {
                    continue;
                };
                swap(items, old, new);
                free[old.offer] += old.pieces;
                free[new.offer] -= new.pieces;
                return Some(choice);
            }
        }
        None
    }

    /// Assignments in which a new piece stands where an old one came later.
    fn sooner(&self, from: &Assignment) -> Vec<Assignment> {
        let free = self.free(from);
        let mut found = Vec::new();
        for need in 0..from.by_need.len() {
            for item in from.by_need[need].iter().flatten() {
                let old = self.fitting[need].iter().find(|c| c.offer == item.offer);
                let new = (self.fitting[need].iter()).find(|c| {
                    c.offer >= self.offers
                        && free[c.offer] >= c.pieces
                        && old.is_some_and(|old| c.gain > old.gain * (1.0 + 1e-3))
                });
                if let (Some(old), Some(new)) = (old, new) {
                    let mut to = from.clone();
                    if let Some(items) = to.by_need[need].as_mut() {
                        swap(items, old, new);
                        found.push((new.gain - old.gain, need, to));
                    }
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(TRIED);
        found.into_iter().map(|(_, _, to)| to).collect()
    }
}

/// The same solution with `damages` taken in at several places of the order; as it is, where there are none.
fn at_places(solution: &Solution, damages: &[usize]) -> Vec<Solution> {
    if damages.is_empty() {
        return vec![solution.clone()];
    }
    let mut taken_in = solution.clone();
    for &d in damages {
        taken_in.out[d] = false;
    }
    let mut rest = taken_in.order.clone();
    rest.retain(|d| !damages.contains(d));
    let mut solutions: Vec<Solution> = [0, rest.len() / 4, rest.len() / 2, rest.len()]
        .iter()
        .map(|&place| {
            let mut order = rest.clone();
            order.splice(place..place, damages.iter().copied());
            Solution { order, ..taken_in.clone() }
        })
        .collect();
    solutions.push(taken_in);
    solutions.dedup();
    solutions
}

fn add(items: &mut Vec<ItemUse>, choice: &Choice) {
    match items.iter_mut().find(|i| i.offer == choice.offer) {
        Some(item) => item.count += choice.pieces,
        None => {
            items.push(ItemUse { need: choice.need, offer: choice.offer, count: choice.pieces });
        }
    }
}

/// One place of a need from one offer to another.
fn swap(items: &mut Vec<ItemUse>, old: &Choice, new: &Choice) {
    if let Some(item) = items.iter_mut().find(|i| i.offer == old.offer) {
        item.count = item.count.saturating_sub(old.pieces);
    }
    items.retain(|i| i.count > 0);
    add(items, new);
}

/// So many rounds of the search, unless it is told to stop.
struct Rounds<'m> {
    rounds: u64,
    monitor: &'m mut dyn Monitor,
}

impl Guide for Rounds<'_> {
    fn spent(&mut self, round: u64, best: f64) -> Option<f64> {
        let go_on = round < self.rounds && best > 0.0 && self.monitor.go_on();
        go_on.then(|| round as f64 / self.rounds as f64)
    }
}
