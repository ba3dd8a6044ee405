//! Which policy holds best: differences on the same events.

use maud::{Markup, html};
use relight_study::summary::{Pair, Summary};

use super::{axis, bounds, forest, measure, signed};
use crate::words::percent;

pub(super) fn section(s: &Summary) -> Markup {
    if s.pairs.is_empty() {
        return html! {};
    }
    let best = &s.policies[s.leader];
    let range = axis(s.pairs.iter().map(|p| &p.weighted));
    html! {
        section #best {
            h2 { "Which policy holds best?" }
            p {
                "How much more each of the others loses than “" (best.policy) "”, event by event: what an event does "
                "to both alike falls out. "
                @if s.stopped_early { "The study ended by itself after " (s.scenarios_run) " events, when all of this was certain." }
                @else if !s.certain { "All " (s.scenarios_run) " events that were asked for were run; more would make the ranges narrower." }
            }
            div.scroll tabindex="0" role="region" aria-label="Table of differences between policies" {
                table.forests {
                    caption { "Lost more than by “" (best.policy) "”, " (s.unit) " an event; all of these ranges hold at once with " (percent(s.confidence)) " confidence" }
                    thead { tr {
                        th scope="col" { "Policy" } th.num scope="col" { "Mean" } th.wide-bar scope="col" { "Range" }
                        th scope="col" { "Certain?" } th.num scope="col" { "Worse in" } th.num scope="col" { "Same in" }
                    } }
                    tbody { @for pair in &s.pairs { (row(s, pair, range)) } }
                }
            }
            details {
                summary { "By service, unweighted" }
                div.scroll tabindex="0" role="region" aria-label="Table of differences by service" {
                    table {
                        caption { "Lost more than by “" (best.policy) "”, people-hours an event" }
                        thead { tr {
                            th scope="col" { "Policy" }
                            @for m in &s.measures { th.num scope="col" { (measure(m)) } }
                        } }
                        tbody {
                            @for pair in &s.pairs {
                                tr {
                                    th scope="row" { (s.policies[pair.other].policy) }
                                    @for lost in &pair.lost {
                                        td.num { (signed(lost.mean)) br; span.small { (bounds(lost).trim()) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            details open[s.policies.len() <= 3] {
                summary { "What each policy does" }
                dl.facts {
                    @for held in &s.policies { dt { (held.policy) } dd { (held.words) } }
                }
            }
        }
    }
}

fn row(s: &Summary, pair: &Pair, range: (f64, f64)) -> Markup {
    html! {
        tr {
            th scope="row" { (s.policies[pair.other].policy) }
            td.num { (signed(pair.weighted.mean)) }
            td.wide-bar {
                (forest(&pair.weighted, range, if pair.certain { "sure" } else { "" }))
                span.small { (bounds(&pair.weighted).trim()) }
            }
            td {
                @if pair.certain { span.badge.good { "yes" } }
                @else if pair.same > 0.999 { span.badge { "no difference" } }
                @else { span.badge.warn { "not yet" } }
            }
            td.num { (percent(pair.worse)) }
            td.num { (percent(pair.same)) }
        }
    }
}
