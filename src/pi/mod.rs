//! Monte Carlo pi: random points in the unit square, a quarter of a disc in it.
//!
//! A point is inside if x^2 + y^2 < 1, which has probability pi / 4.

mod batches;
mod cells;
mod fine;
mod interchanged;
mod scalar;
mod score;
mod simd;
mod squares;

use std::ops::{AddAssign, Range};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cores::{self, Ranges};
use crate::error::{Error, Result};
use crate::exec::{Exec, Layer, Plan, names};
pub use batches::{BatchSummary, Batches, estimate_pi_batches};
use cells::Grid;
pub use score::Score;

/// How many consecutive points share a stream: point p takes stream p / 1024.
pub(crate) const STREAM_POINTS: u64 = 1024;

/// How many points are handed to a thread at least: enough streams to fill the lanes of every instruction set.
const SLAB: u64 = 64 * STREAM_POINTS;

/// The most points: indices beyond them would leave 64 bits here and there.
const MOST_POINTS: u64 = 1 << 63;

/// Algorithms for pi.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PiMethod {
    /// Independent points; how many are inside.
    #[default]
    Plain,
    /// Each point and its mirror image (1 - x, 1 - y): at least one of the two is inside, so both together vary less.
    Antithetic,
    /// A grid of equal cells with one point in each. Only cells that the arc crosses can go either way, and only they are
    /// drawn: the work grows with the square root of the number of points, the error falls with its power -3/4.
    Stratified,
    /// y integrated out: the mean of sqrt(1 - x^2).
    Conditional,
}

impl PiMethod {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Antithetic, Self::Stratified, Self::Conditional];
}
names!(PiMethod, "method", Plain => "plain", Antithetic => "antithetic", Stratified => "stratified",
    Conditional => "conditional");

/// What to draw: how many points, which of them, seed and method.
///
/// ```
/// use lanewalk::{Exec, Pi, estimate_pi};
///
/// let score = estimate_pi(&Pi::points(1_000_000).seed(1), &Exec::default())?;
/// assert_eq!(score.inside(), Some(784_953));
/// assert!(score.estimate().unwrap().z(std::f64::consts::PI).unwrap().abs() < 4.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pi {
    points: u64,
    shard: Option<Range<u64>>,
    seed: u64,
    method: PiMethod,
}

impl Pi {
    /// Points 0..`points`. For [`PiMethod::Stratified`] the largest square number that is not above `points`.
    #[must_use]
    pub fn points(points: u64) -> Self {
        Self { points, shard: None, seed: 1, method: PiMethod::Plain }
    }

    /// Only the points of these indices. Scores of shards merge into the score of the whole.
    #[must_use]
    pub fn shard(mut self, points: Range<u64>) -> Self {
        self.shard = Some(points);
        self
    }

    /// The seed. Default: 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The algorithm. Default: [`PiMethod::Plain`].
    #[must_use]
    pub fn method(mut self, method: PiMethod) -> Self {
        self.method = method;
        self
    }

    /// The points that a run will count: for [`PiMethod::Stratified`] those of the largest square grid.
    ///
    /// # Errors
    /// [`Error::Argument`] for no points, a shard that is empty or reaches beyond the points, and for more than 2^63
    /// points, or 2^56 with [`PiMethod::Stratified`].
    pub fn check(&self) -> Result<Range<u64>> {
        let mut whole = self.points;
        if whole == 0 {
            return Err(Error::argument("points", 0, "at least 1"));
        }
        if whole > MOST_POINTS {
            return Err(Error::argument("points", whole, format!("at most {MOST_POINTS} (2^63)")));
        }
        if self.method == PiMethod::Stratified {
            if whole > Grid::MOST_POINTS {
                let expected = format!("at most {} (2^56) with method stratified", Grid::MOST_POINTS);
                return Err(Error::argument("points", whole, expected));
            }
            whole = whole.isqrt().pow(2);
        }
        match &self.shard {
            None => Ok(0..whole),
            Some(shard) if shard.start < shard.end && shard.end <= whole => Ok(shard.clone()),
            Some(shard) => {
                let given = format_args!("{}..{}", shard.start, shard.end).to_string();
                Err(Error::argument("shard", given, format!("a range within 0..{whole} that is not empty")))
            }
        }
    }
}

