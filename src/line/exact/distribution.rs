//! P(T > n) for the walk from 0 to one of two barriers, or to a single barrier.
//!
//! # Method
//!
//! s_n(x) = P_x(T > n) is K^n 1, where K is the mean over one step that stays inside. The cost does not grow with the
//! distance of the barriers or with n:
//!
//! - Barriers at a distance of at most `NARROW`: the step operator is applied by collocation until s_n is below 10^-18.
//!   From there on, s_n decays geometrically. See [`super::cells`].
//! - Barriers at larger distances: the first `MIN_STEPS` steps are computed by iteration. Then s_n is the sum over the
//!   modes, and for n > W^2 / 25 about a dozen modes suffice. See [`super::half_line`].
//! - For n <= W^2 / 25 no walker passes both barriers, up to a probability of exp(-37). So P(T <= n) is the sum of the
//!   probabilities of passing each barrier alone. Each probability is an integral over about 25 points.
//!
//! No diffusion approximation is used. Where a diffusion would have sin(q (d + k)), the modes have their exact phase
//! and boundary layer.
//!
//! # The contract's grid
//!
//! Steps on this grid have the mean mu = -2^-32. For a diffusion with this drift and the variance 1/3 of the steps, two
//! bounds on the change of s_n hold. The first is the total variation in n steps, |mu| sqrt(3 n) / 2, by Pinsker's
//! inequality with the relative entropy 3/2 mu^2 n. The second follows from the likelihood ratio exp(3 mu S_n - 3/2
//! mu^2 n) of walkers that are still inside. With equally distant barriers, its first-order term cancels.

use super::cells::Cells;
use super::half_line::{MIN_STEPS, Mode, REACH, Start};
use crate::stats::Distribution;

/// The maximum distance between barriers for which iteration alone is used.
pub(super) const NARROW: f64 = 20.0;

/// No walker passes both barriers within n <= W^2 / `SEPARATE` steps. This is used if W^2 / `SEPARATE` > `MIN_STEPS`.
pub(super) const SEPARATE: f64 = 25.0;

/// The survival below which the iteration ends.
const MIN_SURVIVAL: f64 = 1e-18;

/// The exact distribution of T on the line, for a pair of barriers or a single barrier, without a horizon.
///
/// [`FirstExit::distribution`](crate::FirstExit::distribution) computes it. The values are deterministic. Cost: some
/// milliseconds for the preparation, and nanoseconds to a microsecond for each value, for every n and all distances.
///
/// ```
/// use lanewalk::{Distribution, Exec, Walk, first_exit};
///
/// let exit = first_exit(&Walk::up_to(10.0, 1000).samples(10_000), &Exec::default())?;
/// let exact = exit.distribution();
/// assert!((exact.sf(1000) - exit.probability_censored().estimate.unwrap().value).abs() < 0.03);
/// // No walk ends within nine steps: the barrier is ten largest steps away.
/// assert_eq!(exact.sf(9), 1.0);
/// // With a single barrier, E[T] is infinite.
/// assert_eq!(exact.mean(), None);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Requires the feature `exact`.
#[derive(Clone, Debug)]
pub struct LineDistribution {
    lower: f64,
    upper: f64,
    /// P(T > n) for the first n.
    first: Vec<f64>,
    /// The sums of these values up to n - 1, which are E\[min(T, n)\].
    sums: Vec<f64>,
    rest: Rest,
}

/// P(T > n) for larger n.
#[derive(Clone, Debug)]
enum Rest {
    /// A single mode.
    Geometric(Mode),
    Wide(Box<Wide>),
}

/// Barriers that are far enough apart for their modes to be independent.
#[derive(Clone, Debug)]
struct Wide {
    /// The start, as seen from the nearer and from the farther barrier.
    near: Start,
    far: Start,
    /// The modes for n > `change`. Up to `change`, the barriers act independently.
    modes: Vec<Mode>,
    change: f64,
}

impl Wide {
    fn new(lower: f64, upper: f64) -> Self {
        let (width, near) = (lower + upper, Start::new(lower.min(upper)));
        let change = (width * width / SEPARATE).floor().max(MIN_STEPS as f64);
        let modes = if width.is_finite() { near.between(width, change) } else { Vec::new() };
        Self { near, far: Start::new(lower.max(upper)), modes, change }
    }

