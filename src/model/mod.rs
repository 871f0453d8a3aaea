//! Laws of parallel time: what limits a run on several workers, and which law somebody's timings follow.
//!
//! | law | seconds for the work of one worker, on w workers | what limits |
//! | --- | --- | --- |
//! | [`Amdahl`] | S + P / w | the part that is not shared out |
//! | [`Gustafson`] | 1 / (rate (s + (1 - s) w)) | the same, in work that grows with the workers |
//! | [`Usl`] | (1 + contention (w - 1) + coherency w (w - 1)) / (rate w) | queues, and talk between workers |
//! | [`CriticalPath`] | max(work / w, span) | the longest chain of steps |
//! | [`Costs`] | the end of the last task, handed out to whoever is free | whole tasks |
//!
//! Each is fitted to [`Timing`]s by a function `fit` of its own, which returns the law with intervals ([`Fit`]), or says why
//! the timings cannot bear it ([`NotIdentifiable`]). All of it is arithmetic: nothing is measured here, and equal timings give equal
//! fits, bit for bit.
//!
//! ```
//! use lanewalk::model::{Amdahl, Model, Timing};
//!
//! // 100 seconds of preparation, 10000 that can be shared out.
//! let law = Amdahl::new(100.0, 10_000.0)?;
//! assert_eq!((law.time(1.0), law.time(100.0), law.limit()), (10_100.0, 200.0, 101.0));
//!
//! // And back, from timings.
//! let timings: lanewalk::Result<Vec<_>> = [1, 2, 4, 8].map(|w| Timing::new(w, law.time(w as f64))).into_iter().collect();
//! let fit = Amdahl::fit(&timings?).unwrap();
//! assert!((fit.model.serial - 100.0).abs() < 1e-6);
//! # Ok::<(), lanewalk::Error>(())
//! ```

mod amdahl;
mod costs;
mod critical_path;
mod fit;
mod gustafson;
mod usl;

use crate::error::{Error, Result};

pub use amdahl::Amdahl;
pub use costs::{Chunk, Costs, ListSchedule};
pub use critical_path::CriticalPath;
pub use fit::{Fit, Parameter};
pub use gustafson::Gustafson;
pub use usl::Usl;

/// A law for the time of a given piece of work on so many workers.
///
/// Workers are at least 1; a fraction of one has meaning on a drawn curve only.
pub trait Model {
    /// Its name in a table.
    const NAME: &'static str;

    /// Seconds for the work of one worker. Where work differs, multiply by it.
    fn time(&self, workers: f64) -> f64;

    /// time(1) / time(w)
    fn speedup(&self, workers: f64) -> f64 {
        self.time(1.0) / self.time(workers)
    }

    /// speedup(w) / w
    fn efficiency(&self, workers: f64) -> f64 {
        self.speedup(workers) / workers
    }
}

/// One measured time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Timing {
    /// On how many workers.
    pub workers: u64,
    /// How much work it was, relative to one worker's.
    pub work: f64,
    /// How long it took.
    pub seconds: f64,
}

impl Timing {
    /// A time of the work of one worker: a measurement of strong scaling, in which the work does not grow.
    ///
    /// # Errors
    /// [`Error::Argument`] for no workers, or seconds that are not above zero and finite.
    ///
    /// ```
    /// use lanewalk::model::Timing;
    ///
    /// assert_eq!(Timing::new(4, 9.6)?.work, 1.0);
    /// assert!(Timing::new(0, 9.6).is_err() && Timing::new(4, 0.0).is_err() && Timing::new(4, f64::NAN).is_err());
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    pub fn new(workers: u64, seconds: f64) -> Result<Self> {
        Self { workers, work: 1.0, seconds }.checked()
    }

    /// The same time, of so much work: a measurement of weak scaling, in which it grows with the workers.
    ///
    /// # Errors
    /// [`Error::Argument`] for work that is not above zero and finite.
    pub fn work(self, work: f64) -> Result<Self> {
        Self { work, ..self }.checked()
    }

    fn checked(self) -> Result<Self> {
        if self.workers == 0 {
            return Err(Error::argument("workers", 0, "at least 1"));
        }
        for (argument, value) in [("seconds", self.seconds), ("work", self.work)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::argument(argument, value, "a finite number above 0"));
            }
        }
        Ok(self)
    }
}

/// Why timings cannot bear a law.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct NotIdentifiable {
    /// The law's name.
    pub model: &'static str,
    /// What is missing, in a sentence without its full stop.
    pub reason: String,
}

impl NotIdentifiable {
    fn new(model: &'static str, reason: impl Into<String>) -> Self {
        Self { model, reason: reason.into() }
    }
}

/// The serial fraction that a measured speedup stands for, (1 / speedup - 1 / w) / (1 - 1 / w); `None` for a single worker
/// or a speedup that is not above zero and finite.
///
/// Where it stays the same as workers are added, Amdahl's law holds; where it grows, there are costs that grow with the workers.
/// Below zero the speedup is beyond that of ideal workers.
///
/// ```
/// use lanewalk::model::karp_flatt;
///
/// assert!((karp_flatt(101.0 / 50.5, 101).unwrap() - 0.495).abs() < 1e-12);
/// assert_eq!((karp_flatt(4.0, 4), karp_flatt(1.0, 1)), (Some(0.0), None));
/// ```
///
/// Source: Karp and Flatt, "Measuring parallel processor performance", 1990.
#[must_use]
pub fn karp_flatt(speedup: f64, workers: u64) -> Option<f64> {
    let share = 1.0 / workers as f64;
    (workers > 1 && speedup > 0.0 && speedup.is_finite()).then(|| (1.0 / speedup - share) / (1.0 - share))
}

/// A number that a law needs: finite, and zero at least.
fn magnitude(argument: &'static str, value: f64) -> Result<f64> {
    if value >= 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::argument(argument, value, "a finite number, at least 0"))
}

/// A number that a law divides by.
fn positive(argument: &'static str, value: f64) -> Result<f64> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::argument(argument, value, "a finite number above 0"))
}

/// From zero to one.
fn fraction(argument: &'static str, value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(Error::argument(argument, value, "0 to 1"))
}
