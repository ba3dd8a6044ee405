//! `relight evaluate`: somebody else's schedule, judged by the rules of a plan.

use std::fmt::Write as _;

use relight_restore::planner;
use relight_restore::schedule::Broken;

use super::plan::{NAMES, deliver};
use crate::args::Evaluate;
use crate::console::{Console, Ink, complain};
use crate::failure::{Answer, Failure};
use crate::load;
use crate::numbers::count;
use crate::progress::Watch;
use crate::save;

pub fn run(args: &Evaluate, console: Console) -> Result<Answer, Failure> {
    let loaded = load::scenario(&args.scenario.path)?;
    let scenario = &loaded.reading.scenario;
    let jobs = load::schedule(&args.schedule, scenario)?;
    save::prepare(&args.target.out, &NAMES, args.target.force)?;
    let mut watch = Watch::new(console, None);
    let (mut plan, broken) =
        planner::judge(scenario, &jobs, &super::settings(&args.how), &mut watch);
    watch.finish();
    let rules: Vec<String> =
        broken.iter().map(|b| format!("the schedule breaks a rule: {b}")).collect();
    plan.warnings.splice(0..0, rules);
    deliver(&loaded, &plan, &args.target, console, &[], "this schedule")?;
    if broken.is_empty() {
        return Ok(Answer::Yes);
    }
    Ok(refuse(&broken, console))
}

/// Says which rules a schedule breaks.
pub fn refuse(broken: &[Broken], console: Console) -> Answer {
    let mut text = format!(
        "{}: the schedule cannot be carried out as it is; it breaks {}:",
        console.err_ink(Ink::Red, "no"),
        count(broken.len(), "rule", "rules")
    );
    for rule in broken {
        let _ = write!(text, "\n  {rule}");
    }
    complain(&text);
    Answer::No
}
