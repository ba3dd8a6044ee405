//! The map of the grid, with its state over time.
//!
//! Without script: three small maps, at the start, half-way and at the end. The script turns the first into
//! one large map with a slider. For that, each site, line and mark whose state changes carries
//! `data-s="0:4 3:1"`: from the state of that number on it has that level. Everything that never changes
//! is merged into a few paths, which keeps the page small. Points are lines of no length with round ends, so
//! that their size is set in the style sheet and does not shrink with the map.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maud::{Markup, html};
use relight_restore::plan::PlanState;
use relight_restore::scenario::Element;

use super::by;
use super::geometry::Layout;
use super::summary::missing;
use crate::view::View;
use crate::words::{about, mw, percent, whole};

/// Levels of a site: 0 no load, 1 all supplied, 2 more than half, 3 less, 4 none.
type Level = u8;

/// Something drawn: its path, a class, its level in each state, and words for who points at it.
struct Shape {
    class: String,
    d: String,
    levels: Vec<Level>,
    title: String,
}

impl Shape {
    fn changes(&self) -> bool {
        self.levels.windows(2).any(|w| w[0] != w[1])
    }

    /// `0:4 3:1`, the states at which the level changes.
    fn sequence(&self) -> String {
        let mut out = String::new();
        for (i, level) in self.levels.iter().enumerate() {
            if i == 0 || self.levels[i - 1] != *level {
                if i > 0 {
                    out.push(' ');
                }
                let _ = write!(out, "{i}:{level}");
            }
        }
        out
    }
}

pub(super) fn section(view: View) -> Markup {
    let layout = Layout::of(view);
    html! {
        section #map {
            h2 { "The grid on the map" }
            @match layout {
                Some(layout) if !view.plan.states.is_empty() => (maps(view, &layout)),
                Some(_) => p { "The plan holds no state of the grid to draw." },
                None => p { "The scenario gives no coordinates for its sites, so there is no map to draw." },
            }
        }
    }
}

fn maps(view: View, layout: &Layout) -> Markup {
    let states = &view.plan.states;
    let lines = lines(view, layout);
    let sites = sites(view, layout);
    let marks = marks(view, layout);
    let placed = view
        .scenario
        .buses
        .iter()
        .filter(|b| b.site.is_some_and(|s| layout.site.get(s).is_some_and(Option::is_some)))
        .count();
    let missing_buses = view.scenario.buses.len() - placed;
    let labels: Vec<String> = states.iter().map(|s| caption(view, s)).collect();
    let last = states.len() - 1;
    html! {
        div.maps data-captions=(labels.join("|")) {
            figure.first {
                figcaption { (labels[0]) }
                (drawing(view, layout, &lines, &sites, &marks))
                div.scale aria-hidden="true" { span style=(format!("width:{:.2}%", layout.scale_share * 100.0)) { (whole_or_tenth(layout.scale_km)) " km" } }
            }
            @for i in [middle(view), last] {
                // Of a plan with one or two states fewer maps are drawn.
                @if i > 0 {
                    figure.later {
                        figcaption { (labels[i]) }
                        (copy(layout, i, &lines, &sites, &marks, &labels[i]))
                    }
                }
            }
        }
        (legend(view))
        @if missing_buses > 0 {
            p.small { (whole(missing_buses as f64)) " of " (whole(view.scenario.buses.len() as f64)) " buses have no coordinates and are not on the map." }
        }
    }
}

fn whole_or_tenth(km: f64) -> String {
    if km >= 1.0 { whole(km) } else { format!("{km:.1}") }
}

/// The state at which about half of what was missing is back.
fn middle(view: View) -> usize {
    let states = &view.plan.states;
    let at = |s: &PlanState| missing(view, s);
    let half = f64::midpoint(states.first().map_or(0.0, at), states.last().map_or(0.0, at));
    let near = |i: &usize| (at(&states[*i]) - half).abs();
    (1..states.len().saturating_sub(1)).min_by(|a, b| near(a).total_cmp(&near(b))).unwrap_or(0)
}

fn caption(view: View, s: &PlanState) -> String {
    let what = if view.has_people() {
        format!("{} people without power", about(s.people_without_power))
    } else {
        format!("{} MW not supplied", mw(s.shed_mw))
    };
    let when = by(view, s.from);
    let (first, rest) = when.split_at(when.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}: {what}", first.to_uppercase())
}

