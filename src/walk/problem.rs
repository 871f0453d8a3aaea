//! Walks: a problem, its walkers, and a seed.

use std::ops::Range;

use super::record::Record;
use super::source::{Target, WalkerSource};
use crate::error::{Error, Result};
#[cfg(feature = "exact")]
use crate::exec::Exec;
use crate::exec::Plan;
use crate::merge::{Description, Mergeable, Origin};
#[cfg(feature = "exact")]
use crate::run_control::RunControl;
#[cfg(feature = "exact")]
use crate::stats::Distribution;
use crate::stream::check_streams;

/// A problem, walkers, and a seed.
///
/// Walker i takes stream i of the seed in every problem. Each problem has its own type, so invalid combinations do not
/// compile: a horizon belongs to walks that may never end, a shape to walks in space, and a list of distances to
/// [`Distances`].
///
/// | constructor | problem | function |
/// | --- | --- | --- |
/// | [`Walk::to`], [`Walk::to_each`] | [`Distances`]: until \|position\| >= Y | [`first_passage`] |
/// | [`Walk::between`], [`Walk::up_to`], [`Walk::down_to`] | [`Barriers`]: until beyond a barrier | [`first_exit`] |
/// | [`Walk::in_ball`], [`Walk::in_cube`] | [`Region`]: until outside, in 1 to 16 dimensions | [`region_exit`] |
/// | [`Walk::returning`] | [`Returning`]: until the first return | [`first_return`] |
///
/// For all problems, [`time_distribution`](crate::time_distribution) returns the whole distribution of T, and
/// [`walk_each`](crate::walk_each) returns the time and the end position of each walker.
///
/// [`Distances`]: crate::Distances
/// [`Barriers`]: crate::Barriers
/// [`Region`]: crate::Region
/// [`Returning`]: crate::Returning
/// [`first_passage`]: crate::first_passage
/// [`first_exit`]: crate::first_exit
/// [`region_exit`]: crate::region_exit
/// [`first_return`]: crate::first_return
///
/// ```
/// use lanewalk::{Exec, Walk, first_passage};
///
/// let walk = Walk::to_each([10.0, 20.0]).samples(300).seed(1);
/// let passages = first_passage(&walk, &Exec::default())?;
/// assert_eq!(passages[0].tally.total_steps, 93_166);
/// assert_eq!(passages[1].tally.total_steps, 329_352);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Walk<P> {
    pub(crate) problem: P,
    pub(crate) walkers: Range<u64>,
    pub(crate) seed: u64,
}

impl<P> Walk<P> {
    pub(crate) fn new(problem: P) -> Self {
        Self { problem, walkers: 0..300, seed: 1 }
    }

    /// Walkers 0..`samples`. Default: 300.
    #[must_use]
    pub fn samples(self, samples: u64) -> Self {
        self.walkers(0..samples)
    }

    /// The walkers with these indices: a shard. The tallies of all shards merge into the tally of the whole run.
    #[must_use]
    pub fn walkers(mut self, walkers: Range<u64>) -> Self {
        self.walkers = walkers;
        self
    }

    /// The seed. Default: 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The indices of the walkers.
    #[must_use]
    pub fn walker_range(&self) -> Range<u64> {
        self.walkers.clone()
    }

    /// The number of walkers.
    pub(crate) fn count(&self) -> u64 {
        self.walkers.end.saturating_sub(self.walkers.start)
    }

    /// Refuses an empty range of walkers, and a range that exceeds the streams of a seed.
    pub(crate) fn check_walkers(&self) -> Result<()> {
        if self.count() == 0 {
            let Range { start, end } = self.walkers;
            if end == 0 {
                return Err(Error::invalid("walkers", 0, "at least 1"));
            }
            return Err(Error::invalid("walkers", format_args!("{start}..{end}"), "a range that is not empty"));
        }
        check_streams("walkers", self.walkers.end)
    }
}

/// The problem of a walk: [`Distances`](crate::Distances), [`Barriers`](crate::Barriers), [`Region`](crate::Region) or
/// [`Returning`](crate::Returning). Other crates cannot implement it.
#[allow(private_bounds, reason = "sealed: the contents of a problem are not public")]
pub trait Problem: ProblemKernel {
    /// The result of the problem's own function for one entry: [`FirstPassage`](crate::FirstPassage),
    /// [`FirstExit`](crate::FirstExit), [`RegionExit`](crate::RegionExit) or [`FirstReturn`](crate::FirstReturn).
    type Result: Mergeable + Clone;
}

/// The engine's view of a problem: checked targets, a horizon, and a kernel.
pub(crate) trait ProblemKernel: Sync {
    /// The end of a walk.
    type Boundary: Copy + Send + Sync;
    /// The record of the walks of a run.
    type Record: Record<Self::Boundary>;

