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
//!     until some lane has |first| >= Y or |position| >= Y
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
//! 3. Far barriers are guarded one step ahead: as long as the position after the second step of a draw is within B minus
//!    the largest step, the first step cannot have crossed, and one comparison a draw suffices. An alarm is then only a
//!    reason to look. Near barriers would raise too many, so both steps are compared there (`FINE`).
//! 4. `advance` takes and returns the state by value. While the hot loop runs, no address of it exists, so it lives in
//!    registers. A new walker is blended into them by mask: nothing goes through memory but what is broadcast from it.
//! 5. The position after the first step is not kept for the rare round that needs it: the generator's step is undone, and
//!    its last draw taken back.
//! 6. New walkers are seeded 16 at a time, in lanes too, and wait in a small buffer.
//! 7. A lane without a walker has a generator of zeros, which gives zeros: it stands still, and needs no mask.

use super::barrier::Barrier;
use super::feed::{Batch, Feed, SLICE};
use crate::lanes::{Kernel, Lanes};
use crate::stream::{draw, last_draw, states};

/// Walks all that the feed has, on whatever lanes the dispatch chose.
pub(super) struct Simd<'f, F> {
    pub(super) feed: &'f mut F,
    /// Test both steps of a draw (near barriers) rather than the second alone with a margin (far ones).
    pub(super) fine: bool,
}

impl<F: Feed> Kernel for Simd<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        match (L::INTERLEAVE, self.fine) {
            (1, false) => walk::<L, F, 1, false>(lanes, self.feed),
            (1, true) => walk::<L, F, 1, true>(lanes, self.feed),
            (2, false) => walk::<L, F, 2, false>(lanes, self.feed),
            (2, true) => walk::<L, F, 2, true>(lanes, self.feed),
            (_, false) => walk::<L, F, 4, false>(lanes, self.feed),
            (_, true) => walk::<L, F, 4, true>(lanes, self.feed),
        }
    }
}

/// The most lanes that run side by side.
const MOST_LANES: usize = 32;

/// N vectors of walkers.
#[derive(Clone, Copy)]
struct Flock<L: Lanes, const N: usize> {
    state: [[L::Vector; 4]; N],
    /// Shifted positions.
    position: [L::Vector; N],
    /// The first shifted position that raises an alarm.
    end: [L::Vector; N],
}

/// Who walks in a lane.
#[derive(Clone, Copy)]
struct Seat {
    walker: u64,
    /// Rounds done before it took its first steps.
    start: u64,
    /// The shifted position of the origin.
    origin: u64,
    /// The barrier in units.
    barrier: u64,
    rank: u32,
}

/// The shifted position of the origin, and the first one that raises an alarm.
#[inline(always)]
fn shifted<const FINE: bool>(barrier: Barrier) -> (u64, u64) {
    let guard = if FINE { barrier.units() } else { barrier.units().saturating_sub(LARGEST_STEP).max(1) };
    let lowest = i64::MIN as u64;
    (lowest + (guard - 1), lowest + (2 * guard - 1))
}

/// The largest step, in units.
const LARGEST_STEP: u64 = 1 << 31;

