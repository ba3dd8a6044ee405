//! Many states of the grid at once: what each can supply.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, BooleanArray, FixedSizeListArray, Float64Array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field};
use pyo3::prelude::*;
use relight_files::Failure;
use relight_restore::dispatch::{Delivery, Dispatcher};
use relight_restore::planner::Monitor;
use relight_restore::{GridState, Scenario};

use crate::table::{self, Table};
use crate::{errors, work::Watch};

/// States between two looks at the clock.
const AT_A_TIME: usize = 16;

/// Which damages are repaired, state by state.
pub fn states(
    py: Python<'_>,
    scenario: &Scenario,
    repaired: &Bound<'_, PyAny>,
) -> PyResult<Vec<Vec<bool>>> {
    let index = |id: &str| {
        scenario.damages.iter().position(|d| d.id == id).ok_or_else(|| {
            let message = format!("there is no damage \"{id}\"; expected ids of damage.csv");
            let failure = Failure::about("unknown_reference", Path::new("repaired"), message);
            errors::input(py, &failure)
        })
    };
    let broken = vec![false; scenario.damages.len()];
    if let Ok(lists) = repaired.extract::<Vec<Vec<String>>>() {
        let mut states = vec![broken; lists.len()];
        for (state, ids) in states.iter_mut().zip(&lists) {
            for id in ids {
                state[index(id)?] = true;
            }
        }
        return Ok(states);
    }
    let (batches, schema) = table::batches(repaired)?;
    let damages: Vec<usize> =
        schema.fields().iter().map(|f| index(f.name())).collect::<PyResult<_>>()?;
    let mut states = vec![broken; batches.iter().map(arrow_array::RecordBatch::num_rows).sum()];
    let mut first = 0;
    for batch in &batches {
        for (column, &damage) in batch.columns().iter().zip(&damages) {
            let flags = cast(column, &DataType::Boolean).map_err(table::failed)?;
            for (row, flag) in flags.as_boolean().iter().enumerate() {
                states[first + row][damage] = flag.unwrap_or(false);
            }
        }
        first += batch.num_rows();
    }
    Ok(states)
}

/// The delivery of each state. Cut short where the caller was interrupted, who then drops it.
pub fn solve(
    scenario: &Scenario,
    states: &[Vec<bool>],
    threads: usize,
    watch: &mut Watch,
) -> Vec<Delivery> {
    let doing = "dispatching states";
    watch.progress(doing, 0.0);
    let whole = std::collections::BTreeMap::new();
    let mut first = Dispatcher::new(scenario);
    let damages = scenario.damages.len();
    first.learn(&[false, true].map(|done| GridState::of(scenario, &vec![done; damages], &whole)));
    let (done, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let size = states.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = states
            .chunks(size)
            .map(|part| {
                let mut dispatcher = first.clone();
                let (done, stop, whole) = (&done, &stop, &whole);
                scope.spawn(move || {
                    let mut found = Vec::with_capacity(part.len());
                    for few in part.chunks(AT_A_TIME) {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        found.extend(few.iter().map(|repaired| {
                            dispatcher.deliver(&GridState::of(scenario, repaired, whole))
                        }));
                        done.fetch_add(few.len(), Ordering::Relaxed);
                    }
                    found
                })
            })
            .collect();
        while !parts.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            watch.progress(doing, done.load(Ordering::Relaxed) as f64 / states.len() as f64);
            stop.store(!watch.go_on(), Ordering::Relaxed);
            std::thread::park_timeout(std::time::Duration::from_micros(500));
        }
        let joined = parts.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.flat_map(|part| part.unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
    })
}

/// A row for each state.
pub fn table(scenario: &Scenario, found: &[Delivery], details: bool) -> Result<Table, ArrowError> {
    let demand: f64 = scenario.network.buses.iter().map(|b| b.pd_mw.max(0.0)).sum();
    let numbers = |of: &dyn Fn(&Delivery) -> f64| -> ArrayRef {
        Arc::new(found.iter().map(|d| Some(of(d))).collect::<Float64Array>())
    };
    let below: BooleanArray = found.iter().map(|d| Some(d.below_pmin)).collect();
    let mut columns = vec![
        ("served_mw", numbers(&|d| d.served_mw)),
        ("shed_mw", numbers(&|d| (demand - d.served_mw).max(0.0))),
        ("unserved_weighted", numbers(&|d| d.unserved)),
        ("below_pmin", Arc::new(below) as ArrayRef),
    ];
    if details {
        let n = &scenario.network;
        columns.push(("bus_served_mw", lists(found, n.buses.len(), |d| &d.dispatch.served_mw)?));
        columns.push(("pg_mw", lists(found, n.generators.len(), |d| &d.dispatch.pg_mw)?));
        columns.push(("flow_mw", lists(found, n.branches.len(), |d| &d.dispatch.flow_mw)?));
    }
    Table::new(columns)
}

/// Lists of one size, a row for each state.
pub fn lists<T>(
    found: &[T],
    size: usize,
    of: impl Fn(&T) -> &[f64],
) -> Result<ArrayRef, ArrowError> {
    let mut values = Vec::with_capacity(found.len() * size);
    for row in found {
        values.extend_from_slice(of(row));
    }
    let field = Arc::new(Field::new("item", DataType::Float64, false));
    let values = Arc::new(Float64Array::from(values));
    // The length is told, as a grid may have no generator.
    Ok(Arc::new(FixedSizeListArray::try_new_with_length(
        field,
        size as i32,
        values,
        None,
        found.len(),
    )?))
}
