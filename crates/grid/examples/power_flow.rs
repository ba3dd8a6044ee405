//! Solves the AC power flow of MATPOWER files and prints one line each: verdict, steps, time, voltages.
//!
//! ```sh
//! cargo run --release -p relight-grid --example power_flow -- case118.m case9241pegase.m
//! ```

use std::time::Instant;

use relight_grid::ac::{AcOptions, AcSolver, AcStatus, SlackSharing};
use relight_grid::dc::DcSolver;
use relight_grid::{Injections, Network, Susceptance, matpower};

/// Solves up to 200 single outages, one after another.
fn outages(network: &Network) {
    let injections = Injections::of_case(network);
    let mut solver = AcSolver::new(network);
    let mut dc = DcSolver::new(network);
    let every = network.branches.len().div_ceil(200);
    let (mut count, mut converged) = (0, 0);
    let (mut ac_time, mut dc_time) = (0.0, 0.0);
    for k in (0..network.branches.len()).step_by(every) {
        let mut status = network.status();
        status.branch[k] = false;
        let began = Instant::now();
        let solution = solver.solve(&status, &injections, &AcOptions::default());
        ac_time += began.elapsed().as_secs_f64();
        let began = Instant::now();
        dc.solve(network, &status, &injections, Susceptance::X);
        dc_time += began.elapsed().as_secs_f64();
        count += 1;
        converged += usize::from(solution.converged());
    }
    let each = |time: f64| 1e3 * time / f64::from(count);
    println!(
        "  {count} outages, {converged} converged: AC {:.2} ms, DC {:.2} ms each",
        each(ac_time),
        each(dc_time)
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let network = matpower::read(&std::fs::read(&path)?, &path)?.network;
        let (status, injections) = (network.status(), Injections::of_case(&network));
        let began = Instant::now();
        let mut solver = AcSolver::new(&network);
        let analysis = began.elapsed();
        for (name, enforce_q, slack) in [
            ("plain", false, SlackSharing::Single),
            ("headroom", false, SlackSharing::Headroom),
            ("q limits", true, SlackSharing::Single),
        ] {
            let options = AcOptions { enforce_q, slack, ..AcOptions::default() };
            let mut solution = solver.solve(&status, &injections, &options);
            let began = Instant::now();
            for _ in 0..5 {
                solution = solver.solve(&status, &injections, &options);
            }
            let verdict = match &solution.status {
                AcStatus::NotConverged { reason, .. } => format!("{reason:?}"),
                other => format!("{other:?}"),
            };
            println!(
                "{path} {name}: {verdict}, {:?}, {} steps, {:.2} ms (analysis {:.2} ms), losses {:.4} MW, v {:.5}..{:.5}",
                solution.islands.iter().map(|i| i.attempt).next(),
                solution.iterations,
                began.elapsed().as_secs_f64() * 200.0,
                analysis.as_secs_f64() * 1e3,
                solution.losses_mw,
                solution.vm_min_pu().unwrap_or(0.0),
                solution.vm_max_pu().unwrap_or(0.0),
            );
        }
        outages(&network);
    }
    Ok(())
}
