//! Many estimates of pi, each from its own points, reported as they finish.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::bases::Bases;
use super::grid::StratifiedGrid;
use super::layer::{PARTS_PER_POLL, SLAB, Task};
use super::problem::{MAX_POINTS, PiMethod, describe};
use super::sums::Sums;
use super::tally::PiTally;
use super::wide_sum::Long;
use crate::cores::Ranges;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::merge::{ExactSums, Mergeable, Origin, Parts};
use crate::run_control::RunControl;
use crate::stats::{Estimate, EstimateWithExact};

/// The maximum distance of a batch from the first missing one, in order: held batches take less than 10 MB.
const WINDOW: u64 = 1 << 16;

/// The sleep of a thread that is too far ahead, before it checks again whether the run was stopped.
const PATIENCE: Duration = Duration::from_millis(10);

/// The number of points between two polls of the control.
const PIECE: u64 = PARTS_PER_POLL * SLAB;

/// Repetitions of one experiment: the number of batches, the points of each, and the order in which they are reported.
///
/// Batch b counts points b N .. (b + 1) N of the seed, so that all of them together are the run of B N points.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    count: u64,
    points: u64,
    chunk: u64,
    unordered: bool,
    seed: u64,
    method: PiMethod,
}

impl Batches {
    /// `batches` estimates from `batch_points` points each.
    #[must_use]
    pub fn new(batches: u64, batch_points: u64) -> Self {
        Self { count: batches, points: batch_points, chunk: 4, unordered: false, seed: 1, method: PiMethod::Plain }
    }

    /// The number of batches that a thread takes at a time. Default: 4. In order, at most 65 536 / (2 * threads): with
    /// more, threads would wait for one another.
    #[must_use]
    pub fn chunk(mut self, chunk: u64) -> Self {
        self.chunk = chunk;
        self
    }

    /// Whether batches are reported as they finish, instead of in order. Default: no.
    #[must_use]
    pub fn unordered(mut self, unordered: bool) -> Self {
        self.unordered = unordered;
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

    /// The origin of the summary of these points.
    fn origin(&self, points: Range<u64>) -> Origin {
        let mut problem = describe(self.method, None);
        problem.push(("batch_points", self.points.to_string()));
        Origin::new(problem, self.seed, points)
    }

    /// The tally of these points.
    fn tally(&self, points: Range<u64>, sums: Sums) -> PiTally {
        PiTally::new(self.method, Origin::new(describe(self.method, None), self.seed, points), [sums])
    }

    /// Checks whether the batches can be run, and returns the total number of points of all batches.
    ///
    /// # Errors
    /// [`Error::Argument`] for zero batches, batches without points, chunks of zero, more than 2^62 points in total,
    /// and for [`PiMethod::Stratified`], because the parts of one grid are not independent batches.
    pub fn check(&self) -> Result<u64> {
        for (argument, value) in [("batches", self.count), ("batch_points", self.points), ("chunk", self.chunk)] {
            if value == 0 {
                return Err(Error::invalid(argument, 0, "at least 1"));
            }
        }
        if self.method == PiMethod::Stratified {
            let expected = "plain, antithetic or conditional with batches: pieces of one grid are not repetitions";
            return Err(Error::invalid("method", self.method, expected));
        }
        let most = MAX_POINTS / self.points;
        if most == 0 {
            return Err(Error::invalid("batch_points", self.points, format!("at most {MAX_POINTS} (2^62)")));
        }
        if self.count > most {
            let expected = format!("at most {most} batches of {} points (2^62 points in all)", self.points);
            return Err(Error::invalid("batches", self.count, expected));
        }
        Ok(self.count * self.points)
    }
}

/// The result of batches: exact sums over points and over batches. [`BatchSummary::estimate`] computes the mean and its
/// standard error from them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchSummary {
    /// All batches merged: the tally of one run with the same points. Its standard error is the one over points.
    pub tally: PiTally,
    /// The number of batches.
    pub batches: u64,
    /// The sum over batches of the square of [`PiTally::sum`]: the upper and the lower 128 bits.
    pub sum_squares: [u128; 2],
    origin: Origin,
}

impl ExactSums for BatchSummary {
    const KIND: &'static str = "pi in batches";

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn origin_mut(&mut self) -> &mut Origin {
        &mut self.origin
    }

    fn count(&self) -> u64 {
        self.tally.points
    }

    fn sums(&self) -> Vec<(String, u128)> {
        let [upper, lower] = self.sum_squares;
        let more = [("batches", self.batches.into()), ("batch_squares_upper", upper), ("batch_squares_lower", lower)];
        self.tally.sums().into_iter().chain(more.map(|(name, sum)| (name.to_owned(), sum))).collect()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        self.tally.merge(&other.tally)?;
        self.batches += other.batches;
        self.sum_squares = Long(self.sum_squares).plus(Long(other.sum_squares)).0;
        Ok(())
    }

