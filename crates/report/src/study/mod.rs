//! A study as files: `study.json`, and a page that says what a sample of events means for a decision.
//!
//! As on the page of a plan, drawings are boxes placed in percent, so that letters keep their size on a phone; every figure
//! of a drawing is in a table as well.

mod compare;
mod items;
mod notes;
mod spread;

use maud::{Markup, html};
use relight_study::stats::Interval;
use relight_study::summary::Summary;
use serde::Serialize;

use crate::page::{Shell, TOKENS};
use crate::words::{about, percent, whole};

/// `study.json`: all that a study says, with its schema.
pub fn study_json(summary: &Summary) -> Vec<u8> {
    #[derive(Serialize)]
    struct Document<'s> {
        schema: &'static str,
        relight: &'static str,
        #[serde(flatten)]
        summary: &'s Summary,
    }
    let relight = env!("CARGO_PKG_VERSION");
    let document = Document { schema: "relight.study/1", relight, summary };
    // Numbers, texts and lists can always be written.
    let mut bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The page of a study.
pub fn study_html(s: &Summary) -> String {
    Shell {
        title: html! { "Study: " (s.name) },
        styles: [TOKENS, include_str!("../page/style.css"), include_str!("study.css")].concat(),
        skip: "Skip to the study",
        masthead: masthead(s),
        main: html! {
            (answer(s))
            (compare::section(s))
            (spread::section(s))
            (spread::regions(s))
            (items::ready(s))
            (items::offers(s))
            (items::lacking(s))
            (notes::hazards(s))
            (notes::method(s))
        },
        shows: "It shows what a grid and its stores cannot withstand: for those who prepare, not for publication.",
        script: None,
    }
    .into_page()
}

fn masthead(s: &Summary) -> Markup {
    html! {
        p.eyebrow { "Study" }
        h1 { @if s.name.is_empty() { "What if it is as bad again?" } @else { (s.name) } }
        p.sub {
            (s.scenario) " · "
            (whole(s.scenarios_run as f64)) " of up to " (whole(s.scenarios_asked as f64)) " sampled events · "
            (s.policies.len()) @if s.policies.len() == 1 { " policy" } @else { " policies" }
            ", the same events for each · seed " (s.seed)
        }
        nav aria-label="On this page" {
            @if !s.pairs.is_empty() { a href="#best" { "Which holds best" } }
            a href="#spread" { "How bad" }
            a href="#regions" { "Regions" }
            @if s.ready.is_some() { a href="#ready" { "What to hold ready" } }
            @if !s.offers.is_empty() { a href="#offers" { "What decides" } }
            @if !s.lacking.is_empty() { a href="#lacking" { "What was lacking" } }
            a href="#hazards" { "Events" }
            a href="#method" { "How to read this" }
        }
    }
}

/// The answer in a sentence or two, and the figures that matter most.
fn answer(s: &Summary) -> Markup {
    let best = &s.policies[s.leader];
    let power = &best.lost[0].all;
    html! {
        section.answer aria-label="The answer" {
            p.lead { (sentence(s)) }
            @if let Some(piece) = s.ready.as_ref().and_then(|r| r.pieces.first()) {
                p.lead {
                    @if piece.together.sign() > 0 { "First to hold ready: " (an(&piece.what)) " in " (piece.region) ". It saves " }
                    @else { "Of what could lie ready, " (an(&piece.what)) " in " (piece.region) " saves most, which may be chance: " }
                    (signed(piece.together.mean)) " " (s.unit) " an event" (bounds(&piece.together)) "."
                }
            }
            @if beyond(s) > 0 {
                p {
                    span.badge.warn { "Out of reach" } " "
                    (whole(beyond(s) as f64)) " of " (whole(s.scenarios_run as f64))
                    " events cannot be as bad as was asked for, however strong. They count nowhere on this page."
                }
            }
            dl.tiles {
                div.tile {
                    dt { "Without power at home, an average event" }
                    dd { strong { (about(power.mean.mean)) } span { "people-hours" (bounds(&power.mean)) } }
                }
                div.tile {
                    dt { "The worst twentieth of events" }
                    dd { strong { (about(power.worst.mean)) } span { "people-hours on average" } }
                }
                div.tile {
                    dt { "Repairs finished in " (whole(s.horizon_hours / 24.0)) " days" }
                    dd { strong { (percent(best.jobs_done)) } span { "of the jobs, on average" } }
                }
                div.tile {
                    dt { "Confidence of each range" }
                    dd { strong { (percent(s.confidence)) } span { "whenever one looks" } }
                }
            }
            @if s.policies.len() > 1 {
                p.key { "Figures of the policy “" (best.policy) "”." }
            }
        }
    }
}

