//! `relight plan`: from a scenario folder to a plan folder.

use std::fmt::Write as _;

use relight_restore::Plan;
use relight_restore::ask::{Effort, ask};
use relight_restore::planner::{self, Settings};

use crate::args::{self, Target};
use crate::console::{Console, write_out};
use crate::failure::{Answer, Failure};
use crate::load::{self, Loaded};
use crate::progress::{self, Watch};
use crate::save;
use crate::summary;

/// The files of a plan folder, before there is a plan to ask for them.
pub const NAMES: [&str; 7] = [
    "plan.json",
    "schedule.csv",
    "states.csv",
    "matches.csv",
    "placements.csv",
    "asks.csv",
    "report.html",
];

pub fn run(args: &args::Plan, console: Console) -> Result<Answer, Failure> {
    let loaded = load::scenario(&args.scenario.path)?;
    save::prepare(&args.target.out, &NAMES, args.target.force)?;
    let settings = Settings { iterations: args.iterations, ..super::settings(&args.how) };
    let mut watch = Watch::new(console, args.time_limit);
    progress::heed_interrupt(progress::BEST_IS_KEPT);
    let mut plan = planner::plan(&loaded.reading.scenario, &settings, &mut watch);
    watch.finish();
    if args.asks {
        // A watch of its own: the time limit is that of the plan.
        let mut watch = Watch::new(console, None);
        let effort = Effort::default();
        plan.asks = Some(ask(&loaded.reading.scenario, &plan, &settings, &effort, &mut watch));
        watch.finish();
    }
    let note = watch.stopped.then_some("the search was ended early: a better plan may exist");
    deliver(&loaded, &plan, &args.target, console, &note.into_iter().collect::<Vec<_>>(), "plan")?;
    Ok(Answer::Yes)
}

/// Writes the plan folder and prints what matters of it.
pub fn deliver(
    loaded: &Loaded,
    plan: &Plan,
    target: &Target,
    console: Console,
    notes: &[&str],
    what: &str,
) -> Result<(), Failure> {
    let scenario = &loaded.reading.scenario;
    let files = relight_report::files(scenario, plan);
    save::write(&target.out, &files)?;
    if console.json {
        let document = files.iter().find(|(name, _)| *name == "plan.json");
        return document.map_or(Ok(()), |(_, bytes)| write_out(bytes));
    }
    console.say(&summary::text(scenario, plan, console, what))?;
    let mut tail = String::new();
    for note in notes {
        let _ = writeln!(tail, "\nNote: {note}.");
    }
    let _ = writeln!(tail, "\nRead {}", target.out.join("report.html").display());
    console.say(&tail)
}
