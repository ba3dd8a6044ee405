//! The linear power flow: all single outages of branches with the flows of all branches, and states that have lost many.

use super::ROUNDS;
use super::programs::{GRIDOXIDE, Programs};
use super::said::{Rounds, Said};
use crate::process::{Outcome, say};

/// Times as many outages a second as the best peer.
const GOAL: f64 = 8.0;
/// States a second, with one branch of twenty lost, ...
const STATES: f64 = 10_000.0;
/// ... on this case.
const LARGEST: &str = "case9241pegase";
const PEERS: [&str; 2] = ["lightsim2grid", GRIDOXIDE];

/// Prints both tables.
pub fn run(programs: &Programs, cases: &[&str]) -> Outcome {
    println!("| case | program | outages answered | a second | ours, times as many |");
    println!("|---|---|--:|--:|--:|");
    for case in cases {
        outages(programs, case)?;
    }
    println!(
        "\n| case | one branch of twenty lost: states a second | solved by themselves | goal |"
    );
    println!("|---|--:|--:|---|");
    for case in cases {
        states(programs, case)?;
    }
    Ok(())
}

fn outages(programs: &Programs, name: &str) -> Outcome {
    say(&format!("{name}, linear outages"));
    let (case, list) = (programs.case(name), programs.outages(name)?);
    let mut ours = Rounds::default();
    let mut theirs: [Rounds; PEERS.len()] = std::array::from_fn(|_| Rounds::default());
    for _ in 0..ROUNDS {
        ours.0.push(programs.ours("dc", &[&case, &list])?);
        for (peer, rounds) in PEERS.iter().zip(&mut theirs) {
            if rounds.again() {
                rounds.0.push(programs.peer(peer, "dc", &[&case, &list], &[])?);
            }
        }
    }
    let Some(Said::Numbers(middle)) = ours.middle() else { return Err("no round".into()) };
    let [seconds, outages, split, ..] = middle[..] else { return Err("not understood".into()) };
    println!(
        "| {name} | **ours** | {outages}, {split} of them split | {:.0} | |",
        outages / seconds
    );
    let mut best = f64::INFINITY;
    for (peer, rounds) in PEERS.iter().zip(&theirs) {
        let said = rounds.middle().ok_or("no round")?;
        let (Some(seconds), Some(answers)) = (said.seconds(), said.number(2)) else {
            println!("| {name} | {peer} | cannot | | |");
            continue;
        };
        let ratio = ours.ratio(rounds, |ours, theirs| {
            let rate = ours.number(1)? / ours.seconds()?;
            Some(rate * theirs.seconds()? / theirs.number(2)?)
        });
        best = best.min(ratio);
        println!("| {name} | {peer} | {answers} | {:.0} | **{ratio:.1}** |", answers / seconds);
    }
    let verdict = if best >= GOAL { "reached" } else { "**missed**" };
    println!("| {name} | the best, goal {GOAL} | | | {best:.1}, {verdict} |");
    Ok(())
}

fn states(programs: &Programs, name: &str) -> Outcome {
    say(&format!("{name}, states without one branch of twenty"));
    let case = programs.case(name);
    let mut ours = Rounds::default();
    for _ in 0..ROUNDS {
        ours.0.push(programs.ours("states", &[&case])?);
    }
    let Some(Said::Numbers(middle)) = ours.middle() else { return Err("no round".into()) };
    let [seconds, states, alone, ..] = middle[..] else { return Err("not understood".into()) };
    let rate = states / seconds;
    let verdict = match (name == LARGEST, rate >= STATES) {
        (false, _) => String::new(),
        (true, true) => format!("{STATES}, reached"),
        (true, false) => format!("{STATES}, **missed**"),
    };
    println!("| {name} | {rate:.0} | {alone} | {verdict} |");
    Ok(())
}
