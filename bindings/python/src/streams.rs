//! The random numbers of a run, for programs that draw the same ones.

use lanewalk::rand_core::Rng as _;
use lanewalk::{Label, Stream};
use numpy::Element;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arguments::{count, each, size, text};
use crate::arrays::{empty, output};
use crate::errors::{exception, renamed};

/// The number of draws between two looks at the signals.
const PIECE: usize = 1 << 20;

fn label(value: &Bound<'_, PyAny>) -> PyResult<Label> {
    let text = text(value, "label")?;
    let refused = || PyValueError::new_err(format!("label: got '{text}', expected 1 to 8 ASCII characters"));
    Label::ascii(&text).ok_or_else(refused)
}

/// The base of the streams of a seed and a label.
#[pyfunction]
pub(crate) fn base(seed: &Bound<'_, PyAny>, label: &Bound<'_, PyAny>) -> PyResult<u64> {
    Ok(lanewalk::base(count(seed, "seed")?, self::label(label)?))
}

/// The seed of an entry of a list with independent walkers.
#[pyfunction]
pub(crate) fn independent_seed(seed: &Bound<'_, PyAny>, keys: &Bound<'_, PyAny>) -> PyResult<u64> {
    Ok(lanewalk::independent_seed(count(seed, "seed")?, &each(keys, "keys", count)?.values))
}

/// An array that `fill` fills in pieces.
fn filled<T: Element + Send>(
    py: Python<'_>,
    length: usize,
    mut fill: impl FnMut(&mut [T]) + Send,
) -> PyResult<Bound<'_, PyAny>> {
    let array = empty::<T>(py, "count", &[length])?;
    let mut view = output::<T>(&array, "count", &[length])?;
    for piece in view.as_slice_mut()?.chunks_mut(PIECE) {
        py.detach(|| fill(piece));
        py.check_signals()?;
    }
    drop(view);
    Ok(array)
}

/// Draws of 64 bits.
#[pyfunction]
pub(crate) fn draws<'py>(
    py: Python<'py>,
    index: &Bound<'py, PyAny>,
    count: &Bound<'py, PyAny>,
    seed: &Bound<'py, PyAny>,
    label: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (seed, index) = (crate::arguments::count(seed, "seed")?, crate::arguments::count(index, "index")?);
    let mut stream = Stream::new(seed, self::label(label)?, index).map_err(exception)?;
    filled(py, size(count, "count")?, move |piece: &mut [u64]| piece.fill_with(|| stream.next_u64()))
}

/// The first steps of a walker, in units of 2^-31.
#[pyfunction]
pub(crate) fn steps<'py>(
    py: Python<'py>,
    walker: &Bound<'py, PyAny>,
    count: &Bound<'py, PyAny>,
    seed: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (seed, walker) = (crate::arguments::count(seed, "seed")?, crate::arguments::count(walker, "walker")?);
    let stream = Stream::new(seed, Label::WALK, walker);
    let mut stream = stream.map_err(|error| exception(renamed(error, "index", "walker")))?;
    // Pieces have an even number of steps, so each begins with a new draw.
    filled(py, size(count, "count")?, move |piece: &mut [i32]| {
        for pair in piece.chunks_mut(2) {
            let draw = stream.next_u64();
            pair[0] = ((draw >> 32) as u32).cast_signed();
            if let Some(second) = pair.get_mut(1) {
                *second = (draw as u32).cast_signed();
            }
        }
    })
}