    /// P(T > n), n > `MIN_STEPS`.
    fn after(&self, steps: f64) -> f64 {
        if steps > self.change {
            // The slowest mode is never negligible, however small it is.
            let relevant = self.modes.iter().take_while(|mode| !mode.is_negligible(&self.modes[0], steps));
            relevant.map(|mode| mode.after(steps)).sum()
        } else {
            // This order avoids cancellation next to one barrier.
            self.near.after(steps) + (self.far.after(steps) - 1.0)
        }
    }

    /// The sum of P(T > n) over n from `from` > `MIN_STEPS` to `to` - 1.
    fn sum(&self, from: f64, to: f64) -> f64 {
        let change = (self.change + 1.0).clamp(from, to);
        let apart = self.near.sum(from, change) + (self.far.sum(from, change) - (change - from));
        let together: f64 = self.modes.iter().map(|mode| mode.sum(change, to)).sum();
        apart + if change < to { together } else { 0.0 }
    }
}

impl LineDistribution {
    /// The survival of the walk from 0 to -`lower` or `upper`, both valid distances. One of them may be infinite.
    pub(crate) fn new(lower: f64, upper: f64) -> Self {
        let width = lower + upper;
        let mut first = vec![1.0];
        let rest = if width <= NARROW {
            let mut cells = Cells::new(width, lower);
            while first[first.len() - 1] > MIN_SURVIVAL {
                first.push(cells.step());
            }
            let [.., before, last] = first[..] else { unreachable!("there are at least two values") };
            // The value of the mode, extrapolated to n = 0.
            let log = (last / before).ln();
            Rest::Geometric(Mode { log, weight: (last.ln() - log * (first.len() - 1) as f64).exp() })
        } else {
            let steps = MIN_STEPS as usize;
            if width * width / SEPARATE > MIN_STEPS as f64 {
                let (lower, upper) = (half_line(lower, steps), half_line(upper, steps));
                first.extend(lower.iter().zip(&upper).map(|(lower, upper)| lower + upper - 1.0));
            } else {
                let mut cells = Cells::new(width, lower);
                first.extend((0..steps).map(|_| cells.step()));
            }
            Rest::Wide(Box::new(Wide::new(lower, upper)))
        };
        let sums = std::iter::once(0.0)
            .chain(first.iter().scan(0.0, |sum, value| {
                *sum += value;
                Some(*sum)
            }))
            .collect();
        Self { lower, upper, first, sums, rest }
    }

    /// P(T > n) as a smooth function of n, beyond the first n.
    pub(crate) fn smooth(&self, steps: f64) -> f64 {
        match &self.rest {
            Rest::Geometric(mode) => mode.after(steps),
            Rest::Wide(wide) => wide.after(steps),
        }
    }

    /// P(T > n) for the first n, by iteration.
    pub(crate) fn first(&self) -> &[f64] {
        &self.first
    }

    /// Returns whether P(T > n) is negligible beyond the first n.
    pub(crate) fn is_short(&self) -> bool {
        matches!(self.rest, Rest::Geometric(_))
    }

    /// The sum of P(T > n) over all n from `known`, the length of `first`, to `end` - 1.
    fn rest(&self, end: f64) -> f64 {
        let known = self.first.len() as f64;
        match &self.rest {
            Rest::Geometric(mode) => mode.sum(known, end),
            Rest::Wide(wide) => wide.sum(known, end),
        }
    }

