//! Which jobs hang on offers that may not come, and what is lost then.

use maud::{Markup, html};
use relight_restore::plan::{AtRisk, Loss};
use relight_restore::scenario::Measure;

use super::count;
use super::summary::service_words;
use crate::view::View;
use crate::words::{about, percent, whole};

/// Names of jobs or places before the rest is counted.
const NAMED: usize = 4;

pub(super) fn section(view: View) -> Markup {
    let all = &view.plan.at_risk;
    if all.is_empty() {
        return html! {};
    }
    let unit = match view.scenario.measure {
        Measure::People => "weighted people-hours",
        Measure::Energy => "MWh, weighted",
    };
    html! {
        section #risk {
            h2 { "If a promise is not kept" }
            p {
                (count(all.len(), "offer")) " in this plan may not come: less than 90 % likely. "
                "For each, the same order of work is planned again without it, with other offers in its place where they "
                "fit. The first row is the promise to secure first."
            }
            div.scroll tabindex="0" role="region" aria-label="Table of uncertain offers" {
                table {
                    caption { "What the plan loses if an offer does not come; people are counted for each service by itself" }
                    thead { tr {
                        th scope="col" { "Offer" } th scope="col" { "Donor" } th scope="col" { "Promise" }
                        th.num scope="col" { "Likely" } th scope="col" { "What hangs on it" } th scope="col" { "Not done then" }
                        th.num scope="col" { "Lost, " (unit) } th scope="col" { "Lost, people-hours" }
                    } }
                    tbody { @for risk in all { (row(view, risk)) } }
                }
            }
        }
    }
}

fn row(view: View, risk: &AtRisk) -> Markup {
    let offer = view.scenario.offers.get(risk.offer);
    let places: Vec<&str> = risk.facilities.iter().map(|&f| view.facility_name(f)).collect();
    html! {
        tr {
            th scope="row" { code { (view.offer(risk.offer)) } }
            td { (offer.map_or("", |o| &o.donor)) }
            td { (offer.map_or("", |o| o.status.word())) }
            td.num { (percent(offer.map_or(0.0, |o| o.confidence))) }
            td {
                @if !risk.jobs.is_empty() { "jobs " (named(&jobs(view, &risk.jobs))) }
                @if !risk.jobs.is_empty() && !places.is_empty() { "; " }
                @if !places.is_empty() { "sets at " (named(&places)) }
            }
            @match &risk.loss {
                Some(loss) => {
                    td { @if loss.jobs.is_empty() { "–" } @else { (named(&jobs(view, &loss.jobs))) } }
                    td.num { (whole(loss.weighted)) }
                    td { (lost(view, loss)) }
                }
                None => { td { "not looked at" } td.num { "–" } td { "–" } }
            }
        }
    }
}

fn jobs<'a>(view: View<'a>, jobs: &[usize]) -> Vec<&'a str> {
    jobs.iter().map(|&j| view.job(j)).collect()
}

fn named(names: &[&str]) -> String {
    let (first, rest) = names.split_at(names.len().min(NAMED));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    format!("{}{more}", first.join(", "))
}

/// People-hours without each service, and without power at home: those that are lost.
fn lost(view: View, loss: &Loss) -> String {
    let power = view.has_people().then_some(("power at home", loss.unserved_people_hours));
    let services = loss.by_service.iter().map(|(service, hours)| (service_words(service), *hours));
    let parts: Vec<String> = (power.into_iter().chain(services))
        .filter(|(_, hours)| *hours >= 0.5)
        .map(|(what, hours)| format!("{what} {}", about(hours)))
        .collect();
    if parts.is_empty() { "none".into() } else { parts.join("; ") }
}
