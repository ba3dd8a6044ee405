//! Studies: many sampled events under several policies, scenario by scenario or to the end.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use relight_files::Failure;
use relight_files::damage::{Whole, undamaged};
use relight_files::study::{Loaded, assemble, read};
use relight_report::{study_html, study_json};
use relight_restore::planner::Monitor as _;
use relight_restore::scenario::{self, Element, Folder};
use relight_study::columns::{self, Column, Columns};
use relight_study::course::{Course, Extent, run};
use relight_study::file::{MOST_SCENARIOS, Named};
use relight_study::log::Rows;
use relight_study::parquet;
use relight_study::run::{Row, run_each};
use relight_study::severity::Severity;
use relight_study::summary::Summary;

use crate::scenario::{Scenario, processors, written};
use crate::table::{self, Table};
use crate::{errors, work};

/// An order of repair as Python can keep it: kind of element, its index, step.
type Ranks = Vec<(u8, usize, u32)>;

/// A study file with all that it names, read and checked: what `relight study` runs. Studies can be pickled.
#[pyclass(frozen, module = "relight")]
pub struct SampledStudy {
    loaded: Arc<Loaded>,
}

#[pymethods]
impl SampledStudy {
    /// The study that `text`, a study file, makes of a scenario; its own `scenario` is not looked at. It cannot name
    /// plans or recorded damages by their paths: `relight.read_study` reads those.
    #[new]
    fn new(py: Python<'_>, scenario: &Scenario, text: &str) -> PyResult<Self> {
        SampledStudy::of(py, scenario.folder(), text.as_bytes().to_vec(), Named::default())
    }

    /// Reads a study file and all that it names.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let loaded = work::brief(py, || read(&path))?;
        let loaded = loaded.map_err(|failure| errors::input(py, &failure))?;
        Ok(SampledStudy { loaded: Arc::new(loaded) })
    }

    /// Makes a study again from its parts; for pickle.
    #[staticmethod]
    fn _of(
        py: Python<'_>,
        files: BTreeMap<String, Vec<u8>>,
        text: Vec<u8>,
        like: Vec<Option<String>>,
        plans: Vec<Option<Ranks>>,
    ) -> PyResult<Self> {
        let severity = |text: Option<String>| text.and_then(|t| Severity::read(&t).ok());
        let element = |(kind, index, step)| {
            let element = match kind {
                0 => Element::Bus(index),
                1 => Element::Branch(index),
                _ => Element::Generator(index),
            };
            (element, step)
        };
        let named = Named {
            like: like.into_iter().map(severity).collect(),
            plans: plans
                .into_iter()
                .map(|ranks| ranks.map(|ranks| ranks.into_iter().map(element).collect()))
                .collect(),
        };
        let mut folder = Folder::default();
        folder.files.extend(files);
        SampledStudy::of(py, folder, text, named)
    }

    /// Scenarios that the study asks for, at most.
    #[getter]
    fn scenarios(&self) -> u64 {
        self.loaded.course.extent().scenarios
    }

    /// Names of the policies.
    #[getter]
    fn policies(&self) -> Vec<String> {
        let settings = self.loaded.course.study().settings();
        settings.policies.iter().map(|p| p.name.clone()).collect()
    }

    /// Runs scenarios by their numbers under every policy: a row for each scenario and policy, in their order.
    #[pyo3(signature = (numbers, *, threads=None, progress=None))]
    fn run_scenarios(
        &self,
        py: Python<'_>,
        numbers: Vec<u64>,
        threads: Option<NonZeroUsize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        if let Some(number) = numbers.iter().find(|n| **n >= MOST_SCENARIOS) {
            let message = format!("scenario {number}: expected a number below {MOST_SCENARIOS}");
            return Err(errors::usage(py, message));
        }
        let threads = threads.map_or_else(processors, NonZeroUsize::get);
        let loaded = Arc::clone(&self.loaded);
        let found = work::run(py, progress, move |watch| {
            let study = loaded.course.study();
            let stop = AtomicBool::new(false);
            let mut found: Vec<(usize, Vec<Row>)> = Vec::new();
            run_each(study, &numbers, threads, &stop, |place, rows| {
                found.push((place, rows));
                watch.progress("scenarios", found.len() as f64 / numbers.len() as f64);
                stop.store(!watch.go_on(), Ordering::Relaxed);
            });
            found.sort_unstable_by_key(|(place, _)| *place);
            let rows: Vec<&Row> = found.iter().flat_map(|(_, rows)| rows).collect();
            columns::results(&[(study, rows)])
        })?;
        arrow(found)
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let Loaded { text, folder, named, .. } = slf.get().loaded.as_ref();
        let files = PyDict::new(py);
        for (name, bytes) in &folder.files {
            files.set_item(name, PyBytes::new(py, bytes))?;
        }
        let like: Vec<Option<String>> =
            named.like.iter().map(|s| s.map(|s| s.to_string())).collect();
        let rank = |(element, step): &(Element, u32)| match *element {
            Element::Bus(b) => (0_u8, b, *step),
            Element::Branch(l) => (1, l, *step),
            Element::Generator(g) => (2, g, *step),
        };
        let plans: Vec<Option<Ranks>> = (named.plans.iter())
            .map(|ranks| ranks.as_ref().map(|ranks| ranks.iter().map(rank).collect()))
            .collect();
        let parts = (files, PyBytes::new(py, text), like, plans).into_pyobject(py)?;
        Ok((slf.get_type().getattr("_of")?, parts))
    }

    fn __repr__(&self) -> String {
        let (name, scenarios) = (&self.loaded.spec.name, self.scenarios());
        let policies = self.loaded.course.study().settings().policies.len();
        format!("<relight.SampledStudy {name:?}: {scenarios} scenarios, {policies} policies>")
    }
}

