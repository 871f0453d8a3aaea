//! The exact recheck of walkers that may be back.

use super::scalar;
use crate::walk::source::{Batch, WalkerSource};

/// Walkers that are back only by the packed position are looked at again, each by the textbook loop, and walk on if they are not.
///
/// That is needed after [`Packing::sure`] steps only, and there hardly any walker is back any more in the dimensions where fields are
/// small.
pub(super) struct ExactRecheck<'f, F: ?Sized> {
    pub(super) source: &'f mut F,
    pub(super) dimensions: usize,
    pub(super) sure: u64,
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
        if time >= self.sure && !scalar::is_back(self.dimensions, self.base, walker, time) {
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
