//! The problem of a walk that returns, and its result.

#[cfg(feature = "exact")]
use super::distribution::ReturnDistribution;
use super::kind::ReturnKind;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::lattice;
use crate::line::boundary::Bounds;
use crate::line::on_the_line;
use crate::merge::{CENSORED_WALKS, Description, ExactSums, Origin, Parts};
#[cfg(feature = "exact")]
use crate::run_control::RunControl;
use crate::space;
use crate::space::boundary::{RegionBoundary, WalkKind, check_dimensions};
#[cfg(feature = "exact")]
use crate::stats::Distribution;
use crate::stats::{Digest, EstimateWithExact, Tally, add_checked, if_exact, restricted};
#[cfg(feature = "exact")]
use crate::stats::{Spread, spread_until, spread_within};
use crate::walk::record::Record;
#[cfg(feature = "exact")]
use crate::walk::solved::Solved;
use crate::walk::source::{RoundTrip, Target, WalkerSource};
use crate::walk::{Problem, ProblemKernel, Walk, endless, records};

/// The problem of [`Walk::returning`].
#[derive(Clone, Debug, PartialEq)]
pub struct Returning {
    kind: ReturnKind,
    horizon: u64,
    #[cfg(feature = "exact")]
    exact: Solved<Option<ReturnDistribution>>,
    /// The spread of min(T, h).
    #[cfg(feature = "exact")]
    spread: Solved<Option<Spread>>,
    /// The spread of T among the walks that return within the horizon.
    #[cfg(feature = "exact")]
    spread_of_returns: Solved<Option<Spread>>,
}

/// The maximum horizon on the line: positions fit into 64 bits.
const MAX_HORIZON_ON_LINE: u64 = (1 << 30) - 1;

/// The maximum horizon in space: positions fit into the 52 bits that the lanes convert to doubles.
const MAX_HORIZON_IN_SPACE: u64 = 1_000_000;

impl Walk<Returning> {
    /// Walks until the first return of this kind, or until `horizon` steps: at most a million to a ball, 2^30 - 1 to a
    /// change of sign, and 2^64 - 2 on the lattice.
    #[must_use]
    pub fn returning(kind: ReturnKind, horizon: u64) -> Self {
        Self::new(Returning::new(kind, horizon))
    }

    #[cfg(feature = "exact")]
    /// The exact distribution of the time of return, up to the horizon; `None` if it is not known. The first call
    /// computes it, in up to a second; clones and results share it. [`Walk::solve`](Self::solve) computes it under a
    /// control.
    ///
    /// # Errors
    /// [`Error::Argument`] under the conditions of [`Walk::check`](Self::check), except those for the walkers;
    /// [`Error::OutOfMemory`].
    ///
    /// ```
    /// use lanewalk::{Distribution, ReturnKind, Walk};
    ///
    /// let walk = Walk::returning(ReturnKind::Lattice { dimensions: 1 }, 4);
    /// assert!((walk.exact()?.unwrap().cdf(4) - 0.625).abs() < 1e-15);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    ///
    /// Requires the feature `exact`.
    pub fn exact(&self) -> Result<Option<&ReturnDistribution>> {
        self.problem.check()?;
        self.problem.exact(&RunControl::new())
    }

    /// Checks whether the problem can be run, without running it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number of dimensions, a radius or a horizon that is out of range, and for zero
    /// walkers.
    pub fn check(&self) -> Result<()> {
        self.problem.check()?;
        self.check_walkers()
    }
}

impl Returning {
    fn new(kind: ReturnKind, horizon: u64) -> Self {
        Self {
            kind,
            horizon,
            #[cfg(feature = "exact")]
            exact: Solved::default(),
            #[cfg(feature = "exact")]
            spread: Solved::default(),
            #[cfg(feature = "exact")]
            spread_of_returns: Solved::default(),
        }
    }

    #[cfg(feature = "exact")]
    /// The exact distribution up to the horizon, if it is known.
    fn exact(&self, control: &RunControl) -> Result<Option<&ReturnDistribution>> {
        let solve = || ReturnDistribution::controlled(self.kind, self.horizon, control);
        self.exact.try_get(solve).map(Option::as_ref)
    }

    #[cfg(feature = "exact")]
    /// The spread of T among the walks that return within the horizon.
    fn spread_of_returns(&self) -> Option<Spread> {
        let times = self.exact(&RunControl::new()).ok().flatten();
        *self.spread_of_returns.get(|| spread_within(times?, self.horizon))
    }

