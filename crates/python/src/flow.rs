//! Many power flows of one case at once.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use pyo3::prelude::*;
use relight_files::Failure;
use relight_grid::ac::{AcOptions, AcStatus, Rating, Reason};
use relight_grid::batch::{Batch, BatchOptions, Change, Element, State};
use relight_grid::contingencies::{Kind, single};
use relight_grid::{Injections, Network};
use relight_restore::planner::Monitor;

use crate::dispatch::lists;
use crate::table::{self, Table};
use crate::{errors, work::Watch};

/// States of each thread between two looks at the clock.
const AT_A_TIME: usize = 64;

/// What is told of a state.
pub struct Flow {
    status: &'static str,
    reason: Option<&'static str>,
    steps: usize,
    live_buses: usize,
    lost_load_mw: f64,
    vm_min_pu: Option<f64>,
    vm_max_pu: Option<f64>,
    highest_loading_pct: Option<f64>,
    overloads: usize,
    voltage_violations: usize,
    /// Voltage magnitude, p.u., and angle, radians, of each bus.
    voltage: [Vec<f64>; 2],
    /// Power into each branch: P and Q at its from end, then at its to end, MW and `MVAr`.
    branch: [Vec<f64>; 4],
}

/// Solves every change, or gives `None` where the grid is too large for one analysis.
pub fn solve(
    network: &Network,
    changes: &[Change],
    ac: AcOptions,
    threads: usize,
    details: bool,
    watch: &mut Watch,
) -> Option<Vec<Flow>> {
    let doing = "solving power flows";
    watch.progress(doing, 0.0);
    let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
    let options = BatchOptions { ac, threads, ..BatchOptions::default() };
    let batch = Batch::new(network, network.status(), Injections::of_case(network), &options.ac)?;
    let mut flows = Vec::with_capacity(changes.len());
    for part in changes.chunks(AT_A_TIME * threads.get()) {
        if !watch.go_on() {
            break;
        }
        watch.progress(doing, flows.len() as f64 / changes.len() as f64);
        // Every change was made from elements of this network.
        let found = batch.solve(part, &options, |_, state| Flow::of(network, state, details));
        flows.extend(found.into_iter().flatten());
    }
    Some(flows)
}

impl Flow {
    fn of(network: &Network, state: &State<'_>, details: bool) -> Self {
        let (status, reason) = match state.outcome() {
            AcStatus::Converged => ("converged", None),
            AcStatus::NothingToSolve => ("nothing to solve", None),
            AcStatus::NotConverged { reason, .. } => (
                "not converged",
                Some(match reason {
                    Reason::IterationLimit => "iteration limit",
                    Reason::Singular => "singular",
                    Reason::Diverged => "diverged",
                }),
            ),
        };
        let buses = 0..network.buses.len();
        let live = || buses.clone().filter(|&i| state.live(i));
        let dead = buses.clone().filter(|&i| !state.live(i));
        let loadings = (network.branches.iter().enumerate())
            .filter_map(|(k, l)| Some(100.0 * state.flow_mva(k) / Rating::A.limit_mva(l)?));
        let ends = |end: usize, part: usize| -> Vec<f64> {
            (0..network.branches.len()).map(|k| state.flow(k)[end][part]).collect()
        };
        Flow {
            status,
            reason,
            steps: state.iterations(),
            live_buses: live().count(),
            lost_load_mw: dead.map(|i| network.buses[i].pd_mw.max(0.0)).sum(),
            vm_min_pu: live().map(|i| state.vm_pu(i)).min_by(f64::total_cmp),
            vm_max_pu: live().map(|i| state.vm_pu(i)).max_by(f64::total_cmp),
            highest_loading_pct: loadings.max_by(f64::total_cmp),
            overloads: state.overloads(Rating::A).count(),
            voltage_violations: state.voltage_violations().count(),
            voltage: if details {
                [
                    buses.clone().map(|i| state.vm_pu(i)).collect(),
                    buses.clone().map(|i| state.va_rad(i)).collect(),
                ]
            } else {
                Default::default()
            },
            branch: if details {
                [ends(0, 0), ends(0, 1), ends(1, 0), ends(1, 1)]
            } else {
                Default::default()
            },
        }
    }
}

