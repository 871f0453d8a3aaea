//! The heat equation: whole evolutions, steps on, and steps in place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lanewalk::{Error, Rod, RodMethod};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::arguments::{count, invalid, name, optional, real, size};
use crate::arrays::{array, empty, floats, output};
use crate::control::{How, Interruptible, abandoned_by_signals, detached, run};
use crate::errors::{exception, renamed};

/// The arguments of a rod.
pub(crate) struct Arguments {
    rod: Rod,
    /// Whether the number of points is that of the values in `start`.
    points_of_start: bool,
    /// The depth of the halos, if it needs more memory than the points.
    deep: Option<usize>,
}

impl Arguments {
    /// The error, with the name of the argument in Python.
    fn named(&self, mut error: Error) -> Error {
        if let (Error::OutOfMemory { argument, given, .. }, Some(halo)) = (&mut error, self.deep) {
            (*argument, *given) = ("halo", halo.to_string());
        }
        if self.points_of_start { renamed(error, "points", "start") } else { error }
    }
}

impl<'py> FromPyObject<'_, 'py> for Arguments {
    type Error = PyErr;

    fn extract(arguments: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        type Any<'py> = Bound<'py, PyAny>;
        let (points, start, steps, time_step): (Any<'py>, Any<'py>, Any<'py>, Any<'py>);
        let (mode, method, domains, halo): (Any<'py>, Any<'py>, Any<'py>, Any<'py>);
        (points, start, steps, time_step, mode, method, domains, halo) = arguments.extract()?;
        let points = optional(&points, "points", size)?;
        let start = optional(&start, "start", floats)?;
        let mode = optional(&mode, "mode", count)?;
        if start.is_some() && mode.is_some() {
            return Err(PyValueError::new_err("mode: cannot be used together with start"));
        }
        let points_of_start = points.is_none() && start.is_some();
        let points = points.or(start.as_ref().map(Vec::len)).unwrap_or(51);
        let mut rod = Rod::new(points);
        if let Some(start) = start {
            rod = rod.start(start);
        }
        if let Some(mode) = mode {
            rod = rod.mode(mode);
        }
        if let Some(steps) = optional(&steps, "steps", count)? {
            rod = rod.steps(steps);
        }
        if let Some(time_step) = optional(&time_step, "time_step", real)? {
            rod = rod.time_step(time_step);
        }
        if let Some(domains) = optional(&domains, "domains", size)? {
            rod = rod.domains(domains);
        }
        let halo = optional(&halo, "halo", size)?;
        if let Some(halo) = halo {
            rod = rod.halo(halo);
        }
        let deep = halo.filter(|halo| *halo > points);
        Ok(Self { rod: rod.method(name::<RodMethod>(&method, "method")?), points_of_start, deep })
    }
}

/// The field of a rod after its steps.
#[pyclass(frozen, module = "lanewalk._lanewalk")]
pub(crate) struct Evolution(Arc<lanewalk::Evolution>, Rod);

/// Computes the field of a rod after its steps.
#[pyfunction]
pub(crate) fn evolve(py: Python<'_>, rod: Arguments, how: How) -> PyResult<Evolution> {
    let evolution = run(py, &how, |exec| lanewalk::evolve(&rod.rod, exec).map_err(|error| rod.named(error)))?;
    Ok(Evolution(Arc::new(evolution), rod.rod))
}

impl Evolution {
    /// A value of the evolution that is computed without a control.
    fn with<T: Send + 'static>(
        &self,
        py: Python<'_>,
        value: impl FnOnce(&lanewalk::Evolution) -> T + Send + 'static,
    ) -> PyResult<T> {
        /// The number of points from which on a value takes more than some milliseconds.
        const LONG: usize = 1 << 20;
        let evolution = Arc::clone(&self.0);
        let is_long = evolution.field.len() > LONG;
        let work = move || Ok(value(&evolution));
        if is_long { abandoned_by_signals(py, work) } else { detached(py, work) }
    }
}

