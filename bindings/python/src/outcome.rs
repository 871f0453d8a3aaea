//! Results: estimates, digests, merging and the stored form, the same for every kind of result.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lanewalk::{
    BatchSummary, EstimateWithExact, FirstExit, FirstPassage, FirstReturn, Mergeable, Moments, Parts, PiTally,
    RegionExit, ReturnKind, TimeDistribution,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::control::{abandoned_by_signals, detached};
use crate::distribution::{Distribution, Source};
use crate::errors::exception;

/// The result of a run. A list of distances gives one entry each; all other results are one entry.
#[derive(Clone, PartialEq)]
pub(crate) enum Entries {
    Passages(Vec<FirstPassage>),
    Exit(FirstExit),
    Region(RegionExit),
    Return(FirstReturn),
    Times(Arc<TimeDistribution>),
    Pi(PiTally),
    Batches(BatchSummary),
}

/// The same expression for each entry of a result, as a list.
macro_rules! for_each_entry {
    ($entries:expr, $entry:ident => $body:expr) => {
        match $entries {
            Entries::Passages(all) => all.iter().map(|$entry| $body).collect::<Vec<_>>(),
            Entries::Exit($entry) => vec![$body],
            Entries::Region($entry) => vec![$body],
            Entries::Return($entry) => vec![$body],
            Entries::Times(times) => {
                let $entry = &**times;
                vec![$body]
            }
            Entries::Pi($entry) => vec![$body],
            Entries::Batches($entry) => vec![$body],
        }
    };
}

/// Value, standard error, both ends of the 95 % interval, exact value, bound on its relative error, z-score, and the
/// reason why there is no z-score. `NaN` stands for a missing number.
type Row = (f64, f64, f64, f64, f64, f64, f64, Option<String>);

/// Whether an exact value with this bound on its relative error has a correct digit.
pub(crate) fn has_digits(relative_error: f64) -> bool {
    relative_error < 0.5
}

fn row(estimate: &EstimateWithExact) -> Row {
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let (low, high) = estimate.estimate.and_then(|value| value.interval()).unwrap_or((f64::NAN, f64::NAN));
    let (mut exact, mut z) = (number(estimate.exact), number(estimate.z()));
    let mut missing_z = estimate.missing_z().map(|reason| reason.to_string());
    if estimate.exact_relative_error.is_some_and(|error| !has_digits(error)) {
        (exact, z) = (f64::NAN, f64::NAN);
        missing_z = Some("the exact value has no certain digit".to_owned());
    }
    (
        number(estimate.estimate.map(|value| value.value)),
        number(estimate.estimate.and_then(|value| value.std_error)),
        low,
        high,
        exact,
        number(estimate.exact_relative_error),
        z,
        missing_z,
    )
}

/// The standard deviation, if it has a correct digit.
fn std_dev(exact: &Moments) -> Option<f64> {
    has_digits(exact.relative_error).then_some(exact.std_dev)
}

/// A result of the library.
#[pyclass(frozen, eq, module = "lanewalk._lanewalk")]
pub(crate) struct Outcome {
    entries: Arc<Entries>,
    /// Whether the exact values are computed, and the asymptotic one.
    solved: [AtomicBool; 2],
}

impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Entries {
    /// Whether the exact value for this estimate or number may take more than some milliseconds.
    fn is_slow(&self, name: &str) -> bool {
        match self {
            Self::Passages(all) => all.len() > 1000,
            // Without a horizon, the moments are known.
            Self::Exit(exit) => exit.exact().is_none(),
            Self::Region(exit) => exit.horizon.is_some() || name == ASYMPTOTIC,
            // Some probabilities are series with the length of the horizon.
            Self::Return(FirstReturn { kind, horizon, .. }) => {
                matches!(kind, ReturnKind::Lattice { dimensions: 2 } | ReturnKind::Ball { dimensions: 1, .. })
                    && *horizon > 1000
                    && name != "ever"
            }
            Self::Times(_) | Self::Pi(_) | Self::Batches(_) => false,
        }
    }

    /// Computes this exact value. The entries keep it.
    fn solve(&self, asymptotic: bool) {
        match self {
            Self::Passages(all) => {
                for entry in all {
                    _ = entry.mean();
                }
            }
            Self::Exit(exit) => _ = (exit.mean(), exit.mean_lower(), exit.mean_upper(), exit.probability_lower()),
            Self::Region(exit) if asymptotic => _ = exit.asymptotic(),
            Self::Region(exit) => _ = (exit.mean(), exit.wald_mean()),
            Self::Return(returns) => _ = (returns.mean(), returns.mean_returned()),
            Self::Times(_) | Self::Pi(_) | Self::Batches(_) => {}
        }
    }
}

