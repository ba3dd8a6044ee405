//! This plan beside simpler ways of going about it, and what no plan can beat.

use std::fmt::Write as _;

use maud::{Markup, html};
use relight_restore::scenario::Measure;

use crate::view::View;
use crate::words::{about, percent, whole};

pub(super) fn section(view: View) -> Markup {
    let plan = view.plan;
    let ours = plan.objective.weighted;
    let rows = [
        ("No repair at all", plan.baseline.no_repair.weighted),
        ("Jobs in the order of the list", plan.baseline.input_order.weighted),
        ("Best next job first, one at a time", plan.baseline.greedy.weighted),
        ("This plan", ours),
    ];
    let most = rows.iter().map(|r| r.1).fold(0.0, f64::max);
    let (unit, title) = match view.scenario.measure {
        Measure::People => {
            ("people-hours", "Loss compared: weighted people-hours without power and services")
        }
        Measure::Energy => {
            ("MWh", "Loss compared: energy not supplied, MWh, weighted by priority of place")
        }
    };
    html! {
        section #compare {
            h2 { "Is it a good plan?" }
            p { (verdict(view)) }
            table.bars {
                caption { (title) }
                thead.hidden { tr { th scope="col" { "Way of repairing" } th scope="col" { (unit) } th scope="col" { "Bar" } } }
                tbody {
                    @for (i, (name, value)) in rows.iter().enumerate() {
                        tr.ours[i == 3] {
                            th scope="row" { (name) }
                            td.num { (about(*value)) }
                            td.bar aria-hidden="true" {
                                div style=(format!("width:{:.2}%", share(*value, most))) {}
                                @if bounded(view) {
                                    i style=(format!("left:{:.2}%", share(plan.bound.weighted, most))) {}
                                }
                            }
                        }
                    }
                }
            }
            @if bounded(view) {
                p.key { i {} " No plan can lose less than " (about(plan.bound.weighted)) " " (unit) "." }
            }
            @if view.scenario.measure == Measure::People {
                p.small { "Weights set by the requesting country: " (weights(view)) ". They steer the plan; the figures at the top of this page are not weighted, and people without power, heat and water are never added up there." }
            }
            details {
                summary { "Figures for engineers" }
                dl.facts {
                    dt { "Objective, weighted" } dd { (whole(ours)) " " (unit) }
                    dt { "Unserved energy" } dd { (whole(plan.objective.unserved_mwh)) " MWh" }
                    @if bounded(view) {
                        dt { "Lower bound" } dd {
                            (whole(plan.bound.weighted)) " " (unit) " (method " code { (plan.bound.method) } ", "
                            @if plan.bound.complete { "run to its end" } @else { "stopped early" } ")"
                        }
                        dt { "Gap" } dd { (percent(plan.bound.gap)) " of the plan's own loss" }
                    } @else {
                        dt { "Lower bound" } dd { "none claimed" }
                    }
                }
            }
        }
    }
}

fn share(value: f64, most: f64) -> f64 {
    if most > 0.0 { (value / most * 100.0).clamp(0.0, 100.0) } else { 0.0 }
}

/// Whether there is a bound worth the name.
fn bounded(view: View) -> bool {
    view.plan.bound.method != "none" && view.plan.bound.weighted > 0.0
}

fn verdict(view: View) -> String {
    let plan = view.plan;
    let ours = plan.objective.weighted;
    let mut text = String::new();
    for (name, other) in [
        ("making no repairs", plan.baseline.no_repair.weighted),
        ("working down the list of jobs", plan.baseline.input_order.weighted),
    ] {
        if other > 0.0 && ours <= other {
            if !text.is_empty() {
                text += " and ";
            }
            let _ = write!(text, "{} less than {name}", percent(1.0 - ours / other));
        }
    }
    if !text.is_empty() {
        text = format!("This plan loses {text}. ");
    }
    if bounded(view) {
        if plan.bound.gap <= 5e-4 {
            text + "It is proven that no plan does better."
        } else {
            text + &format!(
                "No plan whatever can lose less than {} of what this one loses: that is all that a better plan could still win.",
                percent(1.0 - plan.bound.gap)
            )
        }
    } else if ours == 0.0 {
        text + "Nothing is lost: no plan does better."
    } else {
        text + "How far it is from the best plan there could be is not known: no bound was computed."
    }
}

fn weights(view: View) -> String {
    let w = &view.scenario.weights;
    let mut all = vec![format!("people at home × {}", w.residents)];
    all.extend(w.services.iter().map(|(s, v)| format!("{s} × {v}")));
    all.join(", ")
}
