//! The universal scalability law: workers queue for shared resources, and have to agree with one another.

use super::checks::{fraction, magnitude, positive};
use super::fit::{Fit, Link, Quantity, ROUNDING, ScalingLaw};
use super::timing::{Model, NotIdentifiable, Timing};
use crate::error::Result;

/// X(w) = rate w / (1 + contention (w - 1) + coherency w (w - 1)), the work in a second.
///
/// Without coherency it is Amdahl's law, with S = contention / rate and P = (1 - contention) / rate. With coherency
/// there is a number of workers beyond which additional workers make the run slower.
///
/// ```
/// use lanewalk::model::{Model, Usl};
///
/// let law = Usl::new(1.0, 0.19, 0.01)?;
/// assert!((law.peak() - 9.0).abs() < 1e-12);
/// assert!(law.time(9.0) < law.time(8.0) && law.time(9.0) < law.time(10.0));
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Gunther, "Guerrilla capacity planning", 2007.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Usl {
    /// The work of one worker in a second.
    pub rate: f64,
    /// The part of the work that only one worker does at a time, from 0 to 1.
    pub contention: f64,
    /// The cost of agreement with each other worker, relative to the work.
    pub coherency: f64,
}

impl Model for Usl {
    const NAME: &'static str = "universal scalability";

    fn time(&self, workers: f64) -> f64 {
        let Self { rate, contention, coherency } = *self;
        (1.0 / workers + contention * (1.0 - 1.0 / workers) + coherency * (workers - 1.0)) / rate
    }
}

impl Usl {
    /// The law of this rate, contention and coherency.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a rate that is not above zero and finite, a contention outside 0
    /// to 1, or a coherency that is negative or not finite.
    pub fn new(rate: f64, contention: f64, coherency: f64) -> Result<Self> {
        Ok(Self {
            rate: positive("rate", rate)?,
            contention: fraction("contention", contention)?,
            coherency: magnitude("coherency", coherency)?,
        })
    }

    /// X(w), the work in a second.
    #[must_use]
    pub fn throughput(&self, workers: f64) -> f64 {
        1.0 / self.time(workers)
    }

    /// The fastest number of workers, sqrt((1 - contention) / coherency), at least 1; infinite without coherency.
    #[must_use]
    pub fn peak(&self) -> f64 {
        if self.coherency == 0.0 { f64::INFINITY } else { ((1.0 - self.contention) / self.coherency).sqrt().max(1.0) }
    }

    /// Fits the law to these timings by least squares of relative residuals, with contention from 0 to 1 and coherency
    /// not negative.
    ///
    /// Cost: about ten passes over the timings.
    ///
    /// # Errors
    /// [`NotIdentifiable`] from fewer than four worker counts.
    pub fn fit(timings: &[Timing]) -> std::result::Result<Fit<Self>, NotIdentifiable> {
        LAW.fit(timings)
    }
}

impl Fit<Usl> {
    /// Returns whether the coherency is above zero: whether its 95 % interval excludes zero, or, if the fit is exact,
    /// whether the value is more than a rounding error.
    #[must_use]
    pub fn has_coherency(&self) -> bool {
        let low = self.parameters.iter().find(|parameter| parameter.name == "coherency").map_or(0.0, |found| found.low);
        if self.is_exact() { self.model.coherency > ROUNDING } else { low > 0.0 }
    }
}

/// The coefficients are contention / rate, (1 - contention) / rate and coherency / rate: none is negative, and the time
/// is linear in all three.
const LAW: ScalingLaw<Usl> = ScalingLaw {
    basis: |workers| vec![1.0, 1.0 / workers, workers - 1.0],
    link: Link::Time,
    model: |c| {
        let one = c[0] + c[1];
        Usl { rate: 1.0 / one, contention: c[0] / one, coherency: c[2] / one }
    },
    sensitivity: |law, workers| {
        let time = law.time(workers);
        vec![1.0 / time, 1.0 / (workers * time), (workers - 1.0) / time]
    },
    quantities: |c| {
        let one = c[0] + c[1];
        let square = one * one;
        vec![
            Quantity {
                name: "rate",
                unit: "1/s",
                value: 1.0 / one,
                gradient: vec![-1.0 / square, -1.0 / square, 0.0],
                most: f64::INFINITY,
            },
            Quantity {
                name: "contention",
                unit: "",
                value: c[0] / one,
                gradient: vec![c[1] / square, -c[0] / square, 0.0],
                most: 1.0,
            },
            Quantity {
                name: "coherency",
                unit: "",
                value: c[2] / one,
                gradient: vec![-c[2] / square, -c[2] / square, 1.0 / one],
                most: f64::INFINITY,
            },
        ]
    },
};
