//! First exits from the interval between two barriers, or through a single barrier within a horizon.

use super::boundary::{Bounds, MEAN_OVERSHOOT};
#[cfg(feature = "exact")]
use super::exact::{ExitMoments, Survival, exit_moments};
use super::layer::on_the_line;
use super::simd::test_every_step;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::merge::{Description, ExactSums, Origin, Parts};
use crate::stats::{Digest, EstimateWithExact, Tally, add_checked, if_exact, restricted_mean, share};
use crate::stream::UNIT;
#[cfg(feature = "exact")]
use crate::walk::SurvivalFunction;
use crate::walk::record::Record;
#[cfg(feature = "exact")]
use crate::walk::solved::Solved;
use crate::walk::source::{Target, WalkerSource};
use crate::walk::{Problem, ProblemKernel, Walk, records};

/// The maximum distance of barriers and start from the origin: 2^30.
const MAX_POSITION: f64 = 1_073_741_824.0;

/// The maximum horizon of a walk to a single barrier: positions fit into 64 bits for this number of steps.
const MAX_SINGLE_HORIZON: u64 = (1 << 30) - 1;

/// The problem of [`Walk::between`]: a barrier at `lower`, one at `upper`, a start between them, and optionally a
/// horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Barriers {
    lower: Option<f64>,
    upper: Option<f64>,
    start: f64,
    horizon: Option<u64>,
    #[cfg(feature = "exact")]
    solved: SolvedBarriers,
}

/// The exact solutions of the problem that have been computed so far.
#[cfg(feature = "exact")]
#[derive(Clone, Debug, Default, PartialEq)]
struct SolvedBarriers {
    moments: Solved<ExitMoments>,
    survival: Solved<Survival>,
    /// E\[T\] from the middle between the barriers, which is the maximum over all starts.
    max_mean: Solved<f64>,
}

impl Walk<Barriers> {
    /// Walks until the position is at most `lower` or at least `upper`. Both are signed positions in units of the
    /// largest step, at most 2^30 from the origin. See [`first_exit`].
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
        let Barriers { lower, upper, horizon, .. } = self.problem;
        self.problem = Barriers { start, ..Barriers::new(lower, upper, horizon) };
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
        self.problem.targets(self.seed)?;
        self.check_walkers()
    }
}

impl Barriers {
    fn new(lower: Option<f64>, upper: Option<f64>, horizon: Option<u64>) -> Self {
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
    fn exact(&self) -> Option<&ExitMoments> {
        let (lower, upper) = self.distances();
        let known = self.horizon.is_none() && (lower + upper).is_finite();
        known.then(|| self.solved.moments.get(|| exit_moments(lower, upper)))
    }

    #[cfg(feature = "exact")]
    fn exact_survival(&self) -> &Survival {
        let (lower, upper) = self.distances();
        self.solved.survival.get(|| Survival::new(lower, upper))
    }

    /// The start, and the barriers as distances from it.
    fn start_and_bounds(&self) -> Result<(i64, Bounds)> {
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
    fn distances(&self) -> (f64, f64) {
        let distance = |barrier: Option<f64>| barrier.map_or(f64::INFINITY, |barrier| (barrier - self.start).abs());
        (distance(self.lower), distance(self.upper))
    }
}

impl Problem for Barriers {
    type Result = FirstExit;
}

impl ProblemKernel for Barriers {
    type Boundary = Bounds;
    type Record = ExitRecord;

    fn targets(&self, seed: u64) -> Result<Vec<Target<Bounds>>> {
        let (_, barrier) = self.start_and_bounds()?;
        Ok(vec![Target::new(barrier, seed)])
    }

    fn horizon(&self) -> u64 {
        self.horizon.unwrap_or(u64::MAX)
    }

    fn start(&self) -> i64 {
        self.start_and_bounds().map_or(0, |(start, _)| start)
    }

    #[cfg(feature = "exact")]
    fn survival(&self) -> Option<SurvivalFunction> {
        let problem = self.clone();
        Some(Box::new(move |steps| problem.exact_survival().after(steps)))
    }

    /// E\[T\] or E\[min(T, h)\] of a diffusion with the variance of the steps, with each barrier moved outwards by the
    /// mean overshoot.
    fn steps_each(&self) -> f64 {
        let (lower, upper) = self.distances();
        let (lower, upper) = (lower + MEAN_OVERSHOOT, upper + MEAN_OVERSHOOT);
        let horizon = self.horizon.map_or(f64::INFINITY, |horizon| horizon as f64);
        let unrestricted = if (lower + upper).is_finite() {
            3.0 * lower * upper
        } else {
            2.0 * lower.min(upper) * (6.0 * horizon / std::f64::consts::PI).sqrt()
        };
        unrestricted.min(horizon)
    }

    fn describe(&self) -> Description {
        let barrier = |name, barrier: Option<f64>| Some((name, barrier?.to_string()));
        let problem = [
            barrier("lower", self.lower),
            barrier("upper", self.upper),
            Some(("start", self.start.to_string())),
            self.horizon.map(|horizon| ("horizon", horizon.to_string())),
        ];
        problem.into_iter().flatten().collect()
    }

    fn summary(&self, record: ExitRecord, origin: Origin) -> FirstExit {
        let ExitRecord { lower, upper, censored } = record;
        FirstExit { problem: self.clone(), lower, upper, censored, origin }
    }

    fn walk<F: WalkerSource<Boundary = Bounds>>(&self, targets: &[Target<Bounds>], plan: &Plan, source: &mut F) {
        on_the_line(test_every_step(targets), plan, source);
    }
}

/// The tallies of walks between barriers.
#[derive(Clone, Default)]
pub(crate) struct ExitRecord {
    lower: Tally,
    upper: Tally,
    censored: u64,
}

impl Record<Bounds> for ExitRecord {
    #[inline(always)]
    fn record(&mut self, _: &Bounds, time: u64, position: &[i64]) {
        let side = if position[0] < 0 { &mut self.lower } else { &mut self.upper };
        side.record(time, position[0]);
    }

    fn censor(&mut self, _: &Bounds, _: u64, _: &[i64]) {
        self.censored += 1;
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        add_checked!(self, other, censored);
        self.lower.merge(&other.lower)?;
        self.upper.merge(&other.upper)
    }
}

/// The first exits of walks between barriers: exact tallies for each side, and the estimates computed from them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FirstExit {
    /// The problem.
    pub problem: Barriers,
    /// Walks that ended at the lower barrier or below. (The field `lower` of each tally repeats this information.)
    pub lower: Tally,
    /// Walks that ended at the upper barrier or above.
    pub upper: Tally,
    /// The number of walks that ended at the horizon, each after exactly that number of steps.
    pub censored: u64,
    origin: Origin,
}

impl ExactSums for FirstExit {
    const KIND: &'static str = "first exit";

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn origin_mut(&mut self) -> &mut Origin {
        &mut self.origin
    }

