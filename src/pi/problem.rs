//! The problem: points, a seed and a method.

use std::ops::Range;

use super::grid::StratifiedGrid;
use crate::error::{Error, Result};
use crate::merge::{Description, Origin};
use crate::names::names;
use crate::stream::MAX_STREAMS;

/// The maximum number of points: larger indices would overflow 64 bits.
pub(super) const MAX_POINTS: u64 = MAX_STREAMS;

/// Algorithms for pi.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PiMethod {
    /// Independent points, and the number of them inside.
    #[default]
    Plain,
    /// Each point and its mirror image (1 - x, 1 - y). At least one of the two is inside, so the pair varies less.
    Antithetic,
    /// A grid of equal cells with one point in each. Only cells that the arc crosses are undecided, so only they are
    /// drawn. The work grows with the square root of the number of points, and the error falls with its power -3/4.
    Stratified,
    /// The mean of sqrt(1 - x^2): y is integrated out.
    Conditional,
}

impl PiMethod {
    /// Every method.
    pub const ALL: &'static [Self] = &[Self::Plain, Self::Antithetic, Self::Stratified, Self::Conditional];
}
names!(PiMethod, "method", Plain => "plain", Antithetic => "antithetic", Stratified => "stratified",
    Conditional => "conditional");

/// The problem: the number of points, the part of them to draw, seed and method.
///
/// ```
/// use lanewalk::{Exec, Pi, estimate_pi};
///
/// let tally = estimate_pi(&Pi::points(1_000_000).seed(1), &Exec::default())?;
/// assert_eq!(tally.inside(), Some(784_902));
/// assert!(tally.estimate().unwrap().z(std::f64::consts::PI).unwrap().abs() < 4.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pi {
    pub(super) points: u64,
    shard: Option<Range<u64>>,
    pub(super) seed: u64,
    pub(super) method: PiMethod,
}

impl Pi {
    /// Points 0..`points`. For [`PiMethod::Stratified`], the largest square number that is at most `points`.
    #[must_use]
    pub fn points(points: u64) -> Self {
        Self { points, shard: None, seed: 1, method: PiMethod::Plain }
    }

    /// Restricts the run to the points of these indices. The tallies of shards merge into the tally of the whole.
    #[must_use]
    pub fn shard(mut self, points: Range<u64>) -> Self {
        self.shard = Some(points);
        self
    }

    /// The seed. Default: 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The algorithm. Default: [`PiMethod::Plain`].
    #[must_use]
    pub fn method(mut self, method: PiMethod) -> Self {
        self.method = method;
        self
    }

    /// The origin of the tally of these points.
    pub(super) fn origin(&self, range: Range<u64>) -> Origin {
        let grid = (self.method == PiMethod::Stratified).then(|| self.points.isqrt().pow(2));
        Origin::new(describe(self.method, grid), self.seed, range)
    }

    /// Checks whether the points can be drawn, and returns the indices of the points that a run counts: for
    /// [`PiMethod::Stratified`], those of the largest square grid.
    ///
    /// # Errors
    /// [`Error::Argument`] for zero points, a shard that is empty or reaches beyond the points, and for more than 2^62
    /// points, or 2^56 with [`PiMethod::Stratified`].
    pub fn check(&self) -> Result<Range<u64>> {
        let mut whole = self.points;
        if whole == 0 {
            return Err(Error::invalid("points", 0, "at least 1"));
        }
        if whole > MAX_POINTS {
            return Err(Error::invalid("points", whole, format!("at most {MAX_POINTS} (2^62)")));
        }
        if self.method == PiMethod::Stratified {
            if whole > StratifiedGrid::MAX_POINTS {
                let expected = format!("at most {} (2^56) with method stratified", StratifiedGrid::MAX_POINTS);
                return Err(Error::invalid("points", whole, expected));
            }
            whole = whole.isqrt().pow(2);
        }
        match &self.shard {
            None => Ok(0..whole),
            Some(shard) if shard.start < shard.end && shard.end <= whole => Ok(shard.clone()),
            Some(shard) => {
                let given = format_args!("{}..{}", shard.start, shard.end).to_string();
                Err(Error::invalid("shard", given, format!("a range within 0..{whole} that is not empty")))
            }
        }
    }
}

/// The problem: the method, and for the stratified method the grid's points, since each cell's place depends on them.
pub(super) fn describe(method: PiMethod, grid: Option<u64>) -> Description {
    let mut problem = vec![("method", method.to_string())];
    problem.extend(grid.map(|points| ("grid_points", points.to_string())));
    problem
}
