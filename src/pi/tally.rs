//! Exact sums over points, and their estimate of pi.

use std::f64::consts::{FRAC_PI_4, PI};

use super::problem::{PiMethod, describe};
use super::sums::Sums;
use crate::error::Result;
use crate::merge::{ExactSums, Origin, Parts, impossible};
use crate::stats::{Digest, Estimate, EstimateWithExact, Spread, add_checked, sample_variance};

/// The minimum number of disagreements of second points for the standard error of `stratified`.
const MIN_DISAGREEMENTS: u128 = 100;

impl PiMethod {
    /// Whether points can have these sums.
    fn is_possible(self, points: u64, sum: u128, spread: u128) -> bool {
        let n = u128::from(points);
        match self {
            Self::Plain => sum <= n && spread == sum,
            Self::Antithetic => {
                (n..=2 * n).contains(&sum)
                    && u64::try_from(sum).is_ok_and(|inside| spread == Sums::of_points::<true>(points, inside).spread)
            }
            Self::Stratified => sum <= n && spread <= n,
            // The heights h are at most 1 and have the squares 1 - x^2: h^2 <= h, and (sum h)^2 <= n * sum h^2. Both
            // sums are rounded, by at most one unit a point.
            Self::Conditional => {
                let (total, height, square) = (n as f64, sum as f64, spread as f64);
                let unit = 2_f64.powi(40);
                sum <= n << 40
                    && spread <= sum + 2 * n
                    && height * height <= total * (square + 4.0 * total) * unit * (1.0 + 1e-12)
            }
        }
    }

    /// The estimate of pi that a sum of one from one point gives.
    pub(super) fn unit(self) -> f64 {
        match self {
            Self::Plain | Self::Stratified => 4.0,
            Self::Antithetic => 2.0,
            Self::Conditional => 4.0 * 2_f64.powi(-40),
        }
    }
}

/// Exact sums over points, and the estimate of pi from them.
///
/// Merging is exact and does not depend on order.
///
/// ```
/// use lanewalk::{Exec, Mergeable, Pi, estimate_pi};
///
/// let part = |shard| estimate_pi(&Pi::points(5000).shard(shard), &Exec::default());
/// let mut merged = part(0..1234)?;
/// merged.merge(&part(1234..5000)?)?;
/// assert_eq!(merged, estimate_pi(&Pi::points(5000), &Exec::default())?);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PiTally {
    /// The method.
    pub method: PiMethod,
    /// The number of points. Mirror images do not count, nor do the second points that serve the error alone.
    pub points: u64,
    /// `plain`, `stratified`: points inside. `antithetic`: points and mirror images inside. `conditional`: the heights
    /// sqrt(1 - x^2), each rounded to a multiple of 2^-40, in that unit.
    pub sum: u128,
    /// `plain`, `antithetic`: the sum of squares of each point's contribution to `sum`. `conditional`: the sum of 1 -
    /// x^2 in units of 2^-40. `stratified`: the number of cells whose second, independent point has the other result.
    pub spread: u128,
    origin: Origin,
}

impl ExactSums for PiTally {
    const KIND: &'static str = "pi";

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn origin_mut(&mut self) -> &mut Origin {
        &mut self.origin
    }

    fn count(&self) -> u64 {
        self.points
    }

    fn sums(&self) -> Vec<(String, u128)> {
        let sums = [("points", self.points.into()), ("sum", self.sum), ("spread", self.spread)];
        sums.map(|(name, sum)| (name.to_owned(), sum)).into()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        let mut sum = Self { origin: Origin::default(), ..*self };
        add_checked!(sum, other, points, sum, spread);
        (self.points, self.sum, self.spread) = (sum.points, sum.sum, sum.spread);
        Ok(())
    }

