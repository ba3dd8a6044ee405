//! How bad it gets: distributions of people-hours by service, policy and region.

use maud::{Markup, html};
use relight_study::stats::Spread;
use relight_study::summary::Summary;

use super::{measure, signed};
use crate::words::about;

pub(super) fn section(s: &Summary) -> Markup {
    html! {
        section #spread {
            h2 { "How bad does it get?" }
            p {
                "People-hours lost in an event, from the first hour to the last day. The bar holds nine events in ten, its dark "
                "part every second one; the line in it is the median, the diamond the mean, the open circle the mean of the "
                "worst twentieth. Services are never added up."
            }
            @for (m, word) in s.measures.iter().enumerate() {
                (strips(s, word, &s.policies.iter().map(|p| &p.lost[m].all).collect::<Vec<_>>()))
            }
            details {
                summary { "All figures" }
                @for (m, word) in s.measures.iter().enumerate() {
                    (table(s, &format!("{}: people-hours an event", measure(word)), m))
                }
            }
        }
    }
}

fn strips(s: &Summary, word: &str, spreads: &[&Spread]) -> Markup {
    let most = spreads.iter().map(|x| x.worst.mean.max(x.quantiles[4]).max(x.mean.mean));
    let most = most.fold(0.0, f64::max);
    html! {
        figure.strips {
            figcaption { (measure(word)) }
            @if most < 0.5 {
                p.small { "Nothing is lost in any of the events." }
            } @else {
                @for (policy, x) in s.policies.iter().zip(spreads) {
                    div.strip-row {
                        span.strip-name { (policy.policy) }
                        (strip(x, most * 1.02))
                        span.strip-value { (about(x.mean.mean)) " " span.small { "mean" } }
                    }
                }
                div.strip-row.strip-axis aria-hidden="true" {
                    span {}
                    div.strip-ends { span { "0" } span { (about(most)) } }
                    span {}
                }
            }
        }
    }
}

fn strip(x: &Spread, most: f64) -> Markup {
    let at = |v: f64| (v / most * 100.0).clamp(0.0, 100.0);
    let [low, quarter, median, three, high] = x.quantiles.map(at);
    let between = |a: f64, b: f64| format!("left:{a:.2}%;width:{:.2}%", (b - a).max(0.4));
    let place = |v: f64| format!("left:{v:.2}%");
    html! {
        div.strip role="img" aria-label=(said(x)) {
            i.nine style=(between(low, high)) {}
            i.half style=(between(quarter, three)) {}
            b.median style=(place(median)) {}
            b.mean style=(place(at(x.mean.mean))) {}
            b.worst style=(place(at(x.worst.mean))) {}
        }
    }
}

fn said(x: &Spread) -> String {
    format!(
        "mean {}, median {}, nine in ten from {} to {}, worst twentieth {}",
        about(x.mean.mean),
        about(x.median()),
        about(x.quantiles[0]),
        about(x.quantiles[4]),
        about(x.worst.mean)
    )
}

fn table(s: &Summary, caption: &str, m: usize) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.figures {
                caption { (caption) }
                thead { tr {
                    th scope="col" { "Policy" } (heads())
                } }
                tbody {
                    @for held in &s.policies {
                        tr { th scope="row" { (held.policy) } (cells(&held.lost[m].all)) }
                    }
                }
            }
        }
    }
}

fn heads() -> Markup {
    html! {
        th.num scope="col" { "Mean" } th.num scope="col" { "Range of the mean" }
        th.num scope="col" { "5 %" } th.num scope="col" { "Median" } th.num scope="col" { "95 %" }
        th.num scope="col" { "Worst twentieth" } th.num scope="col" { "Largest" }
    }
}

fn cells(x: &Spread) -> Markup {
    let range = |low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", signed(low.max(0.0)), signed(high)),
        _ => "–".to_owned(),
    };
    html! {
        td.num { (about(x.mean.mean)) }
        td.num { (range(x.mean.low(), x.mean.high())) }
        td.num { (about(x.quantiles[0])) } td.num { (about(x.median())) } td.num { (about(x.quantiles[4])) }
        td.num { (about(x.worst.mean)) } td.num { (about(x.most)) }
    }
}

/// Where it hurts: regions by what they lose of each measure.
pub(super) fn regions(s: &Summary) -> Markup {
    html! {
        section #regions {
            h2 { "Which regions are at risk?" }
            p {
                "Of “" (s.policies[s.leader].policy) "”: the mean of all events, and of the worst twentieth of each region. "
                "A region whose second figure is many times its first is rarely hit, and then hard."
            }
            @for (m, word) in s.measures.iter().enumerate() {
                details open[m == 0] {
                    summary { (measure(word)) }
                    (region_table(s, m, word))
                }
            }
        }
    }
}

fn region_table(s: &Summary, m: usize, word: &str) -> Markup {
    let lost = &s.policies[s.leader].lost[m];
    let mut places: Vec<usize> =
        (0..lost.regions.len()).filter(|&r| lost.regions[r].most > 0.0).collect();
    places.sort_by(|&a, &b| {
        lost.regions[b].mean.mean.total_cmp(&lost.regions[a].mean.mean).then(a.cmp(&b))
    });
    let most = lost.regions.iter().map(|x| x.worst.mean).fold(0.0, f64::max).max(1.0);
    let caption = format!("{} by region: people-hours an event", measure(word));
    html! {
        @if places.is_empty() {
            p.small { "Nothing is lost." }
        } @else {
            div.scroll tabindex="0" role="region" aria-label=(caption) {
                table.bars.regions {
                    caption { (caption) }
                    thead { tr {
                        th scope="col" { "Region" } th.num scope="col" { "Mean" } th.num scope="col" { "Worst twentieth" }
                        th scope="col" { span.hidden { "Bar" } }
                        @for (p, held) in s.policies.iter().enumerate() {
                            @if p != s.leader { th.num.other scope="col" { "“" (held.policy) "”: mean" } }
                        }
                    } }
                    tbody {
                        @for r in places {
                            tr {
                                th scope="row" { (s.regions[r]) }
                                td.num { (about(lost.regions[r].mean.mean)) }
                                td.num { (about(lost.regions[r].worst.mean)) }
                                td.pairbar aria-hidden="true" {
                                    div.tail style=(format!("width:{:.1}%", lost.regions[r].worst.mean / most * 100.0)) {}
                                    div.mean style=(format!("width:{:.1}%", lost.regions[r].mean.mean / most * 100.0)) {}
                                }
                                @for (p, held) in s.policies.iter().enumerate() {
                                    @if p != s.leader { td.num.other { (about(held.lost[m].regions[r].mean.mean)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
