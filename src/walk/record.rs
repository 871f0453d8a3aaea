//! Records: the results that a run keeps of its walks.

use crate::error::Result;

/// The results of walks, such as a tally.
pub(crate) trait Record<B>: Clone + Default + Send {
    /// Adds a walk to `boundary` that ended at `position` after `time` steps.
    fn record(&mut self, boundary: &B, time: u64, position: &[i64]);
    /// Adds a walk that the horizon ended at `position` after `time` steps.
    fn censor(&mut self, boundary: &B, time: u64, position: &[i64]) {
        _ = (boundary, time, position);
        unreachable!("this record is used only for walks without a horizon");
    }
    /// Adds the walks of `other`. Returns an error if a sum does not fit its integer; the record is then unusable.
    fn merge(&mut self, other: &Self) -> Result<()>;
}

/// Two records of the same walks, filled in one pass.
impl<B, A: Record<B>, C: Record<B>> Record<B> for (A, C) {
    #[inline(always)]
    fn record(&mut self, boundary: &B, time: u64, position: &[i64]) {
        self.0.record(boundary, time, position);
        self.1.record(boundary, time, position);
    }

    fn censor(&mut self, boundary: &B, time: u64, position: &[i64]) {
        self.0.censor(boundary, time, position);
        self.1.censor(boundary, time, position);
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.0.merge(&other.0)?;
        self.1.merge(&other.1)
    }
}
