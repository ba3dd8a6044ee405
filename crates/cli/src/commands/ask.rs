//! `relight ask`: what to ask partners for next.

use std::fmt::Write as _;

use relight_report::json::{About, Ask as Row, Asked, Document};
use relight_restore::ask::{Effort, ask};
use relight_restore::planner;
use relight_restore::scenario::Measure;
use relight_restore::{Plan, Scenario};
use serde::Serialize;

use super::evaluate::refuse;
use super::plan::NAMES;
use crate::args::Ask;
use crate::console::{Console, Ink};
use crate::failure::{Answer, Failure};
use crate::load;
use crate::numbers::{count, mwh};
use crate::progress::{self, Watch};
use crate::save;
use crate::time;

/// Classes that are listed before the rest is left to the report.
const MOST_LISTED: usize = 12;

/// The answer to programs.
#[derive(Serialize)]
struct Answered {
    schema: &'static str,
    scenario: About,
    measure: String,
    asks: Vec<Row>,
    asked: Option<Asked>,
}

pub fn run(args: &Ask, console: Console) -> Result<Answer, Failure> {
    let loaded = load::scenario(&args.scenario.path)?;
    let scenario = &loaded.reading.scenario;
    let mut settings = super::settings(&args.how);
    // A plan that nobody will read needs no AC check.
    settings.ac &= args.out.is_some();
    if let Some(out) = &args.out {
        save::prepare(out, &NAMES, args.force)?;
    }
    progress::heed_interrupt(progress::BEST_IS_KEPT);
    let mut watch = Watch::new(console, None);
    let mut plan = match &args.plan {
        None => planner::plan(scenario, &settings, &mut watch),
        Some(folder) => {
            let jobs = load::schedule(&folder.join("schedule.csv"), scenario)?;
            let (plan, broken) = planner::judge(scenario, &jobs, &settings, &mut watch);
            if !broken.is_empty() {
                watch.finish();
                return Ok(refuse(&broken, console));
            }
            plan
        }
    };
    watch.finish();
    let effort =
        Effort { rounds: args.effort, arrivals: args.arrivals.clone(), ..Effort::default() };
    let mut watch = Watch::new(console, args.time_limit);
    plan.asks = Some(ask(scenario, &plan, &settings, &effort, &mut watch));
    watch.finish();

    let document = Document::of(scenario, &plan);
    if let Some(out) = &args.out {
        save::write(out, &relight_report::files(scenario, &plan))?;
    }
    console.say(&text(scenario, &plan, &document, console))?;
    if let Some(out) = &args.out {
        console.say(&format!("\nRead {}\n", out.join("report.html").display()))?;
    }
    console.document(&Answered {
        schema: "relight.ask/1",
        scenario: document.scenario,
        measure: document.objective.measure,
        asks: document.asks,
        asked: document.asked,
    })?;
    Ok(Answer::Yes)
}

/// The list as the next call to partners.
fn text(scenario: &Scenario, plan: &Plan, document: &Document, console: Console) -> String {
    let unit = match scenario.measure {
        Measure::People => "weighted people-hours",
        Measure::Energy => "MWh, weighted by priority",
    };
    let title = console.ink(Ink::Bold, format!("{}: what to ask for next", scenario.name));
    let mut out = format!("{title}\n");
    let complete = plan.asks.as_ref().is_none_or(|a| a.complete);
    if document.asks.is_empty() && complete {
        out += "\nNothing is short: nothing that could be asked for was found to bring anybody anything back sooner.\n";
    }
    let mut classes: Vec<&[Row]> = document.asks.chunk_by(|a, b| a.rank == b.rank).collect();
    let beyond = classes.len().saturating_sub(MOST_LISTED);
    classes.truncate(MOST_LISTED);
    if !classes.is_empty() {
        let _ = writeln!(out, "Saved, {unit}; in brackets the range over re-plans");
    }
    for class in classes {
        let Some(first) = class.first() else { continue };
        let name = console.ink(Ink::Bold, format!("{:>2}  {}", first.rank, first.what));
        let _ = writeln!(out, "\n{name}");
        for row in class {
            let when = format!(
                "{} by {}, {}",
                row.count,
                time::step(scenario, row.arrival),
                time::date(scenario, row.arrival)
            );
            let saved = &row.weighted;
            let range = if saved.high - saved.low > 1e-6 * saved.high {
                format!("  [{} to {}]", mwh(saved.low), mwh(saved.high))
            } else {
                String::new()
            };
            let _ = writeln!(out, "      {when:<34} {:>16}{range}", mwh(saved.saved));
        }
        let mut facts = vec![first.note.clone()];
        if !first.regions.is_empty() {
            facts.push(format!("goes to {}", first.regions.join(", ")));
        }
        facts.extend(first.per_tonne.map(|t| format!("{} a tonne", mwh(t))));
        let _ = writeln!(out, "      {}", console.ink(Ink::Dim, facts.join("; ")));
    }
    if beyond > 0 {
        let _ = writeln!(out, "\nand {beyond} more, in the report");
    }
    if let Some(asked) = &document.asked {
        let _ = writeln!(
            out,
            "\nMeasured from a plan that loses {}; {} each of {}, {} left aside.",
            mwh(asked.weighted),
            count(usize::try_from(asked.seeds).unwrap_or(0), "re-plan", "re-plans"),
            count(usize::try_from(asked.rounds).unwrap_or(0), "round", "rounds"),
            count(asked.left_aside, "class", "classes"),
        );
    }
    if !complete {
        out += "It was ended early: what stands here is what was found by then.\n";
    }
    out
}
