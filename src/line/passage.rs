//! First passages to distances: the tallies, and the estimates computed from them.

use super::boundary::{Bounds, MEAN_OVERSHOOT};
use super::distances::{Distances, Method};
#[cfg(feature = "exact")]
use super::exact::{self, LineDistribution, Moments};
use super::layer::on_the_line;
use super::nested::NestedSource;
use super::simd::test_every_step;
use super::wald::{self, Overshoot};
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::merge::{Description, ExactSums, Origin, Parts, impossible};
#[cfg(feature = "exact")]
use crate::run_control::RunControl;
use crate::stats::{Digest, Estimate, Tally};
#[cfg(feature = "exact")]
use crate::stats::{Distribution, EstimateWithExact, Spread};
use crate::stream::independent_seed;
use crate::walk::record::Record;
#[cfg(feature = "exact")]
use crate::walk::solved::Solved;
use crate::walk::source::{Target, WalkerSource};
use crate::walk::{Problem, ProblemKernel, Walk, records, records_by};

impl Problem for Distances {
    type Result = FirstPassage;
}

impl ProblemKernel for Distances {
    type Boundary = Bounds;
    type Record = wald::WaldRecord;

    fn targets(&self, seed: u64) -> Result<Vec<Target<Bounds>>> {
        if self.barriers.is_empty() {
            return Err(Error::invalid("distances", "an empty list", "at least one distance"));
        }
        let target = |&y: &f64| {
            let barrier = Bounds::new(y)?;
            let seed = if self.independent { independent_seed(seed, &[barrier.upper]) } else { seed };
            Ok(Target::new(barrier, seed))
        };
        self.barriers.iter().map(target).collect()
    }

    fn check_single(&self) -> Result<()> {
        if self.barriers.len() != 1 {
            return Err(Error::invalid("distances", format_args!("{} distances", self.barriers.len()), "one distance"));
        }
        if self.method == Method::Exact {
            return Err(Error::invalid("method", self.method, "plain, nested or wald"));
        }
        Ok(())
    }

    fn check_count(&self, count: u64) -> Result<()> {
        wald::check(count, &self.targets(0)?, &self.barriers)
    }

    fn for_each(&self) -> Self {
        Self { method: Method::Plain, ..self.clone() }
    }

    fn check_each(&self) -> Result<()> {
        if self.barriers.len() != 1 {
            return Err(Error::invalid("distances", format_args!("{} distances", self.barriers.len()), "one distance"));
        }
        match self.method {
            Method::Plain => Ok(()),
            other => Err(Error::invalid("method", other, "plain")),
        }
    }

    #[cfg(feature = "exact")]
    fn distribution(&self, _: &RunControl) -> Result<Option<&dyn Distribution>> {
        let [y] = self.barriers[..] else { return Ok(None) };
        Ok(Some(self.distribution.get(|| LineDistribution::new(y, y))))
    }

    #[cfg(feature = "exact")]
    fn solve(&self, control: &RunControl) -> Result<()> {
        for (&y, solved) in self.barriers.iter().zip(&self.exact) {
            control.check()?;
            solved.get(|| exact::moments(y));
        }
        Ok(())
    }

    /// The asymptotic mean. Its relative error is at most 3 % from Y = 1/2 on, and at most 3e-4 from Y = 2 on.
    fn steps_each(&self) -> f64 {
        let means = self.barriers.iter().map(|y| 3.0 * (y + MEAN_OVERSHOOT).powi(2) + 0.15);
        match self.method {
            Method::Exact => 0.0,
            Method::Nested => means.fold(0.0, f64::max),
            Method::Plain | Method::Wald => means.sum(),
        }
    }

    fn describe(&self) -> Description {
        self.describe_entry(0)
    }

    fn summary(&self, record: wald::WaldRecord, origin: Origin) -> FirstPassage {
        self.result(0, record, origin)
    }

    fn walk<F: WalkerSource<Boundary = Bounds>>(&self, targets: &[Target<Bounds>], plan: &Plan, source: &mut F) {
        on_the_line(test_every_step(targets), plan, source);
    }
}

impl Record<Bounds> for Tally {
    #[inline(always)]
    fn record(&mut self, _: &Bounds, time: u64, position: &[i64]) {
        Tally::record(self, time, position[0]);
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        Tally::merge(self, other)
    }
}

/// The first passages to one barrier: exact tallies, and the estimate computed from them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FirstPassage {
    /// The distance Y.
    pub distance: f64,
    /// The method that was used.
    pub method: Method,
    /// Counts and sums of T. Empty for [`Method::Exact`].
    pub tally: Tally,
    /// Sums of the overshoot, only for [`Method::Wald`].
    pub overshoot: Option<Overshoot>,
    #[cfg(feature = "exact")]
    exact: Solved<Moments>,
    /// The standard deviation of 3 S^2.
    #[cfg(feature = "exact")]
    squares: Solved<f64>,
    origin: Origin,
}

