//! What a person reads of a power flow.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use relight_grid::Network;

use super::answer::{Answer, Island};
use crate::console::{Console, Ink};
use crate::numbers::{count, mw, short};

/// Notes, islands and broken limits listed; the rest are counted.
const MOST_LISTED: usize = 8;

pub fn text(
    network: &Network,
    answer: &Answer,
    notes: &[String],
    files: &[String],
    console: Console,
) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "  {name:<12} {value}");
    };
    line(
        "grid",
        format!(
            "{}, {}, {}",
            count(network.buses.len(), "bus", "buses"),
            count(network.branches.len(), "branch", "branches"),
            count(network.generators.len(), "generator", "generators")
        ),
    );
    line("islands", islands(&answer.islands));
    line(
        "demand",
        format!("{} MW, of which {} MW served", mw(answer.demand_mw), mw(answer.served_mw)),
    );
    line("generation", format!("{} MW", mw(answer.generation_mw)));
    if let Some(losses) = answer.losses_mw.filter(|_| answer.converged) {
        let text = if losses.abs() < 10.0 { short(losses) } else { mw(losses) };
        line("losses", format!("{text} MW"));
    }
    if let (Some(low), Some(high)) = (&answer.vm_min, &answer.vm_max) {
        let (a, b) = (
            format!("{:.4} at bus {}", low.vm_pu, low.bus),
            format!("{:.4} at bus {}", high.vm_pu, high.bus),
        );
        line("voltages", format!("{a} to {b}, p.u."));
    }
    if let Some(way) = answer.islands.iter().find_map(|i| i.fallback).filter(|_| answer.converged) {
        line("start", format!("a flat start failed; solved with {way}"));
    }

    let method = if answer.method == "ac" { "AC power flow" } else { "DC power flow" };
    let verdict = match (answer.reason, answer.iterations) {
        (Some(reason), _) => console.ink(Ink::Red, format!("no solution: {reason}")),
        (None, Some(steps)) => {
            console.ink(Ink::Green, format!("converged in {}", count(steps, "step", "steps")))
        }
        (None, None) => console.ink(Ink::Green, "solved"),
    };
    let name = console.ink(Ink::Bold, format!("{}, {method}", answer.case));
    let mut out = format!("{name}: {verdict}\n\n{out}");
    mismatches(&mut out, answer, console);
    loadings(&mut out, answer, console);
    violations(&mut out, answer, console);
    list(&mut out, "Notes on the file", notes.iter(), console);
    if !files.is_empty() {
        let _ = writeln!(out, "\nWritten: {}", files.join(", "));
    }
    out
}

/// `1 converged (5 buses); 2 dead (3 buses)`.
fn islands(islands: &[Island]) -> String {
    let mut by_status: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for island in islands {
        let entry = by_status.entry(island.status).or_default();
        *entry = (entry.0 + 1, entry.1 + island.buses);
    }
    let parts: Vec<String> = by_status
        .iter()
        .map(|(status, (n, buses))| format!("{n} {status} ({})", count(*buses, "bus", "buses")))
        .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join("; ") }
}

fn list(
    out: &mut String,
    title: &str,
    items: impl ExactSizeIterator<Item = impl AsRef<str>>,
    console: Console,
) {
    let all = items.len();
    if all == 0 {
        return;
    }
    let _ = writeln!(out, "\n{}", console.ink(Ink::Bold, title));
    for item in items.take(MOST_LISTED) {
        let _ = writeln!(out, "  {}", item.as_ref());
    }
    if all > MOST_LISTED {
        let _ = writeln!(out, "  and {} more", all - MOST_LISTED);
    }
}

fn mismatches(out: &mut String, answer: &Answer, console: Console) {
    let rows = answer
        .mismatches
        .iter()
        .map(|m| format!("bus {:<8} {:>12} MW {:>12} MVAr", m.bus, short(m.p_mw), short(m.q_mvar)));
    list(out, "Largest mismatches when it gave up", rows, console);
}

fn loadings(out: &mut String, answer: &Answer, console: Console) {
    let rows = answer.most_loaded.iter().map(|l| {
        let (row, from, to) = (l.branch, l.from_bus, l.to_bus);
        let place = format!("branch {row} ({from} - {to})");
        format!("{place:<28} {:>6.1} %  {} of {} MVA", l.percent, mw(l.mva), mw(l.limit_mva))
    });
    list(out, "Highest loadings", rows, console);
}

fn violations(out: &mut String, answer: &Answer, console: Console) {
    if !answer.converged {
        return;
    }
    let rows = answer.violations.iter().map(|v| {
        let place = format!("{} {}", v.element, v.id);
        format!(
            "{place:<16} {}: {} {}, limit {}",
            v.quantity,
            short(v.value),
            v.unit,
            short(v.limit)
        )
    });
    if rows.len() == 0 {
        out.push_str("\nNo limit is broken.\n");
    }
    list(out, &format!("Limits broken: {}", rows.len()), rows, console);
}
