//! Many walkers side by side, each place taken by the next walker as soon as its own has ended: written once for all that
//! walk in lanes or in arrays.
//!
//! A [`Stepper`] says how walkers move: it advances all of them, round by round, until one raises an alarm, and finds out whether
//! and where that one has crossed. Here is what is rare: looking, handing over, seeding, refilling, horizons.
//!
//! ```text
//! repeat
//!     advance                                   -- the gait's hot loop, until some walker raises an alarm
//!     for each such walker:
//!         if it has crossed: hand it over, and seat the next one
//! until nobody walks
//! ```
//!
//! 1. The gait takes and returns its flock by value. While its hot loop runs, no address of it exists, so it lives in registers.
//! 2. No place counts its walker's steps. Rounds are counted once; a place remembers the round in which its walker started.
//! 3. New walkers are seeded 16 at a time, and wait in a small queue.
//! 4. Walkers start in the order of rounds, so the first to reach the horizon is the one that started first. The loop stops at the
//!    round when that one is due, and needs no deadline in each place.

use super::source::{Batch, SLICE, WalkerSource};
use crate::stream::{SEED_BLOCK, StateBlock};

/// The most places: a bit of an alarm each.
pub(crate) const MAX_SLOTS: usize = 64;

/// How walkers move. All functions are inlined below dispatch.
pub(crate) trait Stepper: Copy {
    /// What they walk to.
    type Boundary: Copy;
    /// All that moves in the hot loop: positions, generators, and what raises an alarm.
    type LaneState;
    /// Where all walkers stood after each step of the last round, for those that are looked at.
    type Trace;
    /// A number for each coordinate.
    type Position: AsRef<[i64]>;

    /// How many walk side by side: at most [`MAX_SLOTS`].
    const PLACES: usize;

    /// Steps of a round.
    fn steps(self) -> u64;
    /// Draws of a round, for one walker.
    fn draws(self) -> u64;
    /// Nobody walks: every place stands still and raises no alarm.
    fn empty(self) -> (Self::LaneState, Self::Trace);
    /// The first states of `count` streams of `seed` from `first` on.
    fn seed(self, seed: u64, first: u64, count: usize, words: &mut StateBlock);
    /// Walks on until some walker raises an alarm or `rounds` reaches `stop`. Writes the round's trace and returns the alarms, a
    /// bit for each place, and the rounds so far.
    fn advance(
        self,
        flock: Self::LaneState,
        trace: &mut Self::Trace,
        rounds: u64,
        stop: u64,
    ) -> (Self::LaneState, u64, u64);
    /// Seats a walker that has not moved yet.
    fn seat(self, flock: Self::LaneState, place: usize, barrier: Self::Boundary, state: [u64; 4]) -> Self::LaneState;
    /// Nobody walks at `place`.
    fn clear(self, flock: Self::LaneState, place: usize) -> Self::LaneState;
    /// The walker at `place`, sent to `from` until now, walks on to `to`.
    fn retarget(
        self,
        flock: Self::LaneState,
        trace: &Self::Trace,
        place: usize,
        from: Self::Boundary,
        to: Self::Boundary,
    ) -> Self::LaneState;
    /// The first step of the round, from `first` on, after which the walker at `place` had crossed `barrier`; `seated` is the
    /// barrier that it was seated with. `None`: a false alarm.
    fn find(
        self,
        trace: &Self::Trace,
        place: usize,
        seated: Self::Boundary,
        barrier: Self::Boundary,
        first: u64,
    ) -> Option<u64>;
    /// Where that walker stood after that step.
    fn position(self, trace: &Self::Trace, place: usize, seated: Self::Boundary, step: u64) -> Self::Position;
}

/// Who walks at a place.
#[derive(Clone, Copy)]
struct Seat<B> {
    walker: u64,
    /// Rounds done before its first step.
    start: u64,
    rank: u32,
    barrier: B,
}

/// Walkers that are seeded and wait for a place.
struct Queue<B> {
    batch: Batch<B>,
    words: StateBlock,
    /// How many walkers the batch has, and how many of them have left.
    count: usize,
    gone: usize,
}

impl<B: Copy> Queue<B> {
    /// The first batch; `None` if the feed has nothing at all.
    #[inline(always)]
    fn new<G: Stepper<Boundary = B>, F: WalkerSource<Boundary = B> + ?Sized>(gait: G, source: &mut F) -> Option<Self> {
        let mut words = [[0; SEED_BLOCK]; 4];
        let (batch, count) = seeded(gait, source, &mut words)?;
        Some(Self { batch, words, count, gone: 0 })
    }

    /// The place in `words` of the next walker; `None` if the feed has no more.
    #[inline(always)]
    fn next<G: Stepper<Boundary = B>, F: WalkerSource<Boundary = B> + ?Sized>(
        &mut self,
        gait: G,
        source: &mut F,
    ) -> Option<usize> {
        if self.gone == self.count {
            (self.batch, self.count) = seeded(gait, source, &mut self.words)?;
            self.gone = 0;
        }
        self.gone += 1;
        Some(self.gone - 1)
    }
}

