//! The document is filled from a plan.

use relight_catalogue::Verdict;
use relight_restore::plan::{self, PlanState};
use relight_restore::scenario::Measure;
use relight_restore::{Plan, Scenario};

use super::{
    About, Ac, Ask, AskPart, Asked, AtRisk, Baseline, Bound, Certain, Check, Derated, Document,
    Frost, Item, Job, Loss, Match, Objective, Out, PeopleHours, PeopleWithout, Placement, Range,
    SCHEMA, Shed, State, Unmatched, Unrecoverable, Unscheduled, Violation,
};
use crate::asks;
use crate::view::{View, row};

impl Document {
    /// The document of a plan.
    pub fn of(scenario: &Scenario, plan: &Plan) -> Self {
        let view = View::new(scenario, plan);
        let objective = &plan.objective;
        let bound = &plan.bound;
        let lost = &plan.unrecoverable;
        Document {
            schema: SCHEMA.into(),
            relight: env!("CARGO_PKG_VERSION").into(),
            scenario: About {
                name: scenario.name.clone(),
                digest: scenario.digest.clone(),
                start: scenario.start.to_string(),
                horizon_steps: scenario.horizon_steps,
                step_hours: scenario.step_hours,
            },
            seed: plan.seed,
            objective: Objective {
                measure: view.measure().into(),
                unserved_mwh: objective.unserved_mwh,
                unserved_people_hours: objective.unserved_people_hours,
                weighted: objective.weighted,
                by_service: objective.by_service.clone(),
            },
            bound: Bound {
                weighted: bound.weighted,
                gap: bound.gap,
                method: bound.method.clone(),
                complete: bound.complete,
            },
            baseline: Baseline {
                no_repair: plan.baseline.no_repair.weighted,
                input_order: plan.baseline.input_order.weighted,
                greedy: plan.baseline.greedy.weighted,
                unserved_people_hours: PeopleHours {
                    no_repair: plan.baseline.no_repair.unserved_people_hours,
                    input_order: plan.baseline.input_order.unserved_people_hours,
                    greedy: plan.baseline.greedy.unserved_people_hours,
                },
            },
            jobs: plan.jobs.iter().map(|j| job(view, j)).collect(),
            states: plan.states.iter().map(|s| state(view, s)).collect(),
            placements: plan.placements.iter().map(|p| placement(view, p)).collect(),
            frost: plan.frozen.iter().map(|f| frost(view, f)).collect(),
            at_risk: plan.at_risk.iter().map(|r| at_risk(view, r)).collect(),
            asks: (plan.asks.iter().flat_map(|a| &a.rows)).map(|a| ask(view, a)).collect(),
            asked: plan.asks.as_ref().map(|a| Asked {
                weighted: a.cost,
                rounds: a.rounds,
                seeds: a.seeds,
                looked_at: a.looked_at,
                left_aside: a.left_aside,
                complete: a.complete,
            }),
            unmatched: plan
                .unmatched
                .iter()
                .map(|u| Unmatched { need: view.need(u.need).into(), reasons: u.reasons.clone() })
                .collect(),
            unscheduled: plan
                .unscheduled
                .iter()
                .map(|u| Unscheduled { job: view.job(u.job).into(), reasons: u.reasons.clone() })
                .collect(),
            unrecoverable: Unrecoverable {
                mw: lost.mw,
                people: lost.people,
                buses: lost.buses.iter().map(|&b| view.bus(b)).collect(),
            },
            matches: plan.matches.iter().map(|m| match_of(view, m)).collect(),
            warnings: plan.warnings.clone(),
        }
    }
}

fn job(view: View, j: &plan::ScheduledJob) -> Job {
    Job {
        job: view.job(j.job).into(),
        start: j.start,
        finish: j.finish,
        skill: view.job_skill(j.job).into(),
        crew: j.teams.first().copied(),
        crews: j.teams.clone(),
        region: view.job_region(j.job).map(Into::into),
        items: j
            .items
            .iter()
            .map(|i| Item {
                need: view.need(i.need).into(),
                offer: view.offer(i.offer).into(),
                count: i.count,
            })
            .collect(),
    }
}