    fn from_sums(parts: &Parts) -> Result<Self> {
        let batches = Batches::new(parts.sum("batches")?, parts.value("batch_points")?).method(parts.value("method")?);
        let points = Batches { count: batches.count.max(1), ..batches.clone() }.check()?;
        let mut problem = parts.problem.clone();
        problem.remove("batch_points");
        let sums = parts.sums.iter().filter(|(name, _)| !name.starts_with("batch"));
        let sums = sums.map(|(name, sum)| (name.clone(), *sum)).collect();
        let tally = Parts::new(PiTally::KIND, problem, parts.seed, parts.ranges.clone(), sums);
        let tally = PiTally::from_parts(&tally)?;
        if batches.count > 0 && tally.points != points {
            let given = format_args!("{} batches and {} points", batches.count, tally.points);
            return Err(Error::invalid("parts", given, format!("{} points a batch", batches.points)));
        }
        let sum_squares = [parts.sum("batch_squares_upper")?, parts.sum("batch_squares_lower")?];
        // For numbers that are not negative: sum of squares <= (sum)^2 <= count * sum of squares.
        let (squares, square) = (Long(sum_squares), Long::square(tally.sum));
        if squares > square || squares.times(batches.count) < square {
            return Err(Error::invalid("parts", "sums of squares", "sums of squares that are possible for their sum"));
        }
        Ok(Self { tally, batches: batches.count, sum_squares, origin: batches.origin(0..0) })
    }
}

impl BatchSummary {
    /// The summary of zero batches.
    ///
    /// ```
    /// use lanewalk::{BatchSummary, Batches, Exec, estimate_pi_batches};
    ///
    /// // The summary of the batches so far, after every batch.
    /// let batches = Batches::new(10, 500);
    /// let mut so_far = BatchSummary::new(&batches);
    /// let whole = estimate_pi_batches(&batches, &Exec::default(), |_, tally| {
    ///     so_far.record(tally).expect("a batch of this run");
    /// })?;
    /// assert_eq!(so_far, whole);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn new(batches: &Batches) -> Self {
        let tally = batches.tally(0..0, Sums::default());
        Self { tally, batches: 0, sum_squares: [0; 2], origin: batches.origin(0..0) }
    }

    /// Adds a batch.
    ///
    /// # Errors
    /// [`Error::Merge`] if the batch has another method, seed or number of points than the others, or is already
    /// recorded; the summary is then unchanged.
    pub fn record(&mut self, batch: &PiTally) -> Result<()> {
        let [points] = self.origin.problem.iter().filter(|(name, _)| *name == "batch_points").collect::<Vec<_>>()[..]
        else {
            unreachable!("every summary has its points")
        };
        if batch.points.to_string() != points.1 {
            return Err(Error::merge(format!("a batch has {} points, the others {}", batch.points, points.1)));
        }
        self.tally.merge(batch)?;
        self.batches += 1;
        self.sum_squares = Long(self.sum_squares).plus(Long::square(batch.sum)).0;
        self.origin.ranges = self.tally.ranges().to_vec();
        Ok(())
    }

    /// The mean of the batches' estimates, which is that of all points. Its standard error is the sample standard
    /// deviation of the batches' estimates over the square root of their number (`None` for fewer than two batches).
    ///
    /// With B batches of N points, s_b the sum of batch b and c = 4 (2 for `antithetic`, 4 * 2^-40 for `conditional`):
    ///
    /// ```text
    /// value     = c / (B N) * sum of s_b
    /// std_error = c / N * sqrt((B * sum of s_b^2 - (sum of s_b)^2) / (B^2 (B - 1)))
    /// ```
    ///
    /// The difference is computed in integers. `None` for zero batches.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let value = self.tally.estimate()?.value;
        let std_error = (self.batches > 1).then(|| {
            let difference = Long(self.sum_squares).times(self.batches).minus(Long::square(self.tally.sum));
            let batches = self.batches as f64;
            let deviation = (difference.to_f64() / batches / (batches - 1.0)).sqrt();
            self.tally.method.unit() * deviation / (self.tally.points as f64 / batches) / batches.sqrt()
        });
        Some(Estimate::new(value, std_error))
    }
}

impl BatchSummary {
    /// The estimate from all points with pi as its exact value: see [`PiTally::estimate_with_exact`].
    #[must_use]
    pub fn estimate_with_exact(&self) -> EstimateWithExact {
        self.tally.estimate_with_exact()
    }
}

