//! What states and schedules are worth while a plan is being made: quick, cached, in parallel.
//!
//! A state is worth what its homes lose in an hour and what its facilities get; a schedule costs its states
//! over their hours, and the services that [`ServiceModel`] follows through them. A state that is worse than
//! the one before it, because a line that returned holds back the power of others (Braess's paradox), is not
//! entered: what has just returned stays open until a later state is better.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::dispatch::Dispatcher;
use crate::plan::{Objective, Placement};
use crate::scenario::{Measure, Scenario};
use crate::services::ServiceModel;
use crate::state::{GridState, SmallerUnit, SmallerUnits, live_buses};

/// Bytes of worths that are kept, about; beyond that all are forgotten.
const MOST_BYTES: usize = 512 << 20;

/// States along a schedule that others are dispatched as changes of.
const ANCHORS: usize = 64;
/// A state whose weighted unserved load is higher by this share is not entered.
const WORSE: f64 = 1e-6;

/// Whether a state with `unserved` is worse than one with `before`, by more than rounding.
fn is_worse(unserved: f64, before: f64) -> bool {
    unserved > before * (1.0 + WORSE) + WORSE
}

/// Which state is in operation as one after the other can be entered.
#[derive(Debug, Default)]
pub(crate) struct InOperation(Option<(usize, f64)>);

impl InOperation {
    /// The place of the state in operation once that at `place` can be entered: itself, or the one before where it is
    /// worse.
    pub(crate) fn enter(&mut self, place: usize, unserved: f64) -> usize {
        match self.0 {
            Some((held, before)) if is_worse(unserved, before) => held,
            _ => {
                self.0 = Some((place, unserved));
                place
            }
        }
    }
}

/// How each damage stands in a state: 0 broken, 1 as it was before, `n + 2` with the `n`-th smaller unit that
/// the [`Valuer`] knows for it.
pub type Standing = Vec<u8>;

/// What a state is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// Weighted load unserved, as the dispatch minimises it: homes, and facilities in proportion to their power.
    pub unserved: f64,
    /// The part of [`crate::plan::Objective::weighted`] that homes (or megawatts) lose in an hour.
    pub homes: f64,
    /// People without power at home, unweighted.
    pub people: f64,
    /// Load that is not supplied, MW.
    pub mw: f64,
    /// The share of its load that the bus of each facility gets; see [`ServiceModel::facility_share`].
    pub share: Box<[f64]>,
}

/// What a [`Valuer`] has learned of states. One for another scenario of the same grid, damage, people and
/// facilities can go on with it: offers, crews and fuel change no state.
#[derive(Debug, Default)]
pub struct Memory {
    units: Vec<Vec<SmallerUnit>>,
    known: Known,
}

/// What a schedule costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// In the measure of [`crate::plan::Objective::weighted`].
    pub weighted: f64,
    /// The sum of [`Worth::unserved`] over the hours.
    pub unserved: f64,
}

impl Cost {
    /// No schedule yet.
    pub const NONE: Cost = Cost { weighted: f64::INFINITY, unserved: f64::INFINITY };
}

/// Beyond what a schedule is not followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// What it may cost.
    pub cost: Cost,
    /// What it may have cost by each step, the first 0, in the measure of [`Cost::unserved`]; empty: anything.
    pub course: Vec<f64>,
}

impl Limit {
    /// Every schedule is followed to its end.
    pub const NONE: Limit = Limit { cost: Cost::NONE, course: Vec::new() };
}

/// A schedule, as far as it matters for its states.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// The step from which each damage is repaired. `None`: never.
    pub from: Vec<Option<u32>>,
    /// How each damage stands once it is repaired, as [`Valuer::standing`] says.
    pub repaired: Standing,
}

/// Values states by how their damages stand.
#[derive(Debug)]
pub struct Valuer<'a> {
    states: States<'a>,
    workers: Vec<Dispatcher<'a>>,
}

