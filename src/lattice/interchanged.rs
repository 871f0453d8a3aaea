//! The loop over walkers moved inside the loop over steps, on plain arrays: positions packed as in lanes.

use super::simd::{FAR, find};
use super::steps::{Digits, Packing};
use crate::stream::StateBlock;
use crate::stream::arrays::{draw, seed_one_by_one};
use crate::walk::refill::{MAX_SLOTS, Stepper, run as refill};
use crate::walk::source::WalkerSource;

/// Walkers under way.
const WALKERS: usize = MAX_SLOTS;

/// Walks all that `source` has.
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

/// The state of all walkers under way, an array for each variable.
struct LaneState {
    state: [[u64; WALKERS]; 4],
    drawn: [u64; WALKERS],
    position: [u64; WALKERS],
    /// Whether they were at the origin in the last round.
    back: [bool; WALKERS],
}

impl LaneState {
    /// A draw of every walker, and its steps; whether any was at the origin.
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
        self.back = [false; WALKERS];
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
                        self.back[i] |= self.position[i] == 0;
                        any |= self.back[i];
                    }
                }
            }
        }
        any
    }
}

/// On the heap: it is handed to and fro by value.
impl Stepper for Lattice {
    type Boundary = ();
    type LaneState = Box<LaneState>;
    type Trace = [[u64; WALKERS]; 2];
    type Position = [i64; 0];

    const PLACES: usize = WALKERS;

    fn steps(self) -> u64 {
        2 * u64::from(self.digits.steps)
    }

    fn draws(self) -> u64 {
        1
    }

    fn empty(self) -> (Box<LaneState>, Self::Trace) {
        let zero = [0; WALKERS];
        let flock = LaneState { state: [zero; 4], drawn: zero, position: zero, back: [false; WALKERS] };
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
            let any = flock.round(self.digits, &self.moves);
            rounds += 1;
            if any || rounds == stop {
                break;
            }
        }
        *trace = [flock.position, flock.drawn];
        let alarms = flock.back.iter().enumerate().map(|(place, back)| u64::from(*back) << place).sum();
        (flock, alarms, rounds)
    }

    fn seat(self, mut flock: Box<LaneState>, place: usize, (): (), state: [u64; 4]) -> Box<LaneState> {
        for (words, word) in flock.state.iter_mut().zip(state) {
            words[place] = word;
        }
        flock.position[place] = 0;
        flock
    }

    /// A generator of zeros would be skipped for ever, so nobody's walker walks on, far away.
    fn clear(self, flock: Box<LaneState>, place: usize) -> Box<LaneState> {
        let mut flock = self.seat(flock, place, (), [1, 0, 0, 0]);
        flock.position[place] = FAR;
        flock
    }

    fn retarget(self, flock: Box<LaneState>, _: &Self::Trace, _: usize, (): (), (): ()) -> Box<LaneState> {
        flock
    }

    fn find(self, trace: &Self::Trace, place: usize, (): (), (): (), first: u64) -> Option<u64> {
        find(self.digits, &self.moves, trace[0][place], trace[1][place], first)
    }

    fn position(self, _: &Self::Trace, _: usize, (): (), _: u64) -> [i64; 0] {
        []
    }
}
