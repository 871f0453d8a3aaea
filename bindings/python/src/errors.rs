//! Errors of the library as exceptions of Python.

use lanewalk::Error;
use pyo3::PyErr;
use pyo3::exceptions::{PyMemoryError, PyRuntimeError, PyValueError};

/// The exception for an error. Messages start with the name of the argument, if one is invalid.
pub(crate) fn exception(error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::OutOfMemory { .. } => PyMemoryError::new_err(message),
        Error::Threads { .. } | Error::Stopped => PyRuntimeError::new_err(message),
        _ => PyValueError::new_err(message),
    }
}

/// The same error, with the name that an argument has in Python.
pub(crate) fn renamed(mut error: Error, from: &str, to: &'static str) -> Error {
    use Error::{Argument, OutOfMemory, Unavailable};
    if let Argument { argument, .. } | Unavailable { argument, .. } | OutOfMemory { argument, .. } = &mut error
        && *argument == from
    {
        *argument = to;
    }
    error
}
