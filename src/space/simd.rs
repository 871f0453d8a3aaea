//! Walks in space in vector lanes: one kernel for every instruction set, number of dimensions and kind of walk.
//!
//! # The algorithm
//!
//! Each lane holds one walker: four words of generator state and D coordinates. A *round* is two steps. They take D
//! draws together, so a round takes an integer number of draws. The refill loop in `walk/refill.rs` does everything
//! else.
//!
//! ```text
//! repeat                                    -- `walk`, the hot loop
//!     for each of two steps:
//!         for each coordinate: coordinate += the next half of a draw
//! until some lane is a candidate
//! ```
//!
//! # Design
//!
//! 1. The test for candidates is a type parameter: see `candidates.rs`. Large balls have a guard of one step, and only
//!    the second step of a round is tested, as on the line (`line/simd.rs`).
//! 2. In two and three dimensions, and in four with 32 registers, all coordinates are in registers. In other dimensions
//!    they are in the first-level cache, and the number of dimensions is a variable: one kernel with `ROOM` for
//!    [`MAX_DIMENSIONS`] coordinates covers all of them.

use super::boundary::{MAX_DIMENSIONS, Position, RegionBoundary, WalkKind};
use super::candidates::{CandidateTest, OutAndBack, OutOfBall, OutOfCube, Threshold};
use crate::lanes::{AllLanes, Backend, DoubleLanes, Kernel};
use crate::stream::StateBlock;
use crate::stream::lanes::{draw, seed_in_lanes};
use crate::walk::refill::{MAX_SLOTS, Stepper, first_of_two, run as refill};
use crate::walk::source::WalkerSource;

/// The minimum radius of balls that are tested with a guard of one step.
const MIN_GUARDED_RADIUS: u64 = 30 << 31;

/// Walks all walkers of `source` on the lanes of `backend`.
pub(super) fn run(
    kind: WalkKind,
    boundary: RegionBoundary,
    backend: Backend,
    source: &mut dyn WalkerSource<Boundary = RegionBoundary>,
) {
    let dimensions = boundary.dimensions;
    match kind {
        WalkKind::ExitBall if boundary.units < MIN_GUARDED_RADIUS => {
            backend.run(Simd { dimensions, source, test: OutOfBall::<true> });
        }
        WalkKind::ExitBall => backend.run(Simd { dimensions, source, test: OutOfBall::<false> }),
        WalkKind::ReturnToBall => backend.run(Simd { dimensions, source, test: OutAndBack }),
        WalkKind::ExitCube => backend.run(Simd { dimensions, source, test: OutOfCube }),
    }
}

/// The kernel of one test, before the lanes are known.
struct Simd<'f, 'a, T> {
    dimensions: usize,
    source: &'f mut (dyn WalkerSource<Boundary = RegionBoundary> + 'a),
    test: T,
}

impl<T: CandidateTest> Kernel for Simd<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) {
        let Self { dimensions, source, test } = self;
        match (L::REGISTERS >= 32, dimensions) {
            (true, 2) => refill(Space::<L, T, 2, 2> { lanes, dimensions, test }, source),
            (true, 3) => refill(Space::<L, T, 2, 3> { lanes, dimensions, test }, source),
            (true, 4) => refill(Space::<L, T, 1, 4> { lanes, dimensions, test }, source),
            (false, 2) => refill(Space::<L, T, 1, 2> { lanes, dimensions, test }, source),
            (false, 3) => refill(Space::<L, T, 1, 3> { lanes, dimensions, test }, source),
            _ => refill(Space::<L, T, 1, MAX_DIMENSIONS> { lanes, dimensions, test }, source),
        }
    }
}

/// Walkers in N vectors of lanes, with `ROOM` coordinates, whose candidates are found by the test T.
#[derive(Clone, Copy)]
struct Space<L: DoubleLanes, T, const N: usize, const ROOM: usize> {
    lanes: L,
    dimensions: usize,
    test: T,
}

/// The state of the hot loop.
#[derive(Clone, Copy)]
struct LaneState<L: DoubleLanes, const N: usize, const ROOM: usize> {
    state: [[L::Vector; 4]; N],
    /// Stored coordinates: see [`CandidateTest::origin`].
    position: [[L::Vector; ROOM]; N],
    threshold: [Threshold<L::Vector>; N],
}

