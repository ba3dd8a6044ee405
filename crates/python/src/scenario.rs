//! `Scenario`: the files of a folder, checked, and all that can be asked of it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use relight_files::damage::{NotStruck, Whole, strike, undamaged};
use relight_files::{Failure, load, save};
use relight_report::read_schedule;
use relight_restore::ask::{Effort, ask};
use relight_restore::matching;
use relight_restore::planner::{self, Settings};
use relight_restore::scenario::{self, Folder, Measure, OfferStatus, Reading};
use relight_study::hazard::Hazard;
use relight_study::severity::Severity;

use crate::case::Case;
use crate::plan::Plan;
use crate::table::{self, Table};
use crate::{dispatch, errors, matches, work};

/// A grid, what is broken, the work that mends it, and what there is to do it with: the files of a scenario folder,
/// checked.
///
/// `files` gives each file by its name: `scenario.toml` and the grid as text or bytes, and each table as CSV or as
/// anything that speaks Arrow (`__arrow_c_stream__`): a data frame of pandas or Polars, a `pyarrow.Table`. Names of
/// tables go with or without `.csv`.
///
/// Raises `relight.InputError` with all that is wrong, in the words of `relight check`.
#[pyclass(frozen, module = "relight")]
pub struct Scenario {
    folder: PathBuf,
    files: Folder,
    pub reading: Arc<Reading>,
}

#[pymethods]
impl Scenario {
    #[new]
    fn new(py: Python<'_>, files: BTreeMap<String, Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut folder = Folder::default();
        for (name, content) in files {
            let (name, bytes) = file(py, name, &content)?;
            folder.files.insert(name, bytes);
        }
        Scenario::checked(py, PathBuf::new(), folder)
    }

