//! The native part of the Python package `relight`.
//!
//! Each file is a class or what a class needs. `work` runs the libraries without the interpreter lock and lets
//! `KeyboardInterrupt` through; `errors` turns their failures into exceptions; `table` is where files meet Arrow. No
//! rule of the domain lives here.

#![expect(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over by value")]
#![expect(
    clippy::cast_possible_wrap,
    reason = "Arrow counts in signed numbers; ours are far below 2^31"
)]
#![expect(clippy::doc_markdown, reason = "what is said of classes is read in Python")]

mod case;
mod columns;
mod contingencies;
mod dispatch;
mod errors;
mod flow;
mod matches;
mod plan;
mod scenario;
mod study;
mod table;
mod work;

use pyo3::prelude::*;

/// The native part of `relight`.
#[pymodule]
mod _relight {
    #[pymodule_export]
    use super::_panic;
    #[pymodule_export]
    use super::case::Case;
    #[pymodule_export]
    use super::contingencies::Contingencies;
    #[pymodule_export]
    use super::plan::Plan;
    #[pymodule_export]
    use super::scenario::Scenario;
    #[pymodule_export]
    use super::study::{SampledStudy, StudyResult, run_study};
    #[pymodule_export]
    use super::table::Table;

    /// The version of the program.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}

/// Panics, for the test that no panic crosses the boundary.
#[pyfunction]
fn _panic(py: Python<'_>, message: String) -> PyResult<()> {
    work::run(py, None, move |_| std::panic::panic_any(message))
}
