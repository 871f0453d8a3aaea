//! Streams: the one source of random numbers, scalar and in lanes.
//!
//! The generator is xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). Stream
//! i of seed s has as its four words of state the outputs 4i, 4i+1, 4i+2, 4i+3 of SplitMix64 (Steele, Lea and Flood,
//! 2014) started at s, so no two streams of a seed share a word of state and any of them is reached in O(1). This is
//! the contract of randomness; `docs/determinism.md` states it whole.

pub(crate) mod arrays;
pub(crate) mod lanes;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Units of a position in a step of length 1: a position is a whole number of steps of 2^-31.
pub(crate) const UNIT: f64 = 2_147_483_648.0;

/// How many streams are seeded at a time.
pub(crate) const SEED_BLOCK: usize = 16;

/// The first states of up to [`SEED_BLOCK`] streams, an array for each word of the generator's state.
pub(crate) type StateBlock = [[u64; SEED_BLOCK]; 4];

/// The increment of SplitMix64's counter, 2^64 divided by the golden ratio.
const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Stream `index` of `seed`: a xoshiro256++ generator at its start.
///
/// state words: SplitMix64 outputs 4 `index` .. 4 `index` + 3 of `seed`; all arithmetic wraps at 2^64.
/// Deterministic: a function of its two arguments. Cost: O(1), some 10 ns.
///
/// ```
/// use lanewalk::stream;
/// use rand_xoshiro::rand_core::Rng;
///
/// // Walker 0 of seed 1 first steps by the upper, then by the lower half of this draw.
/// assert_eq!(stream(1, 0).next_u64(), 0xCFC5_D07F_6F03_C29B);
/// ```
#[must_use]
pub fn stream(seed: u64, index: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_add(index.wrapping_mul(GAMMA.wrapping_mul(4))))
}

/// A seed for a family of streams of its own, derived from `seed` and a `label`.
///
/// The label is whitened by SplitMix64's output function before it meets the seed: neighbouring labels give unrelated
/// counters, so the streams of two families do not overlap but by an accident of 64 bits.
pub(crate) fn derive(seed: u64, label: u64) -> u64 {
    mix(seed ^ mix(label.wrapping_add(GAMMA)))
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
