//! Walkers in space in vector lanes: one body for every instruction set, number of dimensions and kind of edge.
//!
//! # The algorithm
//!
//! Each lane holds one walker: four words of generator state and D coordinates. A *round* is two steps, which take D draws, and
//! so a whole number of them. What happens when some lane raises an alarm is in `walk/refill.rs`.
//!
//! ```text
//! repeat                                    -- `walk`, the hot loop
//!     for each of two steps:
//!         for each coordinate: coordinate += the next half of a draw
//! until some lane has crossed its edge
//! ```
//!
//! # Where the code departs from that, and why it may
//!
//! 1. Squares of positions have 102 bits. The alarm is raised by their sum in doubles: coordinates of up to 52 bits are exact in them,
//!    and each of the fewer than 2 D roundings changes the sum by a part of 2^-53. The alarm is set a part of 10^-12 before the edge, so
//!    nobody crosses unseen; whoever raises one is looked at exactly, in integers of 128 bits. Doubles that are not negative compare
//!    as their bits do.
//! 2. For far edges the alarm is set one more largest step before the edge, and only every second step is tested: see `walk/simd.rs`.
//! 3. Walkers that are to come back raise an alarm where the others do not: both sides of the comparison are inverted.
//! 4. Of a cube each coordinate is shifted as on the line, and compared exactly, with one comparison for both faces.
//! 5. In more than three dimensions coordinates do not fit into the registers. They are in the nearest cache, and so is the choice
//!    which of them is next: `ROOM` for 16 serves all of these, and two of them share one kernel.

use super::boundary::{Kind, MAX_DIMENSIONS, RegionBoundary};
use crate::lanes::{AllLanes, DoubleLanes, Kernel};
use crate::stream::StateBlock;
use crate::stream::UNIT;
use crate::stream::lanes::{draw, seed_in_lanes};
use crate::walk::refill::{MAX_SLOTS, Stepper, run};
use crate::walk::source::WalkerSource;

/// Walks all that the feed has, on whatever lanes the dispatch chose.
pub(super) struct Simd<'f, 'a> {
    pub(super) kind: Kind,
    pub(super) edge: RegionBoundary,
    pub(super) source: &'f mut (dyn WalkerSource<Boundary = RegionBoundary> + 'a),
}

/// The part by which alarms are set before an edge.
const MARGIN: f64 = 1e-12;

/// What the kinds of edge are to the compiler.
const BALL: u8 = 0;
const CUBE: u8 = 1;
const RETURN: u8 = 2;

/// Balls and cubes from this radius on are guarded one step ahead: see `walk/simd.rs`.
const FAR: u64 = 30 << 31;

impl Kernel for Simd<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) {
        match self.kind {
            Kind::Return => self.of_kind::<L, RETURN, true>(lanes),
            Kind::Ball if self.edge.units < FAR => self.of_kind::<L, BALL, true>(lanes),
            Kind::Ball => self.of_kind::<L, BALL, false>(lanes),
            Kind::Cube => self.of_kind::<L, CUBE, true>(lanes),
        }
    }
}

impl Simd<'_, '_> {
    #[inline(always)]
    fn of_kind<L: DoubleLanes, const KIND: u8, const FINE: bool>(self, lanes: L) {
        let dimensions = self.edge.dimensions;
        match (L::REGISTERS >= 32, dimensions) {
            (true, 2) => run(Space::<L, 2, 2, KIND, FINE> { lanes, dimensions }, self.source),
            (true, 3) => run(Space::<L, 2, 3, KIND, FINE> { lanes, dimensions }, self.source),
            (true, 4) => run(Space::<L, 1, 4, KIND, FINE> { lanes, dimensions }, self.source),
            (false, 2) => run(Space::<L, 1, 2, KIND, FINE> { lanes, dimensions }, self.source),
            (false, 3) => run(Space::<L, 1, 3, KIND, FINE> { lanes, dimensions }, self.source),
            _ => run(Space::<L, 1, MAX_DIMENSIONS, KIND, FINE> { lanes, dimensions }, self.source),
        }
    }
}

/// Walkers in N vectors of lanes, in at most `ROOM` dimensions.
#[derive(Clone, Copy)]
struct Space<L: DoubleLanes, const N: usize, const ROOM: usize, const KIND: u8, const FINE: bool> {
    lanes: L,
    dimensions: usize,
}

