//! Wald's identity: the mean of T from the positions at the crossing instead of the times.
//!
//! For steps of mean 0 and variance 1/3, E\[T\] = 3 E\[S^2\] with S the position at the crossing (Wald, "On cumulative
//! sums of random variables", 1944). |S| = Y + o with an overshoot o in \[0, 1), so S^2 varies little: its relative
//! standard deviation is about 0.5 / Y, whereas that of T is 0.82.

use super::boundary::Bounds;
use crate::error::{Error, Result};
use crate::merge::{Parts, impossible};
use crate::stats::{Digest, Estimate, Tally, add_checked, sample_variance, sums_exist};
use crate::stream::UNIT;
use crate::walk::record::Record;
use crate::walk::source::Target;

/// Exact sums over walks of their overshoot o = |S| - B, for the barrier B, all in units of 2^-31.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overshoot {
    /// The number of walks.
    pub samples: u64,
    /// The barrier B, in units.
    pub barrier: u64,
    /// Sum of o.
    pub sum: u128,
    /// Sum of o^2.
    pub sum_squares: u128,
    /// Sum of u, the integer part of (S^2 - B^2) / 2^31. This is the varying part of S^2, coarse enough to be squared.
    pub sum_excess: u128,
    /// Sum of u^2.
    pub sum_squared_excess: u128,
}

/// The names of the sums.
const SUMS: [&str; 4] = ["overshoot", "overshoot_squares", "overshoot_excess", "overshoot_squared_excess"];

impl Overshoot {
    /// 3 (B^2 + 2 B mean(o) + mean(o^2)) in steps, with the standard error of the mean of 3 S^2.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        if self.samples == 0 {
            return None;
        }
        let n = self.samples as f64;
        let (y, o, o2) =
            (self.barrier as f64 / UNIT, self.sum as f64 / n / UNIT, self.sum_squares as f64 / n / UNIT / UNIT);
        let variance = sample_variance(self.samples, self.sum_excess, self.sum_squared_excess);
        let std_error = variance.map(|variance| 3.0 * (variance / n).sqrt() / UNIT);
        Some(Estimate::new(3.0 * (y * y + 2.0 * y * o + o2), std_error))
    }

    /// The sums and their names.
    pub(super) fn sums(&self) -> Vec<(String, u128)> {
        let sums = [self.sum, self.sum_squares, self.sum_excess, self.sum_squared_excess];
        SUMS.iter().map(|name| (*name).to_owned()).zip(sums).collect()
    }

    /// Reads the sums that [`Overshoot::sums`] names, for walks to this barrier.
    pub(super) fn from_sums(parts: &Parts, barrier: u64) -> Result<Self> {
        let samples: u64 = parts.sum("samples")?;
        let [sum, sum_squares, sum_excess, sum_squared_excess] = SUMS.map(|name| parts.sum::<u128>(name));
        let (sum, sum_squares) = (sum?, sum_squares?);
        let (sum_excess, sum_squared_excess) = (sum_excess?, sum_squared_excess?);
        // The walker was within the barrier before its last step, which is at most 2^31 units long.
        let largest = (1 << 31) - 1;
        let largest_excess = excess(barrier, largest);
        let whole = (|| sum.checked_mul(2 * u128::from(barrier))?.checked_add(sum_squares))();
        // Each excess is rounded down.
        let is_rounded = whole
            .is_some_and(|whole| sum_excess <= whole >> 31 && whole >> 31 <= sum_excess.saturating_add(samples.into()));
        if !sums_exist(samples, sum, sum_squares, &(0..=largest))
            || !sums_exist(samples, sum_excess, sum_squared_excess, &(0..=largest_excess))
            || !is_rounded
        {
            return impossible(format_args!("{} = {sum} with {} = {sum_squares}", SUMS[0], SUMS[1]));
        }
        Ok(Self { samples, barrier, sum, sum_squares, sum_excess, sum_squared_excess })
    }

    pub(super) fn digest(&self, digest: &mut Digest) {
        for sum in [self.sum, self.sum_squares, self.sum_excess, self.sum_squared_excess] {
            digest.add(sum);
        }
    }
}

/// The integer part of (S^2 - B^2) / 2^31 for the overshoot o.
fn excess(barrier: u64, o: u128) -> u128 {
    ((2 * u128::from(barrier) + o) * o) >> 31
}

/// The sums that the method collects over walks.
#[derive(Clone, Copy, Default)]
pub(crate) struct WaldRecord {
    pub(crate) tally: Tally,
    pub(crate) overshoot: Overshoot,
}

impl Record<Bounds> for WaldRecord {
    fn record(&mut self, barrier: &Bounds, time: u64, position: &[i64]) {
        let (barrier, position) = (barrier.upper, position[0]);
        self.tally.record(time, position);
        let o = u128::from(position.unsigned_abs() - barrier);
        let excess = excess(barrier, o);
        self.overshoot.samples += 1;
        self.overshoot.barrier = barrier;
        self.overshoot.sum += o;
        self.overshoot.sum_squares += o * o;
        self.overshoot.sum_excess += excess;
        self.overshoot.sum_squared_excess += excess * excess;
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let (sums, more) = (&mut self.overshoot, &other.overshoot);
        sums.barrier = sums.barrier.max(more.barrier);
        add_checked!(sums, more, samples, sum, sum_squares, sum_excess, sum_squared_excess);
        self.tally.merge(&other.tally)
    }
}

/// Returns an error if the sums have no room for this number of walks.
pub(super) fn check(samples: u64, targets: &[Target<Bounds>], distances: &[f64]) -> Result<()> {
    for (target, y) in targets.iter().zip(distances) {
        let largest_excess = 2 * u128::from(target.boundary.upper) + (1 << 31);
        let max_samples = largest_excess.checked_mul(largest_excess).map_or(1, |square| u128::MAX / square);
        if u128::from(samples) > max_samples {
            return Err(Error::invalid(
                "walkers",
                samples,
                format!("at most {max_samples} for method wald and the distance {y}"),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_walks_by_hand() {
        // B = 2 steps; |S| = 2, 2.5 and 2.25: 3 S^2 = 12, 18.75, 15.1875, mean 15.3125, standard error 1.949...
        let barrier = Bounds::new(2.0).unwrap();
        let mut record = WaldRecord::default();
        for position in [2.0, -2.5, 2.25] {
            record.record(&barrier, 5, &[(position * UNIT) as i64]);
        }
        let estimate = record.overshoot.estimate().unwrap();
        assert!((estimate.value - 15.3125).abs() < 1e-12);
        let deviations: f64 = [12.0_f64, 18.75, 15.1875].iter().map(|value| (value - 15.3125).powi(2)).sum();
        assert!((estimate.std_error.unwrap() - (deviations / 2.0 / 3.0).sqrt()).abs() < 1e-8);
    }
}
