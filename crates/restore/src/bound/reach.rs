//! What can be finished by a step: the earliest dates of each job on its own, and the rows that all jobs
//! finished by a step must obey together, whatever the schedule was.

use std::collections::BTreeMap;

use relight_catalogue::Verdict;

use crate::matching::{Allowed, fits};
use crate::plan::MatchRow;
use crate::scenario::{CrewPool, Scenario};

/// An offer that may fill places of a need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Choice {
    pub offer: usize,
    /// Pieces that fill one place.
    pub pieces: u32,
    /// The step from which the job can start with it.
    pub arrival: u32,
    /// What a branch carries with it, MVA, where that is less than asked.
    pub smaller: Option<f64>,
}

/// The earliest dates of jobs, and the means they share.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    pub scenario: &'a Scenario,
    /// The earliest start of each job if it had all teams and items to itself; `None`: it cannot be done.
    pub start: Vec<Option<u32>>,
    /// By need.
    pub choices: Vec<Vec<Choice>>,
    skills: Vec<Skill<'a>>,
}

/// Jobs and teams of one skill.
#[derive(Debug)]
struct Skill<'a> {
    pools: Vec<&'a CrewPool>,
    /// Possible jobs by region.
    jobs: BTreeMap<Option<usize>, Vec<usize>>,
    longest: u32,
    /// Steps at which something starts: jobs, pools.
    starts: Vec<u32>,
}

/// `sum of factor * (job done by step number k of the window) <= right`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub terms: Vec<(usize, usize, f64)>,
    pub right: f64,
}

impl<'a> Reach<'a> {
    pub(super) fn new(scenario: &'a Scenario, rows: &[MatchRow], allowed: Allowed) -> Self {
        let mut choices: Vec<Vec<Choice>> = vec![Vec::new(); scenario.needs.len()];
        for row in rows.iter().filter(|r| fits(r)) {
            let (need, offer) = (&scenario.needs[row.need], &scenario.offers[row.offer]);
            let pieces = row.result.pieces.max(1);
            if !allowed.includes(offer) || offer.count < pieces {
                continue;
            }
            let smaller = need.item.nameplate.mva.and_then(|asked| {
                let less = |mva: &f64| *mva > 0.0 && *mva < asked;
                let usable = row.result.usable_mva.filter(less);
                usable.filter(|_| row.result.verdict == Verdict::FitsDerated)
            });
            let arrival = offer.arrival();
            choices[row.need].push(Choice { offer: row.offer, pieces, arrival, smaller });
        }
        let start = earliest(scenario, &choices);
        let skills = (0..scenario.skills.len())
            .map(|skill| {
                let pools: Vec<&CrewPool> =
                    scenario.crews.iter().filter(|p| p.skill == skill).collect();
                let mut jobs: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
                let mut starts: Vec<u32> = pools.iter().map(|p| p.from).collect();
                starts.push(0);
                let mut longest = 0;
                for (j, job) in scenario.jobs.iter().enumerate() {
                    if let Some(start) = start[j].filter(|_| job.skill == skill) {
                        jobs.entry(scenario.job_region(j)).or_default().push(j);
                        starts.push(start);
                        longest = longest.max(job.steps);
                    }
                }
                starts.sort_unstable();
                starts.dedup();
                Skill { pools, jobs, longest, starts }
            })
            .collect();
        Reach { scenario, start, choices, skills }
    }

    /// The earliest step from which the job is finished.
    pub(super) fn finish(&self, job: usize) -> Option<u32> {
        self.start[job].map(|start| start + self.scenario.jobs[job].steps)
    }

    /// The rows on work within teams' time that `done` breaks; `done[k][job]` says how far a job is finished by
    /// `window[k]`.
    ///
    /// For steps `a..b`, a job that is finished between two steps of the window is at work for at least so
    /// many of them, wherever it is put. In pieces of `length` steps: a team that is there for `n` of the steps
    /// holds at most `floor(n / length)` whole pieces, and a job that is at work for `m` of them takes
    /// `floor(m / length)` from each of its teams.
    pub(super) fn broken(&self, window: &[u32], done: &[Vec<f64>], all: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for skill in &self.skills {
            for (k, &b) in window.iter().enumerate() {
                for &a in skill.starts.iter().filter(|&&a| a < b) {
                    if !all && a > 0 {
                        continue;
                    }
                    let longest = skill.longest.min(b - a);
                    for length in 1..=longest.max(1) {
                        rows.extend(self.broken_row(skill, window, k, a, length, done));
                        if !all {
                            break;
                        }
                    }
                }
            }
        }
        rows
    }

    fn broken_row(
        &self,
        skill: &Skill<'_>,
        window: &[u32],
        k: usize,
        a: u32,
        length: u32,
        done: &[Vec<f64>],
    ) -> Option<Row> {
        let b = window[k];
        let room = |region: Option<usize>| -> f64 {
            (skill.pools.iter().filter(|p| p.region == region))
                .map(|p| {
                    let there = p.until.map_or(b, |u| u.min(b)).saturating_sub(p.from.max(a));
                    f64::from(p.teams) * f64::from(there / length)
                })
                .sum()
        };
        let anywhere = room(None);
        let (mut right, mut excess, mut terms) = (anywhere, 0.0, Vec::new());
        for (&region, jobs) in &skill.jobs {
            let own = if region.is_some() { room(region) } else { 0.0 };
            let mut work = 0.0;
            let mut of_region = Vec::new();
            for &j in jobs {
                let job = &self.scenario.jobs[j];
                let mut before = 0.0;
                for (i, &t) in window.iter().enumerate() {
                    let last = if i == 0 { 0 } else { window[i - 1] };
                    let most = self.within(j, last, t, a, b);
                    let pieces = f64::from(job.crews) * f64::from(most / length);
                    let now = done[i][j];
                    work += pieces * (now - before);
                    before = now;
                    if pieces > 0.0 {
                        of_region.push((i, j, pieces));
                        if i > 0 {
                            of_region.push((i - 1, j, -pieces));
                        }
                    }
                }
            }
            if work > own + 1e-9 || region.is_none() {
                excess += work - own;
                right += own;
                terms.extend(of_region);
            }
        }
        (excess > anywhere + 1e-6).then(|| Row { terms: merged(terms), right })
    }

