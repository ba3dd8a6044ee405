//! A repair plan as the files that people and programs read.
//!
//! [`files`] gives the whole plan folder; every file can also be had alone:
//!
//! - [`plan_json`]: everything, for programs (see [`json`]).
//! - [`schedule_csv`], and [`read_schedule`], which reads the same table back, written by anyone.
//! - [`states_csv`], [`matches_csv`], [`placements_csv`], [`asks_csv`]: tables.
//! - [`report_html`]: one page that a minister can read and an engineer can check.
//!
//! A study has a document and a page as well: [`study_json`], [`study_html`].
//! What becomes of [`contingencies`] is told in tables of typed columns.
//!
//! A plan and its scenario go in, bytes come out. Nothing here reads a clock, a file or the network, so
//! the same plan gives the same bytes. The columns and fields are those of the file contract, described
//! in `docs/plan-folder.md`.

mod asks;
pub mod contingencies;
pub mod json;
mod page;
mod schedule;
mod study;
mod tables;
mod view;
mod words;

pub use asks::asks_csv;
pub use json::plan_json;
pub use page::{TOKENS, report_html};
pub use schedule::{ScheduleError, read_schedule, schedule_csv};
pub use study::{study_html, study_json};
pub use tables::{matches_csv, placements_csv, states_csv};

use relight_restore::{Plan, Scenario};

/// The files of a plan folder: name and content.
pub fn files(scenario: &Scenario, plan: &Plan) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("plan.json", plan_json(scenario, plan)),
        ("schedule.csv", schedule_csv(scenario, plan)),
        ("states.csv", states_csv(plan)),
        ("matches.csv", matches_csv(scenario, plan)),
        ("placements.csv", placements_csv(scenario, plan)),
        ("asks.csv", asks_csv(scenario, plan)),
        ("report.html", report_html(scenario, plan).into_bytes()),
    ]
}
