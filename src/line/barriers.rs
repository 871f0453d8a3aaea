//! Home or canal: a walk between two barriers, or to a single one for a limited time.

use super::boundary::Bounds;
use super::exact::{ExitMoments, Survival, sides};
use super::layer::on_the_line;
use super::simd::test_every_step;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::stats::{Digest, EstimateWithExact, Tally, binomial, restricted_mean};
use crate::stream::UNIT;
use crate::walk::record::Record;
use crate::walk::source::{Target, WalkerSource};
use crate::walk::{ProblemKernel, SurvivalFunction, Walk, records};

/// How far barriers and start may be from the origin: 2^30.
const FARTHEST: f64 = 1_073_741_824.0;

/// The longest horizon of a walk to a single barrier: in so many steps nobody gets to the other end of 64 bits.
const LONGEST: u64 = (1 << 30) - 1;

/// The problem of [`Walk::between`]: a barrier at -`lower`, one at +`upper`, a start between them, and perhaps a horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Barriers {
    lower: Option<f64>,
    upper: Option<f64>,
    start: f64,
    horizon: Option<u64>,
}

impl Walk<Barriers> {
    /// Walks until at -`lower` or below, or at +`upper` or above; both at most 2^30 from the origin, in largest steps. `lower` may
    /// be negative: a barrier above the origin. See [`first_exit`].
    #[must_use]
    pub fn between(lower: f64, upper: f64) -> Self {
        Self::new(Barriers { lower: Some(lower), upper: Some(upper), start: 0.0, horizon: None })
    }

    /// Walks until at +`upper` or above, for at most `horizon` steps. Without a horizon the mean time would be infinite.
    #[must_use]
    pub fn up_to(upper: f64, horizon: u64) -> Self {
        Self::new(Barriers { lower: None, upper: Some(upper), start: 0.0, horizon: Some(horizon) })
    }

    /// Walks until at -`lower` or below, for at most `horizon` steps.
    #[must_use]
    pub fn down_to(lower: f64, horizon: u64) -> Self {
        Self::new(Barriers { lower: Some(lower), upper: None, start: 0.0, horizon: Some(horizon) })
    }

    /// Starts there, between the barriers, rounded to a multiple of 2^-31 (ties to even). Default: 0.
    #[must_use]
    pub fn start(mut self, start: f64) -> Self {
        self.problem.start = start;
        self
    }

    /// Walks that have not crossed after so many steps end there, and count as censored.
    #[must_use]
    pub fn horizon(mut self, horizon: u64) -> Self {
        self.problem.horizon = Some(horizon);
        self
    }

    /// Whether the problem can be run, without running it.
    ///
    /// # Errors
    /// [`Error::Argument`] for barriers or a start that are not numbers, too far off or not in their order, for a horizon of zero
    /// or, with one barrier, of 2^30 steps or more, and for no walkers.
    pub fn check(&self) -> Result<()> {
        self.problem.targets(self.seed)?;
        self.check_walkers()
    }
}

impl Barriers {
    /// The start, and the barriers seen from it.
    fn place(&self) -> Result<(i64, Bounds)> {
        for (argument, value) in [("lower", self.lower), ("upper", self.upper), ("start", Some(self.start))] {
            if let Some(value) = value.filter(|value| !(-FARTHEST..=FARTHEST).contains(value)) {
                return Err(Error::argument(argument, value, "a number from -1073741824 to 1073741824 (2^30)"));
            }
        }
        if let (Some(lower), Some(upper)) = (self.lower, self.upper)
            && -lower >= upper
        {
            let expected = format!("a barrier at -lower below the one at upper, which is at {upper}");
            return Err(Error::argument("lower", format_args!("{lower}, a barrier at {}", -lower), expected));
        }
        match self.horizon {
            Some(0) => return Err(Error::argument("horizon", 0, "at least 1")),
            Some(horizon) if horizon > LONGEST && (self.lower.is_none() || self.upper.is_none()) => {
                let expected = format!("at most {LONGEST} (2^30 - 1) with a single barrier");
                return Err(Error::argument("horizon", horizon, expected));
            }
            _ => {}
        }
        let start = (self.start * UNIT).round_ties_even() as i64;
        let low = self.lower.map(|lower| (-lower * UNIT).floor() as i64);
        let high = self.upper.map(|upper| (upper * UNIT).ceil() as i64);
        if low.is_some_and(|low| start <= low) || high.is_some_and(|high| start >= high) {
            let (low, high) = (self.lower.map(|lower| -lower), self.upper);
            let expected = match (low, high) {
                (Some(low), Some(high)) => format!("a start between the barriers, above {low} and below {high}"),
                (Some(low), None) => format!("a start above the barrier, which is at {low}"),
                (_, high) => format!("a start below the barrier, which is at {}", high.unwrap_or(f64::NAN)),
            };
            return Err(Error::argument("start", self.start, expected));
        }
        let far = Bounds::FARTHEST.above;
        let below = low.map_or(far, |low| start.abs_diff(low));
        let above = high.map_or(far, |high| start.abs_diff(high));
        Ok((start, Bounds { below, above }))
    }

