//! What to ask for next: the list for the next call to partners.

use maud::{Markup, html};
use relight_restore::ask::Ask;
use relight_restore::scenario::Measure;

use super::{by, count};
use crate::asks::{evidence, regions, what as words};
use crate::view::View;
use crate::words::{about, whole};

/// More rows than this are folded away.
const SHOWN: usize = 8;

/// Nothing where nobody looked.
pub(super) fn section(view: View) -> Markup {
    let Some(asks) = &view.plan.asks else { return html! {} };
    let mut classes: Vec<Vec<&Ask>> = Vec::new();
    for ask in &asks.rows {
        match classes.last_mut() {
            Some(class) if class[0].rank == ask.rank => class.push(ask),
            _ => classes.push(vec![ask]),
        }
    }
    let first = asks.rows.iter().map(|a| a.arrival).min();
    let mut later: Vec<u32> = asks.rows.iter().map(|a| a.arrival).collect();
    later.sort_unstable();
    later.dedup();
    later.retain(|a| Some(*a) != first);
    let unit = unit(view);
    html! {
        section #asks {
            h2 { "What to ask for next" }
            @if let (Some(best), Some(first)) = (classes.first(), first) {
                p.lead { (lead(view, best, first)) }
                p {
                    "What one more, two more and five more of each would save if they came by " (by(view, first)) ", and one if it came later. "
                    "Each figure is the difference between two whole plans, with and without, made with the same effort"
                    @if view.scenario.measure == Measure::People { "; people-hours are weighted as set by the requesting country" }
                    "."
                }
                @let (shown, rest) = classes.split_at(classes.len().min(SHOWN));
                (rows(view, shown, first, &later))
                @if !rest.is_empty() {
                    details { summary { (rest.len()) " more" } (rows(view, rest, first, &later)) }
                }
                p.small {
                    "Savings of rows do not add up: two things may serve the same place. A range is that of " (asks.seeds) " re-plans with different seeds. "
                    "More, or sooner, is never worth less. Classes and regions only: this list names no site. "
                    @if asks.left_aside > 0 { (count(asks.left_aside, "other class")) " promised less and were left aside. " }
                    "Savings are measured from a plan that loses " (about(asks.cost)) " " (unit) "."
                }
            } @else if asks.complete {
                p { "Nothing is short: no piece of equipment, team or lorry of diesel that could be asked for was found to bring anybody power, heat or water back sooner." }
            }
            @if !asks.complete {
                p { "The search was ended early: what stands here is what was found by then." }
            }
        }
    }
}

fn unit(view: View) -> &'static str {
    match view.scenario.measure {
        Measure::People => "weighted people-hours",
        Measure::Energy => "MWh, weighted by priority of place",
    }
}

/// The first line of the list as a sentence.
fn lead(view: View, class: &[&Ask], first: u32) -> String {
    let at_first = || class.iter().filter(|a| a.arrival == first);
    let of = |a: &&&Ask| a.weighted / f64::from(a.count.max(1));
    // The first of equals: one, where two bring no more each.
    let best = at_first().rev().max_by(|a, b| of(a).total_cmp(&of(b)));
    let Some(ask) = best else { return String::new() };
    let what = words(view, &ask.parts);
    let what = if ask.count == 1 { what } else { format!("{} times {what}", ask.count) };
    let saves = format!("{} {}", about(ask.weighted), unit(view));
    format!("Ask first for: {what}. There by {}, it saves {saves}.", by(view, first))
}

fn rows(view: View, classes: &[Vec<&Ask>], first: u32, later: &[u32]) -> Markup {
    let counts = [1, 2, 5];
    html! {
        div.scroll tabindex="0" role="region" aria-label="What to ask for next" {
            table.asks {
                caption { "Saved, " (unit(view)) }
                thead { tr {
                    th scope="col" { "Ask for" }
                    @for n in counts { th.num scope="col" { (whole(f64::from(n))) " by " (view.step(first)) } }
                    @for &step in later { th.num scope="col" { "1 by " (view.step(step)) } }
                    th.num scope="col" { "Per tonne" }
                    th scope="col" { "How sure" }
                } }
                tbody {
                    @for class in classes {
                        @let find = |n: u32, step: u32| class.iter().find(|a| (a.count, a.arrival) == (n, step));
                        tr {
                            th scope="row" { (what(view, class)) }
                            @for n in counts { td.num { (value(find(n, first).copied())) } }
                            @for &step in later { td.num { (value(find(1, step).copied())) } }
                            td.num { (find(1, first).and_then(|a| a.per_tonne()).map_or("–".into(), about)) }
                            td { (find(1, first).or(class.first()).map_or("", |a| evidence(a))) }
                        }
                    }
                }
            }
        }
    }
}

/// What it is, where it is put to use, and whom it helps.
fn what(view: View, class: &[&Ask]) -> Markup {
    let best = class.iter().max_by(|a, b| a.weighted.total_cmp(&b.weighted));
    html! {
        (words(view, &class[0].parts))
        @if let Some(best) = best {
            @let regions = regions(view, best);
            @if !regions.is_empty() { br; span.small { "Goes to " (regions.join(", ")) } }
        }
        @if let Some(one) = class.first() {
            @if one.litres >= 1.0 { br; span.small { "One uses " (whole(one.litres)) " litres of diesel" } }
            @let split = split(one);
            @if !split.is_empty() { br; span.small { (split) } }
        }
    }
}

/// The saving by service, unweighted: `unweighted: power 120,000, heat 3,000 people-hours`.
fn split(ask: &Ask) -> String {
    let power = ("power at home", ask.saved.unserved_people_hours);
    let services = ask.saved.by_service.iter().map(|(s, v)| (s.as_str(), *v));
    let parts: Vec<String> = std::iter::once(power)
        .chain(services)
        .filter(|(_, v)| v.abs() >= 0.5)
        .map(|(s, v)| format!("{s} {}", about(v)))
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("One, unweighted people-hours: {}", parts.join(", "))
}

fn value(ask: Option<&Ask>) -> Markup {
    let Some(ask) = ask else { return html! { "–" } };
    let wide = ask.high - ask.low > 0.02 * ask.weighted;
    html! {
        (about(ask.weighted))
        @if wide { br; span.small { (about(ask.low)) " to " (about(ask.high)) } }
    }
}
