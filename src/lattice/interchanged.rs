//! Lattice walks on plain arrays, with the loop over walkers inside the loop over steps. Positions are packed as in
//! vector lanes.

use super::simd::{FAR, first_at_origin};
use super::steps::{Digits, Packing};
use crate::stream::StateBlock;
use crate::stream::arrays::{draw, seed_one_by_one};
use crate::walk::refill::{MAX_SLOTS, Stepper, run as refill};
use crate::walk::source::WalkerSource;

/// The number of slots.
const WALKERS: usize = MAX_SLOTS;

/// Walks all walkers of `source`.
pub(super) fn run(dimensions: usize, source: &mut dyn WalkerSource<Boundary = ()>) {
    let moves = Packing::new(dimensions).moves(dimensions);
    refill(Lattice { digits: Digits::new(dimensions), moves }, source);
}

/// Walkers on the lattice.
#[derive(Clone, Copy)]
struct Lattice {
    digits: Digits,
    moves: [u64; 16],
}

/// The state of the hot loop, one array for each variable.
struct LaneState {
    state: [[u64; WALKERS]; 4],
    drawn: [u64; WALKERS],
    position: [u64; WALKERS],
    /// Whether each walker was at the origin in the last round.
    at_origin: [bool; WALKERS],
}

impl LaneState {
    /// Advances every walker by the steps of one draw. Returns whether any walker was at the origin.
    fn round(&mut self, digits: Digits, moves: &[u64; 16]) -> bool {
        for i in 0..WALKERS {
            self.drawn[i] = draw(&mut self.state, i);
        }
        if digits.skipped > 0 {
            let is_kept = |half: u64| (half as u32).wrapping_mul(digits.power) >= digits.skipped;
            for i in 0..WALKERS {
                while !(is_kept(self.drawn[i] >> 32) && is_kept(self.drawn[i])) {
                    self.drawn[i] = draw(&mut self.state, i);
                }
            }
        }
        self.at_origin = [false; WALKERS];
        let mut any = false;
        for shift in [32, 0] {
            let mut half = self.drawn.map(|drawn| (drawn >> shift) as u32);
            for step in 0..digits.steps {
                for i in 0..WALKERS {
                    let product = u64::from(half[i]) * u64::from(digits.choices);
                    half[i] = product as u32;
                    self.position[i] = self.position[i].wrapping_add(moves[(product >> 32) as usize % 16]);
                }
                if step % 2 == 1 {
                    for i in 0..WALKERS {
                        self.at_origin[i] |= self.position[i] == 0;
                        any |= self.at_origin[i];
                    }
                }
            }
        }
        any
    }
}

/// The lane state is on the heap, because it is passed by value.
impl Stepper for Lattice {
    type Boundary = ();
    type LaneState = Box<LaneState>;
    type Trace = [[u64; WALKERS]; 2];
    type Position = [i64; 0];

    const SLOTS: usize = WALKERS;

    fn steps_per_round(self) -> u64 {
        2 * u64::from(self.digits.steps)
    }

    fn draws_per_round(self) -> u64 {
        1
    }

    fn empty(self) -> (Box<LaneState>, Self::Trace) {
        let zero = [0; WALKERS];
        let lane_state = LaneState { state: [zero; 4], drawn: zero, position: zero, at_origin: [false; WALKERS] };
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
            let any = lane_state.round(self.digits, &self.moves);
            rounds += 1;
            if any || rounds == stop {
                break;
            }
        }
        *trace = [lane_state.position, lane_state.drawn];
        let candidates =
            lane_state.at_origin.iter().enumerate().map(|(slot, at_origin)| u64::from(*at_origin) << slot).sum();
        (lane_state, candidates, rounds)
    }

    fn fill_slot(self, mut lane_state: Box<LaneState>, slot: usize, (): (), state: [u64; 4]) -> Box<LaneState> {
        for (words, word) in lane_state.state.iter_mut().zip(state) {
            words[slot] = word;
        }
        lane_state.position[slot] = 0;
        lane_state
    }

    /// A generator whose state is zero draws only zeros, which are skipped without end. An empty slot therefore holds a
    /// walker with another state, far from the origin.
    fn clear_slot(self, lane_state: Box<LaneState>, slot: usize) -> Box<LaneState> {
        let mut lane_state = self.fill_slot(lane_state, slot, (), [1, 0, 0, 0]);
        lane_state.position[slot] = FAR;
        lane_state
    }

    /// The origin is the only boundary.
    fn retarget(self, lane_state: Box<LaneState>, _: &Self::Trace, _: usize, (): (), (): ()) -> Box<LaneState> {
        lane_state
    }

    fn first_crossing(self, trace: &Self::Trace, slot: usize, (): (), (): (), from: u64) -> Option<u64> {
        first_at_origin(self.digits, &self.moves, trace[0][slot], trace[1][slot], from)
    }

    fn position(self, _: &Self::Trace, _: usize, (): (), _: u64) -> [i64; 0] {
        []
    }
}
