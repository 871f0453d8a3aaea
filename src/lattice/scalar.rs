//! The textbook loop, which walks one walker at a time:
//!
//! ```text
//! position = (0, ..., 0); time = 0
//! loop:
//!     choose one of the D coordinates at random; += 1 or -= 1, at random
//!     time += 1
//!     if position is (0, ..., 0): the walker has returned
//! ```
//!
//! The loop does not pack coordinates. It is the reference for the other layers, and shares no arithmetic with them
//! except the constants of the contract.

use rand_xoshiro::rand_core::Rng;

use super::steps::{Digits, MAX_DIMENSIONS};
use crate::stream::Stream;
use crate::walk::source::{SLICE, WalkerSource};

/// A draw gives at most this number of steps.
const STEPS: u64 = 64;

/// Walks all walkers of `source`.
pub(super) fn run(dimensions: usize, source: &mut dyn WalkerSource<Boundary = ()>) {
    let digits = Digits::new(dimensions);
    let horizon = source.horizon();
    while let Some(batch) = source.next(16) {
        for walker in batch.walkers {
            let mut choices = Choices::new(digits, batch.base, walker);
            let mut rank = batch.rank;
            let mut position = [0_i64; MAX_DIMENSIONS];
            let mut time = 0_u64;
            'walk: loop {
                for _ in 0..SLICE / STEPS {
                    for mut half in choices.next() {
                        for _ in 0..digits.steps {
                            step(digits, &mut half, &mut position);
                            time += 1;
                            // A return needs an even number of steps, but a test for that would cost as much.
                            if position[..dimensions].iter().all(|coordinate| *coordinate == 0) {
                                match source.crossed(rank, walker, time, &[]) {
                                    Some((next, ())) => rank = next,
                                    None => break 'walk,
                                }
                            }
                            if time == horizon {
                                source.censored(rank, walker, &[]);
                                break 'walk;
                            }
                        }
                    }
                }
                if !source.proceed(SLICE / STEPS) {
                    return;
                }
            }
        }
    }
}

/// Takes one step, given by the next digit of `half`.
#[inline(always)]
fn step(digits: Digits, half: &mut u32, position: &mut [i64; MAX_DIMENSIONS]) {
    let product = u64::from(digits.choices) * u64::from(*half);
    let choice = (product >> 32) as usize;
    *half = product as u32;
    position[choice / 2 % MAX_DIMENSIONS] += 1 - 2 * (choice as i64 & 1);
}

/// The halves of the draws that are not skipped.
struct Choices<R> {
    rng: R,
    digits: Digits,
}

impl Choices<Stream> {
    fn new(digits: Digits, base: u64, walker: u64) -> Self {
        Self { rng: Stream::of_base(base, walker), digits }
    }

    #[inline(always)]
    fn next(&mut self) -> [u32; 2] {
        loop {
            let draw = self.rng.next_u64();
            let halves = [(draw >> 32) as u32, draw as u32];
            if halves.iter().all(|half| half.wrapping_mul(self.digits.power) >= self.digits.skipped) {
                return halves;
            }
        }
    }
}

/// Whether a walker is at the origin after `time` steps.
pub(super) fn is_at_origin(dimensions: usize, base: u64, walker: u64, time: u64) -> bool {
    let digits = Digits::new(dimensions);
    let mut choices = Choices::new(digits, base, walker);
    let mut position = [0_i64; MAX_DIMENSIONS];
    let mut left = time;
    while left > 0 {
        for mut half in choices.next() {
            let steps = left.min(u64::from(digits.steps));
            for _ in 0..steps {
                step(digits, &mut half, &mut position);
            }
            left -= steps;
        }
    }
    position == [0; MAX_DIMENSIONS]
}
