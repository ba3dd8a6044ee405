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
    let has = if view.has_people() { "have it back" } else { "is back" };
    match (back_from(view, 0.5), back_from(view, 0.9)) {
        (Some(half), Some(most)) if most > half => {
            text += &format!(
                "With this plan half of them {has} by {}, nine in ten by {}",
                by(view, half),
                by(view, most)
            );
        }
        (Some(half), Some(_)) => {
            text += &format!("With this plan nine in ten {has} by {}", by(view, half));
        }
        (Some(half), None) => {
            text += &format!("With this plan half of them {has} by {}", by(view, half))
        }
        _ => text += &format!("With this plan {} of them {has}", percent(1.0 - end / start)),
    }
    if !view.has_people() {
        text = text
            .replace("half of them is", "half of it is")
            .replace("nine in ten is", "nine tenths are");
    }
    let done = settled(view).map_or(String::new(), |s| by(view, s));
    if end <= nothing(view) {
        let all = if view.has_people() { "everyone" } else { "all of it" };
        text += &format!(", and {all} by {done}. ");
    } else {
        text += &format!(", and all but {} by {done}. ", who(end));
    }
    text + &other_services(view)
}

/// Heat, water and the rest: people at the start and at the end, each by itself.
fn other_services(view: View) -> String {
    let plan = view.plan;
    let mut text = String::new();
    for service in ["heat", "water"] {
        let series =
            || plan.states.iter().map(|s| s.people_without.get(service).copied().unwrap_or(0.0));
        let peak = series().fold(0.0, f64::max);
        if peak >= 0.5 {
            let end = series().last().unwrap_or(0.0);
            let (are, end) = if peak.round() == 1.0 { ("is", end) } else { ("are", end) };
            text +=
                &format!("At worst {} {are} without {service}, at the end {}. ", people(peak), {
                    if end < 0.5 { "nobody".into() } else { about(end) }
                });
        }
    }
    text
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
        for (share, label) in [(0.5, "Half are back"), (0.9, "Nine in ten are back")] {
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
