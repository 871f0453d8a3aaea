//! Candidate tests: cheap tests, in lanes, of whether a walker in space may have crossed its boundary.
//!
//! A test must find every walker that has crossed its boundary. It may also find others: the refill loop examines each
//! candidate exactly, in integers of 128 bits. A test is a type, so that the compiler specialises the hot loop for it.
//!
//! | test | a walk ends | compared in lanes |
//! | --- | --- | --- |
//! | [`OutOfBall`] | outside a ball | the squared distance from the centre |
//! | [`OutAndBack`] | back in a ball, after leaving it | the squared distance, in either direction |
//! | [`OutOfCube`] | outside a cube | each coordinate, exactly |
//!
//! # Squared distances in doubles
//!
//! Exact squares of distances have 102 bits. The lanes add squares in doubles instead. Coordinates have at most 52
//! bits, so they are exact in doubles, and each of the fewer than 2 D roundings has a relative error of at most 2^-53.
//! The thresholds have a margin of 10^-12, so no crossing is missed. Non-negative doubles have the same order as their
//! bits.

use super::boundary::RegionBoundary;
use crate::lanes::DoubleLanes;
use crate::stream::UNIT;

/// The relative margin of the thresholds of squared distances.
const MARGIN: f64 = 1e-12;

/// The numbers that a test compares with: of one boundary (`u64`), or of the walker in each lane (a vector).
#[derive(Clone, Copy)]
pub(super) struct Threshold<V> {
    /// Values below it are not candidates.
    pub(super) end: V,
    /// All bits set if values are inverted before the comparison, otherwise zero. Only [`OutAndBack`] uses it.
    pub(super) inversion: V,
}

/// A test for candidates.
pub(super) trait CandidateTest: Copy {
    /// Whether both steps of a round are tested. Otherwise only the second step is, and the threshold has a guard of
    /// one step: a walker below it after the second step cannot have crossed the boundary after the first.
    const EVERY_STEP: bool;

    /// The stored value of coordinate 0; coordinates are stored as their sum with it.
    #[inline(always)]
    fn origin(self, boundary: RegionBoundary) -> u64 {
        _ = boundary;
        0
    }

    /// The threshold for walkers with the target `boundary`.
    fn threshold(self, boundary: RegionBoundary) -> Threshold<u64>;

    /// The lanes whose walkers are not candidates, for the stored `coordinates` of one vector of walkers.
    fn inside<L: DoubleLanes>(self, lanes: L, coordinates: &[L::Vector], threshold: Threshold<L::Vector>) -> L::Mask;

    /// Returns whether a walker at `position`, in units, has crossed `boundary`. This test is exact.
    #[inline(always)]
    fn is_crossed(self, boundary: RegionBoundary, position: &[i64]) -> bool {
        boundary.is_crossed(position)
    }
}

/// Walks that end outside a ball.
#[derive(Clone, Copy)]
pub(super) struct OutOfBall<const EVERY_STEP: bool>;

impl<const EVERY_STEP: bool> CandidateTest for OutOfBall<EVERY_STEP> {
    const EVERY_STEP: bool = EVERY_STEP;

    #[inline(always)]
    fn threshold(self, boundary: RegionBoundary) -> Threshold<u64> {
        Threshold { end: surely_inside(boundary, u32::from(!EVERY_STEP)), inversion: 0 }
    }

    #[inline(always)]
    fn inside<L: DoubleLanes>(self, lanes: L, coordinates: &[L::Vector], threshold: Threshold<L::Vector>) -> L::Mask {
        lanes.lt(squared_distance(lanes, coordinates), threshold.end)
    }
}

/// Walks that leave a ball and end when they return to it. On the return leg, walkers outside are not candidates, so
/// both sides of the comparison are inverted.
#[derive(Clone, Copy)]
pub(super) struct OutAndBack;

impl CandidateTest for OutAndBack {
    const EVERY_STEP: bool = true;

    #[inline(always)]
    fn threshold(self, boundary: RegionBoundary) -> Threshold<u64> {
        if boundary.inward {
            Threshold { end: !(surely_outside(boundary) - 1), inversion: u64::MAX }
        } else {
            Threshold { end: surely_inside(boundary, 0), inversion: 0 }
        }
    }

