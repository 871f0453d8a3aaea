//! Walks in space on plain arrays, one for each coordinate, with the loop over walkers inside the loop over steps.

use super::boundary::{MAX_DIMENSIONS, Position, RegionBoundary, WalkKind};
use super::candidates::{surely_inside, surely_outside};
use crate::stream::StateBlock;
use crate::stream::arrays::{draw, seed_one_by_one};
use crate::walk::refill::{MAX_SLOTS, Stepper, first_of_two, run as refill};
use crate::walk::source::WalkerSource;

/// The number of slots.
const WALKERS: usize = MAX_SLOTS;

/// Walks all walkers of `source`.
pub(super) fn run(kind: WalkKind, boundary: RegionBoundary, source: &mut dyn WalkerSource<Boundary = RegionBoundary>) {
    let dimensions = boundary.dimensions;
    match (kind == WalkKind::ExitCube, dimensions) {
        (false, 2) => refill(Space::<2, false> { dimensions }, source),
        (false, 3) => refill(Space::<3, false> { dimensions }, source),
        (false, _) => refill(Space::<MAX_DIMENSIONS, false> { dimensions }, source),
        (true, 2) => refill(Space::<2, true> { dimensions }, source),
        (true, 3) => refill(Space::<3, true> { dimensions }, source),
        (true, _) => refill(Space::<MAX_DIMENSIONS, true> { dimensions }, source),
    }
}

/// Walkers in at most `ROOM` dimensions.
#[derive(Clone, Copy)]
struct Space<const ROOM: usize, const CUBE: bool> {
    dimensions: usize,
}

/// The state of the hot loop, one array for each variable.
struct LaneState<const ROOM: usize> {
    state: [[u64; WALKERS]; 4],
    /// The draw whose lower half is used next.
    drawn: [u64; WALKERS],
    position: [[i64; WALKERS]; ROOM],
    /// The position after the first of a round's two steps.
    first: [[i64; WALKERS]; ROOM],
    /// For a ball, the bits of the squared distance that is the threshold for candidates: see `candidates.rs`. For a
    /// cube, its radius.
    end: [i64; WALKERS],
    /// -1 for walkers on the return leg, otherwise 0.
    inversion: [i64; WALKERS],
}

impl<const ROOM: usize> LaneState<ROOM> {
    /// `from` plus the next half of a draw, for every walker. `half` counts the halves of the round.
    #[inline(always)]
    fn half(&mut self, half: usize, from: &[i64; WALKERS]) -> [i64; WALKERS] {
        let mut to = *from;
        if half.is_multiple_of(2) {
            for i in 0..WALKERS {
                let drawn = draw(&mut self.state, i);
                self.drawn[i] = drawn;
                to[i] += i64::from((drawn >> 32) as i32);
            }
        } else {
            for i in 0..WALKERS {
                to[i] += i64::from(self.drawn[i] as i32);
            }
        }
        to
    }

    fn set_threshold<const CUBE: bool>(&mut self, slot: usize, boundary: RegionBoundary) {
        self.inversion[slot] = if boundary.inward { -1 } else { 0 };
        self.end[slot] = if CUBE {
            boundary.units as i64
        } else if boundary.inward {
            surely_outside(boundary) as i64
        } else {
            surely_inside(boundary, 0) as i64
        };
    }

    /// A number for each walker, negative for candidates at `position`.
    #[inline(always)]
    fn candidates<const CUBE: bool>(&self, position: &[[i64; WALKERS]; ROOM], dimensions: usize) -> [i64; WALKERS] {
        let mut candidates = [0; WALKERS];
        if CUBE {
            for coordinate in &position[..dimensions] {
                for i in 0..WALKERS {
                    candidates[i] |= (self.end[i] - 1 - coordinate[i]) | (self.end[i] - 1 + coordinate[i]);
                }
            }
        } else {
            let mut squares = [0.0; WALKERS];
            for coordinate in &position[..dimensions] {
                for i in 0..WALKERS {
                    let double = double(coordinate[i]);
                    squares[i] += double * double;
                }
            }
            for i in 0..WALKERS {
                // The number is not negative as long as the square is below `end` or, on the return leg, not below it.
                candidates[i] = (self.end[i] - 1 - squares[i].to_bits() as i64) ^ self.inversion[i];
            }
        }
        candidates
    }
}

