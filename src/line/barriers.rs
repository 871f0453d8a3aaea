//! The problem of a walk between two barriers, or to a single barrier within a horizon.

use super::boundary::Bounds;
#[cfg(feature = "exact")]
use super::exact::{ExitMoments, LineDistribution, Side, exit_moments};
use crate::error::{Error, Result};
#[cfg(feature = "exact")]
use crate::stats::{Spread, spread_until, spread_within};
use crate::stream::UNIT;
use crate::walk::Walk;
#[cfg(feature = "exact")]
use crate::walk::solved::Solved;

/// The maximum distance of barriers and start from the origin: 2^30.
const MAX_POSITION: f64 = 1_073_741_824.0;

/// The maximum horizon of a walk to a single barrier: positions fit into 64 bits for this number of steps.
const MAX_SINGLE_HORIZON: u64 = (1 << 30) - 1;

/// The problem of [`Walk::between`]: a barrier at `lower`, one at `upper`, a start between them, and optionally a
/// horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Barriers {
    pub(super) lower: Option<f64>,
    pub(super) upper: Option<f64>,
    pub(super) start: f64,
    pub(super) horizon: Option<u64>,
    #[cfg(feature = "exact")]
    solved: SolvedBarriers,
}

/// The exact solutions of the problem that have been computed so far.
#[cfg(feature = "exact")]
#[derive(Clone, Debug, Default, PartialEq)]
struct SolvedBarriers {
    moments: Solved<ExitMoments>,
    distribution: Solved<LineDistribution>,
    /// The walks that leave within the horizon, through the lower and through the upper barrier.
    sides: Solved<[Side; 2]>,
    /// E\[T\] from the middle between the barriers, which is the maximum over all starts.
    max_mean: Solved<f64>,
    /// The spread of min(T, h), and of T among the walks that end within the horizon.
    spread: Solved<Option<Spread>>,
    spread_within: Solved<Option<f64>>,
}

impl Walk<Barriers> {
    /// Walks until the position is at most `lower` or at least `upper`. Both are signed positions in units of the
    /// largest step, at most 2^30 from the origin. See [`first_exit`](crate::first_exit).
    ///
    /// ```
    /// use lanewalk::{Exec, Walk, first_exit};
    ///
    /// // From 0 the nearer barrier, at -20, is four times as likely.
    /// let exit = first_exit(&Walk::between(-20.0, 80.0), &Exec::default())?;
    /// assert!(exit.lower.samples > 2 * exit.upper.samples);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn between(lower: f64, upper: f64) -> Self {
        Self::new(Barriers::new(Some(lower), Some(upper), None))
    }

    /// Walks until the position is at least `upper`, for at most `horizon` steps. Without a horizon the mean time is
    /// infinite.
    #[must_use]
    pub fn up_to(upper: f64, horizon: u64) -> Self {
        Self::new(Barriers::new(None, Some(upper), Some(horizon)))
    }

    /// Walks until the position is at most `lower`, for at most `horizon` steps.
    #[must_use]
    pub fn down_to(lower: f64, horizon: u64) -> Self {
        Self::new(Barriers::new(Some(lower), None, Some(horizon)))
    }

    /// Starts at `start`, between the barriers. The start is rounded to a multiple of 2^-31 (ties to even). Default: 0.
    #[must_use]
    pub fn start(mut self, start: f64) -> Self {
        self.problem = self.problem.with_start(start);
        self
    }

    /// Ends walks that have not crossed after `horizon` steps. These walks count as censored.
    #[must_use]
    pub fn horizon(mut self, horizon: u64) -> Self {
        self.problem.horizon = Some(horizon);
        self
    }

    #[cfg(feature = "exact")]
    /// The exact probabilities and mean times of a walk without a horizon between two barriers; `None` for other walks.
    /// The first call computes them, in a few milliseconds; clones and results share them.
    ///
    /// # Errors
    /// [`Error::Argument`] under the conditions of [`Walk::check`](Self::check), except those for the walkers.
    ///
    /// ```
    /// let walk = lanewalk::Walk::between(-20.0, 80.0);
    /// assert!((walk.exact()?.unwrap().lower - 80.298 / 100.596).abs() < 1e-5);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    ///
    /// Requires the feature `exact`.
    pub fn exact(&self) -> Result<Option<&ExitMoments>> {
        self.problem.start_and_bounds()?;
        Ok(self.problem.exact())
    }

    /// Checks whether the problem can be run, without running it.
    ///
    /// # Errors
    /// [`Error::Argument`] for barriers or a start that are not numbers, are too far from the origin or are in the
    /// wrong order, for a horizon of zero, for a horizon of 2^30 steps or more with one barrier, and if there are no
    /// walkers.
    pub fn check(&self) -> Result<()> {
        self.problem.start_and_bounds()?;
        self.check_walkers()
    }
}

