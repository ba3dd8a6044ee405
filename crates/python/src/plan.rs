//! `Plan`: a plan with its files as tables.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use relight_report as report;
use relight_restore::planner::Settings;
use relight_restore::scenario::Reading;

use crate::scenario::written;
use crate::table::{self, Table};
use crate::work;

/// A repair plan: which job when, by whom, with which piece of equipment, and what the grid can do after each change.
#[pyclass(frozen, module = "relight")]
pub struct Plan {
    pub reading: Arc<Reading>,
    pub made: relight_restore::Plan,
    pub settings: Settings,
    pub stopped: bool,
    pub broken: Vec<String>,
}

#[pymethods]
impl Plan {
    /// What was minimised: weighted people-hours over all services, or MWh weighted by priority.
    #[getter]
    fn weighted(&self) -> f64 {
        self.made.objective.weighted
    }

    /// Unserved energy, MWh.
    #[getter]
    fn unserved_mwh(&self) -> f64 {
        self.made.objective.unserved_mwh
    }

    /// People-hours without power at home, unweighted.
    #[getter]
    fn unserved_people_hours(&self) -> f64 {
        self.made.objective.unserved_people_hours
    }

    /// People-hours without each facility service, unweighted. Never to be summed across services.
    #[getter]
    fn by_service(&self) -> BTreeMap<String, f64> {
        self.made.objective.by_service.clone()
    }

    /// What no plan can beat, in the measure of `weighted`.
    #[getter]
    fn bound(&self) -> f64 {
        self.made.bound.weighted
    }

    /// (weighted - bound) / weighted; 0 when both are 0.
    #[getter]
    fn gap(&self) -> f64 {
        self.made.bound.gap
    }

    /// Seed of the search.
    #[getter]
    fn seed(&self) -> u64 {
        self.made.seed
    }

    /// Whether a time limit ended the search early: a better plan may exist.
    #[getter]
    fn stopped(&self) -> bool {
        self.stopped
    }

    /// The rules that a schedule breaks that was handed to `evaluate`; empty: it can be carried out.
    #[getter]
    fn broken(&self) -> Vec<String> {
        self.broken.clone()
    }

    /// Remarks for a person.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.made.warnings.clone()
    }

    /// `schedule.csv`: a row for each job of the plan, in order of start. Times are steps.
    #[getter]
    fn schedule(&self) -> PyResult<Table> {
        of("schedule", &report::schedule_csv(&self.reading.scenario, &self.made))
    }

    /// `states.csv`: a row for each state of the grid. MW, percent, p.u., people.
    #[getter]
    fn states(&self) -> PyResult<Table> {
        of("states", &report::states_csv(&self.made))
    }

    /// `matches.csv`: a row for each check of an offer against a need that is not simply passed.
    #[getter]
    fn matches(&self) -> PyResult<Table> {
        of("matches", &report::matches_csv(&self.reading.scenario, &self.made))
    }

    /// `placements.csv`: a row for each stay of a generator set at a facility. kW, litres of diesel.
    #[getter]
    fn placements(&self) -> PyResult<Table> {
        of("placements", &report::placements_csv(&self.reading.scenario, &self.made))
    }

    /// `plan.json` as text; its fields are those of docs/plan-folder.md.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let bytes = work::brief(py, || report::plan_json(&self.reading.scenario, &self.made))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// `report.html`: one page that a minister can read and an engineer can check.
    fn report(&self, py: Python<'_>) -> PyResult<String> {
        work::brief(py, || report::report_html(&self.reading.scenario, &self.made))
    }

    /// Writes the plan folder, the same to the byte as `relight plan` does.
    ///
    /// A folder that holds other files is refused unless `force`.
    #[pyo3(signature = (folder, *, force=false))]
    fn save(&self, py: Python<'_>, folder: PathBuf, force: bool) -> PyResult<()> {
        let files = work::brief(py, || report::files(&self.reading.scenario, &self.made))?;
        written(py, &folder, &files, force)
    }

    fn __repr__(&self) -> String {
        let (jobs, weighted) = (self.made.jobs.len(), self.made.objective.weighted);
        format!(
            "<relight.Plan: {jobs} jobs, weighted {weighted:.6e}, gap {:.3}>",
            self.made.bound.gap
        )
    }
}

fn of(name: &str, csv: &[u8]) -> PyResult<Table> {
    Table::of_csv(name, csv).map_err(table::failed)
}
