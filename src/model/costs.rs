//! Tasks of known cost, assigned to the first free worker: list scheduling of indivisible tasks.
//!
//! Each chunk of tasks goes to the worker that is free first. On w workers the last one finishes after m(w), a share of
//! the whole work that follows from the costs alone. The time is W m(w). W, the seconds of all work on one worker, is
//! the only parameter to fit. The fit minimises the largest relative deviation |predicted / measured - 1|:
//!
//! ```text
//! W = 2 / (1 / rmin + 1 / rmax)      r = measured / m(w)
//! ```

use super::checks::magnitude;
use super::fit::{TOO_FAR, enough, same_work};
use super::timing::{Model, NotIdentifiable, Timing};
use crate::error::{Error, Result};
use crate::line::exact_moments;
use crate::tasks::{Order, simulate};

/// The largest distance of the example list 10, 20, ..., 150.
const MAX_EXAMPLE_DISTANCE: u32 = 150;

/// The number of tasks that are assigned at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chunk {
    /// A fixed number of tasks; 0 counts as 1.
    Tasks(usize),
    /// The default of Python's `Pool.map`: tasks / (4 workers), rounded up.
    Python,
}

/// The relative costs of tasks, in the order in which they are assigned.
///
/// ```
/// use lanewalk::model::{Chunk, Costs};
/// use lanewalk::tasks::Order;
///
/// let tasks = Costs::new([3.0, 1.0, 2.0, 2.0])?;
/// // Two workers: 3 and then 2 beside 1 and then 2.
/// assert_eq!((tasks.share(1), tasks.share(2), tasks.share(9)), (1.0, 0.625, 0.375));
/// // The longest first: 3 and 1 beside 2 and 2.
/// assert_eq!(tasks.clone().order(Order::Longest).share(2), 0.5);
/// assert_eq!(tasks.chunk(Chunk::Tasks(4)).share(2), 1.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Graham, "Bounds on multiprocessing timing anomalies", 1969.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    costs: Vec<f64>,
    chunk: Chunk,
}

impl Costs {
    /// These costs, in any unit, with chunks of one task.
    ///
    /// # Errors
    /// [`Error::Argument`] for no tasks, a cost that is negative or not finite, or costs whose sum is not above zero
    /// and finite.
    pub fn new(costs: impl IntoIterator<Item = f64>) -> Result<Self> {
        let costs = costs.into_iter().map(|cost| magnitude("costs", cost)).collect::<Result<Vec<_>>>()?;
        let sum: f64 = costs.iter().sum();
        if sum > 0.0 && sum.is_finite() {
            return Ok(Self { costs, chunk: Chunk::Tasks(1) });
        }
        Err(Error::invalid("costs", format_args!("{} costs of {sum} in all", costs.len()), "a finite sum above 0"))
    }

    /// The 15 example tasks: the same number of walks to each of Y = 10, 20, ..., 150. The cost of a walk is E\[T\]
    /// steps. Chunks are those of Python's `Pool.map`.
    ///
    /// Cost: a few milliseconds, for [`exact_moments`].
    ///
    /// # Errors
    /// None in practice: the integral equation has a solution for these distances.
    pub fn example() -> Result<Self> {
        let means =
            (10..=MAX_EXAMPLE_DISTANCE).step_by(10).map(|y| exact_moments(f64::from(y)).map(|moments| moments.mean));
        Ok(Self::new(means.collect::<Result<Vec<_>>>()?)?.chunk(Chunk::Python))
    }

    /// Sets the chunk.
    #[must_use]
    pub fn chunk(mut self, chunk: Chunk) -> Self {
        self.chunk = chunk;
        self
    }

    /// Sets the order in which tasks are assigned. A random order uses seed 1.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.costs = order.arrange(&self.costs, 1).into_iter().map(|place| self.costs[place]).collect();
        self
    }

    /// The number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.costs.len()
    }

    /// The largest task, as a share of all work: a lower bound of the time for any number of workers.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.costs.iter().copied().fold(0.0, f64::max) / self.costs.iter().sum::<f64>()
    }

    /// m(w): the end of the last task, as a share of all work. Zero workers count as one.
    ///
    /// Cost: O(tasks log workers).
    #[must_use]
    pub fn share(&self, workers: u64) -> f64 {
        let workers = workers.max(1).min(self.costs.len() as u64) as usize;
        let chunk = match self.chunk {
            Chunk::Tasks(tasks) => tasks.max(1),
            Chunk::Python => self.costs.len().div_ceil(4 * workers),
        };
        // `new` has checked the costs, and there is at least one worker and one task in each chunk.
        let makespan = simulate(&self.costs, workers, chunk).map_or(f64::NAN, |timeline| timeline.makespan());
        makespan / self.costs.iter().sum::<f64>()
    }

    /// Fits the work in seconds to these timings.
    ///
    /// # Errors
    /// [`NotIdentifiable`] from fewer than two worker counts, and from timings whose work differs.
    ///
    /// # Example
    /// ```
    /// use lanewalk::model::{Costs, Timing};
    ///
    /// // A login node, predicted to within 5 %.
    /// let timings: lanewalk::Result<Vec<_>> =
    ///     [(1, 32.0), (2, 15.7), (4, 9.6), (15, 5.9)].map(|(w, seconds)| Timing::new(w, seconds)).into_iter().collect();
    /// let schedule = Costs::example()?.fit(&timings?).unwrap();
    /// assert!((schedule.work - 30.95).abs() < 0.01 && schedule.deviation < 0.05);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    pub fn fit(&self, timings: &[Timing]) -> std::result::Result<ListSchedule, NotIdentifiable> {
        enough::<ListSchedule>(timings, 1)?;
        same_work::<ListSchedule>(timings)?;
        let whole: Vec<_> =
            timings.iter().map(|timing| timing.seconds / timing.work / self.share(timing.workers)).collect();
        let least = whole.iter().copied().fold(f64::INFINITY, f64::min);
        let most = whole.iter().copied().fold(0.0, f64::max);
        let work = 2.0 / (1.0 / least + 1.0 / most);
        let deviation = work / least - 1.0;
        if !(work > 0.0 && work.is_finite() && deviation.is_finite()) {
            return Err(NotIdentifiable::new(ListSchedule::NAME, TOO_FAR));
        }
        Ok(ListSchedule { work, deviation, costs: self.clone() })
    }
}

/// Tasks of known cost, and the seconds that all of them take on one worker.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListSchedule {
    /// W, the seconds of all work on one worker.
    pub work: f64,
    /// The largest |predicted / measured - 1| of the fitted timings.
    pub deviation: f64,
    /// The tasks.
    pub costs: Costs,
}

impl Model for ListSchedule {
    const NAME: &'static str = "critical path of tasks";

    /// W m(w). A fraction of a worker does not count.
    fn time(&self, workers: f64) -> f64 {
        self.work * self.costs.share(workers as u64)
    }
}
