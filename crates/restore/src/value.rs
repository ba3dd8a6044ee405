//! What states and schedules are worth while a plan is being made: quick, cached, in parallel.
//!
//! The value of a state is its weighted unserved load, with the people of facilities counted in
//! proportion to the power of their bus; buffers and generator sets come in when a finished plan is
//! [evaluated](crate::evaluate).

use std::collections::HashMap;

use crate::dispatch::Dispatcher;
use crate::plan::ScheduledJob;
use crate::scenario::Scenario;
use crate::state::{GridState, SmallerUnits};

/// Values states by the set of repaired damages.
#[derive(Debug)]
pub struct Valuer<'a> {
    scenario: &'a Scenario,
    workers: Vec<Dispatcher<'a>>,
    units: SmallerUnits,
    known: HashMap<Vec<bool>, f64>,
}

impl<'a> Valuer<'a> {
    /// `units`: see [`GridState::of`]. One copy of the dispatcher for each of `threads`.
    pub fn new(dispatcher: &Dispatcher<'a>, units: SmallerUnits, threads: usize) -> Self {
        Valuer {
            scenario: dispatcher.scenario(),
            workers: vec![dispatcher.clone(); threads.max(1)],
            units,
            known: HashMap::new(),
        }
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// How many different states have been valued.
    pub fn states_valued(&self) -> usize {
        self.known.len()
    }

    /// Weighted unserved load of the state in which these damages are repaired.
    pub fn value(&mut self, repaired: &[bool]) -> f64 {
        self.values(std::slice::from_ref(&repaired.to_vec()))[0]
    }

    /// The same for many states at once.
    pub fn values(&mut self, states: &[Vec<bool>]) -> Vec<f64> {
        let mut unknown: Vec<&Vec<bool>> =
            states.iter().filter(|s| !self.known.contains_key(*s)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let (scenario, units) = (self.scenario, &self.units);
        let part = unknown.len().div_ceil(self.workers.len()).max(1);
        let found: Vec<f64> = std::thread::scope(|scope| {
            let tasks: Vec<_> = (self.workers.iter_mut().zip(unknown.chunks(part)))
                .map(|(worker, part)| {
                    let mut work = move || -> Vec<f64> {
                        part.iter()
                            .map(|repaired| {
                                worker.deliver(&GridState::of(scenario, repaired, units)).unserved
                            })
                            .collect()
                    };
                    // A thread costs more than a single state of a small grid.
                    if unknown.len() == 1 { Ok(work()) } else { Err(scope.spawn(work)) }
                })
                .collect();
            tasks
                .into_iter()
                .flat_map(|task| match task {
                    Ok(done) => done,
                    Err(running) => match running.join() {
                        Ok(done) => done,
                        Err(panic) => std::panic::resume_unwind(panic),
                    },
                })
                .collect()
        });
        let found: Vec<(Vec<bool>, f64)> = unknown.into_iter().cloned().zip(found).collect();
        self.known.extend(found);
        states.iter().map(|s| self.known.get(s).copied().unwrap_or(0.0)).collect()
    }

    /// Value of a schedule: weighted unserved load times hours, over the horizon.
    pub fn cost(&mut self, jobs: &[ScheduledJob]) -> f64 {
        let spans = spans(self.scenario, jobs);
        let states: Vec<Vec<bool>> = spans.iter().map(|s| s.repaired.clone()).collect();
        let values = self.values(&states);
        let hours = |s: &Span| f64::from(s.to - s.from) * self.scenario.step_hours;
        spans.iter().zip(values).map(|(span, value)| value * hours(span)).sum()
    }
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

/// The step from which each damage is repaired: when the last of its jobs is finished. `None`: never.
pub fn repaired_from(scenario: &Scenario, jobs: &[ScheduledJob]) -> Vec<Option<u32>> {
    let mut finish = vec![None; scenario.jobs.len()];
    for s in jobs {
        finish[s.job] = Some(s.finish);
    }
    let mut from: Vec<Option<Option<u32>>> = vec![None; scenario.damages.len()];
    for (j, job) in scenario.jobs.iter().enumerate() {
        let so_far = from[job.damage].unwrap_or(Some(0));
        from[job.damage] = Some(so_far.zip(finish[j]).map(|(a, b)| a.max(b)));
    }
    from.into_iter().map(Option::flatten).collect()
}

/// The spans of a schedule, in order of time; they cover the horizon.
pub fn spans(scenario: &Scenario, jobs: &[ScheduledJob]) -> Vec<Span> {
    let from = repaired_from(scenario, jobs);
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