/// A row for each state.
pub fn table(network: &Network, flows: &[Flow], details: bool) -> Result<Table, ArrowError> {
    let number = |of: &dyn Fn(&Flow) -> Option<f64>| -> ArrayRef {
        Arc::new(flows.iter().map(of).collect::<Float64Array>())
    };
    let whole = |of: &dyn Fn(&Flow) -> usize| -> ArrayRef {
        Arc::new(flows.iter().map(|f| Some(of(f) as i64)).collect::<Int64Array>())
    };
    let text = |of: &dyn Fn(&Flow) -> Option<&'static str>| -> ArrayRef {
        Arc::new(flows.iter().map(of).collect::<StringArray>())
    };
    let mut columns = vec![
        ("status", text(&|f| Some(f.status))),
        ("reason", text(&|f| f.reason)),
        ("steps", whole(&|f| f.steps)),
        ("live_buses", whole(&|f| f.live_buses)),
        ("lost_load_mw", number(&|f| Some(f.lost_load_mw))),
        ("vm_min_pu", number(&|f| f.vm_min_pu)),
        ("vm_max_pu", number(&|f| f.vm_max_pu)),
        ("highest_loading_pct", number(&|f| f.highest_loading_pct)),
        ("overloads", whole(&|f| f.overloads)),
        ("voltage_violations", whole(&|f| f.voltage_violations)),
    ];
    if details {
        let (n, m) = (network.buses.len(), network.branches.len());
        columns.push(("vm_pu", lists(flows, n, |f| &f.voltage[0])?));
        columns.push(("va_rad", lists(flows, n, |f| &f.voltage[1])?));
        columns.push(("pf_mw", lists(flows, m, |f| &f.branch[0])?));
        columns.push(("qf_mvar", lists(flows, m, |f| &f.branch[1])?));
        columns.push(("pt_mw", lists(flows, m, |f| &f.branch[2])?));
        columns.push(("qt_mvar", lists(flows, m, |f| &f.branch[3])?));
    }
    Table::new(columns)
}

/// Changes by state, of a table with the columns `state`, `element` and `id`, and of `in_service`, `pd_mw`, `qd_mvar` and
/// `pg_mw` those that are wanted. There are as many states as the highest number of one, and one more.
pub fn changes(
    py: Python<'_>,
    network: &Network,
    table: &Bound<'_, PyAny>,
) -> PyResult<Vec<Change>> {
    let refuse = |row: usize, message: String| {
        let text = format!("row {row}: {message}");
        errors::input(py, &Failure::about("changes", Path::new("changes"), text))
    };
    let (batches, _) = table::batches(table)?;
    let mut states: BTreeMap<usize, Change> = BTreeMap::new();
    let mut row = 0;
    for batch in &batches {
        let columns = Columns::of(batch).map_err(|message| errors::usage(py, message))?;
        for at in 0..batch.num_rows() {
            columns.put(network, &mut states, at).map_err(|message| refuse(row, message))?;
            row += 1;
        }
    }
    let count = states.last_key_value().map_or(0, |(last, _)| last + 1);
    let mut out = vec![Change::default(); count];
    for (state, change) in states {
        out[state] = change;
    }
    Ok(out)
}

/// More states than this are refused, so that a slip of a number does not fill the memory.
const MOST_STATES: i64 = 10_000_000;

/// The columns of a batch of changes.
struct Columns {
    state: ArrayRef,
    element: ArrayRef,
    id: ArrayRef,
    in_service: Option<ArrayRef>,
    values: [Option<ArrayRef>; 3],
}

impl Columns {
    fn of(batch: &RecordBatch) -> Result<Self, String> {
        let column = |name: &str, kind: &DataType| {
            let found = batch.column_by_name(name).map(|c| cast(c, kind));
            found.transpose().map_err(|e| format!("changes: column {name}: {e}"))
        };
        let required = |name: &str, kind: &DataType| {
            column(name, kind)?.ok_or_else(|| {
                format!("changes: there is no column {name}; expected state, element and id")
            })
        };
        Ok(Columns {
            state: required("state", &DataType::Int64)?,
            element: required("element", &DataType::Utf8)?,
            id: required("id", &DataType::Int64)?,
            in_service: column("in_service", &DataType::Boolean)?,
            values: [
                column("pd_mw", &DataType::Float64)?,
                column("qd_mvar", &DataType::Float64)?,
                column("pg_mw", &DataType::Float64)?,
            ],
        })
    }

    /// Adds a row to its state. Without any value the element goes out of service.
    fn put(
        &self,
        network: &Network,
        states: &mut BTreeMap<usize, Change>,
        at: usize,
    ) -> Result<(), String> {
        let whole = |column: &ArrayRef| {
            column.is_valid(at).then(|| column.as_primitive::<Int64Type>().value(at))
        };
        let state = whole(&self.state).filter(|s| (0..MOST_STATES).contains(s));
        let state = state.ok_or("state is empty, below 0 or above ten million")? as usize;
        let kind =
            if self.element.is_valid(at) { self.element.as_string::<i32>().value(at) } else { "" };
        let id = whole(&self.id).and_then(|id| u64::try_from(id).ok());
        let id = id.ok_or("id is empty or below 0; expected a bus number or a row of the case")?;
        let element = Element::named(network, kind, id).map_err(|e| e.to_string())?;
        let change = states.entry(state).or_default();
        let mut said = false;
        let numbers = self.values.iter().map(|column| {
            let column = column.as_ref().filter(|c| c.is_valid(at))?;
            Some(column.as_primitive::<Float64Type>().value(at))
        });
        for (number, name) in numbers.zip(["pd_mw", "qd_mvar", "pg_mw"]) {
            let Some(value) = number else { continue };
            said = true;
            if !value.is_finite() {
                return Err(format!("{name} is {value}; expected a finite number"));
            }
            match (element, name) {
                (Element::Bus(i), "pd_mw") => change.pd_mw.push((i, value)),
                (Element::Bus(i), "qd_mvar") => change.qd_mvar.push((i, value)),
                (Element::Generator(g), "pg_mw") => change.pg_mw.push((g, value)),
                _ => return Err(format!("a {kind} has no {name}")),
            }
        }
        let flag = self.in_service.as_ref().filter(|c| c.is_valid(at));
        match flag.map(|c| c.as_boolean().value(at)) {
            Some(true) => change.back.push(element),
            None if said => {}
            Some(false) | None => change.out.push(element),
        }
        Ok(())
    }
}

