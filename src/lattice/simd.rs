//! Walks on the lattice in vector lanes: one kernel for every instruction set and number of dimensions.
//!
//! # The algorithm
//!
//! Each lane holds one walker: four words of generator state, and a position with all coordinates packed into one
//! number. A *round* is one draw in each lane and all the steps that the draw gives.
//!
//! ```text
//! repeat                                    -- `walk`, the hot loop
//!     draw                                  -- again in lanes whose draw is skipped
//!     for each half h of the draw:
//!         for each step of a half:
//!             product   = choices * h       -- 32 bits times 32 bits
//!             position += moves[upper half of product]
//!             h         = lower half of product
//! until a lane was at the origin
//! ```
//!
//! # Differences from the textbook loop, and why they are exact
//!
//! 1. Positions are stored with the highest bit inverted. The origin is then the lowest signed number, so "not at the
//!    origin" is one comparison. Fields may overflow into each other; `recheck.rs` handles these overflows.
//! 2. A walker can be at the origin only after an even number of steps, so only every second step is compared.
//! 3. If a walker was at the origin in a round, all lanes walk the round again to find the step. In one dimension, half
//!    of the walkers return after two steps, so most rounds contain such a walker.

use super::steps::{Digits, Packing};
use crate::lanes::{AllLanes, Kernel, ShuffleLanes};
use crate::stream::StateBlock;
use crate::stream::lanes::{draw, seed_in_lanes};
use crate::walk::refill::{MAX_SLOTS, Stepper, run};
use crate::walk::source::WalkerSource;

/// Walks all walkers of `source` on the lanes that the dispatch selects.
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

/// Walkers in N vectors of lanes, with up to eight choices, or up to sixteen (`TWO_TABLES`).
#[derive(Clone, Copy)]
struct Lattice<L: ShuffleLanes, const N: usize, const TWO_TABLES: bool> {
    lanes: L,
    digits: Digits,
    tables: [L::Table; 2],
    moves: [u64; 16],
}

/// The state of the hot loop.
#[derive(Clone, Copy)]
struct LaneState<L: ShuffleLanes, const N: usize> {
    state: [[L::Vector; 4]; N],
    /// Packed positions with the highest bit inverted.
    position: [L::Vector; N],
}

/// The result of the last round.
struct Trace {
    /// The number of steps before each walker was at the origin; all steps of the round if it was not.
    steps_before: [u64; MAX_SLOTS],
    /// Positions after the round, as stored, and its draws.
    position: [u64; MAX_SLOTS],
    drawn: [u64; MAX_SLOTS],
}

/// The positions before the last round, and its draws.
struct Round<L: ShuffleLanes, const N: usize> {
    position: [L::Vector; N],
    drawn: [L::Vector; N],
}

/// The highest bit.
const TOP: u64 = 1 << 63;

/// A position far from the origin in every field.
pub(super) const FAR: u64 = 0x5555_5555_5555_5555;

impl<L: ShuffleLanes, const N: usize, const TWO_TABLES: bool> Lattice<L, N, TWO_TABLES> {
    /// The move of the choice in each lane.
    #[inline(always)]
    fn step(self, choice: L::Vector) -> L::Vector {
        let lanes = self.lanes;
        let step = lanes.lookup(self.tables[0], choice);
        if TWO_TABLES {
            let in_first = lanes.lt(choice, lanes.splat(8));
            lanes.select(in_first, step, lanes.lookup(self.tables[1], choice))
        } else {
            step
        }
    }

    /// The lanes whose half is not skipped. A half is the lower 32 bits; the upper ones are ignored.
    #[inline(always)]
    fn is_kept(self, half: L::Vector) -> L::Mask {
        let lanes = self.lanes;
        let rest = lanes.shl::<32>(lanes.mul_low(half, lanes.splat(u64::from(self.digits.power))));
        let least = (u64::from(self.digits.skipped) << 32).wrapping_sub(1);
        lanes.lt(lanes.splat(least ^ TOP), lanes.xor(rest, lanes.splat(TOP)))
    }

    /// One draw in each lane. Lanes whose draw is skipped draw again.
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

    /// Blends a walker into `slot`.
    #[inline(always)]
    fn blend(self, mut lane_state: LaneState<L, N>, slot: usize, position: u64, state: [u64; 4]) -> LaneState<L, N> {
        let lanes = self.lanes;
        for v in 0..N {
            let only = lanes.only(v, slot);
            lane_state.position[v] = lanes.select(only, lanes.splat(position), lane_state.position[v]);
            for word in 0..4 {
                lane_state.state[v][word] = lanes.select(only, lanes.splat(state[word]), lane_state.state[v][word]);
            }
        }
        lane_state
    }

    /// Takes two steps, given by the next two digits of `half`.
    #[inline(always)]
    fn two_steps(self, half: &mut L::Vector, position: &mut L::Vector) {
        let lanes = self.lanes;
        let choices = lanes.splat(u64::from(self.digits.choices));
        let first = lanes.mul_low(*half, choices);
        *half = lanes.mul_low(first, choices);
        *position = lanes.add(*position, self.step(lanes.shr::<32>(first)));
        *position = lanes.add(*position, self.step(lanes.shr::<32>(*half)));
    }

