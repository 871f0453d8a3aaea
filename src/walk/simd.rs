//! Walkers in vector lanes: one body for every instruction set.
//!
//! # The algorithm
//!
//! Each lane holds one walker: four words of generator state and a position. A *round* draws once in every lane and
//! takes both steps; rounds go on until some lane has crossed. That lane's walker is handed to the feed, and the lane
//! gets the next walker at once, while the others wait for nothing but the hand-over.
//!
//! ```text
//! repeat
//!     repeat                                    -- `advance`, the hot loop
//!         draw                                  -- xoshiro256++ in each lane
//!         first    = position + high(draw)
//!         position = first + low(draw)
//!     until some lane has first >= end or position >= end
//!     for each such lane: crossed(walker, time); new walker
//! until no lane has a walker
//! ```
//!
//! # Where the code departs from that, and why it may
//!
//! 1. Positions are stored shifted: p = position + (B - 1) - 2^63, modulo 2^64, for the barrier B in units. The positions
//!    |position| < B are then the signed numbers from -2^63 to 2 B - 2 - 2^63, and "has crossed" is the one signed
//!    comparison p >= 2 B - 1 - 2^63 for both sides: a walker below -B wraps round to the far positive end. No position
//!    leaves 64 bits, since B is at most 2^62 and a step at most 2^31.
//! 2. No lane counts its steps. Rounds are counted once; a lane remembers the round in which its walker started.
//! 3. `advance` takes and returns the state by value. While the hot loop runs, no address of it exists, so it lives in
//!    registers. A new walker is blended into them by mask: nothing goes through memory but what is broadcast from it.
//! 4. New walkers are seeded 16 at a time, in lanes too, and wait in a small buffer.
//! 5. A lane without a walker has a generator of zeros, which gives zeros: it stands still, and needs no mask.

use super::barrier::Barrier;
use super::feed::{Batch, Feed, SLICE};
use crate::lanes::{Kernel, Lanes};
use crate::stream::{draw, states};

/// Walks all that the feed has, on whatever lanes the dispatch chose.
pub(super) struct Simd<'f, F>(pub(super) &'f mut F);

impl<F: Feed> Kernel for Simd<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        match L::INTERLEAVE {
            1 => walk::<L, F, 1>(lanes, self.0),
            2 => walk::<L, F, 2>(lanes, self.0),
            _ => walk::<L, F, 4>(lanes, self.0),
        }
    }
}

/// The most lanes that run side by side.
const MOST_LANES: usize = 64;

/// N vectors of walkers.
#[derive(Clone, Copy)]
struct Flock<L: Lanes, const N: usize> {
    state: [[L::Vector; 4]; N],
    /// Shifted positions.
    position: [L::Vector; N],
    /// The first shifted position beyond the barrier.
    end: [L::Vector; N],
}

/// Who walks in a lane.
#[derive(Clone, Copy, Default)]
struct Seat {
    walker: u64,
    /// The round in which it took its first steps.
    start: u64,
    /// The shifted position of the origin.
    origin: u64,
    /// The first shifted position beyond the barrier.
    end: u64,
    rank: u32,
}

/// The shifted position of the origin, and of the first unit beyond the barrier.
#[inline(always)]
fn shifted(barrier: Barrier) -> (u64, u64) {
    let lowest = i64::MIN as u64;
    (lowest + (barrier.units() - 1), lowest + (2 * barrier.units() - 1))
}

/// Rounds until some lane has crossed or `rounds` reaches `stop`; the positions after the last round's first step too.
#[inline(always)]
fn advance<L: Lanes, const N: usize>(
    lanes: L,
    mut flock: Flock<L, N>,
    mut rounds: u64,
    stop: u64,
) -> (Flock<L, N>, [L::Vector; N], u64) {
    loop {
        let mut first = flock.position;
        for v in 0..N {
            let draw = draw(lanes, &mut flock.state[v]);
            first[v] = lanes.add(flock.position[v], lanes.high(draw));
            flock.position[v] = lanes.add(first[v], lanes.low(draw));
        }
        let mut inside = lanes.lt(first[0], flock.end[0]);
        for v in 1..N {
            inside = lanes.and(inside, lanes.lt(first[v], flock.end[v]));
        }
        for v in 0..N {
            inside = lanes.and(inside, lanes.lt(flock.position[v], flock.end[v]));
        }
        rounds += 1;
        if !lanes.all(inside) || rounds == stop {
            return (flock, first, rounds);
        }
    }
}

/// Walkers that are seeded and wait for a lane.
struct Queue {
    batch: Batch,
    /// The streams' words of state, an array for each word.
    words: [[u64; Self::ROOM]; 4],
    /// How many of the batch have left.
    gone: usize,
}

impl Queue {
    const ROOM: usize = 16;

    /// The place in `words` of the next walker; `None` if the feed has no more.
    #[inline(always)]
    fn next<L: Lanes, F: Feed>(&mut self, lanes: L, feed: &mut F) -> Option<usize> {
        if self.gone as u64 == self.batch.walkers.end - self.batch.walkers.start {
            self.batch = feed.next(Self::ROOM as u64)?;
            self.gone = 0;
            let count = self.batch.walkers.end - self.batch.walkers.start;
            for place in (0..Self::ROOM).step_by(L::LANES).take_while(|place| (*place as u64) < count) {
                let states = states(lanes, self.batch.seed, self.batch.walkers.start.wrapping_add(place as u64));
                for (word, state) in self.words.iter_mut().zip(states) {
                    lanes.store(state, &mut word[place..place + L::LANES]);
                }
            }
        }
        self.gone += 1;
        Some(self.gone - 1)
    }
}

