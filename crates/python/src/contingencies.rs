//! What happens to a case when something in it fails.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_schema::ArrowError;
use pyo3::prelude::*;
use relight_grid::Network;
use relight_grid::ac::Rating;
use relight_grid::contingencies::{Analysis, Base, Contingency, Kind, NoBase, Settings, single};
use relight_report::contingencies::Found;
use relight_restore::planner::Monitor;
use relight_table::Column;

use crate::errors;
use crate::table::{self, Table};
use crate::work::Watch;

/// What becomes of contingencies, as the tables of `relight contingencies`.
#[pyclass(frozen, module = "relight")]
pub struct Contingencies {
    base_solved: bool,
    tables: [relight_table::Table; 4],
}

#[pymethods]
impl Contingencies {
    /// Whether the grid has a solution before anything fails. Without one the tables are empty.
    #[getter]
    fn base_solved(&self) -> bool {
        self.base_solved
    }

    /// A row for each contingency.
    #[getter]
    fn contingencies(&self) -> PyResult<Table> {
        arrow(&self.tables[0]).map_err(table::failed)
    }

    /// A row for each branch over its rating.
    #[getter]
    fn overloads(&self) -> PyResult<Table> {
        arrow(&self.tables[1]).map_err(table::failed)
    }

    /// A row for each bus outside its voltages.
    #[getter]
    fn voltages(&self) -> PyResult<Table> {
        arrow(&self.tables[2]).map_err(table::failed)
    }

    /// The islands of each contingency that leaves more than one.
    #[getter]
    fn islands(&self) -> PyResult<Table> {
        arrow(&self.tables[3]).map_err(table::failed)
    }

    fn __repr__(&self) -> String {
        let [all, overloads, voltages, _] = &self.tables;
        format!(
            "<relight.Contingencies: {}, {} overloads, {} voltages>",
            all.rows(),
            overloads.rows(),
            voltages.rows()
        )
    }
}

/// The kinds of these names.
pub fn kinds(py: Python<'_>, names: &[String]) -> PyResult<Vec<Kind>> {
    let kind = |name: &String| {
        Kind::ALL.into_iter().find(|k| k.word() == name).ok_or_else(|| {
            let text = format!("kinds: \"{name}\"; expected lines, transformers or generators");
            errors::usage(py, text)
        })
    };
    names.iter().map(kind).collect()
}

/// Solves every element of these kinds lost by itself. Cut short where the caller was interrupted, who then drops it.
///
/// # Errors
/// If the grid is too large for one analysis.
pub fn solve(
    network: &Network,
    kinds: &[Kind],
    settings: Settings,
    watch: &mut Watch,
) -> Result<Contingencies, NoBase> {
    let all = single(network, &network.status(), kinds);
    watch.progress("solving the grid before anything fails", 0.0);
    match Analysis::new(network, network.status(), settings) {
        Ok(analysis) => {
            let outcomes = analysis.outcomes(&all, |doing, done| {
                watch.progress(doing, done);
                watch.go_on()
            });
            let (base, contingencies) = (analysis.base(), &all[..]);
            let found = Found { network, base, contingencies, outcomes: &outcomes };
            Ok(Contingencies { base_solved: true, tables: found.tables() })
        }
        Err(NoBase::Unsolved) => {
            let none: &[Contingency] = &[];
            let base = Base {
                rating: Rating::A,
                live: Vec::new(),
                flow_mva: Vec::new(),
                overloads: Vec::new(),
                voltages: Vec::new(),
            };
            let found = Found { network, base: &base, contingencies: none, outcomes: &[] };
            Ok(Contingencies { base_solved: false, tables: found.tables() })
        }
        Err(NoBase::TooLarge) => Err(NoBase::TooLarge),
    }
}

/// A table of results in Arrow's layout.
fn arrow(table: &relight_table::Table) -> Result<Table, ArrowError> {
    let columns = table.columns().iter().map(|(name, column)| {
        let column: ArrayRef = match column {
            Column::Text(values) => Arc::new(values.iter().cloned().collect::<StringArray>()),
            Column::Whole(values) => Arc::new(values.iter().copied().collect::<Int64Array>()),
            Column::Number(values) => Arc::new(values.iter().copied().collect::<Float64Array>()),
            Column::Flag(values) => Arc::new(BooleanArray::from(values.clone())),
        };
        (*name, column)
    });
    Table::new(columns.collect())
}