    /// Reads a scenario folder, or the `scenario.toml` in it.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let read = work::brief(py, || load::folder(&path))?;
        let (folder, files) = read.map_err(|failure| errors::input(py, &failure))?;
        Scenario::checked(py, folder, files)
    }

    /// The same scenario with other files, named as for `Scenario(...)`; None leaves a file out.
    #[pyo3(signature = (**files))]
    fn replace(&self, py: Python<'_>, files: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut folder = self.files.clone();
        for (name, content) in files.into_iter().flatten() {
            let name: String = name.extract()?;
            if content.is_none() {
                folder.files.remove(&table_name(name));
            } else {
                let (name, bytes) = file(py, name, &content)?;
                folder.files.insert(name, bytes);
            }
        }
        Scenario::checked(py, self.folder.clone(), folder)
    }

    /// Writes the files into a folder, which is made where it is missing.
    ///
    /// A folder that holds other files is refused unless `force`.
    #[pyo3(signature = (folder, *, force=false))]
    fn save(&self, py: Python<'_>, folder: PathBuf, force: bool) -> PyResult<()> {
        let files: Vec<(&str, Vec<u8>)> =
            self.files.files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        written(py, &folder, &files, force)
    }

    /// The files by name, as bytes.
    #[getter]
    fn files<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for (name, bytes) in &self.files.files {
            out.set_item(name, PyBytes::new(py, bytes))?;
        }
        Ok(out)
    }

    /// The tables that there are, by name without `.csv`, as typed columns.
    #[getter]
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for known in scenario::tables() {
            let name = known.file.trim_end_matches(".csv");
            if let Some(bytes) = self.files.files.get(known.file) {
                out.set_item(
                    name,
                    Py::new(py, Table::of_csv(name, bytes).map_err(table::failed)?)?,
                )?;
            }
        }
        Ok(out)
    }

    /// The name for people.
    #[getter]
    fn name(&self) -> &str {
        &self.reading.scenario.name
    }

    /// `sha256:` and the digest of the files: the same input has the same digest.
    #[getter]
    fn digest(&self) -> &str {
        &self.reading.scenario.digest
    }

    /// The day of step 0, `2026-01-12`.
    #[getter]
    fn start(&self) -> String {
        self.reading.scenario.start.to_string()
    }

    /// How many steps are planned.
    #[getter]
    fn horizon_steps(&self) -> u32 {
        self.reading.scenario.horizon_steps
    }

    /// Hours in a step.
    #[getter]
    fn step_hours(&self) -> f64 {
        self.reading.scenario.step_hours
    }

    /// What a plan minimises: `people` (weighted people-hours) or `energy` (MWh, weighted by priority).
    #[getter]
    fn measure(&self) -> &'static str {
        match self.reading.scenario.measure {
            Measure::People => "people",
            Measure::Energy => "energy",
        }
    }

    /// What a person should know of the input: what was assumed, what is not used, what cannot be done.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.reading.warnings.iter().map(ToString::to_string).collect()
    }

    /// The grid before the damage.
    #[getter]
    fn case(&self) -> Case {
        Case::new(self.reading.scenario.network.clone(), Vec::new())
    }

    /// The same scenario with the damage of an event from a seed in place of its own; see `relight damage --help`.
    ///
    /// `hazard` is `ice`, `wind`, `quake`, `flood` or `stations`; `severity` is `drawn`, `sites=20%`, `lines=10%`,
    /// `transformers=25`, `mva=9500`, `elements=100` or `times=1.5`. The same seed gives the same bytes on every machine.
    #[pyo3(signature = (hazard, *, seed=1, severity="drawn"))]
    fn damage(&self, py: Python<'_>, hazard: &str, seed: u64, severity: &str) -> PyResult<Self> {
        let kind = Hazard::from_word(hazard).ok_or_else(|| {
            let words = Hazard::ALL.map(Hazard::word).join(", ");
            errors::usage(py, format!("hazard is \"{hazard}\"; expected one of {words}"))
        })?;
        let severity = Severity::read(severity).map_err(|e| errors::usage(py, e.to_string()))?;
        let mut folder = self.files.clone();
        let struck = work::brief(py, || {
            undamaged(&mut folder);
            let base = scenario::read(&folder).map_err(NotStruck::Findings)?.scenario;
            strike(&Whole { folder, scenario: base }, kind, seed, severity)
        })?;
        let (files, _) =
            struck.map_err(|e| errors::input(py, &e.about(&self.folder, &self.folder)))?;
        Scenario::checked(py, self.folder.clone(), files)
    }

    /// Makes a repair plan; see `relight plan --help`.
    #[pyo3(signature = (*, seed=1, iterations=None, time_limit=None, threads=None, ac=true, only="offered",
                        confidence=planner::CONFIDENCE, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "each is a keyword in Python")]
    fn plan(
        &self,
        py: Python<'_>,
        seed: u64,
        iterations: Option<u64>,
        time_limit: Option<f64>,
        threads: Option<NonZeroUsize>,
        ac: bool,
        only: &str,
        confidence: f64,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Plan> {
        let settings =
            Settings { iterations, ..settings(py, seed, threads, ac, only, confidence)? };
        let limit = seconds(py, time_limit)?;
        let reading = Arc::clone(&self.reading);
        let (plan, stopped) = work::run(py, progress, move |watch| {
            watch.limit(limit);
            let plan = planner::plan(&reading.scenario, &settings, watch);
            (plan, watch.stopped)
        })?;
        Ok(Plan {
            reading: Arc::clone(&self.reading),
            made: plan,
            settings,
            stopped,
            broken: Vec::new(),
        })
    }

    /// Judges a schedule by the rules and measures of a plan; see `relight evaluate --help`.
    ///
    /// `schedule` is a table with the columns `job` and `start`, and as in `schedule.csv` perhaps others; or the path of
    /// such a file. The rules that it breaks are in `broken` of the plan that comes back.
    #[pyo3(signature = (schedule, *, seed=1, threads=None, ac=true, only="offered",
                        confidence=planner::CONFIDENCE, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "each is a keyword in Python")]
    fn evaluate(
        &self,
        py: Python<'_>,
        schedule: &Bound<'_, PyAny>,
        seed: u64,
        threads: Option<NonZeroUsize>,
        ac: bool,
        only: &str,
        confidence: f64,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Plan> {
        let settings = settings(py, seed, threads, ac, only, confidence)?;
        let scenario = &self.reading.scenario;
        let jobs = match schedule.extract::<PathBuf>() {
            Ok(path) => load::schedule(&path, scenario),
            Err(_) => read_schedule(&table::read(schedule)?, scenario)
                .map_err(|e| Failure::of_schedule(Path::new("schedule.csv"), &e)),
        };
        let jobs = jobs.map_err(|failure| errors::input(py, &failure))?;
        let reading = Arc::clone(&self.reading);
        let (mut plan, broken) = work::run(py, progress, move |watch| {
            planner::judge(&reading.scenario, &jobs, &settings, watch)
        })?;
        let broken: Vec<String> = broken.iter().map(ToString::to_string).collect();
        let rules = broken.iter().map(|b| format!("the schedule breaks a rule: {b}"));
        plan.warnings.splice(0..0, rules);
        Ok(Plan {
            reading: Arc::clone(&self.reading),
            made: plan,
            settings,
            stopped: false,
            broken,
        })
    }

    /// What to ask partners for next, and what it would save; see `relight ask --help`. Starts from `plan`, or makes one.
    ///
    /// Gives the table of `asks.csv`: a row for each class of things, count and step of arrival.
    #[pyo3(signature = (plan=None, *, effort=None, arrivals=Vec::new(), time_limit=None, progress=None))]
    fn ask(
        &self,
        py: Python<'_>,
        plan: Option<&Plan>,
        effort: Option<u64>,
        arrivals: Vec<u32>,
        time_limit: Option<f64>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let limit = seconds(py, time_limit)?;
        let effort = Effort { rounds: effort, arrivals, ..Effort::default() };
        let begun = plan.map(|p| (p.made.clone(), p.settings));
        if plan.is_some_and(|p| p.reading.scenario.digest != self.reading.scenario.digest) {
            return Err(errors::usage(py, "this plan is of another scenario"));
        }
        let reading = Arc::clone(&self.reading);
        let csv = work::run(py, progress, move |watch| {
            let scenario = &reading.scenario;
            let (mut plan, settings) = begun.unwrap_or_else(|| {
                let settings = Settings { threads: processors(), ac: false, ..Settings::default() };
                (planner::plan(scenario, &settings, watch), settings)
            });
            watch.limit(limit);
            plan.asks = Some(ask(scenario, &plan, &settings, &effort, watch));
            relight_report::asks_csv(scenario, &plan)
        })?;
        Table::of_csv("asks", &csv).map_err(table::failed)
    }

    /// Holds offers against needs: a row for each check, with value, limit, margin, verdict and the standard behind it.
    ///
    /// Not known is never a pass. With `need` or `offer` only rows of these.
    #[pyo3(name = "match", signature = (*, need=None, offer=None))]
    fn matches(&self, py: Python<'_>, need: Option<&str>, offer: Option<&str>) -> PyResult<Table> {
        let scenario = &self.reading.scenario;
        let needs: Vec<&str> = scenario.needs.iter().map(|n| n.id.as_str()).collect();
        let offers: Vec<&str> = scenario.offers.iter().map(|o| o.id.as_str()).collect();
        let need = self.index(py, need, &needs, "need")?;
        let offer = self.index(py, offer, &offers, "offer")?;
        let rows = work::brief(py, || matching::matches(scenario))?;
        let rows = rows
            .iter()
            .filter(|r| need.is_none_or(|n| r.need == n) && offer.is_none_or(|o| r.offer == o));
        matches::table(scenario, rows).map_err(table::failed)
    }

    /// The most weighted load that each of many states of the grid can supply, by the DC model, exactly.
    ///
    /// `repaired` says of each state which damages are repaired in it: a table with a row for each state and a
    /// column of booleans for each damage, named by its id, or a list of lists of ids. What is not named is broken.
    ///
    /// Gives a table with a row for each state: `served_mw`, `shed_mw`, `unserved_weighted` (MW times weight) and
    /// `below_pmin`. With `details` also, as lists of fixed size, `bus_served_mw`, `pg_mw` and `flow_mw`, in the order of
    /// the case's buses, generators and branches. Answers do not depend on `threads`.
    #[pyo3(signature = (repaired, *, details=false, threads=None, progress=None))]
    fn dispatch(
        &self,
        py: Python<'_>,
        repaired: &Bound<'_, PyAny>,
        details: bool,
        threads: Option<NonZeroUsize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let states = dispatch::states(py, &self.reading.scenario, repaired)?;
        let threads = threads.map_or_else(processors, NonZeroUsize::get);
        let reading = Arc::clone(&self.reading);
        let found = work::run(py, progress, move |watch| {
            dispatch::solve(&reading.scenario, &states, threads, watch)
        })?;
        dispatch::table(&self.reading.scenario, &found, details).map_err(table::failed)
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let files = slf.get().files(py)?;
        Ok((slf.get_type().into_any(), PyTuple::new(py, [files])?))
    }

    fn __repr__(&self) -> String {
        let s = &self.reading.scenario;
        let (buses, damages, jobs) = (s.network.buses.len(), s.damages.len(), s.jobs.len());
        format!("<relight.Scenario {:?}: {buses} buses, {damages} damages, {jobs} jobs>", s.name)
    }
}

