//! The loop over walkers moved inside the loop over steps, on plain arrays, one for each coordinate.

use super::boundary::{Kind, MAX_DIMENSIONS, RegionBoundary};
use super::simd::{Position, surely_inside, surely_outside};
use crate::stream::StateBlock;
use crate::stream::arrays::{draw, seed_one_by_one};
use crate::walk::refill::{MAX_SLOTS, Stepper, run as refill};
use crate::walk::source::WalkerSource;

/// Walkers under way.
const WALKERS: usize = MAX_SLOTS;

/// Walks all that `source` has.
pub(super) fn run(kind: Kind, edge: RegionBoundary, source: &mut dyn WalkerSource<Boundary = RegionBoundary>) {
    let dimensions = edge.dimensions;
    match (kind == Kind::Cube, dimensions) {
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

/// The state of all walkers under way, an array for each variable.
struct LaneState<const ROOM: usize> {
    state: [[u64; WALKERS]; 4],
    /// The draw of which the lower half is left.
    drawn: [u64; WALKERS],
    position: [[i64; WALKERS]; ROOM],
    /// ... after the first of a round's two steps.
    first: [[i64; WALKERS]; ROOM],
    /// A ball's alarm: the bits of the square of the distance, less this, change their sign. See `simd.rs`. A cube's: its radius.
    end: [i64; WALKERS],
    /// -1 for walkers that are to come back, otherwise 0.
    inverted: [i64; WALKERS],
}

impl<const ROOM: usize> LaneState<ROOM> {
    /// The next half of a draw for every walker, added to `from`; `half` counts from the round's first.
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

    fn bound<const CUBE: bool>(&mut self, place: usize, edge: RegionBoundary) {
        self.inverted[place] = if edge.inward { -1 } else { 0 };
        self.end[place] = if CUBE {
            edge.units as i64
        } else if edge.inward {
            surely_outside(edge) as i64
        } else {
            surely_inside(edge, 0) as i64
        };
    }

    /// Alarms at `position`, negative numbers.
    #[inline(always)]
    fn alarms<const CUBE: bool>(&self, position: &[[i64; WALKERS]; ROOM], dimensions: usize) -> [i64; WALKERS] {
        let mut alarms = [0; WALKERS];
        if CUBE {
            for coordinate in &position[..dimensions] {
                for i in 0..WALKERS {
                    alarms[i] |= (self.end[i] - 1 - coordinate[i]) | (self.end[i] - 1 + coordinate[i]);
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
                // Not negative while the square is below the end, or above it for those that are to come back.
                alarms[i] = (self.end[i] - 1 - squares[i].to_bits() as i64) ^ self.inverted[i];
            }
        }
        alarms
    }
}

/// An integer of 52 bits as a double: 1.5 * 2^52 has room for it in its lowest bits. Most vectors have no instruction for that.
#[inline(always)]
fn double(integer: i64) -> f64 {
    const MIDDLE: u64 = 0x4338_0000_0000_0000;
    f64::from_bits((integer as u64).wrapping_add(MIDDLE)) - f64::from_bits(MIDDLE)
}

/// On the heap: it is handed to and fro by value.
impl<const ROOM: usize, const CUBE: bool> Stepper for Space<ROOM, CUBE> {
    type Boundary = RegionBoundary;
    type LaneState = Box<LaneState<ROOM>>;
    type Trace = Box<[[[i64; WALKERS]; ROOM]; 2]>;
    type Position = Position<ROOM>;

    const PLACES: usize = WALKERS;

    fn steps(self) -> u64 {
        2
    }

    fn draws(self) -> u64 {
        self.dimensions as u64
    }

    fn empty(self) -> (Self::LaneState, Self::Trace) {
        let zero = [0; WALKERS];
        let flock = LaneState {
            state: [[0; WALKERS]; 4],
            drawn: [0; WALKERS],
            position: [zero; ROOM],
            first: [zero; ROOM],
            end: [i64::MAX; WALKERS],
            inverted: zero,
        };
        (Box::new(flock), Box::new([[zero; ROOM]; 2]))
    }

    fn seed(self, seed: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_one_by_one(seed, first, count, words);
    }

    fn advance(
        self,
        mut flock: Self::LaneState,
        trace: &mut Self::Trace,
        mut rounds: u64,
        stop: u64,
    ) -> (Self::LaneState, u64, u64) {
        let dimensions = if ROOM < MAX_DIMENSIONS { ROOM } else { self.dimensions.min(ROOM) };
        let alarms = loop {
            for d in 0..dimensions {
                let from = flock.position[d];
                flock.first[d] = flock.half(d, &from);
            }
            for d in 0..dimensions {
                let from = flock.first[d];
                flock.position[d] = flock.half(d + dimensions, &from);
            }
            let after_first = flock.alarms::<CUBE>(&flock.first, dimensions);
            let mut alarms = flock.alarms::<CUBE>(&flock.position, dimensions);
            let mut any = 0;
            for i in 0..WALKERS {
                alarms[i] |= after_first[i];
                any |= alarms[i];
            }
            rounds += 1;
            if any < 0 || rounds == stop {
                break alarms;
            }
        };
        trace[0] = flock.first;
        trace[1] = flock.position;
        let bits = alarms.iter().enumerate().map(|(place, alarm)| u64::from(*alarm < 0) << place);
        (flock, bits.sum(), rounds)
    }

    fn seat(self, mut flock: Self::LaneState, place: usize, edge: RegionBoundary, state: [u64; 4]) -> Self::LaneState {
        for (words, word) in flock.state.iter_mut().zip(state) {
            words[place] = word;
        }
        for coordinate in &mut flock.position {
            coordinate[place] = 0;
        }
        flock.bound::<CUBE>(place, edge);
        flock
    }

    /// A generator of zeros gives zeros, so nothing moves and nothing crosses.
    fn clear(self, flock: Self::LaneState, place: usize) -> Self::LaneState {
        let nowhere = RegionBoundary::of_units(1 << 50, self.dimensions);
        self.seat(flock, place, nowhere, [0; 4])
    }

    fn retarget(
        self,
        mut flock: Self::LaneState,
        _: &Self::Trace,
        place: usize,
        _: RegionBoundary,
        edge: RegionBoundary,
    ) -> Self::LaneState {
        flock.bound::<CUBE>(place, edge);
        flock
    }

    fn find(
        self,
        trace: &Self::Trace,
        place: usize,
        seated: RegionBoundary,
        edge: RegionBoundary,
        first: u64,
    ) -> Option<u64> {
        (first..2).find(|step| {
            let position = self.position(trace, place, seated, *step);
            if CUBE { edge.is_outside_cube(position.as_ref()) } else { edge.is_crossed(position.as_ref()) }
        })
    }

    fn position(self, trace: &Self::Trace, place: usize, _: RegionBoundary, step: u64) -> Position<ROOM> {
        let mut coordinates = [0; ROOM];
        for (coordinate, at) in coordinates.iter_mut().zip(&trace[step as usize]).take(self.dimensions) {
            *coordinate = at[place];
        }
        Position { coordinates, dimensions: self.dimensions }
    }
}
