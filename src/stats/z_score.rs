//! Z-scores: only where they are nearly normal.
//!
//! z = (estimate - exact) / standard error is nearly normal for many samples. For few samples of a skewed distribution
//! it is not: the standard error of the sample is small whenever the sample has missed the tail. The necessary number
//! of samples grows with the square of the skewness g = E\[(X - m)^3\] / s^3 (Hall, "The Bootstrap and Edgeworth
//! Expansion", 1992, section 2.6). The constants below are such that |z| < 1.96 in 93 to 97 %, |z| > 3 in at most 1 %
//! and |z| > 4 in at most 0.1 % of all runs:
//!
//! | standard error from | samples | found with |
//! | --- | --- | --- |
//! | the exact standard deviation | 10 (1 + g^2); an error bar alone 3 g^2 | gamma, Poisson and cut-off power laws |
//! | the exact probability | n p (1 - p) >= 10 | all binomial distributions with p = 0.5, 0.3, 0.1, and Poisson |
//! | the standard deviation of the sample | 80 (1 + g^2) | exponential, and cut-off power laws with g^2 = 58 |
//!
//! `tests/library/coverage.rs` measures the coverage for every kind of estimate.

use std::fmt::{self, Display, Formatter};

use super::binomial;
use super::estimate::Estimate;
use super::tally::Tally;

/// The number of samples for a z-score with an exact standard deviation, for the skewness 0.
const MIN_WITH_EXACT: f64 = 10.0;

/// The number of samples for a z-score with the standard deviation of the sample, for the skewness 0.
const MIN_WITH_SAMPLE: f64 = 80.0;

/// The number of samples for an error bar with an exact standard deviation, over the square of the skewness. With fewer
/// samples, many runs have no spread, and the others are not representative.
const MIN_FOR_ERROR: f64 = 3.0;

/// The minimum n p (1 - p) for the z-score of a probability.
const MIN_VARIANCE: f64 = 10.0;

/// The maximum share of the largest sample in the sum of squared deviations, if the skewness is unknown. An exponential
/// distribution has this share for 250 samples in the mean.
const MAX_SHARE: f64 = 0.1;

/// What is known about the distribution of one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spread {
    /// The standard deviation and the skewness.
    Exact { std_dev: f64, skewness: f64 },
    /// The skewness, or a bound on it. The standard deviation comes from the sample.
    Skewness(f64),
    /// Nothing, but whether the sample suffices for an error bar.
    Sample { suffices: bool },
}

impl Spread {
    /// The spread of times that are known only through their tally. Their largest value must not dominate.
    pub(crate) fn of_tally(tally: &Tally) -> Self {
        let deviation = tally.mean().map_or(0.0, |mean| tally.longest as f64 - mean);
        let squares = tally.std_dev().map_or(0.0, |std_dev| std_dev * std_dev * (tally.samples as f64 - 1.0));
        let suffices = tally.samples as f64 >= MIN_WITH_SAMPLE && deviation * deviation <= MAX_SHARE * squares;
        Self::Sample { suffices }
    }

    /// The skewness of the exit time from the centre of a region with this mean time, or a slightly larger value. It is
    /// that of a geometric time of the same mean, which times to close barriers have. For distant barriers it is at
    /// most 2.
    pub(crate) fn skewness_from_centre(mean: f64) -> f64 {
        (4.0 + 1.0 / (mean * (mean - 1.0)).max(1e-12)).sqrt()
    }

    /// The number of samples from which on z is nearly normal, and from which on the error bar of the sample has its
    /// coverage; `None` if it is unknown.
    fn needed(self) -> Option<u64> {
        let samples = |least: f64, skewness: f64| (least * (1.0 + skewness * skewness)).ceil() as u64;
        match self {
            Self::Exact { skewness, .. } => Some(samples(MIN_WITH_EXACT, skewness)),
            Self::Skewness(skewness) => Some(samples(MIN_WITH_SAMPLE, skewness)),
            Self::Sample { .. } => None,
        }
    }

    pub(crate) fn suffices(self, samples: u64) -> bool {
        match self {
            Self::Sample { suffices } => suffices,
            _ => self.needed().is_some_and(|needed| samples >= needed),
        }
    }
}

/// The reason why there is no z-score.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum MissingZ {
    /// There are no samples.
    NoSamples,
    /// No exact value is known.
    NoExactValue,
    /// All samples are equal.
    NoSpread,
    /// There are too few samples for z to be nearly normal.
    #[non_exhaustive]
    TooFewSamples {
        /// The necessary number of samples, if it is known.
        needed: Option<u64>,
    },
    /// Too few of the samples are expected to have, or not to have, a property, so that z is not nearly normal.
    #[non_exhaustive]
    TooRare {
        /// n p (1 - p) for n samples and the exact probability p, which must be at least 10.
        variance: f64,
    },
    /// The exact probability is 0 or 1, so that its estimate does not vary.
    Certain,
}

