//! Sources of walkers: they supply the walkers of a kernel and take the results of walks, for every kernel and
//! layer.
//!
//! A kernel takes walkers from its [`WalkerSource`] and reports crossings to it. Ranges, shards, lists of boundaries,
//! horizons and tallies belong to the source, so the kernels do not depend on them. Each thread has its own source;
//! threads share the counter behind [`Ranges`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::record::Record;
use crate::cores::{Ranges, share};
use crate::run_control::RunControl;
use crate::stream::{Label, base};

/// Consecutive walkers with the same boundary.
pub(crate) struct Batch<B> {
    /// The base of the family of their streams.
    pub(crate) base: u64,
    /// Their indices, which are those of their streams.
    pub(crate) walkers: Range<u64>,
    /// The end of their walks.
    pub(crate) boundary: B,
    /// The source's number for that boundary.
    pub(crate) rank: usize,
}

/// The walkers of one thread, and the receiver of their crossings.
pub(crate) trait WalkerSource {
    /// The end of a walk: bounds on the line, a region in space, or `()` if the kernel has only one boundary.
    type Boundary: Copy;

    /// The next batch, of at least one and at most `most` walkers. `None` if there are no more, or if the run is
    /// stopped.
    fn next(&mut self, most: u64) -> Option<Batch<Self::Boundary>>;

    /// Reports that `walker` has crossed the boundary of `rank` after `time` steps and is at `position`, one number for
    /// each coordinate. Returns the next boundary, which it has not crossed yet, or `None` if the walk ends.
    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, Self::Boundary)>;

    /// The number of steps after which a walk without a crossing ends.
    fn horizon(&self) -> u64 {
        u64::MAX
    }

    /// Reports that `walker` has not crossed within the horizon and ends at `position`.
    fn censored(&mut self, rank: usize, walker: u64, position: &[i64]) {
        _ = (rank, walker, position);
    }

    /// Returns whether to go on. A kernel calls it after about every [`SLICE`] draws of all its walkers. `draws` is
    /// their number since the last call.
    fn proceed(&mut self, draws: u64) -> bool;
}

impl<F: WalkerSource + ?Sized> WalkerSource for &mut F {
    type Boundary = F::Boundary;

    fn next(&mut self, most: u64) -> Option<Batch<F::Boundary>> {
        (**self).next(most)
    }
    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, F::Boundary)> {
        (**self).crossed(rank, walker, time, position)
    }
    fn horizon(&self) -> u64 {
        (**self).horizon()
    }
    fn censored(&mut self, rank: usize, walker: u64, position: &[i64]) {
        (**self).censored(rank, walker, position);
    }
    fn proceed(&mut self, draws: u64) -> bool {
        (**self).proceed(draws)
    }
}

/// The number of draws between two calls of [`WalkerSource::proceed`]: a few milliseconds on the slowest layer.
pub(crate) const SLICE: u64 = 1 << 18;

/// A boundary, and the walkers that walk to it.
#[derive(Clone, Copy)]
pub(crate) struct Target<B> {
    pub(crate) boundary: B,
    /// The base of their streams.
    pub(crate) base: u64,
}

impl<B> Target<B> {
    /// The walkers of `seed`, which walk to `boundary`.
    pub(crate) fn new(boundary: B, seed: u64) -> Self {
        Self { boundary, base: base(seed, Label::WALK) }
    }
}

/// Steps of finished walks, passed on to a [`RunControl`] in larger portions than single walks.
pub(crate) struct Progress<'a> {
    control: &'a RunControl,
    pub(crate) steps: u64,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(control: &'a RunControl) -> Self {
        Self { control, steps: 0 }
    }
    /// Reports the steps so far. Returns whether to go on.
    fn report(&mut self) -> bool {
        self.control.add(std::mem::take(&mut self.steps));
        !self.control.is_stopped()
    }
}

/// Runs every walker to every target separately. With n walkers, number g n + k of the ranges is walker k of target g.
pub(crate) struct ListSource<'a, B, R> {
    pub(crate) targets: &'a [Target<B>],
    /// The indices of the walkers.
    pub(crate) walkers: Range<u64>,
    pub(crate) horizon: u64,
    pub(crate) ranges: &'a Ranges,
    pub(crate) current: Range<u64>,
    pub(crate) records: Vec<R>,
    pub(crate) progress: Progress<'a>,
}

impl<B: Copy, R: Record<B>> WalkerSource for ListSource<'_, B, R> {
    type Boundary = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        if self.current.is_empty() {
            self.current = if self.progress.report() { self.ranges.take()? } else { return None };
        } else if self.progress.control.is_stopped() {
            return None;
        }
        let each = self.walkers.end - self.walkers.start;
        let (rank, index) = (self.current.start / each, self.current.start % each);
        let count = most.min(each - index).min(self.current.end - self.current.start);
        self.current.start += count;
        let Target { boundary, base } = self.targets[rank as usize];
        let first = self.walkers.start + index;
        Some(Batch { base, walkers: first..first + count, boundary, rank: rank as usize })
    }

    #[inline(always)]
    fn crossed(&mut self, rank: usize, _walker: u64, time: u64, position: &[i64]) -> Option<(usize, B)> {
        self.progress.steps += time;
        self.records[rank].record(&self.targets[rank].boundary, time, position);
        None
    }

    #[inline(always)]
    fn horizon(&self) -> u64 {
        self.horizon
    }

    fn censored(&mut self, rank: usize, _walker: u64, position: &[i64]) {
        self.progress.steps += self.horizon;
        self.records[rank].censor(&self.targets[rank].boundary, self.horizon, position);
    }

    fn proceed(&mut self, _draws: u64) -> bool {
        self.progress.report()
    }
}