/// The feed's next batch, and how many walkers it has; the first states of their streams go to `words`.
#[inline(always)]
fn seeded<G: Stepper, F: WalkerSource<Boundary = G::Boundary> + ?Sized>(
    gait: G,
    source: &mut F,
    words: &mut StateBlock,
) -> Option<(Batch<G::Boundary>, usize)> {
    let batch = source.next(SEED_BLOCK as u64)?;
    let count = (batch.walkers.end - batch.walkers.start) as usize;
    gait.seed(batch.base, batch.walkers.start, count, words);
    Some((batch, count))
}

/// Walks all that the feed has.
#[inline(always)]
pub(crate) fn run<G: Stepper, F: WalkerSource<Boundary = G::Boundary> + ?Sized>(gait: G, source: &mut F) {
    let (steps, horizon) = (gait.steps(), source.horizon());
    // The round in which a walker reaches the horizon, counted from its start.
    let last_round = horizon.div_ceil(steps);
    let (mut flock, mut trace) = gait.empty();
    let Some(mut queue) = Queue::new(gait, source) else { return };
    // Nobody sits anywhere yet, but every seat needs a barrier: the first walker's.
    let mut seats = [Seat { walker: 0, start: 0, rank: 0, barrier: queue.batch.barrier }; MAX_SLOTS];
    // Places with a walker, a bit for each.
    let mut seated = 0_u64;
    let (mut rounds, mut slice) = (0, SLICE);
    // No walker reaches the horizon before this round.
    let mut due = last_round;
    // At the start every place is looked at, with nobody in it.
    let mut alarms = u64::MAX >> (MAX_SLOTS - G::PLACES);
    loop {
        while alarms != 0 {
            let place = alarms.trailing_zeros() as usize % MAX_SLOTS;
            alarms &= alarms - 1;
            let seat = &mut seats[place];
            if seated >> place & 1 == 1 {
                let before = steps * (rounds - seat.start - 1);
                let from = seat.barrier;
                match settle(gait, source, &trace, place, seat, before, horizon) {
                    Settled::Inside => continue,
                    Settled::Onward => {
                        flock = gait.retarget(flock, &trace, place, from, seat.barrier);
                        continue;
                    }
                    Settled::Done => {}
                }
            }
            if let Some(next) = queue.next(gait, source) {
                let Batch { walkers, barrier, rank, .. } = &queue.batch;
                let walker = walkers.start.wrapping_add(next as u64);
                *seat = Seat { walker, start: rounds, rank: *rank as u32, barrier: *barrier };
                let [first, second, third, fourth] = &queue.words;
                let state = [first[next], second[next], third[next], fourth[next]];
                seated |= 1 << place;
                flock = gait.seat(flock, place, *barrier, state);
            } else {
                seated &= !(1 << place);
                flock = gait.clear(flock, place);
            }
        }
        if seated == 0 {
            return;
        }
        (flock, alarms, rounds) = gait.advance(flock, &mut trace, rounds, slice.min(due));
        if rounds == due {
            // Whoever is seated from now on is due no sooner than this.
            due = rounds.saturating_add(last_round);
            for (place, seat) in seats.iter().enumerate().take(G::PLACES) {
                match seat.start.saturating_add(last_round) {
                    last if last == rounds => alarms |= 1 << place,
                    last if last > rounds => due = due.min(last),
                    // A seat that nobody took again.
                    _ => {}
                }
            }
        }
        alarms &= seated;
        if rounds == slice {
            slice += SLICE;
            if !source.proceed(SLICE * gait.draws() * G::PLACES as u64) {
                return;
            }
        }
    }
}

/// What became of a walker that was looked at.
enum Settled {
    /// It has not crossed.
    Inside,
    /// It has crossed, and goes on to the barrier that its seat has now.
    Onward,
    /// Its walk has ended, and its place is free.
    Done,
}

/// Looks at the walker in `seat`, which had taken `before` steps before this round.
#[inline(always)]
fn settle<G: Stepper, F: WalkerSource<Boundary = G::Boundary> + ?Sized>(
    gait: G,
    source: &mut F,
    trace: &G::Trace,
    place: usize,
    seat: &mut Seat<G::Boundary>,
    before: u64,
    horizon: u64,
) -> Settled {
    let seated = seat.barrier;
    let mut settled = Settled::Inside;
    let mut first = 0;
    while let Some(step) = gait.find(trace, place, seated, seat.barrier, first)
        && before + step < horizon
    {
        let position = gait.position(trace, place, seated, step);
        match source.crossed(seat.rank as usize, seat.walker, before + step + 1, position.as_ref()) {
            None => return Settled::Done,
            Some((rank, barrier)) => (seat.rank, seat.barrier) = (rank as u32, barrier),
        }
        // The same round may hold the next crossing.
        settled = Settled::Onward;
        first = step + 1;
    }
    if before + gait.steps() >= horizon {
        let position = gait.position(trace, place, seated, horizon - before - 1);
        source.censored(seat.rank as usize, seat.walker, position.as_ref());
        return Settled::Done;
    }
    settled
}
