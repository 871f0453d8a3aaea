//! The refill loop: as soon as a walk ends, the next walker takes over its slot. It is written once for all kernels
//! that walk in lanes or in arrays.
//!
//! A kernel implements [`Stepper`]. Its hot loop advances the walkers in all slots until one of them may have crossed
//! its boundary; such a walker is a *candidate*. The rare work is done here: candidates are examined exactly, crossings
//! are reported, new walkers are seeded, and walks end at the horizon.
//!
//! ```text
//! examine all slots                             -- they are empty, so this fills them
//! until all slots are empty:
//!     advance                                   -- the stepper's hot loop; a round is a fixed number of steps
//!     examine each candidate, and each walker that reaches the horizon
//!
//! examine a slot:
//!     report the crossings of its walker in the last round
//!     if the walk goes on to another boundary: retarget the slot
//!     if the walk has ended: fill the slot with the next walker, or clear it if no walker is left
//! ```
//!
//! # Why it is fast
//!
//! 1. The stepper takes and returns its lane state by value. No address of it exists while the hot loop runs, so it
//!    lives in registers.
//! 2. No slot counts the steps of its walker. One counter of rounds serves all slots, and each slot stores the round in
//!    which its walker started.
//! 3. New walkers are seeded [`SEED_BLOCK`] at a time and wait in a queue.
//! 4. The hot loop has a single deadline, a number of rounds: see [`Deadlines`].

use super::source::{Batch, SLICE, WalkerSource};
use crate::stream::{SEED_BLOCK, StateBlock};

/// The maximum number of slots: a set of slots is 64 bits.
pub(crate) const MAX_SLOTS: usize = 64;

/// How the walkers of a kernel move. Implementations in lanes are `#[inline(always)]`.
///
/// Several functions have an argument `loaded`: the boundary that the slot was last filled or retargeted with.
pub(crate) trait Stepper: Copy {
    /// The end of a walk.
    type Boundary: Copy;
    /// The state of the hot loop: positions, generators, and the bounds that make a walker a candidate.
    type LaneState;
    /// The positions of all walkers after each step of the last round, from which candidates are examined.
    type Trace;
    /// A position, one number for each coordinate.
    type Position: AsRef<[i64]>;

    /// The number of slots, at most [`MAX_SLOTS`].
    const SLOTS: usize;

    /// The number of steps that a walker takes in a round.
    fn steps_per_round(self) -> u64;
    /// The number of draws that a walker takes in a round.
    fn draws_per_round(self) -> u64;
    /// The lane state of empty slots, and a trace to write to.
    fn empty(self) -> (Self::LaneState, Self::Trace);
    /// The first states of streams `first` .. `first + count` of the family of `base`.
    fn seed(self, base: u64, first: u64, count: usize, words: &mut StateBlock);
    /// The hot loop: walks until some walker is a candidate or `rounds` reaches `stop`. Writes the trace of the last
    /// round. Returns the lane state, the candidates as one bit for each slot, and the number of rounds so far. Empty
    /// slots may be candidates.
    fn advance(
        self,
        lane_state: Self::LaneState,
        trace: &mut Self::Trace,
        rounds: u64,
        stop: u64,
    ) -> (Self::LaneState, u64, u64);
    /// Puts a new walker into `slot`, at the origin.
    fn fill_slot(
        self,
        lane_state: Self::LaneState,
        slot: usize,
        boundary: Self::Boundary,
        state: [u64; 4],
    ) -> Self::LaneState;
    /// Empties `slot`.
    fn clear_slot(self, lane_state: Self::LaneState, slot: usize) -> Self::LaneState;
    /// Sets a new `boundary` for the walker in `slot`, from its position after the last round.
    fn retarget(
        self,
        lane_state: Self::LaneState,
        trace: &Self::Trace,
        slot: usize,
        loaded: Self::Boundary,
        boundary: Self::Boundary,
    ) -> Self::LaneState;
    /// The first step of the last round, not before step `from`, after which the walker in `slot` is beyond `boundary`.
    /// Steps count from 0. Returns `None` if there is no such step.
    fn first_crossing(
        self,
        trace: &Self::Trace,
        slot: usize,
        loaded: Self::Boundary,
        boundary: Self::Boundary,
        from: u64,
    ) -> Option<u64>;
    /// The position of the walker in `slot` after that step of the last round.
    fn position(self, trace: &Self::Trace, slot: usize, loaded: Self::Boundary, step: u64) -> Self::Position;
}