/// Runs walkers to one boundary and from there to another. Only the second crossing is reported to `source`.
pub(crate) struct RoundTrip<'f, F: ?Sized, B> {
    pub(crate) source: &'f mut F,
    /// The first boundary of all walkers.
    pub(crate) out: B,
    /// The second boundary, for a walker that has crossed `out` and is at `position`.
    pub(crate) then: fn(out: B, position: &[i64]) -> B,
}

impl<F: WalkerSource<Boundary = ()> + ?Sized, B: Copy> WalkerSource for RoundTrip<'_, F, B> {
    type Boundary = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        let Batch { base, walkers, rank, .. } = self.source.next(most)?;
        Some(Batch { base, walkers, boundary: self.out, rank: 2 * rank })
    }

    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, B)> {
        if rank.is_multiple_of(2) {
            return Some((rank + 1, (self.then)(self.out, position)));
        }
        _ = self.source.crossed(rank / 2, walker, time, position);
        None
    }

    fn horizon(&self) -> u64 {
        self.source.horizon()
    }

    fn censored(&mut self, rank: usize, walker: u64, position: &[i64]) {
        self.source.censored(rank / 2, walker, position);
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.source.proceed(draws)
    }
}

/// The part of a caller's slices that no thread has taken yet.
pub(crate) struct Slices<'a> {
    pub(crate) first: u64,
    pub(crate) times: &'a mut [u64],
    /// One number for each time and coordinate, if positions are requested.
    pub(crate) positions: Option<&'a mut [i64]>,
}

/// The time of a walker without a result, because the run was stopped first.
pub const NOT_DONE: u64 = 0;

/// The time of a walker that the horizon ended.
pub const CENSORED: u64 = u64::MAX;

/// Runs every walker of a range to one target, and writes its time and end position to the caller's slices.
pub(crate) struct SliceSource<'a, 's, B> {
    pub(crate) target: Target<B>,
    pub(crate) horizon: u64,
    /// The number of coordinates of a position.
    pub(crate) coordinates: usize,
    /// The start in each coordinate. Positions in kernels are relative to it.
    pub(crate) start: i64,
    pub(crate) workers: u64,
    pub(crate) left: &'a Mutex<Slices<'s>>,
    /// The pieces that this thread has taken. Some of their walkers may not have ended yet.
    pub(crate) pieces: Vec<Slices<'s>>,
    pub(crate) current: Range<u64>,
    pub(crate) progress: Progress<'a>,
}

impl<B> SliceSource<'_, '_, B> {
    fn ended(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) {
        let piece = &mut self.pieces[rank];
        let index = (walker - piece.first) as usize;
        piece.times[index] = time;
        if let Some(positions) = &mut piece.positions {
            let coordinates = self.coordinates;
            for (entry, coordinate) in positions[index * coordinates..][..coordinates].iter_mut().zip(position) {
                *entry = coordinate + self.start;
            }
        }
    }
}

impl<'s, B: Copy> WalkerSource for SliceSource<'_, 's, B> {
    type Boundary = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        if self.current.is_empty() {
            if !self.progress.report() {
                return None;
            }
            let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            let size = share(left.times.len() as u64, self.workers);
            if size == 0 {
                return None;
            }
            let (times, later_times) = std::mem::take(&mut left.times).split_at_mut(size as usize);
            let split = |positions: &'s mut [i64]| positions.split_at_mut(size as usize * self.coordinates);
            let (positions, later_positions) = left.positions.take().map(split).unzip();
            let first = left.first;
            *left = Slices { first: first + size, times: later_times, positions: later_positions };
            self.current = first..first + size;
            self.pieces.push(Slices { first, times, positions });
        } else if self.progress.control.is_stopped() {
            return None;
        }
        let first = self.current.start;
        self.current.start += most.min(self.current.end - first);
        let Target { base, boundary } = self.target;
        Some(Batch { base, walkers: first..self.current.start, boundary, rank: self.pieces.len() - 1 })
    }

    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, B)> {
        self.progress.steps += time;
        self.ended(rank, walker, time, position);
        None
    }

    fn horizon(&self) -> u64 {
        self.horizon
    }

    fn censored(&mut self, rank: usize, walker: u64, position: &[i64]) {
        self.progress.steps += self.horizon;
        self.ended(rank, walker, CENSORED, position);
    }

    fn proceed(&mut self, _draws: u64) -> bool {
        self.progress.report()
    }
}

/// Endless walkers, until all threads together have made a number of draws. Measures the maximum rate of a kernel.
pub(crate) struct Endless<'a, B> {
    /// A boundary that no walker reaches within `limit` draws, or a boundary from which walkers go on.
    pub(crate) boundary: B,
    /// Whether walkers go on after a crossing, as on the lattice, where every boundary is the origin.
    pub(crate) goes_on: bool,
    /// The number of draws of all threads so far.
    pub(crate) done: &'a AtomicU64,
    pub(crate) limit: u64,
    pub(crate) next: u64,
    pub(crate) control: &'a RunControl,
}

impl<B: Copy> WalkerSource for Endless<'_, B> {
    type Boundary = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        let first = self.next;
        self.next += most;
        Some(Batch { base: base(1, Label::WALK), walkers: first..self.next, boundary: self.boundary, rank: 0 })
    }

    fn crossed(&mut self, rank: usize, _: u64, _: u64, _: &[i64]) -> Option<(usize, B)> {
        self.goes_on.then_some((rank, self.boundary))
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.done.fetch_add(draws, Ordering::Relaxed) + draws < self.limit && !self.control.is_stopped()
    }
}