/// Rounds until some lane raises an alarm or `rounds` reaches `stop`.
#[inline(always)]
fn advance<L: Lanes, const N: usize, const FINE: bool>(
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
        // Two chains of comparisons: with both steps of a vector side by side the compiler would compare their maximum
        // instead, which has no fast instruction.
        let mut inside = lanes.lt(flock.position[0], flock.end[0]);
        for v in 1..N {
            inside = lanes.and(inside, lanes.lt(flock.position[v], flock.end[v]));
        }
        if FINE {
            let mut after_first = lanes.lt(first[0], flock.end[0]);
            for v in 1..N {
                after_first = lanes.and(after_first, lanes.lt(first[v], flock.end[v]));
            }
            inside = lanes.and(inside, after_first);
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

    fn new() -> Self {
        let batch = Batch { seed: 0, walkers: 0..0, barrier: Barrier::FARTHEST, rank: 0 };
        Self { batch, words: [[0; Self::ROOM]; 4], gone: 0 }
    }

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

/// Blends a shifted position, its alarm and, if given, a generator's state into lane `lane` of the flock.
#[inline(always)]
fn seat_in<L: Lanes, const N: usize>(
    lanes: L,
    mut flock: Flock<L, N>,
    lane: usize,
    (position, end): (u64, u64),
    state: Option<[u64; 4]>,
) -> Flock<L, N> {
    let (position, end) = (lanes.splat(position), lanes.splat(end));
    for v in 0..N {
        let only = lanes.mask(1 << lane >> (v * L::LANES));
        flock.position[v] = lanes.select(only, position, flock.position[v]);
        flock.end[v] = lanes.select(only, end, flock.end[v]);
        if let Some(words) = state {
            for word in 0..4 {
                flock.state[v][word] = lanes.select(only, lanes.splat(words[word]), flock.state[v][word]);
            }
        }
    }
    flock
}

#[inline(always)]
fn walk<L: Lanes, F: Feed, const N: usize, const FINE: bool>(lanes: L, feed: &mut F) {
    let count = N * L::LANES;
    let all_lanes = u64::MAX >> (64 - count);
    let zero = lanes.splat(0);
    let idle = shifted::<FINE>(Barrier::FARTHEST);
    let mut flock: Flock<L, N> =
        Flock { state: [[zero; 4]; N], position: [lanes.splat(idle.0); N], end: [lanes.splat(idle.1); N] };
    let mut seats = [Seat { walker: 0, start: 0, origin: 0, barrier: 0, rank: 0 }; MOST_LANES];
    let mut queue = Queue::new();
    // Shifted positions after the first and after the second step of the last round.
    let mut landings = [[0_u64; MOST_LANES]; 2];
    // Lanes that were inside after the first step; told in `FINE` alone.
    let mut after_first = 0_u64;
    let (mut rounds, mut stop) = (0, SLICE);
    let mut busy = count;
    // Lanes to look at. At the start all of them, with no walker in any.
    let mut alarms = all_lanes;
    let mut started = false;
    loop {
        while alarms != 0 {
            let lane = alarms.trailing_zeros() as usize % MOST_LANES;
            alarms &= alarms - 1;
            let seat = &mut seats[lane];
            if started {
                let landing = [0, 1].map(|step: usize| landings[step][lane].wrapping_sub(seat.origin) as i64);
                match settle::<F, FINE>(feed, seat, rounds, landing, (after_first >> lane & 1) as usize) {
                    Settled::FalseAlarm => continue,
                    Settled::Onward(rank, barrier) => {
                        let (origin, end) = shifted::<FINE>(barrier);
                        (seat.rank, seat.origin, seat.barrier) = (rank as u32, origin, barrier.units());
                        let position = (landing[1] as u64).wrapping_add(origin);
                        flock = seat_in(lanes, flock, lane, (position, end), None);
                        continue;
                    }
                    Settled::Done => {}
                }
            }
            let (place, state) = if let Some(place) = queue.next(lanes, feed) {
                let Batch { walkers, barrier, rank, .. } = &queue.batch;
                let (origin, end) = shifted::<FINE>(*barrier);
                let walker = walkers.start.wrapping_add(place as u64);
                *seat = Seat { walker, start: rounds, origin, barrier: barrier.units(), rank: *rank as u32 };
                let [first, second, third, fourth] = &queue.words;
                ((origin, end), [first[place], second[place], third[place], fourth[place]])
            } else {
                // Nothing left to walk: the lane idles.
                busy -= 1;
                (idle, [0; 4])
            };
            flock = seat_in(lanes, flock, lane, place, Some(state));
        }
        if busy == 0 {
            return;
        }
        started = true;
        let mut first;
        (flock, first, rounds) = advance::<L, N, FINE>(lanes, flock, rounds, stop);
        let mut after_second = 0;
        after_first = 0;
        for v in 0..N {
            if FINE {
                after_first |= lanes.bits(lanes.lt(first[v], flock.end[v])) << (v * L::LANES);
            } else {
                first[v] = lanes.sub(flock.position[v], lanes.low(last_draw(lanes, &flock.state[v])));
            }
            after_second |= lanes.bits(lanes.lt(flock.position[v], flock.end[v])) << (v * L::LANES);
            let places = v * L::LANES..(v + 1) * L::LANES;
            lanes.store(first[v], &mut landings[0][places.clone()]);
            lanes.store(flock.position[v], &mut landings[1][places]);
        }
        alarms = all_lanes ^ if FINE { after_first & after_second } else { after_second };
        if rounds == stop {
            stop += SLICE;
            if !feed.proceed(SLICE * count as u64) {
                return;
            }
        }
    }
}

/// What became of a walker that raised an alarm.
enum Settled {
    /// It is near its barrier, but inside.
    FalseAlarm,
    /// It has crossed, and goes on to a farther barrier.
    Onward(usize, Barrier),
    /// It has crossed, and its lane is free.
    Done,
}

/// Looks at the walker in `seat`, whose last two steps landed at `landing`, and hands its crossing, if any, to the feed.
///
/// Which of the two steps crossed is as random as a bit can be: it is counted and indexed with, and never branched on.
#[inline(always)]
fn settle<F: Feed, const FINE: bool>(
    feed: &mut F,
    seat: &Seat,
    rounds: u64,
    landing: [i64; 2],
    inside_after_first: usize,
) -> Settled {
    let distance = landing.map(i64::unsigned_abs);
    let crossing_step = if FINE {
        inside_after_first
    } else if distance[0].max(distance[1]) < seat.barrier {
        return Settled::FalseAlarm;
    } else {
        usize::from(distance[0] < seat.barrier)
    };
    let time = 2 * (rounds - seat.start) - 1;
    let mut onward = feed.crossed(seat.rank as usize, seat.walker, time + crossing_step as u64, landing[crossing_step]);
    if !F::NESTED {
        return Settled::Done;
    }
    if let Some((rank, barrier)) = onward
        && crossing_step == 0
        && distance[1] >= barrier.units()
    {
        // The second step of the same round crossed another barrier.
        onward = feed.crossed(rank, seat.walker, time + 1, landing[1]);
    }
    onward.map_or(Settled::Done, |(rank, barrier)| Settled::Onward(rank, barrier))
}
