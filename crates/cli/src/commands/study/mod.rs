//! `relight study`: many events under several policies, to a report.

pub mod args;
mod log;

use std::fmt::Write as _;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::time::Instant;

use relight_report::{study_html, study_json};
use relight_study::course::{Course, Task, run as run_course};
use relight_study::log::{Rows, finished};
use relight_study::parquet;
use relight_study::summary::Summary;

use crate::console::{Console, complain, write_out};
use crate::failure::{Answer, Failure};
use crate::load::cannot;
use crate::numbers::{count, whole};
use crate::progress::{self, Watch};
use crate::save;

use log::LogFile;

/// Finished scenarios, line by line.
const LOG: &str = "rows.log";
/// The files of a study.
const NAMES: [&str; 6] =
    ["report.html", "study.json", "results.parquet", "losses.parquet", "probes.parquet", LOG];

pub fn run(args: &args::Study, console: Console) -> Result<Answer, Failure> {
    let relight_files::study::Loaded { spec, course, .. } = relight_files::study::read(&args.file)?;
    let course = match args.scenarios {
        None => course,
        Some(scenarios) => {
            let extent = relight_study::course::Extent { scenarios, ..course.extent().clone() };
            Course::new(course.study().clone(), extent)
        }
    };
    save::prepare(&args.out, &NAMES, args.force)?;
    let path = args.out.join(LOG);
    let (mut log, mut rows, torn) = LogFile::open(&path, course.study())?;
    if !rows.is_empty() || torn {
        let kept = count(rows.len(), "finished scenario", "finished scenarios");
        let cut = if torn { "; the last line was torn and is run again" } else { "" };
        console.say(&format!("Going on from {kept} of {}{cut}\n", path.display()))?;
    }
    let stop = progress::heed_interrupt("what is finished is kept; once more ends the program");
    let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = args.threads.unwrap_or_else(available).get();
    let mut pace = Pace::new(console);
    let mut failed: Option<io::Error> = None;
    let all = run_course(&course, &mut rows, threads, stop, |task, done, left| {
        if let Err(error) = log.add(&finished(task.part, done)) {
            failed = Some(error);
            stop.store(true, Ordering::Relaxed);
        }
        pace.tell(task, done.len(), left);
    });
    pace.watch.finish();
    if let Some(error) = failed.or_else(|| log.sync().err()) {
        return Err(cannot("write", &path, &error));
    }
    if !all {
        let done = count(rows.len(), "scenario is", "scenarios are");
        complain(&format!(
            "Interrupted: {done} finished and kept in {}. The same command goes on from there.",
            path.display()
        ));
        return Ok(Answer::No);
    }
    deliver(&spec.name, &course, &rows, args, console)
}

fn deliver(
    name: &str,
    course: &Course,
    rows: &Rows,
    args: &args::Study,
    console: Console,
) -> Result<Answer, Failure> {
    let summary = Summary::of(name, course, rows);
    if summary.scenarios_counted == 0 {
        return Err(Failure::about(
            "out_of_reach",
            &args.file,
            "no event can be as bad as was asked for, however strong; ask for less, or for another hazard",
        ));
    }
    let main = course.main_rows(rows, summary.scenarios_run);
    let probed = course.probed_rows(rows);
    let probed: Vec<_> = probed.iter().map(|(study, rows)| (study, rows.clone())).collect();
    let table = |made: Result<Vec<u8>, _>| {
        made.map_err(|e| Failure::new(format!("the rows cannot be written as Parquet: {e}")))
    };
    let json = study_json(&summary);
    let files = vec![
        ("report.html", study_html(&summary).into_bytes()),
        ("study.json", json.clone()),
        ("losses.parquet", table(parquet::losses(course.study(), &main))?),
        ("results.parquet", table(parquet::results(&[(course.study(), main)]))?),
        ("probes.parquet", table(parquet::results(&probed))?),
    ];
    save::write(&args.out, &files)?;
    if console.json {
        write_out(&json)?;
        return Ok(Answer::Yes);
    }
    console.say(&text(&summary))?;
    console.say(&format!("\nRead {}\n", args.out.join("report.html").display()))?;
    Ok(Answer::Yes)
}

