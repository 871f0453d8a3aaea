//! First exits from a ball or a cube: the tallies, and the estimates computed from them.

use super::boundary::{RegionBoundary, WalkKind, squared};
#[cfg(feature = "exact")]
use super::exact::RegionDistribution;
use super::layer::run;
use super::region::{Region, Shape};
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
#[cfg(feature = "exact")]
use crate::line::exact::Moments;
use crate::merge::{CENSORED_WALKS, Description, ExactSums, Origin, Parts, impossible};
#[cfg(feature = "exact")]
use crate::run_control::RunControl;
#[cfg(feature = "exact")]
use crate::stats::Distribution;
use crate::stats::{
    Digest, Estimate, EstimateWithExact, Spread, Tally, add_checked, if_exact, restricted, sample_variance, sums_exist,
};
use crate::walk::record::Record;
use crate::walk::source::{Target, WalkerSource};
use crate::walk::{Problem, ProblemKernel, Walk, records};

impl Problem for Region {
    type Result = RegionExit;
}

impl ProblemKernel for Region {
    type Boundary = RegionBoundary;
    type Record = RegionRecord;

    fn targets(&self, seed: u64) -> Result<Vec<Target<RegionBoundary>>> {
        Ok(vec![Target::new(self.boundary()?, seed)])
    }

    fn horizon(&self) -> u64 {
        self.horizon.unwrap_or(u64::MAX)
    }

    fn coordinates(&self) -> usize {
        self.dimensions
    }

    #[cfg(feature = "exact")]
    fn distribution(&self, _: &RunControl) -> Result<Option<&dyn Distribution>> {
        Ok(self.exact_distribution().map(|exact| exact as &dyn Distribution))
    }

    #[cfg(feature = "exact")]
    fn solve(&self, control: &RunControl) -> Result<()> {
        self.asymptotic(control)?;
        if self.horizon.is_some() {
            self.exact_distribution();
        }
        Ok(())
    }

    fn check_count(&self, count: u64) -> Result<()> {
        let boundary = self.boundary()?;
        // Each summand is at most the largest excess, or the product of a coarse excess of 40 bits and a time of 50
        // bits.
        let max_count = u128::MAX / boundary.largest_excess().max(1 << 90);
        if u128::from(count) > max_count {
            let expected = format!("at most {max_count} for a radius of {}", self.radius);
            return Err(Error::invalid("walkers", count, expected));
        }
        Ok(())
    }

    /// An approximate mean, within a few percent for balls and within some tens of percent for cubes.
    fn steps_each(&self) -> f64 {
        let Self { dimensions, shape, radius, horizon, .. } = *self;
        let d = dimensions as f64;
        let share = if shape == Shape::Ball { 1.0 / d } else { 1.0 / (1.0 + 0.7 * (d - 1.0).powf(0.7)) };
        let each = 3.0 * (radius + 0.3).powi(2) * share + 1.0;
        each.min(horizon.map_or(f64::INFINITY, |horizon| horizon as f64))
    }

    fn describe(&self) -> Description {
        let mut problem = vec![
            ("dimensions", self.dimensions.to_string()),
            ("shape", self.shape.to_string()),
            ("radius", self.radius.to_string()),
        ];
        problem.extend(self.horizon.map(|horizon| ("horizon", horizon.to_string())));
        problem
    }

    fn summary(&self, record: RegionRecord, origin: Origin) -> RegionExit {
        let Self { dimensions, shape, radius, horizon, .. } = *self;
        let RegionRecord { tally, excess, censored } = record;
        RegionExit { dimensions, shape, radius, horizon, tally, excess, censored, problem: self.clone(), origin }
    }

    fn walk<F: WalkerSource<Boundary = RegionBoundary>>(
        &self,
        targets: &[Target<RegionBoundary>],
        plan: &Plan,
        source: &mut F,
    ) {
        let kind = match self.shape {
            Shape::Ball => WalkKind::ExitBall,
            Shape::Cube => WalkKind::ExitCube,
        };
        run(kind, targets[0].boundary, plan, source);
    }
}

