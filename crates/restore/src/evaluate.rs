//! A schedule in, what it does out: each state of the grid, each service in each step, and the objective.

use std::collections::BTreeMap;

use crate::dispatch::Dispatcher;
use crate::matching::{Allowed, smaller_unit};
use crate::plan::{
    AcCheck, AcVerdict, FrozenNetwork, MatchRow, Objective, Placement, PlanState, ScheduledJob,
};
use crate::scenario::{Measure, Scenario};
use crate::services::{ServiceModel, Services};
use crate::state::{GridState, SmallerUnits, live_buses};
use crate::value::{InOperation, Span, lost_at_home, people_at_home, repaired_from, spans};

/// What a schedule does.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// What it costs.
    pub objective: Objective,
    /// States in order of time; the AC checks are not done yet.
    pub states: Vec<PlanState>,
    /// Where generator sets stand.
    pub placements: Vec<Placement>,
    /// Diesel that was wanted and not there, litres.
    pub fuel_short_litres: f64,
    /// Heating networks that stand still in frost for long.
    pub frozen: Vec<FrozenNetwork>,
    /// Some island has less load than its generators' least output.
    pub below_pmin: bool,
}

/// The smaller units that a schedule puts in.
pub fn smaller_units(
    scenario: &Scenario,
    rows: &[MatchRow],
    jobs: &[ScheduledJob],
) -> SmallerUnits {
    let mut units = SmallerUnits::new();
    for s in jobs {
        if let Some(unit) = smaller_unit(scenario, rows, &s.items) {
            let damage = scenario.jobs[s.job].damage;
            units
                .entry(damage)
                .and_modify(|u| {
                    if unit.mva < u.mva {
                        *u = unit;
                    }
                })
                .or_insert(unit);
        }
    }
    units
}

/// Evaluates a schedule. With `settle`, each state's dispatch is brought near to the usual one, for the AC
/// check; it changes nothing else.
pub fn evaluate(
    dispatcher: &mut Dispatcher<'_>,
    rows: &[MatchRow],
    allowed: Allowed,
    jobs: &[ScheduledJob],
    settle: bool,
) -> Evaluation {
    let model = ServiceModel::new(dispatcher.scenario(), allowed);
    evaluate_with(dispatcher, rows, &model, jobs, settle)
}

/// The same with services that are prepared already.
pub(crate) fn evaluate_with(
    dispatcher: &mut Dispatcher<'_>,
    rows: &[MatchRow],
    model: &ServiceModel<'_>,
    jobs: &[ScheduledJob],
    settle: bool,
) -> Evaluation {
    let scenario = dispatcher.scenario();
    let units = smaller_units(scenario, rows, jobs);
    let mut finish = vec![None; scenario.jobs.len()];
    for s in jobs {
        finish[s.job] = Some(s.finish);
    }
    let spans = spans(scenario, &repaired_from(scenario, &finish));
    let mut below_pmin = false;
    let mut states: Vec<PlanState> = Vec::with_capacity(spans.len());
    let mut operation = InOperation::default();
    for (k, span) in spans.iter().enumerate() {
        let state = GridState::of(scenario, &span.repaired, &units);
        let mut delivery = dispatcher.deliver(&state);
        // The next state is a small change of this one.
        dispatcher.learn(std::slice::from_ref(&state));
        let held = operation.enter(k, delivery.unserved);
        if held < k {
            let returned = |&d: &usize| span.repaired[d] && !spans[held].repaired[d];
            let left_open = (0..span.repaired.len()).filter(returned).collect();
            let (from, to) = (span.from, span.to);
            states.push(PlanState { from, to, left_open, ..states[held].clone() });
            continue;
        }
        if settle {
            delivery = dispatcher.settle(&state, delivery);
        }
        below_pmin |= delivery.below_pmin;
        states.push(plan_state(scenario, span, state, delivery.served_mw, delivery.dispatch));
    }
    let shares: Vec<Vec<f64>> = (states.iter())
        .map(|s| {
            let (_, live) = live_buses(&scenario.network, &s.status);
            model.facility_share(&s.dispatch.served_mw, &live)
        })
        .collect();
    let by_step: Vec<&[f64]> = (spans.iter().zip(&shares))
        .flat_map(|(span, share)| (span.from..span.to).map(move |_| share.as_slice()))
        .collect();
    let services = model.simulate(&by_step);
    let objective = objective(scenario, &states, &services);
    Evaluation {
        objective,
        states: by_services(states, &services),
        placements: services.placements,
        fuel_short_litres: services.fuel_short_litres,
        frozen: services.frozen,
        below_pmin,
    }
}

fn plan_state(
    scenario: &Scenario,
    span: &Span,
    state: GridState,
    served_mw: f64,
    dispatch: crate::plan::Dispatch,
) -> PlanState {
    let people_without_power = people_at_home(scenario, &dispatch.served_mw);
    PlanState {
        from: span.from,
        to: span.to,
        status: state.status,
        derated: state.derated,
        dispatch,
        served_mw,
        shed_mw: (scenario.network.demand_mw() - served_mw).max(0.0),
        people_without_power,
        people_without: BTreeMap::new(),
        people_without_in: Vec::new(),
        left_open: Vec::new(),
        ac: AcCheck::skipped(),
    }
}

impl AcCheck {
    /// A state that was not looked at.
    pub fn skipped() -> Self {
        AcCheck {
            verdict: AcVerdict::Skipped,
            served_mw: 0.0,
            max_loading_pct: 0.0,
            vm_min_pu: 0.0,
            vm_max_pu: 0.0,
            iterations: 0,
            violations: Vec::new(),
            note: String::new(),
        }
    }
}

fn objective(scenario: &Scenario, states: &[PlanState], services: &Services) -> Objective {
    let mut objective = Objective::default();
    for state in states {
        let hours = f64::from(state.to - state.from) * scenario.step_hours;
        objective.unserved_mwh += state.shed_mw * hours;
        objective.unserved_people_hours += state.people_without_power * hours;
        objective.weighted += hours * lost_at_home(scenario, &state.dispatch.served_mw);
    }
    objective.add_services(scenario, services);
    objective
}

impl Objective {
    /// Adds what the services cost.
    pub(crate) fn add_services(&mut self, scenario: &Scenario, services: &Services) {
        for (service, people) in services.without.iter().flatten() {
            *self.by_service.entry(service.clone()).or_default() += people * scenario.step_hours;
        }
        if scenario.measure == Measure::People {
            self.weighted += services.weighted;
        }
    }
}

/// Cuts the grid states where the people without a service change, so that each row says one thing.
fn by_services(states: Vec<PlanState>, services: &Services) -> Vec<PlanState> {
    let same = |a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>| {
        a.iter().all(|(service, people)| (people - b.get(service).unwrap_or(&0.0)).abs() < 0.5)
    };
    let mut rows: Vec<PlanState> = Vec::with_capacity(states.len());
    for state in states {
        let mut start = state.from;
        for step in state.from + 1..=state.to {
            let Some(without) = services.without.get(start as usize) else { break };
            let cut = step == state.to
                || services.without.get(step as usize).is_none_or(|next| !same(without, next));
            if cut {
                let people_without = without.clone();
                let people_without_in =
                    services.without_in.get(start as usize).cloned().unwrap_or_default();
                let (from, to) = (start, step);
                rows.push(PlanState {
                    from,
                    to,
                    people_without,
                    people_without_in,
                    ..state.clone()
                });
                start = step;
            }
        }
    }
    rows
}