/// Every element in service of these kinds, one at a time, as changes.
pub fn outages(network: &Network, kinds: &[Kind]) -> Result<Table, ArrowError> {
    let all = single(network, &network.status(), kinds);
    let elements = || all.iter().flat_map(|c| &c.out);
    let states: Int64Array = (0..all.len() as i64).collect::<Vec<_>>().into();
    let words: StringArray = elements().map(|e| Some(e.word())).collect();
    let ids: Int64Array = elements().map(|e| e.number(network) as i64).collect::<Vec<_>>().into();
    Table::new(vec![
        ("state", Arc::new(states) as ArrayRef),
        ("element", Arc::new(words)),
        ("id", Arc::new(ids)),
    ])
}

/// Buses, branches and generators of a case, in its order.
pub fn elements(network: &Network, of: &str) -> Result<Table, ArrowError> {
    fn numbers<T>(rows: &[T], of: impl Fn(&T) -> f64) -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<Float64Array>())
    }
    fn wholes<T>(rows: &[T], of: impl Fn(&T) -> u64) -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row) as i64)).collect::<Int64Array>())
    }
    fn flags<T>(rows: &[T], of: impl Fn(&T) -> bool) -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<arrow_array::BooleanArray>())
    }
    fn rows<T>(rows: &[T]) -> ArrayRef {
        Arc::new(Int64Array::from((1..=rows.len() as i64).collect::<Vec<_>>()))
    }
    let number_of = |bus: usize| network.buses[bus].id;
    match of {
        "buses" => {
            let b = &network.buses;
            let names: StringArray = b.iter().map(|b| b.name.clone()).collect();
            Table::new(vec![
                ("bus", wholes(b, |b| b.id)),
                ("name", Arc::new(names)),
                ("pd_mw", numbers(b, |b| b.pd_mw)),
                ("qd_mvar", numbers(b, |b| b.qd_mvar)),
                ("gs_mw", numbers(b, |b| b.gs_mw)),
                ("bs_mvar", numbers(b, |b| b.bs_mvar)),
                ("vm_pu", numbers(b, |b| b.vm_pu)),
                ("va_deg", numbers(b, |b| b.va_deg)),
                ("base_kv", numbers(b, |b| b.base_kv)),
                ("vmin_pu", numbers(b, |b| b.vmin_pu)),
                ("vmax_pu", numbers(b, |b| b.vmax_pu)),
            ])
        }
        "branches" => {
            let l = &network.branches;
            Table::new(vec![
                ("branch", rows(l)),
                ("from_bus", wholes(l, |l| number_of(l.from))),
                ("to_bus", wholes(l, |l| number_of(l.to))),
                ("r_pu", numbers(l, |l| l.r)),
                ("x_pu", numbers(l, |l| l.x)),
                ("b_pu", numbers(l, |l| l.b)),
                ("rate_mva", numbers(l, |l| l.rate_mva[0])),
                ("ratio", numbers(l, |l| l.ratio)),
                ("shift_deg", numbers(l, |l| l.shift_deg)),
                ("in_service", flags(l, |l| l.in_service)),
            ])
        }
        _ => {
            let g = &network.generators;
            Table::new(vec![
                ("generator", rows(g)),
                ("bus", wholes(g, |g| number_of(g.bus))),
                ("pg_mw", numbers(g, |g| g.pg_mw)),
                ("qg_mvar", numbers(g, |g| g.qg_mvar)),
                ("pmin_mw", numbers(g, |g| g.pmin_mw)),
                ("pmax_mw", numbers(g, |g| g.pmax_mw)),
                ("qmin_mvar", numbers(g, |g| g.qmin_mvar)),
                ("qmax_mvar", numbers(g, |g| g.qmax_mvar)),
                ("vg_pu", numbers(g, |g| g.vg_pu)),
                ("in_service", flags(g, |g| g.in_service)),
            ])
        }
    }
}