    /// The hot loop. Also returns the positions before the last round, and its draws.
    #[inline(always)]
    fn walk(self, mut lane_state: LaneState<L, N>, mut rounds: u64, stop: u64) -> (LaneState<L, N>, Round<L, N>, u64) {
        let lanes = self.lanes;
        let origin = lanes.splat(TOP);
        loop {
            let position = lane_state.position;
            let mut drawn = [origin; N];
            for v in 0..N {
                drawn[v] = self.draw(&mut lane_state.state[v]);
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
                        self.two_steps(&mut left[v], &mut lane_state.position[v]);
                        away[v] = lanes.and(away[v], lanes.lt(origin, lane_state.position[v]));
                    }
                }
            }
            let mut all = away[0];
            for v in 1..N {
                all = lanes.and(all, away[v]);
            }
            rounds += 1;
            if !lanes.all(all) || rounds == stop {
                return (lane_state, Round { position, drawn }, rounds);
            }
        }
    }

    /// Walks a round again. Returns the number of steps before each walker was at the origin; all steps if it was not.
    #[inline(always)]
    fn steps_before_origin(self, mut position: L::Vector, drawn: L::Vector) -> L::Vector {
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

impl<L: ShuffleLanes, const N: usize, const TWO_TABLES: bool> Stepper for Lattice<L, N, TWO_TABLES> {
    type Boundary = ();
    type LaneState = LaneState<L, N>;
    type Trace = Trace;
    /// Empty, because a walker that has returned is at the origin.
    type Position = [i64; 0];

    const SLOTS: usize = N * L::LANES;

    #[inline(always)]
    fn steps_per_round(self) -> u64 {
        2 * u64::from(self.digits.steps)
    }

    #[inline(always)]
    fn draws_per_round(self) -> u64 {
        1
    }

    #[inline(always)]
    fn empty(self) -> (LaneState<L, N>, Trace) {
        let lanes = self.lanes;
        let lane_state = LaneState { state: [[lanes.splat(0); 4]; N], position: [lanes.splat(0); N] };
        (lane_state, Trace { steps_before: [0; MAX_SLOTS], position: [0; MAX_SLOTS], drawn: [0; MAX_SLOTS] })
    }

    #[inline(always)]
    fn seed(self, base: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_in_lanes(self.lanes, base, first, count, words);
    }

    #[inline(always)]
    fn advance(
        self,
        lane_state: LaneState<L, N>,
        trace: &mut Trace,
        rounds: u64,
        stop: u64,
    ) -> (LaneState<L, N>, u64, u64) {
        let lanes = self.lanes;
        let (lane_state, round, rounds) = self.walk(lane_state, rounds, stop);
        let all = lanes.splat(self.steps_per_round());
        let mut at_origin = 0;
        for v in 0..N {
            let steps = self.steps_before_origin(round.position[v], round.drawn[v]);
            at_origin |= lanes.slot_bits(v, lanes.lt(steps, all));
            lanes.store(steps, &mut trace.steps_before[L::slots(v)]);
            lanes.store(lane_state.position[v], &mut trace.position[L::slots(v)]);
            lanes.store(round.drawn[v], &mut trace.drawn[L::slots(v)]);
        }
        (lane_state, at_origin, rounds)
    }

    #[inline(always)]
    fn fill_slot(self, lane_state: LaneState<L, N>, slot: usize, (): (), state: [u64; 4]) -> LaneState<L, N> {
        self.blend(lane_state, slot, TOP, state)
    }

    /// A generator whose state is zero draws only zeros, which are skipped without end. An empty slot therefore holds a
    /// walker with another state, far from the origin.
    #[inline(always)]
    fn clear_slot(self, lane_state: LaneState<L, N>, slot: usize) -> LaneState<L, N> {
        self.blend(lane_state, slot, TOP ^ FAR, [1, 0, 0, 0])
    }

    /// The origin is the only boundary.
    #[inline(always)]
    fn retarget(self, lane_state: LaneState<L, N>, _: &Trace, _: usize, (): (), (): ()) -> LaneState<L, N> {
        lane_state
    }

    #[inline(always)]
    fn first_crossing(self, trace: &Trace, slot: usize, (): (), (): (), from: u64) -> Option<u64> {
        if from == 0 {
            // Steps are compared in pairs, and the second of a pair leads to the origin.
            let before = trace.steps_before[slot];
            return (before < self.steps_per_round()).then_some(before + 1);
        }
        first_at_origin(self.digits, &self.moves, trace.position[slot] ^ TOP, trace.drawn[slot], from)
    }

    #[inline(always)]
    fn position(self, _: &Trace, _: usize, (): (), _: u64) -> [i64; 0] {
        []
    }
}

/// The first step of a draw, not before step `from`, after which a walker was at the origin. `position` is its packed
/// position after the draw.
pub(super) fn first_at_origin(digits: Digits, moves: &[u64; 16], position: u64, drawn: u64, from: u64) -> Option<u64> {
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
        (position == 0 && number >= from).then_some(number)
    })
}
