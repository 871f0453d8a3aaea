//! Exact tallies: merged in any order, they give the same bits.

use xxhash_rust::xxh64::Xxh64;

/// What a number of walks came to: counts and sums in integers, nothing rounded.
///
/// Merging is exact and does not depend on order, which is why threads, lanes and shards cannot change a result.
///
/// ```
/// use lanewalk::Tally;
///
/// let mut tally = Tally::default();
/// tally.record(3, -7);
/// tally.record(5, 8);
/// assert_eq!((tally.samples, tally.total_steps, tally.sum_squares, tally.below), (2, 8, 34, 1));
/// assert_eq!((tally.mean(), tally.std_error()), (Some(4.0), Some(1.0)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many walks.
    pub samples: u64,
    /// Sum of their first-crossing times T, in steps.
    pub total_steps: u128,
    /// Sum of T^2.
    pub sum_squares: u128,
    /// The largest T.
    pub longest: u64,
    /// How many walks ended below the origin, at or beyond -Y.
    pub below: u64,
}

impl Tally {
    /// Adds one walk that took `time` steps and ended at `position` (in any unit: its sign counts).
    #[inline(always)]
    pub fn record(&mut self, time: u64, position: i64) {
        self.samples += 1;
        self.total_steps += u128::from(time);
        self.sum_squares += u128::from(time) * u128::from(time);
        self.longest = self.longest.max(time);
        self.below += u64::from(position < 0);
    }

    /// Adds all walks of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.samples += other.samples;
        self.total_steps += other.total_steps;
        self.sum_squares += other.sum_squares;
        self.longest = self.longest.max(other.longest);
        self.below += other.below;
    }

    /// The mean of T in steps; `None` of no walks.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.total_steps as f64 / self.samples as f64)
    }

    /// The sample standard deviation of T, sqrt((sum T^2 - (sum T)^2 / n) / (n - 1)), in steps; `None` of fewer than
    /// two walks.
    #[must_use]
    pub fn std_dev(&self) -> Option<f64> {
        sample_variance(self.samples, self.total_steps, self.sum_squares).map(f64::sqrt)
    }

    /// The standard error of the mean, the sample standard deviation over sqrt(n), in steps; `None` of fewer than two
    /// walks.
    #[must_use]
    pub fn std_error(&self) -> Option<f64> {
        self.std_dev().map(|deviation| deviation / (self.samples as f64).sqrt())
    }

    /// The mean of T with its standard error; `None` of no walks.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        self.mean().map(|value| Estimate { value, std_error: self.std_error() })
    }

    /// Feeds the tally to a digest.
    pub(crate) fn digest(&self, digest: &mut Digest) {
        digest.add(u128::from(self.samples));
        digest.add(self.total_steps);
        digest.add(self.sum_squares);
        digest.add(u128::from(self.longest));
        digest.add(u128::from(self.below));
    }
}

/// A value and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate: of E\[T\] in steps, or of pi.
    pub value: f64,
    /// Its standard error, in the same unit; `None` from fewer than two samples.
    pub std_error: Option<f64>,
}

impl Estimate {
    /// How many standard errors the estimate lies above `exact`; `None` without a standard error above zero.
    #[must_use]
    pub fn z(&self, exact: f64) -> Option<f64> {
        self.std_error.filter(|error| *error > 0.0).map(|error| (self.value - exact) / error)
    }
}

/// An estimate and its exact value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The estimate, if there is one.
    pub estimate: Option<Estimate>,
    /// The exact value, where it is known.
    pub exact: Option<f64>,
}

impl Judged {
    /// (estimate - exact) / standard error; `None` without one of these, or without a standard error above zero.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.estimate?.z(self.exact?)
    }
}

/// The part `hits` of `samples`, with its binomial standard error; `None` of no samples.
pub(crate) fn binomial(hits: u64, samples: u64) -> Option<Estimate> {
    let variance = sample_variance(samples, hits.into(), hits.into());
    let std_error = variance.map(|variance| (variance / samples as f64).sqrt());
    (samples > 0).then(|| Estimate { value: hits as f64 / samples as f64, std_error })
}

/// The mean of min(T, `horizon`) over the walks of these tallies and so many that the horizon ended; `None` of no walks.
pub(crate) fn restricted_mean<'t>(
    tallies: impl IntoIterator<Item = &'t Tally>,
    censored: u64,
    horizon: Option<u64>,
) -> Option<Estimate> {
    let mut all = Tally::default();
    tallies.into_iter().for_each(|tally| all.merge(tally));
    let (horizon, count) = (u128::from(horizon.unwrap_or(0)), u128::from(censored));
    all.samples += censored;
    all.total_steps += count * horizon;
    all.sum_squares += count * horizon * horizon;
    all.estimate()
}

/// (sum of squares - sum^2 / n) / (n - 1), the difference taken in integers where they suffice, so that nearly equal
/// samples lose nothing to cancellation.
pub(crate) fn sample_variance(samples: u64, sum: u128, sum_squares: u128) -> Option<f64> {
    if samples < 2 {
        return None;
    }
    let n = samples as f64;
    let exact = (|| sum_squares.checked_mul(u128::from(samples))?.checked_sub(sum.checked_mul(sum)?))();
    let scaled = exact.map_or_else(|| (n * sum_squares as f64 - (sum as f64).powi(2)).max(0.0), |exact| exact as f64);
    Some(scaled / n / (n - 1.0))
}

/// A 64-bit hash (XXH64) of exact integers, so that equal results are seen at a glance.
pub(crate) struct Digest(Xxh64);

impl Digest {
    pub(crate) fn new() -> Self {
        Self(Xxh64::new(0))
    }
    pub(crate) fn add(&mut self, number: u128) {
        self.0.update(&number.to_le_bytes());
    }
    pub(crate) fn finish(&self) -> String {
        format!("{:016x}", self.0.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_survives_cancellation_and_overflow() {
        // 10^9 walks of time 10^6, but one of 10^6 + 1: the variance is (1 - 1/n) / (n - 1) * ... = 1 / n exactly.
        let n = 1_000_000_000_u64;
        let (sum, squares) = (u128::from(n) * 1_000_000 + 1, u128::from(n) * 1_000_000_000_000 + 2_000_001);
        let variance = sample_variance(n, sum, squares).unwrap();
        assert!((variance * n as f64 - 1.0).abs() < 1e-12, "{variance}");
        // Beyond 128 bits: half the walks 0, half 2^60: standard deviation 2^59.
        let n = 1_u64 << 40;
        let variance = sample_variance(n, 1 << 99, 1 << (120 - 1)).map(|_| ());
        assert_eq!(variance, Some(()));
        assert_eq!(sample_variance(1, 5, 25), None);
    }
}
