//! Streams in vector lanes: one generator in each lane.

use super::units::{GAMMA, SEED_BLOCK, StateBlock};
use crate::lanes::Lanes;

/// The states of streams `first` .. `first + LANES` of the family of `base`, one stream per lane, one vector for each
/// state word.
#[inline(always)]
pub(crate) fn states<L: Lanes>(lanes: L, base: u64, first: u64) -> [L::Vector; 4] {
    let mut index = [0; 64];
    for (lane, index) in index.iter_mut().enumerate().take(L::LANES) {
        *index = base.wrapping_add(first.wrapping_add(lane as u64).wrapping_mul(GAMMA.wrapping_mul(4)));
    }
    let counter = lanes.load(&index[..L::LANES]);
    [word(lanes, counter, 1), word(lanes, counter, 2), word(lanes, counter, 3), word(lanes, counter, 4)]
}

/// The first output of stream `index` of the family of `base`, for the index in each lane. It depends on only half of
/// the state.
#[inline(always)]
pub(crate) fn first_draw<L: Lanes>(lanes: L, base: u64, index: L::Vector) -> L::Vector {
    let counter = lanes.add(lanes.splat(base), lanes.mul(index, lanes.splat(GAMMA.wrapping_mul(4))));
    let (s0, s3) = (word(lanes, counter, 1), word(lanes, counter, 4));
    lanes.add(lanes.rotl::<23>(lanes.add(s0, s3)), s0)
}

/// The `k`-th output of SplitMix64 from each lane's counter. This is a function and not a closure, because closures
/// below dispatch are not inlined reliably.
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

/// Recomputes the last output of [`draw`] from the state after it.
///
/// The generator's step is invertible. With a = s2 ^ s0 and b = s3 ^ s1 it sets s0 ^= b, s1 ^= a, s2 = a ^ (s1 << 17)
/// and s3 = rotl(b, 45), where the shifted s1 is the old one. So b follows directly, and a solves a ^ (a << 17) = s2 ^
/// (s1 << 17) for the new s1 and s2: a = x ^ (x << 17) ^ (x << 34) ^ (x << 51) for that right-hand side x.
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

/// Computes the states of `count` streams of the family of `base` from `first` on, in lanes.
#[inline(always)]
pub(crate) fn seed_in_lanes<L: Lanes>(lanes: L, base: u64, first: u64, count: usize, words: &mut StateBlock) {
    for offset in (0..SEED_BLOCK).step_by(L::LANES).take_while(|offset| *offset < count) {
        let states = states(lanes, base, first.wrapping_add(offset as u64));
        for (word, state) in words.iter_mut().zip(states) {
            lanes.store(state, &mut word[offset..offset + L::LANES]);
        }
    }
}