    #[cfg(feature = "exact")]
    /// The spread of min(T, h), if the distribution is known.
    fn spread(&self) -> Option<Spread> {
        let times = self.exact(&RunControl::new()).ok().flatten();
        *self.spread.get(|| spread_until(times?, self.horizon))
    }

    fn check(&self) -> Result<()> {
        self.kind.check()?;
        let longest = match self.kind {
            ReturnKind::Sign => MAX_HORIZON_ON_LINE,
            ReturnKind::Ball { .. } => MAX_HORIZON_IN_SPACE,
            ReturnKind::Lattice { .. } => u64::MAX - 1,
        };
        if (1..=longest).contains(&self.horizon) {
            Ok(())
        } else {
            Err(Error::invalid("horizon", self.horizon, format!("1 to {longest} steps")))
        }
    }
}

/// The nearest barrier on both sides: the first step that is not zero crosses it.
const ANYWHERE: Bounds = Bounds::both(1);

/// From there, the barrier at 0, and none on the other side.
fn other_sign(_: Bounds, position: &[i64]) -> Bounds {
    let far = Bounds::MAX.upper;
    if position[0] < 0 { Bounds { lower: far, upper: 1 } } else { Bounds { lower: 1, upper: far } }
}

impl Problem for Returning {
    type Result = FirstReturn;
}

impl ProblemKernel for Returning {
    type Boundary = ();
    type Record = ReturnRecord;

    fn targets(&self, seed: u64) -> Result<Vec<Target<()>>> {
        self.check()?;
        Ok(vec![Target::new((), seed)])
    }

    fn horizon(&self) -> u64 {
        self.horizon
    }

    fn coordinates(&self) -> usize {
        match self.kind {
            ReturnKind::Sign => 1,
            ReturnKind::Ball { dimensions, .. } => dimensions,
            ReturnKind::Lattice { .. } => 0,
        }
    }

    #[cfg(feature = "exact")]
    fn distribution(&self, control: &RunControl) -> Result<Option<&dyn Distribution>> {
        Ok(self.exact(control)?.map(|exact| exact as &dyn Distribution))
    }

    #[cfg(feature = "exact")]
    fn solve(&self, control: &RunControl) -> Result<()> {
        self.exact(control).map(|_| ())
    }

    fn steps_each(&self) -> f64 {
        let h = self.horizon as f64;
        // P(T > n) falls with the square root of n on the line, and with its logarithm in the plane.
        let line = |scale: f64| 4.0 * scale * (h / std::f64::consts::PI).sqrt();
        let each = match self.kind {
            ReturnKind::Sign | ReturnKind::Lattice { dimensions: 1 } => line(1.0),
            ReturnKind::Ball { dimensions: 1, radius } => line(1.0 + radius),
            ReturnKind::Lattice { dimensions: 2 } | ReturnKind::Ball { dimensions: 2, .. } => {
                h * std::f64::consts::PI / (std::f64::consts::PI + h.max(1.0).ln())
            }
            // Approximations of Polya's constants, which take a while to compute.
            ReturnKind::Lattice { dimensions: 3 } => 0.66 * h,
            ReturnKind::Lattice { .. } => 0.85 * h,
            ReturnKind::Ball { .. } => 0.6 * h,
        };
        each.min(h)
    }

    fn describe(&self) -> Description {
        let mut problem = match self.kind {
            ReturnKind::Sign => vec![("kind", "sign".to_owned())],
            ReturnKind::Ball { dimensions, radius } => vec![
                ("kind", "ball".to_owned()),
                ("dimensions", dimensions.to_string()),
                ("radius", radius.to_string()),
            ],
            ReturnKind::Lattice { dimensions } => {
                vec![("kind", "lattice".to_owned()), ("dimensions", dimensions.to_string())]
            }
        };
        problem.push(("horizon", self.horizon.to_string()));
        problem
    }

    fn summary(&self, record: ReturnRecord, origin: Origin) -> FirstReturn {
        let (kind, horizon) = (self.kind, self.horizon);
        FirstReturn { kind, horizon, tally: record.tally, censored: record.censored, problem: self.clone(), origin }
    }

