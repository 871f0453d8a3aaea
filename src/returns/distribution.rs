//! The exact distribution of the time of return.

use super::kind::ReturnKind;
use super::sign;
use crate::lattice;
use crate::lattice::exact::LatticeReturnDistribution;

/// The exact distribution of the time of return, up to a horizon.
///
/// ```
/// use lanewalk::{ReturnKind, ReturnDistribution};
///
/// let line = ReturnDistribution::new(ReturnKind::Lattice { dimensions: 1 }, 4).unwrap();
/// assert!((line.by(2) - 0.5).abs() < 1e-15 && (line.by(4) - 0.625).abs() < 1e-15);
/// assert!((line.at(4) - 0.125).abs() < 1e-15 && (line.mean_until(4).unwrap() - 3.0).abs() < 1e-14);
/// ```
#[derive(Debug)]
pub struct ReturnDistribution(Exact);

#[derive(Debug)]
enum Exact {
    Sign,
    Lattice(LatticeReturnDistribution),
}

impl ReturnDistribution {
    /// The distribution for times up to `horizon`. `None` if no exact value is known, or if its computation takes too
    /// long: on lattices of two and more dimensions beyond about 4 million steps. Cost: up to a second.
    #[must_use]
    pub fn new(kind: ReturnKind, horizon: u64) -> Option<Self> {
        match kind {
            ReturnKind::Sign => Some(Self(Exact::Sign)),
            ReturnKind::Ball { .. } => None,
            ReturnKind::Lattice { dimensions } => {
                if !lattice::DIMENSIONS.contains(&dimensions) {
                    return None;
                }
                LatticeReturnDistribution::new(dimensions, horizon).map(|exact| Self(Exact::Lattice(exact)))
            }
        }
    }

    /// P(T <= `steps`), for `steps` up to the horizon.
    #[must_use]
    pub fn by(&self, steps: u64) -> f64 {
        match &self.0 {
            Exact::Sign => 1.0 - sign::after(steps),
            Exact::Lattice(exact) => exact.by(steps),
        }
    }

    /// P(T = `steps`), for `steps` up to the horizon.
    #[must_use]
    pub fn at(&self, steps: u64) -> f64 {
        match &self.0 {
            Exact::Sign => sign::after(steps.saturating_sub(1)) - sign::after(steps),
            Exact::Lattice(exact) => exact.at(steps),
        }
    }

    /// E\[min(T, `horizon`)\], for `horizon` up to that of the distribution. `None` on the lattice beyond 2^24 steps,
    /// since this is a sum over all steps.
    #[must_use]
    pub fn mean_until(&self, horizon: u64) -> Option<f64> {
        match &self.0 {
            Exact::Sign => Some(sign::mean_until(horizon)),
            Exact::Lattice(exact) => {
                (horizon <= MAX_SUMMED).then(|| (0..horizon).map(|steps| exact.after(steps)).sum())
            }
        }
    }
}

/// The longest horizon for a sum over all steps.
const MAX_SUMMED: u64 = 1 << 24;
