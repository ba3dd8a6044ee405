//! How long scenarios take: `make bench-study`, or with numbers of scenarios and threads and a folder,
//! `make bench-study ARGS="100 2 examples/winter-storm"`.
//!
//! Runs them with one thread and with that many, checks that the rows are the same, and prints times and the means of
//! two policies. The damage is drawn from all five hazards.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use relight_restore::scenario::{self, Folder};
use relight_study::hazard::Hazard;
use relight_study::severity::Severity;
use relight_study::study::{Draw, Order};
use relight_study::{Policy, Settings, Study, run_scenarios};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let count: u64 = words.next().map_or(Ok(100), |n| n.parse())?;
    let threads: usize = words.next().map_or(Ok(2), |n| n.parse())?;
    let folder = words.next().unwrap_or_else(|| "examples/winter-storm".into());
    let mut files = Folder::default();
    for entry in fs::read_dir(Path::new(&folder))? {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.files.insert(name, fs::read(&path)?);
        }
    }
    let base = scenario::read(&files).map_err(|findings| format!("{findings:?}"))?.scenario;
    let draw = |hazard| Draw { hazard, severity: Severity::Drawn, weight: 1.0 };
    let one = Study::new(
        base,
        Settings {
            seed: 1,
            draws: Hazard::ALL.map(draw).to_vec(),
            policies: vec![Policy::new("all pledges", Order::Ratio)],
        },
    )?;
    let numbers: Vec<u64> = (0..count).collect();
    let never = AtomicBool::new(false);
    let timed = |threads: usize| {
        let begun = Instant::now();
        let rows = run_scenarios(&one, &numbers, threads, &never);
        let seconds = begun.elapsed().as_secs_f64();
        let each = 1e3 * seconds / count.max(1) as f64;
        println!(
            "{threads} threads: {seconds:.1} s, {each:.1} ms a scenario, 10,000 in {:.1} min",
            each / 6.0
        );
        (rows, seconds)
    };
    let (alone, slow) = timed(1);
    if threads > 1 {
        let (together, quick) = timed(threads);
        println!("{:.2} times as fast; the same rows: {}", slow / quick, alone == together);
        if alone != together {
            return Err("the number of threads changed a row".into());
        }
    }
    let sum: i128 = alone.iter().flat_map(|row| &row.losses).map(|l| i128::from(l.weighted)).sum();
    println!("mean weighted people-hours {:.0}", sum as f64 / count.max(1) as f64);
    Ok(())
}