#[pymethods]
impl Evolution {
    /// The evolution of this rod with the field and the timings that it had.
    #[staticmethod]
    fn restored(rod: Arguments, field: &Bound<'_, PyAny>, timings: &Bound<'_, PyAny>) -> PyResult<Self> {
        let field = floats(field, "field")?;
        let timings: Vec<(f64, f64, f64, u64)> =
            timings.extract().map_err(|_| invalid("timings", timings, "a list of the timings of each sub-domain"))?;
        let points = rod.rod.check().map_err(|error| exception(rod.named(error)))?.points;
        if field.len() != points || !field.iter().all(|value| value.is_finite()) {
            return Err(PyValueError::new_err(format!("field: expected {points} finite values")));
        }
        let seconds = |time: f64| {
            let invalid = |_| PyValueError::new_err(format!("timings: got {time} seconds, expected a time"));
            Duration::try_from_secs_f64(time).map_err(invalid)
        };
        let timings = timings.into_iter().map(|(arithmetic, exchange, waiting, exchanges)| {
            let (arithmetic, exchange, waiting) = (seconds(arithmetic)?, seconds(exchange)?, seconds(waiting)?);
            Ok(lanewalk::Timings { arithmetic, exchange, waiting, exchanges })
        });
        let timings = timings.collect::<PyResult<_>>()?;
        let zeros = vec![0.0; points];
        let mut evolution = lanewalk::Evolution::from_field(&rod.rod, zeros, timings).map_err(exception)?;
        // These are the bits of the field. The sum of a deviation and its line would round again.
        evolution.field = field;
        Ok(Self(Arc::new(evolution), rod.rod))
    }

    /// The initial field, if it was given as values.
    fn start<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.1.start_values().map(|start| array(py, "start", start)).transpose()
    }

    /// A copy of the field.
    fn field<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        array(py, "points", &self.0.field)
    }

    /// Points, spacing, time step, ratio, and steps.
    fn grid(&self) -> (usize, f64, f64, f64, u64) {
        grid(&self.0.grid)
    }

    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, lanewalk::Evolution::digest)
    }

    /// The eigenvalue of the field, and that of its mode on these points.
    fn eigenvalues(&self, py: Python<'_>) -> PyResult<(f64, f64)> {
        self.with(py, |evolution| (evolution.eigenvalue(), evolution.discrete_eigenvalue()))
    }

    /// Errors against the sine, against the exact solution of the steps, and against the continuous equation.
    fn error(&self, py: Python<'_>, of: &str, how: How) -> PyResult<Option<f64>> {
        run(py, &how, |exec| match of {
            "sine" => self.0.sine_error(exec).map(Some),
            "rounding" => self.0.rounding_error(exec).map(Some),
            _ => self.0.continuum_error(exec),
        })
    }

    /// Seconds of arithmetic, of exchange and of waiting, and the number of exchanges, for each sub-domain.
    fn timings(&self) -> Vec<(f64, f64, f64, u64)> {
        let seconds = |timings: &lanewalk::Timings| {
            let [arithmetic, exchange, waiting] =
                [timings.arithmetic, timings.exchange, timings.waiting].map(|time| time.as_secs_f64());
            (arithmetic, exchange, waiting, timings.exchanges)
        };
        self.0.timings.iter().map(seconds).collect()
    }
}

fn grid(grid: &lanewalk::Grid) -> (usize, f64, f64, f64, u64) {
    (grid.points, grid.spacing, grid.time_step, grid.ratio, grid.steps)
}

/// A rod that steps on in several calls.
#[pyclass(frozen, module = "lanewalk._lanewalk")]
pub(crate) struct Stepper {
    stepper: Mutex<lanewalk::Stepper>,
    hook: Option<Interruptible>,
}