/// The first step of a round of two, not before step `from`, after which the walker has crossed. For each step,
/// `inside` is 0 if it has crossed, otherwise 1.
///
/// Which of the two steps crosses is random, so a branch on it would be mispredicted half of the time. The step is
/// computed from `inside` instead. `inside` contains numbers for this reason: from Boolean values the compiler
/// generates the branch, and short walks take a third longer.
#[inline(always)]
pub(crate) fn first_of_two(inside: [u64; 2], from: u64) -> Option<u64> {
    if from == 0 {
        (inside[0] & inside[1] == 0).then_some(inside[0])
    } else {
        (from == 1 && inside[1] == 0).then_some(1)
    }
}

/// Walks all walkers of `source`.
#[inline(always)]
pub(crate) fn run<S: Stepper, F: WalkerSource<Boundary = S::Boundary> + ?Sized>(stepper: S, source: &mut F) {
    let Some(mut queue) = Queue::new(stepper, source) else { return };
    // Empty slots need some boundary: the first walker's.
    let mut slots = [Slot { walker: 0, start: 0, rank: 0, boundary: queue.batch.boundary }; MAX_SLOTS];
    // Sets of slots have one bit for each slot.
    let mut occupied = 0_u64;
    let mut pending = u64::MAX >> (MAX_SLOTS - S::SLOTS);
    let horizon = source.horizon();
    let draws_per_round = stepper.draws_per_round() * S::SLOTS as u64;
    let mut deadlines = Deadlines::new(stepper.steps_per_round(), draws_per_round, horizon);
    let (mut lane_state, mut trace) = stepper.empty();
    let mut rounds = 0;
    loop {
        while pending != 0 {
            let index = pending.trailing_zeros() as usize % MAX_SLOTS;
            pending &= pending - 1;
            let slot = &mut slots[index];
            let loaded = slot.boundary;
            let outcome = if occupied >> index & 1 == 1 {
                slot.examine(stepper, source, &trace, index, rounds, horizon)
            } else {
                Outcome::Ended
            };
            match outcome {
                Outcome::Inside => {}
                Outcome::Retargeted => {
                    lane_state = stepper.retarget(lane_state, &trace, index, loaded, slot.boundary);
                }
                Outcome::Ended => {
                    if let Some(next) = queue.next(stepper, source) {
                        *slot = queue.slot(next, rounds);
                        occupied |= 1 << index;
                        lane_state = stepper.fill_slot(lane_state, index, queue.batch.boundary, queue.state(next));
                    } else {
                        occupied &= !(1 << index);
                        lane_state = stepper.clear_slot(lane_state, index);
                    }
                }
            }
        }
        if occupied == 0 {
            return;
        }
        (lane_state, pending, rounds) = stepper.advance(lane_state, &mut trace, rounds, deadlines.next());
        if rounds == deadlines.horizon {
            pending |= deadlines.pass_horizon(&slots[..S::SLOTS]);
        }
        pending &= occupied;
        if rounds == deadlines.slice {
            deadlines.slice += deadlines.rounds_per_slice;
            if !source.proceed(deadlines.rounds_per_slice * draws_per_round) {
                return;
            }
        }
    }
}

/// The walker in a slot.
#[derive(Clone, Copy)]
struct Slot<B> {
    walker: u64,
    /// The number of rounds before its first step.
    start: u64,
    /// The source's number for the boundary.
    rank: u32,
    boundary: B,
}

