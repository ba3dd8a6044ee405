//! What the plan cannot do, and why.

use maud::{Markup, html};
use relight_restore::plan::AcVerdict;

use super::people;
use crate::view::View;
use crate::words::mw;

/// More rows than this are folded away.
const SHOWN: usize = 5;

pub(super) fn section(view: View) -> Markup {
    let plan = view.plan;
    let lost = &plan.unrecoverable;
    let beyond = lost.mw > 1e-6 || lost.people >= 0.5;
    let failing = plan.states.iter().filter(|s| s.ac.verdict == AcVerdict::Fails).count();
    let nothing =
        !beyond && failing == 0 && plan.unmatched.is_empty() && plan.unscheduled.is_empty();
    html! {
        section #limits {
            h2 { "What this plan cannot do, and why" }
            @if nothing {
                p { "Every job is planned, every need is filled, and finished repairs bring back all load." }
            }
            @if failing > 0 {
                h3 { "Grid states that are not shown to work" }
                p {
                    (failing) " of " (plan.states.len()) " states of the grid did not pass the full (AC) power flow. "
                    "Before a step that leads into one of them is taken, engineers should look at it: "
                    a href="#states" { "the states and what is wrong with them" } "."
                }
            }
            @if beyond {
                h3 { "Beyond any plan" }
                p {
                    (mw(lost.mw)) " MW"
                    @if lost.people >= 0.5 { " (" (people(lost.people)) ")" }
                    " stay without supply even with every possible job finished."
                }
                @if !lost.buses.is_empty() {
                    details {
                        summary { "Where: " (lost.buses.len()) " buses" }
                        p.ids {
                            @for (i, &b) in lost.buses.iter().enumerate() {
                                @if i > 0 { ", " }
                                (view.bus(b))
                                @if let Some(site) = view.site(view.scenario.buses.get(b).and_then(|b| b.site)) { " " (site) }
                            }
                        }
                    }
                }
            }
            @if !plan.unmatched.is_empty() {
                h3 { "Needs without equipment (" (plan.unmatched.len()) ")" }
                (rows("Needs that no offer fills", "Need", &plan.unmatched.iter().map(|u| {
                    (view.need(u.need), need_words(view, u.need), u.reasons.as_slice())
                }).collect::<Vec<_>>()))
            }
            @if !plan.unscheduled.is_empty() {
                h3 { "Jobs not in the plan (" (plan.unscheduled.len()) ")" }
                (rows("Jobs that are not planned", "Job", &plan.unscheduled.iter().map(|u| {
                    (view.job(u.job), job_words(view, u.job), u.reasons.as_slice())
                }).collect::<Vec<_>>()))
            }
        }
    }
}

fn rows(caption: &str, noun: &str, all: &[(&str, String, &[String])]) -> Markup {
    let head = html! { caption.hidden { (caption) } thead { tr { th scope="col" { (noun) } th scope="col" { "What" } th scope="col" { "Why" } } } };
    let row = |(id, what, why): &(&str, String, &[String])| {
        html! { tr { th scope="row" { code { (id) } } td { (what) } td { (why.join("; ")) } } }
    };
    let (first, rest) = all.split_at(all.len().min(SHOWN));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) { table { (head) tbody { @for r in first { (row(r)) } } } }
        @if !rest.is_empty() {
            details {
                summary { (rest.len()) " more" }
                div.scroll tabindex="0" role="region" aria-label=(caption) { table { (head) tbody { @for r in rest { (row(r)) } } } }
            }
        }
    }
}

/// The element and site that a job restores.
pub(super) fn job_words(view: View, job: usize) -> String {
    let s = view.scenario;
    let Some(damage) = s.jobs.get(job).and_then(|j| s.damages.get(j.damage)) else {
        return String::new();
    };
    let element = view.element(damage.element);
    view.site(damage.site).map_or(element.clone(), |site| format!("{element}, {site}"))
}

/// What a need asks for.
pub(super) fn need_words(view: View, need: usize) -> String {
    let Some(n) = view.scenario.needs.get(need) else { return String::new() };
    let place = view
        .scenario
        .jobs
        .get(n.job)
        .and_then(|j| view.scenario.damages.get(j.damage))
        .and_then(|d| view.site(d.site));
    let what = n.item.to_string();
    let what = if n.count == 1 { what } else { format!("{} × {what}", n.count) };
    place.map_or(what.clone(), |p| format!("{what}, for {p}"))
}
