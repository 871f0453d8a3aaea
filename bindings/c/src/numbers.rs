//! Plain numbers of results.

use std::ffi::c_char;

use lanewalk_core::{PiTally, Tally};

/// A whole number of 128 bits: `high` * 2^64 + `low`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct lanewalk_u128 {
    /// The lower 64 bits.
    pub low: u64,
    /// The upper 64 bits.
    pub high: u64,
}

impl From<u128> for lanewalk_u128 {
    fn from(number: u128) -> Self {
        Self { low: number as u64, high: (number >> 64) as u64 }
    }
}

/// The exact sums of the times T of the walks that ended at a boundary. Times are in steps.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct lanewalk_tally {
    /// The number of walks that ended.
    pub samples: u64,
    /// The sum of T.
    pub total_steps: lanewalk_u128,
    /// The sum of T^2.
    pub sum_squares: lanewalk_u128,
    /// The largest T.
    pub longest: u64,
    /// The number of walks that ended at a negative position: at the lower boundary.
    pub lower: u64,
}

impl From<&Tally> for lanewalk_tally {
    fn from(tally: &Tally) -> Self {
        Self {
            samples: tally.samples,
            total_steps: tally.total_steps.into(),
            sum_squares: tally.sum_squares.into(),
            longest: tally.longest,
            lower: tally.lower,
        }
    }
}

/// The exact sums of points of Monte Carlo pi.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct lanewalk_pi_tally {
    /// The number of points.
    pub points: u64,
    /// The sum that the estimate follows from: the number of points inside, or the sum of heights in units of 2^-40.
    pub sum: lanewalk_u128,
    /// The sum that the standard error follows from.
    pub spread: lanewalk_u128,
}

impl From<&PiTally> for lanewalk_pi_tally {
    fn from(tally: &PiTally) -> Self {
        Self { points: tally.points, sum: tally.sum.into(), spread: tally.spread.into() }
    }
}

/// The number of bytes of a reason for a missing z-score, with its final zero byte.
pub const LANEWALK_REASON_SIZE: usize = 64;

/// An estimate beside its exact value. A number that does not exist is NaN.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub std_error: f64,
    /// The lower end of its 95 % interval.
    pub interval_lower: f64,
    /// The upper end of its 95 % interval.
    pub interval_upper: f64,
    /// The exact value, where it is known.
    pub exact: f64,
    /// A bound on the relative error of the exact value.
    pub exact_relative_error: f64,
    /// (value - exact) / standard error, where it is nearly normal.
    pub z: f64,
    /// The reason why there is no z-score, as a text that ends with a zero byte. Empty if there is one.
    pub missing_z: [c_char; LANEWALK_REASON_SIZE],
}

/// Values that are known without a sample. A number that does not exist or is not known is NaN.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_exact_values {
    /// The mean of T, in steps.
    pub mean: f64,
    /// The standard deviation of T.
    pub std_dev: f64,
    /// A bound on the relative error of these values.
    pub relative_error: f64,
    /// Between two barriers: the probability that the walk ends at the lower one.
    pub probability_lower: f64,
    /// Between two barriers: the probability that the walk ends at the upper one.
    pub probability_upper: f64,
    /// Between two barriers: the mean of T of the walks that end at the lower one.
    pub mean_lower: f64,
    /// Between two barriers: the mean of T of the walks that end at the upper one.
    pub mean_upper: f64,
    /// Returns: the probability of a return within the horizon.
    pub probability: f64,
    /// Returns: the probability of a return at any time.
    pub ever: f64,
}

impl lanewalk_exact_values {
    /// No value is known.
    pub(crate) const UNKNOWN: Self = Self {
        mean: f64::NAN,
        std_dev: f64::NAN,
        relative_error: f64::NAN,
        probability_lower: f64::NAN,
        probability_upper: f64::NAN,
        mean_lower: f64::NAN,
        mean_upper: f64::NAN,
        probability: f64::NAN,
        ever: f64::NAN,
    };
}