    fn count(&self) -> u64 {
        self.samples()
    }

    fn sums(&self) -> Vec<(String, u128)> {
        let censored = ("censored".to_owned(), self.censored.into());
        [self.lower.sums("lower_"), self.upper.sums("upper_"), vec![censored]].concat()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        let record = |exit: &Self| ExitRecord { lower: exit.lower, upper: exit.upper, censored: exit.censored };
        let mut merged = record(self);
        merged.merge(&record(other))?;
        (self.lower, self.upper, self.censored) = (merged.lower, merged.upper, merged.censored);
        Ok(())
    }

    fn from_sums(parts: &Parts) -> Result<Self> {
        if parts.optional::<f64>("lower")?.is_none() {
            parts.value::<f64>("upper")?;
        }
        let problem = Barriers {
            start: parts.value("start")?,
            ..Barriers::new(parts.optional("lower")?, parts.optional("upper")?, parts.optional("horizon")?)
        };
        problem.start_and_bounds()?;
        let (lower, upper) = (Tally::from_sums(parts, "lower_")?, Tally::from_sums(parts, "upper_")?);
        let origin = Origin { problem: problem.describe(), ..Origin::default() };
        Ok(problem.summary(ExitRecord { lower, upper, censored: parts.sum("censored")? }, origin))
    }
}

/// Computes first exits from the interval between two barriers: P(lower side first), E\[T\] and E\[T | side\], with
/// their exact values.
///
/// A walker starts at `start`, between a barrier at `lower` and one at `upper`, and moves by U\[-1, 1) in each step.
/// All positions are in units of the largest step. The walk ends when the position is at or beyond a barrier, or at the
/// horizon.
///
/// Exact values: with K f(x) = 1/2 * integral of f over \[x-1, x+1\] between the barriers, u = g + K u for the
/// probability of the upper side, m = 1 + K m for the mean time, w = u + K w for the mean of T times the indicator of
/// the upper side. With a horizon: P(T > n) = K^n 1.
///
/// The result is deterministic and bit-identical for every `exec`. Cost: half a draw per step, and E\[T\] is about
/// 3 (a + 0.298)(b + 0.298) steps for distances a and b. Only the tallies need memory.
///
/// # Errors
/// [`Error::Argument`] under the conditions of [`Walk::check`] and [`Exec::plan`]; [`Error::Stopped`] if the run was
/// stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, first_exit};
///
/// // The barriers are 20 largest steps below the start and 80 above it.
/// let exit = first_exit(&Walk::between(-20.0, 80.0).samples(10_000), &Exec::default())?;
/// let lower = exit.probability_lower();
/// assert!((lower.exact.unwrap() - 80.298 / 100.596).abs() < 1e-5);
/// assert!(lower.z().unwrap().abs() < 4.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Feller, "An Introduction to Probability Theory and Its Applications", volume 2, 1971, sections XII.2 and
/// XVIII.2.
pub fn first_exit(walk: &Walk<Barriers>, exec: &Exec) -> Result<FirstExit> {
    walk.check()?;
    let targets = walk.problem.targets(walk.seed)?;
    let record = records(walk, &targets, &exec.plan()?)?.swap_remove(0);
    Ok(walk.problem.summary(record, walk.origin()))
}

impl FirstExit {
    /// The number of walks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.lower.samples.saturating_add(self.upper.samples).saturating_add(self.censored)
    }

