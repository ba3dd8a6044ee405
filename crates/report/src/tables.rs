//! The tables of a plan folder, apart from the schedule.

use relight_catalogue::Verdict;
use relight_restore::plan::{AcCheck, AcVerdict};
use relight_restore::{Plan, Scenario};

use crate::view::View;

/// Rows under a header. Writing to memory does not fail.
pub(crate) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(&row);
    }
    writer.into_inner().unwrap_or_default()
}

/// A number as the shortest text that reads back as the same number; empty where it is not finite.
pub(crate) fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

fn optional(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

/// `states.csv`: a row for each state of the grid. Columns that the AC check cannot fill are empty.
pub fn states_csv(plan: &Plan) -> Vec<u8> {
    let mut header = vec![
        "from_step",
        "to_step",
        "served_mw",
        "shed_mw",
        "served_mw_ac",
        "ac_verdict",
        "max_loading_pct",
        "vm_min_pu",
        "vm_max_pu",
        "people_without_power",
    ];
    let services = services(plan);
    let names: Vec<String> = services.iter().map(|s| format!("people_without_{s}")).collect();
    header.extend(names.iter().map(String::as_str));
    table(
        &header,
        plan.states.iter().map(|state| {
            let ac = &state.ac;
            let mut row = vec![
                state.from.to_string(),
                state.to.to_string(),
                number(state.served_mw),
                number(state.shed_mw),
                if ac.verdict == AcVerdict::Skipped { String::new() } else { number(ac.served_mw) },
                ac.verdict.word().to_owned(),
            ];
            let solved = |v: f64| if has_solution(ac) { number(v) } else { String::new() };
            row.extend([solved(ac.max_loading_pct), solved(ac.vm_min_pu), solved(ac.vm_max_pu)]);
            row.push(number(state.people_without_power));
            row.extend(
                services
                    .iter()
                    .map(|s| number(state.people_without.get(*s).copied().unwrap_or(0.0))),
            );
            row
        }),
    )
}

/// Whether the AC check has voltages and flows to show.
pub(crate) fn has_solution(ac: &AcCheck) -> bool {
    ac.verdict != AcVerdict::Skipped && ac.vm_max_pu > 0.0
}

/// The facility services of a plan: heat and water, which the contract names, then the others by name.
pub(crate) fn services(plan: &Plan) -> Vec<&str> {
    let mut all = vec!["heat", "water"];
    let mut others: Vec<&str> = plan
        .states
        .iter()
        .flat_map(|s| s.people_without.keys())
        .chain(plan.objective.by_service.keys())
        .map(String::as_str)
        .filter(|s| !all.contains(s))
        .collect();
    others.sort_unstable();
    others.dedup();
    all.extend(others);
    all
}

/// `matches.csv`: a row for each check of an offer against a need that is not simply passed, and one row
/// without a check where all are.
pub fn matches_csv(scenario: &Scenario, plan: &Plan) -> Vec<u8> {
    let view = View::new(scenario, plan);
    let header = [
        "need",
        "offer",
        "verdict",
        "chosen",
        "check",
        "check_verdict",
        "value",
        "limit",
        "unit",
        "note",
        "source",
    ];
    let rows = plan.matches.iter().flat_map(|m| {
        let start = [
            view.need(m.need).to_owned(),
            view.offer(m.offer).to_owned(),
            m.result.verdict.words().to_owned(),
            m.chosen.to_string(),
        ];
        let mut rows: Vec<Vec<String>> = m
            .result
            .checks
            .iter()
            .filter(|c| c.verdict != Verdict::Fits)
            .map(|c| {
                let mut row = start.to_vec();
                row.extend([
                    c.name.to_owned(),
                    c.verdict.words().to_owned(),
                    optional(c.value),
                    optional(c.limit),
                    c.unit.to_owned(),
                    c.note.clone(),
                    c.source.to_owned(),
                ]);
                row
            })
            .collect();
        if rows.is_empty() {
            let mut row = start.to_vec();
            row.resize(header.len(), String::new());
            rows.push(row);
        }
        rows
    });
    table(&header, rows)
}

/// `placements.csv`: a row for each stay of a generator set at a facility.
pub fn placements_csv(scenario: &Scenario, plan: &Plan) -> Vec<u8> {
    let view = View::new(scenario, plan);
    table(
        &["offer", "facility", "from_step", "to_step", "kw", "litres", "piece"],
        plan.placements.iter().map(|p| {
            vec![
                view.offer(p.offer).to_owned(),
                view.facility(p.facility).to_owned(),
                p.from.to_string(),
                p.to.to_string(),
                number(p.kw),
                number(p.litres),
                p.piece.to_string(),
            ]
        }),
    )
}