impl<'a> Valuer<'a> {
    /// One copy of the dispatcher for each of `threads`.
    pub fn new(
        dispatcher: &Dispatcher<'a>,
        services: &'a ServiceModel<'a>,
        threads: usize,
    ) -> Self {
        let scenario = dispatcher.scenario();
        let memory =
            Memory { units: vec![Vec::new(); scenario.damages.len()], known: HashMap::new() };
        Valuer {
            states: States { scenario, services, memory },
            workers: vec![dispatcher.clone(); threads.max(1)],
        }
    }

    /// One for a `scenario` that differs from that of the dispatcher in offers, crews or fuel alone, and that knows
    /// what another one learned.
    pub fn remembering(
        dispatcher: &Dispatcher<'a>,
        scenario: &'a Scenario,
        services: &'a ServiceModel<'a>,
        threads: usize,
        memory: Memory,
    ) -> Self {
        let mut valuer = Valuer::new(dispatcher, services, threads);
        valuer.states.scenario = scenario;
        if memory.units.len() == scenario.damages.len() {
            valuer.states.memory = memory;
        }
        valuer
    }

    /// What it has learned.
    pub fn into_memory(self) -> Memory {
        self.states.memory
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.states.scenario
    }

    /// How each damage stands once it is repaired, with these smaller units where they are put in.
    pub fn standing(&mut self, units: &SmallerUnits) -> Standing {
        let mut standing = vec![1; self.states.memory.units.len()];
        for (&damage, unit) in units {
            let known = &mut self.states.memory.units[damage];
            let n = known.iter().position(|u| u == unit).unwrap_or_else(|| {
                known.push(*unit);
                known.len() - 1
            });
            // More than 250 different units for one place are told apart no longer.
            standing[damage] = (n + 2).min(usize::from(u8::MAX)) as u8;
        }
        standing
    }

    /// Dispatches states from now on as changes of these, which is quicker for states like them and changes no
    /// value but for rounding.
    pub fn anchor(&mut self, states: &[Standing]) {
        let states: Vec<GridState> = states
            .iter()
            .map(|s| grid_state(self.states.scenario, s, &self.states.memory.units))
            .collect();
        if let Some((first, others)) = self.workers.split_first_mut() {
            first.learn(&states);
            for worker in others {
                worker.learn_from(first);
            }
        }
    }

    /// The same with states along a schedule.
    pub fn anchor_along(&mut self, timing: &Timing) {
        let spans = spans(self.states.scenario, &timing.from);
        let every = spans.len().div_ceil(ANCHORS).max(1);
        let states: Vec<Standing> =
            spans.iter().step_by(every).map(|s| s.standing(&timing.repaired)).collect();
        self.anchor(&states);
    }

    /// Weighted unserved load of states, as the dispatch minimises it.
    pub fn values(&mut self, states: &[Standing]) -> Vec<f64> {
        self.each(states, |worth| worth.unserved)
    }

    /// All that is known of states.
    fn worths(&mut self, states: &[Standing]) -> Vec<Worth> {
        self.each(states, Worth::clone)
    }

