//! Equipment: for each need what is chosen, and why the other offers do not serve.

use maud::{Markup, html};
use relight_catalogue::{Check, Verdict};
use relight_restore::plan::MatchRow;

use super::limits::{job_words, need_words};
use crate::view::View;
use crate::words::figure;

/// More open needs than this are folded away.
const SHOWN: usize = 3;

pub(super) fn section(view: View) -> Markup {
    let s = view.scenario;
    html! {
        section #equipment {
            h2 { "Equipment: what goes where, and why" }
            @if s.needs.is_empty() {
                p { "No job of this scenario waits for equipment." }
            } @else {
                p {
                    (filled(view)) " Each offer was held against each place that needs one of its kind; the checks that it does not simply pass are listed with value and limit."
                }
                @let (open, filled) = (0..s.needs.len()).partition::<Vec<_>, _>(|n| is_open(view, *n));
                @for need in filled { (one(view, need)) }
                @if !open.is_empty() {
                    details open[open.len() <= SHOWN] {
                        summary.heading { "Why nothing serves the needs that stay open (" (open.len()) ")" }
                        @for need in open { (one(view, need)) }
                    }
                }
            }
        }
    }
}

fn is_open(view: View, need: usize) -> bool {
    view.plan.unmatched.iter().any(|u| u.need == need)
}

fn filled(view: View) -> String {
    let (all, open) = (view.scenario.needs.len(), view.plan.unmatched.len());
    match open {
        0 if all == 1 => "The one need is filled.".into(),
        0 => format!("All {all} needs are filled."),
        _ => format!("{} of {all} needs are filled.", all.saturating_sub(open)),
    }
}

fn one(view: View, need: usize) -> Markup {
    let rows: Vec<&MatchRow> = view.plan.matches.iter().filter(|m| m.need == need).collect();
    let (chosen, mut others): (Vec<&MatchRow>, Vec<_>) =
        rows.into_iter().partition(|m| m.chosen > 0);
    // The best of those not taken first; offers of one verdict stay in file order.
    others.sort_by_key(|m| m.result.verdict);
    let job = view.scenario.needs.get(need).map(|n| n.job);
    html! {
        article.need {
            h3 {
                code { (view.need(need)) } " " (need_words(view, need))
            }
            @if let Some(job) = job {
                p.small { "For job " code { (view.job(job)) } ": " (job_words(view, job)) }
            }
            @for m in &chosen { (taken(view, m)) }
            @if chosen.is_empty() {
                @if let Some(u) = view.plan.unmatched.iter().find(|u| u.need == need) {
                    p.open { strong { "Not filled. " } (u.reasons.join("; ")) }
                } @else {
                    p.open { strong { "No offer is taken." } }
                }
            }
            @if !others.is_empty() { (rest(view, &others)) }
        }
    }
}

fn taken(view: View, m: &MatchRow) -> Markup {
    let offer = view.scenario.offers.get(m.offer);
    html! {
        p.taken {
            span.badge.good { span aria-hidden="true" { "✓" } " chosen" } " "
            (m.chosen) " × " code { (view.offer(m.offer)) }
            @if let Some(o) = offer {
                @if !o.donor.is_empty() { " from " strong { (o.donor) } }
                ": " (o.item) "; " (o.status.word())
                ", there on " (view.step(o.arrival())) " (" (view.date(o.arrival())) ")"
            }
            "; " (m.result.verdict.words())
            @if let Some(mva) = m.result.usable_mva { ", carries " (figure(mva)) " MVA" }
            "."
        }
        @if m.result.checks.iter().any(|c| c.verdict != Verdict::Fits) {
            ul.checks { (checks(&m.result.checks)) }
        }
    }
}

fn rest(view: View, others: &[&MatchRow]) -> Markup {
    let fit = others.iter().filter(|m| m.result.verdict <= Verdict::FitsDerated).count();
    html! {
        details {
            summary {
                (others.len()) " other offer" @if others.len() != 1 { "s" }
                @if fit > 0 { ", " (fit) " of which would fit" } @else { ", none of which is shown to fit" }
            }
            div.scroll tabindex="0" role="region" aria-label=(format!("Other offers for {}", view.need(others[0].need))) {
                table {
                    caption.hidden { "Offers not taken" }
                    thead { tr { th scope="col" { "Offer" } th scope="col" { "Donor" } th scope="col" { "What" } th scope="col" { "Verdict" } th scope="col" { "Why" } } }
                    tbody {
                        @for m in others {
                            @let offer = view.scenario.offers.get(m.offer);
                            tr {
                                th scope="row" { code { (view.offer(m.offer)) } }
                                td { @if let Some(o) = offer { (o.donor) } }
                                td { @if let Some(o) = offer { (o.item) } }
                                td { (verdict(m.result.verdict)) }
                                td.wide {
                                    @if m.result.checks.iter().all(|c| c.verdict == Verdict::Fits) {
                                        "Passes every check. Not taken here: its pieces are used elsewhere, or another suits the plan better."
                                    } @else {
                                        ul.checks { (checks(&m.result.checks)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn verdict(verdict: Verdict) -> Markup {
    let (class, sign) = match verdict {
        Verdict::Fits => ("good", "✓"),
        Verdict::FitsDerated => ("warn", "±"),
        Verdict::NotKnown => ("none", "?"),
        Verdict::DoesNotFit => ("bad", "✗"),
    };
    html! { span class=(format!("badge {class}")) { span aria-hidden="true" { (sign) } " " (verdict.words()) } }
}

/// The checks that are not simply passed.
fn checks(all: &[Check]) -> Markup {
    html! {
        @for c in all.iter().filter(|c| c.verdict != Verdict::Fits) {
            li title=[Some(c.source).filter(|s| !s.is_empty())] {
                strong { (c.name.replace('_', " ")) }
                @if let Some(v) = c.value { " " (figure(v)) (unit(c.unit)) }
                @if let Some(l) = c.limit {
                    @if c.value.is_some() { " against " } @else { ", asked: " }
                    (figure(l)) (unit(c.unit))
                }
                @if !c.note.is_empty() { ". " (c.note) }
            }
        }
    }
}

fn unit(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!("\u{a0}{unit}") }
}
