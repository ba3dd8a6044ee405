//! The answer in plain words, and the figures that matter.

use maud::{Markup, html};
use relight_restore::plan::PlanState;

use super::{by, count, people};
use crate::view::View;
use crate::words::{about, mw, percent};

pub(super) fn section(view: View) -> Markup {
    html! {
        section.answer aria-label="The plan in short" {
            p.lead { (lead(view)) }
            dl.tiles {
                @for tile in tiles(view) {
                    div.tile { dt { (tile.label) } dd { strong { (tile.figure) } span { (tile.note) } } }
                }
            }
        }
    }
}

/// What is missing in a state: people, or megawatts where the grid file does not say whom it supplies.
pub(super) fn missing(view: View, state: &PlanState) -> f64 {
    if view.has_people() { state.people_without_power } else { state.shed_mw }
}

fn amount(view: View, value: f64) -> String {
    if view.has_people() { people(value) } else { format!("{} MW", mw(value)) }
}

/// Below this nobody is left, or no load that matters: half a person, or a watt.
fn nothing(view: View) -> f64 {
    if view.has_people() { 0.5 } else { 1e-6 }
}

/// The step from which at least `share` of what was missing at the start is back and stays back.
pub(super) fn back_from(view: View, share: f64) -> Option<u32> {
    let states = &view.plan.states;
    let limit = missing(view, states.first()?) * (1.0 - share) + nothing(view) * 0.5;
    let last_bad = states.iter().rposition(|s| missing(view, s) > limit);
    let first_good = last_bad.map_or(0, |i| i + 1);
    states.get(first_good).map(|s| s.from)
}

/// The step from which it gets no better.
fn settled(view: View) -> Option<u32> {
    let states = &view.plan.states;
    let end = missing(view, states.last()?);
    let slack = nothing(view);
    let i =
        states.iter().rposition(|s| (missing(view, s) - end).abs() > slack).map_or(0, |i| i + 1);
    states.get(i).map(|s| s.from)
}

fn lead(view: View) -> String {
    let plan = view.plan;
    let (Some(first), Some(last)) = (plan.states.first(), plan.states.last()) else {
        return "This plan holds no state of the grid: there is nothing to show.".into();
    };
    let (start, end) = (missing(view, first), missing(view, last));
    let day = view.date(0);
    let who = |v: f64| amount(view, v);
    if start <= nothing(view) {
        return format!(
            "On {day} the damage leaves nobody without power: the grid still supplies all load."
        );
    }
    let without = if view.has_people() {
        format!(
            "{} {} without power at home",
            who(start),
            if start.round() == 1.0 { "is" } else { "are" }
        )
    } else {
        format!("{} of load are not supplied", who(start))
    };
    let mut text = format!("On {day}, {without}. ");
    if plan.jobs.is_empty() {
        text += "No repair is planned, and it stays so. ";
        return text + &other_services(view);
    }
    if end >= start - nothing(view) {
        text += "The repairs of this plan do not change that within the time planned. ";
        return text + &other_services(view);
    }
    text += "With this plan ";
    text += &milestones(view, start, end).join(", ");
    text += ". ";
    text += &relapse(view, start, end);
    text + &other_services(view)
}

/// Where it was better on the way than at the end: a reader must not take the end for the best.
fn relapse(view: View, start: f64, end: f64) -> String {
    let all = view.plan.states.iter();
    let best = all.min_by(|a, b| missing(view, a).total_cmp(&missing(view, b)));
    match best.map(|s| (missing(view, s), s.from)) {
        Some((least, step)) if end - least > 0.01 * start => format!(
            "It gets worse again on the way: the least is {} from {} on. ",
            amount(view, least),
            by(view, step)
        ),
        _ => String::new(),
    }
}