    /// Looks states up, and values those first that are not known.
    fn each<T>(&mut self, states: &[Standing], look: impl Fn(&Worth) -> T) -> Vec<T> {
        let mut unknown: Vec<&Standing> =
            states.iter().filter(|s| !self.states.memory.known.contains_key(*s)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let all = &self.states;
        let found = in_parallel(&mut self.workers, unknown.len(), |worker, k| {
            all.worth(worker, unknown[k])
        });
        let found: Vec<_> = unknown.into_iter().cloned().zip(found).collect();
        self.states.memory.known.extend(found);
        let looked = states.iter().map(|s| look(&self.states.memory.known[s])).collect();
        self.forget();
        looked
    }

    /// The same for one state.
    pub fn value(&mut self, state: &[u8]) -> f64 {
        self.values(&[state.to_vec()])[0]
    }

    /// What schedules cost. `timing(k)` gives the `k`-th, in whichever thread; one that turns out to cost more
    /// than `limit` is not followed to its end and costs [`Cost::NONE`].
    pub fn costs<F>(&mut self, count: usize, limit: &Limit, timing: F) -> Vec<Cost>
    where
        F: Fn(usize) -> Option<Timing> + Sync,
    {
        let states = &self.states;
        let found = in_parallel(&mut self.workers, count, |worker, k| {
            timing(k).map_or((Cost::NONE, Vec::new()), |timing| states.cost(worker, &timing, limit))
        });
        let (costs, new): (Vec<Cost>, Vec<_>) = found.into_iter().unzip();
        self.states.memory.known.extend(new.into_iter().flatten());
        self.forget();
        costs
    }

    /// What one schedule costs.
    pub fn cost(&mut self, timing: &Timing) -> Cost {
        self.costs(1, &Limit::NONE, |_| Some(timing.clone()))[0]
    }

    /// What a schedule has cost by each step, from 0 at the first to all of it after the last, in the measure of
    /// [`Cost::unserved`].
    pub fn course(&mut self, timing: &Timing) -> Vec<f64> {
        let spans = spans(self.states.scenario, &timing.from);
        let states: Vec<Standing> = spans.iter().map(|s| s.standing(&timing.repaired)).collect();
        let values = self.values(&states);
        let mut course = vec![0.0];
        let (mut sum, mut operation) = (0.0, InOperation::default());
        for (k, span) in spans.iter().enumerate() {
            let operated = values[operation.enter(k, values[k])];
            for _ in span.from..span.to {
                sum += operated * self.states.scenario.step_hours;
                course.push(sum);
            }
        }
        course
    }

    /// What a schedule costs in every measure, and where it has generator sets stand.
    pub fn account(&mut self, timing: &Timing) -> (Objective, Vec<Placement>) {
        let spans = spans(self.states.scenario, &timing.from);
        let states: Vec<Standing> = spans.iter().map(|s| s.standing(&timing.repaired)).collect();
        let worths = self.worths(&states);
        let mut objective = Objective::default();
        let mut shares: Vec<&[f64]> = Vec::new();
        let mut operation = InOperation::default();
        for (k, span) in spans.iter().enumerate() {
            let worth = &worths[operation.enter(k, worths[k].unserved)];
            let hours = f64::from(span.to - span.from) * self.states.scenario.step_hours;
            objective.unserved_mwh += worth.mw * hours;
            objective.unserved_people_hours += worth.people * hours;
            objective.weighted += worth.homes * hours;
            shares.extend((span.from..span.to).map(|_| &*worth.share));
        }
        if self.states.scenario.facilities.is_empty() {
            return (objective, Vec::new());
        }
        let services = self.states.services.simulate(&shares);
        objective.add_services(self.states.scenario, &services);
        (objective, services.placements)
    }

    /// Keeps the memory bounded.
    fn forget(&mut self) {
        let each =
            self.states.scenario.damages.len() + 8 * self.states.scenario.facilities.len() + 128;
        if self.states.memory.known.len() * each > MOST_BYTES {
            self.states.memory.known.clear();
        }
    }
}

type Known = HashMap<Standing, Worth>;

/// What every thread may read.
#[derive(Debug)]
struct States<'a> {
    scenario: &'a Scenario,
    services: &'a ServiceModel<'a>,
    memory: Memory,
}

