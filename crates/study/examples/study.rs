//! How long many scenarios take, and how much memory: `make bench-study`, or with the number of scenarios and a scenario
//! folder, `make bench-study ARGS="1000 examples/winter-storm"`.
//!
//! First the whole of it on two threads, as `relight study` does it: damage drawn from all five hazards, followed under one
//! policy, summarised, written as Parquet. Then one thread and two in turn on the same scenarios, a pair at a time, so that
//! what else the machine does meets both alike; and the rows of 1, 2 and 8 threads. Prints tables in Markdown, and fails
//! where a row depends on the number of threads. What is not 10,000 scenarios is extrapolated, and says so.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use relight_restore::scenario::{self, Folder, Scenario};
use relight_study::course::{Course, Extent, run};
use relight_study::hazard::Hazard;
use relight_study::log::Rows;
use relight_study::severity::Severity;
use relight_study::study::{Draw, Order};
use relight_study::summary::Summary;
use relight_study::{Policy, Row, Settings, Study, parquet, run_scenarios};

/// Scenarios of the target, and its minutes and bytes on two cores.
const TARGET: (u64, f64, f64) = (10_000, 10.0, 2e9);
/// Pairs of runs on one thread and two, and the scenarios of each.
const PAIRS: u64 = 5;
const OF_PAIR: u64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let count: u64 = words.next().map_or(Ok(TARGET.0), |n| n.parse())?;
    let folder = words.next().unwrap_or_else(|| "examples/winter-storm".into());
    let draw = |hazard| Draw { hazard, severity: Severity::Drawn, weight: 1.0 };
    let study = Study::new(
        read(Path::new(&folder))?,
        Settings {
            seed: 1,
            draws: Hazard::ALL.map(draw).to_vec(),
            policies: vec![Policy::new("all pledges", Order::Ratio)],
        },
    )?;
    whole(&study, count, &folder)?;
    in_pairs(&study, count.min(OF_PAIR))
}

fn read(folder: &Path) -> Result<Scenario, Box<dyn Error>> {
    let mut files = Folder::default();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.files.insert(name, fs::read(&path)?);
        }
    }
    Ok(scenario::read(&files).map_err(|findings| format!("{findings:?}"))?.scenario)
}

/// A study of so many scenarios to its end, on two threads.
fn whole(study: &Study, count: u64, folder: &str) -> Result<(), Box<dyn Error>> {
    let extent = Extent {
        scenarios: count,
        stop: false,
        look_every: count.max(30),
        alpha: 0.05,
        probe: 0,
        missing: 0,
        pieces: 0,
        candidates: 0,
        elsewhere: 1,
    };
    let (clock, worked) = (Instant::now(), processor_seconds());
    let course = Course::new(study.clone(), extent);
    let mut rows = Rows::default();
    run(&course, &mut rows, 2, &AtomicBool::new(false), |_, _, _| ());
    let followed = clock.elapsed().as_secs_f64();
    let summary = Summary::of("bench", &course, &rows);
    let main = course.main_rows(&rows, summary.scenarios_run);
    let losses = parquet::losses(study, &main)?;
    let results = parquet::results(&[(study, main)])?;
    let (seconds, worked) = (clock.elapsed().as_secs_f64(), processor_seconds() - worked);
    let memory = peak_memory();
    println!(
        "{count} scenarios of {folder} on two threads: generated, followed, summarised, as Parquet ({:.1} MB).\n",
        (losses.len() + results.len()) as f64 / 1e6
    );
    println!(
        "| scenarios | minutes | of these to summarise | processor time of each | memory at most | target |"
    );
    println!("|--:|--:|--:|--:|--:|---|");
    let each = worked / count.max(1) as f64;
    let late = (seconds - followed) / 60.0;
    let told = |of: u64, minutes: f64, late: f64, memory: Option<f64>| {
        let target = match memory {
            _ if of != TARGET.0 => "",
            Some(bytes) if bytes >= TARGET.2 => "missed",
            _ if minutes >= TARGET.1 => "missed",
            _ => "met",
        };
        let memory = memory.map_or("-".into(), |bytes| format!("{:.0} MB", bytes / 1e6));
        let each = 1e3 * each;
        println!("| {of} | {minutes:.2} | {late:.2} | {each:.1} ms | {memory} | {target} |");
    };
    told(count, seconds / 60.0, late, memory);
    if count != TARGET.0 {
        let times = TARGET.0 as f64 / count.max(1) as f64;
        println!("\nExtrapolated, as so many times as long, and with two cores for itself:\n");
        let alone = each * TARGET.0 as f64 / 2.0;
        println!(
            "- by the clock of this run: {} scenarios in {:.1} minutes",
            TARGET.0,
            times * seconds / 60.0
        );
        println!("- by its processor time: {} in {:.1} minutes", TARGET.0, alone / 60.0);
    }
    Ok(())
}

/// One thread and two in turn, and the same rows from 1, 2 and 8.
fn in_pairs(study: &Study, count: u64) -> Result<(), Box<dyn Error>> {
    let never = AtomicBool::new(false);
    let timed = |numbers: &[u64], threads: usize| -> (Vec<Row>, f64, f64) {
        let (clock, worked) = (Instant::now(), processor_seconds());
        let rows = run_scenarios(study, numbers, threads, &never);
        (rows, clock.elapsed().as_secs_f64(), processor_seconds() - worked)
    };
    println!("\nOne thread and two in turn, {count} scenarios each:\n");
    println!(
        "| pair | one | two | as fast | processors that one had | that two had | work of two beside one |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|");
    let mut ratios = Vec::new();
    for pair in 0..PAIRS {
        let numbers: Vec<u64> = (pair * count..(pair + 1) * count).collect();
        let (alone, slow, alone_worked) = timed(&numbers, 1);
        let (together, quick, together_worked) = timed(&numbers, 2);
        if alone != together || pair == 0 && alone != timed(&numbers, 8).0 {
            return Err("the number of threads changed a row".into());
        }
        ratios.push(slow / quick);
        println!(
            "| {} | {slow:.2} s | {quick:.2} s | {:.2} | {:.2} | {:.2} | {:.3} |",
            pair + 1,
            slow / quick,
            alone_worked / slow,
            together_worked / quick,
            together_worked / alone_worked
        );
    }
    ratios.sort_by(f64::total_cmp);
    let (median, most) = (ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    println!(
        "\nTwo threads are {median:.2} times as fast as one (median; most {most:.2}; target 1.9). \
         The rows of 1, 2 and 8 threads are the same."
    );
    Ok(())
}

/// Processor time of this process, s; 0 where the system does not tell.
fn processor_seconds() -> f64 {
    // Fields 14 and 15, counted behind the name, which may hold anything: hundredths of a second.
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    after.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}

/// The most memory that this process has held, bytes.
fn peak_memory() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib * 1024.0)
}