    fn walk<F: WalkerSource<Boundary = ()>>(&self, _: &[Target<()>], plan: &Plan, source: &mut F) {
        match self.kind {
            ReturnKind::Sign => {
                let mut back = RoundTrip { source, out: ANYWHERE, then: other_sign };
                let back: &mut dyn WalkerSource<Boundary = Bounds> = &mut back;
                on_the_line(true, plan, back);
            }
            ReturnKind::Ball { dimensions, radius } => {
                let Ok(edge) = RegionBoundary::new(dimensions, radius) else { unreachable!("checked") };
                let mut back = RoundTrip { source, out: edge, then: |edge: RegionBoundary, _| edge.back() };
                space::run(WalkKind::ReturnToBall, edge, plan, &mut back);
            }
            ReturnKind::Lattice { dimensions } => lattice::run(dimensions, plan, source),
        }
    }
}

/// The record of walks that may return.
#[derive(Clone, Default)]
pub(crate) struct ReturnRecord {
    tally: Tally,
    censored: u64,
}

impl Record<()> for ReturnRecord {
    fn record(&mut self, (): &(), time: u64, _: &[i64]) {
        self.tally.record(time, 0);
    }

    fn censor(&mut self, (): &(), _: u64, _: &[i64]) {
        self.censored += 1;
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        add_checked!(self, other, censored);
        self.tally.merge(&other.tally)
    }
}

/// The number of walks that returned within the horizon, and their times: exact tallies and estimates.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FirstReturn {
    /// The kind of return.
    pub kind: ReturnKind,
    /// The maximum number of steps of a walk.
    pub horizon: u64,
    /// The times of the walks that returned.
    pub tally: Tally,
    /// The number of walks that did not return within the horizon.
    pub censored: u64,
    problem: Returning,
    origin: Origin,
}

impl ExactSums for FirstReturn {
    const KIND: &'static str = "first return";

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
        [self.tally.sums(""), vec![(CENSORED_WALKS.to_owned(), self.censored.into())]].concat()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        let record = |returns: &Self| ReturnRecord { tally: returns.tally, censored: returns.censored };
        let mut both = record(self);
        both.merge(&record(other))?;
        (self.tally, self.censored) = (both.tally, both.censored);
        Ok(())
    }

    fn from_sums(parts: &Parts) -> Result<Self> {
        let kind: String = parts.value("kind")?;
        let kind = match &*kind {
            "sign" => ReturnKind::Sign,
            "ball" => ReturnKind::Ball { dimensions: parts.value("dimensions")?, radius: parts.value("radius")? },
            "lattice" => ReturnKind::Lattice { dimensions: parts.value("dimensions")? },
            _ => return Err(Error::invalid("parts", format_args!("kind = {kind}"), "sign, ball or lattice")),
        };
        let problem = Returning::new(kind, parts.value("horizon")?);
        problem.check()?;
        let tally = Tally::from_sums(parts, "", Some(problem.horizon))?;
        let record = ReturnRecord { tally, censored: parts.censored(Some(problem.horizon))? };
        let origin = Origin { problem: problem.describe(), ..Origin::default() };
        Ok(problem.summary(record, origin))
    }
}

/// Simulates first returns: the probability of a return within the horizon, with its exact value if known.
///
/// | kind | P(T <= n) |
/// | --- | --- |
/// | [`ReturnKind::Sign`] | 1 - 2 C(2 n, n) / 4^n, for every symmetric and continuous distribution of steps (Sparre Andersen, 1954) |
/// | [`ReturnKind::Lattice`] | from the generating function F(z) = 1 - 1 / U(z), with that of the probabilities of being at the origin, U |
/// | [`ReturnKind::Ball`] | in one dimension, by iteration |
///
/// Deterministic: the same bits for every `exec`. Cost: half a draw for each step on the line, D/2 draws in space, 1/64
/// to 1/12 of a draw on the lattice; memory for the tallies alone.
///
/// # Errors
/// [`Error::Argument`] as [`Walk::check`] and [`Exec::plan`] say; [`Error::Stopped`] if the run was stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, ReturnKind, Walk, first_return};
///
/// let lattice = ReturnKind::Lattice { dimensions: 3 };
/// let returns = first_return(&Walk::returning(lattice, 1000).samples(20_000), &Exec::default())?;
/// let back = returns.probability();
/// assert!((back.exact.unwrap() - 0.3315).abs() < 1e-3);
/// assert!(back.z().unwrap().abs() < 4.0);
/// assert!((returns.ever().unwrap() - 0.3405373296).abs() < 1e-10);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Sources: Polya, "Ueber eine Aufgabe der Wahrscheinlichkeitsrechnung betreffend die Irrfahrt im Strassennetz", 1921;
/// Feller, "An Introduction to Probability Theory and Its Applications", volume 1, 1968, chapters III and XIV; Sparre
/// Andersen, "On the fluctuations of sums of random variables II", 1954.
pub fn first_return(walk: &Walk<Returning>, exec: &Exec) -> Result<FirstReturn> {
    walk.check()?;
    let targets = walk.problem.targets(walk.seed)?;
    let record = records(walk, &targets, &exec.plan()?)?.swap_remove(0);
    Ok(walk.problem.summary(record, walk.origin()))
}

