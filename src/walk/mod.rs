//! First-crossing times of a one-dimensional random walk.
//!
//! A walker starts at 0 and moves by U[-1, 1) in each step. Its first-crossing time T to the barrier Y is the number of
//! steps after which |position| >= Y for the first time, the crossing step included.

mod barrier;
pub(crate) mod exact;
mod feed;
mod interchanged;
mod scalar;
#[allow(dead_code, reason = "its caller is being written")]
pub(crate) mod sign;
mod simd;
mod wald;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crate::cores::{self, Ranges};
use crate::error::{Error, Result};
use crate::exec::{Exec, Layer, Plan, names};
use crate::stream::derive;
use crate::tally::{Digest, Estimate, Tally};
use barrier::Barrier;
pub use exact::Moments;
use feed::{Feed, Fill, Free, Goal, Nested, Plain, Progress, Record, Slices};
pub use wald::Overshoot;

/// Algorithms for the mean first-crossing time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Every walker to every barrier by itself; the mean of T.
    #[default]
    Plain,
    /// Every walker once, past all barriers of the list: the same tallies as `plain`, bit for bit, for the work of the
    /// farthest barrier alone.
    Nested,
    /// Wald's identity E\[T\] = 3 E\[S^2\] for the position S at the crossing: a far smaller variance.
    Wald,
    /// No sampling: the integral equation.
    Exact,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Nested, Self::Wald, Self::Exact];
}
names!(Method, "method", Plain => "plain", Nested => "nested", Wald => "wald", Exact => "exact");

/// What to walk: barriers, walkers, seed and method.
///
/// Walker i takes stream i of the seed, whatever the barrier. The same walker walks the same path to every Y (common
/// random numbers), so estimates at different Y from one seed are correlated; [`Walk::independent`] undoes that.
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
pub struct Walk {
    barriers: Vec<f64>,
    walkers: Range<u64>,
    seed: u64,
    method: Method,
    independent: bool,
}

impl Walk {
    /// Walks to the barrier at distance `y`: 0 < y <= 2^31, in steps' largest lengths.
    #[must_use]
    pub fn to(y: f64) -> Self {
        Self::to_each([y])
    }

    /// Walks to each of these barriers.
    #[must_use]
    pub fn to_each(barriers: impl IntoIterator<Item = f64>) -> Self {
        let barriers = barriers.into_iter().collect();
        Self { barriers, walkers: 0..300, seed: 1, method: Method::Plain, independent: false }
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

    /// The algorithm. Default: [`Method::Plain`].
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Gives every Y a seed of its own, derived from the seed and Y, so that estimates at different Y are independent.
    #[must_use]
    pub fn independent(mut self, independent: bool) -> Self {
        self.independent = independent;
        self
    }

    /// The barriers, in the order in which they were given.
    #[must_use]
    pub fn barriers(&self) -> &[f64] {
        &self.barriers
    }

    /// Whether the problem can be run, without running it.
    ///
    /// # Errors
    /// [`Error::Argument`] for no barrier or one that is not in (0, 2^31], for no walkers, for more walks than 2^64 or
    /// than the method's sums have room for, and for independent seeds with [`Method::Nested`].
    pub fn check(&self) -> Result<()> {
        self.goals().map(|_| ())
    }

    fn goals(&self) -> Result<Vec<Goal>> {
        if self.barriers.is_empty() {
            return Err(Error::argument("y", "an empty list", "at least one distance"));
        }
        if self.method != Method::Exact && self.walkers.is_empty() {
            return Err(Error::argument("samples", 0, "at least 1"));
        }
        let count = self.walkers.end.saturating_sub(self.walkers.start);
        if count.checked_mul(self.barriers.len() as u64).is_none() {
            let expected =
                format!("at most {} for {} distances", u64::MAX / self.barriers.len() as u64, self.barriers.len());
            return Err(Error::argument("samples", count, expected));
        }
        if self.independent && self.method == Method::Nested {
            return Err(Error::argument("independent", "set", "not set with method nested: its walkers are shared"));
        }
        let goal = |&y: &f64| {
            let barrier = Barrier::new(y)?;
            let seed = if self.independent { derive(self.seed, barrier.units()) } else { self.seed };
            Ok(Goal { barrier, seed })
        };
        let goals = self.barriers.iter().map(goal).collect::<Result<Vec<_>>>()?;
        if self.method == Method::Wald {
            wald::check(self, &goals)?;
        }
        Ok(goals)
    }
}

/// The first crossings of one barrier: exact tallies, and the estimate that they give.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Crossing {
    /// The barrier.
    pub y: f64,
    /// The method that was used.
    pub method: Method,
    /// Counts and sums of T. Empty for [`Method::Exact`].
    pub tally: Tally,
    /// Sums of the overshoot, for [`Method::Wald`] alone.
    pub overshoot: Option<Overshoot>,
}