/// The name of the number that is computed apart from the other ones.
const ASYMPTOTIC: &str = "asymptotic";

impl Outcome {
    pub(crate) fn new(entries: Entries) -> Self {
        Self { entries: Arc::new(entries), solved: Default::default() }
    }

    /// Computes the exact value for `name` if that takes long, until a signal handler raises an exception.
    fn solve(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let asymptotic = name == ASYMPTOTIC;
        let solved = &self.solved[usize::from(asymptotic)];
        if !solved.load(Ordering::Relaxed) && self.entries.is_slow(name) {
            let entries = Arc::clone(&self.entries);
            abandoned_by_signals(py, move || {
                entries.solve(asymptotic);
                Ok(())
            })?;
        }
        solved.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// A stored entry as a result of its kind.
fn restored<T: Mergeable>(parts: &[Parts]) -> PyResult<Vec<T>> {
    parts.iter().map(|parts| T::from_parts(parts).map_err(exception)).collect()
}

/// The only element.
fn single<T>(mut entries: Vec<T>) -> PyResult<T> {
    let last = entries.pop().filter(|_| entries.is_empty());
    last.ok_or_else(|| PyValueError::new_err("parts: only first passages can have several entries"))
}

#[pymethods]
impl Outcome {
    /// The result with these parts, a JSON list of objects.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        let invalid = |error| PyValueError::new_err(format!("parts: {error}"));
        let parts: Vec<Parts> = serde_json::from_str(text).map_err(invalid)?;
        let kind = parts.first().map_or("", |first| first.kind.as_str());
        Ok(Self::new(match kind {
            "first passage" => Entries::Passages(restored(&parts)?),
            "first exit" => Entries::Exit(single(restored(&parts)?)?),
            "region exit" => Entries::Region(single(restored(&parts)?)?),
            "first return" => Entries::Return(single(restored(&parts)?)?),
            "time distribution" => Entries::Times(Arc::new(single(restored(&parts)?)?)),
            "pi" => Entries::Pi(single(restored(&parts)?)?),
            "pi in batches" => Entries::Batches(single(restored(&parts)?)?),
            other => return Err(PyValueError::new_err(format!("parts: '{other}' is not a kind of result"))),
        }))
    }

    /// The parts of each entry, as a JSON list of objects.
    fn to_json(&self) -> PyResult<String> {
        let parts = for_each_entry!(&*self.entries, entry => entry.to_parts());
        serde_json::to_string(&parts).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// The merged result of this one and another one.
    fn merged(&self, other: &Self) -> PyResult<Self> {
        let differ = || PyValueError::new_err("other: the results do not merge: their kinds or lengths differ");
        let mut entries = Entries::clone(&self.entries);
        let merged = match (&mut entries, &*other.entries) {
            (Entries::Passages(one), Entries::Passages(two)) if one.len() == two.len() => {
                one.iter_mut().zip(two).try_for_each(|(one, two)| one.merge(two))
            }
            (Entries::Exit(one), Entries::Exit(two)) => one.merge(two),
            (Entries::Region(one), Entries::Region(two)) => one.merge(two),
            (Entries::Return(one), Entries::Return(two)) => one.merge(two),
            (Entries::Times(one), Entries::Times(two)) => Arc::make_mut(one).merge(two),
            (Entries::Pi(one), Entries::Pi(two)) => one.merge(two),
            (Entries::Batches(one), Entries::Batches(two)) => one.merge(two),
            _ => return Err(differ()),
        };
        merged.map_err(|error| PyValueError::new_err(format!("other: {error}")))?;
        Ok(Self::new(entries))
    }

    /// A hash of the exact sums.
    fn digest(&self) -> String {
        match &*self.entries {
            Entries::Passages(all) => FirstPassage::digest(all),
            Entries::Exit(exit) => exit.digest(),
            Entries::Region(exit) => exit.digest(),
            Entries::Return(returns) => returns.digest(),
            Entries::Times(times) => times.digest(),
            Entries::Pi(tally) => tally.digest(),
            Entries::Batches(summary) => summary.tally.digest(),
        }
    }

    /// An estimate of each entry with its exact value.
    fn estimates(&self, py: Python<'_>, quantity: &str) -> PyResult<Vec<Row>> {
        // The first use of an exact value computes it.
        self.solve(py, quantity)?;
        let rows = detached(py, || {
            Ok(match (&*self.entries, quantity) {
                (Entries::Passages(all), "mean") => Some(all.iter().map(|entry| row(&entry.mean())).collect()),
                (Entries::Exit(exit), "mean") => Some(vec![row(&exit.mean())]),
                (Entries::Exit(exit), "mean_lower") => Some(vec![row(&exit.mean_lower())]),
                (Entries::Exit(exit), "mean_upper") => Some(vec![row(&exit.mean_upper())]),
                (Entries::Exit(exit), "probability_lower") => Some(vec![row(&exit.probability_lower())]),
                (Entries::Exit(exit), "probability_upper") => Some(vec![row(&exit.probability_upper())]),
                (Entries::Exit(exit), "probability_censored") => Some(vec![row(&exit.probability_censored())]),
                (Entries::Region(exit), "mean") => Some(vec![row(&exit.mean())]),
                (Entries::Region(exit), "wald_mean") => Some(vec![row(&exit.wald_mean())]),
                (Entries::Return(returns), "probability") => Some(vec![row(&returns.probability())]),
                (Entries::Return(returns), "mean") => Some(vec![row(&returns.mean())]),
                (Entries::Return(returns), "mean_returned") => Some(vec![row(&returns.mean_returned())]),
                (Entries::Pi(tally), "pi") => Some(vec![row(&tally.estimate_with_exact())]),
                (Entries::Batches(summary), "pi") => Some(vec![row(&summary.estimate_with_exact())]),
                _ => None,
            })
        })?;
        rows.ok_or_else(|| PyValueError::new_err(format!("quantity: '{quantity}' does not belong to this result")))
    }

    /// A number of each entry that is not an estimate; `None` where it is not known.
    fn numbers(&self, py: Python<'_>, name: &str) -> PyResult<Vec<Option<f64>>> {
        self.solve(py, name)?;
        let numbers = detached(py, || {
            Ok(match (&*self.entries, name) {
                (Entries::Passages(all), "exact_std_dev") => {
                    Some(all.iter().map(|entry| std_dev(entry.exact())).collect())
                }
                (Entries::Exit(exit), "exact_std_dev") => {
                    let exact = exit.exact().filter(|exact| has_digits(exact.relative_error));
                    Some(vec![exact.map(|exact| exact.std_dev)])
                }
                (Entries::Exit(exit), "mean_bounds") => {
                    let bounds = exit.mean_bounds();
                    Some(vec![bounds.map(|bounds| bounds.0), bounds.map(|bounds| bounds.1)])
                }
                (Entries::Region(exit), "exact_std_dev") => Some(vec![exit.exact().and_then(std_dev)]),
                (Entries::Region(exit), "asymptotic") => {
                    let value = exit.asymptotic();
                    Some(vec![value.map(|value| value.0), value.map(|value| value.1)])
                }
                (Entries::Region(exit), "wald_z") => Some(vec![exit.wald_z()]),
                (Entries::Return(returns), "ever") => Some(vec![returns.ever()]),
                (Entries::Return(returns), "tail") => {
                    Some(vec![returns.exact().map(|exact| exact.tail(returns.horizon))])
                }
                (Entries::Batches(summary), "std_error") => {
                    Some(vec![summary.estimate().and_then(|estimate| estimate.std_error)])
                }
                _ => None,
            })
        })?;
        numbers.ok_or_else(|| PyValueError::new_err(format!("name: '{name}' does not belong to this result")))
    }

    /// The distribution of the times, for a result that counts them.
    fn distribution(&self) -> PyResult<Distribution> {
        match &*self.entries {
            Entries::Times(times) => Ok(Distribution(Source::Counted(Arc::clone(times)))),
            _ => Err(PyTypeError::new_err("this result has no counts of times")),
        }
    }
}
