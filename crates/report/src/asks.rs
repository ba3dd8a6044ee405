//! What to ask for next, in words and figures. Rows name a class of things and regions, never a site.

use relight_catalogue::{Item, Kind};
use relight_restore::ask::{Ask, Part};
use relight_restore::scenario::Measure;

use crate::tables::{number, services, table};
use crate::view::View;
use crate::words::{figure, whole};

/// The word for the kind of a row: that of the file contract for equipment, `crew`, `fuel`, or `bundle`.
pub(crate) fn kind(parts: &[Part]) -> &'static str {
    match parts {
        [part] => part_kind(part),
        _ => "bundle",
    }
}

/// The same of one part.
pub(crate) fn part_kind(part: &Part) -> &'static str {
    match part {
        Part::Item { item, .. } => item.kind.word(),
        Part::Crew { .. } => "crew",
        Part::Fuel { .. } => "fuel",
    }
}

/// Pieces, teams; 1 for diesel.
pub(crate) fn part_count(part: &Part) -> u32 {
    match part {
        Part::Item { count, .. } => *count,
        Part::Crew { teams, .. } => *teams,
        Part::Fuel { .. } => 1,
    }
}

/// What is asked of the one or the many: `230/115 kV, 540 MVA, 60 Hz`, `skill line, North`.
pub(crate) fn class(view: View, part: &Part) -> String {
    let in_region = |region: &Option<usize>| {
        region.and_then(|r| view.scenario.regions.get(r)).map_or("any region", String::as_str)
    };
    match part {
        Part::Item { item, .. } => nameplate(item),
        Part::Crew { skill, region, .. } => {
            let skill = view.scenario.skills.get(*skill).map_or("", String::as_str);
            format!("skill {skill}, {}", in_region(region))
        }
        Part::Fuel { region, litres } => {
            format!("{} litres of diesel, {}", whole(*litres), in_region(region))
        }
    }
}

/// A part with its number: `3 × breaker 121 kV, 2000 A`, `team of skill line, North`.
pub(crate) fn part(view: View, part: &Part) -> String {
    let class = class(view, part);
    let words = match part {
        Part::Item { item, .. } => {
            format!("{} {class}", item.kind.word().replace('_', " ")).trim_end().to_owned()
        }
        Part::Crew { .. } => format!("team of {class}"),
        Part::Fuel { .. } => class,
    };
    let count = part_count(part);
    if count == 1 { words } else { format!("{count} × {words}") }
}

/// What is written on the nameplate that is asked for.
fn nameplate(item: &Item) -> String {
    let n = &item.nameplate;
    let mut parts = Vec::new();
    let kv: Vec<String> = [n.hv_kv, n.lv_kv].into_iter().flatten().map(figure).collect();
    if kv.is_empty() {
        parts.extend(n.rated_kv.map(|v| format!("{} kV", figure(v))));
    } else {
        parts.push(format!("{} kV", kv.join("/")));
    }
    parts.extend(n.figures().map(|(v, unit)| format!("{} {unit}", figure(v))));
    if n.phases == Some(1) {
        parts.push("single-phase".into());
    }
    parts.extend(n.vector_group.clone());
    parts.extend(n.uk_pct.map(|v| format!("{} % short-circuit voltage", figure(v))));
    // A set is asked for as it is on offer; of anything else the mass is what the way to its place bears.
    if item.kind != Kind::GeneratorSet {
        parts.extend(n.mass_t.map(|v| format!("at most {} t", figure(v))));
    }
    parts.join(", ")
}

/// The nameplate of a row; of a bundle its parts.
pub(crate) fn row_class(view: View, parts: &[Part]) -> String {
    match parts {
        [one] if part_count(one) == 1 => class(view, one),
        [one] => format!("{} × {}", part_count(one), class(view, one)),
        many => many.iter().map(|p| part(view, p)).collect::<Vec<_>>().join("; "),
    }
}

/// All that is asked for at once, in words.
pub(crate) fn what(view: View, parts: &[Part]) -> String {
    parts.iter().map(|p| part(view, p)).collect::<Vec<_>>().join(" and ")
}

/// How sure the saving is.
pub(crate) fn evidence(ask: &Ask) -> &'static str {
    let nothing = 1e-9 * ask.high.abs();
    if ask.certain.is_some_and(|(least, _)| least > nothing.max(1e-9)) {
        "proven: no plan without it is as good"
    } else if ask.weighted <= nothing {
        "not proven: no use was found for it"
    } else if ask.low <= nothing {
        "not proven: found in some re-plans"
    } else {
        "not proven: found in every re-plan"
    }
}

/// Names of the regions in which it is put to use.
pub(crate) fn regions(view: View, ask: &Ask) -> Vec<String> {
    ask.regions.iter().filter_map(|&r| view.scenario.regions.get(r).cloned()).collect()
}

/// What a person should know of a row beside its figures.
pub(crate) fn note(ask: &Ask) -> String {
    let mut notes = vec![evidence(ask).to_owned()];
    if ask.parts.len() > 1 || ask.parts.iter().any(|p| part_count(p) > 1) {
        notes.push("worth more together than its parts alone".into());
    }
    if ask.litres >= 1.0 {
        notes.push(format!("uses {} litres of diesel over the horizon", whole(ask.litres)));
    }
    notes.join("; ")
}

/// `asks.csv`: what to ask for next, a row for each class, count and arrival; a header alone where it was not
/// looked at, or nothing lacks.
pub fn asks_csv(scenario: &relight_restore::Scenario, plan: &relight_restore::Plan) -> Vec<u8> {
    let view = View::new(scenario, plan);
    let services = services(plan);
    let mut header = vec![
        "kind",
        "nameplate",
        "count",
        "people_hours_saved",
        "low",
        "high",
        "per_tonne",
        "note",
        "rank",
        "arrival",
        "weighted",
        "weighted_low",
        "weighted_high",
        "certain_low",
        "certain_high",
        "regions",
        "litres",
        "mwh_saved",
        "saved_power",
    ];
    let names: Vec<String> = services.iter().map(|s| format!("saved_{s}")).collect();
    header.extend(names.iter().map(String::as_str));
    let optional = |value: Option<f64>| value.map(number).unwrap_or_default();
    // Where energy is what counts, there are no weighted people-hours.
    let people = |value: f64| {
        (scenario.measure == Measure::People).then_some(value).map(number).unwrap_or_default()
    };
    let rows = plan.asks.iter().flat_map(|asks| &asks.rows).map(|ask| {
        let mut row = vec![
            kind(&ask.parts).to_owned(),
            row_class(view, &ask.parts),
            ask.count.to_string(),
            people(ask.weighted),
            people(ask.low),
            people(ask.high),
            optional(ask.per_tonne()),
            note(ask),
            ask.rank.to_string(),
            ask.arrival.to_string(),
            number(ask.weighted),
            number(ask.low),
            number(ask.high),
            optional(ask.certain.map(|c| c.0)),
            optional(ask.certain.map(|c| c.1)),
            regions(view, ask).join(";"),
            number(ask.litres),
            number(ask.saved.unserved_mwh),
            number(ask.saved.unserved_people_hours),
        ];
        let of = |service: &&str| ask.saved.by_service.get(*service).copied().unwrap_or(0.0);
        row.extend(services.iter().map(|s| number(of(s))));
        row
    });
    table(&header, rows)
}