impl Barriers {
    pub(super) fn new(lower: Option<f64>, upper: Option<f64>, horizon: Option<u64>) -> Self {
        Self {
            lower,
            upper,
            start: 0.0,
            horizon,
            #[cfg(feature = "exact")]
            solved: SolvedBarriers::default(),
        }
    }

    #[cfg(feature = "exact")]
    /// The exact values without a horizon, between two barriers.
    pub(super) fn exact(&self) -> Option<&ExitMoments> {
        let (lower, upper) = self.distances();
        let known = self.horizon.is_none() && (lower + upper).is_finite();
        known.then(|| self.solved.moments.get(|| exit_moments(lower, upper)))
    }

    #[cfg(feature = "exact")]
    /// The spread of T, or of min(T, h).
    pub(super) fn spread(&self) -> Option<Spread> {
        let Some(horizon) = self.horizon else {
            return self.exact().map(|exact| Spread::Exact { std_dev: exact.std_dev, skewness: exact.skewness });
        };
        *self.solved.spread.get(|| spread_until(self.exact_distribution(), horizon))
    }

    #[cfg(feature = "exact")]
    /// A bound on the relative error of P(T > h) with this exact value. Without a horizon, no walk is censored.
    pub(super) fn censored_error(&self, exact: f64) -> f64 {
        self.horizon.map_or(0.0, |horizon| self.exact_distribution().error(horizon) / exact)
    }

    #[cfg(feature = "exact")]
    /// A bound on the relative error of the probability of a side with this exact value.
    pub(super) fn side_error(&self, exact: f64) -> Option<f64> {
        match self.horizon {
            None => self.exact().map(|exact| exact.relative_error),
            Some(horizon) => Some(self.exact_distribution().side_error(horizon) / exact),
        }
    }

    #[cfg(feature = "exact")]
    /// A bound on the relative error of E\[T\] of the walks that leave on this side (0 is the lower one), with this
    /// exact value: that of the sum of all times, and that of their number.
    pub(super) fn side_mean_error(&self, side: usize, exact: f64) -> Option<f64> {
        let Some(horizon) = self.horizon else { return self.exact().map(|exact| exact.relative_error) };
        let (error, share) = (self.exact_distribution().side_error(horizon), self.sides()?[side].probability);
        Some(error * (horizon as f64 / exact + 1.0) / share)
    }

    #[cfg(feature = "exact")]
    /// A bound on the relative error of E\[T\] or E\[min(T, h)\] with this exact value.
    pub(super) fn mean_error(&self, exact: f64) -> Option<f64> {
        match self.horizon {
            None => self.exact().map(|exact| exact.relative_error),
            // The sum of h values of P(T > n).
            Some(horizon) => Some(horizon as f64 * self.exact_distribution().error(horizon) / exact),
        }
    }

    #[cfg(feature = "exact")]
    /// The skewness of T among all walks that end within the horizon.
    fn spread_within(&self) -> Option<f64> {
        let within = |horizon| match spread_within(self.exact_distribution(), horizon) {
            Some(Spread::Skewness(skewness)) => Some(skewness),
            _ => None,
        };
        *self.solved.spread_within.get(|| self.horizon.and_then(within))
    }

    #[cfg(feature = "exact")]
    /// The spreads of T among the walks that end at the lower and at the upper barrier. With a horizon, the times to a
    /// side are less skewed than without one, and less than those of all walks that end within it.
    pub(super) fn side_spreads(&self) -> [Option<Spread>; 2] {
        let (lower, upper) = self.distances();
        if (lower + upper).is_finite() {
            let exact = self.solved.moments.get(|| exit_moments(lower, upper));
            return [exact.skewness_lower, exact.skewness_upper].map(|skewness| {
                let within = self.spread_within();
                let limited = |within: f64| if within.abs() < skewness.abs() { within } else { skewness };
                Some(Spread::Skewness(within.map_or(skewness, limited)))
            });
        }
        [self.spread_within().map(Spread::Skewness); 2]
    }

