//! First exits from the interval between two barriers, or through a single barrier within a horizon.

use super::barriers::Barriers;
use super::boundary::{Bounds, MEAN_OVERSHOOT};
#[cfg(feature = "exact")]
use super::exact::{ExitMoments, LineDistribution};
use super::layer::on_the_line;
use super::simd::test_every_step;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::merge::{CENSORED_WALKS, Description, ExactSums, Origin, Parts, impossible};
#[cfg(feature = "exact")]
use crate::run_control::RunControl;
#[cfg(feature = "exact")]
use crate::stats::Distribution;
use crate::stats::{Digest, EstimateWithExact, Tally, add_checked, if_exact, restricted};
use crate::walk::record::Record;
use crate::walk::source::{Target, WalkerSource};
use crate::walk::{Problem, ProblemKernel, Walk, records};

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
    fn distribution(&self, _: &RunControl) -> Result<Option<&dyn Distribution>> {
        Ok(Some(self.exact_distribution()))
    }

    #[cfg(feature = "exact")]
    fn solve(&self, _: &RunControl) -> Result<()> {
        if self.exact().is_none() {
            self.exact_distribution();
            self.sides();
        }
        Ok(())
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
        let censored = (CENSORED_WALKS.to_owned(), self.censored.into());
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
        let problem = Barriers::new(parts.optional("lower")?, parts.optional("upper")?, parts.optional("horizon")?);
        let problem = problem.with_start(parts.value("start")?);
        problem.start_and_bounds()?;
        if problem.horizon.is_none() && (problem.lower.is_none() || problem.upper.is_none()) {
            return Err(Error::invalid("parts", "a single barrier without a horizon", "two barriers, or a horizon"));
        }
        let [lower, upper] = ["lower_", "upper_"].map(|side| Tally::from_sums(parts, side, problem.horizon));
        let (lower, upper, censored) = (lower?, upper?, parts.censored(problem.horizon)?);
        let missing = |barrier: Option<f64>, side: &Tally| barrier.is_none() && side.samples > 0;
        if lower.lower != lower.samples || upper.lower != 0 {
            return impossible("walks on the wrong side");
        }
        if missing(problem.lower, &lower) || missing(problem.upper, &upper) {
            return impossible("walks to a barrier that does not exist");
        }
        let origin = Origin { problem: problem.describe(), ..Origin::default() };
        Ok(problem.summary(ExitRecord { lower, upper, censored }, origin))
    }
}