/// Converts an integer of 52 bits to a double. The double 1.5 * 2^52 has room for it in its lowest bits. Most
/// instruction sets cannot convert vectors of 64-bit integers.
#[inline(always)]
fn double(integer: i64) -> f64 {
    const MIDDLE: u64 = 0x4338_0000_0000_0000;
    f64::from_bits((integer as u64).wrapping_add(MIDDLE)) - f64::from_bits(MIDDLE)
}

/// The lane state is on the heap, because it is passed by value.
impl<const ROOM: usize, const CUBE: bool> Stepper for Space<ROOM, CUBE> {
    type Boundary = RegionBoundary;
    type LaneState = Box<LaneState<ROOM>>;
    type Trace = Box<[[[i64; WALKERS]; ROOM]; 2]>;
    type Position = Position<ROOM>;

    const SLOTS: usize = WALKERS;

    fn steps_per_round(self) -> u64 {
        2
    }

    fn draws_per_round(self) -> u64 {
        self.dimensions as u64
    }

    fn empty(self) -> (Self::LaneState, Self::Trace) {
        let zero = [0; WALKERS];
        let lane_state = LaneState {
            state: [[0; WALKERS]; 4],
            drawn: [0; WALKERS],
            position: [zero; ROOM],
            first: [zero; ROOM],
            end: [i64::MAX; WALKERS],
            inversion: zero,
        };
        (Box::new(lane_state), Box::new([[zero; ROOM]; 2]))
    }

    fn seed(self, base: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_one_by_one(base, first, count, words);
    }

    fn advance(
        self,
        mut lane_state: Self::LaneState,
        trace: &mut Self::Trace,
        mut rounds: u64,
        stop: u64,
    ) -> (Self::LaneState, u64, u64) {
        let dimensions = if ROOM < MAX_DIMENSIONS { ROOM } else { self.dimensions.min(ROOM) };
        let candidates = loop {
            for d in 0..dimensions {
                let from = lane_state.position[d];
                lane_state.first[d] = lane_state.half(d, &from);
            }
            for d in 0..dimensions {
                let from = lane_state.first[d];
                lane_state.position[d] = lane_state.half(d + dimensions, &from);
            }
            let after_first = lane_state.candidates::<CUBE>(&lane_state.first, dimensions);
            let mut candidates = lane_state.candidates::<CUBE>(&lane_state.position, dimensions);
            let mut any = 0;
            for i in 0..WALKERS {
                candidates[i] |= after_first[i];
                any |= candidates[i];
            }
            rounds += 1;
            if any < 0 || rounds == stop {
                break candidates;
            }
        };
        trace[0] = lane_state.first;
        trace[1] = lane_state.position;
        let bits = candidates.iter().enumerate().map(|(slot, candidate)| u64::from(*candidate < 0) << slot);
        (lane_state, bits.sum(), rounds)
    }

    fn fill_slot(
        self,
        mut lane_state: Self::LaneState,
        slot: usize,
        boundary: RegionBoundary,
        state: [u64; 4],
    ) -> Self::LaneState {
        for (words, word) in lane_state.state.iter_mut().zip(state) {
            words[slot] = word;
        }
        for coordinate in &mut lane_state.position {
            coordinate[slot] = 0;
        }
        lane_state.set_threshold::<CUBE>(slot, boundary);
        lane_state
    }

    /// All draws from a generator state of zeros are zero, so an empty slot never moves and never crosses.
    fn clear_slot(self, lane_state: Self::LaneState, slot: usize) -> Self::LaneState {
        let unreachable = RegionBoundary::of_units(1 << 50, self.dimensions);
        self.fill_slot(lane_state, slot, unreachable, [0; 4])
    }

    fn retarget(
        self,
        mut lane_state: Self::LaneState,
        _: &Self::Trace,
        slot: usize,
        _: RegionBoundary,
        boundary: RegionBoundary,
    ) -> Self::LaneState {
        lane_state.set_threshold::<CUBE>(slot, boundary);
        lane_state
    }

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
            let position = position.as_ref();
            u64::from(!if CUBE { boundary.is_outside_cube(position) } else { boundary.is_crossed(position) })
        });
        first_of_two(inside, from)
    }

    fn position(self, trace: &Self::Trace, slot: usize, _: RegionBoundary, step: u64) -> Position<ROOM> {
        let mut coordinates = [0; ROOM];
        for (coordinate, at) in coordinates.iter_mut().zip(&trace[step as usize]).take(self.dimensions) {
            *coordinate = at[slot];
        }
        Position { coordinates, dimensions: self.dimensions }
    }
}
