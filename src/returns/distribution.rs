//! The exact distribution of the time of return.

use super::kind::ReturnKind;
use super::sign;
use crate::error::Result;
use crate::lattice;
use crate::lattice::exact::LatticeReturnDistribution;
use crate::run_control::RunControl;
use crate::stats::Distribution;

/// The exact distribution of the time of return, up to a horizon or further. P(T > n) includes the walks that never return.
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
}

impl ReturnDistribution {
    /// The distribution for times up to `horizon`. `None` if no exact value is known, or if its computation takes too
    /// long: on lattices of two dimensions beyond about 4 million steps. Cost: up to a second and 300 MB.
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
            ReturnKind::Lattice { .. } | ReturnKind::Ball { .. } => Ok(None),
        }
    }
}

impl ReturnDistribution {
    /// A bound on the absolute error of P(T > n) for n = `steps`, for steps on the grid of the contract.
    pub(super) fn error(&self, steps: u64) -> f64 {
        match &self.0 {
            // The drift of the grid changes P(T > n) by at most 2^-32 sqrt(3 n) / 2, by Pinsker's inequality, and n sums
            // of steps are 0 with probabilities below 2^-31 each, which add up to less than 2^-31 1.4 sqrt(n).
            Kind::Sign => 1e-15 + 2.0 * 2_f64.powi(-31) * (steps as f64).sqrt(),
            Kind::Lattice(_) => 1e-13,
        }
    }
}

impl Distribution for ReturnDistribution {
    fn sf(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Sign => sign::after(steps),
            Kind::Lattice(lattice) => lattice.after(steps),
        }
    }

    fn cdf(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Sign => 1.0 - sign::after(steps),
            Kind::Lattice(lattice) => lattice.by(steps),
        }
    }

    fn pmf(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Sign => sign::after(steps.saturating_sub(1)) - sign::after(steps),
            Kind::Lattice(lattice) => lattice.at(steps),
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
        }
    }

    fn horizon(&self) -> u64 {
        match &self.0 {
            Kind::Sign => u64::MAX,
            Kind::Lattice(lattice) => lattice.horizon(),
        }
    }
}
