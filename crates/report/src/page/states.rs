//! The table of grid states with the verdict of the AC check.

use maud::{Markup, html};
use relight_restore::plan::{AcCheck, AcVerdict, LimitBroken, PlanState};

use super::count;
use crate::tables::has_solution;
use crate::view::View;
use crate::words::{figure, mw, whole};

/// More states than this are folded away.
const SHOWN: usize = 12;

pub(super) fn section(view: View) -> Markup {
    let states = &view.plan.states;
    html! {
        section #states {
            h2 { "The grid, state by state" }
            p { (verdicts(view)) }
            @if states.len() > SHOWN {
                details { summary { "All " (states.len()) " states" } (table(view)) }
            } @else {
                (table(view))
            }
        }
    }
}

fn verdicts(view: View) -> String {
    let states = &view.plan.states;
    let of = |v: AcVerdict| states.iter().filter(|s| s.ac.verdict == v).count();
    let (holds, corrected, fails, skipped) = (
        of(AcVerdict::Holds),
        of(AcVerdict::Corrected),
        of(AcVerdict::Fails),
        of(AcVerdict::Skipped),
    );
    let mut text =
        format!("The grid passes through {} in this plan. ", count(states.len(), "state"));
    if skipped == states.len() {
        return text
            + "None was checked by a full (AC) power flow: voltages and reactive power are not known.";
    }
    text += "A full (AC) power flow of each says whether it can really be run: ";
    let mut parts = Vec::new();
    for (n, words) in [
        (holds, "as planned"),
        (corrected, "after shedding or shifting some load"),
        (fails, "not shown to work"),
        (skipped, "not checked"),
    ] {
        if n > 0 {
            parts.push(format!("{n} {words}"));
        }
    }
    text + &parts.join(", ") + "."
}

fn table(view: View) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table of grid states" {
            table.states {
                caption { "Load in MW. Loading is of the most loaded line or transformer; voltages are per unit of nominal." }
                thead {
                    tr {
                        th scope="col" { "From" } th scope="col" { "Date" }
                        th.num scope="col" { "Supplied" } th.num scope="col" { "Not supplied" }
                        th.num scope="col" { "People without power" }
                        th scope="col" { "AC check" } th.num scope="col" { "Loading" }
                        th.num scope="col" { "Voltage" } th scope="col" { "Worst, or why" }
                    }
                }
                tbody { @for s in &view.plan.states { (row(view, s)) } }
            }
        }
    }
}

fn row(view: View, s: &PlanState) -> Markup {
    let ac = &s.ac;
    html! {
        tr {
            th scope="row" { (view.step(s.from)) }
            td { (view.date(s.from)) }
            td.num { (mw(s.served_mw)) }
            td.num { (mw(s.shed_mw)) }
            td.num { @if view.has_people() { (whole(s.people_without_power)) } @else { "–" } }
            td { (badge(ac.verdict)) }
            td.num { @if has_solution(ac) { (whole(ac.max_loading_pct)) " %" } @else { "–" } }
            td.num { @if has_solution(ac) { (format!("{:.3}–{:.3}", ac.vm_min_pu, ac.vm_max_pu)) } @else { "–" } }
            td.wide { (why(view, ac)) }
        }
    }
}

fn badge(verdict: AcVerdict) -> Markup {
    let (class, sign, words) = match verdict {
        AcVerdict::Holds => ("good", "✓", "holds"),
        AcVerdict::Corrected => ("warn", "±", "corrected"),
        AcVerdict::Fails => ("bad", "✗", "fails"),
        AcVerdict::Skipped => ("none", "–", "not checked"),
    };
    html! { span class=(format!("badge {class}")) { span aria-hidden="true" { (sign) } " " (words) } }
}

fn why(view: View, ac: &AcCheck) -> Markup {
    let excess = |v: &LimitBroken| {
        if v.limit == 0.0 {
            (v.value - v.limit).abs()
        } else {
            ((v.value - v.limit) / v.limit).abs()
        }
    };
    let worst = ac.violations.iter().max_by(|a, b| excess(a).total_cmp(&excess(b)));
    html! {
        @if let Some(v) = worst {
            (view.element(v.element)) ": " (v.quantity) " " (figure(v.value)) " against " (figure(v.limit)) " " (v.unit)
            @if ac.violations.len() > 1 { " and " (ac.violations.len() - 1) " more" }
            @if !ac.note.is_empty() { ". " }
        }
        (ac.note)
        @if ac.verdict == AcVerdict::Corrected { " " (mw(ac.served_mw)) " MW left supplied." }
    }
}
