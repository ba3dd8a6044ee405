//! Words about a plan: what is impossible and why, and what a reader should beware of.

use std::collections::BTreeMap;

use relight_catalogue::Kind;

use crate::evaluate::Evaluation;
use crate::matching::{Allowed, fits};
use crate::plan::{AcVerdict, MatchRow, PlanState, ScheduledJob, Unmatched, Unscheduled};
use crate::scenario::Scenario;
use crate::schedule::{Assignment, generate};

/// Names in a warning, at most.
const MOST_NAMED: usize = 5;
/// Said of a need whose job the plan does better without.
pub const FREED: &str = "its job is left out on purpose, which leaves this equipment to others";
/// Said of a job that the plan does better without.
const ON_PURPOSE: &str = "left out on purpose: it would cost others more than it brings back, in teams, in equipment, \
                          or in power that it would hold back on the branches beside it";

/// For each job whether it could be done if it had all teams and items to itself: enough teams of its skill
/// in its region at some time, and for each need an offer that fits and comes in time.
pub fn possible_jobs(scenario: &Scenario, rows: &[MatchRow], allowed: Allowed) -> Vec<bool> {
    (0..scenario.jobs.len())
        .map(|j| {
            impossible_crews(scenario, j).is_none()
                && scenario.jobs[j].needs.iter().all(|&need| {
                    rows.iter()
                        .filter(|r| r.need == need && fits(r))
                        .any(|r| in_time(scenario, r, j, allowed))
                })
        })
        .collect()
}

fn in_time(scenario: &Scenario, row: &MatchRow, job: usize, allowed: Allowed) -> bool {
    let (offer, job) = (&scenario.offers[row.offer], &scenario.jobs[job]);
    allowed.includes(offer)
        && offer.count >= row.result.pieces
        && offer.arrival().max(job.ready).saturating_add(job.steps) <= scenario.horizon_steps
}

/// Why no set of teams can ever do the job, if so.
fn impossible_crews(scenario: &Scenario, job: usize) -> Option<String> {
    let j = &scenario.jobs[job];
    let region = scenario.job_region(job);
    let skill = &scenario.skills[j.skill];
    let pools = || {
        (scenario.crews.iter())
            .filter(|p| p.skill == j.skill && (p.region.is_none() || p.region == region))
    };
    let last = scenario.horizon_steps.checked_sub(j.steps).filter(|&last| last >= j.ready);
    let Some(last) = last else {
        return Some(format!("it cannot be finished within {} steps", scenario.horizon_steps));
    };
    // The number of teams changes only where a pool begins or ends.
    let starts =
        pools().map(|p| p.from).chain([j.ready]).map(|s| s.max(j.ready)).filter(|&s| s <= last);
    let most = starts
        .map(|s| {
            pools()
                .filter(|p| p.from <= s && p.until.is_none_or(|u| s + j.steps <= u))
                .map(|p| u64::from(p.teams))
                .sum::<u64>()
        })
        .max()
        .unwrap_or(0);
    (most < u64::from(j.crews)).then(|| {
        let place = region.map_or(String::new(), |r| format!(" in {}", scenario.regions[r]));
        format!(
            "it takes {} teams of skill {skill}{place}, and there are never more than {most}",
            j.crews
        )
    })
}

/// The jobs that are not in the schedule, each with its reasons.
pub fn unscheduled(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    jobs: &[ScheduledJob],
    unmatched: &[Unmatched],
    assignment: &Assignment,
) -> Vec<Unscheduled> {
    let mut planned = vec![false; scenario.jobs.len()];
    for s in jobs {
        planned[s.job] = true;
    }
    let possible = possible_jobs(scenario, rows, allowed);
    // With the rest of the plan as it is, would there be teams and time for it?
    let order: Vec<usize> =
        jobs.iter().map(|s| s.job).chain((0..planned.len()).filter(|&j| !planned[j])).collect();
    let mut has_place = vec![false; planned.len()];
    for s in generate(scenario, assignment, &order) {
        has_place[s.job] = true;
    }
    (0..scenario.jobs.len())
        .filter(|&j| !planned[j])
        .map(|j| {
            let mut reasons: Vec<String> = impossible_crews(scenario, j).into_iter().collect();
            for open in unmatched.iter().filter(|u| scenario.needs[u.need].job == j) {
                if open.reasons.iter().any(|reason| reason == FREED) {
                    return Unscheduled { job: j, reasons: vec![ON_PURPOSE.into()] };
                }
                let need = &scenario.needs[open.need].id;
                reasons.push(format!("need {need}: {}", open.reasons.join("; ")));
            }
            for &p in scenario.jobs[j].after.iter().filter(|&&p| !planned[p]) {
                reasons
                    .push(format!("it must follow job {}, which is not done", scenario.jobs[p].id));
            }
            if reasons.is_empty() {
                reasons.push(if has_place[j] {
                    ON_PURPOSE.into()
                } else if possible[j] {
                    "the teams are busy with other jobs until the end of the horizon".into()
                } else {
                    "its equipment does not come in time".into()
                });
            }
            Unscheduled { job: j, reasons }
        })
        .collect()
}