#[inline(always)]
fn walk<L: Lanes, F: Feed, const N: usize>(lanes: L, feed: &mut F) {
    let count = N * L::LANES;
    let zero = lanes.splat(0);
    let idle = shifted(Barrier::FARTHEST);
    let mut flock: Flock<L, N> =
        Flock { state: [[zero; 4]; N], position: [lanes.splat(idle.0); N], end: [lanes.splat(idle.1); N] };
    let mut seats = [Seat::default(); MOST_LANES];
    let mut queue = Queue {
        batch: Batch { seed: 0, walkers: 0..0, barrier: Barrier::FARTHEST, rank: 0 },
        words: [[0; Queue::ROOM]; 4],
        gone: 0,
    };
    let (mut firsts, mut seconds) = ([0; MOST_LANES], [0; MOST_LANES]);
    let mut busy = count;
    let mut rounds = 0;
    let mut stop = SLICE;
    // Lanes whose walker has crossed. At the start every lane waits for its first walker.
    let all_lanes = u64::MAX >> (64 - count);
    let mut crossed = all_lanes;
    let mut started = false;
    loop {
        while crossed != 0 {
            let lane = crossed.trailing_zeros() as usize % MOST_LANES;
            crossed &= crossed - 1;
            let seat = &mut seats[lane];
            if started {
                let onward = settle(feed, seat, rounds, firsts[lane], seconds[lane]);
                if let Some((rank, barrier)) = onward {
                    let position = seconds[lane].wrapping_sub(seat.origin);
                    let (origin, end) = shifted(barrier);
                    (seat.rank, seat.origin, seat.end) = (rank as u32, origin, end);
                    let (position, end) = (lanes.splat(position.wrapping_add(origin)), lanes.splat(end));
                    for v in 0..N {
                        let only = lanes.mask(1 << lane >> (v * L::LANES));
                        flock.position[v] = lanes.select(only, position, flock.position[v]);
                        flock.end[v] = lanes.select(only, end, flock.end[v]);
                    }
                    continue;
                }
            }
            let ((origin, end), words) = if let Some(place) = queue.next(lanes, feed) {
                let shifted = shifted(queue.batch.barrier);
                *seat = Seat {
                    walker: queue.batch.walkers.start.wrapping_add(place as u64),
                    start: rounds,
                    origin: shifted.0,
                    end: shifted.1,
                    rank: queue.batch.rank as u32,
                };
                (shifted, [0, 1, 2, 3].map(|word| queue.words[word][place]))
            } else {
                busy -= 1;
                (idle, [0; 4])
            };
            let (position, end, words) = (lanes.splat(origin), lanes.splat(end), words.map(|word| lanes.splat(word)));
            for v in 0..N {
                let only = lanes.mask(1 << lane >> (v * L::LANES));
                for (state, word) in flock.state[v].iter_mut().zip(words) {
                    *state = lanes.select(only, word, *state);
                }
                flock.position[v] = lanes.select(only, position, flock.position[v]);
                flock.end[v] = lanes.select(only, end, flock.end[v]);
            }
        }
        if busy == 0 {
            return;
        }
        started = true;
        let first;
        (flock, first, rounds) = advance(lanes, flock, rounds, stop);
        for v in 0..N {
            let after_first = lanes.lt(first[v], flock.end[v]);
            let after_second = lanes.lt(flock.position[v], flock.end[v]);
            crossed |= lanes.bits(lanes.and(after_first, after_second)) << (v * L::LANES);
            let places = v * L::LANES..(v + 1) * L::LANES;
            lanes.store(first[v], &mut firsts[places.clone()]);
            lanes.store(flock.position[v], &mut seconds[places]);
        }
        crossed ^= all_lanes;
        if rounds == stop {
            stop += SLICE;
            if !feed.proceed(SLICE * count as u64) {
                return;
            }
        }
    }
}

/// Hands the crossing of the walker in `seat` to the feed; a barrier to go on to, if any.
#[inline(always)]
fn settle<F: Feed>(
    feed: &mut F,
    seat: &mut Seat,
    rounds: u64,
    first: u64,
    second: u64,
) -> Option<(usize, Barrier)> {
    let time = 2 * (rounds - seat.start);
    let (first, second) = (first as i64, second as i64);
    let at_first = first >= seat.end as i64;
    let place = |shifted: i64| (shifted as u64).wrapping_sub(seat.origin) as i64;
    let (time_crossed, position) = if at_first { (time - 1, place(first)) } else { (time, place(second)) };
    let onward = feed.crossed(seat.rank as usize, seat.walker, time_crossed, position);
    if !F::NESTED {
        return None;
    }
    // The walker may cross a second barrier with the second step of the same round.
    match onward {
        Some((rank, barrier)) if at_first && place(second).unsigned_abs() >= barrier.units() => {
            feed.crossed(rank, seat.walker, time, place(second))
        }
        other => other,
    }
}
