//! From an order of jobs to dates: the serial schedule generator, and the same rules as a check.
//!
//! Jobs are taken in order; each starts at the first step at which its predecessors are finished, its
//! equipment has arrived and enough teams of its skill are free for the whole of its work. A job may be
//! placed before others that came earlier in the order, if that delays none of them. (Kolisch,
//! "Serial and parallel resource-constrained project scheduling methods revisited", EJOR 90, 1996.)

use crate::plan::{ItemUse, ScheduledJob};
use crate::scenario::{CrewPool, Scenario};
use crate::staffing::staff;

/// Equipment given to jobs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    /// For each need the pieces that fill it; `None` when it is not filled.
    pub by_need: Vec<Option<Vec<ItemUse>>>,
}

impl Assignment {
    /// The items of a job, or the first of its needs that is not filled.
    pub fn of_job(&self, scenario: &Scenario, job: usize) -> Result<Vec<ItemUse>, usize> {
        let mut items = Vec::new();
        for &need in &scenario.jobs[job].needs {
            items.extend(self.by_need[need].clone().ok_or(need)?);
        }
        Ok(items)
    }

    /// The step at which all items are there.
    pub fn arrival(scenario: &Scenario, items: &[ItemUse]) -> u32 {
        items.iter().map(|item| scenario.offers[item.offer].arrival()).max().unwrap_or(0)
    }
}

/// One team and the steps at which it is taken.
#[derive(Debug, Clone)]
struct Team {
    region: Option<usize>,
    from: u32,
    until: u32,
    busy: Vec<bool>,
}

impl Team {
    fn is_free(&self, start: u32, finish: u32) -> bool {
        self.from <= start
            && finish <= self.until
            && self.busy[start as usize..finish as usize].iter().all(|busy| !busy)
    }
}

/// The teams of a scenario and what they are busy with.
#[derive(Debug, Clone)]
pub struct Calendar {
    horizon: u32,
    /// Teams by skill, in the order of the crew table; a team's number is its place here, from 1.
    teams: Vec<Vec<Team>>,
    /// Teams by skill, in the order in which they are asked.
    asked: Vec<Vec<usize>>,
}

impl Calendar {
    /// All teams free.
    pub fn new(scenario: &Scenario) -> Self {
        let horizon = scenario.horizon_steps;
        let mut teams = vec![Vec::new(); scenario.skills.len()];
        for pool in &scenario.crews {
            let team = Team {
                region: pool.region,
                from: pool.from,
                until: pool.until.unwrap_or(u32::MAX),
                busy: vec![false; horizon as usize],
            };
            let count = teams_told_apart(scenario, pool);
            teams[pool.skill].extend(std::iter::repeat_n(team, count as usize));
        }
        let asked = teams.iter().map(|teams: &Vec<Team>| {
            let mut order: Vec<usize> = (0..teams.len()).collect();
            order.sort_by_key(|&t| (teams[t].region.is_none(), teams[t].until));
            order
        });
        Calendar { horizon, asked: asked.collect(), teams }
    }

    /// Teams that can do the job over `start..finish`: those of its region first, so that teams that can go
    /// anywhere stay free for others, and those that leave soonest. `None` when there are not enough.
    fn free_teams(
        &self,
        scenario: &Scenario,
        job: usize,
        start: u32,
        finish: u32,
    ) -> Option<Vec<usize>> {
        let region = scenario.job_region(job);
        let j = &scenario.jobs[job];
        let teams = &self.teams[j.skill];
        let serves = |t: &Team| t.region.is_none() || t.region == region;
        let found: Vec<usize> = (self.asked[j.skill].iter().copied())
            .filter(|&t| serves(&teams[t]) && teams[t].is_free(start, finish))
            .take(j.crews as usize)
            .collect();
        (found.len() == j.crews as usize).then_some(found)
    }

    /// Books the job at the first possible start from `earliest` on that lets it finish within the horizon.
    fn book(&mut self, scenario: &Scenario, job: usize, earliest: u32) -> Option<(u32, Vec<u32>)> {
        let steps = scenario.jobs[job].steps;
        let last = self.horizon.checked_sub(steps)?;
        for start in earliest..=last {
            if let Some(found) = self.free_teams(scenario, job, start, start + steps) {
                return Some((start, self.take(scenario, job, start, found)));
            }
        }
        None
    }

    fn take(&mut self, scenario: &Scenario, job: usize, start: u32, found: Vec<usize>) -> Vec<u32> {
        let j = &scenario.jobs[job];
        for &number in &found {
            self.teams[j.skill][number].busy[start as usize..(start + j.steps) as usize].fill(true);
        }
        found.into_iter().map(|number| number as u32 + 1).collect()
    }