/// `half of them have it back by day 6 (Sun 18 Jan)`, and so on to where it gets no better; of steps that
/// fall together the last is told.
fn milestones(view: View, start: f64, end: f64) -> Vec<String> {
    let words = if view.has_people() {
        [
            "half of them have it back".to_owned(),
            "nine in ten".to_owned(),
            if end <= nothing(view) {
                "everyone".into()
            } else {
                format!("all but {}", about(end))
            },
        ]
    } else {
        [
            "half of it is back".to_owned(),
            "nine tenths".to_owned(),
            if end <= nothing(view) { "all".into() } else { format!("all but {} MW", mw(end)) },
        ]
    };
    let steps = [back_from(view, 0.5), back_from(view, 0.9), settled(view)];
    let mut told: Vec<(u32, &str)> = Vec::new();
    for (step, words) in steps.into_iter().zip(&words) {
        if let Some(step) = step {
            // "Half" is not worth a word where nine in ten come back at the same step.
            told.retain(|t| t.0 < step);
            told.push((step, words));
        }
    }
    if back_from(view, 0.5).is_none() {
        let share = percent(1.0 - end / start);
        let step = settled(view).unwrap_or(0);
        let back = if view.has_people() { "of them have it back" } else { "of it is back" };
        return vec![format!("{share} {back} by {}", by(view, step))];
    }
    let count = told.len();
    let verb = if view.has_people() { " have it back" } else { " are back" };
    told.iter()
        .enumerate()
        .map(|(i, (step, words))| {
            let and = if i > 0 && i + 1 == count { "and " } else { "" };
            // The first says what comes back; the others lean on it.
            let verb = match (i, words.contains("back"), *words) {
                (0, false, "everyone") => " has it back",
                (0, false, "all") => " is back",
                (0, false, _) => verb,
                _ => "",
            };
            format!("{and}{words}{verb} by {}", by(view, *step))
        })
        .collect()
}

/// Heat and water: people at the worst moment and at the end, each by itself.
fn other_services(view: View) -> String {
    let (mut worst, mut end) = (Vec::new(), Vec::new());
    for service in ["heat", "water"] {
        let series =
            || view.plan.states.iter().filter_map(|s| s.people_without.get(service)).copied();
        let peak = series().fold(0.0, f64::max);
        if peak >= 0.5 {
            let who = if worst.is_empty() { people(peak) } else { about(peak) };
            worst.push(format!("{who} without {service}"));
            let last = series().last().unwrap_or(0.0);
            end.push(if last < 0.5 { "nobody".into() } else { about(last) });
        }
    }
    if worst.is_empty() {
        return String::new();
    }
    end.dedup_by(|a, b| a == b && a == "nobody");
    format!("At worst there are {}; at the end, {}.", worst.join(" and "), end.join(" and "))
}

struct Tile {
    label: String,
    figure: String,
    note: String,
}

fn tiles(view: View) -> Vec<Tile> {
    let plan = view.plan;
    let (Some(first), Some(last)) = (plan.states.first(), plan.states.last()) else {
        return Vec::new();
    };
    let (start, end) = (missing(view, first), missing(view, last));
    let figure = |v: f64| if view.has_people() { about(v) } else { format!("{} MW", mw(v)) };
    let what = if view.has_people() { "Without power" } else { "Load not supplied" };
    let mut tiles = vec![Tile {
        label: format!("{what} at the start"),
        figure: figure(start),
        note: view.date(0),
    }];
    if start > nothing(view) {
        let labels = if view.has_people() {
            ["Half are back", "Nine in ten are back"]
        } else {
            ["Half is back", "Nine tenths are back"]
        };
        for (share, label) in [0.5, 0.9].into_iter().zip(labels) {
            let (figure, note) = back_from(view, share)
                .map_or(("not reached".into(), "in the time planned".into()), |s| {
                    (view.step(s), view.date(s))
                });
            tiles.push(Tile { label: label.into(), figure, note });
        }
    }
    tiles.push(Tile {
        label: format!("{what} at the end"),
        figure: figure(end),
        note: if plan.unrecoverable.people > 0.5 && view.has_people() {
            format!("{} beyond any plan", about(plan.unrecoverable.people))
        } else {
            view.last_day()
        },
    });
    if view.has_people() {
        tiles.push(Tile {
            label: "People-hours without power".into(),
            figure: about(plan.objective.unserved_people_hours),
            note: "over the time planned".into(),
        });
    }
    for (service, hours) in &plan.objective.by_service {
        tiles.push(Tile {
            label: format!("People-hours without {}", service_words(service)),
            figure: about(*hours),
            note: count(
                view.scenario.facilities.iter().filter(|f| f.service == *service).count(),
                "place",
            ),
        });
    }
    tiles
}

/// What people go without when a facility of a service has no power.
pub(super) fn service_words(service: &str) -> &str {
    match service {
        "hospital" => "their hospital",
        "shelter" => "their shelter",
        "telecom" => "telephone",
        other => other,
    }
}
