//! The problems of walks, and what is computed from them.

use std::ops::Range;
use std::sync::Arc;

use lanewalk::{
    Barriers, Distances, Distribution as _, Error, ExitMoments, Method, Moments, Region, ReturnKind, Returning, Shape,
    first_exit, first_passage, first_return, region_exit, time_distribution, walk_each,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::arguments::{count, each, flag, name, optional, range, real, size, text};
use crate::arrays::{empty, output};
use crate::control::{How, run};
use crate::distribution::{Distribution, Source};
use crate::errors::{exception, renamed};
use crate::outcome::{Entries, Outcome, has_digits};

/// A problem of the library, with its walkers and its seed.
pub(crate) enum Problem {
    Distances(lanewalk::Walk<Distances>),
    Barriers(lanewalk::Walk<Barriers>),
    Region(lanewalk::Walk<Region>),
    Returning(lanewalk::Walk<Returning>),
}

/// The same expression for the walk of every problem.
macro_rules! with_walk {
    ($problem:expr, $walk:ident => $body:expr) => {
        match $problem {
            Problem::Distances($walk) => $body,
            Problem::Barriers($walk) => $body,
            Problem::Region($walk) => $body,
            Problem::Returning($walk) => $body,
        }
    };
}
pub(crate) use with_walk;

/// A problem with its walkers and its seed.
#[pyclass(frozen, module = "lanewalk._lanewalk")]
pub(crate) struct Walk {
    problem: Arc<Problem>,
    /// Names of arguments in the library and in Python, where they differ.
    names: Vec<(&'static str, &'static str)>,
    is_scalar: bool,
    in_space: bool,
    /// The kind and the horizon of a return.
    returns: Option<(ReturnKind, u64)>,
}

/// The walkers and the seed, from the arguments `samples`, `walkers` and `seed`.
pub(crate) struct Walkers {
    range: Range<u64>,
    seed: u64,
    by_samples: bool,
    /// Whether samples or walkers are given.
    given: Option<&'static str>,
}

impl<'py> FromPyObject<'_, 'py> for Walkers {
    type Error = PyErr;

    fn extract(walkers: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let (samples, walkers, seed): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>) = walkers.extract()?;
        let samples = optional(&samples, "samples", count)?;
        let range = optional(&walkers, "walkers", range)?;
        let seed = count(&seed, "seed")?;
        if samples.is_some() && range.is_some() {
            return Err(PyValueError::new_err("walkers: cannot be used together with samples"));
        }
        if let Some(Range { start, end }) = range.as_ref().filter(|range| range.is_empty()) {
            let message = format!("walkers: got {start} to {end}, expected a range with at least one walker");
            return Err(PyValueError::new_err(message));
        }
        let by_samples = range.is_none();
        let given = if range.is_some() { Some("walkers") } else { samples.map(|_| "samples") };
        Ok(Self { range: range.unwrap_or(0..samples.unwrap_or(300)), seed, by_samples, given })
    }
}

impl Walkers {
    fn of<P>(&self, walk: lanewalk::Walk<P>) -> lanewalk::Walk<P> {
        walk.walkers(self.range.clone()).seed(self.seed)
    }

    fn walk(&self, problem: Problem) -> Walk {
        let names = if self.by_samples { vec![("walkers", "samples")] } else { Vec::new() };
        Walk { problem: Arc::new(problem), names, is_scalar: true, in_space: false, returns: None }
    }
}

/// Walks to one distance or to each of several ones.
#[pyfunction]
pub(crate) fn distances(
    distances: &Bound<'_, PyAny>,
    method: &Bound<'_, PyAny>,
    independent: &Bound<'_, PyAny>,
    walkers: Walkers,
) -> PyResult<Walk> {
    let list = each(distances, "distances", real)?;
    let method = name::<Method>(method, "method")?;
    if let (Method::Exact, Some(given)) = (method, walkers.given) {
        return Err(PyValueError::new_err(format!("{given}: cannot be used with the method 'exact'")));
    }
    let walk = lanewalk::Walk::to_each(list.values).method(method);
    let walk = walkers.of(walk.independent(flag(independent, "independent")?));
    let mut walk = walkers.walk(Problem::Distances(walk));
    walk.names.push(("distance", "distances"));
    walk.is_scalar = list.is_scalar;
    Ok(walk)
}