    /// A bound on the absolute error of [`sf`](Distribution::sf) for steps on the contract's grid of 2^-31. The bound
    /// does not include the rounding of the barriers to the grid, or the shift of about 2^-32 by which the grid moves
    /// them inwards.
    ///
    /// ```
    /// # use lanewalk::{Exec, Walk, first_exit};
    /// // The drift of the grid has more effect with a single barrier than between equally distant ones.
    /// let error = |walk| Ok(first_exit(&walk, &Exec::default())?.distribution().error(1_000_000));
    /// assert!(error(Walk::between(-9.0, 9.0).samples(1))? < error(Walk::up_to(9.0, 5).samples(1))?);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn error(&self, steps: u64) -> f64 {
        self.error_of_drift(steps, self.lower.to_bits() == self.upper.to_bits())
    }

    /// A bound on the absolute error of the probability of leaving on one side within these steps. The first-order term
    /// of the drift does not cancel between the sides.
    pub(crate) fn side_error(&self, steps: u64) -> f64 {
        self.error_of_drift(steps, false)
    }

    fn error_of_drift(&self, steps: u64, cancels: bool) -> f64 {
        let drift = 1.0 / 4_294_967_296.0;
        let variation = drift * (3.0 * steps as f64).sqrt() / 2.0;
        let farthest = self.lower.max(self.upper) + 1.0;
        let ratio = if cancels {
            6.0 * (drift * farthest).powi(2)
        } else {
            (3.0 * drift * farthest).exp_m1() + 1.5 * drift * drift * steps as f64
        };
        1e-13 + variation.min(ratio).min(1.0)
    }
}

impl Distribution for LineDistribution {
    fn sf(&self, steps: u64) -> f64 {
        match self.first.get(usize::try_from(steps).unwrap_or(usize::MAX)) {
            Some(value) => *value,
            None => self.smooth(steps as f64),
        }
    }

    fn mean(&self) -> Option<f64> {
        let is_finite = (self.lower + self.upper).is_finite();
        is_finite.then(|| self.sums[self.first.len()] + self.rest(f64::INFINITY))
    }

    fn mean_until(&self, steps: u64) -> Option<f64> {
        let known = self.first.len();
        let sum = match usize::try_from(steps) {
            Ok(steps) if steps <= known => self.sums[steps],
            _ => self.sums[known] + self.rest(steps as f64),
        };
        Some(sum)
    }
}

