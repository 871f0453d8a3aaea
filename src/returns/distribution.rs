//! The exact distribution of the time of return.

use super::kind::ReturnKind;
use super::sign;
use crate::error::Result;
use crate::lattice;
use crate::lattice::exact::LatticeReturnDistribution;
use crate::line::exact::round_trip;
use crate::run_control::RunControl;
use crate::stats::Distribution;

/// The exact distribution of the time of return, up to a horizon or further. P(T > n) includes the walks that never
/// return.
///
/// ```
/// use lanewalk::{Distribution, ReturnDistribution, ReturnKind};
///
/// let line = ReturnDistribution::new(ReturnKind::Lattice { dimensions: 1 }, 4)?.unwrap();
/// assert!((line.cdf(2) - 0.5).abs() < 1e-15 && (line.cdf(4) - 0.625).abs() < 1e-15);
/// assert!((line.pmf(4) - 0.125).abs() < 1e-15 && (line.mean_until(4).unwrap() - 3.0).abs() < 1e-14);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Requires the feature `exact`.
#[derive(Debug)]
pub struct ReturnDistribution(Kind);

#[derive(Debug)]
enum Kind {
    Sign,
    Lattice(LatticeReturnDistribution),
    /// P(T > n) for n = 0, 1, ..., and the sums of these values up to n - 1.
    Table {
        survival: Vec<f64>,
        sums: Vec<f64>,
    },
}

impl ReturnDistribution {
    /// The distribution for times up to `horizon`. `None` if no exact value is known, or if its computation takes too
    /// long: on lattices of two dimensions beyond about 4 million steps. For balls it is known in one dimension, for
    /// radii R of at least 1/2, up to a million / (2 R + 1) steps. Cost: up to two seconds and 300 MB.
    /// [`Walk::solve`](crate::Walk::solve) computes the same distribution and can be stopped.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a number of dimensions or a radius that is out of range;
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(kind: ReturnKind, horizon: u64) -> Result<Option<Self>> {
        kind.check()?;
        Self::controlled(kind, horizon, &RunControl::new())
    }

    pub(super) fn controlled(kind: ReturnKind, horizon: u64, control: &RunControl) -> Result<Option<Self>> {
        match kind {
            ReturnKind::Sign => Ok(Some(Self(Kind::Sign))),
            ReturnKind::Lattice { dimensions } if lattice::DIMENSIONS.contains(&dimensions) => {
                let lattice = LatticeReturnDistribution::new(dimensions, horizon, control)?;
                Ok(lattice.map(|lattice| Self(Kind::Lattice(lattice))))
            }
            ReturnKind::Ball { dimensions: 1, radius } => {
                let survival = round_trip(radius, horizon, control)?;
                Ok(survival.map(|survival| {
                    let before = survival.iter().scan(0.0, |sum, value| {
                        let before = *sum;
                        *sum += value;
                        Some(before)
                    });
                    Self(Kind::Table { sums: before.collect(), survival })
                }))
            }
            ReturnKind::Lattice { .. } | ReturnKind::Ball { .. } => Ok(None),
        }
    }
}

impl ReturnDistribution {
    /// A bound on the absolute error of P(T > n) for n = `steps`, for steps on the grid of the contract.
    pub(super) fn error(&self, steps: u64) -> f64 {
        match &self.0 {
            // The drift of the grid changes P(T > n) by at most 2^-32 sqrt(3 n) / 2, by Pinsker's inequality, and n
            // sums of steps are 0 with probabilities below 2^-31 each, which add up to less than 2^-31 1.4 sqrt(n).
            Kind::Sign => 1e-15 + 2.0 * 2_f64.powi(-31) * (steps as f64).sqrt(),
            Kind::Table { .. } => 1e-12 + 4.0 * 2_f64.powi(-31) * (steps as f64).sqrt(),
            Kind::Lattice(_) => 1e-13,
        }
    }

    /// The tail P(n < T < infinity) for n = `steps`, the probability of a return after n steps; `NaN` beyond the
    /// horizon. It is computed as such, not as a difference of probabilities, so it has at least eleven correct digits.
    ///
    /// ```
    /// use lanewalk::{ReturnDistribution, ReturnKind};
    ///
    /// let returns = ReturnDistribution::new(ReturnKind::Lattice { dimensions: 8 }, 1)?.unwrap();
    /// assert!((returns.tail(4096) / 1.094_156_480_625_373e-11 - 1.0).abs() < 1e-12);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn tail(&self, steps: u64) -> f64 {
        match &self.0 {
            // These walks return with probability 1.
            Kind::Sign | Kind::Table { .. } => self.sf(steps),
            Kind::Lattice(lattice) => lattice.tail(steps),
        }
    }

    /// E\[T | T <= n\] for n = `steps`: the mean time of the walks that return within n steps. `None` if no walk
    /// returns so early, and beyond the horizon.
    #[must_use]
    pub fn mean_returned(&self, steps: u64) -> Option<f64> {
        match &self.0 {
            Kind::Sign => sign::mean_returned(steps),
            Kind::Lattice(lattice) => lattice.mean_returned(steps),
            Kind::Table { .. } => {
                let times = self.mean_until(steps)? - steps as f64 * self.sf(steps);
                // No walk leaves and returns before the second step.
                (steps > 1).then(|| times / self.cdf(steps))
            }
        }
    }
}

impl Distribution for ReturnDistribution {
    fn sf(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Sign => sign::after(steps),
            Kind::Lattice(lattice) => lattice.after(steps),
            Kind::Table { survival, .. } => value_at(survival, steps).unwrap_or(f64::NAN),
        }
    }

    fn cdf(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Lattice(lattice) => lattice.by(steps),
            Kind::Sign | Kind::Table { .. } => 1.0 - self.sf(steps),
        }
    }

    fn pmf(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Sign => sign::at(steps),
            Kind::Lattice(lattice) => lattice.at(steps),
            Kind::Table { .. } => steps.checked_sub(1).map_or(0.0, |before| self.sf(before) - self.sf(steps)),
        }
    }

    /// `None`: the mean is infinite for every kind.
    fn mean(&self) -> Option<f64> {
        None
    }

    fn mean_until(&self, steps: u64) -> Option<f64> {
        match &self.0 {
            Kind::Sign => Some(sign::mean_until(steps)),
            Kind::Lattice(lattice) => (steps <= lattice.horizon()).then(|| lattice.mean_until(steps)),
            Kind::Table { sums, .. } => value_at(sums, steps),
        }
    }

    fn horizon(&self) -> u64 {
        match &self.0 {
            Kind::Sign => u64::MAX,
            Kind::Lattice(lattice) => lattice.horizon(),
            Kind::Table { survival, .. } => survival.len() as u64 - 1,
        }
    }
}

fn value_at(values: &[f64], steps: u64) -> Option<f64> {
    values.get(usize::try_from(steps).ok()?).copied()
}
