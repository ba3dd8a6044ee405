//! `report.html`: the plan as one page. A section a file; this one puts them in order.
//!
//! Markup is built with maud, which escapes every value: names of donors and sites come from outside.
//! The page needs no network and no script; the script only lets the reader choose the step of the map.

mod asks;
mod chart;
mod compare;
mod gantt;
mod geometry;
mod limits;
mod map;
mod matches;
mod notes;
mod risk;
mod services;
mod shell;
mod states;
mod summary;

use maud::{Markup, html};
use relight_restore::{Plan, Scenario};

pub(crate) use shell::Shell;

use crate::view::View;
use crate::words::{about, whole};

/// The colours of all pages, light and dark, as custom properties of CSS.
pub const TOKENS: &str = include_str!("tokens.css");

/// The page of a plan.
pub fn report_html(scenario: &Scenario, plan: &Plan) -> String {
    let view = View::new(scenario, plan);
    Shell {
        title: html! { "Repair plan: " (scenario.name) },
        styles: [TOKENS, include_str!("style.css")].concat(),
        skip: "Skip to the plan",
        masthead: masthead(view),
        main: html! {
            (summary::section(view))
            (limits::section(view))
            (asks::section(view))
            (chart::section(view))
            (services::section(view))
            (map::section(view))
            (gantt::section(view))
            (compare::section(view))
            (risk::section(view))
            (states::section(view))
            (matches::section(view))
            (notes::placements(view))
            (notes::assumptions(view))
            (notes::check(view))
        },
        shows: "It shows where the grid is damaged: for those who carry out the plan, not for publication.",
        script: Some(include_str!("script.js")),
    }
    .into_page()
}

fn masthead(view: View) -> Markup {
    let s = view.scenario;
    html! {
        p.eyebrow { "Repair plan" }
        h1 { @if s.name.is_empty() { "Unnamed scenario" } @else { (s.name) } }
        p.sub {
            (view.date(0)) " to " (view.last_day()) " · "
            (view.steps(s.horizon_steps)) " · "
            (count(s.damages.len(), "damaged element")) " · "
            (count(view.plan.jobs.len(), "job")) " planned · grid of "
            (whole(s.network.buses.len() as f64)) " buses"
        }
        nav aria-label="On this page" {
            a href="#limits" { "What it cannot do" }
            @if view.plan.asks.is_some() { a href="#asks" { "What to ask for" } }
            a href="#curve" { "Over time" }
            @if services::told(view) { a href="#services" { "Services" } }
            a href="#map" { "Map" }
            a href="#jobs" { "Jobs" }
            a href="#compare" { "Compared" }
            @if !view.plan.at_risk.is_empty() { a href="#risk" { "Uncertain offers" } }
            a href="#states" { "Grid states" }
            a href="#equipment" { "Equipment" }
            a href="#check" { "How to check" }
        }
    }
}

/// `1 job`, `12 jobs`.
fn count(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", whole(n as f64))
}

/// `one person`, `1.2 million people`.
fn people(n: f64) -> String {
    if n.round() == 1.0 { "1 person".into() } else { format!("{} people", about(n)) }
}

/// A point in time for people: `day 6 (Sun 18 Jan)`.
fn by(view: View, step: u32) -> String {
    format!("{} ({})", view.step(step), view.day(step))
}
