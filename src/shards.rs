//! Runs in shards, which keep what is finished when they end early.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::merge::Mergeable;

/// The finished part of a run in shards.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finished<T> {
    /// The merged result of the finished shards; `None` if no shard is finished.
    pub result: Option<T>,
    /// The indices that have no result. Empty if the run is complete.
    pub remaining: Range<u64>,
    /// The error that ended the run, such as [`Error::Stopped`]; `None` if the run is complete.
    pub error: Option<Error>,
}

/// A result of a shard: a [`Mergeable`], a `Vec` of them, or a [`OnePass`](crate::OnePass). Other crates cannot
/// implement it.
pub trait ShardResult: Sized + sealed::Sealed {
    /// Adds the result of another shard.
    ///
    /// # Errors
    /// The errors of [`Mergeable::merge`], and [`Error::Merge`] for lists of different lengths. The result is then
    /// unchanged.
    fn merge_shard(&mut self, other: &Self) -> Result<()>;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

impl<T: Mergeable> sealed::Sealed for T {}
impl<T: Mergeable> sealed::Sealed for Vec<T> {}

impl<T: Mergeable> ShardResult for T {
    fn merge_shard(&mut self, other: &Self) -> Result<()> {
        self.merge(other)
    }
}

impl<T: Mergeable> ShardResult for Vec<T> {
    fn merge_shard(&mut self, other: &Self) -> Result<()> {
        if self.len() != other.len() {
            return Err(Error::merge(format!("their lists have {} and {} entries", self.len(), other.len())));
        }
        let mut merged = self.clone();
        merged.iter_mut().zip(other).try_for_each(|(merged, other)| merged.merge(other))?;
        *self = merged;
        Ok(())
    }
}

/// Runs `shard` for consecutive ranges of `size` walkers or points, and merges their results.
///
/// A single run returns no result after a stop, because the finished walks alone are a biased sample: long walks are
/// missing. Here the result of every finished shard is kept, and only the unfinished shard is lost. Shards are fixed by
/// their indices, so the results are those of a smaller run. A stop after a given time biases a mean by less than 1/n
/// of its value for n finished walks, which is far below the standard error of about 0.8 / sqrt(n).
///
/// Deterministic: `result` is equal to the bit to that of a single run over the same indices. Cost: at the end of each
/// shard, all threads wait for its longest walk; shards of a second or more lose little.
///
/// # Example
/// ```
/// use lanewalk::{Error, Exec, Mergeable, RunControl, Walk, first_exit, run_in_shards};
///
/// let walk = Walk::between(-5.0, 8.0).seed(7);
/// let control = RunControl::new();
/// let exec = Exec::default().control(&control);
/// let finished = run_in_shards(0..10_000, 1000, |walkers| {
///     // In a real program, a signal handler or another thread stops the control.
///     if walkers.start == 3000 {
///         control.stop();
///     }
///     first_exit(&walk.clone().walkers(walkers), &exec)
/// });
/// assert_eq!((finished.error, finished.remaining.clone()), (Some(Error::Stopped), 3000..10_000));
///
/// // The rest can be computed later, and merged.
/// let mut result = finished.result.unwrap();
/// result.merge(&first_exit(&walk.clone().walkers(finished.remaining), &Exec::default())?)?;
/// assert_eq!(result, first_exit(&walk.samples(10_000), &Exec::default())?);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn run_in_shards<T: ShardResult>(
    indices: Range<u64>,
    size: u64,
    mut shard: impl FnMut(Range<u64>) -> Result<T>,
) -> Finished<T> {
    let mut finished = Finished::<T> { result: None, remaining: indices, error: None };
    if size == 0 {
        finished.error = Some(Error::invalid("size", 0, "at least 1"));
    }
    while finished.error.is_none() && !finished.remaining.is_empty() {
        let Range { start, end } = finished.remaining;
        let next = end.min(start.saturating_add(size));
        let merged = shard(start..next).and_then(|result| match &mut finished.result {
            Some(merged) => merged.merge_shard(&result),
            none => {
                *none = Some(result);
                Ok(())
            }
        });
        match merged {
            Ok(()) => finished.remaining = next..end,
            Err(error) => finished.error = Some(error),
        }
    }
    finished
}
