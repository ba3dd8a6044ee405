//! The curve of people without power, heat and water over time.
//!
//! Lines are an inline SVG that is stretched to its box with strokes kept thin; every text is HTML placed
//! in percent of that box. So letters keep their size on a phone, where a scaled drawing is not readable.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::summary::missing;
use crate::view::View;
use crate::words::{about, figure, mw};

/// A line of the chart.
struct Series {
    class: &'static str,
    name: String,
    /// One value a state.
    values: Vec<f64>,
}

/// Round numbers from 0 up to the first that is not below `end`, about `wanted` of them.
fn ticks(end: f64, wanted: f64) -> Vec<f64> {
    if !(end > 0.0 && end.is_finite()) {
        return vec![0.0, 1.0];
    }
    let rough = end / wanted;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0].iter().map(|m| m * power).find(|s| *s >= rough * 0.8);
    let step = step.unwrap_or(10.0 * power);
    (0..=(end / step - 1e-9).ceil() as u32).map(|i| f64::from(i) * step).collect()
}

/// Steps to mark on an axis of time: whole weeks where steps are days.
pub(super) fn time_ticks(view: View, end: u32) -> Vec<u32> {
    let steps: &[u32] = if view.daily() {
        &[1, 2, 7, 14, 28, 56, 91, 182, 364]
    } else {
        &[1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 672]
    };
    let every = steps.iter().copied().find(|s| end / s <= 9).unwrap_or((end / 8).max(1));
    (0..=end).step_by(every as usize).collect()
}

pub(super) fn section(view: View) -> Markup {
    let states = &view.plan.states;
    let power = Series {
        class: "power",
        name: if view.has_people() { "power" } else { "load not supplied" }.into(),
        values: states.iter().map(|s| missing(view, s)).collect(),
    };
    let mut all = vec![power];
    for service in ["heat", "water"] {
        let of = |s: &relight_restore::plan::PlanState| s.people_without.get(service).copied();
        if states.iter().any(|s| of(s).is_some_and(|v| v >= 0.5)) {
            let values = states.iter().map(|s| of(s).unwrap_or(0.0)).collect();
            all.push(Series { class: service, name: service.into(), values });
        }
    }
    let names: Vec<&str> = all.iter().map(|s| s.name.as_str()).collect();
    let title = if view.has_people() {
        format!("People without {}", list(&names))
    } else {
        "Load not supplied, MW".into()
    };
    html! {
        section #curve {
            h2 { @if view.daily() { "Day by day" } @else { "Step by step" } }
            @if states.is_empty() {
                p { "The plan holds no state of the grid, so there is no curve to draw." }
            } @else {
                figure {
                    figcaption { (title) }
                    (plot(view, &all, &title))
                    ul.legend {
                        @for s in &all {
                            li {
                                span class=(format!("sample {}", s.class)) {}
                                (s.name) ": " (value(view, s.values[0])) " at the start, "
                                (value(view, *s.values.last().unwrap_or(&0.0))) " at the end"
                            }
                        }
                    }
                }
            }
        }
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

fn value(view: View, v: f64) -> String {
    if view.has_people() { about(v) } else { format!("{} MW", mw(v)) }
}

fn plot(view: View, all: &[Series], title: &str) -> Markup {
    let states = &view.plan.states;
    let end = states.last().map_or(1, |s| s.to).max(1);
    let most = all.iter().flat_map(|s| &s.values).copied().fold(0.0, f64::max);
    // The axis ends at the first tick that no line rises above.
    let ys = ticks(if most > 0.0 { most } else { 1.0 }, 4.0);
    let top = ys.last().copied().unwrap_or(1.0);
    let x = |step: u32| f64::from(step) / f64::from(end) * 100.0;
    let y = |v: f64| 100.0 - v / top * 100.0;
    let xs = time_ticks(view, end);
    html! {
        div.chart {
            div.plot {
                svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-labelledby="curve-title curve-desc" {
                    title #curve-title { (title) }
                    desc #curve-desc {
                        @for s in all { (s.name) ": " (value(view, s.values[0])) " at the start, " (value(view, *s.values.last().unwrap_or(&0.0))) " at the end. " }
                    }
                    g.gridlines {
                        @for v in &ys { path d=(format!("M0 {:.1}H1000", y(*v) * 10.0)) {} }
                    }
                    @for s in all {
                        @if s.class == "power" { path.area d=(area(view, s, &x, &y)) {} }
                    }
                    @for s in all.iter().rev() {
                        path class=(format!("curve {}", s.class)) d=(steps(view, s, &x, &y)) {}
                    }
                }
                div aria-hidden="true" {
                    @for v in &ys {
                        span.ylabel style=(format!("top:{:.2}%", y(*v))) { (tick_label(view, *v)) }
                    }
                    @for (i, step) in xs.iter().enumerate() {
                        @if x(*step) < 97.0 || i == 0 {
                            span.xlabel.minor[i % 2 == 1] style=(format!("left:{:.2}%", x(*step))) {
                                b { (view.step(*step)) } (view.short_date(*step))
                            }
                        }
                    }
                    @if let Some(at) = label_at(all, top) {
                        @for s in all {
                            span class=(format!("direct {}", s.class))
                                style=(format!("left:{:.2}%;top:{:.2}%", x(states[at].from), y(s.values[at]))) { (s.name) }
                        }
                    }
                }
            }
        }
    }
}

fn tick_label(view: View, v: f64) -> String {
    if view.has_people() { about(v) } else { figure(v) }
}

/// A step function: level on each state, upright between them.
fn steps(view: View, s: &Series, x: &dyn Fn(u32) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut d = String::new();
    for (state, v) in view.plan.states.iter().zip(&s.values) {
        let (x1, yv) = (x(state.to) * 10.0, y(*v) * 10.0);
        if d.is_empty() {
            d = format!("M{:.1} {yv:.1}", x(state.from) * 10.0);
        } else {
            let _ = write!(d, "V{yv:.1}");
        }
        let _ = write!(d, "H{x1:.1}");
    }
    d
}

fn area(view: View, s: &Series, x: &dyn Fn(u32) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let start = view.plan.states.first().map_or(0, |s| s.from);
    format!("{}V1000H{:.1}Z", steps(view, s, x, y), x(start) * 10.0)
}

/// The state at which the lines lie furthest apart, so that each can be named beside it; `None` where they
/// never do, and the legend has to serve.
fn label_at(all: &[Series], top: f64) -> Option<usize> {
    let states = all.first()?.values.len();
    let apart = |i: usize| {
        let mut levels: Vec<f64> = all.iter().map(|s| s.values[i] / top).collect();
        levels.sort_by(f64::total_cmp);
        // The lowest line needs little room: its name stands above it.
        levels.windows(2).map(|w| w[1] - w[0]).fold(1.0, f64::min)
    };
    // The last third is left out: names there would run out of the box.
    let candidates = 0..states.div_ceil(2).max(1);
    let best = candidates.max_by(|a, b| apart(*a).total_cmp(&apart(*b)).then(b.cmp(a)))?;
    (apart(best) >= 0.09).then_some(best)
}
