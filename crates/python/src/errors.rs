//! From failures of the libraries to exceptions of `relight.errors`, in the words of the command line.

use std::any::Any;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyType};
use relight_files::{Failure, Problem};

/// The exception for wrong use or bad input.
pub fn input(py: Python<'_>, failure: &Failure) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let raise = || -> PyResult<PyErr> {
        let class = CLASS.import(py, "relight.errors", "InputError")?;
        let arguments =
            (failure.to_string(), problems(py, &failure.errors)?, problems(py, &failure.warnings)?);
        Ok(PyErr::from_value(class.call1(arguments)?))
    };
    raise().unwrap_or_else(|error| error)
}

/// The exception for input that is wrong as a whole, in one sentence.
pub fn usage(py: Python<'_>, message: impl Into<String>) -> PyErr {
    input(py, &Failure::new(message))
}

/// The exception for a fault of the program itself: a panic that was caught.
pub fn internal(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let what = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let message = format!(
        "internal error: {what}\nThis is a fault of relight {}, not of your input. Please report it to its \
         maintainers, with the line above, the call, and the input if it may be shared.",
        env!("CARGO_PKG_VERSION")
    );
    let raise = || -> PyResult<PyErr> {
        let class = CLASS.import(py, "relight.errors", "InternalError")?;
        Ok(PyErr::from_value(class.call1((message,))?))
    };
    raise().unwrap_or_else(|error| error)
}

fn problems<'py>(py: Python<'py>, problems: &[Problem]) -> PyResult<Bound<'py, PyList>> {
    let of = |p: &Problem| -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("file", &p.file)?;
        dict.set_item("line", p.line)?;
        dict.set_item("column", &p.column)?;
        dict.set_item("value", &p.value)?;
        dict.set_item("message", &p.message)?;
        dict.set_item("expected", &p.expected)?;
        dict.set_item("code", &p.code)?;
        dict.set_item("text", &p.text)?;
        Ok(dict)
    };
    PyList::new(py, problems.iter().map(of).collect::<PyResult<Vec<_>>>()?)
}
