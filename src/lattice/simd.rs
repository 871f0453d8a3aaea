//! Walkers on the lattice in vector lanes: one body for every instruction set and number of dimensions.
//!
//! # The algorithm
//!
//! Each lane holds one walker: four words of generator state and a position, all coordinates in one number. A *round* is one draw in
//! each lane, and all the steps that it gives.
//!
//! ```text
//! repeat                                    -- `walk`, the hot loop
//!     draw                                  -- again in lanes whose draw is skipped
//!     for each half h of the draw:
//!         for each step of a half:
//!             product   = choices * h       -- 32 bits times 32 bits
//!             position += moves[upper half of product]
//!             h         = lower half of product
//! until some lane was at the origin
//! ```
//!
//! # Where the code departs from that, and why it may
//!
//! 1. Positions are stored with the highest bit turned over: the origin is then the lowest signed number, and "not at the origin" one
//!    comparison. Fields may overflow into each other; what that means, `ExactRecheck` in `mod.rs` says.
//! 2. Nobody is back after an odd number of steps, so every second step is not looked at.
//! 3. The steps of a round that has an alarm are walked again, in all lanes, to see after which of them each was at the origin first.
//!    In one dimension half of the walkers are back after two steps, and most in every round.

use super::steps::{Digits, Packing};
use crate::lanes::{AllLanes, Kernel, ShuffleLanes};
use crate::stream::StateBlock;
use crate::stream::lanes::{draw, seed_in_lanes};
use crate::walk::refill::{MAX_SLOTS, Stepper, run};
use crate::walk::source::WalkerSource;

/// Walks all that the feed has, on whatever lanes the dispatch chose.
pub(super) struct Simd<'f, 'a> {
    pub(super) dimensions: usize,
    pub(super) source: &'f mut (dyn WalkerSource<Boundary = ()> + 'a),
}

impl Kernel for Simd<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) {
        let digits = Digits::new(self.dimensions);
        let moves = Packing::new(self.dimensions).moves(self.dimensions);
        let halves = [&moves[..8], &moves[8..]].map(|half| half.try_into().expect("eight moves"));
        let tables = [lanes.table(&halves[0]), lanes.table(&halves[1])];
        match (L::REGISTERS >= 32, self.dimensions > 4) {
            (true, false) => run(Lattice::<L, 2, false> { lanes, digits, tables, moves }, self.source),
            (true, true) => run(Lattice::<L, 2, true> { lanes, digits, tables, moves }, self.source),
            (false, false) => run(Lattice::<L, 1, false> { lanes, digits, tables, moves }, self.source),
            (false, true) => run(Lattice::<L, 1, true> { lanes, digits, tables, moves }, self.source),
        }
    }
}

/// Walkers in N vectors of lanes, with eight choices at most or with sixteen (`MANY`).
#[derive(Clone, Copy)]
struct Lattice<L: ShuffleLanes, const N: usize, const MANY: bool> {
    lanes: L,
    digits: Digits,
    tables: [L::Table; 2],
    moves: [u64; 16],
}

/// What moves.
#[derive(Clone, Copy)]
struct LaneState<L: ShuffleLanes, const N: usize> {
    state: [[L::Vector; 4]; N],
    /// With the highest bit turned over.
    position: [L::Vector; N],
}

/// What the last round left.
struct Trace {
    /// After how many of its steps each was at the origin first; all of them for those that were not.
    away: [u64; MAX_SLOTS],
    /// Positions after it, and its draws.
    position: [u64; MAX_SLOTS],
    drawn: [u64; MAX_SLOTS],
}

/// The last round as it began.
struct Round<L: ShuffleLanes, const N: usize> {
    position: [L::Vector; N],
    drawn: [L::Vector; N],
}

/// The highest bit.
const TOP: u64 = 1 << 63;

/// A position far from the origin in every field.
pub(super) const FAR: u64 = 0x5555_5555_5555_5555;

impl<L: ShuffleLanes, const N: usize, const MANY: bool> Lattice<L, N, MANY> {
    /// What the choice in each lane adds.
    #[inline(always)]
    fn step(self, choice: L::Vector) -> L::Vector {
        let lanes = self.lanes;
        let step = lanes.lookup(self.tables[0], choice);
        if MANY {
            let few = lanes.lt(choice, lanes.splat(8));
            lanes.select(few, step, lanes.lookup(self.tables[1], choice))
        } else {
            step
        }
    }

