//! Equipment: what to hold ready, what decides, what was lacking.

use maud::{Markup, html};
use relight_study::stats::Interval;
use relight_study::summary::{Prepared, Summary};

use super::{axis, bounds, forest, measure, signed};
use crate::words::{about, percent, whole};

/// Rows before the rest is folded away.
const SHOWN: usize = 12;

pub(super) fn ready(s: &Summary) -> Markup {
    let Some(ready) = &s.ready else { return html! {} };
    html! {
        section #ready {
            h2 { "What should lie ready, and where?" }
            p {
                "Pieces were chosen one after the other on " (whole(ready.chosen_on as f64)) " events, each time the one that saves most with those "
                "before it, by planning all of them again. What they save was measured on " (whole(ready.measured_on as f64)) " other events, under “"
                (s.policies[0].policy) "”. A piece is used at once in its region, and " (steps(s, ready)) " later elsewhere."
            }
            @if ready.pieces.is_empty() {
                p { span.badge { "Nothing" } " None of the " (ready.tried.len()) " pieces that were tried saves anything." }
            } @else {
                (pieces(s, ready))
            }
            details {
                summary { "All that was tried for the first piece" }
                p.small { "On the events that the choice was made on: the best of many always look better than they are." }
                div.scroll tabindex="0" role="region" aria-label="Table of pieces that were tried" {
                    table {
                        thead { tr { th scope="col" { "Piece" } th scope="col" { "Region" } th.num scope="col" { "Saves an event, " (s.unit) } } }
                        tbody {
                            @for t in &ready.tried {
                                tr { th scope="row" { (t.what) } td { (t.region) } td.num { (signed(t.gain)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn steps(s: &Summary, ready: &Prepared) -> String {
    let hours = f64::from(ready.elsewhere_steps) * s.step_hours;
    if hours >= 48.0 {
        format!("{} days", about(hours / 24.0))
    } else {
        format!("{} hours", about(hours))
    }
}

fn pieces(s: &Summary, ready: &Prepared) -> Markup {
    let range = axis(ready.pieces.iter().map(|p| &p.together));
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table of what to hold ready" {
            table.forests {
                caption { "Saved by this piece and those above it, " (s.unit) " an event" }
                thead { tr {
                    th scope="col" { "Piece" } th scope="col" { "Region" } th.num scope="col" { "Saves" } th.wide-bar scope="col" { "Range" }
                    th.num scope="col" { "Power at home" }
                } }
                tbody {
                    @for (k, piece) in ready.pieces.iter().enumerate() {
                        tr {
                            th scope="row" { (k + 1) ". " (piece.what) br; span.small { (piece.plate) } }
                            td { (piece.region) }
                            td.num { (signed(piece.together.mean)) }
                            td.wide-bar {
                                (forest(&piece.together, range, tone(&piece.together)))
                                span.small { (bounds(&piece.together).trim()) }
                            }
                            td.num { @if let Some(power) = piece.together_of.first() { (signed(power.mean)) } }
                        }
                    }
                }
            }
        }
    }
}

fn tone(interval: &Interval) -> &'static str {
    if interval.sign() > 0 { "sure" } else { "" }
}

pub(super) fn offers(s: &Summary) -> Markup {
    if s.offers.is_empty() {
        return html! {};
    }
    let range = axis(s.offers.iter().filter_map(|o| o.missing.as_ref()));
    let row = |o: &relight_study::summary::Used| {
        html! {
            tr {
                th scope="row" { code { (o.offer) } " " (o.what) br; span.small { (o.donor) } }
                td { (o.status) @if o.confidence < 1.0 { br; span.small { (percent(o.confidence)) " likely" } } }
                td.num { (percent(o.share)) }
                td.num { (format!("{:.1}", o.pieces)) span.small { " of " (o.count) } }
                @match &o.missing {
                    Some(missing) => {
                        td.num { (signed(missing.mean)) }
                        td.wide-bar {
                            (forest(missing, range, tone(missing)))
                            span.small { (bounds(missing).trim()) }
                        }
                    }
                    None => { td.num { "–" } td.small { "not looked at" } }
                }
            }
        }
    };
    let table = |rows: &[relight_study::summary::Used]| {
        html! {
            div.scroll tabindex="0" role="region" aria-label="Table of offers" {
                table.forests {
                    caption { "Offers by what is lost without them, " (s.unit) " an event, others taking their place where they fit" }
                    thead { tr {
                        th scope="col" { "Offer" } th scope="col" { "Promise" } th.num scope="col" { "Used in" }
                        th.num scope="col" { "Pieces then" } th.num scope="col" { "Lost without" } th.wide-bar scope="col" { "Range" }
                    } }
                    tbody { @for o in rows { (row(o)) } }
                }
            }
        }
    };
    let (first, rest) = s.offers.split_at(s.offers.len().min(SHOWN));
    html! {
        section #offers {
            h2 { "Which equipment decides?" }
            p {
                "How often “" (s.policies[0].policy) "” uses an offer, and what an event costs more if it does not come. The first row is "
                "the promise to secure first. An offer that does not come in an event costs nothing there, so a doubtful one weighs less."
            }
            (table(first))
            @if !rest.is_empty() {
                details { summary { (rest.len()) " more offers that are used" } (table(rest)) }
            }
            p.small { (services(s)) }
        }
    }
}

/// What hangs on the first offer, by service.
fn services(s: &Summary) -> String {
    let Some(first) = s.offers.iter().find(|o| !o.missing_of.is_empty()) else {
        return String::new();
    };
    let parts: Vec<String> = (s.measures.iter().zip(&first.missing_of))
        .filter(|(_, lost)| lost.mean.abs() >= 0.5)
        .map(|(m, lost)| format!("{} {}", measure(m).to_lowercase(), signed(lost.mean)))
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("Without {}, people-hours an event: {}.", first.offer, parts.join("; "))
}

pub(super) fn lacking(s: &Summary) -> Markup {
    if s.lacking.is_empty() {
        return html! {};
    }
    let (first, rest) = s.lacking.split_at(s.lacking.len().min(SHOWN));
    let table = |rows: &[relight_study::summary::Lacking]| {
        html! {
            div.scroll tabindex="0" role="region" aria-label="Table of what was lacking" {
                table {
                    caption { "Places that stay without equipment to the last day" }
                    thead { tr {
                        th scope="col" { "What" } th scope="col" { "Region" } th.num scope="col" { "Events in which some is lacking" } th.num scope="col" { "Places, an average event" }
                    } }
                    tbody {
                        @for l in rows {
                            tr { th scope="row" { (l.what) } td { (l.region) } td.num { (percent(l.share)) } td.num { (format!("{:.2}", l.places)) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        section #lacking {
            h2 { "What was lacking?" }
            p { "Under “" (s.policies[0].policy) "”. What is often lacking is not always what saves most: see what to hold ready." }
            (table(first))
            @if !rest.is_empty() { details { summary { (rest.len()) " more" } (table(rest)) } }
        }
    }
}