/// The result of examining a walker.
enum Outcome {
    /// It has not crossed its boundary.
    Inside,
    /// It has crossed, and walks on to the new boundary of its slot.
    Retargeted,
    /// Its walk has ended, and its slot is free.
    Ended,
}

impl<B: Copy> Slot<B> {
    /// Reports the crossings of the walker in the last round, or that it has reached the horizon.
    #[inline(always)]
    fn examine<S: Stepper<Boundary = B>, F: WalkerSource<Boundary = B> + ?Sized>(
        &mut self,
        stepper: S,
        source: &mut F,
        trace: &S::Trace,
        index: usize,
        rounds: u64,
        horizon: u64,
    ) -> Outcome {
        let loaded = self.boundary;
        let steps_before = stepper.steps_per_round() * (rounds - self.start - 1);
        let mut outcome = Outcome::Inside;
        let mut from = 0;
        while let Some(step) = stepper.first_crossing(trace, index, loaded, self.boundary, from)
            && steps_before + step < horizon
        {
            let (time, position) = (steps_before + step + 1, stepper.position(trace, index, loaded, step));
            match source.crossed(self.rank as usize, self.walker, time, position.as_ref()) {
                None => return Outcome::Ended,
                Some((rank, boundary)) => (self.rank, self.boundary) = (rank as u32, boundary),
            }
            // A later step of this round may cross the new boundary.
            outcome = Outcome::Retargeted;
            from = step + 1;
        }
        if steps_before + stepper.steps_per_round() >= horizon {
            let position = stepper.position(trace, index, loaded, horizon - steps_before - 1);
            source.censored(self.rank as usize, self.walker, position.as_ref());
            return Outcome::Ended;
        }
        outcome
    }
}

/// The rounds at which the hot loop returns even if there is no candidate.
struct Deadlines {
    /// No walker reaches the horizon before this round. Walkers start in the order of rounds, so the oldest walker
    /// reaches the horizon first, and one deadline serves all slots.
    horizon: u64,
    /// After this round the source decides whether to go on.
    slice: u64,
    /// The number of rounds from the start of a walker to its horizon.
    rounds_to_horizon: u64,
    /// The number of rounds between two decisions of the source.
    rounds_per_slice: u64,
}

impl Deadlines {
    #[inline(always)]
    fn new(steps_per_round: u64, draws_per_round: u64, horizon: u64) -> Self {
        let rounds_to_horizon = horizon.div_ceil(steps_per_round);
        let rounds_per_slice = SLICE.div_ceil(draws_per_round);
        Self { horizon: rounds_to_horizon, slice: rounds_per_slice, rounds_to_horizon, rounds_per_slice }
    }

    #[inline(always)]
    fn next(&self) -> u64 {
        self.slice.min(self.horizon)
    }

    /// The slots whose walkers reach the horizon at this deadline, one bit for each. Sets the next deadline.
    #[inline(always)]
    fn pass_horizon<B>(&mut self, slots: &[Slot<B>]) -> u64 {
        let now = self.horizon;
        // New walkers reach the horizon at this round or later.
        self.horizon = now.saturating_add(self.rounds_to_horizon);
        let mut reached = 0;
        for (index, slot) in slots.iter().enumerate() {
            let end = slot.start.saturating_add(self.rounds_to_horizon);
            if end == now {
                reached |= 1 << index;
            } else if end > now {
                self.horizon = self.horizon.min(end);
            }
            // A slot with an earlier end is empty.
        }
        reached
    }
}

/// Seeded walkers that wait for a slot.
struct Queue<B> {
    batch: Batch<B>,
    /// The generator states of the batch.
    words: StateBlock,
    /// The number of walkers in the batch.
    count: usize,
    /// The number of those that have left the queue.
    taken: usize,
}