    /// Lanes whose half is not skipped; its upper 32 bits do not count.
    #[inline(always)]
    fn is_kept(self, half: L::Vector) -> L::Mask {
        let lanes = self.lanes;
        let rest = lanes.shl::<32>(lanes.mul_low(half, lanes.splat(u64::from(self.digits.power))));
        let least = (u64::from(self.digits.skipped) << 32).wrapping_sub(1);
        lanes.lt(lanes.splat(least ^ TOP), lanes.xor(rest, lanes.splat(TOP)))
    }

    /// A draw in each lane, drawn again where it is skipped.
    #[inline(always)]
    fn draw(self, state: &mut [L::Vector; 4]) -> L::Vector {
        let lanes = self.lanes;
        let mut drawn = draw(lanes, state);
        if self.digits.skipped > 0 {
            loop {
                let kept = lanes.and(self.is_kept(lanes.shr::<32>(drawn)), self.is_kept(drawn));
                if lanes.all(kept) {
                    break;
                }
                let mut next = *state;
                let again = draw(lanes, &mut next);
                for word in 0..4 {
                    state[word] = lanes.select(kept, state[word], next[word]);
                }
                drawn = lanes.select(kept, drawn, again);
            }
        }
        drawn
    }

    /// Blends a walker in.
    #[inline(always)]
    fn put(self, mut flock: LaneState<L, N>, place: usize, position: u64, state: [u64; 4]) -> LaneState<L, N> {
        let lanes = self.lanes;
        for v in 0..N {
            let only = lanes.only(v, place);
            flock.position[v] = lanes.select(only, lanes.splat(position), flock.position[v]);
            for word in 0..4 {
                flock.state[v][word] = lanes.select(only, lanes.splat(state[word]), flock.state[v][word]);
            }
        }
        flock
    }

    /// Two steps by the next two digits of `half`.
    #[inline(always)]
    fn two_steps(self, half: &mut L::Vector, position: &mut L::Vector) {
        let lanes = self.lanes;
        let choices = lanes.splat(u64::from(self.digits.choices));
        let first = lanes.mul_low(*half, choices);
        *half = lanes.mul_low(first, choices);
        *position = lanes.add(*position, self.step(lanes.shr::<32>(first)));
        *position = lanes.add(*position, self.step(lanes.shr::<32>(*half)));
    }

    /// The hot loop; returns the last round as it began, too.
    #[inline(always)]
    fn walk(self, mut flock: LaneState<L, N>, mut rounds: u64, stop: u64) -> (LaneState<L, N>, Round<L, N>, u64) {
        let lanes = self.lanes;
        let origin = lanes.splat(TOP);
        loop {
            let position = flock.position;
            let mut drawn = [origin; N];
            for v in 0..N {
                drawn[v] = self.draw(&mut flock.state[v]);
            }
            let mut away = [lanes.mask(u64::MAX); N];
            for half in 0..2 {
                let mut left = drawn;
                if half == 0 {
                    for v in 0..N {
                        left[v] = lanes.shr::<32>(drawn[v]);
                    }
                }
                for _ in 0..self.digits.steps / 2 {
                    for v in 0..N {
                        self.two_steps(&mut left[v], &mut flock.position[v]);
                        away[v] = lanes.and(away[v], lanes.lt(origin, flock.position[v]));
                    }
                }
            }
            let mut all = away[0];
            for v in 1..N {
                all = lanes.and(all, away[v]);
            }
            rounds += 1;
            if !lanes.all(all) || rounds == stop {
                return (flock, Round { position, drawn }, rounds);
            }
        }
    }

    /// Walks that round again: after how many of its steps each walker was at the origin first, or all of them.
    #[inline(always)]
    fn first_back(self, mut position: L::Vector, drawn: L::Vector) -> L::Vector {
        let lanes = self.lanes;
        let mut away = lanes.mask(u64::MAX);
        let mut steps = lanes.splat(0);
        for half in [lanes.shr::<32>(drawn), drawn] {
            let mut left = half;
            for _ in 0..self.digits.steps / 2 {
                self.two_steps(&mut left, &mut position);
                away = lanes.and(away, lanes.lt(lanes.splat(TOP), position));
                steps = lanes.select(away, lanes.add(steps, lanes.splat(2)), steps);
            }
        }
        steps
    }
}

