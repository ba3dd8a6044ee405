//! A scenario: a grid, what is broken, and what there is to repair it with.
//!
//! [`read`] turns the files of a scenario folder into a [`Scenario`] in which every name is resolved to an
//! index and every rule of the file contract has been checked. The planner trusts a `Scenario`.
//!
//! The path of a file: `folder` (bytes, text) → `csv` (rows of cells) → `table` and `cell` (typed rows, of
//! which each table is declared once) → `places`, `work`, `equipment`, `services` (names to indices, rules
//! between rows). What is wrong gathers in [`Findings`] on the way: all of it, with file, line, column,
//! value and what was expected.

mod cell;
mod csv;
mod cycle;
mod equipment;
mod finding;
mod folder;
mod model;
mod names;
mod places;
mod reader;
mod services;
mod settings;
mod table;
mod work;

pub use cell::{MOST_NAME, MOST_NUMBER, MOST_TEXT, MOST_WHOLE};
pub use finding::{Code, Finding, Findings, MOST_FINDINGS, Severity};
pub use folder::{Folder, MOST_BYTES, SETTINGS};
pub use model::*;
pub use reader::read;
pub use settings::{COLD_KEYS, MODEL_KEYS, MOST_STEPS, SCENARIO_KEYS, default_weights};
pub use table::{Column, MOST_COLUMNS, MOST_ROWS, Table};

use table::TableRecord;

/// A scenario as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The scenario.
    pub scenario: Scenario,
    /// What a person should know about it: what was assumed, what is not used, what cannot be done.
    pub warnings: Vec<Finding>,
    /// Warnings beyond [`MOST_FINDINGS`] of a file, which are not listed.
    pub more_warnings: usize,
}

/// Every table of a scenario folder, in the order in which a person would fill them in.
pub fn tables() -> Vec<Table> {
    vec![
        places::SiteRow::table(),
        places::BusRow::table(),
        work::DamageRow::table(),
        work::JobRow::table(),
        work::CrewRow::table(),
        equipment::NeedRow::table(),
        equipment::OfferRow::table(),
        services::FacilityRow::table(),
        services::FuelRow::table(),
        services::WeatherRow::table(),
    ]
}
