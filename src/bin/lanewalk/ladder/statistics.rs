//! What a handful of noisy timings can tell: medians, bootstrap intervals of ratios, the noise floor.

use lanewalk::{Label, Stream};
use rand_xoshiro::rand_core::Rng;
use serde::{Deserialize, Serialize};

/// A median with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Interval {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Resamples of a bootstrap: the quantiles' own noise is then below that of the timings.
const RESAMPLES: usize = 2000;

impl Interval {
    /// The median of `values` with the percentile interval of a bootstrap (Efron, 1979): the medians of as many values
    /// drawn with replacement, time and again. `None` of no values. The draws are the same in every run.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let mut rng = Stream::new(0, Label::BOOT, values.len() as u64).expect("few values");
        let mut medians: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                // An index by multiplication: the upper half of a 128-bit product.
                let pick = |_| values[((u128::from(rng.next_u64()) * values.len() as u128) >> 64) as usize];
                median(values.iter().map(pick).collect())
            })
            .collect();
        medians.sort_by(f64::total_cmp);
        let place = |fraction: f64| medians[(fraction * (RESAMPLES - 1) as f64).round() as usize];
        Some(Self { median: median(values.to_vec()), low: place(0.025), high: place(0.975) })
    }

    /// The ratio above / below, formed within each round: what two cases share in a round, a busy neighbour or a slow
    /// clock, cancels.
    pub(crate) fn of_ratio(above: &[f64], below: &[f64]) -> Option<Self> {
        Self::of(&above.iter().zip(below).map(|(above, below)| above / below).collect::<Vec<_>>())
    }

    /// How far from 1 the ratio of equals may lie: the farther end of their interval, as a factor less 1.
    pub(crate) fn floor(&self) -> f64 {
        self.high.max(1.0 / self.low).max(1.0) - 1.0
    }

    /// Whether this ratio is one that equals could have had: its interval holds 1, or it is a factor within the floor, up or
    /// down alike.
    pub(crate) fn is_no_difference(&self, floor: f64) -> bool {
        (self.low <= 1.0 && self.high >= 1.0) || self.median.max(1.0 / self.median) <= 1.0 + floor
    }
}

/// The middle value, or the mean of the two in the middle. Not a number of no values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The middle half of the values, relative to their median: how noisy one case was.
pub(crate) fn spread(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n => (sorted[(3 * n / 4).min(n - 1)] - sorted[n / 4]) / median(sorted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        let same = |found: f64, expected: f64| assert_eq!(found.to_bits(), expected.to_bits());
        same(median(vec![3.0, 1.0, 2.0]), 2.0);
        same(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(Vec::new()).is_nan());
        same(spread(&[1.0; 9]), 0.0);
        same(spread(&[1.0, 2.0, 3.0, 4.0]), 2.0 / 2.5);
    }

    #[test]
    fn ratios_are_formed_within_rounds() {
        // A clock that halves in the second half of the run leaves the ratio alone.
        let below: Vec<f64> = (0..10).map(|round| if round < 5 { 2.0 } else { 1.0 }).collect();
        let above: Vec<f64> = below.iter().map(|rate| 3.0 * rate).collect();
        let ratio = Interval::of_ratio(&above, &below).unwrap();
        assert_eq!((ratio.median, ratio.low, ratio.high), (3.0, 3.0, 3.0));
        assert_eq!(Interval::of_ratio(&[], &below), None);
    }

    #[test]
    fn up_and_down_are_judged_alike() {
        let of = |median: f64| Interval { median, low: median / 1.01, high: median * 1.01 };
        for factor in [1.02, 1.3, 1.9, 5.0] {
            for floor in [0.0, 0.1, 0.5, 3.0] {
                let (up, down) = (of(factor).is_no_difference(floor), of(1.0 / factor).is_no_difference(floor));
                assert_eq!((up, down), (factor <= 1.0 + floor, factor <= 1.0 + floor), "{factor} {floor}");
            }
        }
        assert!(Interval { median: 1.4, low: 0.95, high: 1.5 }.is_no_difference(0.0), "its interval holds 1");
        let equals = Interval { median: 1.0, low: 0.5, high: 1.1 };
        assert!((equals.floor() - 1.0).abs() < 1e-12, "half the rate is as far from 1 as twice");
    }

    /// The interval of the median of 15 normal values holds the true one about as often as it says: of 400 such, 95 %
    /// would be 380; below 340 a right program falls less than once in a million (and a bootstrap of 15 falls a little short).
    #[test]
    fn intervals_hold_what_they_promise() {
        let mut rng = Stream::new(7, Label::BOOT, 0).unwrap();
        let mut uniform = move || rng.next_u64() as f64 / 2_f64.powi(64);
        let held = (0..400)
            .filter(|_| {
                let normal = |_| (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
                let interval = Interval::of(&(0..15).map(normal).collect::<Vec<_>>()).unwrap();
                assert!(interval.low <= interval.median && interval.median <= interval.high);
                interval.low <= 0.0 && 0.0 <= interval.high
            })
            .count();
        assert!((340..=400).contains(&held), "{held}");
    }
}
