//! Points that their upper 16 bits leave undecided, decided by all 48.

use rand_xoshiro::rand_core::Rng;

use crate::stream::{derive, stream};

/// The label of the seed that the lower bits are drawn from: "fine" in ASCII.
const LABEL: u64 = 0x6669_6E65;

/// The seed of the streams that hold the lower bits of the points of `seed`.
pub(super) fn seed(seed: u64) -> u64 {
    derive(seed, LABEL)
}

/// Whether point `index` with the upper halves `a` and `b` is inside, and whether its mirror image is.
#[cold]
pub(super) fn inside(fine_seed: u64, index: u64, a: u16, b: u16) -> [bool; 2] {
    let draw = stream(fine_seed, index).next_u64();
    let (x, y) = (u64::from(a) << 32 | draw >> 32, u64::from(b) << 32 | draw & 0xFFFF_FFFF);
    // The point is the middle of its grid cell: odd numbers in units of 2^-49, with the arc at 2^49.
    let square = |x: u64| u128::from(2 * x + 1).pow(2);
    let mirror = |x: u64| (1 << 48) - 1 - x;
    [square(x) + square(y) < 1 << 98, square(mirror(x)) + square(mirror(y)) < 1 << 98]
}
