//! One measurement of power flows for `make bench-flow`, which runs it beside other programs.
//!
//! ```sh
//! cargo run --release -p relight-grid --example flow_bench -- batch CASE.m OUTAGES.csv VOLTAGES.bin
//! cargo run --release -p relight-grid --example flow_bench -- single CASE.m VOLTAGES.bin
//! cargo run --release -p relight-grid --example flow_bench -- dc CASE.m OUTAGES.csv
//! cargo run --release -p relight-grid --example flow_bench -- states CASE.m
//! cargo run --release -p relight-grid --example flow_bench -- factor CASE.m
//! cargo run --release -p relight-grid --example flow_bench -- memory CASE.m
//! ```
//!
//! `batch` solves single outages (0-based rows of the branch table, under a header) and writes the complex voltages, one
//! row an outage, little-endian; it prints processor seconds, outages, answers, answers with one island, mean steps and how many were
//! solved alone. `dc` solves the same outages by the linear power flow, all flows of each, and prints processor seconds, outages and how many
//! split the grid. `single` prints the seconds of one power flow from a flat start (the angles of the linear power flow where that diverges), the
//! analysis kept, and writes its voltages. `factor` prints the seconds for each of the lanes of making, factorising and solving with the Jacobian of the solved
//! case, how many lanes there are, and operations and bytes of one. `states` prints the seconds of linear power flows of states that each lost one branch of twenty, all
//! flows of each, how many there are, and how many were solved by themselves. `memory` solves ten thousand outages (single ones, and pairs where there are fewer branches), and prints
//! seconds, outages, answers, and the most memory that the program had at once, MB.

use std::error::Error;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use relight_grid::ac::{AcOptions, AcSolver, Start};
use relight_grid::batch::{Batch, BatchOptions, Change, Element, State};
use relight_grid::dc::{Flows, Outage, Outages, States};
use relight_grid::{BusKind, Injections, Network, Susceptance, matpower};

/// Work is repeated until it has taken this long, so that the clock's grain does not show.
const LONG_ENOUGH: Duration = Duration::from_millis(600);

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["batch", case, outages, voltages] => batch(&read(case)?, outages, voltages),
        ["states", case] => {
            states(&read(case)?);
            Ok(())
        }
        ["memory", case] => memory(&read(case)?),
        ["factor", case] => factor(&read(case)?),
        ["single", case, voltages] => single(&read(case)?, voltages),
        ["dc", case, outages] => linear(&read(case)?, outages),
        _ => {
            Err("batch CASE.m OUTAGES.csv VOLTAGES.bin, dc CASE.m OUTAGES.csv, states|factor|memory CASE.m, or single CASE.m VOLTAGES.bin"
                .into())
        }
    }
}

fn read(case: &str) -> Result<Network, Box<dyn Error>> {
    Ok(matpower::read(&std::fs::read(case)?, case)?.network)
}

fn rows(outages: &str) -> Result<Vec<usize>, Box<dyn Error>> {
    let text = std::fs::read_to_string(outages)?;
    Ok(text.lines().skip(1).map(str::parse).collect::<Result<_, _>>()?)
}

fn linear(network: &Network, outages: &str) -> Result<(), Box<dyn Error>> {
    let rows = rows(outages)?;
    let (status, injections) = (network.status(), Injections::of_case(network));
    let mut all = Outages::new(network, status, injections, Susceptance::X);
    // The flows are there to be read, as the peers leave them; nobody reads them here.
    let flows = |_: usize, outage: Outage<'_>| black_box(outage.flow_mw).len();
    let seconds = repeat(|| all.each(&rows, flows));
    let split = rows.iter().filter(|k| all.splits(**k)).count();
    println!("{seconds} {} {split}", rows.len());
    Ok(())
}

/// What came of an outage.
struct Answer {
    voltages: Vec<[f64; 2]>,
    converged: bool,
    whole: bool,
    alone: bool,
    iterations: usize,
}

fn batch(network: &Network, outages: &str, voltages: &str) -> Result<(), Box<dyn Error>> {
    let rows = rows(outages)?;
    let changes: Vec<Change> = rows.iter().map(|k| Change::outage(Element::Branch(*k))).collect();
    let options = BatchOptions::default();
    let (status, injections) = (network.status(), Injections::of_case(network));
    let batch = Batch::new(network, status, injections, &options.ac).ok_or("bad tables")?;
    let buses = network.buses.len();
    let read = |_: usize, state: &State<'_>| -> Vec<[f64; 2]> {
        (0..buses).map(|i| state.voltage(i)).collect()
    };
    let seconds = repeat(|| batch.solve(&changes, &options, read));
    let (mut answers, mut whole, mut alone, mut steps) = (0, 0, 0, 0);
    let all = batch.solve(&changes, &options, |k, state| Answer {
        voltages: read(k, state),
        converged: state.converged(),
        whole: state.islands().count() == 1,
        alone: state.alone(),
        iterations: state.iterations(),
    });
    let all: Vec<_> = all.into_iter().flatten().collect();
    for a in &all {
        answers += usize::from(a.converged);
        whole += usize::from(a.converged && a.whole);
        alone += usize::from(a.alone);
        steps += a.iterations;
    }
    write_voltages(voltages, network, all.into_iter().flat_map(|a| a.voltages))?;
    let mean = steps as f64 / changes.len().max(1) as f64;
    println!("{seconds} {} {answers} {whole} {mean:.2} {alone}", changes.len());
    Ok(())
}

