//! Monte Carlo pi in vector lanes: one kernel for every instruction set.
//!
//! # The algorithm
//!
//! Each lane draws from a stream of its own. Two draws hold four points: the four 16-bit fields of the first draw are
//! the upper bits of four x, those of the second draw the upper bits of four y. For all fields of a vector at once:
//!
//! ```text
//! m         = (x^2 + y^2) / 2               -- the upper 16 bits of each square, their mean rounded up
//! outside  += m >= 1/2                      -- the highest bit of m
//! undecided = m is in a small range around 1/2
//! ```
//!
//! # Why it is exact
//!
//! A field places a point in a cell of 2^-16 by 2^-16. Let s be the sum of the upper halves of both squares. In units
//! of 2^-16, the true x^2 + y^2 is at least s and less than s + 5: up to 2 for the dropped bits, up to 2 sqrt(2) for
//! the place in the cell. So the point is inside if s <= 65531, and outside if s >= 65536. The mean m = ceil(s / 2) is
//! at most 32765 only in the first case, and at least 32769 only in the second. For the three values between, the point
//! is computed again with 48 bits a coordinate. This happens to one point in 14 000. The hot loop pays one subtraction
//! and one minimum.

use std::hint::black_box;
use std::ops::Range;

use super::bases::Bases;
use super::grid::{Cell, Crossed};
use super::refinement;
use super::sums::{STREAM_POINTS, Sums};
use crate::lanes::{AllLanes, DoubleLanes, FieldLanes, Kernel, Lanes};
use crate::stream::lanes::{draw, first_draw, states};

/// The means that leave a point undecided.
const UNDECIDED: Range<u16> = 32766..32769;

/// The maximum number of interleaved lanes.
const MAX_LANES: usize = 32;

/// `field` in each of a lane's four fields.
const fn fields(field: u16) -> u64 {
    field as u64 * 0x0001_0001_0001_0001
}

/// The state of the hot loop: N vectors of streams.
#[derive(Clone, Copy)]
struct LaneState<L: Lanes, const N: usize> {
    state: [[L::Vector; 4]; N],
    /// The number of points counted as outside, in each field.
    outside: [L::Vector; N],
}

impl<L: Lanes, const N: usize> LaneState<L, N> {
    #[inline(always)]
    fn new(lanes: L, base: u64, first: u64) -> Self {
        let mut lane_state = Self { state: [[lanes.splat(0); 4]; N], outside: [lanes.splat(0); N] };
        for v in 0..N {
            lane_state.state[v] = states(lanes, base, first.wrapping_add((v * L::LANES) as u64));
        }
        lane_state
    }
}

/// The mean of the squares, and its distance from the smallest undecided mean, modulo 2^16.
#[inline(always)]
fn mean_and_distance<L: FieldLanes>(lanes: L, x: L::Vector, y: L::Vector) -> (L::Vector, L::Vector) {
    let mean = lanes.average_u16(lanes.square_u16(x), lanes.square_u16(y));
    (mean, lanes.sub_u16(mean, lanes.splat(fields(UNDECIDED.start))))
}

/// The hot loop: rounds of four points in each lane, until a point is undecided or `rounds` reaches `stop`. `undecided`
/// has the number of undecided means in each field. Also returns the draws of the last round.
#[inline(always)]
fn advance<L: FieldLanes, const N: usize, const MIRROR: bool>(
    lanes: L,
    mut lane_state: LaneState<L, N>,
    mut rounds: u64,
    stop: u64,
    undecided: L::Vector,
) -> (LaneState<L, N>, [[L::Vector; N]; 2], u64) {
    let ones = lanes.splat(u64::MAX);
    loop {
        let (mut xs, mut ys) = (lane_state.outside, lane_state.outside);
        let mut nearest = ones;
        for v in 0..N {
            (xs[v], ys[v]) = (draw(lanes, &mut lane_state.state[v]), draw(lanes, &mut lane_state.state[v]));
            let (mean, distance) = mean_and_distance(lanes, xs[v], ys[v]);
            lane_state.outside[v] = lanes.add_u16(lane_state.outside[v], lanes.top_u16(mean));
            nearest = lanes.min_u16(nearest, distance);
            if MIRROR {
                let (mean, distance) = mean_and_distance(lanes, lanes.xor(xs[v], ones), lanes.xor(ys[v], ones));
                lane_state.outside[v] = lanes.add_u16(lane_state.outside[v], lanes.top_u16(mean));
                nearest = lanes.min_u16(nearest, distance);
            }
        }
        rounds += 1;
        if lanes.any_lt_u16(nearest, undecided) || rounds == stop {
            return (lane_state, [xs, ys], rounds);
        }
    }
}

/// The points of whole streams, each with its mirror image if `MIRROR`.
pub(super) struct Points<const MIRROR: bool> {
    pub(super) bases: Bases,
    pub(super) streams: Range<u64>,
}

impl<const MIRROR: bool> Kernel for Points<MIRROR> {
    type Output = Sums;

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) -> Sums {
        match L::INTERLEAVE {
            1 => self.count::<L, 1>(lanes),
            2 => self.count::<L, 2>(lanes),
            _ => self.count::<L, 4>(lanes),
        }
    }
}

