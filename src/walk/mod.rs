//! Random walks: what is walked, and what all kinds of walks share.
//!
//! A walker moves by U[-1, 1) in each step, in each coordinate. Its time T is the number of steps after which it has, for the
//! first time, crossed what it was sent to, the crossing step included.

pub(crate) mod barrier;
mod between;
mod distances;
pub(crate) mod exact;
pub(crate) mod feed;
pub(crate) mod interchanged;
pub(crate) mod refill;
mod scalar;
pub(crate) mod sign;
pub(crate) mod simd;
mod times;
mod wald;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crate::cores::{self, Ranges};
use crate::error::{Error, Result};
use crate::exec::{Exec, Layer, Plan};
use barrier::Barrier;
use feed::{Feed, Fill, Free, Goal, Plain, Progress, Record, Slices};

pub use between::{Between, Exit, first_exit};
pub use distances::{Crossing, Distances, Method, exact_moments, first_crossing, walk_ceiling};
pub use exact::{Moments, Sides, Survival};
pub use times::{Times, first_times};
pub use wald::Overshoot;

/// What to walk: a problem, walkers, and a seed.
///
/// Walker i takes stream i of the seed, whatever the problem. The problem is a type, so that what makes no sense cannot be
/// asked for: a horizon belongs to walks that may never end, a shape to walks in space, a list of distances to [`Distances`].
///
/// | made by | problem | function |
/// | --- | --- | --- |
/// | [`Walk::to`], [`Walk::to_each`] | [`Distances`]: until \|position\| >= Y | [`first_crossing`] |
/// | [`Walk::between`], [`Walk::up_to`], [`Walk::down_to`] | [`Between`]: until one of two barriers, or a single one | [`first_exit`] |
/// | [`Walk::in_ball`], [`Walk::in_cube`] | [`Region`](crate::Region): until outside, in 1 to 16 dimensions | [`first_escape`](crate::first_escape) |
/// | [`Walk::returning`] | [`Return`](crate::Return): until back | [`first_return`](crate::first_return) |
///
/// For all of them, [`first_times`] gives the whole distribution of T, and [`first_crossing_each`] every walker by itself.
///
/// ```
/// use lanewalk::{Exec, Walk, first_crossing};
///
/// let walk = Walk::to_each([10.0, 20.0]).samples(300).seed(1);
/// let crossings = first_crossing(&walk, &Exec::default())?;
/// assert_eq!(crossings[0].tally.total_steps, 105_401);
/// assert_eq!(crossings[1].tally.total_steps, 366_418);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Walk<P = Distances> {
    pub(crate) problem: P,
    pub(crate) walkers: Range<u64>,
    pub(crate) seed: u64,
}

impl<P> Walk<P> {
    pub(crate) fn new(problem: P) -> Self {
        Self { problem, walkers: 0..300, seed: 1 }
    }

    /// Walkers 0..`samples`. Default: 300, as the course has it.
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

    /// How many walkers.
    pub(crate) fn count(&self) -> u64 {
        self.walkers.end.saturating_sub(self.walkers.start)
    }

    /// Refuses an empty range of walkers.
    pub(crate) fn check_walkers(&self) -> Result<()> {
        if self.count() == 0 { Err(Error::argument("samples", 0, "at least 1")) } else { Ok(()) }
    }
}

/// What a walk may be: [`Distances`], [`Between`], [`Region`](crate::Region) or [`Return`](crate::Return). No other crate can add one.
#[allow(private_bounds, reason = "sealed: what a problem is made of is not public")]
pub trait Problem: Course {}
impl<P: Course> Problem for P {}

/// The exact P(T > n), as a function of n.
pub type Law = Box<dyn Fn(u64) -> f64 + Send + Sync>;

/// How a problem is walked.
pub(crate) trait Course: Sync {
    /// What its walkers are sent to.
    type Barrier: Copy + Send + Sync;