/// What matters, for a terminal.
fn text(s: &Summary) -> String {
    let mut text = String::new();
    let counted = whole(s.scenarios_counted as f64);
    let run = whole(s.scenarios_run as f64);
    let _ = writeln!(text, "{counted} of {run} sampled events, {} each\n", s.unit);
    let width = s.policies.iter().map(|p| p.policy.chars().count()).max().unwrap_or(0).max(6);
    let _ = writeln!(
        text,
        "{:width$}  {:>16}  {:>16}  {:>16}",
        "policy", "mean", "median", "worst 5 %"
    );
    for held in &s.policies {
        let x = &held.weighted;
        let (mean, median, worst) = (whole(x.mean.mean), whole(x.median()), whole(x.worst.mean));
        let _ = writeln!(text, "{:width$}  {mean:>16}  {median:>16}  {worst:>16}", held.policy);
    }
    if !s.pairs.is_empty() {
        let best = &s.policies[s.leader].policy;
        let alike = s.pairs.iter().all(|p| p.same > 0.999);
        let certain = match (s.certain, alike) {
            (true, _) => "holds best",
            (false, true) => "loses what every other loses",
            (false, false) => "is ahead, but that may be chance",
        };
        let confidence = 100.0 * s.confidence;
        let _ = writeln!(text, "\n\"{best}\" {certain} ({confidence:.0} % confidence):");
        for pair in &s.pairs {
            let other = &s.policies[pair.other].policy;
            let mean = whole(pair.weighted.mean);
            let range = match (pair.weighted.low(), pair.weighted.high()) {
                (Some(low), Some(high)) => format!(" ({} to {})", whole(low), whole(high)),
                _ => String::new(),
            };
            let _ = writeln!(text, "  {other}: {mean} more{range}");
        }
    }
    if let Some(piece) = s.ready.as_ref().and_then(|r| r.pieces.first()) {
        let saved = whole(piece.together.mean);
        let (what, region) = (&piece.what, &piece.region);
        let chance = if piece.together.sign() > 0 { "" } else { ", which may be chance" };
        let _ = writeln!(
            text,
            "\nFirst to hold ready: {what} in {region}, saves {saved} an event{chance}"
        );
    }
    let beyond: u64 = s.hazards.iter().map(|h| h.out_of_reach).sum();
    if beyond > 0 {
        let beyond = whole(beyond as f64);
        let _ = writeln!(
            text,
            "\nOut of reach: {beyond} events cannot be as bad as was asked for, and count nowhere"
        );
    }
    text
}

/// How far it is, and how long it will take.
struct Pace {
    watch: Watch,
    begun: Instant,
    done: u64,
}

impl Pace {
    fn new(console: Console) -> Self {
        Pace { watch: Watch::new(console, None), begun: Instant::now(), done: 0 }
    }

    /// So many rows of this task are done more, and so many are left of the study.
    fn tell(&mut self, task: &Task, rows: usize, left: u64) {
        self.done += rows as u64;
        let share = self.done as f64 / (self.done + left).max(1) as f64;
        let seconds = self.begun.elapsed().as_secs_f64() / self.done as f64 * left as f64;
        // Where the line cannot be written over, one for each tenth will do.
        let work = format!("{} {}", task.words, (10.0 * share) as u32);
        let words = format!(
            "{}: {} followed, at most {} left, {} to go",
            task.words,
            whole(self.done as f64),
            whole(left as f64),
            span(seconds)
        );
        self.watch.tell(&work, &words, share);
    }
}

/// A time as one says it: `40 s`, `12 min`, `3.5 h`.
fn span(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
