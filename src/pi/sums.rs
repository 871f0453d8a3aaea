//! Exact sums over points.

use std::ops::AddAssign;

/// The number of consecutive points that share a stream: point p is in stream p / 1024.
pub(crate) const STREAM_POINTS: u64 = 1024;

/// The result of a piece of work. [`PiTally`] defines the two sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) sum: u128,
    pub(super) spread: u128,
}

impl Sums {
    /// The sums of `points` points, each with its mirror image if `MIRROR`, of which `inside` are inside.
    ///
    /// At least one of a point and its mirror image is inside. Otherwise x^2 + y^2 >= 1 and (1-x)^2 + (1-y)^2 >= 1,
    /// hence x^2 + y^2 >= x + y, which is false for all x and y between 0 and 1. So a pair adds 1 or 2 to the sum, and
    /// 1 or 4 to the sum of squares: three times the sum minus twice the pairs.
    pub(super) fn of_points<const MIRROR: bool>(points: u64, inside: u64) -> Self {
        let (points, inside) = (u128::from(points), u128::from(inside));
        Self { sum: inside, spread: if MIRROR { 3 * inside - 2 * points } else { inside } }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.spread += other.spread;
    }
}
