//! What a kernel walks, and what becomes of each walk: the same for every kernel and layer.
//!
//! A kernel asks its [`Feed`] for walkers and hands back crossings. Feeds are where ranges, shards, lists of barriers,
//! horizons and tallies live, so that the kernels know nothing of them. Each thread has a feed of its own; what threads
//! share is the counter behind [`Ranges`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::barrier::Barrier;
use crate::cores::{Ranges, share};
use crate::exec::Watch;

/// Consecutive walkers with the same barrier.
pub(crate) struct Batch<B> {
    /// Their streams are those of this seed ...
    pub(crate) seed: u64,
    /// ... with these indices.
    pub(crate) walkers: Range<u64>,
    /// What they walk to.
    pub(crate) barrier: B,
    /// The feed's own number for that barrier.
    pub(crate) rank: usize,
}

/// One thread's supply of walkers and sink of their crossings.
pub(crate) trait Feed {
    /// What a walk ends at: of the line, of space, or nothing but the kernel's own.
    type Barrier: Copy;

    /// The next batch, of at most `most` walkers and at least one; `None` when there are no more, or the run is stopped.
    fn next(&mut self, most: u64) -> Option<Batch<Self::Barrier>>;

    /// Walker `walker`, sent to the barrier of `rank`, has crossed it: it stands at `position`, a number for each
    /// coordinate, after `time` steps. Returns a barrier that it has not crossed yet, if it is to go on.
    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, Self::Barrier)>;

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

impl<F: Feed + ?Sized> Feed for &mut F {
    type Barrier = F::Barrier;

    fn next(&mut self, most: u64) -> Option<Batch<F::Barrier>> {
        (**self).next(most)
    }
    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, F::Barrier)> {
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

/// What is kept of walks.
pub(crate) trait Record<B>: Clone + Default + Send {
    /// Adds a walk to `barrier` that ended at `position` after `time` steps.
    fn record(&mut self, barrier: &B, time: u64, position: &[i64]);
    /// Adds a walk that the horizon ended after `time` steps.
    fn censor(&mut self, barrier: &B, time: u64, position: &[i64]) {
        _ = (barrier, time, position);
        unreachable!("a record of walks without a horizon");
    }
    /// Adds all that `other` has.
    fn merge(&mut self, other: &Self);
}

/// One barrier of a list, and the seed of the walkers that walk to it.
#[derive(Clone, Copy)]
pub(crate) struct Goal<B> {
    pub(crate) barrier: B,
    pub(crate) seed: u64,
}

/// Steps of finished walks, passed on to a [`Watch`] now and then rather than at every crossing.
pub(crate) struct Progress<'a> {
    watch: &'a Watch,
    steps: u64,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(watch: &'a Watch) -> Self {
        Self { watch, steps: 0 }
    }
    /// Reports the steps so far; whether to go on.
    fn report(&mut self) -> bool {
        self.watch.add(std::mem::take(&mut self.steps));
        !self.watch.is_stopped()
    }
}

/// Every walker to every goal by itself: walker `first` + k of goal g is number g * `walkers` + k of the ranges.
pub(crate) struct Plain<'a, B, R> {
    pub(crate) goals: &'a [Goal<B>],
    /// The walkers' indices.
    pub(crate) walkers: Range<u64>,
    pub(crate) horizon: u64,
    pub(crate) ranges: &'a Ranges,
    pub(crate) current: Range<u64>,
    pub(crate) records: Vec<R>,
    pub(crate) progress: Progress<'a>,
}

impl<B: Copy, R: Record<B>> Feed for Plain<'_, B, R> {
    type Barrier = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        if self.current.is_empty() {
            self.current = if self.progress.report() { self.ranges.take()? } else { return None };
        }
        let each = self.walkers.end - self.walkers.start;
        let (rank, index) = (self.current.start / each, self.current.start % each);
        let count = most.min(each - index).min(self.current.end - self.current.start);
        self.current.start += count;
        let Goal { barrier, seed } = self.goals[rank as usize];
        let first = self.walkers.start + index;
        Some(Batch { seed, walkers: first..first + count, barrier, rank: rank as usize })
    }

    #[inline(always)]
    fn crossed(&mut self, rank: usize, _walker: u64, time: u64, position: &[i64]) -> Option<(usize, B)> {
        self.progress.steps += time;
        self.records[rank].record(&self.goals[rank].barrier, time, position);
        None
    }

    #[inline(always)]
    fn horizon(&self) -> u64 {
        self.horizon
    }

    fn censored(&mut self, rank: usize, _walker: u64, position: &[i64]) {
        self.progress.steps += self.horizon;
        self.records[rank].censor(&self.goals[rank].barrier, self.horizon, position);
    }

    fn proceed(&mut self, _draws: u64) -> bool {
        self.progress.report()
    }
}