impl Display for MissingZ {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSamples => f.write_str("no samples"),
            Self::NoExactValue => f.write_str("no exact value is known"),
            Self::NoSpread => f.write_str("all samples are equal"),
            Self::TooFewSamples { needed: Some(needed) } => write!(f, "z needs {needed} samples"),
            Self::TooFewSamples { needed: None } => f.write_str("too few samples for a standard error"),
            Self::TooRare { variance } => write!(f, "n p (1 - p) is {variance:.2}, below {MIN_VARIANCE}"),
            Self::Certain => f.write_str("the exact probability is 0 or 1"),
        }
    }
}

/// An estimate, its exact value and its z-score.
///
/// ```
/// use lanewalk::{Exec, Walk, first_exit};
///
/// let mean = |walks| Ok(first_exit(&Walk::between(-20.0, 80.0).samples(walks), &Exec::default())?.mean());
/// // With few walks, z would not be normal: the times are skewed.
/// let few = mean(5)?;
/// assert_eq!((few.z(), few.missing_z().unwrap().to_string().as_str()), (None, "z needs 63 samples"));
/// let many = mean(1000)?;
/// assert!(many.z().unwrap().abs() < 4.0 && many.missing_z().is_none());
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct EstimateWithExact {
    /// The estimate, if there is one. Its standard error comes from the exact standard deviation where that is known,
    /// and otherwise from the sample.
    pub estimate: Option<Estimate>,
    /// The exact value, where it is known.
    pub exact: Option<f64>,
    /// A bound on the relative error of the exact value, for steps and points on the grid of the contract.
    pub exact_relative_error: Option<f64>,
    missing_z: Option<MissingZ>,
}

impl EstimateWithExact {
    /// The mean of `samples` samples: its estimate with the standard error of the sample, and its exact value.
    pub(crate) fn of_mean(sample: Option<Estimate>, samples: u64, exact: Option<f64>, spread: Spread) -> Self {
        let Some(sample) = sample.filter(|_| samples > 0) else {
            return Self::without_z(None, exact, MissingZ::NoSamples);
        };
        let suffices = spread.suffices(samples);
        let std_error = match (sample.std_error, spread) {
            (None, _) => None,
            (Some(_), Spread::Exact { std_dev, skewness }) => {
                let enough = samples as f64 >= MIN_FOR_ERROR * skewness * skewness;
                enough.then(|| std_dev / (samples as f64).sqrt())
            }
            (found, _) => found.filter(|_| suffices),
        };
        let missing_z = match (exact, sample.std_error) {
            (None, _) => Some(MissingZ::NoExactValue),
            (Some(_), Some(_)) if suffices => None,
            (Some(_), None) if samples > 1 => Some(MissingZ::NoSpread),
            _ => Some(MissingZ::TooFewSamples { needed: spread.needed() }),
        };
        Self { estimate: Some(sample.with_std_error(std_error)), exact, exact_relative_error: None, missing_z }
    }

    fn without_z(estimate: Option<Estimate>, exact: Option<f64>, missing: MissingZ) -> Self {
        Self { estimate, exact, exact_relative_error: None, missing_z: Some(missing) }
    }

    /// States a bound on the relative error of the exact value, if there is one.
    pub(crate) fn exact_within(self, relative_error: Option<f64>) -> Self {
        let error = self.exact.and(relative_error).filter(|error| error.is_finite());
        Self { exact_relative_error: error, ..self }
    }

    /// The mean of the times in a tally. Without a known spread, the tally decides whether there are enough of them.
    pub(crate) fn of_times(tally: Option<&Tally>, exact: Option<f64>, spread: Option<Spread>) -> Self {
        let sample = tally.and_then(Tally::estimate);
        let spread = spread.or_else(|| tally.map(Spread::of_tally)).unwrap_or(Spread::Skewness(0.0));
        Self::of_mean(sample, tally.map_or(0, |tally| tally.samples), exact, spread)
    }