impl<const MIRROR: bool> Points<MIRROR> {
    #[inline(always)]
    fn count<L: FieldLanes, const N: usize>(self, lanes: L) -> Sums {
        let Self { bases, streams } = self;
        let undecided = lanes.splat(fields(UNDECIDED.end - UNDECIDED.start));
        let all = (N * L::LANES) as u64;
        let mut outside = 0_i64;
        let mut first = streams.start;
        while first < streams.end {
            // Lanes beyond the last stream are computed and not counted.
            let count = (streams.end - first).min(all) as usize;
            let mut lane_state: LaneState<L, N> = LaneState::new(lanes, bases.points, first);
            let mut rounds = 0;
            while rounds < STREAM_POINTS / 4 {
                let drawn;
                (lane_state, drawn, rounds) =
                    advance::<L, N, MIRROR>(lanes, lane_state, rounds, STREAM_POINTS / 4, undecided);
                let [xs, ys] = drawn.map(|drawn| spread(lanes, &drawn));
                for lane in 0..count {
                    let point = (first + lane as u64) * STREAM_POINTS + 4 * (rounds - 1);
                    outside += recheck::<MIRROR>(bases.fine, point, xs[lane], ys[lane]);
                }
            }
            let counted = spread(lanes, &lane_state.outside);
            let counted = counted[..count].iter().flat_map(|lane| [0, 16, 32, 48].map(|shift| (lane >> shift) as u16));
            outside += counted.map(i64::from).sum::<i64>();
            first += count as u64;
        }
        let points = (streams.end - streams.start) * STREAM_POINTS;
        let images = if MIRROR { 2 } else { 1 };
        Sums::of_points::<MIRROR>(points, points * images - outside as u64)
    }
}

/// The lanes of N vectors.
#[inline(always)]
fn spread<L: Lanes, const N: usize>(lanes: L, vectors: &[L::Vector; N]) -> [u64; MAX_LANES] {
    let mut spread = [0; MAX_LANES];
    for v in 0..N {
        lanes.store(vectors[v], &mut spread[L::slots(v)]);
    }
    spread
}

/// The correction to the number of a lane's four points outside: undecided points are decided exactly. Zero if there
/// are no such points.
#[inline(always)]
fn recheck<const MIRROR: bool>(fine: u64, point: u64, xs: u64, ys: u64) -> i64 {
    let mut correction = 0;
    for k in 0..4 {
        let field = |word: u64| (word >> (48 - 16 * k)) as u16;
        let (a, b) = (field(xs), field(ys));
        let images = [(a, b), (!a, !b)];
        for image in 0..=usize::from(MIRROR) {
            let square = |a: u16| (u32::from(a) * u32::from(a)) >> 16;
            let mean = (square(images[image].0) + square(images[image].1)).div_ceil(2) as u16;
            if UNDECIDED.contains(&mean) {
                let counted = i64::from(mean >> 15);
                correction += i64::from(!refinement::inside(fine, point + k, a, b)[image]) - counted;
            }
        }
    }
    correction
}

/// The hot loop of [`Points`] alone, without seeding and without undecided points: the ceiling of the kernel.
pub(super) struct Ceiling {
    pub(super) points: u64,
}

impl Kernel for Ceiling {
    type Output = u64;

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) -> u64 {
        match L::INTERLEAVE {
            1 => self.count::<L, 1>(lanes),
            2 => self.count::<L, 2>(lanes),
            _ => self.count::<L, 4>(lanes),
        }
    }
}

impl Ceiling {
    #[inline(always)]
    fn count<L: FieldLanes, const N: usize>(self, lanes: L) -> u64 {
        let round = (4 * N * L::LANES) as u64;
        let stop = self.points.div_ceil(round);
        let lane_state: LaneState<L, N> = LaneState::new(lanes, 1, 0);
        // With zero undecided means there are no undecided points. The compiler must not know the zero, or it would
        // compile another loop.
        let undecided = lanes.splat(black_box(0));
        let (lane_state, _, rounds) = advance::<L, N, false>(lanes, lane_state, 0, stop, undecided);
        black_box(spread(lanes, &lane_state.outside));
        rounds * round
    }
}

/// The sum of the heights sqrt(1 - x^2) over the points of whole streams.
pub(super) struct Heights {
    pub(super) bases: Bases,
    pub(super) streams: Range<u64>,
}

impl Kernel for Heights {
    type Output = Sums;

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) -> Sums {
        let Self { bases, streams } = self;
        let mut sums = Sums::default();
        let mut first = streams.start;
        while first < streams.end {
            let count = (streams.end - first).min(L::LANES as u64) as usize;
            let mut state = states(lanes, bases.points, first);
            let (mut heights, mut squares) = (lanes.splat(0), lanes.splat(0));
            for _ in 0..STREAM_POINTS / 2 {
                let drawn = draw(lanes, &mut state);
                let halves = [lanes.shr::<32>(drawn), lanes.shr::<32>(lanes.shl::<32>(drawn))];
                for half in halves {
                    let square = height_squared(lanes, half);
                    heights = lanes.add(heights, fixed(lanes, lanes.sqrt_f64(square)));
                    squares = lanes.add(squares, fixed(lanes, square));
                }
            }
            let total = |vector| spread(lanes, &[vector])[..count].iter().map(|&lane| u128::from(lane)).sum::<u128>();
            sums += Sums { sum: total(heights), spread: total(squares) };
            first += count as u64;
        }
        sums
    }
}