/// Every walker to the nearest goal and on to the next, until it has crossed them all. The goals ascend.
pub(crate) struct Nested<'f, 'a, R>(pub(crate) &'f mut Plain<'a, Barrier, R>);

impl<R: Record<Barrier>> Feed for Nested<'_, '_, R> {
    type Barrier = Barrier;

    fn next(&mut self, most: u64) -> Option<Batch<Barrier>> {
        // The ranges count walkers alone, so `Plain` deals out those of its first goal.
        self.0.next(most)
    }

    #[inline(always)]
    fn crossed(&mut self, rank: usize, _walker: u64, time: u64, position: &[i64]) -> Option<(usize, Barrier)> {
        let goals = self.0.goals;
        let mut rank = rank;
        loop {
            self.0.records[rank].record(&goals[rank].barrier, time, position);
            rank += 1;
            match goals.get(rank) {
                None => {
                    self.0.progress.steps += time;
                    return None;
                }
                Some(goal) if !goal.barrier.is_crossed(position[0]) => return Some((rank, goal.barrier)),
                Some(_) => {}
            }
        }
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.0.proceed(draws)
    }
}

/// Walkers that first reach one barrier and then, from there, another: a way back. The feed behind it hears of the second.
pub(crate) struct Back<'f, F: ?Sized, B> {
    pub(crate) feed: &'f mut F,
    /// What all reach first ...
    pub(crate) out: B,
    /// ... and where to from there.
    pub(crate) then: fn(out: B, position: &[i64]) -> B,
}

impl<F: Feed<Barrier = ()> + ?Sized, B: Copy> Feed for Back<'_, F, B> {
    type Barrier = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        let Batch { seed, walkers, rank, .. } = self.feed.next(most)?;
        Some(Batch { seed, walkers, barrier: self.out, rank: 2 * rank })
    }

    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, B)> {
        if rank.is_multiple_of(2) {
            return Some((rank + 1, (self.then)(self.out, position)));
        }
        _ = self.feed.crossed(rank / 2, walker, time, position);
        None
    }

    fn horizon(&self) -> u64 {
        self.feed.horizon()
    }

    fn censored(&mut self, rank: usize, walker: u64, position: &[i64]) {
        self.feed.censored(rank / 2, walker, position);
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.feed.proceed(draws)
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
pub(crate) struct Fill<'a, 's, B> {
    pub(crate) goal: Goal<B>,
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

impl<B> Fill<'_, '_, B> {
    fn ended(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) {
        let piece = &mut self.pieces[rank];
        let index = (walker - piece.first) as usize;
        piece.times[index] = time;
        let coordinates = self.coordinates;
        piece.positions[index * coordinates..][..coordinates].copy_from_slice(&position[..coordinates]);
    }
}

impl<B: Copy> Feed for Fill<'_, '_, B> {
    type Barrier = B;

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
        let Goal { seed, barrier } = self.goal;
        Some(Batch { seed, walkers: first..self.current.start, barrier, rank: self.pieces.len() - 1 })
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
    pub(crate) watch: &'a Watch,
}

impl<B: Copy> Feed for Free<'_, B> {
    type Barrier = B;

    fn next(&mut self, most: u64) -> Option<Batch<B>> {
        let first = self.next;
        self.next += most;
        Some(Batch { seed: 1, walkers: first..self.next, barrier: self.farthest, rank: 0 })
    }

    fn crossed(&mut self, rank: usize, _: u64, _: u64, _: &[i64]) -> Option<(usize, B)> {
        self.goes_on.then_some((rank, self.farthest))
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.done.fetch_add(draws, Ordering::Relaxed) + draws < self.limit && !self.watch.is_stopped()
    }
}