/// Exact sums over walks of the excess e = |S|^2 - B^2 at the exit, for the radius B in units of 2^-31.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Excess {
    /// Sum of e, in units of 2^-62.
    pub sum: u128,
    /// Sum of u, which is e shifted right so that at most 40 bits remain. It is coarse enough to be squared.
    pub sum_coarse: u128,
    /// Sum of u^2.
    pub sum_squares: u128,
    /// Sum of T u.
    pub sum_products: u128,
}

impl Excess {
    /// Whether the walks of this tally can have these sums.
    fn is_possible(&self, boundary: &RegionBoundary, tally: &Tally) -> bool {
        let Self { sum, sum_coarse, sum_squares, sum_products } = *self;
        let walks = tally.samples;
        let largest = boundary.largest_excess() >> boundary.coarse;
        // Each coarse excess is rounded down, and each walk has at least one step and at most the most.
        sums_exist(walks, sum_coarse, sum_squares, &(0..=largest))
            && (sum_coarse..=sum_coarse.saturating_add(walks.into())).contains(&(sum >> boundary.coarse))
            && sum_products >= sum_coarse
            && sum_products <= sum_coarse.saturating_mul(tally.longest.into())
    }
}

/// The tallies of walks in space.
#[derive(Clone, Default)]
pub(crate) struct RegionRecord {
    tally: Tally,
    excess: Excess,
    censored: u64,
}

impl Record<RegionBoundary> for RegionRecord {
    fn record(&mut self, boundary: &RegionBoundary, time: u64, position: &[i64]) {
        self.tally.record(time, position[0]);
        // The excess is not negative: a walker that has left a cube is also at least as far from the origin as its
        // radius.
        let excess = squared(&position[..boundary.dimensions]) - boundary.square;
        let coarse = excess >> boundary.coarse;
        self.excess.sum += excess;
        self.excess.sum_coarse += coarse;
        self.excess.sum_squares += coarse * coarse;
        self.excess.sum_products += coarse * u128::from(time);
    }

    fn censor(&mut self, _: &RegionBoundary, _: u64, _: &[i64]) {
        self.censored += 1;
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        add_checked!(self, other, censored);
        add_checked!(self.excess, other.excess, sum, sum_coarse, sum_squares, sum_products);
        self.tally.merge(&other.tally)
    }
}

/// First exits from a ball or a cube: exact tallies, and the estimates computed from them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RegionExit {
    /// The number of dimensions.
    pub dimensions: usize,
    /// The shape of the region.
    pub shape: Shape,
    /// The radius of the ball, or half the side of the cube.
    pub radius: f64,
    /// The horizon, if there is one.
    pub horizon: Option<u64>,
    /// Counts and sums of T over the walks that left. `lower` counts those whose first coordinate was negative at the
    /// exit.
    pub tally: Tally,
    /// Sums of the excess at the exit, for Wald's identity.
    pub excess: Excess,
    /// The number of walks that ended at the horizon.
    pub censored: u64,
    problem: Region,
    origin: Origin,
}

impl ExactSums for RegionExit {
    const KIND: &'static str = "region exit";

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
        let Excess { sum, sum_coarse, sum_squares, sum_products } = self.excess;
        let excess = SUMS.map(str::to_owned).into_iter().zip([sum, sum_coarse, sum_squares, sum_products]);
        let censored = (CENSORED_WALKS.to_owned(), self.censored.into());
        self.tally.sums("").into_iter().chain(excess).chain([censored]).collect()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        let record = |exit: &Self| RegionRecord { tally: exit.tally, excess: exit.excess, censored: exit.censored };
        let mut merged = record(self);
        merged.merge(&record(other))?;
        (self.tally, self.excess, self.censored) = (merged.tally, merged.excess, merged.censored);
        Ok(())
    }

    fn from_sums(parts: &Parts) -> Result<Self> {
        let horizon = parts.optional("horizon")?;
        let region = Region::new(parts.value("dimensions")?, parts.value("shape")?, parts.value("radius")?);
        let mut region = region;
        region.horizon = horizon;
        let boundary = region.boundary()?;
        let [sum, sum_coarse, sum_squares, sum_products] = SUMS.map(|name| parts.sum(name));
        let excess =
            Excess { sum: sum?, sum_coarse: sum_coarse?, sum_squares: sum_squares?, sum_products: sum_products? };
        let tally = Tally::from_sums(parts, "", horizon)?;
        if !excess.is_possible(&boundary, &tally) {
            return impossible(format_args!("sums of the excess such as {} = {}", SUMS[0], excess.sum));
        }
        let censored = parts.censored(horizon)?;
        let origin = Origin { problem: region.describe(), ..Origin::default() };
        Ok(region.summary(RegionRecord { tally, excess, censored }, origin))
    }
}

