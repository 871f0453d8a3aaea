//! Timings, and the functions of every law.

use std::fmt;

use crate::error::{Error, Result};

/// A law for the time of a given amount of work on a number of workers.
///
/// Workers are at least 1; a fraction of one is used only to draw a curve.
pub trait Model {
    /// The name in a table.
    const NAME: &'static str;

    /// The seconds for the work of one worker. For other amounts of work, multiply by the amount.
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
    /// The number of workers.
    pub workers: u64,
    /// The amount of work, relative to one worker's.
    pub work: f64,
    /// The measured time in seconds.
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

    /// The same time, of this amount of work: a measurement of weak scaling, in which work grows with the workers.
    ///
    /// # Errors
    /// [`Error::Argument`] for work that is not above zero and finite.
    pub fn work(self, work: f64) -> Result<Self> {
        Self { work, ..self }.checked()
    }

    pub(super) fn checked(self) -> Result<Self> {
        if self.workers == 0 {
            return Err(Error::invalid("workers", 0, "at least 1"));
        }
        for (argument, value) in [("seconds", self.seconds), ("work", self.work)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::invalid(argument, value, "a finite number above 0"));
            }
        }
        Ok(self)
    }
}

/// The reason why timings do not identify a law.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotIdentifiable {
    /// The law's name.
    pub model: &'static str,
    /// The missing information, as a sentence without its full stop.
    pub reason: String,
}

impl fmt::Display for NotIdentifiable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for NotIdentifiable {}

impl NotIdentifiable {
    pub(super) fn new(model: &'static str, reason: impl Into<String>) -> Self {
        Self { model, reason: reason.into() }
    }
}
