//! The loop over walkers moved inside the loop over steps, on plain arrays. Nothing here names an instruction set; the
//! compiler is free to vectorise the inner loop, and does so as far as the target that it compiles for allows.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::barrier::Barrier;
use super::refill::{Gait, MOST, Words};

/// Walkers under way: enough to amortise the loop, few enough to stay in the first-level cache.
const WALKERS: usize = MOST;

/// Walkers on the line.
#[derive(Clone, Copy)]
pub(super) struct Line;

/// The state of all walkers under way, an array for each variable.
pub(super) struct Flock {
    state: [[u64; WALKERS]; 4],
    position: [i64; WALKERS],
    /// The position after the first of a draw's two steps.
    first: [i64; WALKERS],
    /// The farthest positions inside the barriers.
    lowest: [i64; WALKERS],
    highest: [i64; WALKERS],
}

impl Flock {
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

    fn bound(&mut self, i: usize, barrier: Barrier) {
        self.lowest[i] = 1 - barrier.below as i64;
        self.highest[i] = barrier.above as i64 - 1;
    }
}

/// The next output of generator `i`.
#[inline(always)]
pub(crate) fn draw(state: &mut [[u64; WALKERS]; 4], i: usize) -> u64 {
    let [s0, s1, s2, s3] = state;
    let draw = s0[i].wrapping_add(s3[i]).rotate_left(23).wrapping_add(s0[i]);
    let t = s1[i] << 17;
    s2[i] ^= s0[i];
    s3[i] ^= s1[i];
    s1[i] ^= s2[i];
    s0[i] ^= s3[i];
    s2[i] ^= t;
    s3[i] = s3[i].rotate_left(45);
    draw
}

/// The states of `count` streams of `seed` from `first` on, one after another.
pub(crate) fn seed_one_by_one(seed: u64, first: u64, count: usize, words: &mut Words) {
    for place in 0..count {
        let index = first.wrapping_add(place as u64);
        let counter = seed.wrapping_add(index.wrapping_mul(4).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut stream = SplitMix64::from_seed(counter.to_le_bytes());
        for word in words.iter_mut() {
            word[place] = stream.next_u64();
        }
    }
}

/// On the heap: it is handed to and fro by value.
impl Gait for Line {
    type Barrier = Barrier;
    type Flock = Box<Flock>;
    type Trace = [[i64; WALKERS]; 2];
    type Position = [i64; 1];

    const PLACES: usize = WALKERS;

    fn steps(self) -> u64 {
        2
    }

    fn draws(self) -> u64 {
        1
    }

    fn empty(self) -> (Box<Flock>, Self::Trace) {
        let zero = [0; WALKERS];
        let mut flock = Flock { state: [[0; WALKERS]; 4], position: zero, first: zero, lowest: zero, highest: zero };
        for i in 0..WALKERS {
            flock.bound(i, Barrier::FARTHEST);
        }
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

    fn seat(self, mut flock: Box<Flock>, place: usize, barrier: Barrier, state: [u64; 4]) -> Box<Flock> {
        for (words, word) in flock.state.iter_mut().zip(state) {
            words[place] = word;
        }
        flock.position[place] = 0;
        flock.bound(place, barrier);
        flock
    }

    /// A generator of zeros gives zeros, so nothing moves and nothing crosses.
    fn clear(self, flock: Box<Flock>, place: usize) -> Box<Flock> {
        self.seat(flock, place, Barrier::FARTHEST, [0; 4])
    }

    fn send_on(self, mut flock: Box<Flock>, _: &Self::Trace, place: usize, _: Barrier, barrier: Barrier) -> Box<Flock> {
        flock.bound(place, barrier);
        flock
    }

    fn find(self, trace: &Self::Trace, place: usize, _: Barrier, barrier: Barrier, first: u64) -> Option<u64> {
        (first..2).find(|step| barrier.is_crossed(trace[*step as usize][place]))
    }

    fn position(self, trace: &Self::Trace, place: usize, _: Barrier, step: u64) -> [i64; 1] {
        [trace[step as usize][place]]
    }
}