/// What a piece of work came to: see [`Score`] for what the two sums are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    sum: u128,
    spread: u128,
}

impl Sums {
    /// Of so many points, each with its mirror image if `MIRROR`, that many are inside.
    ///
    /// Of a point and its mirror image one at least is inside: otherwise x^2 + y^2 >= 1 and (1-x)^2 + (1-y)^2 >= 1, hence
    /// x^2 + y^2 >= x + y, which no two numbers between 0 and 1 fulfil. So a pair adds 1 or 2 to the sum, and 1 or 4 to
    /// the sum of squares: three times the sum less twice the pairs.
    fn of_points<const MIRROR: bool>(points: u64, inside: u64) -> Self {
        let (points, inside) = (u128::from(points), u128::from(inside));
        Self { sum: inside, spread: if MIRROR { 3 * inside - 2 * points } else { inside } }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.spread += other.spread;
    }
}

/// An estimate of pi from random points: exact sums, from which [`Score::estimate`] makes value and standard error.
///
/// `plain`: 4 times the fraction of points with x^2 + y^2 < 1; `antithetic`, `stratified` and `conditional` as
/// [`PiMethod`] says. Coordinates have 48 bits (32 for `conditional`), so the grid shifts no estimate by more than 1e-14.
///
/// Deterministic: the score is a function of `pi` alone, the same bits for every `exec`, and scores of shards merge into
/// that of the whole.
///
/// Cost: one draw of 64 bits for two points (`plain`, `antithetic`) or two heights (`conditional`); for `stratified`
/// some four draws for each column of the grid. Memory does not grow with the points.
///
/// # Errors
/// [`Error::Argument`] as [`Pi::check`] and [`Exec::plan`] say; [`Error::Stopped`] if the watch was told to stop.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Pi, PiMethod, estimate_pi};
///
/// let error = |method| -> lanewalk::Result<f64> {
///     let estimate = estimate_pi(&Pi::points(1_000_000).method(method), &Exec::default())?.estimate().unwrap();
///     assert!(estimate.z(std::f64::consts::PI).unwrap().abs() < 4.0);
///     Ok(estimate.std_error.unwrap())
/// };
/// assert!(error(PiMethod::Plain)? < 0.0017);
/// assert!(error(PiMethod::Antithetic)? < 0.0010);
/// assert!(error(PiMethod::Conditional)? < 0.0009);
/// assert!(error(PiMethod::Stratified)? < 0.0001);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source of the methods: Owen, "Monte Carlo theory, methods and examples", 2013, chapter 8.
pub fn estimate_pi(pi: &Pi, exec: &Exec) -> Result<Score> {
    let range = pi.check()?;
    let plan = exec.plan()?;
    let task = Task::new(pi);
    let parts = task.parts(&range);
    let ranges = Ranges::new(parts.end - parts.start, plan.threads);
    let shares = cores::run(&plan, || {
        let mut sums = Sums::default();
        while !plan.watch.is_stopped()
            && let Some(taken) = ranges.take()
        {
            let (clipped, points) = task.clip(parts.start + taken.start..parts.start + taken.end, &range);
            sums += task.run(&plan, clipped, &range);
            plan.watch.add(points);
        }
        sums
    })?;
    if plan.watch.is_stopped() {
        return Err(Error::Stopped);
    }
    Ok(Score::new(pi.method, range.end - range.start, shares))
}

/// A problem with its choices made.
#[derive(Clone, Copy)]
struct Task {
    method: PiMethod,
    seed: u64,
    grid: Grid,
}

impl Task {
    fn new(pi: &Pi) -> Self {
        Self { method: pi.method, seed: pi.seed, grid: Grid::new(pi.points) }
    }

    /// The numbers of the parts that threads share out among themselves: slabs of points, columns of the grid.
    fn parts(&self, points: &Range<u64>) -> Range<u64> {
        let size = self.part();
        points.start / size..points.end.div_ceil(size)
    }

    /// Points in a part.
    fn part(&self) -> u64 {
        if self.method == PiMethod::Stratified { self.grid.side } else { SLAB }
    }

    /// The points (or columns) of these parts, without what lies outside the run; and how many points those are.
    fn clip(&self, parts: Range<u64>, whole: &Range<u64>) -> (Range<u64>, u64) {
        let size = self.part();
        let points = (parts.start * size).max(whole.start)..parts.end.saturating_mul(size).min(whole.end);
        let count = points.end - points.start;
        (if self.method == PiMethod::Stratified { parts } else { points }, count)
    }

