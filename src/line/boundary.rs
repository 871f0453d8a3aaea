//! Barriers in exact units of 2^-31.

use crate::error::{Error, Result};

/// The maximum distance: 2^31, which is 2^62 units, so that positions fit into 64 bits.
const MAX_DISTANCE: f64 = 2_147_483_648.0;

/// The number of units in a step of length 1.
pub(crate) const UNIT: f64 = MAX_DISTANCE;

/// The boundary of a walk on the line, as distances from the origin. The walk ends at a distance of `lower` units or
/// more on the negative side, or of `upper` units or more on the positive side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bounds {
    /// From 1 to 2^62, like `upper`.
    pub(crate) lower: u64,
    pub(crate) upper: u64,
}

/// The mean distance by which a walker passes a barrier that is far from its start.
pub(crate) const MEAN_OVERSHOOT: f64 = 0.297_952_19;

impl Bounds {
    /// Bounds that no walker reaches.
    pub(crate) const MAX: Self = Self::both(1 << 62);

    /// Bounds at the same distance on both sides.
    pub(crate) const fn both(units: u64) -> Self {
        Self { lower: units, upper: units }
    }

    /// Bounds at distance Y on both sides: ceil(Y * 2^31). The result is exact, because scaling by a power of two and
    /// `ceil` do not round.
    pub(crate) fn new(y: f64) -> Result<Self> {
        if y > 0.0 && y <= MAX_DISTANCE {
            Ok(Self::both((y * UNIT).ceil() as u64))
        } else {
            Err(Error::invalid("distance", y, "a finite number above 0 and at most 2147483648 (2^31)"))
        }
    }

    /// Returns whether a walker at `position` has crossed.
    #[inline(always)]
    pub(crate) fn is_crossed(self, position: i64) -> bool {
        position >= self.upper as i64 || position <= -(self.lower as i64)
    }

    /// The distance of the nearer side.
    pub(crate) fn nearer(self) -> u64 {
        self.lower.min(self.upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_the_ceiling() {
        for (y, units) in [
            (1.0, 1 << 31),
            (0.5, 1 << 30),
            (150.0, 150 << 31),
            (std::f64::consts::E, 5_837_465_778),
            (1e-300, 1),
            (f64::MIN_POSITIVE, 1),
            (MAX_DISTANCE, 1 << 62),
        ] {
            assert_eq!(Bounds::new(y).unwrap(), Bounds::both(units), "{y}");
        }
        for y in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 2_147_483_648.5] {
            assert!(Bounds::new(y).is_err(), "{y}");
        }
    }

    #[test]
    fn either_side_is_crossed() {
        let barrier = Bounds { lower: 3, upper: 5 };
        let inside: Vec<i64> = (-9..9).filter(|position| !barrier.is_crossed(*position)).collect();
        assert_eq!(inside, (-2..5).collect::<Vec<_>>());
    }
}