/// What moves.
#[derive(Clone, Copy)]
struct LaneState<L: DoubleLanes, const N: usize, const ROOM: usize> {
    state: [[L::Vector; 4]; N],
    /// Of a cube shifted.
    position: [[L::Vector; ROOM]; N],
    /// The first square of the distance, as a double's bits, or shifted position, that raises an alarm.
    end: [L::Vector; N],
    /// All ones in lanes that are to come back, in `RETURN` alone.
    inverted: [L::Vector; N],
}

/// Where all stood after each of the two steps: an array for each coordinate.
type Trace<const ROOM: usize> = [[[u64; MAX_SLOTS]; ROOM]; 2];

/// A position of as many dimensions as there are.
#[derive(Clone, Copy)]
pub(super) struct Position<const ROOM: usize> {
    pub(super) coordinates: [i64; ROOM],
    pub(super) dimensions: usize,
}

impl<const ROOM: usize> AsRef<[i64]> for Position<ROOM> {
    #[inline(always)]
    fn as_ref(&self) -> &[i64] {
        &self.coordinates[..self.dimensions]
    }
}

/// Below this square of the distance as a double, a walker is surely inside the ball and stays there for `steps` more steps. The bits.
pub(super) fn surely_inside(edge: RegionBoundary, steps: u32) -> u64 {
    let step = (edge.dimensions as f64).sqrt() * UNIT * (1.0 + MARGIN);
    let safe = (edge.units as f64 - f64::from(steps) * step).max(0.0);
    (safe * safe * (1.0 - MARGIN)).to_bits()
}

/// From this square of the distance as a double on, a walker is surely outside of the ball. The bits.
pub(super) fn surely_outside(edge: RegionBoundary) -> u64 {
    ((edge.units as f64).powi(2) * (1.0 + MARGIN)).to_bits()
}

impl<L: DoubleLanes, const N: usize, const ROOM: usize, const KIND: u8, const FINE: bool>
    Space<L, N, ROOM, KIND, FINE>
{
    /// Known to the compiler where the coordinates are in registers.
    #[inline(always)]
    fn dimensions(self) -> usize {
        if ROOM < MAX_DIMENSIONS { ROOM } else { self.dimensions.min(ROOM) }
    }

    /// The shifted origin of each coordinate, what raises an alarm, and whether it is inverted.
    #[inline(always)]
    fn alarm(edge: RegionBoundary) -> (u64, u64, u64) {
        let lowest = i64::MIN as u64;
        match (KIND, edge.inward) {
            (CUBE, _) => (lowest.wrapping_add(edge.units - 1), lowest.wrapping_add(2 * edge.units - 1), 0),
            (RETURN, true) => (0, !(surely_outside(edge) - 1), u64::MAX),
            _ => (0, surely_inside(edge, u32::from(!FINE)), 0),
        }
    }

    /// The square of a coordinate as a double.
    #[inline(always)]
    fn square(self, coordinate: L::Vector) -> L::Vector {
        let double = self.lanes.to_f64(coordinate);
        self.lanes.mul_f64(double, double)
    }

    /// Which lanes of vector `v` raise no alarm at `position`.
    #[inline(always)]
    fn inside(self, flock: &LaneState<L, N, ROOM>, v: usize, position: &[L::Vector; ROOM]) -> L::Mask {
        let lanes = self.lanes;
        if KIND == CUBE {
            let mut inside = lanes.lt(position[0], flock.end[v]);
            for d in 1..self.dimensions() {
                inside = lanes.and(inside, lanes.lt(position[d], flock.end[v]));
            }
            inside
        } else {
            let mut square = self.square(position[0]);
            for d in 1..self.dimensions() {
                square = lanes.add_f64(square, self.square(position[d]));
            }
            if KIND == RETURN {
                square = lanes.xor(square, flock.inverted[v]);
            }
            lanes.lt(square, flock.end[v])
        }
    }

    /// The hot loop; returns the positions after the first step of the last round too.
    #[inline(always)]
    fn walk(
        self,
        mut flock: LaneState<L, N, ROOM>,
        mut rounds: u64,
        stop: u64,
    ) -> (LaneState<L, N, ROOM>, [[L::Vector; ROOM]; N], u64) {
        let dimensions = self.dimensions();
        let mut first = flock.position;
        loop {
            let lanes = self.lanes.with_hidden_constants();
            for v in 0..N {
                let mut drawn = flock.end[v];
                for d in 0..dimensions {
                    let half = if d.is_multiple_of(2) {
                        drawn = draw(lanes, &mut flock.state[v]);
                        lanes.high(drawn)
                    } else {
                        lanes.low(drawn)
                    };
                    first[v][d] = lanes.add(flock.position[v][d], half);
                }
                // An odd number of halves leaves the lower one of the last draw.
                for d in 0..dimensions {
                    let half = if (d + dimensions).is_multiple_of(2) {
                        drawn = draw(lanes, &mut flock.state[v]);
                        lanes.high(drawn)
                    } else {
                        lanes.low(drawn)
                    };
                    flock.position[v][d] = lanes.add(first[v][d], half);
                }
            }
            // Two chains of comparisons, as on the line: both steps of a vector are not to be seen side by side.
            let mut inside = self.inside(&flock, 0, &flock.position[0]);
            for v in 1..N {
                inside = lanes.and(inside, self.inside(&flock, v, &flock.position[v]));
            }
            if FINE {
                let mut after_first = self.inside(&flock, 0, &first[0]);
                for v in 1..N {
                    after_first = lanes.and(after_first, self.inside(&flock, v, &first[v]));
                }
                inside = lanes.and(inside, after_first);
            }
            rounds += 1;
            if !lanes.all(inside) || rounds == stop {
                return (flock, first, rounds);
            }
        }
    }

    /// Blends a lane's alarm in.
    #[inline(always)]
    fn bound(self, mut flock: LaneState<L, N, ROOM>, place: usize, edge: RegionBoundary) -> LaneState<L, N, ROOM> {
        let lanes = self.lanes;
        let (_, end, inverted) = Self::alarm(edge);
        for v in 0..N {
            let only = lanes.only(v, place);
            flock.end[v] = lanes.select(only, lanes.splat(end), flock.end[v]);
            if KIND == RETURN {
                flock.inverted[v] = lanes.select(only, lanes.splat(inverted), flock.inverted[v]);
            }
        }
        flock
    }

    /// Where nobody ends.
    fn nowhere(self) -> RegionBoundary {
        RegionBoundary::of_units(1 << 50, self.dimensions)
    }
}