/// The names of the sums that are not in the tally.
const SUMS: [&str; 4] = ["excess", "excess_coarse", "excess_squares", "excess_products"];

/// Computes first exits from a ball or a cube in D dimensions: E\[T\] by the mean of T and by Wald's identity,
/// E\[T\] = 3 E\[|S|^2\] / D.
///
/// A walker starts at the origin; each coordinate of each step is U\[-1, 1). It has left the ball of radius Y when
/// x1^2 + ... + xD^2 is Y^2 or more, and the cube when some |xi| >= Y. The comparison is exact, in integers, with Y
/// rounded up to a multiple of 2^-31. In one dimension both are the walk of [`first_passage`](crate::first_passage),
/// bit for bit.
///
/// Exact values: for the cube, P(T > n) is that of the line to the power D, and E\[T\] is the sum over all n. For the
/// ball, exact values exist in one dimension and up to the radius 1/2. For other balls see [`RegionExit::asymptotic`].
///
/// The result is deterministic and bit-identical for every `exec`. Cost: D/2 draws per step, and E\[T\] is about
/// 3 Y^2 / D steps for the ball.
///
/// # Errors
/// [`Error::Argument`] under the conditions of [`Walk::check`] and [`Exec::plan`]; [`Error::Stopped`] if the run was
/// stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, first_passage, region_exit};
///
/// let exit = region_exit(&Walk::in_ball(3, 10.0).samples(10_000), &Exec::default())?;
/// assert!((exit.wald().unwrap().value - 106.6).abs() < 1.5);
/// // T - 3 |S|^2 / D has the mean 0 exactly.
/// assert!(exit.wald_z().unwrap().abs() < 4.0);
///
/// let line = first_passage(&Walk::to(10.0), &Exec::default())?;
/// assert_eq!(region_exit(&Walk::in_ball(1, 10.0), &Exec::default())?.tally, line[0].tally);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Sources: Wald, "On cumulative sums of random variables", 1944; Redner, "A Guide to First-Passage Processes", 2001,
/// chapter 6.
pub fn region_exit(walk: &Walk<Region>, exec: &Exec) -> Result<RegionExit> {
    walk.check()?;
    let targets = walk.problem.targets(walk.seed)?;
    let record = records(walk, &targets, &exec.plan()?)?.swap_remove(0);
    Ok(walk.problem.summary(record, walk.origin()))
}

