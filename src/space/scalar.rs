//! The textbook loop, one walker at a time:
//!
//! ```text
//! position = (0, ..., 0); time = 0
//! while position is inside:
//!     for each coordinate: coordinate += U[-1, 1)
//!     time += 1
//! ```
//!
//! It is compiled for each number of dimensions up to four, so that positions are in registers. It is the reference for
//! the other layers and shares no arithmetic with them.

use rand_xoshiro::rand_core::Rng;

use super::boundary::{MAX_DIMENSIONS, RegionBoundary, WalkKind};
use crate::stream::Stream;
use crate::walk::source::{SLICE, WalkerSource};

/// Walks all walkers of `source`.
pub(super) fn run(kind: WalkKind, boundary: RegionBoundary, source: &mut dyn WalkerSource<Boundary = RegionBoundary>) {
    match (kind == WalkKind::ExitCube, boundary.dimensions) {
        (false, 1) => walk::<1, false>(boundary, source),
        (false, 2) => walk::<2, false>(boundary, source),
        (false, 3) => walk::<3, false>(boundary, source),
        (false, 4) => walk::<4, false>(boundary, source),
        (false, _) => walk::<MAX_DIMENSIONS, false>(boundary, source),
        (true, 1) => walk::<1, true>(boundary, source),
        (true, 2) => walk::<2, true>(boundary, source),
        (true, 3) => walk::<3, true>(boundary, source),
        (true, 4) => walk::<4, true>(boundary, source),
        (true, _) => walk::<MAX_DIMENSIONS, true>(boundary, source),
    }
}

/// Walks in at most `ROOM` dimensions.
fn walk<const ROOM: usize, const CUBE: bool>(
    boundary: RegionBoundary,
    source: &mut dyn WalkerSource<Boundary = RegionBoundary>,
) {
    let dimensions = if ROOM < MAX_DIMENSIONS { ROOM } else { boundary.dimensions };
    let horizon = source.horizon();
    while let Some(batch) = source.next(16) {
        for walker in batch.walkers {
            let mut rng = Stream::of_base(batch.base, walker);
            let (mut rank, mut boundary) = (batch.rank, batch.boundary);
            let mut square = u128::from(boundary.units) * u128::from(boundary.units);
            let mut position = [0_i64; ROOM];
            let mut time = 0_u64;
            // Coordinates take the halves of draws in order, the upper half first. An unused half is kept for the next
            // step.
            let mut draw = 0;
            let mut kept = false;
            'walk: loop {
                for _ in 0..SLICE / dimensions as u64 {
                    for coordinate in &mut position[..dimensions] {
                        let half = if kept {
                            draw as i32
                        } else {
                            draw = rng.next_u64();
                            (draw >> 32) as i32
                        };
                        kept = !kept;
                        *coordinate += i64::from(half);
                    }
                    time += 1;
                    let crossed = if CUBE {
                        position[..dimensions].iter().any(|x| x.unsigned_abs() >= boundary.units)
                    } else {
                        let squares = position[..dimensions].iter().map(|x| i128::from(*x) * i128::from(*x));
                        (squares.sum::<i128>() as u128 >= square) != boundary.inward
                    };
                    if crossed {
                        match source.crossed(rank, walker, time, &position[..dimensions]) {
                            Some((next, target)) => {
                                (rank, boundary) = (next, target);
                                square = u128::from(boundary.units) * u128::from(boundary.units);
                            }
                            None => break 'walk,
                        }
                    }
                    if time == horizon {
                        source.censored(rank, walker, &position[..dimensions]);
                        break 'walk;
                    }
                }
                if !source.proceed(SLICE / 2) {
                    return;
                }
            }
        }
    }
}