/// Lines between places, thick by voltage; level 1 is out of service.
fn lines(view: View, layout: &Layout) -> Vec<Shape> {
    let s = view.scenario;
    let base = s.network.status();
    let place = |bus: usize| {
        s.buses.get(bus).and_then(|b| b.site).and_then(|i| layout.site.get(i).copied().flatten())
    };
    let mut all = Vec::new();
    for (i, l) in s.network.branches.iter().enumerate() {
        let (Some(a), Some(b)) = (place(l.from), place(l.to)) else { continue };
        if a == b || !base.branch[i] {
            continue;
        }
        let kv = s.network.buses[l.from].base_kv.max(s.network.buses[l.to].base_kv);
        let class = match kv {
            v if v >= 300.0 => 3,
            v if v >= 180.0 => 2,
            _ => 1,
        };
        let out = |p: &PlanState| Level::from(!p.status.branch.get(i).copied().unwrap_or(true));
        all.push(Shape {
            class: format!("line k{class}"),
            d: format!("M{} {}l{} {}", a.0, a.1, b.0 - a.0, b.1 - a.1),
            levels: view.plan.states.iter().map(out).collect(),
            title: view.element(Element::Branch(i)),
        });
    }
    all
}

fn sites(view: View, layout: &Layout) -> Vec<Shape> {
    let s = view.scenario;
    let mut buses: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, b) in s.buses.iter().enumerate() {
        if let Some(site) = b.site {
            buses.entry(site).or_default().push(i);
        }
    }
    let demand =
        |list: &[usize]| list.iter().map(|&b| s.network.buses[b].pd_mw.max(0.0)).sum::<f64>();
    let people = |list: &[usize]| list.iter().map(|&b| s.buses[b].people).sum::<f64>();
    let weight = |list: &[usize]| if view.has_people() { people(list) } else { demand(list) };
    let most = buses.values().map(|l| weight(l)).fold(0.0, f64::max);
    let mut all = Vec::new();
    for (site, list) in &buses {
        let Some((x, y)) = layout.site.get(*site).copied().flatten() else { continue };
        let total = demand(list);
        let level = |p: &PlanState| {
            if total <= 0.0 {
                return 0;
            }
            let served = list
                .iter()
                .map(|&b| p.dispatch.served_mw.get(b).copied().unwrap_or(0.0).max(0.0))
                .sum::<f64>();
            match served / total {
                v if v >= 0.995 => 1,
                v if v >= 0.5 => 2,
                v if v > 0.005 => 3,
                _ => 4,
            }
        };
        // Area, not radius, grows with people.
        let size = if most > 0.0 { (weight(list) / most).sqrt() } else { 0.0 };
        let z = match size {
            v if v > 0.6 => 4,
            v if v > 0.3 => 3,
            v if v > 0.12 => 2,
            _ => 1,
        };
        let name = view.site(Some(*site)).unwrap_or_default();
        let title = if view.has_people() {
            format!("{name}: {} people", about(people(list)))
        } else {
            format!("{name}: {} MW", mw(total))
        };
        all.push(Shape {
            class: format!("site z{z}"),
            d: format!("M{x} {y}h0"),
            levels: view.plan.states.iter().map(level).collect(),
            title,
        });
    }
    // The worst off is drawn last, on top.
    all.sort_by_key(|s| s.levels.first().copied().unwrap_or(0));
    all
}

/// A cross at each place with damaged equipment that is not yet back; lines show themselves.
fn marks(view: View, layout: &Layout) -> Vec<Shape> {
    let s = view.scenario;
    let drawn_as_line = |e: Element| match e {
        Element::Branch(i) => s.network.branches.get(i).is_some_and(|l| {
            let site = |b: usize| s.buses.get(b).and_then(|b| b.site);
            !s.network.is_transformer(i) && site(l.from).is_some() && site(l.from) != site(l.to)
        }),
        _ => false,
    };
    let mut places: BTreeMap<usize, Vec<Element>> = BTreeMap::new();
    for d in &s.damages {
        if let (Some(site), false) = (d.site, drawn_as_line(d.element)) {
            places.entry(site).or_default().push(d.element);
        }
    }
    let out = |p: &PlanState, e: &Element| {
        let on = match *e {
            Element::Bus(i) => p.status.bus.get(i),
            Element::Branch(i) => p.status.branch.get(i),
            Element::Generator(i) => p.status.generator.get(i),
        };
        !on.copied().unwrap_or(true)
    };
    let mut all = Vec::new();
    for (site, elements) in &places {
        let Some((x, y)) = layout.site.get(*site).copied().flatten() else { continue };
        let names: Vec<String> = elements.iter().map(|e| view.element(*e)).collect();
        all.push(Shape {
            class: "mark".into(),
            d: format!("M{} {}l30 30m0-30l-30 30", x - 15, y - 15),
            levels: view
                .plan
                .states
                .iter()
                .map(|p| Level::from(elements.iter().any(|e| out(p, e))))
                .collect(),
            title: format!(
                "{}, damaged: {}",
                view.site(Some(*site)).unwrap_or_default(),
                names.join(", ")
            ),
        });
    }
    all
}

