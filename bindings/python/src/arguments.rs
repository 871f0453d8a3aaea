//! Numbers, lists and ranges from Python. Every error names its argument.

use std::ops::Range;
use std::str::FromStr;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyRange, PySet, PySlice, PyString, PyType,
};

use crate::control::look;
use crate::errors::exception;

/// The number of characters of a value that an error message shows.
const SHOWN: usize = 60;

/// The number of values of a long list between two looks at the signals: some milliseconds.
pub(crate) const PIECE: usize = 1 << 16;

/// 2^64, the end of the whole numbers.
const END: f64 = 18_446_744_073_709_551_616.0;

/// A value as it looks in Python, at most a line of it.
fn shown(value: &Bound<'_, PyAny>) -> String {
    let Ok(text) = value.repr().and_then(|text| text.extract::<String>()) else { return "a large value".to_owned() };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// The error for a value of the right type that is out of range.
pub(crate) fn invalid(name: &str, value: &Bound<'_, PyAny>, expected: &str) -> PyErr {
    PyValueError::new_err(format!("{name}: got {}, expected {expected}", shown(value)))
}

/// The error for a value of another type.
pub(crate) fn wrong_type(name: &str, value: &Bound<'_, PyAny>, expected: &str) -> PyErr {
    let kind = value.get_type().name().map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{name}: got {kind}, expected {expected}"))
}

/// Whether `value` is a number of one of Python's number types, such as a scalar of NumPy.
fn is_real(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static REAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    value.is_instance(REAL.import(value.py(), "numbers", "Real")?)
}

/// Whether `value` is a truth value of Python or of NumPy, which is not accepted as a number.
fn is_bool(value: &Bound<'_, PyAny>) -> bool {
    let named = |name: Bound<'_, PyString>| name.to_str().is_ok_and(|name| matches!(name, "bool" | "bool_"));
    value.is_instance_of::<PyBool>() || value.get_type().name().is_ok_and(named)
}

/// The scalar in an array of NumPy without dimensions; other values as they are.
fn scalar<'py>(value: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    let is_scalar = value.getattr("ndim").and_then(|n| n.extract::<usize>()).is_ok_and(|n| n == 0);
    let item = is_scalar.then(|| value.call_method0("item").ok()).flatten();
    item.unwrap_or_else(|| value.clone())
}

/// A whole number from 0 to 2^64 - 1: an integer, or a float without a fraction, such as 1e6.
pub(crate) fn count(value: &Bound<'_, PyAny>, name: &str) -> PyResult<u64> {
    const EXPECTED: &str = "a whole number from 0 to 2^64 - 1";
    if value.is_exact_instance_of::<PyInt>() {
        return value.extract().map_err(|_| invalid(name, value, EXPECTED));
    }
    let value = &scalar(value);
    if is_bool(value) {
        return Err(wrong_type(name, value, "a whole number"));
    }
    if let Ok(index) = value.call_method0("__index__") {
        return index.extract().map_err(|_| invalid(name, value, EXPECTED));
    }
    if !value.is_instance_of::<PyFloat>() && !is_real(value)? {
        return Err(wrong_type(name, value, "a whole number"));
    }
    let number: f64 = value.call_method0("__float__")?.extract()?;
    if number.fract() == 0.0 && (0.0..END).contains(&number) {
        // Exact: every float without a fraction in this range is such an integer.
        #[allow(clippy::cast_sign_loss, reason = "checked above")]
        return Ok(number as u64);
    }
    Err(invalid(name, value, EXPECTED))
}

/// A whole number that fits the size of an array.
pub(crate) fn size(value: &Bound<'_, PyAny>, name: &str) -> PyResult<usize> {
    usize::try_from(count(value, name)?).map_err(|_| invalid(name, value, "a smaller number"))
}

/// A real number. The library checks its range.
pub(crate) fn real(value: &Bound<'_, PyAny>, name: &str) -> PyResult<f64> {
    if let Ok(number) = value.cast_exact::<PyFloat>() {
        return number.extract();
    }
    let value = &scalar(value);
    if is_bool(value) || !is_real(value)? {
        return Err(wrong_type(name, value, "a real number"));
    }
    let number = value.call_method0("__float__").map_err(|_| invalid(name, value, "a number of 64 bits"))?;
    number.extract()
}

