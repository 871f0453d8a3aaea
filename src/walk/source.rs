//! What a kernel walks, and what becomes of each walk: the same for every kernel and layer.
//!
//! A kernel asks its [`WalkerSource`] for walkers and hands back crossings. Feeds are where ranges, shards, lists of barriers,
//! horizons and tallies live, so that the kernels know nothing of them. Each thread has a feed of its own; what threads
//! share is the counter behind [`Ranges`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::record::Record;
use crate::cores::{Ranges, share};
use crate::run_control::RunControl;
use crate::stream::{Label, base};

/// Consecutive walkers with the same barrier.
pub(crate) struct Batch<B> {
    /// Their streams are those of the family with this base ...
    pub(crate) base: u64,
    /// ... with these indices.
    pub(crate) walkers: Range<u64>,
    /// What they walk to.
    pub(crate) barrier: B,
    /// The feed's own number for that barrier.
    pub(crate) rank: usize,
}

/// One thread's supply of walkers and sink of their crossings.
pub(crate) trait WalkerSource {
    /// What a walk ends at: of the line, of space, or nothing but the kernel's own.
    type Boundary: Copy;

    /// The next batch, of at most `most` walkers and at least one; `None` when there are no more, or the run is stopped.
    fn next(&mut self, most: u64) -> Option<Batch<Self::Boundary>>;

    /// Walker `walker`, sent to the barrier of `rank`, has crossed it: it stands at `position`, a number for each
    /// coordinate, after `time` steps. Returns a barrier that it has not crossed yet, if it is to go on.
    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, Self::Boundary)>;

    /// After how many steps a walk ends that has not crossed.
    fn horizon(&self) -> u64 {
        u64::MAX
    }

    /// That walker has not crossed within the horizon, and ends at `position`.
    fn censored(&mut self, rank: usize, walker: u64, position: &[i64]) {
        _ = (rank, walker, position);
    }

    /// Asked at least once in every [`SLICE`] draws of a walker, with the number of draws since the last time: whether
    /// to go on.
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

/// How many draws a kernel makes at most before it asks whether to go on: under a millisecond's worth.
pub(crate) const SLICE: u64 = 1 << 16;

/// One barrier of a list, and the walkers that walk to it.
#[derive(Clone, Copy)]
pub(crate) struct Target<B> {
    pub(crate) barrier: B,
    /// The base of their streams.
    pub(crate) base: u64,
}

impl<B> Target<B> {
    /// The walkers of `seed`, sent to `barrier`.
    pub(crate) fn new(barrier: B, seed: u64) -> Self {
        Self { barrier, base: base(seed, Label::WALK) }
    }
}

/// Steps of finished walks, passed on to a [`RunControl`] now and then rather than at every crossing.
pub(crate) struct Progress<'a> {
    control: &'a RunControl,
    pub(crate) steps: u64,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(control: &'a RunControl) -> Self {
        Self { control, steps: 0 }
    }
    /// Reports the steps so far; whether to go on.
    fn report(&mut self) -> bool {
        self.control.add(std::mem::take(&mut self.steps));
        !self.control.is_stopped()
    }
}

/// Every walker to every goal by itself: walker `first` + k of goal g is number g * `walkers` + k of the ranges.
pub(crate) struct ListSource<'a, B, R> {
    pub(crate) targets: &'a [Target<B>],
    /// The walkers' indices.
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
        }
        let each = self.walkers.end - self.walkers.start;
        let (rank, index) = (self.current.start / each, self.current.start % each);
        let count = most.min(each - index).min(self.current.end - self.current.start);
        self.current.start += count;
        let Target { barrier, base } = self.targets[rank as usize];
        let first = self.walkers.start + index;
        Some(Batch { base, walkers: first..first + count, barrier, rank: rank as usize })
    }

    #[inline(always)]
    fn crossed(&mut self, rank: usize, _walker: u64, time: u64, position: &[i64]) -> Option<(usize, B)> {
        self.progress.steps += time;
        self.records[rank].record(&self.targets[rank].barrier, time, position);
        None
    }

    #[inline(always)]
    fn horizon(&self) -> u64 {
        self.horizon
    }

    fn censored(&mut self, rank: usize, _walker: u64, position: &[i64]) {
        self.progress.steps += self.horizon;
        self.records[rank].censor(&self.targets[rank].barrier, self.horizon, position);
    }

    fn proceed(&mut self, _draws: u64) -> bool {
        self.progress.report()
    }
}