/// Paths of equal class and level, merged.
fn merged<'a>(
    shapes: impl Iterator<Item = (&'a Shape, Level)>,
) -> BTreeMap<(Level, &'a str), String> {
    let mut all: BTreeMap<(Level, &str), String> = BTreeMap::new();
    for (s, level) in shapes {
        all.entry((level, s.class.as_str())).or_default().push_str(&s.d);
    }
    all
}

fn paths(all: &BTreeMap<(Level, &str), String>) -> Markup {
    html! { @for ((level, class), d) in all { path class=(class) data-v=(level) d=(d) {} } }
}

/// The first map: the script changes the levels of what carries `data-s`.
fn drawing(
    view: View,
    layout: &Layout,
    lines: &[Shape],
    sites: &[Shape],
    marks: &[Shape],
) -> Markup {
    let still = |all: &[Shape]| {
        paths(&merged(all.iter().filter(|s| !s.changes()).map(|s| (s, s.levels[0]))))
    };
    let moving = |all: &[Shape]| {
        html! {
            @for s in all.iter().filter(|s| s.changes()) {
                path class=(s.class) data-v=(s.levels[0]) data-s=(s.sequence()) d=(s.d) { title { (s.title) } }
            }
        }
    };
    html! {
        svg.map viewBox=(format!("0 0 {} {}", layout.width, layout.height)) role="img" aria-labelledby="map-title map-desc" {
            title #map-title { "Map of the grid" }
            desc #map-desc { (describe(view)) }
            g { (still(lines)) (moving(lines)) }
            g { (still(sites)) (moving(sites)) }
            g { (still(marks)) (moving(marks)) }
        }
    }
}

/// A small map of one state.
fn copy(
    layout: &Layout,
    i: usize,
    lines: &[Shape],
    sites: &[Shape],
    marks: &[Shape],
    title: &str,
) -> Markup {
    let at = |all: &[Shape]| paths(&merged(all.iter().map(|s| (s, s.levels[i]))));
    html! {
        svg.map viewBox=(format!("0 0 {} {}", layout.width, layout.height)) role="img" aria-label=(title) {
            (at(lines)) (at(sites)) (at(marks))
        }
    }
}

fn describe(view: View) -> String {
    let states = &view.plan.states;
    let (Some(first), Some(last)) = (states.first(), states.last()) else { return String::new() };
    let total = view.scenario.network.demand_mw();
    let share = |s: &PlanState| percent(if total > 0.0 { s.served_mw / total } else { 1.0 });
    format!(
        "Sites by the share of their load that is supplied, and lines that are out of service. {} of the load is supplied at the start, {} at the end.",
        share(first),
        share(last)
    )
}

fn legend(view: View) -> Markup {
    let place = if view.has_people() {
        "Place, larger with more people"
    } else {
        "Place, larger with more load"
    };
    html! {
        div.keys {
            p { (place) ":" }
            ul.legend {
                @for (level, words) in [(4, "no supply"), (3, "less than half"), (2, "more than half"), (1, "all supplied"), (0, "no load of its own")] {
                    li { svg.swatch viewBox="0 0 20 20" aria-hidden="true" { path class="site z3" data-v=(level) d="M10 10h0" {} } (words) }
                }
                li { svg.swatch.long viewBox="0 0 40 20" aria-hidden="true" { path.line.k3 data-v="0" d="M2 10h36" {} } "line in service, thicker with higher voltage" }
                li { svg.swatch.long viewBox="0 0 40 20" aria-hidden="true" { path.line.k3 data-v="1" d="M2 10h36" {} } "line out of service" }
                li { svg.swatch viewBox="0 0 20 20" aria-hidden="true" { path.mark data-v="1" d="M4 4l12 12m0-12l-12 12" {} } "damaged station equipment" }
            }
        }
    }
}
