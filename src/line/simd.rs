//! Walks on the line in vector lanes: one kernel for every instruction set.
//!
//! # The algorithm
//!
//! Each lane holds one walker: four words of generator state and a position. A *round* draws once in every lane and
//! takes the two steps of the draw. Rounds continue until some walker may have crossed its boundary. The refill loop in
//! `walk/refill.rs` does the rest.
//!
//! ```text
//! repeat                                    -- `walk`, the hot loop
//!     draw                                  -- xoshiro256++ in each lane
//!     first    = position + high(draw)
//!     position = first + low(draw)
//! until some lane has first or position at a barrier or beyond
//! ```
//!
//! # Differences from the textbook loop, and why they are exact
//!
//! 1. *Shifted positions.* With a barrier A units below the origin and another B units above it, a position p is stored
//!    as p + (A - 1) - 2^63, modulo 2^64. The positions between the barriers become the signed numbers from -2^63 to
//!    A + B - 2 - 2^63. A walker below -A wraps round to the largest numbers. So one signed comparison with A + B - 1 -
//!    2^63 tests both barriers. A and B are at most 2^62 and a step at most 2^31, so positions fit into 64 bits.
//! 2. *A guard of one step.* If both barriers are distant, they are moved inwards by the largest step. A walker within
//!    these bounds after the second step of a draw cannot have crossed a barrier after the first step, so one
//!    comparison per draw suffices. A walker beyond the bounds is only a candidate. Near barriers would produce too
//!    many candidates, so both steps are compared with the barriers themselves there (`EVERY_STEP`).
//! 3. *No copy of the first position.* With the guard, the position after the first step is needed only for candidates.
//!    It is computed from the last draw. The last draw is computed from the generator state, because the generator's
//!    step is invertible.
//! 4. *Blending.* A new walker is blended into the registers by a mask, so the lane state never goes through memory.
//! 5. *Empty lanes.* A lane without a walker has a generator state of zeros. All its draws are zero and it never moves.

use super::boundary::Bounds;
use crate::lanes::{AllLanes, Kernel, Lanes};
use crate::stream::StateBlock;
use crate::stream::UNIT;
use crate::stream::lanes::{draw, last_draw, seed_in_lanes};
use crate::walk::refill::{MAX_SLOTS, Stepper, first_of_two, run};
use crate::walk::source::{Target, WalkerSource};

/// Walks all walkers of `source` on the lanes that the dispatch selects.
pub(super) struct Simd<'f, F: ?Sized> {
    pub(super) source: &'f mut F,
    /// See [`test_every_step`].
    pub(super) every_step: bool,
}

/// Whether to compare both steps of a draw with near barriers, rather than only the second with a guard.
///
/// The choice changes the speed, never the result. A walk to Y takes about 3 Y^2 steps, and about five of them are
/// within one step of a barrier, a share of 1.6 / Y^2. For several targets the share is 1.6 times their number over the
/// sum of Y^2. At Y = 30, where the share is 1/560, both variants are equally fast. With two barriers, the nearer one
/// determines the share.
pub(super) fn test_every_step(targets: &[Target<Bounds>]) -> bool {
    let squares: f64 = targets.iter().map(|target| (target.boundary.nearer() as f64 / UNIT).powi(2)).sum();
    squares < 900.0 * targets.len() as f64
}

impl<F: WalkerSource<Boundary = Bounds> + ?Sized> Kernel for Simd<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) {
        match (L::INTERLEAVE, self.every_step) {
            (1, false) => run(Line::<L, 1, false>(lanes), self.source),
            (1, true) => run(Line::<L, 1, true>(lanes), self.source),
            (2, false) => run(Line::<L, 2, false>(lanes), self.source),
            (2, true) => run(Line::<L, 2, true>(lanes), self.source),
            (_, false) => run(Line::<L, 4, false>(lanes), self.source),
            (_, true) => run(Line::<L, 4, true>(lanes), self.source),
        }
    }
}

/// Walkers on the line in N vectors of lanes.
#[derive(Clone, Copy)]
struct Line<L: Lanes, const N: usize, const EVERY_STEP: bool>(L);

/// The state of the hot loop.
#[derive(Clone, Copy)]
struct LaneState<L: Lanes, const N: usize> {
    state: [[L::Vector; 4]; N],
    /// Shifted positions.
    position: [L::Vector; N],
    /// The first shifted position that makes a walker a candidate.
    end: [L::Vector; N],
}

