//! One walk of each walker for everything that is asked of it: the result, the distribution of T, every walker by
//! itself.

use super::distribution::TimeDistribution;
use super::problem::{Problem, ProblemKernel, Walk};
use super::record::Record;
use super::run::{records_by, walk_each};
use super::source::{CENSORED, WalkerSource};
use crate::error::{Error, Result};
use crate::exec::Exec;

/// What one pass over the walkers of a single problem gives.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OnePass<T> {
    /// What the problem's own function returns.
    pub result: T,
    /// How many walks took how many steps.
    pub times: TimeDistribution,
}

/// The result of a single problem and the whole distribution of T, from one walk of each walker.
///
/// The result is that of the problem's own function, such as [`first_passage`](crate::first_passage) for one distance,
/// and the times are those of [`time_distribution`](crate::time_distribution), to the last bit; each alone would walk
/// every walker once more.
///
/// Deterministic: the same for every `exec`. Cost: that of the problem's own function; memory as for the times.
///
/// # Errors
/// [`Error::Argument`] as for the problem's own function, for more than one distance, and for
/// [`Method::Exact`](crate::Method::Exact); [`Error::Stopped`] if the run was stopped.
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
    let plan = exec.plan()?;
    let mut records: Vec<(P::Record, TimeDistribution)> = records_by(walk, &targets, 1, &plan, |source| {
        let source: &mut dyn WalkerSource<Boundary = <P as ProblemKernel>::Boundary> = source;
        walk.problem.walk(&targets, &plan, &mut { source });
    })?;
    let (record, times) = records.swap_remove(0);
    Ok(OnePass { result: walk.problem.summary(record, walk.origin()), times: times.of(walk) })
}

/// Consecutive walkers, each by itself.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct WalkerBlock {
    /// The index of the first walker.
    pub first: u64,
    /// T of each walker in steps, [`CENSORED`](crate::CENSORED) if the horizon ended its walk.
    pub times: Vec<u64>,
    /// Where each walker ended, in units of 2^-31: [`Walk::coordinates`] numbers for each, one after another.
    pub positions: Vec<i64>,
}

/// As [`walk_once`], and hands every walker to `each`, in the order of their indices, in blocks of `size` walkers.
///
/// `each` takes a block by value and returns an empty or used one, whose memory is used again. So no more than the
/// blocks that `each` holds back are held, however many walkers there are: 16 bytes for each walker of a block in one
/// dimension. If it returns `None`, walking ends with [`Error::Stopped`].
///
/// Deterministic: blocks, result and times are the same for every `exec`. Cost: that of the problem's own function, and
/// waiting for the longest walk at the end of each block.
///
/// # Errors
/// As [`walk_once`], for a `size` of 0, and [`Error::Argument`] as [`walk_each`] has it.
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
    let boundary = targets[0].boundary;
    let (coordinates, start) = (walk.problem.coordinates(), walk.problem.start());
    let mut record = <(P::Record, TimeDistribution)>::default();
    let mut part = Walk { problem: walk.problem.for_each(), ..walk.clone() };
    let mut block = WalkerBlock::default();
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
            for (seen, position) in position.iter_mut().zip(&block.positions[index * coordinates..][..coordinates]) {
                *seen = *position - start;
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

/// The most numbers that a position has.
const MAX_COORDINATES: usize = 16;
