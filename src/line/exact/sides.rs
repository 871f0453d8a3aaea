//! The probability of leaving through one barrier within n steps, and the mean time of these walks.
//!
//! Let p_n(x) be the probability that the walk from x leaves through this barrier within n steps. With g(x), the
//! probability that a single step does,
//!
//! ```text
//! p_0 = 0        p_n = g + K p_{n-1}        E[T; T <= n] = sum over k < n of (p_n - p_k)
//! ```
//!
//! For few steps or barriers near each other, this is computed by iteration: see [`super::cells`]. All terms are
//! positive, so small probabilities keep their digits. Otherwise there are two cases:
//!
//! - For n > W^2 / 25, the probability of leaving there after n steps is a sum over all modes: see
//!   [`super::half_line`]. The limits p and E\[T; T < infinity\] are those of [`super::interval`].
//! - For smaller n and with a single barrier, the other barrier does not matter, up to a probability of exp(-37).

use super::cells::Cells;
use super::distribution::{LineDistribution, NARROW, SEPARATE};
use super::half_line::{MIN_STEPS, REACH, Start};
use super::interval::exit_moments;
use crate::stats::Distribution;

/// The maximum number of steps times the distance of the barriers for which the probability is iterated.
const MAX_ITERATION: f64 = 3e5;

/// The relative change of the probability below which it is constant.
const MIN_CHANGE: f64 = 1e-18;

/// The walks that leave through one barrier within a number of steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) probability: f64,
    /// The mean T of these walks; `None` without such walks.
    pub(crate) mean: Option<f64>,
}

impl Side {
    /// No walks.
    pub(crate) const NONE: Self = Self { probability: 0.0, mean: None };

    /// The walks that leave through the barrier at distance `this` and not through the one at distance `other`, which
    /// may be infinite, within `steps` steps.
    pub(crate) fn new(this: f64, other: f64, steps: u64) -> Self {
        let n = steps as f64;
        // Walks that first go farther in the other direction are negligible among those that arrive in time.
        let width = this + other.min(n).min(REACH * n.sqrt());
        if width <= NARROW || n * width <= MAX_ITERATION {
            return Self::by_iteration(width, this, steps);
        }
        let (probability, times) = if n > ((this + other).powi(2) / SEPARATE).max(MIN_STEPS as f64) {
            let (moments, modes) = (exit_moments(this, other), Start::new(this.min(other)));
            let modes = modes.side(this + other, n, this <= other);
            let later: f64 = modes.iter().map(|mode| mode.after(n)).sum();
            let rest: f64 = modes.iter().map(|mode| mode.sum(n, f64::INFINITY)).sum();
            (moments.lower - later, moments.lower * moments.mean_lower - rest - n * later)
        } else {
            let alone = LineDistribution::new(this, f64::INFINITY);
            let until = alone.mean_until(steps).unwrap_or(f64::NAN);
            (alone.cdf(steps), until - n * alone.sf(steps))
        };
        // Rounding can exceed a probability that is zero up to 1e-13.
        Self::of(probability.max(0.0), times)
    }

    /// From E\[T; T <= n\]. The mean is at least one step.
    fn of(probability: f64, times: f64) -> Self {
        Self { probability, mean: (probability > 0.0).then(|| (times / probability).max(1.0)) }
    }

    fn by_iteration(width: f64, this: f64, steps: u64) -> Self {
        let mut cells = Cells::leaving(width, this);
        let (mut probability, mut times) = (0.0, 0.0);
        for step in 1..=steps {
            let by = cells.step();
            times += step as f64 * (by - probability);
            let is_constant = by > 0.0 && by - probability <= MIN_CHANGE * by;
            probability = by;
            if is_constant {
                break;
            }
        }
        Self::of(probability, times)
    }
}

#[cfg(test)]
mod tests {
    use super::super::exit_moments;
    use super::*;

    #[track_caller]
    fn near(value: f64, expected: f64, error: f64) {
        assert!((value - expected).abs() < error, "{value} is not {expected}");
    }

    #[test]
    fn both_sides_sum_to_the_distribution_of_time() {
        let pairs = [(0.2, 0.3), (3.0, 8.0), (12.5, 7.75), (0.5, 40.0), (60.0, 35.0), (300.0, 500.0), (5.0, 900.0)];
        for (lower, upper) in pairs {
            let time = LineDistribution::new(lower, upper);
            for steps in [1, 2, 10, 50, 97, 300, 2000, 30_000, 1_000_000, 1 << 40] {
                let (low, high) = (Side::new(lower, upper, steps), Side::new(upper, lower, steps));
                let error = if lower + upper > 100.0 { 1e-11 } else { 1e-12 };
                near(low.probability + high.probability, time.cdf(steps), error);
                let part = |side: Side| side.mean.map_or(0.0, |mean| mean * side.probability);
                let until = time.mean_until(steps).unwrap() - steps as f64 * time.sf(steps);
                let sum = part(low) + part(high);
                near(sum / until.max(1e-3), if until < 1e-9 { sum / 1e-3 } else { until / until.max(1e-3) }, 1e-8);
            }
        }
    }

    #[test]
    fn the_methods_agree_where_they_change() {
        // The iteration, the modes and the single barrier.
        for (this, other, steps) in
            [(20.0, 25.0, 3000), (25.0, 20.0, 3000), (4.0, 60.0, 4000), (60.0, 4.0, 4000), (0.3, 55.2, 5000)]
        {
            let (modes, iterated) = (Side::new(this, other, steps), Side::by_iteration(this + other, this, steps));
            near(modes.probability, iterated.probability, 1e-12);
            near(modes.mean.unwrap() / iterated.mean.unwrap(), 1.0, 1e-10);
        }
        let (alone, iterated) = (Side::new(30.0, 800.0, 2000), Side::by_iteration(330.0, 30.0, 2000));
        near(alone.probability, iterated.probability, 1e-12);
        near(alone.mean.unwrap() / iterated.mean.unwrap(), 1.0, 1e-10);
    }

    #[test]
    fn without_a_limit_the_sides_are_those_of_the_interval() {
        for (lower, upper) in [(0.3, 0.5), (3.0, 8.0), (20.0, 80.0), (700.0, 300.0)] {
            let (side, moments) = (Side::new(lower, upper, 1 << 50), exit_moments(lower, upper));
            near(side.probability, moments.lower, 1e-12);
            near(side.mean.unwrap() / moments.mean_lower, 1.0, 1e-10);
        }
    }

    #[test]
    fn rare_exits_keep_their_digits() {
        // Four steps reach a barrier at 3.5 only if all are large: (4 - 3.5)^4 / (2^4 4!), by the volume of a simplex.
        let side = Side::new(3.5, f64::INFINITY, 4);
        near(side.probability / (0.5_f64.powi(4) / 384.0), 1.0, 1e-10);
        assert_eq!(side.mean, Some(4.0));
        let side = Side::new(7.75, 2.0, 8);
        near(side.probability / (0.25_f64.powi(8) / (256.0 * 40_320.0)), 1.0, 1e-6);
        let none = Side::new(5.0, 5.0, 4);
        assert!(none.probability == 0.0 && none.mean.is_none());
    }
}