impl<L: DoubleLanes, const N: usize, const ROOM: usize, const KIND: u8, const FINE: bool> Stepper
    for Space<L, N, ROOM, KIND, FINE>
{
    type Boundary = RegionBoundary;
    type LaneState = LaneState<L, N, ROOM>;
    type Trace = Trace<ROOM>;
    type Position = Position<ROOM>;

    const PLACES: usize = N * L::LANES;

    #[inline(always)]
    fn steps(self) -> u64 {
        2
    }

    #[inline(always)]
    fn draws(self) -> u64 {
        self.dimensions() as u64
    }

    #[inline(always)]
    fn empty(self) -> (Self::LaneState, Self::Trace) {
        let lanes = self.lanes;
        let zero = lanes.splat(0);
        let (origin, end, _) = Self::alarm(self.nowhere());
        let flock = LaneState {
            state: [[zero; 4]; N],
            position: [[lanes.splat(origin); ROOM]; N],
            end: [lanes.splat(end); N],
            inverted: [zero; N],
        };
        (flock, [[[0; MAX_SLOTS]; ROOM]; 2])
    }

    #[inline(always)]
    fn seed(self, seed: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_in_lanes(self.lanes, seed, first, count, words);
    }

    #[inline(always)]
    fn advance(
        self,
        flock: Self::LaneState,
        trace: &mut Self::Trace,
        rounds: u64,
        stop: u64,
    ) -> (Self::LaneState, u64, u64) {
        let lanes = self.lanes;
        let (flock, first, rounds) = self.walk(flock, rounds, stop);
        let mut inside = 0;
        for v in 0..N {
            let mut of_vector = self.inside(&flock, v, &flock.position[v]);
            if FINE {
                of_vector = lanes.and(of_vector, self.inside(&flock, v, &first[v]));
            }
            inside |= lanes.slot_bits(v, of_vector);
            let places = L::slots(v);
            for d in 0..self.dimensions() {
                lanes.store(first[v][d], &mut trace[0][d][places.clone()]);
                lanes.store(flock.position[v][d], &mut trace[1][d][places.clone()]);
            }
        }
        (flock, (u64::MAX >> (MAX_SLOTS - Self::PLACES)) ^ inside, rounds)
    }

    #[inline(always)]
    fn seat(self, mut flock: Self::LaneState, place: usize, edge: RegionBoundary, state: [u64; 4]) -> Self::LaneState {
        let lanes = self.lanes;
        let origin = lanes.splat(Self::alarm(edge).0);
        for v in 0..N {
            let only = lanes.only(v, place);
            for word in 0..4 {
                flock.state[v][word] = lanes.select(only, lanes.splat(state[word]), flock.state[v][word]);
            }
            for d in 0..self.dimensions() {
                flock.position[v][d] = lanes.select(only, origin, flock.position[v][d]);
            }
        }
        self.bound(flock, place, edge)
    }

    #[inline(always)]
    fn clear(self, flock: Self::LaneState, place: usize) -> Self::LaneState {
        self.seat(flock, place, self.nowhere(), [0; 4])
    }

    #[inline(always)]
    fn retarget(
        self,
        flock: Self::LaneState,
        _: &Self::Trace,
        place: usize,
        _: RegionBoundary,
        edge: RegionBoundary,
    ) -> Self::LaneState {
        // Only walkers that come back are sent on, and theirs are not shifted.
        self.bound(flock, place, edge)
    }

    #[inline(always)]
    fn find(
        self,
        trace: &Self::Trace,
        place: usize,
        seated: RegionBoundary,
        edge: RegionBoundary,
        first: u64,
    ) -> Option<u64> {
        // Which step it was is as random as a bit can be: it is counted with, and not branched on.
        let crossed = [0, 1].map(|step| {
            let position = self.position(trace, place, seated, step);
            let position = position.as_ref();
            u64::from(if KIND == CUBE { edge.is_outside_cube(position) } else { edge.is_crossed(position) })
        });
        if first == 0 {
            (crossed[0] | crossed[1] != 0).then_some(1 - crossed[0])
        } else {
            (first == 1 && crossed[1] != 0).then_some(1)
        }
    }

    #[inline(always)]
    fn position(self, trace: &Self::Trace, place: usize, seated: RegionBoundary, step: u64) -> Position<ROOM> {
        let origin = Self::alarm(seated).0;
        let mut coordinates = [0; ROOM];
        for (coordinate, at) in coordinates.iter_mut().zip(&trace[step as usize & 1]).take(self.dimensions()) {
            *coordinate = at[place].wrapping_sub(origin) as i64;
        }
        Position { coordinates, dimensions: self.dimensions() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::boundary::squared;

    #[test]
    fn nobody_crosses_unseen() {
        // Points on both sides of the sphere, in many directions, by the formula of the lanes in plain integers.
        let mut rng = crate::stream::Stream::of_base(3, 0);
        let mut random = || rand_xoshiro::rand_core::Rng::next_u64(&mut rng);
        let double = |position: &[i64]| position.iter().map(|x| (*x as f64) * (*x as f64)).sum::<f64>().to_bits();
        for dimensions in [1, 2, 3, 7, 16] {
            for radius in [0.01, 0.7, 3.0, 1000.25, 524_288.0] {
                let edge = RegionBoundary::new(dimensions, radius, "y").unwrap();
                for spread in (0..2000).map(|k| [1e-11, 1e-9, 1e-2][k % 3]) {
                    let direction: Vec<f64> = (0..dimensions).map(|_| random() as i64 as f64).collect();
                    let length = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
                    let at = edge.units as f64 * (1.0 + (random() as f64 / 2_f64.powi(64) - 0.5) * spread);
                    let position: Vec<i64> = direction.iter().map(|x| (x / length * at) as i64).collect();
                    let (square, double) = (squared(&position), double(&position));
                    let outside = square >= edge.square;
                    assert_eq!(edge.is_crossed(&position), outside);
                    assert!(!outside || double >= surely_inside(edge, 0), "{dimensions} {radius} {position:?}");
                    assert!(outside || double < surely_outside(edge), "{dimensions} {radius} {position:?}");
                }
            }
        }
    }
}