impl SampledStudy {
    fn of(py: Python<'_>, mut folder: Folder, text: Vec<u8>, named: Named) -> PyResult<Self> {
        let made = work::brief(py, || {
            undamaged(&mut folder);
            let reading = scenario::read(&folder)
                .map_err(|findings| Failure::of_findings(Path::new(""), &findings))?;
            let base = Whole { folder, scenario: reading.scenario };
            let path = Path::new("study.toml");
            let loaded = assemble(path, text, base, named, Failure::default())?;
            let spec = &loaded.spec;
            if loaded.named == Named::default() && spec.names_files() {
                let message = "it names plans or recorded damages by their paths; read it with relight.read_study";
                return Err(Failure::about("study", path, message));
            }
            Ok(loaded)
        })?;
        let loaded = made.map_err(|failure| errors::input(py, &failure))?;
        Ok(SampledStudy { loaded: Arc::new(loaded) })
    }
}

/// What a study says, to its end: tables, document and page.
#[pyclass(frozen, module = "relight")]
pub struct StudyResult {
    course: Course,
    rows: Rows,
    summary: Summary,
}

#[pymethods]
impl StudyResult {
    /// A row for each scenario and policy.
    #[getter]
    fn results(&self) -> PyResult<Table> {
        let main = self.course.main_rows(&self.rows, self.summary.scenarios_run);
        arrow(columns::results(&[(self.course.study(), main)]))
    }

    /// A row for each scenario, policy, measure and region in which something is lost, people-hours.
    #[getter]
    fn losses(&self) -> PyResult<Table> {
        let main = self.course.main_rows(&self.rows, self.summary.scenarios_run);
        arrow(columns::losses(self.course.study(), &main))
    }

    /// As `results`, of the policies that were made by taking offers away or laying equipment ready.
    #[getter]
    fn probes(&self) -> PyResult<Table> {
        let probed = self.course.probed_rows(&self.rows);
        let probed: Vec<_> = probed.iter().map(|(study, rows)| (study, rows.clone())).collect();
        arrow(columns::results(&probed))
    }