impl<B: Copy> Queue<B> {
    /// The first batch; `None` if the source has no walkers.
    #[inline(always)]
    fn new<S: Stepper<Boundary = B>, F: WalkerSource<Boundary = B> + ?Sized>(
        stepper: S,
        source: &mut F,
    ) -> Option<Self> {
        let mut words = [[0; SEED_BLOCK]; 4];
        let (batch, count) = seeded_batch(stepper, source, &mut words)?;
        Some(Self { batch, words, count, taken: 0 })
    }

    /// The place in the queue of the next walker; `None` if there are no more. A place is one register. If the walker
    /// itself were returned, the compiler would copy the batch in every round.
    #[inline(always)]
    fn next<S: Stepper<Boundary = B>, F: WalkerSource<Boundary = B> + ?Sized>(
        &mut self,
        stepper: S,
        source: &mut F,
    ) -> Option<usize> {
        if self.taken == self.count {
            (self.batch, self.count) = seeded_batch(stepper, source, &mut self.words)?;
            self.taken = 0;
        }
        self.taken += 1;
        Some(self.taken - 1)
    }

    /// The slot of the walker at `place`, which starts after `rounds` rounds.
    #[inline(always)]
    fn slot(&self, place: usize, rounds: u64) -> Slot<B> {
        let Batch { walkers, boundary, rank, .. } = &self.batch;
        let walker = walkers.start.wrapping_add(place as u64);
        Slot { walker, start: rounds, rank: *rank as u32, boundary: *boundary }
    }

    /// The generator state of the walker at `place`.
    #[inline(always)]
    fn state(&self, place: usize) -> [u64; 4] {
        let [s0, s1, s2, s3] = &self.words;
        [s0[place], s1[place], s2[place], s3[place]]
    }
}

/// The next batch of the source and its number of walkers. The first states of their streams are written to `words`.
#[inline(always)]
fn seeded_batch<S: Stepper, F: WalkerSource<Boundary = S::Boundary> + ?Sized>(
    stepper: S,
    source: &mut F,
    words: &mut StateBlock,
) -> Option<(Batch<S::Boundary>, usize)> {
    let batch = source.next(SEED_BLOCK as u64)?;
    let count = (batch.walkers.end - batch.walkers.start) as usize;
    stepper.seed(batch.base, batch.walkers.start, count, words);
    Some((batch, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_of_two_is_the_first_crossing_from_a_step_on() {
        for inside in [[0, 0], [0, 1], [1, 0], [1, 1]] {
            for from in 0..4 {
                let expected = (from..2).find(|step| inside[*step as usize] == 0);
                assert_eq!(first_of_two(inside, from), expected, "{inside:?} from {from}");
            }
        }
    }

    #[test]
    fn the_oldest_walker_reaches_the_horizon_first() {
        let slot = |start| Slot { walker: 0, start, rank: 0, boundary: () };
        // A horizon of 9 steps is reached in the fifth round of two.
        let mut deadlines = Deadlines::new(2, 4, 9);
        assert_eq!((deadlines.rounds_to_horizon, deadlines.next()), (5, 5));
        assert_eq!(deadlines.pass_horizon(&[slot(0), slot(3), slot(0), slot(1)]), 0b0101);
        assert_eq!(deadlines.next(), 6);
        // The slots of the first two walkers were not filled again.
        assert_eq!(deadlines.pass_horizon(&[slot(0), slot(3), slot(0), slot(1)]), 0b1000);
        assert_eq!(deadlines.next(), 8);
        assert_eq!(deadlines.pass_horizon(&[slot(0), slot(3), slot(0), slot(6)]), 0b0010);
        assert_eq!(deadlines.next(), 11);
    }

    #[test]
    fn without_a_horizon_only_the_slice_ends_the_hot_loop() {
        assert_eq!(Deadlines::new(2, 4, u64::MAX).next(), SLICE / 4);
    }
}