impl States<'_> {
    fn worth(&self, dispatcher: &mut Dispatcher<'_>, standing: &[u8]) -> Worth {
        let state = grid_state(self.scenario, standing, &self.memory.units);
        let delivery = dispatcher.deliver(&state);
        let served = &delivery.dispatch.served_mw;
        Worth {
            unserved: delivery.unserved,
            homes: lost_at_home(self.scenario, served),
            people: people_at_home(self.scenario, served),
            mw: (self.scenario.network.demand_mw() - delivery.served_mw).max(0.0),
            share: if self.scenario.facilities.is_empty() {
                Box::default()
            } else {
                let (_, live) = live_buses(&self.scenario.network, &state.status);
                self.services.facility_share(served, &live).into()
            },
        }
    }

    /// Follows a schedule through its states; gives also the states that were not known before.
    fn cost(
        &self,
        dispatcher: &mut Dispatcher<'_>,
        timing: &Timing,
        limit: &Limit,
    ) -> (Cost, Vec<(Standing, Worth)>) {
        let spans = spans(self.scenario, &timing.from);
        let hours = |s: &Span| f64::from(s.to - s.from) * self.scenario.step_hours;
        let standings: Vec<Standing> = spans.iter().map(|s| s.standing(&timing.repaired)).collect();
        // What the states from each on are known to cost at least; those not known yet may cost nothing.
        let mut rest = vec![0.0; spans.len() + 1];
        for (k, span) in spans.iter().enumerate().rev() {
            let known = self.memory.known.get(&standings[k]).map_or(0.0, |w| w.unserved);
            rest[k] = rest[k + 1] + known * hours(span);
        }
        let mut new: Vec<(Standing, Worth)> = Vec::new();
        let mut cost = Cost { weighted: 0.0, unserved: 0.0 };
        let mut slots: Vec<Slot<'_>> = Vec::with_capacity(spans.len());
        let mut operated = Vec::with_capacity(spans.len());
        let mut operation = InOperation::default();
        for (k, (span, standing)) in spans.iter().zip(standings).enumerate() {
            let next = if let Some(worth) = self.memory.known.get(&standing) {
                Slot::Known(worth)
            } else {
                let worth = self.worth(dispatcher, &standing);
                new.push((standing, worth));
                Slot::New(new.len() - 1)
            };
            slots.push(next);
            let state = slots[operation.enter(k, next.of(&new).unserved)];
            let worth = state.of(&new);
            cost.weighted += worth.homes * hours(span);
            cost.unserved += worth.unserved * hours(span);
            let by_now = limit.course.get(span.to as usize).copied().unwrap_or(f64::INFINITY);
            if cost.weighted > limit.cost.weighted
                || cost.unserved + rest[k + 1] > limit.cost.unserved
                || cost.unserved > by_now
            {
                return (Cost::NONE, new);
            }
            operated.push(state);
        }
        if !self.scenario.facilities.is_empty() {
            let shares: Vec<&[f64]> = (spans.iter().zip(&operated))
                .flat_map(|(span, state)| {
                    let share = &*state.of(&new).share;
                    (span.from..span.to).map(move |_| share)
                })
                .collect();
            cost.weighted += self.services.cost(&shares);
        }
        (cost, new)
    }
}

/// A worth that was known before, or one of those newly found.
#[derive(Clone, Copy)]
enum Slot<'v> {
    Known(&'v Worth),
    New(usize),
}

impl<'v> Slot<'v> {
    fn of<'n>(self, new: &'n [(Standing, Worth)]) -> &'n Worth
    where
        'v: 'n,
    {
        match self {
            Slot::Known(worth) => worth,
            Slot::New(k) => &new[k].1,
        }
    }
}