    /// The rows to begin with: all work of a skill in a region, and in all regions, by each step of the window.
    pub(super) fn work(&self, window: &[u32]) -> Vec<Row> {
        let mut rows = Vec::new();
        for skill in &self.skills {
            for (k, &b) in window.iter().enumerate() {
                let room = |region: Option<usize>| -> f64 {
                    let of = skill.pools.iter().filter(|p| p.region == region);
                    let there =
                        |p: &&CrewPool| p.until.map_or(b, |u| u.min(b)).saturating_sub(p.from);
                    of.map(|p| f64::from(p.teams) * f64::from(there(p))).sum()
                };
                let mut all = Row { terms: Vec::new(), right: room(None) };
                for (&region, jobs) in &skill.jobs {
                    let own = if region.is_some() { room(region) } else { 0.0 };
                    let work = |&j: &usize| {
                        let job = &self.scenario.jobs[j];
                        (k, j, f64::from(job.crews) * f64::from(job.steps))
                    };
                    let terms: Vec<_> = jobs.iter().map(work).collect();
                    if skill.jobs.len() > 1 {
                        rows.push(Row { terms: terms.clone(), right: own + room(None) });
                    }
                    all.terms.extend(terms);
                    all.right += own;
                }
                if !all.terms.is_empty() {
                    rows.push(all);
                }
            }
        }
        rows
    }

    /// The least steps of `a..b` for which a job is at work that is finished after step `after` and by step `by`;
    /// 0 where that cannot be.
    fn within(&self, job: usize, after: u32, by: u32, a: u32, b: u32) -> u32 {
        let steps = self.scenario.jobs[job].steps;
        let Some(earliest) = self.finish(job) else { return 0 };
        let first = earliest.max(after + 1);
        if first > by {
            return 0;
        }
        // The overlap of two intervals, one of them moved along, is least at an end of the way.
        let overlap = |finish: u32| finish.min(b).saturating_sub((finish - steps).max(a));
        overlap(first).min(overlap(by))
    }
}

/// Sums the terms of a job and step.
fn merged(mut terms: Vec<(usize, usize, f64)>) -> Vec<(usize, usize, f64)> {
    terms.sort_by_key(|&(k, j, _)| (k, j));
    let mut sums: Vec<(usize, usize, f64)> = Vec::with_capacity(terms.len());
    for (k, j, factor) in terms {
        match sums.last_mut() {
            Some(last) if (last.0, last.1) == (k, j) => last.2 += factor,
            _ => sums.push((k, j, factor)),
        }
    }
    sums.retain(|t| t.2 != 0.0);
    sums
}

/// The earliest start of each job with all teams and items to itself.
fn earliest(scenario: &Scenario, choices: &[Vec<Choice>]) -> Vec<Option<u32>> {
    let alone: Vec<Option<u32>> =
        (0..scenario.jobs.len()).map(|j| earliest_alone(scenario, choices, j, 0)).collect();
    let mut start = alone;
    // A chain of predecessors is settled after as many rounds as it is long; a circle empties itself.
    for _ in 0..=scenario.jobs.len() {
        let mut settled = true;
        for j in 0..scenario.jobs.len() {
            let Some(now) = start[j] else { continue };
            let after = scenario.jobs[j].after.iter().try_fold(0, |latest, &p| {
                Some(start[p]?.saturating_add(scenario.jobs[p].steps).max(latest))
            });
            let next = match after {
                Some(after) if after <= now => continue,
                Some(after) => earliest_alone(scenario, choices, j, after),
                None => None,
            };
            start[j] = next;
            settled = false;
        }
        if settled {
            break;
        }
    }
    start
}

/// The earliest start of a job from step `from` on: equipment there, enough teams for the whole of the work.
fn earliest_alone(
    scenario: &Scenario,
    choices: &[Vec<Choice>],
    job: usize,
    from: u32,
) -> Option<u32> {
    let j = &scenario.jobs[job];
    let mut from = from.max(j.ready);
    for &need in &j.needs {
        let mut by_arrival = choices[need].clone();
        by_arrival.sort_by_key(|c| c.arrival);
        let mut places = 0;
        let there = by_arrival.iter().find_map(|c| {
            places += scenario.offers[c.offer].count / c.pieces;
            (places >= scenario.needs[need].count).then_some(c.arrival)
        });
        from = from.max(there?);
    }
    let region = scenario.job_region(job);
    let pools = || {
        scenario
            .crews
            .iter()
            .filter(|p| p.skill == j.skill && (p.region.is_none() || p.region == region))
    };
    // The number of teams grows only where a pool begins.
    let mut starts: Vec<u32> = pools().map(|p| p.from.max(from)).collect();
    starts.sort_unstable();
    starts.into_iter().find(|&start| {
        let finish = start.saturating_add(j.steps);
        let teams: u64 = pools()
            .filter(|p| p.from <= start && p.until.is_none_or(|until| finish <= until))
            .map(|p| u64::from(p.teams))
            .sum();
        finish <= scenario.horizon_steps && teams >= u64::from(j.crews)
    })
}