    /// The probability of a property that `hits` of `samples` samples have.
    ///
    /// z = (hits - n p) / sqrt(n p (1 - p)) with the exact probability p, which is the score statistic. Its standard
    /// error is sqrt(p (1 - p) / n), or that of the sample if p is unknown. The interval is the exact binomial one.
    pub(crate) fn of_share(hits: u64, samples: u64, exact: Option<f64>) -> Self {
        let Some(sample) = binomial::share(hits, samples) else {
            return Self::without_z(None, exact, MissingZ::NoSamples);
        };
        let n = samples as f64;
        let Some(p) = exact else {
            return Self::without_z(Some(sample), exact, MissingZ::NoExactValue);
        };
        let variance = n * p * (1.0 - p);
        let missing_z = match () {
            () if p <= 0.0 || p >= 1.0 => Some(MissingZ::Certain),
            () if variance < MIN_VARIANCE => Some(MissingZ::TooRare { variance }),
            () => None,
        };
        let std_error = Some(variance.sqrt() / n).filter(|_| missing_z.is_none()).or(sample.std_error);
        Self { estimate: Some(sample.with_std_error(std_error)), exact, exact_relative_error: None, missing_z }
    }

    /// The number of standard errors by which the estimate is above the exact value. `None` where it would not be
    /// nearly normal: see [`EstimateWithExact::missing_z`].
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.estimate?.z(self.exact?).filter(|_| self.missing_z.is_none())
    }

    /// The reason why there is no z-score; `None` if there is one.
    #[must_use]
    pub fn missing_z(&self) -> Option<MissingZ> {
        self.missing_z
    }
}

/// The z-score of a share, and the reason why it is missing.
#[must_use]
pub fn share_z(hits: u64, samples: u64, chance: f64) -> Option<f64> {
    EstimateWithExact::of_share(hits, samples, Some(chance)).z()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z_needs_samples_by_the_skewness() {
        let sample = Some(Estimate::new(11.0, Some(0.5)));
        let exact = |samples, skewness| {
            EstimateWithExact::of_mean(sample, samples, Some(10.0), Spread::Exact { std_dev: 10.0, skewness })
        };
        assert_eq!(exact(50, 2.0).z(), Some(1.0 / (10.0 / 50.0_f64.sqrt())));
        assert_eq!(exact(49, 2.0).missing_z(), Some(MissingZ::TooFewSamples { needed: Some(50) }));
        assert_eq!(exact(100, 0.0).estimate.unwrap().std_error, Some(1.0));
        let has_error = |samples| exact(samples, 2.0).estimate.unwrap().std_error.is_some();
        assert!(has_error(12) && !has_error(11));
        let sampled = |samples| EstimateWithExact::of_mean(sample, samples, Some(10.0), Spread::Skewness(1.0));
        assert_eq!((sampled(160).z(), sampled(159).z()), (Some(2.0), None));
        // An error bar without its coverage is not shown.
        assert_eq!(sampled(159).estimate.unwrap().std_error, None);
        let judged = |suffices| EstimateWithExact::of_mean(sample, 60, Some(10.0), Spread::Sample { suffices });
        assert_eq!((judged(true).z(), judged(false).z()), (Some(2.0), None));
    }

    #[test]
    fn one_dominant_time_gives_no_error() {
        let mut tally = Tally::default();
        (0..100).for_each(|k| tally.record(10 + k % 7, 1));
        assert_eq!(Spread::of_tally(&tally), Spread::Sample { suffices: true });
        tally.record(1000, 1);
        assert_eq!(Spread::of_tally(&tally), Spread::Sample { suffices: false });
    }

    #[test]
    fn equal_samples_have_no_error() {
        let equal = Some(Estimate::new(1.0, Some(0.0)));
        let spread = Spread::Exact { std_dev: 0.03, skewness: 31.0 };
        let mean = EstimateWithExact::of_mean(equal, 300, Some(1.001), spread);
        assert_eq!((mean.estimate.unwrap().std_error, mean.z()), (None, None));
        assert_eq!(mean.missing_z(), Some(MissingZ::NoSpread));
    }

    #[test]
    fn shares_have_a_score_and_an_interval() {
        let share = EstimateWithExact::of_share(60, 100, Some(0.5));
        assert!((share.z().unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(share.estimate.unwrap().std_error, Some(0.05));
        let none = EstimateWithExact::of_share(0, 100, Some(1e-3));
        assert_eq!((none.z(), none.estimate.unwrap().std_error), (None, None));
        assert_eq!(none.missing_z().unwrap().to_string(), "n p (1 - p) is 0.10, below 10");
        assert!((none.estimate.unwrap().interval().unwrap().1 - 0.0362).abs() < 1e-4);
        assert_eq!(EstimateWithExact::of_share(5, 5, Some(1.0)).missing_z(), Some(MissingZ::Certain));
        assert_eq!(EstimateWithExact::of_share(0, 0, Some(0.5)).missing_z(), Some(MissingZ::NoSamples));
        assert_eq!(share_z(1, 1, 1.0), None);
    }
}
