//! Solves single outages of MATPOWER cases side by side, and says how many it did in a second.
//!
//! ```sh
//! cargo run --release -p relight-grid --example batch_flow -- case118.m case9241pegase.m
//! ```

use relight_grid::ac::{AcOptions, Start};
use relight_grid::batch::{Batch, BatchOptions, Change, Element};
use relight_grid::{Injections, matpower};

/// What came of an outage.
struct Row {
    converged: bool,
    alone: bool,
    steps: usize,
    split: bool,
}

/// Outages of each case.
const MOST: usize = 1000;

/// Processor time of this thread, seconds, where the system tells; a busy machine does not disturb it.
fn seconds() -> f64 {
    use std::time::{SystemTime, UNIX_EPOCH};
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(
        || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64()),
        |ns| ns * 1e-9,
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let network = matpower::read(&std::fs::read(&path)?, &path)?.network;
        let (status, injections) = (network.status(), Injections::of_case(&network));
        let ac = AcOptions { start: Start::DcAngles, ..AcOptions::default() };
        let batch = Batch::new(&network, status.clone(), injections, &ac).ok_or("tables")?;
        let changes: Vec<Change> = (0..network.branches.len())
            .filter(|k| status.branch[*k])
            .take(MOST)
            .map(|k| Change::outage(Element::Branch(k)))
            .collect();
        for (name, portable, lanes) in
            [("8 lanes", false, 8), ("16 lanes", false, 16), ("portable", true, 8)]
        {
            let options = BatchOptions {
                ac: ac.clone(),
                portable,
                lanes: Some(lanes),
                ..BatchOptions::default()
            };
            let mut best = f64::INFINITY;
            let mut rows: Vec<Option<Row>> = Vec::new();
            for _ in 0..3 {
                let began = seconds();
                rows = batch.solve(&changes, &options, |_, s| Row {
                    converged: s.converged(),
                    alone: s.alone(),
                    steps: s.iterations(),
                    split: s.islands().count() > 1,
                });
                best = best.min(seconds() - began);
            }
            let rows: Vec<Row> = rows.into_iter().flatten().collect();
            let count = |f: fn(&Row) -> bool| rows.iter().filter(|r| f(r)).count();
            println!(
                "{path} {name}: {} states, {} converged, {} alone, {} split, {:.2} steps, {:.0} a second",
                rows.len(),
                count(|r| r.converged),
                count(|r| r.alone),
                count(|r| r.split),
                rows.iter().map(|r| r.steps as f64).sum::<f64>() / rows.len() as f64,
                rows.len() as f64 / best
            );
        }
    }
    Ok(())
}