fn state(view: View, s: &PlanState) -> State {
    let network = &view.scenario.network;
    let case = network.status();
    let out = |case: &[bool], now: &[bool]| -> Vec<usize> {
        (0..case.len()).filter(|&i| case[i] && !now.get(i).copied().unwrap_or(false)).collect()
    };
    let rows = |list: Vec<usize>| list.into_iter().map(row).collect();
    let shed = network.buses.iter().zip(&s.dispatch.served_mw).filter_map(|(bus, served)| {
        let mw = bus.pd_mw - served;
        // A negative load that is curtailed counts too; less than a watt is rounding.
        (mw.abs() > 1e-6).then_some(Shed { bus: bus.id, mw })
    });
    let mut others = s.people_without.clone();
    State {
        from: s.from,
        to: s.to,
        served_mw: s.served_mw,
        shed_mw: s.shed_mw,
        left_open: s.left_open.iter().map(|&d| view.scenario.damages[d].id.clone()).collect(),
        people_without: PeopleWithout {
            power: s.people_without_power,
            heat: others.remove("heat").unwrap_or(0.0),
            water: others.remove("water").unwrap_or(0.0),
            // A service may not take the name of people's own supply.
            others: {
                others.remove("power");
                others
            },
        },
        ac: Ac {
            verdict: s.ac.verdict.word().into(),
            served_mw: s.ac.served_mw,
            max_loading_pct: s.ac.max_loading_pct,
            vm_min_pu: s.ac.vm_min_pu,
            vm_max_pu: s.ac.vm_max_pu,
            iterations: s.ac.iterations,
            violations: s.ac.violations.iter().map(|v| violation(view, v)).collect(),
            note: s.ac.note.clone(),
        },
        out: Out {
            buses: out(&case.bus, &s.status.bus).into_iter().map(|b| view.bus(b)).collect(),
            branches: rows(out(&case.branch, &s.status.branch)),
            generators: rows(out(&case.generator, &s.status.generator)),
        },
        derated: (s.derated.iter())
            .map(|d| Derated { branch: row(d.branch), mva: d.mva, impedance: d.impedance })
            .collect(),
        shed: shed.collect(),
    }
}

fn violation(view: View, v: &plan::LimitBroken) -> Violation {
    let (element, id) = view.id(v.element);
    Violation {
        element: element.into(),
        id,
        quantity: v.quantity.into(),
        value: v.value,
        limit: v.limit,
        unit: v.unit.into(),
    }
}

fn placement(view: View, p: &plan::Placement) -> Placement {
    Placement {
        offer: view.offer(p.offer).into(),
        facility: view.facility(p.facility).into(),
        from: p.from,
        to: p.to,
        kw: p.kw,
        litres: p.litres,
        piece: p.piece,
    }
}

fn frost(view: View, f: &plan::FrozenNetwork) -> Frost {
    Frost {
        facility: view.facility(f.facility).into(),
        from: f.from,
        to: f.to,
        coldest_c: f.coldest_c,
        hours_to_freezing: f.hours_to_freezing,
        clock: f.clock,
    }
}

fn at_risk(view: View, risk: &plan::AtRisk) -> AtRisk {
    let jobs = |jobs: &[usize]| jobs.iter().map(|&j| view.job(j).into()).collect();
    let offer = view.scenario.offers.get(risk.offer);
    AtRisk {
        offer: view.offer(risk.offer).into(),
        status: offer.map_or("", |o| o.status.word()).into(),
        confidence: offer.map_or(0.0, |o| o.confidence),
        jobs: jobs(&risk.jobs),
        facilities: risk.facilities.iter().map(|&f| view.facility(f).into()).collect(),
        loss: risk.loss.as_ref().map(|loss| Loss {
            jobs: jobs(&loss.jobs),
            weighted: loss.weighted,
            unserved_mwh: loss.unserved_mwh,
            unserved_people_hours: loss.unserved_people_hours,
            by_service: loss.by_service.clone(),
        }),
    }
}

fn ask(view: View, a: &relight_restore::ask::Ask) -> Ask {
    let people = |value: f64| (view.scenario.measure == Measure::People).then_some(value);
    let mut saved = a.saved.by_service.clone();
    // A service may not take the name of people's own supply.
    saved.insert("power".into(), a.saved.unserved_people_hours);
    Ask {
        rank: a.rank,
        kind: asks::kind(&a.parts).into(),
        nameplate: asks::row_class(view, &a.parts),
        what: asks::what(view, &a.parts),
        parts: (a.parts.iter())
            .map(|p| AskPart {
                kind: asks::part_kind(p).into(),
                nameplate: asks::class(view, p),
                count: asks::part_count(p),
            })
            .collect(),
        count: a.count,
        arrival: a.arrival,
        people_hours_saved: people(a.weighted),
        low: people(a.low),
        high: people(a.high),
        weighted: Range { saved: a.weighted, low: a.low, high: a.high },
        certain: a.certain.map(|(low, high)| Certain { low, high }),
        per_tonne: a.per_tonne(),
        mass_t: a.mass_t,
        mwh_saved: a.saved.unserved_mwh,
        saved,
        regions: asks::regions(view, a),
        litres: a.litres,
        note: asks::note(a),
    }
}

fn match_of(view: View, m: &plan::MatchRow) -> Match {
    let checks = m.result.checks.iter().filter(|c| c.verdict != Verdict::Fits);
    Match {
        need: view.need(m.need).into(),
        offer: view.offer(m.offer).into(),
        verdict: m.result.verdict.words().into(),
        chosen: m.chosen,
        pieces: m.result.pieces,
        usable_mva: m.result.usable_mva,
        checks: checks
            .map(|c| Check {
                name: c.name.into(),
                verdict: c.verdict.words().into(),
                value: c.value,
                limit: c.limit,
                unit: c.unit.into(),
                note: c.note.clone(),
                source: c.source.into(),
            })
            .collect(),
    }
}
