//! What a person reads of contingencies.

use std::fmt::Write as _;

use relight_grid::Network;
use relight_report::contingencies::{Summary, Worst};

use crate::console::{Console, Ink};
use crate::numbers::{count, mw};

/// Contingencies without a solution and notes listed; the rest are counted.
const MOST_LISTED: usize = 8;

pub fn text(
    network: &Network,
    summary: &Summary,
    notes: &[String],
    files: &[String],
    console: Console,
) -> String {
    let all = count(summary.contingencies, "contingency", "contingencies");
    let name = console.ink(Ink::Bold, format!("{}, {all}", summary.case));
    let verdict = match summary.not_solved.len() {
        0 if summary.screened > 0 => {
            let full = summary.contingencies - summary.screened;
            let words = format!("{full} solved in full, {} screened out", summary.screened);
            console.ink(Ink::Green, words)
        }
        0 => console.ink(Ink::Green, "all solved"),
        failed => console.ink(Ink::Red, format!("{failed} without a solution")),
    };
    let mut out = format!("{name}: {verdict}\n\n");
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "  {name:<12} {value}");
    };
    let before = (summary.base_overloads, summary.base_voltages);
    line(
        "before",
        format!(
            "{} overloaded, {} outside its voltages",
            count(before.0, "branch", "branches"),
            count(before.1, "bus", "buses")
        ),
    );
    line("split", format!("{} of {}", summary.split, summary.contingencies));
    line("lost load", format!("in {}", summary.with_lost_load));
    line("shortage", format!("in {}", summary.with_shortage));
    line("overloads", format!("new or worse in {}", summary.with_new_overloads));
    line("voltages", format!("new or worse violations in {}", summary.with_new_voltage_violations));

    list(
        &mut out,
        "Most load lost",
        summary
            .most_lost_load
            .iter()
            .map(|w| format!("{:<24} {:>10} MW", w.contingency, mw(w.value))),
        console,
    );
    let rows = summary.most_short.iter();
    let rows = rows.map(|w| format!("{:<24} {:>10} MW", w.contingency, mw(w.value)));
    list(&mut out, "Most that a reference supplies beyond its generators", rows, console);
    let loading = |w: &Worst| {
        let branch = w.branch.map_or(String::new(), |k| {
            let l = &network.branches[k - 1];
            format!("branch {k} ({} - {})", network.buses[l.from].id, network.buses[l.to].id)
        });
        format!("{:<24} {:>8.1} %  {branch}", w.contingency, w.value)
    };
    list(&mut out, "Highest new overloads", summary.highest_loadings.iter().map(loading), console);
    list(&mut out, "Without a solution", summary.not_solved.iter().cloned(), console);
    list(&mut out, "Notes on the file", notes.iter().cloned(), console);
    let _ = writeln!(out, "\nWritten: {}", files.join(", "));
    out
}

fn list(
    out: &mut String,
    title: &str,
    items: impl ExactSizeIterator<Item = String>,
    console: Console,
) {
    let all = items.len();
    if all == 0 {
        return;
    }
    let _ = writeln!(out, "\n{}", console.ink(Ink::Bold, title));
    for item in items.take(MOST_LISTED) {
        let _ = writeln!(out, "  {item}");
    }
    if all > MOST_LISTED {
        let _ = writeln!(out, "  and {} more", all - MOST_LISTED);
    }
}
