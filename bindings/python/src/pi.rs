//! Monte Carlo pi.

use lanewalk::{Batches, Pi, PiMethod};
use pyo3::prelude::*;

use crate::arguments::{count, flag, name, optional, range, size};
use crate::arrays::{empty, output};
use crate::control::{How, run};
use crate::errors::exception;
use crate::outcome::{Entries, Outcome};

/// Estimates pi from points, or from the points of a shard.
#[pyfunction]
pub(crate) fn estimate_pi(
    py: Python<'_>,
    points: &Bound<'_, PyAny>,
    method: &Bound<'_, PyAny>,
    shard: &Bound<'_, PyAny>,
    seed: &Bound<'_, PyAny>,
    how: How,
) -> PyResult<Outcome> {
    let pi = Pi::points(count(points, "points")?).method(name::<PiMethod>(method, "method")?);
    let pi = pi.seed(count(seed, "seed")?);
    let shard = optional(shard, "shard", range)?;
    let pi = if let Some(shard) = shard { pi.shard(shard) } else { pi };
    Ok(Outcome::new(Entries::Pi(run(py, &how, |exec| lanewalk::estimate_pi(&pi, exec))?)))
}

/// Estimates pi from batches of points. Returns the summary, and an array with the estimate of each batch.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the arguments of the function in Python")]
pub(crate) fn estimate_pi_batches<'py>(
    py: Python<'py>,
    batches: &Bound<'_, PyAny>,
    batch_points: &Bound<'_, PyAny>,
    method: &Bound<'_, PyAny>,
    seed: &Bound<'_, PyAny>,
    unordered: &Bound<'_, PyAny>,
    chunk: &Bound<'_, PyAny>,
    how: How,
) -> PyResult<(Outcome, Bound<'py, PyAny>)> {
    let problem = Batches::new(count(batches, "batches")?, count(batch_points, "batch_points")?)
        .method(name::<PiMethod>(method, "method")?)
        .seed(count(seed, "seed")?)
        .unordered(flag(unordered, "unordered")?);
    let chunk = optional(chunk, "chunk", count)?;
    let problem = if let Some(chunk) = chunk { problem.chunk(chunk) } else { problem };
    problem.check().map_err(exception)?;
    let estimates = empty::<f64>(py, "batches", &[size(batches, "batches")?])?;
    let mut view = output::<f64>(&estimates, "batches", &[estimates.len()?])?;
    let each = view.as_slice_mut()?;
    let summary = run(py, &how, |exec| {
        lanewalk::estimate_pi_batches(&problem, exec, |batch, tally| {
            each[batch as usize] = tally.estimate().map_or(f64::NAN, |estimate| estimate.value);
        })
    })?;
    drop(view);
    Ok((Outcome::new(Entries::Batches(summary)), estimates))
}