impl Scenario {
    /// Its files.
    pub fn folder(&self) -> Folder {
        self.files.clone()
    }

    fn checked(py: Python<'_>, folder: PathBuf, files: Folder) -> PyResult<Self> {
        let read = work::brief(py, || scenario::read(&files))?;
        let reading =
            read.map_err(|found| errors::input(py, &Failure::of_findings(&folder, &found)))?;
        Ok(Scenario { folder, files, reading: Arc::new(reading) })
    }

    fn index(
        &self,
        py: Python<'_>,
        asked: Option<&str>,
        names: &[&str],
        what: &str,
    ) -> PyResult<Option<usize>> {
        let Some(asked) = asked else { return Ok(None) };
        let found = names.iter().position(|name| *name == asked);
        let unknown = || Failure::unknown_name(asked, names, what, &self.folder);
        found.map(Some).ok_or_else(|| errors::input(py, &unknown()))
    }
}

/// The file name and content that somebody hands over.
fn file(py: Python<'_>, name: String, content: &Bound<'_, PyAny>) -> PyResult<(String, Vec<u8>)> {
    if let Ok(text) = content.cast::<PyString>() {
        return Ok((table_name(name), text.to_str()?.as_bytes().to_vec()));
    }
    if let Ok(bytes) = content.cast::<PyBytes>() {
        return Ok((table_name(name), bytes.as_bytes().to_vec()));
    }
    let file = table_name(name);
    if let Ok(bytes) = table::read(content) {
        return Ok((file, bytes));
    }
    let kind = content.get_type().name()?;
    let message = format!("this is of type {kind}; expected text, bytes or an Arrow table");
    Err(errors::input(py, &Failure::about("type", Path::new(&file), message)))
}

