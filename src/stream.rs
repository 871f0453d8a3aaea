//! Streams: the one source of random numbers, scalar and in lanes.
//!
//! The generator is xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). Stream
//! i of seed s has as its four words of state the outputs 4i, 4i+1, 4i+2, 4i+3 of SplitMix64 (Steele, Lea and Flood,
//! 2014) started at s, so no two streams of a seed share a word of state and any of them is reached in O(1). This is
//! the contract of randomness; `docs/determinism.md` states it whole.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::lanes::Lanes;

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

/// The states of streams `first` .. `first + LANES` of `seed`, one stream in a lane, one vector for each state word.
#[inline(always)]
pub(crate) fn states<L: Lanes>(lanes: L, seed: u64, first: u64) -> [L::Vector; 4] {
    let mut index = [0; 64];
    for (lane, index) in index.iter_mut().enumerate().take(L::LANES) {
        *index = seed.wrapping_add(first.wrapping_add(lane as u64).wrapping_mul(GAMMA.wrapping_mul(4)));
    }
    let counter = lanes.load(&index[..L::LANES]);
    [word(lanes, counter, 1), word(lanes, counter, 2), word(lanes, counter, 3), word(lanes, counter, 4)]
}

/// The first output of stream `index` of `seed`, for the index in each lane: half of the state is enough for it.
#[inline(always)]
pub(crate) fn first_draw<L: Lanes>(lanes: L, seed: u64, index: L::Vector) -> L::Vector {
    let counter = lanes.add(lanes.splat(seed), lanes.mul(index, lanes.splat(GAMMA.wrapping_mul(4))));
    let (s0, s3) = (word(lanes, counter, 1), word(lanes, counter, 4));
    lanes.add(lanes.rotl::<23>(lanes.add(s0, s3)), s0)
}

/// The `k`-th output of SplitMix64 from each lane's counter. A function and not a closure: closures below dispatch are
/// not inlined reliably.
#[inline(always)]
fn word<L: Lanes>(lanes: L, counter: L::Vector, k: u64) -> L::Vector {
    let z = lanes.add(counter, lanes.splat(GAMMA.wrapping_mul(k)));
    let z = lanes.mul(lanes.xor(z, lanes.shr::<30>(z)), lanes.splat(0xBF58_476D_1CE4_E5B9));
    let z = lanes.mul(lanes.xor(z, lanes.shr::<27>(z)), lanes.splat(0x94D0_49BB_1331_11EB));
    lanes.xor(z, lanes.shr::<31>(z))
}

/// The next output of one generator in each lane.
#[inline(always)]
pub(crate) fn draw<L: Lanes>(lanes: L, state: &mut [L::Vector; 4]) -> L::Vector {
    let [s0, s1, s2, s3] = *state;
    let output = lanes.add(lanes.rotl::<23>(lanes.add(s0, s3)), s0);
    let t = lanes.shl::<17>(s1);
    let s2 = lanes.xor(s2, s0);
    let s3 = lanes.xor(s3, s1);
    *state = [lanes.xor(s0, s3), lanes.xor(s1, s2), lanes.xor(s2, t), lanes.rotl::<45>(s3)];
    output
}

/// The output that [`draw`] gave last, recomputed from the state that it left.
///
/// The generator's step is invertible. With a = s2 ^ s0 and b = s3 ^ s1 it sets s0 ^= b, s1 ^= a, s2 = a ^ (s1 << 17) and
/// s3 = rotl(b, 45), where the shifted s1 is the old one. So b is known at once, and a solves a ^ (a << 17) =
/// s2 ^ (s1 << 17) for the new s1 and s2: a = x ^ (x << 17) ^ (x << 34) ^ (x << 51) for that right-hand side x.
#[inline(always)]
pub(crate) fn last_draw<L: Lanes>(lanes: L, state: &[L::Vector; 4]) -> L::Vector {
    let [s0, s1, s2, s3] = *state;
    let b = lanes.rotl::<19>(s3);
    let x = lanes.xor(s2, lanes.shl::<17>(s1));
    let x = lanes.xor(x, lanes.shl::<17>(x));
    let a = lanes.xor(x, lanes.shl::<34>(x));
    let (s0, s1) = (lanes.xor(s0, b), lanes.xor(s1, a));
    let s3 = lanes.xor(b, s1);
    lanes.add(lanes.rotl::<23>(lanes.add(s0, s3)), s0)
}
