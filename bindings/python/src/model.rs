//! Laws of parallel time, and their fits.

use lanewalk::model::{Amdahl, Comparison, CriticalPath, Fit, Gustafson, Model, Timing, Usl};
use numpy::IntoPyArray;
use pyo3::create_exception;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::arguments::{OneOrMany, count, each, invalid, optional, real};
use crate::arrays::array;
use crate::control::{abandoned_by_signals, detached, map};
use crate::errors::exception;

create_exception!(lanewalk.model, NotIdentifiable, PyValueError, "Timings do not identify a law.");

/// A law with given parameters, or one that was fitted to timings.
enum Any {
    Amdahl(Amdahl, Option<Fit<Amdahl>>),
    Gustafson(Gustafson, Option<Fit<Gustafson>>),
    CriticalPath(CriticalPath, Option<Fit<CriticalPath>>),
    Usl(Usl, Option<Fit<Usl>>),
}

/// The same expression for the model and the fit of every law.
macro_rules! with_law {
    ($law:expr, ($model:ident, $fit:ident) => $body:expr) => {
        match $law {
            Any::Amdahl($model, $fit) => $body,
            Any::Gustafson($model, $fit) => $body,
            Any::CriticalPath($model, $fit) => $body,
            Any::Usl($model, $fit) => $body,
        }
    };
}

/// A law of parallel time.
#[pyclass(frozen, module = "lanewalk._lanewalk")]
pub(crate) struct Law(Any);

/// Timings from arrays of equal length.
fn timings(workers: &Bound<'_, PyAny>, seconds: &Bound<'_, PyAny>, work: &Bound<'_, PyAny>) -> PyResult<Vec<Timing>> {
    let counts = list(workers, "workers", each(workers, "workers", count)?)?;
    let times = list(seconds, "seconds", each(seconds, "seconds", real)?)?;
    let amounts = optional(work, "work", |work, name| list(work, name, each(work, name, real)?))?;
    for (name, length) in [("seconds", times.len()), ("work", amounts.as_ref().map_or(counts.len(), Vec::len))] {
        if length != counts.len() {
            let message = format!("{name}: got {length} values, expected {}, one for each of workers", counts.len());
            return Err(PyValueError::new_err(message));
        }
    }
    let timing = |place: usize| {
        let timing = Timing::new(counts[place], times[place]);
        let amount = amounts.as_ref().map(|amounts| amounts[place]);
        amount.map_or_else(|| timing.clone(), |amount| timing.clone().and_then(|timing| timing.work(amount)))
    };
    (0..counts.len()).map(|place| timing(place).map_err(exception)).collect()
}

fn list<T>(value: &Bound<'_, PyAny>, name: &str, numbers: OneOrMany<T>) -> PyResult<Vec<T>> {
    if numbers.is_scalar {
        Err(crate::arguments::wrong_type(name, value, "a sequence of numbers"))
    } else {
        Ok(numbers.values)
    }
}

/// A number of workers, of which a curve may show fractions.
fn some_workers(value: &Bound<'_, PyAny>, name: &str) -> PyResult<f64> {
    let number = real(value, name)?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err(invalid(name, value, "a finite number above 0")) }
}

/// Fits to timings, on a thread of its own if there are many of them.
fn in_background<T: Send + 'static>(
    py: Python<'_>,
    timings: Vec<Timing>,
    fit: impl FnOnce(&[Timing]) -> T + Send + 'static,
) -> PyResult<T> {
    /// The number of timings from which on a fit takes more than some milliseconds.
    const LONG: usize = 1000;
    let is_long = timings.len() > LONG;
    let work = move || Ok(fit(&timings));
    if is_long { abandoned_by_signals(py, work) } else { detached(py, work) }
}

type Parameters = Vec<(String, String, f64, f64, f64)>;

#[pymethods]
impl Law {
    /// A law with these parameters.
    #[new]
    fn new(
        name: &str,
        first: &Bound<'_, PyAny>,
        second: &Bound<'_, PyAny>,
        third: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let law = Self(match name {
            "amdahl" => {
                Any::Amdahl(Amdahl::new(real(first, "serial")?, real(second, "parallel")?).map_err(exception)?, None)
            }
            "gustafson" => {
                let law = Gustafson::new(real(first, "rate")?, real(second, "serial_fraction")?);
                Any::Gustafson(law.map_err(exception)?, None)
            }
            "critical path" => {
                let law = CriticalPath::new(real(first, "work")?, real(second, "span")?);
                Any::CriticalPath(law.map_err(exception)?, None)
            }
            _ => {
                let law = Usl::new(real(first, "rate")?, real(second, "contention")?, real(third, "coherency")?);
                Any::Usl(law.map_err(exception)?, None)
            }
        });
        if with_law!(&law.0, (model, _fit) => model.time(1.0)).is_finite() {
            return Ok(law);
        }
        Err(invalid("rate", first, "a larger number, so that the time of one worker is finite"))
    }