impl Crossing {
    /// The estimate of E\[T\]; `None` for [`Method::Exact`], which samples nothing.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        match &self.overshoot {
            Some(overshoot) => overshoot.estimate(),
            None => self.tally.mean().map(|value| Estimate { value, std_error: self.tally.std_error() }),
        }
    }

    /// The exact mean and standard deviation of T. Computed at each call, in some milliseconds: see [`exact_moments`].
    #[must_use]
    pub fn exact(&self) -> Moments {
        exact::moments(self.y)
    }

    /// (estimate - exact mean) / standard error; `None` without a standard error above zero.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.estimate()?.z(self.exact().mean)
    }

    /// A 64-bit hash of the exact tallies of all `crossings`, in their order: equal results have equal digests.
    #[must_use]
    pub fn digest(crossings: &[Self]) -> String {
        let mut digest = Digest::new();
        for crossing in crossings {
            digest.add(u128::from(crossing.y.to_bits()));
            crossing.tally.digest(&mut digest);
            if let Some(overshoot) = &crossing.overshoot {
                overshoot.digest(&mut digest);
            }
        }
        digest.finish()
    }
}

/// The exact mean and standard deviation of the first-crossing time to the barrier `y`, without sampling.
///
/// m(x) = 1 + 1/2 * integral of m(u) du over \[x-1, x+1\] within (-y, y), taken at x = 0, and a like equation for the
/// second moment; times in steps, `y` in largest steps. Solved by collocation up to y = 10, and beyond by the
/// polynomials in y that the solutions then are, up to terms of the size exp(-2.77 y).
///
/// Deterministic. Cost: under a millisecond for whole and half y, a few milliseconds for others, some microseconds
/// above 10 after the first call. Relative error: see [`Moments::relative_error`].
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
pub fn exact_moments(y: f64) -> Result<Moments> {
    Barrier::new(y)?;
    Ok(exact::moments(y))
}

impl Record for Tally {
    #[inline(always)]
    fn record(&mut self, _barrier: Barrier, time: u64, position: i64) {
        self.record(time, position);
    }
    fn merge(&mut self, other: &Self) {
        self.merge(other);
    }
}

/// First crossings of every barrier of `walk`, in its order: exact tallies, with mean, standard error, exact value and z.
///
/// T = min { n : |X_1 + ... + X_n| >= Y } for independent X_i uniform on \[-1, 1) in steps of 2^-31; the tallies hold the
/// number of walks, the sums of T and T^2 and the largest T, in steps.
///
/// Deterministic: the result is a function of `walk` alone, the same bits for every `exec`.
///
/// Cost: half a draw for each step, and E\[T\] = 3 (Y + 0.298)^2 + 0.15 steps a walk; memory for the tallies alone,
/// whatever the number of walks.
///
/// # Errors
/// [`Error::Argument`] as [`Walk::check`] and [`Exec::plan`] say; [`Error::Stopped`] if the watch was told to stop.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Method, Walk, first_crossing};
///
/// let walk = Walk::to_each([10.0, 150.0]).samples(300).seed(1);
/// let crossings = first_crossing(&walk, &Exec::default())?;
/// assert_eq!(crossings[1].tally.total_steps, 18_352_155);
/// assert!(crossings[1].z().unwrap().abs() < 3.0);
///
/// // The same walkers, judged by where they end: 270 times as accurate.
/// let wald = first_crossing(&walk.method(Method::Wald), &Exec::default())?;
/// assert!(wald[1].estimate().unwrap().std_error.unwrap() < 15.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source of the problem: Redner, "A Guide to First-Passage Processes", 2001.
pub fn first_crossing(walk: &Walk, exec: &Exec) -> Result<Vec<Crossing>> {
    let goals = walk.goals()?;
    let plan = exec.plan()?;
    let crossing = |y: f64, tally, overshoot| Crossing { y, method: walk.method, tally, overshoot };
    Ok(match walk.method {
        Method::Exact => walk.barriers.iter().map(|&y| crossing(y, Tally::default(), None)).collect(),
        Method::Plain | Method::Nested => {
            let tallies: Vec<Tally> = tally(walk, &goals, &plan)?;
            walk.barriers.iter().zip(tallies).map(|(&y, tally)| crossing(y, tally, None)).collect()
        }
        Method::Wald => {
            let tallies: Vec<wald::Both> = tally(walk, &goals, &plan)?;
            walk.barriers.iter().zip(tallies).map(|(&y, both)| crossing(y, both.tally, Some(both.overshoot))).collect()
        }
    })
}

