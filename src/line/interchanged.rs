//! The loop over walkers moved inside the loop over steps, on plain arrays. Nothing here names an instruction set; the
//! compiler is free to vectorise the inner loop, and does so as far as the target that it compiles for allows.

use super::boundary::Bounds;
use crate::stream::StateBlock;
use crate::stream::arrays::{draw, seed_one_by_one};
use crate::walk::refill::{MAX_SLOTS, Stepper};

/// Walkers under way: enough to amortise the loop, few enough to stay in the first-level cache.
const WALKERS: usize = MAX_SLOTS;

/// Walkers on the line.
#[derive(Clone, Copy)]
pub(super) struct Line;

/// The state of all walkers under way, an array for each variable.
pub(super) struct LaneState {
    state: [[u64; WALKERS]; 4],
    position: [i64; WALKERS],
    /// The position after the first of a draw's two steps.
    first: [i64; WALKERS],
    /// The farthest positions inside the barriers.
    lowest: [i64; WALKERS],
    highest: [i64; WALKERS],
}

impl LaneState {
    /// A draw and two steps of every walker; whether any may have crossed.
    fn step(&mut self) -> bool {
        let mut crossed = 0;
        for i in 0..WALKERS {
            let draw = draw(&mut self.state, i);
            let first = self.position[i] + i64::from((draw >> 32) as i32);
            let second = first + i64::from(draw as i32);
            // Beyond a barrier one of highest - position and position - lowest is negative, and its sign bit set: cheaper
            // than a comparison where vectors of 64-bit integers have none.
            let (lowest, highest) = (self.lowest[i], self.highest[i]);
            crossed |= (highest - first) | (first - lowest) | (highest - second) | (second - lowest);
            self.first[i] = first;
            self.position[i] = second;
        }
        crossed < 0
    }

    fn bound(&mut self, i: usize, barrier: Bounds) {
        self.lowest[i] = 1 - barrier.below as i64;
        self.highest[i] = barrier.above as i64 - 1;
    }
}

/// On the heap: it is handed to and fro by value.
impl Stepper for Line {
    type Boundary = Bounds;
    type LaneState = Box<LaneState>;
    type Trace = [[i64; WALKERS]; 2];
    type Position = [i64; 1];

    const PLACES: usize = WALKERS;

    fn steps(self) -> u64 {
        2
    }

    fn draws(self) -> u64 {
        1
    }

    fn empty(self) -> (Box<LaneState>, Self::Trace) {
        let zero = [0; WALKERS];
        let mut flock =
            LaneState { state: [[0; WALKERS]; 4], position: zero, first: zero, lowest: zero, highest: zero };
        for i in 0..WALKERS {
            flock.bound(i, Bounds::FARTHEST);
        }
        (Box::new(flock), [zero; 2])
    }

    fn seed(self, seed: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_one_by_one(seed, first, count, words);
    }

    fn advance(
        self,
        mut flock: Box<LaneState>,
        trace: &mut Self::Trace,
        mut rounds: u64,
        stop: u64,
    ) -> (Box<LaneState>, u64, u64) {
        loop {
            let crossed = flock.step();
            rounds += 1;
            if crossed || rounds == stop {
                break;
            }
        }
        *trace = [flock.first, flock.position];
        let mut alarms = 0;
        for i in 0..WALKERS {
            let inside = flock.lowest[i]..=flock.highest[i];
            let alarm = !(inside.contains(&flock.first[i]) && inside.contains(&flock.position[i]));
            alarms |= u64::from(alarm) << i;
        }
        (flock, alarms, rounds)
    }

    fn seat(self, mut flock: Box<LaneState>, place: usize, barrier: Bounds, state: [u64; 4]) -> Box<LaneState> {
        for (words, word) in flock.state.iter_mut().zip(state) {
            words[place] = word;
        }
        flock.position[place] = 0;
        flock.bound(place, barrier);
        flock
    }

    /// A generator of zeros gives zeros, so nothing moves and nothing crosses.
    fn clear(self, flock: Box<LaneState>, place: usize) -> Box<LaneState> {
        self.seat(flock, place, Bounds::FARTHEST, [0; 4])
    }

    fn retarget(
        self,
        mut flock: Box<LaneState>,
        _: &Self::Trace,
        place: usize,
        _: Bounds,
        barrier: Bounds,
    ) -> Box<LaneState> {
        flock.bound(place, barrier);
        flock
    }

    fn find(self, trace: &Self::Trace, place: usize, _: Bounds, barrier: Bounds, first: u64) -> Option<u64> {
        (first..2).find(|step| barrier.is_crossed(trace[*step as usize][place]))
    }

    fn position(self, trace: &Self::Trace, place: usize, _: Bounds, step: u64) -> [i64; 1] {
        [trace[step as usize][place]]
    }
}