/// Walks to one distance.
#[pyfunction]
pub(crate) fn distance(distance: &Bound<'_, PyAny>, walkers: Walkers) -> PyResult<Walk> {
    let walk = lanewalk::Walk::to(real(distance, "distance")?);
    Ok(walkers.walk(Problem::Distances(walkers.of(walk))))
}

/// Walks to one of two barriers, or to a single one.
#[pyfunction]
pub(crate) fn barriers(
    lower: &Bound<'_, PyAny>,
    upper: &Bound<'_, PyAny>,
    start: &Bound<'_, PyAny>,
    horizon: &Bound<'_, PyAny>,
    walkers: Walkers,
) -> PyResult<Walk> {
    let horizon = optional(horizon, "horizon", count)?;
    let single = || horizon.ok_or_else(|| PyValueError::new_err("horizon: a single barrier requires a horizon"));
    let walk = match (optional(lower, "lower", real)?, optional(upper, "upper", real)?) {
        (Some(lower), Some(upper)) => {
            let walk = lanewalk::Walk::between(lower, upper);
            if let Some(horizon) = horizon { walk.horizon(horizon) } else { walk }
        }
        (None, Some(upper)) => lanewalk::Walk::up_to(upper, single()?),
        (Some(lower), None) => lanewalk::Walk::down_to(lower, single()?),
        (None, None) => return Err(PyValueError::new_err("lower: got None, expected a barrier, lower or upper")),
    };
    Ok(walkers.walk(Problem::Barriers(walkers.of(walk.start(real(start, "start")?)))))
}

/// Walks until they leave a ball or a cube.
#[pyfunction]
pub(crate) fn region(
    shape: &Bound<'_, PyAny>,
    radius: &Bound<'_, PyAny>,
    dimensions: &Bound<'_, PyAny>,
    horizon: &Bound<'_, PyAny>,
    walkers: Walkers,
) -> PyResult<Walk> {
    let (radius, dimensions) = (real(radius, "radius")?, size(dimensions, "dimensions")?);
    let walk = match name::<Shape>(shape, "shape")? {
        Shape::Cube => lanewalk::Walk::in_cube(dimensions, radius),
        _ => lanewalk::Walk::in_ball(dimensions, radius),
    };
    let horizon = optional(horizon, "horizon", count)?;
    let walk = if let Some(horizon) = horizon { walk.horizon(horizon) } else { walk };
    Ok(Walk { in_space: true, ..walkers.walk(Problem::Region(walkers.of(walk))) })
}

/// Walks until their first return.
#[pyfunction]
pub(crate) fn returning(
    kind: &Bound<'_, PyAny>,
    dimensions: &Bound<'_, PyAny>,
    radius: &Bound<'_, PyAny>,
    horizon: &Bound<'_, PyAny>,
    walkers: Walkers,
) -> PyResult<Walk> {
    let kind = text(kind, "kind")?;
    let dimensions = optional(dimensions, "dimensions", size)?;
    let radius = optional(radius, "radius", real)?;
    let refuse = |name: &str, given: bool| {
        let message = || format!("{name}: cannot be used with the kind '{kind}'");
        if given { Err(PyValueError::new_err(message())) } else { Ok(()) }
    };
    let kind = match kind.as_str() {
        "sign" => {
            refuse("dimensions", dimensions.is_some())?;
            refuse("radius", radius.is_some())?;
            ReturnKind::Sign
        }
        "lattice" => {
            refuse("radius", radius.is_some())?;
            ReturnKind::Lattice { dimensions: dimensions.unwrap_or(2) }
        }
        "ball" => {
            let radius = radius.ok_or_else(|| PyValueError::new_err("radius: the kind 'ball' requires a radius"))?;
            ReturnKind::Ball { dimensions: dimensions.unwrap_or(2), radius }
        }
        other => return Err(PyValueError::new_err(format!("kind: got '{other}', expected lattice, ball or sign"))),
    };
    let horizon = count(horizon, "horizon")?;
    let walk = walkers.of(lanewalk::Walk::returning(kind, horizon));
    let in_space = matches!(kind, ReturnKind::Ball { .. });
    Ok(Walk { in_space, returns: Some((kind, horizon)), ..walkers.walk(Problem::Returning(walk)) })
}

