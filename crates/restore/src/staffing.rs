//! Teams for jobs whose dates are fixed.
//!
//! Who comes first must not always be served by the nearest team: a job may have to leave the team of its
//! region to another that overlaps it, so that a team that can go anywhere is free elsewhere. Teams of one row
//! of the crew table are alike, so the question is how many teams of which row each job takes; within a row any
//! free team will do, for intervals whose overlap never exceeds the teams.

use highs::{HighsModelStatus, RowProblem, Sense};

use crate::scenario::{CrewPool, Scenario};
use crate::schedule::teams_told_apart;

/// Entries of the programme, at most: a schedule of a thousand jobs that all overlap.
const MOST_ENTRIES: usize = 4_000_000;

/// Teams for as many of `jobs` (job, start; in order of start) of one skill as possible: their numbers, as
/// [`Calendar`](crate::schedule::Calendar) counts them, or `None` for a job that has to go without. An answer of
/// `None` as a whole: the schedule is too large to try all ways.
pub fn staff(
    scenario: &Scenario,
    skill: usize,
    jobs: &[(usize, u32)],
) -> Option<Vec<Option<Vec<u32>>>> {
    let pools: Vec<&CrewPool> = scenario.crews.iter().filter(|p| p.skill == skill).collect();
    let end = |(job, start): (usize, u32)| start.saturating_add(scenario.jobs[job].steps);
    let mut problem = RowProblem::default();
    let mut columns = vec![vec![None; pools.len()]; jobs.len()];
    for (k, &(job, start)) in jobs.iter().enumerate() {
        let (crews, region) = (scenario.jobs[job].crews, scenario.job_region(job));
        let staffed = problem.add_integer_column(1.0, 0..=1);
        let mut row = vec![(staffed, -f64::from(crews))];
        for (p, pool) in pools.iter().enumerate() {
            let here = pool.region.is_none() || pool.region == region;
            if here
                && pool.from <= start
                && pool.until.is_none_or(|until| end((job, start)) <= until)
            {
                let column = problem.add_integer_column(0.0, 0..=crews);
                row.push((column, 1.0));
                columns[k][p] = Some(column);
            }
        }
        problem.add_row(0.0..=0.0, row);
    }
    // Overlap is greatest where a job starts.
    let mut entries = 0;
    for (p, pool) in pools.iter().enumerate() {
        for (k, &(_, at)) in jobs.iter().enumerate() {
            if jobs.get(k + 1).is_some_and(|next| next.1 == at) {
                continue;
            }
            let row: Vec<_> = (0..=k)
                .filter(|&i| end(jobs[i]) > at)
                .filter_map(|i| Some((columns[i][p]?, 1.0)))
                .collect();
            entries += row.len();
            if entries > MOST_ENTRIES {
                return None;
            }
            problem.add_row(..=f64::from(pool.teams), row);
        }
    }
    let mut model = problem.try_optimise(Sense::Maximise).ok()?;
    model.make_quiet();
    model.try_set_option("threads", 1).ok()?;
    let solved = model.try_solve().ok()?;
    if solved.status() != HighsModelStatus::Optimal {
        return None;
    }
    let solution = solved.get_solution();
    let mut teams: Vec<Vec<u32>> = vec![Vec::new(); jobs.len()];
    let mut first = 1;
    for (p, pool) in pools.iter().enumerate() {
        let count = teams_told_apart(scenario, pool);
        let mut free_from = vec![0; count as usize];
        for (k, &(job, start)) in jobs.iter().enumerate() {
            let wanted = columns[k][p].map_or(0, |c| solution[c].round() as usize);
            let free = (0..free_from.len()).filter(|&t| free_from[t] <= start).take(wanted);
            for team in free.collect::<Vec<_>>() {
                free_from[team] = end((job, start));
                teams[k].push(first + team as u32);
            }
        }
        first += count;
    }
    let whole = |(teams, &(job, _)): (Vec<u32>, &(usize, u32))| {
        (teams.len() == scenario.jobs[job].crews as usize).then_some(teams)
    };
    Some(teams.into_iter().zip(jobs).map(whole).collect())
}
