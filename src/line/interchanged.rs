//! Walks on the line on plain arrays, with the loop over walkers inside the loop over steps. Nothing here names an
//! instruction set. The compiler vectorises the inner loop as far as the compilation target allows.

use super::boundary::Bounds;
use crate::stream::StateBlock;
use crate::stream::arrays::{draw, seed_one_by_one};
use crate::walk::refill::{MAX_SLOTS, Stepper, first_of_two};

/// The number of slots: enough to amortise the loop, few enough to stay in the first-level cache.
const WALKERS: usize = MAX_SLOTS;

/// Walkers on the line.
#[derive(Clone, Copy)]
pub(super) struct Line;

/// The state of the hot loop, one array for each variable.
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
    /// Takes one draw and two steps for every walker. Returns whether any walker has crossed.
    fn step(&mut self) -> bool {
        let mut crossed = 0;
        for i in 0..WALKERS {
            let draw = draw(&mut self.state, i);
            let first = self.position[i] + i64::from((draw >> 32) as i32);
            let second = first + i64::from(draw as i32);
            // Beyond a barrier, highest - position or position - lowest is negative and its sign bit is set. This is
            // cheaper than a comparison, because SSE2 cannot compare 64-bit integers.
            let (lowest, highest) = (self.lowest[i], self.highest[i]);
            crossed |= (highest - first) | (first - lowest) | (highest - second) | (second - lowest);
            self.first[i] = first;
            self.position[i] = second;
        }
        crossed < 0
    }

    fn set_bounds(&mut self, i: usize, barrier: Bounds) {
        self.lowest[i] = 1 - barrier.lower as i64;
        self.highest[i] = barrier.upper as i64 - 1;
    }
}

/// The lane state is on the heap, because it is passed by value.
impl Stepper for Line {
    type Boundary = Bounds;
    type LaneState = Box<LaneState>;
    type Trace = [[i64; WALKERS]; 2];
    type Position = [i64; 1];

    const SLOTS: usize = WALKERS;

    fn steps_per_round(self) -> u64 {
        2
    }

    fn draws_per_round(self) -> u64 {
        1
    }

    fn empty(self) -> (Box<LaneState>, Self::Trace) {
        let zero = [0; WALKERS];
        let mut lane_state =
            LaneState { state: [[0; WALKERS]; 4], position: zero, first: zero, lowest: zero, highest: zero };
        for i in 0..WALKERS {
            lane_state.set_bounds(i, Bounds::MAX);
        }
        (Box::new(lane_state), [zero; 2])
    }

    fn seed(self, base: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_one_by_one(base, first, count, words);
    }

    fn advance(
        self,
        mut lane_state: Box<LaneState>,
        trace: &mut Self::Trace,
        mut rounds: u64,
        stop: u64,
    ) -> (Box<LaneState>, u64, u64) {
        loop {
            let crossed = lane_state.step();
            rounds += 1;
            if crossed || rounds == stop {
                break;
            }
        }
        *trace = [lane_state.first, lane_state.position];
        let mut candidates = 0;
        for i in 0..WALKERS {
            let inside = lane_state.lowest[i]..=lane_state.highest[i];
            let crossed = !(inside.contains(&lane_state.first[i]) && inside.contains(&lane_state.position[i]));
            candidates |= u64::from(crossed) << i;
        }
        (lane_state, candidates, rounds)
    }

    fn fill_slot(
        self,
        mut lane_state: Box<LaneState>,
        slot: usize,
        barrier: Bounds,
        state: [u64; 4],
    ) -> Box<LaneState> {
        for (words, word) in lane_state.state.iter_mut().zip(state) {
            words[slot] = word;
        }
        lane_state.position[slot] = 0;
        lane_state.set_bounds(slot, barrier);
        lane_state
    }

    /// All draws from a generator state of zeros are zero, so an empty slot never moves and never crosses.
    fn clear_slot(self, lane_state: Box<LaneState>, slot: usize) -> Box<LaneState> {
        self.fill_slot(lane_state, slot, Bounds::MAX, [0; 4])
    }

    fn retarget(
        self,
        mut lane_state: Box<LaneState>,
        _: &Self::Trace,
        slot: usize,
        _: Bounds,
        barrier: Bounds,
    ) -> Box<LaneState> {
        lane_state.set_bounds(slot, barrier);
        lane_state
    }

    fn first_crossing(self, trace: &Self::Trace, slot: usize, _: Bounds, barrier: Bounds, from: u64) -> Option<u64> {
        first_of_two([0, 1].map(|step: usize| u64::from(!barrier.is_crossed(trace[step][slot]))), from)
    }

    fn position(self, trace: &Self::Trace, slot: usize, _: Bounds, step: u64) -> [i64; 1] {
        [trace[step as usize][slot]]
    }
}
