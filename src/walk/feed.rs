//! What a kernel walks, and what becomes of each walk: the same for every layer.
//!
//! A kernel asks its [`Feed`] for walkers and hands back crossings. Feeds are where ranges, shards, lists of barriers and
//! tallies live, so that the kernels know nothing of them. Each thread has a feed of its own; what threads share is the
//! counter behind [`Ranges`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::barrier::Barrier;
use crate::cores::{Ranges, share};
use crate::exec::Watch;

/// Consecutive walkers with the same barrier.
pub(super) struct Batch {
    /// Their streams are those of this seed ...
    pub(super) seed: u64,
    /// ... with these indices.
    pub(super) walkers: Range<u64>,
    /// What they walk to.
    pub(super) barrier: Barrier,
    /// The feed's own number for that barrier.
    pub(super) rank: usize,
}

/// One thread's supply of walkers and sink of their crossings.
pub(super) trait Feed {
    /// Whether [`Feed::crossed`] ever sends a walker on.
    const NESTED: bool = false;

    /// Whether barriers are so near that walkers stand within a step of theirs much of the time: see [`fine`].
    fn fine(&self) -> bool;

    /// The next batch, of at most `most` walkers and at least one; `None` when there are no more, or the run is stopped.
    fn next(&mut self, most: u64) -> Option<Batch>;

    /// Walker `walker`, sent to the barrier of `rank`, has crossed it: it stands at `position` after `time` steps.
    /// Returns a barrier that it has not crossed yet, if it is to go on.
    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: i64) -> Option<(usize, Barrier)>;

    /// Asked at least once in every [`SLICE`] draws of a walker, with the number of draws since the last time: whether
    /// to go on.
    fn proceed(&mut self, draws: u64) -> bool;
}

/// How many draws a kernel makes at most before it asks whether to go on: under a millisecond's worth.
pub(super) const SLICE: u64 = 1 << 16;

/// What is kept of a crossing.
pub(super) trait Record: Clone + Default + Send {
    /// Adds a walk to `barrier` that ended at `position` after `time` steps.
    fn record(&mut self, barrier: Barrier, time: u64, position: i64);
    /// Adds all that `other` has.
    fn merge(&mut self, other: &Self);
}

/// One barrier of a list, and the seed of the walkers that walk to it.
#[derive(Clone, Copy)]
pub(super) struct Goal {
    pub(super) barrier: Barrier,
    pub(super) seed: u64,
}

/// Steps of finished walks, passed on to a [`Watch`] now and then rather than at every crossing.
pub(super) struct Progress<'a> {
    watch: &'a Watch,
    steps: u64,
}

impl<'a> Progress<'a> {
    pub(super) fn new(watch: &'a Watch) -> Self {
        Self { watch, steps: 0 }
    }
    /// Reports the steps so far; whether to go on.
    fn report(&mut self) -> bool {
        self.watch.add(std::mem::take(&mut self.steps));
        !self.watch.is_stopped()
    }
}

/// Every walker to every goal by itself: walker `first` + k of goal g is number g * `walkers` + k of the ranges.
pub(super) struct Plain<'a, R> {
    pub(super) goals: &'a [Goal],
    /// The walkers' indices.
    pub(super) walkers: Range<u64>,
    pub(super) ranges: &'a Ranges,
    pub(super) current: Range<u64>,
    pub(super) records: Vec<R>,
    pub(super) progress: Progress<'a>,
}

/// Whether walkers to these goals spend more than 1/560 of their time within the last step before their barrier.
///
/// To Y they take about 3 Y^2 steps, some five of them there: the share is 1.6 / Y^2 for one goal, and over all goals their
/// number times 1.6 over the sum of Y^2. At the threshold, Y = 30, testing both steps and looking twice cost the same.
pub(super) fn fine(goals: &[Goal]) -> bool {
    let squares: f64 = goals.iter().map(|goal| (goal.barrier.units() as f64 / 2_147_483_648.0).powi(2)).sum();
    squares < 900.0 * goals.len() as f64
}

