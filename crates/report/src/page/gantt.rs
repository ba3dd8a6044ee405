//! Jobs over time, by region and skill.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maud::{Markup, html};
use relight_restore::plan::ScheduledJob;

use super::chart::time_ticks;
use super::count;
use super::limits::job_words;
use crate::view::View;

/// With more jobs than this, regions are folded and show a line of their own.
const OPEN: usize = 40;

pub(super) fn section(view: View) -> Markup {
    let jobs = &view.plan.jobs;
    html! {
        section #jobs {
            h2 { "Who works where, and when" }
            @if jobs.is_empty() {
                p { "No job is planned." }
            } @else {
                p { (sentence(view)) }
                (chart(view))
            }
        }
    }
}

fn sentence(view: View) -> String {
    let jobs = &view.plan.jobs;
    let last = jobs.iter().map(|j| j.finish).max().unwrap_or(0);
    let waiting = jobs.iter().filter(|j| arrival(view, j).is_some_and(|a| a > 0)).count();
    let mut text = format!(
        "{} planned; the last is finished by {}.",
        count(jobs.len(), "job"),
        super::by(view, last)
    );
    if waiting > 0 {
        let _ = write!(text, " {waiting} of them wait for equipment to arrive.");
    }
    text
}

/// The step at which the last piece of equipment of a job is there.
fn arrival(view: View, job: &ScheduledJob) -> Option<u32> {
    job.items
        .iter()
        .filter_map(|i| view.scenario.offers.get(i.offer))
        .map(relight_restore::scenario::Offer::arrival)
        .max()
}

fn chart(view: View) -> Markup {
    let jobs = &view.plan.jobs;
    let end = jobs.iter().map(|j| j.finish).max().unwrap_or(1).max(1);
    let mut regions: BTreeMap<&str, BTreeMap<&str, Vec<&ScheduledJob>>> = BTreeMap::new();
    for j in jobs {
        let region = view.job_region(j.job).unwrap_or("");
        regions.entry(region).or_default().entry(view.job_skill(j.job)).or_default().push(j);
    }
    let ticks = time_ticks(view, end);
    let every = ticks.get(1).copied().unwrap_or(end);
    let x = |step: u32| f64::from(step) / f64::from(end) * 100.0;
    html! {
        ul.legend.gantt-key {
            li { span.bar-key.wait {} "waiting for equipment" }
            li { span.bar-key.arrive {} "equipment arrives" }
            li { span.bar-key.work {} "at work" }
        }
        div.gantt style=(format!("--tick:{:.3}%", x(every))) {
            div.axis aria-hidden="true" {
                span.label {}
                div.track {
                    @for (i, t) in ticks.iter().enumerate() {
                        @if x(*t) < 94.0 {
                            span.tick.minor[i % 2 == 1 || x(*t) > 84.0] style=(format!("left:{:.2}%", x(*t))) { b { (view.step(*t)) } (view.short_date(*t)) }
                        }
                    }
                }
            }
            @for (region, skills) in &regions {
                details open[jobs.len() <= OPEN] {
                    summary {
                        span.label {
                            strong { @if region.is_empty() { "No region" } @else { (region) } }
                            " " (count(skills.values().map(Vec::len).sum(), "job"))
                        }
                        div.track aria-hidden="true" {
                            @for (from, to) in spans(skills.values().flatten().copied()) {
                                i.sum style=(format!("left:{:.2}%;width:{:.2}%", x(from), x(to) - x(from))) {}
                            }
                        }
                    }
                    @for (skill, jobs) in skills {
                        h3 { (skill) }
                        ul { @for j in jobs { (bar(view, j, &x)) } }
                    }
                }
            }
        }
    }
}

/// The times at which any of the jobs is at work.
fn spans<'a>(jobs: impl Iterator<Item = &'a ScheduledJob>) -> Vec<(u32, u32)> {
    let mut all: Vec<(u32, u32)> = jobs.map(|j| (j.start, j.finish)).collect();
    all.sort_unstable();
    let mut merged: Vec<(u32, u32)> = Vec::new();
    for (from, to) in all {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

fn bar(view: View, j: &ScheduledJob, x: &dyn Fn(u32) -> f64) -> Markup {
    let ready = view.scenario.jobs.get(j.job).map_or(0, |job| job.ready);
    let there = arrival(view, j).filter(|a| *a > ready && *a <= j.start);
    let width = |from: u32, to: u32| format!("left:{:.2}%;width:{:.2}%", x(from), x(to) - x(from));
    let words = job_words(view, j.job);
    let time = format!("{} to {}", view.step(j.start), view.step(j.finish));
    html! {
        li {
            span.label { code { (view.job(j.job)) } " " (words) }
            div.track title=(format!("{}: {time}, {} to {}", view.job(j.job), view.date(j.start), view.date(j.finish))) {
                @if let Some(there) = there {
                    i.wait style=(width(ready, there)) {}
                    i.arrive style=(format!("left:{:.2}%", x(there))) {}
                }
                i.work style=(width(j.start, j.finish)) {}
                span.hidden {
                    (time)
                    @if let Some(there) = there { "; waits for equipment until " (view.step(there)) }
                }
            }
        }
    }
}
