//! `Case`: a grid by itself.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use relight_files::{Failure, load};
use relight_grid::ac::AcOptions;
use relight_grid::batch::Change;
use relight_grid::contingencies::Settings;
use relight_grid::{Network, formats};

use crate::contingencies::{self, Contingencies};
use crate::scenario::processors;
use crate::table::{self, Table};
use crate::{errors, flow, work};

/// A grid: buses, branches and generators as the case lists them.
#[pyclass(frozen, module = "relight")]
pub struct Case {
    pub network: Arc<Network>,
    notes: Vec<String>,
}

#[pymethods]
impl Case {
    /// Reads a case: MATPOWER, PSS/E raw (revisions 30 to 35) or UCTE-DEF; its content tells which.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let read = work::brief(py, || load::case(&path))?;
        let (network, notes) = read.map_err(|failure| errors::input(py, &failure))?;
        Ok(Case::new(network, notes))
    }

    /// The same from the bytes of a file; `name` stands in what is said about it.
    #[new]
    #[pyo3(signature = (content, name="case"))]
    fn of_bytes(py: Python<'_>, content: &[u8], name: &str) -> PyResult<Self> {
        let read = work::brief(py, || formats::read(content, name))?;
        let case =
            read.map_err(|found| errors::input(py, &Failure::of_case(name.as_ref(), &found)))?;
        Ok(Case::new(case.network, case.notes.iter().map(ToString::to_string).collect()))
    }

    /// The name of the case.
    #[getter]
    fn name(&self) -> &str {
        &self.network.name
    }

    /// What was read in a way that may surprise.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    /// `buses`, in the order of the case: MW, `MVAr`, p.u., degrees, kV.
    #[getter]
    fn buses(&self) -> PyResult<Table> {
        flow::elements(&self.network, "buses").map_err(table::failed)
    }

    /// `branches`, in the order of the case: p.u. on its base, MVA, degrees. A rating of 0 is none.
    #[getter]
    fn branches(&self) -> PyResult<Table> {
        flow::elements(&self.network, "branches").map_err(table::failed)
    }

    /// `generators`, in the order of the case: MW, `MVAr`, p.u.
    #[getter]
    fn generators(&self) -> PyResult<Table> {
        flow::elements(&self.network, "generators").map_err(table::failed)
    }

    /// The loss of every line, transformer or generator in service, one at a time, as changes for `power_flows`.
    #[pyo3(signature = (kinds=vec!["lines".to_owned(), "transformers".to_owned()]))]
    fn outages(&self, py: Python<'_>, kinds: Vec<String>) -> PyResult<Table> {
        flow::outages(&self.network, &contingencies::kinds(py, &kinds)?).map_err(table::failed)
    }

    /// Solves many AC power flows of this case at once, each a small difference from it; without `changes` the case
    /// itself.
    ///
    /// `changes` is a table with the columns `state` (from 0), `element` (`bus`, `branch` or `generator`) and `id` (bus
    /// number, or row from 1). Without more the element goes out of service; `in_service` says so or otherwise, `pd_mw`
    /// and `qd_mvar` are the demand of a bus, `pg_mw` the output of a generator, null where nothing changes. A state that
    /// no row names is the case itself.
    ///
    /// Gives a row for each state. A power flow without a solution is a status with a reason. With `details` also, as
    /// lists of fixed size in the order of the case, `vm_pu` and `va_rad` (buses), `pf_mw`, `qf_mvar`, `pt_mw` and
    /// `qt_mvar` (branches, into the branch at its from and to end); 0 where not live.
    #[pyo3(signature = (changes=None, *, enforce_q=false, details=false, threads=None, progress=None))]
    fn power_flows(
        &self,
        py: Python<'_>,
        changes: Option<&Bound<'_, PyAny>>,
        enforce_q: bool,
        details: bool,
        threads: Option<NonZeroUsize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let changes = match changes {
            Some(table) => flow::changes(py, &self.network, table)?,
            None => vec![Change::default()],
        };
        let threads = threads.map_or_else(processors, NonZeroUsize::get);
        let options = AcOptions { enforce_q, ..AcOptions::default() };
        let network = Arc::clone(&self.network);
        let found = work::run(py, progress, move |watch| {
            flow::solve(&network, &changes, options, threads, details, watch)
        })?;
        let found =
            found.ok_or_else(|| errors::usage(py, "this grid is too large for one analysis"))?;
        flow::table(&self.network, &found, details).map_err(table::failed)
    }

    /// Solves this case once for each element in service of these kinds, lost by itself: AC power flows, also where the grid
    /// splits. `screen_pct` solves in full only what line-outage factors bring to that percentage of a rating.
    #[pyo3(signature = (kinds=vec!["lines".to_owned(), "transformers".to_owned()], *, screen_pct=None, enforce_q=false, threads=None, progress=None))]
    fn contingencies(
        &self,
        py: Python<'_>,
        kinds: Vec<String>,
        screen_pct: Option<f64>,
        enforce_q: bool,
        threads: Option<NonZeroUsize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Contingencies> {
        if screen_pct.is_some_and(|p| !(0.0..=1000.0).contains(&p)) {
            return Err(errors::usage(py, "screen_pct: expected a percentage, 0 to 1000"));
        }
        let kinds = contingencies::kinds(py, &kinds)?;
        let threads = threads.or_else(|| NonZeroUsize::new(processors()));
        let settings = Settings {
            ac: AcOptions { enforce_q, ..AcOptions::default() },
            screen_pct,
            threads: threads.unwrap_or(NonZeroUsize::MIN),
            ..Settings::default()
        };
        let network = Arc::clone(&self.network);
        let found = work::run(py, progress, move |watch| {
            contingencies::solve(&network, &kinds, settings, watch)
        })?;
        found.map_err(|e| errors::usage(py, e.to_string()))
    }

    fn __repr__(&self) -> String {
        let n = &self.network;
        let (buses, branches, units) = (n.buses.len(), n.branches.len(), n.generators.len());
        format!(
            "<relight.Case {:?}: {buses} buses, {branches} branches, {units} generators>",
            n.name
        )
    }
}

impl Case {
    pub fn new(network: Network, notes: Vec<String>) -> Self {
        Case { network: Arc::new(network), notes }
    }
}