impl Walk {
    /// The error, with the names of the arguments in Python.
    fn named(&self, error: Error) -> Error {
        self.names.iter().fold(error, |error, (from, to)| renamed(error, from, to))
    }

    fn check(&self) -> PyResult<()> {
        with_walk!(&*self.problem, walk => walk.check()).map_err(|error| exception(self.named(error)))
    }

    /// Refuses end positions where walks have none.
    fn check_positions(&self, requested: bool) -> PyResult<()> {
        if requested && with_walk!(&*self.problem, walk => walk.coordinates()) == 0 {
            let message = "positions: not available on the lattice, where a walk ends at the origin";
            return Err(PyValueError::new_err(message));
        }
        Ok(())
    }

    fn run<T: Send>(
        &self,
        py: Python<'_>,
        how: &How,
        work: impl FnOnce(&lanewalk::Exec) -> lanewalk::Result<T> + Send,
    ) -> PyResult<T> {
        run(py, how, |exec| work(exec).map_err(|error| self.named(error)))
    }
}

#[pymethods]
impl Walk {
    /// Whether the problem was given as a single distance.
    #[getter]
    fn is_scalar(&self) -> bool {
        self.is_scalar
    }

    /// The first walker, and the end of the walkers.
    #[getter]
    fn walkers(&self) -> (u64, u64) {
        let range = with_walk!(&*self.problem, walk => walk.walker_range());
        (range.start, range.end)
    }

    /// Raises an error if the walkers cannot be walked one by one with these arguments.
    #[pyo3(name = "check")]
    fn check_each(&self, positions: &Bound<'_, PyAny>, how: How) -> PyResult<()> {
        self.check()?;
        how.exec.plan().map_err(exception)?;
        flag(positions, "positions").and_then(|positions| self.check_positions(positions))
    }

    /// The same problem for the walkers of a block, whose number is the argument `size`.
    fn part(&self, first: u64, end: u64) -> Self {
        let problem = match &*self.problem {
            Problem::Distances(walk) => Problem::Distances(walk.clone().walkers(first..end)),
            Problem::Barriers(walk) => Problem::Barriers(walk.clone().walkers(first..end)),
            Problem::Region(walk) => Problem::Region(walk.clone().walkers(first..end)),
            Problem::Returning(walk) => Problem::Returning(walk.clone().walkers(first..end)),
        };
        Self { problem: Arc::new(problem), names: vec![("walkers", "size")], ..*self }
    }

    /// The problem's own result.
    fn result(&self, py: Python<'_>, how: How) -> PyResult<Outcome> {
        let entries = self.run(py, &how, |exec| {
            Ok(match &*self.problem {
                Problem::Distances(walk) => Entries::Passages(first_passage(walk, exec)?),
                Problem::Barriers(walk) => Entries::Exit(first_exit(walk, exec)?),
                Problem::Region(walk) => Entries::Region(region_exit(walk, exec)?),
                Problem::Returning(walk) => Entries::Return(first_return(walk, exec)?),
            })
        })?;
        Ok(Outcome::new(entries))
    }

    /// The number of walks for each number of steps.
    fn times(&self, py: Python<'_>, how: How) -> PyResult<Outcome> {
        let times = self.run(py, &how, |exec| with_walk!(&*self.problem, walk => time_distribution(walk, exec)))?;
        Ok(Outcome::new(Entries::Times(Arc::new(times))))
    }

    /// The exact distribution of T, if it is known.
    fn exact(&self, py: Python<'_>, how: How) -> PyResult<Option<Distribution>> {
        let is_known = self.run(py, &how, |exec| {
            if let Problem::Returning(walk) = &*self.problem {
                // This can be stopped, and the next call finds its result.
                walk.solve(exec)?;
            }
            with_walk!(&*self.problem, walk => Ok(walk.distribution()?.is_some()))
        })?;
        Ok(is_known.then(|| Distribution(Source::Exact(Arc::clone(&self.problem)))))
    }