    /// The one place where a layer is chosen. `range` is one of columns for the stratified method, else of points.
    fn run(&self, plan: &Plan, range: Range<u64>, whole: &Range<u64>) -> Sums {
        let Self { method, seed, grid } = *self;
        match (plan.layer, plan.backend()) {
            (Layer::Simd, Some(backend)) => match method {
                PiMethod::Plain => whole_streams(seed, range, scalar::points::<false>, |streams| {
                    backend.run(simd::Points::<false> { seed, streams })
                }),
                PiMethod::Antithetic => whole_streams(seed, range, scalar::points::<true>, |streams| {
                    backend.run(simd::Points::<true> { seed, streams })
                }),
                PiMethod::Conditional => {
                    whole_streams(seed, range, scalar::heights, |streams| backend.run(simd::Heights { seed, streams }))
                }
                PiMethod::Stratified => backend.run(simd::Cells { seed, crossed: grid.crossed(range, whole.clone()) }),
            },
            (Layer::Interchanged, _) => match method {
                PiMethod::Plain => whole_streams(seed, range, scalar::points::<false>, |streams| {
                    interchanged::points::<false>(seed, streams)
                }),
                PiMethod::Antithetic => whole_streams(seed, range, scalar::points::<true>, |streams| {
                    interchanged::points::<true>(seed, streams)
                }),
                PiMethod::Conditional => {
                    whole_streams(seed, range, scalar::heights, |streams| interchanged::heights(seed, streams))
                }
                PiMethod::Stratified => interchanged::cells(seed, grid.crossed(range, whole.clone())),
            },
            (Layer::Scalar, _) | (Layer::Simd, None) => match method {
                PiMethod::Plain => scalar::points::<false>(seed, range),
                PiMethod::Antithetic => scalar::points::<true>(seed, range),
                PiMethod::Conditional => scalar::heights(seed, range),
                PiMethod::Stratified => scalar::cells(seed, grid.side, range, whole),
            },
        }
    }
}

/// Whole streams by one kernel, and what remains of streams at both ends one point at a time.
fn whole_streams(
    seed: u64,
    points: Range<u64>,
    ends: impl Fn(u64, Range<u64>) -> Sums,
    kernel: impl FnOnce(Range<u64>) -> Sums,
) -> Sums {
    let streams = points.start.div_ceil(STREAM_POINTS)..points.end / STREAM_POINTS;
    if streams.is_empty() {
        return ends(seed, points);
    }
    let mut sums = ends(seed, points.start..streams.start * STREAM_POINTS);
    sums += ends(seed, streams.end * STREAM_POINTS..points.end);
    sums += kernel(streams);
    sums
}

/// What a thread takes at a time for [`pi_ceiling`]: one that is disturbed leaves more to the others.
const PIECE: u64 = 1 << 22;

/// Runs the kernel of [`PiMethod::Plain`] over at least `points` points of endless streams, with
/// no seeding and with no point drawn finer; returns how many points that were.
///
/// The ceiling of the kernel on this machine: a benchmark divides its rate by this one's. The seed is 1. Cost: one draw of
/// 64 bits for two points, in pieces of 2^22 points; no memory.
///
/// # Errors
/// [`Error::Argument`] as [`Exec::plan`] says.
///
/// # Example
/// ```
/// assert!(lanewalk::pi_ceiling(1_000_000, &lanewalk::Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn pi_ceiling(points: u64, exec: &Exec) -> Result<u64> {
    let plan = exec.plan()?;
    let pieces = AtomicU64::new(points.div_ceil(PIECE));
    let take = || pieces.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    let done = cores::run(&plan, || {
        let mut done = 0;
        while !plan.watch.is_stopped() && take() {
            done += match (plan.layer, plan.backend()) {
                (Layer::Simd, Some(backend)) => backend.run(simd::Ceiling { points: PIECE }),
                (Layer::Interchanged, _) => interchanged::ceiling(PIECE),
                (Layer::Scalar, _) | (Layer::Simd, None) => scalar::ceiling(PIECE),
            };
        }
        done
    })?;
    Ok(done.iter().sum())
}