    /// One checked target for each result.
    fn targets(&self, seed: u64) -> Result<Vec<Target<Self::Boundary>>>;
    /// The number of steps after which a walk without a crossing ends.
    fn horizon(&self) -> u64 {
        u64::MAX
    }
    /// The number of coordinates of an end position.
    fn coordinates(&self) -> usize {
        1
    }
    /// The start of all walkers in each coordinate, in units.
    fn start(&self) -> i64 {
        0
    }
    /// Refuses problems in which a walker has several walks or no walk.
    fn check_each(&self) -> Result<()> {
        Ok(())
    }
    /// Refuses more walkers than the sums of a record can hold.
    fn check_count(&self, count: u64) -> Result<()> {
        _ = count;
        Ok(())
    }
    /// Refuses problems without a single result.
    fn check_single(&self) -> Result<()> {
        self.check_each()
    }
    /// The problem with the same walks for which each walker can be simulated separately.
    fn for_each(&self) -> Self
    where
        Self: Clone,
    {
        self.clone()
    }
    #[cfg(feature = "exact")]
    /// The exact distribution of T of a checked problem without its horizon, if it is known.
    fn distribution(&self, control: &RunControl) -> Result<Option<&dyn Distribution>>;
    #[cfg(feature = "exact")]
    /// Computes the exact values of a checked problem, without its distribution if the results do not need it.
    fn solve(&self, control: &RunControl) -> Result<()>;
    /// An estimate by a formula of the number of steps of a walker to all boundaries together, for predictions and
    /// progress.
    fn steps_each(&self) -> f64;
    /// The names and values that define the problem of a single entry.
    fn describe(&self) -> Description;
    /// The result of a single entry, from its record.
    fn summary(&self, record: Self::Record, origin: Origin) -> Self::Result
    where
        Self: Problem;
    /// Walks all walkers of `source` on the layer of `plan`.
    fn walk<F: WalkerSource<Boundary = Self::Boundary>>(
        &self,
        targets: &[Target<Self::Boundary>],
        plan: &Plan,
        source: &mut F,
    );
}

impl<P: Problem> Walk<P> {
    /// The origin of a result of this walk.
    pub(crate) fn origin(&self) -> Origin {
        Origin::new(self.problem.describe(), self.seed, self.walkers.clone())
    }

    /// The number of coordinates of an end position: 1 on the line, the number of dimensions in space, and 0 on the
    /// lattice, where every returned walker is at the origin.
    ///
    /// ```
    /// assert_eq!(lanewalk::Walk::in_ball(3, 10.0).coordinates(), 3);
    /// ```
    #[must_use]
    pub fn coordinates(&self) -> usize {
        self.problem.coordinates()
    }

    /// An estimate by a formula of the total number of steps of all walkers, for predictions and progress. It is
    /// accurate to a few percent, except for cubes and returns, where it may be wrong by a factor of two.
    ///
    /// ```
    /// let steps = lanewalk::Walk::to(10.0).samples(1000).expected_steps();
    /// assert!((steps / 318_293.0 - 1.0).abs() < 1e-3);
    /// ```
    #[must_use]
    pub fn expected_steps(&self) -> f64 {
        self.problem.steps_each() * self.count() as f64
    }

    #[cfg(feature = "exact")]
    /// The exact distribution of T, for comparison with the counts of
    /// [`time_distribution`](crate::time_distribution). It is known for one distance, for barriers, for cubes, and for
    /// returns up to their horizon. `None` for several distances, for balls in more than one dimension with a radius
    /// above 1/2, and for returns for which [`ReturnDistribution::new`](crate::ReturnDistribution::new) returns `None`.
    /// A horizon does not change it. The first call computes it, in some milliseconds, for returns in up to a second;
    /// clones and results share it.
    ///
    /// # Errors
    /// [`Error::Argument`] as for the problem's own function, except for the walkers; [`Error::OutOfMemory`].
    ///
    /// ```
    /// use lanewalk::{Distribution, ReturnKind, Walk};
    ///
    /// let walk = Walk::returning(ReturnKind::Lattice { dimensions: 1 }, 100);
    /// assert!((walk.distribution()?.unwrap().cdf(2) - 0.5).abs() < 1e-15);
    /// assert!(Walk::in_ball(3, 10.0).distribution()?.is_none());
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    ///
    /// Requires the feature `exact`.
    pub fn distribution(&self) -> Result<Option<&dyn Distribution>> {
        self.problem.targets(self.seed)?;
        self.problem.distribution(&RunControl::new())
    }

    #[cfg(feature = "exact")]
    /// Computes the exact values that the results of this walk show, unless they are known. Clones and results share
    /// them, so the accessors of the results then take no time. Without this call, an accessor computes its value at
    /// its first use, which cannot be stopped: in some milliseconds, or up to a second for returns on a lattice.
    ///
    /// # Errors
    /// [`Error::Argument`] as for the problem's own function, except for the walkers; [`Error::OutOfMemory`];
    /// [`Error::Stopped`] if the control of `exec` stopped the call.
    ///
    /// ```
    /// use lanewalk::{Exec, ReturnKind, Walk, first_return};
    ///
    /// let walk = Walk::returning(ReturnKind::Lattice { dimensions: 2 }, 10_000).samples(100);
    /// walk.solve(&Exec::default())?;
    /// assert!(first_return(&walk, &Exec::default())?.probability().exact.unwrap() > 0.6);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    ///
    /// Requires the feature `exact`.
    pub fn solve(&self, exec: &Exec) -> Result<()> {
        self.problem.targets(self.seed)?;
        let control = exec.plan()?.control;
        control.check()?;
        self.problem.solve(&control)?;
        control.check()
    }
}
