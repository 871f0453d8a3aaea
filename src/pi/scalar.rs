//! One point at a time, the textbook loop:
//!
//! ```text
//! repeat points times:
//!     x, y = U[0, 1), U[0, 1)
//!     inside += x^2 + y^2 < 1
//! ```
//!
//! It is the reference of the other layers, and shares no arithmetic with them: generator and seeding are those of
//! `rand_xoshiro`.

use std::hint::black_box;
use std::ops::Range;

use rand_xoshiro::rand_core::Rng;

use super::bases::Bases;
use super::sums::{STREAM_POINTS, Sums};
use crate::stream::Stream;

/// Calls `each` with every stream that holds any of `points`, the number of draws to skip in it, and its points.
fn by_stream(points: Range<u64>, mut each: impl FnMut(u64, Range<u64>)) {
    let mut first = points.start;
    while first < points.end {
        let index = first / STREAM_POINTS;
        let end = points.end.min((index + 1).saturating_mul(STREAM_POINTS));
        each(index, first..end);
        first = end;
    }
}

/// Counts `points`, each with its mirror image if `MIRROR`.
pub(super) fn points<const MIRROR: bool>(bases: Bases, points: Range<u64>) -> Sums {
    let (mut sum, mut squares) = (0_u64, 0_u64);
    by_stream(points, |index, points| {
        let mut rng = Stream::of_base(bases.points, index);
        let offset = points.start % STREAM_POINTS;
        for _ in 0..offset / 4 {
            rng.next_u64();
            rng.next_u64();
        }
        let mut one = |point, xs: u64, ys: u64, k| {
            let (a, b) = (xs >> (48 - 16 * k) & 0xFFFF, ys >> (48 - 16 * k) & 0xFFFF);
            let mut inside = u64::from(is_inside(bases.fine, point, a, b, false));
            if MIRROR {
                inside += u64::from(is_inside(bases.fine, point, a, b, true));
            }
            sum += inside;
            squares += inside * inside;
        };
        // Two draws hold four points.
        let mut four = points.start - offset % 4;
        while four < points.end {
            let (xs, ys) = (rng.next_u64(), rng.next_u64());
            if four >= points.start && four + 4 <= points.end {
                for k in 0..4 {
                    one(four + k, xs, ys, k);
                }
            } else {
                (0..4).filter(|k| points.contains(&(four + k))).for_each(|k| one(four + k, xs, ys, k));
            }
            four += 4;
        }
    });
    Sums { sum: sum.into(), spread: squares.into() }
}

/// Whether the point in cell (a, b) of the grid of 2^16 by 2^16 cells is inside, or its mirror image.
#[inline(always)]
fn is_inside(fine: u64, point: u64, mut a: u64, mut b: u64, mirror: bool) -> bool {
    if mirror {
        (a, b) = (0xFFFF - a, 0xFFFF - b);
    }
    let nearest = a * a + b * b;
    let farthest = (a + 1) * (a + 1) + (b + 1) * (b + 1);
    // Both are decided without a branch: the processor would mispredict it at every fifth point.
    let (some, all) = (nearest < 1 << 32, farthest <= 1 << 32);
    if some == all { all } else { decide(fine, point, a, b, mirror) }
}

/// The arc passes through the cell: decides the point by all its bits.
#[cold]
fn decide(fine: u64, point: u64, a: u64, b: u64, mirror: bool) -> bool {
    let mut lower = Stream::of_base(fine, point).next_u64();
    if mirror {
        lower = !lower;
    }
    let middle = |cell: u64, lower: u32| (u128::from(cell << 32) + u128::from(lower)) * 2 + 1;
    middle(a, (lower >> 32) as u32).pow(2) + middle(b, lower as u32).pow(2) < 1 << 98
}

