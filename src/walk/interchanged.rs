//! The loop over walkers moved inside the loop over steps, on plain arrays. Nothing here names an instruction set; the
//! compiler is free to vectorise the inner loop, and does so as far as the target that it compiles for allows.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::feed::{Batch, Feed, SLICE};

/// Walkers under way: enough to amortise the loop, few enough to stay in the first-level cache.
const WALKERS: usize = 64;

/// A walker's place among the arrays: who it is and when it started.
#[derive(Clone, Copy, Default)]
struct Seat {
    walker: u64,
    rank: usize,
    start: u64,
}

/// The state of all walkers under way, an array for each variable.
struct Flock {
    state: [[u64; WALKERS]; 4],
    position: [i64; WALKERS],
    /// The position after the first of a draw's two steps.
    first: [i64; WALKERS],
    /// The farthest position inside the barrier.
    limit: [i64; WALKERS],
}

impl Flock {
    /// A draw and two steps of every walker; whether any may have crossed.
    fn step(&mut self) -> bool {
        let [s0, s1, s2, s3] = &mut self.state;
        let mut crossed = 0;
        for i in 0..WALKERS {
            let draw = s0[i].wrapping_add(s3[i]).rotate_left(23).wrapping_add(s0[i]);
            let t = s1[i] << 17;
            s2[i] ^= s0[i];
            s3[i] ^= s1[i];
            s1[i] ^= s2[i];
            s0[i] ^= s3[i];
            s2[i] ^= t;
            s3[i] = s3[i].rotate_left(45);
            let first = self.position[i] + i64::from((draw >> 32) as i32);
            let second = first + i64::from(draw as i32);
            // Beyond the barrier one of limit - position and limit + position is negative, and its sign bit set: cheaper
            // than a comparison where vectors of 64-bit integers have none.
            let limit = self.limit[i];
            crossed |= (limit - first) | (limit + first) | (limit - second) | (limit + second);
            self.first[i] = first;
            self.position[i] = second;
        }
        crossed < 0
    }

    fn seat(&mut self, i: usize, seed: u64, walker: u64, barrier: u64) {
        let counter = seed.wrapping_add(walker.wrapping_mul(4).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut words = SplitMix64::from_seed(counter.to_le_bytes());
        for word in &mut self.state {
            word[i] = words.next_u64();
        }
        self.position[i] = 0;
        self.limit[i] = barrier as i64 - 1;
    }

    /// An empty seat: a generator of zeros gives zeros, so nothing moves and nothing crosses.
    fn clear(&mut self, i: usize) {
        for word in &mut self.state {
            word[i] = 0;
        }
        self.position[i] = 0;
        self.limit[i] = i64::MAX;
    }
}

/// Walks all that `feed` has.
pub(super) fn run<F: Feed>(feed: &mut F) {
    let zero = [0; WALKERS];
    let mut flock = Flock { state: [[0; WALKERS]; 4], position: zero, first: zero, limit: [i64::MAX; WALKERS] };
    let mut seats = [Seat::default(); WALKERS];
    let mut batch: Option<Batch> = None;
    let mut rounds = 0;
    let mut busy = 0;
    let mut take = |feed: &mut F, flock: &mut Flock, i: usize, rounds: u64| {
        if batch.as_ref().is_none_or(|batch| batch.walkers.is_empty()) {
            batch = feed.next(16);
        }
        let Some(batch) = &mut batch else {
            flock.clear(i);
            return None;
        };
        let walker = batch.walkers.start;
        batch.walkers.start += 1;
        flock.seat(i, batch.seed, walker, batch.barrier.units());
        Some(Seat { walker, rank: batch.rank, start: rounds })
    };
    for (i, seat) in seats.iter_mut().enumerate() {
        if let Some(taken) = take(feed, &mut flock, i, 0) {
            *seat = taken;
            busy += 1;
        }
    }
    while busy > 0 {
        let crossed = flock.step();
        rounds += 1;
        if crossed {
            for (i, seat) in seats.iter_mut().enumerate() {
                let time = 2 * (rounds - seat.start);
                for (time, position) in [(time - 1, flock.first[i]), (time, flock.position[i])] {
                    if position.abs() <= flock.limit[i] {
                        continue;
                    }
                    if let Some((rank, barrier)) = feed.crossed(seat.rank, seat.walker, time, position) {
                        seat.rank = rank;
                        flock.limit[i] = barrier.units() as i64 - 1;
                        continue;
                    }
                    match take(feed, &mut flock, i, rounds) {
                        Some(taken) => *seat = taken,
                        None => busy -= 1,
                    }
                    break;
                }
            }
        }
        if rounds % SLICE == 0 && !feed.proceed(SLICE * WALKERS as u64) {
            return;
        }
    }
}