    /// Distances from the start down to the lower barrier and up to the upper one; infinite without one.
    fn distances(&self) -> (f64, f64) {
        let distance = |barrier: Option<f64>| barrier.unwrap_or(f64::INFINITY);
        (distance(self.lower) + self.start, distance(self.upper) - self.start)
    }
}

impl ProblemKernel for Barriers {
    type Boundary = Bounds;

    fn targets(&self, seed: u64) -> Result<Vec<Target<Bounds>>> {
        let (_, barrier) = self.place()?;
        Ok(vec![Target::new(barrier, seed)])
    }

    fn horizon(&self) -> u64 {
        self.horizon.unwrap_or(u64::MAX)
    }

    fn start(&self) -> i64 {
        self.place().map_or(0, |(start, _)| start)
    }

    fn survival(&self) -> Option<SurvivalFunction> {
        let (below, above) = self.distances();
        let survival = Survival::new(below, above);
        Some(Box::new(move |steps| survival.after(steps)))
    }

    fn walk<F: WalkerSource<Boundary = Bounds>>(&self, targets: &[Target<Bounds>], plan: &Plan, source: &mut F) {
        on_the_line(test_every_step(targets), plan, source);
    }
}

/// What is kept of walks between barriers.
#[derive(Clone, Default)]
struct Ends {
    below: Tally,
    above: Tally,
    censored: u64,
}

impl Record<Bounds> for Ends {
    #[inline(always)]
    fn record(&mut self, _: &Bounds, time: u64, position: &[i64]) {
        let side = if position[0] < 0 { &mut self.below } else { &mut self.above };
        side.record(time, position[0]);
    }

    fn censor(&mut self, _: &Bounds, _: u64, _: &[i64]) {
        self.censored += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.below.merge(&other.below);
        self.above.merge(&other.above);
        self.censored += other.censored;
    }
}

/// Where and when walks between two barriers ended: exact tallies for each side, and the estimates that they give.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FirstExit {
    /// The problem.
    pub problem: Barriers,
    /// Walks that ended at the lower barrier or below. (The field `below` of both tallies says the same once more.)
    pub below: Tally,
    /// Walks that ended at the upper barrier or above.
    pub above: Tally,
    /// Walks that the horizon ended, each after just so many steps.
    pub censored: u64,
}

/// First exits from between two barriers: P(lower side first), E\[T\] and E\[T | side\], with their exact values.
///
/// A walker starts at `start`, between a barrier at -`lower` and one at +`upper`, and moves by U\[-1, 1) in each step, all in
/// largest steps. Its walk ends when its position is at a barrier or beyond, or at the horizon.
///
/// Exact values: with K f(x) = 1/2 * integral of f over \[x-1, x+1\] between the barriers, u = g + K u for the probability of the
/// upper side, m = 1 + K m for the mean time, w = u + K w for the mean time on walks that end there. With a horizon: P(T > n) =
/// K^n 1.
///
/// Deterministic: the same bits for every `exec`. Cost: half a draw for each step, and E\[T\] is about 3 (a + 0.298)(b + 0.298) steps
/// for distances a and b; memory for the tallies alone.
///
/// # Errors
/// [`Error::Argument`] as [`Walk::check`] and [`Exec::plan`] say; [`Error::Stopped`] if the watch was told to stop.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, first_exit};
///
/// // The canal is 20 steps to the left, home 80 to the right.
/// let exit = first_exit(&Walk::between(20.0, 80.0).samples(10_000), &Exec::default())?;
/// let canal = exit.probability_below();
/// assert!((canal.exact.unwrap() - 80.298 / 100.596).abs() < 1e-5);
/// assert!(canal.z().unwrap().abs() < 4.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Feller, "An Introduction to Probability Theory and Its Applications", volume 2, 1971, sections XII.2 and XVIII.2.
pub fn first_exit(walk: &Walk<Barriers>, exec: &Exec) -> Result<FirstExit> {
    walk.check()?;
    let targets = walk.problem.targets(walk.seed)?;
    let ends = records::<_, Ends>(walk, &targets, &exec.plan()?)?.swap_remove(0);
    Ok(FirstExit { problem: walk.problem.clone(), below: ends.below, above: ends.above, censored: ends.censored })
}

