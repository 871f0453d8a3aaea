//! What to walk: the walkers, and the problem that they walk.

use std::ops::Range;

use super::record::Record;
use super::source::{Target, WalkerSource};
use crate::error::{Error, Result};
use crate::exec::Plan;
use crate::merge::{Description, Origin};
use crate::stream::check_streams;

/// What to walk: a problem, walkers, and a seed.
///
/// Walker i takes stream i of the seed, whatever the problem. The problem is a type, so that what makes no sense cannot
/// be asked for: a horizon belongs to walks that may never end, a shape to walks in space, a list of distances to
/// [`Distances`](crate::Distances).
///
/// | made by | problem | function |
/// | --- | --- | --- |
/// | [`Walk::to`], [`Walk::to_each`] | [`Distances`](crate::Distances): until \|position\| >= Y | [`first_passage`](crate::first_passage) |
/// | [`Walk::between`], [`Walk::up_to`], [`Walk::down_to`] | [`Barriers`](crate::Barriers): until one of two barriers, or a single one | [`first_exit`](crate::first_exit) |
/// | [`Walk::in_ball`], [`Walk::in_cube`] | [`Region`](crate::Region): until outside, in 1 to 16 dimensions | [`region_exit`](crate::region_exit) |
/// | [`Walk::returning`] | [`ReturnKind`](crate::ReturnKind): until back | [`first_return`](crate::first_return) |
///
/// For all of them, [`time_distribution`](crate::time_distribution) gives the whole distribution of T, and
/// [`walk_each`](crate::walk_each) every walker by itself.
///
/// ```
/// use lanewalk::{Exec, Walk, first_passage};
///
/// let walk = Walk::to_each([10.0, 20.0]).samples(300).seed(1);
/// let crossings = first_passage(&walk, &Exec::default())?;
/// assert_eq!(crossings[0].tally.total_steps, 93_166);
/// assert_eq!(crossings[1].tally.total_steps, 329_352);
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

    /// Walkers of these indices: a shard. Tallies of shards merge into the tally of the whole.
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

    /// Refuses an empty range of walkers, and one that reaches beyond the streams of a seed.
    pub(crate) fn check_walkers(&self) -> Result<()> {
        if self.count() == 0 {
            return Err(Error::invalid("walkers", 0, "at least 1"));
        }
        check_streams("walkers", self.walkers.end)
    }
}

/// What a walk may be: [`Distances`](crate::Distances), [`Barriers`](crate::Barriers), [`Region`](crate::Region) or
/// [`ReturnKind`](crate::ReturnKind). No other crate can add one.
#[allow(private_bounds, reason = "sealed: what a problem is made of is not public")]
pub trait Problem: ProblemKernel {
    /// What the problem's own function returns for one entry: [`FirstPassage`](crate::FirstPassage),
    /// [`FirstExit`](crate::FirstExit), [`RegionExit`](crate::RegionExit) or [`FirstReturn`](crate::FirstReturn).
    type Result;
}

#[cfg(feature = "exact")]
/// The exact P(T > n), as a function of n.
pub type SurvivalFunction = Box<dyn Fn(u64) -> f64 + Send + Sync>;

/// A problem as the engine runs it: checked targets, a horizon, and a kernel.
pub(crate) trait ProblemKernel: Sync {
    /// The end of a walk.
    type Boundary: Copy + Send + Sync;
    /// What a run keeps of its walks.
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
    /// Refuses problems that have several walks for each walker, or none.
    fn check_each(&self) -> Result<()> {
        Ok(())
    }
    /// Refuses more walkers than the sums of a record have room for.
    fn check_count(&self, count: u64) -> Result<()> {
        _ = count;
        Ok(())
    }
    /// Refuses what has no single result.
    fn check_single(&self) -> Result<()> {
        self.check_each()
    }
    /// The problem whose walkers walk alike, one by one.
    fn for_each(&self) -> Self
    where
        Self: Clone,
    {
        self.clone()
    }
    #[cfg(feature = "exact")]
    /// The exact P(T > n) of a checked problem, where it is known.
    fn survival(&self) -> Option<SurvivalFunction> {
        None
    }
    /// About how many steps a walker takes, to all boundaries together, by a formula: to predict and to show progress.
    fn steps_each(&self) -> f64;
    /// Names and values that make up the problem, of a single entry.
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
    /// Of what a result is.
    pub(crate) fn origin(&self) -> Origin {
        Origin::new(self.problem.describe(), self.seed, self.walkers.clone())
    }

    /// How many numbers an end position has: one on the line, the number of dimensions in space, none on the lattice,
    /// where who is back is at the origin.
    ///
    /// ```
    /// assert_eq!(lanewalk::Walk::in_ball(3, 10.0).coordinates(), 3);
    /// ```
    #[must_use]
    pub fn coordinates(&self) -> usize {
        self.problem.coordinates()
    }

    /// About how many steps all walkers take, by a formula: within a few percent, but for cubes and returns, where it may
    /// be half or twice as many. For predictions and progress.
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
    /// The exact P(T > n), to stand beside what [`time_distribution`](crate::time_distribution) counts: for one
    /// distance, between barriers, for cubes and for returns up to their horizon; `None` for balls in more than one
    /// dimension beyond the radius 1/2, for returns where [`ReturnDistribution::new`](crate::ReturnDistribution::new)
    /// gives none, and for a problem that cannot be run. The horizon changes nothing in it. Made at each call: keep it.
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
