//! How far a Newton step in lanes is from what the processor can do.

use super::programs::Programs;
use super::said::Said;
use crate::process::{Outcome, say};

/// Prints what the machine does, and the table.
pub fn run(programs: &Programs, cases: &[&str]) -> Outcome {
    say("what this machine can do");
    let Said::Numbers(machine) = programs.machine()? else { return Err("no answer".into()) };
    let [separate, fused, near, far, ..] = machine[..] else { return Err("not understood".into()) };
    println!(
        "One core: {separate:.0} thousand million operations a second in single precision, {fused:.0} with product and sum in one; \
         {near:.0} GB/s within its own cache, {far:.0} GB/s beyond all caches.\n"
    );
    println!(
        "| case | a lane's step: operations, million | bytes, MB | by operations, ms | by bytes, ms | taken, ms | part of the limit |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for name in cases {
        say(&format!("{name}, a step in lanes"));
        let Said::Numbers(said) = programs.ours("factor", &[&programs.case(name)])? else {
            return Err("no answer".into());
        };
        let [seconds, _, operations, bytes, ..] = said[..] else {
            return Err("not understood".into());
        };
        let (arithmetic, traffic) = (operations / separate * 1e-9, bytes / near * 1e-9);
        println!(
            "| {name} | {:.2} | {:.2} | {:.3} | {:.3} | {:.3} | {:.0} % |",
            operations * 1e-6,
            bytes * 1e-6,
            arithmetic * 1e3,
            traffic * 1e3,
            seconds * 1e3,
            100.0 * arithmetic.max(traffic) / seconds
        );
    }
    Ok(())
}