fn states(network: &Network) {
    const STATES: usize = 64;
    let injections = Injections::of_case(network);
    let mut seed = 1_u64;
    // The same states on every machine (Knuth's generator, its upper half).
    let mut lost = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33).is_multiple_of(20)
    };
    let status = network.status();
    let mut branches = |_| {
        let on = (0..network.branches.len()).filter(|k| status.branch[*k]);
        on.filter(|_| lost()).collect()
    };
    let lost: Vec<Vec<usize>> = (0..STATES).map(&mut branches).collect();
    let mut states = States::new(network, network.status(), injections, Susceptance::X);
    let flows = |_: usize, flows: Flows<'_>| {
        black_box(flows.flow_mw);
        flows.alone
    };
    let seconds = repeat(|| states.each(&lost, flows));
    let alone = states.each(&lost, flows).iter().filter(|alone| **alone).count();
    println!("{seconds} {STATES} {alone}");
}

fn memory(network: &Network) -> Result<(), Box<dyn Error>> {
    const OUTAGES: usize = 10_000;
    let (status, injections) = (network.status(), Injections::of_case(network));
    let on: Vec<usize> = (0..network.branches.len()).filter(|k| status.branch[*k]).collect();
    let changes: Vec<Change> = (0..OUTAGES)
        .map(|k| {
            let mut change = Change::outage(Element::Branch(on[k % on.len()]));
            if k >= on.len() {
                change.out.push(Element::Branch(on[(k + k / on.len()) % on.len()]));
            }
            change
        })
        .collect();
    let options = BatchOptions::default();
    let batch = Batch::new(network, status, injections, &options.ac).ok_or("bad tables")?;
    let buses = network.buses.len();
    let began = processor();
    let lowest = batch.solve(&changes, &options, |_, state| {
        let size = |i: usize| state.voltage(i).iter().map(|part| part * part).sum::<f64>().sqrt();
        let lowest = (0..buses).map(size).filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
        state.converged().then_some(lowest)
    });
    let seconds = processor().zip(began).map_or(f64::NAN, |(now, began)| now - began);
    let answers = lowest.iter().flatten().flatten().count();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kib: f64 = most.split_whitespace().next().ok_or("no VmHWM")?.parse()?;
    println!("{seconds} {OUTAGES} {answers} {:.0}", kib * 1.024e-3);
    Ok(())
}

fn factor(network: &Network) -> Result<(), Box<dyn Error>> {
    const TIMES: usize = 20;
    let (status, injections) = (network.status(), Injections::of_case(network));
    let options = BatchOptions::default();
    let batch = Batch::new(network, status, injections, &options.ac).ok_or("bad tables")?;
    let (lanes, largest) = batch.steps_in_place(&options, 1);
    if !(largest.is_finite() && largest > 0.0) {
        return Err("the matrix was not factorised".into());
    }
    let seconds = repeat(|| batch.steps_in_place(&options, TIMES));
    let work = batch.step_work();
    let each = seconds / (TIMES * lanes) as f64;
    println!("{each} {lanes} {} {}", work.operations, work.bytes);
    Ok(())
}

fn single(network: &Network, voltages: &str) -> Result<(), Box<dyn Error>> {
    let (status, injections) = (network.status(), Injections::of_case(network));
    let mut solver = AcSolver::new(network);
    let with = |start| AcOptions { start, fallback: false, ..AcOptions::default() };
    let start = |solver: &mut AcSolver<'_>, start| {
        solver.solve(&status, &injections, &with(start)).converged().then_some(start)
    };
    let Some(start) =
        start(&mut solver, Start::Flat).or_else(|| start(&mut solver, Start::DcAngles))
    else {
        return Err("the case has no solution".into());
    };
    let options = with(start);
    let seconds = repeat(|| solver.solve(&status, &injections, &options));
    let solution = solver.solve(&status, &injections, &options);
    let polar = solution.vm_pu.iter().zip(&solution.va_rad);
    write_voltages(voltages, network, polar.map(|(vm, va)| [vm * va.cos(), vm * va.sin()]))?;
    println!("{seconds} {}", solution.iterations);
    Ok(())
}

/// Writes complex voltages. The peers give the reference bus the angle 0, whatever the case says.
fn write_voltages(
    file: &str,
    network: &Network,
    voltages: impl Iterator<Item = [f64; 2]>,
) -> Result<(), Box<dyn Error>> {
    let reference = network.buses.iter().find(|b| b.kind == BusKind::Reference);
    let (sin, cos) = reference.map_or(0.0, |b| -b.va_deg.to_radians()).sin_cos();
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for [e, f] in voltages {
        out.write_all(&(e * cos - f * sin).to_le_bytes())?;
        out.write_all(&(e * sin + f * cos).to_le_bytes())?;
    }
    Ok(out.flush()?)
}

/// Mean processor seconds of some work.
fn repeat<T>(mut work: impl FnMut() -> T) -> f64 {
    drop(work());
    let (began, clock) = (processor(), Instant::now());
    let mut count = 0.0;
    while clock.elapsed() < LONG_ENOUGH {
        drop(work());
        count += 1.0;
    }
    let spent = match (began, processor()) {
        (Some(began), Some(now)) => now - began,
        _ => clock.elapsed().as_secs_f64(),
    };
    spent / count
}

/// Processor time of this thread, seconds, where the system tells.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds * 1e-9)
}
