//! One power flow, the analysis kept.

use super::ROUNDS;
use super::programs::Programs;
use super::said::{Rounds, Said};
use crate::process::{Outcome, say};

/// Prints the table.
pub fn run(programs: &Programs, cases: &[&str]) -> Outcome {
    println!("| case | ours, ms | lightsim2grid, ms | ratio |\n|---|--:|--:|--:|");
    for name in cases {
        say(&format!("{name}, one power flow"));
        let case = programs.case(name);
        let [mut ours, mut theirs] = [Rounds::default(), Rounds::default()];
        for _ in 0..ROUNDS {
            ours.0.push(programs.ours("single", &[&case])?);
            theirs.0.push(programs.peer("lightsim2grid", "single", &[&case], &[])?);
        }
        let ratio = ours.ratio(&theirs, |ours, theirs| Some(theirs.seconds()? / ours.seconds()?));
        let [ours, theirs] = [ours, theirs]
            .map(|rounds| rounds.middle().and_then(Said::seconds).unwrap_or(f64::NAN) * 1e3);
        println!("| {name} | {ours:.3} | {theirs:.3} | **{ratio:.1}** |");
    }
    Ok(())
}