/// Estimates pi from each of many batches of random points, one batch to a thread. Calls `each` as batches finish.
///
/// Batch b counts points b N .. (b + 1) N of the seed by the equation of [`estimate_pi`](super::estimate_pi). The
/// summary's mean and error are those of [`BatchSummary::estimate`]. `each` takes the number of a batch and its tally,
/// in the order of batches, or as they finish with [`Batches::unordered`]. The working threads call it, one call at a
/// time, while other threads may wait for it: keep it short. A run that it starts uses one thread. A panic in it ends
/// the run and propagates out of this function.
///
/// Deterministic: every batch's tally and the summary depend on `batches` alone. They have the same bits for every
/// `exec`, chunk and order. The merged tally is that of one run with the same points, for every size of a batch. Only
/// the order of calls varies, with [`Batches::unordered`].
///
/// Cost: that of [`estimate_pi`](super::estimate_pi). If the points of a batch are not a multiple of 1024, up to 2046
/// points of each batch are counted one at a time. A batch of fewer than 32 768 points leaves lanes empty, since a lane
/// takes 1024 at a time (`interchanged`: 65 536, and it is slow below). Memory grows neither with points nor with
/// batches: in order, a thread that is 65 536 batches ahead of the first missing one waits.
///
/// # Errors
/// [`Error::Argument`] as [`Batches::check`] and [`Exec::plan`] say; [`Error::Stopped`] if the run was stopped, after
/// which `each` is not called again.
///
/// # Example
/// ```
/// use lanewalk::{Batches, Exec, Pi, estimate_pi, estimate_pi_batches};
///
/// let mut estimates = Vec::new();
/// let summary = estimate_pi_batches(&Batches::new(100, 10_000).seed(1), &Exec::default(), |batch, tally| {
///     assert_eq!(batch, estimates.len() as u64);
///     estimates.push(tally.estimate().unwrap().value);
/// })?;
/// assert_eq!(summary.tally, estimate_pi(&Pi::points(1_000_000).seed(1), &Exec::default())?);
/// let mean = estimates.iter().sum::<f64>() / 100.0;
/// let variance = estimates.iter().map(|estimate| (estimate - mean).powi(2)).sum::<f64>() / 99.0;
/// let estimate = summary.estimate().unwrap();
/// assert!((estimate.value - mean).abs() < 1e-12);
/// assert!((estimate.std_error.unwrap() - (variance / 100.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn estimate_pi_batches(
    batches: &Batches,
    exec: &Exec,
    each: impl FnMut(u64, &PiTally) + Send,
) -> Result<BatchSummary> {
    let whole = batches.check()?;
    let plan = exec.plan()?;
    plan.control.begin(whole as f64);
    let &Batches { count, points, chunk, unordered, seed, method } = batches;
    let task = Task { method, bases: Bases::new(seed), grid: StratifiedGrid::new(1) };
    let chunk = if unordered { chunk } else { chunk.min(WINDOW / (2 * plan.threads as u64)) };
    let chunks = Ranges::in_chunks(count, chunk);
    let buffer = ReorderBuffer::new(batches, (!unordered).then_some(WINDOW), each);
    plan.run(|| {
        let _alarm = Alarm(&buffer.abandoned);
        while let Some(taken) = chunks.take() {
            for batch in taken {
                let range = batch * points..(batch + 1) * points;
                let Some(sums) = task.batch(&plan, &buffer.abandoned, range.clone()) else { return };
                if !buffer.take(batch, batches.tally(range, sums), &plan.control) {
                    return;
                }
            }
        }
    })?;
    if plan.control.is_stopped() { Err(Error::Stopped) } else { Ok(buffer.summary()) }
}

impl Task {
    /// Counts one batch on this thread; `None` if the run ends first.
    fn batch(&self, plan: &Plan, abandoned: &AtomicBool, points: Range<u64>) -> Option<Sums> {
        let mut sums = Sums::default();
        let mut next = points.start;
        while next < points.end {
            if plan.control.is_stopped() || abandoned.load(Ordering::Relaxed) {
                return None;
            }
            // Pieces end where slabs end, so that only the ends of the batch split a stream.
            let end = (next / PIECE + 1).saturating_mul(PIECE).min(points.end);
            sums += self.run(plan, next..end, &points);
            plan.control.add(end - next);
            next = end;
        }
        Some(sums)
    }
}

/// Receives the threads' batches and passes them to `each`.
struct ReorderBuffer<F> {
    state: Mutex<State<F>>,
    /// Signals that the first missing batch has arrived.
    moved: Condvar,
    /// Set after a panic in a thread: a missing batch may never arrive.
    abandoned: AtomicBool,
    /// In order: the maximum distance of a batch from the first missing one.
    window: Option<u64>,
}

