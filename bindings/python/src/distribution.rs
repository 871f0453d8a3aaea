//! Distributions of T, counted in a sample or exact, as arrays.

use std::sync::Arc;

use lanewalk::TimeDistribution;
use numpy::IntoPyArray;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::arguments::{count, each, invalid, real};
use crate::arrays::array;
use crate::control::map;
use crate::errors::exception;
use crate::walk::{Problem, with_walk};

/// Where a distribution comes from.
pub(crate) enum Source {
    /// A problem whose exact distribution is known.
    Exact(Arc<Problem>),
    Counted(Arc<TimeDistribution>),
}

/// A distribution of T.
#[pyclass(frozen, module = "lanewalk._lanewalk")]
pub(crate) struct Distribution(pub(crate) Source);

impl Distribution {
    fn times(&self) -> PyResult<&dyn lanewalk::Distribution> {
        match &self.0 {
            // It was computed when this object was made.
            Source::Exact(problem) => with_walk!(&**problem, walk => walk.distribution()).map_err(exception)?,
            Source::Counted(times) => Some(&**times as &dyn lanewalk::Distribution),
        }
        .ok_or_else(|| PyValueError::new_err("the exact distribution is not known"))
    }

    fn counted(&self) -> PyResult<&TimeDistribution> {
        match &self.0 {
            Source::Counted(times) => Ok(times),
            Source::Exact(_) => Err(PyTypeError::new_err("an exact distribution has no counts")),
        }
    }
}

#[pymethods]
impl Distribution {
    /// One of the functions sf, cdf, pmf and mean_until, at these numbers of steps; a single number gives a float.
    fn evaluate<'py>(&self, py: Python<'py>, function: &str, steps: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let steps = each(steps, "steps", count)?;
        let times = self.times()?;
        let values = map(py, &steps.values, |steps| match function {
            "sf" => times.sf(*steps),
            "cdf" => times.cdf(*steps),
            "pmf" => times.pmf(*steps),
            _ => times.mean_until(*steps).unwrap_or(f64::NAN),
        })?;
        if steps.is_scalar {
            Ok(values[0].into_pyobject(py)?.into_any())
        } else {
            Ok(values.into_pyarray(py).into_any())
        }
    }

    /// The quantiles of these probabilities; `None` beyond the horizon.
    fn quantiles(&self, py: Python<'_>, q: &Bound<'_, PyAny>) -> PyResult<(Vec<Option<u64>>, bool)> {
        let q = each(q, "q", probability)?;
        let times = self.times()?;
        Ok((map(py, &q.values, |q| times.quantile(*q))?, q.is_scalar))
    }

    /// E[T]; `None` if it is infinite or unknown.
    fn mean(&self) -> PyResult<Option<f64>> {
        Ok(self.times()?.mean())
    }

    /// The number of steps up to which the distribution is known; `None` if there is no such limit.
    fn horizon(&self) -> PyResult<Option<u64>> {
        Ok(Some(self.times()?.horizon()).filter(|horizon| *horizon != u64::MAX))
    }

    /// The different times, and the number of walks with each.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let (times, walks): (Vec<u64>, Vec<u64>) = self.counted()?.iter().unzip();
        Ok((array(py, "times", &times)?, array(py, "walks", &walks)?))
    }

    /// The number of walks, and how many of them the horizon ended.
    fn samples(&self) -> PyResult<(u64, u64)> {
        let times = self.counted()?;
        Ok((times.samples(), times.censored()))
    }

    /// The 95 % interval of a quantile.
    fn quantile_interval(&self, q: &Bound<'_, PyAny>) -> PyResult<Option<(Option<u64>, Option<u64>)>> {
        Ok(self.counted()?.quantile_interval(probability(q, "q")?))
    }

    /// Half the width of the band that contains the whole curve P(T > n) with the probability `level`.
    fn band(&self, level: &Bound<'_, PyAny>) -> PyResult<f64> {
        Ok(self.counted()?.band(probability(level, "level")?))
    }
}

/// A number above 0 and below 1.
fn probability(value: &Bound<'_, PyAny>, name: &str) -> PyResult<f64> {
    let number = real(value, name)?;
    if number > 0.0 && number < 1.0 { Ok(number) } else { Err(invalid(name, value, "a number above 0 and below 1")) }
}
