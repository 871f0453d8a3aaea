//! The binomial distribution: shares with standard errors, and cumulative probabilities.

use super::estimate::Estimate;
use super::variance::sample_variance;

/// The share `hits` / `samples`, with its binomial standard error; `None` without samples.
pub(crate) fn share(hits: u64, samples: u64) -> Option<Estimate> {
    let variance = sample_variance(samples, hits.into(), hits.into());
    let std_error = variance.map(|variance| (variance / samples as f64).sqrt());
    (samples > 0).then(|| Estimate { value: hits as f64 / samples as f64, std_error })
}

/// The number of standard errors by which the share `hits` / `samples` is above the probability `chance`; `None` if the
/// standard error is zero.
#[must_use]
pub fn share_z(hits: u64, samples: u64, chance: f64) -> Option<f64> {
    let (n, hits) = (samples as f64, hits as f64);
    let variance = n * chance * (1.0 - chance);
    (variance > 0.0).then(|| (hits - n * chance) / variance.sqrt())
}

/// A sum ends at the first term that is smaller than this share of it.
const NEGLIGIBLE: f64 = 1e-18;

/// P(B <= k) for the number B of hits in `n` trials with the probability `q`, 0 < q < 1.
///
/// Up to the mean, this sums the probabilities from k downwards. Above the mean, it sums them from k + 1 upwards and
/// subtracts the sum from 1. Each term is computed from the one before. The error is about 1e-10 for a million trials
/// and comes from ln n!. The number of terms is a few standard deviations of B.
pub(crate) fn at_most(k: i64, n: u64, q: f64) -> f64 {
    if k < 0 {
        return 0.0;
    }
    let (k, odds) = (k as u64, q / (1.0 - q));
    if k >= n {
        return 1.0;
    }
    if k as f64 <= n as f64 * q {
        let down = |j: u64| j as f64 / ((n - j + 1) as f64 * odds);
        return tail(exactly(k, n, q), (1..=k).rev().map(down));
    }
    let up = |j: u64| (n - j) as f64 / (j + 1) as f64 * odds;
    1.0 - tail(exactly(k + 1, n, q), (k + 1..n).map(up))
}

/// The sum of a series with this first term and these decreasing ratios of consecutive terms.
fn tail(first: f64, ratios: impl Iterator<Item = f64>) -> f64 {
    let (mut term, mut sum) = (first, first);
    for ratio in ratios {
        term *= ratio;
        sum += term;
        if term < NEGLIGIBLE * sum {
            break;
        }
    }
    sum
}

/// P(B = k).
fn exactly(k: u64, n: u64, q: f64) -> f64 {
    let (k, n) = (k as f64, n as f64);
    let choices = ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
    (choices + k * q.ln() + (n - k) * (-q).ln_1p()).exp()
}

/// ln n!, by Stirling's series from 16 on. Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 6.1.41.
fn ln_factorial(n: f64) -> f64 {
    if n < 16.0 {
        return (2..=n as u64).map(|factor| (factor as f64).ln()).sum();
    }
    let (x, square) = (n + 1.0, (n + 1.0) * (n + 1.0));
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial, DiscreteCDF};

    /// The reference does not sum: it is the incomplete beta function.
    #[test]
    fn cumulative_probabilities() {
        for n in [1, 2, 5, 21, 100, 999] {
            for q in [0.001, 0.05, 0.5, 0.9, 0.999] {
                let reference = Binomial::new(q, n).unwrap();
                let mean = n as f64 * q;
                let width = (mean * (1.0 - q)).sqrt();
                for sigmas in [-4.0, -2.0, -0.3, 0.0, 0.3, 2.0, 4.0] {
                    let k = (mean + sigmas * width).round().clamp(0.0, n as f64);
                    let (found, expected) = (at_most(k as i64, n, q), reference.cdf(k as u64));
                    assert!((found - expected).abs() < 1e-8, "n = {n}, q = {q}, k = {k}: {found} and {expected}");
                }
            }
        }
        assert_eq!((at_most(-1, 5, 0.5), at_most(5, 5, 0.5)), (0.0, 1.0));
        assert!((at_most(0, 5, 0.5) - 1.0 / 32.0).abs() < 1e-15);
        // The reference value was summed with 40 digits.
        assert!((at_most(499_850, 1_000_000, 0.5) - 0.382_470_031_432_771_5).abs() < 1e-9);
    }

    #[test]
    fn shares_and_z() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(1, 2).map(|share| share.value), Some(0.5));
        assert_eq!(share_z(60, 100, 0.5), Some(2.0));
        assert_eq!(share_z(1, 1, 1.0), None);
    }
}