impl RegionExit {
    /// The number of walks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.tally.samples.saturating_add(self.censored)
    }

    #[cfg(feature = "exact")]
    /// The exact moments of T for cubes, for balls in one dimension, and for balls up to the radius 1/2, where T is
    /// geometric; `None` for other balls, and with a horizon. They are computed once, in a few milliseconds, and shared
    /// with the problem.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn exact(&self) -> Option<&Moments> {
        self.problem.exact()
    }

    #[cfg(feature = "exact")]
    /// The asymptotic E\[T\] of a ball for large radii, and its approximate relative error; `None` where there is an
    /// exact value, and with a horizon. The value is 3 ((Y + k)^2 + c) / D with the mean overshoot k of a distant
    /// sphere. The first call for each number of dimensions takes some milliseconds.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn asymptotic(&self) -> Option<(f64, f64)> {
        self.problem.asymptotic(&RunControl::new()).ok().flatten()
    }

    #[cfg(feature = "exact")]
    /// The exact distribution of T without a horizon, for cubes, for balls in one dimension, and for balls up to the
    /// radius 1/2; `None` for other balls. It is computed once, in some milliseconds, and shared with the problem.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn distribution(&self) -> Option<&RegionDistribution> {
        self.problem.exact_distribution()
    }

    /// The mean of T with its exact value; with a horizon h, the mean of min(T, h).
    #[must_use]
    pub fn mean(&self) -> EstimateWithExact {
        let tally = restricted([&self.tally], self.censored, self.horizon);
        let exact = if_exact!(match self.horizon {
            Some(horizon) => self.distribution().and_then(|exact| exact.mean_until(horizon)),
            None => self.exact().map(|exact| exact.mean),
        });
        let spread = if_exact!(self.problem.spread(tally.as_ref().and_then(Tally::mean)));
        let error = if_exact!(match self.horizon {
            Some(horizon) => {
                let error = |times: &RegionDistribution| horizon as f64 * times.error(horizon);
                exact.and_then(|exact| Some(error(self.distribution()?) / exact))
            }
            None => self.exact().map(|exact| exact.relative_error),
        });
        EstimateWithExact::of_times(tally.as_ref(), exact, spread).exact_within(error)
    }

    /// 3 E\[|S|^2\] / D in steps, with the standard error of the sample; `None` without walks, and if any walk was
    /// censored.
    #[must_use]
    pub fn wald(&self) -> Option<Estimate> {
        let samples = self.tally.samples;
        if samples == 0 || self.censored > 0 {
            return None;
        }
        let (n, factor) = (samples as f64, 3.0 / self.dimensions as f64);
        let boundary = RegionBoundary::new(self.dimensions, self.radius).ok()?;
        let value = factor * (boundary.length().powi(2) + self.excess.sum as f64 / n / 2_f64.powi(62));
        let variance = sample_variance(samples, self.excess.sum_coarse, self.excess.sum_squares);
        let std_error = variance.map(|variance| factor * (variance / n).sqrt() * boundary.coarse_unit());
        Some(Estimate::new(value, std_error))
    }

    /// [`RegionExit::wald`] with the exact E\[T\] without a horizon, where it is known.
    #[must_use]
    pub fn wald_mean(&self) -> EstimateWithExact {
        let exact = if_exact!(self.exact().map(|exact| exact.mean));
        // |S|^2 varies through the overshoot, and in a cube also through the other coordinates.
        let sampled = Spread::Skewness(if self.shape == Shape::Cube { 2.0 } else { 1.0 });
        let on_the_line = if_exact!((self.dimensions == 1).then(|| self.problem.squares_spread()));
        let error = if_exact!(self.exact().map(|exact| exact.relative_error));
        let spread = on_the_line.unwrap_or(sampled);
        EstimateWithExact::of_mean(self.wald(), self.tally.samples, exact, spread).exact_within(error)
    }

    /// The mean of T - 3 |S|^2 / D in standard errors. Its exact value is 0 for every region, so it checks every run
    /// against theory. `None` if any walk was censored, and for fewer walks than 80 (1 + g^2) with the skewness g of a
    /// geometric time with the mean of T, which are 400 for large radii.
    #[must_use]
    pub fn wald_z(&self) -> Option<f64> {
        let (plain, wald) = (self.tally.estimate()?, self.wald()?);
        let enough = Spread::Skewness(Spread::skewness_from_centre(plain.value)).suffices(self.tally.samples);
        if !enough {
            return None;
        }
        let n = self.tally.samples as f64;
        let boundary = RegionBoundary::new(self.dimensions, self.radius).ok()?;
        let factor = 3.0 / self.dimensions as f64 * boundary.coarse_unit();
        let covariance = (self.excess.sum_products as f64 / n
            - self.tally.total_steps as f64 / n * (self.excess.sum_coarse as f64 / n))
            * factor
            / (n - 1.0);
        let variance = plain.std_error?.powi(2) + wald.std_error?.powi(2) - 2.0 * covariance;
        (variance > 0.0).then(|| (plain.value - wald.value) / variance.sqrt())
    }

    /// A 64-bit hash of the exact tallies: equal results have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        self.tally.digest(&mut digest);
        let Excess { sum, sum_coarse, sum_squares, sum_products } = self.excess;
        for number in [sum, sum_coarse, sum_squares, sum_products, u128::from(self.censored)] {
            digest.add(number);
        }
        digest.finish()
    }
}
