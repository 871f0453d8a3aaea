//! The loop over walkers moved inside the loop over steps, on plain arrays: positions packed as in lanes.

use super::simd::{FAR, find};
use super::{Digits, Packing};
use crate::walk::feed::Feed;
use crate::walk::interchanged::{draw, seed_one_by_one};
use crate::walk::refill::{Gait, MOST, Words, run as refill};

/// Walkers under way.
const WALKERS: usize = MOST;

/// Walks all that `feed` has.
pub(super) fn run(dimensions: usize, feed: &mut dyn Feed<Barrier = ()>) {
    let moves = Packing::new(dimensions).moves(dimensions);
    refill(Lattice { digits: Digits::new(dimensions), moves }, feed);
}

/// Walkers on the lattice.
#[derive(Clone, Copy)]
struct Lattice {
    digits: Digits,
    moves: [u64; 16],
}

/// The state of all walkers under way, an array for each variable.
struct Flock {
    state: [[u64; WALKERS]; 4],
    drawn: [u64; WALKERS],
    position: [u64; WALKERS],
    /// Whether they were at the origin in the last round.
    back: [bool; WALKERS],
}

impl Flock {
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
impl Gait for Lattice {
    type Barrier = ();
    type Flock = Box<Flock>;
    type Trace = [[u64; WALKERS]; 2];
    type Position = [i64; 0];

    const PLACES: usize = WALKERS;

    fn steps(self) -> u64 {
        2 * u64::from(self.digits.steps)
    }

    fn draws(self) -> u64 {
        1
    }

    fn empty(self) -> (Box<Flock>, Self::Trace) {
        let zero = [0; WALKERS];
        let flock = Flock { state: [zero; 4], drawn: zero, position: zero, back: [false; WALKERS] };
        (Box::new(flock), [zero; 2])
    }

    fn seed(self, seed: u64, first: u64, count: usize, words: &mut Words) {
        seed_one_by_one(seed, first, count, words);
    }

    fn advance(
        self,
        mut flock: Box<Flock>,
        trace: &mut Self::Trace,
        mut rounds: u64,
        stop: u64,
    ) -> (Box<Flock>, u64, u64) {
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

    fn seat(self, mut flock: Box<Flock>, place: usize, (): (), state: [u64; 4]) -> Box<Flock> {
        for (words, word) in flock.state.iter_mut().zip(state) {
            words[place] = word;
        }
        flock.position[place] = 0;
        flock
    }

    /// A generator of zeros would be skipped for ever, so nobody's walker walks on, far away.
    fn clear(self, flock: Box<Flock>, place: usize) -> Box<Flock> {
        let mut flock = self.seat(flock, place, (), [1, 0, 0, 0]);
        flock.position[place] = FAR;
        flock
    }

    fn send_on(self, flock: Box<Flock>, _: &Self::Trace, _: usize, (): (), (): ()) -> Box<Flock> {
        flock
    }

    fn find(self, trace: &Self::Trace, place: usize, (): (), (): (), first: u64) -> Option<u64> {
        find(self.digits, &self.moves, trace[0][place], trace[1][place], first)
    }

    fn position(self, _: &Self::Trace, _: usize, (): (), _: u64) -> [i64; 0] {
        []
    }
}
