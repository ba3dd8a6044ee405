//! The most memory that ten thousand outages of a grid of ten thousand buses take.

use super::programs::Programs;
use super::said::Said;
use crate::process::{Outcome, say};

/// MB.
const GOAL: f64 = 1000.0;

/// Prints the table.
pub fn run(programs: &Programs, cases: &[&str]) -> Outcome {
    println!("| case | outages | answers | processor time, s | most memory, MB | goal {GOAL} |");
    println!("|---|--:|--:|--:|--:|---|");
    for name in cases {
        say(&format!("{name}, memory"));
        let Said::Numbers(said) = programs.ours("memory", &[&programs.case(name)])? else {
            return Err("no answer".into());
        };
        let [seconds, outages, answers, most, ..] = said[..] else {
            return Err("not understood".into());
        };
        let verdict = if most <= GOAL { "reached" } else { "**missed**" };
        println!("| {name} | {outages} | {answers} | {seconds:.1} | {most} | {verdict} |");
    }
    Ok(())
}