    #[inline(always)]
    fn inside<L: DoubleLanes>(self, lanes: L, coordinates: &[L::Vector], threshold: Threshold<L::Vector>) -> L::Mask {
        lanes.lt(lanes.xor(squared_distance(lanes, coordinates), threshold.inversion), threshold.end)
    }
}

/// Walks that end outside a cube. Coordinates are shifted as on the line, so that one exact comparison tests two faces:
/// see `line/simd.rs`.
#[derive(Clone, Copy)]
pub(super) struct OutOfCube;

impl CandidateTest for OutOfCube {
    const EVERY_STEP: bool = true;

    #[inline(always)]
    fn origin(self, boundary: RegionBoundary) -> u64 {
        (i64::MIN as u64).wrapping_add(boundary.units - 1)
    }

    #[inline(always)]
    fn threshold(self, boundary: RegionBoundary) -> Threshold<u64> {
        Threshold { end: (i64::MIN as u64).wrapping_add(2 * boundary.units - 1), inversion: 0 }
    }

    #[inline(always)]
    fn inside<L: DoubleLanes>(self, lanes: L, coordinates: &[L::Vector], threshold: Threshold<L::Vector>) -> L::Mask {
        let mut inside = lanes.lt(coordinates[0], threshold.end);
        for d in 1..coordinates.len() {
            inside = lanes.and(inside, lanes.lt(coordinates[d], threshold.end));
        }
        inside
    }

    #[inline(always)]
    fn is_crossed(self, boundary: RegionBoundary, position: &[i64]) -> bool {
        boundary.is_outside_cube(position)
    }
}

/// The sum of the squared coordinates, as doubles.
#[inline(always)]
fn squared_distance<L: DoubleLanes>(lanes: L, coordinates: &[L::Vector]) -> L::Vector {
    let mut sum = squared(lanes, coordinates[0]);
    for d in 1..coordinates.len() {
        sum = lanes.add_f64(sum, squared(lanes, coordinates[d]));
    }
    sum
}

#[inline(always)]
fn squared<L: DoubleLanes>(lanes: L, coordinate: L::Vector) -> L::Vector {
    let double = lanes.to_f64(coordinate);
    lanes.mul_f64(double, double)
}

/// A threshold for the squared distance, as the bits of a double. A walker below it is inside the ball, and stays there
/// for the next `steps` steps.
pub(super) fn surely_inside(boundary: RegionBoundary, steps: u32) -> u64 {
    let step = (boundary.dimensions as f64).sqrt() * UNIT * (1.0 + MARGIN);
    let safe = (boundary.units as f64 - f64::from(steps) * step).max(0.0);
    (safe * safe * (1.0 - MARGIN)).to_bits()
}

/// A threshold for the squared distance, as the bits of a double. A walker at or above it is outside the ball.
pub(super) fn surely_outside(boundary: RegionBoundary) -> u64 {
    ((boundary.units as f64).powi(2) * (1.0 + MARGIN)).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::boundary::squared;

    #[test]
    fn every_crossing_is_a_candidate() {
        // Points on both sides of the sphere, in many directions. Their squares are added in doubles as in the lanes.
        let mut rng = crate::stream::Stream::of_base(3, 0);
        let mut random = || rand_xoshiro::rand_core::Rng::next_u64(&mut rng);
        let double = |position: &[i64]| position.iter().map(|x| (*x as f64) * (*x as f64)).sum::<f64>().to_bits();
        for dimensions in [1, 2, 3, 7, 16] {
            for radius in [0.01, 0.7, 3.0, 1000.25, 524_288.0] {
                let boundary = RegionBoundary::new(dimensions, radius).unwrap();
                for spread in (0..2000).map(|k| [1e-11, 1e-9, 1e-2][k % 3]) {
                    let direction: Vec<f64> = (0..dimensions).map(|_| random() as i64 as f64).collect();
                    let length = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
                    let at = boundary.units as f64 * (1.0 + (random() as f64 / 2_f64.powi(64) - 0.5) * spread);
                    let position: Vec<i64> = direction.iter().map(|x| (x / length * at) as i64).collect();
                    let (square, double) = (squared(&position), double(&position));
                    let outside = square >= boundary.square;
                    assert_eq!(boundary.is_crossed(&position), outside);
                    assert!(!outside || double >= surely_inside(boundary, 0), "{dimensions} {radius} {position:?}");
                    assert!(outside || double < surely_outside(boundary), "{dimensions} {radius} {position:?}");
                }
            }
        }
    }
}