    /// The exact values of the problem, without its walkers: a list for each distance, or a single one. `None` if they
    /// are not known.
    ///
    /// | problem | values |
    /// | --- | --- |
    /// | distances, regions | mean, standard deviation, relative error |
    /// | barriers | mean, standard deviation, relative error, P(lower), P(upper), means of lower and upper |
    /// | returns | P(T <= h), P(h < T < infinity), E[min(T, h)], E[T given T <= h], probability of ever returning |
    fn exact_values(&self, py: Python<'_>, how: How) -> PyResult<Vec<Option<Vec<f64>>>> {
        // Values without a certain digit are not shown.
        let shown = |values: Vec<f64>, error: f64| -> Vec<f64> {
            values.into_iter().map(|value| if has_digits(error) { value } else { f64::NAN }).collect()
        };
        let moments = |exact: &Moments| {
            [shown(vec![exact.mean, exact.std_dev], exact.relative_error), vec![exact.relative_error]].concat()
        };
        self.run(py, &how, |exec| {
            with_walk!(&*self.problem, walk => walk.solve(exec))?;
            Ok(match &*self.problem {
                Problem::Distances(walk) => walk.exact()?.into_iter().map(|exact| Some(moments(exact))).collect(),
                Problem::Barriers(walk) => vec![walk.exact()?.map(|exact| {
                    let ExitMoments { mean, std_dev, relative_error, lower, upper, mean_lower, mean_upper, .. } =
                        *exact;
                    let sides = vec![lower, upper, mean_lower, mean_upper];
                    let (moments, sides) = (shown(vec![mean, std_dev], relative_error), shown(sides, relative_error));
                    [moments, vec![relative_error], sides].concat()
                })],
                Problem::Region(walk) => vec![walk.exact()?.map(moments)],
                Problem::Returning(walk) => {
                    let (kind, horizon) = self.returns.unwrap_or((ReturnKind::Sign, 1));
                    vec![walk.exact()?.map(|exact| {
                        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
                        let means = [exact.mean_until(horizon), exact.mean_returned(horizon), kind.ever()].map(number);
                        [vec![exact.cdf(horizon), exact.tail(horizon)], means.to_vec()].concat()
                    })]
                }
            })
        })
    }

    /// The time of each walker, and its end position if `positions` is true or an array.
    fn each<'py>(
        &self,
        py: Python<'py>,
        times: Bound<'py, PyAny>,
        positions: Bound<'py, PyAny>,
        how: How,
    ) -> PyResult<(Bound<'py, PyAny>, Option<Bound<'py, PyAny>>)> {
        self.check()?;
        with_walk!(&*self.problem, walk => {
            how.exec.plan().map_err(exception)?;
            let Range { start, end } = walk.walker_range();
            let name = self.names.iter().find(|(from, _)| *from == "walkers").map_or("walkers", |(_, to)| to);
            let walkers = usize::try_from(end - start)
                .map_err(|_| PyValueError::new_err(format!("{name}: got {}, expected fewer", end - start)))?;
            let times = if times.is_none() { empty::<u64>(py, name, &[walkers])? } else { times };
            let shape = if self.in_space { vec![walkers, walk.coordinates()] } else { vec![walkers] };
            let requested = flag(&positions, "positions");
            self.check_positions(!matches!(requested, Ok(false)))?;
            let positions = match requested {
                Ok(false) => None,
                Ok(true) => Some(empty::<i64>(py, name, &shape)?),
                Err(_) if positions.hasattr("dtype")? => Some(positions),
                Err(_) => return Err(PyTypeError::new_err("positions: expected True, False or an array of int64")),
            };
            let mut times_view = output::<u64>(&times, "out", &[walkers])?;
            let mut positions_view = positions.as_ref().map(|all| output::<i64>(all, "positions", &shape)).transpose()?;
            let times_slice = times_view.as_slice_mut()?;
            let positions_slice = positions_view.as_mut().map(|view| view.as_slice_mut()).transpose()?;
            self.run(py, &how, |exec| walk_each(walk, times_slice, positions_slice, exec))?;
            Ok((times, positions))
        })
    }
}