/// The result of the last round.
struct Trace {
    /// Shifted positions after the first and after the second step.
    positions: [[u64; MAX_SLOTS]; 2],
    /// The slots whose walkers are before their `end` after each step, one bit for each slot. The first entry is used
    /// only with `EVERY_STEP`.
    inside: [u64; 2],
}

/// The largest step, in units.
const MAX_STEP: u64 = 1 << 31;

/// The shifted position of the origin, and the first shifted position that makes a walker a candidate.
#[inline(always)]
fn shifted<const EVERY_STEP: bool>(barrier: Bounds) -> (u64, u64) {
    let Bounds { mut lower, mut upper } = barrier;
    if !EVERY_STEP {
        lower = lower.saturating_sub(MAX_STEP);
        upper = upper.saturating_sub(MAX_STEP);
        if lower == 0 || upper == 0 {
            // Either step of any draw may cross the barrier, so the walker is a candidate after every round.
            (lower, upper) = (1, 0);
        }
    }
    let lowest = i64::MIN as u64;
    (lowest.wrapping_add(lower - 1), lowest.wrapping_add(lower + upper - 1))
}

impl<L: Lanes, const N: usize, const EVERY_STEP: bool> Line<L, N, EVERY_STEP> {
    /// Blends a shifted position, its `end` and, if given, a generator state into `slot`.
    #[inline(always)]
    fn blend(
        self,
        mut lane_state: LaneState<L, N>,
        slot: usize,
        (position, end): (u64, u64),
        state: Option<[u64; 4]>,
    ) -> LaneState<L, N> {
        let lanes = self.0;
        let (position, end) = (lanes.splat(position), lanes.splat(end));
        for v in 0..N {
            let only = lanes.only(v, slot);
            lane_state.position[v] = lanes.select(only, position, lane_state.position[v]);
            lane_state.end[v] = lanes.select(only, end, lane_state.end[v]);
            if let Some(words) = state {
                for word in 0..4 {
                    lane_state.state[v][word] = lanes.select(only, lanes.splat(words[word]), lane_state.state[v][word]);
                }
            }
        }
        lane_state
    }

    /// The hot loop. Also returns the shifted positions after the first step, which are used only with `EVERY_STEP`.
    #[inline(always)]
    fn walk(
        self,
        mut lane_state: LaneState<L, N>,
        mut rounds: u64,
        stop: u64,
    ) -> (LaneState<L, N>, [L::Vector; N], u64) {
        let lanes = self.0;
        loop {
            let mut first = lane_state.position;
            for v in 0..N {
                let draw = draw(lanes, &mut lane_state.state[v]);
                first[v] = lanes.add(lane_state.position[v], lanes.high(draw));
                lane_state.position[v] = lanes.add(first[v], lanes.low(draw));
            }
            // There are two chains of comparisons. If both steps of a vector were compared side by side, the compiler
            // would compare their maximum, and AVX2 has no instruction for that.
            let mut inside = lanes.lt(lane_state.position[0], lane_state.end[0]);
            for v in 1..N {
                inside = lanes.and(inside, lanes.lt(lane_state.position[v], lane_state.end[v]));
            }
            if EVERY_STEP {
                let mut after_first = lanes.lt(first[0], lane_state.end[0]);
                for v in 1..N {
                    after_first = lanes.and(after_first, lanes.lt(first[v], lane_state.end[v]));
                }
                inside = lanes.and(inside, after_first);
            }
            rounds += 1;
            if !lanes.all(inside) || rounds == stop {
                return (lane_state, first, rounds);
            }
        }
    }

    /// The positions of the walker in `slot` after both steps of the last round, in units.
    #[inline(always)]
    fn positions(trace: &Trace, slot: usize, loaded: Bounds) -> [i64; 2] {
        let origin = shifted::<EVERY_STEP>(loaded).0;
        trace.positions.each_ref().map(|positions| positions[slot].wrapping_sub(origin) as i64)
    }
}

impl<L: Lanes, const N: usize, const EVERY_STEP: bool> Stepper for Line<L, N, EVERY_STEP> {
    type Boundary = Bounds;
    type LaneState = LaneState<L, N>;
    type Trace = Trace;
    type Position = [i64; 1];

    const SLOTS: usize = N * L::LANES;

    #[inline(always)]
    fn steps_per_round(self) -> u64 {
        2
    }

    #[inline(always)]
    fn draws_per_round(self) -> u64 {
        1
    }

    #[inline(always)]
    fn empty(self) -> (LaneState<L, N>, Trace) {
        let lanes = self.0;
        let (position, end) = shifted::<EVERY_STEP>(Bounds::MAX);
        let lane_state = LaneState {
            state: [[lanes.splat(0); 4]; N],
            position: [lanes.splat(position); N],
            end: [lanes.splat(end); N],
        };
        (lane_state, Trace { positions: [[0; MAX_SLOTS]; 2], inside: [0; 2] })
    }

