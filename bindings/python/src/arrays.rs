//! Arrays of NumPy: new ones, and checked views of the caller's.

use numpy::prelude::*;
use numpy::{Element, PyReadonlyArray1, PyReadwriteArrayDyn, PyUntypedArray};
use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyRange, PySlice, PyTuple};

use crate::arguments::{PIECE, wrong_type};
use crate::control::look;

/// A new array. NumPy allocates it, so that a lack of memory is a `MemoryError`.
pub(crate) fn empty<'py, T: Element>(py: Python<'py>, name: &str, shape: &[usize]) -> PyResult<Bound<'py, PyAny>> {
    let bytes = shape.iter().try_fold(size_of::<T>(), |bytes, length| bytes.checked_mul(*length));
    let no_memory = || PyMemoryError::new_err(format!("{name}: an array of the shape {shape:?} cannot be allocated"));
    bytes.filter(|bytes| isize::try_from(*bytes).is_ok()).ok_or_else(no_memory)?;
    let numpy = numpy::get_array_module(py)?;
    let made = numpy.call_method1("empty", (shape.to_vec(), T::get_dtype(py)));
    made.map_err(|error| if error.is_instance_of::<PyMemoryError>(py) { no_memory() } else { error })
}

/// Checks that `array` can receive values of the type `T` in this shape.
pub(crate) fn output<'py, T: Element>(
    array: &Bound<'py, PyAny>,
    name: &str,
    shape: &[usize],
) -> PyResult<PyReadwriteArrayDyn<'py, T>> {
    let py = array.py();
    let untyped = array.cast::<PyUntypedArray>().map_err(|_| wrong_type(name, array, "a NumPy array"))?;
    refuse_mask(array, name)?;
    let wanted = T::get_dtype(py);
    let given = untyped.dtype();
    // Times fit into signed numbers too, apart from CENSORED, which is then -1.
    let signed_times = wanted.kind() == b'u' && given.kind() == b'i' && given.itemsize() == 8;
    let same_bits = signed_times && given.is_native_byteorder() == Some(true);
    if !(given.is_equiv_to(&wanted) || same_bits) {
        return Err(PyTypeError::new_err(format!("{name}: got an array of {given}, expected {wanted}")));
    }
    if untyped.shape() != shape {
        let message = format!("{name}: got the shape {:?}, expected {shape:?}", untyped.shape());
        return Err(PyValueError::new_err(message));
    }
    if !untyped.is_c_contiguous() {
        return Err(PyValueError::new_err(format!("{name}: the array is not C-contiguous")));
    }
    let same = if given.is_equiv_to(&wanted) { array.clone() } else { array.call_method1("view", (wanted,))? };
    let array = same.cast::<numpy::PyArrayDyn<T>>().map_err(|_| wrong_type(name, array, "a NumPy array"))?;
    let mut array = array.try_readwrite().map_err(|error| {
        let reason = match error {
            numpy::BorrowError::NotWriteable => "the array is read-only",
            _ => "the array overlaps with another argument, or another call uses it",
        };
        PyValueError::new_err(format!("{name}: {reason}"))
    })?;
    array.as_slice_mut().map_err(|_| PyValueError::new_err(format!("{name}: the array is not aligned")))?;
    Ok(array)
}

/// Refuses an array whose mask would be ignored.
fn refuse_mask(array: &Bound<'_, PyAny>, name: &str) -> PyResult<()> {
    if array.hasattr("mask")? {
        return Err(wrong_type(name, array, "an array without a mask"));
    }
    Ok(())
}

/// The values of an array of float64, or of anything that NumPy converts to one of one dimension without loss of kind.
pub(crate) fn floats(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<f64>> {
    let py = value.py();
    let numpy = numpy::get_array_module(py)?;
    refuse_mask(value, name)?;
    let length = value.len().unwrap_or(0);
    if length > PIECE
        && (value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyRange>())
    {
        // NumPy converts a long list without a look at the signals.
        let mut values = Vec::with_capacity(length);
        for first in (0..length).step_by(PIECE) {
            let piece = value.get_item(PySlice::new(py, first.cast_signed(), (first + PIECE).cast_signed(), 1))?;
            values.extend(floats(&piece, name)?);
            look(py)?;
        }
        return Ok(values);
    }
    let refused = |_| wrong_type(name, value, "an array of numbers");
    let array = numpy.call_method1("asarray", (value,)).map_err(refused)?;
    let array = array.cast::<PyUntypedArray>().map_err(|_| wrong_type(name, value, "an array of numbers"))?;
    if !matches!(array.dtype().kind(), b'f' | b'i' | b'u') {
        let message = format!("{name}: got an array of {}, expected real numbers", array.dtype());
        return Err(PyTypeError::new_err(message));
    }
    if array.ndim() != 1 {
        let message = format!("{name}: got an array of {} dimensions, expected one dimension", array.ndim());
        return Err(PyValueError::new_err(message));
    }
    // A copy if the array is strided or not aligned, or if its numbers have another type.
    let array = py.import("numpy")?.call_method1("require", (array, numpy::dtype::<f64>(py), ["C", "A"]))?;
    let array: PyReadonlyArray1<'_, f64> = array.extract()?;
    Ok(array.as_slice()?.to_vec())
}

/// A new array of these values.
pub(crate) fn array<'py, T: Element + Copy>(py: Python<'py>, name: &str, values: &[T]) -> PyResult<Bound<'py, PyAny>> {
    let array = empty::<T>(py, name, &[values.len()])?;
    output::<T>(&array, name, &[values.len()])?.as_slice_mut()?.copy_from_slice(values);
    Ok(array)
}
