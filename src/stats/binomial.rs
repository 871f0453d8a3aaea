//! The binomial distribution: shares with standard errors, and cumulative probabilities.

use super::estimate::Estimate;
use super::variance::sample_variance;

/// The share `hits` / `samples`, with its binomial standard error and its 95 % interval; `None` without samples.
pub(crate) fn share(hits: u64, samples: u64) -> Option<Estimate> {
    let variance = sample_variance(samples, hits.into(), hits.into());
    let std_error = variance.map(|variance| (variance / samples as f64).sqrt());
    let value = hits as f64 / samples as f64;
    (samples > 0).then(|| Estimate::new(value, std_error).with_interval(interval(hits, samples)))
}

/// With more hits and more misses than this number, the interval of Wilson replaces the exact one, which would sum too
/// many terms. They differ by less than 0.1 % of their width.
const MAX_EXACT: u64 = 10_000;

/// The square of the 97.5 % quantile of the normal distribution.
const NORMAL_SQUARED: f64 = 3.841_458_820_694_124;

/// The exact binomial 95 % interval of a probability: all q for which neither `hits` or more nor `hits` or fewer of
/// `samples` > 0 samples have a probability below 2.5 %.
///
/// Sources: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
/// Biometrika 26, 1934; for many hits Wilson, "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22, 1927.
fn interval(hits: u64, samples: u64) -> (f64, f64) {
    let misses = samples.saturating_sub(hits);
    let (n, share) = (samples as f64, hits as f64 / samples as f64);
    if hits.min(misses) > MAX_EXACT {
        let centre = (share + NORMAL_SQUARED / (2.0 * n)) / (1.0 + NORMAL_SQUARED / n);
        let inner = share * (1.0 - share) / n + NORMAL_SQUARED / (4.0 * n * n);
        let half = (NORMAL_SQUARED * inner).sqrt() / (1.0 + NORMAL_SQUARED / n);
        return (centre - half, centre + half);
    }
    // Both ends as probabilities of the rarer outcome, so that small ones keep their digits.
    let (low, high) = rare_interval(hits.min(misses), samples);
    if hits <= misses { (low, high) } else { (1.0 - high, 1.0 - low) }
}

/// The interval for at most half as many hits as samples.
fn rare_interval(hits: u64, samples: u64) -> (f64, f64) {
    const MISS: f64 = 0.025;
    // At least `k` hits are less likely for smaller q, and at most `k` for larger q.
    let above = |q: f64| 1.0 - at_most(hits as i64 - 1, samples, q) < MISS;
    let below = |q: f64| at_most(hits as i64, samples, q) >= MISS;
    let low = if hits == 0 { 0.0 } else { bisect(hits, samples, above) };
    let high = if hits == samples { 1.0 } else { bisect(hits, samples, below) };
    (low, high)
}

/// The probability up to which a condition holds.
fn bisect(hits: u64, samples: u64, holds: impl Fn(f64) -> bool) -> f64 {
    // Both ends of the interval lie below this bound.
    let most = (hits as f64 + 10.0 * (hits as f64 + 1.0).sqrt() + 10.0) / samples as f64;
    let (mut low, mut high) = (0.0, most.min(1.0 - f64::EPSILON));
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
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

/// ln C(n, k). For few choices, the sum of the logarithms of the factors has no cancellation.
fn ln_choices(k: f64, n: f64) -> f64 {
    let few = k.min(n - k);
    if n > 1e6 && few <= MAX_EXACT as f64 {
        return (0..few as u64).map(|i| ((n - i as f64) / (i as f64 + 1.0)).ln()).sum();
    }
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// P(B = k).
fn exactly(k: u64, n: u64, q: f64) -> f64 {
    let (k, n) = (k as f64, n as f64);
    let choices = ln_choices(k, n);
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
        assert_eq!(share(0, 9).and_then(|share| share.std_error), None);
    }

    /// The reference is the quantile of the beta distribution.
    #[test]
    fn intervals_match_the_beta_distribution() {
        use statrs::distribution::{Beta, ContinuousCDF};
        for (hits, samples) in
            [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (1, 300), (150, 300), (299, 300), (7, 1_000_000), (900, 5000)]
        {
            let (low, high) = interval(hits, samples);
            let (k, n) = (hits as f64, samples as f64);
            // The beta distribution function at each end, which is easier to compute than its inverse.
            if hits > 0 {
                let found = Beta::new(k, n - k + 1.0).unwrap().cdf(low);
                assert!((found - 0.025).abs() < 1e-6, "{hits} of {samples}: {found}");
            }
            if hits < samples {
                let found = Beta::new(k + 1.0, n - k).unwrap().sf(high);
                assert!((found - 0.025).abs() < 1e-6, "{hits} of {samples}: {found}");
            }
        }
        // The rule of three, for a number of samples at which factorials have lost all digits.
        let (low, high) = interval(0, 1 << 60);
        assert!(low == 0.0 && (high * 2_f64.powi(60) / 3.688_879_454_113_936 - 1.0).abs() < 1e-9, "{high}");
        let (low, high) = interval(5, 1 << 50);
        assert!(
            (low * 2_f64.powi(50) / 1.623_486 - 1.0).abs() < 1e-5
                && (high * 2_f64.powi(50) / 11.66833 - 1.0).abs() < 1e-5
        );
    }

    /// The coverage of every interval, by summing the probabilities of all numbers of hits.
    #[test]
    fn intervals_cover_at_least_their_level() {
        for samples in [1, 2, 5, 20, 100, 700] {
            let all: Vec<(f64, f64)> = (0..=samples).map(|hits| interval(hits, samples)).collect();
            for q in [1e-4, 0.003, 0.02, 0.1, 0.37, 0.5, 0.93, 0.999] {
                let covers = |hits: &u64| (all[*hits as usize].0..=all[*hits as usize].1).contains(&q);
                let coverage: f64 = (0..=samples).filter(covers).map(|hits| exactly(hits, samples, q)).sum();
                assert!(coverage >= 0.95 - 1e-9, "{samples} samples, {q}: {coverage}");
            }
        }
    }

    #[test]
    fn intervals_of_many_hits_are_continuous() {
        let samples = 3 * MAX_EXACT;
        let ((low, high), (after_low, after_high)) = (interval(MAX_EXACT, samples), interval(MAX_EXACT + 1, samples));
        let width = high - low;
        assert!((after_low - low).abs() < 0.02 * width && (after_high - high).abs() < 0.02 * width);
    }
}
