//! The command line `lanewalk` in this process.

use std::ffi::OsString;

use pyo3::prelude::*;

use crate::control::detached;

/// Runs the program with these arguments, without the name of the program, and returns its exit status. It starts its
/// children with the command `restart`.
#[pyfunction]
pub(crate) fn program(py: Python<'_>, arguments: Vec<OsString>, restart: Vec<OsString>) -> PyResult<u8> {
    let arguments: Vec<_> = [OsString::from("lanewalk")].into_iter().chain(arguments).collect();
    detached(py, || Ok(lanewalk_program::run(&arguments, Some(restart))))
}
