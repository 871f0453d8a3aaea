//! The textbook loop, one walker at a time:
//!
//! ```text
//! position = 0; time = 0
//! while -A < position < B:
//!     position += U[-1, 1)
//!     time += 1
//! ```
//!
//! It is the reference for the other layers and shares no arithmetic with them: the generator and the seeding are those
//! of `rand_xoshiro`.

use rand_xoshiro::rand_core::Rng;

use super::boundary::Bounds;
use crate::stream::Stream;
use crate::walk::source::{SLICE, WalkerSource};

/// Walks all walkers of `source`.
pub(super) fn run<F: WalkerSource<Boundary = Bounds> + ?Sized>(source: &mut F) {
    let horizon = source.horizon();
    while let Some(batch) = source.next(16) {
        for walker in batch.walkers {
            let mut rng = Stream::of_base(batch.base, walker);
            let (mut rank, mut lower, mut upper) = sides(batch.rank, batch.boundary);
            let (mut position, mut time) = (0_i64, 0_u64);
            'walk: loop {
                for _ in 0..SLICE {
                    // One draw gives two steps: its upper half, then its lower half.
                    let draw = rng.next_u64();
                    for step in [(draw >> 32) as i32, draw as i32] {
                        position += i64::from(step);
                        time += 1;
                        if position >= upper || position <= lower {
                            match source.crossed(rank, walker, time, &[position]) {
                                Some((next, barrier)) => (rank, lower, upper) = sides(next, barrier),
                                None => break 'walk,
                            }
                        }
                        if time == horizon {
                            source.censored(rank, walker, &[position]);
                            break 'walk;
                        }
                    }
                }
                if !source.proceed(SLICE) {
                    return;
                }
            }
        }
    }
}

/// The rank, and the barrier as positions.
fn sides(rank: usize, barrier: Bounds) -> (usize, i64, i64) {
    (rank, -(barrier.lower as i64), barrier.upper as i64)
}