/// How much load the correction of states takes, where it takes any.
fn corrected(scenario: &Scenario, evaluation: &Evaluation) -> Option<String> {
    let corrected = || evaluation.states.iter().filter(|s| s.ac.verdict == AcVerdict::Corrected);
    let count = corrected().count();
    if count == 0 {
        return None;
    }
    let less = |s: &PlanState| (s.served_mw - s.ac.served_mw).max(0.0);
    let mwh: f64 =
        corrected().map(|s| less(s) * f64::from(s.to - s.from) * scenario.step_hours).sum();
    let worst = corrected().map(less).fold(0.0, f64::max);
    Some(format!(
        "{count} of {} states hold in the AC check after correction, which takes {mwh:.0} MWh over the horizon, at \
         most {worst:.1} MW at a time; people and objective are those of the plan before it",
        evaluation.states.len()
    ))
}

/// What is repaired but stays open for some time, because it would hold back the power of others.
fn left_open(scenario: &Scenario, evaluation: &Evaluation) -> Option<String> {
    let mut steps: BTreeMap<usize, u32> = BTreeMap::new();
    for state in &evaluation.states {
        for &d in &state.left_open {
            *steps.entry(d).or_default() += state.to - state.from;
        }
    }
    let list: Vec<String> = (steps.iter())
        .map(|(&d, steps)| format!("{} for {steps} steps", scenario.damages[d].id))
        .collect();
    (!list.is_empty()).then(|| {
        format!(
            "repaired, but left open for a time, as closing it would lower what the grid can supply: {}",
            list.join(", ")
        )
    })
}

/// Which heating networks freeze.
fn frost(scenario: &Scenario, evaluation: &Evaluation) -> Option<String> {
    let frozen: Vec<String> = (evaluation.frozen.iter())
        .filter_map(|f| {
            let hours = f.hours_to_freezing?;
            let name = &scenario.facilities[f.facility].name;
            Some(format!("{name} {hours:.0} hours after step {} begins", f.from))
        })
        .collect();
    if frozen.is_empty() {
        return None;
    }
    let beyond = frozen.len().saturating_sub(MOST_NAMED);
    let more = if beyond > 0 { format!(", and {beyond} more") } else { String::new() };
    Some(format!(
        "{} stand still in frost until they freeze, unless they are drained: {}{more}",
        if frozen.len() == 1 {
            "1 heating network".into()
        } else {
            format!("{} heating networks", frozen.len())
        },
        frozen[..frozen.len().min(MOST_NAMED)].join(", ")
    ))
}

/// What a reader of the plan should know.
pub fn warnings(scenario: &Scenario, allowed: Allowed, evaluation: &Evaluation) -> Vec<String> {
    let mut warnings = Vec::new();
    let failing = evaluation.states.iter().filter(|s| s.ac.verdict == AcVerdict::Fails).count();
    if failing > 0 {
        warnings.push(format!(
            "{failing} of {} states do not hold as planned in the AC check, and no correction was found that does: \
             their load needs redispatch or shedding that this plan does not show",
            evaluation.states.len()
        ));
    }
    warnings.extend(corrected(scenario, evaluation));
    warnings.extend(left_open(scenario, evaluation));
    if evaluation.below_pmin {
        warnings.push(
            "in some states an island has less load than the least output of its generators; they are taken \
             to run below it"
                .into(),
        );
    }
    let litres = evaluation.fuel_short_litres;
    if litres >= 1.0 {
        warnings.push(format!(
            "generator sets lack {litres:.0} litres of diesel over the horizon where they stand"
        ));
    }
    if scenario.fuel.is_empty() && !evaluation.placements.is_empty() {
        warnings.push("no fuel table: diesel for generator sets is taken to be there".into());
    }
    warnings.extend(frost(scenario, evaluation));
    let unknown = (scenario.offers.iter())
        .filter(|o| o.item.kind == Kind::GeneratorSet && o.item.nameplate.kw.is_none())
        .count();
    if unknown > 0 {
        warnings.push(format!(
            "{unknown} offers of generator sets do not say their kW and are not placed"
        ));
    }
    let nowhere = scenario.facilities.iter().filter(|f| f.bus.is_none()).count();
    if nowhere > 0 {
        warnings.push(format!("{nowhere} facilities have no known bus and count as supplied"));
    }
    let left_out = scenario.offers.iter().filter(|o| !allowed.includes(o)).count();
    if left_out > 0 {
        warnings.push(format!(
            "{left_out} offers are less certain than {} and are left out of this plan",
            allowed.status.word()
        ));
    }
    warnings
}