    /// The policy of the least mean loss.
    #[getter]
    fn best(&self) -> &str {
        &self.summary.policies[self.summary.leader].policy
    }

    /// Whether it is certain, at the confidence of the study, that every other policy loses more.
    #[getter]
    fn certain(&self) -> bool {
        self.summary.certain
    }

    /// `study.json`.
    fn to_json(&self) -> String {
        String::from_utf8_lossy(&study_json(&self.summary)).into_owned()
    }

    /// `report.html`.
    fn report(&self) -> String {
        study_html(&self.summary)
    }

    /// Writes the files of a study into a folder, the same to the byte as `relight study` does, but for its log.
    #[pyo3(signature = (folder, *, force=false))]
    fn save(&self, py: Python<'_>, folder: PathBuf, force: bool) -> PyResult<()> {
        let main = self.course.main_rows(&self.rows, self.summary.scenarios_run);
        let probed = self.course.probed_rows(&self.rows);
        let probed: Vec<_> = probed.iter().map(|(study, rows)| (study, rows.clone())).collect();
        let made = |table: Result<Vec<u8>, _>| {
            table.map_err(|e| errors::internal(py, &format!("Parquet: {e}")))
        };
        let files = [
            ("report.html", study_html(&self.summary).into_bytes()),
            ("study.json", study_json(&self.summary)),
            ("losses.parquet", made(parquet::losses(self.course.study(), &main))?),
            ("results.parquet", made(parquet::results(&[(self.course.study(), main)]))?),
            ("probes.parquet", made(parquet::results(&probed))?),
        ];
        written(py, &folder, &files, force)
    }

    fn __repr__(&self) -> String {
        let s = &self.summary;
        let certain = if s.certain { "certain" } else { "not certain" };
        let (counted, best) = (s.scenarios_counted, self.best());
        format!("<relight.StudyResult of {counted} events: {best:?} loses least, {certain}>")
    }
}

/// Runs a study to its end: until it is certain which policy holds best, or all scenarios are run.
#[pyfunction]
#[pyo3(signature = (study, *, scenarios=None, threads=None, progress=None))]
pub fn run_study(
    py: Python<'_>,
    study: &SampledStudy,
    scenarios: Option<u64>,
    threads: Option<NonZeroUsize>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<StudyResult> {
    let whole = &study.loaded.course;
    let scenarios = scenarios.unwrap_or(whole.extent().scenarios);
    if !(1..=MOST_SCENARIOS).contains(&scenarios) {
        let message =
            format!("scenarios is {scenarios}; expected a whole number from 1 to {MOST_SCENARIOS}");
        return Err(errors::usage(py, message));
    }
    let course = Course::new(whole.study().clone(), Extent { scenarios, ..whole.extent().clone() });
    let threads = threads.map_or_else(processors, NonZeroUsize::get);
    let name = study.loaded.spec.name.clone();
    work::run(py, progress, move |watch| {
        let mut rows = Rows::default();
        let stop = AtomicBool::new(false);
        let mut done = 0;
        run(&course, &mut rows, threads, &stop, |task, found, left| {
            done += found.len() as u64;
            watch.progress(task.words, done as f64 / (done + left).max(1) as f64);
            stop.store(!watch.go_on(), Ordering::Relaxed);
        });
        let summary = Summary::of(&name, &course, &rows);
        StudyResult { course, rows, summary }
    })
}

fn arrow(columns: Columns) -> PyResult<Table> {
    let named: Vec<(&str, ArrayRef)> = (columns.iter())
        .map(|(name, column)| {
            let array: ArrayRef = match column {
                Column::Text(values) => Arc::new(values.iter().map(Some).collect::<StringArray>()),
                Column::Whole(values) => Arc::new(values.iter().copied().collect::<Int64Array>()),
                Column::Flag(values) => Arc::new(BooleanArray::from(values.clone())),
            };
            (name.as_str(), array)
        })
        .collect();
    Table::new(named).map_err(table::failed)
}