impl ExactSums for FirstPassage {
    const KIND: &'static str = "first passage";

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn origin_mut(&mut self) -> &mut Origin {
        &mut self.origin
    }

    fn count(&self) -> u64 {
        self.tally.samples
    }

    fn sums(&self) -> Vec<(String, u128)> {
        let overshoot = self.overshoot.iter().flat_map(Overshoot::sums);
        self.tally.sums("").into_iter().chain(overshoot).collect()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        let sum = |one: &Self| wald::WaldRecord { tally: one.tally, overshoot: one.overshoot.unwrap_or_default() };
        let mut merged = sum(self);
        merged.merge(&sum(other))?;
        self.tally = merged.tally;
        self.overshoot = self.overshoot.map(|_| merged.overshoot);
        Ok(())
    }

    fn from_sums(parts: &Parts) -> Result<Self> {
        let method = parts.value("method")?;
        let distance = parts.value("distance")?;
        let walk = Walk::to(distance).method(method).independent(parts.value("independent")?);
        let tally = Tally::from_sums(parts, "", None)?;
        if method == Method::Exact && tally.samples > 0 {
            return impossible(format_args!("samples = {} of the method exact", tally.samples));
        }
        let barrier = Bounds::new(distance)?.upper;
        let overshoot =
            if method == Method::Wald { Overshoot::from_sums(parts, barrier)? } else { Overshoot::default() };
        let origin = Origin { problem: walk.problem.describe(), ..Origin::default() };
        Ok(walk.problem.result(0, wald::WaldRecord { tally, overshoot }, origin))
    }
}

impl FirstPassage {
    /// The estimate of E\[T\] with the standard error of the sample, which is too small for few walks; `None` for
    /// [`Method::Exact`], which does not sample.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        match &self.overshoot {
            Some(overshoot) => overshoot.estimate(),
            None => self.tally.estimate(),
        }
    }

    #[cfg(feature = "exact")]
    /// The exact mean and standard deviation of T. They are computed once, in a few milliseconds, and shared with the
    /// problem. See [`exact_moments`].
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn exact(&self) -> &Moments {
        self.exact.get(|| exact::moments(self.distance))
    }

    #[cfg(feature = "exact")]
    /// The estimate of E\[T\] with its exact value and the exact standard error, which is the exact standard deviation
    /// over the square root of the number of walks.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn mean(&self) -> EstimateWithExact {
        let &Moments { mean, std_dev, relative_error } = self.exact();
        let spread = match self.method {
            // The overshoot is less than one step, and its skewness is below 1.
            Method::Wald => {
                let std_dev = *self.squares.get(|| exact::squares_std_dev(self.distance));
                Spread::Exact { std_dev, skewness: 1.0 }
            }
            _ => Spread::Exact { std_dev, skewness: Spread::skewness_from_centre(mean) },
        };
        EstimateWithExact::of_mean(self.estimate(), self.tally.samples, Some(mean), spread)
            .exact_within(Some(relative_error))
    }

    #[cfg(feature = "exact")]
    /// The z-score of [`FirstPassage::mean`]; `None` where it would not be nearly normal.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.mean().z()
    }

    /// A 64-bit hash of the exact tallies of all `crossings`, in this order: equal results have equal digests.
    #[must_use]
    pub fn digest(crossings: &[Self]) -> String {
        let mut digest = Digest::new();
        for crossing in crossings {
            digest.add(u128::from(crossing.distance.to_bits()));
            crossing.tally.digest(&mut digest);
            if let Some(overshoot) = &crossing.overshoot {
                overshoot.digest(&mut digest);
            }
        }
        digest.finish()
    }
}

#[cfg(feature = "exact")]
/// The exact mean and standard deviation of the first-passage time to the barrier `y`, without sampling.
///
/// The mean is m(0), where m(x) = 1 + 1/2 * integral of m(u) du over \[x-1, x+1\] within (-y, y). The second moment
/// satisfies a similar equation. Times are in steps, and `y` is in units of the largest step. Up to y = 10, the
/// equations are solved by collocation. Beyond, the solutions are polynomials in y, up to terms of order exp(-2.77 y).
///
/// The result is deterministic. Cost: less than a millisecond for integer and half-integer y, a few milliseconds for
/// other y, and some microseconds above y = 10 after the first call. For the relative error see
/// [`Moments::relative_error`].
///
/// # Errors
/// [`Error::Argument`] if `y` is not in (0, 2^31\].
///
/// # Example
/// ```
/// // Up to y = 1/2 every step ends the walk with the same probability 1 - y.
/// assert_eq!(lanewalk::exact_moments(0.5)?.mean, 2.0);
/// let far = lanewalk::exact_moments(150.0)?.mean;
/// assert!((far - 67_768.573_297_775_9).abs() < 1e-6);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Atkinson, "The Numerical Solution of Integral Equations of the Second Kind", 1997, chapter 3.
///
/// Requires the feature `exact`.
pub fn exact_moments(y: f64) -> Result<Moments> {
    Bounds::new(y)?;
    Ok(exact::moments(y))
}