    /// The law that fits these timings.
    #[staticmethod]
    fn fit(
        py: Python<'_>,
        name: &str,
        workers: &Bound<'_, PyAny>,
        seconds: &Bound<'_, PyAny>,
        work: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let timings = timings(workers, seconds, work)?;
        let name = name.to_owned();
        let fitted = in_background(py, timings, move |timings| match &*name {
            "amdahl" => Amdahl::fit(timings).map(|fit| Any::Amdahl(fit.model, Some(fit))),
            "gustafson" => Gustafson::fit(timings).map(|fit| Any::Gustafson(fit.model, Some(fit))),
            "critical path" => CriticalPath::fit(timings).map(|fit| Any::CriticalPath(fit.model, Some(fit))),
            _ => Usl::fit(timings).map(|fit| Any::Usl(fit.model, Some(fit))),
        })?;
        fitted.map(Self).map_err(|error| NotIdentifiable::new_err(error.reason))
    }

    /// One of the functions time, speedup, efficiency, low and high; the last two are the ends of the interval of a
    /// further measurement.
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        function: &str,
        workers: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let workers = each(workers, "workers", some_workers)?;
        let values = with_law!(&self.0, (model, fit) => {
            map(py, &workers.values, |w| match (function, fit) {
                ("time", _) => model.time(*w),
                ("speedup", _) => model.speedup(*w),
                ("efficiency", _) => model.efficiency(*w),
                ("low", Some(fit)) => fit.time_band(*w).0,
                ("high", Some(fit)) => fit.time_band(*w).1,
                _ => f64::NAN,
            })?
        });
        if workers.is_scalar {
            Ok(values[0].into_pyobject(py)?.into_any())
        } else {
            Ok(values.into_pyarray(py).into_any())
        }
    }

    /// A number that belongs to one law; `NaN` for the others.
    fn number(&self, name: &str, argument: &Bound<'_, PyAny>) -> PyResult<f64> {
        Ok(match (&self.0, name) {
            (Any::Amdahl(law, _), "limit") => law.limit(),
            (Any::Amdahl(law, _), "workers_for") => law.workers_for(real(argument, "efficiency")?),
            (Any::Usl(law, _), "peak") => law.peak(),
            (Any::Usl(law, _), "throughput") => law.throughput(some_workers(argument, "workers")?),
            (Any::Gustafson(law, _), "throughput") => law.throughput(some_workers(argument, "workers")?),
            (Any::CriticalPath(law, _), "lower_bound") => law.bounds(some_workers(argument, "workers")?).0,
            (Any::CriticalPath(law, _), "upper_bound") => law.bounds(some_workers(argument, "workers")?).1,
            _ => f64::NAN,
        })
    }

    /// Name, unit, value and 95 % interval of each parameter of a fit.
    fn parameters(&self) -> PyResult<Parameters> {
        with_law!(&self.0, (_model, fit) => {
            let fit = fit.as_ref().ok_or_else(|| PyTypeError::new_err("the law was not fitted"))?;
            let row = |p: &lanewalk::model::Parameter| (p.name.to_owned(), p.unit.to_owned(), p.value, p.low, p.high);
            Ok(fit.parameters.iter().map(row).collect())
        })
    }

    /// Degrees of freedom, relative residuals, their root mean square, and whether the fit is exact.
    fn residuals<'py>(&self, py: Python<'py>) -> PyResult<(usize, Bound<'py, PyAny>, f64, bool)> {
        with_law!(&self.0, (_model, fit) => {
            let fit = fit.as_ref().ok_or_else(|| PyTypeError::new_err("the law was not fitted"))?;
            let residuals = array(py, "workers", &fit.residuals)?;
            Ok((fit.degrees_of_freedom, residuals, fit.relative_residual, fit.is_exact()))
        })
    }
}

/// Laws that are possible, laws that are contradicted, the best law, whether there is coherency, and a sentence.
type Compared = (Vec<&'static str>, Vec<&'static str>, Option<&'static str>, Option<bool>, String);

/// Compares the laws that fit these timings.
#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    workers: &Bound<'_, PyAny>,
    seconds: &Bound<'_, PyAny>,
    work: &Bound<'_, PyAny>,
) -> PyResult<Compared> {
    let timings = timings(workers, seconds, work)?;
    let compared = in_background(py, timings, |timings| {
        let (amdahl, gustafson) = (Amdahl::fit(timings).ok(), Gustafson::fit(timings).ok());
        let (path, usl) = (CriticalPath::fit(timings).ok(), Usl::fit(timings).ok());
        Comparison::new(amdahl.as_ref(), gustafson.as_ref(), path.as_ref(), usl.as_ref())
    })?;
    let (best, text) = (compared.best(), compared.to_string());
    Ok((compared.possible, compared.contradicted, best, compared.has_coherency, text))
}

/// The serial fraction of Karp and Flatt.
#[pyfunction]
pub(crate) fn karp_flatt(speedup: &Bound<'_, PyAny>, workers: &Bound<'_, PyAny>) -> PyResult<f64> {
    let (ratio, number) = (real(speedup, "speedup")?, count(workers, "workers")?);
    if number < 2 {
        return Err(invalid("workers", workers, "at least 2"));
    }
    let fraction = lanewalk::model::karp_flatt(ratio, number).filter(|fraction| fraction.is_finite());
    fraction.ok_or_else(|| invalid("speedup", speedup, "a finite number above 0"))
}
