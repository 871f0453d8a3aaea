//! The problem of a walk that leaves a ball or a cube.

use super::boundary::{MAX_DIMENSIONS, RegionBoundary, check_dimensions};
#[cfg(feature = "exact")]
use super::exact::{RegionDistribution, asymptotic, cube};
use crate::error::{Error, Result};
#[cfg(feature = "exact")]
use crate::line::exact::{self, Moments};
use crate::names::names;
#[cfg(feature = "exact")]
use crate::run_control::RunControl;
#[cfg(feature = "exact")]
use crate::stats::{Spread, spread_until};
#[cfg(feature = "exact")]
use crate::walk::solved::Solved;
use crate::walk::{ProblemKernel, Walk};

/// The shape of the region that a walk in space leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Shape {
    /// All points nearer to the origin than the radius.
    #[default]
    Ball,
    /// All points whose coordinates are all nearer to 0 than the radius.
    Cube,
}

impl Shape {
    /// All shapes.
    pub const ALL: &'static [Self] = &[Self::Ball, Self::Cube];
}
names!(Shape, "shape", Ball => "ball", Cube => "cube");

/// The problem of [`Walk::in_ball`] and [`Walk::in_cube`]: dimensions, shape, radius, and optionally a horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// From 1 to 16.
    pub(crate) dimensions: usize,
    pub(crate) shape: Shape,
    pub(crate) radius: f64,
    pub(crate) horizon: Option<u64>,
    #[cfg(feature = "exact")]
    solved: SolvedRegion,
}

/// The exact solutions of the problem that have been computed so far.
#[cfg(feature = "exact")]
#[derive(Clone, Debug, Default, PartialEq)]
struct SolvedRegion {
    moments: Solved<Option<Moments>>,
    distribution: Solved<Option<RegionDistribution>>,
    asymptotic: Solved<(f64, f64)>,
    /// The standard deviation of 3 S^2 in one dimension.
    squares: Solved<f64>,
    /// The spread of min(T, h).
    restricted: Solved<Option<Spread>>,
}

impl Walk<Region> {
    /// Walks in `dimensions` dimensions, 1 to 16, from the origin until the distance from the origin is at least
    /// `radius`. The radius is in units of the largest step of a coordinate, at most 2^19. See
    /// [`region_exit`](crate::region_exit).
    #[must_use]
    pub fn in_ball(dimensions: usize, radius: f64) -> Self {
        Self::new(Region::new(dimensions, Shape::Ball, radius))
    }

    /// Walks until any coordinate is at the distance `radius` from 0 or beyond.
    #[must_use]
    pub fn in_cube(dimensions: usize, radius: f64) -> Self {
        Self::new(Region::new(dimensions, Shape::Cube, radius))
    }

    /// Ends walks that are still inside after `horizon` steps. These walks count as censored.
    #[must_use]
    pub fn horizon(mut self, horizon: u64) -> Self {
        let Region { dimensions, shape, radius, .. } = self.problem;
        self.problem = Region { horizon: Some(horizon), ..Region::new(dimensions, shape, radius) };
        self
    }

    #[cfg(feature = "exact")]
    /// The exact moments of T for cubes, for balls in one dimension, and for balls up to the radius 1/2; `None` for
    /// other balls, and with a horizon. The first call computes them, in a few milliseconds; clones and results share
    /// them.
    ///
    /// # Errors
    /// [`Error::Argument`] under the conditions of [`Walk::check`](Self::check), except those for the walkers.
    ///
    /// ```
    /// let cube = lanewalk::Walk::in_cube(1, 10.0);
    /// assert!((cube.exact()?.unwrap().mean - 318.293_457_939_9).abs() < 1e-6);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    ///
    /// Requires the feature `exact`.
    pub fn exact(&self) -> Result<Option<&Moments>> {
        self.problem.boundary()?;
        Ok(self.problem.exact())
    }

    /// Checks whether the problem can be run, without running it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number of dimensions outside 1..=16, a radius outside (0, 2^19], a horizon of zero, no
    /// walkers, and for more walkers than the sums have room for.
    pub fn check(&self) -> Result<()> {
        self.problem.boundary()?;
        self.check_walkers()?;
        self.problem.check_count(self.count())
    }
}

impl Region {
    pub(super) fn new(dimensions: usize, shape: Shape, radius: f64) -> Self {
        Self {
            dimensions,
            shape,
            radius,
            horizon: None,
            #[cfg(feature = "exact")]
            solved: SolvedRegion::default(),
        }
    }

    #[cfg(feature = "exact")]
    /// The exact moments without a horizon, where they are known.
    pub(super) fn exact(&self) -> Option<&Moments> {
        let solved = || match (self.shape, self.dimensions) {
            (_, 1) => Some(exact::moments(self.radius)),
            (Shape::Cube, dimensions) => Some(cube::moments(dimensions, self.radius)),
            (Shape::Ball, dimensions) => asymptotic::inside_small(dimensions, self.radius).map(Moments::geometric),
        };
        if self.horizon.is_some() { None } else { self.solved.moments.get(solved).as_ref() }
    }

    #[cfg(feature = "exact")]
    /// The exact distribution without a horizon, if it is known.
    pub(super) fn exact_distribution(&self) -> Option<&RegionDistribution> {
        let solved = || match (self.shape, self.dimensions) {
            (Shape::Cube, _) | (_, 1) => Some(RegionDistribution::cube(self.dimensions, self.radius)),
            (Shape::Ball, _) => RegionDistribution::small_ball(self.dimensions, self.radius),
        };
        self.solved.distribution.get(solved).as_ref()
    }

    #[cfg(feature = "exact")]
    /// The spread of T, or of min(T, h), for this mean.
    pub(super) fn spread(&self, mean: Option<f64>) -> Option<Spread> {
        if let Some(horizon) = self.horizon {
            let spread = || spread_until(self.exact_distribution()?, horizon);
            return *self.solved.restricted.get(spread);
        }
        match self.exact() {
            Some(&Moments { mean, std_dev, .. }) => {
                Some(Spread::Exact { std_dev, skewness: Spread::skewness_from_centre(mean) })
            }
            None => mean.filter(|mean| *mean > 1.0).map(|mean| Spread::Skewness(Spread::skewness_from_centre(mean))),
        }
    }

    #[cfg(feature = "exact")]
    /// The spread of 3 S^2 in one dimension.
    pub(super) fn squares_spread(&self) -> Spread {
        Spread::Exact { std_dev: *self.solved.squares.get(|| exact::squares_std_dev(self.radius)), skewness: 1.0 }
    }

    #[cfg(feature = "exact")]
    /// The asymptotic mean and its relative error, where there is no exact value.
    pub(super) fn asymptotic(&self, control: &RunControl) -> Result<Option<(f64, f64)>> {
        if self.horizon.is_some() || self.exact().is_some() {
            return Ok(None);
        }
        let solved = || asymptotic::ball(self.dimensions, self.radius, control);
        self.solved.asymptotic.try_get(solved).map(|asymptotic| Some(*asymptotic))
    }

    pub(super) fn boundary(&self) -> Result<RegionBoundary> {
        check_dimensions(self.dimensions, MAX_DIMENSIONS)?;
        if self.horizon == Some(0) {
            return Err(Error::invalid("horizon", 0, "at least 1"));
        }
        RegionBoundary::new(self.dimensions, self.radius)
    }
}