impl Stepper {
    /// Runs `work` on the stepper without the GIL. Another thread may be stepping it, so this waits without the GIL.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut lanewalk::Stepper) -> lanewalk::Result<T> + Send,
    ) -> PyResult<T> {
        let mut stopped = false;
        let outcome = detached(py, || {
            let mut stepper = self.stepper.lock().unwrap_or_else(PoisonError::into_inner);
            // The stepper knows whether its field is usable. A stop that it survived must not stop this call.
            if let Some(hook) = &self.hook {
                hook.control.reset();
            }
            work(&mut stepper).inspect_err(|error| stopped = *error == Error::Stopped)
        });
        let outcome = match &self.hook {
            Some(hook) => hook.finish(py, outcome),
            None => outcome,
        };
        outcome.map_err(|error| {
            // An exception of a signal handler is kept.
            let message = "the field is unusable after an interrupted step; assign a new field";
            if stopped && error.is_instance_of::<PyRuntimeError>(py) { PyRuntimeError::new_err(message) } else { error }
        })
    }
}

#[pymethods]
impl Stepper {
    #[new]
    fn new(py: Python<'_>, rod: Arguments, how: How) -> PyResult<Self> {
        let (hook, exec) = how.hooked(py)?;
        let stepper = detached(py, || lanewalk::Stepper::new(&rod.rod, &exec).map_err(|error| rod.named(error)));
        let stepper = match &hook {
            Some(hook) => hook.finish(py, stepper)?,
            None => stepper?,
        };
        Ok(Self { stepper: Mutex::new(stepper), hook })
    }

    fn advance(&self, py: Python<'_>, steps: &Bound<'_, PyAny>) -> PyResult<()> {
        let steps = count(steps, "steps")?;
        self.with(py, |stepper| stepper.advance(steps))
    }

    fn field<'py>(&self, py: Python<'py>, out: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let points = self.grid(py)?.0;
        let out = if out.is_none() { empty::<f64>(py, "points", &[points])? } else { out };
        let mut view = output::<f64>(&out, "out", &[points])?;
        let field = view.as_slice_mut()?;
        self.with(py, |stepper| stepper.field(field))?;
        Ok(out)
    }

    fn set_field(&self, py: Python<'_>, field: &Bound<'_, PyAny>) -> PyResult<()> {
        let field = floats(field, "field")?;
        self.with(py, |stepper| stepper.set_field(&field))
    }

    fn grid(&self, py: Python<'_>) -> PyResult<(usize, f64, f64, f64, u64)> {
        self.with(py, |stepper| Ok(grid(stepper.grid())))
    }

    fn steps(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |stepper| Ok(stepper.steps()))
    }
}

/// Takes steps of the field in `field` in place. An error leaves the field as it was.
#[pyfunction]
pub(crate) fn heat_step(
    py: Python<'_>,
    field: &Bound<'_, PyAny>,
    steps: &Bound<'_, PyAny>,
    time_step: &Bound<'_, PyAny>,
    how: How,
) -> PyResult<()> {
    let steps = count(steps, "steps")?;
    let time_step = optional(time_step, "time_step", real)?;
    let shape = match field.getattr("shape").and_then(|shape| shape.extract::<Vec<usize>>()) {
        Ok(shape) if shape.len() == 1 => shape,
        Ok(_) => return Err(PyValueError::new_err("field: expected an array of one dimension")),
        Err(_) => return Err(crate::arguments::wrong_type("field", field, "a NumPy array")),
    };
    let mut view = output::<f64>(field, "field", &shape)?;
    let values = view.as_slice_mut()?;
    run(py, &how, |exec| {
        let rod = Rod::new(values.len()).start(&*values).steps(steps);
        let rod = if let Some(time_step) = time_step { rod.time_step(time_step) } else { rod };
        let rename = |error| {
            let error = renamed(error, "start", "field");
            renamed(error, "points", "field")
        };
        let mut stepper = lanewalk::Stepper::new(&rod, exec).map_err(rename)?;
        stepper.advance(steps)?;
        // A signal may stop the copy halfway.
        stepper
            .field(values)
            .inspect_err(|_| rod.start_values().into_iter().for_each(|old| values.copy_from_slice(old)))
    })
}
