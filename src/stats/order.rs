//! Order statistics: quantiles and medians, with intervals of exact coverage.
//!
//! The k-th smallest of n independent values lies below the q-quantile of their distribution with the probability that
//! at least k of the values lie below it. This probability is binomial. So the interval between two ranks contains the
//! quantile with a known probability, for any distribution (David and Nagaraja, "Order Statistics", 2003, section 7.1).

use super::binomial::at_most;

/// The minimum coverage of intervals if there are enough values.
pub const COVERAGE: f64 = 0.95;

/// The rank, from 1, of the sample's `q`-quantile: the smallest k with k / n >= q.
pub(crate) fn quantile_rank(q: f64, n: u64) -> u64 {
    let rank = ((q * n as f64).ceil() as u64).clamp(1, n.max(1));
    // The product may be rounded up beyond an integer, as 0.07 * 100 is.
    rank - u64::from(rank > 1 && (rank - 1) as f64 / n as f64 >= q)
}

/// The ranks, from 1, of the narrowest pair of order statistics that misses the `q`-quantile with a probability of at
/// most (1 - [`COVERAGE`]) / 2 on each side. `None` means that this end lies outside the sample.
pub(crate) fn quantile_ranks(q: f64, n: u64) -> (Option<u64>, Option<u64>) {
    let miss = (1.0 - COVERAGE) / 2.0;
    // The largest k with P(B < k) <= miss, and the smallest with P(B >= k) <= miss.
    let lower = partition(n + 1, |k| at_most(k as i64 - 1, n, q) <= miss).checked_sub(1).filter(|k| *k > 0);
    let upper = partition(n + 1, |k| 1.0 - at_most(k as i64 - 1, n, q) > miss);
    (lower, Some(upper).filter(|k| *k <= n))
}

/// The number of integers in 0 .. `end` that satisfy a condition. The condition holds up to some integer and fails
/// beyond it.
fn partition(end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The middle value, or the mean of the two middle values; NaN without values.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The sample's `q`-quantile of `values`; NaN without values.
#[must_use]
pub fn quantile(mut values: Vec<f64>, q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = quantile_rank(q, values.len() as u64);
    values.get(rank as usize - 1).copied().unwrap_or(f64::NAN)
}

/// A median and its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MedianInterval {
    /// The sample's median.
    pub median: f64,
    /// The lower end, one of the values.
    pub low: f64,
    /// The upper end, one of the values.
    pub high: f64,
    /// The probability that the interval contains the median of the distribution. It is at least [`COVERAGE`] for six
    /// or more values. For fewer values the interval is the whole range, and the probability is 1 - 2^(1 - n).
    pub coverage: f64,
}

/// The median of `values` with an exact interval: the narrowest symmetric pair of order statistics with a coverage of
/// at least [`COVERAGE`], or the whole range for fewer than six values. `None` without values.
///
/// For independent values with a continuous distribution, the interval contains the median of the distribution with the
/// probability `coverage`. Cost: one sort.
#[must_use]
pub fn median_interval(values: &[f64]) -> Option<MedianInterval> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let rank = quantile_ranks(0.5, n as u64).0.unwrap_or(1) as usize;
    let (low, high) = (*sorted.get(rank - 1)?, sorted[n - rank]);
    let coverage = 1.0 - 2.0 * at_most(rank as i64 - 1, n as u64, 0.5);
    Some(MedianInterval { median: median(sorted), low, high, coverage })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// P(B < low) and P(B >= high) by summing a row of Pascal's triangle. This shares no code with the ranks.
    fn miss_probabilities(n: usize, q: f64, low: Option<u64>, high: Option<u64>) -> (f64, f64) {
        let mut row = vec![1.0];
        for _ in 0..n {
            let mut next = vec![0.0; row.len() + 1];
            for (k, chance) in row.iter().enumerate() {
                next[k] += chance * (1.0 - q);
                next[k + 1] += chance * q;
            }
            row = next;
        }
        let below = low.map_or(0.0, |low| row[..low as usize].iter().sum());
        let beyond = high.map_or(0.0, |high| row[high as usize..].iter().sum());
        (below, beyond)
    }

    #[test]
    fn intervals_are_the_narrowest_with_the_coverage() {
        for n in 1..=200_usize {
            for q in [0.01, 0.25, 0.5, 0.9, 0.999] {
                let (low, high) = quantile_ranks(q, n as u64);
                let (below, beyond) = miss_probabilities(n, q, low, high);
                assert!(below <= 0.025 + 1e-12 && beyond <= 0.025 + 1e-12, "n = {n}, q = {q}: {below} {beyond}");
                let inner = miss_probabilities(n, q, Some(low.unwrap_or(0) + 1), high.map(|high| high - 1));
                assert!(inner.0 > 0.025 - 1e-12 && (high.is_none() || inner.1 > 0.025 - 1e-12), "n = {n}, q = {q}");
            }
        }
    }

    #[test]
    fn median_intervals_report_their_exact_coverage() {
        for n in 1..=60_usize {
            let values: Vec<f64> = (1..=n).map(|value| value as f64).collect();
            let interval = median_interval(&values).unwrap();
            let (below, beyond) = miss_probabilities(n, 0.5, Some(interval.low as u64), Some(interval.high as u64));
            assert!((1.0 - below - beyond - interval.coverage).abs() < 1e-12, "{n}");
            assert_eq!(interval.coverage >= COVERAGE, n >= 6, "{n}: {}", interval.coverage);
        }
        // Known ranks: 1 to 6 of six values (31/32), and 2 to 8 of nine.
        let ranks = |n| quantile_ranks(0.5, n);
        assert_eq!((ranks(5), ranks(6), ranks(9)), ((None, None), (Some(1), Some(6)), (Some(2), Some(8))));
        assert_eq!(median_interval(&[]), None);
    }

    #[test]
    fn medians_and_quantiles() {
        let same = |found: f64, expected: f64| assert_eq!(found.to_bits(), expected.to_bits());
        same(median(vec![3.0, 1.0, 2.0]), 2.0);
        same(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(Vec::new()).is_nan() && quantile(Vec::new(), 0.5).is_nan());
        same(quantile(vec![4.0, 1.0, 2.0, 3.0], 0.25), 1.0);
        same(quantile(vec![4.0, 1.0, 2.0, 3.0], 0.75), 3.0);
        same(quantile(vec![4.0, 1.0, 2.0, 3.0], 0.76), 4.0);
        for percent in 1..100_u64 {
            assert_eq!(quantile_rank(percent as f64 / 100.0, 100), percent);
        }
    }

    proptest! {
        #[test]
        fn intervals_contain_their_median(values in prop::collection::vec(-1e9_f64..1e9, 1..40)) {
            let interval = median_interval(&values).unwrap();
            prop_assert!(interval.low <= interval.median && interval.median <= interval.high);
            prop_assert!(values.contains(&interval.low) && values.contains(&interval.high));
        }
    }
}