    /// One goal for each of its results, checked.
    fn goals(&self, seed: u64) -> Result<Vec<Goal<Self::Barrier>>>;
    /// After how many steps a walk ends that has not crossed.
    fn horizon(&self) -> u64 {
        u64::MAX
    }
    /// How many numbers an end position has.
    fn coordinates(&self) -> usize {
        1
    }
    /// Where walkers start, in units, in each coordinate.
    fn start(&self) -> i64 {
        0
    }
    /// Refuses what gives no single walk for each walker.
    fn check_each(&self) -> Result<()> {
        Ok(())
    }
    /// The exact P(T > n) of a checked problem, where it is known.
    fn survival(&self) -> Option<Law> {
        None
    }
    /// Walks all that the feed has, on the layer of the plan.
    fn walk<F: Feed<Barrier = Self::Barrier>>(&self, goals: &[Goal<Self::Barrier>], plan: &Plan, feed: &mut F);
}

/// Walks on the line; the one place where their layer is chosen.
pub(crate) fn on_the_line<F: Feed<Barrier = Barrier> + ?Sized>(fine: bool, plan: &Plan, feed: &mut F) {
    match (plan.layer, plan.backend()) {
        (Layer::Simd, Some(backend)) => backend.run(simd::Simd { feed, fine }),
        (Layer::Interchanged, _) => refill::run(interchanged::Line, feed),
        (Layer::Scalar, _) | (Layer::Simd, None) => scalar::run(feed),
    }
}

/// Spreads all walkers of all goals over the threads of the plan and merges what they kept: a record for each goal.
pub(crate) fn records<P: Course, R: Record<P::Barrier>>(
    walk: &Walk<P>,
    goals: &[Goal<P::Barrier>],
    plan: &Plan,
) -> Result<Vec<R>> {
    records_by(walk, goals, goals.len() as u64, plan, |feed| walk.problem.walk(goals, plan, feed))
}

/// As [`records`], for a kernel that takes `lists` times the walkers.
pub(crate) fn records_by<P: Course, R: Record<P::Barrier>>(
    walk: &Walk<P>,
    goals: &[Goal<P::Barrier>],
    lists: u64,
    plan: &Plan,
    kernel: impl for<'a> Fn(&mut Plain<'a, P::Barrier, R>) + Sync,
) -> Result<Vec<R>> {
    let ranges = Ranges::new(walk.count() * lists, plan.threads);
    let shares = cores::run(plan, || {
        let mut feed = Plain {
            goals,
            walkers: walk.walkers.clone(),
            horizon: walk.problem.horizon(),
            ranges: &ranges,
            current: 0..0,
            records: vec![R::default(); goals.len()],
            progress: Progress::new(&plan.watch),
        };
        kernel(&mut feed);
        feed.proceed(0);
        feed.records
    })?;
    if plan.watch.is_stopped() {
        return Err(Error::Stopped);
    }
    let mut merged = vec![R::default(); goals.len()];
    for share in &shares {
        for (merged, record) in merged.iter_mut().zip(share) {
            merged.merge(record);
        }
    }
    Ok(merged)
}