fn beyond(s: &Summary) -> u64 {
    s.hazards.iter().map(|h| h.out_of_reach).sum()
}

fn sentence(s: &Summary) -> String {
    let best = &s.policies[s.leader];
    if s.scenarios_counted == 0 {
        return "No event was as bad as was asked for: there is nothing to tell.".to_owned();
    }
    if s.pairs.is_empty() {
        let lost = about(best.weighted.mean.mean);
        return format!(
            "An event costs {lost} {} on average{}.",
            s.unit,
            bounds(&best.weighted.mean)
        );
    }
    let nearest = s.pairs.iter().min_by(|a, b| a.weighted.mean.total_cmp(&b.weighted.mean));
    let Some(nearest) = nearest else { return String::new() };
    let other = &s.policies[nearest.other];
    if s.certain {
        let share = percent(nearest.weighted.mean / other.weighted.mean.mean.max(1.0));
        let next = if s.pairs.len() > 1 { "the next best, " } else { "" };
        format!(
            "“{}” holds best: it loses {share} less than {next}“{}”, {} {} an event{}.",
            best.policy,
            other.policy,
            about(nearest.weighted.mean),
            s.unit,
            bounds(&nearest.weighted)
        )
    } else if nearest.same > 0.999 {
        format!("“{}” and “{}” lose the same in every event.", best.policy, other.policy)
    } else {
        format!(
            "Which policy holds best is not certain: “{}” loses {} {} less an event than “{}”, which may be chance{}.",
            best.policy,
            about(nearest.weighted.mean),
            s.unit,
            other.policy,
            bounds(&nearest.weighted)
        )
    }
}

/// `, between 1.2 million and 3 million`, in brackets; nothing where there is no interval.
fn bounds(interval: &Interval) -> String {
    match (interval.low(), interval.high()) {
        (Some(low), Some(high)) => format!(" ({} to {})", signed(low), signed(high)),
        _ => String::new(),
    }
}

/// A number of people with a minus sign that a reader sees.
fn signed(value: f64) -> String {
    let text = about(value);
    text.strip_prefix('-').map_or(text.clone(), |rest| format!("\u{2212}{rest}"))
}

/// `a transformer`, `an emergency set`.
fn an(what: &str) -> String {
    let vowel = what.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {what}", if vowel { "an" } else { "a" })
}

/// The name of a measure as a heading has it.
fn measure(word: &str) -> &str {
    match word {
        "power" => "Power at home",
        "hospital" => "Hospital",
        "heat" => "Heat",
        "water" => "Water",
        "telecom" => "Telephone",
        "shelter" => "Shelter",
        other => other,
    }
}

/// An interval on an axis that runs from `low` to `high`: a bar, a mark at the mean, and a line at 0.
fn forest(interval: &Interval, (low, high): (f64, f64), tone: &str) -> Markup {
    let at = |x: f64| ((x - low) / (high - low).max(f64::MIN_POSITIVE) * 100.0).clamp(0.0, 100.0);
    html! {
        div class=(format!("forest {tone}")) aria-hidden="true" {
            @if low < 0.0 || high > 0.0 { u style=(format!("left:{:.2}%", at(0.0))) {} }
            @if let (Some(from), Some(to)) = (interval.low(), interval.high()) {
                i style=(format!("left:{:.2}%;width:{:.2}%", at(from), (at(to) - at(from)).max(0.3))) {}
            }
            b style=(format!("left:{:.2}%", at(interval.mean))) {}
        }
    }
}

/// The axis that all of these intervals fit on, 0 among them.
fn axis<'i>(intervals: impl Iterator<Item = &'i Interval>) -> (f64, f64) {
    let ends = intervals.flat_map(|i| [i.mean, i.low().unwrap_or(0.0), i.high().unwrap_or(0.0)]);
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
    let room = 0.02 * (high - low);
    (low - room, high + room)
}
