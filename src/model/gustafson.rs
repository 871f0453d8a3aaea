//! Gustafson's law: the work grows with the workers, but only its parallel part.

use super::checks::{fraction, positive};
use super::fit::{Fit, Link, Quantity, ScalingLaw};
use super::timing::{Model, NotIdentifiable, Timing};
use crate::error::Result;

/// X(w) = rate (s + (1 - s) w): the work that w workers do in a second, with a serial share s of the time.
///
/// The speedup X(w) / X(1) = w - s (w - 1) has no limit: it is the speedup of work that grows with the workers.
///
/// ```
/// use lanewalk::model::{Gustafson, Model};
///
/// let law = Gustafson::new(2.0, 0.1)?;
/// assert!((law.speedup(11.0) - 10.0).abs() < 1e-12);
/// assert!((law.throughput(11.0) - 20.0).abs() < 1e-12);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Gustafson, "Reevaluating Amdahl's law", 1988.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Gustafson {
    /// The work of one worker in a second.
    pub rate: f64,
    /// s, from 0 to 1.
    pub serial_fraction: f64,
}

impl Model for Gustafson {
    const NAME: &'static str = "Gustafson";

    fn time(&self, workers: f64) -> f64 {
        1.0 / self.throughput(workers)
    }
}

impl Gustafson {
    /// The law of this rate and serial fraction.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a rate that is not above zero and finite, or a fraction outside
    /// 0 to 1.
    pub fn new(rate: f64, serial_fraction: f64) -> Result<Self> {
        Ok(Self { rate: positive("rate", rate)?, serial_fraction: fraction("serial_fraction", serial_fraction)? })
    }

    /// X(w), the work in a second.
    #[must_use]
    pub fn throughput(&self, workers: f64) -> f64 {
        self.rate * (self.serial_fraction + (1.0 - self.serial_fraction) * workers)
    }

    /// Fits the law to these timings by least squares of relative residuals, with the serial fraction from 0 to 1.
    ///
    /// Cost: about ten passes over the timings.
    ///
    /// # Errors
    /// [`NotIdentifiable`] from fewer than three worker counts.
    pub fn fit(timings: &[Timing]) -> std::result::Result<Fit<Self>, NotIdentifiable> {
        LAW.fit(timings)
    }
}

/// The coefficients are rate s and rate (1 - s): neither is negative, and the throughput is linear in both.
const LAW: ScalingLaw<Gustafson> = ScalingLaw {
    basis: |workers| vec![1.0, workers],
    link: Link::Throughput,
    model: |c| Gustafson { rate: c[0] + c[1], serial_fraction: c[0] / (c[0] + c[1]) },
    sensitivity: |law, workers| {
        let time = law.time(workers);
        vec![-time, -time * workers]
    },
    quantities: |c| {
        let (rate, square) = (c[0] + c[1], (c[0] + c[1]).powi(2));
        vec![
            Quantity { name: "rate", unit: "1/s", value: rate, gradient: vec![1.0, 1.0], most: f64::INFINITY },
            Quantity {
                name: "serial_fraction",
                unit: "",
                value: c[0] / rate,
                gradient: vec![c[1] / square, -c[0] / square],
                most: 1.0,
            },
        ]
    },
};