    #[cfg(feature = "exact")]
    /// The exact values of a walk without a horizon between two barriers, from the integral equations; `None` for other
    /// walks. They are computed once, in a few milliseconds, and shared with the problem.
    #[must_use]
    pub fn exact(&self) -> Option<&ExitMoments> {
        self.problem.exact()
    }

    #[cfg(feature = "exact")]
    /// The exact P(T > n), by iterating the integral operator. It is computed once and shared with the problem.
    #[must_use]
    pub fn survival(&self) -> &Survival {
        self.problem.exact_survival()
    }

    /// The probability of ending at the lower barrier; with a horizon, of ending there within the horizon.
    #[must_use]
    pub fn probability_lower(&self) -> EstimateWithExact {
        let estimate = share(self.lower.samples, self.samples());
        let exact = if_exact!(match (self.problem.horizon, self.problem.upper) {
            (None, _) => self.exact().map(|exact| exact.lower),
            // All walks that have not survived have ended at this barrier.
            (Some(horizon), None) => Some(1.0 - self.survival().after(horizon)),
            _ => None,
        });
        EstimateWithExact { estimate, exact }
    }

    /// The probability of ending at the upper barrier; with a horizon, of ending there within the horizon.
    #[must_use]
    pub fn probability_upper(&self) -> EstimateWithExact {
        let estimate = share(self.upper.samples, self.samples());
        let exact = if_exact!(match (self.problem.horizon, self.problem.lower) {
            (None, _) => self.exact().map(|exact| exact.upper),
            (Some(horizon), None) => Some(1.0 - self.survival().after(horizon)),
            _ => None,
        });
        EstimateWithExact { estimate, exact }
    }

    /// The probability that a walk has not ended at a barrier within the horizon; exactly zero without a horizon.
    #[must_use]
    pub fn probability_censored(&self) -> EstimateWithExact {
        let exact = if_exact!(Some(self.problem.horizon.map_or(0.0, |horizon| self.survival().after(horizon))));
        EstimateWithExact { estimate: share(self.censored, self.samples()), exact }
    }

    /// E\[T\]; with a horizon h, E\[min(T, h)\], which is below E\[T\].
    #[must_use]
    pub fn mean(&self) -> EstimateWithExact {
        let estimate = restricted_mean([&self.lower, &self.upper], self.censored, self.problem.horizon);
        let exact = if_exact!(match self.problem.horizon {
            None => self.exact().map(|exact| exact.mean),
            Some(horizon) => Some(self.survival().mean_until(horizon)),
        });
        EstimateWithExact { estimate, exact }
    }

    /// E\[T\] given that the walk ended at the lower barrier (within the horizon, if there is one).
    #[must_use]
    pub fn mean_lower(&self) -> EstimateWithExact {
        EstimateWithExact {
            estimate: self.lower.estimate(),
            exact: if_exact!(self.exact().map(|exact| exact.mean_lower)),
        }
    }

    /// E\[T\] given that the walk ended at the upper barrier (within the horizon, if there is one).
    #[must_use]
    pub fn mean_upper(&self) -> EstimateWithExact {
        EstimateWithExact {
            estimate: self.upper.estimate(),
            exact: if_exact!(self.exact().map(|exact| exact.mean_upper)),
        }
    }

    #[cfg(feature = "exact")]
    /// Bounds on E\[T\] from the walks, apart from the standard error. The lower bound is E\[min(T, h)\]. The upper
    /// bound adds the censored share times the maximum mean remaining time, which is the mean time from the middle. The
    /// upper bound is infinite with a single barrier. Both bounds are equal if no walk was censored.
    #[must_use]
    pub fn mean_bounds(&self) -> Option<(f64, f64)> {
        let mean = self.mean().estimate?.value;
        let (lower, upper) = self.problem.distances();
        let share = self.censored as f64 / self.samples() as f64;
        let remaining = if self.censored == 0 {
            0.0
        } else if (lower + upper).is_finite() {
            let middle = f64::midpoint(lower, upper);
            share * self.problem.solved.max_mean.get(|| exit_moments(middle, middle).mean)
        } else {
            f64::INFINITY
        };
        Some((mean, mean + remaining))
    }

    /// A 64-bit hash of the exact tallies: equal results have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        self.lower.digest(&mut digest);
        self.upper.digest(&mut digest);
        digest.add(u128::from(self.censored));
        digest.finish()
    }
}