/// One number, or a list of them.
pub(crate) struct OneOrMany<T> {
    pub(crate) values: Vec<T>,
    pub(crate) is_scalar: bool,
}

/// The numbers in a sequence or in an array of one dimension, or a single number.
pub(crate) fn each<T>(
    value: &Bound<'_, PyAny>,
    name: &str,
    one: impl Fn(&Bound<'_, PyAny>, &str) -> PyResult<T>,
) -> PyResult<OneOrMany<T>> {
    // Text and bytes are sequences, too; mappings and sets have no order of numbers.
    let has_numbers = !value.is_instance_of::<PyString>()
        && !value.is_instance_of::<PyBytes>()
        && !value.is_instance_of::<PyByteArray>()
        && !value.is_instance_of::<PySet>()
        && !value.is_instance_of::<PyFrozenSet>()
        && !value.is_instance_of::<PyDict>();
    if value.is_none() || !has_numbers {
        return Err(wrong_type(name, value, "a number or a sequence of numbers"));
    }
    let py = value.py();
    let mut values = Vec::new();
    let mut add = |items: Bound<'_, PyAny>| {
        for item in items.try_iter()? {
            values.push(one(&item?, name)?);
            if values.len() % PIECE == 0 {
                look(py)?;
            }
        }
        Ok::<_, PyErr>(())
    };
    match value.getattr("ndim").ok().and_then(|n| n.extract::<usize>().ok()) {
        Some(1) => {
            for first in (0..value.len()?).step_by(PIECE) {
                let piece = value.get_item(PySlice::new(py, first.cast_signed(), (first + PIECE).cast_signed(), 1))?;
                add(piece.call_method0("tolist")?)?;
            }
        }
        Some(n) if n > 1 => {
            let message = format!("{name}: got an array of {n} dimensions, expected one dimension");
            return Err(PyValueError::new_err(message));
        }
        None if value.try_iter().is_ok() => add(value.clone())?,
        _ => return Ok(OneOrMany { values: vec![one(value, name)?], is_scalar: true }),
    }
    Ok(OneOrMany { values, is_scalar: false })
}

/// A range of indices: a `range`, or a pair of its first index and its end.
pub(crate) fn range(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Range<u64>> {
    const EXPECTED: &str = "a range or a pair (first, end)";
    if let Ok(range) = value.cast::<PyRange>() {
        if range.getattr("step")?.extract::<i64>().ok() != Some(1) {
            return Err(invalid(name, value, "a range with a step of 1"));
        }
        return Ok(count(&range.getattr("start")?, name)?..count(&range.getattr("stop")?, name)?);
    }
    if value.is_instance_of::<PyString>() {
        return Err(wrong_type(name, value, EXPECTED));
    }
    let items = value.try_iter().map_err(|_| wrong_type(name, value, EXPECTED))?;
    match &items.collect::<PyResult<Vec<_>>>()?[..] {
        [first, end] => Ok(count(first, name)?..count(end, name)?),
        _ => Err(invalid(name, value, EXPECTED)),
    }
}

/// One of the names of a type, such as "simd" of the layers.
pub(crate) fn name<T: FromStr<Err = lanewalk::Error>>(value: &Bound<'_, PyAny>, name: &str) -> PyResult<T> {
    text(value, name)?.parse().map_err(exception)
}

/// A string.
pub(crate) fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    let text = value.cast::<PyString>().map_err(|_| wrong_type(name, value, "a string"))?;
    text.extract().map_err(|_| invalid(name, value, "valid Unicode"))
}

/// True or false.
pub(crate) fn flag(value: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    if !is_bool(value) {
        return Err(wrong_type(name, value, "True or False"));
    }
    value.is_truthy()
}

/// An argument that may be `None`.
pub(crate) fn optional<T>(
    value: &Bound<'_, PyAny>,
    name: &str,
    one: impl Fn(&Bound<'_, PyAny>, &str) -> PyResult<T>,
) -> PyResult<Option<T>> {
    if value.is_none() { Ok(None) } else { one(value, name).map(Some) }
}

/// A whole number, for checks in the package.
#[pyfunction(name = "count")]
pub(crate) fn count_in_python(value: &Bound<'_, PyAny>, name: &str) -> PyResult<u64> {
    count(value, name)
}