    #[inline(always)]
    fn seed(self, base: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_in_lanes(self.0, base, first, count, words);
    }

    #[inline(always)]
    fn advance(
        self,
        lane_state: LaneState<L, N>,
        trace: &mut Trace,
        rounds: u64,
        stop: u64,
    ) -> (LaneState<L, N>, u64, u64) {
        let lanes = self.0;
        let (lane_state, mut first, rounds) = self.walk(lane_state, rounds, stop);
        trace.inside = [0; 2];
        for v in 0..N {
            if EVERY_STEP {
                trace.inside[0] |= lanes.slot_bits(v, lanes.lt(first[v], lane_state.end[v]));
            } else {
                first[v] = lanes.sub(lane_state.position[v], lanes.low(last_draw(lanes, &lane_state.state[v])));
            }
            trace.inside[1] |= lanes.slot_bits(v, lanes.lt(lane_state.position[v], lane_state.end[v]));
            lanes.store(first[v], &mut trace.positions[0][L::slots(v)]);
            lanes.store(lane_state.position[v], &mut trace.positions[1][L::slots(v)]);
        }
        let inside = if EVERY_STEP { trace.inside[0] & trace.inside[1] } else { trace.inside[1] };
        (lane_state, (u64::MAX >> (MAX_SLOTS - Self::SLOTS)) ^ inside, rounds)
    }

    #[inline(always)]
    fn fill_slot(self, lane_state: LaneState<L, N>, slot: usize, barrier: Bounds, state: [u64; 4]) -> LaneState<L, N> {
        self.blend(lane_state, slot, shifted::<EVERY_STEP>(barrier), Some(state))
    }

    #[inline(always)]
    fn clear_slot(self, lane_state: LaneState<L, N>, slot: usize) -> LaneState<L, N> {
        self.blend(lane_state, slot, shifted::<EVERY_STEP>(Bounds::MAX), Some([0; 4]))
    }

    #[inline(always)]
    fn retarget(
        self,
        lane_state: LaneState<L, N>,
        trace: &Trace,
        slot: usize,
        loaded: Bounds,
        barrier: Bounds,
    ) -> LaneState<L, N> {
        let (origin, end) = shifted::<EVERY_STEP>(barrier);
        let position = Self::positions(trace, slot, loaded)[1] as u64;
        self.blend(lane_state, slot, (position.wrapping_add(origin), end), None)
    }

    #[inline(always)]
    fn first_crossing(self, trace: &Trace, slot: usize, loaded: Bounds, barrier: Bounds, from: u64) -> Option<u64> {
        let inside = if EVERY_STEP && from == 0 {
            // There is no guard, so each candidate has crossed.
            trace.inside.map(|inside| inside >> slot & 1)
        } else {
            Self::positions(trace, slot, loaded).map(|position| u64::from(!barrier.is_crossed(position)))
        };
        first_of_two(inside, from)
    }

    #[inline(always)]
    fn position(self, trace: &Trace, slot: usize, loaded: Bounds, step: u64) -> [i64; 1] {
        [Self::positions(trace, slot, loaded)[step as usize & 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crossing_is_a_candidate() {
        // Without a guard the candidates are the crossings. With a guard they include all walkers within a step of a
        // barrier.
        let near = [1, 2, 7, MAX_STEP - 1, MAX_STEP];
        let far = [MAX_STEP + 1, 3 * MAX_STEP, 1 << 62];
        for lower in near.into_iter().chain(far) {
            for upper in near.into_iter().chain(far) {
                let barrier = Bounds { lower, upper };
                let candidate = |every_step: bool, position: i64| {
                    let (origin, end) = if every_step { shifted::<true>(barrier) } else { shifted::<false>(barrier) };
                    origin.wrapping_add(position as u64) as i64 >= end as i64
                };
                let edges = [0, 1, lower as i64, upper as i64];
                for position in edges.iter().flat_map(|edge| [-edge - 1, -edge, -edge + 1, edge - 1, *edge, edge + 1]) {
                    assert_eq!(candidate(true, position), barrier.is_crossed(position), "{barrier:?} {position}");
                    let step = MAX_STEP as i64;
                    let may_cross = [-step, 0, step].iter().any(|step| barrier.is_crossed(position + step));
                    assert!(candidate(false, position) || !may_cross, "{barrier:?} {position}");
                }
            }
        }
    }
}
