//! Exact sums over points, and their estimate of pi.

use super::problem::PiMethod;
use super::sums::Sums;
use crate::error::{Error, Result};
use crate::stats::{Digest, Estimate, add_checked, sample_variance};

impl PiMethod {
    /// What one in [`PiTally::sum`] adds to the estimate of pi from one point.
    pub(super) fn unit(self) -> f64 {
        match self {
            Self::Plain | Self::Stratified => 4.0,
            Self::Antithetic => 2.0,
            Self::Conditional => 4.0 * 2_f64.powi(-40),
        }
    }
}

/// Exact sums over a number of points, and the estimate of pi that they give.
///
/// Merging is exact and does not depend on order.
///
/// ```
/// use lanewalk::{Exec, Pi, estimate_pi};
///
/// let part = |shard| estimate_pi(&Pi::points(5000).shard(shard), &Exec::default());
/// let mut merged = part(0..1234)?;
/// merged.merge(&part(1234..5000)?)?;
/// assert_eq!(merged, estimate_pi(&Pi::points(5000), &Exec::default())?);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PiTally {
    /// The method.
    pub method: PiMethod,
    /// Points drawn; mirror images are not counted, and neither are the second points that serve the error alone.
    pub points: u64,
    /// `plain`, `stratified`: points inside. `antithetic`: points and mirror images inside. `conditional`: the heights
    /// sqrt(1 - x^2), each rounded to a multiple of 2^-40, in that unit.
    pub sum: u128,
    /// `plain`, `antithetic`: the sum of squares of what a point adds to `sum`. `conditional`: the sum of 1 - x^2 in
    /// units of 2^-40. `stratified`: the number of cells in which a second, independent point went the other way.
    pub spread: u128,
}

impl PiTally {
    pub(super) fn new(method: PiMethod, points: u64, shares: impl IntoIterator<Item = Sums>) -> Self {
        let mut sums = Sums::default();
        shares.into_iter().for_each(|share| sums += share);
        Self { method, points, sum: sums.sum, spread: sums.spread }
    }

    /// Adds all points of `other`.
    ///
    /// # Errors
    /// [`Error::Merge`] if `other` is of another method, or if a sum does not fit its integer; the tally is then as it
    /// was.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.method != other.method {
            return Err(Error::merge(format!("the methods are {} and {}", self.method, other.method)));
        }
        let mut sum = *self;
        add_checked!(sum, other, points, sum, spread);
        *self = sum;
        Ok(())
    }

    /// Points inside, mirror images among them; `None` for [`PiMethod::Conditional`], which counts no points.
    #[must_use]
    pub fn inside(&self) -> Option<u128> {
        (self.method != PiMethod::Conditional).then_some(self.sum)
    }

    /// The estimate of pi and its standard error; `None` of no points.
    ///
    /// With n points and the sample variance s^2 of what each adds: value c * sum / n and error c * s / sqrt(n), with
    /// c = 4, or 2 for `antithetic`, where each point adds two. `stratified` has no two points from one cell to
    /// compare; there a second point in each crossed cell disagrees with probability 2 p (1 - p), twice the cell's
    /// variance, and the error is 4 sqrt(disagreements / 2) / n. A shard of such a grid is a part of the square and
    /// estimates its own part alone: only the merged score of the whole grid estimates pi.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        if self.points == 0 {
            return None;
        }
        let n = self.points as f64;
        let unit = 2_f64.powi(-40);
        let value = self.method.unit() * (self.sum as f64 / n);
        let std_error = match self.method {
            PiMethod::Stratified => Some(4.0 * (self.spread as f64 / 2.0).sqrt() / n),
            PiMethod::Plain | PiMethod::Antithetic => sample_variance(self.points, self.sum, self.spread)
                .map(|variance| self.method.unit() * (variance / n).sqrt()),
            PiMethod::Conditional => (self.points > 1).then(|| {
                let mean = self.sum as f64 * unit / n;
                let variance = (self.spread as f64 * unit / n - mean * mean).max(0.0) * n / (n - 1.0);
                4.0 * (variance / n).sqrt()
            }),
        };
        Some(Estimate { value, std_error })
    }

    /// A 64-bit hash of the exact sums: equal results have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        digest.add(self.method as u128);
        digest.add(u128::from(self.points));
        digest.add(self.sum);
        digest.add(self.spread);
        digest.finish()
    }
}