impl FirstExit {
    /// How many walks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.below.samples + self.above.samples + self.censored
    }

    /// The exact values of a walk without a horizon between two barriers, from the integral equations; `None` for others. Computed
    /// at each call, in some milliseconds.
    #[must_use]
    pub fn exact(&self) -> Option<ExitMoments> {
        let (below, above) = self.problem.distances();
        (self.problem.horizon.is_none() && (below + above).is_finite()).then(|| sides(below, above))
    }

    /// The exact P(T > n), by iterating the integral operator. Made at each call: keep it.
    #[must_use]
    pub fn survival(&self) -> Survival {
        let (below, above) = self.problem.distances();
        Survival::new(below, above)
    }

    /// The probability to end at the lower barrier; with a horizon, to do so before it.
    #[must_use]
    pub fn probability_below(&self) -> EstimateWithExact {
        let estimate = binomial(self.below.samples, self.samples());
        let exact = match (self.problem.horizon, self.problem.upper) {
            (None, _) => self.exact().map(|exact| exact.below),
            // All that have not survived have ended here.
            (Some(horizon), None) => Some(1.0 - self.survival().after(horizon)),
            _ => None,
        };
        EstimateWithExact { estimate, exact }
    }

    /// The probability to end at the upper barrier; with a horizon, to do so before it.
    #[must_use]
    pub fn probability_above(&self) -> EstimateWithExact {
        let estimate = binomial(self.above.samples, self.samples());
        let exact = match (self.problem.horizon, self.problem.lower) {
            (None, _) => self.exact().map(|exact| exact.above),
            (Some(horizon), None) => Some(1.0 - self.survival().after(horizon)),
            _ => None,
        };
        EstimateWithExact { estimate, exact }
    }

    /// The probability to be under way still at the horizon; zero, exactly, without one.
    #[must_use]
    pub fn probability_censored(&self) -> EstimateWithExact {
        let exact = self.problem.horizon.map_or(0.0, |horizon| self.survival().after(horizon));
        EstimateWithExact { estimate: binomial(self.censored, self.samples()), exact: Some(exact) }
    }

    /// E\[T\]; with a horizon h, E\[min(T, h)\], which is below E\[T\].
    #[must_use]
    pub fn mean(&self) -> EstimateWithExact {
        let estimate = restricted_mean([&self.below, &self.above], self.censored, self.problem.horizon);
        let exact = match self.problem.horizon {
            None => self.exact().map(|exact| exact.mean),
            Some(horizon) => Some(self.survival().mean_until(horizon)),
        };
        EstimateWithExact { estimate, exact }
    }

    /// E\[T\] given that the walk ended at the lower barrier (before the horizon, if there is one).
    #[must_use]
    pub fn mean_below(&self) -> EstimateWithExact {
        EstimateWithExact { estimate: self.below.estimate(), exact: self.exact().map(|exact| exact.mean_below) }
    }

    /// E\[T\] given that the walk ended at the upper barrier (before the horizon, if there is one).
    #[must_use]
    pub fn mean_above(&self) -> EstimateWithExact {
        EstimateWithExact { estimate: self.above.estimate(), exact: self.exact().map(|exact| exact.mean_above) }
    }

    /// What the walks say of E\[T\] for certain, but for their standard error: from E\[min(T, h)\] up to that plus the censored share times
    /// the longest mean time that may be left, which is that from the middle. Infinite with a single barrier; both ends are the
    /// same if nothing was censored.
    #[must_use]
    pub fn mean_bounds(&self) -> Option<(f64, f64)> {
        let mean = self.mean().estimate?.value;
        let (below, above) = self.problem.distances();
        let share = self.censored as f64 / self.samples() as f64;
        let left = if self.censored == 0 {
            0.0
        } else if (below + above).is_finite() {
            let middle = f64::midpoint(below, above);
            share * sides(middle, middle).mean
        } else {
            f64::INFINITY
        };
        Some((mean, mean + left))
    }

    /// A 64-bit hash of the exact tallies: equal results have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        self.below.digest(&mut digest);
        self.above.digest(&mut digest);
        digest.add(u128::from(self.censored));
        digest.finish()
    }
}