/// Spreads the whole list over the threads of the plan, the longest walks first, and merges what they kept.
fn tally<R: Record + Sync>(walk: &Walk, goals: &[Goal], plan: &Plan) -> Result<Vec<R>> {
    let nested = walk.method == Method::Nested;
    let mut order: Vec<usize> = (0..goals.len()).collect();
    order.sort_by_key(|&place| goals[place].barrier);
    if !nested {
        order.reverse();
    }
    let sorted: Vec<Goal> = order.iter().map(|&place| goals[place]).collect();
    let lists = if nested { 1 } else { goals.len() as u64 };
    let ranges = Ranges::new((walk.walkers.end - walk.walkers.start) * lists, plan.threads);
    let shares = cores::run(plan, || {
        let mut feed = Plain {
            goals: &sorted,
            walkers: walk.walkers.clone(),
            ranges: &ranges,
            current: 0..0,
            records: vec![R::default(); sorted.len()],
            progress: Progress::new(&plan.watch),
        };
        if nested {
            let mut nested = Nested(feed);
            run(plan, &mut nested);
            feed = nested.0;
        } else {
            run(plan, &mut feed);
        }
        feed.proceed(0);
        feed.records
    })?;
    if plan.watch.is_stopped() {
        return Err(Error::Stopped);
    }
    let mut merged = vec![R::default(); goals.len()];
    for share in &shares {
        for (&place, record) in order.iter().zip(share) {
            merged[place].merge(record);
        }
    }
    Ok(merged)
}

/// The one place where a layer is chosen.
fn run<F: Feed>(plan: &Plan, feed: &mut F) {
    match (plan.layer, plan.backend()) {
        (Layer::Simd, Some(backend)) => backend.run(simd::Simd { fine: feed.fine(), feed }),
        (Layer::Interchanged, _) => interchanged::run(feed),
        (Layer::Scalar, _) | (Layer::Simd, None) => scalar::run(feed),
    }
}

/// Time and end position of every single walker, written to the caller's slices: what embedders and shards need.
///
/// `times[i]` is T in steps and `positions[i]` the position at the crossing, in units of 2^-31 of the largest step, of
/// the walker with the i-th index of [`Walk::walkers`]. Both slices are as long as that range.
///
/// Deterministic: each entry is a function of the seed, the walker's index and Y alone. Cost: that of
/// [`first_crossing`]; no memory but the caller's. After an error the slices hold the walks that were done.
///
/// # Errors
/// [`Error::Argument`] as for [`first_crossing`], and for more than one barrier, a method other than
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
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn first_crossing_each(walk: &Walk, times: &mut [u64], positions: &mut [i64], exec: &Exec) -> Result<()> {
    let goals = walk.goals()?;
    let plan = exec.plan()?;
    let [goal] = goals[..] else {
        return Err(Error::argument("y", format_args!("{} distances", goals.len()), "one distance"));
    };
    if walk.method != Method::Plain {
        return Err(Error::argument("method", walk.method, "plain"));
    }
    let count = walk.walkers.end - walk.walkers.start;
    for (argument, length) in [("times", times.len()), ("positions", positions.len())] {
        if length as u64 != count {
            return Err(Error::argument(argument, format_args!("{length} places"), format!("{count}, one a walker")));
        }
    }
    let left = Mutex::new(Slices { first: walk.walkers.start, times, positions });
    cores::run(&plan, || {
        let workers = plan.threads as u64;
        let progress = Progress::new(&plan.watch);
        let mut feed = Fill { goal, workers, left: &left, pieces: Vec::new(), current: 0..0, progress };
        run(&plan, &mut feed);
        feed.proceed(0);
    })?;
    if plan.watch.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
}

/// Runs the kernel's loop with a barrier that no walker reaches, for at least `steps` steps; returns how many were taken.
///
/// The ceiling of the kernel on this machine: the same code with no crossing, no refill and no tail. A benchmark divides
/// its rate by this one's. The seed is 1; no result is kept but the number of steps.
///
/// # Errors
/// [`Error::Argument`] as [`Exec::plan`] says.
///
/// # Example
/// ```
/// assert!(lanewalk::walk_ceiling(1_000_000, &lanewalk::Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn walk_ceiling(steps: u64, exec: &Exec) -> Result<u64> {
    let plan = exec.plan()?;
    let done = AtomicU64::new(0);
    cores::run(&plan, || {
        let mut feed = Free { done: &done, limit: steps.div_ceil(2), next: 0, watch: &plan.watch };
        run(&plan, &mut feed);
    })?;
    Ok(2 * done.into_inner())
}