    fn from_sums(parts: &Parts) -> Result<Self> {
        let method: PiMethod = parts.value("method")?;
        let grid = if method == PiMethod::Stratified { Some(parts.value("grid_points")?) } else { None };
        let origin = Origin { problem: describe(method, grid), ..Origin::default() };
        let (points, sum, spread) = (parts.sum("points")?, parts.sum("sum")?, parts.sum("spread")?);
        if !method.is_possible(points, sum, spread) {
            return impossible(format_args!("sum = {sum} with spread = {spread} for {points} points"));
        }
        Ok(Self { method, points, sum, spread, origin })
    }
}

impl PiTally {
    pub(super) fn new(method: PiMethod, origin: Origin, shares: impl IntoIterator<Item = Sums>) -> Self {
        let mut sums = Sums::default();
        shares.into_iter().for_each(|share| sums += share);
        // At most 2^62, as checked.
        let points = origin.count() as u64;
        Self { method, points, sum: sums.sum, spread: sums.spread, origin }
    }

    /// The number of points inside, including mirror images; `None` for [`PiMethod::Conditional`], which counts no
    /// points.
    #[must_use]
    pub fn inside(&self) -> Option<u128> {
        (self.method != PiMethod::Conditional).then_some(self.sum)
    }

    /// The estimate of pi and its standard error; `None` for zero points.
    ///
    /// With n points and the sample variance s^2 of their contributions: value c * sum / n and error c * s / sqrt(n),
    /// with c = 4, or 2 for `antithetic`, where each point adds two.
    ///
    /// `stratified` has only one point in each cell. A second point in each crossed cell disagrees with probability 2 p
    /// (1 - p), twice the cell's variance, so the error is 4 sqrt(disagreements / 2) / n. A shard of such a grid is a
    /// part of the square and estimates its own part alone: only the merged tally of the whole grid estimates pi.
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
        Some(Estimate::new(value, std_error))
    }

    /// The estimate with pi as its exact value, and with the standard error from the exact standard deviation of a
    /// point's contribution. `stratified` has the standard error of its second points, from 100 disagreements on.
    ///
    /// With p = pi/4, a point of `plain` contributes 4 with the probability p; one of `antithetic` 2 or 4, and 4 with
    /// the probability 2 p - 1; one of `conditional` 4 sqrt(1 - x^2), which has the variance 16 (2/3 - p^2).
    #[must_use]
    pub fn estimate_with_exact(&self) -> EstimateWithExact {
        let binomial = |unit: f64, p: f64| {
            let variance = p * (1.0 - p);
            Spread::Exact { std_dev: unit * variance.sqrt(), skewness: (1.0 - 2.0 * p) / variance.sqrt() }
        };
        let spread = match self.method {
            PiMethod::Plain => binomial(4.0, FRAC_PI_4),
            PiMethod::Antithetic => binomial(2.0, 2.0 * FRAC_PI_4 - 1.0),
            PiMethod::Conditional => {
                let variance = 2.0 / 3.0 - FRAC_PI_4 * FRAC_PI_4;
                // E[(1 - x^2)^(3/2)] is 3 pi / 16.
                let third = 0.75 * FRAC_PI_4 - 2.0 * FRAC_PI_4 + 2.0 * FRAC_PI_4.powi(3);
                Spread::Exact { std_dev: 4.0 * variance.sqrt(), skewness: third / variance.powf(1.5) }
            }
            PiMethod::Stratified => Spread::Sample { suffices: self.spread >= MIN_DISAGREEMENTS },
        };
        // The points are the centres of a grid with the spacing 2^-48. Heights are rounded to multiples of 2^-40.
        let error = if self.method == PiMethod::Conditional { 2_f64.powi(-41) } else { 2_f64.powi(-48) };
        EstimateWithExact::of_mean(self.estimate(), self.points, Some(PI), spread)
            .exact_within(Some(4.0 * error / PI + f64::EPSILON))
    }

    /// A 64-bit hash of the exact sums: equal results have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        digest.add(match self.method {
            PiMethod::Plain => 0,
            PiMethod::Antithetic => 1,
            PiMethod::Stratified => 2,
            PiMethod::Conditional => 3,
        });
        digest.add(u128::from(self.points));
        digest.add(self.sum);
        digest.add(self.spread);
        digest.finish()
    }
}