    /// Books the job at exactly `start`, if the teams are there.
    pub fn book_at(&mut self, scenario: &Scenario, job: usize, start: u32) -> Option<Vec<u32>> {
        let finish = start.checked_add(scenario.jobs[job].steps).filter(|&f| f <= self.horizon)?;
        let found = self.free_teams(scenario, job, start, finish)?;
        Some(self.take(scenario, job, start, found))
    }
}

/// Teams of a pool, of which no more are told apart than all jobs of the skill together could use.
pub(crate) fn teams_told_apart(scenario: &Scenario, pool: &CrewPool) -> u32 {
    let jobs = scenario.jobs.iter().filter(|j| j.skill == pool.skill);
    let wanted: u64 = jobs.map(|j| u64::from(j.crews)).sum();
    pool.teams.min(u32::try_from(wanted).unwrap_or(u32::MAX))
}

/// Dates for the jobs of `order`. Jobs that find no place within the horizon, lack equipment or follow such
/// a job are left out. A job may stand before its predecessors in `order`: it waits for them.
pub fn generate(
    scenario: &Scenario,
    assignment: &Assignment,
    order: &[usize],
) -> Vec<ScheduledJob> {
    let mut scheduled: Vec<ScheduledJob> = book(scenario, &arrivals(scenario, assignment), order)
        .into_iter()
        .filter_map(|(job, start, teams)| {
            let items = assignment.of_job(scenario, job).ok()?;
            Some(ScheduledJob {
                job,
                start,
                finish: start + scenario.jobs[job].steps,
                teams,
                items,
            })
        })
        .collect();
    scheduled.sort_by_key(|s| (s.start, s.job));
    scheduled
}

/// The step at which each job has all its equipment. `None`: it lacks some.
pub(crate) fn arrivals(scenario: &Scenario, assignment: &Assignment) -> Vec<Option<u32>> {
    (0..scenario.jobs.len())
        .map(|job| {
            let items = assignment.of_job(scenario, job).ok()?;
            Some(Assignment::arrival(scenario, &items))
        })
        .collect()
}

/// The step at which each job is finished, with the same rules and jobs left out as [`generate`].
pub(crate) fn finishes(
    scenario: &Scenario,
    arrival: &[Option<u32>],
    order: &[usize],
) -> Vec<Option<u32>> {
    let mut finish = vec![None; scenario.jobs.len()];
    for (job, start, _) in book(scenario, arrival, order) {
        finish[job] = Some(start + scenario.jobs[job].steps);
    }
    finish
}

/// Start and teams of the jobs that find a place, in the order in which they found it.
fn book(
    scenario: &Scenario,
    arrival: &[Option<u32>],
    order: &[usize],
) -> Vec<(usize, u32, Vec<u32>)> {
    let mut calendar = Calendar::new(scenario);
    let mut finish: Vec<Option<u32>> = vec![None; scenario.jobs.len()];
    let mut given_up = vec![true; scenario.jobs.len()];
    for &job in order {
        given_up[job] = false;
    }
    let mut booked = Vec::with_capacity(order.len());
    let mut waiting: Vec<usize> = order.to_vec();
    // Each pass takes the first job in order whose predecessors are settled.
    while let Some(place) = waiting.iter().position(|&job| {
        scenario.jobs[job].after.iter().all(|&p| finish[p].is_some() || given_up[p])
    }) {
        let job = waiting.remove(place);
        let j = &scenario.jobs[job];
        let before = j.after.iter().try_fold(0, |latest, &p| Some(finish[p]?.max(latest)));
        let place = before.zip(arrival[job]).and_then(|(before, arrival)| {
            calendar.book(scenario, job, before.max(j.ready).max(arrival))
        });
        match place {
            Some((start, teams)) => {
                finish[job] = Some(start + j.steps);
                booked.push((job, start, teams));
            }
            None => given_up[job] = true,
        }
    }
    booked
}

