//! One pass over the walkers for several outputs: the result, the distribution of T, and each walker separately.

use super::distribution::TimeDistribution;
use super::problem::{Problem, ProblemKernel, Walk};
use super::record::Record;
use super::run::{records_by, walk_each};
use super::source::{CENSORED, WalkerSource};
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::memory;
use crate::merge::Mergeable;
use crate::shards::ShardResult;
use crate::shards::sealed::Sealed;

/// The output of one pass over the walkers of a single problem.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OnePass<T> {
    /// The result of the problem's own function.
    pub result: T,
    /// The number of walks for each number of steps.
    pub times: TimeDistribution,
}

impl<T: Mergeable> Sealed for OnePass<T> {}

/// Adds result and times of other walkers of the same problem.
impl<T: Mergeable + Clone> ShardResult for OnePass<T> {
    fn merge_shard(&mut self, other: &Self) -> Result<()> {
        let mut result = self.result.clone();
        result.merge(&other.result)?;
        Mergeable::merge(&mut self.times, &other.times)?;
        self.result = result;
        Ok(())
    }
}

/// The result of a single problem and the whole distribution of T, in one pass over the walkers.
///
/// The result is equal to the bit to the result of the problem's own function, such as
/// [`first_passage`](crate::first_passage) for one distance. The times are equal to the bit to those of
/// [`time_distribution`](crate::time_distribution). Two separate calls would simulate every walker twice.
///
/// Deterministic: the same for every `exec`. Cost: the same as for the problem's own function. Memory: the same as for
/// [`time_distribution`](crate::time_distribution).
///
/// # Errors
/// [`Error::Argument`] as for the problem's own function, for more than one distance, and for
/// [`Method::Exact`](crate::Method::Exact); [`Error::OutOfMemory`]; [`Error::Stopped`] if the run was stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, walk_once};
///
/// let pass = walk_once(&Walk::to(10.0).samples(10_000), &Exec::default())?;
/// assert_eq!(pass.result.tally.samples, pass.times.samples());
/// assert!(pass.result.z().unwrap().abs() < 4.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn walk_once<P: Problem>(walk: &Walk<P>, exec: &Exec) -> Result<OnePass<P::Result>> {
    let targets = walk.problem.targets(walk.seed)?;
    walk.problem.check_single()?;
    walk.check_walkers()?;
    walk.problem.check_count(walk.count())?;
    TimeDistribution::check_memory(walk)?;
    let plan = exec.plan()?;
    let mut records: Vec<(P::Record, TimeDistribution)> = records_by(walk, &targets, 1, &plan, |source| {
        let source: &mut dyn WalkerSource<Boundary = <P as ProblemKernel>::Boundary> = source;
        walk.problem.walk(&targets, &plan, &mut { source });
    })?;
    let (record, times) = records.swap_remove(0);
    Ok(OnePass { result: walk.problem.summary(record, walk.origin()), times: times.of(walk) })
}

/// The times and end positions of consecutive walkers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct WalkerBlock {
    /// The index of the first walker.
    pub first: u64,
    /// T of each walker in steps, or [`CENSORED`](crate::CENSORED) if the horizon ended its walk.
    pub times: Vec<u64>,
    /// The end position of each walker in units of 2^-31: [`Walk::coordinates`] consecutive numbers for each walker.
    pub positions: Vec<i64>,
}

/// Like [`walk_once`], and also passes all walkers to `each`, in the order of their indices, in blocks of `size`
/// walkers.
///
/// `each` takes a block by value and returns an empty or used block, whose memory is reused. So the memory does not
/// depend on the number of walkers: in one dimension a block takes 16 bytes per walker, and only the blocks that `each`
/// keeps add to it. If `each` returns `None`, the run ends with [`Error::Stopped`].
///
/// Deterministic: blocks, result and times are the same for every `exec`. Cost: the same as for the problem's own
/// function, plus the wait for the longest walk at the end of each block.
///
/// # Errors
/// The errors of [`walk_once`]; [`Error::Argument`] for a `size` of 0; [`Error::OutOfMemory`].
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, walk_in_blocks};
///
/// let mut longest = 0;
/// let pass = walk_in_blocks(&Walk::to(5.0).samples(1000), 256, &Exec::default(), |block| {
///     longest = block.times.iter().copied().fold(longest, u64::max);
///     Some(block)
/// })?;
/// assert_eq!(pass.result.tally.longest, longest);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn walk_in_blocks<P: Problem + Clone>(
    walk: &Walk<P>,
    size: usize,
    exec: &Exec,
    mut each: impl FnMut(WalkerBlock) -> Option<WalkerBlock>,
) -> Result<OnePass<P::Result>> {
    let targets = walk.problem.targets(walk.seed)?;
    walk.problem.check_single()?;
    walk.check_walkers()?;
    walk.problem.check_count(walk.count())?;
    if size == 0 {
        return Err(Error::invalid("size", 0, "at least 1"));
    }
    TimeDistribution::check_memory(walk)?;
    let boundary = targets[0].boundary;
    let (coordinates, start) = (walk.problem.coordinates(), walk.problem.start());
    let mut record = <(P::Record, TimeDistribution)>::default();
    let mut part = Walk { problem: walk.problem.for_each(), ..walk.clone() };
    let largest = walk.count().min(size as u64) as usize;
    let mut block = WalkerBlock {
        first: 0,
        times: memory::room("size", largest)?,
        positions: memory::room("size", largest.saturating_mul(coordinates))?,
    };
    let mut first = walk.walkers.start;
    while first < walk.walkers.end {
        let end = walk.walkers.end.min(first.saturating_add(size as u64));
        let count = (end - first) as usize;
        block.first = first;
        block.times.resize(count, 0);
        block.positions.resize(count * coordinates, 0);
        part.walkers = first..end;
        walk_each(&part, &mut block.times, Some(&mut block.positions), exec)?;
        for (index, &time) in block.times.iter().enumerate() {
            let mut position = [0; MAX_COORDINATES];
            for (relative, position) in position.iter_mut().zip(&block.positions[index * coordinates..][..coordinates])
            {
                *relative = *position - start;
            }
            match time {
                CENSORED => record.censor(&boundary, walk.problem.horizon(), &position),
                time => record.record(&boundary, time, &position),
            }
        }
        block = each(block).ok_or(Error::Stopped)?;
        first = end;
    }
    let (record, times) = record;
    Ok(OnePass { result: walk.problem.summary(record, walk.origin()), times: times.of(walk) })
}

/// The maximum number of coordinates of a position.
const MAX_COORDINATES: usize = 16;