/// The stored coordinates of all walkers after each of the two steps of the last round, one array for each coordinate.
type Trace<const ROOM: usize> = [[[u64; MAX_SLOTS]; ROOM]; 2];

impl<L: DoubleLanes, T: CandidateTest, const N: usize, const ROOM: usize> Space<L, T, N, ROOM> {
    /// The number of dimensions: a constant if the coordinates are in registers.
    #[inline(always)]
    fn dimensions(self) -> usize {
        if ROOM < MAX_DIMENSIONS { ROOM } else { self.dimensions.min(ROOM) }
    }

    /// The lanes of vector `v` that are not candidates at `position`.
    #[inline(always)]
    fn inside(self, lane_state: &LaneState<L, N, ROOM>, v: usize, position: &[L::Vector; ROOM]) -> L::Mask {
        self.test.inside(self.lanes, &position[..self.dimensions()], lane_state.threshold[v])
    }

    /// The hot loop. Also returns the positions after the first step of the last round.
    #[inline(always)]
    fn walk(
        self,
        mut lane_state: LaneState<L, N, ROOM>,
        mut rounds: u64,
        stop: u64,
    ) -> (LaneState<L, N, ROOM>, [[L::Vector; ROOM]; N], u64) {
        let dimensions = self.dimensions();
        let mut first = lane_state.position;
        loop {
            let lanes = self.lanes.with_hidden_constants();
            for v in 0..N {
                let mut drawn = lane_state.threshold[v].end;
                for d in 0..dimensions {
                    let half = if d.is_multiple_of(2) {
                        drawn = draw(lanes, &mut lane_state.state[v]);
                        lanes.high(drawn)
                    } else {
                        lanes.low(drawn)
                    };
                    first[v][d] = lanes.add(lane_state.position[v][d], half);
                }
                // With an odd number of dimensions, the second step begins with the lower half of the last draw.
                for d in 0..dimensions {
                    let half = if (d + dimensions).is_multiple_of(2) {
                        drawn = draw(lanes, &mut lane_state.state[v]);
                        lanes.high(drawn)
                    } else {
                        lanes.low(drawn)
                    };
                    lane_state.position[v][d] = lanes.add(first[v][d], half);
                }
            }
            // There are two chains of comparisons, as on the line, so that the compiler does not see both steps of a
            // vector side by side.
            let mut inside = self.inside(&lane_state, 0, &lane_state.position[0]);
            for v in 1..N {
                inside = lanes.and(inside, self.inside(&lane_state, v, &lane_state.position[v]));
            }
            if T::EVERY_STEP {
                let mut after_first = self.inside(&lane_state, 0, &first[0]);
                for v in 1..N {
                    after_first = lanes.and(after_first, self.inside(&lane_state, v, &first[v]));
                }
                inside = lanes.and(inside, after_first);
            }
            rounds += 1;
            if !lanes.all(inside) || rounds == stop {
                return (lane_state, first, rounds);
            }
        }
    }

    /// Blends the threshold of `boundary` into `slot`.
    #[inline(always)]
    fn set_threshold(
        self,
        mut lane_state: LaneState<L, N, ROOM>,
        slot: usize,
        boundary: RegionBoundary,
    ) -> LaneState<L, N, ROOM> {
        let lanes = self.lanes;
        let Threshold { end, inversion } = self.test.threshold(boundary);
        for v in 0..N {
            let only = lanes.only(v, slot);
            let threshold = &mut lane_state.threshold[v];
            threshold.end = lanes.select(only, lanes.splat(end), threshold.end);
            threshold.inversion = lanes.select(only, lanes.splat(inversion), threshold.inversion);
        }
        lane_state
    }

    /// A boundary that empty slots never cross.
    fn unreachable(self) -> RegionBoundary {
        RegionBoundary::of_units(1 << 50, self.dimensions)
    }
}

impl<L: DoubleLanes, T: CandidateTest, const N: usize, const ROOM: usize> Stepper for Space<L, T, N, ROOM> {
    type Boundary = RegionBoundary;
    type LaneState = LaneState<L, N, ROOM>;
    type Trace = Trace<ROOM>;
    type Position = Position<ROOM>;

    const SLOTS: usize = N * L::LANES;

    #[inline(always)]
    fn steps_per_round(self) -> u64 {
        2
    }

