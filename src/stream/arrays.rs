//! Streams in plain arrays: one array for each word of the generators' states.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::units::{GAMMA, StateBlock};

/// The next output of generator `i`.
#[inline(always)]
pub(crate) fn draw<const N: usize>(state: &mut [[u64; N]; 4], i: usize) -> u64 {
    let [s0, s1, s2, s3] = state;
    let draw = s0[i].wrapping_add(s3[i]).rotate_left(23).wrapping_add(s0[i]);
    let t = s1[i] << 17;
    s2[i] ^= s0[i];
    s3[i] ^= s1[i];
    s1[i] ^= s2[i];
    s0[i] ^= s3[i];
    s2[i] ^= t;
    s3[i] = s3[i].rotate_left(45);
    draw
}

/// Computes the states of `count` streams of the family of `base` from `first` on, one by one.
pub(crate) fn seed_one_by_one(base: u64, first: u64, count: usize, words: &mut StateBlock) {
    for i in 0..count {
        let index = first.wrapping_add(i as u64);
        let counter = base.wrapping_add(index.wrapping_mul(4).wrapping_mul(GAMMA));
        let mut stream = SplitMix64::from_seed(counter.to_le_bytes());
        for word in words.iter_mut() {
            word[i] = stream.next_u64();
        }
    }
}