/// 1 - x^2, with x the middle of cell `half` of the 2^32 cells of [0, 1).
#[inline(always)]
fn height_squared<L: DoubleLanes>(lanes: L, half: L::Vector) -> L::Vector {
    // The lower 52 bits of a double between 2^52 and 2^53 are an integer.
    const LARGE: f64 = 4_503_599_627_370_496.0;
    let number = lanes.add(half, lanes.splat(LARGE.to_bits()));
    let middle = lanes.sub_f64(number, lanes.splat((LARGE - 0.5).to_bits()));
    let x = lanes.mul_f64(middle, lanes.splat((1.0 / 4_294_967_296.0_f64).to_bits()));
    lanes.sub_f64(lanes.splat(1_f64.to_bits()), lanes.mul_f64(x, x))
}

/// A number in [0, 1] in units of 2^-40, rounded: a double of 2^12 and more has exactly these fraction bits.
#[inline(always)]
fn fixed<L: DoubleLanes>(lanes: L, number: L::Vector) -> L::Vector {
    let offset = lanes.splat(4096_f64.to_bits());
    lanes.sub(lanes.add_f64(number, offset), offset)
}

/// The cells that the circle crosses, one in each lane, and the cells inside it.
pub(super) struct Cells {
    pub(super) bases: Bases,
    pub(super) crossed: Crossed,
}

impl Kernel for Cells {
    type Output = Sums;

    #[inline(always)]
    fn run<L: AllLanes>(mut self, lanes: L) -> Sums {
        let bases = [self.bases.points, self.bases.error];
        let (mut sum, mut disagree) = (0, 0);
        loop {
            let mut batch = [Cell::default(); MAX_LANES];
            let mut count = 0;
            while count < L::LANES
                && let Some(cell) = self.crossed.next()
            {
                batch[count] = cell;
                count += 1;
            }
            let inside = [inside_cells(lanes, bases[0], &batch), inside_cells(lanes, bases[1], &batch)];
            let taken = !(u64::MAX << count);
            sum += u128::from((inside[0] & taken).count_ones());
            disagree += u128::from(((inside[0] ^ inside[1]) & taken).count_ones());
            if count < L::LANES {
                return Sums { sum: u128::from(self.crossed.inside) + sum, spread: disagree };
            }
        }
    }
}

/// One bit for each of the first `LANES` cells: whether its point is inside. The first draw of the cell's stream is the
/// point.
///
/// With the halves f and g of the draw, `Cell::is_inside` tests e < q for
///
/// ```text
/// q = D 2^32 - i (2 f + 1) - j (2 g + 1)        e = ((f + 1/2)^2 + (g + 1/2)^2) / 2^32
/// ```
///
/// Let e' be the sum of the upper halves of f^2 and g^2. Then e is at least e' and less than e' + 4. Cells with q
/// between the two are tested exactly.
#[inline(always)]
fn inside_cells<L: Lanes>(lanes: L, base: u64, cells: &[Cell; MAX_LANES]) -> u64 {
    let (mut index, mut column, mut row, mut depth) = ([0; MAX_LANES], [0; MAX_LANES], [0; MAX_LANES], [0; MAX_LANES]);
    for lane in 0..L::LANES {
        let cell = &cells[lane];
        (index[lane], column[lane], row[lane], depth[lane]) = (cell.index, cell.i, cell.j, cell.depth);
    }
    let drawn = first_draw(lanes, base, lanes.load(&index));
    let (f, g) = (lanes.shr::<32>(drawn), lanes.shr::<32>(lanes.shl::<32>(drawn)));
    let one = lanes.splat(1);
    let (f_middle, g_middle) = (lanes.add(lanes.shl::<1>(f), one), lanes.add(lanes.shl::<1>(g), one));
    let linear = lanes.add(lanes.mul(lanes.load(&column), f_middle), lanes.mul(lanes.load(&row), g_middle));
    let q = lanes.sub(lanes.shl::<32>(lanes.load(&depth)), linear);
    let e = lanes.add(lanes.shr::<32>(lanes.mul(f, f)), lanes.shr::<32>(lanes.mul(g, g)));
    let possible = lanes.bits(lanes.lt(e, q));
    let sure = lanes.bits(lanes.lt(lanes.add(e, lanes.splat(3)), q));
    let mut inside = sure;
    if possible != sure {
        let drawn = spread(lanes, &[drawn]);
        for lane in 0..L::LANES {
            if (possible ^ sure) >> lane & 1 == 1 {
                inside |= u64::from(cells[lane].is_inside(drawn[lane])) << lane;
            }
        }
    }
    inside
}
