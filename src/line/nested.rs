//! Method `nested`: one walk crosses all distances of a list, one after another.

use super::boundary::Bounds;
use crate::walk::record::Record;
use crate::walk::source::{Batch, ListSource, WalkerSource};

/// Sends every walker to the nearest target and then to the next one, until it has crossed all of them. The targets are
/// in ascending order.
pub(crate) struct NestedSource<'f, 'a, R>(pub(crate) &'f mut ListSource<'a, Bounds, R>);

impl<R: Record<Bounds>> WalkerSource for NestedSource<'_, '_, R> {
    type Boundary = Bounds;

    fn next(&mut self, most: u64) -> Option<Batch<Bounds>> {
        // The ranges count each walker once, so all batches are for the first target.
        self.0.next(most)
    }

    #[inline(always)]
    fn crossed(&mut self, rank: usize, _walker: u64, time: u64, position: &[i64]) -> Option<(usize, Bounds)> {
        let targets = self.0.targets;
        let mut rank = rank;
        loop {
            self.0.records[rank].record(&targets[rank].boundary, time, position);
            rank += 1;
            match targets.get(rank) {
                None => {
                    self.0.progress.steps += time;
                    return None;
                }
                Some(target) if !target.boundary.is_crossed(position[0]) => return Some((rank, target.boundary)),
                Some(_) => {}
            }
        }
    }

    fn proceed(&mut self, draws: u64) -> bool {
        self.0.proceed(draws)
    }
}
