//! Loops with the crate `rand`, as a Rust user writes them.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::ladder::measure::Sample;

/// The walk on the line as a Rust user writes it with the crate `rand`, until its position is outside.
#[inline]
pub(super) fn rand_on_the_line(samples: u64, seed: u64, is_inside: impl Fn(f64) -> bool) -> Sample {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut steps = 0_u64;
    for _ in 0..samples {
        let mut position = 0.0_f64;
        while is_inside(position) {
            position += rng.random_range(-1.0..1.0);
            steps += 1;
        }
    }
    Sample::of(steps as f64)
}
