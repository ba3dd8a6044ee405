//! Factorising the Jacobian of a solved case and solving with it, for each of many scenarios.

use super::ROUNDS;
use super::programs::Programs;
use super::said::{Rounds, Said};
use crate::process::{Outcome, say};

/// Times as quick as the peer.
const GOAL: f64 = 10.0;

/// Prints the table. Ours is a whole Newton step in each lane, its matrix made from the voltages, in single precision; the peer's is that of one
/// matrix, given, in double.
pub fn run(programs: &Programs, cases: &[&str]) -> Outcome {
    println!(
        "| case | lanes | ours, ms a scenario | KLU, ms | of them refactor | solve | ours, times as quick | goal {GOAL} |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|---|");
    for name in cases {
        say(&format!("{name}, factors of the Jacobian"));
        let case = programs.case(name);
        let [mut ours, mut theirs] = [Rounds::default(), Rounds::default()];
        for _ in 0..ROUNDS {
            ours.0.push(programs.ours("factor", &[&case])?);
            theirs.0.push(programs.peer("klu", "factor", &[&case], &[])?);
        }
        let number = |rounds: &Rounds, at| {
            rounds.middle().and_then(|said| said.number(at)).unwrap_or(f64::NAN)
        };
        let (lanes, own) = (number(&ours, 1), 1e3 * number(&ours, 0));
        if let Some(Said::Cannot(reason)) = theirs.middle() {
            println!("| {name} | {lanes} | {own:.3} | cannot: {reason} | | | | |");
            continue;
        }
        let ratio = ours.ratio(&theirs, |ours, theirs| Some(theirs.seconds()? / ours.seconds()?));
        let [both, refactor, solve] = [0, 1, 2].map(|at| 1e3 * number(&theirs, at));
        let verdict = if ratio >= GOAL { "reached" } else { "**missed**" };
        println!(
            "| {name} | {lanes} | {own:.3} | {both:.2} | {refactor:.2} | {solve:.2} | **{ratio:.1}** | {verdict} |"
        );
    }
    Ok(())
}
