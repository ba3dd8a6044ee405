//! Generator sets, assumptions and warnings, and how to check the plan.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maud::{Markup, html};
use relight_restore::scenario::{Pmin, Rating};

use super::count;
use crate::view::View;
use crate::words::{figure, whole};

pub(super) fn placements(view: View) -> Markup {
    let s = view.scenario;
    let all = &view.plan.placements;
    html! {
        section #generators {
            h2 { "Generator sets at hospitals, pumps and heating plants" }
            @if all.is_empty() {
                p {
                    @if s.facilities.is_empty() { "The scenario names no facilities that a set could serve." }
                    @else { "None is placed in this plan." }
                }
            } @else {
                div.scroll tabindex="0" role="region" aria-label="Table of generator sets" {
                    table {
                        caption { (count(all.len(), "stay")) ", " (whole(all.iter().map(|p| p.litres).sum())) " litres of diesel" }
                        thead { tr {
                            th scope="col" { "Set" } th scope="col" { "Donor" } th scope="col" { "Facility" }
                            th scope="col" { "Service" } th scope="col" { "From" } th scope="col" { "Until" }
                            th.num scope="col" { "kW" } th.num scope="col" { "Litres" }
                        } }
                        tbody {
                            @for p in all {
                                tr {
                                    th scope="row" { code { (view.offer(p.offer)) } " no. " (p.piece) }
                                    td { (s.offers.get(p.offer).map_or("", |o| &o.donor)) }
                                    td { (view.facility_name(p.facility)) }
                                    td { (s.facilities.get(p.facility).map_or("", |f| &f.service)) }
                                    td { (view.step(p.from)) ", " (view.short_date(p.from)) }
                                    td { (view.step(p.to)) ", " (view.short_date(p.to)) }
                                    td.num { (whole(p.kw)) }
                                    td.num { (whole(p.litres)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn assumptions(view: View) -> Markup {
    let plan = view.plan;
    html! {
        section #assumptions {
            h2 { "Assumptions and warnings" }
            @if !plan.warnings.is_empty() {
                ul.warnings { @for w in &plan.warnings { li { (w) } } }
            }
            ul { @for a in assumed(view) { li { (a) } } }
        }
    }
}

/// What was taken for granted, from the scenario itself.
fn assumed(view: View) -> Vec<String> {
    let s = view.scenario;
    let mut all = Vec::new();
    if view.has_people() {
        all.push("People without power at a place are its people times the share of its load that is not supplied.".into());
    } else {
        all.push("The scenario does not say how many people each bus supplies: this page counts megawatts.".into());
    }
    for (missing, words) in [
        (
            s.facilities.is_empty(),
            "No facilities are listed: people without heat, water or hospital are not known.",
        ),
        (s.offers.is_empty(), "No equipment is on offer in this scenario."),
        (
            s.weather.is_empty(),
            "No weather is given: an hour without heat counts the same on every day, and frost is not looked for.",
        ),
        (
            s.fuel.is_empty() && !s.facilities.is_empty(),
            "No fuel deliveries are listed: diesel for generator sets is taken to be there; facilities' own sets have what is in their tanks.",
        ),
    ] {
        if missing {
            all.push(words.into());
        }
    }
    if let Some(words) = cold(view) {
        all.push(words);
    }
    let rating = match s.model.rating {
        Rating::A => "long-term rating (A)",
        Rating::B => "short-term rating (B)",
        Rating::C => "emergency rating (C)",
    };
    let pmin = match s.model.pmin {
        Pmin::Zero => "can run down to zero",
        Pmin::Case => "keep their least output while they run",
    };
    all.push(format!(
        "Lines and transformers are limited by their {rating}; generators {pmin}; load can be shed in any part, and never exceeds demand."
    ));
    all.push(
        "Work on a job is not interrupted; equipment must have arrived before it starts; a repaired element is in service from the step after the work.".into(),
    );
    all
}

/// How cold weather weighs hours without heat, and for how many steps it is not known.
fn cold(view: View) -> Option<String> {
    let s = view.scenario;
    if s.weather.is_empty() || s.facilities.iter().all(|f| f.service != "heat") {
        return None;
    }
    let known: BTreeSet<u32> =
        s.weather.iter().map(|w| w.step).filter(|&step| step < s.horizon_steps).collect();
    let unknown = s.horizon_steps - known.len() as u32;
    let mut words = format!(
        "An hour without heat weighs by the cold: 1 at a mean of {} °C, more below, nothing above {} °C (degrees below {} °C).",
        figure(s.cold.reference_c),
        figure(s.cold.limit_c),
        figure(s.cold.base_c)
    );
    if unknown > 0 {
        let _ =
            write!(words, " For {} no weather is given: there it weighs 1.", view.steps(unknown));
    }
    Some(words)
}

pub(super) fn check(view: View) -> Markup {
    let s = view.scenario;
    html! {
        section #check {
            h2 { "How to check this plan" }
            p { "The same scenario, program version and seed give the same plan, to the byte. Beside this page lie the files that it is made of: " code { "plan.json" } ", " code { "schedule.csv" } ", " code { "states.csv" } ", " code { "matches.csv" } ", " code { "placements.csv" } "." }
            dl.facts {
                dt { "Scenario" } dd { (s.name) }
                dt { "Digest of its files" } dd { code { (s.digest) } }
                dt { "Program" } dd { "Relight " (env!("CARGO_PKG_VERSION")) }
                dt { "Seed" } dd { (view.plan.seed) }
                dt { "Measure" } dd { (view.measure()) }
            }
            div.scroll tabindex="0" role="region" aria-label="Commands" {
                pre { code {
                    "# make the plan again\n"
                    "relight plan SCENARIO --seed " (view.plan.seed) " --out again\n"
                    "# judge this schedule, or one of your own, by the same rules\n"
                    "relight evaluate SCENARIO --schedule schedule.csv --out judged\n"
                } }
            }
        }
    }
}