    #[cfg(feature = "exact")]
    /// The walks that leave within the horizon, through the lower and through the upper barrier.
    pub(super) fn sides(&self) -> Option<&[Side; 2]> {
        let ((lower, upper), horizon) = (self.distances(), self.horizon?);
        // No walk leaves through a missing barrier.
        let side = |this: f64, other| if this.is_finite() { Side::new(this, other, horizon) } else { Side::NONE };
        Some(self.solved.sides.get(|| [side(lower, upper), side(upper, lower)]))
    }

    #[cfg(feature = "exact")]
    /// The exact distribution of T without a horizon.
    pub(super) fn exact_distribution(&self) -> &LineDistribution {
        let (lower, upper) = self.distances();
        self.solved.distribution.get(|| LineDistribution::new(lower, upper))
    }

    #[cfg(feature = "exact")]
    /// E\[T\] from the middle between the barriers, which is the maximum over all starts. Infinite for one barrier.
    pub(super) fn max_mean(&self) -> f64 {
        let (lower, upper) = self.distances();
        let middle = f64::midpoint(lower, upper);
        if middle.is_finite() { *self.solved.max_mean.get(|| exit_moments(middle, middle).mean) } else { f64::INFINITY }
    }

    /// The problem with another start. The horizon does not change.
    pub(super) fn with_start(self, start: f64) -> Self {
        // Adding 0 turns -0 into 0.
        Self { start: start + 0.0, ..Self::new(self.lower, self.upper, self.horizon) }
    }

    /// The start, and the barriers as distances from it.
    pub(super) fn start_and_bounds(&self) -> Result<(i64, Bounds)> {
        for (argument, value) in [("lower", self.lower), ("upper", self.upper), ("start", Some(self.start))] {
            if let Some(value) = value.filter(|value| !(-MAX_POSITION..=MAX_POSITION).contains(value)) {
                return Err(Error::invalid(argument, value, "a number from -1073741824 to 1073741824 (2^30)"));
            }
        }
        if let (Some(lower), Some(upper)) = (self.lower, self.upper)
            && lower >= upper
        {
            return Err(Error::invalid("lower", lower, format!("a barrier below the upper one, which is at {upper}")));
        }
        match self.horizon {
            Some(0) => return Err(Error::invalid("horizon", 0, "at least 1")),
            Some(horizon) if horizon > MAX_SINGLE_HORIZON && (self.lower.is_none() || self.upper.is_none()) => {
                let expected = format!("at most {MAX_SINGLE_HORIZON} (2^30 - 1) with a single barrier");
                return Err(Error::invalid("horizon", horizon, expected));
            }
            _ => {}
        }
        let start = (self.start * UNIT).round_ties_even() as i64;
        let low = self.lower.map(|lower| (lower * UNIT).floor() as i64);
        let high = self.upper.map(|upper| (upper * UNIT).ceil() as i64);
        let outside =
            (low.filter(|low| start <= *low).and(self.lower), high.filter(|high| start >= *high).and(self.upper));
        match outside {
            (None, None) => {}
            // The start is the default, so the error names the barrier that is on the wrong side of it.
            (Some(lower), _) if self.start == 0.0 => {
                return Err(Error::invalid("lower", lower, "a barrier below the start, which is at 0"));
            }
            (_, Some(upper)) if self.start == 0.0 => {
                return Err(Error::invalid("upper", upper, "a barrier above the start, which is at 0"));
            }
            _ => {
                let expected = match (self.lower, self.upper) {
                    (Some(lower), Some(upper)) => {
                        format!("a start above {lower} and below {upper}, between the barriers")
                    }
                    (Some(lower), None) => format!("a start above the barrier, which is at {lower}"),
                    (_, upper) => format!("a start below the barrier, which is at {}", upper.unwrap_or(f64::NAN)),
                };
                return Err(Error::invalid("start", self.start, expected));
            }
        }
        let far = Bounds::MAX.upper;
        let lower = low.map_or(far, |low| start.abs_diff(low));
        let upper = high.map_or(far, |high| start.abs_diff(high));
        Ok((start, Bounds { lower, upper }))
    }

    /// Distances from the start down to the lower barrier and up to the upper one; infinite for a missing barrier.
    pub(super) fn distances(&self) -> (f64, f64) {
        let distance = |barrier: Option<f64>| barrier.map_or(f64::INFINITY, |barrier| (barrier - self.start).abs());
        (distance(self.lower), distance(self.upper))
    }
}