/// P(T > n) for n = 1 to `steps` with one barrier.
fn half_line(distance: f64, steps: usize) -> Vec<f64> {
    let reach = REACH * (steps as f64).sqrt();
    if distance >= reach {
        return vec![1.0; steps];
    }
    // The other end cannot be reached.
    let mut cells = Cells::new((distance + reach).ceil(), distance);
    (0..steps).map(|_| cells.step()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{exit_moments, moments};
    use super::*;

    #[track_caller]
    fn near(value: f64, expected: f64, error: f64) {
        assert!((value - expected).abs() < error, "{value} is not {expected}");
    }

    /// P(T > n) by the trapezoid rule on a grid of `per_unit` points per unit, whose spacing divides all distances.
    fn by_iteration(lower: f64, upper: f64, per_unit: usize, steps: usize) -> Vec<f64> {
        let points = |distance: f64| (distance * per_unit as f64).round() as usize;
        let (start, size) = (points(lower), points(lower + upper) + 1);
        let mut survival = vec![1.0; size];
        let mut at_start = vec![1.0];
        for _ in 0..steps {
            let mut integral = vec![0.0; size];
            for i in 1..size {
                integral[i] = integral[i - 1] + f64::midpoint(survival[i - 1], survival[i]) / per_unit as f64;
            }
            for (i, value) in survival.iter_mut().enumerate() {
                let (low, high) = (i.saturating_sub(per_unit), (i + per_unit).min(size - 1));
                *value = (integral[high] - integral[low]) / 2.0;
            }
            at_start.push(survival[start]);
        }
        at_start
    }

    #[test]
    fn iteration_on_a_grid_agrees() {
        for (lower, upper) in [(0.1, 0.4), (0.5, 2.0), (3.0, 3.0), (1.1, 25.0), (14.0, 14.2)] {
            let [coarse, fine] = [20, 40].map(|per_unit| by_iteration(lower, upper, per_unit, 600));
            let survival = LineDistribution::new(lower, upper);
            for (n, (coarse, fine)) in coarse.iter().zip(&fine).enumerate() {
                near(survival.sf(n as u64), (4.0 * fine - coarse) / 3.0, 2e-6);
            }
        }
    }

    #[test]
    fn modes_and_half_lines_match_the_iteration() {
        for (lower, upper) in
            [(0.0, 20.5), (0.3, 23.0), (7.6, 40.0), (25.0, 25.0), (0.7, 70.0), (20.0, 60.0), (13.0, 99.5)]
        {
            let survival = LineDistribution::new(lower, upper);
            let mut cells = Cells::new(lower + upper, lower);
            for n in 1..3000 {
                near(survival.sf(n), cells.step(), 1e-13);
            }
        }
    }

    #[test]
    fn single_barrier_matches_a_distant_second_barrier() {
        for distance in [0.0, 0.5, 3.2, 30.0, 100.0] {
            let (one, two) = (LineDistribution::new(distance, f64::INFINITY), LineDistribution::new(1e6, distance));
            for n in [0, 1, 2, 17, 96, 97, 500, 12_345, 10_000_000, 4_000_000_000] {
                near(one.sf(n), two.sf(n), 1e-13);
                near(
                    one.mean_until(n).unwrap() / two.mean_until(n).unwrap().max(1.0),
                    if n == 0 { 0.0 } else { 1.0 },
                    1e-12,
                );
            }
        }
    }

    #[test]
    fn sums_to_the_mean() {
        // At larger distances, some walks would last longer than 2^64 steps.
        let far = 1e8;
        for (lower, upper) in [
            (1e-9, 1e-9),
            (0.3, 0.5),
            (1.0, 1.0),
            (4.0, 15.9),
            (12.0, 13.0),
            (0.1, 300.0),
            (300.0, 300.0),
            (1.0, far),
            (far, far),
        ] {
            let survival = LineDistribution::new(lower, upper);
            let mean = exit_moments(lower, upper).mean;
            near(survival.mean_until(u64::MAX).unwrap() / mean, 1.0, 1e-11);
            near(survival.mean().unwrap() / mean, 1.0, 1e-11);
        }
    }

    #[test]
    fn mean_until_sums_the_survival() {
        for (lower, upper) in [(0.3, 0.5), (6.0, 12.0), (12.0, 13.0), (40.0, 33.0), (3.0, f64::INFINITY)] {
            let survival = LineDistribution::new(lower, upper);
            let mut sum = 0.0;
            for n in 0..2000 {
                near(survival.mean_until(n).unwrap(), sum, 1e-11 * sum.max(1.0));
                sum += survival.sf(n);
            }
        }
    }

    #[test]
    fn sums_to_the_second_moment() {
        for y in [5.0, 15.0, 60.0] {
            let survival = LineDistribution::new(y, y);
            let end = (120.0 * (y + 0.3).powi(2)) as u64;
            let second: f64 = (0..end).map(|n| (2 * n + 1) as f64 * survival.sf(n)).sum();
            let expected = moments(y);
            let second_expected = expected.std_dev.powi(2) + expected.mean.powi(2);
            near(second / second_expected, 1.0, 1e-11);
        }
    }

    #[test]
    fn small_survival_has_all_digits() {
        // The slowest mode of the iteration, continued from a survival that both methods know.
        for (lower, upper) in [(5.0, 5.0), (12.0, 13.0), (0.3, 40.0)] {
            let survival = LineDistribution::new(lower, upper);
            let mut cells = Cells::new(lower + upper, lower);
            let (mut n, mut value) = (0, 1.0);
            while value > 1e-60 {
                n += 1;
                value = cells.step();
                if n % 97 == 0 {
                    near(survival.sf(n) / value, 1.0, 1e-10);
                }
            }
            let ratio = survival.sf(n + 1) / survival.sf(n);
            near((survival.sf(2 * n) / (survival.sf(n) * ratio.powi(n as i32))).ln(), 0.0, 1e-7);
        }
    }

    #[test]
    fn falls_from_one_to_zero() {
        for (lower, upper) in [(2.0, 3.0), (11.0, 12.0), (5.0, 1000.0), (2e9, 2e9)] {
            let survival = LineDistribution::new(lower, upper);
            let mut last = 1.0 + 1e-15;
            for exponent in 0..64 {
                let value = survival.sf(1 << exponent);
                assert!((0.0..=last + 1e-14).contains(&value), "{value} after {last}");
                last = value;
            }
            assert!(last < 1e-15 || lower > 1e9);
        }
        assert!(LineDistribution::new(5.0, 5.0).error(1000) < 2e-12);
        assert!((1e-9..1e-7).contains(&LineDistribution::new(5.0, f64::INFINITY).error(10_000)));
    }
}
