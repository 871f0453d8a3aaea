//! Medians and ratios of noisy timings, with their intervals, and the noise floor.

use lanewalk::internal::{MedianInterval, median, median_interval, quantile};
use serde::{Deserialize, Serialize};

/// A median with its interval: at least 95 % from six values on, the range of fewer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Interval {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Interval {
    /// The median of `values` with an interval of order statistics, exact from six values on; of fewer, their range.
    /// `None` without values.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let MedianInterval { median, low, high, .. } = median_interval(values)?;
        Some(Self { median, low, high })
    }

    /// The ratio above / below, computed within each round: common disturbances of a round, such as a busy neighbour or
    /// a slow clock, cancel.
    pub(crate) fn of_ratio(above: &[f64], below: &[f64]) -> Option<Self> {
        Self::of(&above.iter().zip(below).map(|(above, below)| above / below).collect::<Vec<_>>())
    }

    /// The largest deviation of the ratio of equals from 1: the farther end of the interval, as a factor minus 1. Of
    /// fewer than six ratios, it is the farther end of their range.
    pub(crate) fn floor(&self) -> f64 {
        self.high.max(1.0 / self.low).max(1.0) - 1.0
    }

    /// Whether this ratio is not significant: its interval contains 1, or it is a factor within the noise floor in
    /// either direction.
    pub(crate) fn is_not_significant(&self, floor: f64) -> bool {
        (self.low <= 1.0 && self.high >= 1.0) || self.median.max(1.0 / self.median) <= 1.0 + floor
    }
}

/// The interquartile range of the values, relative to their median: the noise of one case.
pub(crate) fn spread(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let at = |q| quantile(values.to_vec(), q);
    (at(0.75) - at(0.25)) / median(values.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_is_relative_to_the_median() {
        assert_eq!(spread(&[]).to_bits(), 0_f64.to_bits());
        assert_eq!(spread(&[1.0; 9]).to_bits(), 0_f64.to_bits());
        assert!((spread(&[1.0, 2.0, 3.0, 4.0]) - 2.0 / 2.5).abs() < 1e-15);
    }

    #[test]
    fn ratios_are_computed_within_rounds() {
        // A clock that halves in the second half of the run does not change the ratio.
        let below: Vec<f64> = (0..10).map(|round| if round < 5 { 2.0 } else { 1.0 }).collect();
        let above: Vec<f64> = below.iter().map(|rate| 3.0 * rate).collect();
        let ratio = Interval::of_ratio(&above, &below).unwrap();
        assert_eq!((ratio.median, ratio.low, ratio.high), (3.0, 3.0, 3.0));
        assert_eq!(Interval::of_ratio(&[], &below), None);
    }

    #[test]
    fn significance_is_symmetric() {
        let of = |median: f64| Interval { median, low: median / 1.01, high: median * 1.01 };
        for factor in [1.02, 1.3, 1.9, 5.0] {
            for floor in [0.0, 0.1, 0.5, 3.0] {
                let (up, down) = (of(factor).is_not_significant(floor), of(1.0 / factor).is_not_significant(floor));
                assert_eq!((up, down), (factor <= 1.0 + floor, factor <= 1.0 + floor), "{factor} {floor}");
            }
        }
        assert!(Interval { median: 1.4, low: 0.95, high: 1.5 }.is_not_significant(0.0), "its interval contains 1");
        let equals = Interval { median: 1.0, low: 0.5, high: 1.1 };
        assert!((equals.floor() - 1.0).abs() < 1e-12, "half the rate is as far from 1 as twice");
    }
}