/// Time and end position of every single walker, written to the caller's slices: what embedders and shards need.
///
/// `times[i]` is T in steps of the walker with the i-th index of [`Walk::walkers`], or 0 if the horizon ended its walk.
/// `positions` holds its end position, in units of 2^-31 of the largest step: [`Walk::coordinates`] numbers for each walker, one
/// after another.
///
/// Deterministic: each entry is a function of the problem, the seed and the walker's index alone. Cost: that of the problem's own
/// function; no memory but the caller's. After an error the slices hold the walks that were done.
///
/// # Errors
/// [`Error::Argument`] as for the problem's own function, and for more than one distance, a method other than
/// [`Method::Plain`], or slices of another length; [`Error::Stopped`] if the watch was told to stop.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, first_crossing_each};
///
/// let (mut times, mut positions) = ([0; 4], [0; 4]);
/// first_crossing_each(&Walk::to(10.0).walkers(0..4).seed(1), &mut times, &mut positions, &Exec::default())?;
/// assert_eq!(times[0], 235);
/// assert!(positions.iter().all(|position| position.unsigned_abs() >= 10 << 31));
///
/// let mut places = [0; 3 * 4];
/// first_crossing_each(&Walk::in_cube(3, 10.0).walkers(0..4), &mut times, &mut places, &Exec::default())?;
/// assert!(places.chunks(3).all(|place| place.iter().any(|coordinate| coordinate.unsigned_abs() >= 10 << 31)));
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn first_crossing_each<P: Problem>(
    walk: &Walk<P>,
    times: &mut [u64],
    positions: &mut [i64],
    exec: &Exec,
) -> Result<()> {
    let goals = walk.problem.goals(walk.seed)?;
    walk.problem.check_each()?;
    let plan = exec.plan()?;
    let [goal] = goals[..] else { unreachable!("one goal, as checked") };
    let coordinates = walk.problem.coordinates();
    for (argument, each, length) in [("times", 1, times.len()), ("positions", coordinates, positions.len())] {
        if u128::from(walk.count()) * each as u128 != length as u128 {
            let expected = format!("{each} for each of {} walkers", walk.count());
            return Err(Error::argument(argument, format_args!("{length} places"), expected));
        }
    }
    let left = Mutex::new(Slices { first: walk.walkers.start, times, positions: &mut *positions });
    cores::run(&plan, || {
        let mut feed = Fill {
            goal,
            horizon: walk.problem.horizon(),
            coordinates,
            workers: plan.threads as u64,
            left: &left,
            pieces: Vec::new(),
            current: 0..0,
            progress: Progress::new(&plan.watch),
        };
        walk.problem.walk(&goals, &plan, &mut (&mut feed as &mut dyn Feed<Barrier = P::Barrier>));
        feed.proceed(0);
    })?;
    if plan.watch.is_stopped() {
        return Err(Error::Stopped);
    }
    if walk.problem.start() != 0 {
        let start = walk.problem.start();
        for position in positions {
            *position += start;
        }
    }
    Ok(())
}

impl<P: Problem> Walk<P> {
    /// How many numbers an end position has: one on the line, the number of dimensions in space, none on the lattice, where who
    /// is back is at the origin.
    ///
    /// ```
    /// assert_eq!(lanewalk::Walk::in_ball(3, 10.0).coordinates(), 3);
    /// ```
    #[must_use]
    pub fn coordinates(&self) -> usize {
        self.problem.coordinates()
    }

    /// The exact P(T > n), to stand beside what [`first_times`] counts: for one distance, between barriers, for cubes and for
    /// returns up to their horizon; `None` for balls in more than one dimension beyond the radius 1/2, for returns where
    /// [`ReturnTimes::new`](crate::ReturnTimes::new) gives none, and for a problem that cannot be run. The horizon changes
    /// nothing in it. Made at each call: keep it.
    ///
    /// ```
    /// use lanewalk::{Return, Walk};
    ///
    /// let back = Walk::returning(Return::Lattice { dimensions: 1 }, 100).survival().unwrap();
    /// assert!((back(2) - 0.5).abs() < 1e-15);
    /// assert!(Walk::in_ball(3, 10.0).survival().is_none());
    /// ```
    #[must_use]
    pub fn survival(&self) -> Option<Law> {
        self.problem.goals(self.seed).and_then(|_| self.problem.check_each()).ok()?;
        self.problem.survival()
    }
}

/// At least `steps` steps of a kernel whose walkers reach no barrier; how many were taken.
pub(crate) fn free<B: Copy + Send + Sync>(
    steps: u64,
    steps_a_draw: f64,
    (farthest, goes_on): (B, bool),
    plan: &Plan,
    kernel: impl Fn(&mut Free<B>) + Sync,
) -> Result<u64> {
    let done = AtomicU64::new(0);
    let limit = (steps as f64 / steps_a_draw).ceil() as u64;
    cores::run(plan, || kernel(&mut Free { farthest, goes_on, done: &done, limit, next: 0, watch: &plan.watch }))?;
    Ok((done.into_inner() as f64 * steps_a_draw) as u64)
}
