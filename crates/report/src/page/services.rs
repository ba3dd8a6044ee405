//! What people go without beside power at home: each service by itself, and heating networks in frost.

use std::collections::BTreeMap;

use maud::{Markup, html};
use relight_restore::scenario::Measure;

use super::by;
use super::summary::service_words;
use crate::view::View;
use crate::words::{about, figure, percent};

/// Whether there is anything to tell.
pub(super) fn told(view: View) -> bool {
    !view.scenario.facilities.is_empty()
}

/// One service over the time planned.
struct Row<'a> {
    service: &'a str,
    places: usize,
    depend: f64,
    /// People without it at worst, and the step from which.
    worst: (f64, u32),
    end: f64,
    hours: f64,
}

pub(super) fn section(view: View) -> Markup {
    if !told(view) {
        return html! {};
    }
    let plan = view.plan;
    html! {
        section #services {
            h2 { "Hospitals, heat, water: each by itself" }
            p {
                "One person depends on several services. Each row counts all who are without that service; the rows overlap "
                "and must not be added up."
            }
            div.scroll tabindex="0" role="region" aria-label="Table of services" {
                table {
                    caption { "People without each service" }
                    thead { tr {
                        th scope="col" { "Service" } th.num scope="col" { "Places" } th.num scope="col" { "People who depend on them" }
                        th.num scope="col" { "Without, at worst" } th scope="col" { "From" } th.num scope="col" { "At the end" }
                        th.num scope="col" { "People-hours without" } th.num scope="col" { "Weight" }
                    } }
                    tbody {
                        @if view.has_people() { (power(view)) }
                        @for row in rows(view) { (line(view, &row)) }
                    }
                }
            }
            @if view.scenario.measure == Measure::Energy {
                p.small { "This plan minimises energy not supplied: services are told, and do not steer it." }
            }
            @if !plan.frozen.is_empty() { (frost(view)) }
        }
    }
}

fn power(view: View) -> Markup {
    let states = &view.plan.states;
    let worst = (states.iter().rev())
        .max_by(|a, b| a.people_without_power.total_cmp(&b.people_without_power));
    html! {
        tr {
            th scope="row" { "power at home" }
            td.num { "–" }
            td.num { (about(view.scenario.buses.iter().map(|b| b.people).sum())) }
            td.num { (about(worst.map_or(0.0, |s| s.people_without_power))) }
            td { (worst.map_or(String::new(), |s| by(view, s.from))) }
            td.num { (about(states.last().map_or(0.0, |s| s.people_without_power))) }
            td.num { (about(view.plan.objective.unserved_people_hours)) }
            td.num { (figure(view.scenario.weights.residents)) }
        }
    }
}

fn rows(view: View<'_>) -> Vec<Row<'_>> {
    let mut depend: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    for f in &view.scenario.facilities {
        let entry = depend.entry(&f.service).or_default();
        *entry = (entry.0 + 1, entry.1 + f.people);
    }
    let states = &view.plan.states;
    (depend.into_iter())
        .map(|(service, (places, people))| {
            let without = |s: &relight_restore::plan::PlanState| {
                s.people_without.get(service).copied().unwrap_or(0.0)
            };
            // The first of equals.
            let worst = states.iter().rev().max_by(|a, b| without(a).total_cmp(&without(b)));
            Row {
                service,
                places,
                depend: people,
                worst: worst.map_or((0.0, 0), |s| (without(s), s.from)),
                end: states.last().map_or(0.0, without),
                hours: view.plan.objective.by_service.get(service).copied().unwrap_or(0.0),
            }
        })
        .collect()
}

fn line(view: View, row: &Row<'_>) -> Markup {
    let weight = view.scenario.weights.of_service(row.service);
    let cold = row.service == "heat" && !view.scenario.weather.is_empty();
    html! {
        tr {
            th scope="row" { (service_words(row.service)) }
            td.num { (row.places) }
            td.num { (about(row.depend)) }
            td.num { (about(row.worst.0)) }
            td { @if row.worst.0 >= 0.5 { (by(view, row.worst.1)) } @else { "–" } }
            td.num { (about(row.end)) }
            td.num { (about(row.hours)) }
            td.num { (figure(weight)) @if cold { ", by cold" } }
        }
    }
}

fn frost(view: View) -> Markup {
    let mut all: Vec<_> = view.plan.frozen.iter().collect();
    all.sort_by(|a, b| b.clock.total_cmp(&a.clock).then(a.facility.cmp(&b.facility)));
    html! {
        h3 { "Heating networks that stand still in frost" }
        p {
            "A network that stands still freezes after " (figure(view.scenario.cold.freeze_degree_hours))
            " degrees below zero times hours, a day at "
            (figure(-view.scenario.cold.freeze_degree_hours / 24.0)) " °C; drain it before, or bring a generator set. "
            "The plan does not count the days that it takes to thaw and mend one."
        }
        div.scroll tabindex="0" role="region" aria-label="Table of heating networks in frost" {
            table {
                caption.hidden { "Heating networks that stand still in frost" }
                thead { tr {
                    th scope="col" { "Network" } th scope="col" { "Stands still from" } th scope="col" { "Until" }
                    th.num scope="col" { "Coldest" } th.num scope="col" { "Freezes after" } th.num scope="col" { "Clock at the end" }
                } }
                tbody {
                    @for f in all {
                        tr {
                            th scope="row" { (view.facility_name(f.facility)) }
                            td { (by(view, f.from)) }
                            td { @if f.to >= view.scenario.horizon_steps { "the end" } @else { (by(view, f.to)) } }
                            td.num { (figure(f.coldest_c)) " °C" }
                            td.num {
                                @match f.hours_to_freezing {
                                    Some(hours) => { span.badge.bad { (figure(hours.round())) " hours" } }
                                    None => { span.badge.warn { "not in this time" } }
                                }
                            }
                            td.num { (percent(f.clock)) }
                        }
                    }
                }
            }
        }
    }
}
