//! One power flow, the analysis kept.

use super::ROUNDS;
use super::agreement::Agreement;
use super::programs::{GRIDOXIDE, Programs};
use super::said::{Rounds, Said};
use crate::process::{Outcome, say};

/// Times as quick as the quickest peer.
const GOAL: f64 = 2.0;
const PEERS: [&str; 3] = ["lightsim2grid", GRIDOXIDE, "rustpower"];

/// Prints the table. Fails where answers differ.
pub fn run(programs: &Programs, cases: &[&str]) -> Outcome {
    println!("| case | program | ms | ours, times as quick | V, p.u. | angle, degrees |");
    println!("|---|---|--:|--:|--:|--:|");
    let mut far = Vec::new();
    for case in cases {
        if !rows(programs, case)? {
            far.push(*case);
        }
    }
    if far.is_empty() { Ok(()) } else { Err(format!("too far apart: {}", far.join(", ")).into()) }
}

fn rows(programs: &Programs, name: &str) -> Outcome<bool> {
    say(&format!("{name}, one power flow"));
    let case = programs.case(name);
    let file = |who: &str| programs.file(&format!("voltage-{who}.bin"));
    let mut ours = Rounds::default();
    let mut theirs: [Rounds; PEERS.len()] = std::array::from_fn(|_| Rounds::default());
    for _ in 0..ROUNDS {
        ours.0.push(programs.ours("single", &[&case, &file("ours")])?);
        for (peer, rounds) in PEERS.iter().zip(&mut theirs) {
            rounds.0.push(programs.peer(peer, "single", &[&case, &file(peer)], &[])?);
        }
    }
    let milliseconds = |rounds: &Rounds| {
        rounds.middle().and_then(Said::seconds).map_or(f64::NAN, |seconds| 1e3 * seconds)
    };
    println!("| {name} | **ours** | {:.2} | | | |", milliseconds(&ours));
    let (mut near, mut best) = (true, f64::INFINITY);
    for (peer, rounds) in PEERS.iter().zip(&theirs) {
        if let Some(Said::Cannot(reason)) = rounds.middle() {
            println!("| {name} | {peer} | cannot: {reason} | | | |");
            continue;
        }
        let found = Agreement::of(&file("ours"), &file(peer), 1)?;
        near &= found.near();
        let ratio = ours.ratio(rounds, |ours, theirs| Some(theirs.seconds()? / ours.seconds()?));
        best = best.min(ratio);
        println!(
            "| {name} | {peer} | {:.2} | **{ratio:.2}** | {:.0e} | {:.0e} |",
            milliseconds(rounds),
            found.pu,
            found.degrees
        );
    }
    let verdict = if best >= GOAL { "reached" } else { "**missed**" };
    println!("| {name} | the quickest, goal {GOAL} | | {best:.2}, {verdict} | | |");
    Ok(near)
}