/// `damage` as `damage.csv`, where that is a table of a scenario.
fn table_name(name: String) -> String {
    let file = format!("{name}.csv");
    if scenario::tables().iter().any(|t| t.file == file) { file } else { name }
}

/// Writes files into a folder of their own.
pub fn written(
    py: Python<'_>,
    folder: &Path,
    files: &[(&str, Vec<u8>)],
    force: bool,
) -> PyResult<()> {
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let done = work::brief(py, || {
        save::prepare(folder, &names, force)?;
        save::write(folder, files)
    })?;
    done.map_err(|failure| errors::input(py, &failure))
}

/// As many threads as there are processors.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// A time limit, seconds.
fn seconds(py: Python<'_>, limit: Option<f64>) -> PyResult<Option<Duration>> {
    let Some(limit) = limit else { return Ok(None) };
    let wrong =
        |_| errors::usage(py, format!("time_limit is {limit}; expected seconds, 0 or more"));
    Duration::try_from_secs_f64(limit).map(Some).map_err(wrong)
}

fn settings(
    py: Python<'_>,
    seed: u64,
    threads: Option<NonZeroUsize>,
    ac: bool,
    only: &str,
    confidence: f64,
) -> PyResult<Settings> {
    let Some(least_certain) = OfferStatus::ALL.into_iter().find(|s| s.word() == only) else {
        let words = OfferStatus::ALL.map(OfferStatus::word).join(", ");
        return Err(errors::usage(py, format!("only is \"{only}\"; expected one of {words}")));
    };
    if !(0.0..=1.0).contains(&confidence) {
        let message = format!("confidence is {confidence}; expected a number from 0 to 1");
        return Err(errors::usage(py, message));
    }
    let threads = threads.map_or_else(processors, NonZeroUsize::get);
    Ok(Settings { seed, iterations: None, threads, ac, least_certain, confidence })
}