/// The sum of the heights over `points`.
pub(super) fn heights(bases: Bases, points: Range<u64>) -> Sums {
    let (mut sum, mut squares) = (0_u128, 0_u128);
    by_stream(points, |index, points| {
        let mut rng = Stream::of_base(bases.points, index);
        let offset = points.start % STREAM_POINTS;
        for _ in 0..offset / 2 {
            rng.next_u64();
        }
        let (mut heights, mut square_heights) = (0, 0);
        let mut two = points.start - offset % 2;
        while two < points.end {
            // One draw holds two points: its upper half, then its lower half.
            let draw = rng.next_u64();
            for (k, half) in [(0, draw >> 32), (1, draw & 0xFFFF_FFFF)] {
                if points.contains(&(two + k)) {
                    let x = (half as f64 + 0.5) / 4_294_967_296.0;
                    let square = 1.0 - x * x;
                    heights += fixed(square.sqrt());
                    square_heights += fixed(square);
                }
            }
            two += 2;
        }
        sum += u128::from(heights);
        squares += u128::from(square_heights);
    });
    Sums { sum, spread: squares }
}

/// A number in [0, 1] as a multiple of 2^-40, rounded to nearest, ties to even: a double at 2^12 has exactly these
/// bits.
fn fixed(number: f64) -> u64 {
    (number + 4096.0).to_bits() - 4096_f64.to_bits()
}

/// Counts the points of `whole` in these columns of a grid of `side` by `side` cells.
pub(super) fn cells(bases: Bases, side: u64, columns: Range<u64>, whole: &Range<u64>) -> Sums {
    let (mut sum, mut disagree) = (0, 0);
    for i in columns {
        let first = whole.start.saturating_sub(i * side).min(side);
        let end = (whole.end - i * side).min(side);
        // Cells below `some` have their farthest corner inside. Cells from `none` on have their nearest corner outside.
        let some = (side * side - (i + 1) * (i + 1)).isqrt();
        let none = (side * side - i * i - 1).isqrt() + 1;
        sum += u128::from(some.clamp(first, end) - first);
        for j in some.clamp(first, end)..none.clamp(first, end) {
            let cell = i * side + j;
            let [inside, other] = [bases.points, bases.error].map(|base| {
                let draw = Stream::of_base(base, cell).next_u64();
                let middle = |cell: u64, fine: u32| (u128::from(cell << 32) + u128::from(fine)) * 2 + 1;
                let (x, y) = (middle(i, (draw >> 32) as u32), middle(j, draw as u32));
                x * x + y * y < u128::from(side << 33).pow(2)
            });
            sum += u128::from(inside);
            disagree += u128::from(inside != other);
        }
    }
    Sums { sum, spread: disagree }
}

/// At least `points` points of one stream, with only the loop.
pub(super) fn ceiling(points: u64) -> u64 {
    let mut rng = Stream::of_base(Bases::new(1).points, 0);
    let (mut done, mut inside) = (0, 0);
    while done < points {
        let (xs, ys) = (rng.next_u64(), rng.next_u64());
        for k in 0..4 {
            let (a, b) = (xs >> (48 - 16 * k) & 0xFFFF, ys >> (48 - 16 * k) & 0xFFFF);
            let farthest = (a + 1) * (a + 1) + (b + 1) * (b + 1);
            let (some, all) = (a * a + b * b < 1 << 32, farthest <= 1 << 32);
            // The kernel's branch: this loop never takes it.
            inside += u64::from(if some == all { all } else { black_box(all) });
        }
        done += 4;
    }
    black_box(inside);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_point_rounds_to_nearest() {
        for number in [0.0, 1.0, 0.5, 2_f64.powi(-41), 3.0 * 2_f64.powi(-41), 0.1, std::f64::consts::FRAC_PI_4] {
            assert_eq!(fixed(number), (number * 2_f64.powi(40)).round_ties_even() as u64);
        }
    }

    /// Draws every cell and skips none.
    #[test]
    fn skipped_cells_are_decided() {
        let bases = Bases::new(3);
        for side in 1..40_u64 {
            let inside = |cell: u64| {
                let draw = Stream::of_base(bases.points, cell).next_u64();
                let middle = |cell: u64, fine: u64| (u128::from(cell) << 33) + 2 * u128::from(fine) + 1;
                let (x, y) = (middle(cell / side, draw >> 32), middle(cell % side, draw & 0xFFFF_FFFF));
                x * x + y * y < u128::from(side << 33).pow(2)
            };
            let expected = (0..side * side).filter(|&cell| inside(cell)).count() as u128;
            assert_eq!(cells(bases, side, 0..side, &(0..side * side)).sum, expected, "{side}");
        }
    }
}
