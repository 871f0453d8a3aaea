//! The boundary of a ball or a cube, in exact units of 2^-31.

use crate::error::{Error, Result};
use crate::stream::UNIT;

/// The maximum radius: 2^19, so that coordinates have at most 52 bits and are exact in doubles.
pub(super) const MAX_RADIUS: f64 = 524_288.0;

/// The maximum number of dimensions.
pub(crate) const MAX_DIMENSIONS: usize = 16;

/// The boundary of a ball or a cube that walkers cross outwards, or of a ball that they cross inwards when they return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RegionBoundary {
    /// ceil(radius * 2^31).
    pub(crate) units: u64,
    /// The square of `units`.
    pub(super) square: u128,
    pub(crate) dimensions: usize,
    /// The number of bits by which an excess is shifted, so that at most 40 bits remain.
    pub(super) coarse: u32,
    /// Whether walkers cross the boundary inwards, back into the ball.
    pub(crate) inward: bool,
}

/// |position|^2, exactly.
#[inline(always)]
pub(crate) fn squared(position: &[i64]) -> u128 {
    position.iter().map(|coordinate| u128::from(coordinate.unsigned_abs()).pow(2)).sum()
}

impl RegionBoundary {
    /// The boundary of this radius.
    pub(crate) fn new(dimensions: usize, radius: f64) -> Result<Self> {
        if radius > 0.0 && radius <= MAX_RADIUS {
            Ok(Self::of_units((radius * UNIT).ceil() as u64, dimensions))
        } else {
            Err(Error::invalid("radius", radius, "a finite number above 0 and at most 524288 (2^19) in space"))
        }
    }

    /// The boundary of a radius in units.
    pub(super) fn of_units(units: u64, dimensions: usize) -> Self {
        let boundary = Self { units, square: u128::from(units).pow(2), dimensions, coarse: 0, inward: false };
        let bits = 128 - boundary.largest_excess().leading_zeros();
        Self { coarse: bits.saturating_sub(40), ..boundary }
    }

    /// The same boundary, crossed inwards.
    pub(crate) fn back(self) -> Self {
        Self { inward: true, ..self }
    }

    /// The radius, rounded up to a unit.
    pub(super) fn length(self) -> f64 {
        self.units as f64 / UNIT
    }

    /// The largest |S|^2 - radius^2 of a walker that has just left the ball or the cube.
    pub(super) fn largest_excess(self) -> u128 {
        let farthest = u128::from(self.units) + (1 << 31);
        // In a cube, all coordinates may be this large.
        self.dimensions as u128 * farthest.pow(2)
    }

    /// The unit of a coarse excess, in squared steps.
    pub(super) fn coarse_unit(self) -> f64 {
        2_f64.powi(self.coarse as i32 - 62)
    }

    /// Returns whether a walker at `position` has crossed the boundary of the ball.
    #[inline(always)]
    pub(super) fn is_crossed(self, position: &[i64]) -> bool {
        (squared(position) >= self.square) != self.inward
    }

    /// Returns whether a walker at `position` has left the cube.
    #[inline(always)]
    pub(super) fn is_outside_cube(self, position: &[i64]) -> bool {
        position.iter().any(|coordinate| coordinate.unsigned_abs() >= self.units)
    }
}

/// The kinds of walks that the kernels support.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum WalkKind {
    /// The walk ends outside a ball.
    ExitBall,
    /// The walk leaves a ball and ends when it is inside again.
    ReturnToBall,
    /// The walk ends outside a cube.
    ExitCube,
}

/// A position in at most `ROOM` dimensions.
#[derive(Clone, Copy)]
pub(super) struct Position<const ROOM: usize> {
    pub(super) coordinates: [i64; ROOM],
    pub(super) dimensions: usize,
}

impl<const ROOM: usize> AsRef<[i64]> for Position<ROOM> {
    #[inline(always)]
    fn as_ref(&self) -> &[i64] {
        &self.coordinates[..self.dimensions]
    }
}

/// Returns an error for a number of dimensions outside 1..=`max`.
pub(crate) fn check_dimensions(dimensions: usize, max: usize) -> Result<()> {
    if (1..=max).contains(&dimensions) {
        Ok(())
    } else {
        Err(Error::invalid("dimensions", dimensions, format!("1 to {max} dimensions")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_exact() {
        let boundary = RegionBoundary::new(3, 3.0).unwrap();
        // (2, 2, 1) is exactly on the sphere of radius 3. One unit less is inside.
        let unit = 1 << 31;
        assert!(
            boundary.is_crossed(&[2 * unit, -2 * unit, unit])
                && !boundary.back().is_crossed(&[2 * unit, -2 * unit, unit])
        );
        assert!(!boundary.is_crossed(&[2 * unit, -2 * unit, unit - 1]));
        assert!(boundary.is_outside_cube(&[0, -3 * unit, 0]) && !boundary.is_outside_cube(&[3 * unit - 1; 3]));
        for radius in [0.0, -1.0, f64::NAN, f64::INFINITY, 524_288.5] {
            assert!(RegionBoundary::new(1, radius).is_err());
        }
    }
}
