//! The exact recheck of walkers on the lattice.
//!
//! Kernels pack all coordinates into one number. Fields that overflow change their neighbours, so after many steps a
//! packed position of zero may be a point other than the origin.

use super::scalar;
use crate::walk::source::{Batch, WalkerSource};

/// Reports a return only if the textbook loop confirms that the walker is at the origin; otherwise the walk continues.
///
/// The recheck is needed only after [`Packing::safe_steps`](super::steps::Packing::safe_steps) steps. In the dimensions
/// with small fields, very few walkers return so late.
pub(super) struct ExactRecheck<'f, F: ?Sized> {
    pub(super) source: &'f mut F,
    pub(super) dimensions: usize,
    /// The number of steps from which returns are rechecked.
    pub(super) safe_steps: u64,
    /// The seed of all walkers.
    pub(super) base: u64,
}

impl<F: WalkerSource<Boundary = ()> + ?Sized> WalkerSource for ExactRecheck<'_, F> {
    type Boundary = ();

    fn next(&mut self, most: u64) -> Option<Batch<()>> {
        let batch = self.source.next(most)?;
        self.base = batch.base;
        Some(batch)
    }

    fn crossed(&mut self, rank: usize, walker: u64, time: u64, position: &[i64]) -> Option<(usize, ())> {
        if time >= self.safe_steps && !scalar::is_at_origin(self.dimensions, self.base, walker, time) {
            return Some((rank, ()));
        }
        self.source.crossed(rank, walker, time, position)
    }

    fn horizon(&self) -> u64 {
        self.source.horizon()
    }

    fn censored(&mut self, rank: usize, walker: u64, position: &[i64]) {
        self.source.censored(rank, walker, position);
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.source.proceed(draws)
    }
}