    #[inline(always)]
    fn draws_per_round(self) -> u64 {
        self.dimensions() as u64
    }

    #[inline(always)]
    fn empty(self) -> (Self::LaneState, Self::Trace) {
        let lanes = self.lanes;
        let zero = lanes.splat(0);
        let origin = lanes.splat(self.test.origin(self.unreachable()));
        let end = lanes.splat(self.test.threshold(self.unreachable()).end);
        let lane_state = LaneState {
            state: [[zero; 4]; N],
            position: [[origin; ROOM]; N],
            threshold: [Threshold { end, inversion: zero }; N],
        };
        (lane_state, [[[0; MAX_SLOTS]; ROOM]; 2])
    }

    #[inline(always)]
    fn seed(self, base: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_in_lanes(self.lanes, base, first, count, words);
    }

    #[inline(always)]
    fn advance(
        self,
        lane_state: Self::LaneState,
        trace: &mut Self::Trace,
        rounds: u64,
        stop: u64,
    ) -> (Self::LaneState, u64, u64) {
        let lanes = self.lanes;
        let (lane_state, first, rounds) = self.walk(lane_state, rounds, stop);
        let mut inside = 0;
        for v in 0..N {
            let mut vector_inside = self.inside(&lane_state, v, &lane_state.position[v]);
            if T::EVERY_STEP {
                vector_inside = lanes.and(vector_inside, self.inside(&lane_state, v, &first[v]));
            }
            inside |= lanes.slot_bits(v, vector_inside);
            for d in 0..self.dimensions() {
                lanes.store(first[v][d], &mut trace[0][d][L::slots(v)]);
                lanes.store(lane_state.position[v][d], &mut trace[1][d][L::slots(v)]);
            }
        }
        (lane_state, (u64::MAX >> (MAX_SLOTS - Self::SLOTS)) ^ inside, rounds)
    }

    #[inline(always)]
    fn fill_slot(
        self,
        mut lane_state: Self::LaneState,
        slot: usize,
        boundary: RegionBoundary,
        state: [u64; 4],
    ) -> Self::LaneState {
        let lanes = self.lanes;
        let origin = lanes.splat(self.test.origin(boundary));
        for v in 0..N {
            let only = lanes.only(v, slot);
            for word in 0..4 {
                lane_state.state[v][word] = lanes.select(only, lanes.splat(state[word]), lane_state.state[v][word]);
            }
            for d in 0..self.dimensions() {
                lane_state.position[v][d] = lanes.select(only, origin, lane_state.position[v][d]);
            }
        }
        self.set_threshold(lane_state, slot, boundary)
    }

    /// All draws from a generator state of zeros are zero, so an empty slot never moves and never crosses.
    #[inline(always)]
    fn clear_slot(self, lane_state: Self::LaneState, slot: usize) -> Self::LaneState {
        self.fill_slot(lane_state, slot, self.unreachable(), [0; 4])
    }

    /// Only walks out and back are retargeted, and their coordinates are not shifted.
    #[inline(always)]
    fn retarget(
        self,
        lane_state: Self::LaneState,
        _: &Self::Trace,
        slot: usize,
        _: RegionBoundary,
        boundary: RegionBoundary,
    ) -> Self::LaneState {
        self.set_threshold(lane_state, slot, boundary)
    }

    #[inline(always)]
    fn first_crossing(
        self,
        trace: &Self::Trace,
        slot: usize,
        loaded: RegionBoundary,
        boundary: RegionBoundary,
        from: u64,
    ) -> Option<u64> {
        let inside = [0, 1].map(|step| {
            let position = self.position(trace, slot, loaded, step);
            u64::from(!self.test.is_crossed(boundary, position.as_ref()))
        });
        first_of_two(inside, from)
    }

    #[inline(always)]
    fn position(self, trace: &Self::Trace, slot: usize, loaded: RegionBoundary, step: u64) -> Position<ROOM> {
        let origin = self.test.origin(loaded);
        let mut coordinates = [0; ROOM];
        for (coordinate, stored) in coordinates.iter_mut().zip(&trace[step as usize & 1]).take(self.dimensions()) {
            *coordinate = stored[slot].wrapping_sub(origin) as i64;
        }
        Position { coordinates, dimensions: self.dimensions() }
    }
}