impl<L: ShuffleLanes, const N: usize, const MANY: bool> Stepper for Lattice<L, N, MANY> {
    type Boundary = ();
    type LaneState = LaneState<L, N>;
    type Trace = Trace;
    /// Who is back is at the origin.
    type Position = [i64; 0];

    const PLACES: usize = N * L::LANES;

    #[inline(always)]
    fn steps(self) -> u64 {
        2 * u64::from(self.digits.steps)
    }

    #[inline(always)]
    fn draws(self) -> u64 {
        1
    }

    #[inline(always)]
    fn empty(self) -> (LaneState<L, N>, Trace) {
        let lanes = self.lanes;
        let flock = LaneState { state: [[lanes.splat(0); 4]; N], position: [lanes.splat(0); N] };
        (flock, Trace { away: [0; MAX_SLOTS], position: [0; MAX_SLOTS], drawn: [0; MAX_SLOTS] })
    }

    #[inline(always)]
    fn seed(self, seed: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_in_lanes(self.lanes, seed, first, count, words);
    }

    #[inline(always)]
    fn advance(self, flock: LaneState<L, N>, trace: &mut Trace, rounds: u64, stop: u64) -> (LaneState<L, N>, u64, u64) {
        let lanes = self.lanes;
        let (flock, round, rounds) = self.walk(flock, rounds, stop);
        let all = lanes.splat(self.steps());
        let mut back = 0;
        for v in 0..N {
            let steps = self.first_back(round.position[v], round.drawn[v]);
            back |= lanes.slot_bits(v, lanes.lt(steps, all));
            let places = L::slots(v);
            lanes.store(steps, &mut trace.away[places.clone()]);
            lanes.store(flock.position[v], &mut trace.position[places.clone()]);
            lanes.store(round.drawn[v], &mut trace.drawn[places]);
        }
        (flock, back, rounds)
    }

    #[inline(always)]
    fn seat(self, flock: LaneState<L, N>, place: usize, (): (), state: [u64; 4]) -> LaneState<L, N> {
        self.put(flock, place, TOP, state)
    }

    /// A generator of zeros would be skipped for ever, so nobody's walker walks on, far away.
    #[inline(always)]
    fn clear(self, flock: LaneState<L, N>, place: usize) -> LaneState<L, N> {
        self.put(flock, place, TOP ^ FAR, [1, 0, 0, 0])
    }

    #[inline(always)]
    fn retarget(self, flock: LaneState<L, N>, _: &Trace, _: usize, (): (), (): ()) -> LaneState<L, N> {
        flock
    }

    #[inline(always)]
    fn find(self, trace: &Trace, place: usize, (): (), (): (), first: u64) -> Option<u64> {
        if first == 0 {
            // The step after those that it was away for; the second of a pair.
            return (trace.away[place] < self.steps()).then_some(trace.away[place] + 1);
        }
        find(self.digits, &self.moves, trace.position[place] ^ TOP, trace.drawn[place], first)
    }

    #[inline(always)]
    fn position(self, _: &Trace, _: usize, (): (), _: u64) -> [i64; 0] {
        []
    }
}

/// The first step of a draw, from `first` on, after which a walker was at the origin that ended the draw at `position`.
pub(super) fn find(digits: Digits, moves: &[u64; 16], position: u64, drawn: u64, first: u64) -> Option<u64> {
    let steps = || {
        [(drawn >> 32) as u32, drawn as u32].into_iter().flat_map(|half| {
            (0..digits.steps).scan(half, |half, _| {
                let product = u64::from(digits.choices) * u64::from(*half);
                *half = product as u32;
                Some(moves[(product >> 32) as usize % 16])
            })
        })
    };
    let mut position = position.wrapping_sub(steps().fold(0, u64::wrapping_add));
    (0..).zip(steps()).find_map(|(number, step)| {
        position = position.wrapping_add(step);
        (position == 0 && number >= first).then_some(number)
    })
}