/// Computes the first passages to every barrier of `walk`, in its order: exact tallies, with mean, standard error,
/// exact value and z.
///
/// T = min { n : |X_1 + ... + X_n| >= Y } for independent X_i uniform on \[-1, 1) in steps of 2^-31; the tallies hold
/// the number of walks, the sums of T and T^2 and the largest T, in steps.
///
/// The result is deterministic: it is a function of `walk` alone and bit-identical for every `exec`.
///
/// Cost: half a draw per step, and E\[T\] = 3 (Y + 0.298)^2 + 0.15 steps per walk. Only the tallies need memory, for
/// any number of walks.
///
/// # Errors
/// [`Error::Argument`] under the conditions of [`Walk::check`] and [`Exec::plan`]; [`Error::Stopped`] if the run was
/// stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Method, Walk, first_passage};
///
/// let walk = Walk::to_each([10.0, 150.0]).samples(300).seed(1);
/// let crossings = first_passage(&walk, &Exec::default())?;
/// assert_eq!(crossings[1].tally.total_steps, 19_528_957);
/// assert!(crossings[1].z().unwrap().abs() < 3.0);
///
/// // The same walkers with Wald's identity: the estimate is 270 times as accurate.
/// let wald = first_passage(&walk.method(Method::Wald), &Exec::default())?;
/// assert!(wald[1].estimate().unwrap().std_error.unwrap() < 15.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source of the problem: Redner, "A Guide to First-Passage Processes", 2001.
pub fn first_passage(walk: &Walk<Distances>, exec: &Exec) -> Result<Vec<FirstPassage>> {
    let targets = walk.targets()?;
    let plan = exec.plan()?;
    let records: Vec<wald::WaldRecord> = match walk.problem.method {
        Method::Exact => vec![wald::WaldRecord::default(); targets.len()],
        Method::Wald => tally(walk, &targets, &plan)?,
        Method::Plain | Method::Nested => {
            let tallies: Vec<Tally> = tally(walk, &targets, &plan)?;
            tallies.into_iter().map(|tally| wald::WaldRecord { tally, ..Default::default() }).collect()
        }
    };
    // An exact solution samples nothing, so its result covers no walkers.
    let walkers = if walk.problem.method == Method::Exact { 0..0 } else { walk.walkers.clone() };
    let result = |(index, record)| {
        let origin = Origin::new(walk.problem.describe_entry(index), walk.seed, walkers.clone());
        walk.problem.result(index, record, origin)
    };
    Ok(records.into_iter().enumerate().map(result).collect())
}

impl Distances {
    /// Describes one of the distances as a separate problem.
    fn describe_entry(&self, index: usize) -> Description {
        vec![
            ("distance", self.barriers[index].to_string()),
            ("method", self.method.to_string()),
            ("independent", self.independent.to_string()),
        ]
    }

    /// The result for one of the distances.
    fn result(&self, index: usize, record: wald::WaldRecord, origin: Origin) -> FirstPassage {
        let overshoot = (self.method == Method::Wald).then_some(record.overshoot);
        FirstPassage {
            distance: self.barriers[index],
            method: self.method,
            tally: record.tally,
            overshoot,
            #[cfg(feature = "exact")]
            exact: self.exact[index].clone(),
            #[cfg(feature = "exact")]
            squares: self.squares[index].clone(),
            origin,
        }
    }
}

/// Walks the whole list. The longest walks come first, except with method nested, whose targets ascend.
fn tally<R: Record<Bounds> + Sync>(walk: &Walk<Distances>, targets: &[Target<Bounds>], plan: &Plan) -> Result<Vec<R>> {
    let nested = walk.problem.method == Method::Nested;
    let mut order: Vec<usize> = (0..targets.len()).collect();
    order.sort_by_key(|&index| targets[index].boundary);
    if !nested {
        order.reverse();
    }
    let sorted: Vec<Target<Bounds>> = order.iter().map(|&index| targets[index]).collect();
    let found = if nested {
        // Walkers are counted once for all distances.
        records_by(walk, &sorted, 1, plan, |source| {
            on_the_line(test_every_step(&sorted), plan, &mut NestedSource(source));
        })?
    } else {
        records(walk, &sorted, plan)?
    };
    let mut records = vec![R::default(); targets.len()];
    for (index, record) in order.into_iter().zip(found) {
        records[index] = record;
    }
    Ok(records)
}
