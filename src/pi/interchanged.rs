//! The loop over streams inside the loop over draws, on plain arrays, which the compiler may vectorise.

use std::hint::black_box;
use std::ops::Range;

use rand_xoshiro::rand_core::Rng;

use super::bases::Bases;
use super::grid::{Cell, Crossed};
use super::refinement;
use super::sums::{STREAM_POINTS, Sums};
use crate::stream::arrays::{self, seed_one_by_one};
use crate::stream::{SEED_BLOCK, Stream};

/// The number of interleaved streams: enough to fill vectors, few enough for the first-level cache.
const STREAMS: usize = 64;

/// Interleaved generators, with an array for each word of state.
struct Generators([[u64; STREAMS]; 4]);

impl Generators {
    /// Streams `first` .. `first + STREAMS` of the family of `base`.
    fn new(base: u64, first: u64) -> Self {
        let mut state = [[0; STREAMS]; 4];
        for block in (0..STREAMS).step_by(SEED_BLOCK) {
            let mut words = [[0; SEED_BLOCK]; 4];
            seed_one_by_one(base, first.wrapping_add(block as u64), SEED_BLOCK, &mut words);
            for (word, seeded) in state.iter_mut().zip(words) {
                word[block..block + SEED_BLOCK].copy_from_slice(&seeded);
            }
        }
        Self(state)
    }

    fn draw(&mut self, into: &mut [u64; STREAMS]) {
        for i in 0..STREAMS {
            into[i] = arrays::draw(&mut self.0, i);
        }
    }
}

/// Draws four points in each stream.
#[inline]
fn four_points<const MIRROR: bool>(
    generators: &mut Generators,
    xs: &mut [u64; STREAMS],
    ys: &mut [u64; STREAMS],
    outside: &mut [u32; STREAMS],
) -> bool {
    generators.draw(xs);
    generators.draw(ys);
    let mut undecided = 0;
    for i in 0..STREAMS {
        for shift in [48, 32, 16, 0] {
            let (a, b) = ((xs[i] >> shift) as u32 & 0xFFFF, (ys[i] >> shift) as u32 & 0xFFFF);
            let (out, unsure) = judge(a, b);
            outside[i] += out;
            undecided |= unsure;
            if MIRROR {
                let (out, unsure) = judge(0xFFFF - a, 0xFFFF - b);
                outside[i] += out;
                undecided |= unsure;
            }
        }
    }
    undecided != 0
}

/// For a point in cell (a, b): 1 if it counts as outside, and 1 if that is undecided.
///
/// Both squares lose their lower 16 bits. In units of 2^-16, the squared distance of the point from the origin is then
/// at least s and less than s + 5: up to 2 for the dropped bits, and up to 2 sqrt(2) for the place in the cell.
#[inline(always)]
fn judge(a: u32, b: u32) -> (u32, u32) {
    let s = ((a * a) >> 16) + ((b * b) >> 16);
    (u32::from(s >= 1 << 16), u32::from(s.wrapping_sub((1 << 16) - 5) < 5))
}

/// The points of these streams, each with its mirror image if `MIRROR`.
pub(super) fn points<const MIRROR: bool>(bases: Bases, streams: Range<u64>) -> Sums {
    let (mut xs, mut ys) = ([0; STREAMS], [0; STREAMS]);
    let mut inside = 0_u64;
    let mut next = streams.start;
    while next < streams.end {
        let count = (streams.end - next).min(STREAMS as u64) as usize;
        let mut generators = Generators::new(bases.points, next);
        let mut outside = [0; STREAMS];
        for four in 0..STREAM_POINTS / 4 {
            if !four_points::<MIRROR>(&mut generators, &mut xs, &mut ys, &mut outside) {
                continue;
            }
            for i in 0..count {
                for k in 0..4 {
                    let half = |word: u64| (word >> (48 - 16 * k)) as u16;
                    let (a, b) = (half(xs[i]), half(ys[i]));
                    let point = (next + i as u64) * STREAM_POINTS + 4 * four + k;
                    let images = [(a, b), (!a, !b)];
                    for image in 0..=usize::from(MIRROR) {
                        let (out, unsure) = judge(images[image].0.into(), images[image].1.into());
                        if unsure == 1 {
                            outside[i] =
                                outside[i] - out + u32::from(!refinement::inside(bases.fine, point, a, b)[image]);
                        }
                    }
                }
            }
        }
        let drawn = count as u64 * STREAM_POINTS * (1 + u64::from(MIRROR));
        inside += drawn - outside[..count].iter().map(|&outside| u64::from(outside)).sum::<u64>();
        next += count as u64;
    }
    Sums::of_points::<MIRROR>((streams.end - streams.start) * STREAM_POINTS, inside)
}

/// The heights over the points of these streams.
pub(super) fn heights(bases: Bases, streams: Range<u64>) -> Sums {
    let mut draws = [0; STREAMS];
    let mut sums = Sums::default();
    let mut next = streams.start;
    while next < streams.end {
        let count = (streams.end - next).min(STREAMS as u64) as usize;
        let mut generators = Generators::new(bases.points, next);
        let (mut sum, mut squares) = ([0_u64; STREAMS], [0_u64; STREAMS]);
        for _ in 0..STREAM_POINTS / 2 {
            generators.draw(&mut draws);
            for i in 0..STREAMS {
                for half in [draws[i] >> 32, draws[i] & 0xFFFF_FFFF] {
                    // A double has no fraction bits at 2^52, and forty of them at 2^12.
                    let x = (f64::from_bits(half | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 - 0.5))
                        * (1.0 / 4_294_967_296.0);
                    let square = 1.0 - x * x;
                    sum[i] += (square.sqrt() + 4096.0).to_bits() - 4096_f64.to_bits();
                    squares[i] += (square + 4096.0).to_bits() - 4096_f64.to_bits();
                }
            }
        }
        sums.sum += sum[..count].iter().map(|&sum| u128::from(sum)).sum::<u128>();
        sums.spread += squares[..count].iter().map(|&sum| u128::from(sum)).sum::<u128>();
        next += count as u64;
    }
    sums
}

/// The crossed cells, and the inside cells below them.
pub(super) fn cells(bases: Bases, mut crossed: Crossed) -> Sums {
    let (mut sum, mut disagree) = (0_u64, 0_u64);
    let mut batch = [Cell::default(); STREAMS];
    loop {
        let mut count = 0;
        for (place, cell) in batch.iter_mut().zip(&mut crossed) {
            *place = cell;
            count += 1;
        }
        for cell in &batch[..count] {
            let [inside, other] =
                [bases.points, bases.error].map(|base| cell.is_inside(Stream::of_base(base, cell.index).next_u64()));
            sum += u64::from(inside);
            disagree += u64::from(inside != other);
        }
        if count < STREAMS {
            return Sums { sum: u128::from(crossed.inside) + u128::from(sum), spread: disagree.into() };
        }
    }
}

/// At least `points` points, with only the loop over draws.
pub(super) fn ceiling(points: u64) -> u64 {
    let (mut xs, mut ys) = ([0; STREAMS], [0; STREAMS]);
    let mut generators = Generators::new(Bases::new(1).points, 0);
    let mut outside = [0; STREAMS];
    let mut done = 0;
    while done < points {
        black_box(four_points::<false>(&mut generators, &mut xs, &mut ys, &mut outside));
        outside.fill(0);
        done += 4 * STREAMS as u64;
    }
    black_box(&outside);
    done
}
