//! All single outages of branches by the full equations: answers a second.

use super::ROUNDS;
use super::agreement::Agreement;
use super::programs::Programs;
use super::said::{Rounds, Said};
use crate::process::{Outcome, say};

/// Times as many answers a second as the best way of the peer that is to be beaten.
const GOAL: f64 = 8.0;

/// A way in which other programs solve outages.
struct Peer {
    name: &'static str,
    script: &'static str,
    more: &'static [&'static str],
    /// Whether it is the one of the goal, and solves the very same problem.
    same: bool,
}

const PEERS: [Peer; 5] = [
    Peer { name: "lightsim2grid, Newton", script: "lightsim2grid", more: &["newton"], same: true },
    Peer {
        name: "lightsim2grid, slack as an unknown",
        script: "lightsim2grid",
        more: &["newton-shared"],
        same: true,
    },
    Peer { name: "lightsim2grid, chord", script: "lightsim2grid", more: &["chord"], same: true },
    Peer { name: "power-grid-model", script: "power_grid_model", more: &[], same: false },
    Peer { name: "pypowsybl", script: "pypowsybl", more: &[], same: false },
];

/// Prints the table. Fails where answers to the same problem differ.
pub fn run(programs: &Programs, cases: &[&str]) -> Outcome {
    println!(
        "| case | program | answers | a second | ours, times as many | compared | V, p.u. | angle, degrees |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|");
    let mut far = Vec::new();
    for case in cases {
        if !rows(programs, case)? {
            far.push(*case);
        }
    }
    if far.is_empty() { Ok(()) } else { Err(format!("too far apart: {}", far.join(", ")).into()) }
}

fn rows(programs: &Programs, name: &str) -> Outcome<bool> {
    let (case, list) = (programs.case(name), programs.outages(name)?);
    let file = |k: usize| programs.file(&format!("voltages-{k}.bin"));
    let own = programs.file("voltages.bin");
    let mut ours = Rounds::default();
    let mut theirs: [Rounds; PEERS.len()] = std::array::from_fn(|_| Rounds::default());
    for round in 1..=ROUNDS {
        say(&format!("{name}, outages, round {round} of {ROUNDS}"));
        ours.0.push(programs.ours("batch", &[&case, &list, &own])?);
        for (k, (peer, rounds)) in PEERS.iter().zip(&mut theirs).enumerate() {
            if rounds.again() {
                let words = [&*case, &*list, &*file(k)];
                rounds.0.push(programs.peer(peer.script, "batch", &words, peer.more)?);
            }
        }
    }
    let Some(Said::Numbers(middle)) = ours.middle() else { return Err("no round".into()) };
    let [seconds, outages, answers, whole, ..] = middle[..] else {
        return Err("not understood".into());
    };
    println!(
        "| {name} | **ours** | {answers} of {outages}, {} of them split | {:.0} | | | | |",
        answers - whole,
        answers / seconds
    );
    let rate = |said: &Said| Some(said.number(2)? / said.seconds()?);
    let (mut near, mut best) = (true, f64::INFINITY);
    for (k, (peer, rounds)) in PEERS.iter().zip(&theirs).enumerate() {
        let said = rounds.middle().ok_or("no round")?;
        if let Said::Cannot(reason) = said {
            println!("| {name} | {} | cannot: {reason} | | | | | |", peer.name);
            continue;
        }
        let found = Agreement::of(&own, &file(k), outages as usize)?;
        // Outages that split the grid count where they are solved; those who leave them out lose no time by them.
        let ratio = ours.ratio(rounds, |ours, theirs| Some(rate(ours)? / rate(theirs)?));
        if peer.same {
            near &= found.near() && found.both > 0;
            best = best.min(ratio);
        }
        println!(
            "| {name} | {} | {} | {:.0} | **{ratio:.1}** | {} | {:.0e} | {:.0e} |",
            peer.name,
            said.number(2).unwrap_or(0.0),
            rate(said).unwrap_or(f64::NAN),
            found.both,
            found.pu,
            found.degrees,
        );
    }
    let verdict = if best >= GOAL { "reached" } else { "**missed**" };
    println!("| {name} | best of lightsim2grid, goal {GOAL} | | | {best:.1}, {verdict} | | | |");
    Ok(near)
}