/// Computes first exits from the interval between two barriers: P(lower first), E\[T\] and E\[T | side\], with
/// their exact values.
///
/// A walker starts at `start`, between a barrier at `lower` and one at `upper`, and moves by U\[-1, 1) in each step.
/// All positions are in units of the largest step. The walk ends when the position is at or beyond a barrier, or at the
/// horizon.
///
/// Exact values: with K f(x) = 1/2 * integral of f over \[x-1, x+1\] between the barriers, u = g + K u for the
/// probability of the upper side, m = 1 + K m for the mean time, w = u + K w for the mean of T times the indicator of
/// the upper side. With a horizon: P(T > n) = K^n 1, and p_n = g + K p_(n-1) for leaving above within n steps.
///
/// The result is deterministic and bit-identical for every `exec`. Cost: half a draw per step, and E\[T\] is about
/// 3 (a + 0.298)(b + 0.298) steps for distances a and b. Only the tallies need memory.
///
/// # Errors
/// [`Error::Argument`](Error::Argument) under the conditions of [`Walk::check`] and [`Exec::plan`];
/// [`Error::Stopped`](Error::Stopped) if the run was stopped.
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
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn exact(&self) -> Option<&ExitMoments> {
        self.problem.exact()
    }

    #[cfg(feature = "exact")]
    /// The exact distribution of T without a horizon. It is computed once, in some milliseconds, and shared with the
    /// problem.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn distribution(&self) -> &LineDistribution {
        self.problem.exact_distribution()
    }

    /// The probability of ending at the lower barrier; with a horizon, of ending there within the horizon.
    #[must_use]
    pub fn probability_lower(&self) -> EstimateWithExact {
        let exact = if_exact!(match self.problem.sides() {
            None => self.exact().map(|exact| exact.lower),
            Some(sides) => Some(sides[0].probability),
        });
        let error = if_exact!(exact.and_then(|exact| self.problem.side_error(exact)));
        EstimateWithExact::of_share(self.lower.samples, self.samples(), exact).exact_within(error)
    }

    /// The probability of ending at the upper barrier; with a horizon, of ending there within the horizon.
    #[must_use]
    pub fn probability_upper(&self) -> EstimateWithExact {
        let exact = if_exact!(match self.problem.sides() {
            None => self.exact().map(|exact| exact.upper),
            Some(sides) => Some(sides[1].probability),
        });
        let error = if_exact!(exact.and_then(|exact| self.problem.side_error(exact)));
        EstimateWithExact::of_share(self.upper.samples, self.samples(), exact).exact_within(error)
    }

    /// The probability that a walk has not ended at a barrier within the horizon; exactly zero without a horizon.
    #[must_use]
    pub fn probability_censored(&self) -> EstimateWithExact {
        let exact = if_exact!(Some(self.problem.horizon.map_or(0.0, |horizon| self.distribution().sf(horizon))));
        let error = if_exact!(exact.map(|exact| self.problem.censored_error(exact)));
        EstimateWithExact::of_share(self.censored, self.samples(), exact).exact_within(error)
    }

    /// E\[T\]; with a horizon h, E\[min(T, h)\], which is below E\[T\].
    #[must_use]
    pub fn mean(&self) -> EstimateWithExact {
        let tally = restricted([&self.lower, &self.upper], self.censored, self.problem.horizon);
        let exact = if_exact!(match self.problem.horizon {
            None => self.exact().map(|exact| exact.mean),
            Some(horizon) => self.distribution().mean_until(horizon),
        });
        let error = if_exact!(exact.and_then(|exact| self.problem.mean_error(exact)));
        EstimateWithExact::of_times(tally.as_ref(), exact, if_exact!(self.problem.spread())).exact_within(error)
    }

    /// E\[T\] given that the walk ended at the lower barrier (within the horizon, if there is one).
    #[must_use]
    pub fn mean_lower(&self) -> EstimateWithExact {
        let exact = if_exact!(match self.problem.sides() {
            None => self.exact().map(|exact| exact.mean_lower),
            Some(sides) => sides[0].mean,
        });
        let error = if_exact!(exact.and_then(|exact| self.problem.side_mean_error(0, exact)));
        EstimateWithExact::of_times(Some(&self.lower), exact, if_exact!(self.problem.side_spreads()[0]))
            .exact_within(error)
    }

    /// E\[T\] given that the walk ended at the upper barrier (within the horizon, if there is one).
    #[must_use]
    pub fn mean_upper(&self) -> EstimateWithExact {
        let exact = if_exact!(match self.problem.sides() {
            None => self.exact().map(|exact| exact.mean_upper),
            Some(sides) => sides[1].mean,
        });
        let error = if_exact!(exact.and_then(|exact| self.problem.side_mean_error(1, exact)));
        EstimateWithExact::of_times(Some(&self.upper), exact, if_exact!(self.problem.side_spreads()[1]))
            .exact_within(error)
    }

    #[cfg(feature = "exact")]
    /// Bounds on E\[T\] from the walks, apart from the standard error. The lower bound is E\[min(T, h)\]. The upper
    /// bound adds the exact P(T > h) times the maximum mean remaining time, which is the mean time from the middle. The
    /// upper bound is infinite with a single barrier. Both bounds are equal without a horizon.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn mean_bounds(&self) -> Option<(f64, f64)> {
        let mean = self.mean().estimate?.value;
        let Some(horizon) = self.problem.horizon else { return Some((mean, mean)) };
        Some((mean, mean + self.distribution().sf(horizon) * self.problem.max_mean()))
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
