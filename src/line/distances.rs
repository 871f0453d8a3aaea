//! First passages to distances on the line.
//!
//! A walker starts at 0 and moves by U[-1, 1) in each step. Its first-passage time T to the distance Y is the number of
//! steps, including the crossing step, after which |position| >= Y for the first time.

use super::boundary::Bounds;
#[cfg(feature = "exact")]
use super::exact::{self, LineDistribution, Moments};
use super::wald;
use crate::error::{Error, Result};
use crate::names::names;
#[cfg(feature = "exact")]
use crate::walk::solved::Solved;
use crate::walk::source::Target;
use crate::walk::{ProblemKernel, Walk};

/// Algorithms for the mean first-passage time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Method {
    /// Walks to each barrier separately and averages T.
    #[default]
    Plain,
    /// Walks each walker once, past all barriers of the list. The tallies are bit-identical to those of `plain`, at the
    /// cost of the farthest barrier alone.
    Nested,
    /// Uses Wald's identity E\[T\] = 3 E\[S^2\] for the position S at the crossing. The variance is much smaller.
    Wald,
    /// Solves the integral equation, without sampling.
    Exact,
}

impl Method {
    /// All methods.
    pub const ALL: &'static [Self] = &[Self::Plain, Self::Nested, Self::Wald, Self::Exact];
}
names!(Method, "method", Plain => "plain", Nested => "nested", Wald => "wald", Exact => "exact");

/// The problem of [`Walk::to`]: distances Y on the line, a method, and whether each Y has its own seed.
///
/// A walker takes the same path to every Y (common random numbers), so estimates at different Y from one seed are
/// correlated. [`Walk::independent`] makes them independent.
#[derive(Clone, Debug, PartialEq)]
pub struct Distances {
    pub(super) barriers: Vec<f64>,
    pub(super) method: Method,
    pub(super) independent: bool,
    /// The exact moments of each distance.
    #[cfg(feature = "exact")]
    pub(super) exact: Vec<Solved<Moments>>,
    /// The standard deviations of 3 S^2.
    #[cfg(feature = "exact")]
    pub(super) squares: Vec<Solved<f64>>,
    /// The exact distribution for a single distance.
    #[cfg(feature = "exact")]
    pub(super) distribution: Solved<LineDistribution>,
}

impl Walk<Distances> {
    /// Walks to the barrier at distance `y`, 0 < y <= 2^31, in units of the largest step.
    #[must_use]
    pub fn to(y: f64) -> Self {
        Self::to_each([y])
    }

    /// Walks to each of these barriers.
    #[must_use]
    pub fn to_each(barriers: impl IntoIterator<Item = f64>) -> Self {
        let barriers: Vec<f64> = barriers.into_iter().collect();
        Self::new(Distances {
            #[cfg(feature = "exact")]
            exact: barriers.iter().map(|_| Solved::default()).collect(),
            #[cfg(feature = "exact")]
            squares: barriers.iter().map(|_| Solved::default()).collect(),
            #[cfg(feature = "exact")]
            distribution: Solved::default(),
            barriers,
            method: Method::Plain,
            independent: false,
        })
    }

    /// The algorithm. Default: [`Method::Plain`].
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.problem.method = method;
        self
    }

    /// Gives every Y its own seed, derived from the seed and Y, so that estimates at different Y are independent.
    #[must_use]
    pub fn independent(mut self, independent: bool) -> Self {
        self.problem.independent = independent;
        self
    }

    /// The barriers, in the order in which they were given.
    #[must_use]
    pub fn distances(&self) -> &[f64] {
        &self.problem.barriers
    }

    #[cfg(feature = "exact")]
    /// The exact mean and standard deviation of T for each distance, in their order. The first call computes them, in a
    /// few milliseconds each; clones and results share them.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no barrier or if a barrier is not in (0, 2^31].
    ///
    /// ```
    /// let walk = lanewalk::Walk::to_each([0.5, 10.0]);
    /// let exact = walk.exact()?;
    /// assert_eq!(exact[0].mean, 2.0);
    /// assert!((exact[1].mean - 318.293_457_939_9).abs() < 1e-9);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    ///
    /// Requires the feature `exact`.
    pub fn exact(&self) -> Result<Vec<&Moments>> {
        self.problem.targets(self.seed)?;
        let solved = self.problem.barriers.iter().zip(&self.problem.exact);
        Ok(solved.map(|(&y, solved)| solved.get(|| exact::moments(y))).collect())
    }

    /// Checks whether the problem can be run, without running it.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no barrier or if a barrier is not in (0, 2^31], if there are no walkers, if
    /// there are more walks than 2^64 or than the method's sums have room for, and for independent seeds with
    /// [`Method::Nested`].
    pub fn check(&self) -> Result<()> {
        self.targets().map(|_| ())
    }

    pub(super) fn targets(&self) -> Result<Vec<Target<Bounds>>> {
        let Distances { barriers, method, independent, .. } = &self.problem;
        let targets = self.problem.targets(self.seed)?;
        if *method == Method::Exact && !cfg!(feature = "exact") {
            return Err(Error::unavailable("method", method, "this build lacks the feature exact"));
        }
        if *method != Method::Exact {
            self.check_walkers()?;
        }
        if self.count().checked_mul(barriers.len() as u64).is_none() {
            let expected = format!("at most {} for {} distances", u64::MAX / barriers.len() as u64, barriers.len());
            return Err(Error::invalid("walkers", self.count(), expected));
        }
        if *independent && *method == Method::Nested {
            return Err(Error::invalid("independent", true, "false with method nested, which shares walkers"));
        }
        if *method == Method::Wald {
            wald::check(self.count(), &targets, barriers)?;
        }
        Ok(targets)
    }
}