/// Walkers that first reach one barrier and then, from there, another: a way back. The feed behind it hears of the second.
pub(crate) struct RoundTrip<'f, F: ?Sized, B> {
    pub(crate) source: &'f mut F,
    /// What all reach first ...
    pub(crate) out: B,
    /// ... and where to from there.
    pub(crate) then: fn(out: B, position: &[i64]) -> B,
}

impl<F: WalkerSource<Boundary = ()> + ?Sized, B: Copy> WalkerSource for RoundTrip<'_, F, B> {
    type Boundary = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        let Batch { base, walkers, rank, .. } = self.source.next(most)?;
        Some(Batch { base, walkers, barrier: self.out, rank: 2 * rank })
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

/// What is left of a caller's slices, shared by the threads that fill them.
pub(crate) struct Slices<'a> {
    pub(crate) first: u64,
    pub(crate) times: &'a mut [u64],
    /// So many as there are times, times the coordinates.
    pub(crate) positions: &'a mut [i64],
}

/// Every walker of a range to one goal, its time and end position written to the caller's slices.
pub(crate) struct SliceSource<'a, 's, B> {
    pub(crate) target: Target<B>,
    pub(crate) horizon: u64,
    /// How many numbers a position has.
    pub(crate) coordinates: usize,
    pub(crate) workers: u64,
    pub(crate) left: &'a Mutex<Slices<'s>>,
    /// The pieces that this thread has taken; some of their walkers may still be on their way.
    pub(crate) pieces: Vec<Slices<'s>>,
    pub(crate) current: Range<u64>,
    pub(crate) progress: Progress<'a>,
}

impl<B> SliceSource<'_, '_, B> {
    fn ended(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) {
        let piece = &mut self.pieces[rank];
        let index = (walker - piece.first) as usize;
        piece.times[index] = time;
        let coordinates = self.coordinates;
        piece.positions[index * coordinates..][..coordinates].copy_from_slice(&position[..coordinates]);
    }
}

impl<B: Copy> WalkerSource for SliceSource<'_, '_, B> {
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
            let (positions, later_positions) =
                std::mem::take(&mut left.positions).split_at_mut(size as usize * self.coordinates);
            let first = left.first;
            *left = Slices { first: first + size, times: later_times, positions: later_positions };
            self.current = first..first + size;
            self.pieces.push(Slices { first, times, positions });
        }
        let first = self.current.start;
        self.current.start += most.min(self.current.end - first);
        let Target { base, barrier } = self.target;
        Some(Batch { base, walkers: first..self.current.start, barrier, rank: self.pieces.len() - 1 })
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
        // No walk ends after no step: that time says that the horizon ended it.
        self.ended(rank, walker, 0, position);
    }

    fn proceed(&mut self, _draws: u64) -> bool {
        self.progress.report()
    }
}

/// Walkers without a barrier, until all threads together have done so many draws: the ceiling of a kernel.
pub(crate) struct Free<'a, B> {
    /// One that no walker reaches in so many draws ...
    pub(crate) farthest: B,
    /// ... or, as on the lattice, one that walkers meet time and again, and go on.
    pub(crate) goes_on: bool,
    pub(crate) done: &'a AtomicU64,
    pub(crate) limit: u64,
    pub(crate) next: u64,
    pub(crate) control: &'a RunControl,
}

impl<B: Copy> WalkerSource for Free<'_, B> {
    type Boundary = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        let first = self.next;
        self.next += most;
        Some(Batch { base: base(1, Label::WALK), walkers: first..self.next, barrier: self.farthest, rank: 0 })
    }

    fn crossed(&mut self, rank: usize, _: u64, _: u64, _: &[i64]) -> Option<(usize, B)> {
        self.goes_on.then_some((rank, self.farthest))
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.done.fetch_add(draws, Ordering::Relaxed) + draws < self.limit && !self.control.is_stopped()
    }
}