/// A rule that a schedule breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The job starts before its `ready` step.
    #[error("job {job} starts at step {start}, but is ready only from step {ready}")]
    NotReady {
        /// Identifier of the job.
        job: String,
        /// Its start.
        start: u32,
        /// Its first possible start.
        ready: u32,
    },
    /// A predecessor is not finished.
    #[error("job {job} starts at step {start}, but must follow job {before}, which {when}")]
    TooEarly {
        /// Identifier of the job.
        job: String,
        /// Its start.
        start: u32,
        /// Identifier of the predecessor.
        before: String,
        /// When that is finished, in words.
        when: String,
    },
    /// Too few teams are free.
    #[error(
        "job {job} at steps {start} to {finish} finds fewer than {crews} free teams of skill {skill}"
    )]
    NoTeams {
        /// Identifier of the job.
        job: String,
        /// Its start.
        start: u32,
        /// Its finish.
        finish: u32,
        /// Teams that it takes.
        crews: u32,
        /// Their skill.
        skill: String,
    },
    /// It ends after the horizon.
    #[error("job {job} would finish at step {finish}, after the horizon of {horizon} steps")]
    PastHorizon {
        /// Identifier of the job.
        job: String,
        /// Its finish.
        finish: u32,
        /// The horizon.
        horizon: u32,
    },
    /// A need is not filled by enough fitting pieces.
    #[error("job {job} needs {need}: {why}")]
    NeedNotFilled {
        /// Identifier of the job.
        job: String,
        /// Identifier of the need.
        need: String,
        /// What is wrong.
        why: String,
    },
    /// More pieces of an offer are used than there are.
    #[error("offer {offer} has {count} pieces, but the schedule uses {used}")]
    OfferOverdrawn {
        /// Identifier of the offer.
        offer: String,
        /// Pieces that there are.
        count: u32,
        /// Pieces used.
        used: u64,
    },
    /// An item arrives after the job starts.
    #[error("job {job} starts at step {start}, but offer {offer} arrives only at step {arrival}")]
    NotArrived {
        /// Identifier of the job.
        job: String,
        /// Its start.
        start: u32,
        /// Identifier of the offer.
        offer: String,
        /// Its arrival.
        arrival: u32,
    },
}

/// Every rule of time and teams that `jobs` breaks, and the jobs with their teams filled in. Teams are
/// found wherever there is a way to (`staff`); a job that finds none keeps no team. Equipment is checked
/// elsewhere.
pub fn check(scenario: &Scenario, jobs: &[ScheduledJob]) -> (Vec<ScheduledJob>, Vec<Broken>) {
    let mut finish = vec![None; scenario.jobs.len()];
    for s in jobs {
        finish[s.job] = Some(s.start.saturating_add(scenario.jobs[s.job].steps));
    }
    let mut broken = Vec::new();
    let mut booked: Vec<ScheduledJob> = jobs.to_vec();
    booked.sort_by_key(|s| (s.start, s.job));
    let staffed = teams_of(scenario, &booked);
    for (s, teams) in booked.iter_mut().zip(staffed) {
        let j = &scenario.jobs[s.job];
        let id = || j.id.clone();
        s.finish = s.start.saturating_add(j.steps);
        if s.start < j.ready {
            broken.push(Broken::NotReady { job: id(), start: s.start, ready: j.ready });
        }
        for &p in &j.after {
            if finish[p].is_none_or(|f| f > s.start) {
                let when = finish[p]
                    .map_or("is not in the schedule".into(), |f| format!("finishes at step {f}"));
                let before = scenario.jobs[p].id.clone();
                broken.push(Broken::TooEarly { job: id(), start: s.start, before, when });
            }
        }
        let horizon = scenario.horizon_steps;
        if s.finish > horizon {
            broken.push(Broken::PastHorizon { job: id(), finish: s.finish, horizon });
        } else if teams.is_none() {
            broken.push(Broken::NoTeams {
                job: id(),
                start: s.start,
                finish: s.finish,
                crews: j.crews,
                skill: scenario.skills[j.skill].clone(),
            });
        }
        s.teams = teams.unwrap_or_default();
        for item in &s.items {
            let offer = &scenario.offers[item.offer];
            if offer.arrival() > s.start {
                broken.push(Broken::NotArrived {
                    job: id(),
                    start: s.start,
                    offer: offer.id.clone(),
                    arrival: offer.arrival(),
                });
            }
        }
    }
    (booked, broken)
}

/// The teams of each job of a schedule in order of start: first come, first served, and where that leaves a
/// job without, the other ways as well.
fn teams_of(scenario: &Scenario, booked: &[ScheduledJob]) -> Vec<Option<Vec<u32>>> {
    let mut calendar = Calendar::new(scenario);
    let mut teams: Vec<Option<Vec<u32>>> =
        booked.iter().map(|s| calendar.book_at(scenario, s.job, s.start)).collect();
    for skill in 0..scenario.skills.len() {
        let of_skill: Vec<usize> = (0..booked.len())
            .filter(|&k| {
                let j = &scenario.jobs[booked[k].job];
                j.skill == skill
                    && booked[k].start.saturating_add(j.steps) <= scenario.horizon_steps
            })
            .collect();
        if of_skill.iter().any(|&k| teams[k].is_none()) {
            let times: Vec<_> =
                of_skill.iter().map(|&k| (booked[k].job, booked[k].start)).collect();
            for (k, found) in
                of_skill.into_iter().zip(staff(scenario, skill, &times).into_iter().flatten())
            {
                teams[k] = found;
            }
        }
    }
    teams
}
