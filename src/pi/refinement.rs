//! Undecided points, decided by all 48 bits.

use rand_xoshiro::rand_core::Rng;

use crate::stream::Stream;

/// Whether point `index` with the upper halves `a` and `b` is inside, and whether its mirror image is.
#[cold]
pub(super) fn inside(fine: u64, index: u64, a: u16, b: u16) -> [bool; 2] {
    let draw = Stream::of_base(fine, index).next_u64();
    let (x, y) = (u64::from(a) << 32 | draw >> 32, u64::from(b) << 32 | draw & 0xFFFF_FFFF);
    // The point is the centre of its grid cell: odd numbers in units of 2^-49, with the arc at 2^49.
    let square = |x: u64| u128::from(2 * x + 1).pow(2);
    let mirror = |x: u64| (1 << 48) - 1 - x;
    [square(x) + square(y) < 1 << 98, square(mirror(x)) + square(mirror(y)) < 1 << 98]
}