impl FirstReturn {
    /// The number of walks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.tally.samples.saturating_add(self.censored)
    }

    #[cfg(feature = "exact")]
    /// The exact distribution of the time of return, up to the horizon; `None` if it is not known. The first call
    /// computes it, in up to a second, and shares it with the problem. [`Walk::solve`] computes it under a control, and
    /// reports a lack of memory, for which this function returns `None`.
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn exact(&self) -> Option<&ReturnDistribution> {
        self.problem.exact(&RunControl::new()).ok().flatten()
    }

    /// The probability of a return within the horizon.
    #[must_use]
    pub fn probability(&self) -> EstimateWithExact {
        let exact = if_exact!(self.exact().map(|times| times.cdf(self.horizon)));
        let error = if_exact!(self.exact().map(|times| times.error(self.horizon) / times.cdf(self.horizon)));
        EstimateWithExact::of_share(self.tally.samples, self.samples(), exact).exact_within(error)
    }

    /// E\[min(T, h)\] for the horizon h: the mean number of steps of a walk.
    #[must_use]
    pub fn mean(&self) -> EstimateWithExact {
        let exact = if_exact!(self.exact().and_then(|times| times.mean_until(self.horizon)));
        let tally = restricted([&self.tally], self.censored, Some(self.horizon));
        let sum = if_exact!(self.exact().map(|times| times.error(self.horizon) * self.horizon as f64));
        let error = sum.zip(exact).map(|(sum, exact): (f64, f64)| sum / exact);
        EstimateWithExact::of_times(tally.as_ref(), exact, if_exact!(self.problem.spread())).exact_within(error)
    }

    /// E\[T | T <= h\] for the horizon h: the mean time of the walks that returned.
    #[must_use]
    pub fn mean_returned(&self) -> EstimateWithExact {
        let exact = if_exact!(self.exact().and_then(|times| times.mean_returned(self.horizon)));
        let spread = if_exact!(self.problem.spread_of_returns());
        let error = if_exact!(
            self.exact()
                .map(|times| { 2.0 * times.error(self.horizon) * self.horizon as f64 / times.cdf(self.horizon) })
        );
        let error = error.zip(exact).map(|(error, exact): (f64, f64)| error / exact);
        EstimateWithExact::of_times(Some(&self.tally), exact, spread).exact_within(error)
    }

    #[cfg(feature = "exact")]
    /// The probability of ever returning: see [`ReturnKind::ever`].
    ///
    /// Requires the feature `exact`.
    #[must_use]
    pub fn ever(&self) -> Option<f64> {
        self.kind.ever()
    }

    /// A 64-bit hash of the exact tallies: equal results have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        self.tally.digest(&mut digest);
        digest.add(u128::from(self.censored));
        digest.finish()
    }
}

/// At least `steps` steps on the lattice by walkers that continue after a return: the ceiling of its kernel on this
/// machine. See [`walk_ceiling`](crate::internal::walk_ceiling).
///
/// # Errors
/// [`Error::Argument`] as [`Exec::plan`] says, and for dimensions outside 1..=8.
///
/// # Example
/// ```
/// assert!(lanewalk::internal::lattice_ceiling(3, 1_000_000, &lanewalk::Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn lattice_ceiling(dimensions: usize, steps: u64, exec: &Exec) -> Result<u64> {
    check_dimensions(dimensions, lattice::MAX_DIMENSIONS)?;
    let plan = exec.plan()?;
    let steps_a_draw = f64::from(2 * lattice::Digits::new(dimensions).steps);
    endless(steps, steps_a_draw, ((), true), &plan, |source| lattice::run(dimensions, &plan, source))
}