/// Does `count` pieces of work, each worker taking the next that nobody has; results in their order.
fn in_parallel<W: Send, R: Send>(
    workers: &mut [W],
    count: usize,
    work: impl Fn(&mut W, usize) -> R + Sync,
) -> Vec<R> {
    // A thread costs more than a single state of a small grid.
    if workers.len() == 1 || count <= 1 {
        return match workers.first_mut() {
            Some(worker) => (0..count).map(|k| work(worker, k)).collect(),
            None => Vec::new(),
        };
    }
    let next = AtomicUsize::new(0);
    let mut found: Vec<(usize, R)> = std::thread::scope(|scope| {
        let (next, work) = (&next, &work);
        let running: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                scope.spawn(move || {
                    let mut found = Vec::new();
                    loop {
                        let k = next.fetch_add(1, Ordering::Relaxed);
                        if k >= count {
                            return found;
                        }
                        found.push((k, work(worker, k)));
                    }
                })
            })
            .collect();
        running
            .into_iter()
            .flat_map(|thread| match thread.join() {
                Ok(found) => found,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    found.sort_unstable_by_key(|(k, _)| *k);
    found.into_iter().map(|(_, result)| result).collect()
}

/// The grid state in which the damages stand so.
fn grid_state(scenario: &Scenario, standing: &[u8], units: &[Vec<SmallerUnit>]) -> GridState {
    let repaired: Vec<bool> = standing.iter().map(|&s| s > 0).collect();
    let smaller: SmallerUnits = (standing.iter().enumerate())
        .filter(|&(_, &s)| s > 1)
        .filter_map(|(d, &s)| Some((d, *units[d].get(usize::from(s) - 2)?)))
        .collect();
    GridState::of(scenario, &repaired, &smaller)
}

/// Weighted people without power at home, or weighted MW that are not supplied, by the load that is.
pub(crate) fn lost_at_home(scenario: &Scenario, served_mw: &[f64]) -> f64 {
    (scenario.network.buses.iter().zip(&scenario.buses).zip(served_mw))
        .filter(|((bus, _), _)| bus.pd_mw > 0.0)
        .map(|((bus, info), served)| {
            let missing = 1.0 - (served / bus.pd_mw).clamp(0.0, 1.0);
            let whole = match scenario.measure {
                Measure::Energy => bus.pd_mw,
                Measure::People => info.people * scenario.weights.residents,
            };
            info.priority * missing * whole
        })
        .sum()
}

/// People without power at home, by the load that is supplied.
pub(crate) fn people_at_home(scenario: &Scenario, served_mw: &[f64]) -> f64 {
    (scenario.network.buses.iter().zip(&scenario.buses).zip(served_mw))
        .filter(|((bus, _), _)| bus.pd_mw > 0.0)
        .map(|((bus, info), served)| info.people * (1.0 - (served / bus.pd_mw).clamp(0.0, 1.0)))
        .sum()
}

/// Steps over which the same damages are repaired.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// First step.
    pub from: u32,
    /// First step after.
    pub to: u32,
    /// Which damages are repaired.
    pub repaired: Vec<bool>,
}

impl Span {
    fn standing(&self, repaired: &[u8]) -> Standing {
        (self.repaired.iter().zip(repaired))
            .map(|(&done, &as_what)| if done { as_what } else { 0 })
            .collect()
    }
}

/// The step from which each damage is repaired: when the last of its jobs is finished. `None`: never.
pub fn repaired_from(scenario: &Scenario, finish: &[Option<u32>]) -> Vec<Option<u32>> {
    let mut from: Vec<Option<Option<u32>>> = vec![None; scenario.damages.len()];
    for (j, job) in scenario.jobs.iter().enumerate() {
        let so_far = from[job.damage].unwrap_or(Some(0));
        from[job.damage] = Some(so_far.zip(finish[j]).map(|(a, b)| a.max(b)));
    }
    from.into_iter().map(Option::flatten).collect()
}

/// The spans of a schedule by the step from which each damage is repaired, in order of time; they cover the horizon.
pub fn spans(scenario: &Scenario, from: &[Option<u32>]) -> Vec<Span> {
    let horizon = scenario.horizon_steps;
    let mut changes: Vec<u32> = from.iter().flatten().copied().filter(|&t| t < horizon).collect();
    changes.push(0);
    changes.sort_unstable();
    changes.dedup();
    let ends = changes.iter().skip(1).copied().chain([horizon]);
    changes
        .iter()
        .zip(ends)
        .map(|(&start, to)| Span {
            from: start,
            to,
            repaired: from.iter().map(|f| f.is_some_and(|f| f <= start)).collect(),
        })
        .collect()
}
