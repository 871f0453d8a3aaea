//! Exact tallies. Merging in any order gives the same bits.

use super::checked::add_checked;
use super::digest::Digest;
use super::estimate::Estimate;
use super::possible::sums_exist;
use super::variance::sample_variance;
use crate::error::{Error, Result};
use crate::merge::{Parts, impossible};

/// Counts and sums over walks, in integers and without rounding.
///
/// Merging is exact and does not depend on the order, so threads, lanes and shards cannot change a result.
///
/// ```
/// use lanewalk::Tally;
///
/// let mut tally = Tally::default();
/// tally.record(3, -7);
/// tally.record(5, 8);
/// assert_eq!((tally.samples, tally.total_steps, tally.sum_squares, tally.lower), (2, 8, 34, 1));
/// assert_eq!((tally.mean(), tally.std_error()), (Some(4.0), Some(1.0)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// The number of walks.
    pub samples: u64,
    /// Sum of the first-passage times T, in steps.
    pub total_steps: u128,
    /// Sum of T^2.
    pub sum_squares: u128,
    /// The largest T.
    pub longest: u64,
    /// The number of walks that ended below the origin, at or beyond -Y.
    pub lower: u64,
}

impl Tally {
    /// Adds one walk that took `time` steps and ended at `position` (in any unit: only its sign is used).
    #[inline(always)]
    pub fn record(&mut self, time: u64, position: i64) {
        self.samples += 1;
        self.total_steps += u128::from(time);
        // The sum saturates at its maximum, and merging then returns an error.
        self.sum_squares = self.sum_squares.saturating_add(u128::from(time) * u128::from(time));
        self.longest = self.longest.max(time);
        self.lower += u64::from(position < 0);
    }

    /// Adds all walks of `other`.
    ///
    /// # Errors
    /// [`Error::Merge`](crate::Error::Merge) if a sum does not fit its integer. The tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let mut sum = *self;
        add_checked!(sum, other, samples, total_steps, sum_squares, lower);
        if sum.sum_squares == u128::MAX {
            return Err(Error::merge("the sum `sum_squares` does not fit its integer"));
        }
        sum.longest = self.longest.max(other.longest);
        *self = sum;
        Ok(())
    }

    /// The mean of T in steps; `None` without walks.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.total_steps as f64 / self.samples as f64)
    }

    /// The sample standard deviation of T, sqrt((sum T^2 - (sum T)^2 / n) / (n - 1)), in steps; `None` for fewer than
    /// two walks.
    #[must_use]
    pub fn std_dev(&self) -> Option<f64> {
        sample_variance(self.samples, self.total_steps, self.sum_squares).map(f64::sqrt)
    }

    /// The standard error of the mean, the sample standard deviation over sqrt(n), in steps; `None` for fewer than two
    /// walks.
    #[must_use]
    pub fn std_error(&self) -> Option<f64> {
        self.std_dev().map(|deviation| deviation / (self.samples as f64).sqrt())
    }

    /// The mean of T with its standard error; `None` without walks.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        self.mean().map(|value| Estimate::new(value, self.std_error()))
    }

    /// The sums and their names, each name with a prefix.
    pub(crate) fn sums(&self, prefix: &str) -> Vec<(String, u128)> {
        let sums = [
            ("samples", self.samples.into()),
            ("total_steps", self.total_steps),
            ("sum_squares", self.sum_squares),
            ("longest", self.longest.into()),
            ("lower", self.lower.into()),
        ];
        sums.map(|(name, sum)| (format!("{prefix}{name}"), sum)).into()
    }

    /// Reads a tally from the sums that [`Tally::sums`] names, and checks that walks can have these sums, none of them
    /// longer than the horizon.
    pub(crate) fn from_sums(parts: &Parts, prefix: &str, horizon: Option<u64>) -> Result<Self> {
        let name = |name: &str| format!("{prefix}{name}");
        let tally = Self {
            samples: parts.sum(&name("samples"))?,
            total_steps: parts.sum(&name("total_steps"))?,
            sum_squares: parts.sum(&name("sum_squares"))?,
            longest: parts.sum(&name("longest"))?,
            lower: parts.sum(&name("lower"))?,
        };
        let Self { samples, total_steps, sum_squares, longest, lower } = tally;
        if lower > samples {
            return impossible(format_args!("{prefix}lower = {lower} for {samples} walks"));
        }
        if longest > horizon.unwrap_or(u64::MAX) || (longest == 0) != (samples == 0) {
            return impossible(format_args!("{prefix}longest = {longest} for {samples} walks"));
        }
        // One walk is the longest one. It is not shorter than the others.
        let longest = u128::from(longest);
        let others = total_steps.checked_sub(longest).zip(sum_squares.checked_sub(longest * longest));
        let Some((others, other_squares)) = others else {
            return impossible(format_args!("{prefix}longest = {longest} for {total_steps} steps in total"));
        };
        if !sums_exist(samples.saturating_sub(1), others, other_squares, &(1..=longest)) {
            let given = format_args!("{prefix}total_steps = {total_steps} with {prefix}sum_squares = {sum_squares}");
            return impossible(format_args!("{given} for {samples} walks of at most {longest} steps"));
        }
        Ok(tally)
    }

    /// Adds the tally to a digest.
    pub(crate) fn digest(&self, digest: &mut Digest) {
        digest.add(u128::from(self.samples));
        digest.add(self.total_steps);
        digest.add(self.sum_squares);
        digest.add(u128::from(self.longest));
        digest.add(u128::from(self.lower));
    }
}

/// The tally of min(T, `horizon`) over the walks of these tallies and the `censored` walks, which ended at the horizon;
/// `None` if the sums do not fit their integers.
pub(crate) fn restricted<'t>(
    tallies: impl IntoIterator<Item = &'t Tally>,
    censored: u64,
    horizon: Option<u64>,
) -> Option<Tally> {
    let mut all = Tally::default();
    tallies.into_iter().try_for_each(|tally| all.merge(tally)).ok()?;
    let (horizon, count) = (u128::from(horizon.unwrap_or(0)), u128::from(censored));
    let (total_steps, sum_squares) = (count * horizon, count.checked_mul(horizon * horizon)?);
    all.merge(&Tally { samples: censored, total_steps, sum_squares, ..Tally::default() }).ok()?;
    if censored > 0 {
        all.longest = all.longest.max(u64::try_from(horizon).unwrap_or(u64::MAX));
    }
    Some(all)
}
