//! Walks: a problem, its walkers, and a seed.

use std::ops::Range;

use super::record::Record;
use super::source::{Target, WalkerSource};
use crate::error::{Error, Result};
use crate::exec::Plan;
use crate::merge::{Description, Origin};
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
/// | [`Walk::returning`] | [`ReturnKind`]: until the first return | [`first_return`] |
///
/// For all problems, [`time_distribution`](crate::time_distribution) returns the whole distribution of T, and
/// [`walk_each`](crate::walk_each) returns the time and the end position of each walker.
///
/// [`Distances`]: crate::Distances
/// [`Barriers`]: crate::Barriers
/// [`Region`]: crate::Region
/// [`ReturnKind`]: crate::ReturnKind
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
            return Err(Error::invalid("walkers", 0, "at least 1"));
        }
        check_streams("walkers", self.walkers.end)
    }
}

/// The problem of a walk: [`Distances`](crate::Distances), [`Barriers`](crate::Barriers), [`Region`](crate::Region) or
/// [`ReturnKind`](crate::ReturnKind). Other crates cannot implement it.
#[allow(private_bounds, reason = "sealed: the contents of a problem are not public")]
pub trait Problem: ProblemKernel {
    /// The result of the problem's own function for one entry: [`FirstPassage`](crate::FirstPassage),
    /// [`FirstExit`](crate::FirstExit), [`RegionExit`](crate::RegionExit) or [`FirstReturn`](crate::FirstReturn).
    type Result;
}

#[cfg(feature = "exact")]
/// The exact P(T > n), as a function of n.
pub type SurvivalFunction = Box<dyn Fn(u64) -> f64 + Send + Sync>;

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
    /// The exact P(T > n) of a checked problem, if it is known.
    fn survival(&self) -> Option<SurvivalFunction> {
        None
    }
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
    /// The exact P(T > n), for comparison with the counts of [`time_distribution`](crate::time_distribution). It is
    /// known for one distance, for barriers, for cubes, and for returns up to their horizon. `None` for balls in more
    /// than one dimension with a radius above 1/2, for returns for which
    /// [`ReturnDistribution::new`](crate::ReturnDistribution::new) returns `None`, and for an invalid problem. The
    /// function does not depend on the horizon. Every call computes it again, so keep the function.
    ///
    /// ```
    /// use lanewalk::{ReturnKind, Walk};
    ///
    /// let back = Walk::returning(ReturnKind::Lattice { dimensions: 1 }, 100).survival().unwrap();
    /// assert!((back(2) - 0.5).abs() < 1e-15);
    /// assert!(Walk::in_ball(3, 10.0).survival().is_none());
    /// ```
    #[must_use]
    pub fn survival(&self) -> Option<SurvivalFunction> {
        self.problem.targets(self.seed).and_then(|_| self.problem.check_each()).ok()?;
        self.problem.survival()
    }
}
