//! Power flows by gridoxide, for `make bench-flow`.
//!
//! ```sh
//! flow-gridoxide single CASE.m VOLTAGES.bin
//! flow-gridoxide dc CASE.m OUTAGES.csv
//! ```
//!
//! `single` prints the processor seconds of one power flow by Newton's method with its own port of KLU, from a flat start, the analysis kept,
//! and writes the complex voltages. `dc` solves single outages by line-outage factors, all angles and flows of each, and prints processor
//! seconds, outages and answers; it leaves out what splits the grid.

use std::error::Error;
use std::time::{Duration, Instant};

use gridoxide::linear::{DcOptions, DcSensitivity, dc_branches, dc_power_flow};
use gridoxide::matpower::{self, MatpowerNetwork};
use gridoxide::network::{build_ybus, stamp_shunts};
use gridoxide::solver::{JacobianBackend, PersistentSolver, SolveStatus};
use gridoxide::types::BusType;

const TOLERANCE: f64 = 1e-8;
const STEPS: usize = 20;
/// Work is repeated until it has taken this long, so that the clock's grain does not show.
const LONG_ENOUGH: Duration = Duration::from_millis(600);

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["single", case, voltages] => single(&matpower::read(case)?, voltages),
        ["dc", case, outages] => linear(&matpower::read(case)?, outages),
        _ => Err("single CASE.m VOLTAGES.bin, or dc CASE.m OUTAGES.csv".into()),
    }
}

fn single(network: &MatpowerNetwork, voltages: &str) -> Result<(), Box<dyn Error>> {
    let mut ybus = build_ybus(network.buses.len(), &network.lines, &network.transformers);
    stamp_shunts(&mut ybus, &network.shunts);
    let ybus = ybus.finish();
    let mut solver = PersistentSolver::new(JacobianBackend::KluNative);
    let mut buses = network.buses.clone();
    let (_, stats) = solver.solve_with_stats(&mut buses, &ybus, TOLERANCE, STEPS);
    if stats.status != SolveStatus::Converged {
        println!("cannot: the flat start does not converge");
        return Ok(());
    }
    let seconds = repeat(|| {
        for (bus, start) in buses.iter_mut().zip(&network.buses) {
            (bus.voltage_mag, bus.voltage_ang) = (start.voltage_mag, start.voltage_ang);
        }
        solver.solve(&mut buses, &ybus, TOLERANCE, STEPS)
    })?;
    // Written with the reference bus at the angle 0.
    let turn = buses.iter().find(|bus| matches!(bus.bus_type, BusType::Slack));
    let turn = turn.map_or(0.0, |bus| bus.voltage_ang);
    let mut out = Vec::with_capacity(16 * buses.len());
    for bus in &buses {
        let (sin, cos) = (bus.voltage_ang - turn).sin_cos();
        for part in [bus.voltage_mag * cos, bus.voltage_mag * sin] {
            out.extend(part.to_le_bytes());
        }
    }
    std::fs::write(voltages, out)?;
    println!("{seconds}");
    Ok(())
}

fn linear(network: &MatpowerNetwork, outages: &str) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(outages)?;
    let rows: Vec<usize> = text.lines().skip(1).map(str::parse).collect::<Result<_, _>>()?;
    let place = |row: &usize| network.branch_rows.iter().position(|r| r == row);
    let asked: Vec<usize> = rows.iter().filter_map(place).collect();
    let options = DcOptions::default();
    let (lines, transformers) = (&network.lines, &network.transformers);
    let mut buses = network.buses.clone();
    let base = dc_power_flow(&mut buses, lines, transformers, options);
    let angles: Vec<f64> = buses.iter().map(|bus| bus.voltage_ang).collect();
    let branches = dc_branches(lines, transformers, options);
    let Some(factors) = DcSensitivity::new(&buses, &branches, lines.len() + transformers.len())
    else {
        println!("cannot: no factors of the base case");
        return Ok(());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    // Measured in the thread that works.
    let (seconds, solved) = pool.install(|| -> Result<_, String> {
        let work = || factors.contingencies(&angles, &base.branch_p, &asked);
        let solved = work().ok_or("no answers")?.solved.iter().filter(|good| **good).count();
        let seconds = repeat(work).map_err(|error| error.to_string())?;
        Ok((seconds, solved))
    })?;
    println!("{seconds} {} {solved}", rows.len());
    Ok(())
}

/// Mean processor seconds of some work.
fn repeat<T>(mut work: impl FnMut() -> T) -> Result<f64, Box<dyn Error>> {
    let (began, clock) = (processor()?, Instant::now());
    let mut count = 0.0;
    while clock.elapsed() < LONG_ENOUGH {
        std::hint::black_box(work());
        count += 1.0;
    }
    Ok((processor()? - began) / count)
}

/// Processor time of this thread, seconds.
fn processor() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("no schedstat")?.parse::<f64>()? * 1e-9)
}