impl<R: Record> Feed for Plain<'_, R> {
    fn fine(&self) -> bool {
        fine(self.goals)
    }

    fn next(&mut self, most: u64) -> Option<Batch> {
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
    fn crossed(&mut self, rank: usize, _walker: u64, time: u64, position: i64) -> Option<(usize, Barrier)> {
        self.progress.steps += time;
        self.records[rank].record(self.goals[rank].barrier, time, position);
        None
    }

    fn proceed(&mut self, _draws: u64) -> bool {
        self.progress.report()
    }
}

/// Every walker to the nearest goal and on to the next, until it has crossed them all. The goals ascend.
pub(super) struct Nested<'a, R>(pub(super) Plain<'a, R>);

impl<R: Record> Feed for Nested<'_, R> {
    const NESTED: bool = true;

    fn fine(&self) -> bool {
        self.0.fine()
    }

    fn next(&mut self, most: u64) -> Option<Batch> {
        // The ranges count walkers alone, so `Plain` deals out those of its first goal.
        self.0.next(most)
    }

    #[inline(always)]
    fn crossed(&mut self, rank: usize, _walker: u64, time: u64, position: i64) -> Option<(usize, Barrier)> {
        let goals = self.0.goals;
        let (mut rank, beyond) = (rank, position.unsigned_abs());
        loop {
            self.0.records[rank].record(goals[rank].barrier, time, position);
            rank += 1;
            match goals.get(rank) {
                None => {
                    self.0.progress.steps += time;
                    return None;
                }
                Some(goal) if beyond < goal.barrier.units() => return Some((rank, goal.barrier)),
                Some(_) => {}
            }
        }
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.0.proceed(draws)
    }
}

/// What is left of a caller's slices, shared by the threads that fill them.
pub(super) struct Slices<'a> {
    pub(super) first: u64,
    pub(super) times: &'a mut [u64],
    pub(super) positions: &'a mut [i64],
}

/// Every walker of a range to one goal, its time and end position written to the caller's slices.
pub(super) struct Fill<'a, 's> {
    pub(super) goal: Goal,
    pub(super) workers: u64,
    pub(super) left: &'a Mutex<Slices<'s>>,
    /// The pieces that this thread has taken; some of their walkers may still be on their way.
    pub(super) pieces: Vec<Slices<'s>>,
    pub(super) current: Range<u64>,
    pub(super) progress: Progress<'a>,
}

impl Feed for Fill<'_, '_> {
    fn fine(&self) -> bool {
        fine(&[self.goal])
    }

    fn next(&mut self, most: u64) -> Option<Batch> {
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
            let (positions, later_positions) = std::mem::take(&mut left.positions).split_at_mut(size as usize);
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

    #[inline(always)]
    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: i64) -> Option<(usize, Barrier)> {
        let piece = &mut self.pieces[rank];
        let index = (walker - piece.first) as usize;
        piece.times[index] = time;
        piece.positions[index] = position;
        self.progress.steps += time;
        None
    }

    fn proceed(&mut self, _draws: u64) -> bool {
        self.progress.report()
    }
}

/// Walkers without a barrier, until all threads together have done so many draws: the ceiling of a kernel.
pub(super) struct Free<'a> {
    pub(super) done: &'a AtomicU64,
    pub(super) limit: u64,
    pub(super) next: u64,
    pub(super) watch: &'a Watch,
}

impl Feed for Free<'_> {
    fn fine(&self) -> bool {
        false
    }

    fn next(&mut self, most: u64) -> Option<Batch> {
        let first = self.next;
        self.next += most;
        Some(Batch { seed: 1, walkers: first..self.next, barrier: Barrier::FARTHEST, rank: 0 })
    }

    fn crossed(&mut self, _: usize, _: u64, _: u64, _: i64) -> Option<(usize, Barrier)> {
        None
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.done.fetch_add(draws, Ordering::Relaxed) + draws < self.limit && !self.watch.is_stopped()
    }
}
