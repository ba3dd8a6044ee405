//! What was sampled, and how to read what comes of it.

use maud::{Markup, html};
use relight_study::summary::Summary;

use crate::words::{about, percent, whole};

pub(super) fn hazards(s: &Summary) -> Markup {
    html! {
        section #hazards {
            h2 { "Which events were drawn?" }
            div.scroll tabindex="0" role="region" aria-label="Table of hazards" {
                table {
                    caption { "Means of the events within reach" }
                    thead { tr {
                        th scope="col" { "Hazard" } th scope="col" { "How bad" } th.num scope="col" { "Odds" } th.num scope="col" { "Events" }
                        th.num scope="col" { "Out of reach" } th.num scope="col" { "Elements out" } th.num scope="col" { "Transformers lost" } th.num scope="col" { "Lines down" }
                    } }
                    tbody {
                        @for h in &s.hazards {
                            tr {
                                th scope="row" { (h.hazard) } td { (h.severity) } td.num { (percent(h.share)) }
                                td.num { (whole(h.scenarios as f64)) }
                                td.num { @if h.out_of_reach > 0 { span.badge.warn { (whole(h.out_of_reach as f64)) } } @else { "0" } }
                                td.num { (about(h.elements)) } td.num { (format!("{:.1}", h.transformers)) } td.num { (about(h.lines)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn method(s: &Summary) -> Markup {
    html! {
        section #method {
            h2 { "How to read this" }
            ul.warnings {
                li { "Events are sampled, not chosen. Nothing was searched for what would do most harm, and the worst of these is not the worst there can be." }
                li { "Every policy meets the same events, and the same promises are kept or broken in each. Differences between policies are therefore far surer than the losses themselves." }
                li { "An event is followed by rule, without the search of a plan, so losses are higher than those of a plan for it. Promises are known to be kept or not before repairs are put in order, which flatters every policy alike." }
                li {
                    "Ranges hold the true mean with " (percent(s.confidence)) " confidence however often one looks and whenever one stops (asymptotic confidence sequences; Waudby-Smith and others, Annals of Statistics 2024). "
                    "They are wider than ranges that allow a single look. They rest on many events: with a few dozen, a rare and very large loss may be missing altogether."
                }
                li { "They say how much of a figure is chance of this sample. They do not say how well the hazards, the fragility of equipment and the times of repair are known: these are published estimates, marked in the documentation." }
            }
            details {
                summary { "Figures for engineers" }
                dl.facts {
                    dt { "Scenario" } dd { (s.scenario) }
                    dt { "Digest, without damage" } dd { code { (s.digest) } }
                    dt { "Seed" } dd { (s.seed) }
                    dt { "Events asked for, run, counted" } dd { (whole(s.scenarios_asked as f64)) ", " (whole(s.scenarios_run as f64)) ", " (whole(s.scenarios_counted as f64)) }
                    @for held in &s.policies {
                        dt { (held.policy) } dd { (whole(held.weighted.mean.mean)) " " (s.unit) " and " (whole(held.unserved_mwh.mean.mean)) " MWh not supplied an event, on average" }
                    }
                    dt { "Files" } dd { code { "results.parquet" } ", " code { "losses.parquet" } ", " code { "probes.parquet" } ", " code { "study.json" } }
                }
            }
        }
    }
}