struct State<F> {
    each: F,
    summary: BatchSummary,
    /// Batches that arrived before an earlier one.
    early: BTreeMap<u64, PiTally>,
}

impl<F: FnMut(u64, &PiTally)> State<F> {
    fn pass_on(&mut self, batch: u64, tally: &PiTally) {
        (self.each)(batch, tally);
        self.summary.record(tally).unwrap_or_else(|_| unreachable!("the batches of one run fit"));
    }
}

impl<F: FnMut(u64, &PiTally)> ReorderBuffer<F> {
    fn new(batches: &Batches, window: Option<u64>, each: F) -> Self {
        let state = State { each, summary: BatchSummary::new(batches), early: BTreeMap::new() };
        Self { state: Mutex::new(state), moved: Condvar::new(), abandoned: AtomicBool::new(false), window }
    }

    /// Accepts a batch. Returns whether the thread should continue.
    ///
    /// There is no deadlock. Chunks are assigned in ascending order, and each thread hands in its own in ascending
    /// order. So the thread with the first missing batch does not wait here.
    fn take(&self, batch: u64, tally: PiTally, control: &RunControl) -> bool {
        // The lock is poisoned: `each` has panicked, and must not be called again.
        let Ok(mut state) = self.state.lock() else { return false };
        let Some(window) = self.window else {
            if control.is_stopped() {
                return false;
            }
            state.pass_on(batch, &tally);
            return true;
        };
        // In order, the number of reported batches is the number of the first missing one.
        while batch - state.summary.batches >= window {
            if control.is_stopped() || self.abandoned.load(Ordering::Relaxed) {
                return false;
            }
            match self.moved.wait_timeout(state, PATIENCE) {
                Ok((woken, _)) => state = woken,
                Err(_) => return false,
            }
        }
        state.early.insert(batch, tally);
        loop {
            if control.is_stopped() {
                return false;
            }
            let next = state.summary.batches;
            let Some(tally) = state.early.remove(&next) else { break };
            state.pass_on(next, &tally);
        }
        drop(state);
        self.moved.notify_all();
        true
    }

    fn summary(self) -> BatchSummary {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).summary
    }
}

/// Reports a panic in this thread to the others.
struct Alarm<'a>(&'a AtomicBool);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches() -> Batches {
        Batches::new(50, 9)
    }

    /// The tally of a batch; both sums are its number.
    fn tally(batch: u64) -> PiTally {
        batches().tally(9 * batch..9 * (batch + 1), Sums { sum: batch.into(), spread: batch.into() })
    }

    #[test]
    fn threads_too_far_ahead_wait() {
        let control = RunControl::default();
        let mut order = Vec::new();
        let buffer = ReorderBuffer::new(&batches(), Some(2), |batch, tally: &PiTally| order.push((batch, tally.sum)));
        thread::scope(|scope| {
            let ahead = scope.spawn(|| (1..50).step_by(2).all(|batch| buffer.take(batch, tally(batch), &control)));
            while buffer.state.lock().unwrap().early.is_empty() {
                thread::yield_now();
            }
            assert_eq!(
                buffer.state.lock().unwrap().early.len(),
                1,
                "batch 3 waits for batch 1, and batch 1 for batch 0"
            );
            assert!((0..50).step_by(2).all(|batch| buffer.take(batch, tally(batch), &control)));
            assert!(ahead.join().unwrap());
        });
        assert_eq!(buffer.summary().batches, 50);
        assert_eq!(order, (0..50).map(|batch| (batch, u128::from(batch))).collect::<Vec<_>>());
    }

    #[test]
    fn waiting_threads_end_at_a_stop_and_at_a_panic() {
        type Each = fn(u64, &PiTally);
        type End = fn(&ReorderBuffer<Each>, &RunControl);
        let ends: [(&str, End); 3] = [
            ("stop", |_, control| control.stop()),
            ("panic in a kernel", |buffer, _| {
                let _alarm = Alarm(&buffer.abandoned);
                panic!("a kernel");
            }),
            ("panic in each", |buffer, control| {
                buffer.take(0, tally(0), control);
            }),
        ];
        for (name, end) in ends {
            let control = RunControl::default();
            let each: Each = |_, _| panic!("each");
            let buffer = ReorderBuffer::new(&batches(), Some(2), each);
            thread::scope(|scope| {
                let waiting = scope.spawn(|| buffer.take(7, tally(7), &control));
                thread::sleep(2 * PATIENCE);
                let ended = scope.spawn(|| end(&buffer, &control)).join();
                assert_eq!(ended.is_err(), name != "stop", "{name}");
                assert!(!waiting.join().unwrap(), "{name}");
            });
        }
    }
}
